namespace TeleMonitor.Simulation;

/// <summary>
/// The clock of one machine. Faults: its monotonic time runs up to 100 ppm fast or slow; its wall clock is stepped; it boots in 1970 and
/// stays there until a time server is reached. Excluded: monotonic time that goes back within a boot (no kernel does that), and timers,
/// which nothing that the simulation runs uses.
/// </summary>
internal sealed class HomeClock(World world, double drift) : TimeProvider
{
    private TimeSpan bootedAt = world.Now, wallError;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>True while a time server has been reached since the boot.</summary>
    public bool IsSynchronised { get; private set; } = true;

    public override long GetTimestamp() => Drifted(world.Now - bootedAt).Ticks;

    public override DateTimeOffset GetUtcNow() => World.Start + world.Now + (Drifted(world.Now) - world.Now) + wallError;

    /// <summary>How long it really takes until this clock has counted so much.</summary>
    public TimeSpan True(TimeSpan counted) => TimeSpan.FromTicks((long)Math.Ceiling(counted.Ticks / (1 + drift)));

    public void Boot(bool withoutBattery)
    {
        bootedAt = world.Now;
        IsSynchronised = false;
        wallError = withoutBattery ? DateTimeOffset.UnixEpoch - World.Start - world.Now : TimeSpan.Zero;
    }

    public void Step(TimeSpan by) => wallError += by;

    public void Synchronise() => (IsSynchronised, wallError) = (true, TimeSpan.Zero);

    private TimeSpan Drifted(TimeSpan real) => real + TimeSpan.FromTicks((long)(real.Ticks * drift));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("nothing that the simulation runs waits by itself");
}
