using System.IO.Pipes;
using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

/// <summary>A real pipe carries the kernel's event structures; the clock is simulated, the kernel's waiting is not.</summary>
public sealed class LineWatchTests : IDisposable
{
    private readonly AnonymousPipeServerStream line = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream end;
    private readonly SimClock clock = new();
    private readonly List<PressReason> found = [];
    private bool? level = false;
    private uint number;
    private LineWatch? watch;

    public LineWatchTests() => end = new AnonymousPipeClientStream(PipeDirection.In, line.ClientSafePipeHandle);

    public void Dispose()
    {
        line.Dispose();
        end.Dispose();
    }

    private LineWatch Watch => watch ??= new LineWatch(end.SafePipeHandle, () => level, clock, new PressTimes());

    [Fact]
    public void A_press_comes_out_of_the_pipe_once()
    {
        Step();
        Edge(true);
        Step();
        Assert.Empty(found);
        clock.Advance(TimeSpan.FromMilliseconds(20));
        Step();
        Assert.Equal([PressReason.Pressed], found);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        Edge(false);
        Step();
        clock.Advance(TimeSpan.FromMilliseconds(20));
        Step();
        Assert.Equal([PressReason.Pressed, PressReason.Released], found);
        Assert.False(Watch.Useless);
    }

    [Fact]
    public void A_bouncing_press_that_is_read_in_one_go_is_one_press()
    {
        Step();
        foreach (bool active in new[] { true, false, true, false, true })
        {
            Edge(active);
            clock.Advance(TimeSpan.FromMilliseconds(3));
        }
        clock.Advance(TimeSpan.FromMilliseconds(80));
        Edge(false);
        Step();
        Assert.Equal([PressReason.Bounce, PressReason.Bounce, PressReason.Pressed], found);
    }

    [Fact]
    public void Half_an_event_waits_for_its_other_half()
    {
        Step();
        byte[] bytes = LineEventsTests.Bytes(0, 1, ++number);
        line.Write(bytes.AsSpan(0, 20));
        Step();
        level = true;
        clock.Advance(TimeSpan.FromMilliseconds(50));
        line.Write(bytes.AsSpan(20));
        Step();
        Assert.Equal([PressReason.Pressed], found);
    }

    [Fact]
    public void Events_that_never_came_are_counted_and_a_release_after_them_is_a_press()
    {
        Step();
        number += 40;
        Edge(false);
        Step();
        Assert.Equal(40, Watch.Lost);
        Assert.Equal([PressReason.Pressed], found);
    }

    [Fact]
    public void A_spurious_first_edge_is_told_apart_by_the_line_itself()
    {
        Step();
        Edge(true);
        level = false;
        Step();
        clock.Advance(TimeSpan.FromSeconds(1));
        Step();
        Assert.Equal([PressReason.Spurious], found);
    }

    [Fact]
    public void A_stuck_button_makes_the_watch_useless_until_it_is_free()
    {
        level = true;
        Step();
        clock.Advance(TimeSpan.FromSeconds(30));
        Step();
        Assert.Equal([PressReason.Stuck], found);
        Assert.True(Watch.Useless);
        Edge(false);
        Step();
        clock.Advance(TimeSpan.FromMilliseconds(20));
        Step();
        Assert.Equal((PressReason.Released, false), (found[^1], Watch.Useless));
    }

    [Fact]
    public void A_driver_that_goes_away_ends_the_watch_and_says_so()
    {
        Step();
        Edge(true);
        line.Dispose();
        Assert.Null(Watch.Step(TimeSpan.Zero, found)); // what was written before is still read
        Assert.Equal("not-found", Watch.Step(TimeSpan.Zero, found)!.Word);
    }

    [Fact]
    public void A_line_that_cannot_be_read_three_times_is_gone_and_one_disturbed_reading_is_not()
    {
        Step();
        level = null;
        Step();
        Step();
        level = false;
        Step();
        level = null;
        Step();
        Step();
        Assert.Equal("not-found", Watch.Step(TimeSpan.Zero, found)!.Word);
    }

    private void Step() => Assert.Null(Watch.Step(TimeSpan.Zero, found));

    private void Edge(bool active)
    {
        level = active;
        line.Write(LineEventsTests.Bytes(clock.GetElapsedTime(0).TotalMilliseconds, active ? 1u : 2u, ++number));
    }
}
