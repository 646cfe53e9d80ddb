using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>One patient's hours, scored.</summary>
/// <param name="Patient">The patient.</param>
/// <param name="Sets">A set per hour.</param>
/// <param name="Scores">Its score by one chart.</param>
internal sealed record ScoredPatient(IcuPatient Patient, VitalSet[] Sets, Score[] Scores)
{
    /// <summary>Scores every hour.</summary>
    public static ScoredPatient Of(IcuPatient patient, Chart chart, int oldestHours)
    {
        VitalSet[] sets = IcuSets.Of(patient, oldestHours);
        return new ScoredPatient(patient, sets, [.. sets.Select(set => Scorer.Of(chart, in set, scale: 1, VitalMask.All))]);
    }

    /// <summary>Days from the first hour to the last, both inside.</summary>
    public double Days => (Patient.Hours[^1].Hour - Patient.Hours[0].Hour + 1) / 24.0;
}

/// <summary>
/// What one alert rule does to one patient. An alert begins where the rule is met and was not in the recorded hour before. A septic patient is
/// found where the rule is met within six hours before or after the first positive label, which stands six hours before the onset: so from twelve
/// hours before the onset to the onset.
/// </summary>
/// <param name="Alerts">Alerts begun.</param>
/// <param name="Found">Septic, and found in time.</param>
internal readonly record struct Burden(int Alerts, bool Found)
{
    private const int WindowHours = 6;

    /// <summary>Follows one patient.</summary>
    /// <param name="scored">The patient.</param>
    /// <param name="isMet">The rule at one hour.</param>
    public static Burden Of(ScoredPatient scored, Func<ScoredPatient, int, bool> isMet)
    {
        int alerts = 0;
        bool was = false, found = false;
        for (int index = 0; index < scored.Scores.Length; index++)
        {
            bool met = isMet(scored, index);
            alerts += met && !was ? 1 : 0;
            was = met;
            found |= met && scored.Patient.Labelled is { } labelled && Math.Abs(scored.Patient.Hours[index].Hour - labelled) <= WindowHours;
        }
        return new Burden(alerts, found);
    }
}

/// <summary>One rule over many patients.</summary>
/// <param name="Septic">Patients with a positive label.</param>
/// <param name="Sensitivity">Share of them that was found in time.</param>
/// <param name="PerDay">Alerts per patient-day, all patients.</param>
/// <param name="Quiet">Share of the others without any alert.</param>
internal sealed record RuleFigures(int Septic, Interval Sensitivity, Interval PerDay, Interval Quiet)
{
    /// <summary>Works the figures out.</summary>
    public static RuleFigures Of(IReadOnlyList<ScoredPatient> patients, Func<ScoredPatient, int, bool> isMet)
    {
        Burden[] burdens = [.. patients.Select(patient => Burden.Of(patient, isMet))];
        int septic = patients.Count(patient => patient.Patient.Labelled is not null);
        int quiet = burdens.Where((burden, index) => patients[index].Patient.Labelled is null && burden.Alerts == 0).Count();
        return new RuleFigures(septic, Interval.Wilson(burdens.Count(burden => burden.Found), septic),
            ClusterBootstrap.Ratio(IcuStudy.Seed, [.. burdens.Select(burden => (double)burden.Alerts)], [.. patients.Select(patient => patient.Days)]),
            Interval.Wilson(quiet, patients.Count - septic));
    }
}
