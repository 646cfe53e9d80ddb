using System.Globalization;
using System.Text;
using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>The part of the page about simulated homes.</summary>
internal sealed class HomesPage(Physiology physiology, FirmwareConfig firmware)
{
    private const long Seed = 20261122;

    // fixed in a commit before any rule was run on them: seeds 1001 to 1100 had been reported when the rules were changed again
    private static readonly FromTo Fresh = new(2001, 2100);
    private readonly StringBuilder page = new();

    /// <summary>Runs every arm over the populations.</summary>
    /// <param name="routines">Ways of measuring.</param>
    /// <param name="last">True: the seeds that are reported, beside those that were tuned on.</param>
    /// <param name="most">So many of the seeds that are tuned on; null: all.</param>
    public string Of(IReadOnlyList<Routine> routines, bool last, int? most = null)
    {
        FromTo tune = physiology.Seeds.Tune with { High = Math.Min(physiology.Seeds.Tune.High, most ?? double.MaxValue) };
        List<(string Name, int[] Seeds)> parts = [("tuned on, seeds " + Words(tune), All(tune))];
        if (last)
        {
            parts.Add(("reported before, seeds " + Words(physiology.Seeds.Report), All(physiology.Seeds.Report)));
            parts.Add(("fresh, seeds " + Words(Fresh), All(Fresh)));
        }
        GeneratorCheck check = GeneratorCheck.Of(physiology, parts[0].Seeds);
        Physiology.People people = physiology.Population;
        page.Append(CultureInfo.InvariantCulture, $"""

            ## Simulated homes

            `physiology.json` {physiology.Version}, SHA-256 `{physiology.Hash}`: committed before any rule was run on it, and not changed since. Each seed is {people.Stable + people.WithWarning + people.WithoutWarning}
            citizens with COPD for {people.Days} days: {people.Stable} stay stable, {people.WithWarning} have an attack with warning, {people.WithoutWarning} has one without. Rules see measured values and answers, never the
            label. The first {people.BaselineDays} days are baseline and not counted. Seeds {Words(physiology.Seeds.Tune)} are those that rules are tuned on. Seeds {Words(physiology.Seeds.Report)} were reported before these rules were made, so
            they had been seen; seeds {Words(Fresh)} are fresh: the range was fixed in a commit before any rule was run on it, and they are run once.

            ### Are they like their sources?

            | | source (clinical.md 3.5) | here |
            |---|---|---|
            | mean of (pulse up, SpO2 down) in own SD, two to three days after onset: AUROC | 0.83 | {check.Area:0.00} |
            | the same at ≥ 1 SD: sensitivity, specificity | 71 %, 74 % (with symptoms) | {check.Sensitivity * 100:0} %, {check.Specificity * 100:0} % |
            | respiration up ≥ 4.4/min, a day before the event: sensitivity, specificity | 66 %, 93 % | {check.Rise24 * 100:0} %, {check.Calm24 * 100:0} % |

            """);
        page.Append(Definitions);
        foreach (Routine routine in routines)
        {
            Table(routine, parts);
        }
        page.Append(Limits);
        return page.ToString();
    }

    private static readonly TogetherRule Drift = new(1, WithSymptom: true, LeastPulseSd: 5, LeastSpo2Sd: 1, "Hurst 2010, BMC Pulm Med 10:52");

    // as it was shipped before these figures: TOBS asked for, the RN form's severities, a rise in respiration, and everything said at once
    private static readonly PlanVariant Before = new("plan as shipped before, 2026-11-1")
    {
        AsksTobs = true, Questions = "copd-daily-rn", MeasuresAgainFirst = false, Together = Drift,
        RespirationUp = [new RiseRule(4.4, TimeSpan.FromHours(24), "Yañez 2012, Chest 142:1524"), new RiseRule(2.3, TimeSpan.FromHours(48), "Yañez 2012, Chest 142:1524")],
    };

    private const int Bare = 3, Followed = 2; // the arms that the others are compared with stand last, the rules themselves first

    private Arm[] Variants =>
    [
        JudgeArm.WithPlan(firmware, new PlanVariant("plan as shipped")),
        JudgeArm.WithPlan(firmware, Before),
        JudgeArm.WithPlan(firmware, new PlanVariant("severities of the RN form") { Questions = "copd-daily-rn" }),
        JudgeArm.WithPlan(firmware, new PlanVariant("without measuring again first") { MeasuresAgainFirst = false }),
        JudgeArm.WithPlan(firmware, new PlanVariant("SpO2 limits two points lower") { WiderSpo2 = 2 }),
        JudgeArm.WithPlan(firmware, new PlanVariant("respiration's rise as well") { RespirationUp = Before.RespirationUp }),
        JudgeArm.WithPlan(firmware, new PlanVariant("pulse up with SpO2 down as well") { Together = Drift }),
        JudgeArm.WithPlan(firmware, new PlanVariant("symptoms alone") { WiderSpo2 = null }),
        JudgeArm.WithPlan(firmware, new PlanVariant("limits alone") { Asks = false }),
    ];

    // what would change the rules is tried where most is measured; elsewhere the rules are only followed
    private Arm[] ArmsFor(Routine routine) =>
    [
        .. routine == Routine.TwiceDaily ? Variants : Variants[..Followed],
        JudgeArm.ChartsOnly(firmware), BareLimits.Template, BareLimits.Limits, BareLimits.LimitsAndQuestions,
    ];

    private void Table(Routine routine, List<(string Name, int[] Seeds)> parts)
    {
        page.Append($"\n### {Title(routine)}\n\n| seeds | rules | attacks with warning found, % | caused by the attack, % | Yellow, then Red, before the event, % | Red before, % | lead, median | alerts per quiet citizen-week | alerts per stable citizen-week | alerts per citizen-week, all | attacks without warning: caused / with an alert by chance |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        List<string> pairs = [], reasons = [], verdicts = [];
        Arm[] arms = ArmsFor(routine);
        foreach ((string name, int[] seeds) in parts)
        {
            Outcome[][] outcomes = [.. arms.Select(arm => Outcomes(routine, seeds, arm))];
            for (int arm = 0; arm < arms.Length; arm++)
            {
                Row(name, arms[arm].Name, outcomes[arm]);
            }
            pairs.AddRange(outcomes[..^Bare].SelectMany((one, arm) => outcomes[^Bare..].Select((bare, index) => Compared(name, arms[arm].Name, one, arms[arms.Length - Bare + index].Name, bare))));
            for (int arm = 0; arm < Followed && routine == Routine.TwiceDaily; arm++)
            {
                verdicts.AddRange(Verdicts(name, arms[arm].Name, outcomes[arm], [.. arms[^Bare..].Zip(outcomes[^Bare..], (bare, said) => (bare.Name, said))]));
            }
            reasons.AddRange(outcomes.Select((one, arm) => $"| {name} | {arms[arm].Name} | {Reasons(one)} |\n"));
        }
        page.Append($"\n| seeds | rules | against | alerts, % of theirs (95 %) | difference in attacks found, points (95 %) | in attacks that caused an alert, points (95 %) |\n|---|---|---|---|---|---|\n{string.Concat(pairs)}");
        page.Append(verdicts.Count == 0 ? "" : $"\nAgainst what is to be shown:\n\n| seeds | rules | to be shown | here | |\n|---|---|---|---|---|\n{string.Concat(verdicts)}");
        page.Append($"\nWhat stands in the quiet alerts, a citizen-week; an alert may have several reasons:\n\n| seeds | rules | reasons |\n|---|---|---|\n{string.Concat(reasons)}");
    }

    private static string Reasons(Outcome[] outcomes) => string.Join(", ", outcomes.SelectMany(one => one.QuietReasons).GroupBy(kind => kind, StringComparer.Ordinal)
        .OrderByDescending(kind => kind.Count()).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Count() / outcomes.Sum(one => one.QuietWeeks):0.00}")));

    /// <summary>What issue D asks to be shown of the simulated homes, to the number.</summary>
    private static IEnumerable<string> Verdicts(string seeds, string name, Outcome[] one, (string Name, Outcome[] Outcomes)[] bares)
    {
        string Line(string asked, string here, bool met) => $"| {seeds} | {name} | {asked} | {here} | {(met ? "met" : "**missed**")} |\n";
        Interval ordered = Share([.. one.Where(citizen => citizen.Course == Course.WithWarning)], citizen => citizen.YellowThenRed);
        yield return Line("of citizens who worsen with warning, Yellow before Red and Red before the event in ≥ 80 %", ordered.Percent() + " %", ordered.Value >= 0.8);
        Interval stable = PerWeek([.. one.Where(citizen => citizen.Course == Course.Stable)], citizen => citizen.Alerts, citizen => citizen.Weeks);
        yield return Line("a stable citizen raises under 0.5 alerts a week", stable.Number("0.00"), stable.Value < 0.5);
        foreach ((string bare, Outcome[] outcomes) in bares)
        {
            (Interval alerts, Interval found, _) = Against(one, outcomes);
            yield return Line($"≥ 30 % fewer alerts than {bare}, attacks found not lower than by 5 points at the 95 % bound",
                $"{(1 - alerts.Value) * 100:0.0} % fewer; {found.Percent("+0.0;-0.0;0.0")} points", alerts.Value <= 0.7 && found.Low >= -0.05);
        }
        int caused = one.Count(citizen => citizen.Course == Course.WithoutWarning && citizen.Caused);
        yield return Line("no attack without warning is detected early", $"{caused}", caused == 0);
    }

    /// <summary>Two arms on the same citizens, seeds drawn whole: alerts in parts of the other's, and the differences in attacks found and caused.</summary>
    private static (Interval Alerts, Interval Found, Interval Caused) Against(Outcome[] one, Outcome[] bare)
    {
        (Outcome Of, Outcome Bare)[][] clusters = [.. one.Zip(bare).GroupBy(pair => pair.First.Seed).Select(seed => seed.ToArray())];
        Interval Sum(Func<(Outcome Of, Outcome Bare), double> above, Func<(Outcome Of, Outcome Bare), double> below) =>
            ClusterBootstrap.Ratio(Seed, [.. clusters.Select(seed => seed.Sum(above))], [.. clusters.Select(seed => seed.Sum(below))]);
        double Warned((Outcome Of, Outcome Bare) pair) => pair.Of.Course == Course.WithWarning ? 1 : 0;
        double Difference((Outcome Of, Outcome Bare) pair, Func<Outcome, bool> which) => Warned(pair) * ((which(pair.Of) ? 1 : 0) - (which(pair.Bare) ? 1 : 0));
        return (Sum(pair => pair.Of.Alerts, pair => pair.Bare.Alerts), Sum(pair => Difference(pair, outcome => outcome.Found), Warned),
            Sum(pair => Difference(pair, outcome => outcome.Caused), Warned));
    }

    private static string Compared(string seeds, string name, Outcome[] one, string bareName, Outcome[] bare)
    {
        (Interval alerts, Interval found, Interval caused) = Against(one, bare);
        return $"| {seeds} | {name} | {bareName} | {alerts.Percent()} | {found.Percent("+0.0;-0.0;0.0")} | {caused.Percent("+0.0;-0.0;0.0")} |\n";
    }

    private Outcome[] Outcomes(Routine routine, int[] seeds, Arm arm) => [.. seeds.SelectMany(seed => Home.Population(physiology, seed)
        .Where((_, number) => routine != Routine.NightSensor || IsOnNightSensor(number)).Select(citizen => Outcome.Of(physiology, citizen, routine, arm)))];

    // nights are many: of each seed the first citizen of each course
    private bool IsOnNightSensor(int number) => number == 0 || number == physiology.Population.Stable || number == physiology.Population.Stable + physiology.Population.WithWarning;

    private void Row(string seeds, string arm, Outcome[] outcomes)
    {
        Outcome[] warned = [.. outcomes.Where(one => one.Course == Course.WithWarning)], silent = [.. outcomes.Where(one => one.Course == Course.WithoutWarning)];
        Outcome[] stable = [.. outcomes.Where(one => one.Course == Course.Stable)];
        TimeSpan[] leads = [.. warned.Select(one => one.Lead).OfType<TimeSpan>().Order()];
        page.Append(CultureInfo.InvariantCulture, $"| {seeds} | {arm} | {Share(warned, one => one.Found).Percent()} | {Share(warned, one => one.Caused).Percent()} | {Share(warned, one => one.YellowThenRed).Percent()} | {Share(warned, one => one.Red).Percent()} | {(leads.Length == 0 ? "–" : $"{leads[leads.Length / 2].TotalDays:0.0} d")} | {PerWeek(outcomes, one => one.QuietAlerts, one => one.QuietWeeks).Number("0.00")} | {PerWeek(stable, one => one.Alerts, one => one.Weeks).Number("0.00")} | {PerWeek(outcomes, one => one.Alerts, one => one.Weeks).Number("0.00")} | {silent.Count(one => one.Caused)} / {silent.Count(one => one.Found)} of {silent.Length} |\n");
    }

    private static Interval Share(Outcome[] outcomes, Func<Outcome, bool> which) => Interval.Wilson(outcomes.Count(which), outcomes.Length);

    /// <summary>Alerts per citizen-week, seeds drawn whole.</summary>
    private static Interval PerWeek(Outcome[] outcomes, Func<Outcome, int> alerts, Func<Outcome, double> weeks)
    {
        IGrouping<int, Outcome>[] seeds = [.. outcomes.GroupBy(one => one.Seed)];
        return ClusterBootstrap.Ratio(Seed, [.. seeds.Select(seed => (double)seed.Sum(alerts))], [.. seeds.Select(seed => seed.Sum(weeks))]);
    }

    private static int[] All(FromTo seeds) => [.. Enumerable.Range((int)seeds.Low, (int)(seeds.High - seeds.Low) + 1)];

    private static string Words(FromTo seeds) => $"{(int)seeds.Low}–{(int)seeds.High}";

    private static string Title(Routine routine) => routine switch
    {
        Routine.TwiceDaily => "Measured twice a day",
        Routine.ThenTwiceWeekly => "Twice a day for fourteen days, then twice a week",
        _ => "Twice a day, and a sensor through the night",
    };

    private const string Definitions = """

        ### What is counted

        - *Alert*: what calls a nurse (design.md section 8): it opens a case, or joins the open one with a higher triage or a new reason. A case counts as taken at once and as
          closed after three normal sets over at least twelve hours, or a day after its last alert. Of the bare arms every set beyond a limit counts: nothing there remembers.
        - *Found*: an alert in the days of warning, from half a day before the onset to the event. *Caused*: one of these alerts is not raised in the twin, the same citizen with the
          same noise, faults and bad days but without the attack. Found by chance is not found.
        - *Yellow, then Red*: in these days, in this order, both before the event.
        - *Quiet*: after the baseline and before anything is due to an attack; stable citizens all the time.
        - Before an attack without warning nothing changes in the body, so every alert there is chance: *caused* must be none, and the number with an alert is what as many quiet
          days give anyway.

        ### The rules that are followed

        Limits of every arm but the template's: a doctor moves the shipped template (SpO2 Yellow at 90, Red at 88; pulse 50 to 110 and 40 to 130) by as much as the citizen's habitual
        value is off the average citizen's (93 and 80). The citizen's page, the hub's people and what a nurse does are not simulated.

        | rules | what they are |
        |---|---|
        | plan as shipped | `Judge` with limits, questions and trends of `copd-intensive` as it stands in firmware-config: no chart is asked for, so that one decides nothing but Red; a cardinal symptom (more breathlessness, more sputum, another colour of it) is Yellow, and Red on the second day running or all three at once; a Yellow on limits alone is measured again before it is said, by a citizen within five minutes, and of a sensor that measures by itself it must last for thirty |
        | plan as shipped before, 2026-11-1 | TOBS asked for, the severities of the RN form, respiration 4.4/min over the baseline Yellow and 2.3/min on two days, pulse up with SpO2 down beside a symptom, everything said at once |
        | severities of the RN form | as shipped, with the questionnaire `copd-daily-rn`, which a doctor may choose |
        | without measuring again first, SpO2 limits two points lower, … as well | as shipped, but for this |
        | symptoms alone, limits alone | one part of the shipped rules, to see what it finds and costs |
        | charts without a plan | what an assignment without a plan gets: TOBS and NEWS2, scale 1 |
        | bare limits | each set with a value beyond a limit is an alert: the template's limits for everybody, the citizen's own, and these with the daily questions form by form |

        """;

    private const string Limits = """

        ### What simulated homes cannot say

        The generator is ours. Where clinical.md 3.5 has a figure it is that figure; how often a well citizen says yes, how often a finger is cold and how an attack unfolds day by day are our
        own choices, and every rate of alerts rests on them. Symptoms decide most of what is found, because the generator gives every attack with warning at least one, as the
        Anthonisen types do; a citizen who plays symptoms down is not in it. Vitals move a little less here than in the sources (see above), so limits and trends look weaker than
        they may be. Nobody coughs up sputum every day here, which many citizens do: the shipped rules count only more than usual, the RN form would make them Red each morning. Citizens do not change what
        they do because the system calls. The page compares rules with each other on the same citizens; it does not forecast a municipality.

        """;
}
