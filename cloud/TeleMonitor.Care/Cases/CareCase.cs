using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Cases;

/// <summary>Whom and what an alert is about; becomes the head of a new case.</summary>
/// <param name="Id">Id for the case if one is opened; unused when the alert joins.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Kind">Kind of case; for <see cref="CaseKind.UnreadableAlert"/> the triage comes from ladders.json, not from the alert.</param>
/// <param name="Area">Municipality slug or postcode where the citizen is.</param>
/// <param name="Team">The team that <see cref="Routing.Router"/> gives for the area now.</param>
public sealed record CaseSubject(string Id, string Citizen, CaseKind Kind, string Area, string Team);

/// <summary>
/// One matter about one citizen that needs a person. Immutable and flat: one row. Who did what and when is in the case events, which
/// the hub keeps for ever; this is only how things stand.
/// </summary>
/// <remarks>
/// Always true: Open ⇔ <see cref="NextRungAt"/> is set; Taken ⇒ there is an owner and a pending respond-by; Closed ⇔ nothing is due.
/// </remarks>
public sealed record CareCase
{
    /// <summary>Id of the case.</summary>
    public required string Id { get; init; }
    /// <summary>Pseudonym of the citizen.</summary>
    public required string Citizen { get; init; }
    /// <summary>What it is about.</summary>
    public required CaseKind Kind { get; init; }
    /// <summary>Municipality slug or postcode.</summary>
    public required string Area { get; init; }
    /// <summary>The team responsible when the case opened. Whom to page is asked anew from the topology at every step.</summary>
    public required string Team { get; init; }
    /// <summary>1 at opening, one more with every change: two people cannot both act on the same version.</summary>
    public required long Version { get; init; }
    /// <summary>Where it stands.</summary>
    public required CaseState State { get; init; }
    /// <summary>The most severe triage of all its alerts. It never falls: a case latches.</summary>
    public required Triage Triage { get; init; }
    /// <summary>All reasons seen while open, in the order in which they came.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
    /// <summary>When the latest alert came.</summary>
    public required DateTimeOffset LastAlertAt { get; init; }
    /// <summary>The latest alert was judged on an unfinished set.</summary>
    public bool LastAlertInterim { get; init; }
    /// <summary>Who judged the latest alert.</summary>
    public AlertOrigin LastAlertOrigin { get; init; }
    /// <summary>Total of the latest alert; null when it had none.</summary>
    public int? LastAlertTotal { get; init; }
    /// <summary>Every alert of this triage came long after it was measured: it was so, and nobody knows how it is.</summary>
    public bool Late { get; init; }
    /// <summary>When it was so, for a late case; null where nobody knows.</summary>
    public DateTimeOffset? LateAt { get; init; }
    /// <summary>How it stands with a second measurement.</summary>
    public Confirming Confirming { get; init; }
    /// <summary>Alerts that joined after the one that opened it.</summary>
    public int Joined { get; init; }
    /// <summary>Alerts that joined since the owner took it; 0 before.</summary>
    public int JoinedSinceTaken { get; init; }
    /// <summary>When the gateway last said that it is over; null when it has not, or an alert came since.</summary>
    public DateTimeOffset? ClearedAt { get; init; }
    /// <summary>Normal sets in a row since the last alert; counted of a Yellow clinical case only.</summary>
    public int NormalSets { get; init; }
    /// <summary>When the first of them came; null while there is none.</summary>
    public DateTimeOffset? NormalSince { get; init; }
    /// <summary>Rung of the ladder that was called last, from 1. Kept when the ladder stands.</summary>
    public required int Rung { get; init; }
    /// <summary>When the next rung is called unless somebody takes the case; null when the ladder stands.</summary>
    public DateTimeOffset? NextRungAt { get; init; }
    /// <summary>Id of the person who has it; kept when it opens again, and after closing.</summary>
    public string? Owner { get; init; }
    /// <summary>When the owner took it.</summary>
    public DateTimeOffset? TakenAt { get; init; }
    /// <summary>Triage when the owner took it.</summary>
    public Triage? TriageWhenTaken { get; init; }
    /// <summary>Reasons when the owner took it; empty before.</summary>
    public IReadOnlyList<string> ReasonsWhenTaken { get; init; } = [];
    /// <summary>By when the owner must assess it or, once assessed, assess it again or close it. Stays visible when it has passed.</summary>
    public DateTimeOffset? RespondBy { get; init; }
    /// <summary>What the passed respond-by has led to.</summary>
    public Overdue Overdue { get; init; }
    /// <summary>When the ladder opens for all; set once the owner was paged for being late.</summary>
    public DateTimeOffset? OpensForAllAt { get; init; }
    /// <summary>When it was last assessed since it was taken; null before, and again when it re-opens.</summary>
    public DateTimeOffset? AssessedAt { get; init; }
    /// <summary>Who assessed it last.</summary>
    public string? AssessedBy { get; init; }
    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
    /// <summary>Who closed it.</summary>
    public string? ClosedBy { get; init; }
    /// <summary>Why it was closed.</summary>
    public string? CloseReason { get; init; }

    /// <summary>
    /// When the case must be stepped with <see cref="Due"/>: the hub's due column. Null only for a closed case. Two clocks may both have
    /// passed (after an outage); each step handles one, so step again while this is not in the future.
    /// </summary>
    public DateTimeOffset? DueAt => Earlier(NextRungAt, PendingRespondStep);

    /// <summary>The one deadline shown to people: the earlier of next rung and respond-by (design.md section 8). Null when closed.</summary>
    public DateTimeOffset? VisibleDeadline => State == CaseState.Closed ? null : Earlier(NextRungAt, RespondBy);

    private DateTimeOffset? PendingRespondStep => Overdue switch
    {
        _ when State == CaseState.Closed => null,
        Overdue.No => RespondBy,
        Overdue.OwnerPaged => OpensForAllAt,
        _ => null,
    };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;
}
