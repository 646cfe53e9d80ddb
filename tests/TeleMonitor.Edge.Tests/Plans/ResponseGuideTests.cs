using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>Who, how soon, measure again when: as data per authority and score.</summary>
public sealed class ResponseGuideTests
{
    private static ResponseGuide Tobs => Shipped.Config.Content.Guides["tobs-default"];

    [Theory]
    [InlineData(0, false, 0, null, null)]
    [InlineData(1, false, 1, null, 3)]
    [InlineData(2, false, 2, 120, 3)]
    [InlineData(3, false, 3, 60, 1)]
    [InlineData(4, false, 3, 60, 1)]
    [InlineData(5, false, 4, 15, 1)]
    [InlineData(15, false, 4, 15, 1)]
    [InlineData(3, true, 4, 15, 1)] // a single part with 3 points is Red whatever the total
    public void TOBS_asks_for_what_the_table_says(int total, bool single, int row, int? within, int? times)
    {
        ResponseRow answer = Tobs.For(total, single);
        Assert.Same(Tobs.Rows[row], answer);
        Assert.Equal((within, times), (answer.WithinMinutes, answer.RemeasureTimes));
    }

    [Theory]
    [InlineData(3, true, 2)]
    [InlineData(7, true, 3)]
    [InlineData(7, false, 3)]
    [InlineData(4, false, 1)]
    public void Where_total_and_single_part_differ_the_more_urgent_counts(int total, bool single, int row) =>
        Assert.Same(Shipped.Config.Content.Guides["news2-default"].Rows[row], Shipped.Config.Content.Guides["news2-default"].For(total, single));

    [Fact]
    public void An_authority_with_a_guide_of_its_own_has_that_and_every_other_the_default()
    {
        ResponseGuide own = Tobs with { Id = "tobs-aabenraa", Authority = "aabenraa" };
        ResponseGuide[] guides = [.. Shipped.Config.Content.Guides.Values, own];
        Assert.Same(own, ResponseGuide.Find(guides, "aabenraa", "tobs"));
        Assert.Same(Tobs, ResponseGuide.Find(guides, "toender", "tobs"));
        Assert.Same(Tobs, ResponseGuide.Find(guides, "default", "tobs"));
        Assert.Equal("news2-default", ResponseGuide.Find(guides, "aabenraa", "news2")!.Id);
        Assert.Null(ResponseGuide.Find(guides, "aabenraa", "mews"));
    }

    [Fact]
    public void Urgency_never_falls_with_the_total()
    {
        foreach (ResponseGuide guide in Shipped.Config.Content.Guides.Values)
        {
            int[] within = [.. Enumerable.Range(0, 21).Select(total => guide.For(total, false).WithinMinutes ?? int.MaxValue)];
            Assert.Equal(within.OrderDescending(), within);
        }
    }
}
