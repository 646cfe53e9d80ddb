namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>Weight measurement (0x2A9D).</summary>
internal readonly record struct WeightFrame
{
    /// <summary>Raw weight that means "not successful". Source: Bluetooth Weight Scale Service 1.0, section 3.2.1.2.</summary>
    public const ushort Unsuccessful = 0xFFFF;

    /// <summary>Weight as sent, in 0.005 kg or 0.01 lb.</summary>
    public ushort Raw { get; init; }
    /// <summary>True for pounds and inches instead of kilograms and metres.</summary>
    public bool IsImperial { get; init; }
    /// <summary>When, by the device's clock.</summary>
    public DeviceTime? Time { get; init; }
    /// <summary>Which of the device's users; 255 when it does not know.</summary>
    public byte? User { get; init; }
    /// <summary>Body mass index in tenths, and height in millimetres or tenths of an inch.</summary>
    public (ushort MassIndex, ushort Height)? Body { get; init; }

    /// <summary>Weight in kg or lb.</summary>
    public double Weight => IsImperial ? Raw / 100.0 : Raw * 5 / 1000.0;

    /// <summary>Reads 0x2A9D.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out WeightFrame frame, out string problem)
    {
        var reader = new FrameReader(bytes);
        int flags = reader.Byte("the flags");
        frame = new WeightFrame
        {
            IsImperial = (flags & 1) != 0,
            Raw = reader.Short("the weight"),
            Time = (flags & 2) != 0 ? reader.Time("the time") : null,
            User = (flags & 4) != 0 ? reader.Byte("the user") : null,
            Body = (flags & 8) != 0 ? (reader.Short("the body mass index"), reader.Short("the height")) : null,
        };
        return reader.IsWhole(mayHaveMore: flags >= 16, out problem);
    }
}
