namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>Measurement status of a pulse oximeter. Source: Bluetooth Pulse Oximeter Service 1.0.1, section 3.1.1.5; bits 0 to 4 are reserved.</summary>
[Flags]
internal enum PulseOximeterStatus
{
    None = 0,
    Ongoing = 1 << 5,
    EarlyEstimate = 1 << 6,
    Validated = 1 << 7,
    FullyQualified = 1 << 8,
    Stored = 1 << 9,
    Demonstration = 1 << 10,
    Testing = 1 << 11,
    Calibrating = 1 << 12,
    Unavailable = 1 << 13,
    Questionable = 1 << 14,
    Invalid = 1 << 15,
}

/// <summary>Device and sensor status of a pulse oximeter. Source: as <see cref="PulseOximeterStatus"/>, section 3.1.1.6.</summary>
[Flags]
internal enum PulseOximeterSensor
{
    None = 0,
    ExtendedDisplayUpdate = 1 << 0,
    EquipmentMalfunction = 1 << 1,
    SignalIrregularity = 1 << 2,
    InadequateSignal = 1 << 3,
    PoorSignal = 1 << 4,
    LowPerfusion = 1 << 5,
    ErraticSignal = 1 << 6,
    NonPulsatile = 1 << 7,
    QuestionablePulse = 1 << 8,
    SignalAnalysis = 1 << 9,
    SensorInterference = 1 << 10,
    NotOnUser = 1 << 11,
    UnknownSensor = 1 << 12,
    Displaced = 1 << 13,
    SensorMalfunction = 1 << 14,
    SensorDisconnected = 1 << 15,
}

/// <summary>PLX spot-check (0x2A5E) or continuous (0x2A5F) measurement.</summary>
internal readonly record struct PulseOximeterFrame
{
    /// <summary>Oxygen saturation, per cent.</summary>
    public MedicalNumber Spo2 { get; init; }
    /// <summary>Pulse, per minute.</summary>
    public MedicalNumber Pulse { get; init; }
    /// <summary>Saturation and pulse over a short time, continuous only.</summary>
    public (MedicalNumber Spo2, MedicalNumber Pulse)? Fast { get; init; }
    /// <summary>The same over a long time.</summary>
    public (MedicalNumber Spo2, MedicalNumber Pulse)? Slow { get; init; }
    /// <summary>When, by the device's clock; spot-check only.</summary>
    public DeviceTime? Time { get; init; }
    /// <summary>The device says that its clock was never set.</summary>
    public bool ClockNotSet { get; init; }
    /// <summary>Null where the device does not say.</summary>
    public PulseOximeterStatus? Status { get; init; }
    /// <inheritdoc cref="Status"/>
    public PulseOximeterSensor? Sensor { get; init; }
    /// <summary>Pulse amplitude index, per cent.</summary>
    public MedicalNumber? Amplitude { get; init; }

    /// <summary>Reads 0x2A5E.</summary>
    public static bool TryParseSpot(ReadOnlySpan<byte> bytes, out PulseOximeterFrame frame, out string problem)
    {
        var reader = new FrameReader(bytes);
        int flags = reader.Byte("the flags");
        frame = new PulseOximeterFrame
        {
            Spo2 = reader.ShortFloat("the saturation"), Pulse = reader.ShortFloat("the pulse"),
            Time = (flags & 1) != 0 ? reader.Time("the time") : null,
            Status = (flags & 2) != 0 ? (PulseOximeterStatus)reader.Short("the measurement status") : null,
            Sensor = (flags & 4) != 0 ? (PulseOximeterSensor)reader.Three("the sensor status") : null,
            Amplitude = (flags & 8) != 0 ? reader.ShortFloat("the pulse amplitude") : null,
            ClockNotSet = (flags & 16) != 0,
        };
        return reader.IsWhole(mayHaveMore: flags >= 32, out problem);
    }

    /// <summary>Reads 0x2A5F.</summary>
    public static bool TryParseContinuous(ReadOnlySpan<byte> bytes, out PulseOximeterFrame frame, out string problem)
    {
        var reader = new FrameReader(bytes);
        int flags = reader.Byte("the flags");
        frame = new PulseOximeterFrame
        {
            Spo2 = reader.ShortFloat("the saturation"), Pulse = reader.ShortFloat("the pulse"),
            Fast = (flags & 1) != 0 ? (reader.ShortFloat("the fast saturation"), reader.ShortFloat("the fast pulse")) : null,
            Slow = (flags & 2) != 0 ? (reader.ShortFloat("the slow saturation"), reader.ShortFloat("the slow pulse")) : null,
            Status = (flags & 4) != 0 ? (PulseOximeterStatus)reader.Short("the measurement status") : null,
            Sensor = (flags & 8) != 0 ? (PulseOximeterSensor)reader.Three("the sensor status") : null,
            Amplitude = (flags & 16) != 0 ? reader.ShortFloat("the pulse amplitude") : null,
        };
        return reader.IsWhole(mayHaveMore: flags >= 32, out problem);
    }
}

/// <summary>PLX features (0x2A60): read encrypted, so a device that answers is bonded in truth.</summary>
/// <param name="Features">What it can do.</param>
/// <param name="Status">Measurement status bits it uses; null where it does not say.</param>
/// <param name="Sensor">Sensor status bits it uses; null where it does not say.</param>
internal readonly record struct PulseOximeterFeatures(ushort Features, PulseOximeterStatus? Status, PulseOximeterSensor? Sensor)
{
    /// <summary>Reads 0x2A60.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out PulseOximeterFeatures features, out string problem)
    {
        var reader = new FrameReader(bytes);
        ushort flags = reader.Short("the features");
        features = new PulseOximeterFeatures(flags,
            (flags & 1) != 0 ? (PulseOximeterStatus)reader.Short("the measurement status support") : null,
            (flags & 2) != 0 ? (PulseOximeterSensor)reader.Three("the sensor status support") : null);
        return reader.IsWhole(mayHaveMore: flags >= 256, out problem);
    }
}
