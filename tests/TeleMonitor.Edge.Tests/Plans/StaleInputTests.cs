using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>
/// Seed 3 of the simulation: a set closed so late that the plan found some of its values too old. The score left them out and named them as
/// inputs all the same, so that the hub computed another score from them and called it a difference.
/// </summary>
public sealed class StaleInputTests
{
    private static readonly AssessmentRules Rules = new()
    {
        Charts = [Shipped.Tobs], Asked = ["tobs"], Required = VitalMask.Of(["pulse", "spo2", "temperature"]),
        Combine = new Dictionary<string, TimeSpan> { ["pulse"] = TimeSpan.FromMinutes(10), ["temperature"] = TimeSpan.FromHours(12) },
    };

    [Fact]
    public void A_step_that_comes_late_for_a_set_makes_none_of_its_values_older()
    {
        foreach (double late in new[] { 0, 0.001, 1, 120 })
        {
            var home = new JudgedHome(JudgedHome.TobsOnly with { Plan = new JudgingPlan("copd-intensive", "2026-11-1", new Assessor(Rules), TimeZoneInfo.Utc) });
            home.Reads(0, JudgedHome.Number(Vital.Temperature, 38.5));
            home.Reads(5, JudgedHome.Number(Vital.Pulse, 112));
            home.At(15 + late);
            Assert.Equal(3, Assert.Single(home.Said.OfType<ScoreItem>()).Lowest);
        }
    }

    [Theory]
    [InlineData(5, 3, 2)] // 10 minutes old when the window of 15 closes: it still counts
    [InlineData(4, 1, 1)]
    [InlineData(0, 1, 1)]
    public void A_score_names_as_inputs_what_it_was_made_of_and_nothing_that_was_too_old(double pulseAt, int lowest, int inputs)
    {
        var home = new JudgedHome(JudgedHome.TobsOnly with { Plan = new JudgingPlan("copd-intensive", "2026-11-1", new Assessor(Rules), TimeZoneInfo.Utc) });
        home.Reads(0, JudgedHome.Number(Vital.Temperature, 38.5));
        home.Reads(pulseAt, JudgedHome.Number(Vital.Pulse, 112));
        home.At(15);
        ScoreItem score = Assert.Single(home.Said.OfType<ScoreItem>());
        ReadingItem[] named = [.. home.Said.OfType<ReadingItem>().Where(reading => score.Inputs.Any(input => input.Tick == reading.Tick && input.Code == reading.Code))];
        VitalSet set = SetReader.Read(named);
        Score again = Scorer.Of(Shipped.Tobs, in set, score.Scale, VitalMask.Of(score.Required!));
        Assert.Equal((score.Lowest, score.Highest, score.Triage), (again.Lowest, again.Highest, TriageWord.Of(again.Triage)));
        Assert.Equal((lowest, inputs), (score.Lowest, score.Inputs.Count));
    }
}
