using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// how the lanes stand, and what comes next in them
public sealed partial class SqliteOutbox
{
    private readonly record struct Row(long Number, long? Covers, byte[] Bytes, Chain Chain, long Context)
    {
        public long End => Covers ?? Number;
    }

    /// <inheritdoc/>
    public OutboxBatch? ReadBatch(string lane, long after, int maxItems)
    {
        return Reading(() =>
        {
            LaneCursor cursor = CursorOf(lane);
            long first = StartOf(cursor, after + cursor.Base + 1);
            if (ReadChain(cursor, first - 1) is not { } before)
            {
                return null;
            }
            List<Row> rows = ReadRows(cursor, first, maxItems);
            return rows.Count == 0 ? null : Check(cursor, before, rows);
        });
    }

    // the item that holds this number: itself, or a range that begins before
    private long StartOf(LaneCursor cursor, long number) => EndBefore(cursor, number) is { } last && last.End >= number ? last.Number : number;

    private (long Number, long End, Chain Chain)? EndBefore(LaneCursor cursor, long number)
    {
        (selectEnd.Parameters[0].Value, selectEnd.Parameters[1].Value) = (cursor.Lane, number);
        using SqliteDataReader reader = selectEnd.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetInt64(1), Unsigned(reader.GetInt64(2))) : null;
    }

    private List<Row> ReadRows(LaneCursor cursor, long first, int maxItems)
    {
        var rows = new List<Row>(Math.Min(maxItems, 64));
        int bytes = Batch.HeadBytes;
        (selectItems.Parameters[0].Value, selectItems.Parameters[1].Value, selectItems.Parameters[2].Value) = (cursor.Lane, first, (long)maxItems);
        using SqliteDataReader reader = selectItems.ExecuteReader();
        while (reader.Read())
        {
            var row = new Row(reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.GetFieldValue<byte[]>(0), Unsigned(reader.GetInt64(1)), reader.GetInt64(2));
            bytes += row.Bytes.Length + 1;
            bool follows = row.Number == (rows.Count == 0 ? first : rows[^1].End + 1); // what lies beyond a hole is not the next
            bool fits = rows.Count == 0 || (row.Covers is null && row.Context == rows[0].Context && bytes <= Batch.MaxBytes);
            if (!follows || !fits)
            {
                break;
            }
            rows.Add(row);
            if (row.Covers is not null)
            {
                break; // a range travels alone
            }
        }
        return rows;
    }

    // what goes out is what was committed: the chain kept with each item proves its bytes
    private OutboxBatch? Check(LaneCursor cursor, Chain before, List<Row> rows)
    {
        Chain wire = before, kept = rows[0].Number - 1 == cursor.Chained && cursor.IsStale ? cursor.OldChain : before;
        var chains = new List<(Row Row, Chain Wire)>();
        var items = new List<ReadOnlyMemory<byte>>(rows.Count);
        foreach (Row row in rows)
        {
            bool stale = row.End > cursor.Chained, seam = stale && row.Number <= cursor.Seam + 1;
            if (row.Covers is null && !seam && kept.Next(row.Bytes) != row.Chain)
            {
                if (items.Count > 0)
                {
                    break; // what stands before it goes first
                }
                throw new DamagedItemException($"outbox {path}: item {row.Number - cursor.Base} of lane {cursor.Lane} is not what was committed", row.Number - cursor.Base,
                    Convert.ToHexStringLower(SHA256.HashData(row.Bytes)));
            }
            wire = stale ? wire.Next(row.Bytes) : row.Chain;
            if (stale)
            {
                chains.Add((row, wire));
            }
            kept = row.End == cursor.Chained && cursor.IsStale ? cursor.OldChain : row.Chain;
            items.Add(row.Bytes);
        }
        if (chains.Count > 0 && guard is not null)
        {
            ChainAnew(cursor, chains);
        }
        long first = rows[0].Number - cursor.Base;
        return new OutboxBatch(cursor.Lane, first, before, wire, ReadContext(rows[0].Context), items) { Through = rows[0].Covers - cursor.Base };
    }

    // after a change of id, as far as is sent now: a backlog of months is never rewritten at once
    private void ChainAnew(LaneCursor cursor, List<(Row Row, Chain Wire)> chains)
    {
        (Row last, Chain wire) = chains[^1];
        InTransaction(() =>
        {
            using SqliteCommand update = Prepare("update item set chain = $chain where lane = $lane and number = $number", "$chain", "$lane", "$number");
            foreach ((Row row, Chain chain) in chains)
            {
                Run(update, Signed(chain), cursor.Lane, row.Number);
            }
            (cursor.Chained, cursor.OldChain) = (last.End, last.Chain);
            cursor.Chain = cursor.IsStale ? cursor.Chain : wire;
            SaveLane(cursor);
        });
    }

    /// <inheritdoc/>
    public Chain? ChainAt(string lane, long number)
    {
        return Reading(() => CursorOf(lane) is var cursor && number < 0 ? null : ReadChain(cursor, number + cursor.Base));
    }

    private Chain? ReadChain(LaneCursor cursor, long number)
    {
        if (number == cursor.Base)
        {
            return Chain.Zero;
        }
        if (number > cursor.Chained || number < cursor.Base)
        {
            return null;
        }
        if (number == cursor.Last || number == cursor.Through)
        {
            return number == cursor.Last ? cursor.Chain : cursor.ThroughChain;
        }
        return KeptChainAt(cursor, number);
    }

    // in the sequence that the item carries
    private Chain? KeptChainAt(LaneCursor cursor, long number) =>
        EndBefore(cursor, number) is { } end && end.End == number ? end.Chain
        : number == cursor.KeptAfter ? cursor.KeptChain
        : null;

    /// <inheritdoc/>
    public LaneStanding Standing(string lane)
    {
        return Reading(() =>
        {
            LaneCursor cursor = CursorOf(lane);
            long last = cursor.Last - cursor.Base;
            return cursor.Standing.Last == last ? cursor.Standing : cursor.Standing = cursor.Standing with { Last = last, LastChain = cursor.Chain };
        });
    }

    private LaneCursor CursorOf(string lane)
    {
        if (!cursorsStand || guard is null)
        {
            LoadCursors(); // who only looks beside a running gateway sees what it has written since
        }
        return cursors[LaneIndex(lane)];
    }

    private void LoadCursors() => Reading(() =>
    {
        using SqliteCommand select = Prepare("""
            select last, chain, through, hub, refused, receipt_at, base, through_chain, kept_after, kept_chain, coalesce(chained, last), old_chain, seam
            from lane where lane = $lane
            """, "$lane");
        foreach (LaneCursor cursor in cursors)
        {
            (bool unsaved, LaneStanding receipt, long through, Chain chain) = (cursor.ReceiptUnsaved, cursor.Standing, cursor.Through, cursor.ThroughChain);
            select.Parameters[0].Value = cursor.Lane;
            using SqliteDataReader reader = select.ExecuteReader();
            if (!reader.Read())
            {
                throw new DamagedOutboxException($"outbox {path}: there is no lane {cursor.Lane}");
            }
            (cursor.Last, cursor.Chain, cursor.Through) = (reader.GetInt64(0), Unsigned(reader.GetInt64(1)), reader.GetInt64(2));
            (cursor.Base, cursor.ThroughChain, cursor.KeptAfter, cursor.KeptChain) = (reader.GetInt64(6), Unsigned(reader.GetInt64(7)), reader.GetInt64(8), Unsigned(reader.GetInt64(9)));
            (cursor.Chained, cursor.OldChain, cursor.Seam) = (reader.GetInt64(10), Unsigned(reader.GetInt64(11)), reader.GetInt64(12));
            cursor.Standing = new LaneStanding(cursor.Lane, cursor.Last - cursor.Base, cursor.Chain, cursor.Through - cursor.Base, reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetInt64(4), reader.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)))
            { Forgotten = Math.Max(0, cursor.KeptAfter - cursor.Base) };
            if (unsaved)
            {
                // a commit that failed does not take the receipts with it: on a full disk they are what makes room
                (cursor.Through, cursor.ThroughChain) = (through, chain);
                cursor.Standing = cursor.Standing with { Through = receipt.Through, Hub = receipt.Hub, Refused = receipt.Refused, ReceiptAt = receipt.ReceiptAt };
            }
        }
        return cursorsStand = true;
    });
}
