using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Cloud.Tests.Cases;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Paging;

public sealed class WorklistOrderTests
{
    [Fact]
    public void Red_stands_above_Unknown_above_Yellow_and_closed_is_last()
    {
        CareCase red = new Story().After(300).Alert(Triage.Red, "a").Case!;
        CareCase unknown = new Story().After(200).Alert(Triage.Unknown, "a").Case!;
        CareCase yellow = new Story().Alert(Triage.Yellow, "a").Case!;
        CareCase closed = new Story().Alert(Triage.Red, "a").Take().Close().Case!;
        Assert.Equal([red, unknown, yellow, closed], new[] { closed, yellow, red, unknown }.Order(WorklistOrder.Instance));
    }

    [Fact]
    public void Within_a_colour_the_earliest_visible_deadline_comes_first_and_what_is_late_before_that()
    {
        CareCase rungIn5 = new Story().After(100).Alert(Triage.Red, "a").Case!;
        CareCase respondIn60 = new Story().After(100).Alert(Triage.Red, "a").Take().Case!;
        CareCase late = new Story().Alert(Triage.Red, "a").Take().Live(100).Case!;
        CareCase assessed = new Story().Alert(Triage.Red, "a").Take().Assess().Case!;
        Assert.Equal(Story.Start.AddMinutes(60), late.VisibleDeadline);
        Assert.Equal([late, rungIn5, respondIn60, assessed], new[] { assessed, respondIn60, late, rungIn5 }.Order(WorklistOrder.Instance));
    }

    [Fact]
    public void A_case_that_opened_again_shows_the_earlier_of_next_rung_and_respond_by()
    {
        CareCase again = new Story().Alert(Triage.Yellow, "a").Take().After(200).Alert(Triage.Yellow, "b").Case!;
        Assert.Equal(again.RespondBy, again.VisibleDeadline);
        CareCase red = new Story().Alert(Triage.Red, "a").Take().After(10).Alert(Triage.Red, "b").Case!;
        Assert.Equal(red.NextRungAt, red.VisibleDeadline);
    }

    [Fact]
    public void Equal_cases_are_told_apart_by_age_and_then_by_id()
    {
        CareCase one = new Story().Alert(Triage.Red, "a").Case!;
        CareCase older = one with { Id = "z", OpenedAt = one.OpenedAt.AddMinutes(-1) };
        CareCase other = one with { Id = "case-2" };
        Assert.Equal([older, one, other], new[] { other, one, older }.Order(WorklistOrder.Instance));
        Assert.Equal(0, WorklistOrder.Instance.Compare(one, one));
    }
}
