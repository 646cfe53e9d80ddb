using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

// from what a sensor gave to a graded reading
internal sealed partial class JudgeStep
{
    private List<ReadingItem> GradeAll(Burst burst)
    {
        var seen = new Dictionary<string, SeenValue>(state.Seen, StringComparer.Ordinal);
        double? systolic = burst.Values.FirstOrDefault(value => value.Vital == Vital.Systolic)?.Value;
        double? diastolic = burst.Values.FirstOrDefault(value => value.Vital == Vital.Diastolic)?.Value;
        var readings = new List<ReadingItem>(burst.Values.Count);
        foreach (Measured value in burst.Values)
        {
            Graded graded = GradeOne(value, seen);
            if (value.Vital is Vital.Systolic or Vital.Diastolic && diastolic >= systolic && graded.Grade != Grade.Unusable)
            {
                graded = graded.And(Grade.Doubtful, GradeReason.DiastolicNotBelowSystolic);
            }
            readings.Add(ToItem(value, graded));
        }
        state = state with { Seen = seen };
        return readings;
    }

    private Graded GradeOne(Measured value, Dictionary<string, SeenValue> seen)
    {
        if (VitalCode.Of(value.Vital).IsAnswer)
        {
            bool word = value.Vital == Vital.Oxygen
                ? AnswerWord.TryRead(value.Answer, out OxygenAnswer oxygen) && oxygen != OxygenAnswer.None
                : AnswerWord.TryRead(value.Answer, out Consciousness consciousness) && consciousness != Consciousness.None;
            return word ? Graded.Good : Graded.Good.And(Grade.Unusable, GradeReason.UnknownWord);
        }
        Graded graded = settings.Sensors.TryGetValue(value.Sensor, out SensorFile? sensor)
            ? Grading.Judge(value.Vital, value.Value, value.Special, value.Unit, sensor)
            : Graded.Good.And(Grade.Unusable, GradeReason.UnknownSensor);
        graded = Grading.WithDoubts(graded, value.Doubts);
        if (value is { Vital: Vital.Temperature, Site: Site.Ear })
        {
            graded = graded.And(Grade.Good, GradeReason.EarUncorrected);
        }
        if (SensorTime.IsContradiction(value.SensorAt, value.SensorNow))
        {
            graded = graded.And(Grade.Doubtful, GradeReason.SensorTime); // it may be an old one, and is taken as measured now
        }
        SensorVital? limits = sensor?.Vitals.GetValueOrDefault(VitalCode.Of(value.Vital).Name);
        return value.SensorAt is null && limits is null or { HasContext: false } ? graded : GradeAfterLast(value, graded, limits, seen);
    }

    /// <summary>Against the value before it of the same sensor: the same sensor time again or an earlier one, a jump, a number that stands still, a beginning.</summary>
    private Graded GradeAfterLast(Measured value, Graded graded, SensorVital? limits, Dictionary<string, SeenValue> seen)
    {
        string key = value.Sensor + "/" + VitalCode.Of(value.Vital).Name;
        SeenValue before = seen.GetValueOrDefault(key) ?? new SeenValue();
        TimeSpan? age = SensorTime.Age(value.SensorAt, value.SensorNow);
        TimeSpan at = came.RuleTime - (age ?? TimeSpan.Zero);
        if (value.SensorAt is not null && string.Equals(before.SensorAt, value.SensorAt, StringComparison.Ordinal))
        {
            graded = before.Value.Equals(value.Value)
                ? graded.And(Grade.Unusable, GradeReason.Duplicate)
                : graded.And(Grade.Doubtful, GradeReason.Conflict);
        }
        else if (age is null ? SensorTime.Read(value.SensorAt) < SensorTime.Read(before.SensorAt) : at < before.MeasuredAt - SensorTime.Slack)
        {
            graded = graded.And(Grade.Good, GradeReason.OutOfOrder);
        }
        SeenValue latest = before with
        {
            SensorAt = value.SensorAt, Value = value.Value, MeasuredAt = age is null ? null : at,
            Began = value.Doubts.Contains(GradeReason.ProbeOff) ? null : before.Began,
        };
        if (graded.Grade is not Grade.Unusable && value.Value is { } number && limits is not null)
        {
            latest = latest with
            {
                Usable = number, UsableAt = at, Equal = before.Usable == number ? Math.Min(before.Equal, int.MaxValue - 1) + 1 : 1,
                Began = limits.WarmUp is { } warm ? BeganAt(latest.Began, at - before.UsableAt, warm) ?? at : null,
            };
            graded = Grading.InContext(graded, limits, number,
                new ValueContext(before.UsableAt is null ? null : before.Usable, at - (before.UsableAt ?? TimeSpan.Zero), latest.Equal, at - (latest.Began ?? at)));
        }
        seen[key] = latest;
        return graded;
    }

    private static TimeSpan? BeganAt(TimeSpan? began, TimeSpan? apart, WarmUpLimit warm) =>
        apart is { } gap && gap.Duration() <= TimeSpan.FromSeconds(warm.AfterGapSeconds) ? began : null;

    private ReadingItem ToItem(Measured value, Graded graded)
    {
        VitalCode code = VitalCode.Of(value.Vital);
        bool finite = !code.IsAnswer && value.Value is { } number && double.IsFinite(number);
        return new ReadingItem
        {
            Kind = code.IsAnswer ? WireWord.Answer : WireWord.Reading,
            Tick = nextTick(),
            Code = code.Code,
            Assignment = settings.Assignment,
            At = came.Wall - (SensorTime.Age(value.SensorAt, value.SensorNow) ?? TimeSpan.Zero),
            Label = value.Label,
            Value = finite ? value.Value : null,
            Special = finite || code.IsAnswer ? null : value.Special ?? Grading.SpecialOf(value.Value),
            Answer = code.IsAnswer ? value.Answer ?? "" : null,
            Unit = code.IsAnswer ? null : value.Unit,
            Site = value.Site == Site.None ? null : AnswerWord.Of(value.Site),
            Sensor = value.Sensor,
            SensorAt = value.SensorAt,
            SensorNow = value.SensorNow,
            Grade = GradeWord.Of(graded.Grade),
            Reasons = graded.Reasons,
        };
    }
}
