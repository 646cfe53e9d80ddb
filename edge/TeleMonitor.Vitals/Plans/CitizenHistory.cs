using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>One stored number, or word of a vital that is answered.</summary>
/// <param name="At">When it was measured, UTC ticks.</param>
/// <param name="Exact">The number as it was sent, in the vital's unit; 0 of a word.</param>
/// <param name="Number">The same in hundredths.</param>
/// <param name="Vital">What.</param>
/// <param name="Word">Number of the word; 0 of a number.</param>
/// <param name="Site">Where a temperature was taken.</param>
/// <param name="IsGood">False for one that is doubtful: it is judged, and no baseline rests on it.</param>
public readonly record struct HistoryValue(long At, double Exact, Hundredths Number, Vital Vital, byte Word = 0, Site Site = Site.None, bool IsGood = true);

/// <summary>One stored answer to a question.</summary>
/// <param name="At">When it was given, UTC ticks.</param>
/// <param name="Questions">Id of the questionnaire.</param>
/// <param name="Question">Id of the question.</param>
/// <param name="Word">The answer.</param>
public sealed record HistoryAnswer(long At, string Questions, string Question, string Word);

/// <summary>A set and when its last value was measured.</summary>
/// <param name="At">When.</param>
/// <param name="Values">What was measured, in the order stored; of the same vital the later counts.</param>
public sealed record TimedSet(DateTimeOffset At, IReadOnlyList<HistoryValue> Values)
{
    /// <summary>Answers to questions, in the order stored.</summary>
    public IReadOnlyList<HistoryAnswer> Answers { get; init; } = [];
}

/// <summary>What is stored of one citizen, in order of time: what a replay reads. Sets of the same time keep the order in which they are given.</summary>
public sealed class CitizenHistory
{
    private readonly long[] times; // UTC ticks
    private readonly int[] starts; // of a set's values; one more than there are sets
    private readonly HistoryValue[] values;
    private readonly Dictionary<int, HistoryAnswer[]> answers; // by place of the set
    private (TimeZoneInfo Zone, DateOnly[] Days)? days;

    /// <summary>Orders values that each belong to a set.</summary>
    /// <param name="citizen">Pseudonym.</param>
    /// <param name="ends">When each set's last value was measured, UTC ticks.</param>
    /// <param name="values">The values in the order stored, each with the number of its set.</param>
    /// <param name="answers">The answers in the order stored, each with the number of its set.</param>
    internal CitizenHistory(string citizen, ReadOnlySpan<long> ends, ReadOnlySpan<(int Set, HistoryValue Value)> values, IEnumerable<(int Set, HistoryAnswer Answer)> answers)
    {
        Citizen = citizen;
        times = ends.ToArray();
        int[] order = [.. Enumerable.Range(0, times.Length)], place = new int[times.Length];
        long[] unsorted = times;
        // a sensor may hand over what it measured last week, and a clock may have been corrected since
        Array.Sort(order, (one, other) => unsorted[one].CompareTo(unsorted[other]) is var later and not 0 ? later : one.CompareTo(other));
        times = Array.ConvertAll(order, set => unsorted[set]);
        starts = new int[times.Length + 1];
        for (int at = 0; at < order.Length; at++)
        {
            place[order[at]] = at;
        }
        foreach ((int set, HistoryValue _) in values)
        {
            starts[place[set] + 1]++;
        }
        for (int at = 0; at < times.Length; at++)
        {
            starts[at + 1] += starts[at];
        }
        this.values = new HistoryValue[values.Length];
        int[] next = starts[..^1];
        foreach ((int set, HistoryValue value) in values)
        {
            this.values[next[place[set]]++] = value;
        }
        this.answers = answers.GroupBy(one => place[one.Set], one => one.Answer).ToDictionary(set => set.Key, set => set.ToArray());
    }

    /// <summary>Orders sets.</summary>
    /// <param name="citizen">Pseudonym.</param>
    /// <param name="sets">The sets, in any order.</param>
    public static CitizenHistory Of(string citizen, IReadOnlyList<TimedSet> sets) => new(citizen, sets.Select(set => set.At.UtcTicks).ToArray(),
        sets.SelectMany((set, number) => set.Values.Select(value => (number, value))).ToArray(), sets.SelectMany((set, number) => set.Answers.Select(answer => (number, answer))));

    /// <summary>Pseudonym.</summary>
    public string Citizen { get; }

    /// <summary>How many sets.</summary>
    public int Count => times.Length;

    /// <summary>When the set at this place was measured.</summary>
    public DateTimeOffset At(int place) => new(times[place], TimeSpan.Zero);

    /// <summary>The local day of each set. Kept: settings are tried on the same history one after the other.</summary>
    public ReadOnlySpan<DateOnly> DaysIn(TimeZoneInfo zone)
    {
        if (days is not { } known || !known.Zone.Equals(zone))
        {
            days = known = (zone, Array.ConvertAll(times, at => Schedule.DayOf(new DateTimeOffset(at, TimeSpan.Zero), zone)));
        }
        return known.Days;
    }

    /// <summary>The values of the set at this place, in the order stored.</summary>
    public ReadOnlySpan<HistoryValue> Values(int place) => values.AsSpan(starts[place]..starts[place + 1]);

    /// <summary>The answers of the set at this place, in the order stored.</summary>
    public IReadOnlyList<HistoryAnswer> Answers(int place) => answers.TryGetValue(place, out HistoryAnswer[]? given) ? given : [];

    /// <summary>What charts can score of the set at this place.</summary>
    public VitalSet Set(int place)
    {
        var recent = new RecentValues();
        foreach (ref readonly HistoryValue value in Values(place))
        {
            recent.Take(in value);
        }
        return recent.ToSet();
    }

    /// <summary>The same of every set, packed for a batch.</summary>
    public PackedSets Pack(ChartClasses classes)
    {
        var packed = new PackedSets(classes, Count);
        for (int place = 0; place < Count; place++)
        {
            packed.Add(Set(place));
        }
        return packed;
    }
}
