using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub;

/// <summary>What the store holds of one citizen for a replay.</summary>
/// <param name="History">The sets.</param>
/// <param name="End">When the last assignment ended; null while one runs.</param>
public sealed record StoredHistory(CitizenHistory History, DateTimeOffset? End);

/// <summary>Events of one citizen, as they stand in an events file.</summary>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="At">When it happened.</param>
/// <param name="Label">What, in the words of whoever labelled it.</param>
public sealed record LabelledEvent(string Citizen, DateTimeOffset At, string Label);

/// <summary>"Would this have alerted?" over the store: reads the histories and replays each under one or two settings.</summary>
public sealed class HistoryReplay
{
    private const int MostParts = 4;
    private readonly StoredHistory[] histories;

    /// <summary>Reads one citizen's history, or everybody's by as many stretches of the store as there are processors.</summary>
    /// <param name="store">The store.</param>
    /// <param name="citizen">Pseudonym; null for all.</param>
    public HistoryReplay(HubStore store, string? citizen)
    {
        IReadOnlyList<Assignment> assignments = store.Read(read => read.AssignmentsOfCitizen(citizen));
        // what is stored from now on is left to the next replay
        long newest = store.Read(read => read.NewestItem());
        var parts = new Part[citizen is null ? Math.Clamp(Environment.ProcessorCount, 1, MostParts) : 1];
        Parallel.For(0, parts.Length, number => parts[number] = citizen is null
            ? new Part(store, assignments, newest * number / parts.Length, newest * (number + 1) / parts.Length) : new Part(store, assignments, null, null));
        IGrouping<string, Assignment>[] owners = [.. assignments.GroupBy(one => one.Citizen, StringComparer.Ordinal)];
        var found = new StoredHistory[owners.Length];
        Parallel.For(0, found.Length, number =>
        {
            HistoryBuilder own = parts[0].Builders[owners[number].Key];
            foreach (Part later in parts[1..])
            {
                own.Join(later.Builders[owners[number].Key]);
            }
            found[number] = new StoredHistory(own.Build(), owners[number].Any(one => one.To is null) ? null : owners[number].Max(one => one.To));
        });
        histories = found;
        (Readings, Undated, Unreadable) = (parts[0].Builders.Values.Sum(builder => builder.Readings), parts.Sum(part => part.Undated), parts.Sum(part => part.Unreadable));
    }

    /// <summary>The histories, in the order of their citizens' first assignments.</summary>
    public IReadOnlyList<StoredHistory> Histories => histories;
    /// <summary>Readings that belong to a set.</summary>
    public long Readings { get; }
    /// <summary>Readings of no known day: the gateway's clock was not set, and nothing has corrected it since.</summary>
    public long Undated { get; }
    /// <summary>Items that could not be read.</summary>
    public long Unreadable { get; }

    /// <summary>Replays every history.</summary>
    /// <param name="settings">The settings to try.</param>
    /// <param name="now">Only days before its day count.</param>
    /// <param name="zone">Whose days these are.</param>
    /// <param name="events">What is known to have happened.</param>
    /// <param name="within">How long before an event an alert counts as being about it.</param>
    /// <returns>One result per history, in the same order.</returns>
    public IReadOnlyList<ReplayResult> Run(ReplaySettings settings, DateTimeOffset now, TimeZoneInfo zone, IReadOnlyList<LabelledEvent> events, TimeSpan within)
    {
        var replay = new AlertReplay(settings);
        ILookup<string, ReplayEvent> byCitizen = events.ToLookup(one => one.Citizen, one => new ReplayEvent(one.At, one.Label), StringComparer.Ordinal);
        var results = new ReplayResult[histories.Length];
        Parallel.For(0, results.Length, place =>
        {
            StoredHistory stored = histories[place];
            DateOnly yesterday = Day(now, zone).AddDays(-1);
            DateOnly through = stored.End is { } end && Day(end, zone) < yesterday ? Day(end, zone) : yesterday;
            results[place] = replay.Run(stored.History, through, zone, [.. byCitizen[stored.History.Citizen]], within);
        });
        return results;
    }

    private static DateOnly Day(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>What a stretch of the store holds, or all of one citizen where no stretch is named.</summary>
    private sealed class Part
    {
        private readonly Dictionary<int, HistoryBuilder> byAssignment;

        public Part(HubStore store, IReadOnlyList<Assignment> assignments, long? after, long? through)
        {
            Builders = assignments.Select(one => one.Citizen).Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => new HistoryBuilder(name), StringComparer.Ordinal);
            byAssignment = assignments.ToDictionary(one => one.Number, one => Builders[one.Citizen]);
            store.Read(read =>
            {
                if (after is { } first && through is { } last)
                {
                    read.History(first, last, Take);
                    return true;
                }
                foreach (Assignment one in assignments)
                {
                    read.History(one.Number, Take);
                }
                return true;
            });
        }

        public Dictionary<string, HistoryBuilder> Builders { get; }
        public long Undated { get; private set; }
        public long Unreadable { get; private set; }

        private void Take(in HistoryRow row)
        {
            if (!byAssignment.TryGetValue(row.Assignment, out HistoryBuilder? builder))
            {
                return; // a synthetic assignment's
            }
            if (row.AtMs is not { } at)
            {
                Undated++;
            }
            else if (StoredReading.TryRead(row.Bytes, out StoredReading reading))
            {
                builder.Add(row.Assignment, row.Boot, DateTimeOffset.FromUnixTimeMilliseconds(at), in reading);
            }
            else
            {
                Unreadable++;
            }
        }
    }
}
