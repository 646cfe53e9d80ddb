using System.Security.Cryptography.X509Certificates;
using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Mqtt;

/// <summary>
/// What one connection needs. Checked as a whole when connecting; every problem is named in one <see cref="ArgumentException"/>.
/// </summary>
public sealed record MqttOptions
{
    /// <summary>Name or address of the broker.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port, 1 to 65,535.</summary>
    public required int Port { get; init; }

    /// <summary>Client id; empty asks the server for one.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null connects without TLS: for tests and loopback only.</summary>
    public MqttTls? Tls { get; init; }

    /// <summary>What the broker publishes for us when we vanish without a clean end.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>User name; null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password, at most 65,535 bytes; null sends none.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Longest silence before we ask whether the server is there: 1 s to 65,535 s, whole seconds. Default 30 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest silence after that question, counted from when it was queued. At least 100 ms. Default 30 s: on a slow uplink the
    /// question waits behind what is being sent.
    /// </summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many QoS 1 messages may be with us unacknowledged; 1 to 65,535. Default 200.</summary>
    public ushort ReceiveMaximum { get; init; } = 200;

    /// <summary>
    /// How long a server that has sent more than <see cref="ReceiveMaximum"/> is left waiting, unread, for an acknowledgement of
    /// ours before the session ends with <see cref="MqttReason.ReceiveMaximumExceeded"/>. At least 100 ms. Default 60 s.
    /// </summary>
    public TimeSpan ExcessTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many of our QoS 1 messages may be unacknowledged at once; 1 to 10,000. Default 200. The server's own Receive Maximum
    /// bounds it further.
    /// </summary>
    public ushort PublishWindow { get; init; } = 200;

    /// <summary>
    /// Largest incoming packet in bytes; 256 to 16 MiB. Default 256 KiB. Incoming messages hold at most
    /// 2 × <see cref="ReceiveMaximum"/> × this.
    /// </summary>
    public uint MaximumPacketSize { get; init; } = 256 * 1024;

    /// <summary>For address, TCP, TLS and CONNACK together. At least 100 ms. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Every problem of these options, in one sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        Require(!string.IsNullOrWhiteSpace(Host), "Host is empty");
        Require(Port is >= 1 and <= 65_535, "Port is not 1 to 65535");
        Require(IsShortText(ClientId), "ClientId is not UTF-8 text of at most 65535 bytes");
        Require(UserName is null || IsShortText(UserName), "UserName is not UTF-8 text of at most 65535 bytes");
        Require(Password is null || Password.Length <= ushort.MaxValue, "Password is longer than 65535 bytes");
        Require(KeepAlive.Ticks % TimeSpan.TicksPerSecond == 0 && KeepAlive.TotalSeconds is >= 1 and <= 65_535,
            "KeepAlive is not 1 to 65535 whole seconds");
        Require(PingTimeout.TotalMilliseconds is >= 100 and <= 3_600_000, "PingTimeout is not 100 ms to 1 h");
        Require(ExcessTimeout.TotalMilliseconds is >= 100 and <= 3_600_000, "ExcessTimeout is not 100 ms to 1 h");
        Require(ConnectTimeout.TotalMilliseconds is >= 100 and <= 3_600_000, "ConnectTimeout is not 100 ms to 1 h");
        Require(ReceiveMaximum >= 1, "ReceiveMaximum is 0");
        Require(PublishWindow is >= 1 and <= 10_000, "PublishWindow is not 1 to 10000");
        Require(MaximumPacketSize is >= 256 and <= 16 * 1024 * 1024, "MaximumPacketSize is not 256 bytes to 16 MiB");
        if (Will is not null)
        {
            Require(PacketText.IsTopicName(Will.Topic), "Will.Topic is not a topic name");
            Require(Will.Payload.Length <= ushort.MaxValue, "Will.Payload is longer than 65535 bytes");
            Require(Will.Qos <= 1, "Will.Qos is not 0 or 1");
        }

        if (Tls is not null)
        {
            Require(Tls.Authorities.Count > 0, "Tls.Authorities is empty, so no server could be trusted");
            Require(Tls.ClientCertificate is null || Tls.ClientCertificate.HasPrivateKey, "Tls.ClientCertificate has no private key");
            Require(Tls.ServerName is null || Tls.ServerName.Trim().Length > 0, "Tls.ServerName is empty");
        }

        return problems;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static bool IsShortText(string text) => PacketText.TryByteCount(text, out int count) && count <= ushort.MaxValue;
}

/// <summary>
/// How the server is checked and how we show who we are. TLS 1.2 or 1.3. There is no way to turn the check off.
/// </summary>
public sealed record MqttTls
{
    /// <summary>The only roots that are trusted; the machine's own list is not looked at.</summary>
    public required X509Certificate2Collection Authorities { get; init; }

    /// <summary>Our certificate with its private key; null shows none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Sent with our certificate when its issuer is not the root the server trusts.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>The name or address that must stand among the certificate's subject alternative names; null means the host.</summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// The moment at which certificates must be valid, asked at each handshake: a gateway without a battery clock gives the latest
    /// of clock, last persisted time and build time (design.md section 7).
    /// </summary>
    public required Func<DateTimeOffset> VerificationTime { get; init; }

    /// <summary>
    /// Told at each handshake what the server showed when nothing can be said against it, or nothing but its time; not told of a
    /// server that is not trusted for another reason. Called on the connecting thread; must be short and not throw.
    /// </summary>
    public Action<MqttServerCertificate>? ServerShown { get; init; }
}

/// <summary>Since when and until when a server's certificate and all its issuers are valid, both moments included.</summary>
/// <param name="Host">As in <see cref="MqttOptions.Host"/>.</param>
/// <param name="Port">As in <see cref="MqttOptions.Port"/>.</param>
/// <param name="From">The latest beginning among them.</param>
/// <param name="To">The earliest end among them.</param>
public sealed record MqttServerCertificate(string Host, int Port, DateTimeOffset From, DateTimeOffset To);

/// <summary>The last will: published by the broker when the connection ends without our clean DISCONNECT.</summary>
/// <param name="Topic">A topic name, as in <see cref="MqttPublish.Topic"/>.</param>
/// <param name="Payload">At most 65,535 bytes.</param>
/// <param name="Qos">0 or 1.</param>
/// <param name="Retain">Whether the broker keeps it as the topic's last value.</param>
public sealed record MqttWill(string Topic, ReadOnlyMemory<byte> Payload, byte Qos, bool Retain);
