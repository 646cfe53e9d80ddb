using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Puts scores and judgements into wire items.</summary>
public static class ItemWriter
{
    /// <summary>Version of the scoring code: named in every batch, so that the hub recomputes only what it can recompute alike.</summary>
    public const string EngineVersion = "1";

    /// <summary>Points of the known parts by name, in printed order.</summary>
    public static IReadOnlyDictionary<string, int> Parts(Chart chart, in Score score)
    {
        var parts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ChartPart part in chart.Parts)
        {
            if (score[part.Vital] != Scoring.Score.Unknown)
            {
                parts.Add(VitalCode.Of(part.Vital).Name, score[part.Vital]);
            }
        }
        return parts;
    }

    /// <summary>Names of the missing parts, in printed order.</summary>
    public static IReadOnlyList<string> Missing(Chart chart, in Score score)
    {
        VitalMask missing = score.Missing;
        return [.. chart.Parts.Where(part => missing.Has(part.Vital)).Select(part => VitalCode.Of(part.Vital).Name)];
    }

    internal static ScoreItem Score(JudgeSettings settings, Moment now, long tick, MeasuredSet set, int chartIndex, in Score score, TimeSpan? judgedAt = null)
    {
        Chart chart = settings.Charts[chartIndex];
        return new ScoreItem
        {
            Kind = WireWord.Score,
            Tick = tick,
            Code = WireWord.ScorePrefix + chart.Id,
            Assignment = settings.Assignment,
            At = now.Wall,
            Label = set.Values[0].Reading.Label,
            Set = set.Id,
            Chart = chart.Id,
            ChartVersion = chart.Version,
            Scale = settings.Scale,
            Inputs = [.. set.Values.Where(value => VitalCode.FromCode(value.Reading.Code) is { } code && chart.Asks.Has(code.Vital) && WasJudged(settings, value, judgedAt ?? now.RuleTime))
                .Select(value => new InputRef(value.Reading.Tick, value.Reading.Code, value.Boot))],
            Parts = Parts(chart, in score),
            Missing = Missing(chart, in score),
            Total = score.Total,
            Lowest = score.Lowest,
            Highest = score.Highest,
            Triage = TriageWord.Of(score.Triage),
            Next = score.Next is { } next ? VitalCode.Of(next).Name : null,
            Alert = set.AlertTick,
            AlertBoot = set.AlertBoot,
            Required = RequiredBy(settings),
            Asked = IsAsked(settings, chart),
        };
    }

    internal static AssessmentItem Assessment(JudgeSettings settings, JudgingPlan plan, Moment now, long tick, MeasuredSet set, Judgement judgement, in Assessment found) => new()
    {
        Kind = WireWord.Assessment,
        Tick = tick,
        Code = WireWord.PlanAssessment,
        Assignment = settings.Assignment,
        At = now.Wall,
        Label = set.Values[0].Reading.Label,
        Set = set.Id,
        Plan = plan.Id,
        PlanVersion = plan.Version,
        Profile = settings.Profile,
        Triage = TriageWord.Of(judgement.Triage),
        Reasons = judgement.Reasons,
        Missing = found.Missing.Names,
        Stale = found.Stale.Names,
        Next = found.Next is { } next ? VitalCode.Of(next).Name : null,
        LimitsNeeded = found.LimitsNeeded ? true : null,
        Alert = set.AlertTick,
        AlertBoot = set.AlertBoot,
        Repeats = set.Repeats,
        Cleared = set.Cleared,
    };

    /// <summary>What the plan found too old was not judged, and is no input of a score: the hub computes it again from the inputs. An alert shows it all the same, with its age.</summary>
    private static bool WasJudged(JudgeSettings settings, SetValue value, TimeSpan at) =>
        settings.Plan is not { } plan || VitalCode.FromCode(value.Reading.Code) is not { } code || plan.Assessor.Counts(code.Vital, at - value.TakenAt);

    private static IReadOnlyList<string>? RequiredBy(JudgeSettings settings) => settings.Plan?.Assessor.Rules.Required.Names;

    /// <summary>False where the citizen's plan does not ask for the chart; null where it counts.</summary>
    internal static bool? IsAsked(JudgeSettings settings, Chart chart) => settings.Plan?.Assessor.Rules.Asked is { } asked && !asked.Contains(chart.Id) ? false : null;

    internal static AlertItem Alert(JudgeSettings settings, Moment now, long tick, AlertBecause because, Judgement judgement, MeasuredSet set, Score[] scores, bool interim,
        TimeSpan? confirming = null, IReadOnlyList<string>? gained = null, Vital? next = null)
    {
        return new AlertItem
        {
            Kind = because == AlertBecause.Cleared ? WireWord.Cleared : WireWord.Alert,
            Tick = tick,
            Code = WireWord.ClinicalAlert,
            Assignment = settings.Assignment,
            At = now.Wall,
            Label = set.Values[0].Reading.Label,
            Triage = TriageWord.Of(judgement.Triage),
            Reasons = judgement.Reasons,
            Interim = interim,
            Because = AlertRule.Word(because),
            Set = set.Id,
            Inputs = [.. set.Values.Select(value => Input(value, now.RuleTime))],
            Scores = InAlert(settings, scores),
            New = settings.Plan is null ? null : gained,
            Next = settings.Plan is not null && next is { } vital ? VitalCode.Of(vital).Name : null,
            Plan = settings.Plan is { } plan ? $"{plan.Id} {plan.Version}" : null,
            Profile = settings.Profile,
            ConfirmingUntil = now.Wall + confirming,
            Test = settings.SelfTest ? true : null,
        };
    }

    internal static HelpItem Help(JudgeSettings settings, Moment now, long tick, int presses, MeasuredSet? newest, Score[] scores, bool interim) => new()
    {
        Kind = WireWord.Help,
        Tick = tick,
        Code = WireWord.HelpPressed,
        Assignment = settings.Assignment,
        At = now.Wall,
        Triage = TriageWord.Of(Triage.Red),
        Reasons = [Reason.Help],
        Interim = interim,
        Presses = presses > 1 ? presses : null,
        Inputs = [.. (newest?.Values ?? []).Select(value => Input(value, now.RuleTime))],
        Scores = newest is null ? [] : InAlert(settings, scores),
        Test = settings.SelfTest ? true : null,
    };

    private static AlertScore[] InAlert(JudgeSettings settings, Score[] scores) =>
    [
        .. settings.Charts.Select((chart, index) => InAlert(chart, settings.Scale, in scores[index]) with { Required = RequiredBy(settings), Asked = IsAsked(settings, chart) }),
    ];

    private static AlertInput Input(SetValue value, TimeSpan now) => new()
    {
        Tick = value.Reading.Tick,
        Boot = value.Boot,
        Code = value.Reading.Code,
        Value = value.Reading.Value,
        Answer = value.Reading.Answer,
        Unit = value.Reading.Unit,
        Site = value.Reading.Site,
        Sensor = value.Reading.Sensor,
        SensorAt = value.Reading.SensorAt,
        Grade = value.Reading.Grade,
        Reasons = value.Reading.Reasons,
        AgeSeconds = (long)(now - value.TakenAt).TotalSeconds,
    };

    /// <summary>A chart's result as it stands inside an alert.</summary>
    public static AlertScore InAlert(Chart chart, int scale, in Score score) => new()
    {
        Chart = chart.Id,
        ChartVersion = chart.Version,
        Scale = scale,
        Parts = Parts(chart, in score),
        Missing = Missing(chart, in score),
        Total = score.Total,
        Lowest = score.Lowest,
        Highest = score.Highest,
        Triage = TriageWord.Of(score.Triage),
        Next = score.Next is { } next ? VitalCode.Of(next).Name : null,
    };
}
