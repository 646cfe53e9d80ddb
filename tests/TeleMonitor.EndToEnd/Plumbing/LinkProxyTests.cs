using System.Net;
using System.Net.Sockets;

using TeleMonitor.Rig.Torture;

namespace TeleMonitor.EndToEnd;

/// <summary>The proxy between gateway and broker does what each trouble says, and nothing else.</summary>
public sealed class LinkProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource bound = new(TimeSpan.FromSeconds(20));
    private readonly TcpListener echo = new(IPAddress.Loopback, 0);
    private LinkProxy proxy = null!;

    public Task InitializeAsync()
    {
        echo.Start();
        _ = EchoAsync();
        proxy = LinkProxy.Start(((IPEndPoint)echo.LocalEndpoint).Port, seed: 1, TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await proxy.DisposeAsync();
        echo.Dispose();
        bound.Dispose();
    }

    [Fact]
    public async Task An_open_link_passes_every_byte_both_ways()
    {
        using Socket near = await ConnectAsync();
        byte[] sent = new byte[300_000];
        new Random(3).NextBytes(sent);
        Task writing = near.SendAsync(sent, bound.Token).AsTask();
        Assert.Equal(sent, await ReceiveAsync(near, sent.Length));
        await writing;
    }

    [Fact]
    public async Task A_cut_resets_what_is_up_and_refuses_what_comes_until_the_link_is_open_again()
    {
        using Socket near = await ConnectAsync();
        await near.SendAsync("a"u8.ToArray(), bound.Token);
        Assert.Equal("a"u8.ToArray(), await ReceiveAsync(near, 1));
        proxy.Set(LinkMode.Cut);
        await Assert.ThrowsAsync<SocketException>(async () => await near.ReceiveAsync(new byte[1], bound.Token));
        await Assert.ThrowsAsync<SocketException>(ConnectAsync);

        proxy.Set(LinkMode.Open);
        using Socket again = await ConnectAsync();
        await again.SendAsync("b"u8.ToArray(), bound.Token);
        Assert.Equal("b"u8.ToArray(), await ReceiveAsync(again, 1));
    }

    [Fact]
    public async Task A_black_hole_takes_everything_says_nothing_and_gives_it_back_afterwards()
    {
        using Socket up = await ConnectAsync();
        proxy.Set(LinkMode.BlackHole);
        using Socket late = await ConnectAsync(); // TCP alone does not notice
        await up.SendAsync("up"u8.ToArray(), bound.Token);
        await late.SendAsync("late"u8.ToArray(), bound.Token);
        Task<byte[]> first = ReceiveAsync(up, 2), second = ReceiveAsync(late, 4);
        await Task.Delay(Soon, TimeProvider.System, bound.Token);
        Assert.False(first.IsCompleted || second.IsCompleted);

        proxy.Set(LinkMode.Open);
        Assert.Equal("up"u8.ToArray(), await first);
        Assert.Equal("late"u8.ToArray(), await second);
    }

    [Fact]
    public async Task A_noisy_link_turns_single_bits_and_gives_pieces_twice()
    {
        using Socket near = await ConnectAsync();
        proxy.Set(LinkMode.Noisy);
        (int turned, int doubled) = (0, 0);
        for (int sent = 0; sent < 400 && (turned == 0 || doubled == 0); sent++)
        {
            await near.SendAsync(new byte[8], bound.Token);
            byte[] piece = await ReceiveAsync(near, 8);
            turned += piece.Sum(one => BitOperationsOf(one));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, bound.Token);
            doubled += near.Available / 8;
            _ = await ReceiveAsync(near, near.Available);
        }

        Assert.InRange(turned, 1, 20);
        Assert.InRange(doubled, 1, 20);
        Assert.True(proxy.Spoilt > 0);
    }

    private static int BitOperationsOf(byte one) => System.Numerics.BitOperations.PopCount(one);

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                Socket one = await echo.AcceptSocketAsync(bound.Token);
                _ = new NetworkStream(one, ownsSocket: true) is var stream ? stream.CopyToAsync(stream, bound.Token).ContinueWith(_ => stream.Dispose(), TaskScheduler.Default) : null;
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, proxy.Port, bound.Token);
        return socket;
    }

    private async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(have), bound.Token);
            Assert.True(more > 0, "the link ended");
            have += more;
        }

        return bytes;
    }
}
