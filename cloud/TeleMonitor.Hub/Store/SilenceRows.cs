using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;

namespace TeleMonitor.Hub.Store;

/// <summary>A gateway as support sees it: no citizen, no value.</summary>
/// <param name="Kit">Number on the kit.</param>
/// <param name="Area">Area of the assignment that runs; null while none does.</param>
/// <param name="Synthetic">True when it serves the self-test.</param>
/// <param name="Heard">When it was heard.</param>
/// <param name="Gateway">Gateway; not shown.</param>
public sealed record WatchedGateway(string Gateway, string Kit, string? Area, bool Synthetic, Heard Heard);

public sealed partial class StoreTransaction
{
    /// <summary>Code of the finding that a gateway is silent.</summary>
    public const string GatewaySilent = "finding/gateway-silent";

    private const string Due = "select gateway from device_watch where due_proved_ms <= @proved order by due_proved_ms, gateway limit @most + 0";
    private const string InUse = "exists (select 1 from assignment where assignment.gateway = device_watch.gateway and from_ms <= @now and (to_ms is null or to_ms > @now))";
    private const string Answered = "silent_ms is not null and due_proved_ms is not null";

    /// <summary>Begins to watch a gateway that was registered; one that is watched is left as it is.</summary>
    private void Watch(string gateway, DateTimeOffset now) => Run(
        """
        insert into device_watch (gateway, heard_ms, heard_by, heard_proved_ms, due_proved_ms)
        select @gateway, @now, @by, proved_ms, proved_ms + @allowed from silence_clock where true on conflict (gateway) do nothing
        """, new { gateway, now = Milliseconds(now), by = CaseWord.Of(HeardBy.Registered), allowed = (long)DeviceRules.FindingAfter.TotalMilliseconds });

    /// <summary>A gateway said something. Written at most once in <see cref="DeviceRules.WrittenEvery"/>, and at once after a silence.</summary>
    public void Heard(string gateway, HeardBy by, DateTimeOffset now) => Bind(Prepared(
        """
        update device_watch set heard_ms = $1, heard_by = $2, offline_ms = null,
          heard_proved_ms = (select proved_ms from silence_clock), due_proved_ms = (select proved_ms from silence_clock) + $3
        where gateway = $4 and (abs($1 - heard_ms) >= $5 or due_proved_ms is null or offline_ms is not null or heard_by = 'registered')
        """, 5), Milliseconds(now), CaseWord.Of(by), (long)DeviceRules.FindingAfter.TotalMilliseconds, gateway, (long)DeviceRules.WrittenEvery.TotalMilliseconds).ExecuteNonQuery();

    /// <summary>The broker said that a gateway's connection is gone: evidence, not hearing.</summary>
    public void Gone(string gateway, DateTimeOffset now) =>
        Run("update device_watch set offline_ms = coalesce(offline_ms, @now) where gateway = @gateway", new { gateway, now = Milliseconds(now) });

    /// <summary>The clock of silence as it was kept.</summary>
    public TimeSpan ProvedTime() => TimeSpan.FromMilliseconds(One<long>("select proved_ms from silence_clock"));

    /// <summary>Keeps the clock of silence.</summary>
    public void SetProvedTime(TimeSpan proved) => Run("update silence_clock set proved_ms = @proved where proved_ms < @proved", new { proved = (long)proved.TotalMilliseconds });

    /// <summary>True when a silence has become a finding or one is over: the next round has something to write.</summary>
    public bool SilenceIsDue(TimeSpan proved) => One<bool>(
        $"select exists (select 1 from device_watch where due_proved_ms <= @proved) or exists (select 1 from device_watch where {Answered})",
        new { proved = (long)proved.TotalMilliseconds });

    /// <summary>
    /// Opens the findings whose time has come and closes those of gateways that were heard again. A few statements whatever the number of
    /// gateways; at most <paramref name="most"/> open in one round, the longest silent first.
    /// </summary>
    /// <returns>How many opened and how many were closed.</returns>
    public (int Opened, int Closed) StepSilence(TimeSpan proved, DateTimeOffset now, int most)
    {
        var at = new { proved = (long)proved.TotalMilliseconds, now = Milliseconds(now), most, code = GatewaySilent, again = (long)(proved + DeviceRules.FindingAfter).TotalMilliseconds };
        Run($"update finding set ended_ms = @now where ended_ms is null and code = @code and gateway in (select gateway from device_watch where {Answered})", at);
        int closed = Run($"update device_watch set silent_ms = null where {Answered}", at);
        Run($"""
            insert into finding (gateway, code, detail, first_ms, last_ms, seen, opened_ms) select gateway, @code, '', @now, @now, 1, @now from device_watch where gateway in ({Due}) and {InUse}
            on conflict (gateway, code, detail) do update set last_ms = excluded.last_ms, seen = finding.seen + 1, ended_ms = null,
              opened_ms = case when finding.ended_ms is null then finding.opened_ms else excluded.last_ms end
            """, at);
        // those in the cupboard are asked about again in an hour; the others wait, without a due time, until they are heard
        Run($"update device_watch set due_proved_ms = @again where gateway in ({Due}) and not {InUse}", at);
        int opened = Run($"update device_watch set silent_ms = @now, due_proved_ms = null where gateway in ({Due}) and {InUse}", at);
        return (opened, closed);
    }

    /// <summary>Pages that wait, per receiver: neither sent nor withdrawn.</summary>
    public IReadOnlyList<Undelivered> UndeliveredPages() => [.. Query<WaitingRow>(
        """
        select oldest.receiver as Receiver, page.created_ms as OldestMs from (select receiver, min(id) as id from page where channel is null group by receiver) oldest
        join page on page.id = oldest.id order by oldest.receiver
        """)
        .Select(row => new Undelivered(row.Receiver, Time(row.OldestMs)))];

    /// <summary>Every registered gateway with what support may know of it.</summary>
    public IReadOnlyList<WatchedGateway> WatchedGateways(DateTimeOffset now) => [.. Query<WatchRow>(
        """
        select gateway.gateway as Gateway, gateway.kit as Kit, running.area as Area, coalesce(running.synthetic, 0) as Synthetic, watch.heard_by as HeardBy, watch.heard_ms as HeardMs,
          watch.heard_proved_ms as HeardProvedMs, watch.offline_ms as OfflineMs, watch.silent_ms as SilentMs
        from gateway join device_watch watch on watch.gateway = gateway.gateway
        left join assignment running on running.number =
          (select max(number) from assignment where assignment.gateway = gateway.gateway and from_ms <= @now and (to_ms is null or to_ms > @now))
        order by gateway.kit, gateway.gateway
        """, new { now = Milliseconds(now) }).Select(row => row.Read())];

    private sealed record WaitingRow(string Receiver, long OldestMs);

    private sealed class WatchRow
    {
        public string Gateway { get; init; } = "";
        public string Kit { get; init; } = "";
        public string? Area { get; init; }
        public long Synthetic { get; init; }
        public string HeardBy { get; init; } = "";
        public long HeardMs { get; init; }
        public long HeardProvedMs { get; init; }
        public long? OfflineMs { get; init; }
        public long? SilentMs { get; init; }

        public WatchedGateway Read()
        {
            CaseWord.TryRead(HeardBy, out HeardBy by);
            return new WatchedGateway(Gateway, Kit, Area, Synthetic != 0,
                new Heard(by, Time(HeardMs), TimeSpan.FromMilliseconds(HeardProvedMs), OfflineMs is { } offline ? Time(offline) : null, SilentMs is { } silent ? Time(silent) : null));
        }
    }
}
