using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>How long a battery lasts: told from how it fell, or why it cannot be told; never a number that the points do not carry.</summary>
public sealed class BatteryForecastTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    private static BatteryPoint Day(double day, int percent) => new(Start.AddDays(day), percent);

    private static IReadOnlyList<BatteryPoint> Kept(IEnumerable<BatteryPoint> points) => points.Aggregate((IReadOnlyList<BatteryPoint>)[], BatteryForecast.With);

    private static string Said(params BatteryPoint[] points) => BatteryForecast.Of(Kept(points), points[^1].At) is var told ? $"{told.Outlook} {told.Days}" : "";

    [Fact]
    public void A_battery_that_falls_two_per_cent_a_day_from_eighty_lasts_forty_days()
    {
        BatteryPoint[] points = [.. Enumerable.Range(0, 11).Select(day => Day(day, 100 - (2 * day)))];
        Assert.Equal("Known 40", Said(points));
        Assert.Equal(30, BatteryForecast.Of(points, Start.AddDays(20)).Days); // not heard for ten days since
        Assert.Equal(0, BatteryForecast.Of(points, Start.AddDays(80)).Days);
        Assert.Equal(40, BatteryForecast.Of(points, DateTimeOffset.UnixEpoch).Days); // a clock that shows the past
    }

    [Theory]
    [InlineData("TooLittleData ", "0:100 1:98 2:96 3:94 4:92 5:90 6:88 6.9:86")] // under a week
    [InlineData("TooLittleData ", "0:100 3:90 6:80 9:70")] // four points
    [InlineData("Known 21", "0:100 3:90 6:80 8:74 9:70")]
    [InlineData("HardlyFalls ", "0:90 10:90 20:90 30:90 40:90")]
    [InlineData("HardlyFalls ", "0:90 10:89 20:88 30:87 40:86")]
    [InlineData("Known 410", "0:90 10:88 20:86 30:84 40:82")]
    [InlineData("HardlyFalls ", "0:50 10:52 20:51 30:53 40:55")]
    [InlineData("Uneven ", "0:100 2:99 4:99 6:98 8:98 9:30")] // an outlier at the end
    [InlineData("Known 43", "0:100 3:100 6:90 9:90 12:80 15:80 18:70 21:70")] // tells every tenth alone
    [InlineData("Known 0", "0:60 2:45 4:30 6:15 8:0")]
    public void What_the_points_carry_is_said_and_no_more(string expected, string dayAndPercent) => Assert.Equal(expected, Said(
        [.. dayAndPercent.Split(' ').Select(pair => pair.Split(':')).Select(pair => Day(double.Parse(pair[0], CultureInfo.InvariantCulture), int.Parse(pair[1], CultureInfo.InvariantCulture)))]));

    [Fact]
    public void A_new_battery_begins_anew_and_a_level_that_wanders_does_not()
    {
        BatteryPoint[] old = [.. Enumerable.Range(0, 10).Select(day => Day(day, 60 - (5 * day)))];
        Assert.Equal([Day(10, 100)], Kept([.. old, Day(10, 100)]));
        Assert.Equal([Day(9.1, 100)], Kept([.. old, Day(9.1, 100)])); // also when it was noted a moment ago
        Assert.Equal(11, Kept([.. old, Day(10, 20)]).Count);
        Assert.Equal("TooLittleData ", Said([.. old, Day(10, 100), Day(11, 98), Day(12, 96), Day(13, 94), Day(14, 92)]));
        Assert.Equal([Day(2, 55), Day(2.5, 55)], Kept([Day(0, 100), Day(1, 20), Day(2, 55), Day(2.5, 55)])); // after one odd level nothing of before is trusted
    }

    [Fact]
    public void Two_points_are_hours_apart_and_a_clock_that_went_back_begins_anew()
    {
        Assert.Equal([Day(0, 100), Day(0.25, 97)], Kept([Day(0, 100), Day(0.1, 99), Day(0.24, 98), Day(0.25, 97), Day(0.2, 96)]));
        Assert.Equal([new BatteryPoint(DateTimeOffset.UnixEpoch, 90)], Kept([Day(0, 100), Day(5, 95), new BatteryPoint(DateTimeOffset.UnixEpoch, 90)]));
    }

    [Fact]
    public void Years_of_levels_are_kept_in_a_few_points_that_still_tell()
    {
        IReadOnlyList<BatteryPoint> points = Kept(Enumerable.Range(0, 3000).Select(step => Day(step / 4.0, 100 - (step / 40))));
        Assert.InRange(points.Count, 32, BatteryForecast.MostPoints);
        Assert.Equal(Day(0, 100), points[0]);
        Assert.InRange(BatteryForecast.Of(points, Start.AddDays(750)).Days!.Value, 240, 260);
    }

    [Fact]
    public void A_fall_that_wanders_by_one_is_told_within_a_fifth() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.Zip(Gen.Choose(20, 60), Gen.ArrayOf(Gen.Choose(-1, 1), 21)).ToArbitrary(), battery =>
        {
            (int fall, int[] odd) = battery; // in ten days
            BatteryPoint[] points = [.. odd.Select((one, half) => Day(half / 2.0, (int)Math.Round(95 - (fall * half / 20.0)) + one))];
            double truth = (95.0 - fall) / fall * 10;
            return BatteryForecast.Of(Kept(points), points[^1].At) is { Outlook: BatteryOutlook.Known, Days: { } days } && Math.Abs(days - truth) <= 1 + (truth / 5);
        }));

    [Fact]
    public void Whatever_levels_come_few_points_are_kept_in_order_and_days_are_told_only_of_a_week_that_fell() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.ListOf(Gen.Zip(Gen.Choose(-10, 100), Gen.Choose(0, 100))).ToArbitrary(), told =>
        {
            IReadOnlyList<BatteryPoint> points = [];
            DateTimeOffset now = Start;
            foreach ((int hours, int percent) in told)
            {
                now += TimeSpan.FromHours(hours);
                points = BatteryForecast.With(points, new BatteryPoint(now, percent));
                bool ordered = points.Zip(points.Skip(1)).All(pair => pair.Second.At - pair.First.At >= BatteryForecast.Apart);
                BatteryForecast forecast = BatteryForecast.Of(points, now);
                bool carried = forecast.Days is null || (forecast is { Outlook: BatteryOutlook.Known, Days: >= 0 } && points.Count >= BatteryForecast.FewestPoints
                    && points[^1].At - points[0].At >= BatteryForecast.ShortestSpan && points.Max(point => point.Percent) > points.Min(point => point.Percent));
                if (!ordered || !carried || points.Count is 0 or > BatteryForecast.MostPoints || (forecast.Outlook is BatteryOutlook.Known) != forecast.Days.HasValue)
                {
                    return false;
                }
            }
            return true;
        }));
}
