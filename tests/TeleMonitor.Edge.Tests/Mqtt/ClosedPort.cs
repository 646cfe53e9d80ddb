using System.Net;
using System.Net.Sockets;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>A loopback port that refuses, and that nobody else can get meanwhile: bound, but never listening.</summary>
internal sealed class ClosedPort : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public void Dispose() => socket.Dispose();
}
