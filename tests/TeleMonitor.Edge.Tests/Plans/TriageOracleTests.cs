using System.Globalization;
using System.IO.Compression;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>The judge against a second reading of the printed tables, on invented and on recorded rows.</summary>
public sealed class TriageOracleTests
{
    private const int RecordedRows = 3000;

    [Fact]
    public void Twenty_thousand_rows_complete_or_not_are_judged_as_the_printed_tables_say()
    {
        var random = new Random(20_000);
        string[] words = ["habitual", "alert", "confusion", "agitated", "voice", "pain", "unresponsive"];
        var seen = new HashSet<Triage>();
        for (int run = 0; run < 20_000; run++)
        {
            int missing = random.Next(4) == 0 ? 0 : random.Next(128);
            decimal spread = random.Next(2) == 0 ? 0.15m : 1; // half of the rows stay near normal, or Green would hardly come
            decimal Around(int middle, int width) => middle + Math.Round((decimal)((random.NextDouble() * 2) - 1) * width * spread);
            var row = new Row(
                (missing & 1) != 0 ? null : Math.Max(0, Around(72, 80)), (missing & 2) != 0 ? null : Around(16, 16), (missing & 4) != 0 ? null : Math.Min(100, Around(98, 15)),
                (missing & 8) != 0 ? null : 37m + Math.Round((decimal)((random.NextDouble() * 2) - 1) * 5 * spread, 1), (missing & 16) != 0 ? null : Around(130, 110),
                (missing & 32) != 0 ? null : words[random.Next(spread == 1 ? 7 : 2)], (missing & 64) != 0 ? null : random.Next(4) == 0);
            seen.Add(AssertAgrees(row));
        }
        Assert.Equal(4, seen.Count);
    }

    [SharedFact("data/icu-vitals/vitals_hourly.csv.gz")]
    public void Three_thousand_recorded_rows_are_judged_as_the_printed_tables_say()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(SharedFile.Find("data/icu-vitals/vitals_hourly.csv.gz")!), CompressionMode.Decompress));
        string[] header = reader.ReadLine()!.Split(',');
        var seen = new Dictionary<Triage, int>();
        int rows = 0;
        while (rows < RecordedRows && reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            decimal? Cell(string column) => decimal.TryParse(cells[Array.IndexOf(header, column)], NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;
            var row = new Row(Cell("hr"), Cell("resp"), Cell("o2sat"), Cell("temp"), Cell("sbp"), null, null);
            // between two printed values each chart has a rule of its own, which the tables' own tests cover
            if (new[] { row.Pulse, row.Respiration, row.Spo2, row.Systolic }.Any(value => value % 1 != 0) || row.Temperature % 0.1m != 0
                || row is { Pulse: null, Respiration: null, Spo2: null, Temperature: null, Systolic: null })
            {
                continue;
            }
            Triage triage = AssertAgrees(row);
            seen[triage] = seen.GetValueOrDefault(triage) + 1;
            rows++;
        }
        Assert.Equal(RecordedRows, rows);
        Assert.True(seen.GetValueOrDefault(Triage.Red) > 10 && seen.GetValueOrDefault(Triage.Yellow) > 10 && !seen.ContainsKey(Triage.Green), "no consciousness is recorded, so nothing can be Green");
    }

    private static Triage AssertAgrees(Row row)
    {
        Triage expected = PrintedTables.Both(row);
        var home = new JudgedHome();
        IReadOnlyList<Item> items = home.Row(0, [.. Values(row)]);
        ScoreItem[] scores = [.. items.OfType<ScoreItem>()];
        if (scores.Length == 0)
        {
            Assert.DoesNotContain(items.OfType<ReadingItem>(), reading => reading.Grade is not "unusable");
            return Triage.Unknown;
        }
        foreach ((ScoreItem score, (int lowest, int highest, Triage triage)) in scores.Zip([PrintedTables.News2(row), PrintedTables.Tobs(row)]))
        {
            Assert.Equal((row, score.Chart, lowest, highest, TriageWord.Of(triage)), (row, score.Chart, score.Lowest, score.Highest, score.Triage));
            Assert.Equal(lowest == highest && score.Missing.Count == 0 ? lowest : null, score.Total);
        }
        AlertItem? alert = items.OfType<AlertItem>().SingleOrDefault();
        Assert.Equal((row, expected is Triage.Red or Triage.Yellow), (row, alert is not null));
        Assert.True(alert is null || alert.Triage == TriageWord.Of(expected), $"{row}: {alert?.Triage}, expected {expected}");
        Assert.Equal(expected, home.State.Standing.Triage);
        return expected;
    }

    private static IEnumerable<Measured> Values(Row row)
    {
        (Vital Vital, decimal? Value)[] numbers =
        [
            (Vital.Pulse, row.Pulse), (Vital.Respiration, row.Respiration), (Vital.Spo2, row.Spo2), (Vital.Temperature, row.Temperature), (Vital.Systolic, row.Systolic),
        ];
        foreach ((Vital vital, decimal? value) in numbers)
        {
            if (value is { } given)
            {
                yield return JudgedHome.Number(vital, (double)given);
            }
        }
        if (row.Consciousness is { } word)
        {
            yield return JudgedHome.Word(Vital.Consciousness, word);
        }
        if (row.Oxygen is { } oxygen)
        {
            yield return JudgedHome.Word(Vital.Oxygen, oxygen ? "yes" : "no");
        }
    }
}
