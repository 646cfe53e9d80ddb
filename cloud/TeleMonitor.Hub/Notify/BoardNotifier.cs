using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Notify;

/// <summary>
/// Carries out pages on the channel <c>board</c>: an open board of the receiver's team is told, then the page is marked sent. Where no
/// such board is open the page stays unsent and the ladder goes on. Chooses no receiver.
/// </summary>
public sealed class BoardNotifier(HubStore store, BoardFeed feed) : INotifier
{
    /// <summary>Channel word in the page row.</summary>
    public const string Channel = "board";
    private const int Most = 200;

    /// <summary>Sends what can be sent now.</summary>
    /// <returns>How many pages were sent.</returns>
    public int Send(DateTimeOffset now)
    {
        // by receiver: pages of a team without an open board, however many and old, must not stand before those of one that has
        PageRow[] sendable = store.Read(read =>
        {
            IReadOnlyList<string> waiting = read.UnsentReceivers();
            Care.Routing.People? people = waiting.Count == 0 ? null : read.Staff(now);
            // a person's page goes to the board of that person's team; coordinator and fallback have boards of their own
            return waiting.Where(receiver => feed.IsOpen(people!.Find(receiver) is { Team.Length: > 0 } person ? person.Team : receiver)).SelectMany(receiver => read.UnsentPages(receiver, Most)).ToArray();
        });
        if (sendable.Length == 0)
        {
            return 0;
        }
        feed.Changed();
        return store.Write(write => sendable.Count(page => write.MarkSent(page.Id, Channel, now)));
    }
}
