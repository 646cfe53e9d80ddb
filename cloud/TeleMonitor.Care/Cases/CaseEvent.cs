using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Cases;

/// <summary>Something that happens to a case.</summary>
public abstract record CaseEvent;

/// <summary>An alert for the citizen and kind of the case.</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Triage">Its triage.</param>
/// <param name="Reasons">Its reasons, codes of <see cref="Reason"/>.</param>
/// <param name="Interim">Judged on an unfinished set.</param>
/// <param name="Origin">Who judged.</param>
/// <param name="Total">Its total where it has one.</param>
/// <param name="Late">It came long after it was measured: what was, not what is.</param>
/// <param name="WasAt">When a late one was measured; null where nobody knows.</param>
/// <param name="Confirming">How it stands with a second measurement.</param>
public sealed record AlertArrived(CaseSubject Subject, Triage Triage, IReadOnlyList<string> Reasons, bool Interim = false,
    AlertOrigin Origin = AlertOrigin.Gateway, int? Total = null, bool Late = false, DateTimeOffset? WasAt = null, Confirming Confirming = Confirming.None) : CaseEvent;

/// <summary>The gateway says that the matter is over. A fact; it never closes a case.</summary>
public sealed record ClearedArrived : CaseEvent;

/// <summary>A finished set of now is Green by everything that counts for the citizen.</summary>
public sealed record NormalSetArrived : CaseEvent;

/// <summary>A person takes the case.</summary>
/// <param name="Person">Person id.</param>
public sealed record Take(string Person) : CaseEvent;

/// <summary>A person has assessed the citizen.</summary>
/// <param name="Person">Person id.</param>
/// <param name="Note">Text kept in the case event; may be absent.</param>
public sealed record Assess(string Person, string? Note = null) : CaseEvent;

/// <summary>A person writes something down.</summary>
/// <param name="Person">Person id.</param>
/// <param name="Text">Text kept in the case event; not blank.</param>
public sealed record Note(string Person, string Text) : CaseEvent;

/// <summary>A person closes the case.</summary>
/// <param name="Person">Person id.</param>
/// <param name="Reason">Why; not blank.</param>
public sealed record Close(string Person, string Reason) : CaseEvent;

/// <summary>Every page of a self-test has reached its sink.</summary>
public sealed record PageReached : CaseEvent;

/// <summary>Time has passed: the tick.</summary>
public sealed record Due : CaseEvent;

/// <summary>The outcome of one step.</summary>
/// <param name="Case">The case as it now stands; null when there was none and none was opened.</param>
/// <param name="Change">What happened and why.</param>
/// <param name="Effects">What else to do in the same transaction, in this order.</param>
public sealed record CaseStep(CareCase? Case, CaseChange Change, IReadOnlyList<CaseEffect> Effects)
{
    /// <summary>True when the event was against the rules and must be answered as such.</summary>
    public bool IsRefused => Change >= CaseChange.NotAllowedNoCase;

    /// <summary>True when the case is another than before and must be stored.</summary>
    public bool IsChanged => Change < CaseChange.NothingDue;
}
