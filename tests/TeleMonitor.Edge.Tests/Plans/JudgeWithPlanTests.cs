using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>The judge where a citizen has a plan: limits, symptoms and earlier values beside the charts.</summary>
public sealed class JudgeWithPlanTests
{
    private static readonly AssessmentRules Copd = new()
    {
        Charts = JudgedHome.Settings.Charts, Asked = [], Required = VitalMask.Of(["pulse", "spo2"]),
        Limits = [new Limit("spo2", "%", LowRed: 85, LowYellow: 88, Margin: 1)],
        Combine = new Dictionary<string, TimeSpan> { ["pulse"] = TimeSpan.FromMinutes(15), ["spo2"] = TimeSpan.FromMinutes(15), ["temperature"] = TimeSpan.FromHours(12) },
        Symptoms = ["symptom/dyspnoea/yellow", "symptom/cough/red"],
        Trend = new TrendRules(3, new TogetherRule(1, true, 5, 1, "clinical.md 3.5"), [], [new RiseRule(2, TimeSpan.FromDays(3), "invented")]),
    };

    private static readonly ToldAnswers Breathless = new("copd-daily", [new("dyspnoea", "yes"), new("cough", "no")], ["symptom/dyspnoea/yellow"]);
    private static readonly ToldAnswers Well = new("copd-daily", [new("dyspnoea", "no"), new("cough", "no")], []);

    private static JudgeSettings With(AssessmentRules rules) =>
        JudgedHome.Settings with { Plan = new JudgingPlan("copd-intensive", "2026-11-1", new Assessor(rules), TimeZoneInfo.Utc), Profile = 17 };

    private static JudgedHome Home(AssessmentRules? rules = null) => new(With(rules ?? Copd), serialises: true);

    private static Measured Weighed(double kilograms) => JudgedHome.Number(Vital.Weight, kilograms) with { Sensor = "ble-scale" };

    private static Measured[] Oximeter(double pulse, double spo2) => [JudgedHome.Number(Vital.Pulse, pulse), JudgedHome.Number(Vital.Spo2, spo2)];

    [Fact]
    public void A_set_is_complete_when_all_is_there_that_the_plan_asks_for_and_says_what_the_plan_makes_of_it()
    {
        JudgedHome home = Home();
        home.Reads(0, Oximeter(72, 93));
        AssessmentItem said = Assert.Single(home.Said.OfType<AssessmentItem>());
        Assert.Equal(("green", "copd-intensive", "2026-11-1", (int?)17, 0), (said.Triage, said.Plan, said.PlanVersion, said.Profile, said.Missing.Count));
        Assert.All(home.Said.OfType<ScoreItem>(), score => Assert.Equal((false, "pulse spo2"), (score.Asked!.Value, string.Join(' ', score.Required!))));
        Assert.Empty(home.Said.OfType<AlertItem>());
    }

    [Fact]
    public void A_citizen_who_wears_an_oximeter_has_two_sets_a_window_at_most_and_not_one_a_second()
    {
        JudgedHome home = Home();
        for (int second = 0; second < 3600; second++)
        {
            home.Reads(second / 60.0, Oximeter(72, 93));
        }
        Assert.InRange(home.Said.OfType<AssessmentItem>().Count(), 4, 8);
        Assert.Equal(7200, home.Said.OfType<ReadingItem>().Count());
    }

    [Fact]
    public void A_limit_that_is_reached_raises_an_alert_that_says_what_is_new_and_by_which_plan()
    {
        JudgedHome home = Home();
        home.Reads(0, Oximeter(72, 88));
        AlertItem alert = Assert.Single(home.Said.OfType<AlertItem>());
        Assert.Equal(("yellow", "limit/spo2/low-yellow", "limit/spo2/low-yellow", "copd-intensive 2026-11-1", (int?)17),
            (alert.Triage, Assert.Single(alert.Reasons), Assert.Single(alert.New!), alert.Plan, alert.Profile));
        Assert.Equal(alert.Tick, home.Said.OfType<AssessmentItem>().Single().Alert);
        home.Reads(20, Oximeter(72, 88.5)); // inside its margin: it stands, and that is no news
        Assert.Single(home.Said.OfType<AlertItem>());
        home.Reads(40, Oximeter(72, 84));
        Assert.Equal(("red", "limit/spo2/low-red"), (home.Said.OfType<AlertItem>().Last().Triage, home.Said.OfType<AlertItem>().Last().New!.Single()));
        home.Reads(60, Oximeter(72, 92));
        Assert.Equal("cleared", home.Said.OfType<AlertItem>().Last().Kind);
    }

    [Fact]
    public void An_earlier_value_counts_as_long_as_the_plan_lets_it_and_is_named_as_an_input()
    {
        JudgedHome home = Home(Copd with { Asked = ["tobs"], Required = VitalMask.Of(["pulse", "temperature"]), Limits = [] });
        home.Reads(0, JudgedHome.Number(Vital.Temperature, 38.5));
        home.Reads(60, Oximeter(112, 95)); // pulse 2 and temperature 1 of an hour ago
        ScoreItem score = home.Said.OfType<ScoreItem>().Last(item => item.Chart == "tobs");
        Assert.Equal((3, 2), (score.Lowest, score.Inputs.Count));
        Assert.Equal(("yellow", 3600L), (home.Said.OfType<AlertItem>().Last().Triage, home.Said.OfType<AlertItem>().Last().Inputs.Max(input => input.AgeSeconds)));
        home.Reads(721, Oximeter(112, 95)); // over twelve hours
        home.At(736);
        AssessmentItem late = home.Said.OfType<AssessmentItem>().Last();
        Assert.Equal(("temperature", "temperature"), (late.Missing.Single(), late.Stale.Single()));
    }

    [Fact]
    public void Answers_are_items_count_for_a_day_and_are_replaced_by_the_next()
    {
        JudgedHome home = Home();
        home.Reads(0, Oximeter(72, 93));
        home.At(5, new Burst([]) { Told = Breathless });
        Assert.Equal([("answer/copd-daily/dyspnoea", "yes"), ("answer/copd-daily/cough", "no")],
            home.Said.OfType<ReadingItem>().Where(item => item.Kind == WireWord.Answer).Select(item => (item.Code, item.Answer!)));
        AlertItem alert = home.Said.OfType<AlertItem>().Single();
        Assert.Equal(("yellow", "symptom/dyspnoea/yellow"), (alert.Triage, alert.Reasons.Single()));
        Assert.Contains(alert.Inputs, input => input is { Code: "answer/copd-daily/dyspnoea", Answer: "yes" });
        home.Reads(60, Oximeter(72, 93));
        Assert.Equal("yellow", home.Said.OfType<AssessmentItem>().Last().Triage);
        home.At(120, new Burst(Oximeter(72, 93)) { Told = Well });
        Assert.Equal("cleared", home.Said.OfType<AlertItem>().Last().Kind);

        JudgedHome forgetful = Home();
        forgetful.At(0, new Burst(Oximeter(72, 93)) { Told = Breathless });
        forgetful.Reads((24 * 60) - 1, Oximeter(72, 93));
        Assert.Equal("yellow", forgetful.Said.OfType<AssessmentItem>().Last().Triage);
        forgetful.Reads((24 * 60) + 20, Oximeter(72, 93));
        Assert.Equal("green", forgetful.Said.OfType<AssessmentItem>().Last().Triage);
    }

    [Fact]
    public void A_red_symptom_never_waits_for_a_second_measurement_and_a_red_limit_may()
    {
        JudgeSettings confirms = With(Copd) with { ConfirmWithin = TimeSpan.FromMinutes(5) };
        var limit = new JudgedHome(confirms, serialises: true);
        limit.Reads(0, Oximeter(72, 84));
        Assert.NotNull(limit.Said.OfType<AlertItem>().Single().ConfirmingUntil);
        limit.Reads(2, Oximeter(72, 93));
        Assert.Equal(("yellow", "not-confirmed"), (limit.Said.OfType<AlertItem>().Last().Triage, limit.Said.OfType<AlertItem>().Last().Because));

        var symptom = new JudgedHome(confirms, serialises: true);
        symptom.At(0, new Burst(Oximeter(72, 84)) { Told = new ToldAnswers("copd-daily", [new("cough", "yes")], ["symptom/cough/red"]) });
        Assert.Null(symptom.Said.OfType<AlertItem>().Single().ConfirmingUntil);
    }

    [Fact]
    public void Stable_days_make_a_baseline_and_a_drift_beside_a_symptom_is_then_seen()
    {
        JudgedHome home = Home();
        double day = 24 * 60;
        for (int days = 0; days < 4; days++)
        {
            home.Reads(days * day, Oximeter(80, 93));
        }
        home.Reads(4 * day, Oximeter(80, 93));
        Assert.Equal(80, home.State.Own.Standing["pulse"].Center);
        home.At((4 * day) + 60, new Burst(Oximeter(86, 92)) { Told = Breathless });
        Assert.Equal(["symptom/dyspnoea/yellow", "trend/pulse-up-spo2-down"], home.Said.OfType<AlertItem>().Single().Reasons);
    }

    [Fact]
    public void A_weight_opens_a_set_where_the_plan_follows_it_and_none_without()
    {
        JudgedHome home = Home(Copd with { Required = VitalMask.Of(["weight"]) });
        home.Reads(0, Weighed(80));
        home.Reads(24 * 60, Weighed(82));
        Assert.Equal(["trend/weight-up"], home.Said.OfType<AlertItem>().Single().Reasons);
        var without = new JudgedHome();
        without.Reads(0, Weighed(80));
        Assert.Null(without.State.Open);
    }

    [Fact]
    public void After_a_reboot_symptoms_and_earlier_values_count_by_their_wall_time()
    {
        JudgedHome home = Home();
        home.At(0, new Burst([.. Oximeter(72, 93), JudgedHome.Number(Vital.Temperature, 37)]) { Told = Breathless });
        home.Reboots();
        home.Reads(60, Oximeter(72, 93));
        Assert.Equal("yellow", home.Said.OfType<AssessmentItem>().Last().Triage);
        ScoreItem tobs = home.Said.OfType<ScoreItem>().Last(item => item.Chart == "tobs");
        Assert.Equal("boot-1", tobs.Inputs.Single(input => input.Code == VitalCode.Of(Vital.Temperature).Code).Boot);
        home.Reads((24 * 60) + 30, Oximeter(72, 93));
        Assert.Equal("green", home.Said.OfType<AssessmentItem>().Last().Triage);
    }

    [Fact]
    public void A_state_that_was_kept_before_there_were_plans_is_read_whole()
    {
        string before = Encoding.UTF8.GetString(JudgeStates.Busy().Write());
        string older = before.Replace(",\"Recent\":[]", "").Replace(",\"Symptoms\":[]", "").Replace(",\"Own\":{\"Days\":{},\"Unstable\":[],\"Standing\":{}}", "");
        Assert.True(older.Length < before.Length && !older.Contains("Symptoms") && !older.Contains("Own") && !older.Contains("Recent"));
        Assert.True(JudgeState.TryRead(Encoding.UTF8.GetBytes(older), out JudgeState read));
        Assert.Equal(before, Encoding.UTF8.GetString(read.Write()));
    }
}
