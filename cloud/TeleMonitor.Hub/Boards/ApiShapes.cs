using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Boards;

/// <summary>A person in the API.</summary>
/// <param name="Id">Id, as in the header.</param>
/// <param name="Initials">Initials; null when nobody on the list has this id.</param>
/// <param name="Role">Role; null likewise.</param>
public sealed record PersonShape(string Id, string? Initials, string? Role)
{
    /// <summary>From an id; null stays null.</summary>
    public static PersonShape? Of(string? id, Care.Routing.People people) => id is null ? null
        : people.Find(id) is { } person ? new PersonShape(id, person.Initials, CaseWord.Of(person.Role)) : new PersonShape(id, null, null);
}

/// <summary>A case in the API. Words are the kebab-case names of design.md; times are UTC.</summary>
public sealed record CaseShape(
    string Id, string Citizen, string Kind, string Area, string Team, long Version, string State, string Triage, IReadOnlyList<string> Reasons, IReadOnlyList<string> NewReasons,
    DateTimeOffset OpenedAt, DateTimeOffset LastAlertAt, bool Interim, string LastAlertOrigin, int? LastAlertTotal, int Joined, DateTimeOffset? ClearedAt, int Rung,
    DateTimeOffset? NextRungAt, PersonShape? Owner, DateTimeOffset? TakenAt, DateTimeOffset? RespondBy, string Overdue, DateTimeOffset? AssessedAt, PersonShape? AssessedBy,
    DateTimeOffset? ClosedAt, PersonShape? ClosedBy, string? CloseReason, DateTimeOffset? Deadline, bool Late,
    DateTimeOffset? LateAt, string Confirming)
{
    /// <summary>From a case.</summary>
    public static CaseShape Of(CareCase @case, Care.Routing.People people) => new(
        @case.Id, @case.Citizen, CaseWord.Of(@case.Kind), @case.Area, @case.Team, @case.Version, CaseWord.Of(@case.State), TriageWord.Of(@case.Triage), @case.Reasons,
        @case.Owner is null ? [] : [.. @case.Reasons.Where(reason => Reason.HasNew([reason], [.. @case.ReasonsWhenTaken]))],
        @case.OpenedAt, @case.LastAlertAt, @case.LastAlertInterim, CaseWord.Of(@case.LastAlertOrigin), @case.LastAlertTotal, @case.Joined, @case.ClearedAt, @case.Rung,
        @case.NextRungAt, PersonShape.Of(@case.Owner, people), @case.TakenAt, @case.RespondBy, CaseWord.Of(@case.Overdue), @case.AssessedAt, PersonShape.Of(@case.AssessedBy, people),
        @case.ClosedAt, PersonShape.Of(@case.ClosedBy, people), @case.CloseReason, @case.VisibleDeadline, @case.Late, @case.LateAt,
        CaseWord.Of(@case.Confirming));
}

/// <summary>What happened to a case.</summary>
public sealed record EventShape(DateTimeOffset At, PersonShape? Person, string Change, string Detail)
{
    /// <summary>From a row.</summary>
    public static EventShape Of(CaseEventRow row, Care.Routing.People people) => new(DateTimeOffset.FromUnixTimeMilliseconds(row.AtMs), PersonShape.Of(row.Person, people), row.Change, row.Detail);
}

/// <summary>A page.</summary>
public sealed record PageShape(long Id, string ReceiverKind, string Receiver, long Rung, string Reason, DateTimeOffset CreatedAt, DateTimeOffset? SentAt, string? Channel)
{
    /// <summary>From a row.</summary>
    public static PageShape Of(PageRow row) => new(row.Id, row.ReceiverKind, row.Receiver, row.Rung, row.Reason, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs),
        row.SentMs is { } sent ? DateTimeOffset.FromUnixTimeMilliseconds(sent) : null, row.Channel);
}

/// <summary>A finding, by kit number; null for the hub's own parts.</summary>
public sealed record FindingShape(string? Kit, string Code, string Detail, DateTimeOffset FirstAt, DateTimeOffset LastAt, long Seen, DateTimeOffset OpenedAt, DateTimeOffset? EndedAt)
{
    /// <summary>From a row.</summary>
    public static FindingShape Of(FindingRow row, string? kit) =>
        new(kit, row.Code, row.Detail, DateTimeOffset.FromUnixTimeMilliseconds(row.FirstMs), DateTimeOffset.FromUnixTimeMilliseconds(row.LastMs), row.Seen,
            DateTimeOffset.FromUnixTimeMilliseconds(row.OpenedMs), row.EndedMs is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null);
}

/// <summary>Open cases in the order of the worklist.</summary>
public sealed record CasesShape(IReadOnlyList<CaseShape> Cases);

/// <summary>One case with its history and the item of its newest alert, as the gateway sent it; null for an alert of the hub's own or one that could not be read.</summary>
/// <param name="Case">The case.</param>
/// <param name="Events">What happened.</param>
/// <param name="Pages">Whom it was told.</param>
/// <param name="Alert">The item.</param>
/// <param name="Guidance">What the responsible authority asks for at this total; null for a case that is not about values.</param>
/// <param name="Change">What the newest alert has changed; null while there is none.</param>
public sealed record CaseDetailShape(
    CaseShape Case, IReadOnlyList<EventShape> Events, IReadOnlyList<PageShape> Pages, JsonElement? Alert, GuidanceShape? Guidance, ChangeShape? Change);

/// <summary>Guidance by score. Without a row it says in answer why: not-by-score or no-guide. Approved null: nobody has signed it.</summary>
public sealed record GuidanceShape(
    string Answer, string Authority, string? Chart, string? ChartVersion, int? Lowest, int? Highest, bool ByLowest, string? Guide, string? GuideVersion, ContentApproval? Approved, ResponseRow? Row)
{
    /// <summary>From what was found.</summary>
    public static GuidanceShape? Of(Guidance? found) => found is null ? null : new GuidanceShape(CaseWord.Of(found.Answer), found.Authority, found.Score?.Chart, found.Score?.ChartVersion,
        found.Score?.Lowest, found.Score?.Highest, found.IsByLowest, found.Guide?.Id, found.Guide?.Version, found.Guide?.Approved, found.Row);
}

/// <summary>What the newest alert has changed against the one before it; since null: it is the first of the case.</summary>
public sealed record ChangeShape(DateTimeOffset? Since, string? Before, string Now, IReadOnlyList<string> New, IReadOnlyList<string> Gone, int? TotalBefore, int? Total)
{
    /// <summary>From what was found.</summary>
    public static ChangeShape? Of(AlertChange? change) => change is null ? null : new ChangeShape(change.Since, change.Before is { } before ? TriageWord.Of(before) : null, TriageWord.Of(change.Now),
        change.New, change.Gone, change.TotalBefore, change.Total);
}

/// <summary>Citizens who are Unknown for want of data and have no case of it, the longest first.</summary>
public sealed record UnknownsShape(IReadOnlyList<UnknownShape> Unknown);

/// <summary>One of them; case_at null: no case will follow by itself.</summary>
public sealed record UnknownShape(string Citizen, string Area, DateTimeOffset Since, string Because, DateTimeOffset? CaseAt)
{
    /// <summary>From a line.</summary>
    public static UnknownShape Of(UnknownLine line) => new(line.Row.Citizen, line.Row.Area, line.Since, line.Row.Because, line.CaseAt);
}

/// <summary>A daily TEST.</summary>
public sealed record TestShape(long Id, string Team, DateTimeOffset CreatedAt, DateTimeOffset AnswerBy, DateTimeOffset? AcknowledgedAt, PersonShape? AcknowledgedBy)
{
    /// <summary>From a row.</summary>
    public static TestShape Of(DailyTestRow row, Care.Routing.People people) => new(row.Id, row.Team, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs),
        DateTimeOffset.FromUnixTimeMilliseconds(row.AnswerByMs), row.AcknowledgedMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, PersonShape.Of(row.Person, people));
}

/// <summary>All findings, latest first.</summary>
public sealed record FindingsShape(IReadOnlyList<FindingShape> Findings);

/// <summary>What a person wrote with an act: an assessment, a note or a reason for closing.</summary>
/// <param name="Text">Text; may be absent for take and assess.</param>
public sealed record ActShape(string? Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CasesShape))]
[JsonSerializable(typeof(CaseDetailShape))]
[JsonSerializable(typeof(FindingsShape))]
[JsonSerializable(typeof(UnknownsShape))]
[JsonSerializable(typeof(ActShape))]
[JsonSerializable(typeof(TestShape))]
internal sealed partial class BoardJson : JsonSerializerContext;
