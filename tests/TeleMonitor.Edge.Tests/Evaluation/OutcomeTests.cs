using TeleMonitor.Evaluation.Homes;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Evaluation;

public sealed class OutcomeTests
{
    private static readonly Physiology Physiology = Physiology.Load(Tree.At("benchmarks", "TeleMonitor.Evaluation", "physiology.json"));
    private static readonly Citizen Warned = Home.Population(Physiology, 1).First(citizen => citizen.Course == Course.WithWarning);

    [Fact]
    public void An_alert_that_the_twin_has_too_is_found_but_not_caused()
    {
        TimeSpan at = Warned.Attack!.Onset + TimeSpan.FromHours(10);
        Outcome outcome = Follow(_ => [new Statement(at, Triage.Yellow, Counts: true, "by chance")]);
        Assert.Equal((true, false, 1, 0), (outcome.Found, outcome.Caused, outcome.Alerts, outcome.QuietAlerts));
        Assert.Equal(Warned.End - at, outcome.Lead);
    }

    [Fact]
    public void An_alert_that_only_the_attack_brings_is_caused()
    {
        TimeSpan at = Warned.Attack!.Onset + TimeSpan.FromHours(10);
        Outcome outcome = Follow(home => home.Citizen.Attack is null ? [] : [new Statement(at, Triage.Red, Counts: true, "attack")]);
        Assert.Equal((true, true, false, true), (outcome.Found, outcome.Caused, outcome.YellowThenRed, outcome.Red));
    }

    [Fact]
    public void What_is_said_before_the_days_of_warning_finds_nothing_and_in_the_baseline_days_counts_nothing()
    {
        TimeSpan before = Warned.Attack!.Onset - TimeSpan.FromHours(13);
        Outcome outcome = Follow(_ => [new Statement(TimeSpan.FromDays(13), Triage.Red, true, "baseline"), new Statement(before, Triage.Yellow, true, "before")]);
        Assert.Equal((false, false, 1, 1), (outcome.Found, outcome.Caused, outcome.Alerts, outcome.QuietAlerts));
        Assert.Equal((Warned.Attack.Onset - TimeSpan.FromDays(14.5)).TotalDays / 7, outcome.QuietWeeks, 9);
    }

    [Fact]
    public void Yellow_must_come_before_Red()
    {
        TimeSpan onset = Warned.Attack!.Onset;
        Statement yellow = new(onset + TimeSpan.FromHours(20), Triage.Yellow, true, ""), red = new(onset + TimeSpan.FromHours(40), Triage.Red, true, "");
        Assert.True(Follow(_ => [yellow, red]).YellowThenRed);
        Assert.False(Follow(_ => [red with { At = yellow.At }, yellow with { At = red.At }]).YellowThenRed);
        Assert.False(Follow(_ => [yellow]).YellowThenRed);
    }

    [Fact]
    public void Bare_limits_alert_at_the_edge_each_time_and_the_questions_as_the_form_says()
    {
        DoctorLimit limit = new(Vital.Spo2, 88, 90, null, null);
        Assert.Equal([Triage.Red, Triage.Yellow, Triage.Yellow, Triage.Green], new double[] { 88, 89, 90, 91 }.Select(limit.Of));
        foreach (Citizen citizen in Home.Population(Physiology, 3))
        {
            var home = new Home(Physiology, citizen, Routine.TwiceDaily);
            IReadOnlyList<DoctorLimit> limits = DoctorLimit.For(citizen);
            int beyond = home.Bursts().Count(burst => burst.Values.Any(value => limits.Any(one => one.Vital == value.Vital && one.Of(value.Value!.Value) != Triage.Green)));
            Assert.Equal(beyond, BareLimits.Limits.Follow(home).Count);
            Assert.True(BareLimits.LimitsAndQuestions.Follow(home).Count >= beyond);
        }
    }

    [Fact]
    public void The_template_of_the_bare_limits_is_that_of_the_shipped_plan()
    {
        Assert.Equal(Shipped.Config.Content.Plans[PlanArm.PlanId].Limits.Select(limit => new DoctorLimit(limit.Vital, limit.LowRed, limit.LowYellow, limit.HighYellow, limit.HighRed)),
            DoctorLimit.Template);
    }

    [Fact]
    public void A_simulated_citizen_answers_the_shipped_questions_and_the_form_decides_what_that_comes_to()
    {
        IReadOnlyList<string> Told(PlanVariant variant, params string[] symptoms)
        {
            var questions = PlanArm.QuestionsOf(Shipped.Config, variant);
            return AnswerRules.Evaluate(questions, variant.Told(questions, Symptom.All.ToDictionary(symptom => symptom, symptom => symptoms.Contains(symptom), StringComparer.Ordinal))!.Words.ToDictionary()).Reasons;
        }
        PlanVariant shipped = new("shipped"), rn = new("rn") { Questions = "copd-daily-rn" };
        Assert.Empty(Told(shipped));
        Assert.Equal(["symptom/dyspnoea/yellow"], Told(shipped, "dyspnoea", "cough"));
        Assert.Equal(["symptom/sputum/yellow"], Told(shipped, "colour"));
        Assert.Equal(["symptom/cough/red", "symptom/dyspnoea/yellow"], Told(rn, "dyspnoea", "cough"));
        Assert.Equal(["symptom/sputum/red"], Told(rn, "colour"));
    }

    private static Outcome Follow(Func<Home, IReadOnlyList<Statement>> follow) => Outcome.Of(Physiology, Warned, Routine.TwiceDaily, new Arm("test", follow));
}
