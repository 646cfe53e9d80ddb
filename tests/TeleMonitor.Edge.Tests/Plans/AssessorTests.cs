using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class AssessorTests
{
    private static readonly TimeSpan Now = TimeSpan.FromDays(3);
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly AssessmentRules Plain = new() { Charts = [Shipped.Tobs, Shipped.News2] };

    // as a COPD plan asks for: no chart, saturation and pulse
    private static readonly AssessmentRules Planned = Plain with { Asked = [], Required = new VitalMask(0).With(Vital.Spo2).With(Vital.Pulse) };

    [Fact]
    public void Without_a_plan_twenty_thousand_sets_are_assessed_as_the_charts_alone_judge_them()
    {
        var random = new Random(5_001);
        var seen = new HashSet<Triage>();
        for (int run = 0; run < 20_000; run++)
        {
            var rules = Plain with { Scale = random.Next(1, 3) };
            var assessor = new Assessor(rules);
            (RecentValues recent, VitalSet set) = Anything(random);
            var scores = new Score[2];
            var theirs = new Score[2];
            Judgement expected = Judgement.Of(rules.Charts, in set, rules.Scale, theirs);
            Assessment found = assessor.Assess(in recent, OwnDays.Unknown, default, default, Now, Today, scores);
            Judgement judged = assessor.ToJudgement(in found, scores);
            Assert.Equal((expected.Triage, string.Join(' ', expected.Reasons)), (judged.Triage, string.Join(' ', judged.Reasons)));
            Assert.Equal(expected.Total, judged.Total);
            seen.Add(judged.Triage);
        }
        Assert.Equal(4, seen.Count);
    }

    [Theory]
    [InlineData(8801, "yellow")]
    [InlineData(8800, "red")] // the edge is the worse side (clinical.md 3.2)
    [InlineData(9000, "yellow")]
    [InlineData(9001, "green")]
    [InlineData(9700, "yellow")]
    [InlineData(9699, "green")]
    public void A_value_at_the_edge_of_a_limit_counts_as_the_worse_side(int spo2, string triage)
    {
        var limit = new Limit("spo2", "%", LowRed: 88, LowYellow: 90, HighYellow: 97);
        Assert.Equal(triage, TriageWord.Of(Assess(Planned with { Limits = [limit] }, Values(7000, spo2)).Found.Triage));
    }

    [Fact]
    public void A_value_between_two_hundredths_counts_as_its_worse_neighbour()
    {
        Assert.True(Hundredths.TryFrom(90.005, out Hundredths between));
        RecentValues recent = Values(7000, 9700);
        recent.Set(Vital.Spo2, between, Now);
        Assert.Equal(["limit/spo2/low-yellow"], Assess(Planned with { Limits = [new Limit("spo2", "%", LowYellow: 90)] }, recent).Words);
    }

    [Fact]
    public void A_limit_that_was_crossed_stands_until_the_value_is_back_by_its_margin()
    {
        var rules = Planned with { Limits = [new Limit("spo2", "%", LowRed: 88, LowYellow: 90, Margin: 1)] };
        Assert.Equal([], Assess(rules, Values(7000, 9050)).Words);
        Assert.Equal(["limit/spo2/low-yellow"], Assess(rules, Values(7000, 9050), standing: ["limit/spo2/low-yellow"]).Words);
        Assert.Equal(["limit/spo2/low-yellow"], Assess(rules, Values(7000, 9100), standing: ["limit/spo2/low-yellow"]).Words);
        Assert.Equal([], Assess(rules, Values(7000, 9101), standing: ["limit/spo2/low-yellow"]).Words);
        Assert.Equal(["limit/spo2/low-red"], Assess(rules, Values(7000, 8900), standing: ["limit/spo2/low-red"]).Words);
        Assert.Equal(["limit/spo2/low-yellow"], Assess(rules, Values(7000, 8901), standing: ["limit/spo2/low-red"]).Words);
        Assert.Equal(["limit/spo2/low-yellow"], Assess(rules, Values(7000, 9060), standing: ["limit/spo2/low-red"]).Words);
    }

    [Fact]
    public void A_limit_relative_to_a_baseline_moves_with_it_and_without_one_asks_for_limits()
    {
        var rules = Planned with { Limits = [new Limit("pulse", "/min", HighYellow: 10, HighRed: 20, Relative: true)] };
        (Assessment without, _) = Assess(rules, Values(9999, 9700));
        Assert.Equal((Triage.Green, true), (without.Triage, without.LimitsNeeded));
        OwnDays usual = Days(Vital.Pulse, 78, 80, 82);
        Assert.Equal([], Assess(rules, Values(8999, 9700), usual).Words);
        Assert.Equal(["limit/pulse/high-yellow"], Assess(rules, Values(9000, 9700), usual).Words);
        Assert.Equal(["limit/pulse/high-red"], Assess(rules, Values(10_000, 9700), usual).Words);
    }

    [Fact]
    public void Limits_past_their_review_hold_on_and_new_ones_are_asked_for()
    {
        var rules = Planned with { Limits = [new Limit("spo2", "%", LowRed: 88, Review: Today.AddDays(-1))] };
        (Assessment found, IReadOnlyList<string> words) = Assess(rules, Values(7000, 8700));
        Assert.Equal((Triage.Red, true, "limit/spo2/low-red"), (found.Triage, found.LimitsNeeded, words.Single()));
        Assert.False(Assess(Planned with { Limits = [new Limit("spo2", "%", LowRed: 88, Review: Today)] }, Values(7000, 8700)).Found.LimitsNeeded);
    }

    [Fact]
    public void Where_the_units_differ_nothing_is_converted_and_a_person_is_asked()
    {
        Assert.Equal((Triage.Yellow, "limit/spo2/unit"), Only(Assess(Planned with { Limits = [new Limit("spo2", "1", LowRed: 0.88m)] }, Values(7000, 9700))));
        RecentValues recent = Values(7000, 9700);
        recent.SetOtherUnit(Vital.Weight, Now);
        Assert.Equal((Triage.Yellow, "limit/weight/unit"), Only(Assess(Planned with { Limits = [new Limit("weight", "kg", HighRed: 100)] }, recent)));
    }

    [Fact]
    public void A_chart_that_the_plan_does_not_ask_for_decides_nothing_but_Red()
    {
        Assert.Equal(Triage.Green, Assess(Planned, Values(11_500, 9700)).Found.Triage); // pulse 115: TOBS 2, Yellow where it is asked for
        var asked = Planned with { Asked = ["tobs"] };
        Assert.Equal(Triage.Yellow, Assess(asked, Values(11_500, 9700)).Found.Triage);
        (Assessment red, IReadOnlyList<string> words) = Assess(Planned, Values(13_000, 9700)); // TOBS 3 in one part
        Assert.Equal((Triage.Red, true), (red.Triage, words.Contains("tobs/single-red/pulse")));
    }

    [Fact]
    public void A_required_vital_that_is_missing_or_too_old_is_Unknown_and_says_which()
    {
        var rules = Planned with { Combine = new Dictionary<string, TimeSpan> { ["spo2"] = TimeSpan.FromMinutes(15) } };
        RecentValues recent = Values(7000, 9700);
        recent.Set(Vital.Spo2, new Hundredths(9700, 9700), Now - TimeSpan.FromMinutes(15));
        Assert.Equal(Triage.Green, Assess(rules, recent).Found.Triage);
        recent.Set(Vital.Spo2, new Hundredths(8000, 8000), Now - TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assessment old = Assess(rules with { Limits = [new Limit("spo2", "%", LowRed: 88)] }, recent).Found;
        Assert.Equal((Triage.Unknown, true, true), (old.Triage, old.Missing.Has(Vital.Spo2), old.Stale.Has(Vital.Spo2)));
        Assessment none = Assess(rules, new RecentValues()).Found;
        Assert.Equal((Triage.Unknown, true, false), (none.Triage, none.Missing.Has(Vital.Pulse), none.Stale.Has(Vital.Pulse)));
    }

    [Fact]
    public void A_required_weight_is_missed_too()
    {
        var rules = Planned with { Required = new VitalMask(0).With(Vital.Weight) };
        Assert.Equal(Triage.Unknown, Assess(rules, Values(7000, 9700)).Found.Triage);
        RecentValues recent = Values(7000, 9700);
        recent.Set(Vital.Weight, new Hundredths(7000, 7000), Now);
        Assert.Equal(Triage.Green, Assess(rules, recent).Found.Triage);
    }

    [Fact]
    public void Pulse_up_and_saturation_down_by_a_standard_deviation_is_Yellow_beside_a_symptom_and_nothing_without()
    {
        var rules = Planned with { Trend = new TrendRules(14, new TogetherRule(1, true, 5, 1, "clinical.md 3.5"), [], []), Symptoms = ["symptom/dyspnoea/yellow"] };
        OwnDays usual = Days((Vital.Pulse, [80, 80, 80]), (Vital.Spo2, [93, 93, 93]));
        RecentValues worse = Values(8500, 9200); // pulse +1 SD, saturation −1 SD by the least spreads
        Assert.Equal([], Assess(rules, worse, usual).Words);
        Assert.Equal(["symptom/dyspnoea/yellow", "trend/pulse-up-spo2-down"], Assess(rules, worse, usual, told: ["symptom/dyspnoea/yellow"]).Words);
        Assert.Equal(["symptom/dyspnoea/yellow"], Assess(rules, Values(8499, 9200), usual, told: ["symptom/dyspnoea/yellow"]).Words);
        Assert.Equal(["symptom/dyspnoea/yellow"], Assess(rules, worse, OwnDays.Unknown, told: ["symptom/dyspnoea/yellow"]).Words);
    }

    [Fact]
    public void A_rise_of_respiration_and_a_gain_of_weight_are_Yellow()
    {
        var rules = Planned with { Trend = new TrendRules(14, null, [new RiseRule(4.4, TimeSpan.FromDays(1), "clinical.md 3.5")], [new RiseRule(2, TimeSpan.FromDays(3), "invented")]) };
        OwnDays usual = Days((Vital.Respiration, [15, 15, 15]), (Vital.Weight, [80, 81, 80.5]));
        RecentValues recent = Values(7000, 9700);
        recent.Set(Vital.Respiration, new Hundredths(1939, 1939), Now);
        recent.Set(Vital.Weight, new Hundredths(8199, 8199), Now);
        Assert.Equal([], Assess(rules, recent, usual).Words);
        recent.Set(Vital.Respiration, new Hundredths(1940, 1940), Now);
        recent.Set(Vital.Weight, new Hundredths(8200, 8200), Now);
        Assert.Equal(["trend/respiration-up", "trend/weight-up"], Assess(rules, recent, usual).Words);
    }

    [Fact]
    public void A_smaller_rise_of_respiration_counts_once_it_has_lasted()
    {
        var rules = Planned with { Trend = new TrendRules(14, null, [new RiseRule(2.3, TimeSpan.FromDays(2), "clinical.md 3.5")], []) };
        RecentValues recent = Values(7000, 9700);
        recent.Set(Vital.Respiration, new Hundredths(1730, 1730), Now);
        Assert.Equal([], Assess(rules, recent, Days(Vital.Respiration, 15, 15, 15, 15, 17)).Words);
        Assert.Equal(["trend/respiration-up"], Assess(rules, recent, Days(Vital.Respiration, 15, 15, 15, 15, 17.3)).Words);
    }

    [Fact]
    public void What_is_Yellow_counts_as_Red_for_a_citizen_whose_floor_is_Red()
    {
        var rules = Planned with { Limits = [new Limit("spo2", "%", LowYellow: 90)], Floor = Triage.Red };
        Assert.Equal(Triage.Red, Assess(rules, Values(7000, 8900)).Found.Triage);
        Assert.Equal(Triage.Green, Assess(rules, Values(7000, 9700)).Found.Triage);
    }

    [Fact]
    public void A_red_symptom_is_Red_and_a_milder_form_of_a_reason_is_not_new()
    {
        var rules = Planned with { Symptoms = ["symptom/cough/yellow", "symptom/cough/red"] };
        Assert.Equal((Triage.Red, "symptom/cough/red"), Only(Assess(rules, Values(7000, 9700), told: ["symptom/cough/red"])));
        Assert.False(Reason.HasNew(["symptom/cough/yellow", "limit/spo2/low-yellow"], ["symptom/cough/red", "limit/spo2/low-red"]));
        Assert.True(Reason.HasNew(["symptom/cough/red"], ["symptom/cough/yellow"]));
        Assert.True(Reason.HasNew(["limit/spo2/high-yellow"], ["limit/spo2/low-red"]));
    }

    [Fact]
    public void Nothing_to_judge_by_is_Unknown_and_not_Green() =>
        Assert.Equal(Triage.Unknown, Assess(new AssessmentRules { Charts = [] }, Values(7000, 9700)).Found.Triage);

    [Fact]
    public void An_assessment_allocates_nothing()
    {
        var assessor = new Assessor(Plain with
        {
            Asked = ["news2"], Limits = [new Limit("spo2", "%", LowRed: 88, LowYellow: 90, Margin: 1), new Limit("pulse", "/min", HighYellow: 10, Relative: true)],
            Trend = new TrendRules(14, new TogetherRule(1, true, 5, 1, "clinical.md 3.5"), [new RiseRule(4.4, TimeSpan.FromDays(1), "clinical.md 3.5")], [new RiseRule(2, TimeSpan.FromDays(3), "invented")]), Symptoms = ["symptom/dyspnoea/yellow"],
        });
        OwnDays usual = Days((Vital.Pulse, [80, 80, 80]), (Vital.Spo2, [93, 93, 93]));
        RecentValues recent = Values(9500, 8900);
        ReasonSet told = assessor.SetOf(["symptom/dyspnoea/yellow"]);
        Span<Score> scores = stackalloc Score[2];
        int reds = 0;
        for (int warm = 0; warm < 1000; warm++)
        {
            reds += assessor.Assess(in recent, usual, in told, default, Now, Today, scores).Triage == Triage.Red ? 1 : 0;
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < 1000; run++)
        {
            reds += assessor.Assess(in recent, usual, in told, default, Now, Today, scores).Triage == Triage.Red ? 1 : 0;
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(reds is 0 or 2000);
    }

    [Fact]
    public void A_limit_that_cannot_be_is_refused_with_every_field_at_once()
    {
        var problems = new List<string>();
        new Limit("oxygen", "%").Check("limits[0]", problems);
        new Limit("spo2", "%", LowRed: 90, LowYellow: 88, HighYellow: 88, HighRed: 97.001m, Margin: -1).Check("limits[1]", problems);
        Assert.Equal(6, problems.Count);
        Assert.All(new[] { "limits[0].vital", "limits[0]:", "limits[1].low_yellow", "limits[1].high_yellow", "limits[1].high_red", "limits[1].margin" },
            place => Assert.Contains(problems, problem => problem.StartsWith(place, StringComparison.Ordinal)));
        problems.Clear();
        new Limit("spo2", "%", LowRed: 88, LowYellow: 88, HighYellow: 97, HighRed: 97).Check("limits[0]", problems); // no yellow between: allowed
        Assert.Empty(problems);
    }

    private static (Triage Triage, string Word) Only((Assessment Found, IReadOnlyList<string> Words) said) => (said.Found.Triage, Assert.Single(said.Words));

    private static (Assessment Found, IReadOnlyList<string> Words) Assess(AssessmentRules rules, RecentValues recent, OwnDays? own = null, string[]? standing = null, string[]? told = null)
    {
        var assessor = new Assessor(rules);
        Assessment found = assessor.Assess(in recent, own ?? OwnDays.Unknown, assessor.SetOf(told ?? []), assessor.SetOf(standing ?? []), Now, Today, new Score[rules.Charts.Count]);
        return (found, assessor.WordsOf(found.Reasons));
    }

    private static RecentValues Values(int pulse, int spo2)
    {
        var recent = new RecentValues();
        recent.Set(Vital.Pulse, new Hundredths(pulse, pulse), Now);
        recent.Set(Vital.Spo2, new Hundredths(spo2, spo2), Now);
        return recent;
    }

    private static OwnDays Days(Vital vital, params double[] means) => Days((vital, means));

    private static OwnDays Days(params (Vital Vital, double[] Means)[] all)
    {
        int today = Today.DayNumber;
        BaselineDays kept = BaselineDays.Empty;
        foreach ((Vital vital, double[] means) in all)
        {
            for (int day = 0; day < means.Length; day++)
            {
                kept = kept.With(vital, today - means.Length + day, means[day]);
            }
        }
        return OwnDays.Of(kept.Settle(today, all.Min(one => one.Means.Length)), today);
    }

    private static (RecentValues Recent, VitalSet Set) Anything(Random random)
    {
        (RecentValues recent, VitalSet set) = (new RecentValues(), new VitalSet());
        int missing = random.Next(3) == 0 ? 0 : random.Next(256);
        double spread = random.Next(2) == 0 ? 0.1 : 1;
        (double Middle, double Width)[] usual = [(72, 80), (16, 16), (98, 15), (37, 5), (130, 110), (80, 60)];
        for (int vital = 0; vital < usual.Length; vital++)
        {
            double drawn = usual[vital].Middle + (((random.NextDouble() * 2) - 1) * usual[vital].Width * spread);
            if ((missing & (1 << vital)) == 0 && Hundredths.TryFrom(Math.Round(drawn, random.Next(4)), out Hundredths value))
            {
                Site site = vital == (int)Vital.Temperature ? (Site)random.Next(6) : Site.None;
                recent.Set((Vital)vital, value, Now, site);
                set.Set((Vital)vital, value);
                set.TemperatureSite = site == Site.None ? set.TemperatureSite : site;
            }
        }
        Consciousness word = (missing & 64) != 0 ? Consciousness.None : (Consciousness)random.Next(1, spread < 1 ? 3 : 8);
        OxygenAnswer oxygen = (missing & 128) != 0 ? OxygenAnswer.None : (OxygenAnswer)random.Next(1, 3);
        (set.Consciousness, set.Oxygen) = (word, oxygen);
        recent.Set(word, Now);
        recent.Set(oxygen, Now);
        return (recent, set);
    }
}
