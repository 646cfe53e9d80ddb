using System.Text;

namespace TeleMonitor.Mqtt.Packets;

/// <summary>A PUBLISH; topic and payload point into the receive buffer.</summary>
internal ref struct PublishPacket
{
    public ReadOnlySpan<byte> Topic;
    public ReadOnlySpan<byte> Payload;
    public ushort PacketId;
    public byte Qos;
    public bool Retain;
    public bool Duplicate;
    public PacketProperties Properties;
}

internal readonly record struct ConnAckPacket(bool SessionPresent, MqttReason Reason, string? ReasonText, MqttServerLimits Limits);

internal readonly record struct PubAckPacket(ushort PacketId, MqttReason Reason, string? ReasonText);

internal readonly record struct SubAckPacket(ushort PacketId, MqttReason[] Reasons);

internal readonly record struct DisconnectPacket(MqttReason Reason, string? ReasonText, string? ServerReference);

/// <summary>
/// Bytes of one packet's body → fields, for the packets a server sends to this client. Pure: no IO, no state, never throws on
/// bytes. Each returns the fault, which is none when the packet can be used. Source: MQTT 5.0, chapter 3.
/// </summary>
internal static class PacketDecoder
{
    public static PacketFault ConnAck(byte flags, ReadOnlySpan<byte> body, out ConnAckPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        RequireFlags(ref reader, flags, 0);
        byte acknowledge = reader.Byte();
        MqttReason reason = (MqttReason)reader.Byte();
        if (reader.Ok && acknowledge > 1)
        {
            reader.Fail(MqttReason.MalformedPacket, "reserved acknowledge flags are set");
        }

        if (reader.Ok && body.Length == 2 && reason != MqttReason.Success && (byte)reason <= 5)
        {
            // MQTT 3.1.1, table 3.1: two bytes, return code 1 to 5; an old server refuses our version with 1
            packet = new ConnAckPacket(
                false, MqttReason.UnsupportedProtocolVersion, "the server speaks an older MQTT", new MqttServerLimits());
            return default;
        }

        RequireReason(ref reader, reason, ReasonSet.ConnAck);
        PacketProperties properties = PacketProperties.Read(ref reader, PropertyId.InConnAck);
        reader.End();
        if (reader.Ok)
        {
            packet = new ConnAckPacket(acknowledge == 1, reason, properties.ReasonText, Limits(properties));
        }

        return reader.Fault;
    }

    public static PacketFault Publish(byte flags, ReadOnlySpan<byte> body, out PublishPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        packet.Qos = (byte)((flags >> 1) & 3);
        packet.Retain = (flags & 1) != 0;
        packet.Duplicate = (flags & 8) != 0;
        if (packet.Qos == 3 || (packet.Qos == 0 && packet.Duplicate))
        {
            reader.Fail(MqttReason.MalformedPacket, "QoS 3, or a duplicate at QoS 0");
        }
        else if (packet.Qos == 2)
        {
            // 0x9B is for servers only (table 3-13); a server that sends more than we subscribed to breaks the protocol
            reader.Fail(MqttReason.ProtocolError, "QoS 2 was never subscribed to");
        }

        packet.Topic = reader.Text();
        if (packet.Topic.IndexOfAny((byte)'+', (byte)'#') >= 0)
        {
            reader.Fail(MqttReason.MalformedPacket, "a wildcard in a topic name");
        }

        packet.PacketId = packet.Qos == 0 ? (ushort)0 : PacketId(ref reader);
        packet.Properties = PacketProperties.Read(ref reader, PropertyId.InPublish);
        if (packet.Properties.Has(PropertyId.TopicAlias))
        {
            reader.Fail(MqttReason.TopicAliasInvalid, "a topic alias, though we announced none");
        }
        else if (reader.Ok && packet.Topic.IsEmpty)
        {
            reader.Fail(MqttReason.ProtocolError, "an empty topic name");
        }

        packet.Payload = reader.Rest();
        return reader.Fault;
    }

    public static PacketFault PubAck(byte flags, ReadOnlySpan<byte> body, out PubAckPacket packet)
    {
        PacketReader reader = new(body);
        RequireFlags(ref reader, flags, 0);
        ushort id = PacketId(ref reader);
        // section 3.4.2.1: reason and properties may be left out from the end
        MqttReason reason = reader.Left > 0 ? (MqttReason)reader.Byte() : MqttReason.Success;
        RequireReason(ref reader, reason, ReasonSet.PubAck);
        PacketProperties properties = reader.Left > 0 ? PacketProperties.Read(ref reader, PropertyId.InAck) : default;
        reader.End();
        packet = new PubAckPacket(id, reason, properties.ReasonText);
        return reader.Fault;
    }

    public static PacketFault SubAck(byte flags, ReadOnlySpan<byte> body, out SubAckPacket packet)
    {
        packet = default;
        PacketReader reader = new(body);
        RequireFlags(ref reader, flags, 0);
        ushort id = PacketId(ref reader);
        _ = PacketProperties.Read(ref reader, PropertyId.InAck);
        if (reader.Ok && reader.Left == 0)
        {
            reader.Fail(MqttReason.MalformedPacket, "no reason codes");
        }

        ReadOnlySpan<byte> codes = reader.Rest();
        foreach (byte code in codes)
        {
            RequireReason(ref reader, (MqttReason)code, ReasonSet.SubAck);
        }

        if (reader.Ok)
        {
            MqttReason[] reasons = new MqttReason[codes.Length];
            for (int i = 0; i < reasons.Length; i++)
            {
                reasons[i] = (MqttReason)codes[i];
            }

            packet = new SubAckPacket(id, reasons);
        }

        return reader.Fault;
    }

    public static PacketFault PingResp(byte flags, ReadOnlySpan<byte> body)
    {
        PacketReader reader = new(body);
        RequireFlags(ref reader, flags, 0);
        reader.End();
        return reader.Fault;
    }

    public static PacketFault Disconnect(byte flags, ReadOnlySpan<byte> body, out DisconnectPacket packet)
    {
        PacketReader reader = new(body);
        RequireFlags(ref reader, flags, 0);
        MqttReason reason = reader.Left > 0 ? (MqttReason)reader.Byte() : MqttReason.Success;
        RequireReason(ref reader, reason, ReasonSet.ServerDisconnect);
        PacketProperties properties = reader.Left > 0 ? PacketProperties.Read(ref reader, PropertyId.InServerDisconnect) : default;
        reader.End();
        packet = new DisconnectPacket(reason, properties.ReasonText, properties.ServerReference);
        return reader.Fault;
    }

    /// <summary>For the kinds of packet no server may send to this client.</summary>
    public static PacketFault Unexpected(PacketKind kind) => kind switch
    {
        PacketKind.Reserved => new PacketFault(MqttReason.MalformedPacket, "packet type 0"),
        PacketKind.PubRec or PacketKind.PubRel or PacketKind.PubComp =>
            new PacketFault(MqttReason.ProtocolError, "part of a QoS 2 exchange"),
        _ => new PacketFault(MqttReason.ProtocolError, "not sent by a server to this client at this point"),
    };

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private static ushort PacketId(ref PacketReader reader)
    {
        ushort id = reader.UInt16();
        if (id == 0)
        {
            reader.Fail(MqttReason.ProtocolError, "packet identifier 0");
        }

        return id;
    }

    private static void RequireFlags(ref PacketReader reader, byte flags, byte expected)
    {
        if (flags != expected)
        {
            reader.Fail(MqttReason.MalformedPacket, "reserved flags of the fixed header are set");
        }
    }

    private static void RequireReason(ref PacketReader reader, MqttReason reason, ReasonSet allowed)
    {
        if (!allowed.Holds(reason))
        {
            reader.Fail(MqttReason.ProtocolError, "a reason code that does not belong here");
        }
    }

    private static MqttServerLimits Limits(PacketProperties properties) => new()
    {
        ReceiveMaximum = properties.Has(PropertyId.ReceiveMaximum) ? properties.ReceiveMaximum : ushort.MaxValue,
        MaximumPacketSize = properties.Has(PropertyId.MaximumPacketSize) ? properties.MaximumPacketSize : PacketFrame.LargestPacket,
        MaximumQos = properties.Flag(PropertyId.MaximumQos, absent: true) ? (byte)1 : (byte)0,
        RetainAvailable = properties.Flag(PropertyId.RetainAvailable, absent: true),
        WildcardSubscriptions = properties.Flag(PropertyId.WildcardAvailable, absent: true),
        SharedSubscriptions = properties.Flag(PropertyId.SharedAvailable, absent: true),
        KeepAlive = properties.Has(PropertyId.ServerKeepAlive) ? TimeSpan.FromSeconds((double)properties.ServerKeepAlive) : null,
        AssignedClientId = properties.AssignedClientId,
    };
}
