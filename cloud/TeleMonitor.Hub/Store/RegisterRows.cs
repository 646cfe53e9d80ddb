using TeleMonitor.Care.Devices;

namespace TeleMonitor.Hub.Store;

/// <summary>Figures of one store, for <c>counts</c> and the smoke run.</summary>
public sealed record StoreCounts(long Stored, long Duplicates, long Resent, long Quarantined, long Scores, long ScoreDifferences, long Unverified, long Skew, long Alerts, long Cases, long Pages);

/// <summary>How a gateway was last heard.</summary>
public sealed record GatewayStateRow(string State, string Boot, long Connection, long HeardMs, long NoticeThrough);

public sealed partial class StoreTransaction
{
    /// <summary>Random id of this store.</summary>
    public string HubId() => One<string>("select id from hub")!;

    /// <summary>Another id for this store; no gateway has had a notice of it yet. A finding names the id before.</summary>
    public void Restore(string newId, DateTimeOffset now)
    {
        Finding("", "finding/hub-restored", $"was hub {HubId()}", now);
        Run("update hub set id = @newId", new { newId });
        Run("update gateway_state set notice_through = 0");
    }

    /// <summary>Registers a gateway; again with the same kit changes nothing.</summary>
    public void RegisterGateway(string gateway, string kit, DateTimeOffset now)
    {
        Run("insert into gateway (gateway, kit, registered_ms) values (@gateway, @kit, @now) on conflict (gateway) do update set kit = excluded.kit",
            new { gateway, kit, now = Milliseconds(now) });
        Watch(gateway, now);
    }

    /// <summary>Registers an assignment; an existing number may only get an end or another area; an older file without the end does not open it again.</summary>
    /// <param name="assignment">The assignment.</param>
    /// <param name="now">From when another area of a known one holds; null: from its start.</param>
    public void RegisterAssignment(Assignment assignment, DateTimeOffset? now = null)
    {
        DateTimeOffset moved = now is { } known && AssignmentOf(assignment.Number) is not null ? known : assignment.From;
        Run("""
        insert into assignment (number, gateway, citizen, area, from_ms, to_ms, synthetic) values (@Number, @Gateway, @Citizen, @Area, @from, @to, @synthetic)
        on conflict (number) do update set to_ms = coalesce(excluded.to_ms, assignment.to_ms), area = excluded.area
        """,
        new
        {
            assignment.Number, assignment.Gateway, assignment.Citizen, assignment.Area, from = Milliseconds(assignment.From),
            to = assignment.To is { } to ? Milliseconds(to) : (long?)null, synthetic = assignment.Synthetic ? 1 : 0,
        });
        // one that has ended says where the citizen was: an older file must not move anybody back
        if (!assignment.Synthetic && (assignment.To is null || !HasPlace(assignment.Citizen)))
        {
            MoveHome(assignment.Citizen, assignment.Area, moved);
        }
    }

    /// <summary>The gateway says that it has wiped an assignment: it ends now, unless it had ended before.</summary>
    public void EndLoan(int assignment, DateTimeOffset now)
    {
        Run("update assignment set to_ms = @now where number = @assignment and (to_ms is null or to_ms > @now)", new { assignment, now = Milliseconds(now) });
        LookAtProfileOf(assignment);
        Wiped(assignment, now);
    }

    /// <summary>Assignments of a gateway that have ended, sent something, and were not said to be wiped.</summary>
    public IReadOnlyList<int> NotWiped(string gateway, DateTimeOffset now) => [.. Query<int>(
        """
        select number from assignment where gateway = @gateway and to_ms is not null and to_ms <= @now
          and exists (select 1 from item where item.assignment = number)
          and not exists (select 1 from item where item.assignment = number and item.kind = 'ended')
        order by number
        """, new { gateway, now = Milliseconds(now) })];

    /// <summary>Notes that a gateway is online or offline; an offline of an older connection than the last online is ignored.</summary>
    public bool Presence(string gateway, string state, string boot, long connection, DateTimeOffset now, bool retained = false)
    {
        GatewayStateRow? last = StateOf(gateway);
        bool stale = last is not null && state is "offline" && string.Equals(last.Boot, boot, StringComparison.Ordinal) && connection < last.Connection;
        if (!stale)
        {
            SetState(gateway, state, boot, connection, now);
            if (state is "offline")
            {
                Gone(gateway, now);
            }
            else if (!retained)
            {
                Heard(gateway, HeardBy.Presence, now); // what the broker only repeats to a hub that comes back proves nothing about today
            }
        }
        return !stale;
    }

    /// <summary>Notes how far a gateway has the hub's notices; that it spoke at all shows that it is online.</summary>
    public void NoticesThrough(string gateway, string boot, long through, DateTimeOffset now)
    {
        GatewayStateRow? last = StateOf(gateway);
        SetState(gateway, "online", boot, last?.Connection ?? 0, now);
        Run("update gateway_state set notice_through = @through where gateway = @gateway", new { gateway, through });
    }

    /// <summary>How a gateway was last heard, or null.</summary>
    public GatewayStateRow? StateOf(string gateway) => One<GatewayStateRow>(
        "select state as State, boot as Boot, connection as Connection, heard_ms as HeardMs, notice_through as NoticeThrough from gateway_state where gateway = @gateway", new { gateway });

    /// <summary>Gateways that have not said that they have every notice; not those known to be offline: they are sent to when heard again.</summary>
    public IReadOnlyList<string> GatewaysOwedNotices() => [.. Query<string>(
        """
        select distinct notice.gateway from notice left join gateway_state on gateway_state.gateway = notice.gateway
        where notice.number > coalesce(gateway_state.notice_through, 0) and coalesce(gateway_state.state, 'online') <> 'offline'
        """)];

    /// <summary>Figures of the whole store. A source cell is (gateway, row of the source, code), whatever identity its item has.</summary>
    public StoreCounts Counts()
    {
        long Of(string sql) => One<long>(sql);
        const string cells = "select count(*) as times from item where label_row is not null and kind in ('reading', 'answer') group by gateway, label_row, code";
        return new StoreCounts(
            Of($"select count(*) from ({cells}) cell"),
            Of($"select count(*) from ({cells}) cell where times > 1"),
            Of("select coalesce(sum(resent), 0) from lane_cursor"),
            Of("select coalesce(sum(item_count), 0) from quarantine where taken_ms is null"),
            Of("select count(*) from item where kind = 'score'"),
            Of("select count(*) from score_check where outcome = 'difference'"),
            Of("select count(*) from score_check where outcome = 'unverified'"),
            Of("select count(*) from score_check where outcome = 'skew'"),
            Of("select count(*) from alert where kind in ('alert', 'help') and not exists (select 1 from assignment where assignment.number = alert.assignment and assignment.synthetic <> 0)"),
            Of("select count(*) from care_case where kind <> 'self-test'"),
            Of("select count(*) from page where receiver_kind not in ('sink', 'support') and reason <> 'test'"));
    }

    private void SetState(string gateway, string state, string boot, long connection, DateTimeOffset now) => Run(
        """
        insert into gateway_state (gateway, state, boot, connection, heard_ms, notice_through) values (@gateway, @state, @boot, @connection, @now, 0)
        on conflict (gateway) do update set state = excluded.state, boot = excluded.boot, connection = excluded.connection, heard_ms = excluded.heard_ms
        """,
        new { gateway, state, boot, connection, now = Milliseconds(now) });
}
