using System.Runtime.CompilerServices;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Cases;

/// <summary>All short histories, not a sample of them.</summary>
public sealed class CaseHistoryTests
{
    private static readonly CaseSubject Subject = new("case-1", "c-100068", CaseKind.Clinical, "aabenraa", "akut-aabenraa");
    private static readonly Route Route = Router.Route(ShippedFiles.Topology, "aabenraa", Triage.Red, Story.Start);

    // what happens, and how long after the step before; null = when the case is due
    private static readonly (CaseEvent Event, TimeSpan? After)[] Steps =
    [
        (new AlertArrived(Subject, Triage.Yellow, ["a"]), TimeSpan.FromMinutes(1)),
        (new AlertArrived(Subject, Triage.Yellow, ["a", "b"]), TimeSpan.FromMinutes(1)),
        (new AlertArrived(Subject, Triage.Red, ["a", "c"]), TimeSpan.FromMinutes(1)),
        (new AlertArrived(Subject, Triage.Unknown, []), TimeSpan.FromMinutes(1)),
        (new ClearedArrived(), TimeSpan.FromMinutes(1)),
        (new Take("ana"), TimeSpan.FromMinutes(1)),
        (new Take("bo"), TimeSpan.FromHours(7)),
        (new Assess("ana"), TimeSpan.FromMinutes(1)),
        (new Note("bo", "text"), TimeSpan.FromMinutes(1)),
        (new Close("ana", "done"), TimeSpan.FromMinutes(1)),
        (new Due(), null),
        (new Due(), TimeSpan.FromDays(2)),
    ];

    [Fact]
    public void Every_history_of_five_events_keeps_the_promises_of_a_case()
    {
        int count = 0;
        Walk(null, Story.Start, 5, ref count);
        // 12 + 12² + … + 12⁵ nodes: the walk has not been cut short
        Assert.Equal(271_452, count);
    }

    [Fact]
    public void Long_lives_with_outages_keep_them_too()
    {
        for (int seed = 0; seed < 2_000; seed++)
        {
            Random dice = new(seed);
            CareCase? current = null;
            DateTimeOffset now = Story.Start;
            for (int step = 0; step < 80; step++)
            {
                now = dice.Next(3) == 0 && current?.DueAt > now ? current.DueAt.Value : now.AddSeconds(dice.Next(1 << dice.Next(1, 18)));
                // a close now and then only, so that lives grow long
                CaseEvent @event = Steps[dice.Next(Steps.Length)].Event is var drawn && drawn is Close && dice.Next(5) > 0 ? new Due() : drawn;
                CaseStep outcome = CaseRules.Step(current, @event, now, Story.Ladders);
                CheckStep(current, @event, outcome, now);
                current = outcome.Case;
            }
        }
    }

    private static void Walk(CareCase? before, DateTimeOffset at, int left, ref int count)
    {
        if (left == 0)
        {
            return;
        }
        foreach ((CaseEvent @event, TimeSpan? after) in Steps)
        {
            DateTimeOffset now = after is { } wait ? at + wait : before?.DueAt > at ? before.DueAt.Value : at;
            CaseStep step = CaseRules.Step(before, @event, now, Story.Ladders);
            CheckStep(before, @event, step, now);
            count++;
            Walk(step.Case, now, left - 1, ref count);
        }
    }

    private static void CheckStep(CareCase? before, CaseEvent @event, CaseStep step, DateTimeOffset now)
    {
        Promise story = new(before, @event, step);
        PageDecision decision = PagingRules.Decide(step, Story.Ladders, Route);
        story.Holds(decision.NextDue == step.Case?.DueAt);
        story.Holds(step.Effects.Contains(CaseEffect.Page) == (decision.Pages.Count > 0));
        story.Holds((decision.Reason != PageReason.None) == (decision.Pages.Count > 0));
        story.Holds(decision.Pages.DistinctBy(page => page.Receiver).Count() == decision.Pages.Count);
        if (!step.IsChanged)
        {
            story.Holds(ReferenceEquals(before, step.Case) && step.Effects.Count == 0);
            return;
        }
        CareCase after = step.Case!;
        bool isNew = step.Change == CaseChange.Opened;
        story.Holds(isNew != (before is { State: not CaseState.Closed }));
        story.Holds(after.Version == (isNew ? 1 : before!.Version + 1));
        if (!isNew)
        {
            story.Holds(after.Triage >= before!.Triage && before.Reasons.All(after.Reasons.Contains));
            story.Holds(after.Id == before.Id && after.OpenedAt == before.OpenedAt);
            story.Holds(after.State != CaseState.Closed || @event is Close);
            // a case leaves the ladder only by a person's hand
            story.Holds(before.NextRungAt is null || after.NextRungAt is not null || @event is Take or Assess);
            // an alert makes nothing later
            story.Holds(@event is not AlertArrived || after.DueAt <= before.DueAt || before.DueAt <= now);
        }
        CheckForm(after, story);
        CheckDue(after, now, story);
    }

    private static void CheckForm(CareCase @case, Promise story)
    {
        story.Holds((@case.NextRungAt is not null) == (@case.State == CaseState.Open));
        story.Holds((@case.DueAt is null) == (@case.State == CaseState.Closed));
        story.Holds((@case.VisibleDeadline is null) == (@case.State == CaseState.Closed));
        story.Holds(@case.State != CaseState.Taken || (@case.Owner is not null && @case.RespondBy is not null && @case.Overdue != Overdue.OpenForAll));
        story.Holds(@case.State != CaseState.Closed || (@case.ClosedBy is not null && @case.CloseReason is not null && @case.Owner is not null));
        story.Holds((@case.OpensForAllAt is not null) == (@case.Overdue == Overdue.OwnerPaged));
        story.Holds(@case.Rung >= 1 && @case.Rung <= Story.Ladders.For(@case.Triage).Rungs.Count);
        story.Holds((@case.Owner is null) == (@case.TakenAt is null) && (@case.Owner is null) == (@case.TriageWhenTaken is null));
    }

    /// <summary>S7: the due time lies in the future once the steps that are due now are made, and there are at most two of them.</summary>
    private static void CheckDue(CareCase @case, DateTimeOffset now, Promise story)
    {
        for (int step = 0; step < 2 && @case.DueAt <= now; step++)
        {
            CaseStep due = CaseRules.Step(@case, new Due(), now, Story.Ladders);
            story.Holds(due.IsChanged && due.Effects.Contains(CaseEffect.Page));
            @case = due.Case!;
        }
        story.Holds(@case.DueAt is null || @case.DueAt > now);
    }

    /// <summary>The step that is being looked at, told only when a promise is broken: this runs millions of times.</summary>
    private readonly record struct Promise(CareCase? Before, CaseEvent Event, CaseStep Step)
    {
        public void Holds(bool kept, [CallerArgumentExpression(nameof(kept))] string promise = "")
        {
            if (!kept)
            {
                Assert.Fail($"{promise}: {Event} on {Before} gave {Step.Change} and {Step.Case}");
            }
        }
    }
}
