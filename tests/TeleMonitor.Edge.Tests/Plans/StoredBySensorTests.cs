using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>What a sensor measured alone and hands over later keeps its own time, is scored as history, and is raised once.</summary>
public sealed class StoredBySensorTests
{
    [Theory]
    [InlineData("2001-01-01T03:10:00", "2001-01-01T08:00:00", 4 * 3600 + 50 * 60)] // a clock that was never set: its error cancels out
    [InlineData("2026-11-22T03:10:00", "2026-11-22T03:10:00", 0)]
    [InlineData("2026-11-22T03:10:00.5", "2026-11-22T03:10:01", 0.5)]
    [InlineData("2026-11-22T03:10:01", "2026-11-22T03:10:00", 0)] // whole seconds, read once a connection: the moment itself
    public void The_age_is_the_distance_of_two_times_of_the_same_clock(string at, string now, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), SensorTime.Age(at, now));

    [Theory]
    [InlineData("2026-11-22T03:11:01", "2026-11-22T03:10:00")] // in the sensor's own future
    [InlineData("2026-11-22T03:10:00", null)]
    [InlineData(null, "2026-11-22T03:10:00")]
    [InlineData("0000-00-22T03:10:00", "2026-11-22T03:10:00")] // Bluetooth writes 0 for a part it does not know
    [InlineData("yesterday", "2026-11-22T03:10:00")]
    public void Where_nothing_can_be_said_there_is_no_age(string? at, string? now) => Assert.Null(SensorTime.Age(at, now));

    [Fact]
    public void A_night_of_stored_values_keeps_its_times_and_its_worst_is_raised_once()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(480, [.. JudgedHome.Complete()]);
        Measured Stored(double respiration, string at) => JudgedHome.Number(Vital.Respiration, respiration) with { SensorAt = at, SensorNow = "2001-01-02T08:00:00" };
        IReadOnlyList<Item> items = home.Reads(500, Stored(32, "2001-01-02T03:10:00"), Stored(33, "2001-01-02T03:40:00"), Stored(16, "2001-01-02T04:10:00"));

        AlertItem alert = Assert.Single(items.OfType<AlertItem>());
        Assert.Equal(("red", "became-red", 290L * 60), (alert.Triage, alert.Because, Assert.Single(alert.Inputs).AgeSeconds));
        ReadingItem[] readings = [.. items.OfType<ReadingItem>()];
        Assert.Equal([-290d, -260d, -230d], readings.Select(reading => (reading.At - alert.At).TotalMinutes));
        ScoreItem[] scores = [.. items.OfType<ScoreItem>()];
        Assert.All(scores, score => Assert.True(score.History));
        Assert.Equal([alert.Tick, null, null], scores.Select(score => score.Alert));
        Assert.Equal(3, readings.Select(reading => reading.Set).Distinct().Count());
        Assert.Equal(Triage.Green, home.State.Standing.Triage); // how things stand is what was measured since
        Assert.Null(home.State.Open);
        Assert.Equal("cleared", Assert.Single(home.Row(510, [.. JudgedHome.Complete()]).OfType<AlertItem>()).Because);
    }

    [Fact]
    public void A_value_that_waited_joins_the_open_set_as_of_when_it_came()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Reads(0, JudgedHome.Number(Vital.Pulse, 72));
        AlertItem alert = Assert.Single(home.At(5, Waited(4, JudgedHome.Number(Vital.Respiration, 32))).OfType<AlertItem>());
        Assert.Equal([300L, 240L], alert.Inputs.Select(input => input.AgeSeconds));
        Assert.Equal(alert.At.AddMinutes(-4), home.Said.OfType<ReadingItem>().Last().At);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_value_that_waited_while_its_vital_was_measured_again_is_raised_and_takes_no_newer_values_place(bool closed)
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.At(5, new Burst([JudgedHome.Number(Vital.Respiration, 16)], ClosesSet: closed));
        IReadOnlyList<Item> items = home.At(6, Waited(4, JudgedHome.Number(Vital.Respiration, 36)));
        Assert.Equal("red", Assert.Single(items.OfType<AlertItem>()).Triage);
        Assert.True(Assert.Single(items.OfType<ScoreItem>()).History);
        Assert.Equal(16, (home.State.Open ?? home.State.Last)!.Values.Single().Reading.Value);
        Assert.NotEqual(Triage.Red, home.State.Standing.Triage);
    }

    [Fact]
    public void A_value_that_came_before_a_red_does_not_contradict_it()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly with { ConfirmWithin = TimeSpan.FromMinutes(10) });
        home.Row(5, [.. JudgedHome.Complete().Where(value => value.Vital is not (Vital.Respiration or Vital.Pulse or Vital.Temperature)),
            JudgedHome.Number(Vital.Respiration, 22), JudgedHome.Number(Vital.Pulse, 112), JudgedHome.Number(Vital.Temperature, 38.5)]);
        Assert.NotNull(home.State.Confirming);
        IReadOnlyList<Item> before = home.At(6, Waited(4, JudgedHome.Number(Vital.Respiration, 16), JudgedHome.Number(Vital.Pulse, 72), JudgedHome.Number(Vital.Temperature, 37)));
        Assert.Empty(before.OfType<AlertItem>());
        Assert.NotNull(home.State.Confirming);
        IReadOnlyList<Item> after = home.Reads(7, JudgedHome.Number(Vital.Respiration, 16), JudgedHome.Number(Vital.Pulse, 72), JudgedHome.Number(Vital.Temperature, 37));
        Assert.Equal("not-confirmed", Assert.Single(after.OfType<AlertItem>()).Because);
    }

    private static Burst Waited(double minutes, params Measured[] values) => new(values) { Waited = TimeSpan.FromMinutes(minutes) };

    [Fact]
    public void A_value_stored_within_the_window_joins_the_open_set_with_its_own_age()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Reads(0, JudgedHome.Number(Vital.Pulse, 72));
        home.Reads(5, JudgedHome.Number(Vital.Respiration, 32) with { SensorAt = "2001-01-02T07:56:00", SensorNow = "2001-01-02T08:00:00" });
        AlertItem alert = home.Said.OfType<AlertItem>().Single();
        Assert.Equal([300L, 240L], alert.Inputs.Select(input => input.AgeSeconds));
    }
}
