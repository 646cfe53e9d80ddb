using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>One truth: what the product judged as it came in, and what a replay makes of what was stored of it.</summary>
public sealed class ReplayEqualsJudgeTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private static readonly Questionnaire Questions = Shipped.Config.Content.Questionnaires["copd-daily"];
    private static readonly (Vital Vital, int Usual, int Step, decimal Reach)[] Numbers =
    [
        (Vital.Pulse, 75, 4, 20), (Vital.Respiration, 16, 2, 6), (Vital.Spo2, 93, 2, 5), (Vital.Temperature, 37, 1, 1), (Vital.Systolic, 130, 9, 40), (Vital.Weight, 80, 1, 2),
    ];

    [Fact]
    public void Every_set_of_any_history_has_the_triage_and_the_reasons_that_the_product_gave_it()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int sets = 0;
        for (int seed = 1; seed <= 120; seed++)
        {
            var dice = new Random(seed);
            AssessmentRules rules = Rules(dice);
            (CitizenHistory history, List<Judgement> judged) = Lived(rules, dice, days: 30);
            ReplaySettings settings = new(rules) { Questions = Questions };
            var walk = new ReplayWalk(settings, new Assessor(rules), history, Copenhagen);
            int[] places = [.. Enumerable.Range(0, history.Count).Where(walk.IsSet)];
            Assert.Equal(judged.Count, places.Length);
            foreach ((int set, int place) in places.Index())
            {
                walk.Step(place);
                string[] reasons = [.. new Assessor(rules).WordsOf(walk.Standing.Reasons)];
                Assert.True(judged[set].Triage == walk.Standing.Triage && judged[set].Reasons.SequenceEqual(reasons),
                    $"seed {seed} set {set}: {judged[set].Triage} {string.Join(' ', judged[set].Reasons)} in the product, {walk.Standing.Triage} {string.Join(' ', reasons)} in the replay");
                seen.UnionWith(reasons.Select(reason => reason.Split('/')[0]));
            }
            sets += places.Length;
        }
        Assert.True(sets > 5000, $"{sets} sets");
        Assert.Superset(new HashSet<string> { "tobs", "news2", "limit", "symptom", "trend" }, seen);
    }

    [Fact]
    public void A_changed_limit_changes_nothing_but_its_own_reasons_and_the_triage_that_follows_from_them()
    {
        int changed = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            var dice = new Random(1000 + seed);
            AssessmentRules rules = Rules(dice) with { Trend = null }; // a day that deviates makes another baseline
            rules = rules with { Limits = [.. rules.Limits.Where(limit => !limit.Relative && limit.Vital is not "spo2"), new Limit("spo2", "%", LowRed: 86, LowYellow: 88)] };
            AssessmentRules other = rules with { Limits = [.. rules.Limits.SkipLast(1), new Limit("spo2", "%", LowRed: 87, LowYellow: 90)] };
            (CitizenHistory history, _) = Lived(rules, dice, days: 20);
            (Assessor one, Assessor two) = (new Assessor(rules), new Assessor(other));
            ReplayWalk before = new(new ReplaySettings(rules) { Questions = Questions }, one, history, Copenhagen), after = new(new ReplaySettings(other) { Questions = Questions }, two, history, Copenhagen);
            for (int place = 0; place < history.Count; place++)
            {
                before.Step(place);
                after.Step(place);
                string[] was = [.. one.WordsOf(before.Standing.Reasons)], becomes = [.. two.WordsOf(after.Standing.Reasons)];
                Assert.Equal(was.Where(reason => !reason.StartsWith("limit/spo2/", StringComparison.Ordinal)), becomes.Where(reason => !reason.StartsWith("limit/spo2/", StringComparison.Ordinal)));
                Assert.True(before.Standing.Triage == after.Standing.Triage || !was.SequenceEqual(becomes));
                Assert.True(after.Standing.Triage >= before.Standing.Triage); // it only became narrower
                changed += was.SequenceEqual(becomes) ? 0 : 1;
            }
        }
        Assert.InRange(changed, 50, 5000);
    }

    private static AssessmentRules Rules(Random dice)
    {
        string[]? asked = dice.Next(5) switch { 0 => null, 1 => [], 2 => ["tobs"], 3 => ["news2"], _ => ["tobs", "news2"] };
        return new AssessmentRules
        {
            Charts = [Shipped.News2, Shipped.Tobs], Asked = asked, Scale = dice.Next(1, 3), Floor = dice.Next(6) == 0 ? Triage.Red : Triage.Yellow,
            Required = VitalMask.Of(Numbers.Where(_ => dice.Next(3) == 0).Select(one => one.Vital)),
            Limits = [.. Numbers.Where(_ => dice.Next(2) == 0).Select(one => LimitOf(one.Vital, one.Usual, one.Reach, dice))],
            Trend = dice.Next(4) == 0 ? null : new TrendRules(dice.Next(3, 8), new TogetherRule(0.8, dice.Next(2) == 0, 2, 1, "invented"),
                [new RiseRule(1.5, TimeSpan.FromDays(dice.Next(1, 3)), "invented")], [new RiseRule(1, TimeSpan.FromDays(dice.Next(1, 8)), "invented")]),
            Combine = Numbers.Where(_ => dice.Next(3) > 0).ToDictionary(one => VitalCode.Of(one.Vital).Name, _ => TimeSpan.FromHours(dice.Next(1, 40))),
            Symptoms = [.. Questions.Rules.Select(rule => Reason.Symptom(rule.Question, rule.Severity)).Distinct()],
        };
    }

    private static Limit LimitOf(Vital vital, int usual, decimal reach, Random dice)
    {
        bool relative = dice.Next(2) == 0;
        decimal middle = relative ? 0 : usual, margin = dice.Next(3) * reach / 8;
        return new Limit(VitalCode.Of(vital).Name, VitalCode.Of(vital).Unit, middle - reach, middle - (reach / 2), middle + (reach / 2), middle + reach, relative, margin, new DateOnly(2026, 12, dice.Next(1, 30)));
    }

    /// <summary>Some days of a home as the product judges them, and what the hub would have stored.</summary>
    private static (CitizenHistory History, List<Judgement> Judged) Lived(AssessmentRules rules, Random dice, int days)
    {
        var home = new JudgedHome(JudgedHome.Settings with { Scale = rules.Scale, Plan = new JudgingPlan("any", "1", new Assessor(rules), Copenhagen) });
        var judged = new List<Judgement>();
        string? last = null;
        for (double minutes = 0; minutes < days * 1440; minutes += dice.Next(30, 1200))
        {
            Measured[] values = [.. Numbers.Where(_ => dice.Next(3) > 0).Select(one => ValueOf(one.Vital, one.Usual, one.Step, dice)), .. Words(dice)];
            dice.Shuffle(values);
            home.At(minutes, new Burst(values, ClosesSet: true) { Told = dice.Next(4) == 0 ? Told(dice) : null });
            if (home.State.Last?.Id is { } id && id != last)
            {
                last = id;
                judged.Add(home.State.Standing);
            }
        }
        var builder = new HistoryBuilder("c-1");
        foreach (ReadingItem item in home.Said.OfType<ReadingItem>().Where(item => item.Grade is not "unusable"))
        {
            Assert.True(StoredReading.TryRead(WireItems.Write(item), out StoredReading reading));
            builder.Add(1, Encoding.UTF8.GetBytes("boot-1"), item.At, in reading);
        }
        return (builder.Build(), judged);
    }

    private static Measured ValueOf(Vital vital, int usual, int step, Random dice)
    {
        double value = usual + (step * (dice.Next(5) == 0 ? dice.Next(-8, 9) : dice.Next(-2, 3)) * 0.5) + (dice.Next(4) == 0 ? dice.NextDouble() : 0);
        return new Measured(vital, vital == Vital.Spo2 ? Math.Min(value, 100) : value, VitalCode.Of(vital).Unit, vital == Vital.Weight ? "ble-scale" : "replay")
        {
            Site = vital == Vital.Temperature ? (Site)dice.Next(6) : Site.None, Doubts = dice.Next(8) == 0 ? [GradeReason.Motion] : [],
        };
    }

    private static IEnumerable<Measured> Words(Random dice)
    {
        if (dice.Next(3) == 0)
        {
            yield return JudgedHome.Word(Vital.Oxygen, dice.Next(3) == 0 ? "yes" : "no");
        }
        if (dice.Next(3) == 0)
        {
            yield return JudgedHome.Word(Vital.Consciousness, dice.Next(12) == 0 ? "confusion" : "alert");
        }
    }

    private static ToldAnswers Told(Random dice)
    {
        Dictionary<string, string> words = Questions.Questions.Where(_ => dice.Next(5) > 0)
            .ToDictionary(question => question.Id, question => question.Choices[dice.Next(3) == 0 ? question.Choices.Count - 1 : 0].Word);
        return new ToldAnswers(Questions.Id, [.. words], AnswerRules.Evaluate(Questions, words).Reasons);
    }
}
