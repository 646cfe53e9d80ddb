using System.Buffers.Binary;

namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>
/// Reads the fields of one characteristic's value, little endian, in their order. A field for which the bytes are missing makes the whole
/// frame invalid: half a frame is no measurement.
/// </summary>
internal ref struct FrameReader(ReadOnlySpan<byte> bytes)
{
    private readonly int length = bytes.Length;
    private ReadOnlySpan<byte> left = bytes;
    private string? missing;

    public byte Byte(string field) => Take(1, field) is [var one] ? one : (byte)0;

    public ushort Short(string field) => Take(2, field) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : (ushort)0;

    public int Three(string field) => Take(3, field) is [var low, var middle, var high] ? low | (middle << 8) | (high << 16) : 0;

    public MedicalNumber ShortFloat(string field) => MedicalNumber.FromShort(Short(field));

    public MedicalNumber Float(string field) => Take(4, field) is { Length: 4 } four ? MedicalNumber.FromLong(BinaryPrimitives.ReadUInt32LittleEndian(four)) : default;

    public DeviceTime Time(string field)
    {
        ushort year = Short(field);
        ReadOnlySpan<byte> rest = Take(5, field);
        return rest.Length == 5 ? new DeviceTime(year, rest[0], rest[1], rest[2], rest[3], rest[4]) : default;
    }

    /// <summary>Bytes that no field has taken yet.</summary>
    public readonly int Left => left.Length;

    /// <summary>At the end of a frame.</summary>
    /// <param name="mayHaveMore">True when the flags name fields that are not known yet, which then follow the known ones.</param>
    /// <param name="problem">What is wrong, with the place; empty when nothing is.</param>
    /// <returns>True when every field was there, and nothing that nobody announced.</returns>
    public readonly bool IsWhole(bool mayHaveMore, out string problem)
    {
        problem = missing is not null ? $"{length} bytes: too short, {missing} is missing"
            : left.Length > 0 && !mayHaveMore ? $"{length} bytes: {left.Length} more than its flags announce"
            : "";
        return problem.Length == 0;
    }

    private ReadOnlySpan<byte> Take(int count, string field)
    {
        if (left.Length < count)
        {
            missing ??= field;
            left = default;
            return default;
        }
        ReadOnlySpan<byte> taken = left[..count];
        left = left[count..];
        return taken;
    }
}
