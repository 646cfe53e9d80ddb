using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Icu;

/// <summary>
/// From hours to the sets that are scored. The convention of issue D: consciousness is taken as alert and oxygen as given where fio2 is above
/// 0.21, because neither was recorded as such; the product itself never assumes either.
/// </summary>
internal static class IcuSets
{
    private const double Air = 0.21; // share of oxygen in air; the file has per cents too, and those are all above

    /// <summary>The numbers without which no total can be told.</summary>
    public static readonly IReadOnlyList<Vital> Numbers = [Vital.Pulse, Vital.Respiration, Vital.Spo2, Vital.Temperature, Vital.Systolic];

    /// <summary>A set per hour.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="oldestHours">How old a value may be that is carried into a later hour; 0 carries nothing.</param>
    public static VitalSet[] Of(IcuPatient patient, int oldestHours)
    {
        var sets = new VitalSet[patient.Hours.Count];
        for (int index = 0; index < sets.Length; index++)
        {
            VitalSet set = patient.Hours[index].Numbers;
            double? fio2 = patient.Hours[index].Fio2;
            for (int back = index - 1; back >= 0 && patient.Hours[index].Hour - patient.Hours[back].Hour <= oldestHours; back--)
            {
                IcuHour older = patient.Hours[back];
                foreach (Vital vital in Numbers)
                {
                    if (!set.Has(vital) && older.Numbers.Has(vital))
                    {
                        set.Set(vital, older.Numbers[vital]);
                    }
                }
                fio2 ??= older.Fio2;
            }
            set.Consciousness = Consciousness.Alert;
            set.Oxygen = fio2 > Air ? OxygenAnswer.Yes : OxygenAnswer.No;
            sets[index] = set;
        }
        return sets;
    }

    /// <summary>True when all five numbers are there.</summary>
    public static bool IsComplete(in VitalSet set)
    {
        foreach (Vital vital in Numbers)
        {
            if (!set.Has(vital))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The set with nothing but these.</summary>
    public static VitalSet Only(in VitalSet set, Func<Vital, bool> keep)
    {
        var kept = new VitalSet();
        foreach (Vital vital in Numbers)
        {
            if (set.Has(vital) && keep(vital))
            {
                kept.Set(vital, set[vital]);
            }
        }
        kept.Consciousness = keep(Vital.Consciousness) ? set.Consciousness : Consciousness.None;
        kept.Oxygen = keep(Vital.Oxygen) ? set.Oxygen : OxygenAnswer.None;
        return kept;
    }
}
