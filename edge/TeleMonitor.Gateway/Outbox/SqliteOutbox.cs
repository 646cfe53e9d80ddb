using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>The outbox as one SQLite file: WAL, every commit synced to the disk before it returns (OUTBOX.md).</summary>
public sealed partial class SqliteOutbox : IOutboxStore
{
    /// <summary>A lane as the file holds it. Numbers here are the file's own, which never change: a number on the wire is that minus <see cref="Base"/>.</summary>
    private sealed class LaneCursor(string lane)
    {
        public LaneStanding Standing = new(lane, 0, Chain.Zero, 0, null, 0, null);
        public long Last, Base, Through, KeptAfter;
        /// <summary>Chain at the last item; until all is chained anew after a change of id, in the sequence of the id before.</summary>
        public Chain Chain;
        public Chain ThroughChain, KeptChain;
        /// <summary>Chains of items up to here belong to the present id. Below <see cref="Last"/> only after a change of id.</summary>
        public long Chained;
        /// <summary>Chain at <see cref="Chained"/> in the sequence that the items beyond still carry.</summary>
        public Chain OldChain;
        /// <summary>The item after this one cannot be checked: two sequences meet there.</summary>
        public long Seam;
        /// <summary>A receipt that is not yet in the file; it goes there with the next transaction.</summary>
        public bool ReceiptUnsaved;
        public readonly byte[] Utf8 = Encoding.UTF8.GetBytes(lane);
        public string Lane => Standing.Lane;
        public bool IsStale => Chained < Last;
    }

    private readonly Lock gate = new();
    private readonly string path;
    private readonly SqliteConnection connection;
    private readonly FileStream? guard;
    private readonly LaneCursor[] cursors = [.. WireWord.Lanes.Select(lane => new LaneCursor(lane))];
    private readonly SqliteCommand begin, commit, rollback, pageCount, freePages, selectItems, selectEnd, saveLane, saveReceipt, saveDay, saveMeta, saveState;
    private readonly sqlite3_stmt insertItem; // the one statement that runs for every item: bound without boxing
    private readonly OutboxOptions? options;
    private (BatchContext? Context, long Id) lastContext;
    private (string? Boot, long Tick) newest; // ticks given out; not used when its boot is null
    private bool cursorsStand; // false: they must be read from the file before they are used

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

    private SqliteOutbox(string path, FileStream? guard, OutboxOptions? options)
    {
        (this.path, this.guard, this.options) = (path, guard, options);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            Mode = options is null ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
        }.ToString());
        try
        {
            connection.Open();
            Execute(OutboxSchema.Pragmas);
            string problem = OutboxSchema.Problem(connection, out bool empty);
            if (problem.Length > 0 || (empty && options is null))
            {
                throw new OutboxException($"outbox {path}: {(empty ? "it is empty" : problem)}");
            }
            if (options is not null)
            {
                Execute("pragma journal_mode = wal");
                if (empty)
                {
                    OutboxSchema.Create(connection, options.NewId());
                }
                OutboxSchema.Upgrade(connection);
                LimitPages();
            }
            Id = ReadMeta("outbox") ?? throw new DamagedOutboxException($"outbox {path}: it has no id");
            begin = Prepare("begin immediate");
            commit = Prepare("commit");
            rollback = Prepare("rollback");
            pageCount = Prepare("pragma page_count");
            freePages = Prepare("pragma freelist_count");
            Must(raw.sqlite3_prepare_v2(connection.Handle, "insert into item(lane, number, context, tick, code, bytes, chain) values (?, ?, ?, ?, ?, ?, ?)", out insertItem));
            selectEnd = Prepare("select number, coalesce(covers, number), chain from item where lane = $lane and number <= $number order by number desc limit 1", "$lane", "$number");
            saveReceipt = Prepare("update lane set through = $through, through_chain = $chain, hub = $hub, refused = $refused, receipt_at = $at where lane = $lane",
                "$through", "$chain", "$hub", "$refused", "$at", "$lane");
            saveDay = Prepare("insert into receipt values ($lane, $day, $through) on conflict(lane, day) do update set through = excluded.through",
                "$lane", "$day", "$through");
            selectItems = Prepare("select bytes, chain, context, number, covers from item where lane = $lane and number >= $first order by number limit $count",
                "$lane", "$first", "$count");
            saveLane = Prepare("update lane set last = $last, chain = $chain, chained = $chained, old_chain = $old where lane = $lane", "$last", "$chain", "$chained", "$old", "$lane");
            saveMeta = Prepare("insert into meta values ($name, $value) on conflict(name) do update set value = excluded.value", "$name", "$value");
            saveState = Prepare("insert into state values ($assignment, $bytes, $rule) on conflict(assignment) do update set bytes = excluded.bytes, rule_time = excluded.rule_time",
                "$assignment", "$bytes", "$rule");
            LoadCursors();
        }
        catch
        {
            insertItem?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Id { get; private set; }

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
        bool grows = commit.Items.Any(item => !string.Equals(item.Lane, WireWord.StatusLane, StringComparison.Ordinal));
        lock (gate)
        {
            InTransaction(() => Write(commit), grows);
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
            cursor.Chained += cursor.IsStale ? 0 : 1;
            cursor.Last++;
            cursor.Chain = cursor.Chain.Next(item.Bytes);
            touched[index] = true;
            Insert(cursor, context, item);
        }
        for (int i = 0; i < cursors.Length; i++)
        {
            if (touched[i])
            {
                SaveLane(cursors[i]);
            }
        }
        SaveTick(commit.Context.Boot, commit.LastTick);
        foreach (FindingChange change in commit.Findings)
        {
            Write(change);
        }
        foreach ((int assignment, RuleState state) in commit.States)
        {
            Run(saveState, assignment, state.Bytes, state.RuleTime.Ticks);
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

    private void SaveLane(LaneCursor cursor) =>
        Run(saveLane, cursor.Last, Signed(cursor.Chain), cursor.Chained, Signed(cursor.IsStale ? cursor.OldChain : cursor.Chain), cursor.Lane);

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

    // SQLite has no unsigned integers: the same 64 bits are kept
    private static long Signed(Chain chain) => unchecked((long)chain.Value);

    private static Chain Unsigned(long value) => new(unchecked((ulong)value));
}
