using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Notify;

/// <summary>The end of a self-test on one channel: takes the pages of its own receiver, which is nobody, and shows them to nobody.</summary>
/// <param name="store">Store.</param>
/// <param name="receiver">The sink's name as receiver.</param>
public sealed class SinkNotifier(HubStore store, string receiver) : INotifier
{
    private const int Most = 200;

    /// <inheritdoc/>
    public int Send(DateTimeOffset now)
    {
        IReadOnlyList<PageRow> pages = store.Read(read => read.UnsentPages(receiver, Most));
        return pages.Count == 0 ? 0 : store.Write(write => pages.Count(page => write.MarkSent(page.Id, receiver, now)));
    }
}
