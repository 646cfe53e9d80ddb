using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Why an alert counts.</summary>
public enum ReplayBecause : byte
{
    /// <summary>It would open a case.</summary>
    Opened,
    /// <summary>A case would be open, and its ladder would call again: a higher triage, or a reason that was not there.</summary>
    CalledAgain,
}

/// <summary>An alert that would have gone, and would have called somebody.</summary>
/// <param name="Place">Its set in the history.</param>
/// <param name="At">When that was measured.</param>
/// <param name="Because">Why it counts.</param>
/// <param name="Triage">Yellow or Red.</param>
/// <param name="Reasons">Codes of <see cref="Reason"/>, and limits as <c>limit/spo2/low-red</c>; sorted.</param>
public sealed record ReplayAlert(int Place, DateTimeOffset At, ReplayBecause Because, Triage Triage, IReadOnlyList<string> Reasons);

/// <summary>How an event was heralded.</summary>
/// <param name="Event">The event.</param>
/// <param name="First">First alert within the time before it; null when there was none.</param>
/// <param name="FirstRed">First Red within the time before it.</param>
/// <param name="CaseOpen">True when a case was open at its time, also one from long before.</param>
public sealed record ReplayLead(ReplayEvent Event, ReplayAlert? First, ReplayAlert? FirstRed, bool CaseOpen)
{
    /// <summary>Time from the first alert to the event.</summary>
    public TimeSpan? Lead => Event.At - First?.At;
    /// <summary>Time from the first Red to the event.</summary>
    public TimeSpan? LeadOfRed => Event.At - FirstRed?.At;
    /// <summary>True when nobody would have been called in time and nobody had it in hand.</summary>
    public bool IsMissed => First is null && !CaseOpen;
}

/// <summary>What a replay of one citizen says.</summary>
public sealed record ReplayResult
{
    /// <summary>Fewest days with data from which a rate is told (design.md section 8).</summary>
    public const int LeastDays = 14;

    /// <summary>Pseudonym.</summary>
    public required string Citizen { get; init; }
    /// <summary>Sets that were judged.</summary>
    public required int Sets { get; init; }
    /// <summary>Days from the first with data through the last that counts.</summary>
    public required int Days { get; init; }
    /// <summary>Those with data.</summary>
    public required int DaysWithData { get; init; }
    /// <summary>Those without.</summary>
    public required IReadOnlyList<DateOnly> DaysWithout { get; init; }
    /// <summary>The alerts that count, oldest first.</summary>
    public required IReadOnlyList<ReplayAlert> Alerts { get; init; }
    /// <summary>The events of those days, oldest first.</summary>
    public required IReadOnlyList<ReplayLead> Leads { get; init; }

    /// <summary>True when there is too little data for a rate.</summary>
    public bool HasTooLittleData => DaysWithData < LeastDays;
    /// <summary>Alerts per week of its days, those without data too; null with too little data.</summary>
    public double? PerWeek => HasTooLittleData ? null : Alerts.Count * 7.0 / Days;
    /// <summary>Events that were missed.</summary>
    public int Missed => Leads.Count(lead => lead.IsMissed);
}

/// <summary>One history under two settings.</summary>
/// <param name="Before">Under the settings that hold.</param>
/// <param name="After">Under the changed ones.</param>
public sealed record ReplayChange(ReplayResult Before, ReplayResult After)
{
    /// <summary>Alerts that the change would take away.</summary>
    public IEnumerable<ReplayAlert> Gone => Missing(Before, After);
    /// <summary>Alerts that the change would bring.</summary>
    public IEnumerable<ReplayAlert> New => Missing(After, Before);

    private static IEnumerable<ReplayAlert> Missing(ReplayResult from, ReplayResult other)
    {
        HashSet<(int, Triage)> kept = [.. other.Alerts.Select(alert => (alert.Place, alert.Triage))];
        return from.Alerts.Where(alert => !kept.Contains((alert.Place, alert.Triage)));
    }
}

/// <summary>Replays of several citizens added up. Those with too little data are counted and left out of the rate.</summary>
public sealed record ReplaySum
{
    /// <summary>Adds up.</summary>
    public ReplaySum(IReadOnlyCollection<ReplayResult> results)
    {
        ReplayResult[] enough = [.. results.Where(result => !result.HasTooLittleData)];
        ReplayLead[] leads = [.. results.SelectMany(result => result.Leads)];
        TimeSpan[] times = [.. leads.Select(lead => lead.Lead).OfType<TimeSpan>().Order()];
        (Citizens, TooLittleData, Alerts, Sets) = (results.Count, results.Count - enough.Length, results.Sum(result => result.Alerts.Count), results.Sum(result => (long)result.Sets));
        CitizenWeeks = enough.Sum(result => result.Days) / 7.0;
        PerCitizenWeek = enough.Length == 0 ? null : enough.Sum(result => result.Alerts.Count) / CitizenWeeks;
        (Events, Missed, MedianLead) = (leads.Length, leads.Count(lead => lead.IsMissed), times.Length == 0 ? null : times[(times.Length - 1) / 2]);
    }

    /// <summary>Citizens.</summary>
    public int Citizens { get; }
    /// <summary>Citizens with too little data for a rate.</summary>
    public int TooLittleData { get; }
    /// <summary>Alerts of all citizens.</summary>
    public int Alerts { get; }
    /// <summary>Sets of all citizens.</summary>
    public long Sets { get; }
    /// <summary>Weeks of those with enough data.</summary>
    public double CitizenWeeks { get; }
    /// <summary>Alerts per citizen and week of those with enough data; null when there is none.</summary>
    public double? PerCitizenWeek { get; }
    /// <summary>Events of all citizens.</summary>
    public int Events { get; }
    /// <summary>Those that were missed.</summary>
    public int Missed { get; }
    /// <summary>Median time from first alert to event, the lower of two; null when no event had one.</summary>
    public TimeSpan? MedianLead { get; }
}
