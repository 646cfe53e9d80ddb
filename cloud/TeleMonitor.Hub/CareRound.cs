using TeleMonitor.Care.Paging;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Hub;

/// <summary>
/// One round of what is owed: case steps, pages, notices, the clock's own check. Does not wait: <see cref="HubPipeline"/> runs it when
/// woken and each second, and the simulation does.
/// </summary>
internal sealed class CareRound(
    HubStore store, CaseWorker worker, INotifier boards, NoticeSender notices, BoardFeed feed, HubMetrics metrics, HubClock clock, SelfTests? tests = null,
    ProfileIssue? profiles = null, ProfileSender? profileSender = null)
{
    private readonly SinkNotifier[] sinks = [.. PageChannel.All.Select(channel => new SinkNotifier(store, PageChannel.Sink(channel)))];
    private readonly TimeKeeping time = new(store, clock, metrics);

    /// <summary>Does what is owed and due now.</summary>
    /// <param name="publish">Sends to a gateway; null while no broker is connected.</param>
    /// <returns>True when there may be more to do at once: a round does a bounded number of steps.</returns>
    public bool Run(Func<MqttPublish, Task<MqttReason>>? publish)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long tested = worker.TestSteps;
        int steps = worker.Work(now);
        tested = worker.TestSteps - tested;
        int sent = boards.Send(now);
        Array.ForEach(sinks, sink => sink.Send(clock.GetUtcNow()));
        if (steps > tested || sent > 0)
        {
            metrics.Count("telemonitor_hub_case_steps_total", steps - tested);
            metrics.Count("telemonitor_hub_pages_sent_total", sent);
            feed.Changed();
        }
        bool moreProfiles = profiles?.Round(now) == true;
        if (publish is not null)
        {
            notices.Send(publish);
            profileSender?.Send(publish);
        }
        time.Run();
        if (tests?.Round(clock.GetUtcNow()) == true) // last: a fault of the test must not stop what it tests
        {
            feed.Changed();
        }
        return steps > 0 || moreProfiles;
    }
}
