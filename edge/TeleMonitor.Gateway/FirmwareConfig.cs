using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway;

/// <summary>The charts and sensor files that the program runs with.</summary>
/// <param name="Charts">By id.</param>
/// <param name="Sensors">By id.</param>
public sealed record FirmwareConfig(IReadOnlyDictionary<string, Chart> Charts, IReadOnlyDictionary<string, SensorFile> Sensors)
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

    /// <summary>Reads every chart and sensor file; all problems at once.</summary>
    public static FirmwareConfig? Load(string folder, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var charts = new SortedDictionary<string, Chart>(StringComparer.Ordinal);
        foreach (string file in Files(folder, "charts", found))
        {
            if (ChartFile.TryRead(File.ReadAllBytes(file), file, out Chart? chart, out IReadOnlyList<string> wrong) && !charts.TryAdd(chart!.Id, chart))
            {
                found.Add($"{file}: id '{chart.Id}' stands in another file too");
            }
            found.AddRange(wrong);
        }
        var sensors = new SortedDictionary<string, SensorFile>(StringComparer.Ordinal);
        foreach (string file in Files(folder, "sensors", found))
        {
            if (SensorFile.TryRead(File.ReadAllBytes(file), file, out SensorFile? sensor, out IReadOnlyList<string> wrong) && !sensors.TryAdd(sensor!.Id, sensor))
            {
                found.Add($"{file}: id '{sensor.Id}' stands in another file too");
            }
            found.AddRange(wrong);
        }
        problems = found;
        return found.Count == 0 ? new FirmwareConfig(charts, sensors) : null;
    }

    private static string[] Files(string folder, string kind, List<string> problems)
    {
        string path = Path.Combine(folder, kind);
        if (!Directory.Exists(path))
        {
            problems.Add($"{path}: the folder is missing");
            return [];
        }
        string[] files = Directory.GetFiles(path, "*.json");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
