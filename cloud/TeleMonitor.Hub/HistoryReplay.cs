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
    private readonly List<StoredHistory> histories = [];

    /// <summary>Reads one citizen's history, or everybody's, as one state of the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="citizen">Pseudonym; null for all.</param>
    public HistoryReplay(HubStore store, string? citizen) => store.Read(read =>
    {
        IReadOnlyList<Assignment> assignments = read.AssignmentsOfCitizen(citizen);
        Dictionary<string, HistoryBuilder> builders = assignments.Select(one => one.Citizen).Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => new HistoryBuilder(name), StringComparer.Ordinal);
        Dictionary<int, HistoryBuilder> byAssignment = assignments.ToDictionary(one => one.Number, one => builders[one.Citizen]);
        foreach (int? number in citizen is null ? [null] : assignments.Select(one => (int?)one.Number))
        {
            read.History(number, (in HistoryRow row) => Take(byAssignment, in row));
        }
        foreach (IGrouping<string, Assignment> own in assignments.GroupBy(one => one.Citizen, StringComparer.Ordinal))
        {
            histories.Add(new StoredHistory(builders[own.Key].Build(), own.Any(one => one.To is null) ? null : own.Max(one => one.To)));
        }
        Readings = builders.Values.Sum(builder => builder.Readings);
        return true;
    });

    /// <summary>The histories, in the order of their citizens' first assignments.</summary>
    public IReadOnlyList<StoredHistory> Histories => histories;
    /// <summary>Readings that belong to a set.</summary>
    public long Readings { get; private set; }
    /// <summary>Readings of no known day: the gateway's clock was not set, and nothing has corrected it since.</summary>
    public long Undated { get; private set; }
    /// <summary>Items that could not be read.</summary>
    public long Unreadable { get; private set; }

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
        var results = new ReplayResult[histories.Count];
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

    private void Take(Dictionary<int, HistoryBuilder> builders, in HistoryRow row)
    {
        if (!builders.TryGetValue(row.Assignment, out HistoryBuilder? builder))
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
