using System.Text;

namespace TeleMonitor.Load;

/// <summary>Writes the one page of figures.</summary>
internal static class Baseline
{
    public static string Text(IReadOnlyList<Figure> load, IReadOnlyList<MicroFigure> micro, IReadOnlyList<(string Name, string Value)> machine)
    {
        var page = new StringBuilder("# Baseline\n\nWritten whole by `make bench`; how to read it: [../README.md](../README.md). Figures of one run on one machine; compare ratios, not numbers.\n\n| | |\n|---|---|\n");
        foreach ((string name, string value) in machine)
        {
            page.Append($"| {name} | {value} |\n");
        }
        Figure[] budgeted = [.. Derived(micro), .. load];
        page.Append($"\n## Against the budgets of design.md section 9: {budgeted.Count(figure => figure.Verdict is "met")} met, {budgeted.Count(figure => figure.Verdict is "gap")} gap\n\n"
            + "| what | measured | budget | | sketch that predicted it | how |\n|---|---|---|---|---|---|\n");
        foreach (Figure figure in budgeted)
        {
            page.Append($"| {figure.What} | {figure.ValueText} | {figure.Budget?.Text(figure.Unit) ?? "–"} | {(figure.Verdict is "gap" ? "**gap**" : figure.Verdict)} | {figure.Sketch} | {figure.Detail} |\n");
        }
        page.Append(NotMeasured);
        page.Append("\n## BenchmarkDotNet, short job in one process\n\nMedian of five iterations; spread = (slowest − fastest) / median.\n\n| subject | operation | time | spread | allocated |\n|---|---|---|---|---|\n");
        foreach (MicroFigure figure in micro)
        {
            page.Append($"| {figure.Subject} | {figure.Method} | {Time(figure.Nanoseconds)} | {figure.Spread * 100:0} % | {figure.Bytes:#,0} B |\n");
        }
        page.Append(micro.Count == 0 ? "| (not run) | | | | |\n" : "");
        page.Append(Peers(load, micro));
        return page.ToString();
    }

    /// <summary>Budgets that the benchmarks answer.</summary>
    private static IEnumerable<Figure> Derived(IReadOnlyList<MicroFigure> micro)
    {
        MicroFigure? One(string method) => micro.FirstOrDefault(figure => string.Equals(figure.Method, method, StringComparison.Ordinal));
        (MicroFigure? plain, MicroFigure? tobs, MicroFigure? news2) = (One("TobsTotalByPlainTable"), One("TobsFullScore"), One("News2FullScore"));
        foreach (MicroFigure full in new[] { tobs, news2 }.OfType<MicroFigure>())
        {
            string beside = plain is null ? "" : $"{full.Nanoseconds / plain.Nanoseconds:0.0} x the plain table's bare total in the same run ({Time(plain.Nanoseconds)})";
            yield return new Figure($"full score, {(full == tobs ? "TOBS, 5 parts" : "NEWS2, 7 parts")}", full.Nanoseconds, "ns", new Budget(60),
                full == tobs ? "5 parts × (presence, two table reads, bounds) 6 ns + thresholds 15 ns ≈ 45 ns" : "7 parts × 6 ns + thresholds 20 ns ≈ 60 ns", beside);
            yield return new Figure($"full score, {(full == tobs ? "TOBS" : "NEWS2")}, allocated", full.Bytes, "B", new Budget(0), "structs only", "BenchmarkDotNet's memory diagnoser; also a test");
        }
        foreach (MicroFigure ingest in new[] { One("BatchByBatch"), One("EightBatchesACommit") }.OfType<MicroFigure>())
        {
            yield return new Figure($"hub ingest from prepared batches, {(ingest.Method is "BatchByBatch" ? "a commit each" : "eight to a commit")}", 1e9 / ingest.Nanoseconds, "readings/s",
                new Budget(60_000, AtLeast: true), "a reading: parse 1.5 us + chain 0.5 us + insert with two indexes 6 us; its third of a score: parse 3 us + look-ups and recomputation 4 us ≈ 15 us",
                $"{ingest.Nanoseconds / 1000:0.0} us and {ingest.Bytes:#,0} B a reading, with its third of a score");
        }
    }

    private const string NotMeasured = """

        Not measured yet, because it does not stand: total only and batches over packed sets (nothing in the gateway asks for a bare total), trimmed memory,
        the PostgreSQL store beside the batched Node peer, 90 days offline. Loss under kill -9 is counted by `make verify`.

        """;

    private static string Peers(IReadOnlyList<Figure> load, IReadOnlyList<MicroFigure> micro)
    {
        double? Of(string what) => load.FirstOrDefault(figure => figure.What.StartsWith(what, StringComparison.Ordinal))?.Value;
        double? Ns(string method) => micro.FirstOrDefault(figure => string.Equals(figure.Method, method, StringComparison.Ordinal))?.Nanoseconds;
        string Ratio(double? ours, double theirs) => ours is { } value ? $"{value / theirs:0.00} x" : "not run";
        return $"""

            ## Beside the peers

            The peers were measured on another machine and keep nothing durable; ours commits every reading to disk first. Only the ratio is quoted: ours / theirs, below 1 is better for us
            except in the last row.

            | what | Node-RED 4 | Node, mqtt.js | Python, paho | bare C# agent |
            |---|---|---|---|---|
            | start → first alert | {Ratio(Of("gateway, process start"), 0.67)} | {Ratio(Of("gateway, process start"), 0.14)} | {Ratio(Of("gateway, process start"), 0.05)} | {Ratio(Of("gateway, process start"), 0.05)} |
            | memory (theirs after 500,000) | {Ratio(Of("gateway memory after"), 223)} | {Ratio(Of("gateway memory after"), 98)} | {Ratio(Of("gateway memory after"), 21)} | {Ratio(Of("gateway memory after"), 42)} |
            | reading → alert p50 (theirs at 100/s) | {Ratio(Of("reading → alert at the broker, p50"), 10)} | {Ratio(Of("reading → alert at the broker, p50"), 0.2)} | {Ratio(Of("reading → alert at the broker, p50"), 0.3)} | {Ratio(Of("reading → alert at the broker, p50"), 0.15)} |
            | reading → alert p99 (theirs at 100/s) | {Ratio(Of("reading → alert at the broker, p99"), 10)} | {Ratio(Of("reading → alert at the broker, p99"), 2.1)} | {Ratio(Of("reading → alert at the broker, p99"), 0.5)} | {Ratio(Of("reading → alert at the broker, p99"), 0.27)} |
            | CPU per 100,000 readings, full speed | {Ratio(Of("gateway CPU per 100,000 readings, full"), 2.3)} | {Ratio(Of("gateway CPU per 100,000 readings, full"), 0.93)} | {Ratio(Of("gateway CPU per 100,000 readings, full"), 1.8)} | {Ratio(Of("gateway CPU per 100,000 readings, full"), 0.65)} |

            Hub: readings stored per second through the broker, SQLite with a receipt after each commit and every score computed again, against Node with batches of 500 into PostgreSQL
            (40,700/s, one row a reading, no score): {Ratio(Of("ingest over MQTT"), 40_700)}.
            Bare total against each other in the same run here: if/else {(Ns("TobsTotalByIfElse") / Ns("TobsTotalByPlainTable")) ?? 0:0.0} x the plain table (peers.md: 6.7 x clinical, 21 x uniform).

            """;
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{Figure.Number(nanoseconds)} ns",
        < 1e6 => $"{Figure.Number(nanoseconds / 1e3)} us",
        _ => $"{Figure.Number(nanoseconds / 1e6)} ms",
    };
}
