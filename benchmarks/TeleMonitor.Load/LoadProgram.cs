using System.CommandLine;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>Runs the measurements one after the other on this machine's loopback, prints a line for each and writes the baseline.</summary>
internal static class LoadProgram
{
    private delegate Task<IReadOnlyList<Figure>> Measurement(bool full, CancellationToken ct);

    private static readonly IReadOnlyDictionary<string, Measurement> Measurements = new SortedDictionary<string, Measurement>(StringComparer.Ordinal)
    {
        ["uplink"] = (full, ct) => UplinkLoad.OneHomeAsync(full ? 500_000 : 100_000, ct),
        ["uplink8"] = (full, ct) => UplinkLoad.EightHomesAsync(full ? 500_000 : 100_000, ct),
        ["ingest"] = (full, ct) => IngestLoad.RunAsync(full ? 480_000 : 160_000, ct),
        ["alert"] = (full, ct) => AlertLoad.LatencyAsync(full ? 120 : 30, ct),
        ["replay"] = (_, _) => Task.FromResult(ReplayLoad.Run(1_000_000)),
        ["restart"] = (_, _) => Task.FromResult(RestartLoad.Run()),
        ["offline"] = (full, ct) => Task.FromResult(OfflineLoad.Whole(full ? 90 : 6, ct)),
        ["offline-tenth"] = (full, ct) => Task.FromResult(OfflineLoad.Tenth(full ? 90 : 12, ct)),
        ["sensors"] = (full, ct) => SensorLoad.TenDevicesAsync(full ? 120 : 30, ct),
        ["start"] = (full, ct) => AlertLoad.StartAsync(full ? 15 : 5, ct),
        ["citizens"] = (full, ct) => CitizenLoad.RunAsync(100_000, full ? 10_000 : 2_000, ct),
        ["worklist"] = (full, ct) => WorklistLoad.RunAsync(full ? 60 : 20, ct),
    };

    private static async Task<int> Main(string[] arguments)
    {
        Option<bool> full = new("--full") { Description = "500,000 readings and longer runs; some minutes more" };
        Option<string[]> only = new("--only") { Description = $"Only these, and no baseline: {string.Join(", ", Measurements.Keys)}" };
        Option<string> results = new("--results")
        {
            Description = "Folder with BenchmarkDotNet's reports; gets BASELINE.md",
            DefaultValueFactory = _ => Path.Combine(Repository.Root, "benchmarks", "results"),
        };
        Option<string?> page = new("--page") { Description = "With --only: a page of these figures and of BenchmarkDotNet's reports" };
        RootCommand root = new("Measures gateway, broker and hub as processes on this machine") { full, only, results, page };
        only.AcceptOnlyFromAmong([.. Measurements.Keys]);
        root.SetAction((parsed, ct) => RunAsync(parsed.GetValue(full), parsed.GetValue(only) ?? [], parsed.GetRequiredValue(results), parsed.GetValue(page), ct));
        return await root.Parse(arguments).InvokeAsync();
    }

    private static async Task<int> RunAsync(bool full, string[] only, string results, string? page, CancellationToken ct)
    {
        var figures = new List<Figure>();
        try
        {
            foreach ((string name, Measurement measure) in Measurements.Where(one => only.Length == 0 || only.Contains(one.Key, StringComparer.Ordinal)))
            {
                foreach (Figure figure in await measure(full, ct))
                {
                    Console.WriteLine($"{name}: {figure}");
                    figures.Add(figure);
                }
            }
        }
        catch (RigException failure)
        {
            await Console.Error.WriteLineAsync($"telemonitor-load: {failure.Message}");
            return 1;
        }
        if (only.Length == 0 || page is not null)
        {
            string file = page is null || only.Length == 0 ? Path.Combine(results, "BASELINE.md") : page;
            IReadOnlyList<MicroFigure> micro = MicroFigures.Read(results);
            await File.WriteAllTextAsync(file, only.Length == 0 ? Baseline.Text(figures, micro, Machine.Describe()) : Baseline.Part(figures, micro, Machine.Describe()), ct);
            Console.WriteLine($"written: {file}");
        }
        return 0;
    }
}
