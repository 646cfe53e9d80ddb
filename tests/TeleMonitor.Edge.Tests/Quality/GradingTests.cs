using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Quality;

public sealed class GradingTests
{
    private static SensorFile Home => Shipped.Config.Sensors["simulated-home"];

    public static IEnumerable<object[]> Measured => VitalCode.All.Where(code => !code.IsAnswer).Select(code => new object[] { code.Vital });

    [Theory]
    [MemberData(nameof(Measured))]
    public void Each_edge_of_each_range_belongs_to_the_better_grade_and_the_next_number_outside_does_not(Vital vital)
    {
        SensorVital limits = Home.Vitals[VitalCode.Of(vital).Name];
        foreach (double edge in new[] { limits.Specified!.Low, limits.Specified.High })
        {
            Assert.Equal(Grade.Good, Of(vital, edge).Grade);
        }
        foreach (double beyond in new[] { Math.BitDecrement(limits.Specified.Low), Math.BitIncrement(limits.Specified.High) })
        {
            Graded graded = Of(vital, beyond);
            bool possible = limits.Possible!.Holds(beyond); // SpO2 is specified up to the last possible value
            Assert.Equal((possible ? Grade.Doubtful : Grade.Unusable, possible ? GradeReason.OutsideSpecified : GradeReason.Impossible), (graded.Grade, Assert.Single(graded.Reasons)));
        }
        foreach (double edge in new[] { limits.Possible!.Low, limits.Possible.High })
        {
            Assert.NotEqual(Grade.Unusable, Of(vital, edge).Grade);
        }
        foreach (double beyond in new[] { Math.BitDecrement(limits.Possible.Low), Math.BitIncrement(limits.Possible.High), -1e300, 1e300 })
        {
            Graded graded = Of(vital, beyond);
            Assert.Equal((Grade.Unusable, GradeReason.Impossible), (graded.Grade, Assert.Single(graded.Reasons)));
        }
    }

    [Theory]
    [InlineData(double.NaN, null, "nan")]
    [InlineData(double.PositiveInfinity, null, "infinite")]
    [InlineData(double.NegativeInfinity, null, "infinite")]
    [InlineData(null, "not-reached", "not-reached")]
    [InlineData(null, null, "nan")]
    [InlineData(72.0, "not-reached", "not-reached")] // a number beside a special code is not one the sensor stands by
    public void What_is_no_number_is_always_Unusable(double? value, string? special, string reason)
    {
        foreach (VitalCode code in VitalCode.All.Where(code => !code.IsAnswer))
        {
            Graded graded = Grading.Judge(code.Vital, value, special, code.Unit, Home);
            Assert.Equal((Grade.Unusable, reason), (graded.Grade, Assert.Single(graded.Reasons)));
        }
    }

    [Theory]
    [InlineData("bpm")]
    [InlineData("")]
    [InlineData("/MIN")]
    [InlineData(" /min")]
    public void A_unit_that_is_not_the_codes_own_is_Unusable_and_never_converted(string unit)
    {
        Graded graded = Grading.Judge(Vital.Pulse, 72, null, unit, Home);
        Assert.Equal((Grade.Unusable, GradeReason.UnitMismatch), (graded.Grade, Assert.Single(graded.Reasons)));
        Assert.Equal([GradeReason.UnitMismatch, GradeReason.Impossible], Grading.Judge(Vital.Pulse, 500, null, unit, Home).Reasons);
    }

    [Fact]
    public void A_vital_that_the_sensors_file_does_not_name_is_Unusable_for_that_reason_and_not_impossible()
    {
        var narrow = new SensorFile("x", "1", "x", null, new Dictionary<string, SensorVital> { ["pulse"] = new("/min", new ValueRange(0, 350)) });
        Assert.Equal(GradeReason.UnknownVital, Assert.Single(Grading.Judge(Vital.Spo2, 97, null, "%", narrow).Reasons));
    }

    [Fact]
    public void A_grade_never_improves_whatever_is_said_after_it() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ListOf(Gen.Choose(0, 2)).ToArbitrary(), said =>
        {
            Graded graded = Graded.Good;
            foreach (int next in said)
            {
                Graded after = graded.And((Grade)next, "reason-" + next);
                if (after.Grade < graded.Grade || after.Grade < (Grade)next || after.Reasons.Count != graded.Reasons.Count + 1)
                {
                    return false;
                }
                graded = after;
            }
            return graded.Grade == (said.Count == 0 ? Grade.Good : (Grade)said.Max());
        }));

    [Fact]
    public void Any_number_stands_in_its_item_bit_for_bit_whatever_its_grade() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(ArbMap.Default.ArbFor<double>(), value =>
        {
            ReadingItem reading = Assert.IsType<ReadingItem>(new JudgedHome().Reads(0, JudgedHome.Number(Vital.Pulse, value))[0]);
            return double.IsFinite(value)
                ? BitConverter.DoubleToInt64Bits(reading.Value!.Value) == BitConverter.DoubleToInt64Bits(value) && reading.Special is null
                : reading is { Value: null, Special: "nan" or "infinite", Grade: "unusable", Set: null };
        }));

    [Fact]
    public void The_same_sensor_time_is_a_duplicate_with_the_same_value_and_a_conflict_with_another()
    {
        var home = new JudgedHome();
        string[] Grades(double minutes, double value, string at) => [.. home.Reads(minutes, JudgedHome.Number(Vital.Pulse, value) with { SensorAt = at })
            .OfType<ReadingItem>().Select(reading => reading.Grade + " " + string.Join(',', reading.Reasons))];
        Assert.Equal("good ", Assert.Single(Grades(0, 70, "08:00")));
        Assert.Equal("unusable duplicate", Assert.Single(Grades(1, 70, "08:00")));
        Assert.Equal("doubtful conflict", Assert.Single(Grades(2, 80, "08:00")));
        // the repeated second value was a conflict again and entered the set once more each time
        Assert.Equal("unusable duplicate", Assert.Single(Grades(3, 80, "08:00")));
        Assert.Equal("good ", Assert.Single(Grades(4, 80, "08:01")));
    }

    [Fact]
    public void The_same_time_of_another_vital_or_sensor_or_none_at_all_is_no_duplicate()
    {
        var home = new JudgedHome();
        Measured pulse = JudgedHome.Number(Vital.Pulse, 70) with { SensorAt = "08:00" };
        home.Reads(0, pulse);
        foreach (Measured other in new[] { pulse with { Sensor = "manual" }, JudgedHome.Number(Vital.Spo2, 70) with { SensorAt = "08:00" }, pulse with { SensorAt = null }, pulse with { SensorAt = null } })
        {
            Assert.Equal("good", Assert.IsType<ReadingItem>(home.Reads(1, other)[0]).Grade);
        }
    }

    [Fact]
    public void A_state_that_remembers_NaN_is_written_and_the_repeat_is_still_a_duplicate()
    {
        // the state could not be written: JSON has no NaN, and the gateway would have stopped at its commit
        var home = new JudgedHome(serialises: true);
        Measured none = JudgedHome.Number(Vital.Pulse, double.NaN) with { SensorAt = "08:00" };
        home.Reads(0, none);
        Assert.Equal([GradeReason.NotANumber, GradeReason.Duplicate], Assert.IsType<ReadingItem>(home.Reads(1, none)[0]).Reasons);
    }

    [Theory]
    [InlineData(80, 120, false)]
    [InlineData(119.9, 120, false)]
    [InlineData(120, 120, true)]
    [InlineData(121, 120, true)]
    public void Diastolic_not_below_systolic_makes_both_doubtful_and_systolic_is_still_scored(double diastolic, double systolic, bool doubtful)
    {
        IReadOnlyList<Item> items = new JudgedHome().Row(0, JudgedHome.Number(Vital.Systolic, systolic), JudgedHome.Number(Vital.Diastolic, diastolic), JudgedHome.Number(Vital.Pulse, 72));
        string expected = doubtful ? "doubtful dbp-not-below-sbp" : "good ";
        Assert.Equal([expected, expected, "good "], items.OfType<ReadingItem>().Select(reading => reading.Grade + " " + string.Join(',', reading.Reasons)));
        Assert.All(items.OfType<ScoreItem>(), score => Assert.Contains("systolic", score.Parts.Keys));
    }

    [Fact]
    public void An_unknown_sensor_and_an_unknown_word_are_Unusable_kept_and_enter_no_set()
    {
        IReadOnlyList<Item> items = new JudgedHome().Row(0, JudgedHome.Number(Vital.Pulse, 72) with { Sensor = "nobody" }, JudgedHome.Word(Vital.Consciousness, "asleep"),
            JudgedHome.Word(Vital.Oxygen, ""), JudgedHome.Word(Vital.Oxygen, "yes") with { Answer = null });
        Assert.Equal(["unknown-sensor", "unknown-word", "unknown-word", "unknown-word"], items.Cast<ReadingItem>().Select(reading => Assert.Single(reading.Reasons)));
        Assert.All(items.Cast<ReadingItem>(), reading => Assert.Equal((null, "unusable"), (reading.Set, reading.Grade)));
        Assert.All(items, item => Assert.True(WireItems.TryRead(WireItems.Write(item), out _, out string problem), problem));
    }

    [Fact]
    public void An_answer_that_comes_with_a_number_is_the_word_alone()
    {
        // an item with both was refused by the hub as poison from its own gateway
        Item item = new JudgedHome().Reads(0, JudgedHome.Word(Vital.Oxygen, "yes") with { Value = 1 })[0];
        Assert.Equal((null, "yes"), (Assert.IsType<ReadingItem>(item).Value, ((ReadingItem)item).Answer));
        Assert.True(WireItems.TryRead(WireItems.Write(item), out _, out string problem), problem);
    }

    [Fact]
    public void An_ear_temperature_is_scored_as_measured_and_says_so()
    {
        IReadOnlyList<Item> items = new JudgedHome().Row(0, JudgedHome.Number(Vital.Temperature, 38.0) with { Site = Site.Ear });
        ReadingItem reading = items.OfType<ReadingItem>().Single();
        Assert.Equal(("good", GradeReason.EarUncorrected, "ear"), (reading.Grade, Assert.Single(reading.Reasons), reading.Site));
        Assert.Equal(1, items.OfType<ScoreItem>().Single(score => score.Chart is "tobs").Parts["temperature"]);
    }

    private static Graded Of(Vital vital, double value) => Grading.Judge(vital, value, null, VitalCode.Of(vital).Unit, Home);
}
