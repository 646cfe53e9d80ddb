using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// When slow changes count, as data of a plan. Figures from clinical.md 3.5; every one is a proposal until a clinician has signed the plan.
/// </summary>
/// <param name="BaselineDays">Stable days that a baseline rests on, 3 to 28.</param>
/// <param name="PulseSpo2">Mean of pulse up and saturation down, in own standard deviations, that is Yellow beside a symptom; null: no such rule.</param>
/// <param name="LeastPulseSpread">Standard deviation of the pulse that is the least to be believed, per minute.</param>
/// <param name="LeastSpo2Spread">The same of the saturation, in points of per cent.</param>
/// <param name="RespirationRise">Breaths per minute over the baseline that are Yellow; null: no such rule.</param>
/// <param name="WeightGain">Kilograms gained that are Yellow; null: no such rule.</param>
/// <param name="WeightGainDays">Within so many days, 1 to 28.</param>
public sealed record TrendRules(
    int BaselineDays, double? PulseSpo2 = null, double LeastPulseSpread = 0, double LeastSpo2Spread = 0, double? RespirationRise = null, double? WeightGain = null,
    int WeightGainDays = 3)
{
    /// <summary>What is wrong with it, each with the field and what was expected.</summary>
    public void Check(string place, List<string> problems)
    {
        CheckRange(place, "baseline_days", BaselineDays, 3, Plans.BaselineDays.Kept, problems);
        CheckRange(place, "weight_gain_days", WeightGainDays, 1, Plans.BaselineDays.Kept, problems);
        CheckRange(place, "pulse_spo2", PulseSpo2 ?? 1, 0.1, 10, problems);
        CheckRange(place, "respiration_rise", RespirationRise ?? 1, 0.1, 40, problems);
        CheckRange(place, "weight_gain", WeightGain ?? 1, 0.1, 50, problems);
        if (PulseSpo2 is not null && !(LeastPulseSpread > 0 && LeastSpo2Spread > 0))
        {
            problems.Add($"{place}: pulse_spo2 needs least_pulse_spread and least_spo2_spread above 0");
        }
    }

    private static void CheckRange(string place, string name, double figure, double low, double high, List<string> problems)
    {
        if (!(figure >= low && figure <= high))
        {
            problems.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{place}.{name}: {figure} is not {low} to {high}"));
        }
    }
}

/// <summary>What is known of a citizen's own days: made once a day, read by each assessment.</summary>
public sealed class OwnDays
{
    private readonly Baseline[] baselines = new Baseline[VitalCode.All.Count];

    private OwnDays()
    {
    }

    /// <summary>Nothing known yet.</summary>
    public static OwnDays Unknown { get; } = new();

    /// <summary>Lowest daily weight of the days in which a gain counts, kg; null while there is none.</summary>
    public double? LeastWeight { get; private init; }

    /// <summary>The baseline of a vital; not known while no baseline stands.</summary>
    public Baseline this[Vital vital] => baselines[(int)vital];

    /// <summary>Of what was kept.</summary>
    /// <param name="kept">The days.</param>
    /// <param name="today">Today's day.</param>
    /// <param name="weightDays">Days in which a gain in weight counts.</param>
    public static OwnDays Of(BaselineDays kept, int today, int weightDays)
    {
        var own = new OwnDays { LeastWeight = -kept.RiseOf(Vital.Weight, today, weightDays, 0) };
        foreach (VitalCode code in VitalCode.All)
        {
            own.baselines[(int)code.Vital] = kept.Standing.GetValueOrDefault(code.Name);
        }
        return own;
    }
}
