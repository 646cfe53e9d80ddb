using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class ReplaySettingsFileTests
{
    [Fact]
    public void An_empty_file_means_every_chart_no_limit_and_every_part_required()
    {
        AssessmentRules rules = Read("{}", out _)!.Rules;
        Assert.Equal((2, null, 1, 0, Triage.Yellow), (rules.Charts.Count, rules.Asked?.Count, rules.Scale, rules.Limits.Count, rules.Floor));
        Assert.All(VitalCode.All.Where(code => code.CanBeScored && code.Vital != Vital.Diastolic), code => Assert.True(rules.Required.Has(code.Vital)));
    }

    [Fact]
    public void Charts_scale_required_floor_and_limits_are_taken_as_they_are_signed()
    {
        AssessmentRules rules = Read("""
            { "charts": ["news2"], "scale": 2, "required": ["pulse", "weight"], "floor": "red",
              "limits": [ { "vital": "spo2", "unit": "%", "low_red": -6, "low_yellow": -4, "relative": true, "margin": 1, "review": "2027-01-31" }, { "vital": "temperature", "unit": "Cel", "high_yellow": 38.05 } ] }
            """, out _)!.Rules;
        Assert.Equal(("news2", 2, 2, VitalMask.Of([Vital.Pulse, Vital.Weight]), Triage.Red), (rules.Asked!.Single(), rules.Charts.Count, rules.Scale, rules.Required, rules.Floor));
        Assert.Equal([new Limit("spo2", "%", -6, -4, Relative: true, Margin: 1, Review: new DateOnly(2027, 1, 31)), new Limit("temperature", "Cel", HighYellow: 38.05m)], rules.Limits);
        Assert.Equal(VitalMask.Of(Shipped.Tobs.Parts.Select(part => part.Vital)), Read("""{ "charts": ["tobs"] }""", out _)!.Rules.Required);
    }

    [Fact]
    public void A_plan_brings_its_charts_questions_trends_and_ages_and_what_stands_beside_it_comes_before_it()
    {
        Plan plan = Shipped.Config.Content.Plans["copd-intensive"];
        ReplaySettings settings = Read("""{ "plan": "copd-intensive" }""", out _)!, changed = Read("""{ "plan": "copd-intensive", "charts": ["tobs", "news2"], "required": ["spo2"] }""", out _)!;
        Assert.Equal((plan.Charts, plan.Trend, VitalMask.Of(plan.Required), plan.Combine.Count, plan.Questions),
            (settings.Rules.Asked, settings.Rules.Trend, settings.Rules.Required, settings.Rules.Combine.Count, settings.Questions!.Id));
        Assert.NotEmpty(settings.Rules.Symptoms);
        Assert.Equal((2, VitalMask.Of([Vital.Spo2]), plan.Trend), (changed.Rules.Asked!.Count, changed.Rules.Required, changed.Rules.Trend));
    }

    [Theory]
    [InlineData("""{ "charts": ["mews"] }""", "charts 'mews' is none of")]
    [InlineData("""{ "plan": "none" }""", "plan 'none' is none of after-discharge, copd-intensive")]
    [InlineData("""{ "floor": "blue" }""", "floor must be green, yellow or red")]
    [InlineData("""{ "scale": 3 }""", "scale must be 1 or 2")]
    [InlineData("""{ "required": ["height"] }""", "required 'height' is no vital")]
    [InlineData("""{ "limits": [ { "vital": "oxygen", "unit": "", "low_red": 1 } ] }""", "limits[0].vital: 'oxygen'")]
    [InlineData("""{ "limits": [ null ] }""", "limits[0].vital")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%", "low_red": 88 }, { "vital": "spo2", "unit": "%", "low_red": 87 } ] }""", "limits[1].vital 'spo2' has two limits")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%" } ] }""", "limits[0]: names no limit")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%", "low_red": 91, "low_yellow": 90 } ] }""", "limits[0].low_yellow: 90 is not above low_red 91")]
    [InlineData("""{ "limits": [ { "vital": "spo2", "unit": "%", "low_red": 88.001 } ] }""", "limits[0].low_red: 88.001 has more than two decimals")]
    [InlineData("""{ "limit": [] }""", "limit")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{", "line 1")]
    public void A_wrong_file_is_refused_with_its_place(string json, string problem)
    {
        Assert.Null(Read(json, out IReadOnlyList<string> problems));
        Assert.Contains(problems, said => said.StartsWith("try.json: ", StringComparison.Ordinal) && said.Contains(problem, StringComparison.Ordinal));
    }

    private static ReplaySettings? Read(string json, out IReadOnlyList<string> problems)
    {
        bool read = ReplaySettingsFile.TryRead(Encoding.UTF8.GetBytes(json), "try.json", [Shipped.Tobs, Shipped.News2], Shipped.Config.Content, out ReplaySettings? settings, out problems);
        Assert.Equal(read, settings is not null && problems.Count == 0);
        return settings;
    }
}
