using System.Buffers.Binary;
using System.Globalization;

namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>
/// Date Time (0x2A08): local time by the device's own clock, without a zone. Year, month and day may be 0, "not known".
/// </summary>
/// <param name="Year">1582 to 9999, or 0.</param>
/// <param name="Month">1 to 12, or 0.</param>
/// <param name="Day">1 to 31, or 0.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="Second">0 to 59.</param>
internal readonly record struct DeviceTime(ushort Year, byte Month, byte Day, byte Hour, byte Minute, byte Second)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 7;

    /// <summary>True when every part is known and it is a time of the calendar.</summary>
    public bool IsKnown => Year is >= 1582 and <= 9999 && Month is >= 1 and <= 12 && Day >= 1 && Day <= DateTime.DaysInMonth(Year, Month)
        && Hour < 24 && Minute < 60 && Second < 60;

    /// <summary>As a reading carries it: <c>yyyy-MM-ddTHH:mm:ss</c>; null when it is not known or no time.</summary>
    public string? Text => IsKnown ? ToString() : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:D4}-{Month:D2}-{Day:D2}T{Hour:D2}:{Minute:D2}:{Second:D2}");

    /// <summary>Reads the characteristic.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out DeviceTime time, out string problem)
    {
        var reader = new FrameReader(bytes);
        time = reader.Time("the time");
        return reader.IsWhole(mayHaveMore: false, out problem);
    }

    /// <summary>Reads Current Time (0x2A2B): exact time 256 and the reason for the last adjustment, ten bytes; or the time alone.</summary>
    public static bool TryParseCurrent(ReadOnlySpan<byte> bytes, out DeviceTime time, out string problem)
    {
        var reader = new FrameReader(bytes);
        time = reader.Time("the time");
        return reader.IsWhole(mayHaveMore: bytes.Length == 10, out problem);
    }

    /// <summary>The time of a wall clock.</summary>
    public static DeviceTime Of(DateTime local) =>
        new((ushort)local.Year, (byte)local.Month, (byte)local.Day, (byte)local.Hour, (byte)local.Minute, (byte)local.Second);

    /// <summary>The seven bytes of Date Time.</summary>
    public byte[] ToDateTime()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Year);
        (bytes[2], bytes[3], bytes[4], bytes[5], bytes[6]) = (Month, Day, Hour, Minute, Second);
        return bytes;
    }

    /// <summary>The ten bytes of Current Time: day of the week 1 (Monday) to 7, no parts of a second, adjusted by hand.</summary>
    public byte[] ToCurrentTime()
    {
        const byte ManualUpdate = 1; // source: Bluetooth Current Time Service 1.1, adjust reason bit 0
        DayOfWeek day = new DateTime(Year, Month, Day, 0, 0, 0, DateTimeKind.Unspecified).DayOfWeek;
        return [.. ToDateTime(), day is DayOfWeek.Sunday ? (byte)7 : (byte)day, 0, ManualUpdate];
    }
}
