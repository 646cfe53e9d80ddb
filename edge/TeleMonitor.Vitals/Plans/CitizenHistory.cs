using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A set and when its last value was measured.</summary>
/// <param name="At">When.</param>
/// <param name="Set">What was known.</param>
public readonly record struct TimedSet(DateTimeOffset At, VitalSet Set);

/// <summary>What is stored of one citizen, in order of time: what a replay reads. Sets of the same time keep the order in which they are given.</summary>
public sealed class CitizenHistory
{
    private readonly long[] times; // UTC ticks

    /// <summary>Orders and packs the sets.</summary>
    /// <param name="citizen">Pseudonym.</param>
    /// <param name="sets">The sets, in any order.</param>
    public CitizenHistory(string citizen, IReadOnlyList<TimedSet> sets)
    {
        Citizen = citizen;
        times = new long[sets.Count];
        int[] order = new int[sets.Count];
        for (int place = 0; place < order.Length; place++)
        {
            (times[place], order[place]) = (sets[place].At.UtcTicks, place);
        }
        // a sensor may hand over what it measured last week, and a clock may have been corrected since
        Array.Sort(order, (one, other) => sets[one].At.UtcTicks.CompareTo(sets[other].At.UtcTicks) is var later and not 0 ? later : one.CompareTo(other));
        Array.Sort(times);
        Sets = new PackedSets(order.Length);
        foreach (int place in order)
        {
            Sets.Add(sets[place].Set);
        }
    }

    /// <summary>Pseudonym.</summary>
    public string Citizen { get; }

    /// <summary>The sets, oldest first.</summary>
    public PackedSets Sets { get; }

    /// <summary>When the set at this place was measured.</summary>
    public DateTimeOffset At(int place) => new(times[place], TimeSpan.Zero);
}
