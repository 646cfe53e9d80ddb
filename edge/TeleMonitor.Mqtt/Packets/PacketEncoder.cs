namespace TeleMonitor.Mqtt.Packets;

/// <summary>Fields → bytes, for the packets this client sends. Pure; appends to a buffer. Source: MQTT 5.0, chapter 3.</summary>
internal static class PacketEncoder
{
    public static void Connect(PacketBuffer target, MqttOptions options)
    {
        const int PropertiesLength = 3 + 5;
        long remaining = 10 + 1 + PropertiesLength + TextLength(options.ClientId);
        byte flags = 0x02; // Clean Start; Session Expiry is left out, which means 0
        if (options.Will is { } will)
        {
            flags |= (byte)(0x04 | (will.Qos << 3) | (will.Retain ? 0x20 : 0));
            remaining += 1 + TextLength(will.Topic) + 2 + will.Payload.Length;
        }

        if (options.UserName is not null)
        {
            flags |= 0x80;
            remaining += TextLength(options.UserName);
        }

        if (options.Password is not null)
        {
            flags |= 0x40;
            remaining += 2 + options.Password.Length;
        }

        target.Byte((byte)PacketKind.Connect << 4);
        target.Variable((uint)remaining);
        target.Text("MQTT");
        target.Byte(5);
        target.Byte(flags);
        target.UInt16((ushort)options.KeepAlive.TotalSeconds);
        target.Variable(PropertiesLength); // Topic Alias Maximum is left out, which means 0
        target.Byte(PropertyId.ReceiveMaximum);
        target.UInt16(options.ReceiveMaximum);
        target.Byte(PropertyId.MaximumPacketSize);
        target.UInt32(options.MaximumPacketSize);
        ConnectPayload(target, options);
    }

    private static void ConnectPayload(PacketBuffer target, MqttOptions options)
    {
        target.Text(options.ClientId);
        if (options.Will is { } will)
        {
            target.Variable(0);
            target.Text(will.Topic);
            target.Binary(will.Payload.Span);
        }

        if (options.UserName is not null)
        {
            target.Text(options.UserName);
        }

        if (options.Password is not null)
        {
            target.Binary(options.Password);
        }
    }

    /// <summary>
    /// Size of the whole PUBLISH in bytes; compared with the server's Maximum Packet Size before anything is queued.
    /// </summary>
    /// <exception cref="ArgumentException">The message cannot be expressed in MQTT: the caller's mistake, never the peer's.</exception>
    public static long PublishLength(MqttPublish message)
    {
        if (message.Qos > 1)
        {
            throw new ArgumentException("QoS must be 0 or 1", nameof(message));
        }

        if (!PacketText.IsTopicName(message.Topic))
        {
            throw new ArgumentException("Topic is not a topic name: 1 to 65535 bytes, no wildcard, no NUL", nameof(message));
        }

        long remaining = PublishRemaining(message, PublishProperties(message));
        return 1 + PacketFrame.VariableLength((uint)Math.Min(remaining, PacketFrame.LargestRemaining)) + remaining;
    }

    /// <summary>Appends a PUBLISH that <see cref="PublishLength"/> has accepted.</summary>
    public static void Publish(PacketBuffer target, MqttPublish message, ushort packetId)
    {
        long properties = PublishProperties(message);
        target.Byte((byte)(((byte)PacketKind.Publish << 4) | (message.Qos << 1) | (message.Retain ? 1 : 0)));
        target.Variable((uint)PublishRemaining(message, properties));
        target.Text(message.Topic);
        if (message.Qos > 0)
        {
            target.UInt16(packetId);
        }

        target.Variable((uint)properties);
        if (message.ContentType is not null)
        {
            target.Byte(PropertyId.ContentType);
            target.Text(message.ContentType);
        }

        foreach (KeyValuePair<string, string> pair in message.UserProperties)
        {
            target.Byte(PropertyId.UserProperty);
            target.Text(pair.Key);
            target.Text(pair.Value);
        }

        target.Raw(message.Payload.Span);
    }

    public static void PubAck(PacketBuffer target, ushort packetId, MqttReason reason)
    {
        target.Byte((byte)PacketKind.PubAck << 4);
        target.Variable(reason == MqttReason.Success ? 2u : 3u); // section 3.4.2.1: success may be left out
        target.UInt16(packetId);
        if (reason != MqttReason.Success)
        {
            target.Byte((byte)reason);
        }
    }

    /// <summary>Appends a SUBSCRIBE; the filters are checked by the caller.</summary>
    public static void Subscribe(PacketBuffer target, ushort packetId, IReadOnlyList<string> filters, byte qos)
    {
        target.Byte(((byte)PacketKind.Subscribe << 4) | 2);
        target.Variable((uint)(SubscribeLength(filters) - 5));
        target.UInt16(packetId);
        target.Variable(0);
        foreach (string filter in filters)
        {
            target.Text(filter);
            // options byte: no local, retain as published and retain handling are all 0, so a retained message comes marked as such
            target.Byte(qos);
        }
    }

    /// <summary>An upper bound of the whole SUBSCRIBE in bytes (its header taken as the longest, five).</summary>
    public static long SubscribeLength(IReadOnlyList<string> filters)
    {
        long length = 5 + 2 + 1;
        foreach (string filter in filters)
        {
            length += TextLength(filter) + 1;
        }

        return length;
    }

    public static void PingReq(PacketBuffer target)
    {
        target.Byte((byte)PacketKind.PingReq << 4);
        target.Byte(0);
    }

    public static void Disconnect(PacketBuffer target, MqttReason reason)
    {
        target.Byte((byte)PacketKind.Disconnect << 4);
        if (reason == MqttReason.Success)
        {
            target.Byte(0); // section 3.14.2.1: normal disconnection may be left out
            return;
        }

        target.Byte(1);
        target.Byte((byte)reason);
    }

    private static long PublishProperties(MqttPublish message)
    {
        long length = message.ContentType is null ? 0 : 1 + TextLength(message.ContentType);
        for (int i = 0; i < message.UserProperties.Count; i++)
        {
            KeyValuePair<string, string> pair = message.UserProperties[i];
            length += 1 + TextLength(pair.Key) + TextLength(pair.Value);
        }

        return length;
    }

    private static long PublishRemaining(MqttPublish message, long properties) =>
        TextLength(message.Topic) + (message.Qos > 0 ? 2 : 0)
        + PacketFrame.VariableLength((uint)Math.Min(properties, PacketFrame.LargestRemaining)) + properties + message.Payload.Length;

    private static long TextLength(string text)
    {
        if (!PacketText.TryByteCount(text, out int count) || count > ushort.MaxValue)
        {
            throw new ArgumentException("a string is longer than 65535 bytes, holds NUL, or is not valid Unicode", nameof(text));
        }

        return 2 + count;
    }
}
