using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Mqtt;

/// <summary>What a session does with each packet that comes in. All on the receive loop; nothing here waits.</summary>
public sealed partial class MqttSession
{
    private enum Intake
    {
        /// <summary>All that is here is taken.</summary>
        NeedsBytes,

        /// <summary>The next is a message for which an acknowledgement must make room first.</summary>
        NeedsRoom,

        /// <summary>The session has ended.</summary>
        Over,
    }

    /// <summary>Takes every whole packet in the buffer, until more bytes or more room are needed.</summary>
    /// <param name="needed">Length of the packet that is partly there; 0 when not known yet.</param>
    private Intake TakePackets(out int needed)
    {
        needed = 0;
        while (Volatile.Read(ref end) is null)
        {
            FrameOutcome outcome = PacketFrame.Find(receive.Unread, options.MaximumPacketSize, out PacketFrame frame);
            if (outcome == FrameOutcome.NeedsMore)
            {
                needed = frame.TotalLength;
                return Intake.NeedsBytes;
            }

            if (outcome == FrameOutcome.Complete && IsExcess(frame))
            {
                return Intake.NeedsRoom;
            }

            PacketFault fault = outcome switch
            {
                FrameOutcome.Malformed => new PacketFault(MqttReason.MalformedPacket, "the length of a packet is malformed"),
                FrameOutcome.TooLarge => new PacketFault(
                    MqttReason.PacketTooLarge, $"a packet is larger than {options.MaximumPacketSize} bytes"),
                _ => Take(frame),
            };
            if (!fault.IsNone)
            {
                string what = outcome == FrameOutcome.Complete ? $"{frame.Kind}: {fault.Problem}" : fault.Problem!;
                Finish(new MqttEnd(fault.Reason, $"the server broke the protocol: {what}", ByServer: false), tell: true);
                return Intake.Over;
            }

            receive.Consume(frame.TotalLength);
        }

        return Intake.Over;
    }

    /// <summary>A QoS 1 message beyond our Receive Maximum: it stays in the buffer, and nothing behind it is read.</summary>
    private bool IsExcess(in PacketFrame frame)
    {
        const int Qos1 = 0x02;
        if (frame.Kind != PacketKind.Publish || (frame.Flags & 0x06) != Qos1)
        {
            return false;
        }

        lock (gate)
        {
            return unacknowledged.Count >= options.ReceiveMaximum;
        }
    }

    private PacketFault Take(in PacketFrame frame)
    {
        ReadOnlySpan<byte> body = receive.Unread[frame.HeaderLength..frame.TotalLength];
        switch (frame.Kind)
        {
            case PacketKind.Publish:
                PacketFault fault = PacketDecoder.Publish(frame.Flags, body, out PublishPacket publish);
                return fault.IsNone ? TakePublish(publish) : fault;
            case PacketKind.PubAck:
                fault = PacketDecoder.PubAck(frame.Flags, body, out PubAckPacket pubAck);
                return fault.IsNone ? TakePubAck(pubAck) : fault;
            case PacketKind.SubAck:
                fault = PacketDecoder.SubAck(frame.Flags, body, out SubAckPacket subAck);
                return fault.IsNone ? TakeSubAck(subAck) : fault;
            case PacketKind.PingResp:
                fault = PacketDecoder.PingResp(frame.Flags, body);
                return fault.IsNone ? TakePingResp() : fault;
            case PacketKind.Disconnect:
                fault = PacketDecoder.Disconnect(frame.Flags, body, out DisconnectPacket disconnect);
                return fault.IsNone ? TakeDisconnect(disconnect) : fault;
            default:
                return PacketDecoder.Unexpected(frame.Kind);
        }
    }

    private PacketFault TakePublish(PublishPacket packet)
    {
        if (packet.Qos == 0 && incoming.Reader.Count >= options.ReceiveMaximum)
        {
            // at most once allows it; waiting for a slow reader would hold up PINGRESP, and keeping it would have no bound
            Interlocked.Increment(ref qos0LeftOut);
            return default;
        }

        if (packet.Qos == 1)
        {
            lock (gate)
            {
                if (!unacknowledged.Add(packet.PacketId))
                {
                    return new PacketFault(MqttReason.ProtocolError, "a packet identifier that is not acknowledged yet, again");
                }
            }
        }

        MqttMessage message = new()
        {
            Topic = PacketDecoder.Text(packet.Topic),
            Payload = packet.Payload.ToArray(),
            Qos = packet.Qos,
            Retain = packet.Retain,
            ContentType = packet.Properties.ContentType,
            UserProperties = packet.Properties.User ?? (IReadOnlyList<KeyValuePair<string, string>>)[],
            UserPropertiesLeftOut = packet.Properties.UserLeftOut,
            PacketId = packet.PacketId,
            Session = this,
        };
        incoming.Writer.TryWrite(message); // has room by the two bounds above; refused only when the session has just ended
        return default;
    }

    private PacketFault TakePubAck(in PubAckPacket packet)
    {
        lock (gate)
        {
            if (end is not null)
            {
                return default;
            }

            if (!outgoing.Complete(packet))
            {
                return new PacketFault(MqttReason.ProtocolError, "acknowledges a message that was not sent");
            }

            if (outgoing.Unwritten.Length > 0)
            {
                Wake();
            }
        }

        return default;
    }

    private PacketFault TakeSubAck(in SubAckPacket packet)
    {
        lock (gate)
        {
            return end is not null || outgoing.Complete(packet)
                ? default : new PacketFault(MqttReason.ProtocolError, "answers no SUBSCRIBE, or another number of filters");
        }
    }

    private PacketFault TakePingResp()
    {
        lock (gate)
        {
            pingSent = null;
        }

        return default;
    }

    private PacketFault TakeDisconnect(in DisconnectPacket packet)
    {
        string text = packet.ReasonText is { } why ? $": {Excerpt(why)}" : string.Empty;
        string other = packet.ServerReference is { } reference ? $" (use {Excerpt(reference)})" : string.Empty;
        string said = $"the server ended the session: {packet.Reason} (0x{(byte)packet.Reason:X2}){text}{other}";
        Finish(new MqttEnd(packet.Reason, said, ByServer: true), tell: false);
        return default;
    }

    /// <summary>A peer's words for a log: one line, of bounded length.</summary>
    private static string Excerpt(string text)
    {
        ReadOnlySpan<char> head = text.AsSpan(0, Math.Min(text.Length, 200));
        return string.Concat(head.ToString().Select(c => char.IsControl(c) ? ' ' : c));
    }
}
