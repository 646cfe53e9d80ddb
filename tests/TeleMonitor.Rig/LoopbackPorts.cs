using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TeleMonitor.Rig;

/// <summary>Ports of 127.0.0.1 that nobody listens on.</summary>
public static class LoopbackPorts
{
    // Below 32768, where Linux takes the ports of outgoing connections from: a broker that is killed and started again
    // must find its port still free. source: Linux ip_local_port_range, default 32768 60999
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int next = Environment.ProcessId * 16;

    /// <summary>A free port in 20000…31999; two calls in one process never give the same one until all were given.</summary>
    /// <exception cref="RigException">None is free.</exception>
    public static int Free()
    {
        for (int attempt = 0; attempt < Count; attempt++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new RigException($"no port of 127.0.0.1 between {First} and {First + Count - 1} is free");
    }

    public static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>True when something listens there now. It is looked up, not tried: a broker logs every caller that says nothing.</summary>
    public static bool IsListenedOn(int port) =>
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port);
}
