using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway;

/// <summary>The charts, sensor files and plans that the program runs with.</summary>
/// <param name="Charts">By id.</param>
/// <param name="Sensors">By id.</param>
/// <param name="Content">Plans with their questionnaires and responses.</param>
public sealed record FirmwareConfig(IReadOnlyDictionary<string, Chart> Charts, IReadOnlyDictionary<string, SensorFile> Sensors, PlanContent Content)
{
    /// <summary>Folder name, beside the program or in a folder above it.</summary>
    public const string FolderName = "firmware-config";

    /// <summary>Finds the folder: the one that was named, else beside the program, else upward from it.</summary>
    /// <returns>The folder, or null.</returns>
    public static string? Find(string? named)
    {
        if (named is not null)
        {
            return Directory.Exists(named) ? named : null;
        }
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, FolderName);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    private delegate bool Reader<T>(ReadOnlySpan<byte> json, string fileName, out T? value, out IReadOnlyList<string> problems) where T : class;

    /// <summary>Reads every chart, sensor file, plan, questionnaire and response guide; all problems at once.</summary>
    public static FirmwareConfig? Load(string folder, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        IReadOnlyDictionary<string, Chart> charts = ReadAll<Chart>(folder, "charts", ChartFile.TryRead, chart => chart.Id, found);
        IReadOnlyDictionary<string, SensorFile> sensors = ReadAll<SensorFile>(folder, "sensors", SensorFile.TryRead, sensor => sensor.Id, found);
        PlanContent content = LoadPlans(folder, charts.Values, found);
        problems = found;
        return found.Count == 0 ? new FirmwareConfig(charts, sensors, content) : null;
    }

    private static PlanContent LoadPlans(string folder, IEnumerable<Chart> charts, List<string> found)
    {
        var content = new PlanContent(
            ReadAll<Plan>(folder, PlanContent.Folder, PlanFile.TryRead, plan => plan.Id, found),
            ReadAll<Questionnaire>(folder, Path.Combine(PlanContent.Folder, PlanContent.QuestionsFolder), QuestionnaireFile.TryRead, questions => questions.Id, found),
            ReadAll<ResponseGuide>(folder, Path.Combine(PlanContent.Folder, PlanContent.ResponsesFolder), ResponseFile.TryRead, guide => guide.Id, found));
        if (found.Count == 0) // a file that could not be read would else be missed a second time
        {
            found.AddRange(content.Problems([.. charts.Select(chart => chart.Id)]).Select(problem => $"{Path.Combine(folder, PlanContent.Folder)}: {problem}"));
        }
        return content;
    }

    private static SortedDictionary<string, T> ReadAll<T>(string folder, string kind, Reader<T> read, Func<T, string> idOf, List<string> found) where T : class
    {
        var all = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (string file in Files(folder, kind, found))
        {
            if (read(File.ReadAllBytes(file), file, out T? one, out IReadOnlyList<string> wrong) && !all.TryAdd(idOf(one!), one!))
            {
                found.Add($"{file}: id '{idOf(one!)}' stands in another file too");
            }
            found.AddRange(wrong);
        }
        return all;
    }

    /// <summary>Without charts and sensors nothing can be judged; a home may be without plans.</summary>
    private static string[] Files(string folder, string kind, List<string> problems)
    {
        string path = Path.Combine(folder, kind);
        if (!Directory.Exists(path))
        {
            if (!kind.StartsWith(PlanContent.Folder, StringComparison.Ordinal))
            {
                problems.Add($"{path}: the folder is missing");
            }
            return [];
        }
        string[] files = Directory.GetFiles(path, "*.json");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
