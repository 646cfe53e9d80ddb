using System.Globalization;
using TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>Payloads of real devices and of other implementations' tests, against what they are known to mean.</summary>
public sealed class FrameVectorTests
{
    private const string File = "data/gatt_vectors.csv";

    /// <summary>
    /// All rows. One is a choice of strictness: <c>nordic-hr-bad</c> announces intervals and brings none. A lenient decoder reads 257 beats
    /// from it; this one refuses the frame, since a frame that was cut short proves nothing about the part before the cut.
    /// </summary>
    [SharedFact(File)]
    public void Every_vector_reads_as_its_source_says()
    {
        string[][] rows = [.. System.IO.File.ReadLines(SharedFile.Find(File)!).Skip(1).Select(line => line.Split(','))];
        var wrong = new List<string>();
        foreach (string[] row in rows)
        {
            // a quoted cell may hold commas: the expected text then runs to its closing quote
            string expected = row[3].StartsWith('"') ? string.Join(',', row.Skip(3)).TrimStart('"').Split('"')[0] : row[3];
            string? difference = Compare(row[1], Convert.FromHexString(row[2]), expected);
            if (difference is not null)
            {
                wrong.Add($"{row[0]}: {difference}, expected {expected}");
            }
        }
        Assert.Empty(wrong);
        Assert.Equal(88, rows.Length);
    }

    private static string? Compare(string characteristic, byte[] bytes, string expected)
    {
        Dictionary<string, string>? read = Frames.Read(characteristic, bytes, out string problem);
        if (expected.StartsWith("INVALID", StringComparison.Ordinal))
        {
            return read is not null ? "was read" : problem.Length == 0 ? "says no problem" : null;
        }
        if (read is null)
        {
            return problem;
        }
        foreach (string part in expected.Split(';'))
        {
            (string name, string value) = (part.Split('=')[0], part.Split('=')[1].Split('(')[0]);
            string? got = read.GetValueOrDefault(name);
            read.Remove(name);
            if (got is null || !(string.Equals(got, value, StringComparison.Ordinal) || (IsNumber(got, out double one) && IsNumber(value, out double other) && one == other)))
            {
                return $"{name} is {got}";
            }
        }
        return read.Count == 0 ? null : $"also has {string.Join(';', read)}";
    }

    private static bool IsNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}

/// <summary>Frames as name and text, in the words of the vectors.</summary>
internal static class Frames
{
    public static Dictionary<string, string>? Read(string characteristic, byte[] bytes, out string problem)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        void Say(string name, object? value)
        {
            if (value is not null)
            {
                said[name] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            }
        }
        bool read;
        switch (characteristic)
        {
            case "2A5E" or "2A5F":
                read = characteristic is "2A5E" ? PulseOximeterFrame.TryParseSpot(bytes, out PulseOximeterFrame plx, out problem) : PulseOximeterFrame.TryParseContinuous(bytes, out plx, out problem);
                Say("spo2", Text(plx.Spo2));
                Say("pr", Text(plx.Pulse));
                Say("ts", plx.Time);
                Say("spo2_fast", Text(plx.Fast?.Spo2));
                Say("pr_fast", Text(plx.Fast?.Pulse));
                Say("spo2_slow", Text(plx.Slow?.Spo2));
                Say("pr_slow", Text(plx.Slow?.Pulse));
                Say("meas_status", Hex((int?)plx.Status, 4));
                Say("sensor_status", Hex((int?)plx.Sensor, 6));
                Say("pai", Text(plx.Amplitude));
                Say("clock_not_set", plx.ClockNotSet ? 1 : null);
                break;
            case "2A60":
                read = PulseOximeterFeatures.TryParse(bytes, out PulseOximeterFeatures features, out problem);
                Say("features", Hex(features.Features, 4));
                Say("meas_status_support", Hex((int?)features.Status, 4));
                Say("sensor_status_support", Hex((int?)features.Sensor, 6));
                break;
            case "2A35" or "2A36":
                read = BloodPressureFrame.TryParse(bytes, out BloodPressureFrame cuff, out problem);
                Say(characteristic is "2A35" ? "sys" : "cuff", Text(cuff.Systolic));
                Say("dia", characteristic is "2A35" ? Text(cuff.Diastolic) : null);
                Say("map", characteristic is "2A35" ? Text(cuff.Mean) : null);
                Say("unit", cuff.IsKilopascal ? "kPa" : "mmHg");
                Say("ts", cuff.Time);
                Say("pulse", Text(cuff.Pulse));
                Say("user", cuff.User);
                Say("status", Hex((int?)cuff.Status, 4));
                break;
            case "2A1C":
                read = ThermometerFrame.TryParse(bytes, out ThermometerFrame warm, out problem);
                Say("temp", Text(warm.Temperature));
                Say("unit", warm.IsFahrenheit ? "F" : "C");
                Say("ts", warm.Time);
                Say("type", (int?)warm.Type);
                break;
            case "2A9D":
                read = WeightFrame.TryParse(bytes, out WeightFrame scale, out problem);
                Say("weight", scale.Weight);
                Say("unit", scale.IsImperial ? "lb" : "kg");
                Say("ts", scale.Time);
                Say("user", scale.User);
                Say("bmi", scale.Body?.MassIndex / 10.0);
                Say(scale.IsImperial ? "height_in" : "height", scale.IsImperial ? scale.Body?.Height / 10.0 : scale.Body?.Height / 1000.0);
                break;
            case "2A37":
                read = HeartRateFrame.TryParse(bytes, out HeartRateFrame heart, out problem);
                Say("hr", heart.Rate);
                Say("contact", heart.Contact is { } touches ? (touches ? 1 : 0) : null);
                Say("energy", heart.Energy);
                Say("rr_raw", heart.Intervals is { Count: > 0 } ? string.Join(',', heart.Intervals) : null);
                break;
            case "2A19":
                read = BatteryFrame.TryParse(bytes, out byte percent, out problem);
                Say("level", percent);
                break;
            case "2A08":
                read = DeviceTime.TryParse(bytes, out DeviceTime time, out problem);
                Say("ts", time);
                break;
            case "SFLOAT" or "FLOAT":
                (read, problem) = (true, "");
                Say("value", Text(characteristic is "FLOAT" ? MedicalNumber.FromLong(BitConverter.ToUInt32(bytes)) : MedicalNumber.FromShort(BitConverter.ToUInt16(bytes))));
                break;
            default:
                (read, problem) = (false, $"no reader for {characteristic}");
                break;
        }
        return read ? said : null;
    }

    private static string? Text(MedicalNumber? number) => number is not { } one ? null : one.Special switch
    {
        SpecialCode.None => one.Value!.Value.ToString("R", CultureInfo.InvariantCulture),
        SpecialCode.NotANumber => "NaN",
        SpecialCode.NotReached => "NRes",
        SpecialCode.PlusInfinity => "+INF",
        SpecialCode.MinusInfinity => "-INF",
        _ => "RFU",
    };

    private static string? Hex(int? bits, int digits) => bits is { } known ? "0x" + known.ToString("X" + digits, CultureInfo.InvariantCulture) : null;
}
