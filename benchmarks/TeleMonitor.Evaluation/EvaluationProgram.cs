using System.CommandLine;
using TeleMonitor.Evaluation.Homes;
using TeleMonitor.Evaluation.Icu;
using TeleMonitor.Gateway;

namespace TeleMonitor.Evaluation;

/// <summary>Works out what the rules do, on simulated homes and on recorded patients, and writes the page of it.</summary>
internal static class EvaluationProgram
{
    private static readonly Dictionary<string, Routine> Routines = new(StringComparer.Ordinal)
    {
        ["twice-daily"] = Routine.TwiceDaily, ["then-twice-weekly"] = Routine.ThenTwiceWeekly, ["night-sensor"] = Routine.NightSensor,
    };

    private static readonly string[] Parts = [.. Routines.Keys, "icu"];

    private static async Task<int> Main(string[] arguments)
    {
        Option<string[]> last = new("--last") { Description = "homes, icu: also the seeds or patients that are kept for the last run; without it they are not looked at" };
        Option<string[]> only = new("--only") { Description = $"Only these, printed and not written: {string.Join(", ", Parts)}" };
        Option<int?> seeds = new("--seeds") { Description = "With --only: so many of the seeds that are tuned on" };
        Option<string> results = new("--results") { Description = "Folder that gets CLINICAL.md", DefaultValueFactory = _ => Path.Combine(Root, "benchmarks", "results") };
        RootCommand root = new("Evaluates alert rules on simulated homes and on recorded intensive care") { last, only, seeds, results };
        only.AcceptOnlyFromAmong(Parts);
        last.AcceptOnlyFromAmong("homes", "icu");
        root.SetAction((parsed, ct) => RunAsync(parsed.GetValue(last) ?? [], parsed.GetValue(only) ?? [], parsed.GetValue(seeds), parsed.GetRequiredValue(results), ct));
        return await root.Parse(arguments).InvokeAsync();
    }

    private static async Task<int> RunAsync(string[] last, string[] only, int? seeds, string results, CancellationToken ct)
    {
        FirmwareConfig? firmware = FirmwareConfig.Load(Path.Combine(Root, FirmwareConfig.FolderName), out IReadOnlyList<string> problems);
        if (firmware is null)
        {
            await Console.Error.WriteLineAsync($"telemonitor-evaluation: {string.Join(Environment.NewLine, problems)}");
            return 1;
        }
        try
        {
            (bool lastHomes, bool lastPatients) = (last.Contains("homes", StringComparer.Ordinal), last.Contains("icu", StringComparer.Ordinal));
            bool Wanted(string part) => only.Length == 0 || only.Contains(part, StringComparer.Ordinal);
            Routine[] routines = [.. Routines.Where(routine => Wanted(routine.Key)).Select(routine => routine.Value)];
            string page = ClinicalPage.Head(lastHomes, lastPatients)
                + (routines.Length > 0 ? new HomesPage(Physiology.Load(Path.Combine(Root, "benchmarks", "TeleMonitor.Evaluation", "physiology.json")), firmware).Of(routines, lastHomes, only.Length > 0 ? seeds : null) : "")
                + (Wanted("icu") ? Icu(firmware, lastPatients) : "");
            if (only.Length > 0)
            {
                Console.WriteLine(page);
                return 0;
            }
            string file = Path.Combine(results, "CLINICAL.md");
            await File.WriteAllTextAsync(file, page, ct);
            Console.WriteLine($"written: {file}");
            return 0;
        }
        catch (InvalidDataException bad)
        {
            await Console.Error.WriteLineAsync($"telemonitor-evaluation: {bad.Message}");
            return 1;
        }
    }

    private static string Icu(FirmwareConfig firmware, bool last)
    {
        string file = Path.Combine(Root, "..", "shared", "data", "icu-vitals", "vitals_hourly.csv.gz");
        return File.Exists(file) ? new IcuPage(firmware.Charts).Of(file, last)
            : "\n## Real data\n\nSkipped: `../shared/data/icu-vitals/vitals_hourly.csv.gz` is not beside this repository.\n";
    }

    /// <summary>The folder that holds TeleMonitor.sln, found upward from this program.</summary>
    private static string Root
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "TeleMonitor.sln")))
                {
                    return folder.FullName;
                }
            }
            throw new InvalidDataException($"TeleMonitor.sln is in no folder above {AppContext.BaseDirectory}");
        }
    }
}
