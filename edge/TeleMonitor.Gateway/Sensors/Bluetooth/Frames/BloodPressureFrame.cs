namespace TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

/// <summary>Measurement status of a cuff. Source: Bluetooth Blood Pressure Service 1.1.1, section 3.1.1.6.</summary>
[Flags]
internal enum BloodPressureStatus
{
    None = 0,
    BodyMovement = 1 << 0,
    CuffTooLoose = 1 << 1,
    IrregularPulse = 1 << 2,
    PulseAboveRange = 1 << 3,
    PulseBelowRange = 1 << 4,
    ImproperPosition = 1 << 5,
}

/// <summary>Blood pressure measurement (0x2A35), or intermediate cuff pressure (0x2A36), which has the same fields.</summary>
internal readonly record struct BloodPressureFrame
{
    /// <summary>Systolic pressure; of 0x2A36 the cuff's present pressure.</summary>
    public MedicalNumber Systolic { get; init; }
    /// <summary>Diastolic pressure; meaningless in 0x2A36.</summary>
    public MedicalNumber Diastolic { get; init; }
    /// <summary>Mean arterial pressure; many devices do not give it; meaningless in 0x2A36.</summary>
    public MedicalNumber Mean { get; init; }
    /// <summary>True when the pressures are in kPa and not in mmHg.</summary>
    public bool IsKilopascal { get; init; }
    /// <summary>When, by the device's clock.</summary>
    public DeviceTime? Time { get; init; }
    /// <summary>Pulse, per minute.</summary>
    public MedicalNumber? Pulse { get; init; }
    /// <summary>Which of the device's users; 255 when it does not know.</summary>
    public byte? User { get; init; }
    /// <summary>Null where the device does not say.</summary>
    public BloodPressureStatus? Status { get; init; }

    /// <summary>Reads 0x2A35 and 0x2A36.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out BloodPressureFrame frame, out string problem)
    {
        var reader = new FrameReader(bytes);
        int flags = reader.Byte("the flags");
        frame = new BloodPressureFrame
        {
            IsKilopascal = (flags & 1) != 0,
            Systolic = reader.ShortFloat("the systolic pressure"), Diastolic = reader.ShortFloat("the diastolic pressure"), Mean = reader.ShortFloat("the mean pressure"),
            Time = (flags & 2) != 0 ? reader.Time("the time") : null,
            Pulse = (flags & 4) != 0 ? reader.ShortFloat("the pulse") : null,
            User = (flags & 8) != 0 ? reader.Byte("the user") : null,
            Status = (flags & 16) != 0 ? (BloodPressureStatus)reader.Short("the status") : null,
        };
        return reader.IsWhole(mayHaveMore: flags >= 32, out problem);
    }
}
