namespace TeleMonitor.Mqtt;

/// <summary>Why a session is over.</summary>
/// <param name="Reason">
/// The code that was sent or received: <see cref="MqttReason.Success"/> when closed by us,
/// <see cref="MqttReason.KeepAliveTimeout"/> for a black hole, <see cref="MqttReason.UnspecifiedError"/> when the connection just broke.
/// </param>
/// <param name="Why">One English sentence for log and status; holds no payload.</param>
/// <param name="ByServer">True when the server said so in a DISCONNECT.</param>
public sealed record MqttEnd(MqttReason Reason, string Why, bool ByServer);

/// <summary>A connection that could not be made, or that ended under a waiting call.</summary>
public sealed class MqttException : Exception
{
    /// <summary>A failure that has a reason code, or none when it happened below MQTT (address, TCP, TLS, time).</summary>
    public MqttException(MqttReason? reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The code given by either end; null when it failed below MQTT.</summary>
    public MqttReason? Reason { get; }
}

/// <summary>What the server allows on this connection, from its CONNACK; a value it did not give is the standard's default.</summary>
public sealed record MqttServerLimits
{
    /// <summary>How many of our QoS 1 messages it takes unacknowledged; 1 to 65,535.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Largest whole packet it takes, in bytes. Default: what the format can express.</summary>
    public uint MaximumPacketSize { get; init; } = Packets.PacketFrame.LargestPacket;

    /// <summary>Highest QoS it takes, 0 or 1; a server that takes 2 counts as 1 here.</summary>
    public byte MaximumQos { get; init; } = 1;

    /// <summary>Whether it keeps retained messages.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>Whether filters may hold <c>+</c> and <c>#</c>.</summary>
    public bool WildcardSubscriptions { get; init; } = true;

    /// <summary>Whether <c>$share/…</c> filters work.</summary>
    public bool SharedSubscriptions { get; init; } = true;

    /// <summary>The interval the server wants in place of ours; null when it takes ours; zero when it does not check.</summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>The client id given by the server; null when ours stands.</summary>
    public string? AssignedClientId { get; init; }
}
