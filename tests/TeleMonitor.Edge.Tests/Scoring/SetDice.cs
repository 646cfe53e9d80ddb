using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

/// <summary>Sets from a seed: band edges and their neighbours, whole numbers, fractions, numbers that cannot be, any of them missing.</summary>
internal sealed class SetDice(int seed)
{
    public static readonly Vital[] Numbers = [Vital.Pulse, Vital.Respiration, Vital.Spo2, Vital.Temperature, Vital.Systolic, Vital.Diastolic];

    private readonly Random dice = new(seed);

    /// <summary>The next set.</summary>
    /// <param name="missing">Share of vitals that are missing, per cent.</param>
    public VitalSet Next(int missing)
    {
        var set = new VitalSet
        {
            Consciousness = Has(missing) ? (Consciousness)dice.Next(1, 8) : Consciousness.None,
            Oxygen = Has(missing) ? (OxygenAnswer)dice.Next(1, 3) : OxygenAnswer.None,
            TemperatureSite = dice.Next(3) == 0 ? (Site)dice.Next(6) : Site.None,
        };
        foreach (Vital vital in Numbers)
        {
            if (Has(missing))
            {
                set.Set(vital, Number(vital));
            }
        }
        return set;
    }

    private bool Has(int missing) => dice.Next(100) >= missing;

    private Hundredths Number(Vital vital)
    {
        (int from, int to, int step) = vital switch
        {
            Vital.Temperature => (3300, 4200, 10),
            Vital.Spo2 => (8000, 10_000, 100),
            Vital.Respiration => (400, 4000, 100),
            Vital.Systolic or Vital.Diastolic => (5000, 23_000, 100),
            _ => (3000, 14_000, 100),
        };
        int printed = dice.Next(from / step, (to / step) + 1) * step;
        return dice.Next(40) switch
        {
            0 => new Hundredths(PackedSets.MostHundredths + dice.Next(-1, 2), PackedSets.MostHundredths + 1),
            1 => new Hundredths(-dice.Next(1, 500), dice.Next(1, 500)),
            2 => new Hundredths(printed, printed + dice.Next(2, 300)), // wider than any number is read
            3 => new Hundredths(0, dice.Next(2)),
            < 16 => Around(printed, dice.Next(-1, 2)),
            < 22 => Around(printed, dice.Next(step)),
            _ => new Hundredths(printed, printed),
        };
    }

    private Hundredths Around(int printed, int by) => new(printed + by, printed + by + dice.Next(2));
}
