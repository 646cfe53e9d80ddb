using System.Text;

namespace TeleMonitor.Load;

/// <summary>Writes the one page of figures.</summary>
internal static class Baseline
{
    /// <summary>The figures of one run that was asked for by name, with the micro-benchmarks that were run for it.</summary>
    public static string Part(IReadOnlyList<Figure> load, IReadOnlyList<MicroFigure> micro, IReadOnlyList<(string Name, string Value)> machine)
    {
        var page = new StringBuilder("# Measured apart\n\nWritten whole by `telemonitor-load --only … --page FILE`; how to read it: [../README.md](../README.md). Figures of one run on one machine; compare ratios, not numbers.\n");
        WriteMachine(page, machine);
        WriteBudgets(page, [.. Derived(micro), .. load]);
        WriteMicro(page, micro);
        return page.ToString();
    }

    public static string Text(IReadOnlyList<Figure> load, IReadOnlyList<MicroFigure> micro, IReadOnlyList<(string Name, string Value)> machine)
    {
        var page = new StringBuilder("# Baseline\n\nWritten whole by `make bench`; how to read it: [../README.md](../README.md). Figures of one run on one machine; compare ratios, not numbers.\n");
        WriteMachine(page, machine);
        WriteBudgets(page, [.. Derived(micro), .. load]);
        page.Append(NotMeasured);
        WriteMicro(page, micro);
        page.Append(Peers(load, micro));
        return page.ToString();
    }

    private static void WriteMachine(StringBuilder page, IReadOnlyList<(string Name, string Value)> machine)
    {
        page.Append("\n| | |\n|---|---|\n");
        foreach ((string name, string value) in machine)
        {
            page.Append($"| {name} | {value} |\n");
        }
    }

    private static void WriteBudgets(StringBuilder page, Figure[] budgeted)
    {
        page.Append($"\n## Against the budgets of design.md section 9: {budgeted.Count(figure => figure.Verdict is "met")} met, {budgeted.Count(figure => figure.Verdict is "gap")} gap\n\n"
            + "| what | measured | budget | | sketch that predicted it | how |\n|---|---|---|---|---|---|\n");
        foreach (Figure figure in budgeted)
        {
            page.Append($"| {figure.What} | {figure.ValueText} | {figure.Budget?.Text(figure.Unit) ?? "–"} | {(figure.Verdict is "gap" ? "**gap**" : figure.Verdict)} | {figure.Sketch} | {figure.Detail} |\n");
        }
    }

    private static void WriteMicro(StringBuilder page, IReadOnlyList<MicroFigure> micro)
    {
        page.Append("\n## BenchmarkDotNet, short job in one process\n\nMedian of five iterations; spread = (slowest − fastest) / median.\n\n| subject | operation | time | spread | allocated |\n|---|---|---|---|---|\n");
        foreach (MicroFigure figure in micro)
        {
            page.Append($"| {figure.Subject} | {figure.Method} | {Time(figure.Nanoseconds)} | {figure.Spread * 100:0} % | {figure.Bytes:#,0} B |\n");
        }
        page.Append(micro.Count == 0 ? "| (not run) | | | | |\n" : "");
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
        foreach (Figure batch in Batches(micro))
        {
            yield return batch;
        }
        foreach (MicroFigure ingest in new[] { One("BatchByBatch"), One("EightBatchesACommit") }.OfType<MicroFigure>())
        {
            yield return new Figure($"hub ingest from prepared batches, {(ingest.Method is "BatchByBatch" ? "a commit each" : "eight to a commit")}", 1e9 / ingest.Nanoseconds, "readings/s",
                new Budget(60_000, AtLeast: true), "a reading: parse 1.5 us + chain 0.5 us + insert with two indexes 6 us; its third of a score: parse 3 us + look-ups and recomputation 4 us ≈ 15 us",
                $"{ingest.Nanoseconds / 1000:0.0} us and {ingest.Bytes:#,0} B a reading, with its third of a score");
        }
    }

    /// <summary>Batches against copying the bytes they read, near the core and far from it.</summary>
    private static IEnumerable<Figure> Batches(IReadOnlyList<MicroFigure> micro)
    {
        foreach ((string subject, string named) in new[] { ("BatchOfAHistory", "a million sets"), ("BatchInCache", "4,096 sets, in cache") })
        {
            MicroFigure? One(string method) => micro.FirstOrDefault(figure => string.Equals(figure.Subject, subject, StringComparison.Ordinal) && string.Equals(figure.Method, method, StringComparison.Ordinal));
            foreach ((string chart, string method, string copied, string width, double budget) in new[]
            {
                ("TOBS", "BatchTobs", "CopyTobsBytes", "widest vectors", 1.0), ("TOBS", "BatchTobs256Bits", "CopyTobsBytes", "256-bit vectors", 1.0), ("TOBS", "BatchTobs128Bits", "CopyTobsBytes", "128-bit vectors", 1.3),
                ("NEWS2", "BatchNews2", "CopyNews2Bytes", "widest vectors", 1.0), ("NEWS2", "BatchNews2By128Bits", "CopyNews2Bytes", "128-bit vectors", 1.3),
            })
            {
                if (One(method) is { } batch && One(copied) is { } copy && One("PlainTableTotal") is { } plain && One("ScalarTobs") is { } scalar && One("Pack") is { } pack)
                {
                    yield return new Figure($"batch, {chart}, {named}, {width}", batch.Nanoseconds / copy.Nanoseconds, "x copying the same bytes", new Budget(budget),
                        "(5 columns × 8 + 30 to decide and write) instructions, two a cycle, over 64, 32 or 16 sets: 0.2, 0.4, 0.8 ns a set; a copy of 5 bytes from memory 0.3 ns",
                        $"{Time(batch.Nanoseconds)} a set, {batch.Bytes} B, one vital in ten missing; beside it copy {Time(copy.Nanoseconds)}, plain table {Time(plain.Nanoseconds)}, scalar full score {Time(scalar.Nanoseconds)}, packing {Time(pack.Nanoseconds)}");
                }
            }
        }
    }

    private const string NotMeasured = """

        Not measured yet, because it does not stand: total only, scalar (nothing in the gateway asks for a bare total), trimmed memory,
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
