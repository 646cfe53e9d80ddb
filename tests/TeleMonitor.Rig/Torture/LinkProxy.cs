using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace TeleMonitor.Rig.Torture;

/// <summary>What the proxy does to the bytes that pass it.</summary>
internal enum LinkMode
{
    /// <summary>Bytes pass.</summary>
    Open,

    /// <summary>Every connection is reset and new ones are refused: a modem that says it has no line.</summary>
    Cut,

    /// <summary>Nothing gets through in either direction and nothing says so; what TCP still holds goes on afterwards.</summary>
    BlackHole,

    /// <summary>Each piece waits a random time up to a quarter of a second; some are torn, given twice or have a bit turned.</summary>
    Noisy,
}

/// <summary>
/// A TCP proxy on loopback that stands between a gateway and its broker. It sees TLS only: a bit it turns, or a piece it gives twice, must
/// end the connection there and never reach a store.
/// </summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private const int Piece = 4096;
    private const int LongestDelayMs = 250;

    // of the pieces that pass a noisy link, about sixteen a second: a connection lives some seconds, so that it is both used and lost
    private const double Corrupted = 0.02, Doubled = 0.02;

    private readonly TimeProvider time;
    private readonly Random dice;
    private readonly int target;
    private readonly CancellationTokenSource end = new();
    private readonly HashSet<Socket> open = [];
    private readonly Lock gate = new();
    private TcpListener? listener;
    private TaskCompletionSource resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkMode mode;

    private LinkProxy(int port, int target, Random dice, TimeProvider time)
    {
        (Port, this.target, this.dice, this.time) = (port, target, dice, time);
        resumed.SetResult();
        Listen();
    }

    /// <summary>Where a gateway connects to.</summary>
    public int Port { get; }

    /// <summary>Connections taken so far.</summary>
    public int Taken { get; private set; }

    /// <summary>Pieces whose bits were turned or that were given twice.</summary>
    public int Spoilt { get; private set; }

    /// <summary>Listens on a free port and passes everything on to <paramref name="target"/>, both of 127.0.0.1.</summary>
    public static LinkProxy Start(int target, int seed, TimeProvider time) => new(LoopbackPorts.Free(), target, new Random(seed), time);

    /// <summary>What happens to the bytes from now on, also to those of connections that are up.</summary>
    public void Set(LinkMode wanted)
    {
        lock (gate)
        {
            mode = wanted;
            if (wanted == LinkMode.Cut)
            {
                listener?.Dispose();
                listener = null;
                CloseAll();
            }
            else if (listener is null)
            {
                Listen();
            }

            if (wanted == LinkMode.BlackHole && resumed.Task.IsCompleted)
            {
                resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else if (wanted != LinkMode.BlackHole)
            {
                resumed.TrySetResult();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        lock (gate)
        {
            resumed.TrySetResult();
            listener?.Dispose();
            listener = null;
            CloseAll();
        }

        end.Dispose();
    }

    private void Listen()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _ = AcceptAsync(listener, end.Token);
    }

    private async Task AcceptAsync(TcpListener taking, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                _ = JoinAsync(await taking.AcceptSocketAsync(ct), ct);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // cut, or the end
        }
    }

    private async Task JoinAsync(Socket near, CancellationToken ct)
    {
        using Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            if (!Keep(near))
            {
                return;
            }

            Taken++;
            await PassedAsync(ct);
            await far.ConnectAsync(IPAddress.Loopback, target, ct);
            if (Keep(far))
            {
                await Task.WhenAny(PassOnAsync(near, far, ct), PassOnAsync(far, near, ct));
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the broker is down or the link was cut; the other side hears of it by the close below
        }
        finally
        {
            Drop(near);
            Drop(far);
        }
    }

    private async Task PassOnAsync(Socket from, Socket to, CancellationToken ct)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            while (true)
            {
                await PassedAsync(ct);
                int count = await from.ReceiveAsync(piece.AsMemory(0, Piece), ct);
                await PassedAsync(ct); // what arrived while the hole opened stays in it
                if (count == 0)
                {
                    return;
                }

                int times = mode == LinkMode.Noisy ? await SpoilAsync(piece.AsMemory(0, count), ct) : 1;
                for (int copy = 0; copy < times; copy++)
                {
                    await SendAllAsync(to, piece.AsMemory(0, count), ct);
                }
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // one side is gone; the other is closed by whoever joined them
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, ct)..];
        }
    }

    /// <summary>Delays a piece, and now and then turns a bit of it.</summary>
    /// <returns>How often it is to be given.</returns>
    private async Task<int> SpoilAsync(Memory<byte> piece, CancellationToken ct)
    {
        (int delay, double kind, int bit) = Roll(piece.Length);
        await Task.Delay(TimeSpan.FromMilliseconds(delay), time, ct);
        if (kind < Corrupted)
        {
            piece.Span[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Spoilt += kind < Corrupted + Doubled ? 1 : 0;
        return kind is >= Corrupted and < Corrupted + Doubled ? 2 : 1;
    }

    private (int DelayMs, double Kind, int Bit) Roll(int length)
    {
        lock (gate)
        {
            return (dice.Next(LongestDelayMs), dice.NextDouble(), dice.Next(length * 8));
        }
    }

    private Task PassedAsync(CancellationToken ct)
    {
        lock (gate)
        {
            return resumed.Task.WaitAsync(ct);
        }
    }

    private bool Keep(Socket socket)
    {
        lock (gate)
        {
            if (mode == LinkMode.Cut || end.IsCancellationRequested)
            {
                return false;
            }

            return open.Add(socket);
        }
    }

    private void Drop(Socket socket)
    {
        lock (gate)
        {
            open.Remove(socket);
        }

        socket.Dispose();
    }

    private void CloseAll()
    {
        foreach (Socket socket in open)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0); // a reset, not a goodbye
            socket.Dispose();
        }

        open.Clear();
    }
}
