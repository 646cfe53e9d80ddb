using System.Buffers;

namespace TeleMonitor.Mqtt;

/// <summary>Bytes read and not yet understood. Grows only as far as one packet of the allowed size needs.</summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(32 * 1024);
    private int start;
    private int end;

    public ReadOnlySpan<byte> Unread => bytes.AsSpan(start, end - start);

    /// <summary>Where the next read goes; never empty after <see cref="MakeRoom"/>.</summary>
    public Memory<byte> Free => bytes.AsMemory(end);

    public int Capacity => bytes.Length;

    public void Filled(int count) => end += count;

    public void Consume(int count)
    {
        start += count;
        if (start == end)
        {
            start = end = 0;
        }
    }

    /// <summary>Makes sure that a packet of this length fits, and at least one more byte.</summary>
    public void MakeRoom(int packetLength)
    {
        int wanted = Math.Max(packetLength, end - start + 1);
        if (bytes.Length - start >= wanted && end < bytes.Length)
        {
            return;
        }

        byte[] target = wanted > bytes.Length ? ArrayPool<byte>.Shared.Rent(wanted) : bytes;
        Unread.CopyTo(target);
        if (target != bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = target;
        }

        end -= start;
        start = 0;
    }

    public void Dispose()
    {
        byte[] returned = bytes;
        bytes = [];
        start = end = 0;
        if (returned.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(returned);
        }
    }
}
