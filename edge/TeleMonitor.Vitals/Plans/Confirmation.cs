using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A Red that was sent at once and waits for a second measurement, or a Yellow on limits alone that is not said before one.</summary>
/// <param name="Until">Rule time at which the waiting ends; of a Red the hub counts its own.</param>
/// <param name="Values">The values that made it so.</param>
/// <param name="Judgement">What they came to.</param>
public sealed record Confirmation(TimeSpan Until, IReadOnlyList<SetValue> Values, Judgement Judgement)
{
    /// <summary>Id of the set of a Yellow that waits; null of a Red.</summary>
    public string? Set { get; init; }

    /// <summary>True where the values come by themselves: the Yellow then waits to the end, and only a value that is normal again ends it before.</summary>
    public bool Streams { get; init; }

    /// <summary>True of a Red: its alert has gone. False of a Yellow that has said nothing yet.</summary>
    public bool IsSaid => Set is null;

    /// <summary>
    /// True when a Red may wait for a second measurement: by its total or a limit alone, less than two points over the chart's threshold, no part
    /// with 3 points and no red symptom (design.md section 8). The alert goes at once in any case.
    /// </summary>
    public static bool MayWait(IReadOnlyList<Chart> charts, in VitalSet set, ReadOnlySpan<Score> scores, IReadOnlyList<string> reasons)
    {
        if (reasons.Any(Reason.IsRedSymptom))
        {
            return false;
        }
        for (int index = 0; index < charts.Count; index++)
        {
            Chart chart = charts[index];
            if (scores[index].Lowest >= chart.Red.Total + SureAbove)
            {
                return false;
            }
            foreach (ChartPart part in chart.Parts)
            {
                if (scores[index][part.Vital] >= WorstPoints || Scorer.IsSingle(chart.Red, part.Vital, in set, in scores[index]))
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>True when one of these readings measures again what had given points: only that can confirm or contradict.</summary>
    public bool IsMeasuredAgainBy(IEnumerable<SetValue> second, IReadOnlyList<Chart> charts, int scale)
    {
        VitalSet first = SetReader.Read(Values.Select(value => value.Reading));
        var pointed = new VitalMask();
        foreach (Chart chart in IsSaid ? charts : [])
        {
            Score score = Scorer.Of(chart, in first, scale, VitalMask.All);
            foreach (ChartPart part in chart.Parts)
            {
                pointed = score[part.Vital] > 0 ? pointed.With(part.Vital) : pointed;
            }
        }
        foreach (VitalCode limited in Judgement.Reasons.Select(Reason.LimitedVital).OfType<VitalCode>())
        {
            pointed = pointed.With(limited.Vital);
        }
        return second.Any(value => VitalCode.FromCode(value.Reading.Code) is { } code && pointed.Has(code.Vital));
    }

    // design.md section 8: "No confirmation when a part is 3, total >= red + 2"
    private const int SureAbove = 2, WorstPoints = 3;
}
