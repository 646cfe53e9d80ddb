using System.Runtime.InteropServices;
using System.Text;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Puts stored readings and answers of one citizen together into the sets in which they were judged.</summary>
/// <param name="citizen">Pseudonym.</param>
public sealed class HistoryBuilder(string citizen)
{
    private readonly Dictionary<string, int> sets = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly List<long> ends = [];
    private readonly List<(int Set, HistoryValue Value)> values = [];
    private readonly List<(int Set, HistoryAnswer Answer)> answers = [];
    private byte[] lastBoot = [], lastName = [];
    private int lastAssignment, last = -1;

    /// <summary>Readings and answers that were judged, or may be by other settings.</summary>
    public long Readings { get; private set; }

    /// <summary>
    /// Takes the next reading, in the order in which they are stored. One without a set was not judged and is left out, but for a number that no
    /// chart knows: settings that judge it make a set of it.
    /// </summary>
    /// <param name="assignment">Its assignment.</param>
    /// <param name="boot">Boot it was taken in: sets are named within it.</param>
    /// <param name="at">When it was measured.</param>
    /// <param name="reading">The reading.</param>
    public void Add(int assignment, ReadOnlySpan<byte> boot, DateTimeOffset at, in StoredReading reading)
    {
        bool isValue = SetReader.TryRead(in reading, at.UtcTicks, out HistoryValue value);
        if (reading.Set.IsEmpty)
        {
            if (isValue && !VitalCode.Of(value.Vital).CanBeScored)
            {
                Put(NewSet("", at.UtcTicks), in value);
            }
            return;
        }
        if (last < 0 || assignment != lastAssignment || !reading.Set.SequenceEqual(lastName) || !boot.SequenceEqual(lastBoot))
        {
            (lastAssignment, lastBoot, lastName) = (assignment, boot.SequenceEqual(lastBoot) ? lastBoot : boot.ToArray(), reading.Set.ToArray());
            last = SetOf($"{assignment} {Encoding.UTF8.GetString(boot)} {Encoding.UTF8.GetString(lastName)}", at.UtcTicks);
        }
        ends[last] = Math.Max(ends[last], at.UtcTicks);
        if (isValue)
        {
            Put(last, in value);
        }
        else
        {
            Readings++;
            if (!reading.Answer.IsEmpty && AnswerCode.TryRead(Encoding.UTF8.GetString(reading.Code), out string questions, out string question))
            {
                answers.Add((last, new HistoryAnswer(at.UtcTicks, questions, question, Encoding.UTF8.GetString(reading.Answer))));
            }
        }
    }

    /// <summary>Takes over what another one has read behind this one's last reading, also the rest of a set that was begun here.</summary>
    public void Join(HistoryBuilder later)
    {
        int[] joined = new int[later.ends.Count];
        for (int set = 0; set < joined.Length; set++)
        {
            joined[set] = later.names[set].Length == 0 ? NewSet("", later.ends[set]) : SetOf(later.names[set], later.ends[set]);
            ends[joined[set]] = Math.Max(ends[joined[set]], later.ends[set]);
        }
        values.EnsureCapacity(values.Count + later.values.Count);
        foreach ((int set, HistoryValue value) in CollectionsMarshal.AsSpan(later.values))
        {
            values.Add((joined[set], value));
        }
        answers.AddRange(later.answers.Select(one => (joined[one.Set], one.Answer)));
        Readings += later.Readings;
        last = -1;
    }

    /// <summary>The sets so far, each as of its last value.</summary>
    public CitizenHistory Build() => new(citizen, CollectionsMarshal.AsSpan(ends), CollectionsMarshal.AsSpan(values), answers);

    private void Put(int set, in HistoryValue value)
    {
        values.Add((set, value));
        Readings++;
    }

    private int SetOf(string name, long at)
    {
        if (!sets.TryGetValue(name, out int set))
        {
            sets.Add(name, set = NewSet(name, at));
        }
        return set;
    }

    private int NewSet(string name, long at)
    {
        names.Add(name);
        ends.Add(at);
        return ends.Count - 1;
    }
}
