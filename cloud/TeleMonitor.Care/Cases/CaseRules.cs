using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Cases;

/// <summary>One step of a case (design.md section 8). README.md beside this folder has the same as a table.</summary>
public static class CaseRules
{
    // design.md section 8 and the plan for fewer alerts: Yellow closes itself after 3 normal sets over at least 12 hours
    private const int RepeatsThatCall = 3, NormalSetsThatClose = 3;
    private static readonly TimeSpan NormalFor = TimeSpan.FromHours(12);

    /// <summary>Why a Yellow case was closed by nobody.</summary>
    public const string ThreeNormalSets = "three-normal-sets";

    /// <summary>Applies one event. Pure: same arguments, same answer; nothing is read, sent or stored.</summary>
    /// <param name="current">The open case of this citizen and kind, or the case that a person acts on; null when there is none.</param>
    /// <param name="event">What happens.</param>
    /// <param name="now">Time of the step.</param>
    /// <param name="ladders">Rungs and times.</param>
    /// <returns>The case as it then stands, why, and what else to do.</returns>
    /// <exception cref="ArgumentException">The alert is about another citizen or kind than the open case.</exception>
    public static CaseStep Step(CareCase? current, CaseEvent @event, DateTimeOffset now, Ladders ladders) => (current?.State, @event) switch
    {
        (null or CaseState.Closed, AlertArrived alert) => Open(current, alert, now, ladders),
        (CaseState.Open, AlertArrived alert) => JoinUntaken(current!, alert, now, ladders),
        (CaseState.Taken, AlertArrived alert) => JoinTaken(current!, alert, now, ladders),

        (null or CaseState.Closed, ClearedArrived) => Unchanged(current, CaseChange.NothingOpen),
        (CaseState.Open or CaseState.Taken, ClearedArrived) => Changed(current! with { ClearedAt = now }, CaseChange.ClearedRecorded),

        (CaseState.Open or CaseState.Taken, NormalSetArrived) when current is { Kind: CaseKind.Clinical, Triage: Triage.Yellow, Confirming: not Confirming.Awaited } => CountNormal(current, now),
        (_, NormalSetArrived) => Unchanged(current, CaseChange.NothingOpen), // Red and missing data latch until a person closes them

        (_, PageReached) => current is { Kind: CaseKind.SelfTest, State: not CaseState.Closed } ? CloseTest(current, now) : Unchanged(current, CaseChange.NothingOpen),
        (_, Take or Assess or Note or Close) when Incomplete(@event) is { } refusal => Unchanged(current, refusal),
        (_, Take or Assess or Note or Close) when current?.Kind == CaseKind.SelfTest => Unchanged(current, CaseChange.NotAllowedNoCase),
        (null, Take or Assess or Note or Close) => Unchanged(current, CaseChange.NotAllowedNoCase),
        (CaseState.Closed, Take or Assess or Note or Close) => Unchanged(current, CaseChange.NotAllowedClosed),
        (CaseState.Open, Take take) => TakeUp(current!, take.Person, now, ladders),
        (CaseState.Taken, Take) => Unchanged(current, CaseChange.AlreadyTaken),
        (CaseState.Open, Assess assess) => AssessReopened(current!, assess.Person, now, ladders),
        (CaseState.Taken, Assess assess) => Changed(Assessed(current!, assess.Person, now, ladders), CaseChange.Assessed),
        (CaseState.Open or CaseState.Taken, Note) => Changed(current!, CaseChange.Noted),
        (CaseState.Open, Close) => Unchanged(current, CaseChange.NotAllowedNotTaken),
        (CaseState.Taken, Close close) => CloseTaken(current!, close, now),

        (null or CaseState.Closed, Due) => Unchanged(current, CaseChange.NothingDue),
        (CaseState.Open or CaseState.Taken, Due) => TimePassed(current!, now, ladders),

        _ => throw new ArgumentException($"no rule for {@event.GetType().Name}", nameof(@event)),
    };

    private static CaseStep Open(CareCase? closed, AlertArrived alert, DateTimeOffset now, Ladders ladders)
    {
        Triage triage = TriageOf(alert, ladders);
        if (triage == Triage.Green)
        {
            return Unchanged(closed, CaseChange.GreenOpensNothing);
        }
        CareCase opened = new()
        {
            Id = alert.Subject.Id,
            Citizen = alert.Subject.Citizen,
            Kind = alert.Subject.Kind,
            Area = alert.Subject.Area,
            Team = alert.Subject.Team,
            Version = 0,
            State = CaseState.Open,
            Triage = triage,
            Reasons = [.. alert.Reasons.Distinct()],
            OpenedAt = now,
            LastAlertAt = now,
            LastAlertInterim = alert.Interim,
            LastAlertOrigin = alert.Origin,
            LastAlertTotal = alert.Total,
            Late = alert.Late,
            LateAt = alert.WasAt,
            Confirming = alert.Confirming,
            Rung = 0,
        };
        return Changed(CallLadder(opened, now, ladders), CaseChange.Opened, CaseEffect.Page);
    }

    private static CaseStep JoinUntaken(CareCase open, AlertArrived alert, DateTimeOffset now, Ladders ladders)
    {
        if (IsLateRepeat(open, alert, ladders))
        {
            return Unchanged(open, CaseChange.LateRepeat);
        }
        CareCase joined = Join(open, alert, now, ladders);
        return joined.Triage > open.Triage
            ? Changed(CallLadder(joined, now, ladders), CaseChange.MovedToHigherLadder, CaseEffect.Page)
            : Changed(joined, CaseChange.JoinedUntaken);
    }

    private static CaseStep JoinTaken(CareCase taken, AlertArrived alert, DateTimeOffset now, Ladders ladders)
    {
        bool higher = TriageOf(alert, ladders) > taken.TriageWhenTaken, news = Reason.HasNew(alert.Reasons, taken.ReasonsWhenTaken);
        bool isNow = taken.Late && !alert.Late && TriageOf(alert, ladders) == taken.Triage;
        if (!higher && !news && IsLateRepeat(taken, alert, ladders))
        {
            return Unchanged(taken, CaseChange.LateRepeat);
        }
        CareCase joined = Join(taken, alert, now, ladders);
        CaseChange? why = higher ? CaseChange.ReopenedHigherTriage : news ? CaseChange.ReopenedNewReason : isNow ? CaseChange.ReopenedIsNow : AsksAgain(taken, joined);
        if (why is not { } change)
        {
            return Changed(joined, CaseChange.JoinedUnchanged);
        }
        // the owner stays owner and keeps the clock; whoever takes it anew, the owner or another, stops the ladder
        CareCase reopened = joined with { State = CaseState.Open, AssessedAt = null };
        return Changed(CallLadder(reopened, now, ladders), change, CaseEffect.Page);
    }

    /// <summary>
    /// Why a press that brings nothing new calls all the same: it comes after somebody has assessed, or it is the third since the case was
    /// taken (design.md section 8). A person presses again because help has not come.
    /// </summary>
    private static CaseChange? AsksAgain(CareCase taken, CareCase joined) => taken.Kind != CaseKind.Help ? null
        : taken.AssessedAt is not null ? CaseChange.ReopenedAfterAssessed
        : joined.JoinedSinceTaken >= RepeatsThatCall ? CaseChange.ReopenedThirdRepeat : null;

    /// <summary>Ninety days of repeats may arrive in one go: what was, and is known to have been, is one fact and said once.</summary>
    private static bool IsLateRepeat(CareCase @case, AlertArrived alert, Ladders ladders) =>
        alert.Late && alert.Confirming == Confirming.None && TriageOf(alert, ladders) <= @case.Triage && !Reason.HasNew(alert.Reasons, @case.Reasons);

    private static CareCase Join(CareCase @case, AlertArrived alert, DateTimeOffset now, Ladders ladders)
    {
        if (alert.Subject.Citizen != @case.Citizen || alert.Subject.Kind != @case.Kind)
        {
            throw new ArgumentException("the alert is about another citizen or kind than the case", nameof(alert));
        }
        Triage triage = TriageOf(alert, ladders);
        bool decides = triage > @case.Triage || (triage == @case.Triage && !alert.Late);
        return @case with
        {
            Late = decides ? alert.Late : @case.Late,
            LateAt = decides ? alert.WasAt : @case.LateAt,
            // a Red that does not wait ends the waiting of another
            Confirming = alert.Confirming != Confirming.None || triage == Triage.Red ? alert.Confirming : @case.Confirming,
            Triage = triage > @case.Triage ? triage : @case.Triage,
            Reasons = Reason.HasNew(alert.Reasons, @case.Reasons) ? [.. @case.Reasons.Union(alert.Reasons)] : @case.Reasons,
            LastAlertAt = now,
            LastAlertInterim = alert.Interim,
            LastAlertOrigin = alert.Origin,
            LastAlertTotal = alert.Total,
            Joined = @case.Joined + 1,
            JoinedSinceTaken = @case.Owner is null ? 0 : @case.JoinedSinceTaken + 1,
            ClearedAt = null,
            NormalSets = 0,
            NormalSince = null,
        };
    }

    private static CaseStep CountNormal(CareCase yellow, DateTimeOffset now)
    {
        CareCase counted = yellow with { NormalSets = yellow.NormalSets + 1, NormalSince = yellow.NormalSince ?? now };
        return counted.NormalSets < NormalSetsThatClose || now - counted.NormalSince < NormalFor
            ? Changed(counted, CaseChange.NormalCounted)
            : Changed(Ended(counted, now) with { CloseReason = ThreeNormalSets }, CaseChange.ClosedNormal, CaseEffect.WithdrawUnsentPages);
    }

    private static CareCase Ended(CareCase @case, DateTimeOffset now) => @case with
    {
        State = CaseState.Closed, ClosedAt = now, NextRungAt = null, RespondBy = null, Overdue = Overdue.No, OpensForAllAt = null,
    };

    private static Triage TriageOf(AlertArrived alert, Ladders ladders) =>
        alert.Subject.Kind == CaseKind.UnreadableAlert ? ladders.UnreadableAlert : alert.Triage;

    /// <summary>
    /// Lets the ladder of the case's triage run from now. Where one runs already, the rung that was reached and the time of the next one
    /// are kept unless the new ladder is quicker: an alert never makes a running ladder start over or wait longer.
    /// </summary>
    private static CareCase CallLadder(CareCase @case, DateTimeOffset now, Ladders ladders)
    {
        Ladder ladder = LadderOf(@case, ladders);
        bool runs = @case.NextRungAt is not null;
        int rung = runs ? Math.Min(@case.Rung, ladder.Rungs.Count) : 1;
        DateTimeOffset next = now + ladder.Rungs[rung - 1].Wait;
        bool sooner = runs && @case.NextRungAt > now && @case.NextRungAt < next;
        return @case with { Rung = rung, NextRungAt = sooner ? @case.NextRungAt : next };
    }

    private static CaseStep TakeUp(CareCase open, string person, DateTimeOffset now, Ladders ladders) => Changed(
        Owned(open, person, now) with { RespondBy = now + ladders.For(open.Triage).RespondBy, AssessedAt = null, AssessedBy = null },
        CaseChange.Taken, CaseEffect.WithdrawUnsentPages, CaseEffect.NoticeTaken);

    private static CareCase Owned(CareCase open, string person, DateTimeOffset now) => open with
    {
        State = CaseState.Taken,
        Owner = person,
        TakenAt = now,
        TriageWhenTaken = open.Triage,
        ReasonsWhenTaken = open.Reasons,
        JoinedSinceTaken = 0,
        NextRungAt = null,
        Overdue = Overdue.No,
        OpensForAllAt = null,
    };

    private static CaseStep AssessReopened(CareCase open, string person, DateTimeOffset now, Ladders ladders) =>
        open.Owner == person
            ? Changed(Assessed(Owned(open, person, now), person, now, ladders), CaseChange.Assessed, CaseEffect.WithdrawUnsentPages)
            : Unchanged(open, CaseChange.NotAllowedNotTaken);

    private static CareCase Assessed(CareCase taken, string person, DateTimeOffset now, Ladders ladders) => taken with
    {
        AssessedAt = now,
        AssessedBy = person,
        RespondBy = now + ladders.For(taken.Triage).ReviewBy,
        Overdue = Overdue.No,
        OpensForAllAt = null,
    };

    private static CaseStep CloseTaken(CareCase taken, Close close, DateTimeOffset now) => Changed(
        Ended(taken, now) with { ClosedBy = close.Person, CloseReason = close.Reason }, CaseChange.Closed, CaseEffect.WithdrawUnsentPages);

    /// <summary>The ladder that calls for a case.</summary>
    internal static Ladder LadderOf(CareCase @case, Ladders ladders) => @case.Kind == CaseKind.SelfTest ? ladders.SelfTest.Ladder : ladders.For(@case.Triage);

    private static CaseStep CloseTest(CareCase test, DateTimeOffset now) => Changed(
        Ended(test, now), CaseChange.TestPassed, CaseEffect.WithdrawUnsentPages);

    private static CaseStep TimePassed(CareCase @case, DateTimeOffset now, Ladders ladders) => @case switch
    {
        _ when @case.DueAt > now => Unchanged(@case, CaseChange.NothingDue),
        { Overdue: Overdue.OwnerPaged } when @case.OpensForAllAt <= now => Changed(
            CallLadder(@case with { State = CaseState.Open, Overdue = Overdue.OpenForAll, OpensForAllAt = null }, now, ladders),
            CaseChange.LadderOpenedForAll, CaseEffect.Page),
        { Overdue: Overdue.No } when @case.RespondBy <= now => Changed(
            @case with { Overdue = Overdue.OwnerPaged, OpensForAllAt = now + ladders.OpenForAllAfter },
            CaseChange.RespondByPassed, CaseEffect.Page),
        _ => Climb(@case, now, ladders),
    };

    private static CaseStep Climb(CareCase open, DateTimeOffset now, Ladders ladders)
    {
        Ladder ladder = LadderOf(open, ladders);
        bool last = open.Rung >= ladder.Rungs.Count;
        int rung = last ? ladder.Rungs.Count : open.Rung + 1;
        // from now and not from when it was due: after an outage each rung gets its full time again
        return Changed(open with { Rung = rung, NextRungAt = now + ladder.Rungs[rung - 1].Wait },
            last ? CaseChange.LastRungRepeated : CaseChange.RungClimbed, CaseEffect.Page);
    }

    private static CaseChange? Incomplete(CaseEvent human) => human switch
    {
        Take take => Missing(take.Person, CaseChange.NotAllowedNoPerson),
        Assess assess => Missing(assess.Person, CaseChange.NotAllowedNoPerson),
        Note note => Missing(note.Person, CaseChange.NotAllowedNoPerson) ?? Missing(note.Text, CaseChange.NotAllowedNoText),
        Close close => Missing(close.Person, CaseChange.NotAllowedNoPerson) ?? Missing(close.Reason, CaseChange.NotAllowedNoReason),
        _ => null,
    };

    private static CaseChange? Missing(string? text, CaseChange refusal) => string.IsNullOrWhiteSpace(text) ? refusal : null;

    private static CaseStep Changed(CareCase @case, CaseChange change, params CaseEffect[] effects) =>
        new(@case with { Version = @case.Version + 1 }, change, effects);

    private static CaseStep Unchanged(CareCase? @case, CaseChange change) => new(@case, change, []);
}
