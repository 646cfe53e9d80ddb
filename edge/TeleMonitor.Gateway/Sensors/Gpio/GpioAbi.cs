using System.Runtime.InteropServices;
using System.Text;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>
/// The kernel's GPIO character device, version 2, as bytes: sizes, offsets and numbers of include/uapi/linux/gpio.h. The layout is the same
/// on 32 and 64 bits, and numbers stand in the machine's own order, which is little-endian on everything .NET runs on here.
/// </summary>
internal static class GpioAbi
{
    // _IOR(0xB4, 1, struct gpiochip_info), _IOWR(0xB4, 5, struct gpio_v2_line_info), _IOWR(0xB4, 7, struct gpio_v2_line_request),
    // _IOWR(0xB4, 0xE and 0xF, struct gpio_v2_line_values): direction << 30 | size << 16 | type << 8 | number
    public const uint GetChipInfo = 0x8044B401, GetLineInfo = 0xC100B405, GetLine = 0xC250B407, GetValues = 0xC010B40E, SetValues = 0xC010B40F;

    public const int NameSize = 32;
    public const int ChipInfoSize = 68, ChipLabelAt = 32, ChipLinesAt = 64;
    public const int LineInfoSize = 256, LineInfoConsumerAt = 32, LineInfoOffsetAt = 64, LineInfoFlagsAt = 72;
    public const int LineRequestSize = 592, ConsumerAt = 256, ConfigAt = 288, NumLinesAt = 560, EventBufferAt = 564, HandleAt = 588;
    public const int NumAttributesAt = ConfigAt + 8, AttributesAt = ConfigAt + 32, AttributeValueAt = 8, AttributeMaskAt = 16;
    public const int ValuesSize = 16, ValuesMaskAt = 8;
    public const int EventSize = 48, EventIdAt = 8, EventOffsetAt = 12, EventNumberAt = 16, EventLineNumberAt = 20;

    // enum gpio_v2_line_flag
    public const ulong Used = 1 << 0, ActiveLow = 1 << 1, Input = 1 << 2, Output = 1 << 3, EdgeRising = 1 << 4, EdgeFalling = 1 << 5,
        PullUp = 1 << 8, PullDown = 1 << 9, BiasDisabled = 1 << 10;

    // enum gpio_v2_line_attr_id, enum gpio_v2_line_event_id
    public const uint AttributeOutputValues = 2, AttributeDebounce = 3, Rising = 1, Falling = 2;

    /// <summary>Asks for one input that reports both edges with the kernel's monotonic time.</summary>
    /// <param name="offset">Line of the chip.</param>
    /// <param name="flags">Active-low and bias.</param>
    /// <param name="debounce">How long the kernel waits for the contact to rest; zero: not at all.</param>
    /// <param name="events">How many events the kernel keeps at least until they are read.</param>
    public static byte[] InputRequest(uint offset, ulong flags, TimeSpan debounce, uint events)
    {
        byte[] request = LineRequest(offset, flags | Input | EdgeRising | EdgeFalling);
        Write(request, EventBufferAt, events);
        if (debounce > TimeSpan.Zero)
        {
            Attribute(request, AttributeDebounce, checked((ulong)debounce.TotalMicroseconds));
        }
        return request;
    }

    /// <summary>Asks for one output that begins inactive.</summary>
    public static byte[] OutputRequest(uint offset, ulong flags)
    {
        byte[] request = LineRequest(offset, flags | Output);
        Attribute(request, AttributeOutputValues, 0);
        return request;
    }

    /// <summary>The question about one line, for <see cref="GetLineInfo"/>.</summary>
    public static byte[] LineInfoRequest(uint offset)
    {
        byte[] info = new byte[LineInfoSize];
        Write(info, LineInfoOffsetAt, offset);
        return info;
    }

    /// <summary>The value of the first line of a request, for <see cref="GetValues"/> and <see cref="SetValues"/>.</summary>
    public static byte[] Values(bool active)
    {
        byte[] values = new byte[ValuesSize];
        MemoryMarshal.Write(values, active ? 1UL : 0UL);
        MemoryMarshal.Write(values.AsSpan(ValuesMaskAt), 1UL);
        return values;
    }

    /// <summary>A name or label: up to the first zero byte.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>A 32-bit number at its place.</summary>
    public static uint Read(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<uint>(bytes[at..]);

    private static byte[] LineRequest(uint offset, ulong flags)
    {
        byte[] request = new byte[LineRequestSize];
        Write(request, 0, offset);
        "telemonitor"u8.CopyTo(request.AsSpan(ConsumerAt, NameSize - 1));
        MemoryMarshal.Write(request.AsSpan(ConfigAt), flags);
        Write(request, NumLinesAt, 1);
        return request;
    }

    private static void Attribute(byte[] request, uint id, ulong value)
    {
        Write(request, NumAttributesAt, 1);
        Write(request, AttributesAt, id);
        if (id is AttributeDebounce)
        {
            Write(request, AttributesAt + AttributeValueAt, checked((uint)value)); // debounce_period_us is the union's 32-bit member
        }
        else
        {
            MemoryMarshal.Write(request.AsSpan(AttributesAt + AttributeValueAt), value);
        }
        MemoryMarshal.Write(request.AsSpan(AttributesAt + AttributeMaskAt), 1UL);
    }

    private static void Write(byte[] bytes, int at, uint value) => MemoryMarshal.Write(bytes.AsSpan(at), value);
}
