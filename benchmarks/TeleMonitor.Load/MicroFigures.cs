using System.Text.Json.Nodes;

namespace TeleMonitor.Load;

/// <summary>One benchmark of BenchmarkDotNet's report.</summary>
/// <param name="Nanoseconds">Median of an operation.</param>
/// <param name="Bytes">Allocated by an operation, managed heap.</param>
internal sealed record MicroFigure(string Subject, string Method, double Nanoseconds, double Spread, long Bytes);

/// <summary>Reads the reports that BenchmarkDotNet left; none when it was not run.</summary>
internal static class MicroFigures
{
    public static IReadOnlyList<MicroFigure> Read(string results)
    {
        string folder = Path.Combine(results, "results");
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.GetFiles(folder, "*-report-brief.json").Order(StringComparer.Ordinal)
                .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["Benchmarks"]!.AsArray()).Where(one => one!["Statistics"] is not null).Select(one => new MicroFigure(
                    ((string)one!["Type"]!).Replace("Benchmarks", "", StringComparison.Ordinal), (string)one["Method"]!, (double)one["Statistics"]!["Median"]!,
                    ((double)one["Statistics"]!["Max"]! - (double)one["Statistics"]!["Min"]!) / (double)one["Statistics"]!["Median"]!,
                    (long)(one["Memory"]?["BytesAllocatedPerOperation"] ?? 0))),
        ];
    }
}
