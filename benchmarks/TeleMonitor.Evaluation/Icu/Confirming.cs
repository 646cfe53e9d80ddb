using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>
/// Does waiting for a second measurement find more than simply a higher threshold with as many alerts? The second measurement here is the next
/// recorded hour, at most two hours on; at home it is minutes.
/// </summary>
/// <param name="Name">The arm.</param>
/// <param name="PerDay">Its alerts per patient-day.</param>
/// <param name="Sensitivity">Its share of septic patients found in time.</param>
/// <param name="Higher">The same of a threshold with as many alerts, between two whole thresholds in proportion.</param>
/// <param name="Gain">Difference of the two, patients drawn whole.</param>
internal sealed record Confirming(string Name, double PerDay, double Sensitivity, double Higher, Interval Gain)
{
    private const int LatestHours = 2, Above = 8, SureAbove = 2, WorstPoints = 3;

    /// <summary>The arms of one chart: confirm every Red by total, and confirm as design.md section 8 does.</summary>
    public static IEnumerable<Confirming> Of(IReadOnlyList<ScoredPatient> patients, Chart chart)
    {
        Burden[][] higher = [.. Enumerable.Range(chart.Red.Total, Above + 1)
            .Select(total => Follow(patients, (scored, at) => scored.Scores[at].Lowest >= total))];
        bool Red(ScoredPatient scored, int at) => scored.Scores[at].Lowest >= chart.Red.Total;
        bool Again(ScoredPatient scored, int at) => at > 0 && Red(scored, at - 1)
            && scored.Patient.Hours[at].Hour - scored.Patient.Hours[at - 1].Hour <= LatestHours;
        bool Sure(ScoredPatient scored, int at) => scored.Scores[at].Lowest >= chart.Red.Total + SureAbove || HasWorst(chart, in scored.Scores[at]);
        yield return Compare("every Red confirmed", patients, higher, Follow(patients, (scored, at) => Red(scored, at) && Again(scored, at)));
        yield return Compare("as design.md section 8 (none with a part 3 or total ≥ red + 2)", patients, higher,
            Follow(patients, (scored, at) => Red(scored, at) && (Sure(scored, at) || Again(scored, at))));
    }

    private static Burden[] Follow(IReadOnlyList<ScoredPatient> patients, Func<ScoredPatient, int, bool> isMet) =>
        [.. patients.Select(patient => Burden.Of(patient, isMet))];

    private static Confirming Compare(string name, IReadOnlyList<ScoredPatient> patients, Burden[][] higher, Burden[] arm)
    {
        double[] days = [.. patients.Select(patient => patient.Days)];
        bool[] septic = [.. patients.Select(patient => patient.Patient.Labelled is not null)];
        int[] once = new int[patients.Count];
        Array.Fill(once, 1);
        (double perDay, double sensitivity) = Sum(arm, days, septic, once);
        return new Confirming(name, perDay, sensitivity, AtEqual(perDay, higher, days, septic, once),
            ClusterBootstrap.Of(patients.Count, IcuStudy.Seed, times =>
            {
                (double burden, double found) = Sum(arm, days, septic, times);
                return found - AtEqual(burden, higher, days, septic, times);
            }));
    }

    /// <summary>Sensitivity of a threshold with this many alerts a day; NaN where none of the thresholds has so few.</summary>
    private static double AtEqual(double perDay, Burden[][] higher, double[] days, bool[] septic, int[] times)
    {
        (double PerDay, double Sensitivity) lower = Sum(higher[0], days, septic, times);
        foreach (Burden[] next in higher[1..])
        {
            (double PerDay, double Sensitivity) upper = Sum(next, days, septic, times);
            if (upper.PerDay <= perDay && lower.PerDay >= perDay)
            {
                double share = lower.PerDay == upper.PerDay ? 0 : (lower.PerDay - perDay) / (lower.PerDay - upper.PerDay);
                return lower.Sensitivity + (share * (upper.Sensitivity - lower.Sensitivity));
            }
            lower = upper;
        }
        return double.NaN;
    }

    private static (double PerDay, double Sensitivity) Sum(Burden[] burdens, double[] days, bool[] septic, int[] times)
    {
        double alerts = 0, allDays = 0, found = 0, of = 0;
        for (int index = 0; index < times.Length; index++)
        {
            alerts += times[index] * burdens[index].Alerts;
            allDays += times[index] * days[index];
            found += burdens[index].Found ? times[index] : 0;
            of += septic[index] ? times[index] : 0;
        }
        return (alerts / allDays, found / of);
    }

    private static bool HasWorst(Chart chart, in Score score)
    {
        foreach (ChartPart part in chart.Parts)
        {
            if (score[part.Vital] >= WorstPoints)
            {
                return true;
            }
        }
        return false;
    }
}
