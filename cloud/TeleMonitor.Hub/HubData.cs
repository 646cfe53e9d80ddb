using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Hub;

/// <summary>The data the hub decides by: charts, topology, ladders, people, plans. Read once at start; a wrong file stops the start with every problem.</summary>
/// <param name="Charts">By id and version.</param>
/// <param name="Topology">Who is responsible where and when.</param>
/// <param name="Ladders">Rungs and times.</param>
/// <param name="People">Who may act.</param>
public sealed record HubData(IReadOnlyDictionary<(string Id, string Version), Chart> Charts, Topology Topology, Ladders Ladders, Care.Routing.People People)
{
    /// <summary>Plans with their questionnaires and responses.</summary>
    public PlanContent Content { get; init; } = PlanContent.Empty;

    /// <summary>How long everything is kept.</summary>
    public required Retention Retention { get; init; }

    /// <summary>What each model of sensor measures; by id.</summary>
    public IReadOnlyDictionary<string, SensorFile> Sensors { get; init; } = new Dictionary<string, SensorFile>();

    /// <summary>Each chart once, in the version that sorts last.</summary>
    public IReadOnlyList<Chart> NewestCharts => [.. Charts.Values.GroupBy(chart => chart.Id, StringComparer.Ordinal).Select(same => same.MaxBy(chart => chart.Version, StringComparer.Ordinal)!)];

    private delegate bool Reader<T>(ReadOnlySpan<byte> json, string fileName, out T? value, out IReadOnlyList<string> problems) where T : class;

    /// <summary>Reads a file that names units of a topology.</summary>
    internal delegate bool ReaderOf<T>(ReadOnlySpan<byte> json, string fileName, Topology topology, out T? value, out IReadOnlyList<string> problems) where T : class;

    /// <summary>Folder name, beside the program or in a folder above it.</summary>
    public const string FolderName = "firmware-config";

    /// <summary>The folder that was named, else the one beside or above the program; null when there is none.</summary>
    public static string? Find(string? named)
    {
        if (named is not null)
        {
            return Directory.Exists(named) ? named : null;
        }
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, FolderName)))
        {
            folder = folder.Parent;
        }
        return folder is null ? null : Path.Combine(folder.FullName, FolderName);
    }

    /// <summary>Reads the folder; null with every problem when anything is wrong.</summary>
    public static HubData? Load(string folder, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var charts = new Dictionary<(string, string), Chart>();
        string chartFolder = Path.Combine(folder, "charts");
        foreach (string file in Directory.Exists(chartFolder) ? Directory.GetFiles(chartFolder, "*.json") : [])
        {
            if (Read<Chart>(file, ChartFile.TryRead, found) is { } chart && !charts.TryAdd((chart.Id, chart.Version), chart))
            {
                found.Add($"{file}: {chart.Id} {chart.Version} stands in another file too");
            }
        }
        if (charts.Count == 0)
        {
            found.Add($"{chartFolder}: no chart");
        }
        Topology? topology = Read<Topology>(Path.Combine(folder, "topology", "region-syddanmark.json"), TopologyFile.TryRead, found);
        Ladders? ladders = Read<Ladders>(Path.Combine(folder, "topology", "ladders.json"), LaddersFile.TryRead, found);
        Care.Routing.People? people = topology is null ? null
            : Read<Care.Routing.People>(Path.Combine(folder, "topology", "demo-people.json"), PeopleFile.TryRead, topology, found);
        Retention? retention = Read<Retention>(Path.Combine(folder, "topology", "retention.json"), RetentionFile.TryRead, found);
        PlanContent content = LoadPlans(folder, [.. charts.Keys.Select(chart => chart.Item1)], found);
        Dictionary<string, SensorFile> sensors = ReadAll<SensorFile>(folder, "sensors", SensorFile.TryRead, sensor => sensor.Id, found);
        problems = found;
        return found.Count == 0 ? new HubData(charts, topology!, ladders!, people!) { Content = content, Sensors = sensors, Retention = retention! } : null;
    }

    private static PlanContent LoadPlans(string folder, IReadOnlyCollection<string> charts, List<string> found)
    {
        int before = found.Count;
        string plans = PlanContent.Folder;
        var content = new PlanContent(
            ReadAll<Plan>(folder, plans, PlanFile.TryRead, plan => plan.Id, found),
            ReadAll<Questionnaire>(folder, Path.Combine(plans, PlanContent.QuestionsFolder), QuestionnaireFile.TryRead, questions => questions.Id, found),
            ReadAll<ResponseGuide>(folder, Path.Combine(plans, PlanContent.ResponsesFolder), ResponseFile.TryRead, guide => guide.Id, found));
        if (found.Count == before) // a file that could not be read would else be missed a second time
        {
            found.AddRange(content.Problems(charts).Select(problem => $"{Path.Combine(folder, plans)}: {problem}"));
        }
        return content;
    }

    private static Dictionary<string, T> ReadAll<T>(string folder, string kind, Reader<T> read, Func<T, string> idOf, List<string> found) where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        string path = Path.Combine(folder, kind);
        foreach (string file in Directory.Exists(path) ? Directory.GetFiles(path, "*.json") : [])
        {
            if (Read(file, read, found) is { } one && !all.TryAdd(idOf(one), one))
            {
                found.Add($"{file}: id '{idOf(one)}' stands in another file too");
            }
        }
        return all;
    }

    /// <summary>Checks one file by where it lies: charts, sensors, plans or topology.</summary>
    public static IReadOnlyList<string> Check(string file)
    {
        var found = new List<string>();
        string? kind = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)));
        string name = Path.GetFileName(file);
        switch (kind)
        {
            case "charts": Read<Chart>(file, ChartFile.TryRead, found); break;
            case "sensors": Read<SensorFile>(file, SensorFile.TryRead, found); break;
            case PlanContent.Folder: Read<Plan>(file, PlanFile.TryRead, found); break;
            case PlanContent.QuestionsFolder: Read<Questionnaire>(file, QuestionnaireFile.TryRead, found); break;
            case PlanContent.ResponsesFolder: Read<ResponseGuide>(file, ResponseFile.TryRead, found); break;
            case "topology" when name is "ladders.json": Read<Ladders>(file, LaddersFile.TryRead, found); break;
            case "topology" when name is "demo-people.json": CheckAgainstTopology<Care.Routing.People>(file, PeopleFile.TryRead, found); break;
            case "topology" when name.Contains("workplace", StringComparison.Ordinal): CheckAgainstTopology<WorkplaceMap>(file, WorkplaceMapFile.TryRead, found); break;
            case "topology" when name is "retention.json": Read<Retention>(file, RetentionFile.TryRead, found); break;
            case "topology": Read<Topology>(file, TopologyFile.TryRead, found); break;
            default: found.Add($"{file}: lies in none of charts, sensors, plans, questions, responses, topology, so its kind is not known"); break;
        }
        return found;
    }

    private static void CheckAgainstTopology<T>(string file, ReaderOf<T> reader, List<string> problems) where T : class
    {
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "region-syddanmark.json");
        if (Read<Topology>(beside, TopologyFile.TryRead, problems) is { } topology)
        {
            Read(file, reader, topology, problems);
        }
    }

    /// <summary>Reads a file that names units of a topology; null, with every problem added, when anything is wrong.</summary>
    internal static T? Read<T>(string file, ReaderOf<T> reader, Topology topology, List<string> problems) where T : class =>
        Read(file, (ReadOnlySpan<byte> json, string name, out T? read, out IReadOnlyList<string> wrong) => reader(json, name, topology, out read, out wrong), problems);

    private static T? Read<T>(string file, Reader<T> reader, List<string> problems) where T : class
    {
        try
        {
            reader(File.ReadAllBytes(file), file, out T? value, out IReadOnlyList<string> wrong);
            problems.AddRange(wrong);
            return value;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: cannot be read: {unreadable.Message}");
            return null;
        }
    }
}
