using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Cases;

/// <summary>A citizen asks for help: whom it calls, and when it calls again.</summary>
public sealed class HelpCaseTests
{
    private const string Team = "akut-aabenraa", Coordinator = "koordinator-aabenraa", Fallback = "sidste-udvej-syddanmark";

    private static Story Pressed() => new Story(CaseKind.Help).Alert(Triage.Red, Reason.Help);

    [Fact]
    public void A_press_climbs_the_Red_ladder_until_somebody_takes_it()
    {
        Story story = Pressed().Live(20);
        Assert.Equal(
            [(0, PageReason.FirstPage, Team), (5, PageReason.NobodyTook, Team), (5, PageReason.NobodyTook, Coordinator), (10, PageReason.NobodyTook, Fallback),
             (15, PageReason.RepeatLastRung, Fallback), (20, PageReason.RepeatLastRung, Fallback)], story.Pages);
        Assert.Equal((CaseState.Taken, true), (story.Take().Case!.State, story.Last.Effects.Contains(CaseEffect.NoticeTaken)));
        Assert.Equal(story.Now + TimeSpan.FromMinutes(60), story.Case!.RespondBy);
    }

    [Fact]
    public void Presses_on_an_open_case_join_and_call_nobody_twice()
    {
        Story story = Pressed();
        for (int press = 0; press < 4; press++)
        {
            Assert.Equal(CaseChange.JoinedUntaken, story.After(1).Alert(Triage.Red, Reason.Help).Last.Change);
        }
        Assert.Equal((4, 0), (story.Case!.Joined, story.Case.JoinedSinceTaken));
        Assert.Single(story.Pages);
    }

    [Fact]
    public void The_third_press_since_it_was_taken_calls_the_owner_and_the_team_again_and_the_next_three_do_too()
    {
        Story story = Pressed().After(1).Alert(Triage.Red, Reason.Help).After(1).Take();
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(CaseChange.JoinedUnchanged, story.After(1).Alert(Triage.Red, Reason.Help).Last.Change);
            Assert.Equal(CaseChange.JoinedUnchanged, story.After(1).Alert(Triage.Red, Reason.Help).Last.Change);
            Assert.Equal((CaseChange.ReopenedThirdRepeat, PageReason.AskedAgain, $"{Story.Ana} {Team}"),
                (story.After(1).Alert(Triage.Red, Reason.Help).Last.Change, story.Paged.Reason, story.Called));
            Assert.Equal((CaseState.Open, Story.Ana), (story.Case!.State, story.Case.Owner));
            story.Take();
        }
    }

    [Fact]
    public void A_press_after_somebody_has_assessed_calls_at_once()
    {
        Story story = Pressed().Take().After(10).Assess().After(5).Alert(Triage.Red, Reason.Help);
        Assert.Equal((CaseChange.ReopenedAfterAssessed, PageReason.AskedAgain, $"{Story.Ana} {Team}"), (story.Last.Change, story.Paged.Reason, story.Called));
        Assert.Null(story.Case!.AssessedAt);
        Assert.Equal(CaseState.Taken, story.Assess().Case!.State);
    }

    [Fact]
    public void What_the_gateway_clears_or_a_person_assesses_closes_nothing()
    {
        Story story = Pressed().Do(new ClearedArrived());
        Assert.Equal(CaseState.Open, story.Case!.State);
        Assert.Equal(CaseState.Taken, story.Take().Assess().Live(24 * 60).Take().Case!.State);
        Assert.Equal(CaseState.Closed, story.Close().Case!.State);
        Assert.Equal(CaseChange.Opened, story.Alert(Triage.Red, Reason.Help).Last.Change);
    }

    [Fact]
    public void Repeats_of_readings_call_nobody_again()
    {
        Story story = new Story().Alert(Triage.Red, "a").Take().Assess();
        for (int repeat = 0; repeat < 5; repeat++)
        {
            Assert.Equal(CaseChange.JoinedUnchanged, story.After(30).Alert(Triage.Red, "a").Last.Change);
        }
    }

    [Fact]
    public void A_press_that_comes_days_late_says_when_it_was_and_later_ones_of_then_are_one_fact_with_it()
    {
        Story story = new Story(CaseKind.Help);
        CaseSubject subject = new("case-1", "c-100068", CaseKind.Help, "aabenraa", Team);
        story.Do(new AlertArrived(subject, Triage.Red, [Reason.Help], Late: true, WasAt: Story.Start.AddDays(-3)));
        Assert.Equal((true, Story.Start.AddDays(-3)), (story.Case!.Late, story.Case.LateAt));
        Assert.Equal(CaseChange.LateRepeat, story.Do(new AlertArrived(subject, Triage.Red, [Reason.Help], Late: true, WasAt: Story.Start.AddDays(-2))).Last.Change);
        Assert.Equal(CaseChange.ReopenedIsNow, story.Take().After(1).Alert(Triage.Red, Reason.Help).Last.Change);
    }
}
