using System.Globalization;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// one item for many numbers, and going on under another id
public sealed partial class SqliteOutbox
{
    /// <inheritdoc/>
    public void Cover(OutboxRange range)
    {
        lock (gate)
        {
            InTransaction(() => Write(range));
        }
    }

    private void Write(OutboxRange range)
    {
        LaneCursor cursor = CursorOf(range.Item.Lane);
        (long first, long through) = (range.First + cursor.Base, range.Through + cursor.Base);
        if (range.First < 1 || range.Through < range.First || through > cursor.Last || KeptChainAt(cursor, through) is not { } chain)
        {
            throw new ArgumentException($"outbox {path}: lane {cursor.Lane} has no whole range {range.First} to {range.Through}", nameof(range));
        }
        long start = StartOf(cursor, first);
        if (first == through)
        {
            // one item that is given up is not destroyed: whoever comes to look finds it
            using SqliteCommand aside = Prepare("insert into aside select $outbox, lane, $wire, context, bytes from item where lane = $lane and number = $number and covers is null",
                "$outbox", "$wire", "$lane", "$number");
            Run(aside, Id, range.First, cursor.Lane, first);
        }
        using SqliteCommand delete = Prepare("delete from item where lane = $lane and number between $first and $through", "$lane", "$first", "$through");
        Run(delete, cursor.Lane, start, through);
        using SqliteCommand insert = Prepare("insert into item(lane, number, context, tick, code, bytes, chain, covers) values ($lane, $number, $context, $tick, $code, $bytes, $chain, $covers)",
            "$lane", "$number", "$context", "$tick", "$code", "$bytes", "$chain", "$covers");
        Run(insert, cursor.Lane, first, ContextId(range.Context), range.Item.Tick, range.Item.Code, range.Item.Bytes, Signed(chain), through);
        SaveTick(range.Context.Boot, range.Item.Tick);
        if (string.Equals(range.Item.Code, WireWord.ThinnedReadings, StringComparison.Ordinal))
        {
            Run(saveMeta, "thinned", (ReadThinned() + range.Through - range.First + 1).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Takes a single fact over from a file that was put aside; one that makes no sense is left behind.</summary>
    internal void Adopt(string name, string value)
    {
        bool number = long.TryParse(value.Split(' ')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        bool time = DateTimeOffset.TryParseExact(value, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        if (name is "trusted_time" ? time : number)
        {
            InTransaction(() => Run(saveMeta, name, value));
            (newest, trusted) = (default, null);
        }
    }

    private long ReadThinned() => long.Parse(ReadMeta("thinned") ?? "0", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Renew(OutboxCommit with)
    {
        lock (gate)
        {
            string id = options!.NewId();
            InTransaction(() =>
            {
                Run(saveMeta, "outbox", id);
                Array.ForEach(cursors, Rebase);
                Write(with);
            });
            Id = id;
        }
    }

    private void Rebase(LaneCursor cursor)
    {
        long number = cursor.KeptAfter;
        Chain kept = number == cursor.Chained && cursor.IsStale ? cursor.OldChain
            : number == cursor.Base ? Chain.Zero
            : KeptChainAt(cursor, number) ?? cursor.ThroughChain;
        cursor.Seam = Math.Max(cursor.IsStale && number < cursor.Chained ? Math.Max(cursor.Seam, cursor.Chained) : cursor.Seam, number < cursor.Base ? cursor.Base : 0);
        (cursor.Base, cursor.Through, cursor.ThroughChain, cursor.Chained, cursor.OldChain) = (number, number, Chain.Zero, number, kept);
        cursor.Chain = cursor.IsStale ? cursor.Chain : Chain.Zero;
        cursor.ReceiptUnsaved = false;
        using SqliteCommand lane = Prepare("""
            update lane set base = $base, through = $base, through_chain = 0, hub = null, refused = 0, receipt_at = null, seam = $seam where lane = $lane
            """, "$base", "$seam", "$lane");
        Run(lane, number, cursor.Seam, cursor.Lane);
        SaveLane(cursor);
        cursor.Standing = new LaneStanding(cursor.Lane, cursor.Last - number, cursor.Chain, 0, null, 0, null);
    }
}
