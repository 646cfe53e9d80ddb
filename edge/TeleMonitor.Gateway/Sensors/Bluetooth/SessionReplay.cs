using System.Globalization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What a recorded session means with a given model: the driver without the bus, one line of text per value.</summary>
internal static class SessionReplay
{
    /// <summary>One line per value: what, number or code, unit, grade, reasons, the device's time, its user number.</summary>
    public static IEnumerable<string> Say(IEnumerable<SessionLine> session, SensorFile model)
    {
        foreach (SessionLine line in session)
        {
            if (!GattReadings.TryRead(line.Number, line.Bytes, model.Id, line.DeviceNow, out GattReading reading, out string problem))
            {
                yield return $"unread {problem}";
                continue;
            }
            foreach (Measured value in reading.Values)
            {
                Graded graded = Grading.WithDoubts(Grading.Judge(value.Vital, value.Value, value.Special, value.Unit, model), value.Doubts);
                List<string> words = [VitalCode.Of(value.Vital).Name, value.Value?.ToString("R", CultureInfo.InvariantCulture) ?? value.Special!, value.Unit, GradeWord.Of(graded.Grade), .. graded.Reasons];
                if (value.SensorAt is { } at)
                {
                    words.Add($"at {at}");
                }
                if (reading.User is { } user)
                {
                    words.Add(string.Create(CultureInfo.InvariantCulture, $"user {user}"));
                }
                yield return string.Join(' ', words);
            }
        }
    }
}
