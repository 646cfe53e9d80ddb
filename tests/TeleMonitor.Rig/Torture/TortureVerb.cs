using System.Collections.Concurrent;
using System.Globalization;

namespace TeleMonitor.Rig.Torture;

/// <summary>What is asked of <c>torture</c>.</summary>
/// <param name="Runs">Runs of each scenario.</param>
/// <param name="Scale">Outage, keep-alive and back-off are divided by it; 1 is what the peers were measured with.</param>
/// <param name="Only">Scenarios whose name contains this; all when empty.</param>
/// <param name="Seed">Says every moment; the same again does the same at the same moments, as near as a machine does.</param>
/// <param name="Quiet">Length of each recording apart from the outage.</param>
internal sealed record TortureOptions(int Runs, int Scale, string Only, int Seed, TimeSpan Quiet);

/// <summary><c>torture</c>: every scenario so often, four side by side, each in a folder and on ports of its own; one table.</summary>
internal sealed class TortureVerb(TortureOptions options, TimeProvider time)
{
    private const int SideBySide = 4;
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(8);

    private readonly ConcurrentDictionary<TortureScenario, TortureResult> results = new();

    /// <summary>Does all runs and prints the table.</summary>
    /// <returns>0 when every loss column is zero and every step was done.</returns>
    public async Task<int> RunAsync(string? report, CancellationToken stop)
    {
        TortureScenario[] wanted = [.. TortureScenarios.All.Where(scenario => scenario.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];
        if (wanted.Length == 0)
        {
            throw new RigException($"--only: no scenario is called so; there are: {string.Join("; ", TortureScenarios.All.Select(scenario => scenario.Name))}");
        }

        string folder = Path.Combine(Repository.Var, "torture");
        if (Directory.Exists(folder))
        {
            foreach (string small in Directory.EnumerateDirectories(folder).Select(run => Path.Combine(run, TortureRun.SmallFolder)).Where(Directory.Exists))
            {
                await SmallDisk.ReleaseAsync(small, Path.Combine(folder, "umount.log"), stop);
            }

            Directory.Delete(folder, recursive: true);
        }

        long began = time.GetTimestamp();
        var work = from number in Enumerable.Range(0, options.Runs) from scenario in wanted where scenario.WhyNot() is null select (scenario, number);
        ParallelOptions bound = new() { MaxDegreeOfParallelism = SideBySide, CancellationToken = stop };
        await Parallel.ForEachAsync(work, bound, async (one, ct) =>
        {
            TortureResult result = await RunOneAsync(one.scenario, one.number, folder, ct);
            results.AddOrUpdate(one.scenario, result, (_, before) => before + result);
        });
        string table = TortureTable.Of(wanted, results);
        Console.WriteLine(table);
        if (report is not null)
        {
            TortureTable.Write(report, table, options, time.GetElapsedTime(began), time.GetUtcNow(), results);
        }

        return results.Values.All(result => result.IsGood) ? 0 : 1;
    }

    private async Task<TortureResult> RunOneAsync(TortureScenario scenario, int number, string parent, CancellationToken stop)
    {
        string name = $"{string.Concat(scenario.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' ? letter : '_'))}_{number + 1}";
        string folder = Path.Combine(parent, name);
        Directory.CreateDirectory(folder);
        // of the name and not of the order: one scenario alone does what it does among all
        int seed = unchecked(options.Seed + (number * 7919) + scenario.Name.Aggregate(17, (sum, letter) => (sum * 31) + letter)) & int.MaxValue;
        long began = time.GetTimestamp();
        void Say(string what) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"torture: {name} {time.GetElapsedTime(began).TotalSeconds,6:0.0} s  {what}"));
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(LongestRun);
        TortureResult result;
        try
        {
            await using TortureRun run = new(folder, new TorturePlan(seed, options.Scale, options.Quiet), time, Say, bound.Token);
            result = await run.RunAsync(scenario);
        }
        catch (RigException broken)
        {
            result = TortureResult.None with { Runs = 1, Faults = [broken.Message.Split('\n')[0]] };
            Say(broken.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            result = TortureResult.None with { Runs = 1, Faults = [$"not over after {LongestRun.TotalMinutes:0} min"] };
        }

        Say(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: {result.Accepted} accepted, {result.Lost} lost, {result.Duplicated} duplicated, {result.RedsWithoutCase} of {result.Reds} Reds without a case{(result.IsGood ? "" : "; kept in " + folder)}"));
        if (result.IsGood)
        {
            Directory.Delete(folder, recursive: true);
        }

        return result with { Faults = [.. result.Faults.Select(fault => $"{name}: {fault}")] };
    }
}
