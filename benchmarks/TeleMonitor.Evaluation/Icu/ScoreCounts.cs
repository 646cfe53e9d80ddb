using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>Which of the complete hourly sets are counted.</summary>
internal enum CountedSets
{
    /// <summary>Every complete set.</summary>
    All,
    /// <summary>Pulse, SpO2, systolic and respiration are whole numbers, the temperature has one decimal at most: no rule between printed values is needed.</summary>
    AsPrinted,
    /// <summary>All five are whole numbers, the temperature too.</summary>
    AllWhole,
}

/// <summary>How often each total stands in complete hourly sets.</summary>
internal sealed class ScoreCounts(int highest)
{
    private const int WholeUnit = 100, OneDecimal = 10; // hundredths

    private readonly long[] totals = new long[highest + 1], triages = new long[4];

    /// <summary>Sets counted.</summary>
    public long Sets => totals.Sum();

    /// <summary>Sets by total.</summary>
    public IReadOnlyList<long> Totals => totals;

    /// <summary>Sets with this triage by the chart's shipped thresholds.</summary>
    public long this[Triage triage] => triages[(int)triage];

    /// <summary>Counts one chart over patients: nothing is carried forward, consciousness alert, oxygen by fio2.</summary>
    public static ScoreCounts Of(IEnumerable<IcuPatient> patients, Chart chart, CountedSets which)
    {
        var counts = new ScoreCounts(chart.Parts.Sum(part => part.MaxPoints));
        foreach (IcuPatient patient in patients)
        {
            foreach (VitalSet set in IcuSets.Of(patient, oldestHours: 0))
            {
                if (IcuSets.IsComplete(in set) && Takes(which, in set))
                {
                    Score score = Scorer.Of(chart, in set, scale: 1, VitalMask.All);
                    counts.totals[score.Lowest]++;
                    counts.triages[(int)score.Triage]++;
                }
            }
        }
        return counts;
    }

    private static bool Takes(CountedSets which, in VitalSet set)
    {
        if (which == CountedSets.All)
        {
            return true;
        }
        foreach (Vital vital in IcuSets.Numbers)
        {
            int step = vital == Vital.Temperature && which == CountedSets.AsPrinted ? OneDecimal : WholeUnit;
            if (set[vital].Low != set[vital].High || set[vital].Low % step != 0)
            {
                return false;
            }
        }
        return true;
    }
}
