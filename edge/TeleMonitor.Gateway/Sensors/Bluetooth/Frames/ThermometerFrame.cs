namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>Where a thermometer measures. Source: Bluetooth Temperature Type (0x2A1D); 0 and above 9 are reserved.</summary>
internal enum TemperatureType : byte
{
    Armpit = 1,
    Body = 2,
    Ear = 3,
    Finger = 4,
    GastroIntestinal = 5,
    Mouth = 6,
    Rectum = 7,
    Toe = 8,
    Tympanum = 9,
}

/// <summary>Temperature measurement (0x2A1C) or intermediate temperature (0x2A1E), which has the same fields.</summary>
internal readonly record struct ThermometerFrame
{
    /// <summary>Temperature in the unit that <see cref="IsFahrenheit"/> says.</summary>
    public MedicalNumber Temperature { get; init; }
    /// <summary>True when the number is in °F and not in °C.</summary>
    public bool IsFahrenheit { get; init; }
    /// <summary>When, by the device's clock.</summary>
    public DeviceTime? Time { get; init; }
    /// <summary>Where; null when the device does not say here.</summary>
    public TemperatureType? Type { get; init; }

    /// <summary>Reads 0x2A1C and 0x2A1E.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ThermometerFrame frame, out string problem)
    {
        var reader = new FrameReader(bytes);
        int flags = reader.Byte("the flags");
        frame = new ThermometerFrame
        {
            IsFahrenheit = (flags & 1) != 0,
            Temperature = reader.Float("the temperature"),
            Time = (flags & 2) != 0 ? reader.Time("the time") : null,
            Type = (flags & 4) != 0 ? (TemperatureType)reader.Byte("the temperature type") : null,
        };
        return reader.IsWhole(mayHaveMore: flags >= 8, out problem);
    }
}
