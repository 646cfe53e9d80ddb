using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Cases;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Paging;

public sealed class PagingRulesTests
{
    private const string Team = "akut-aabenraa", Coordinator = "koordinator-aabenraa", Fallback = "sidste-udvej-syddanmark";

    [Fact]
    public void An_untaken_Red_climbs_every_five_minutes_to_the_fallback_and_stays_there_for_ever()
    {
        Story story = new Story().Alert(Triage.Red, "a").Live(24 * 60);
        Assert.Equal((0, PageReason.FirstPage, Team), story.Pages[0]);
        Assert.Equal((5, PageReason.NobodyTook, Team), story.Pages[1]);
        Assert.Equal((5, PageReason.NobodyTook, Coordinator), story.Pages[2]);
        Assert.Equal((10, PageReason.NobodyTook, Fallback), story.Pages[3]);
        Assert.Equal(Enumerable.Range(3, 286).Select(step => (step * 5.0, PageReason.RepeatLastRung, Fallback)), story.Pages.Skip(4));
    }

    [Theory]
    [InlineData(Triage.Yellow)]
    [InlineData(Triage.Unknown)]
    public void An_untaken_Yellow_or_Unknown_waits_two_hours_and_then_climbs_every_thirty_minutes(Triage triage)
    {
        Story story = new Story().Alert(triage, "a").Live(240);
        Assert.Equal([(0, Team), (120, Team), (120, Coordinator), (150, Fallback), (180, Fallback), (210, Fallback), (240, Fallback)],
            story.Pages.Select(page => (page.Minute, page.Receiver)));
    }

    [Fact]
    public void A_receiver_that_the_area_lacks_is_replaced_by_the_fallback()
    {
        CaseStep climbed = new Story().Alert(Triage.Red, "a").WhenDue().Last;
        Route whole = Router.Route(ShippedFiles.Topology, "aabenraa", Triage.Red, Story.Start);
        Assert.Equal([new PageTo(Receiver.Team, Team, 2), new PageTo(Receiver.Fallback, Fallback, 2)],
            PagingRules.Decide(climbed, Story.Ladders, whole with { Coordinator = null }).Pages);
        Route unknown = Router.Route(ShippedFiles.Topology, "nowhere", Triage.Red, Story.Start);
        Assert.Equal([new PageTo(Receiver.Fallback, Fallback, 2)], PagingRules.Decide(climbed, Story.Ladders, unknown).Pages);
    }

    [Fact]
    public void A_step_that_calls_nobody_still_says_when_to_look_again()
    {
        Story story = new Story().Alert(Triage.Red, "a").After(1).Alert(Triage.Red, "a");
        Assert.Equal((PageReason.None, Story.Start.AddMinutes(5)), (story.Paged.Reason, story.Paged.NextDue!.Value));
        Assert.Empty(story.Paged.Pages);
    }

    [Fact]
    public void No_step_at_all_pages_nobody()
    {
        PageDecision none = new Story().Do(new Due()).Paged;
        Assert.Equal((PageReason.None, null), (none.Reason, none.NextDue));
    }

    /// <summary>Two cases alike until one minute, when one alert is Red and the other not: whoever is called on the lower is called on the higher no later.</summary>
    [Theory]
    [InlineData(Triage.Yellow, Triage.Yellow)]
    [InlineData(Triage.Unknown, Triage.Unknown)]
    [InlineData(Triage.Unknown, Triage.Yellow)]
    public void Raising_the_triage_never_calls_anyone_later_or_fewer(Triage first, Triage second)
    {
        for (int minute = 0; minute <= 200; minute++)
        {
            Story lower = new Story().Alert(first, "a").Live(minute).Alert(second, "a").Live(200);
            Story higher = new Story().Alert(first, "a").Live(minute).Alert(Triage.Red, "a").Live(200);
            foreach ((double at, _, string receiver) in lower.Pages)
            {
                int wanted = lower.Pages.Count(page => page.Receiver == receiver && page.Minute <= at);
                Assert.True(higher.Pages.Count(page => page.Receiver == receiver && page.Minute <= at) >= wanted, $"raised at {minute}: {receiver} at {at}");
            }
        }
    }

    [Fact]
    public void A_case_taken_and_forgotten_comes_back_to_everybody()
    {
        Story story = new Story().Alert(Triage.Yellow, "a").Take().Live(240 + 10 + 120 + 30);
        Assert.Equal([(0, Team), (240, Story.Ana), (250, Story.Ana), (250, Team), (370, Team), (370, Coordinator), (400, Fallback)],
            story.Pages.Select(page => (page.Minute, page.Receiver)));
    }
}
