using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace TeleMonitor.Mqtt.Packets;

/// <summary>
/// Why a packet cannot be taken: the code for the DISCONNECT and a sentence for the log. The default value means no fault.
/// </summary>
internal readonly record struct PacketFault(MqttReason Reason, string? Problem)
{
    public bool IsNone => Problem is null;
}

/// <summary>
/// Reads the fields of one packet's body. The first fault sticks: from then on every read gives zero or empty and nothing is left,
/// so a decoder reads straight through and asks once at the end. Never throws on bytes.
/// </summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    public PacketFault Fault { get; private set; }

    public readonly bool Ok => Fault.IsNone;

    public readonly int Left => rest.Length;

    public void Fail(MqttReason reason, string problem)
    {
        if (Fault.IsNone)
        {
            Fault = new PacketFault(reason, problem);
        }

        rest = default;
    }

    public byte Byte()
    {
        ReadOnlySpan<byte> field = Take(1);
        return field.IsEmpty ? (byte)0 : field[0];
    }

    public ushort UInt16()
    {
        ReadOnlySpan<byte> field = Take(2);
        return field.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(field);
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> field = Take(4);
        return field.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(field);
    }

    /// <summary>A variable byte integer, section 1.5.5: 0 to 268,435,455 in the fewest bytes, at most four.</summary>
    public uint Variable()
    {
        VariableByte outcome = PacketFrame.ReadVariable(rest, out uint value, out int used);
        if (outcome == VariableByte.Complete)
        {
            rest = rest[used..];
            return value;
        }

        Fail(MqttReason.MalformedPacket, outcome == VariableByte.TooLong
            ? "a variable byte integer is longer than four bytes or than needed" : "the packet ends inside a variable byte integer");
        return 0;
    }

    /// <summary>Binary data with a two-byte length.</summary>
    public ReadOnlySpan<byte> Binary()
    {
        int length = UInt16();
        return Take(length);
    }

    /// <summary>The bytes of a string: valid UTF-8 without NUL.</summary>
    public ReadOnlySpan<byte> Text()
    {
        ReadOnlySpan<byte> bytes = Binary();
        if (Utf8.IsValid(bytes) && !bytes.Contains((byte)0))
        {
            return bytes;
        }

        Fail(MqttReason.MalformedPacket, "a string is not UTF-8 or holds NUL");
        return default;
    }

    public string String() => Encoding.UTF8.GetString(Text());

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            Fail(MqttReason.MalformedPacket, "the packet ends inside a field");
            return default;
        }

        ReadOnlySpan<byte> field = rest[..count];
        rest = rest[count..];
        return field;
    }

    /// <summary>Everything that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(rest.Length);

    /// <summary>A packet that is longer than its fields is malformed.</summary>
    public void End()
    {
        if (rest.Length > 0)
        {
            Fail(MqttReason.MalformedPacket, "the packet is longer than its fields");
        }
    }
}
