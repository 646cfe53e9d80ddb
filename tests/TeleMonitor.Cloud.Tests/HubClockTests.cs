using TeleMonitor.Care.Cases;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>The hub's clock on a machine whose own clock is stepped, and over restarts with open cases.</summary>
public sealed class HubClockTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly SteppedMachine machine = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public void Dispose() => hub.Dispose();

    /// <summary>A machine whose monotonic clock moves by the test and whose wall clock can be stepped.</summary>
    private sealed class SteppedMachine(DateTimeOffset start) : TimeProvider
    {
        public TimeSpan Monotonic { get; set; } = TimeSpan.FromHours(3);
        public TimeSpan Wrong { get; set; }
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => Monotonic.Ticks;
        public override DateTimeOffset GetUtcNow() => start + Monotonic + Wrong;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_step_of_an_hour_moves_no_five_minutes_by_more_than_fifteen_seconds_and_is_gone_after_a_day(int hours)
    {
        var clock = new HubClock(machine);
        DateTimeOffset began = clock.GetUtcNow();
        machine.Wrong = TimeSpan.FromHours(hours);
        Assert.True(clock.Follow().Duration() > TimeSpan.FromMinutes(59));
        TimeSpan five = Run(clock, TimeSpan.FromMinutes(5));
        Assert.InRange(five.TotalSeconds, 285, 315);
        Run(clock, TimeSpan.FromHours(24));
        Assert.True(clock.Follow().Duration() <= HubTime.StepLimit);
        Assert.True(clock.GetUtcNow() > began);
    }

    [Fact]
    public void A_clock_that_nobody_looks_at_for_long_does_not_overshoot()
    {
        var clock = new HubClock(machine);
        machine.Wrong = TimeSpan.FromSeconds(60);
        clock.Follow();
        machine.Monotonic += TimeSpan.FromDays(3);
        Assert.Equal(machine.GetUtcNow(), clock.GetUtcNow());
    }

    [Fact]
    public void A_wall_clock_that_was_known_to_be_wrong_is_taken_over_at_once_when_it_is_set()
    {
        KeptTime kept = new(machine.GetUtcNow().AddMinutes(-10), "other-boot", TimeSpan.Zero, false, default);
        machine.Wrong = TimeSpan.FromDays(-365 * 50);
        var clock = new HubClock(machine, kept, "this-boot");
        Assert.Equal((ClockStart.Held, kept.Hub), (clock.Start, clock.GetUtcNow()));
        machine.Monotonic += TimeSpan.FromMinutes(1);
        clock.Follow();
        Assert.Equal(kept.Hub.AddMinutes(1), clock.GetUtcNow()); // not slowed by a clock that says 1976
        machine.Wrong = TimeSpan.Zero;
        clock.Follow();
        Assert.Equal(machine.GetUtcNow(), clock.GetUtcNow());
        machine.Wrong = TimeSpan.FromHours(2);
        clock.Follow();
        Assert.True(clock.GetUtcNow() < machine.GetUtcNow().AddMinutes(-119)); // once only: from now on a step is a step
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    [InlineData(1, false)]
    public void A_restart_after_the_wall_clock_moved_an_hour_neither_freezes_a_ladder_nor_makes_it_storm(int hours, bool sameBoot)
    {
        HubClock before = HubClock.Of(hub.Store, machine);
        hub.Now = before.GetUtcNow();
        hub.Take(new TestLane(WireWord.AlertLane).Add([.. new TestHome(hub).Measure((Vital.Pulse, 135)).Where(item => item.Lane == WireWord.AlertLane).Select(item => item.Item)]).PackAll());
        hub.Worker.Work(hub.Now);
        CareCase open = hub.Store.Read(read => read.OpenCases(null)).Single();
        int rung = open.Rung;
        KeptTime kept = before.Keep();
        hub.Store.Write(write => write.KeepTime(sameBoot ? kept : kept with { Boot = "a boot before" }));

        machine.Monotonic += TimeSpan.FromSeconds(20);
        machine.Wrong = TimeSpan.FromHours(hours);
        HubClock after = HubClock.Of(hub.Store, machine);
        Assert.True(after.GetUtcNow() >= kept.Hub);
        int climbed = Tick(after, TimeSpan.FromSeconds(1), open) - rung;
        Assert.Equal(hours > 0 && !sameBoot ? 1 : 0, climbed); // an hour forward after a reboot is an hour down: one rung, once
        Assert.Equal(climbed + 1, Tick(after, TimeSpan.FromMinutes(5.3), open) - rung); // and the next within its five minutes
    }

    private int Tick(HubClock clock, TimeSpan span, CareCase open)
    {
        for (TimeSpan end = machine.Monotonic + span; machine.Monotonic < end; machine.Monotonic += TimeSpan.FromSeconds(1))
        {
            clock.Follow();
            hub.Worker.Work(clock.GetUtcNow());
        }
        return hub.Store.Read(read => read.CaseOf(long.Parse(open.Id)))!.Rung;
    }

    private TimeSpan Run(HubClock clock, TimeSpan span)
    {
        DateTimeOffset from = clock.GetUtcNow(), last = from;
        for (TimeSpan end = machine.Monotonic + span; machine.Monotonic < end; machine.Monotonic += TimeSpan.FromSeconds(1))
        {
            clock.Follow();
            DateTimeOffset now = clock.GetUtcNow();
            Assert.True(now >= last, "the hub's time went back");
            last = now;
        }
        return clock.GetUtcNow() - from;
    }
}
