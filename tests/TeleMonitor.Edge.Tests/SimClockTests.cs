namespace TeleMonitor.Edge.Tests;

/// <summary>The simulated clock keeps what the tests that stand on it presume.</summary>
public sealed class SimClockTests
{
    [Fact]
    public async Task A_delay_ends_at_its_time_and_not_before_whatever_the_wall_clock_does()
    {
        SimClock clock = new();
        Task delay = Task.Delay(TimeSpan.FromSeconds(30), clock);
        clock.Advance(TimeSpan.FromSeconds(29));
        clock.StepWallClock(TimeSpan.FromDays(365));
        Assert.False(delay.IsCompleted);
        Assert.Equal(new DateTimeOffset(2027, 11, 22, 8, 0, 29, TimeSpan.Zero), clock.GetUtcNow());
        clock.Advance(TimeSpan.FromSeconds(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Timers_fire_in_order_of_due_time_at_their_own_moment()
    {
        SimClock clock = new();
        List<string> fired = [];
        using ITimer late = Timer("late", 20, Timeout.InfiniteTimeSpan);
        using ITimer often = Timer("often", 5, TimeSpan.FromSeconds(10));
        using ITimer never = Timer("never", 8, Timeout.InfiniteTimeSpan);
        never.Dispose();
        clock.Advance(TimeSpan.FromSeconds(26));
        Assert.Equal(["often 5", "often 15", "late 20", "often 25"], fired);
        Assert.Equal(1, clock.ArmedTimers);

        ITimer Timer(string name, int due, TimeSpan period) => clock.CreateTimer(
            _ => fired.Add($"{name} {clock.GetElapsedTime(0).TotalSeconds}"), null, TimeSpan.FromSeconds(due), period);
    }
}
