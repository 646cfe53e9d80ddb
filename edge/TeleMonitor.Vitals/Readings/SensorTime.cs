using System.Globalization;

namespace TeleMonitor.Vitals.Readings;

/// <summary>
/// How old a value is that a sensor had stored. The sensor's clock may be years off or set to summer time: only the distance between two of
/// its own times is used, the value's and the one it showed at the hand-over (the coincident time stamp of personal health devices).
/// </summary>
public static class SensorTime
{
    /// <summary>
    /// Two times of one clock that are no further apart are the same moment: it shows whole seconds and is read once a connection, so in hours it
    /// drifts by seconds from what was counted on since.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525); // no sensor is a century old

    // local time without a zone, as Bluetooth's Date Time (0x2A08) has it; parts of a second where a sensor gives them
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    /// <summary>Age at the hand-over.</summary>
    /// <param name="sensorAt">The value's time by the sensor's clock.</param>
    /// <param name="sensorNow">The sensor's clock at the hand-over.</param>
    /// <returns>
    /// Zero to a century; null when either is absent or no time, the value lies more than <see cref="Slack"/> in the sensor's future, or they are
    /// further apart: then nothing can be said. Less ahead is now: a clock of whole seconds that was read at 59.9 seems a second slow ever after.
    /// </returns>
    public static TimeSpan? Age(string? sensorAt, string? sensorNow) =>
        Read(sensorNow) - Read(sensorAt) is { } age && age >= -Slack && age <= Longest ? (age > TimeSpan.Zero ? age : TimeSpan.Zero) : null;

    /// <summary>True when the sensor's own two times cannot both be: the value lies ahead of its clock, or over a century behind it.</summary>
    /// <inheritdoc cref="Age"/>
    public static bool IsContradiction(string? sensorAt, string? sensorNow) =>
        Read(sensorNow) - Read(sensorAt) is { } age && (age < -Slack || age > Longest);

    /// <summary>A time as a sensor tells it, local and without a zone; null when it is absent or no time.</summary>
    public static DateTime? Read(string? sensorAt) =>
        DateTime.TryParseExact(sensorAt, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at) ? at : null;
}
