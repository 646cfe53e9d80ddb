using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Quality;

/// <summary>Sensors' clocks that show nonsense: each value is kept as it is, and what is known of its time is said.</summary>
public sealed class SensorTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly JudgedHome home = new(JudgedHome.TobsOnly, serialises: true);

    private static Measured Of(double value, string? at, string? now) => JudgedHome.Number(Vital.Pulse, value) with { SensorAt = at, SensorNow = now };

    private static string Said(ReadingItem reading) => reading.Grade + " " + string.Join(',', reading.Reasons);

    [Theory]
    [InlineData("2099-01-01T00:00:00", "2026-11-22T12:00:00", "doubtful sensor-time", 0)] // far ahead of its own clock
    [InlineData("2026-11-22T12:01:01", "2026-11-22T12:00:00", "doubtful sensor-time", 0)]
    [InlineData("2026-11-22T12:01:00", "2026-11-22T12:00:00", "good ", 0)] // counted on since it was read: the same moment
    [InlineData("1582-10-15T00:00:00", "9999-12-31T23:59:59", "doubtful sensor-time", 0)]
    [InlineData("1900-01-01T00:00:00", "2026-11-22T12:00:00", "doubtful sensor-time", 0)]
    [InlineData("1970-01-01T00:04:00", "1970-01-01T00:09:00", "good ", 5)] // never set: both are as wrong as each other, so the age is right
    [InlineData("2000-01-01T00:00:00", "2000-01-02T01:00:00", "good ", 1500)]
    [InlineData("2099-06-01T08:00:00", "2099-06-01T08:10:00", "good ", 10)]
    [InlineData("2000-01-01T00:00:00", null, "good ", 0)] // the driver, which knows its own clock, remarks on that one
    [InlineData("1582-10-15T00:00:00", "0000-00-00T00:00:00", "good ", 0)]
    public void A_value_is_placed_by_the_sensors_two_times_or_as_of_now_with_a_doubt(string at, string? now, string expected, double minutesAgo)
    {
        ReadingItem reading = home.Reads(0, Of(72.5, at, now)).OfType<ReadingItem>().Single();
        Assert.Equal((expected, 72.5, Noon.AddMinutes(-minutesAgo), at, now), (Said(reading), reading.Value, reading.At, reading.SensorAt, reading.SensorNow));
    }

    [Fact]
    public void Stored_values_that_come_newest_first_keep_their_times_are_remarked_on_and_are_scored_in_the_order_they_were_measured()
    {
        IReadOnlyList<Item> items = home.Reads(600, Of(70, "2001-01-02T05:00:00", "2001-01-02T08:00:00"), Of(71, "2001-01-02T04:00:00", "2001-01-02T08:00:00"),
            Of(72, "2001-01-02T03:00:00", "2001-01-02T08:00:00"), Of(73, "2001-01-02T04:30:00", "2001-01-02T08:00:00"));
        ReadingItem[] readings = [.. items.OfType<ReadingItem>()];
        Assert.Equal([(72.0, -300.0), (71, -240), (73, -210), (70, -180)], readings.Select(reading => (reading.Value!.Value, (reading.At - Noon.AddMinutes(600)).TotalMinutes)));
        Assert.Equal(["good out-of-order", "good out-of-order", "good ", "good "], readings.Select(Said));
        Assert.Equal(4, items.OfType<ScoreItem>().Count(score => score.History is true));
    }

    [Fact]
    public void A_value_from_before_the_last_transfer_is_remarked_on_and_one_after_it_is_not()
    {
        Reads(0, "2026-11-22T11:55:00", "2026-11-22T12:00:00");
        Assert.Equal("good out-of-order", Reads(60, "2026-09-01T08:00:00", "2026-11-22T13:00:00"));
        Assert.Equal("good ", Reads(61, "2026-11-22T13:00:30", "2026-11-22T13:01:00"));
    }

    [Fact]
    public void A_clock_that_is_set_back_between_two_transfers_makes_no_value_older_than_it_is()
    {
        Reads(0, "2026-10-25T02:55:00", "2026-10-25T02:56:00");
        Assert.Equal("good ", Reads(10, "2026-10-25T02:05:00", "2026-10-25T02:06:00")); // winter time
        Assert.Equal("good ", Reads(20, "2000-01-01T00:01:00", "2000-01-01T00:02:00")); // its battery was changed
    }

    [Fact]
    public void Where_the_sensor_does_not_show_its_clock_only_its_own_times_tell_that_it_ran_backwards()
    {
        Reads(0, "2026-11-22T11:00:00", null);
        Assert.Equal("good out-of-order", Reads(60, "2026-11-22T10:59:59", null));
        Assert.Equal("good ", Reads(61, "2026-11-22T11:00:00", null));
        Assert.Equal("unusable duplicate", Reads(62, "2026-11-22T11:00:00", null));
        Assert.Equal("good ", Reads(63, "08:00", null)); // no time: nothing can be said
        Assert.Equal("good ", Reads(64, null, null));
    }

    [Fact]
    public void Over_a_reboot_nothing_is_said_to_be_out_of_order()
    {
        Reads(0, "2026-11-22T11:55:00", "2026-11-22T12:00:00");
        home.Reboots();
        Assert.Equal("good ", Reads(1, "2026-11-22T11:00:00", "2026-11-22T12:01:00"));
    }

    [Fact]
    public void Whatever_two_times_a_sensor_shows_the_value_is_kept_bit_for_bit_and_dated_within_a_century() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.Zip(Any, Any).ToArbitrary(), times =>
        {
            ReadingItem reading = new JudgedHome().Reads(0, Of(72.5, times.Item1, times.Item2)).OfType<ReadingItem>().Single();
            return reading is { Value: 72.5, Grade: "good" or "doubtful" } && reading.At <= Noon && reading.At >= Noon.AddDays(-36_525);
        }));

    private static Gen<string?> Any => Gen.Frequency(
        (8, Gen.Choose(0, int.MaxValue).Select(at => (string?)new DateTime(at * (DateTime.MaxValue.Ticks / int.MaxValue), DateTimeKind.Unspecified).ToString("s"))),
        (1, Gen.Elements<string?>(null, "", "0000-00-00T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00", "2026-13-01T00:00:00")));

    private string Reads(double minutes, string? at, string? now) => Said(home.Reads(minutes, Of(72, at, now)).OfType<ReadingItem>().Single());
}
