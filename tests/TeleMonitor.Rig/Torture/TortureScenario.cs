namespace TeleMonitor.Rig.Torture;

/// <summary>Whose files lie on the small disk.</summary>
internal enum SmallDiskOf
{
    Nothing,
    Gateway,
    Hub,
}

/// <summary>Whose wall clock the rig sets.</summary>
internal enum ClockOf
{
    Gateway,
    Hub,
}

/// <summary>One row of the table: what is done to a running installation.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Trouble">Does it; returns when nothing more will be done. The run goes on to its end after it.</param>
internal sealed record TortureScenario(string Name, Func<TortureRun, Task> Trouble)
{
    public SmallDiskOf Small { get; init; }

    public ClockOf? Clock { get; init; }

    /// <summary>What the peers lost of 4,250 in the same trouble, fewest and most; source: shared/peers.md, measured November 2026.</summary>
    public string Peers { get; init; } = "";

    /// <summary>Null when it can be done on this machine, else why not.</summary>
    public string? WhyNot() => (Small == SmallDiskOf.Nothing ? null : SmallDisk.WhyNot()) ?? (Clock is null ? null : WallClock.WhyNot());
}
