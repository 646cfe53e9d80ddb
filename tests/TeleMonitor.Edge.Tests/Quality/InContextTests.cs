using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Quality;

/// <summary>A value against the one before it of the same sensor.</summary>
public sealed class InContextTests
{
    private readonly JudgedHome home = new(serialises: true);

    private static Measured Of(string sensor, Vital vital, double value) => new(vital, value, VitalCode.Of(vital).Unit, sensor);

    private ReadingItem Reads(double minutes, Measured value) => home.Reads(minutes, value).OfType<ReadingItem>().Single();

    [Fact]
    public void Another_person_on_the_scale_within_a_day_is_doubtful_and_the_number_stays()
    {
        Assert.Equal("good", Reads(0, Of("ble-scale", Vital.Weight, 70)).Grade);
        ReadingItem other = Reads(60, Of("ble-scale", Vital.Weight, 92.5));
        Assert.Equal(("doubtful", "jump", 92.5), (other.Grade, Assert.Single(other.Reasons), other.Value));
        Assert.Equal("doubtful", Reads(61, Of("ble-scale", Vital.Weight, 70)).Grade);
        Assert.Equal("good", Reads((24 * 60) + 62, Of("ble-scale", Vital.Weight, 92.5)).Grade);
    }

    [Fact]
    public void A_jump_counts_only_within_its_time_and_only_beyond_its_size()
    {
        Reads(0, Of("ble-oximeter", Vital.Spo2, 97));
        Assert.Equal("good", Reads(0.1, Of("ble-oximeter", Vital.Spo2, 82)).Grade); // 15 in 6 s is the limit itself
        Assert.Equal("doubtful", Reads(0.2, Of("ble-oximeter", Vital.Spo2, 97.1)).Grade);
        Assert.Equal("good", Reads(5, Of("ble-oximeter", Vital.Spo2, 70)).Grade);
    }

    [Fact]
    public void An_impossible_value_between_two_good_ones_makes_neither_a_jump()
    {
        Reads(0, Of("ble-oximeter", Vital.Spo2, 97));
        Assert.Equal("unusable", Reads(0.05, Of("ble-oximeter", Vital.Spo2, 127)).Grade);
        Assert.Equal("good", Reads(0.1, Of("ble-oximeter", Vital.Spo2, 96)).Grade);
    }

    [Fact]
    public void A_number_that_stands_still_too_long_is_doubtful_until_it_moves()
    {
        for (int second = 0; second < 599; second++)
        {
            Assert.Equal("good", Reads(second / 60.0, Of("ble-heart-rate", Vital.Pulse, 72)).Grade);
        }
        ReadingItem stuck = Reads(10, Of("ble-heart-rate", Vital.Pulse, 72));
        Assert.Equal(("doubtful", "stuck"), (stuck.Grade, Assert.Single(stuck.Reasons)));
        Assert.Equal("good", Reads(10.1, Of("ble-heart-rate", Vital.Pulse, 73)).Grade);
    }

    /// <summary>The rule: never converted. A number in another unit is kept as it came, counts for nothing, and the next in the right unit is compared with the last that was.</summary>
    [Theory]
    [InlineData("ble-scale", Vital.Weight, 70.0, 154.3, "[lb_av]", 70.2)]
    [InlineData("ble-thermometer", Vital.Temperature, 36.8, 98.2, "[degF]", 36.9)]
    [InlineData("ble-cuff", Vital.Systolic, 127.0, 16.9, "kPa", 126.0)]
    public void A_unit_that_was_switched_over_makes_no_jump_and_breaks_no_row(string sensor, Vital vital, double first, double foreign, string unit, double last)
    {
        Assert.Equal("good", Reads(0, Of(sensor, vital, first)).Grade);
        ReadingItem switched = Reads(0.2, Of(sensor, vital, foreign) with { Unit = unit });
        Assert.Equal(("unusable", true, foreign, unit, null), (switched.Grade, switched.Reasons.Contains(GradeReason.UnitMismatch), switched.Value!.Value, switched.Unit, switched.Set));
        ReadingItem back = Reads(0.4, Of(sensor, vital, last));
        Assert.Equal(("good", 0), (back.Grade, back.Reasons.Count));
    }

    [Fact]
    public void Foreign_units_between_neither_hide_that_a_number_stands_still_nor_bring_it_about()
    {
        for (int second = 0; second < 599; second++)
        {
            Assert.Equal("good", Reads(second / 60.0, Of("ble-oximeter", Vital.Pulse, 72)).Grade);
            Assert.Equal("unusable", Reads(second / 60.0, Of("ble-oximeter", Vital.Pulse, 72) with { Unit = "Hz" }).Grade);
        }
        Assert.Equal("stuck", Assert.Single(Reads(10, Of("ble-oximeter", Vital.Pulse, 72)).Reasons));
    }

    /// <summary>Whole numbers of a calm sleeper: 97 for an hour is a saturation that is well. A finger-clip that froze is told by its pulse, which never stands.</summary>
    [Fact]
    public void A_saturation_that_stands_still_is_no_fault_and_the_pulse_of_the_same_clip_tells_that_it_froze()
    {
        ReadingItem spo2 = null!, pulse = null!;
        for (int second = 0; second < 3600; second++)
        {
            IReadOnlyList<Item> both = home.Reads(second / 60.0, Of("ble-oximeter", Vital.Spo2, 97), Of("ble-oximeter", Vital.Pulse, 64));
            (spo2, pulse) = (both.OfType<ReadingItem>().First(), both.OfType<ReadingItem>().Last());
        }
        Assert.Equal(("good", "doubtful", "stuck"), (spo2.Grade, pulse.Grade, Assert.Single(pulse.Reasons)));
    }

    [Fact]
    public void Over_a_reboot_the_time_between_two_values_is_unknown_so_nothing_is_called_a_jump()
    {
        Reads(0, Of("ble-scale", Vital.Weight, 70));
        home.Reboots();
        Assert.Equal("good", Reads(0.1, Of("ble-scale", Vital.Weight, 92)).Grade);
    }

    [Fact]
    public void A_special_code_with_a_sensor_time_is_remembered_over_a_restart()
    {
        // the home writes and reads its state after each step: a state that cannot be read fails it
        home.Reads(0, Of("ble-oximeter", Vital.Spo2, 97) with { Value = null, Special = GradeReason.NotReached, SensorAt = "2026-11-22T08:00:00" });
        Assert.Contains(home.State.Seen.Values, seen => seen is { Value: null, SensorAt: not null });
    }

    [Fact]
    public void A_weight_opens_no_set_and_asks_for_no_score()
    {
        Assert.Single(home.Reads(0, Of("ble-scale", Vital.Weight, 70)));
        Assert.Null(home.State.Open);
        Assert.Empty(home.At(60));
    }
}
