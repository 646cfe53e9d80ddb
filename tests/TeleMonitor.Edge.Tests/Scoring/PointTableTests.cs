using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

public sealed class PointTableTests
{
    private static readonly Band[] Bands = [new(null, 890, 3), new(900, 1090, 1), new(1100, null, 2)];

    [Theory]
    [InlineData(-100_000_000, 3)] // below zero the lowest band is open
    [InlineData(-1, 3)]
    [InlineData(0, 3)]
    [InlineData(890, 3)]
    [InlineData(895, 3)] // between 8.9 and 9.0: the higher of both
    [InlineData(900, 1)]
    [InlineData(1090, 1)]
    [InlineData(1091, 2)]
    [InlineData(1100, 2)]
    [InlineData(1110, 2)]
    [InlineData(1111, 2)]
    [InlineData(100_000_000, 2)] // above the table the highest band is open
    public void Values_below_and_above_the_table_belong_to_its_open_bands(int hundredths, int points) =>
        Assert.Equal(points, new PointTable(Bands, 10, Between.BothNeighbours)[new Hundredths(hundredths, hundredths)]);

    [Theory]
    [InlineData(894, 3)]
    [InlineData(895, 3)]
    [InlineData(1094, 1)] // rounds to 10.9
    [InlineData(1095, 2)] // rounds half up to 11.0
    public void Floor_and_half_up_takes_the_higher_of_the_raw_band_and_the_rounded_one(int hundredths, int points) =>
        Assert.Equal(points, new PointTable(Bands, 10, Between.FloorAndHalfUp)[new Hundredths(hundredths, hundredths)]);

    [Fact]
    public void A_number_with_more_digits_takes_the_higher_of_its_two_hundredths_at_every_place()
    {
        foreach (Between between in Enum.GetValues<Between>())
        {
            var table = new PointTable(Bands, 10, between);
            for (int value = -20; value < 1200; value++)
            {
                int both = Math.Max(table[new Hundredths(value, value)], table[new Hundredths(value + 1, value + 1)]);
                Assert.Equal(both, table[new Hundredths(value, value + 1)]);
            }
        }
    }

    [Fact]
    public void A_negative_value_in_a_foreign_item_is_scored_and_throws_nowhere()
    {
        // it threw: the hub scores what an alert carries, and a wrong gateway may carry anything
        foreach (Chart chart in new[] { Shipped.Tobs, Shipped.News2 })
        {
            var set = new VitalSet { Oxygen = OxygenAnswer.Yes };
            foreach (Vital vital in new[] { Vital.Pulse, Vital.Respiration, Vital.Spo2, Vital.Temperature, Vital.Systolic, Vital.Diastolic })
            {
                set.Set(vital, new Hundredths(-100_000_000, -1));
            }
            Assert.Equal(Triage.Red, Scorer.Of(chart, in set, 2, VitalMask.All).Triage);
        }
    }

    /// <summary>Scale 2 with the oxygen answer missing: bounds over every SpO2 value are those of the two answers, worked out one by one.</summary>
    [Fact]
    public void Without_an_oxygen_answer_scale_2_bounds_are_the_least_and_most_of_both_answers_for_every_SpO2()
    {
        for (int spo2 = 70; spo2 <= 100; spo2++)
        {
            var set = new VitalSet();
            set.Set(Vital.Spo2, new Hundredths(spo2 * 100, spo2 * 100));
            Score open = Scorer.Of(Shipped.News2, in set, 2, VitalMask.All);
            set.Oxygen = OxygenAnswer.No;
            Score air = Scorer.Of(Shipped.News2, in set, 2, VitalMask.All);
            set.Oxygen = OxygenAnswer.Yes;
            Score given = Scorer.Of(Shipped.News2, in set, 2, VitalMask.All);
            Assert.Equal((Math.Min(air.Lowest, given.Lowest), Math.Max(air.Highest, given.Highest)), (open.Lowest, open.Highest));
        }
    }

    [Fact]
    public void Without_oxygen_and_SpO2_scale_2_leaves_both_open_together()
    {
        Score score = Scorer.Of(Shipped.News2, new VitalSet(), 2, VitalMask.All);
        Assert.Equal((0, 20), (score.Lowest, score.Highest));
    }
}
