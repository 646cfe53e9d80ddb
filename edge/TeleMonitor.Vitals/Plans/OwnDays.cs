using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What is known of a citizen's own days.</summary>
public sealed class OwnDays
{
    private readonly Baseline[] baselines = new Baseline[VitalCode.All.Count];
    private readonly double?[]?[] means = new double?[VitalCode.All.Count][]; // by vital, then by how many days ago; null of one never measured

    private OwnDays()
    {
    }

    /// <summary>Nothing known yet.</summary>
    public static OwnDays Unknown { get; } = new();

    /// <summary>The baseline of a vital; not known while no baseline stands.</summary>
    public Baseline this[Vital vital] => baselines[(int)vital];

    /// <summary>Of what was kept.</summary>
    /// <param name="kept">The days.</param>
    /// <param name="today">Today's day.</param>
    public static OwnDays Of(BaselineDays kept, int today)
    {
        var own = new OwnDays();
        foreach (VitalCode code in VitalCode.All)
        {
            own.baselines[(int)code.Vital] = kept.Standing.GetValueOrDefault(code.Name);
            own.means[(int)code.Vital] = kept.Days.TryGetValue(code.Name, out IReadOnlyList<DaySum>? days) ? MeansOf(days, today) : null;
        }
        return own;
    }

    /// <summary>Mean of a day before today; null where nothing was measured.</summary>
    /// <param name="vital">The vital.</param>
    /// <param name="daysAgo">1 is yesterday.</param>
    public double? MeanOf(Vital vital, int daysAgo) => means[(int)vital] is { } days && daysAgo < days.Length ? days[daysAgo] : null;

    /// <summary>Lowest day of those before today; null while there is none.</summary>
    /// <param name="vital">The vital.</param>
    /// <param name="within">How many days back.</param>
    public double? LeastOf(Vital vital, int within)
    {
        double? least = null;
        for (int ago = 1; ago <= within; ago++)
        {
            least = MeanOf(vital, ago) is { } mean && !(mean >= least) ? mean : least;
        }
        return least;
    }

    private static double?[] MeansOf(IReadOnlyList<DaySum> days, int today)
    {
        var found = new double?[BaselineDays.Kept + 1];
        foreach (DaySum day in days.Where(day => day.Day < today && today - day.Day <= BaselineDays.Kept))
        {
            found[today - day.Day] = day.Mean;
        }
        return found;
    }
}
