using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

/// <summary>One gateway and one hub over a bad link, one seed a run: first any weather, then fair weather in which all must arrive.</summary>
public sealed class DeliverySimulationTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_the_link_does_nothing_is_lost_doubled_or_out_of_order(int seed)
    {
        using var folder = new OutboxFolder();
        new Run(seed, folder).All();
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 30)];

    private sealed class Run
    {
        private readonly Random dice;
        private readonly OutboxFolder folder;
        private readonly SimHub hub = new();
        private readonly SimLink link;
        private readonly Dictionary<string, List<byte[]>> accepted = WireWord.Lanes.ToDictionary(lane => lane, _ => new List<byte[]>());
        private readonly string seed;
        private SqliteOutbox outbox;
        private LaneSender sender;
        private TimeSpan now;
        private long tick;
        private bool hubWentBack;

        public Run(int seed, OutboxFolder folder)
        {
            (this.seed, this.folder, dice) = ($"SEED={seed}", folder, new Random(seed));
            link = new SimLink(hub, new Random(seed ^ 0x5eed)) { Weather = Weather.Draw(dice) };
            outbox = folder.Open();
            sender = NewSender();
        }

        private LaneSender NewSender() => new(outbox, link, new Random(dice.Next()), OutboxFolder.Findings(outbox), () => { });

        public void All()
        {
            for (int step = 0; step < 600; step++)
            {
                Trouble();
                Accept();
                Go();
            }
            (link.Weather, link.BlackHole) = (Weather.Fair, false);
            for (int step = 0; step < 4000 && !(sender.Drained && Everything()); step++)
            {
                if (!link.Connected)
                {
                    link.Connect();
                }
                Go();
            }
            Assert.True(sender.Drained, $"{seed}: all must be receipted in fair weather");
            foreach (string lane in WireWord.Lanes)
            {
                Assert.True(accepted[lane].Count == hub.Stored(lane).Count, $"{seed}: {lane}: {accepted[lane].Count} accepted, {hub.Stored(lane).Count} at the hub");
                Assert.Equal(accepted[lane], hub.Stored(lane));
            }
            outbox.Dispose();
        }

        private bool Everything() => WireWord.Lanes.All(lane => accepted[lane].Count == hub.Stored(lane).Count);

        private void Trouble()
        {
            if (link.Connected && dice.NextDouble() < link.Weather.CutPerSecond * Tick.TotalSeconds)
            {
                link.Cut();
            }
            else if (!link.Connected && dice.Next(8) == 0)
            {
                link.Connect();
            }
            link.BlackHole = link.BlackHole ? dice.Next(100) != 0 : dice.Next(400) == 0;
            if (dice.Next(600) == 0)
            {
                hub.Restore(dice);
                hubWentBack = true;
                // a hub that lost items learns of them only from a gateway that sends: here the status item of each minute
                Commit(WireWord.AlertLane, WireWord.ReadingLane, WireWord.StatusLane);
            }
            if (dice.Next(300) == 0)
            {
                outbox.Dispose(); // the program is killed and started again
                outbox = folder.Open();
                sender = NewSender();
                link.Cut();
            }
        }

        private void Accept()
        {
            if (dice.Next(3) == 0)
            {
                int alerts = dice.Next(6) == 0 ? 1 : 0;
                Commit([.. Enumerable.Repeat(WireWord.ReadingLane, dice.Next(1, 30)), .. Enumerable.Repeat(WireWord.AlertLane, alerts), .. Enumerable.Repeat(WireWord.StatusLane, dice.Next(2))]);
            }
        }

        private void Commit(params IReadOnlyList<string> lanes)
        {
            OutboxItem[] items = [.. lanes.Select(lane => OutboxFolder.Item(lane, ++tick, dice.Next(200)))];
            outbox.Commit(OutboxFolder.Of(items));
            foreach (OutboxItem item in items)
            {
                accepted[item.Lane].Add(item.Bytes);
            }
        }

        private void Go()
        {
            now += Tick;
            link.RunUntil(now);
            int before = link.Sent.Count;
            sender.Step(now, DateTimeOffset.UnixEpoch);
            CheckOrder(link.Sent[before..]);
            foreach (string lane in WireWord.Lanes)
            {
                Assert.True(hubWentBack || outbox.Standing(lane).Through <= hub.Through(outbox.Id, lane), $"{seed}: {lane} was released before the hub had it");
            }
        }

        private void CheckOrder(List<LinkBatch> together)
        {
            for (int i = 1; i < together.Count; i++)
            {
                int previous = WireWord.Lanes.ToList().IndexOf(together[i - 1].Lane), current = WireWord.Lanes.ToList().IndexOf(together[i].Lane);
                Assert.True(previous < current, $"{seed}: {together[i].Lane} was sent after {together[i - 1].Lane}");
            }
        }
    }
}
