using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Cases;

public sealed class CaseRulesTests
{
    [Fact]
    public void An_alert_opens_a_case_that_knows_all_about_it()
    {
        CaseSubject subject = new("case-1", "c-1", CaseKind.Clinical, "6200", "akut-aabenraa");
        CaseStep step = CaseRules.Step(null, new AlertArrived(subject, Triage.Red, ["a", "b", "a"], true, AlertOrigin.Hub, 7), Story.Start, Story.Ladders);
        CareCase opened = step.Case!;
        Assert.Equal(("case-1", "c-1", "6200", "akut-aabenraa", 1L), (opened.Id, opened.Citizen, opened.Area, opened.Team, opened.Version));
        Assert.Equal((CaseState.Open, Triage.Red, 1, Story.Start.AddMinutes(5)), (opened.State, opened.Triage, opened.Rung, opened.NextRungAt!.Value));
        Assert.Equal(["a", "b"], opened.Reasons);
        Assert.Equal((true, AlertOrigin.Hub, 7, 0), (opened.LastAlertInterim, opened.LastAlertOrigin, opened.LastAlertTotal, opened.Joined));
        Assert.Equal([CaseEffect.Page], step.Effects);
    }

    [Theory]
    [InlineData(Triage.Red, 60)]
    [InlineData(Triage.Yellow, 240)]
    [InlineData(Triage.Unknown, 240)]
    public void Taking_stops_the_ladder_and_sets_respond_by(Triage triage, int minutes)
    {
        Story story = new Story().Alert(triage, "a").After(3).Take();
        Assert.Equal((CaseState.Taken, Story.Ana, story.Now, 2L), (story.Case!.State, story.Case.Owner, story.Case.TakenAt!.Value, story.Case.Version));
        Assert.Null(story.Case.NextRungAt);
        Assert.Equal(story.Now.AddMinutes(minutes), story.Case.RespondBy);
        Assert.Equal([CaseEffect.WithdrawUnsentPages, CaseEffect.NoticeTaken], story.Last.Effects);
    }

    [Fact]
    public void Taking_twice_is_taking_once()
    {
        Story story = new Story().Alert(Triage.Red, "a").Take();
        CareCase once = story.Case!;
        Assert.Same(once, story.After(1).Take().Case);
        Assert.Same(once, story.After(1).Take(Story.Bo).Case);
        Assert.Equal(CaseChange.AlreadyTaken, story.Last.Change);
        Assert.Equal(Story.Ana, story.Case!.Owner);
    }

    [Fact]
    public void Taken_is_not_done_the_owner_is_paged_at_respond_by_and_all_ten_minutes_later()
    {
        Story story = new Story().Alert(Triage.Red, "a").Take();
        Assert.Equal(CaseChange.NothingDue, story.After(59).Do(new Due()).Last.Change);
        story.After(1).Do(new Due());
        Assert.Equal((CaseChange.RespondByPassed, PageReason.RespondByPassed, "ana"), (story.Last.Change, story.Paged.Reason, story.Called));
        Assert.Equal(CaseState.Taken, story.Case!.State);
        Assert.Equal(CaseChange.NothingDue, story.After(9).Do(new Due()).Last.Change);
        story.After(1).Do(new Due());
        Assert.Equal((CaseChange.LadderOpenedForAll, PageReason.LadderForAll, "ana akut-aabenraa"), (story.Last.Change, story.Paged.Reason, story.Called));
        Assert.Equal("koordinator-aabenraa", story.After(5).Do(new Due()).Called.Split(' ')[1]);
        Assert.Equal("sidste-udvej-syddanmark", story.After(5).Do(new Due()).Called);
        // anybody may take it now, and then owes an assessment anew
        story.Take(Story.Bo);
        Assert.Equal((CaseState.Taken, Story.Bo, Overdue.No, story.Now.AddMinutes(60)), (story.Case!.State, story.Case.Owner, story.Case.Overdue, story.Case.RespondBy!.Value));
    }

    [Fact]
    public void An_assessed_case_is_quiet_for_a_day_and_then_the_owner_is_asked()
    {
        Story story = new Story().Alert(Triage.Red, "a").Take().After(20).Assess();
        Assert.Equal((story.Now, Story.Ana), (story.Case!.AssessedAt!.Value, story.Case.AssessedBy));
        int pages = story.Pages.Count;
        story.Live((24 * 60) - 1);
        Assert.Equal(pages, story.Pages.Count);
        Assert.Equal(PageReason.RespondByPassed, story.Live(1).Pages[^1].Reason);
    }

    [Fact]
    public void The_same_alert_again_joins_a_taken_case_and_calls_nobody()
    {
        Story story = new Story().Alert(Triage.Red, "a", "b").Take().After(30).Alert(Triage.Red, "b").Alert(Triage.Yellow, "a");
        Assert.Equal((CaseChange.JoinedUnchanged, CaseState.Taken, 2, story.Now), (story.Last.Change, story.Case!.State, story.Case.Joined, story.Case.LastAlertAt));
        Assert.Empty(story.Last.Effects);
        Assert.Equal(Triage.Red, story.Case.Triage);
    }

    [Fact]
    public void Higher_triage_opens_a_taken_case_again_on_the_higher_ladder_and_calls_the_owner_too()
    {
        Story story = new Story().Alert(Triage.Yellow, "a").Take().After(10).Alert(Triage.Red, "a");
        Assert.Equal((CaseState.Open, Story.Ana, 1, story.Now.AddMinutes(5)), (story.Case!.State, story.Case.Owner, story.Case.Rung, story.Case.NextRungAt!.Value));
        Assert.Equal((PageReason.HigherTriage, "ana akut-aabenraa"), (story.Paged.Reason, story.Called));
        // what the owner promised still runs beside the ladder
        Assert.Equal(Story.Start.AddHours(4), story.Case.RespondBy);
    }

    [Fact]
    public void A_new_reason_opens_a_taken_case_again_with_the_ladder_of_its_most_severe_triage()
    {
        Story story = new Story().Alert(Triage.Red, "a").Take().Assess().After(10).Alert(Triage.Yellow, "b");
        Assert.Equal((CaseChange.ReopenedNewReason, Triage.Red, story.Now.AddMinutes(5)), (story.Last.Change, story.Case!.Triage, story.Case.NextRungAt!.Value));
        Assert.Null(story.Case.AssessedAt);
        Assert.Equal(["a", "b"], story.Case.Reasons);
        Assert.Equal(["a"], story.Case.ReasonsWhenTaken);
        // once taken anew, the reason is known
        Assert.Equal(CaseChange.JoinedUnchanged, story.Take().After(1).Alert(Triage.Red, "b", "a").Last.Change);
    }

    [Fact]
    public void The_owner_may_take_up_a_case_that_opened_again_by_assessing()
    {
        Story story = new Story().Alert(Triage.Yellow, "a").Take().After(1).Alert(Triage.Red, "b").After(1).Assess();
        Assert.Equal((CaseState.Taken, Triage.Red, CaseChange.Assessed), (story.Case!.State, story.Case.TriageWhenTaken, story.Last.Change));
        Assert.Equal([CaseEffect.WithdrawUnsentPages], story.Last.Effects);
        Assert.Null(story.Case.NextRungAt);
    }

    [Fact]
    public void A_more_severe_alert_moves_an_untaken_case_to_the_higher_ladder_at_once()
    {
        Story story = new Story().Alert(Triage.Yellow, "a").After(10).Alert(Triage.Red, "a");
        Assert.Equal((1, story.Now.AddMinutes(5), "akut-aabenraa"), (story.Case!.Rung, story.Case.NextRungAt!.Value, story.Called));
    }

    [Fact]
    public void A_more_severe_alert_calls_everybody_whom_the_ladder_has_reached()
    {
        Story story = new Story().Alert(Triage.Yellow, "a").WhenDue().WhenDue();
        Assert.Equal((3, "sidste-udvej-syddanmark"), (story.Case!.Rung, story.Called));
        story.After(10).Alert(Triage.Red, "a");
        Assert.Equal((3, "akut-aabenraa koordinator-aabenraa sidste-udvej-syddanmark"), (story.Case!.Rung, story.Called));
        Assert.Equal([1, 2, 3], story.Paged.Pages.Select(page => page.Rung));
    }

    [Fact]
    public void Cleared_is_recorded_and_closes_nothing()
    {
        Story story = new Story().Alert(Triage.Red, "a").After(2).Do(new ClearedArrived());
        Assert.Equal((story.Now, CaseState.Open, Story.Start.AddMinutes(5)), (story.Case!.ClearedAt!.Value, story.Case.State, story.Case.DueAt!.Value));
        Assert.Null(story.After(1).Alert(Triage.Red, "a").Case!.ClearedAt);
    }

    [Fact]
    public void Closing_names_who_and_why_and_nothing_is_due_any_more()
    {
        Story story = new Story().Alert(Triage.Red, "a").Take().After(30).Close(Story.Bo);
        Assert.Equal((CaseState.Closed, Story.Bo, "visited, treated at home", story.Now), (story.Case!.State, story.Case.ClosedBy, story.Case.CloseReason, story.Case.ClosedAt!.Value));
        Assert.Null(story.Case.DueAt);
        int pages = story.Pages.Count;
        Assert.Equal(pages, story.Live(3000).Pages.Count);
        Assert.Equal(("case-2", 1L), (story.Alert(Triage.Red, "a").Case!.Id, story.Case!.Version));
    }

    [Fact]
    public void An_unreadable_alert_is_red_whatever_it_says()
    {
        Story story = new Story(CaseKind.UnreadableAlert).Alert(Triage.Unknown, "unreadable");
        Assert.Equal((Triage.Red, story.Now.AddMinutes(5)), (story.Case!.Triage, story.Case.NextRungAt!.Value));
        Assert.Equal(CaseChange.JoinedUnchanged, story.Take().Alert(Triage.Green, "unreadable").Last.Change);
    }

    [Fact]
    public void An_alert_about_somebody_else_is_a_mistake_of_the_caller()
    {
        CareCase open = new Story().Alert(Triage.Red, "a").Case!;
        CaseSubject other = new("case-2", "c-2", CaseKind.Clinical, "aabenraa", "akut-aabenraa");
        Assert.Throws<ArgumentException>(() => CaseRules.Step(open, new AlertArrived(other, Triage.Red, []), Story.Start, Story.Ladders));
    }

    [Fact]
    public void After_an_outage_each_rung_gets_its_full_time_again()
    {
        Story story = new Story().Alert(Triage.Red, "a").After(600).Do(new Due());
        Assert.Equal((2, story.Now.AddMinutes(5)), (story.Case!.Rung, story.Case.NextRungAt!.Value));
        Assert.Equal(CaseChange.NothingDue, story.Do(new Due()).Last.Change);
    }
}
