using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Hub.Store;

/// <summary>A plan that an assignment follows.</summary>
/// <param name="Assignment">Assignment.</param>
/// <param name="Plan">Id of the plan.</param>
/// <param name="Version">Version that was registered.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when; null = until a later one begins or a person ends it.</param>
/// <param name="Zone">The citizen's time zone.</param>
public sealed record CitizenPlan(int Assignment, string Plan, string Version, DateTimeOffset From, DateTimeOffset? To, string Zone);

/// <summary>How a citizen with a plan stands.</summary>
/// <param name="Assignment">Assignment.</param>
/// <param name="Due">When it is looked at again; null when nothing will be asked any more.</param>
/// <param name="State">What has been said.</param>
public sealed record PlanWatchRow(int Assignment, DateTimeOffset? Due, AdherenceState State);

public sealed partial class StoreTransaction
{
    /// <summary>Registers a plan from a time on; of one that is registered only the end may change.</summary>
    /// <returns>False when another plan is registered from that time.</returns>
    public bool RegisterPlan(CitizenPlan plan, DateTimeOffset now) => Run(
        """
        insert into citizen_plan (assignment, from_ms, to_ms, plan, version, zone, registered_ms) values (@Assignment, @from, @to, @Plan, @Version, @Zone, @now)
        on conflict (assignment, from_ms) do update set to_ms = excluded.to_ms
        where citizen_plan.plan = excluded.plan and citizen_plan.version = excluded.version and citizen_plan.zone = excluded.zone
        """,
        new { plan.Assignment, from = Milliseconds(plan.From), to = plan.To is { } to ? Milliseconds(to) : (long?)null, plan.Plan, plan.Version, plan.Zone, now = Milliseconds(now) }) > 0;

    /// <summary>Registers a planned absence; the same beginning again replaces it.</summary>
    public void RegisterPause(int assignment, PlanPause pause) => Run(
        """
        insert into plan_pause (assignment, from_ms, to_ms, reason, owner) values (@assignment, @from, @to, @Reason, @Owner)
        on conflict (assignment, from_ms) do update set to_ms = excluded.to_ms, reason = excluded.reason, owner = excluded.owner
        """,
        new { assignment, from = Milliseconds(pause.From), to = Milliseconds(pause.To), pause.Reason, pause.Owner });

    /// <summary>Every plan of an assignment, in the order in which they begin.</summary>
    public IReadOnlyList<CitizenPlan> PlansOf(int assignment) => [.. Query<PlanRecord>(
        "select plan as Plan, version as Version, from_ms as FromMs, to_ms as ToMs, zone as Zone from citizen_plan where assignment = @assignment order by from_ms", new { assignment })
        .Select(row => new CitizenPlan(assignment, row.Plan, row.Version, Time(row.FromMs), row.ToMs is { } to ? Time(to) : null, row.Zone))];

    /// <summary>Every planned absence of an assignment.</summary>
    public IReadOnlyList<PlanPause> PausesOf(int assignment) => [.. Query<PauseRecord>(
        "select from_ms as FromMs, to_ms as ToMs, reason as Reason, owner as Owner from plan_pause where assignment = @assignment order by from_ms", new { assignment })
        .Select(row => new PlanPause(Time(row.FromMs), Time(row.ToMs), row.Reason, row.Owner))];

    /// <summary>The assignments of a gateway that have a plan.</summary>
    public IReadOnlySet<int> PlannedAssignments(string gateway) => Query<int>(
        "select distinct assignment.number from assignment join citizen_plan on citizen_plan.assignment = assignment.number where assignment.gateway = @gateway", new { gateway }).ToHashSet();

    /// <summary>Notes when something was taken; an older time never replaces a newer.</summary>
    public void SetTaken(int assignment, string code, TakenValue value) => Run(
        """
        insert into plan_taken (assignment, code, at_ms, word) values (@assignment, @code, @at, @Word)
        on conflict (assignment, code) do update set at_ms = excluded.at_ms, word = excluded.word where excluded.at_ms >= plan_taken.at_ms
        """,
        new { assignment, code, at = Milliseconds(value.At), value.Word });

    /// <summary>What of a complete set has come.</summary>
    public Taken TakenOf(int assignment) => new(Query<TakenRecord>("select code as Code, at_ms as AtMs, word as Word from plan_taken where assignment = @assignment", new { assignment })
        .ToDictionary(row => row.Code, row => new TakenValue(Time(row.AtMs), row.Word), StringComparer.Ordinal));

    /// <summary>Readings and answers of an assignment that were stored since a time, oldest first: for a plan that begins in the past.</summary>
    public IReadOnlyList<byte[]> ReadingsStoredSince(int assignment, DateTimeOffset since) => [.. Query<byte[]>(
        "select bytes from item where assignment = @assignment and stored_ms >= @since and kind in ('reading', 'answer') order by id", new { assignment, since = Milliseconds(since) })];

    /// <summary>Looks at an assignment's plan at once: it was registered or changed.</summary>
    public void LookAtPlan(int assignment, DateTimeOffset now) => Run(
        "insert into plan_watch (assignment, due_ms, state) values (@assignment, @now, '') on conflict (assignment) do update set due_ms = excluded.due_ms",
        new { assignment, now = Milliseconds(now) });

    /// <summary>Looks at once at one who is Unknown: something has come.</summary>
    /// <returns>True when there is something to look at.</returns>
    public bool LookAtUnknown(int assignment, DateTimeOffset now) =>
        Run("update plan_watch set due_ms = @now where assignment = @assignment and unknown_ms is not null", new { assignment, now = Milliseconds(now) }) > 0;

    /// <summary>Plans whose time to look has come, most overdue first.</summary>
    public IReadOnlyList<int> PlanLooksDue(DateTimeOffset now, int most) =>
        [.. Query<int>("select assignment from plan_watch where due_ms <= @now order by due_ms limit @most + 0", new { now = Milliseconds(now), most })];

    /// <summary>A look that failed is tried again later.</summary>
    public void PostponePlanLook(int assignment, DateTimeOffset due) => Run("update plan_watch set due_ms = @due where assignment = @assignment", new { assignment, due = Milliseconds(due) });

    /// <summary>How a citizen with a plan stands; null without one.</summary>
    public PlanWatchRow? PlanWatchOf(int assignment) => Query<WatchRecord>(
        "select due_ms as DueMs, state as State from plan_watch where assignment = @assignment", new { assignment })
        .Select(row => new PlanWatchRow(assignment, row.DueMs is { } due ? Time(due) : null, AdherenceJson.Read(row.State))).FirstOrDefault();

    /// <summary>Keeps how a citizen stands, and when to look again.</summary>
    public void SetPlanWatch(PlanWatchRow row) => Run(
        "update plan_watch set due_ms = @due, unknown_ms = @unknown, because = @because, state = @state where assignment = @Assignment",
        new
        {
            row.Assignment, due = row.Due is { } due ? Milliseconds(due) : (long?)null, unknown = row.State.UnknownSince is { } unknown ? Milliseconds(unknown) : (long?)null,
            because = row.State.Because is { } reason ? MissingWord.Of(reason) : null, state = AdherenceJson.Write(row.State),
        });

    /// <summary>When a gateway was heard; null when it is not watched.</summary>
    public Heard? HeardOf(string gateway)
    {
        HeardRecord? row = One<HeardRecord>(
            "select heard_by as HeardBy, heard_ms as HeardMs, heard_proved_ms as HeardProvedMs, offline_ms as OfflineMs, silent_ms as SilentMs from device_watch where gateway = @gateway", new { gateway });
        CaseWord.TryRead(row?.HeardBy, out HeardBy by);
        return row is null ? null : new Heard(by, Time(row.HeardMs), TimeSpan.FromMilliseconds(row.HeardProvedMs),
            row.OfflineMs is { } offline ? Time(offline) : null, row.SilentMs is { } silent ? Time(silent) : null);
    }

    /// <summary>Takes back pages to support that a device is needed, when nobody need look any more and none was carried.</summary>
    public void WithdrawDevicePages(string receiver) => Run(
        "update page set channel = @Withdrawn where care_case = 0 and reason = @reason and receiver = @receiver and sent_ms is null and channel is null",
        new { receiver, Withdrawn, reason = CaseWord.Of(PageReason.DeviceNeeded) });

    private sealed record PlanRecord(string Plan, string Version, long FromMs, long? ToMs, string Zone);

    private sealed record PauseRecord(long FromMs, long ToMs, string Reason, string Owner);

    private sealed record TakenRecord(string Code, long AtMs, string? Word);

    private sealed record WatchRecord(long? DueMs, string State);

    private sealed record HeardRecord(string HeardBy, long HeardMs, long HeardProvedMs, long? OfflineMs, long? SilentMs);
}

/// <summary>What adherence has said, as JSON: the state column.</summary>
internal static class AdherenceJson
{
    public static string Write(AdherenceState state) => JsonSerializer.Serialize(state, AdherenceJsonContext.Default.AdherenceState);

    /// <summary>One that cannot be read says nothing yet: what is missing is then said once more, which is the safe side.</summary>
    public static AdherenceState Read(string json)
    {
        try
        {
            return json.Length == 0 ? AdherenceState.Nothing : JsonSerializer.Deserialize(json, AdherenceJsonContext.Default.AdherenceState) ?? AdherenceState.Nothing;
        }
        catch (JsonException)
        {
            return AdherenceState.Nothing;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AdherenceState))]
internal sealed partial class AdherenceJsonContext : JsonSerializerContext;
