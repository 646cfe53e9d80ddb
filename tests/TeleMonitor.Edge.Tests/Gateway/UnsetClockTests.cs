using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Edge.Tests.Uplink;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>A gateway without a clock battery boots in 1970, measures, and reaches a hub ten minutes later.</summary>
public sealed class UnsetClockTests : IDisposable
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly OutboxFolder folder = new();
    private readonly SimClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly SimHub hub = new();
    private readonly SqliteOutbox outbox;
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();

    public UnsetClockTests() => outbox = folder.Open();

    public void Dispose()
    {
        outbox.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void What_it_wrote_before_is_corrected_beside_the_original_and_what_it_writes_after_is_right()
    {
        var link = new SimLink(hub, new Random(2)) { HubTime = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) };
        GatewayCore core = Start(link);
        Measure(core);
        clock.Advance(TenMinutes);
        link.Connect();
        Exchange(core, link);
        Measure(core);
        Exchange(core, link);

        Item[] stored = [.. hub.Stored(WireWord.ReadingLane).Select(bytes => WireItems.TryRead(bytes, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem))];
        ReadingItem[] readings = [.. stored.OfType<ReadingItem>()];
        TimeCorrectedItem correction = Assert.Single(stored.OfType<TimeCorrectedItem>());
        Assert.Equal(DateTimeOffset.UnixEpoch, readings[0].At);
        Assert.InRange(readings[0].Tick, correction.FromTick, correction.ToTick);
        Assert.Equal(link.HubTime, readings[0].At.AddSeconds(correction.OffsetSeconds), TimeSpan.FromSeconds(1));
        Assert.Equal(link.HubTime + TenMinutes, readings[1].At, TimeSpan.FromSeconds(1));
        Assert.True(readings[1].Tick > correction.ToTick);
        Assert.Equal("receipt", correction.Source);
    }

    private GatewayCore Start(SimLink link) => new(
        new GatewaySetup
        {
            Gateway = "gw-test-0001", Identity = new GatewayIdentity(clock, Shipped.Config.Charts.Values, "boot-1", () => false), Outbox = outbox, Clock = clock,
            Dice = new Random(1), Say = _ => { },
            Judging = new JudgeSettings { Assignment = 1, Charts = [.. Shipped.Config.Charts.Values], Sensors = Shipped.Config.Sensors },
        }, inbox.Reader, link, () => { }, () => { });

    private void Measure(GatewayCore core)
    {
        Assert.True(inbox.Writer.TryWrite(new SensorMessage(new Burst([JudgedHome.Number(Vital.Pulse, 72)]))));
        core.Judge();
    }

    // SimLink tells the hub's time as HubTime plus its own monotonic time, which is the gateway's
    private void Exchange(GatewayCore core, SimLink link)
    {
        link.RunUntil(clock.GetElapsedTime(0));
        for (int step = 0; step < 20; step++)
        {
            core.Send();
            clock.Advance(TimeSpan.FromMilliseconds(50));
            link.RunUntil(clock.GetElapsedTime(0));
            core.Judge();
        }
    }
}
