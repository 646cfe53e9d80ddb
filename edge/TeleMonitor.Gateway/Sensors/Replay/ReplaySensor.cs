using System.Globalization;
using System.Threading.Channels;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Sensors.Replay;

/// <summary>How far a patient's recording has come: what a later sensor of the same patient goes on from.</summary>
/// <param name="Hour">Recorded hour from which recorded time counts.</param>
/// <param name="At">Time stamp of the clock at that hour.</param>
public sealed record ReplayPlace(double Hour, long At);

/// <summary>One patient of a recording as a sensor: each row is given as measured now, at its hour divided by the speed.</summary>
/// <param name="speed">Recorded time per real time, above 0; positive infinity: as fast as it is taken.</param>
/// <param name="clock">For waiting.</param>
/// <param name="from">Where an earlier sensor of this patient ended in this replay; null at the first row.</param>
public sealed class ReplaySensor(double speed, TimeProvider clock, ReplayPlace? from = null) : ISensor
{
    /// <summary>Sensor file that holds the possible ranges of recorded values.</summary>
    public const string SensorId = "replay";
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1); // a timer holds 49 days
    // a stay in intensive care is a few hundred rows: the next patients' rows are at hand while this one is paced
    private readonly Channel<ReplayRow> rows = Channel.CreateBounded<ReplayRow>(new BoundedChannelOptions(2048) { SingleReader = true, SingleWriter = true });

    /// <summary>Where the reader of the file puts this patient's rows; completed after the last.</summary>
    public ChannelWriter<ReplayRow> Rows => rows.Writer;

    /// <summary>
    /// Where the next sensor of this patient goes on. At full speed the hour of the last row that came, since rule time stands there; at a
    /// speed the first hour, since rule time has gone on with the clock. Null before the first row. Read it when the sensor has ended.
    /// </summary>
    public ReplayPlace? Place => origin is null || double.IsFinite(speed) ? origin : origin with { Hour = lastHour ?? origin.Hour };
    private ReplayPlace? origin = from;
    private double? lastHour; // of the last row that came

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        long began = clock.GetTimestamp();
        while (await rows.Reader.WaitToReadAsync(stop))
        {
            while (rows.Reader.TryRead(out ReplayRow? row))
            {
                origin ??= new ReplayPlace(row.Hour, began);
                // counted from the start of this sensor, as rule time of the gateway that runs it is
                TimeSpan recorded = Since(row.Hour - origin.Hour, speed) - (double.IsFinite(speed) ? clock.GetElapsedTime(origin.At, began) : TimeSpan.Zero);
                while (double.IsFinite(speed) && recorded - clock.GetElapsedTime(began) is { Ticks: > 0 } early)
                {
                    await Task.Delay(early < LongestDelay ? early : LongestDelay, clock, stop);
                }
                if (row.Values.Count > 0)
                {
                    await into.WriteAsync(new SensorMessage(ToBurst(row), recorded), stop);
                    lastHour = row.Hour;
                }
            }
        }
    }

    /// <summary>Rule time since the first row: hours divided by the speed, or undivided at the highest speed.</summary>
    public static TimeSpan Since(double hours, double speed) => TimeSpan.FromHours(double.IsFinite(speed) ? hours / speed : hours);

    /// <summary>A row as one burst that is a set of its own.</summary>
    public static Burst ToBurst(ReplayRow row)
    {
        var label = new ReplayLabel("h" + row.Hour.ToString("R", CultureInfo.InvariantCulture), row.Line);
        var values = new Measured[row.Values.Count];
        for (int i = 0; i < values.Length; i++)
        {
            (Vital vital, double value) = row.Values[i];
            bool held = double.IsFinite(value);
            values[i] = new Measured(vital, held ? value : null, VitalCode.Of(vital).Unit, SensorId) { Special = held ? null : GradeReason.Infinite, Label = label };
        }
        return new Burst(values, ClosesSet: true);
    }
}
