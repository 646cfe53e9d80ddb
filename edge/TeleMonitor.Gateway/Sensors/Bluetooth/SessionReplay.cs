using System.Globalization;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What one recorded message gave: a value, or why the message could not be read.</summary>
/// <param name="Problem">Empty when it was read.</param>
/// <param name="Value">The value; null with a problem.</param>
/// <param name="Graded">Its grade by the model's file.</param>
/// <param name="User">The device's user number, where it tells users apart.</param>
internal readonly record struct Replayed(string Problem, Measured? Value, Graded Graded, int? User);

/// <summary>What a recorded session means with a given model: the driver without the bus.</summary>
internal static class SessionReplay
{
    /// <summary>Every value of every message, and every message that cannot be read.</summary>
    public static IEnumerable<Replayed> Read(IEnumerable<SessionLine> session, SensorFile model)
    {
        foreach (SessionLine line in session)
        {
            if (!GattReadings.TryRead(line.Number, line.Bytes, model.Id, line.DeviceNow, out GattReading reading, out string problem))
            {
                yield return new Replayed(problem, null, default, null);
            }
            else
            {
                foreach (Measured value in reading.Values)
                {
                    yield return new Replayed("", value, Grading.WithDoubts(Grading.Judge(value.Vital, value.Value, value.Special, value.Unit, model), value.Doubts), reading.User);
                }
            }
        }
    }

    /// <summary>One line per value: what, number or code, unit, grade, reasons, the device's time, its user number. For a maker of drivers, not for support.</summary>
    public static IEnumerable<string> Say(IEnumerable<SessionLine> session, SensorFile model)
    {
        foreach ((string problem, Measured? read, Graded graded, int? user) in Read(session, model))
        {
            if (read is not { } value)
            {
                yield return $"unread {problem}";
                continue;
            }
            List<string> words = [VitalCode.Of(value.Vital).Name, value.Value?.ToString("R", CultureInfo.InvariantCulture) ?? value.Special!, value.Unit, GradeWord.Of(graded.Grade), .. graded.Reasons];
            if (value.SensorAt is { } at)
            {
                words.Add($"at {at}");
            }
            if (user is { } number)
            {
                words.Add(string.Create(CultureInfo.InvariantCulture, $"user {number}"));
            }
            yield return string.Join(' ', words);
        }
    }
}
