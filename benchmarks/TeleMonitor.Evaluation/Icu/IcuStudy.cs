using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>What an alert rule of the study is called and when it is met.</summary>
internal sealed record IcuRule(string Name, string Chart, Func<ScoredPatient, int, bool> IsMet)
{
    /// <summary>The published totals and the shipped triages.</summary>
    public static IReadOnlyList<IcuRule> All { get; } =
    [
        new("NEWS2 total ≥ 5", "news2", (scored, at) => scored.Scores[at].Lowest >= 5), // source: clinical.md 2.1, response table
        new("NEWS2 total ≥ 7", "news2", (scored, at) => scored.Scores[at].Lowest >= 7),
        new("NEWS2 Yellow as shipped (≥ 5 or a part 3)", "news2", (scored, at) => scored.Scores[at].Triage >= Triage.Yellow),
        new("TOBS total ≥ 2", "tobs", (scored, at) => scored.Scores[at].Lowest >= 2), // source: clinical.md 1.4, nurse contact in Skive
        new("TOBS total ≥ 5", "tobs", (scored, at) => scored.Scores[at].Lowest >= 5),
        new("TOBS Red as shipped (≥ 5, a part 3, respiration > 30)", "tobs", (scored, at) => scored.Scores[at].Triage == Triage.Red),
    ];
}

/// <summary>The figures of the real data that need more than counting.</summary>
internal static class IcuStudy
{
    /// <summary>Of every interval and every dropped value.</summary>
    public const long Seed = 20261122;

    /// <summary>Ages in hours up to which a value is carried forward.</summary>
    public static readonly IReadOnlyList<int> Ages = [0, 4, 8];

    /// <summary>How well a total tells hours with a positive label from the others, over complete sets; patients drawn whole.</summary>
    public static (long Sets, Interval Area) Area(IReadOnlyList<ScoredPatient> patients, int highest)
    {
        var each = new List<Roc>();
        foreach (ScoredPatient scored in patients)
        {
            var roc = new Roc(highest);
            for (int index = 0; index < scored.Scores.Length; index++)
            {
                if (scored.Scores[index].Total is { } total)
                {
                    roc.Add(total, scored.Patient.Hours[index].Septic);
                }
            }
            if (roc.Positives + roc.Negatives > 0)
            {
                each.Add(roc);
            }
        }
        return (each.Sum(roc => roc.Positives + roc.Negatives), AreaOf(each, highest));
    }

    /// <summary>What remains of complete sets when each of the five numbers is lost with this chance.</summary>
    /// <param name="patients">Sets of one chart, nothing carried forward.</param>
    /// <param name="chart">That chart.</param>
    /// <param name="chance">0 to 1, each number for itself.</param>
    public static DroppedFigures Dropped(IReadOnlyList<ScoredPatient> patients, Chart chart, double chance)
    {
        int highest = chart.Parts.Sum(part => part.MaxPoints);
        var each = new List<Roc>();
        int sets = 0, decided = 0, raised = 0, kept = 0, red = 0, stillRed = 0, worse = 0;
        foreach (ScoredPatient scored in patients)
        {
            var roc = new Roc(highest);
            for (int index = 0; index < scored.Scores.Length; index++)
            {
                if (scored.Scores[index].Total is null)
                {
                    continue;
                }
                var dice = new Dice(Seed, scored.Patient.Number, index);
                VitalMask lost = IcuSets.Numbers.Aggregate(new VitalMask(), (mask, vital) => dice.Chance(chance) ? mask.With(vital) : mask);
                VitalSet left = IcuSets.Only(in scored.Sets[index], vital => !lost.Has(vital));
                Triage whole = scored.Scores[index].Triage;
                Score score = Scorer.Of(chart, in left, scale: 1, VitalMask.All);
                roc.Add(score.Lowest, scored.Patient.Hours[index].Septic);
                sets++;
                decided += score.Triage == Triage.Unknown ? 0 : 1;
                raised += whole >= Triage.Yellow ? 1 : 0;
                kept += whole >= Triage.Yellow && score.Triage >= Triage.Yellow ? 1 : 0;
                red += whole == Triage.Red ? 1 : 0;
                stillRed += whole == Triage.Red && score.Triage == Triage.Red ? 1 : 0;
                worse += score.Triage != Triage.Unknown && score.Triage != whole && !(score.Triage == Triage.Yellow && whole == Triage.Red) ? 1 : 0;
            }
            if (roc.Positives + roc.Negatives > 0)
            {
                each.Add(roc);
            }
        }
        return new DroppedFigures(AreaOf(each, highest), Share(decided, sets), Share(kept, raised), Share(stillRed, red), worse);
    }

    /// <summary>How often each triage is reached with what was there.</summary>
    /// <param name="patients">Sets with their carried values.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="keep">Which vitals are known at all.</param>
    /// <returns>Sets by triage, and the vital that the chart names most often as the next to measure.</returns>
    public static (long[] ByTriage, Vital? Next) Decided(IReadOnlyList<ScoredPatient> patients, Chart chart, Func<Vital, bool> keep)
    {
        long[] triages = new long[4], next = new long[VitalCode.All.Count];
        foreach (VitalSet set in patients.SelectMany(patient => patient.Sets))
        {
            VitalSet known = IcuSets.Only(in set, keep);
            Score score = Scorer.Of(chart, in known, scale: 1, VitalMask.All);
            triages[(int)score.Triage]++;
            if (score.Triage == Triage.Unknown && score.Next is { } vital)
            {
                next[(int)vital]++;
            }
        }
        return (triages, next.Max() == 0 ? null : (Vital)Array.IndexOf(next, next.Max()));
    }

    private static Interval AreaOf(List<Roc> each, int highest) => ClusterBootstrap.Of(each.Count, Seed, times =>
    {
        var sum = new Roc(highest);
        for (int index = 0; index < times.Length; index++)
        {
            if (times[index] > 0)
            {
                sum.Add(each[index], times[index]);
            }
        }
        return sum.Area();
    });

    private static double Share(int part, int of) => of == 0 ? double.NaN : (double)part / of;
}

/// <summary>What is left when values are lost.</summary>
/// <param name="Area">AUROC of the lowest possible total: the same number that counting a missing value as 0 gives.</param>
/// <param name="Decided">Share of sets with another triage than Unknown.</param>
/// <param name="StillRaised">Of the sets that are Yellow or Red when whole, the share that is still.</param>
/// <param name="StillRed">Of those Red when whole, the share that is still.</param>
/// <param name="Contradicted">Sets whose decided triage is not what the whole set gives, Yellow for Red left out.</param>
internal sealed record DroppedFigures(Interval Area, double Decided, double StillRaised, double StillRed, int Contradicted);
