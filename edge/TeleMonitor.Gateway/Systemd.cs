using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TeleMonitor.Gateway;

/// <summary>
/// Tells systemd that the gateway is ready and goes on: one datagram each to the socket that systemd names (sd_notify). Without systemd it
/// says nothing to nobody.
/// </summary>
internal sealed class Systemd : IDisposable
{
    private readonly Socket? socket;

    /// <summary>Nothing is sent yet.</summary>
    /// <param name="address">Value of NOTIFY_SOCKET: a path, or with @ before it a name of the abstract kind; null: no systemd.</param>
    /// <param name="watchdog">Value of WATCHDOG_USEC: after so many microseconds without a word it kills; null: it does not watch.</param>
    public Systemd(string? address, string? watchdog)
    {
        Watchdog = long.TryParse(watchdog, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) : null;
        if (address is { Length: > 1 })
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
            }
            catch (SocketException)
            {
                socket.Dispose(); // not systemd's: a gateway runs without it too
                socket = null;
            }
        }
    }

    /// <summary>How long systemd waits for a sign of life; null when it does not.</summary>
    public TimeSpan? Watchdog { get; }

    /// <summary>As systemd says it in the environment.</summary>
    public static Systemd FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"));

    /// <summary>Says "ready", then a sign of life three times in the time that systemd waits, as long as everything turns.</summary>
    /// <param name="turns">Asks every gateway whether its loops have turned since it was last asked; one that hangs lets systemd kill the program.</param>
    /// <param name="clock">For waiting.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<bool> turns, TimeProvider clock, CancellationToken stop)
    {
        Say("READY=1");
        try
        {
            while (Watchdog is { } limit)
            {
                if (turns())
                {
                    Say("WATCHDOG=1");
                }
                await Task.Delay(limit / 3, clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Say("STOPPING=1");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket?.Dispose();

    private void Say(string what)
    {
        try
        {
            socket?.Send(Encoding.ASCII.GetBytes(what));
        }
        catch (SocketException)
        {
            // a sign of life that does not arrive is what the watchdog is for
        }
    }
}
