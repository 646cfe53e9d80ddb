namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>A battery as its device told it once.</summary>
/// <param name="At">Wall time, noted only while the gateway knows it.</param>
/// <param name="Percent">0 to 100.</param>
internal sealed record BatteryPoint(DateTimeOffset At, int Percent);

/// <summary>Whether it can be said how long a battery lasts, or why not.</summary>
internal enum BatteryOutlook : byte
{
    /// <summary>Its days are known.</summary>
    Known,
    /// <summary>It has not been followed for long enough since it was new.</summary>
    TooLittleData,
    /// <summary>It falls so little, or not at all, that any number of days would be invented.</summary>
    HardlyFalls,
    /// <summary>It falls in no line: an outlier, or a device that guesses.</summary>
    Uneven,
}

/// <summary>How long a battery lasts, from how it has fallen so far. Pure: no clock, no file.</summary>
/// <param name="Outlook">Whether <paramref name="Days"/> is known, or why it is not.</param>
/// <param name="Days">Whole days until a straight line through the points reaches 0 %, 0 or more; null unless known.</param>
internal readonly record struct BatteryForecast(BatteryOutlook Outlook, int? Days = null)
{
    /// <summary>Points kept of one battery: when there are more, every second one goes.</summary>
    public const int MostPoints = 64;

    /// <summary>Fewer points say nothing.</summary>
    public const int FewestPoints = 5;

    /// <summary>Two points are at least so far apart.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromHours(6);

    /// <summary>A battery must have been followed for so long: a week has every habit of a home in it once.</summary>
    public static readonly TimeSpan ShortestSpan = TimeSpan.FromDays(7);

    private const int NewBattery = 5; // per cent: by so much a level wanders with the cold of a room and no more
    private const double LeastFall = 5; // per cent: then days are told from at least a twentieth of a battery
    private const double LeastFit = 0.8; // share of the wandering that the line explains; a device that tells every tenth alone has 0.9

    /// <summary>Adds a point to what is kept of a battery.</summary>
    /// <param name="points">So far, in order of time.</param>
    /// <param name="next">What the device says now.</param>
    /// <returns>The same list when nothing is to be kept; the point alone when the battery is a new one or the clock went back.</returns>
    public static IReadOnlyList<BatteryPoint> With(IReadOnlyList<BatteryPoint> points, BatteryPoint next)
    {
        if (points.Count == 0 || next.Percent > points.Min(point => point.Percent) + NewBattery || next.At <= points[^1].At - Apart)
        {
            return [next];
        }
        if (next.At - points[^1].At < Apart)
        {
            return points;
        }
        BatteryPoint[] all = [.. points, next];
        return all.Length <= MostPoints ? all : [.. all.Where((_, index) => index % 2 == 0 || index == all.Length - 1)];
    }

    /// <summary>How long it lasts from now on, by a line of least squares through the points.</summary>
    /// <param name="points">Of one battery, in order of time.</param>
    /// <param name="now">Now; before the last point counts as that.</param>
    public static BatteryForecast Of(IReadOnlyList<BatteryPoint> points, DateTimeOffset now)
    {
        if (points.Count < FewestPoints || points[^1].At - points[0].At < ShortestSpan)
        {
            return new BatteryForecast(BatteryOutlook.TooLittleData);
        }
        double[] days = [.. points.Select(point => (point.At - points[0].At).TotalDays)];
        double meanDay = days.Average(), meanPercent = points.Average(point => point.Percent), across = 0, along = 0, wandering = 0;
        for (int i = 0; i < days.Length; i++)
        {
            double day = days[i] - meanDay, percent = points[i].Percent - meanPercent;
            across += day * percent;
            along += day * day;
            wandering += percent * percent;
        }
        double slope = across / along; // per cent a day; along is above 0, for the points lie a week apart
        if (-slope * days[^1] < LeastFall)
        {
            return new BatteryForecast(BatteryOutlook.HardlyFalls);
        }
        if (slope * across < LeastFit * wandering)
        {
            return new BatteryForecast(BatteryOutlook.Uneven);
        }
        double today = Math.Max((now - points[0].At).TotalDays, days[^1]);
        double left = (meanPercent + (slope * (today - meanDay))) / -slope;
        return new BatteryForecast(BatteryOutlook.Known, left < 1 ? 0 : (int)(left + 1e-6)); // twenty days less a rounding are twenty
    }
}
