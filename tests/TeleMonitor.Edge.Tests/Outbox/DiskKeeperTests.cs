using TeleMonitor.Edge.Tests.Uplink;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Outbox;

/// <summary>Days without a link in an outbox far too small for them: it thins, stays inside its limit, and the hub hears of every number.</summary>
public sealed class DiskKeeperTests : IDisposable
{
    private const long Limit = 18L << 20, Minute = 60_000_000;
    private static readonly DateTimeOffset Start = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Days_that_do_not_fit_thin_alerts_do_not_and_the_hub_knows_every_number()
    {
        using SqliteOutbox outbox = SqliteOutbox.Open(folder.Path, new OutboxOptions { NewId = () => "00000000000000d2", LimitBytes = Limit });
        long tick = 0;
        var keeper = new DiskKeeper(outbox, () => ++tick, () => OutboxFolder.Context);
        long most = 0;
        var together = new List<OutboxItem>();
        for (int set = 0; set < 12_000; set++)
        {
            tick = (set + 1) * Minute;
            together.AddRange(Set(set, ref tick));
            if (set % 20 != 19)
            {
                continue;
            }
            outbox.Commit(new OutboxCommit { Context = OutboxFolder.Context, Items = [.. together], LastTick = tick });
            together.Clear();
            var now = new ThinNow(OutboxFolder.Context.Boot, tick, Start, WallKnown: false);
            while (keeper.Step(TimeSpan.FromMicroseconds(tick), now, inFlight: 0))
            {
            }
            most = Math.Max(most, outbox.Disk.Used);
        }
        Assert.InRange(most, Limit / 2, Limit);
        Assert.InRange(new FileInfo(folder.Path).Length, 1, Limit);
        Assert.InRange(outbox.Disk.Thinned, 10_000, 60_000);
        Deliver(outbox);
    }

    private static void Deliver(SqliteOutbox outbox)
    {
        var hub = new SimHub();
        var link = new SimLink(hub, new Random(1));
        var sender = new LaneSender(outbox, link, new Random(2), OutboxFolder.Findings(outbox), () => { });
        link.Connect();
        for (TimeSpan now = TimeSpan.Zero; !sender.Drained && now < TimeSpan.FromHours(1); now += TimeSpan.FromMilliseconds(50))
        {
            link.RunUntil(now);
            sender.Step(now, Start);
        }
        Assert.True(sender.Drained);
        ThinnedItem[] thinned = [.. hub.Said("reading").Cast<ThinnedItem>()];
        Assert.Equal(outbox.Disk.Thinned, thinned.Sum(item => item.To - item.From + 1));
        Assert.Equal(12_000 * 5, hub.Stored("reading").Count + outbox.Disk.Thinned);
        Assert.Equal(12, hub.Stored("alert").Count);
        Item[] kept = [.. hub.Stored("reading").Select(bytes => WireItems.TryRead(bytes, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem))];
        Assert.Equal(12 * 3, kept.OfType<ReadingItem>().Count(reading => reading.Value > 150)); // what alerts name stays, to the last
    }

    // three readings and two scores; every thousandth set is ill and raises an alert
    private static IEnumerable<OutboxItem> Set(int set, ref long tick)
    {
        bool ill = set % 1000 == 999;
        var items = new List<OutboxItem>();
        var inputs = new List<InputRef>();
        void Add(string lane, Item item) => items.Add(new OutboxItem(lane, item.Tick, item.Code, WireItems.Write(item)));
        foreach (string code in (ReadOnlySpan<string>)["8867-4", "9279-1", "59408-5"])
        {
            Add("reading", new ReadingItem { Kind = "reading", Tick = ++tick, Code = code, Assignment = 1, At = Start.AddMinutes(set), Value = ill ? 160 : 70 + (set % 9), Unit = "/min", Sensor = "test", Grade = "good", Set = $"s{set}" });
            inputs.Add(new InputRef(tick, code));
        }
        long? alert = ill ? tick + 9 : null;
        foreach (string chart in (ReadOnlySpan<string>)["tobs", "news2"])
        {
            Add("reading", new ScoreItem
            {
                Kind = "score", Tick = ++tick, Code = "score/" + chart, Assignment = 1, At = Start.AddMinutes(set), Set = $"s{set}", Chart = chart, ChartVersion = "1", Scale = 1, Inputs = inputs,
                Parts = new Dictionary<string, int> { ["pulse"] = ill ? 3 : 0 }, Missing = [], Total = ill ? 3 : 0, Lowest = ill ? 3 : 0, Highest = ill ? 3 : 0, Triage = ill ? "red" : "green", Alert = alert,
            });
        }
        if (alert is { } raised)
        {
            items.Add(new OutboxItem("alert", tick = raised, "alert/clinical", System.Text.Encoding.UTF8.GetBytes($"{{\"alert\":{raised}}}")));
        }
        return items;
    }
}
