using System.Threading.Channels;

namespace TeleMonitor.Gateway;

/// <summary>One waiter, many who wake it, and a timer. Signals between two waits count once; none is lost.</summary>
internal sealed class Wake : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1); // a timer holds 49 days; waking early is harmless
    private readonly Channel<byte> bell = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly ITimer timer;

    public Wake(TimeProvider clock) => timer = clock.CreateTimer(_ => Signal(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes the waiter, now or when it next waits.</summary>
    public void Signal() => bell.Writer.TryWrite(0);

    /// <summary>Waits for a signal, at most so long; null: for a signal only. May return early.</summary>
    public async ValueTask WaitAsync(TimeSpan? atMost, CancellationToken stop)
    {
        if (bell.Reader.TryRead(out _))
        {
            return;
        }
        if (atMost <= TimeSpan.Zero)
        {
            return;
        }
        timer.Change(atMost is { } wait ? (wait < LongestWait ? wait : LongestWait) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await bell.Reader.ReadAsync(stop);
    }

    public void Dispose() => timer.Dispose();
}
