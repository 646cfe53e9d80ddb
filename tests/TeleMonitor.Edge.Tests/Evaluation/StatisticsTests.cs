using TeleMonitor.Evaluation.Statistics;

namespace TeleMonitor.Edge.Tests.Evaluation;

public sealed class StatisticsTests
{
    [Theory]
    // worked by hand: z = 1.96, (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    [InlineData(5, 10, 0.5, 0.2366, 0.7634)]
    [InlineData(81, 263, 0.3080, 0.2553, 0.3662)] // source: Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
    [InlineData(0, 20, 0.0, 0.0, 0.1611)] // the same table
    [InlineData(1, 29, 0.0345, 0.0061, 0.1718)] // the same table
    [InlineData(20, 20, 1.0, 0.8389, 1.0)]
    public void Wilsons_interval_is_that_of_the_printed_table(int hits, int of, double value, double low, double high)
    {
        Interval interval = Interval.Wilson(hits, of);
        Assert.Equal(value, interval.Value, 4);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void A_share_of_nothing_is_no_number() => Assert.True(double.IsNaN(Interval.Wilson(0, 0).Value));

    [Fact]
    public void The_area_counts_pairs_and_halves_ties()
    {
        // positives 1 3 3, negatives 0 1 2 3: of 12 pairs 1+0.5 for the 1, 3+0.5 for each 3, so 8.5
        var roc = new Roc(highest: 3);
        foreach (int score in new[] { 1, 3, 3 })
        {
            roc.Add(score, isPositive: true);
        }
        foreach (int score in new[] { 0, 1, 2, 3 })
        {
            roc.Add(score, isPositive: false);
        }
        Assert.Equal(8.5 / 12, roc.Area(), 12);
        Assert.Equal((3, 4), (roc.Positives, roc.Negatives));

        var twice = new Roc(highest: 3);
        twice.Add(roc, 2);
        Assert.Equal(roc.Area(), twice.Area(), 12);
    }

    [Fact]
    public void The_area_without_positives_is_no_number()
    {
        var roc = new Roc(highest: 3);
        roc.Add(1, isPositive: false);
        Assert.True(double.IsNaN(roc.Area()));
    }

    [Fact]
    public void A_bootstrap_of_equal_clusters_has_no_width_and_of_two_unlike_ones_reaches_both()
    {
        Interval equal = ClusterBootstrap.Ratio(seed: 7, [3, 3, 3, 3], [1.5, 1.5, 1.5, 1.5]);
        Assert.Equal(new Interval(2, 2, 2), equal);
        // of two clusters a quarter of the draws takes only the first and a quarter only the second: both lie within 95 %
        Interval unlike = ClusterBootstrap.Ratio(seed: 7, [0, 4], [1, 1]);
        Assert.Equal(new Interval(2, 0, 4), unlike);
    }

    [Fact]
    public void A_bootstrap_of_shares_agrees_with_the_normal_approximation()
    {
        // 400 clusters of one case, a quarter of them hits: standard error √(0.25 × 0.75 / 400) = 0.02165, so 0.25 ± 0.0424
        double[] hits = [.. Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? 1.0 : 0)], cases = [.. hits.Select(_ => 1.0)];
        Interval interval = ClusterBootstrap.Ratio(seed: 1, hits, cases);
        Assert.InRange(interval.Low, 0.25 - 0.0484, 0.25 - 0.0364);
        Assert.InRange(interval.High, 0.25 + 0.0364, 0.25 + 0.0484);
        Assert.Equal(interval, ClusterBootstrap.Ratio(seed: 1, hits, cases));
    }

    [Fact]
    public void A_percentile_lies_between_its_neighbours_in_proportion()
    {
        Assert.Equal(1.5, ClusterBootstrap.At([1, 2, 3], 0.25), 12);
        Assert.Equal(3, ClusterBootstrap.At([1, 2, 3], 1), 12);
    }

    [Fact]
    public void Dice_of_one_key_repeat_and_of_another_do_not()
    {
        var first = new Dice(1, 2, 3);
        var again = new Dice(1, 2, 3);
        var other = new Dice(1, 3, 2);
        ulong drawn = first.Next();
        Assert.Equal(drawn, again.Next());
        Assert.NotEqual(drawn, other.Next());
        Assert.NotEqual(drawn, first.Next());
    }

    [Fact]
    public void Dice_are_even_and_normal_where_they_say_so()
    {
        var dice = new Dice(42);
        double[] units = [.. Enumerable.Range(0, 20_000).Select(_ => dice.Unit())];
        Assert.InRange(units.Average(), 0.49, 0.51);
        Assert.InRange(units.Min(), 0, 0.001);
        Assert.InRange(units.Max(), 0.999, 0.9999999999999999);
        double[] normal = [.. Enumerable.Range(0, 20_000).Select(_ => dice.Normal(80, 5))];
        Assert.InRange(normal.Average(), 79.8, 80.2);
        Assert.InRange(Math.Sqrt(normal.Average(value => (value - 80) * (value - 80))), 4.9, 5.1);
    }
}
