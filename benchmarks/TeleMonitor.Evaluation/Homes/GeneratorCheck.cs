using TeleMonitor.Evaluation.Statistics;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>Do the simulated homes show what the sources found in real ones? Rules play no part in it.</summary>
/// <param name="Area">AUROC of the mean of (pulse up, SpO2 down) in own standard deviations, two to three days after the onset against stable mornings.</param>
/// <param name="Sensitivity">Share of those with at least 1.</param>
/// <param name="Specificity">Share of stable mornings below 1.</param>
/// <param name="Rise24">Share of attacks whose respiration is at least 4.4 up on a day before, 24 h before the event.</param>
/// <param name="Calm24">Share of stable days without such a rise.</param>
internal sealed record GeneratorCheck(double Area, double Sensitivity, double Specificity, double Rise24, double Calm24)
{
    private const int Bins = 400;
    private const double LeastSd = 1, RiseBy = 4.4; // sources: clinical.md 3.5, Hurst 2010 and Yañez 2012

    /// <summary>Looks at the homes of these seeds.</summary>
    public static GeneratorCheck Of(Physiology physiology, IReadOnlyList<int> seeds)
    {
        var roc = new Roc(Bins);
        List<double> ill = [], stable = [];
        List<bool> rises = [], calm = [];
        foreach (Citizen citizen in seeds.SelectMany(seed => Home.Population(physiology, seed)).Where(citizen => citizen.Course != Course.WithoutWarning))
        {
            HomeBurst[] mornings = [.. new Home(physiology, citizen, Routine.TwiceDaily).Bursts()
                .Where(burst => burst.At.Hours < 12 && Value(burst, Vital.Pulse) is not null && Value(burst, Vital.Spo2) is not null)];
            double Sds(HomeBurst burst) => (Above(mornings, physiology, burst, Vital.Pulse) - Above(mornings, physiology, burst, Vital.Spo2)) / 2;
            if (citizen.Attack is { } attack)
            {
                ill.AddRange(mornings.Where(burst => (burst.At - attack.Onset).TotalDays is >= 2 and < 3).Select(Sds));
                TimeSpan before = attack.Event - TimeSpan.FromDays(1);
                rises.Add(Respiration(citizen, before, attack.Onset - TimeSpan.FromDays(1)) >= RiseBy);
            }
            else
            {
                stable.AddRange(mornings.Where(burst => burst.At.TotalDays >= physiology.Population.BaselineDays).Select(Sds));
                calm.AddRange(Enumerable.Range(20, 30).Select(day => Respiration(citizen, TimeSpan.FromDays(day), TimeSpan.FromDays(day - 1)) < RiseBy));
            }

            double Respiration(Citizen one, TimeSpan at, TimeSpan than) => Counted(one, at) - Counted(one, than);
            double Counted(Citizen one, TimeSpan at) =>
                new Dice(one.Seed, one.Number, at.Ticks).Normal(one.At(Vital.Respiration, at), physiology.Vitals.Respiration.NoiseSd);
        }
        ill.ForEach(value => roc.Add(Bin(value), isPositive: true));
        stable.ForEach(value => roc.Add(Bin(value), isPositive: false));
        return new GeneratorCheck(roc.Area(), ill.Average(value => value >= LeastSd ? 1.0 : 0), stable.Average(value => value < LeastSd ? 1.0 : 0),
            rises.Average(rise => rise ? 1.0 : 0), calm.Average(day => day ? 1.0 : 0));
    }

    private static int Bin(double value) => (int)Math.Round(Math.Max(-10, Math.Min(10, value)) * (Bins / 20)) + (Bins / 2);

    private static double Above(HomeBurst[] mornings, Physiology physiology, HomeBurst burst, Vital vital)
    {
        double[] baseline = [.. mornings.Where(one => one.At.TotalDays < physiology.Population.BaselineDays).Select(one => Value(one, vital)!.Value)];
        double mean = baseline.Average();
        return (Value(burst, vital)!.Value - mean) / Math.Sqrt(baseline.Sum(value => (value - mean) * (value - mean)) / (baseline.Length - 1));
    }

    private static double? Value(HomeBurst burst, Vital vital) => burst.Values.FirstOrDefault(value => value.Vital == vital)?.Value;
}
