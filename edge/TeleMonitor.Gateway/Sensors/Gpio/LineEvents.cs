using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>One edge of one line.</summary>
/// <param name="At">The kernel's monotonic time since boot.</param>
/// <param name="Active">True when the line became active, false when it became inactive; active-low is already turned round.</param>
/// <param name="Offset">Line of the chip.</param>
/// <param name="Lost">How many events before this one never came: the kernel's buffer was full.</param>
internal readonly record struct LineEvent(TimeSpan At, bool Active, uint Offset, uint Lost);

/// <summary>Turns what the kernel writes into events, in order. Bytes may come in any pieces; nothing throws on them.</summary>
internal sealed class LineEvents
{
    private readonly byte[] begun = new byte[GpioAbi.EventSize];
    private int have;
    private uint last;

    /// <summary>Events that never came, by their numbers, and those of a kind that nobody knows.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="into">Gets the events that are whole.</param>
    public void Take(ReadOnlySpan<byte> bytes, List<LineEvent> into)
    {
        while (bytes.Length > 0)
        {
            int more = Math.Min(bytes.Length, GpioAbi.EventSize - have);
            bytes[..more].CopyTo(begun.AsSpan(have));
            bytes = bytes[more..];
            have += more;
            if (have == GpioAbi.EventSize)
            {
                have = 0;
                TakeWhole(into);
            }
        }
    }

    private void TakeWhole(List<LineEvent> into)
    {
        uint id = GpioAbi.Read(begun, GpioAbi.EventIdAt), number = GpioAbi.Read(begun, GpioAbi.EventNumberAt);
        uint lost = unchecked(number - last - 1); // the first of a request is number 1; numbers wrap round
        last = number;
        Lost += lost;
        if (id is not (GpioAbi.Rising or GpioAbi.Falling))
        {
            Lost++;
            last = unchecked(last - 1); // the next known one says that something came before it
            return;
        }
        long ticks = (long)(MemoryMarshal.Read<ulong>(begun) / TimeSpan.NanosecondsPerTick);
        into.Add(new LineEvent(TimeSpan.FromTicks(ticks), id == GpioAbi.Rising, GpioAbi.Read(begun, GpioAbi.EventOffsetAt), lost));
    }
}
