using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

public sealed class ScorerTests
{
    private static readonly Vital[] Numbers = [Vital.Pulse, Vital.Respiration, Vital.Spo2, Vital.Temperature, Vital.Systolic];

    // source: clinical.md 1.2, the gaps of the printed TOBS table and the decimals between its bands
    [Theory]
    [InlineData(Vital.Pulse, 39.5, 2)]
    [InlineData(Vital.Pulse, 129.01, 3)]
    [InlineData(Vital.Respiration, 24.5, 3)]
    [InlineData(Vital.Respiration, 8.5, 3)]
    [InlineData(Vital.Temperature, 35.95, 2)]
    [InlineData(Vital.Temperature, 37.95, 1)]
    [InlineData(Vital.Temperature, 37.92, 0)]
    [InlineData(Vital.Temperature, 37.949, 1)]
    [InlineData(Vital.Temperature, 38.95, 2)]
    [InlineData(Vital.Temperature, 39.95, 3)]
    [InlineData(Vital.Temperature, 33.95, 3)]
    [InlineData(Vital.Temperature, 33.94, 3)]
    [InlineData(Vital.Systolic, 199.5, 2)]
    [InlineData(Vital.Systolic, 69.5, 3)]
    public void TOBS_closes_every_gap_on_the_more_severe_side(Vital vital, double value, int points) =>
        Assert.Equal(points, Points(Shipped.Tobs, vital, value));

    // between two printed NEWS2 edges both neighbours at the printed resolution are scored and the higher kept
    [Theory]
    [InlineData(Vital.Temperature, 35.05, 3)]
    [InlineData(Vital.Temperature, 36.05, 1)]
    [InlineData(Vital.Temperature, 38.05, 1)]
    [InlineData(Vital.Temperature, 39.05, 2)]
    [InlineData(Vital.Spo2, 91.5, 3)]
    [InlineData(Vital.Spo2, 95.5, 1)]
    [InlineData(Vital.Pulse, 130.5, 3)]
    [InlineData(Vital.Systolic, 90.5, 3)]
    [InlineData(Vital.Systolic, 219.5, 3)]
    public void NEWS2_takes_the_higher_of_both_printed_neighbours(Vital vital, double value, int points) =>
        Assert.Equal(points, Points(Shipped.News2, vital, value));

    /// <summary>Every hundredth of the plausible range, against the printed bands read a second way: by walking them.</summary>
    [Fact]
    public void Points_never_fall_when_a_value_moves_away_from_its_normal_band()
    {
        foreach (Chart chart in new[] { Shipped.Tobs, Shipped.News2 })
        {
            foreach (Vital vital in Numbers.Where(chart.Asks.Has))
            {
                int normal = vital switch { Vital.Temperature => 3700, Vital.Spo2 => 9700, Vital.Systolic => 13_000, Vital.Respiration => 1600, _ => 7200 };
                AssertMonotone(chart, vital, normal, -1, 0);
                AssertMonotone(chart, vital, normal, +1, vital == Vital.Spo2 ? 10_000 : 36_000);
            }
        }
    }

    private static void AssertMonotone(Chart chart, Vital vital, int from, int step, int end)
    {
        int before = 0;
        for (int value = from; value != end; value += step)
        {
            int points = Points(chart, vital, new Hundredths(value, value));
            Assert.True(points >= before, $"{chart.Id} {vital} {value / 100.0}: {points} after {before}");
            before = points;
        }
    }

    [Fact]
    public void A_total_is_the_sum_of_its_parts_and_lies_within_its_bounds_for_any_set() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Sets(), seed =>
        {
            VitalSet set = SetOf(seed);
            return Charts().All(chart => Enumerable.Range(1, 2).All(scale =>
            {
                Score score = Scorer.Of(chart, in set, scale, VitalMask.All);
                int known = chart.Parts.Sum(part => Math.Max(score[part.Vital], 0));
                bool sum = score.Total is not { } total || (total == known && score.Highest == total);
                return sum && score.Lowest >= known && score.Highest >= score.Lowest && score.Missing.IsEmpty == (score.Total is not null);
            }));
        }));

    [Fact]
    public void Measuring_one_more_part_only_ever_narrows_the_bounds() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Sets(), seed =>
        {
            VitalSet set = SetOf(seed);
            return Charts().All(chart => Enumerable.Range(1, 2).All(scale =>
            {
                Score before = Scorer.Of(chart, in set, scale, VitalMask.All);
                VitalSet more = set;
                FillFirstMissing(ref more, seed.Pulse);
                Score after = Scorer.Of(chart, in more, scale, VitalMask.All);
                return after.Lowest >= before.Lowest && after.Highest <= before.Highest;
            }));
        }));

    [Fact]
    public void Missing_never_makes_a_set_Green_without_a_plan()
    {
        var set = new VitalSet();
        set.Set(Vital.Pulse, new Hundredths(7000, 7000));
        foreach (Chart chart in Charts())
        {
            Assert.Equal(Triage.Unknown, Scorer.Of(chart, in set, 1, VitalMask.All).Triage);
        }
    }

    [Fact]
    public void What_the_plan_does_not_require_may_be_missing_from_a_Green_set()
    {
        var set = new VitalSet();
        set.Set(Vital.Pulse, new Hundredths(7000, 7000));
        Score score = Scorer.Of(Shipped.Tobs, in set, 1, new VitalMask(0).With(Vital.Pulse));
        Assert.Equal((Triage.Green, null), (score.Triage, score.Total));
    }

    [Theory]
    [InlineData(30, Triage.Red, 3)] // already red by a single 3
    [InlineData(20, Triage.Green, 0)]
    [InlineData(21, Triage.Yellow, 2)]
    public void A_single_part_can_decide_alone(int respiration, Triage triage, int total)
    {
        Score score = Complete(respiration: respiration);
        Assert.Equal((triage, (int?)total), (score.Triage, score.Total));
    }

    [Fact]
    public void Scale_2_without_an_oxygen_answer_takes_oxygen_and_SpO2_together()
    {
        // 97 % on scale 2 is 0 points on air, and 3 + 2 on oxygen: never 0 + 2 or 3 + 0
        VitalSet set = CompleteSet();
        set.Set(Vital.Spo2, new Hundredths(9700, 9700));
        set.Oxygen = OxygenAnswer.None;
        Score score = Scorer.Of(Shipped.News2, in set, 2, VitalMask.All);
        Assert.Equal((0, 5, Vital.Oxygen), (score.Lowest, score.Highest, score.Next));
        Assert.Equal(Score.Unknown, score[Vital.Spo2]);

        // 90 %: 0 on air, 0 + 2 on oxygen
        set.Set(Vital.Spo2, new Hundredths(9000, 9000));
        score = Scorer.Of(Shipped.News2, in set, 2, VitalMask.All);
        Assert.Equal((0, 2), (score.Lowest, score.Highest));
    }

    [Theory]
    [InlineData(Site.Oral, 3750, 1)]
    [InlineData(Site.Axillary, 3690, 0)]
    [InlineData(Site.Axillary, 3700, 1)]
    [InlineData(Site.Ear, 3750, 0)]
    [InlineData(Site.Core, 3750, 0)]
    public void TOBS_corrects_by_site_and_leaves_ear_and_core_as_measured(Site site, int hundredths, int points)
    {
        VitalSet set = CompleteSet();
        set.TemperatureSite = site;
        set.Set(Vital.Temperature, new Hundredths(hundredths, hundredths));
        Assert.Equal(points, Scorer.Of(Shipped.Tobs, in set, 1, VitalMask.All)[Vital.Temperature]);
    }

    [Theory]
    [InlineData(Site.Axillary, 3490, true)] // 35.9 corrected: clinical.md 7.2 T22
    [InlineData(Site.Axillary, 3500, false)]
    [InlineData(Site.Oral, 3951, true)]
    [InlineData(Site.Rectal, 3490, false)]
    public void A_corrected_value_outside_36_to_40_asks_for_a_rectal_one_and_still_scores(Site site, int hundredths, bool asks)
    {
        VitalSet set = CompleteSet();
        set.TemperatureSite = site;
        set.Set(Vital.Temperature, new Hundredths(hundredths, hundredths));
        Score score = Scorer.Of(Shipped.Tobs, in set, 1, VitalMask.All);
        Assert.Equal((asks, true), (score.ConfirmRectally, score.Total is not null));
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        VitalSet set = CompleteSet();
        set.Oxygen = OxygenAnswer.None;
        int sum = 0;
        for (int warm = 0; warm < 1000; warm++)
        {
            sum += Scorer.Of(Shipped.News2, in set, 2, VitalMask.All).Lowest;
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < 1000; run++)
        {
            sum += Scorer.Of(Shipped.News2, in set, 2, VitalMask.All).Lowest + Scorer.Of(Shipped.Tobs, in set, 1, VitalMask.All).Highest;
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum >= 0);
    }

    private static IEnumerable<Chart> Charts() => [Shipped.Tobs, Shipped.News2];

    private static int Points(Chart chart, Vital vital, double value)
    {
        Assert.True(Hundredths.TryFrom(value, out Hundredths hundredths));
        return Points(chart, vital, hundredths);
    }

    private static int Points(Chart chart, Vital vital, Hundredths value)
    {
        var set = new VitalSet { Oxygen = OxygenAnswer.No };
        set.Set(vital, value);
        return Scorer.Of(chart, in set, 1, VitalMask.All)[vital];
    }

    private static Score Complete(int respiration)
    {
        VitalSet set = CompleteSet();
        set.Set(Vital.Respiration, new Hundredths(respiration * 100, respiration * 100));
        return Scorer.Of(Shipped.Tobs, in set, 1, VitalMask.All);
    }

    private static VitalSet CompleteSet()
    {
        var set = new VitalSet { Consciousness = Consciousness.Alert, Oxygen = OxygenAnswer.No };
        set.Set(Vital.Pulse, new Hundredths(7200, 7200));
        set.Set(Vital.Respiration, new Hundredths(1600, 1600));
        set.Set(Vital.Spo2, new Hundredths(9700, 9700));
        set.Set(Vital.Temperature, new Hundredths(3700, 3700));
        set.Set(Vital.Systolic, new Hundredths(13_000, 13_000));
        return set;
    }

    private sealed record Seed(int Known, int Pulse, int Respiration, int Spo2, int Temperature, int Systolic, int Consciousness, int Oxygen);

    private static Arbitrary<Seed> Sets() =>
        (from known in Gen.Choose(0, 31)
         from pulse in Gen.Choose(0, 25_000)
         from respiration in Gen.Choose(0, 6000)
         from spo2 in Gen.Choose(5000, 10_000)
         from temperature in Gen.Choose(3000, 4300)
         from systolic in Gen.Choose(3000, 26_000)
         from consciousness in Gen.Choose(0, 7)
         from oxygen in Gen.Choose(0, 2)
         select new Seed(known, pulse, respiration, spo2, temperature, systolic, consciousness, oxygen)).ToArbitrary();

    private static VitalSet SetOf(Seed seed)
    {
        var set = new VitalSet { Consciousness = (Consciousness)seed.Consciousness, Oxygen = (OxygenAnswer)seed.Oxygen };
        int[] values = [seed.Pulse, seed.Respiration, seed.Spo2, seed.Temperature, seed.Systolic];
        for (int index = 0; index < Numbers.Length; index++)
        {
            if ((seed.Known & (1 << index)) != 0)
            {
                set.Set(Numbers[index], new Hundredths(values[index], values[index] + (values[index] % 3 == 0 ? 1 : 0)));
            }
        }
        return set;
    }

    private static void FillFirstMissing(ref VitalSet set, int value)
    {
        foreach (Vital vital in Numbers)
        {
            if (!set.Has(vital))
            {
                set.Set(vital, new Hundredths(value, value));
                return;
            }
        }
        if (set.Oxygen == OxygenAnswer.None)
        {
            set.Oxygen = value % 2 == 0 ? OxygenAnswer.No : OxygenAnswer.Yes;
        }
        else if (set.Consciousness == Consciousness.None)
        {
            set.Consciousness = Consciousness.Pain;
        }
    }
}
