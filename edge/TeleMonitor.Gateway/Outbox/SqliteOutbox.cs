using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>The outbox as one SQLite file: WAL, every commit synced to the disk before it returns (OUTBOX.md).</summary>
public sealed partial class SqliteOutbox : IOutboxStore
{
    private sealed class LaneCursor(string lane)
    {
        public LaneStanding Standing = new(lane, 0, Chain.Zero, 0, null, 0, null);
        public long Last;
        public Chain Chain;
        /// <summary>A receipt that is not yet in the file; it goes there with the next transaction.</summary>
        public bool ReceiptUnsaved;
        public readonly byte[] Utf8 = Encoding.UTF8.GetBytes(lane);
        public string Lane => Standing.Lane;
    }

    private readonly Lock gate = new();
    private readonly string path;
    private readonly SqliteConnection connection;
    private readonly FileStream? guard;
    private readonly LaneCursor[] cursors = [.. WireWord.Lanes.Select(lane => new LaneCursor(lane))];
    private readonly SqliteCommand begin, commit, rollback, selectItems, selectChain, saveLane, saveReceipt, saveDay, saveMeta, saveState;
    private readonly sqlite3_stmt insertItem; // the one statement that runs for every item: bound without boxing
    private (BatchContext? Context, long Id) lastContext;
    private bool cursorsStand; // false: they must be read from the file before they are used

    /// <summary>Opens the outbox at this path, and makes it where there is none.</summary>
    /// <param name="path">The database file; its folder is made.</param>
    /// <param name="newId">Gives the id of a new outbox: 16 hex digits from a random source.</param>
    /// <exception cref="OutboxException">The file cannot be used; the message says why.</exception>
    public static SqliteOutbox Open(string path, Func<string> newId)
    {
        FileStream? locked = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            locked = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new SqliteOutbox(path, locked, newId);
        }
        catch (Exception bad) when (bad is SqliteException or IOException or UnauthorizedAccessException)
        {
            locked?.Dispose();
            throw new OutboxException(locked is null
                ? $"outbox {path}: cannot be locked; another program uses it, or the folder cannot be written ({bad.Message})"
                : $"outbox {path}: cannot be opened ({bad.Message})", bad);
        }
        catch (OutboxException)
        {
            locked?.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing outbox for looking only, also while its gateway runs.</summary>
    /// <exception cref="OutboxException">There is none, or it cannot be used.</exception>
    public static SqliteOutbox OpenToLook(string path)
    {
        try
        {
            return new SqliteOutbox(path, null, null);
        }
        catch (SqliteException bad)
        {
            throw new OutboxException($"outbox {path}: cannot be opened ({bad.Message})", bad);
        }
    }

    private SqliteOutbox(string path, FileStream? guard, Func<string>? newId)
    {
        (this.path, this.guard) = (path, guard);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            Mode = newId is null ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
        }.ToString());
        try
        {
            connection.Open();
            Execute(OutboxSchema.Pragmas);
            string problem = OutboxSchema.Problem(connection, out bool empty);
            if (problem.Length > 0 || (empty && newId is null))
            {
                throw new OutboxException($"outbox {path}: {(empty ? "it is empty" : problem)}");
            }
            if (newId is not null)
            {
                Execute("pragma journal_mode = wal");
                if (empty)
                {
                    OutboxSchema.Create(connection, newId());
                }
            }
            Id = ReadMeta("outbox") ?? throw new OutboxException($"outbox {path}: it has no id");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
        begin = Prepare("begin immediate");
        commit = Prepare("commit");
        rollback = Prepare("rollback");
        Must(raw.sqlite3_prepare_v2(connection.Handle, "insert into item(lane, number, context, tick, code, bytes, chain) values (?, ?, ?, ?, ?, ?, ?)", out insertItem));
        selectChain = Prepare("select chain from item where lane = $lane and number = $number", "$lane", "$number");
        saveReceipt = Prepare("update lane set through = $through, hub = $hub, refused = $refused, receipt_at = $at where lane = $lane",
            "$through", "$hub", "$refused", "$at", "$lane");
        saveDay = Prepare("insert into receipt values ($lane, $day, $through) on conflict(lane, day) do update set through = excluded.through",
            "$lane", "$day", "$through");
        selectItems = Prepare("select bytes, chain, context, number from item where lane = $lane and number > $after order by number limit $count",
            "$lane", "$after", "$count");
        saveLane = Prepare("update lane set last = $last, chain = $chain where lane = $lane", "$last", "$chain", "$lane");
        saveMeta = Prepare("insert into meta values ($name, $value) on conflict(name) do update set value = excluded.value", "$name", "$value");
        saveState = Prepare("insert into state values ($assignment, $bytes, $rule) on conflict(assignment) do update set bytes = excluded.bytes, rule_time = excluded.rule_time",
            "$assignment", "$bytes", "$rule");
        LoadCursors();
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public void Commit(OutboxCommit commit)
    {
        foreach (OutboxItem item in commit.Items)
        {
            if (item.Bytes.Length is 0 or > WireItems.MaxItemBytes)
            {
                throw new ArgumentException($"an item has 1 to {WireItems.MaxItemBytes} bytes, {item.Code} has {item.Bytes.Length}", nameof(commit));
            }
        }
        lock (gate)
        {
            InTransaction(() => Write(commit));
        }
    }

    private void Write(OutboxCommit commit)
    {
        long context = commit.Items.Count == 0 ? 0 : ContextId(commit.Context);
        Span<bool> touched = stackalloc bool[cursors.Length];
        for (int i = 0; i < commit.Items.Count; i++)
        {
            OutboxItem item = commit.Items[i];
            int index = LaneIndex(item.Lane);
            LaneCursor cursor = cursors[index];
            cursor.Last++;
            cursor.Chain = cursor.Chain.Next(item.Bytes);
            touched[index] = true;
            Insert(cursor, context, item);
        }
        for (int i = 0; i < cursors.Length; i++)
        {
            if (touched[i])
            {
                Run(saveLane, cursors[i].Last, Signed(cursors[i].Chain), cursors[i].Lane);
            }
        }
        if (commit.LastTick > 0)
        {
            Run(saveMeta, "tick", $"{commit.Context.Boot} {commit.LastTick.ToString(CultureInfo.InvariantCulture)}");
        }
        if (commit.State is { } state)
        {
            Run(saveState, commit.Assignment, state.Bytes, state.RuleTime.Ticks);
        }
    }

    private void Insert(LaneCursor cursor, long context, in OutboxItem item)
    {
        raw.sqlite3_bind_text(insertItem, 1, cursor.Utf8);
        raw.sqlite3_bind_int64(insertItem, 2, cursor.Last);
        raw.sqlite3_bind_int64(insertItem, 3, context);
        raw.sqlite3_bind_int64(insertItem, 4, item.Tick);
        raw.sqlite3_bind_text(insertItem, 5, item.Code);
        raw.sqlite3_bind_blob(insertItem, 6, item.Bytes);
        raw.sqlite3_bind_int64(insertItem, 7, Signed(cursor.Chain));
        int done = raw.sqlite3_step(insertItem);
        raw.sqlite3_reset(insertItem); // repeats the step's failure, if any
        if (done != raw.SQLITE_DONE)
        {
            Must(done);
        }
    }

    private void Must(int code) => SqliteException.ThrowExceptionForRC(code, connection.Handle);

    /// <inheritdoc/>
    public OutboxBatch? ReadBatch(string lane, long after, int maxItems)
    {
        return Reading(() =>
        {
            if (ReadChain(lane, after) is not { } before)
            {
                return null;
            }
            var items = new List<ReadOnlyMemory<byte>>(Math.Min(maxItems, 64));
            (long contextId, int bytes, Chain chain) = (0, Batch.HeadBytes, before);
            (selectItems.Parameters[0].Value, selectItems.Parameters[1].Value, selectItems.Parameters[2].Value) = (lane, after, (long)maxItems);
            using (SqliteDataReader reader = selectItems.ExecuteReader())
            {
                while (reader.Read())
                {
                    byte[] item = reader.GetFieldValue<byte[]>(0);
                    long context = reader.GetInt64(2);
                    if (reader.GetInt64(3) != after + 1 + items.Count)
                    {
                        break; // forgotten: what lies beyond a hole is not the next
                    }
                    bool fits = items.Count == 0 || (context == contextId && bytes + item.Length + 1 <= Batch.MaxBytes);
                    if (!fits)
                    {
                        break;
                    }
                    (contextId, bytes, chain) = (context, bytes + item.Length + 1, Unsigned(reader.GetInt64(1)));
                    items.Add(item);
                }
            }
            return items.Count == 0 ? null : new OutboxBatch(lane, after + 1, before, chain, ReadContext(contextId), items);
        });
    }

    /// <inheritdoc/>
    public Chain? ChainAt(string lane, long number)
    {
        return Reading(() => ReadChain(lane, number));
    }

    /// <inheritdoc/>
    public LaneStanding Standing(string lane)
    {
        lock (gate)
        {
            if (guard is not null)
            {
                LaneCursor cursor = CursorOf(lane);
                return cursor.Standing.Last == cursor.Last ? cursor.Standing : cursor.Standing = cursor.Standing with { Last = cursor.Last, LastChain = cursor.Chain };
            }
            return ReadStanding(lane);
        }
    }

    private LaneStanding ReadStanding(string lane) => Reading(() =>
    {
        using SqliteCommand select = Prepare("select last, chain, through, hub, refused, receipt_at from lane where lane = $lane", "$lane");
        select.Parameters[0].Value = lane;
        using SqliteDataReader reader = select.ExecuteReader();
        return reader.Read()
            ? new LaneStanding(lane, reader.GetInt64(0), Unsigned(reader.GetInt64(1)), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.GetInt64(4), reader.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(5)))
            : throw new OutboxException($"outbox {path}: there is no lane {lane}");
    });

    private Chain? ReadChain(string lane, long number)
    {
        LaneCursor cursor = CursorOf(lane);
        if (number == 0 || (number == cursor.Last && guard is not null))
        {
            return number == 0 ? Chain.Zero : cursor.Chain;
        }
        (selectChain.Parameters[0].Value, selectChain.Parameters[1].Value) = (lane, number);
        return selectChain.ExecuteScalar() is long chain ? Unsigned(chain) : null;
    }

    private LaneCursor CursorOf(string lane)
    {
        if (!cursorsStand)
        {
            LoadCursors();
        }
        return cursors[LaneIndex(lane)];
    }

    private static int LaneIndex(string lane)
    {
        for (int i = 0; i < WireWord.Lanes.Count; i++)
        {
            if (string.Equals(WireWord.Lanes[i], lane, StringComparison.Ordinal))
            {
                return i;
            }
        }
        throw new ArgumentException($"there is no lane '{lane}'", nameof(lane));
    }

    private void LoadCursors()
    {
        foreach (LaneCursor cursor in cursors)
        {
            cursor.Standing = ReadStanding(cursor.Lane);
            (cursor.Last, cursor.Chain) = (cursor.Standing.Last, cursor.Standing.LastChain);
            cursor.ReceiptUnsaved = false; // a receipt that a failed transaction took with it comes again
        }
        cursorsStand = true;
    }

    // SQLite has no unsigned integers: the same 64 bits are kept
    private static long Signed(Chain chain) => unchecked((long)chain.Value);

    private static Chain Unsigned(long value) => new(unchecked((ulong)value));
}
