using System.Runtime.CompilerServices;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// The reasons of one judgement as bits, so that a million sets can be compared without a string. With a reason stand all its milder forms
/// (fewer points of the part, Yellow of the same rule or limit): what is new is then one subtraction, and equals <see cref="Reason.HasNew"/>.
/// </summary>
internal struct ReasonBits
{
    public const int Charts = 3;
    private const int SingleRedAt = 24, SingleYellowAt = 32, TotalYellowAt = 40, TotalRedAt = 41;
    private const int Sides = 4, LowYellow = 0, LowRed = 1, HighYellow = 2, HighRed = 3;

    [InlineArray(Charts + 1)]
    private struct Words
    {
        private ulong first;
    }

    private Words words; // one per chart, the last for limits

    /// <summary>True when a reason is here that was not there before, also in no graver form.</summary>
    public readonly bool HasNew(in ReasonBits before)
    {
        ulong news = 0;
        for (int index = 0; index <= Charts; index++)
        {
            news |= words[index] & ~before.words[index];
        }
        return news != 0;
    }

    /// <summary>With all reasons of another one.</summary>
    public void Join(in ReasonBits other)
    {
        for (int index = 0; index <= Charts; index++)
        {
            words[index] |= other.words[index];
        }
    }

    /// <summary>Takes what <see cref="Judgement.And"/> would take of a chart's result.</summary>
    public void Add(int index, Chart chart, in VitalSet set, in Score score)
    {
        if (score.Triage is not (Triage.Yellow or Triage.Red))
        {
            return;
        }
        ulong bits = score.Lowest >= chart.Yellow.Total ? 1UL << TotalYellowAt : 0;
        bits |= score.Lowest >= chart.Red.Total ? 1UL << TotalRedAt : 0;
        foreach (ChartPart part in chart.PartArray)
        {
            int vital = (int)part.Vital;
            int points = Math.Max(score[part.Vital], 0);
            bits |= ((1UL << points) - 1) << (vital * ChartFile.MostPoints);
            bits |= Scorer.IsSingle(chart.Red, part.Vital, in set, in score) ? (1UL << (SingleRedAt + vital)) | (1UL << (SingleYellowAt + vital)) : 0;
            bits |= Scorer.IsSingle(chart.Yellow, part.Vital, in set, in score) ? 1UL << (SingleYellowAt + vital) : 0;
        }
        words[index] = bits;
    }

    /// <summary>Takes a limit that the set has reached, if it has.</summary>
    /// <returns>Red or Yellow; Green when the limit is kept or the vital is missing.</returns>
    public Triage Add(ReplayLimit limit, in VitalSet set)
    {
        if (!set.Has(limit.Vital))
        {
            return Triage.Green;
        }
        Hundredths value = set[limit.Vital];
        bool lowRed = value.Low <= limit.LowRed, highRed = value.High >= limit.HighRed;
        bool lowYellow = lowRed || value.Low <= limit.LowYellow, highYellow = highRed || value.High >= limit.HighYellow;
        ulong bits = (lowYellow ? 1UL << LowYellow : 0) | (lowRed ? 1UL << LowRed : 0) | (highYellow ? 1UL << HighYellow : 0) | (highRed ? 1UL << HighRed : 0);
        words[Charts] |= bits << ((int)limit.Vital * Sides);
        return lowRed || highRed ? Triage.Red : lowYellow || highYellow ? Triage.Yellow : Triage.Green;
    }

    /// <summary>The codes of the limits that were reached, each in its gravest form.</summary>
    public readonly IEnumerable<string> LimitReasons()
    {
        var reasons = new List<string>();
        foreach (VitalCode code in VitalCode.All)
        {
            ulong bits = words[Charts] >> ((int)code.Vital * Sides);
            AddSide(reasons, code.Name, bits, LowYellow, LowRed, "low");
            AddSide(reasons, code.Name, bits, HighYellow, HighRed, "high");
        }
        return reasons;
    }

    private static void AddSide(List<string> reasons, string vital, ulong bits, int yellow, int red, string side)
    {
        if ((bits & (1UL << yellow)) != 0)
        {
            reasons.Add($"limit/{vital}/{side}-{TriageWord.Of((bits & (1UL << red)) != 0 ? Triage.Red : Triage.Yellow)}");
        }
    }
}
