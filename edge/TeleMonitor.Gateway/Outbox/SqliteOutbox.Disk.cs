using Microsoft.Data.Sqlite;
using SQLitePCL;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// the file inside its limit, and what still works when the disk is full
public sealed partial class SqliteOutbox
{
    /// <summary>Kept on the disk so that a full one can be emptied: the log of the transactions that forget.</summary>
    private const long ReserveBytes = 4L << 20;
    /// <summary>Of the limit: the reserve, the log of 4 MiB at its usual height, and as much again for a large transaction.</summary>
    private const long BesidePages = 12L << 20;
    private const int PageBytes = 4096;
    private const int ShmSize = raw.SQLITE_IOERR | (19 << 8); // SQLITE_IOERR_SHMSIZE
    private static readonly long ReserveAgainAfter = TimeSpan.FromSeconds(30).Ticks / TimeSpan.TicksPerMicrosecond;

    private long reserveTried;
    private bool reserved;

    /// <inheritdoc/>
    public DiskUse Disk => Reading(() => new DiskUse((UsedPages() * PageBytes) + BesidePages, options?.LimitBytes ?? 0, ReadThinned()));

    private long UsedPages() => Pragma(pageCount) - Pragma(freePages);

    private static long Pragma(SqliteCommand command) => (long)command.ExecuteScalar()!;

    /// <inheritdoc/>
    public IReadOnlyList<ThinRow> ReadRows(string lane, long after, int count)
    {
        return Reading(() =>
        {
            LaneCursor cursor = CursorOf(lane);
            var rows = new List<(long Number, bool Range, byte[] Bytes, long Context)>(count);
            (selectItems.Parameters[0].Value, selectItems.Parameters[1].Value, selectItems.Parameters[2].Value) = (lane, Math.Max(after, 0) + cursor.Base + 1, (long)count);
            using (SqliteDataReader reader = selectItems.ExecuteReader())
            {
                while (reader.Read())
                {
                    rows.Add((reader.GetInt64(3), !reader.IsDBNull(4), reader.GetFieldValue<byte[]>(0), reader.GetInt64(2)));
                }
            }
            var contexts = new Dictionary<long, BatchContext>();
            return (IReadOnlyList<ThinRow>)[.. rows.Select(row => new ThinRow(row.Number - cursor.Base, ContextOf(row.Context),
                !row.Range && WireItems.TryRead(row.Bytes, out Item? item, out _) ? item : null))];

            BatchContext ContextOf(long id) => contexts.TryGetValue(id, out BatchContext? known) ? known : contexts[id] = ReadContext(id);
        });
    }

    private void LimitPages()
    {
        long pages = Math.Max((options!.LimitBytes - BesidePages) / PageBytes, 1) + (ReserveBytes / PageBytes);
        Execute($"pragma max_page_count = {pages}; pragma journal_size_limit = {ReserveBytes}");
        Reserve();
    }

    // items are refused a little below the limit, so that what makes room, and findings, still fit
    private void RefuseBeyondLimit()
    {
        if ((UsedPages() * PageBytes) + BesidePages >= options!.LimitBytes)
        {
            throw new OutboxFullException($"outbox {path}: its limit of {options.LimitBytes >> 20} MiB is reached; nothing is dropped, the sensors wait");
        }
    }

    private static bool IsFull(Exception bad) => bad is SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: ShmSize };

    private string ReservePath => path + ".reserve";

    // really written, since a file of holes takes no room
    private void Reserve()
    {
        reserveTried = options!.Microseconds();
        try
        {
            using var file = new FileStream(ReservePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            byte[] block = new byte[1 << 16];
            file.Position = file.Length / block.Length * block.Length;
            while (file.Position < ReserveBytes)
            {
                file.Write(block);
            }
            file.Flush(flushToDisk: true);
            reserved = true;
        }
        catch (IOException)
        {
            GiveUpReserve(); // no room for it: better the room
        }
    }

    private bool GiveUpReserve()
    {
        reserved = false;
        if (!File.Exists(ReservePath))
        {
            return false;
        }
        File.Delete(ReservePath);
        return true;
    }

    private void ReserveAgain()
    {
        if (!reserved && options!.Microseconds() - reserveTried >= ReserveAgainAfter)
        {
            Reserve();
        }
    }
}
