using System.Collections.Concurrent;
using System.Threading.Channels;

namespace TeleMonitor.Hub.Boards;

/// <summary>Tells open boards that something changed. A board that listens shows it by reading the store again.</summary>
public sealed class BoardFeed
{
    private readonly ConcurrentDictionary<long, Listener> listeners = new();
    private long next;
    private long version;

    /// <summary>One open board.</summary>
    /// <param name="Team">Team whose worklist it shows; null shows all teams.</param>
    /// <param name="Changes">Counts upward with every change; only the newest waits.</param>
    public sealed record Listener(string? Team, Channel<long> Changes);

    /// <summary>Opens a board until the handle is disposed.</summary>
    public (ChannelReader<long> Changes, IDisposable Handle) Open(string? team)
    {
        var listener = new Listener(team, Channel.CreateBounded<long>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }));
        long key = Interlocked.Increment(ref next);
        listeners[key] = listener;
        return (listener.Changes.Reader, new Closing(() => listeners.TryRemove(key, out _)));
    }

    /// <summary>Something changed.</summary>
    public void Changed()
    {
        long now = Interlocked.Increment(ref version);
        foreach (Listener listener in listeners.Values)
        {
            listener.Changes.Writer.TryWrite(now);
        }
    }

    /// <summary>How many changes there were, of everybody: it is told to nobody outside.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>Boards that are open now.</summary>
    public int OpenBoards => listeners.Count;

    /// <summary>True when a board of this team is open: a page on the channel <c>board</c> can be delivered.</summary>
    public bool IsOpen(string team) => listeners.Values.Any(listener => string.Equals(listener.Team, team, StringComparison.Ordinal));

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
