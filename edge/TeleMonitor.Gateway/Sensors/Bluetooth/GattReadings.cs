using TeleMonitor.Gateway.Sensors.Bluetooth.Frames;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What one value of a characteristic says.</summary>
/// <param name="Values">Measured, in the frame's order; empty when it is no measurement.</param>
internal sealed record GattReading(IReadOnlyList<Measured> Values)
{
    /// <summary>Which of the device's users; null when the device does not tell users apart, or does not know.</summary>
    public int? User { get; init; }
    /// <summary>When, by the device's clock; null when it gave none that is a time.</summary>
    public string? At { get; init; }

    /// <summary>The first unit that is not its vital's own; null when each is. Such a value is kept, and is never used.</summary>
    public string? ForeignUnit => Values.FirstOrDefault(value => !string.Equals(value.Unit, VitalCode.Of(value.Vital).Unit, StringComparison.Ordinal))?.Unit;

    /// <summary>The same with something more against each value; null adds nothing.</summary>
    public GattReading But(string? doubt) => doubt is null ? this : this with { Values = [.. Values.Select(value => value with { Doubts = [.. value.Doubts, doubt] })] };
}

/// <summary>
/// From the bytes of a health characteristic to measured values: the whole of a protocol, with no bus and no clock. Which model it is only
/// names the values and the site; ranges are judged later from the model's file.
/// </summary>
internal static class GattReadings
{
    /// <summary>16-bit numbers of the characteristics that carry measurements. Source: Bluetooth Assigned Numbers, section 3.8.</summary>
    public const ushort BloodPressure = 0x2A35, Temperature = 0x2A1C, SpotOximeter = 0x2A5E, ContinuousOximeter = 0x2A5F, Weight = 0x2A9D, HeartRate = 0x2A37;

    private const byte UnknownUser = 255; // source: Bluetooth User Data Service 1.0, "Unknown User"
    private const string Fahrenheit = "[degF]", Kilopascal = "kPa", Pound = "[lb_av]"; // UCUM

    /// <summary>Services and the characteristics of theirs that carry measurements.</summary>
    public static IReadOnlyList<(ushort Service, ushort Characteristic)> Measurements { get; } =
    [
        (0x1822, SpotOximeter), (0x1822, ContinuousOximeter), (0x1810, BloodPressure), (0x1809, Temperature), (0x181D, Weight), (0x180D, HeartRate),
    ];

    /// <summary>True for a characteristic that carries only what is measured at this moment, never a stored measurement.</summary>
    public static bool IsLive(ushort characteristic) => characteristic is ContinuousOximeter or HeartRate;

    /// <summary>Reads one value.</summary>
    /// <param name="characteristic">16-bit number.</param>
    /// <param name="bytes">As the device sent them.</param>
    /// <param name="model">Id of the device's file.</param>
    /// <param name="deviceNow">The device's clock at this moment, if it is known.</param>
    /// <param name="reading">What it says.</param>
    /// <param name="problem">Why it cannot be read; empty when it can.</param>
    public static bool TryRead(ushort characteristic, ReadOnlySpan<byte> bytes, string model, string? deviceNow, out GattReading reading, out string problem)
    {
        reading = new GattReading([]);
        switch (characteristic)
        {
            case SpotOximeter:
                reading = PulseOximeterFrame.TryParseSpot(bytes, out PulseOximeterFrame spot, out problem) ? Of(spot, model, deviceNow) : reading;
                break;
            case ContinuousOximeter:
                reading = PulseOximeterFrame.TryParseContinuous(bytes, out PulseOximeterFrame continuous, out problem) ? Of(continuous, model, deviceNow) : reading;
                break;
            case BloodPressure:
                reading = BloodPressureFrame.TryParse(bytes, out BloodPressureFrame cuff, out problem) ? Of(cuff, model, deviceNow) : reading;
                break;
            case Temperature:
                reading = ThermometerFrame.TryParse(bytes, out ThermometerFrame warm, out problem) ? Of(warm, model, deviceNow) : reading;
                break;
            case Weight:
                reading = WeightFrame.TryParse(bytes, out WeightFrame scale, out problem) ? Of(scale, model, deviceNow) : reading;
                break;
            case HeartRate:
                reading = HeartRateFrame.TryParse(bytes, out HeartRateFrame heart, out problem) ? Of(heart, model) : reading;
                break;
            default:
                problem = $"{characteristic:X4} is no measurement";
                return false;
        }
        problem = problem.Length > 0 ? $"{characteristic:X4}: {problem}" : "";
        return problem.Length == 0;
    }

    private static GattReading Of(PulseOximeterFrame frame, string model, string? deviceNow)
    {
        List<string> doubts = [];
        AddIf(frame.Sensor, PulseOximeterSensor.NotOnUser | PulseOximeterSensor.Displaced | PulseOximeterSensor.SensorDisconnected | PulseOximeterSensor.NonPulsatile, GradeReason.ProbeOff);
        AddIf(frame.Sensor, PulseOximeterSensor.EquipmentMalfunction | PulseOximeterSensor.SensorMalfunction | PulseOximeterSensor.UnknownSensor, GradeReason.DeviceFault);
        AddIf(frame.Status, PulseOximeterStatus.Invalid | PulseOximeterStatus.Unavailable, GradeReason.DeviceFault);
        AddIf(frame.Status, PulseOximeterStatus.Demonstration | PulseOximeterStatus.Testing | PulseOximeterStatus.Calibrating, GradeReason.NoMeasurement);
        AddIf(frame.Status, PulseOximeterStatus.EarlyEstimate, GradeReason.EarlyEstimate);
        AddIf(frame.Sensor, PulseOximeterSensor.SignalAnalysis, GradeReason.EarlyEstimate);
        AddIf(frame.Status, PulseOximeterStatus.Questionable, GradeReason.PoorSignal);
        AddIf(frame.Sensor, PulseOximeterSensor.InadequateSignal | PulseOximeterSensor.PoorSignal | PulseOximeterSensor.ErraticSignal | PulseOximeterSensor.SignalIrregularity
            | PulseOximeterSensor.QuestionablePulse | PulseOximeterSensor.SensorInterference, GradeReason.PoorSignal);
        AddIf(frame.Sensor, PulseOximeterSensor.LowPerfusion, GradeReason.LowPerfusion);
        var taken = new Taken(model, frame.Time, frame.ClockNotSet, deviceNow, doubts);
        return new GattReading([taken.Number(Vital.Spo2, frame.Spo2), taken.Number(Vital.Pulse, frame.Pulse)]) { At = taken.At };

        void AddIf<T>(T? said, T any, string doubt) where T : struct, Enum
        {
            if (said is { } known && (Convert.ToInt32(known) & Convert.ToInt32(any)) != 0 && !doubts.Contains(doubt))
            {
                doubts.Add(doubt);
            }
        }
    }

    private static GattReading Of(BloodPressureFrame frame, string model, string? deviceNow)
    {
        BloodPressureStatus status = frame.Status ?? BloodPressureStatus.None;
        List<string> doubts = [];
        foreach ((BloodPressureStatus bit, string doubt) in new[]
        {
            (BloodPressureStatus.BodyMovement, GradeReason.Motion), (BloodPressureStatus.CuffTooLoose, GradeReason.CuffLoose),
            (BloodPressureStatus.ImproperPosition, GradeReason.Position), (BloodPressureStatus.IrregularPulse, GradeReason.IrregularPulse),
        })
        {
            if (status.HasFlag(bit))
            {
                doubts.Add(doubt);
            }
        }
        var taken = new Taken(model, frame.Time, false, deviceNow, doubts);
        string unit = frame.IsKilopascal ? Kilopascal : VitalCode.Of(Vital.Systolic).Unit; // another unit is graded, never converted
        List<Measured> values = [taken.Number(Vital.Systolic, frame.Systolic, unit), taken.Number(Vital.Diastolic, frame.Diastolic, unit)];
        if (frame.Pulse is { } pulse)
        {
            bool outside = (status & (BloodPressureStatus.PulseAboveRange | BloodPressureStatus.PulseBelowRange)) != BloodPressureStatus.None;
            Measured beats = taken.Number(Vital.Pulse, pulse);
            values.Add(outside ? beats with { Doubts = [.. beats.Doubts, GradeReason.OutsideSpecified] } : beats);
        }
        return new GattReading(values) { At = taken.At, User = frame.User is UnknownUser ? null : frame.User };
    }

    private static GattReading Of(ThermometerFrame frame, string model, string? deviceNow)
    {
        (Site site, string[] doubts) = frame.Type switch
        {
            TemperatureType.Rectum => (Site.Rectal, Array.Empty<string>()),
            TemperatureType.Mouth => (Site.Oral, []),
            TemperatureType.Armpit => (Site.Axillary, []),
            TemperatureType.Ear or TemperatureType.Tympanum => (Site.Ear, []),
            TemperatureType.GastroIntestinal => (Site.Core, []),
            TemperatureType.Finger or TemperatureType.Toe => (Site.None, [GradeReason.PeripheralSite]),
            _ => (Site.None, []), // not stated
        };
        var taken = new Taken(model, frame.Time, false, deviceNow, doubts);
        return new GattReading([taken.Number(Vital.Temperature, frame.Temperature, frame.IsFahrenheit ? Fahrenheit : null) with { Site = site }]) { At = taken.At };
    }

    private static GattReading Of(WeightFrame frame, string model, string? deviceNow)
    {
        var taken = new Taken(model, frame.Time, false, deviceNow, []);
        bool measured = frame.Raw is not WeightFrame.Unsuccessful;
        Measured weight = new(Vital.Weight, measured ? frame.Weight : null, frame.IsImperial ? Pound : VitalCode.Of(Vital.Weight).Unit, model)
        {
            Special = measured ? null : GradeReason.NotReached, SensorAt = taken.At, SensorNow = taken.Now, Doubts = taken.Doubts,
        };
        return new GattReading([weight]) { At = taken.At, User = frame.User is UnknownUser ? null : frame.User };
    }

    private static GattReading Of(HeartRateFrame frame, string model)
    {
        var taken = new Taken(model, null, false, null, frame.Contact is false ? [GradeReason.ProbeOff] : []);
        return new GattReading([new Measured(Vital.Pulse, frame.Rate, VitalCode.Of(Vital.Pulse).Unit, model) { Doubts = taken.Doubts }]);
    }

    /// <summary>What the values of one frame have in common.</summary>
    private sealed class Taken
    {
        public Taken(string model, DeviceTime? time, bool clockNotSet, string? deviceNow, IReadOnlyList<string> doubts)
        {
            bool hasTime = time is { IsKnown: true } && !clockNotSet;
            (Model, At, Now) = (model, hasTime ? time?.Text : null, hasTime ? deviceNow : null);
            Doubts = time is null || hasTime ? doubts : [.. doubts, GradeReason.SensorClock];
        }

        private string Model { get; }
        public string? At { get; }
        public string? Now { get; }
        public IReadOnlyList<string> Doubts { get; }

        public Measured Number(Vital vital, MedicalNumber number, string? unit = null) => new(vital, number.Value, unit ?? VitalCode.Of(vital).Unit, Model)
        {
            Special = number.Reason, SensorAt = At, SensorNow = Now, Doubts = Doubts,
        };
    }
}
