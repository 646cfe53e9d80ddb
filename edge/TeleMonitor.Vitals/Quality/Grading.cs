using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Quality;

/// <summary>A grade with its reasons.</summary>
/// <param name="Grade">How far to rely on the value.</param>
/// <param name="Reasons">Codes of <see cref="GradeReason"/>; when Good empty or a remark (<see cref="GradeReason.EarUncorrected"/>).</param>
public readonly record struct Graded(Grade Grade, IReadOnlyList<string> Reasons)
{
    /// <summary>Nothing against the value.</summary>
    public static Graded Good { get; } = new(Grade.Good, []);

    /// <summary>The worse of both grades, with all reasons: a grade never improves.</summary>
    public Graded And(Grade grade, string reason) => new(grade > Grade ? grade : Grade, [.. Reasons, reason]);
}

/// <summary>What came before a value of the same sensor.</summary>
/// <param name="Before">The last usable value; null: none is known.</param>
/// <param name="Apart">Time between the two; below zero where the sensor gave the later one first.</param>
/// <param name="Equal">How many values in a row were equal, this one included.</param>
/// <param name="Measuring">Time since the sensor began to measure without a gap; below zero where this one is from before that.</param>
public readonly record struct ValueContext(double? Before, TimeSpan Apart, int Equal, TimeSpan Measuring);

/// <summary>Grades readings. Grades only; never changes, rounds or clamps a value.</summary>
public static class Grading
{
    /// <summary>Names what stands where a number should.</summary>
    public static string SpecialOf(double? value) => value is { } odd && double.IsInfinity(odd) ? GradeReason.Infinite : GradeReason.NotANumber;

    /// <summary>
    /// The grade that a sensor's own doubt asks for. Unusable only where the number cannot be the citizen's; whatever else a sensor holds
    /// against its value leaves it Doubtful, which is scored and shown as doubtful: silence would be worse. A doubt nobody knows is Doubtful.
    /// </summary>
    public static Grade GradeOf(string doubt) => doubt switch
    {
        GradeReason.ProbeOff or GradeReason.DeviceFault or GradeReason.NoMeasurement => Grade.Unusable,
        GradeReason.SensorClock or GradeReason.OutOfOrder or GradeReason.IrregularPulse or GradeReason.Claimed => Grade.Good,
        _ => Grade.Doubtful,
    };

    /// <summary>The grade with all that the sensor itself holds against the value.</summary>
    public static Graded WithDoubts(Graded graded, IReadOnlyList<string> doubts) => doubts.Aggregate(graded, (sofar, doubt) => sofar.And(GradeOf(doubt), doubt));

    /// <summary>
    /// Grades a value against those before it of the same sensor: a jump, a sensor that is stuck or has just begun is Doubtful, and is scored; it
    /// may be real.
    /// </summary>
    /// <param name="graded">The grade by itself.</param>
    /// <param name="limits">The vital's limits in the sensor's file.</param>
    /// <param name="value">The value.</param>
    /// <param name="context">What came before it.</param>
    public static Graded InContext(Graded graded, SensorVital limits, double value, ValueContext context)
    {
        if (limits.Jump is { } jump && context.Before is { } last && context.Apart.Duration() <= TimeSpan.FromSeconds(jump.WithinSeconds) && Math.Abs(value - last) > jump.By)
        {
            graded = graded.And(Grade.Doubtful, GradeReason.Jump);
        }
        if (limits.WarmUp is { } warm && context.Measuring < TimeSpan.FromSeconds(warm.Seconds))
        {
            graded = graded.And(Grade.Doubtful, GradeReason.WarmUp);
        }
        return limits.StuckAfter is { } most && context.Equal >= most ? graded.And(Grade.Doubtful, GradeReason.Stuck) : graded;
    }

    /// <summary>Grades one number against its sensor's ranges.</summary>
    /// <param name="vital">What was measured.</param>
    /// <param name="value">The number; null when the sensor gave a special code instead.</param>
    /// <param name="special">The special code: nan, infinite, not-reached.</param>
    /// <param name="unit">The unit it came in; never converted, never guessed.</param>
    /// <param name="sensor">The sensor's file; a vital that is not in it has no known possible range and is Unusable.</param>
    public static Graded Judge(Vital vital, double? value, string? special, string unit, SensorFile sensor)
    {
        VitalCode code = VitalCode.Of(vital);
        Graded graded = Graded.Good;
        if (!string.Equals(unit, code.Unit, StringComparison.Ordinal))
        {
            graded = graded.And(Grade.Unusable, GradeReason.UnitMismatch);
        }
        if (special is not null || value is not { } number || !double.IsFinite(number))
        {
            // a number beside a special code is what the sensor itself does not stand by
            return graded.And(Grade.Unusable, special ?? SpecialOf(value));
        }
        if (!sensor.Vitals.TryGetValue(code.Name, out SensorVital? limits) || limits.Possible is null)
        {
            return graded.And(Grade.Unusable, GradeReason.UnknownVital);
        }
        if (vital is Vital.Temperature && sensor.Device?.Has(SensorDevice.NotBodyTemperature) is true)
        {
            // scored, a cool forehead would hide a fever and a cold room would be a Red
            graded = graded.And(Grade.Unusable, GradeReason.NotBody);
        }
        if (!limits.Possible.Holds(number))
        {
            return graded.And(Grade.Unusable, GradeReason.Impossible);
        }
        return limits.Specified is { } specified && !specified.Holds(number) ? graded.And(Grade.Doubtful, GradeReason.OutsideSpecified) : graded;
    }
}
