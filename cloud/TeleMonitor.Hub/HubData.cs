using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Hub;

/// <summary>The data the hub decides by: charts, topology, ladders, people. Read once at start; a wrong file stops the start with every problem.</summary>
/// <param name="Charts">By id and version.</param>
/// <param name="Topology">Who is responsible where and when.</param>
/// <param name="Ladders">Rungs and times.</param>
/// <param name="People">Who may act.</param>
public sealed record HubData(IReadOnlyDictionary<(string Id, string Version), Chart> Charts, Topology Topology, Ladders Ladders, Care.Routing.People People)
{
    private delegate bool Reader<T>(ReadOnlySpan<byte> json, string fileName, out T? value, out IReadOnlyList<string> problems) where T : class;

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
        Care.Routing.People? people = topology is null ? null : Read(Path.Combine(folder, "topology", "demo-people.json"),
            (ReadOnlySpan<byte> json, string file, out Care.Routing.People? read, out IReadOnlyList<string> wrong) => PeopleFile.TryRead(json, file, topology, out read, out wrong), found);
        problems = found;
        return found.Count == 0 ? new HubData(charts, topology!, ladders!, people!) : null;
    }

    /// <summary>Checks one file by where it lies: charts, sensors or topology.</summary>
    public static IReadOnlyList<string> Check(string file)
    {
        var found = new List<string>();
        string? kind = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)));
        string name = Path.GetFileName(file);
        switch (kind)
        {
            case "charts": Read<Chart>(file, ChartFile.TryRead, found); break;
            case "sensors": Read<SensorFile>(file, SensorFile.TryRead, found); break;
            case "topology" when name is "ladders.json": Read<Ladders>(file, LaddersFile.TryRead, found); break;
            case "topology" when name is "demo-people.json": CheckPeople(file, found); break;
            case "topology": Read<Topology>(file, TopologyFile.TryRead, found); break;
            default: found.Add($"{file}: lies in none of charts, sensors, topology, so its kind is not known"); break;
        }
        return found;
    }

    private static void CheckPeople(string file, List<string> problems)
    {
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "region-syddanmark.json");
        if (Read<Topology>(beside, TopologyFile.TryRead, problems) is { } topology)
        {
            Read(file, (ReadOnlySpan<byte> json, string name, out Care.Routing.People? read, out IReadOnlyList<string> wrong) => PeopleFile.TryRead(json, name, topology, out read, out wrong), problems);
        }
    }

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
