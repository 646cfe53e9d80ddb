using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>Follows the machine's clock, says when the two are apart and when no longer, and keeps the hub's time for the next start.</summary>
internal sealed class TimeKeeping(HubStore store, HubClock clock, HubMetrics metrics)
{
    private const string SteppedClock = "finding/hub-clock-stepped";
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(10);

    private DateTimeOffset kept;
    private bool? apart;

    /// <summary>To be called in every round.</summary>
    public void Run()
    {
        bool isApart = clock.Follow().Duration() > HubTime.StepLimit;
        DateTimeOffset now = clock.GetUtcNow();
        if (isApart == apart && now < kept + Each)
        {
            return;
        }
        store.Write(write =>
        {
            write.KeepTime(clock.Keep());
            if (isApart && apart != true)
            {
                write.Finding("", SteppedClock, "", now);
            }
            else if (!isApart && apart != false)
            {
                write.EndFinding("", SteppedClock, null, now); // one that an earlier process left open too
            }
        });
        metrics.Set("telemonitor_hub_clock_apart", isApart ? 1 : 0);
        (apart, kept) = (isApart, now);
    }
}
