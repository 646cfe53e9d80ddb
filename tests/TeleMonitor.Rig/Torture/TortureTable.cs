using System.Globalization;
using System.Text;

namespace TeleMonitor.Rig.Torture;

/// <summary>The table of a torture, as printed and as kept in benchmarks/results.</summary>
internal static class TortureTable
{
    // source: shared/peers.md, "Store and forward", measured November 2026 on the same kind of machine: lost of 4,250, three runs each
    private const string Peers = """
        | peer, lost of 4,250 (three runs) | 60 s link cut | 60 s black hole | kill -9, link up | cut and kill -9 |
        |---|---|---|---|---|
        | Mosquitto bridge, default queue | 2172, 2374, 2276 | | 0 | 1500 × 3 |
        | bridge, unlimited queue, autosave 1 s | 0 | 0 | 0 | 69, 68, 66 |
        | bridge, autosave on every change | 0 | | | 0, but a whole rewrite per change |
        | Node-RED | 3001, 3001, 3002 | 300, 296, 291 | 312, 283, 311 | 3040, 3059, 3051 |
        | plain mqtt.js | 0 | 0 | 0 | 1500 × 3 |
        """;

    public static string Of(IReadOnlyList<TortureScenario> scenarios, IReadOnlyDictionary<TortureScenario, TortureResult> results)
    {
        StringBuilder text = new();
        text.AppendLine("| scenario | runs | accepted | lost | duplicated | thinned | Reds | Reds without a case | worst reading → stored | worst Red → case | peers lost of 4,250 |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        TortureResult total = TortureResult.None;
        foreach (TortureScenario scenario in scenarios)
        {
            if (scenario.WhyNot() is { } reason)
            {
                text.AppendLine($"| {scenario.Name} | skipped: {reason} | | | | | | | | | |");
            }
            else if (results.TryGetValue(scenario, out TortureResult? result))
            {
                total += result;
                text.AppendLine(Line(scenario.Name, result, scenario.Peers));
            }
        }

        text.Append(Line("**all**", total, ""));
        foreach (string fault in total.Faults)
        {
            text.Append('\n').Append("- not as it should be: ").Append(fault);
        }

        return text.ToString();
    }

    /// <summary>Writes the table with how it was got, over what an earlier torture left.</summary>
    public static void Write(
        string file, string table, TortureOptions options, TimeSpan took, DateTimeOffset now, IReadOnlyDictionary<TortureScenario, TortureResult> results)
    {
        TimeSpan outage = TimeSpan.FromSeconds(60) / options.Scale;
        string text = string.Create(CultureInfo.InvariantCulture, $"""
            # Torture

            Written by `make torture RUNS={options.Runs} SCALE={options.Scale}` (seed {options.Seed}) at {now:yyyy-MM-dd HH:mm} UTC, commit {Machine.Commit()}, on {Machine.Name()}, in {took.TotalMinutes:0.0} min.
            {(results.Values.All(result => result.IsGood) ? "Nothing lost, nothing stored twice, no Red without a case." : "**Not everything held**: see the loss columns and the sentences below the table.")}

            {table}

            Real processes on loopback: gateway, a proxy that cuts, black-holes, delays, corrupts and duplicates, Mosquitto, hub; {TortureRecording.ReadingsPerSecond} readings a second,
            outages of {outage.TotalSeconds:0.#} s (60 s / {options.Scale}) in a recording of {(options.Quiet + outage).TotalSeconds:0.#} s, four runs side by side. [How each row is done](../../tests/TeleMonitor.Rig/TORTURE.md).

            {Peers}

            Source of the peers' rows: shared/peers.md of this project. kill -9 keeps the page cache; for a power cut see `make power-cut`.

            """);
        File.WriteAllText(file, text);
    }

    private static string Line(string name, TortureResult result, string peers) => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {result.Runs} | {result.Accepted} | {result.Lost} | {result.Duplicated} | {result.Thinned} | {result.Reds} | {result.RedsWithoutCase} | {result.Stored.TotalSeconds:0.00} s | {result.Cased.TotalSeconds:0.00} s | {peers} |");
}
