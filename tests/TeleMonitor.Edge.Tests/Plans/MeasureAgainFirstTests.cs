using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>A Yellow that stands on limits alone is measured again before it is said; a Red never waits (design.md section 8).</summary>
public sealed class MeasureAgainFirstTests
{
    private static readonly AssessmentRules Rules = new()
    {
        Charts = JudgedHome.Settings.Charts, Asked = [], Required = VitalMask.Of(["pulse", "spo2"]),
        Limits = [new Limit("spo2", "%", LowRed: 85, LowYellow: 88, Margin: 1), new Limit("pulse", "/min", HighYellow: 110)],
        Combine = new Dictionary<string, TimeSpan> { ["pulse"] = TimeSpan.FromMinutes(15), ["spo2"] = TimeSpan.FromMinutes(15) },
        Symptoms = ["symptom/dyspnoea/yellow"],
    };

    private static readonly ToldAnswers Breathless = new("other", [new("dyspnoea", "yes")], ["symptom/dyspnoea/yellow"]);

    private static JudgeSettings Settings { get; } = JudgedHome.Settings with
    {
        Plan = new JudgingPlan("copd-intensive", "2026-11-2", new Assessor(Rules), TimeZoneInfo.Utc), ConfirmWithin = TimeSpan.FromMinutes(5),
        MeasureAgainFirst = new MeasureAgainFirst(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)),
    };

    private static JudgedHome Home(JudgeSettings? settings = null) => new(settings ?? Settings, serialises: true);

    private static Measured[] Oximeter(double spo2, double pulse = 72, string sensor = "replay") =>
        [JudgedHome.Number(Vital.Pulse, pulse) with { Sensor = sensor }, JudgedHome.Number(Vital.Spo2, spo2) with { Sensor = sensor }];

    private static AlertItem[] Alerts(JudgedHome home) => [.. home.Said.OfType<AlertItem>()];

    private static AssessmentItem[] Sets(JudgedHome home) => [.. home.Said.OfType<AssessmentItem>()];

    private static JudgedHome Waiting(JudgeSettings? settings = null)
    {
        JudgedHome home = Home(settings);
        home.Reads(0, Oximeter(88));
        Assert.Empty(Alerts(home));
        return home;
    }

    [Fact]
    public void It_waits_says_so_and_until_when()
    {
        JudgedHome home = Waiting();
        AssessmentItem set = Assert.Single(Sets(home));
        Assert.Equal(("yellow", "limit/spo2/low-yellow", null, set.At.AddMinutes(5)), (set.Triage, Assert.Single(set.Reasons), set.Alert, set.WaitsUntil!.Value));
        Assert.Equal((false, set.Set, TimeSpan.FromMinutes(5)), (home.State.Confirming!.IsSaid, home.State.Confirming.Set, home.State.Confirming.Until));
        Assert.Equal(TimeSpan.FromMinutes(5), home.NextDue);
    }

    [Fact]
    public void A_second_measurement_that_is_normal_raises_nothing_and_says_what_was_cleared()
    {
        JudgedHome home = Waiting();
        home.Reads(3, Oximeter(89)); // one point above the limit: inside the margin of a limit that stands, and this one was never said
        home.At(60);
        Assert.Empty(Alerts(home));
        Assert.Equal([null, Sets(home)[0].Set], Sets(home).Select(set => set.Repeats));
        Assert.Equal(("green", "limit/spo2/low-yellow"), (Sets(home)[1].Triage, Assert.Single(Sets(home)[1].Cleared!)));
        Assert.Null(home.State.Confirming);
    }

    [Fact]
    public void A_second_measurement_beyond_the_limit_is_said_at_once_with_both_values()
    {
        JudgedHome home = Waiting();
        home.Reads(3, Oximeter(87));
        AlertItem alert = Assert.Single(Alerts(home));
        Assert.Equal(("yellow", "became-yellow"), (alert.Triage, alert.Because));
        Assert.Equal([88d, 87d], alert.Inputs.Where(input => input.Code == VitalCode.Of(Vital.Spo2).Code).Select(input => input.Value!.Value));
        Assert.Equal((alert.Tick, Sets(home)[0].Set, null), (Sets(home)[1].Alert!.Value, Sets(home)[1].Repeats, Sets(home)[1].Cleared));
        home.At(60);
        home.Reads(61, Oximeter(92));
        Assert.Equal("cleared", Alerts(home).Last().Kind);
    }

    [Theory]
    [InlineData(4.99, 0)]
    [InlineData(5, 1)]
    public void Nothing_by_the_deadline_is_said_as_it_stood(double minutes, int alerts)
    {
        JudgedHome home = Waiting();
        home.At(minutes);
        Assert.Equal(alerts, Alerts(home).Length);
        Assert.All(Alerts(home), alert => Assert.Equal(("yellow", "became-yellow", Sets(home)[0].Set, 300L), (alert.Triage, alert.Because, alert.Set, alert.Inputs[0].AgeSeconds)));
    }

    [Fact]
    public void Once_said_it_stands_and_is_not_said_again()
    {
        JudgedHome home = Waiting();
        home.At(5);
        home.Reads(7, Oximeter(88));
        home.At(60);
        Assert.Single(Alerts(home));
        home.Reads(61, Oximeter(84));
        Assert.Equal(["became-yellow", "became-red"], Alerts(home).Select(alert => alert.Because));
    }

    [Fact]
    public void Red_never_waits_nor_does_what_is_Red_when_measured_again()
    {
        JudgedHome red = Home();
        red.Reads(0, Oximeter(85));
        Assert.Equal("red", Assert.Single(Alerts(red)).Triage);
        JudgedHome home = Waiting();
        home.Reads(2, Oximeter(84));
        Assert.Equal(("red", "became-red"), (Assert.Single(Alerts(home)).Triage, Alerts(home)[0].Because));
        home.At(4.5);
        Assert.Equal(Sets(home)[0].Set, Sets(home)[1].Repeats);
        Assert.True(home.State.Confirming!.IsSaid);
    }

    [Fact]
    public void A_symptom_beside_it_is_said_at_once_before_and_while_it_waits()
    {
        JudgedHome before = Home();
        before.At(0, new Burst(Oximeter(88)) { Told = Breathless });
        Assert.Equal(2, Assert.Single(Alerts(before)).Reasons.Count);
        JudgedHome home = Waiting();
        home.At(2, new Burst([]) { Told = Breathless });
        Assert.Equal(["limit/spo2/low-yellow", "symptom/dyspnoea/yellow"], Assert.Single(Alerts(home)).Reasons);
        home.At(30);
        Assert.Single(Alerts(home));
        Assert.Equal(Sets(home)[0].Set, Sets(home)[1].Repeats);
    }

    [Fact]
    public void A_second_limit_is_a_second_sign_and_is_said_at_once()
    {
        JudgedHome home = Waiting();
        home.Reads(1, JudgedHome.Number(Vital.Pulse, 115));
        Assert.Equal(["limit/pulse/high-yellow", "limit/spo2/low-yellow"], Assert.Single(Alerts(home)).Reasons);
    }

    [Fact]
    public void A_value_that_was_not_beyond_settles_nothing()
    {
        JudgedHome home = Waiting();
        home.Reads(2, JudgedHome.Number(Vital.Pulse, 74));
        Assert.Empty(Alerts(home));
        Assert.NotNull(home.State.Confirming);
        home.At(5);
        Assert.Single(Alerts(home));
    }

    [Fact]
    public void An_open_alert_is_joined_at_once()
    {
        JudgedHome home = Home();
        home.At(0, new Burst(Oximeter(93)) { Told = Breathless });
        home.Reads(60, Oximeter(88));
        Assert.Equal(["became-yellow", "new-reason"], Alerts(home).Select(alert => alert.Because));
    }

    [Fact]
    public void Without_the_plans_setting_nothing_waits()
    {
        JudgedHome home = Home(Settings with { MeasureAgainFirst = null });
        home.Reads(0, Oximeter(88));
        Assert.Single(Alerts(home));
    }

    [Theory]
    [InlineData(2, 0)] // three minutes are left
    [InlineData(5, 1)]
    [InlineData(600, 1)]
    public void A_power_cut_inside_the_window_neither_loses_it_nor_says_it_twice(double minutes, int alerts)
    {
        JudgedHome home = Waiting();
        home.Reboots();
        home.At(minutes);
        Assert.Equal(alerts, Alerts(home).Length);
        home.At(minutes + 6);
        Assert.Equal(Sets(home)[0].Set, Assert.Single(Alerts(home)).Set);
        Assert.Equal("boot-1", Alerts(home)[0].Inputs[0].Boot);
    }

    [Fact]
    public void After_a_power_cut_it_can_be_cleared_still()
    {
        JudgedHome home = Waiting();
        home.Reboots(firstTick: 5000);
        home.Reads(2, Oximeter(93));
        home.At(60);
        Assert.Empty(Alerts(home));
        Assert.Equal(Sets(home)[0].Set, Sets(home)[1].Repeats);
    }

    [Fact]
    public void In_an_open_set_it_waits_too_and_the_set_says_so_when_it_closes()
    {
        JudgedHome home = Home(Settings with { SetWindow = TimeSpan.FromMinutes(2) });
        home.Reads(0, JudgedHome.Number(Vital.Spo2, 88)); // the pulse does not come
        home.At(2);
        Assert.Equal(Sets(home)[0].At.AddMinutes(3), Sets(home)[0].WaitsUntil);
        home.At(5);
        Assert.Equal(Sets(home)[0].Set, Assert.Single(Alerts(home)).Set);
    }

    [Fact]
    public void Of_a_sensor_that_is_worn_a_dip_that_is_gone_raises_nothing_and_one_that_stays_is_said_after_the_plans_time()
    {
        JudgedHome dip = Home(), low = Home();
        for (int minute = 0; minute <= 60; minute++)
        {
            dip.Reads(minute, Oximeter(minute is 20 or 21 ? 88 : 93, sensor: "simulated-night"));
            low.Reads(minute, Oximeter(minute >= 20 ? 88 : 93, sensor: "simulated-night"));
        }
        Assert.Empty(Alerts(dip));
        Assert.Contains(Sets(dip), set => set.Cleared is not null);
        AlertItem alert = Assert.Single(Alerts(low));
        Assert.Equal(("yellow", new TimeSpan(12, 50, 0)), (alert.Triage, alert.At.UtcDateTime.TimeOfDay));
    }
}
