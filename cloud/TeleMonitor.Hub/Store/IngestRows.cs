using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>How far a lane is stored.</summary>
/// <param name="Through">Every item up to this one is stored or put aside.</param>
/// <param name="Chain">Chain at Through.</param>
/// <param name="Refused">Items of this lane in quarantine.</param>
/// <param name="Resent">Items that came again.</param>
/// <param name="Claimed">Highest number that the gateway held for stored while it was not; 0 when the two agree.</param>
public sealed record LaneCursor(long Through, Chain Chain, long Refused, long Resent, long Claimed = 0);

/// <summary>An assignment as ingest needs it.</summary>
/// <param name="Number">Number.</param>
/// <param name="Gateway">The only gateway that may write under it.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Area">Municipality slug or postcode.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when; null while it runs.</param>
/// <param name="Synthetic">No person: for self-tests.</param>
public sealed record Assignment(int Number, string Gateway, string Citizen, string Area, DateTimeOffset From, DateTimeOffset? To, bool Synthetic)
{
    /// <summary>True while it runs.</summary>
    public bool IsOpen(DateTimeOffset now) => From <= now && (To is null || now < To);
}

/// <summary>Where a stored item stands.</summary>
/// <param name="Gateway">Gateway.</param>
/// <param name="Boot">Boot id.</param>
/// <param name="Tick">Tick.</param>
public sealed record ItemKey(string Gateway, string Boot, long Tick);

public sealed partial class StoreTransaction
{
    /// <summary>True when the gateway is registered.</summary>
    public bool IsRegistered(string gateway) => One<string>("select gateway from gateway where gateway = @gateway", new { gateway }) is not null;

    /// <summary>Every assignment of a gateway, open or closed.</summary>
    public IReadOnlyList<Assignment> AssignmentsOf(string gateway) =>
        [.. Query<AssignmentRow>("select number, gateway, citizen, area, from_ms, to_ms, synthetic from assignment where gateway = @gateway order by number", new { gateway }).Select(row => row.Read())];

    /// <summary>One assignment, or null.</summary>
    public Assignment? AssignmentOf(int number) =>
        One<AssignmentRow>("select number, gateway, citizen, area, from_ms, to_ms, synthetic from assignment where number = @number", new { number })?.Read();

    /// <summary>The cursor of a lane; zero when nothing came yet.</summary>
    public LaneCursor Cursor(string gateway, string outbox, string lane)
    {
        CursorRow? row = One<CursorRow>("select through, chain, refused, resent, claimed from lane_cursor where gateway = @gateway and outbox = @outbox and lane = @lane",
            new { gateway, outbox, lane });
        return row is null ? new LaneCursor(0, Chain.Zero, 0, 0)
            : new LaneCursor(row.through, Chain.TryParse(row.chain, out Chain chain) ? chain : default, row.refused, row.resent, row.claimed);
    }

    /// <summary>Writes the cursor.</summary>
    public void SetCursor(string gateway, string outbox, string lane, LaneCursor cursor) => Run(
        """
        insert into lane_cursor (gateway, outbox, lane, through, chain, refused, resent, claimed) values (@gateway, @outbox, @lane, @through, @chain, @refused, @resent, @claimed)
        on conflict (gateway, outbox, lane) do update set through = excluded.through, chain = excluded.chain, refused = excluded.refused, resent = excluded.resent,
          claimed = excluded.claimed
        """,
        new { gateway, outbox, lane, through = cursor.Through, chain = cursor.Chain.ToString(), refused = cursor.Refused, resent = cursor.Resent, claimed = cursor.Claimed });

    /// <summary>Stores an item unless its identity is there already.</summary>
    /// <returns>The row's id, or null when it was there.</returns>
    public long? AddItem(string gateway, BatchContext context, string versions, NewItem taken, DateTimeOffset now) =>
        statements.InsertItem(gateway, context, versions, taken, Milliseconds(now));

    /// <summary>The bytes of a stored item, or null.</summary>
    public byte[]? ItemBytes(ItemKey key, string code)
    {
        SqliteCommand read = Prepared("select bytes from item where gateway = $1 and boot = $2 and tick = $3 and code = $4", 4);
        return Bind(read, key.Gateway, key.Boot, key.Tick, code).ExecuteScalar() as byte[];
    }

    /// <summary>The bytes of every reading and answer of an assignment, in the order stored.</summary>
    public IReadOnlyList<byte[]> Readings(int assignment) =>
        [.. Query<byte[]>("select bytes from item where assignment = @assignment and kind in ('reading', 'answer') order by id", new { assignment })];

    /// <summary>Records what the hub's own computation said about a score.</summary>
    public void AddScoreCheck(long item, string outcome, string detail) =>
        Bind(Prepared("insert into score_check (item, outcome, detail) values ($1, $2, $3)", 3), item, outcome, detail).ExecuteNonQuery();

    /// <summary>The last judged sets of an assignment, as the JSON that was kept; null before the first.</summary>
    public JudgedRow? Judged(int assignment) =>
        One<JudgedRow>("select item_set as ItemSet, judgement as Judgement, before as Before, alerted as Alerted from judged where assignment = @assignment", new { assignment });

    /// <summary>Keeps the last judged sets of an assignment.</summary>
    public void SetJudged(int assignment, JudgedRow row) => Run(
        """
        insert into judged (assignment, item_set, judgement, before, alerted) values (@assignment, @ItemSet, @Judgement, @Before, @Alerted)
        on conflict (assignment) do update set item_set = excluded.item_set, judgement = excluded.judgement, before = excluded.before, alerted = excluded.alerted
        """,
        new { assignment, row.ItemSet, row.Judgement, row.Before, row.Alerted });

    /// <summary>Owes work.</summary>
    public void AddToDo(string kind, DateTimeOffset due, long subject, string detail = "") =>
        Run("insert into to_do (kind, due_ms, subject, detail) values (@kind, @due, @subject, @detail)", new { kind, due = Milliseconds(due), subject, detail });

    /// <summary>Work whose time has come, oldest first.</summary>
    public IReadOnlyList<ToDoRow> DueToDos(DateTimeOffset now, int most) =>
        [.. Query<ToDoRow>("select id, kind, subject, detail from to_do where due_ms <= @now order by due_ms, id limit @most + 0", new { now = Milliseconds(now), most })];

    /// <summary>Owed work that failed is tried again later.</summary>
    public void PostponeToDo(long id, DateTimeOffset due) => Run("update to_do set due_ms = @due where id = @id", new { id, due = Milliseconds(due) });

    /// <summary>Work of this kind about a subject is not owed any more.</summary>
    public void DropToDos(string kind, long subject) => Run("delete from to_do where kind = @kind and subject = @subject", new { kind, subject });

    /// <summary>Work done; false when another worker did it meanwhile.</summary>
    public bool RemoveToDo(long id) => Run("delete from to_do where id = @id", new { id }) > 0;

    private sealed class AssignmentRow
    {
        public int number { get; init; }
        public string gateway { get; init; } = "";
        public string citizen { get; init; } = "";
        public string area { get; init; } = "";
        public long from_ms { get; init; }
        public long? to_ms { get; init; }
        public long synthetic { get; init; }

        public Assignment Read() => new(number, gateway, citizen, area, Time(from_ms), to_ms is { } to ? Time(to) : null, synthetic != 0);
    }

    private sealed record CursorRow(long through, string chain, long refused, long resent, long claimed);
}

/// <summary>The last two judged sets of an assignment.</summary>
/// <param name="ItemSet">Set that was judged last.</param>
/// <param name="Judgement">What the hub says of it, as JSON.</param>
/// <param name="Before">What stood before it, as JSON.</param>
/// <param name="Alerted">1 when an alert for this set exists or has been raised by the hub.</param>
public sealed record JudgedRow(string ItemSet, string Judgement, string Before, long Alerted);

/// <summary>Owed work.</summary>
public sealed record ToDoRow(long Id, string Kind, long Subject, string Detail);
