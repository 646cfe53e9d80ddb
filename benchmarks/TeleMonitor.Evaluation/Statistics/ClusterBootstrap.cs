namespace TeleMonitor.Evaluation.Statistics;

/// <summary>
/// Intervals of figures whose rows belong together (hours of one patient, citizens of one seed): whole clusters are drawn with replacement,
/// as many as there are, and the figure is worked out anew. Bounds are the 2.5 % and 97.5 % percentiles.
/// </summary>
internal static class ClusterBootstrap
{
    /// <summary>Draws in each interval.</summary>
    public const int Draws = 1000;

    /// <summary>The figure of all clusters with its interval.</summary>
    /// <param name="clusters">How many clusters.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="figure">The figure when cluster i is taken times[i] times; NaN where it cannot be worked out: that draw is left out.</param>
    public static Interval Of(int clusters, long seed, Func<int[], double> figure)
    {
        int[] times = new int[clusters];
        Array.Fill(times, 1);
        double value = figure(times);
        var drawn = new List<double>(Draws);
        for (int draw = 0; draw < Draws; draw++)
        {
            Array.Clear(times);
            var dice = new Dice(seed, draw);
            for (int i = 0; i < clusters; i++)
            {
                times[dice.Below(clusters)]++;
            }
            double one = figure(times);
            if (!double.IsNaN(one))
            {
                drawn.Add(one);
            }
        }
        drawn.Sort();
        return drawn.Count == 0 ? new Interval(value, double.NaN, double.NaN) : new Interval(value, At(drawn, 0.025), At(drawn, 0.975));
    }

    /// <summary>A ratio of two sums over clusters: alerts per day, hits per case.</summary>
    public static Interval Ratio(long seed, IReadOnlyList<double> above, IReadOnlyList<double> below) => Of(above.Count, seed, times =>
    {
        double top = 0, bottom = 0;
        for (int i = 0; i < times.Length; i++)
        {
            top += times[i] * above[i];
            bottom += times[i] * below[i];
        }
        return bottom == 0 ? double.NaN : top / bottom;
    });

    /// <summary>A percentile of sorted numbers, between its two neighbours in proportion.</summary>
    internal static double At(IReadOnlyList<double> sorted, double share)
    {
        double place = share * (sorted.Count - 1);
        int below = (int)place;
        return below + 1 == sorted.Count ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
