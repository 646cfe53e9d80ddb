using System.Globalization;

namespace TeleMonitor.Vitals.Readings;

/// <summary>
/// How old a value is that a sensor had stored. The sensor's clock may be years off or set to summer time: only the distance between two of
/// its own times is used, the value's and the one it showed at the hand-over (the coincident time stamp of personal health devices).
/// </summary>
public static class SensorTime
{
    // local time without a zone, as Bluetooth's Date Time (0x2A08) has it; parts of a second where a sensor gives them
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    /// <summary>Age at the hand-over.</summary>
    /// <param name="sensorAt">The value's time by the sensor's clock.</param>
    /// <param name="sensorNow">The sensor's clock at the hand-over.</param>
    /// <returns>Zero or more; null when either is absent or no time, or the value lies in the sensor's future: then nothing can be said.</returns>
    public static TimeSpan? Age(string? sensorAt, string? sensorNow)
    {
        bool read = DateTime.TryParseExact(sensorAt, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
            & DateTime.TryParseExact(sensorNow, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime now);
        return read && at <= now ? now - at : null;
    }
}
