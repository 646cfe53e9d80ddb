namespace TeleMonitor.Hub;

/// <summary>
/// The hub's time: wall time at start plus monotonic time since (design.md rule 10). A step of the machine's clock cannot make a due
/// time come early or never.
/// </summary>
public sealed class HubClock(TimeProvider machine) : TimeProvider
{
    private readonly DateTimeOffset wallAtStart = machine.GetUtcNow();
    private readonly long startedAt = machine.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => wallAtStart + machine.GetElapsedTime(startedAt);

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>How far the machine's wall clock has moved away from this one; above 5 s it is a finding.</summary>
    public TimeSpan Step => machine.GetUtcNow() - GetUtcNow();
}
