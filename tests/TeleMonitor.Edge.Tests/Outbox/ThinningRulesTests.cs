using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>Random lanes, one seed a case: whatever stands in them, only what rule 14 of design.md lets thin does, and the sums agree.</summary>
public sealed class ThinningRulesTests
{
    private const long Second = 1_000_000, Day = 86_400 * Second;
    private static readonly DateTimeOffset Start = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BatchContext[] Contexts =
    [
        OutboxFolder.Context, OutboxFolder.Context with { Clock = "unset" }, OutboxFolder.Context with { Boot = "boot-0" }, OutboxFolder.Context with { Boot = "boot-0", Clock = "unset" },
    ];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Only_whole_old_quiet_sets_that_no_alert_names_thin(int seed)
    {
        var dice = new Random(seed);
        bool mild = seed % 3 == 0;
        (List<ThinRow> rows, HashSet<(string, long, string)> named) = Lane(dice, mild);
        var now = new ThinNow("boot-1", (long)(dice.NextDouble() * 3 * Day), Start.AddDays(dice.Next(4)), dice.Next(2) == 0);
        IReadOnlyList<ThinRange> ranges = ThinningRules.Choose(rows, named, now);
        Assert.True(!mild || now.Microseconds < 2 * Day || ranges.Count > 0, "a quiet old lane must thin");
        long before = 0;
        foreach (ThinRange range in ranges)
        {
            Assert.True(range.First > before && range.Through >= range.First + ThinningRules.LeastRun - 1, $"SEED={seed}");
            before = range.Through;
            Check(range, [.. rows.Where(row => row.Number >= range.First && row.Number <= range.Through)], rows, named, now, $"SEED={seed}");
        }
    }

    private static void Check(ThinRange range, ThinRow[] taken, List<ThinRow> all, HashSet<(string, long, string)> named, ThinNow now, string seed)
    {
        Assert.Equal(range.Through - range.First + 1, taken.Length);
        Assert.Single(taken.Select(row => row.Item!.Assignment).Distinct());
        Assert.All(taken, row => Assert.True(row.Context.SameAs(range.Context), seed));
        Assert.InRange(taken[^1].Item!.Tick - taken[0].Item!.Tick, 0, 3600 * Second);
        foreach (ThinRow row in taken)
        {
            bool old = row.Context.Boot == now.Boot ? now.Microseconds - row.Item!.Tick >= Day
                : now.Microseconds >= Day || (now.WallKnown && row.Context.Clock != "unset" && now.Wall - row.Item!.At >= TimeSpan.FromDays(1));
            Assert.True(old, seed);
            if (row.Item is ReadingItem reading)
            {
                Assert.Equal(("reading", "good"), (reading.Kind, reading.Grade));
                Assert.DoesNotContain((row.Context.Boot, reading.Tick, reading.Code), named);
                ScoreItem[] scores = [.. all.Where(other => other.Context.Boot == row.Context.Boot).Select(other => other.Item).OfType<ScoreItem>()
                    .Where(score => score.Set == reading.Set || score.Inputs.Any(input => input.Tick == reading.Tick && input.Code == reading.Code))];
                Assert.NotEmpty(scores);
                Assert.All(scores, score => Assert.True(score.Alert is null && score.Parts.Values.All(points => points == 0), seed));
            }
            else
            {
                Assert.IsType<ScoreItem>(row.Item);
            }
        }
        ThinnedItem item = range.Make("box", 7, Start);
        Assert.Equal((range.First, range.Through, taken[0].Item!.At, taken[^1].Item!.At), (item.From, item.To, item.FromAt, item.ToAt));
        Assert.Equal(taken.Length, item.Vitals.Sum(vital => vital.Count));
        foreach (ThinnedVital vital in item.Vitals.Where(vital => vital.Unit is not null))
        {
            double[] values = [.. taken.Select(row => row.Item).OfType<ReadingItem>().Where(reading => reading.Code == vital.Code).Select(reading => reading.Value!.Value)];
            Assert.Equal((values.Length, values.Min(), values.Max(), values[0], values[^1]), (vital.Count, vital.Min, vital.Max, vital.First, vital.Last));
            Assert.Equal(values.Average(), vital.Mean, 0.01);
        }
        Assert.True(WireItems.TryRead(WireItems.Write(item), out _, out string problem), problem);
    }

    private static (List<ThinRow> Rows, HashSet<(string, long, string)> Named) Lane(Random dice, bool mild)
    {
        var rows = new List<ThinRow>();
        var named = new HashSet<(string, long, string)>();
        long tick = Second, number = 100;
        (BatchContext context, int assignment) = (Contexts[0], 1);
        bool Now(double chance) => !mild && dice.NextDouble() < chance;
        void Add(Item item) => rows.Add(new ThinRow(++number, context, Now(0.002) ? null : item));
        for (int set = 0; set < 150; set++)
        {
            context = Now(0.03) ? Contexts[dice.Next(Contexts.Length)] : context;
            assignment = Now(0.01) ? assignment + 1 : assignment;
            number += Now(0.01) ? 1 : 0;
            var inputs = new List<InputRef>();
            string name = $"s{set}";
            foreach ((string code, string unit) in (ReadOnlySpan<(string, string)>)[("8867-4", "/min"), ("9279-1", "/min"), ("59408-5", "%")])
            {
                tick += dice.Next(1, 20) * Second;
                Add(new ReadingItem
                {
                    Kind = Now(0.01) ? "answer" : "reading", Tick = tick, Code = code, Assignment = assignment, At = Start.AddSeconds(tick / Second), Value = Math.Round(60 + (dice.NextDouble() * 30), 1), Unit = unit,
                    Sensor = "test", Grade = Now(0.02) ? "doubtful" : "good", Set = Now(0.01) ? null : name,
                });
                if (code != "59408-5" || set % 2 == 0)
                {
                    inputs.Add(new InputRef(tick, code, Now(0.005) ? "boot-9" : null)); // a diastolic pressure stands in no chart
                }
                if (Now(0.01))
                {
                    named.Add((context.Boot, tick, code));
                }
            }
            for (int chart = 0; chart < (Now(0.02) ? 0 : 2); chart++)
            {
                Add(new ScoreItem
                {
                    Kind = "score", Tick = ++tick, Code = "score/c" + chart, Assignment = assignment, At = Start.AddSeconds(tick / Second), Set = name, Chart = "c" + chart, ChartVersion = "1", Scale = 1,
                    Inputs = [.. inputs], Parts = new Dictionary<string, int> { ["pulse"] = Now(0.03) ? 1 : 0 }, Missing = ["temperature"], Total = null, Lowest = 0, Highest = 3,
                    Triage = "unknown", Alert = Now(0.02) ? tick : null,
                });
            }
        }
        return (rows, named);
    }
}
