using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>
/// Keeps the outbox inside its limit: near it, local history that the hub has is forgotten first, oldest day first; only then old, quiet
/// readings thin. What may not thin stays, and then the outbox is full: its sensors wait.
/// </summary>
/// <param name="store">The outbox.</param>
/// <param name="nextTick">Gives a strictly rising tick.</param>
/// <param name="context">Context of items made now.</param>
public sealed class DiskKeeper(IOutboxStore store, Func<long> nextTick, Func<BatchContext> context)
{
    /// <summary>Part of the limit from which room is made, and down to which.</summary>
    public const double High = 0.90, Low = 0.85;
    private const int SliceRows = 2048, LookAheadRows = 512, SlicesAtOnce = 8;
    private const long ForgetAtOnce = 4096;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly HashSet<(string Boot, long Tick, string Code)> named = [];
    private string outbox = "";
    private long looked, alertsRead;
    private TimeSpan nextLook;

    /// <summary>Looks every ten seconds whether room is short, and makes some, in small portions.</summary>
    /// <param name="monotonic">Monotonic time.</param>
    /// <param name="now">The same moment, for ages.</param>
    /// <param name="inFlight">Highest number of the reading lane that may be under way.</param>
    /// <param name="full">True when something was just refused for want of room: look at once.</param>
    /// <returns>True when it should be called again at once.</returns>
    /// <exception cref="OutboxException">The outbox could not be read or written.</exception>
    public bool Step(TimeSpan monotonic, ThinNow now, long inFlight, bool full = false)
    {
        if (!full && monotonic < nextLook)
        {
            return false;
        }
        nextLook = monotonic + LookEvery;
        DiskUse disk = store.Disk;
        if (disk.Used < disk.Limit * (full ? Low : High))
        {
            return false;
        }
        for (int slice = 0; slice < SlicesAtOnce && store.Disk is var use && use.Used >= use.Limit * Low; slice++)
        {
            if (store.Forget(DateTimeOffset.MaxValue, ForgetAtOnce) == 0 && !Thin(now, inFlight))
            {
                return false; // nothing more may go
            }
        }
        bool more = store.Disk is var left && left.Used >= left.Limit * Low;
        nextLook = more ? monotonic : nextLook;
        return more;
    }

    // the next rows that were not looked at; false at the end of what is old enough
    private bool Thin(ThinNow now, long inFlight)
    {
        if (!string.Equals(outbox, store.Id, StringComparison.Ordinal))
        {
            (outbox, looked, alertsRead) = (store.Id, 0, 0);
            named.Clear();
        }
        ReadAlerts();
        LaneStanding standing = store.Standing(WireWord.ReadingLane);
        looked = Math.Max(looked, Math.Max(standing.Through, inFlight));
        IReadOnlyList<ThinRow> rows = store.ReadRows(WireWord.ReadingLane, looked, SliceRows + LookAheadRows);
        if (rows.Count <= LookAheadRows)
        {
            return false; // the newest readings, whose sets may still be open
        }
        IReadOnlyList<ThinRange> ranges = ThinningRules.Choose(rows, named, now);
        foreach (ThinRange range in ranges)
        {
            long tick = nextTick();
            ThinnedItem item = range.Make(outbox, tick, now.Wall);
            store.Cover(new OutboxRange(range.First, range.Through, new OutboxItem(WireWord.ReadingLane, tick, item.Code, WireItems.Write(item)), context()));
        }
        long last = rows[^(LookAheadRows + 1)].Number;
        long next = Math.Max(last, ranges.Count > 0 ? ranges[^1].Through : 0);
        bool old = ranges.Count > 0 || IsOld(rows[0], now);
        looked = old ? next : looked;
        return old;
    }

    private static bool IsOld(ThinRow row, ThinNow now) =>
        row.Item is null || !string.Equals(row.Context.Boot, now.Boot, StringComparison.Ordinal)
        || now.Microseconds - row.Item.Tick >= (ThinningRules.Age + ThinningRules.Span).Ticks / TimeSpan.TicksPerMicrosecond;

    // alerts are few: what they name is kept in memory, some tens of bytes each
    private void ReadAlerts()
    {
        while (store.ReadRows(WireWord.AlertLane, alertsRead, LookAheadRows) is { Count: > 0 } rows)
        {
            foreach (ThinRow row in rows)
            {
                IReadOnlyList<AlertInput>? inputs = row.Item switch { AlertItem alert => alert.Inputs, HelpItem help => help.Inputs, _ => null };
                if (inputs is not null)
                {
                    named.UnionWith(inputs.Select(input => (input.Boot ?? row.Context.Boot, input.Tick, input.Code)));
                }
            }
            alertsRead = rows[^1].Number;
        }
    }
}
