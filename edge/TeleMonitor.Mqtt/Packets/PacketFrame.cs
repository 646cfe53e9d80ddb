namespace TeleMonitor.Mqtt.Packets;

/// <summary>Packet types, the high four bits of the first byte. Source: MQTT 5.0, table 2-1.</summary>
internal enum PacketKind : byte
{
    Reserved = 0,
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
}

internal enum VariableByte
{
    Complete,
    NeedsMore,
    TooLong,
}

internal enum FrameOutcome
{
    /// <summary>The whole packet is there.</summary>
    Complete,

    /// <summary>The header may say how long the packet will be; see <see cref="PacketFrame.TotalLength"/>.</summary>
    NeedsMore,

    /// <summary>The length field is malformed.</summary>
    Malformed,

    /// <summary>The packet is announced longer than allowed; nothing of it need be read.</summary>
    TooLarge,
}

/// <summary>Where one packet lies in a buffer: its fixed header, MQTT 5.0 section 2.1.</summary>
internal readonly record struct PacketFrame(byte First, int HeaderLength, int TotalLength)
{
    /// <summary>The largest Remaining Length, section 1.5.5.</summary>
    public const uint LargestRemaining = 268_435_455;

    /// <summary>The largest whole packet the format can express.</summary>
    public const uint LargestPacket = LargestRemaining + 5;

    public PacketKind Kind => (PacketKind)(First >> 4);

    /// <summary>The low four bits: reserved in all packets but PUBLISH.</summary>
    public byte Flags => (byte)(First & 0x0F);

    /// <summary>
    /// Finds the packet at the start of <paramref name="bytes"/>; <paramref name="largest"/> bounds header and body together.
    /// </summary>
    public static FrameOutcome Find(ReadOnlySpan<byte> bytes, uint largest, out PacketFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
        {
            return FrameOutcome.NeedsMore;
        }

        VariableByte length = ReadVariable(bytes[1..], out uint remaining, out int used);
        if (length != VariableByte.Complete)
        {
            return length == VariableByte.NeedsMore ? FrameOutcome.NeedsMore : FrameOutcome.Malformed;
        }

        if (remaining + used + 1 > largest)
        {
            return FrameOutcome.TooLarge;
        }

        frame = new PacketFrame(bytes[0], 1 + used, (int)remaining + used + 1);
        return bytes.Length < frame.TotalLength ? FrameOutcome.NeedsMore : FrameOutcome.Complete;
    }

    public static VariableByte ReadVariable(ReadOnlySpan<byte> bytes, out uint value, out int used)
    {
        value = 0;
        for (used = 0; used < 4; used++)
        {
            if (used >= bytes.Length)
            {
                return VariableByte.NeedsMore;
            }

            byte next = bytes[used];
            value |= (uint)(next & 0x7F) << (7 * used);
            if ((next & 0x80) == 0)
            {
                used++;
                // [MQTT-1.5.5-1]: the fewest bytes; a trailing zero group is a longer way to say the same
                return used > 1 && next == 0 ? VariableByte.TooLong : VariableByte.Complete;
            }
        }

        return VariableByte.TooLong;
    }

    public static int VariableLength(uint value) => value switch
    {
        < 1u << 7 => 1,
        < 1u << 14 => 2,
        < 1u << 21 => 3,
        _ => 4,
    };
}
