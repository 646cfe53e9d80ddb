namespace TeleMonitor.Hub;

/// <summary>What the store keeps of the hub's time, so that a start can go on from it.</summary>
/// <param name="Hub">The hub's time when it was kept.</param>
/// <param name="Boot">Boot of the machine's kernel under which it was kept; empty when unknown.</param>
/// <param name="Monotonic">The machine's monotonic clock then.</param>
/// <param name="Held">The machine's wall clock was known to be wrong then.</param>
/// <param name="Latest">The latest time that anything in the store carries; the hub has vouched for it.</param>
public sealed record KeptTime(DateTimeOffset Hub, string Boot, TimeSpan Monotonic, bool Held, DateTimeOffset Latest);

/// <summary>Where a start took the hub's time from.</summary>
public enum ClockStart
{
    /// <summary>From the machine's wall clock: nothing that is kept speaks against it.</summary>
    Machine,
    /// <summary>From the kept time and the monotonic clock since: same boot of the machine, so the wall clock is not needed.</summary>
    Continued,
    /// <summary>From the kept time alone: the wall clock is behind it, so the time the hub was down counts as none.</summary>
    Held,
}

/// <summary>
/// How the hub's time runs (design.md rule 10). Pure. It never goes back, a step of the machine's wall clock is approached slowly, and
/// a start goes on from the time that the store has vouched for.
/// </summary>
public static class HubTime
{
    /// <summary>A difference to the machine's wall clock above this is a finding (design.md rule 10).</summary>
    public static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Above the limit the hub gains or loses one second in twenty: a rung of 5 minutes comes at most 15 s early or late, and a wrong hour
    /// is gone after 20 hours. Slower (500 ppm would take 83 days) every age on a board would be wrong for weeks.
    /// </summary>
    public const int StepPart = 20;

    /// <summary>Up to the limit the hub follows at 500 ppm, the rate at which NTP itself slews (source: ntp_adjtime, MAXFREQ).</summary>
    public const int DriftPart = 2000;

    /// <summary>No hub ran before this: a wall clock that is earlier has never been set.</summary>
    public static readonly DateTimeOffset NeverBefore = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time a hub starts with.</summary>
    /// <param name="wall">The machine's wall clock.</param>
    /// <param name="monotonic">The machine's monotonic clock.</param>
    /// <param name="boot">Boot of the machine's kernel; empty when unknown.</param>
    /// <param name="kept">What the store has; null for a new store.</param>
    public static (DateTimeOffset Now, ClockStart Why) AtStart(DateTimeOffset wall, TimeSpan monotonic, string boot, KeptTime? kept)
    {
        if (kept is null)
        {
            return wall < NeverBefore ? (NeverBefore, ClockStart.Held) : (wall, ClockStart.Machine);
        }
        if (boot.Length > 0 && string.Equals(boot, kept.Boot, StringComparison.Ordinal) && monotonic >= kept.Monotonic)
        {
            DateTimeOffset now = kept.Hub + (monotonic - kept.Monotonic);
            return (now < kept.Latest ? kept.Latest : now, kept.Held ? ClockStart.Held : ClockStart.Continued);
        }
        DateTimeOffset latest = kept.Hub < kept.Latest ? kept.Latest : kept.Hub;
        return wall >= latest ? (wall, ClockStart.Machine) : (latest, ClockStart.Held);
    }

    /// <summary>What the hub adds to the elapsed time to come nearer to the machine's wall clock.</summary>
    /// <param name="difference">Machine's wall clock less the hub's time, at the beginning of the span.</param>
    /// <param name="elapsed">Monotonic time since then; not negative.</param>
    /// <param name="wall">The machine's wall clock at the beginning of the span.</param>
    public static TimeSpan Approach(TimeSpan difference, TimeSpan elapsed, DateTimeOffset wall)
    {
        if (wall < NeverBefore)
        {
            return TimeSpan.Zero; // a clock that was never set says nothing
        }
        long most = elapsed.Ticks / (difference.Duration() > StepLimit ? StepPart : DriftPart);
        return TimeSpan.FromTicks(Math.Clamp(difference.Ticks, -most, most));
    }

    /// <summary>
    /// True when a wall clock that was known to be wrong has been set: the hub had no time of its own to defend, only the last one it
    /// knew, and takes the machine's at once. Never backwards.
    /// </summary>
    public static bool Adopts(bool held, TimeSpan difference, DateTimeOffset wall) => held && wall >= NeverBefore && difference >= TimeSpan.Zero;
}
