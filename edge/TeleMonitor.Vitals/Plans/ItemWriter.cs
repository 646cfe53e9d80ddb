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

    internal static ScoreItem Score(JudgeSettings settings, Moment now, long tick, MeasuredSet set, int chartIndex, in Score score)
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
            Inputs = [.. set.Values.Where(value => chart.Asks.Has(VitalCode.FromCode(value.Reading.Code)!.Vital))
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
        };
    }

    internal static AlertItem Alert(JudgeSettings settings, Moment now, long tick, AlertBecause because, Judgement judgement, MeasuredSet set, Score[] scores, bool interim,
        TimeSpan? confirming = null)
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
            Scores = [.. settings.Charts.Select((chart, index) => InAlert(chart, settings.Scale, in scores[index]))],
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
        Scores = newest is null ? [] : [.. settings.Charts.Select((chart, index) => InAlert(chart, settings.Scale, in scores[index]))],
        Test = settings.SelfTest ? true : null,
    };

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
