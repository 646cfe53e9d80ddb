namespace TeleMonitor.Edge.Tests;

/// <summary>
/// A clock that stands still until moved. Two times are kept apart: <see cref="GetTimestamp"/> is monotonic and moves only by
/// <see cref="Advance"/>; <see cref="GetUtcNow"/> adds an error that <see cref="StepWallClock"/> changes, as a time server or a
/// missing clock battery would. Timers and <c>Task.Delay(…, clock)</c> follow the monotonic time.
/// </summary>
/// <remarks>Excluded: drift (step in small amounts instead) and monotonic time that goes back (no kernel does that).</remarks>
public sealed class SimClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<(SimTimer Timer, long Arming), (long Due, long Order)> due = new();
    private long now;
    private long order;
    private TimeSpan wallError;

    public SimClock()
        : this(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return start + TimeSpan.FromTicks(now) + wallError;
        }
    }

    /// <summary>How many timers will fire if time is moved far enough: lets a test wait until something waits for the clock.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (gate)
            {
                return due.UnorderedItems.Count(entry => entry.Element.Timer.Arming == entry.Element.Arming);
            }
        }
    }

    /// <summary>How far the next timer is away; null when none is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (gate)
            {
                long[] armed = [.. due.UnorderedItems.Where(entry => entry.Element.Timer.Arming == entry.Element.Arming).Select(entry => entry.Priority.Due)];
                return armed.Length == 0 ? null : TimeSpan.FromTicks(armed.Min() - now);
            }
        }
    }

    /// <summary>Changes what the wall shows, by any amount in either direction; no timer notices.</summary>
    public void StepWallClock(TimeSpan by)
    {
        lock (gate)
        {
            wallError += by;
        }
    }

    /// <summary>Moves time on; every timer fires at its own moment, in order of due time and then of arming, on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long target = GetTimestamp() + by.Ticks;
        while (NextDue(target) is { } timer)
        {
            timer.Fire();
        }

        lock (gate)
        {
            now = target;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        SimTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private SimTimer? NextDue(long target)
    {
        lock (gate)
        {
            while (due.TryPeek(out (SimTimer Timer, long Arming) entry, out (long Due, long Order) at) && at.Due <= target)
            {
                due.Dequeue();
                if (entry.Timer.Arming != entry.Arming)
                {
                    continue; // changed or disposed since
                }

                now = at.Due;
                entry.Timer.Arming = 0;
                if (entry.Timer.Period > TimeSpan.Zero)
                {
                    Arm(entry.Timer, entry.Timer.Period);
                }

                return entry.Timer;
            }

            return null;
        }
    }

    private void Arm(SimTimer timer, TimeSpan dueTime)
    {
        timer.Arming = ++order;
        due.Enqueue((timer, order), (now + dueTime.Ticks, order));
    }

    private sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>Number of the arming that counts; 0 when not armed. Guarded by the clock's lock.</summary>
        public long Arming { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                Arming = 0;
                Period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    clock.Arm(this, dueTime);
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
