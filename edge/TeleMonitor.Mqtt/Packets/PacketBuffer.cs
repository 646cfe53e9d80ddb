using System.Buffers;
using System.Buffers.Binary;

namespace TeleMonitor.Mqtt.Packets;

/// <summary>Bytes waiting to be written, in one pooled array that grows. Not thread-safe.</summary>
internal sealed class PacketBuffer : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(16 * 1024);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Byte(byte value)
    {
        Reserve(1);
        bytes[Length++] = value;
    }

    public void UInt16(ushort value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(Length), value);
        Length += 2;
    }

    public void UInt32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(Length), value);
        Length += 4;
    }

    public void Variable(uint value)
    {
        Reserve(4);
        while (value >= 0x80)
        {
            bytes[Length++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        bytes[Length++] = (byte)value;
    }

    /// <summary>A string with its two-byte length; the caller has checked that it is at most 65,535 bytes of clean UTF-8.</summary>
    public void Text(string text)
    {
        Reserve(2 + (text.Length * 3));
        int count = PacketText.Write(text, bytes.AsSpan(Length + 2));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(Length), (ushort)count);
        Length += 2 + count;
    }

    public void Binary(ReadOnlySpan<byte> data)
    {
        UInt16((ushort)data.Length);
        Raw(data);
    }

    public void Raw(ReadOnlySpan<byte> data)
    {
        Reserve(data.Length);
        data.CopyTo(bytes.AsSpan(Length));
        Length += data.Length;
    }

    public void Dispose()
    {
        byte[] returned = bytes;
        bytes = [];
        Length = 0;
        if (returned.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(returned);
        }
    }

    private void Reserve(int count)
    {
        if (bytes.Length - Length >= count)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, bytes.Length * 2));
        bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
