using System.Runtime.InteropServices;
using System.Text;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Puts stored readings of one citizen together into the sets in which they were judged.</summary>
/// <param name="citizen">Pseudonym.</param>
public sealed class HistoryBuilder(string citizen)
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<VitalSet> sets = [];
    private readonly List<DateTimeOffset> times = [];
    private byte[] lastBoot = [], lastSet = [];
    private int lastAssignment, lastPlace = -1;

    /// <summary>Readings that belong to a set.</summary>
    public long Readings { get; private set; }

    /// <summary>Takes the next reading, in the order in which they are stored. One without a set was not judged and is left out.</summary>
    /// <param name="assignment">Its assignment.</param>
    /// <param name="boot">Boot it was taken in: sets are named within it.</param>
    /// <param name="at">When it was measured.</param>
    /// <param name="reading">The reading.</param>
    public void Add(int assignment, ReadOnlySpan<byte> boot, DateTimeOffset at, in StoredReading reading)
    {
        if (reading.Set.IsEmpty)
        {
            return;
        }
        if (lastPlace < 0 || assignment != lastAssignment || !reading.Set.SequenceEqual(lastSet) || !boot.SequenceEqual(lastBoot))
        {
            (lastAssignment, lastBoot, lastSet) = (assignment, boot.SequenceEqual(lastBoot) ? lastBoot : boot.ToArray(), reading.Set.ToArray());
            lastPlace = PlaceOf($"{assignment} {Encoding.UTF8.GetString(boot)} {Encoding.UTF8.GetString(lastSet)}", at);
        }
        SetReader.Add(ref CollectionsMarshal.AsSpan(sets)[lastPlace], in reading);
        times[lastPlace] = at > times[lastPlace] ? at : times[lastPlace];
        Readings++;
    }

    /// <summary>Takes over what another one has read behind this one's last reading, also the rest of a set that was begun here.</summary>
    public void Join(HistoryBuilder later)
    {
        Span<VitalSet> read = CollectionsMarshal.AsSpan(later.sets);
        foreach ((string name, int from) in later.places.OrderBy(pair => pair.Value))
        {
            int place = PlaceOf(name, later.times[from]);
            CollectionsMarshal.AsSpan(sets)[place].Take(in read[from]);
            times[place] = later.times[from] > times[place] ? later.times[from] : times[place];
        }
        Readings += later.Readings;
        lastPlace = -1;
    }

    /// <summary>The sets so far, each as of its last value.</summary>
    public CitizenHistory Build() => new(citizen, [.. sets.Select((set, place) => new TimedSet(times[place], set))]);

    private int PlaceOf(string name, DateTimeOffset at)
    {
        if (!places.TryGetValue(name, out int place))
        {
            place = sets.Count;
            places.Add(name, place);
            sets.Add(new VitalSet());
            times.Add(at);
        }
        return place;
    }
}
