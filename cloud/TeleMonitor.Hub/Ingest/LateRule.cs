using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>Whether a value came long after it was measured. Pure.</summary>
internal static class LateRule
{
    /// <summary>From here on a value is history: the window after which a set closes by itself (design.md section 8).</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Compares two times of the gateway's one clock, so that neither the hub's clock nor the way plays a part. A clock that was never set
    /// tells nothing: then nothing is called late, since what is called late is read as less urgent.
    /// </summary>
    /// <param name="at">When it was measured, corrected where that is known.</param>
    /// <param name="sent">When its batch was sent.</param>
    /// <param name="known">The time it was measured is known: the clock was set, or has been corrected.</param>
    public static bool IsLate(DateTimeOffset at, DateTimeOffset sent, bool known) => known && sent - at > After;

    /// <summary>
    /// How old what an alert rests on was when the alert was made, where that is history: a sensor handed over what it had stored. Null for
    /// an alert about now; a Red that stands is said again with the values it began with and is about now.
    /// </summary>
    public static TimeSpan? HistoryOf(AlertItem alert) =>
        alert.Because is not "still-red" && alert.Inputs.Count > 0 && TimeSpan.FromSeconds(alert.Inputs.Min(input => input.AgeSeconds)) is var age && age > After ? age : null;

    /// <summary>True when the state says that the wall clock was set.</summary>
    public static bool IsSet(BatchContext context) => context.Clock is "synchronised" or "holdover";
}
