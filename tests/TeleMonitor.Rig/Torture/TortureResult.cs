namespace TeleMonitor.Rig.Torture;

/// <summary>What one run, or several of one scenario, came to.</summary>
/// <param name="Accepted">Readings that were committed in an outbox, by the cell: row and vital sign.</param>
/// <param name="Lost">Accepted, and at the end not in the hub with their value; thinned ones are not lost, the hub has their summary.</param>
/// <param name="Duplicated">Stored more than once.</param>
/// <param name="Thinned">Readings that thinned items stand for.</param>
/// <param name="RedsWithoutCase">Red rows among the accepted that no alert with a case came of.</param>
/// <param name="Stored">Longest from reading to stored.</param>
/// <param name="Cased">Longest from Red to case.</param>
/// <param name="Faults">What else was not as it should be, in sentences: a gateway that gave up, a step that could not be done.</param>
internal sealed record TortureResult(
    int Runs, long Accepted, long Lost, long Duplicated, long Thinned, long Reds, long RedsWithoutCase, TimeSpan Stored, TimeSpan Cased, IReadOnlyList<string> Faults)
{
    public static TortureResult None { get; } = new(0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero, []);

    /// <summary>Nothing lost, nothing twice, no Red without a case, and every step was done.</summary>
    public bool IsGood => Lost == 0 && Duplicated == 0 && RedsWithoutCase == 0 && Faults.Count == 0;

    public static TortureResult operator +(TortureResult one, TortureResult other) => new(
        one.Runs + other.Runs, one.Accepted + other.Accepted, one.Lost + other.Lost, one.Duplicated + other.Duplicated, one.Thinned + other.Thinned,
        one.Reds + other.Reds, one.RedsWithoutCase + other.RedsWithoutCase, Longer(one.Stored, other.Stored), Longer(one.Cased, other.Cased), [.. one.Faults, .. other.Faults]);

    /// <summary>Compares what the recording had up to the last accepted row with what the store holds.</summary>
    /// <param name="recording">What was given.</param>
    /// <param name="lastRow">The last accepted row.</param>
    /// <param name="watch">The store.</param>
    /// <param name="faults">What else went wrong.</param>
    public static TortureResult Count(TortureRecording recording, int lastRow, StoreWatch watch, IReadOnlyList<string> faults)
    {
        var cells = new Dictionary<(int Row, string Code), List<(long Item, double Value, long Tick)>>();
        foreach (var cell in watch.Rows("select label_row, code, id, value, tick from item where kind = 'reading' and label_row is not null",
            row => (Key: (row.GetInt32(0), row.GetString(1)), Item: row.GetInt64(2), Value: row.IsDBNull(3) ? double.NaN : row.GetDouble(3), Tick: row.GetInt64(4))))
        {
            if (!cells.TryGetValue(cell.Key, out List<(long, double, long)>? same))
            {
                cells.Add(cell.Key, same = []);
            }

            same.Add((cell.Item, cell.Value, cell.Tick));
        }

        long accepted = 0, missing = 0, duplicated = 0;
        TimeSpan stored = TimeSpan.Zero;
        for (int row = 2; row <= lastRow; row++)
        {
            foreach ((string code, double value) in recording.CellsOf(row))
            {
                accepted++;
                List<(long Item, double Value, long Tick)> found = cells.GetValueOrDefault((row, code)) ?? [];
                duplicated += Math.Max(0, found.Count - 1);
                if (!found.Exists(one => one.Value.Equals(value)))
                {
                    missing++;
                    continue;
                }

                (long item, _, long tick) = found.First(one => one.Value.Equals(value));
                stored = Longer(stored, (watch.StoredAt(item) ?? watch.Now) - FromTick(tick));
            }
        }

        long thinned = watch.Rows("select coalesce(sum(json_extract(bytes, '$.items')), 0) from item where kind = 'thinned'", row => row.GetInt64(0)).Single();
        (long without, TimeSpan cased) = CountReds(recording, lastRow, watch);
        return new TortureResult(1, accepted, Math.Max(0, missing - thinned), duplicated, thinned, recording.Reds.Count(row => row <= lastRow), without, stored, cased, faults);
    }

    /// <summary>Red rows that no alert with a case came of, and the longest from Red to case of the others.</summary>
    public static (long Without, TimeSpan Longest) CountReds(TortureRecording recording, int lastRow, StoreWatch watch)
    {
        const string question = """
            select item.label_row, alert.id, item.tick from alert
            join item on item.gateway = alert.gateway and item.boot = alert.boot and item.tick = alert.tick
            join care_case on care_case.id = alert.care_case
            where alert.triage = 'red' and item.label_row is not null
            """;
        ILookup<int, (long Alert, long Tick)> found = watch.Rows(question, row => (Row: row.GetInt32(0), Alert: row.GetInt64(1), Tick: row.GetInt64(2)))
            .ToLookup(one => one.Row, one => (one.Alert, one.Tick));
        long without = 0;
        TimeSpan longest = TimeSpan.Zero;
        foreach (int row in recording.Reds.Where(row => row <= lastRow))
        {
            TimeSpan[] delays = [.. found[row].Select(one => (watch.CasedAt(one.Alert) ?? watch.Now) - FromTick(one.Tick))];
            without += delays.Length == 0 ? 1 : 0;
            longest = delays.Length == 0 ? longest : Longer(longest, delays.Min());
        }

        return (without, longest);
    }

    private static TimeSpan FromTick(long tick) => TimeSpan.FromMicroseconds(tick);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
