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
        VitalMask known = set.Known;
        int place = ((scale - 1) * 2) + (set.Oxygen == OxygenAnswer.Yes ? OnOxygen : Air);
        int low = 0, high = 0, unknown = 0, highest = 0, requiredPoints = 0;
        foreach (ChartPart part in chart.PartArray)
        {
            bool has = known.Has(part.Vital);
            int least, most;
            if (has && part.Tables is { } tables && (part.HasOneTable || set.Oxygen != OxygenAnswer.None))
            {
                PointTable table = tables[place];
                least = most = part.SiteCorrection.Length == 0 ? table[set[part.Vital]] : table[Correct(part, set[part.Vital], set.TemperatureSite, ref score)];
            }
            else if (has && part.Words is { } words)
            {
                least = most = words[Answer(part, in set)];
            }
            else
            {
                (least, most) = Range(part, in set, has, scale, ref score);
            }
            low += least;
            high += most;
            if (least == most && has)
            {
                score.Give(part.Vital, least);
                highest = Math.Max(highest, least);
                requiredPoints += required.Has(part.Vital) ? least : 0;
            }
            else
            {
                unknown |= 1 << (int)part.Vital;
            }
        }
        score.Lowest = low;
        score.Highest = high;
        score.Missing = new VitalMask((ushort)(chart.Asks.Bits & ~known.Bits));
        if (!score.Missing.IsEmpty)
        {
            Narrow(chart, in set, scale, ref score);
        }
        bool undecided = (unknown & required.Bits) != 0 || requiredPoints >= chart.Yellow.Total;
        score.Triage = Reaches(chart.Red, score.Lowest, highest, in set, known) ? Triage.Red
            : Reaches(chart.Yellow, score.Lowest, highest, in set, known) ? Triage.Yellow
            : undecided ? Triage.Unknown : Triage.Green;
        return score;
    }

    /// <summary>Bounds of an incomplete set, and the missing part that would narrow them most.</summary>
    private static void Narrow(Chart chart, in VitalSet set, int scale, ref Score score)
    {
        PairOxygen(chart, in set, scale, ref score);
        int widest = 0;
        foreach (ChartPart part in chart.PartArray)
        {
            int width = set.Has(part.Vital) ? 0 : Width(chart, part, in set, scale);
            if (width > widest)
            {
                (widest, score.Next) = (width, part.Vital);
            }
        }
    }

    /// <summary>Least and most points of one part; equal when it is known.</summary>
    internal static (int Least, int Most) Range(ChartPart part, in VitalSet set, bool has, int scale, ref Score score)
    {
        if (part.Words is { } words)
        {
            int answer = Answer(part, in set);
            return answer > 0 ? (words[answer], words[answer]) : (part.MinPoints, part.MaxPoints);
        }
        PointTable[] tables = part.Tables!;
        PointTable air = tables[((scale - 1) * 2) + Air], oxygen = tables[((scale - 1) * 2) + OnOxygen];
        if (!has)
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

    private static int Answer(ChartPart part, in VitalSet set) => part.Vital == Vital.Oxygen ? (int)set.Oxygen : (int)set.Consciousness;

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
        (int spo2Low, int spo2High) = Range(spo2, in set, set.Has(Vital.Spo2), scale, ref score);
        score.Lowest += low - spo2Low - oxygen.MinPoints;
        score.Highest += high - spo2High - oxygen.MaxPoints;
    }

    internal static (int Low, int High) Pair(ChartPart spo2, ChartPart oxygen, in VitalSet set, int scale)
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
        (int low, int high) = Range(spo2, in answered, answered.Has(Vital.Spo2), scale, ref unused);
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
        (int least, int most) = Range(part, in set, set.Has(part.Vital), scale, ref unused);
        return most - least;
    }

    /// <summary>True when the total, the highest part that is known, or a value of its own reaches the threshold.</summary>
    private static bool Reaches(Threshold threshold, int lowest, int highest, in VitalSet set, VitalMask known)
    {
        if (lowest >= threshold.Total || highest >= threshold.SinglePoints)
        {
            return true;
        }
        foreach (SingleAbove rule in threshold.Above)
        {
            if (IsAbove(rule, in set, known))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsAbove(SingleAbove rule, in VitalSet set, VitalMask known) => known.Has(rule.Vital) && set[rule.Vital].High > rule.Above;

    /// <summary>True when this part alone reaches the threshold.</summary>
    internal static bool IsSingle(Threshold threshold, Vital vital, in VitalSet set, in Score score)
    {
        if (threshold.SinglePoints is { } points && score[vital] >= points)
        {
            return true;
        }
        foreach (SingleAbove rule in threshold.Above)
        {
            if (rule.Vital == vital && IsAbove(rule, in set, set.Known))
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
