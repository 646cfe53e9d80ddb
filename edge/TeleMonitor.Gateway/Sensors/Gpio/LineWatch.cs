using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>Watches the events of one line and finds presses; ends when the line is gone.</summary>
/// <param name="handle">Where the kernel writes events.</param>
/// <param name="sample">The line now; null when it cannot be read.</param>
/// <param name="clock">Its timestamps are the kernel's monotonic time, as those of the events are.</param>
/// <param name="times">How long things take.</param>
internal sealed class LineWatch(SafeHandle handle, Func<bool?> sample, TimeProvider clock, PressTimes times)
{
    private const int UnreadBeforeGone = 3;
    private readonly LineEvents events = new();
    private readonly List<LineEvent> edges = [];
    private readonly byte[] buffer = new byte[16 * GpioAbi.EventSize];
    private PressState state = PressRules.Begin(sample(), clock.GetElapsedTime(0));
    private int unread;

    /// <summary>Events that never came.</summary>
    public long Lost => events.Lost;

    /// <summary>True while it is stuck or chatters.</summary>
    public bool Useless => state.Told;

    /// <summary>Waits for events or for time to bring something, once.</summary>
    /// <param name="atMost">Longest wait.</param>
    /// <param name="found">Gets what was found, in order; never <see cref="PressReason.Nothing"/>.</param>
    /// <returns>Why the line can no longer be watched; null: go on.</returns>
    public LineFault? Step(TimeSpan atMost, List<PressReason> found)
    {
        TimeSpan wait = PressRules.Due(state, times) is { } due && due - Now < atMost ? due - Now : atMost;
        int ready = GpioKernel.Wait(handle, wait);
        int read = ready > 0 ? GpioKernel.Read(handle, buffer) : ready;
        if (read < 0 || (ready > 0 && read == 0))
        {
            return read < 0 ? GpioChip.FaultOf(-read, "the line") : new LineFault("not-found", "the line: its driver has gone");
        }
        edges.Clear();
        events.Take(buffer.AsSpan(0, read), edges);
        foreach (LineEvent edge in edges)
        {
            Note(PressRules.Edge(state, edge.Active, edge.Lost > 0, edge.At, times), found);
        }
        bool? level = sample();
        unread = level is null ? unread + 1 : 0;
        state = level is { } contact ? PressRules.Sample(state, contact, Now) : state;
        Note(PressRules.Pass(state, Now, times), found);
        return unread < UnreadBeforeGone ? null : new LineFault("not-found", "the line: it can no longer be read");
    }

    private TimeSpan Now => clock.GetElapsedTime(0);

    private void Note((PressState State, PressReason Reason) step, List<PressReason> found)
    {
        state = step.State;
        if (step.Reason is not PressReason.Nothing)
        {
            found.Add(step.Reason);
        }
    }
}
