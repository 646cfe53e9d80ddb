using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What all charts together say about a set.</summary>
/// <param name="Triage">The most severe triage: Red &gt; Yellow &gt; Unknown &gt; Green.</param>
/// <param name="Reasons">Codes of <see cref="Reason"/>, sorted; of the charts that are Yellow or Red.</param>
/// <param name="Total">Lowest possible total per chart id, of every chart that was asked; equal to the total where nothing is missing.</param>
public sealed record Judgement(Triage Triage, IReadOnlyList<string> Reasons, IReadOnlyDictionary<string, int> Total)
{
    /// <summary>Nothing is known yet.</summary>
    public static Judgement None { get; } = new(Triage.Unknown, [], new Dictionary<string, int>());

    /// <summary>Joins one chart's result to what the others said.</summary>
    public Judgement And(Chart chart, in VitalSet set, in Score score)
    {
        var reasons = new SortedSet<string>(Reasons, StringComparer.Ordinal);
        AddReasons(chart, in set, in score, reasons);
        var totals = new Dictionary<string, int>(Total, StringComparer.Ordinal) { [chart.Id] = score.Lowest };
        // the first chart replaces "nothing known"; after that the more severe counts
        Triage triage = Total.Count == 0 ? score.Triage : TriageWord.Worse(Triage, score.Triage);
        return new Judgement(triage, [.. reasons], totals);
    }

    /// <summary>Judges a set by every chart.</summary>
    /// <param name="charts">The charts that count.</param>
    /// <param name="set">What is known.</param>
    /// <param name="scale">SpO2 scale.</param>
    /// <param name="scores">Filled with one score per chart, in the same order; may be longer.</param>
    public static Judgement Of(IReadOnlyList<Chart> charts, in VitalSet set, int scale, Span<Score> scores)
    {
        Judgement judgement = None;
        for (int index = 0; index < charts.Count; index++)
        {
            scores[index] = Scorer.Of(charts[index], in set, scale, VitalMask.All);
            judgement = judgement.And(charts[index], in set, in scores[index]);
        }
        return judgement;
    }

    private static void AddReasons(Chart chart, in VitalSet set, in Score score, SortedSet<string> reasons)
    {
        if (score.Triage is not (Triage.Yellow or Triage.Red))
        {
            return;
        }
        if (score.Lowest >= chart.Yellow.Total)
        {
            reasons.Add(Reason.Total(chart.Id, score.Lowest >= chart.Red.Total ? Triage.Red : Triage.Yellow));
        }
        foreach (ChartPart part in chart.Parts)
        {
            string name = VitalCode.Of(part.Vital).Name;
            if (score[part.Vital] > 0)
            {
                reasons.Add(Reason.Part(chart.Id, name, score[part.Vital]));
            }
            foreach ((Threshold threshold, Triage triage) in new[] { (chart.Red, Triage.Red), (chart.Yellow, Triage.Yellow) })
            {
                if (Scorer.IsSingle(threshold, part.Vital, in set, in score))
                {
                    reasons.Add(Reason.Single(chart.Id, triage, name));
                }
            }
        }
    }
}

/// <summary>Why an alert item goes, or why none does. The words travel on the wire.</summary>
public enum AlertBecause : byte
{
    /// <summary>Nothing new.</summary>
    Nothing,
    /// <summary>Was not Yellow or Red, is Yellow.</summary>
    BecameYellow,
    /// <summary>Was not Red, is Red: from Yellow this is the one way triage rises.</summary>
    BecameRed,
    /// <summary>Same triage, a reason that was not there.</summary>
    NewReason,
    /// <summary>Still Red, and the repeat interval has passed.</summary>
    StillRed,
    /// <summary>Was Yellow or Red, and a complete-enough set is Green.</summary>
    Cleared,
    /// <summary>A second measurement is Red too.</summary>
    Confirmed,
    /// <summary>A second measurement is not Red: Yellow with both values.</summary>
    NotConfirmed,
}

/// <summary>The rule for alerts, used by the gateway when it sends and by the hub when it checks that it was sent (design.md section 8).</summary>
public static class AlertRule
{
    /// <summary>Compares two judgements that follow each other.</summary>
    /// <param name="before">What stood before.</param>
    /// <param name="now">What stands now.</param>
    public static AlertBecause Decide(Judgement before, Judgement now)
    {
        if (now.Triage is not (Triage.Yellow or Triage.Red))
        {
            return AlertBecause.Nothing;
        }
        if (now.Triage > before.Triage)
        {
            return now.Triage == Triage.Red ? AlertBecause.BecameRed : AlertBecause.BecameYellow;
        }
        return Reason.HasNew(now.Reasons, (IReadOnlyCollection<string>)before.Reasons) ? AlertBecause.NewReason : AlertBecause.Nothing;
    }

    /// <summary>The wire word.</summary>
    public static string Word(AlertBecause because) => because switch
    {
        AlertBecause.BecameYellow => "became-yellow",
        AlertBecause.BecameRed => "became-red",
        AlertBecause.NewReason => "new-reason",
        AlertBecause.StillRed => "still-red",
        AlertBecause.Cleared => "cleared",
        AlertBecause.Confirmed => "confirmed",
        AlertBecause.NotConfirmed => "not-confirmed",
        _ => "nothing",
    };
}
