using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>Scores a set with a chart: points, bounds, triage, what to measure next. Pure, no heap, never throws on data.</summary>
public static class Scorer
{
    private const int Air = 0, OnOxygen = 1;

    /// <summary>Scores a set.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="set">What is known.</param>
    /// <param name="scale">SpO2 scale 1 or 2; a signed setting per citizen, 1 unless it says otherwise (clinical.md 2.1). Anything but 2 counts as 1.</param>
    /// <param name="required">What the occasion asks for; <see cref="VitalMask.All"/> without a plan.</param>
    public static Score Of(Chart chart, in VitalSet set, int scale, VitalMask required)
    {
        scale = scale == 2 ? 2 : 1;
        var score = new Score();
        int low = 0, high = 0, missing = 0, unknown = 0, widest = 0;
        foreach (ChartPart part in chart.PartArray)
        {
            (int least, int most) = Range(part, in set, scale, ref score);
            if (least == most && set.Has(part.Vital))
            {
                score.Give(part.Vital, least);
            }
            else
            {
                unknown |= 1 << (int)part.Vital;
            }
            low += least;
            high += most;
            if (!set.Has(part.Vital))
            {
                missing |= 1 << (int)part.Vital;
            }
        }
        score.Lowest = low;
        score.Highest = high;
        score.Missing = new VitalMask((byte)missing);
        if (missing != 0)
        {
            PairOxygen(chart, in set, scale, ref score);
            foreach (ChartPart part in chart.PartArray)
            {
                int width = set.Has(part.Vital) ? 0 : Width(chart, part, in set, scale);
                if (width > widest)
                {
                    (widest, score.Next) = (width, part.Vital);
                }
            }
        }
        score.Triage = Judge(chart, in set, in score, new VitalMask((byte)unknown).And(required).And(chart.Asks), required);
        return score;
    }

    /// <summary>Least and most points of one part; equal when it is known.</summary>
    private static (int Least, int Most) Range(ChartPart part, in VitalSet set, int scale, ref Score score)
    {
        if (part.Words is { } words)
        {
            int answer = part.Vital == Vital.Oxygen ? (int)set.Oxygen : (int)set.Consciousness;
            return answer > 0 ? (words[answer], words[answer]) : (part.MinPoints, part.MaxPoints);
        }
        PointTable[,] tables = part.Tables!;
        PointTable air = tables[scale - 1, Air], oxygen = tables[scale - 1, OnOxygen];
        if (!set.Has(part.Vital))
        {
            return set.Oxygen switch
            {
                OxygenAnswer.No => (air.Min, air.Max),
                OxygenAnswer.Yes => (oxygen.Min, oxygen.Max),
                _ => (Math.Min(air.Min, oxygen.Min), Math.Max(air.Max, oxygen.Max)),
            };
        }
        Hundredths value = set[part.Vital];
        if (part.SiteCorrection.Length > 0)
        {
            value = Correct(part, value, set.TemperatureSite, ref score);
        }
        int onAir = air[value];
        if (set.Oxygen == OxygenAnswer.No || ReferenceEquals(air, oxygen))
        {
            return (onAir, onAir);
        }
        int given = oxygen[value];
        return set.Oxygen == OxygenAnswer.Yes ? (given, given) : (Math.Min(onAir, given), Math.Max(onAir, given));
    }

    private static Hundredths Correct(ChartPart part, Hundredths value, Site site, ref Score score)
    {
        Hundredths corrected = value.Plus(part.SiteCorrection[(int)site]);
        score.ConfirmRectally = part.ConfirmRectally is { } limits && (site is Site.Oral or Site.Axillary or Site.Ear)
            && (corrected.Low < limits.Below || corrected.High > limits.Above);
        return corrected;
    }

    /// <summary>
    /// A missing oxygen answer with scale 2 moves the SpO2 points too, so both are taken together: on air, or on oxygen,
    /// but never the oxygen points with the SpO2 points of air (clinical.md 1.2, last lines).
    /// </summary>
    private static void PairOxygen(Chart chart, in VitalSet set, int scale, ref Score score)
    {
        ChartPart? spo2 = Find(chart, Vital.Spo2), oxygen = Find(chart, Vital.Oxygen);
        if (spo2 is null || oxygen is null || set.Oxygen != OxygenAnswer.None || !spo2.DependsOnOxygen(scale))
        {
            return;
        }
        (int low, int high) = Pair(spo2, oxygen, in set, scale);
        (int spo2Low, int spo2High) = Range(spo2, in set, scale, ref score);
        score.Lowest += low - spo2Low - oxygen.MinPoints;
        score.Highest += high - spo2High - oxygen.MaxPoints;
    }

    private static (int Low, int High) Pair(ChartPart spo2, ChartPart oxygen, in VitalSet set, int scale)
    {
        (int airLow, int airHigh) = OnAnswer(spo2, oxygen, in set, scale, OxygenAnswer.No);
        (int oxygenLow, int oxygenHigh) = OnAnswer(spo2, oxygen, in set, scale, OxygenAnswer.Yes);
        return (Math.Min(airLow, oxygenLow), Math.Max(airHigh, oxygenHigh));
    }

    private static (int Low, int High) OnAnswer(ChartPart spo2, ChartPart oxygen, in VitalSet set, int scale, OxygenAnswer answer)
    {
        VitalSet answered = set;
        answered.Oxygen = answer;
        var unused = new Score();
        (int low, int high) = Range(spo2, in answered, scale, ref unused);
        int own = oxygen.Words![(int)answer];
        return (low + own, high + own);
    }

    /// <summary>How many points of uncertainty measuring this missing part takes away.</summary>
    private static int Width(Chart chart, ChartPart part, in VitalSet set, int scale)
    {
        if (part.Vital == Vital.Oxygen && set.Has(Vital.Spo2) && Find(chart, Vital.Spo2) is { } spo2 && spo2.DependsOnOxygen(scale))
        {
            (int low, int high) = Pair(spo2, part, in set, scale);
            return high - low;
        }
        var unused = new Score();
        (int least, int most) = Range(part, in set, scale, ref unused);
        return most - least;
    }

    private static Triage Judge(Chart chart, in VitalSet set, in Score score, VitalMask requiredUnknown, VitalMask required)
    {
        if (Reaches(chart, chart.Red, in set, in score))
        {
            return Triage.Red;
        }
        if (Reaches(chart, chart.Yellow, in set, in score))
        {
            return Triage.Yellow;
        }
        int highestRequired = 0;
        foreach (ChartPart part in chart.PartArray)
        {
            highestRequired += required.Has(part.Vital) ? Math.Max(score[part.Vital], 0) : 0;
        }
        return requiredUnknown.IsEmpty && highestRequired < chart.Yellow.Total ? Triage.Green : Triage.Unknown;
    }

    private static bool Reaches(Chart chart, Threshold threshold, in VitalSet set, in Score score)
    {
        if (score.Lowest >= threshold.Total)
        {
            return true;
        }
        foreach (ChartPart part in chart.PartArray)
        {
            if (IsSingle(threshold, part.Vital, in set, in score))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>True when this part alone reaches the threshold.</summary>
    internal static bool IsSingle(Threshold threshold, Vital vital, in VitalSet set, in Score score)
    {
        if (threshold.SinglePoints is { } points && score[vital] >= points)
        {
            return true;
        }
        foreach (SingleAbove rule in (SingleAbove[])threshold.SingleAbove)
        {
            if (rule.Vital == vital && set.Has(vital) && set[vital].High > rule.Above)
            {
                return true;
            }
        }
        return false;
    }

    private static ChartPart? Find(Chart chart, Vital vital)
    {
        foreach (ChartPart part in chart.PartArray)
        {
            if (part.Vital == vital)
            {
                return part;
            }
        }
        return null;
    }
}
