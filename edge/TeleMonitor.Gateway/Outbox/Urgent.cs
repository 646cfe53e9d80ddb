using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>How it stands with what a person must hear of at once: what the citizen is shown, and what light and buzzer say.</summary>
internal enum UrgentState
{
    /// <summary>No Red and no help press of the last day is known.</summary>
    Nothing,
    /// <summary>One waits for the hub's receipt, not yet for long.</summary>
    Waiting,
    /// <summary>The hub's receipt is there for all of them.</summary>
    Sent,
    /// <summary>One has waited too long: the citizen is told to call the number.</summary>
    NotSent,
}

/// <summary>A Red alert or a help press as it was made.</summary>
/// <param name="Boot">Boot it was made in; empty when its bytes cannot be read.</param>
/// <param name="Tick">Monotonic microseconds of that boot.</param>
/// <param name="At">Wall time, as the gateway knew it.</param>
internal sealed record UrgentItem(string Boot, long Tick, DateTimeOffset At)
{
    /// <summary>The item of the alert lane that somebody must hear of at once, or null. What cannot be read, or is gone, may have been one.</summary>
    public static UrgentItem? Of(Item? item, string boot) => item switch
    {
        null => new UrgentItem("", 0, default),
        HelpItem or GoneItem => new UrgentItem(boot, item.Tick, item.At),
        AlertItem { Kind: WireWord.Alert } alert when !TriageWord.TryRead(alert.Triage, out Triage triage) || triage == Triage.Red => new UrgentItem(boot, item.Tick, item.At),
        _ => null,
    };
}

/// <summary>How it stands, of which item, and how long until that may change by itself.</summary>
/// <param name="State">The state.</param>
/// <param name="Item">The oldest that waits, or the newest that was sent; null when nothing is known.</param>
/// <param name="Left">While waiting: time until it counts as not sent.</param>
internal sealed record UrgentStanding(UrgentState State, UrgentItem? Item = null, TimeSpan? Left = null)
{
    /// <summary>Nothing is known.</summary>
    public static UrgentStanding None { get; } = new(UrgentState.Nothing);

    /// <summary>The word of the state on the wire.</summary>
    public string Word => State switch { UrgentState.Waiting => "waiting", UrgentState.Sent => "sent", UrgentState.NotSent => "not-sent", _ => "nothing" };
}

/// <summary>Says whether the citizen must call by telephone. Pure.</summary>
internal static class UrgentRules
{
    /// <summary>How long a Red or a help press may wait for the hub's receipt.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    /// <summary>How long "sent" is shown: as long as the hub's notices hold.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromHours(24);

    /// <summary>Judges from the oldest that waits and the newest of all.</summary>
    /// <param name="waiting">The oldest without the hub's receipt; null when none waits.</param>
    /// <param name="newest">The newest known; null when there is none.</param>
    /// <param name="boot">This boot: of another nobody knows how long it has waited, so its time counts as over.</param>
    /// <param name="microseconds">Monotonic time of this boot; runs on over restarts of the program.</param>
    /// <param name="wall">Wall time; decides nothing but how long "sent" is shown.</param>
    public static UrgentStanding Judge(UrgentItem? waiting, UrgentItem? newest, string boot, long microseconds, DateTimeOffset wall)
    {
        if (waiting is not null)
        {
            TimeSpan left = string.Equals(waiting.Boot, boot, StringComparison.Ordinal)
                ? Patience - TimeSpan.FromTicks((microseconds - waiting.Tick) * TimeSpan.TicksPerMicrosecond) : TimeSpan.Zero;
            return left > TimeSpan.Zero ? new UrgentStanding(UrgentState.Waiting, waiting, left) : new UrgentStanding(UrgentState.NotSent, waiting);
        }
        return newest is not null && wall - newest.At < Shown ? new UrgentStanding(UrgentState.Sent, newest) : UrgentStanding.None;
    }
}
