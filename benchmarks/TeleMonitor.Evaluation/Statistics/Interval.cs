using System.Globalization;

namespace TeleMonitor.Evaluation.Statistics;

/// <summary>An estimate with its 95 % interval, all three in the same unit.</summary>
/// <param name="Value">The estimate; NaN where there is nothing to estimate from.</param>
/// <param name="Low">Lower bound.</param>
/// <param name="High">Upper bound.</param>
internal readonly record struct Interval(double Value, double Low, double High)
{
    // source: normal distribution, 97.5 % quantile
    private const double Z = 1.959963984540054;

    /// <summary>A share by Wilson's score interval, which stays inside 0 to 1 and holds for few cases.</summary>
    /// <param name="hits">0 to <paramref name="of"/>.</param>
    /// <param name="of">Cases; 0 gives NaN.</param>
    public static Interval Wilson(int hits, int of)
    {
        if (of == 0)
        {
            return new Interval(double.NaN, double.NaN, double.NaN);
        }
        double share = (double)hits / of, z2 = Z * Z / of;
        double middle = (share + (z2 / 2)) / (1 + z2);
        double half = Z / (1 + z2) * Math.Sqrt((share * (1 - share) / of) + (z2 / (4 * of)));
        // at none and at all the bound is the share itself; the sum misses it by a rounding
        return new Interval(share, hits == 0 ? 0 : middle - half, hits == of ? 1 : middle + half);
    }

    /// <summary>As per cent: <c>71.2 (68.0–74.1)</c>.</summary>
    public string Percent(string format = "0.0") => Text(100, format);

    /// <summary>As it is, with a format.</summary>
    public string Number(string format = "0.000") => Text(1, format);

    private string Text(double times, string format) => double.IsNaN(Value) ? "–" : string.Create(CultureInfo.InvariantCulture,
        $"{(Value * times).ToString(format, CultureInfo.InvariantCulture)} ({(Low * times).ToString(format, CultureInfo.InvariantCulture)} to {(High * times).ToString(format, CultureInfo.InvariantCulture)})");
}
