using System.Data.Common;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub;

/// <summary>What became of a person's act.</summary>
/// <param name="Step">The step; null when there is no such case.</param>
/// <param name="Since">What happened since the version the person saw, so that nothing was done; null when the act was taken up.</param>
public sealed record ActResult(CaseStep? Step, CaseEventRow? Since)
{
    /// <summary>True when the case was not as the person had seen it: nothing was done.</summary>
    public bool Conflict => Since is not null;
}

/// <summary>
/// Turns owed work, passed due times and people's acts into case steps. Each is one transaction: event row, case, pages, notice, and the
/// removal of what was owed (design.md rule 5). Decides nothing itself.
/// </summary>
public sealed class CaseWorker(HubStore store, HubData data)
{
    private const int Most = 200, Together = 50;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NoticeHolds = TimeSpan.FromHours(24);
    private readonly PlanWatch plans = new(data);

    /// <summary>How many of the steps so far were those of a self-test: they count nowhere.</summary>
    public long TestSteps { get; private set; }

    /// <summary>Does what is owed and due.</summary>
    /// <returns>How many steps changed something; zero when nothing was due.</returns>
    public int Work(DateTimeOffset now)
    {
        int changed = 0;
        foreach (ToDoRow[] rows in store.Read(read => read.DueToDos(now, Most)).Chunk(Together))
        {
            changed += StepTogether(rows, now, row => row.Kind, (write, row) => DoOnce(write, row, now), (write, row) => write.PostponeToDo(row.Id, now + RetryAfter));
        }
        foreach (long[] ids in store.Read(read => read.CasesDue(now, Most)).Chunk(Together))
        {
            changed += StepTogether(ids, now, id => $"case {id} is due", (write, id) => StepDue(write, id, now), (_, _) => { });
        }
        (IReadOnlyList<int> looks, bool answers) = store.Read(read => (read.PlanLooksDue(now, Most), read.AnswersAreDue()));
        if (answers)
        {
            store.Write(write => write.Answer(data.Topology, Most));
        }
        foreach (int[] numbers in looks.Chunk(Together))
        {
            changed += StepTogether(numbers, now, number => $"plan of assignment {number}", (write, number) => LookAtPlan(write, number, now), (write, number) => write.PostponePlanLook(number, now + RetryAfter));
        }
        return changed + (looks.Count == Most ? 1 : 0); // most looks find that all is well; there may be more of them
    }

    /// <summary>
    /// Several steps share a commit: after an outage thousands are due at once, and each commit waits for the disk. Where one of them
    /// cannot be done the commit is taken back and each is done by itself.
    /// </summary>
    private int StepTogether<T>(T[] rows, DateTimeOffset now, Func<T, string> name, Func<StoreTransaction, T, int> step, Action<StoreTransaction, T> postpone)
    {
        try
        {
            return store.Write(write => rows.Sum(row => step(write, row)));
        }
        catch (Exception failed) when (failed is not DbException broken || HubStore.IsRefusal(broken))
        {
            return rows.Sum(row => Guarded(name(row), now, write => step(write, row), write => postpone(write, row)));
        }
    }

    private int DoOnce(StoreTransaction write, ToDoRow row, DateTimeOffset now)
    {
        if (!write.RemoveToDo(row.Id))
        {
            return 0; // another worker on this store has done it since it was read
        }
        Do(write, row, now);
        return 1;
    }

    /// <summary>
    /// One row that cannot be handled, or that the store refuses, must not hold up the others: it is a finding, and is tried again. Only a
    /// store that cannot commit stops the round.
    /// </summary>
    private int Guarded(string what, DateTimeOffset now, Func<StoreTransaction, int> step, Action<StoreTransaction> postpone)
    {
        try
        {
            return store.Write(step);
        }
        catch (Exception failed) when (failed is not DbException broken || HubStore.IsRefusal(broken))
        {
            store.Write(write =>
            {
                postpone(write);
                write.Finding("", "finding/work-failed", $"{what}: {failed.GetType().Name}", now);
            });
            return 0;
        }
    }

    /// <summary>Applies what a person did.</summary>
    /// <param name="id">Case.</param>
    /// <param name="act">Take, assess, note or close; names the person.</param>
    /// <param name="person">Who, for the event row and the role that the home sees.</param>
    /// <param name="seenVersion">Version the person saw; null when no version was given.</param>
    /// <param name="detail">Note or reason, for the event row.</param>
    /// <param name="now">Time.</param>
    public ActResult Act(long id, CaseEvent act, Person person, long? seenVersion, string detail, DateTimeOffset now) => store.Write(write =>
    {
        CareCase? current = write.CaseOf(id);
        if (current is not null && seenVersion is { } seen && Overtaken(write.EventsOf(id), act, seen <= current.Version ? seen : 0) is { } since)
        {
            return new ActResult(new CaseStep(current, CaseChange.AlreadyTaken, []), since);
        }
        CaseStep step = CaseRules.Step(current, act, now, data.Ladders);
        if (step.IsChanged)
        {
            Save(write, step, write.AssignmentOfCase(id), person.Id, detail, now);
            SendTakenHome(write, step, person, now);
        }
        return new ActResult(current is null ? null : step, Since: null);
    });

    /// <summary>
    /// What makes an act late. Taking and noting only yield to another person's act: a rung that was climbed meanwhile must not stop the
    /// nurse who answers it. Assessing and closing yield to anything, since they judge what the person has seen. Version n is event n;
    /// a version that the case never had proves nothing seen.
    /// </summary>
    private static CaseEventRow? Overtaken(IReadOnlyList<CaseEventRow> events, CaseEvent act, long seen) =>
        events.Skip((int)Math.Clamp(seen, 0, int.MaxValue)).FirstOrDefault(happened => act is Assess or Close || happened.Person is not null);

    private void Do(StoreTransaction write, ToDoRow row, DateTimeOffset now)
    {
        switch (row.Kind)
        {
            case ToDo.Alert when write.AlertOf(row.Subject) is { } alert:
                StepAlert(write, row.Subject, alert, now);
                break;
            case ToDo.Confirm when write.AlertOf(row.Subject) is { Confirming: Confirming.Awaited } alert:
                // nothing by the deadline: Red and unconfirmed, whatever the gateway does (design.md section 8)
                write.MarkUnanswered(row.Subject);
                StepAlert(write, row.Subject, alert with { Triage = alert.Covers ?? Triage.Red, Confirming = Confirming.Unanswered }, now);
                break;
            case ToDo.Confirm:
                break; // answered meanwhile
            case ToDo.CorrectTimes:
                if (write.CorrectSome(row.Subject, long.Parse(row.Detail, System.Globalization.CultureInfo.InvariantCulture)).Next is { } next)
                {
                    write.AddToDo(ToDo.CorrectTimes, now, row.Subject, next.ToString(System.Globalization.CultureInfo.InvariantCulture));
                }
                break;
            case ToDo.NormalSet when write.AssignmentOf((int)row.Subject) is { } normal:
                CaseStep counted = CaseRules.Step(write.OpenCaseOf(normal.Citizen, CaseKind.Clinical), new NormalSetArrived(), now, data.Ladders);
                if (counted.IsChanged)
                {
                    Save(write, counted, normal.Number, null, "", now);
                }
                break;
            case ToDo.LoanOver:
                write.LookAtProfileOf((int)row.Subject);
                break;
            case StoreTransaction.StayEnds:
                write.SayStayEnds(row.Subject, now);
                break;
            case ToDo.UnreadableAlert:
                StepUnreadable(write, (int)row.Subject, row.Detail, now);
                break;
            case ToDo.AlertExpected:
                OwedAlert.Settle(write, ExpectedAlert.Read(row.Detail), now);
                break;
            case ToDo.WaitEnds:
                OwedAlert.SettleWaiting(write, ExpectedAlert.Read(row.Detail), now);
                break;
            default:
                write.Finding("", "finding/unknown-work", row.Kind, now);
                break;
        }
    }

    private void StepAlert(StoreTransaction write, long alertId, AlertRow alert, DateTimeOffset now)
    {
        if (write.AssignmentOf(alert.Assignment) is not { } assignment)
        {
            write.Finding(alert.Gateway, "finding/alert-without-assignment", "", now);
            return;
        }
        if (assignment.Synthetic)
        {
            StepSelfTest(write, alertId, alert, assignment, now);
            return;
        }
        CaseKind kind = string.Equals(alert.Kind, WireWord.Help, StringComparison.Ordinal) ? CaseKind.Help : CaseKind.Clinical;
        CareCase? open = write.OpenCaseOf(assignment.Citizen, kind);
        CaseEvent happened = string.Equals(alert.Kind, WireWord.Cleared, StringComparison.Ordinal) ? new ClearedArrived() : new AlertArrived(
            Subject(write, assignment.Citizen, kind, assignment.Area, alert.Triage, now), alert.Triage, alert.Reasons, alert.Interim,
            string.Equals(alert.Origin, AlertOriginWord.Hub, StringComparison.Ordinal) ? AlertOrigin.Hub : AlertOrigin.Gateway, alert.Total,
            alert.Late, alert.Was, alert.Confirming);
        CaseStep step = CaseRules.Step(open, happened, now, data.Ladders);
        if (step.IsChanged)
        {
            Save(write, step, assignment.Number, null, string.Join(", ", alert.Reasons), now);
        }
        if (step.Case is { } @case && (step.IsChanged || step.Change == CaseChange.LateRepeat))
        {
            write.LinkAlert(alertId, long.Parse(@case.Id));
        }
    }

    /// <summary>A Red that only tests the path: the same rules, a ladder of its own, and the authority in the citizen's place. Nothing else of a test opens anything.</summary>
    private void StepSelfTest(StoreTransaction write, long alertId, AlertRow alert, Assignment assignment, DateTimeOffset now)
    {
        TestSteps++;
        if (alert.Triage != Triage.Red || alert.Kind is not (WireWord.Alert or WireWord.Help) || !string.Equals(alert.Origin, AlertOriginWord.Gateway, StringComparison.Ordinal))
        {
            return;
        }
        string authority = Router.Route(data.Topology, assignment.Area, Triage.Red, now).Authority;
        CareCase? open = write.OpenCaseOf(authority, CaseKind.SelfTest);
        CaseStep step = CaseRules.Step(open, new AlertArrived(Subject(write, authority, CaseKind.SelfTest, assignment.Area, Triage.Red, now), Triage.Red, alert.Reasons), now, data.Ladders);
        if (step is { IsChanged: true, Case: { } @case })
        {
            Save(write, step, assignment.Number, null, "", now);
            write.LinkAlert(alertId, long.Parse(@case.Id));
            write.SetSelfTestCase(alertId, long.Parse(@case.Id), now);
        }
    }

    private void StepUnreadable(StoreTransaction write, int number, string gateway, DateTimeOffset now)
    {
        // without an assignment nobody knows the citizen: the case names the gateway, and its unknown area goes to the fallback
        Assignment? assignment = write.AssignmentOf(number);
        if (assignment is { Synthetic: true })
        {
            write.Finding(assignment.Gateway, "finding/self-test-not-read", "", now); // no citizen to call
            TestSteps++;
            return;
        }
        string citizen = assignment?.Citizen ?? gateway, area = assignment?.Area ?? "";
        CareCase? open = write.OpenCaseOf(citizen, CaseKind.UnreadableAlert);
        var happened = new AlertArrived(Subject(write, citizen, CaseKind.UnreadableAlert, area, Triage.Red, now), Triage.Red, ["hub/alert/unreadable"], false, AlertOrigin.Hub);
        CaseStep step = CaseRules.Step(open, happened, now, data.Ladders);
        if (step.IsChanged)
        {
            Save(write, step, number, null, gateway, now);
        }
    }

    /// <summary>Looks at a citizen's plan; missing data is a case of its own kind, Unknown until somebody has looked.</summary>
    private int LookAtPlan(StoreTransaction write, int number, DateTimeOffset now)
    {
        if (write.AssignmentOf(number) is not { } assignment)
        {
            return 0;
        }
        IReadOnlyList<AdherenceEffect> effects = plans.Look(write, assignment, now);
        foreach (AdherenceEffect effect in effects.Where(effect => effect.Kind != AdherenceEffectKind.BecameUnknown))
        {
            string[] reasons = effect.Reason is { } reason ? [MissingWord.Of(reason)] : [];
            CareCase? open = write.OpenCaseOf(assignment.Citizen, CaseKind.MissingData);
            CaseEvent happened = effect.Kind == AdherenceEffectKind.Over ? new ClearedArrived() : new AlertArrived(
                Subject(write, assignment.Citizen, CaseKind.MissingData, assignment.Area, Triage.Unknown, now), Triage.Unknown, reasons, Origin: AlertOrigin.Hub);
            CaseStep step = CaseRules.Step(open, happened, now, data.Ladders);
            if (step.IsChanged)
            {
                Save(write, step, number, null, string.Join(", ", reasons), now);
            }
        }
        return effects.Count > 0 ? 1 : 0;
    }

    private CaseSubject Subject(StoreTransaction write, string citizen, CaseKind kind, string area, Triage triage, DateTimeOffset now) =>
        new(write.NextCaseId().ToString(System.Globalization.CultureInfo.InvariantCulture), citizen, kind, area, Router.Route(data.Topology, area, triage, now).Team);

    private int StepDue(StoreTransaction write, long id, DateTimeOffset now)
    {
        CaseStep step = CaseRules.Step(write.CaseOf(id), new Due(), now, data.Ladders);
        if (!step.IsChanged)
        {
            return 0;
        }
        TestSteps += step.Case!.Kind == CaseKind.SelfTest ? 1 : 0;
        Save(write, step, write.AssignmentOfCase(id), null, "", now);
        return 1;
    }

    /// <summary>Case, event and pages, always together.</summary>
    internal void Save(StoreTransaction write, CaseStep step, int assignment, string? person, string detail, DateTimeOffset now)
    {
        // the responsible authority is asked anew at every step: it may be another today
        Care.Routing.Route route = Router.Route(data.Topology, step.Case!.Area, step.Case.Triage, now);
        CareCase @case = step.Case with { Team = route.Team };
        long id = long.Parse(@case.Id);
        write.SaveCase(@case, assignment);
        write.AddCaseEvent(id, now, person, step.Change, detail);
        if (step.Effects.Contains(CaseEffect.WithdrawUnsentPages))
        {
            write.WithdrawPages(id);
        }
        if (step.Effects.Contains(CaseEffect.Page))
        {
            PageDecision decision = PagingRules.Decide(step, data.Ladders, route);
            foreach (PageTo to in decision.Pages)
            {
                write.AddPage(id, to, decision.Reason, now);
            }
        }
    }

    private static void SendTakenHome(StoreTransaction write, CaseStep step, Person person, DateTimeOffset now)
    {
        if (step.Effects.Contains(CaseEffect.NoticeTaken) && write.AssignmentOf(write.AssignmentOfCase(long.Parse(step.Case!.Id))) is { } assignment)
        {
            write.AddNotice(assignment.Gateway, "taken", long.Parse(step.Case.Id), CaseWord.Of(person.Role), now, NoticeHolds);
        }
    }
}
