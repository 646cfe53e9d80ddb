using System.Net.Sockets;
using System.Text;
using TeleMonitor.Gateway;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Against a real socket of the kind that systemd listens on.</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tm-notify-").FullName;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public SystemdTests()
    {
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "notify")));
        listener.ReceiveTimeout = 10_000;
    }

    public void Dispose()
    {
        listener.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task It_says_ready_then_signs_of_life_while_everything_turns_and_none_when_something_hangs()
    {
        using var systemd = new Systemd(Path.Combine(folder, "notify"), "300000");
        Assert.Equal(TimeSpan.FromMilliseconds(300), systemd.Watchdog);
        using var stop = new CancellationTokenSource();
        bool turns = true;
        Task running = systemd.RunAsync(() => turns, TimeProvider.System, stop.Token);
        Assert.Equal("READY=1", Next());
        Assert.Equal("WATCHDOG=1", Next());
        Assert.Equal("WATCHDOG=1", Next());
        turns = false;
        while (listener.Poll(TimeSpan.FromMilliseconds(400), SelectMode.SelectRead))
        {
            Assert.Equal("WATCHDOG=1", Next()); // what was under way; the silence after it is what ends the loop
        }
        await stop.CancelAsync();
        await running;
        Assert.Equal("STOPPING=1", Next());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("/nowhere/at/all", "0")]
    [InlineData("", "soon")]
    public async Task Without_systemd_it_says_nothing_and_nothing_fails(string? address, string? watchdog)
    {
        using var systemd = new Systemd(address, watchdog);
        Assert.Null(systemd.Watchdog);
        await systemd.RunAsync(() => true, TimeProvider.System, CancellationToken.None);
    }

    private string Next()
    {
        byte[] bytes = new byte[64];
        return Encoding.ASCII.GetString(bytes, 0, listener.Receive(bytes));
    }
}
