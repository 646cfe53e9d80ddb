using TeleMonitor.Care.Cases;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Cases;

/// <summary>Yellow closes itself after three normal sets over at least twelve hours; nothing else does.</summary>
public sealed class NormalSetTests
{
    private static Story Yellow() => new Story().Alert(Triage.Yellow, "tobs/total/yellow");

    [Fact]
    public void Three_normal_sets_over_twelve_hours_close_a_Yellow_case_with_that_as_the_reason()
    {
        Story story = Yellow();
        story.Do(new NormalSetArrived()).After(6 * 60).Do(new NormalSetArrived());
        Assert.Equal((CaseChange.NormalCounted, 2, CaseState.Open), (story.Last.Change, story.Case!.NormalSets, story.Case.State));
        story.After(6 * 60).Do(new NormalSetArrived());
        Assert.Equal((CaseChange.ClosedNormal, CaseState.Closed, CaseRules.ThreeNormalSets, null), (story.Last.Change, story.Case!.State, story.Case.CloseReason, story.Case.ClosedBy));
        Assert.Null(story.Case.DueAt);
        Assert.Contains(CaseEffect.WithdrawUnsentPages, story.Last.Effects);
    }

    [Fact]
    public void Many_in_an_hour_are_not_enough_and_neither_are_two_in_a_day()
    {
        Story story = Yellow();
        for (int set = 0; set < 20; set++)
        {
            story.After(30).Do(new NormalSetArrived());
        }
        Assert.NotEqual(CaseState.Closed, story.Case!.State);
        Story two = Yellow();
        two.Do(new NormalSetArrived()).After(24 * 60).Do(new NormalSetArrived());
        Assert.NotEqual(CaseState.Closed, two.Case!.State);
    }

    [Fact]
    public void An_alert_between_them_begins_the_counting_anew()
    {
        Story story = Yellow();
        story.Do(new NormalSetArrived()).After(360).Do(new NormalSetArrived()).Alert(Triage.Yellow, "tobs/total/yellow").After(400).Do(new NormalSetArrived());
        Assert.Equal((1, CaseState.Open), (story.Case!.NormalSets, story.Case.State));
    }

    [Fact]
    public void A_case_that_was_ever_Red_waits_for_a_person_and_so_do_missing_data_and_a_call_for_help()
    {
        Story red = Yellow().Alert(Triage.Red, "tobs/total/red").Alert(Triage.Yellow, "tobs/total/yellow");
        foreach (Story story in new[] { red, new Story(CaseKind.MissingData).Alert(Triage.Unknown, "missing/not-heard"), new Story(CaseKind.Help).Alert(Triage.Red, Reason.Help) })
        {
            for (int set = 0; set < 4; set++)
            {
                story.After(360).Do(new NormalSetArrived());
            }
            Assert.Equal((CaseChange.NothingOpen, CaseState.Open), (story.Last.Change, story.Case!.State));
        }
    }

    [Fact]
    public void A_taken_Yellow_case_closes_too_and_one_that_waits_for_a_second_measurement_does_not()
    {
        Story taken = Yellow().Do(new Take(Story.Ana));
        taken.Do(new NormalSetArrived()).After(360).Do(new NormalSetArrived()).After(360).Do(new NormalSetArrived());
        Assert.Equal((CaseState.Closed, Story.Ana), (taken.Case!.State, taken.Case.Owner));
    }
}
