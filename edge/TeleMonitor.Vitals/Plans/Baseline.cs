using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>How one vital usually is in one citizen.</summary>
/// <param name="Center">Median of the days' means, in the vital's unit.</param>
/// <param name="Spread">Robust standard deviation of the days' means (1.4826 times their median deviation), in the same unit; 0 where all days were equal.</param>
/// <param name="Days">Days that it rests on; 0: there is none yet.</param>
public readonly record struct Baseline(double Center, double Spread, int Days)
{
    // source: the median deviation of a normal distribution is 0.6745 standard deviations
    private const double DeviationOfNormal = 1.4826;

    /// <summary>True when there is one.</summary>
    public bool IsKnown => Days > 0;

    /// <summary>From the means of stable days; one outlying day moves neither figure.</summary>
    public static Baseline Of(IEnumerable<double> means)
    {
        double[] sorted = [.. means.Order()];
        if (sorted.Length == 0)
        {
            return default;
        }
        double center = Middle(sorted);
        return new Baseline(center, DeviationOfNormal * Middle([.. sorted.Select(mean => Math.Abs(mean - center)).Order()]), sorted.Length);
    }

    private static double Middle(double[] sorted) => sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}

/// <summary>One day's Good values of one vital.</summary>
/// <param name="Day">Number of the day (<see cref="DateOnly.DayNumber"/>) in the citizen's own time zone.</param>
/// <param name="Sum">Their sum, in the vital's unit.</param>
/// <param name="Count">How many, 1 or more.</param>
public sealed record DaySum(int Day, double Sum, int Count)
{
    /// <summary>Their mean.</summary>
    public double Mean => Sum / Count;
}

/// <summary>
/// What a baseline is made of: the means of the last days of each vital, and which days were not stable. A baseline is made once, of the
/// first so many stable days, and stands until it is made anew: one that moved along would make a slow decline look normal.
/// </summary>
public sealed record BaselineDays
{
    /// <summary>Days that are kept of a vital whose baseline stands; also how far back a gain in weight can be seen.</summary>
    public const int Kept = 28;

    private const int KeptUntilThen = 91; // whoever measures twice a week has fourteen stable days after some seven weeks

    /// <summary>Days by the vital's name, oldest first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<DaySum>> Days { get; init; } = new Dictionary<string, IReadOnlyList<DaySum>>();
    /// <summary>Days on which something was Yellow or Red, or a symptom was told.</summary>
    public IReadOnlyList<int> Unstable { get; init; } = [];
    /// <summary>Baselines that stand, by the vital's name.</summary>
    public IReadOnlyDictionary<string, Baseline> Standing { get; init; } = new Dictionary<string, Baseline>();

    /// <summary>Nothing measured yet.</summary>
    public static BaselineDays Empty { get; } = new();

    /// <summary>With one more Good value.</summary>
    /// <param name="vital">A measured vital.</param>
    /// <param name="day">Its day.</param>
    /// <param name="value">In the vital's unit.</param>
    public BaselineDays With(Vital vital, int day, double value) => With(vital, day, value, 1);

    /// <summary>With several more Good values of one day.</summary>
    /// <param name="vital">A measured vital.</param>
    /// <param name="day">Their day.</param>
    /// <param name="sum">Their sum, in the vital's unit.</param>
    /// <param name="count">How many.</param>
    public BaselineDays With(Vital vital, int day, double sum, int count)
    {
        string name = VitalCode.Of(vital).Name;
        IReadOnlyList<DaySum> before = Days.GetValueOrDefault(name) ?? [];
        int from = day - (Standing.ContainsKey(name) ? Kept : KeptUntilThen);
        List<DaySum> days = [.. before.Where(one => one.Day != day && one.Day > from)];
        DaySum today = before.FirstOrDefault(one => one.Day == day) ?? new DaySum(day, 0, 0);
        days.Add(today with { Sum = today.Sum + sum, Count = today.Count + count });
        if (days.Count > 1 && days[^2].Day > day)
        {
            days.Sort((one, other) => one.Day.CompareTo(other.Day));
        }
        return this with { Days = new Dictionary<string, IReadOnlyList<DaySum>>(Days, StringComparer.Ordinal) { [name] = days } };
    }

    /// <summary>A day that no baseline may rest on.</summary>
    public BaselineDays WithUnstable(int day) => Unstable.Contains(day) ? this : this with { Unstable = [.. Unstable.Where(one => one > day - KeptUntilThen), day] };

    /// <summary>Makes each baseline that enough stable days are over for; a day counts once it is over.</summary>
    /// <param name="today">Today's day.</param>
    /// <param name="needed">Stable days that a baseline rests on.</param>
    public BaselineDays Settle(int today, int needed)
    {
        Dictionary<string, Baseline>? made = null;
        foreach ((string name, IReadOnlyList<DaySum> days) in Days)
        {
            if (!Standing.ContainsKey(name) && days.Where(one => one.Day < today && !Unstable.Contains(one.Day)).Take(needed).ToArray() is var stable && stable.Length == needed)
            {
                made ??= new Dictionary<string, Baseline>(Standing, StringComparer.Ordinal);
                made[name] = Baseline.Of(stable.Select(one => one.Mean));
            }
        }
        return made is null ? this : this with { Standing = made };
    }
}
