using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class BaselineTests
{
    [Fact]
    public void One_outlying_day_moves_neither_middle_nor_spread()
    {
        double[] calm = [78, 79, 80, 81, 82, 80, 79, 81, 80, 78, 82, 80, 81];
        Baseline without = Baseline.Of(calm.Append(80)), with = Baseline.Of(calm.Append(140));
        Assert.Equal((80, 80, 14), (without.Center, with.Center, with.Days));
        Assert.Equal(1.4826, without.Spread, 4); // median deviation 1
        Assert.Equal(1.4826, with.Spread, 4);
    }

    [Fact]
    public void A_baseline_stands_once_enough_stable_days_are_over_and_then_does_not_move()
    {
        BaselineDays kept = BaselineDays.Empty;
        for (int day = 0; day < 15; day++)
        {
            kept = kept.With(Vital.Pulse, day, 80).With(Vital.Pulse, day, 82).Settle(day, 14);
            kept = day == 3 ? kept.WithUnstable(day) : kept;
        }
        Assert.Empty(kept.Standing); // day 3 was not stable and day 14 is not over
        kept = kept.Settle(15, 14);
        Assert.Equal(new Baseline(81, 0, 14), kept.Standing["pulse"]);
        for (int day = 15; day < 60; day++)
        {
            kept = kept.With(Vital.Pulse, day, 120).Settle(day + 1, 14);
        }
        Assert.Equal(81, kept.Standing["pulse"].Center);
        Assert.True(kept.Days["pulse"].Count <= BaselineDays.Kept);
    }

    [Fact]
    public void The_lowest_of_the_days_before_is_known_and_today_is_none_of_them()
    {
        BaselineDays kept = BaselineDays.Empty.With(Vital.Weight, 10, 79).With(Vital.Weight, 12, 81).With(Vital.Weight, 13, 80.5).With(Vital.Weight, 15, 70);
        Assert.Equal(80.5, OwnDays.Of(kept, 15).LeastOf(Vital.Weight, 3));
        Assert.Equal(79, OwnDays.Of(kept, 15).LeastOf(Vital.Weight, 5));
        Assert.Null(OwnDays.Of(kept, 20).LeastOf(Vital.Weight, 4));
        Assert.Equal((81, null), (OwnDays.Of(kept, 14).MeanOf(Vital.Weight, 2), OwnDays.Of(kept, 14).MeanOf(Vital.Weight, 3)));
        Assert.Null(OwnDays.Of(kept, 15).LeastOf(Vital.Pulse, 3));
    }
}
