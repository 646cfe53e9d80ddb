using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

/// <summary>What a person can do to a case.</summary>
public enum Act : byte
{
    /// <summary>Take it.</summary>
    Take,
    /// <summary>Say that the citizen was assessed.</summary>
    Assess,
    /// <summary>Write something down.</summary>
    Note,
    /// <summary>Close it.</summary>
    Close,
}

/// <summary>What became of an act, as page and API say it. Every <see cref="CaseChange"/> is mapped here and nowhere else.</summary>
/// <param name="Status">HTTP status; 200 when it was done.</param>
/// <param name="Problem">Key of the sentence that says why not; empty when it was done.</param>
/// <param name="Case">The case as it now stands; null when there is none.</param>
/// <param name="First">What somebody or something else did since the person looked; null when nothing did.</param>
public sealed record ActAnswer(int Status, string Problem, CareCase? Case, CaseEventRow? First)
{
    /// <summary>Status and sentence of a step that a person asked for.</summary>
    public static (int Status, string Problem) Of(CaseChange change) => change switch
    {
        CaseChange.Taken or CaseChange.Assessed or CaseChange.Noted or CaseChange.Closed => (StatusCodes.Status200OK, ""),
        CaseChange.AlreadyTaken => (StatusCodes.Status409Conflict, "conflict"),
        CaseChange.NotAllowedNoCase => (StatusCodes.Status404NotFound, "problem-no-case"),
        CaseChange.NotAllowedClosed => (StatusCodes.Status409Conflict, "problem-closed"),
        CaseChange.NotAllowedNotTaken => (StatusCodes.Status409Conflict, "problem-not-taken"),
        CaseChange.NotAllowedNoPerson => (StatusCodes.Status400BadRequest, "problem-no-person"),
        CaseChange.NotAllowedNoText => (StatusCodes.Status400BadRequest, "problem-no-text"),
        CaseChange.NotAllowedNoReason => (StatusCodes.Status400BadRequest, "problem-no-reason"),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "no person's act ends so"),
    };
}

/// <summary>Carries out what a person did, for the page and for the API alike.</summary>
public static class Acts
{
    /// <summary>Most characters of a note, an assessment or a reason.</summary>
    public const int MostText = 2000;

    /// <summary>Does it, and tells boards and pipeline when it changed something.</summary>
    /// <param name="parts">Parts of the hub.</param>
    /// <param name="viewer">Who looks: what is not theirs to see is not theirs to act on.</param>
    /// <param name="id">Case.</param>
    /// <param name="act">What.</param>
    /// <param name="person">Who.</param>
    /// <param name="seen">Version that the person saw.</param>
    /// <param name="text">Note, assessment or reason; may be empty.</param>
    public static ActAnswer Do(BoardParts parts, Viewer viewer, long id, Act act, Person person, long seen, string text)
    {
        (CareCase? now, CaseEventRow? newest, bool inNeed) = parts.Store.ReadAs(viewer, read => read.CaseOf(id) is { } found ? (found, read.NewestEventOf(id), read.IsInNeed(id)) : (null, null, false));
        if (now is null)
        {
            return new ActAnswer(StatusCodes.Status404NotFound, "problem-no-case", null, null);
        }
        if (text.Length > MostText)
        {
            return new ActAnswer(StatusCodes.Status400BadRequest, "problem-too-long", now, null);
        }
        if (seen > now.Version)
        {
            // a version that never was: of another store, or made up
            return new ActAnswer(StatusCodes.Status409Conflict, "conflict", now, newest);
        }
        ActResult result = parts.Worker.Act(id, EventOf(act, person.Id, text.Trim()), person, seen, text.Trim(), parts.Clock.GetUtcNow());
        AuditOutcome outcome = result.Step is { IsChanged: true } ? inNeed ? AuditOutcome.Broken : AuditOutcome.Done : AuditOutcome.Denied;
        parts.Store.Write(write => write.AddAudit([new AuditEntry(viewer.Now, person.Id, CaseWord.Of(person.Role), person.Team, viewer.Session, CaseWord.Of(act), "case", now.Citizen, $"case {id}", outcome)]));
        if (result.Step is not { Case: { } @case } step)
        {
            return new ActAnswer(StatusCodes.Status404NotFound, "problem-no-case", null, null);
        }
        if (step.IsChanged)
        {
            parts.Feed.Changed();
            parts.Wake();
        }
        (int status, string problem) = ActAnswer.Of(step.Change);
        return new ActAnswer(status, problem, @case, result.Since);
    }

    /// <summary>Acknowledges a daily TEST, whoever of the team does.</summary>
    /// <returns>The test as it now stands; null when there is none of this number for the person's team.</returns>
    public static DailyTestRow? Acknowledge(BoardParts parts, long id, Person person)
    {
        DailyTestRow? test = SelfTests.Acknowledge(parts.Store, id, person, parts.Clock.GetUtcNow());
        if (test is not null)
        {
            parts.Feed.Changed();
        }
        return test;
    }

    private static CaseEvent EventOf(Act act, string person, string text) => act switch
    {
        Act.Take => new Take(person),
        Act.Assess => new Assess(person, text.Length == 0 ? null : text),
        Act.Note => new Note(person, text),
        _ => new Close(person, text),
    };
}
