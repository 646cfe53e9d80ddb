using System.Text.Json.Nodes;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Profile;

/// <summary>From what was signed to what the rules run with.</summary>
public sealed class InForceTests : IDisposable
{
    private static readonly JudgeSettings Configured = JudgedHome.Settings with { HelpButton = true, ConfirmWithin = TimeSpan.FromMinutes(3) };

    private readonly Signer signer = new();

    public void Dispose() => signer.Dispose();

    private TakenProfile Taken => ProfileReading.Read(signer.Bytes(17), Signer.Gateway, ProfileStanding.None, signer.Trust, [Shipped.News2, Shipped.Tobs]).Profile
        ?? throw new InvalidOperationException("it was refused");

    [Fact]
    public void Before_the_first_profile_the_gateways_own_file_holds() => Assert.Same(Configured, InForce.Of(Configured, null, Signer.IssuedAt));

    [Fact]
    public void A_self_test_and_a_citizen_of_whom_nothing_is_said_keep_what_the_file_says_of_them()
    {
        JudgeSettings test = Configured with { SelfTest = true };
        Assert.Same(test, InForce.Of(test, Taken, Signer.IssuedAt));
        JudgeSettings other = InForce.Of(Configured with { Assignment = 9, Scale = 2 }, Taken, Signer.IssuedAt);
        Assert.Equal((17, 2, null, TimeSpan.FromMinutes(3)), (other.Profile, other.Scale, other.Plan, other.ConfirmWithin));
    }

    [Fact]
    public void A_plan_gives_charts_set_ages_trends_symptoms_confirming_and_the_help_button_and_the_citizen_gives_scale_limits_and_floor()
    {
        signer.FollowCopd(plan => { plan["confirm_minutes"] = 7; plan["help_button"] = false; plan["charts"] = new JsonArray("tobs"); });
        signer.Citizens = [signer.Citizens[0] with { Floor = "red" }];
        JudgeSettings held = InForce.Of(Configured, Taken, Signer.IssuedAt);
        Assert.Equal((17, 2, TimeSpan.FromMinutes(7), false), (held.Profile, held.Scale, held.ConfirmWithin, held.HelpButton));
        Assert.Equal(("copd-intensive", "2026-11-2", "Europe/Copenhagen"), (held.Plan!.Id, held.Plan.Version, held.Plan.Zone.Id));
        Assert.Equal((new MeasureAgainFirst(TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(30)), "copd-daily"), (held.MeasureAgainFirst, held.Plan.Questions!.Id));
        AssessmentRules rules = held.Plan.Assessor.Rules;
        Assert.Equal(held.Charts, rules.Charts);
        Assert.Equal(["tobs"], rules.Asked!);
        Assert.Equal(["pulse", "spo2"], rules.Required.Names);
        Assert.Equal(TimeSpan.FromMinutes(15), rules.Combine["spo2"]);
        Assert.NotNull(rules.Trend);
        Assert.NotEmpty(rules.Symptoms);
        Assert.All(rules.Symptoms, symptom => Assert.StartsWith("symptom/", symptom, StringComparison.Ordinal));
        Assert.Equal((2, Triage.Red, 88m), (rules.Scale, rules.Floor, Assert.Single(rules.Limits).LowYellow));
    }

    [Fact]
    public void Limits_without_a_plan_ask_for_every_chart()
    {
        JudgingPlan judging = InForce.Of(Configured, Taken, Signer.IssuedAt).Plan!;
        Assert.Equal((InForce.OwnLimits, "17"), (judging.Id, judging.Version));
        Assert.Null(judging.Assessor.Rules.Asked);
        Assert.DoesNotContain("weight", judging.Assessor.Rules.Required.Names);
        Assert.Contains("spo2", judging.Assessor.Rules.Required.Names);
    }

    [Fact]
    public void Where_nothing_stands_beside_the_charts_they_judge_alone()
    {
        signer.Citizens = [Signer.Settings with { Limits = null }];
        JudgeSettings held = InForce.Of(Configured, Taken, Signer.IssuedAt);
        Assert.Equal((2, null), (held.Scale, held.Plan));
    }

    [Fact]
    public void The_next_change_is_the_first_beginning_or_end_after_a_moment()
    {
        DateTimeOffset end = Signer.IssuedAt.AddDays(3);
        signer.Citizens = [Signer.Settings with { To = end }, Signer.Settings with { From = end.AddDays(1) }];
        TakenProfile taken = Taken;
        Assert.Equal(end, InForce.NextChange(taken, Signer.IssuedAt));
        Assert.Equal(end.AddDays(1), InForce.NextChange(taken, end));
        Assert.Null(InForce.NextChange(taken, end.AddDays(1)));
    }
}
