using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>"Confirm before Red never delays the alert" (design.md section 8). TOBS: Red from 5 points (clinical.md 1.4).</summary>
public sealed class ConfirmationTests
{
    private static readonly JudgeSettings Confirms = JudgedHome.TobsOnly with { ConfirmWithin = TimeSpan.FromMinutes(5) };

    // pulse 112 gives 2, respiration 22 gives 2, temperature 38.5 gives 1: 5 in all, no part with 3 (printed tables, clinical.md 7.1)
    private static Measured Pulse(double value) => JudgedHome.Number(Vital.Pulse, value);

    private static Measured[] JustRed => [Pulse(112), JudgedHome.Number(Vital.Respiration, 22), JudgedHome.Number(Vital.Temperature, 38.5), JudgedHome.Number(Vital.Systolic, 130),
        JudgedHome.Word(Vital.Consciousness, "habitual")];

    private static AlertItem Last(JudgedHome home) => home.Said.OfType<AlertItem>().Last();

    private static JudgedHome Waiting(JudgeSettings? settings = null, bool serialises = true)
    {
        var home = new JudgedHome(settings ?? Confirms, serialises);
        home.Reads(0, JustRed);
        Assert.Equal(("red", "became-red"), (Last(home).Triage, Last(home).Because));
        return home;
    }

    [Fact]
    public void The_alert_goes_at_once_and_says_until_when_it_waits()
    {
        AlertItem alert = Last(Waiting());
        Assert.Equal(5, alert.Scores[0].Lowest);
        Assert.Equal(alert.At.AddMinutes(5), alert.ConfirmingUntil);
    }

    [Fact]
    public void Without_the_signed_setting_a_Red_counts_at_once() => Assert.Null(Last(Waiting(JudgedHome.TobsOnly)).ConfirmingUntil);

    [Fact]
    public void A_second_measurement_that_is_Red_too_confirms_it()
    {
        JudgedHome home = Waiting();
        home.Reads(3, Pulse(115));
        Assert.Equal(("red", "confirmed", null), (Last(home).Triage, Last(home).Because, Last(home).ConfirmingUntil));
        Assert.Null(home.State.Confirming);
    }

    [Fact]
    public void A_second_measurement_that_is_normal_makes_it_Yellow_and_shows_both_values()
    {
        JudgedHome home = Waiting();
        home.Reads(3, Pulse(72));
        AlertItem alert = Last(home);
        Assert.Equal(("yellow", "not-confirmed"), (alert.Triage, alert.Because));
        Assert.Equal([112d, 72d], alert.Inputs.Where(input => input.Code == VitalCode.Of(Vital.Pulse).Code).Select(input => input.Value!.Value));
        Assert.Contains("tobs/total/red", alert.Reasons);
        home.Reads(40, JustRed);
        Assert.Equal(("red", "became-red"), (Last(home).Triage, Last(home).Because)); // the next Red is news again
    }

    [Fact]
    public void A_measurement_of_something_that_gave_no_points_leaves_it_waiting()
    {
        JudgedHome home = Waiting();
        Assert.Empty(home.Reads(2, JudgedHome.Number(Vital.Systolic, 131)).OfType<AlertItem>());
        Assert.NotNull(home.State.Confirming);
        home.Reads(4, Pulse(116));
        Assert.Equal("confirmed", Last(home).Because);
    }

    [Theory]
    [InlineData(4.999, true)]
    [InlineData(5, false)]
    public void After_its_time_a_normal_value_takes_nothing_back(double minutes, bool inTime)
    {
        JudgedHome home = Waiting();
        home.Reads(minutes, Pulse(72));
        Assert.Equal(inTime ? "not-confirmed" : "became-red", Last(home).Because);
    }

    [Fact]
    public void A_part_with_three_points_never_waits()
    {
        var home = new JudgedHome(Confirms);
        home.Reads(0, JudgedHome.Number(Vital.Respiration, 26), Pulse(112)); // 3 + 2
        Assert.Equal(("red", null), (Last(home).Triage, Last(home).ConfirmingUntil));
    }

    [Fact]
    public void Two_points_above_the_limit_never_wait()
    {
        var home = new JudgedHome(Confirms);
        home.Reads(0, [.. JustRed.Take(2), JudgedHome.Number(Vital.Temperature, 39.2), JudgedHome.Number(Vital.Systolic, 98)]); // 2 + 2 + 2 + 1
        Assert.Equal(7, Last(home).Scores[0].Lowest);
        Assert.Equal(("red", null), (Last(home).Triage, Last(home).ConfirmingUntil));
    }

    [Fact]
    public void A_Red_that_gets_worse_while_it_waits_stops_waiting()
    {
        JudgedHome home = Waiting();
        home.Reads(1, JudgedHome.Number(Vital.Systolic, 65)); // a part with 3 points now
        Assert.Equal(("red", "new-reason", null), (Last(home).Triage, Last(home).Because, Last(home).ConfirmingUntil));
    }

    [Fact]
    public void A_power_cut_inside_the_window_says_the_Red_again_without_waiting()
    {
        JudgedHome home = Waiting();
        home.Reboots();
        home.At(0.1);
        Assert.Equal(("red", "still-red", null), (Last(home).Triage, Last(home).Because, Last(home).ConfirmingUntil));
    }

    [Fact]
    public void In_an_open_set_too_a_normal_second_value_does_not_hide_the_third_that_is_Red()
    {
        var home = new JudgedHome(Confirms, serialises: true);
        home.Reads(0, [.. JustRed.Take(3)]); // the set stays open
        home.Reads(1, Pulse(72));
        Assert.Equal("not-confirmed", Last(home).Because);
        home.Reads(2, Pulse(114));
        Assert.Equal(("red", "became-red"), (Last(home).Triage, Last(home).Because));
    }
}
