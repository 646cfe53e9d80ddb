using TeleMonitor.Mqtt;
using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>What the decoder made of some bytes: a fault, or one line per field, so that two readings can be compared.</summary>
internal sealed record PacketReading(PacketFault Fault, bool Whole, string Fields)
{
    /// <summary>Reads the first packet of the bytes as a client would.</summary>
    public static PacketReading Of(ReadOnlySpan<byte> bytes)
    {
        FrameOutcome outcome = PacketFrame.Find(bytes, PacketFrame.LargestPacket, out PacketFrame frame);
        if (outcome == FrameOutcome.NeedsMore)
        {
            return new PacketReading(default, false, string.Empty);
        }

        if (outcome != FrameOutcome.Complete)
        {
            return new PacketReading(new PacketFault(MqttReason.MalformedPacket, "length"), true, string.Empty);
        }

        string fields = string.Empty;
        PacketFault fault = Body(frame, bytes[frame.HeaderLength..frame.TotalLength], ref fields);
        return new PacketReading(fault, true, fault.IsNone ? fields : string.Empty);
    }

    private static PacketFault Body(in PacketFrame frame, ReadOnlySpan<byte> body, ref string fields)
    {
        PacketFault fault;
        switch (frame.Kind)
        {
            case PacketKind.ConnAck:
                fault = PacketDecoder.ConnAck(frame.Flags, body, out ConnAckPacket connAck);
                fields = $"connack {connAck.SessionPresent} {connAck.Reason} {connAck.ReasonText} {connAck.Limits}";
                return fault;
            case PacketKind.Publish:
                fault = PacketDecoder.Publish(frame.Flags, body, out PublishPacket publish);
                fields = $"publish {PacketDecoder.Text(publish.Topic)} {Convert.ToHexString(publish.Payload)} {publish.PacketId} {publish.Qos} {publish.Retain} "
                    + $"{publish.Properties.ContentType} {string.Join(';', publish.Properties.User ?? [])}";
                return fault;
            case PacketKind.PubAck:
                fault = PacketDecoder.PubAck(frame.Flags, body, out PubAckPacket pubAck);
                fields = $"puback {pubAck.PacketId} {pubAck.Reason} {pubAck.ReasonText}";
                return fault;
            case PacketKind.SubAck:
                fault = PacketDecoder.SubAck(frame.Flags, body, out SubAckPacket subAck);
                fields = $"suback {subAck.PacketId} {string.Join(',', subAck.Reasons ?? [])}";
                return fault;
            case PacketKind.PingResp:
                fields = "pingresp";
                return PacketDecoder.PingResp(frame.Flags, body);
            case PacketKind.Disconnect:
                fault = PacketDecoder.Disconnect(frame.Flags, body, out DisconnectPacket disconnect);
                fields = $"disconnect {disconnect.Reason} {disconnect.ReasonText} {disconnect.ServerReference}";
                return fault;
            default:
                return PacketDecoder.Unexpected(frame.Kind);
        }
    }
}
