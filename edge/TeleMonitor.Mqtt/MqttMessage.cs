namespace TeleMonitor.Mqtt;

/// <summary>
/// A message to publish. The session reads it once, while it encodes; nothing is kept after the call's task has completed.
/// </summary>
public sealed record MqttPublish
{
    /// <summary>Topic name: 1 to 65,535 bytes of UTF-8, no wildcard (<c>+</c>, <c>#</c>), no NUL.</summary>
    public required string Topic { get; init; }

    /// <summary>The application's bytes; may be empty. Must not change until the publish has completed.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>0 (at most once) or 1 (at least once); 2 is refused.</summary>
    public byte Qos { get; init; }

    /// <summary>Whether the broker keeps it as the topic's last value.</summary>
    public bool Retain { get; init; }

    /// <summary>MIME type of the payload; null leaves the property out.</summary>
    public string? ContentType { get; init; }

    /// <summary>Name–value pairs that travel beside the payload, in this order; a name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];
}

/// <summary>A message that came in. Its memory is its own and stays valid after it is acknowledged.</summary>
public sealed class MqttMessage
{
    /// <summary>
    /// At most this many user properties are kept of one message, so that a small packet cannot grow into a large object.
    /// </summary>
    public const int UserPropertiesMax = 64;

    /// <summary>Topic name, without wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The application's bytes; may be empty.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>0 or 1. At 1 the sender waits for <see cref="MqttSession.Acknowledge"/>.</summary>
    public required byte Qos { get; init; }

    /// <summary>True when the broker had kept it from before the subscription.</summary>
    public required bool Retain { get; init; }

    /// <summary>MIME type of the payload; null when the publisher gave none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The first <see cref="UserPropertiesMax"/> name–value pairs, in the order sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>How many user properties were left out because the message had more than <see cref="UserPropertiesMax"/>.</summary>
    public int UserPropertiesLeftOut { get; init; }

    /// <summary>1 to 65,535 at QoS 1, 0 at QoS 0.</summary>
    internal ushort PacketId { get; init; }

    /// <summary>The session it came through; another session must not acknowledge it.</summary>
    internal MqttSession? Session { get; init; }

    /// <summary>Guarded by the session's lock.</summary>
    internal bool Acknowledged { get; set; }
}
