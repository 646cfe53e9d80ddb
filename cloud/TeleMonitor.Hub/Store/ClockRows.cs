namespace TeleMonitor.Hub.Store;

public sealed partial class StoreTransaction
{
    /// <summary>What is kept of the hub's time; null for a new store.</summary>
    public KeptTime? KeptTime()
    {
        KeptRow? kept = One<KeptRow>("select hub_ms as HubMs, boot as Boot, monotonic_ms as MonotonicMs, held as Held from hub_clock");
        // a crash may have come before the next keeping: the newest rows tell what was already said to others
        long latest = Math.Max(
            One<long?>("select stored_ms from item order by id desc limit 1") ?? 0,
            One<long?>("select at_ms from case_event order by id desc limit 1") ?? 0);
        return kept is not null ? new KeptTime(Time(kept.HubMs), kept.Boot, TimeSpan.FromMilliseconds(kept.MonotonicMs), kept.Held != 0, Time(latest))
            : latest > 0 ? new KeptTime(Time(latest), "", TimeSpan.Zero, false, Time(latest)) : null;
    }

    /// <summary>Keeps the hub's time.</summary>
    public void KeepTime(KeptTime kept) => Run(
        """
        insert into hub_clock (id, hub_ms, boot, monotonic_ms, held) values (1, @hub, @Boot, @monotonic, @held)
        on conflict (id) do update set hub_ms = excluded.hub_ms, boot = excluded.boot, monotonic_ms = excluded.monotonic_ms, held = excluded.held
        """,
        new { hub = Milliseconds(kept.Hub), kept.Boot, monotonic = (long)kept.Monotonic.TotalMilliseconds, held = kept.Held ? 1 : 0 });

    private sealed record KeptRow(long HubMs, string Boot, long MonotonicMs, long Held);
}
