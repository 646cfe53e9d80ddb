using System.Globalization;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// receipts, and what may be forgotten by them
public sealed partial class SqliteOutbox
{
    private DateTimeOffset? trusted;

    /// <inheritdoc/>
    public void Remember(string lane, string hub, long through, Chain chain, long refused, DateTimeOffset at)
    {
        lock (gate)
        {
            LaneCursor cursor = CursorOf(lane);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(through + cursor.Base, cursor.Last);
            if (cursor.ReceiptUnsaved && Day(cursor.Standing.ReceiptAt!.Value) != Day(at))
            {
                Save(); // the last receipt of each day says what may be forgotten
            }
            cursor.Standing = Standing(lane) with { Through = through, Hub = hub, Refused = refused, ReceiptAt = at };
            (cursor.Through, cursor.ThroughChain, cursor.ReceiptUnsaved) = (through + cursor.Base, chain, true);
        }
    }

    /// <inheritdoc/>
    public bool Save()
    {
        lock (gate)
        {
            bool unsaved = Array.Exists(cursors, cursor => cursor.ReceiptUnsaved);
            if (unsaved)
            {
                InTransaction(() => { }); // every transaction takes the receipts along
            }
            return unsaved;
        }
    }

    private void WriteReceipts()
    {
        foreach (LaneCursor cursor in cursors)
        {
            if (!cursor.ReceiptUnsaved)
            {
                continue;
            }
            (LaneStanding standing, DateTimeOffset at) = (cursor.Standing, cursor.Standing.ReceiptAt!.Value);
            Run(saveReceipt, cursor.Through, Signed(cursor.ThroughChain), standing.Hub!, standing.Refused, at.ToUnixTimeMilliseconds(), standing.Lane);
            Run(saveDay, standing.Lane, Day(at), cursor.Through);
            if (TrustedTime is not { } known || at > known)
            {
                trusted = at.ToUniversalTime();
                Run(saveMeta, "trusted_time", trusted.Value.ToString("O", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <inheritdoc/>
    public long Forget(DateTimeOffset before, long most = long.MaxValue)
    {
        lock (gate)
        {
            long dropped = 0;
            InTransaction(() =>
            {
                foreach (LaneCursor cursor in cursors)
                {
                    dropped += Forget(cursor, Day(before), most);
                }
                using SqliteCommand days = Prepare("""
                    delete from receipt where day < (select max(day) from receipt as other where other.lane = receipt.lane and other.day < $day)
                    """, "$day");
                Run(days, Day(before));
            });
            return dropped;
        }
    }

    // never above the present standing: a hub that went back asks for what an older receipt had covered
    private long Forget(LaneCursor cursor, long day, long most)
    {
        using SqliteCommand receipted = Prepare("select through from receipt where lane = $lane and day < $day order by day desc limit 1", "$lane", "$day");
        (receipted.Parameters[0].Value, receipted.Parameters[1].Value) = (cursor.Lane, day);
        if (receipted.ExecuteScalar() is not long through)
        {
            return 0;
        }
        long below = Math.Min(Math.Min(through, cursor.Through), most < long.MaxValue - cursor.KeptAfter ? cursor.KeptAfter + most + 1 : long.MaxValue);
        if (EndBefore(cursor, below - 1) is { } end && end.End >= below)
        {
            below = end.Number; // a range is forgotten whole or not at all
        }
        if (EndBefore(cursor, below - 1) is not { } last)
        {
            return 0;
        }
        using SqliteCommand delete = Prepare("delete from item where lane = $lane and number < $below", "$lane", "$below");
        long dropped = Run(delete, cursor.Lane, below);
        if (last.End > cursor.KeptAfter)
        {
            (cursor.KeptAfter, cursor.KeptChain) = (last.End, last.Chain);
            SaveKept(cursor);
        }
        return dropped;
    }

    private void SaveKept(LaneCursor cursor)
    {
        using SqliteCommand kept = Prepare("update lane set kept_after = $after, kept_chain = $chain where lane = $lane", "$after", "$chain", "$lane");
        Run(kept, cursor.KeptAfter, Signed(cursor.KeptChain), cursor.Lane);
        cursor.Standing = cursor.Standing with { Forgotten = Math.Max(0, cursor.KeptAfter - cursor.Base) };
    }

    private static long Day(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;

    /// <inheritdoc/>
    public DateTimeOffset? TrustedTime
    {
        get
        {
            return Reading(() => trusted ??= DateTimeOffset.TryParseExact(ReadMeta("trusted_time"), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at) ? at : null);
        }
    }
}
