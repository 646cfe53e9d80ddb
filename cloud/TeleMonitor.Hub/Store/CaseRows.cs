using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>What a case event row says.</summary>
/// <param name="AtMs">When, hub time in milliseconds.</param>
/// <param name="Person">Who; null when no person did it.</param>
/// <param name="Change">Word of <see cref="CaseChange"/>.</param>
/// <param name="Detail">Note, reason or the alert's reasons.</param>
public sealed record CaseEventRow(long AtMs, string? Person, string Change, string Detail);

/// <summary>A page as stored.</summary>
/// <param name="Id">Page id; travels with each delivery.</param>
/// <param name="CareCase">Case.</param>
/// <param name="ReceiverKind">team, coordinator, fallback or owner.</param>
/// <param name="Receiver">Id of the receiver.</param>
/// <param name="Rung">Rung that names it.</param>
/// <param name="Reason">Word of <see cref="PageReason"/>.</param>
/// <param name="CreatedMs">When it was decided.</param>
/// <param name="SentMs">When it was sent; null while it is not.</param>
/// <param name="Channel">Channel that carried it; <c>withdrawn</c> when it was no longer wanted.</param>
public sealed record PageRow(long Id, long CareCase, string ReceiverKind, string Receiver, long Rung, string Reason, long CreatedMs, long? SentMs, string? Channel);

public sealed partial class StoreTransaction
{
    /// <summary>Channel word of a page that was no longer wanted when its turn came.</summary>
    public const string Withdrawn = "withdrawn";
    internal const string CaseColumns =
        "id as Id, citizen as Citizen, kind as Kind, state as State, triage as Triage, team as Team, owner as Owner, version as Version, opened_ms as OpenedMs, due_ms as DueMs, snapshot as Snapshot, (select area from assignment where number = care_case.assignment) as Area";
    internal const string PageColumns =
        "id as Id, care_case as CareCase, receiver_kind as ReceiverKind, receiver as Receiver, rung as Rung, reason as Reason, created_ms as CreatedMs, sent_ms as SentMs, channel as Channel";

    /// <summary>The open or taken case of a citizen and kind, or null: there is at most one.</summary>
    public CareCase? OpenCaseOf(string citizen, CaseKind kind) => One<CaseRecord>(
        $"select {CaseColumns} from care_case where citizen = @citizen and kind = @kind and state <> 'closed'", new { citizen, kind = CaseWord.Of(kind) })?.Read();

    /// <summary>A case, or null.</summary>
    public CareCase? CaseOf(long id) => One<CaseRecord>($"select {CaseColumns} from care_case where id = @id", new { id })?.Read();

    /// <summary>A case that a nurse may see: not one of a self-test. Null when there is none.</summary>
    public CareCase? ShownCaseOf(long id) => CaseOf(id) is { Kind: not CaseKind.SelfTest } shown ? shown : null;

    /// <summary>The id that the next case gets. Holds only inside the writing transaction.</summary>
    public long NextCaseId() => One<long>("select 1 + coalesce(max(n), 0) from (select max(id) as n from care_case union all select max(last_case) from erasure) numbers");

    /// <summary>Stores a case as it now stands.</summary>
    /// <param name="case">The case.</param>
    /// <param name="assignment">Assignment whose gateway hears of it; 0 when none is known. Kept from the first time.</param>
    public void SaveCase(CareCase @case, int assignment) => Run(
        """
        insert into care_case (id, citizen, assignment, kind, state, triage, team, owner, version, opened_ms, due_ms, snapshot)
        values (@id, @Citizen, @assignment, @kind, @state, @triage, @Team, @Owner, @Version, @opened, @due, @snapshot)
        on conflict (id) do update set state = excluded.state, triage = excluded.triage, team = excluded.team, owner = excluded.owner,
          version = excluded.version, due_ms = excluded.due_ms, snapshot = excluded.snapshot
        """,
        new
        {
            id = long.Parse(@case.Id), @case.Citizen, assignment, kind = CaseWord.Of(@case.Kind), state = CaseWord.Of(@case.State), triage = TriageWord.Of(@case.Triage),
            @case.Team, @case.Owner, @case.Version, opened = Milliseconds(@case.OpenedAt), due = @case.DueAt is { } due ? Milliseconds(due) : (long?)null, snapshot = CaseJson.Write(@case),
        });

    /// <summary>The assignment a case was opened under; 0 when none is known.</summary>
    public int AssignmentOfCase(long id) => One<int>("select assignment from care_case where id = @id", new { id });

    /// <summary>Cases whose time has come, most overdue first.</summary>
    public IReadOnlyList<long> CasesDue(DateTimeOffset now, int most) =>
        [.. Query<long>("select id from care_case where due_ms <= @now order by due_ms limit @most + 0", new { now = Milliseconds(now), most })];

    /// <summary>Every case that is not closed, of one team or of all.</summary>
    public IReadOnlyList<CareCase> OpenCases(string? team) =>
        [.. Query<CaseRecord>($"select {CaseColumns} from care_case where state <> 'closed' and kind <> 'self-test' and (@team is null or team = @team)", new { team }).Select(row => row.Read())];

    /// <summary>Writes down what happened. Event rows are never changed.</summary>
    public void AddCaseEvent(long careCase, DateTimeOffset now, string? person, CaseChange change, string detail) => Run(
        "insert into case_event (care_case, at_ms, person, change, detail) values (@careCase, @now, @person, @change, @detail)",
        new { careCase, now = Milliseconds(now), person, change = CaseWord.Of(change), detail });

    /// <summary>The history of a case, oldest first.</summary>
    public IReadOnlyList<CaseEventRow> EventsOf(long careCase) => [.. Query<CaseEventRow>(
        "select at_ms as AtMs, person as Person, change as Change, detail as Detail from case_event where care_case = @careCase order by id", new { careCase })];

    /// <summary>A page is a row before it is anything else.</summary>
    public void AddPage(long careCase, PageTo to, PageReason reason, DateTimeOffset now) => Run(
        "insert into page (care_case, receiver_kind, receiver, rung, reason, created_ms) values (@careCase, @kind, @Receiver, @Rung, @reason, @now)",
        new { careCase, kind = CaseWord.Of(to.Kind), to.Receiver, to.Rung, reason = CaseWord.Of(reason), now = Milliseconds(now) });

    /// <summary>Who has pages that are neither sent nor withdrawn.</summary>
    public IReadOnlyList<string> UnsentReceivers() => [.. Query<string>("select distinct receiver from page where sent_ms is null and channel is null order by receiver")];

    /// <summary>A receiver's pages that are neither sent nor withdrawn, oldest first.</summary>
    public IReadOnlyList<PageRow> UnsentPages(string receiver, int most) => [.. Query<PageRow>(
        $"select {PageColumns} from page where receiver = @receiver and sent_ms is null and channel is null order by id limit @most + 0", new { receiver, most })];

    /// <summary>All pages of a case, oldest first.</summary>
    public IReadOnlyList<PageRow> PagesOf(long careCase) => [.. Query<PageRow>($"select {PageColumns} from page where care_case = @careCase order by id", new { careCase })];

    /// <summary>Marks a page sent; false when it was sent or withdrawn meanwhile.</summary>
    public bool MarkSent(long page, string channel, DateTimeOffset now) =>
        Run("update page set sent_ms = @now, channel = @channel where id = @page and sent_ms is null and channel is null", new { page, channel, now = Milliseconds(now) }) > 0;

    /// <summary>Takes back what was not sent yet.</summary>
    public void WithdrawPages(long careCase) =>
        Run("update page set channel = @Withdrawn where care_case = @careCase and sent_ms is null and channel is null", new { careCase, Withdrawn });

    /// <summary>Puts a notice at the end of a gateway's notice lane.</summary>
    public void AddNotice(string gateway, string code, long careCase, string role, DateTimeOffset now, TimeSpan holds) => Run(
        """
        insert into notice (gateway, number, code, care_case, role, at_ms, expires_ms)
        select @gateway, coalesce(max(number), 0) + 1, @code, @careCase, @role, @now, @expires from notice where gateway = @gateway
        """,
        new { gateway, code, careCase, role, now = Milliseconds(now), expires = Milliseconds(now + holds) });

    /// <summary>Notices that the gateway has not said it has, oldest first, with the number of the first; empty when it has all.</summary>
    public NoticeBatch? NoticesFor(string gateway, string hub)
    {
        NoticeRow[] rows = [.. Query<NoticeRow>(
            """
            select number as Number, code as Code, care_case as CareCase, role as Role, at_ms as AtMs, expires_ms as ExpiresMs from notice
            where gateway = @gateway and number > coalesce((select notice_through from gateway_state where gateway = @gateway), 0) order by number limit 100
            """, new { gateway })];
        return rows.Length == 0 ? null : new NoticeBatch
        {
            Hub = hub,
            First = rows[0].Number,
            Items = [.. rows.Select(row => new Notice(row.Code, row.CareCase, row.Role, Time(row.AtMs), Time(row.ExpiresMs)))],
        };
    }

    internal sealed record CaseRecord(long Id, string Citizen, string Kind, string State, string Triage, string Team, string? Owner, long Version, long OpenedMs, long? DueMs,
        string Snapshot, string? Area)
    {
        public CareCase Read() => CaseJson.Read(Snapshot) ?? FromColumns();

        /// <summary>
        /// A snapshot that cannot be read must hide neither this case nor the others: what the columns say is enough to go on calling
        /// somebody, from the first rung, with a reason that tells why.
        /// </summary>
        private CareCase FromColumns()
        {
            CaseWord.TryRead(Kind, out CaseKind kind);
            bool closed = CaseWord.TryRead(State, out CaseState state) && state == CaseState.Closed;
            return new CareCase
            {
                Id = Id.ToString(CultureInfo.InvariantCulture), Citizen = Citizen, Kind = kind, Area = Area ?? "", Team = Team, Version = Version,
                State = closed ? CaseState.Closed : CaseState.Open, Triage = TriageWord.TryRead(Triage, out Triage triage) ? triage : Vitals.Readings.Triage.Red,
                Reasons = ["hub/case/unreadable"], OpenedAt = Time(OpenedMs), LastAlertAt = Time(OpenedMs), Owner = Owner, Rung = 1,
                NextRungAt = closed ? null : Time(DueMs ?? OpenedMs),
            };
        }
    }

    private sealed record NoticeRow(long Number, string Code, long CareCase, string Role, long AtMs, long ExpiresMs);
}

/// <summary>A case as JSON: the snapshot column. Words, not numbers, so that a row can be read by a person and survives a new member.</summary>
internal static class CaseJson
{
    public static string Write(CareCase @case) => JsonSerializer.Serialize(@case, CaseJsonContext.Default.CareCase);

    /// <summary>Null when it cannot be read.</summary>
    public static CareCase? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CaseJsonContext.Default.CareCase);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CareCase))]
internal sealed partial class CaseJsonContext : JsonSerializerContext;
