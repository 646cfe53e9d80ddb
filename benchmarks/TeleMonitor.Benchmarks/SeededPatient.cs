using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Benchmarks;

/// <summary>
/// A made-up patient: six vitals that drift around a resting value, and now and then a bad spell. The same seed gives the same rows, so
/// that two runs measure the same work. About one row in ten raises an alert, as in the peers' measurements.
/// </summary>
public sealed class SeededPatient(string name, int seed)
{
    // usual value, pull of a bad spell, widest random step, decimals
    private static readonly (Vital Vital, double Usual, double Bad, double Step, int Decimals)[] Course =
    [
        (Vital.Pulse, 78, 122, 4, 0), (Vital.Spo2, 97, 90, 1, 0), (Vital.Temperature, 36.9, 38.9, 0.2, 1),
        (Vital.Systolic, 128, 96, 6, 0), (Vital.Diastolic, 76, 58, 4, 0), (Vital.Respiration, 16, 26, 1.5, 0),
    ];

    private readonly Random dice = new(seed);
    private readonly double[] now = [.. Course.Select(vital => vital.Usual)];
    private int row, badUntil;

    /// <summary>The next row; hours rise by one.</summary>
    public ReplayRow Next()
    {
        row++;
        if (row >= badUntil && dice.Next(40) == 0)
        {
            badUntil = row + dice.Next(4, 12);
        }
        var values = new ReplayValue[Course.Length];
        for (int i = 0; i < Course.Length; i++)
        {
            (Vital vital, double usual, double bad, double step, int decimals) = Course[i];
            double towards = row < badUntil ? bad : usual;
            now[i] += ((towards - now[i]) * 0.3) + (step * ((2 * dice.NextDouble()) - 1));
            now[i] = vital == Vital.Spo2 ? Math.Min(now[i], 100) : now[i];
            values[i] = new ReplayValue(vital, Math.Round(now[i], decimals, MidpointRounding.AwayFromZero));
        }
        return new ReplayRow(name, row, row + 1, values, Ignored: 0);
    }
}
