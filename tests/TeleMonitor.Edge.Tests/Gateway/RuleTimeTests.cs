using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Windows and repeats after a restart within one boot.</summary>
public sealed class RuleTimeTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly OutboxFolder folder = new();
    private readonly SimClock clock = new();
    private readonly GatewayIdentity identity;
    private readonly JudgeSettings settings = new() { Assignment = 1, Charts = [.. Shipped.Config.Charts.Values], Sensors = Shipped.Config.Sensors };

    public RuleTimeTests() => identity = new GatewayIdentity(clock, []);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(40)]
    [InlineData(24 * 60)] // missed 48 times, said once
    public async Task A_standing_Red_is_said_again_once_and_at_once_after_a_restart_that_was_down_for_longer_than_the_repeat(int minutesDown)
    {
        clock.Advance(TimeSpan.FromHours(2));
        using SqliteOutbox outbox = folder.Open();
        Keep(outbox, Red(closesSet: true), clock.GetElapsedTime(0));
        Assert.Equal(1, outbox.Standing(WireWord.AlertLane).Last);
        clock.Advance(TimeSpan.FromMinutes(minutesDown));

        await using Running running = Start(outbox);
        await UntilAsync(() => outbox.Standing(WireWord.AlertLane).Last > 1);
        clock.Advance(TimeSpan.FromMinutes(29));
        await running.StopAsync();
        Assert.Equal(2, outbox.Standing(WireWord.AlertLane).Last);
    }

    [Fact]
    public async Task A_restart_within_the_repeat_says_the_Red_again_when_the_half_hour_is_over_and_not_before()
    {
        clock.Advance(TimeSpan.FromHours(2));
        using SqliteOutbox outbox = folder.Open();
        Keep(outbox, Red(closesSet: true), clock.GetElapsedTime(0));
        clock.Advance(TimeSpan.FromMinutes(20));

        await using Running running = Start(outbox);
        await UntilAsync(() => running.Waits);
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, outbox.Standing(WireWord.AlertLane).Last);
        await MoveUntilAsync(() => outbox.Standing(WireWord.AlertLane).Last > 1, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task A_set_that_a_replay_at_full_speed_left_open_far_ahead_still_ends_its_window_on_time()
    {
        clock.Advance(TimeSpan.FromHours(1));
        using SqliteOutbox outbox = folder.Open();
        Keep(outbox, Red(closesSet: false), TimeSpan.FromHours(300));
        long kept = outbox.Standing(WireWord.ReadingLane).Last;

        await using Running running = Start(outbox);
        await UntilAsync(() => running.Waits);
        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(kept, outbox.Standing(WireWord.ReadingLane).Last);
        await MoveUntilAsync(() => outbox.Standing(WireWord.ReadingLane).Last > kept, TimeSpan.FromMinutes(2));
    }

    private static Burst Red(bool closesSet) => new(
        [new Measured(Vital.Respiration, 36, VitalCode.Of(Vital.Respiration).Unit, ReplaySensor.SensorId),
         new Measured(Vital.Spo2, 80, VitalCode.Of(Vital.Spo2).Unit, ReplaySensor.SensorId),
         new Measured(Vital.Pulse, 140, VitalCode.Of(Vital.Pulse).Unit, ReplaySensor.SensorId)], closesSet);

    // what an earlier start of the program has left in the outbox
    private void Keep(SqliteOutbox outbox, Burst burst, TimeSpan at)
    {
        var ticks = new TickSource(0);
        var course = new RuleCourse(settings, identity.Boot, () => ticks.Next(identity.Microseconds));
        var items = new List<OutboxItem>();
        course.Take(burst, at, clock.GetUtcNow(), items);
        outbox.Commit(new OutboxCommit { Context = identity.ContextOf(identity.Now()), Items = items, LastTick = ticks.Last, States = [(1, new RuleState(course.State.Write(), course.Time))] });
    }

    private Running Start(SqliteOutbox outbox)
    {
        var options = new MqttLinkOptions { Gateway = "gw-test-0001", Boot = identity.Boot, Brokers = [("127.0.0.1", 1)], Tls = null, NextConnection = () => 1 };
        return new Running(new GatewayLoop(new GatewaySetup
        {
            Gateway = "gw-test-0001", Identity = identity, Outbox = outbox, Clock = clock, Dice = new Random(1), Say = _ => { }, Judging = settings, Patience = null,
        }, raised => new MqttLink(options, TimeProvider.System, new Random(2), raised)), clock);
    }

    // the loop's timer is armed on another thread than the one that moves the clock: the minutes are moved second by second
    private async Task MoveUntilAsync(Func<bool> holds, TimeSpan within)
    {
        for (TimeSpan moved = TimeSpan.Zero; !holds() && moved < within; moved += TimeSpan.FromSeconds(1))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(2);
        }
        await UntilAsync(holds);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, "it did not come within the bound");
            await Task.Delay(5);
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly GatewayLoop loop;
        private readonly SimClock clock;
        private readonly Task task;

        public Running(GatewayLoop loop, SimClock clock)
        {
            (this.loop, this.clock) = (loop, clock);
            task = loop.RunAsync(new SilentSensor(), stop.Token);
        }

        /// <summary>True when the loop has set its timer for what is due next.</summary>
        public bool Waits => clock.ArmedTimers > 0;

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await task.WaitAsync(Bound, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            loop.Dispose();
            stop.Dispose();
        }
    }

    private sealed class SilentSensor : ISensor
    {
        public Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }
}
