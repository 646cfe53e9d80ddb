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
        SensorVital? limits = sensor?.Vitals.GetValueOrDefault(VitalCode.Of(value.Vital).Name);
        return value.SensorAt is null && limits is null or { Jump: null, StuckAfter: null } ? graded : GradeAfterLast(value, graded, limits, seen);
    }

    /// <summary>Against the value before it of the same sensor: the same sensor time again, a jump, a number that stands still.</summary>
    private Graded GradeAfterLast(Measured value, Graded graded, SensorVital? limits, Dictionary<string, SeenValue> seen)
    {
        string key = value.Sensor + "/" + VitalCode.Of(value.Vital).Name;
        SeenValue before = seen.GetValueOrDefault(key) ?? new SeenValue();
        if (value.SensorAt is not null && string.Equals(before.SensorAt, value.SensorAt, StringComparison.Ordinal))
        {
            graded = before.Value.Equals(value.Value)
                ? graded.And(Grade.Unusable, GradeReason.Duplicate)
                : graded.And(Grade.Doubtful, GradeReason.Conflict);
        }
        SeenValue latest = before with { SensorAt = value.SensorAt, Value = value.Value };
        if (graded.Grade is not Grade.Unusable && value.Value is { } number && limits is not null)
        {
            TimeSpan at = came.RuleTime - (SensorTime.Age(value.SensorAt, value.SensorNow) ?? TimeSpan.Zero);
            latest = latest with { Usable = number, UsableAt = at, Equal = before.Usable == number ? Math.Min(before.Equal, int.MaxValue - 1) + 1 : 1 };
            graded = Grading.InContext(graded, limits, number, before.UsableAt is null ? null : before.Usable, at - (before.UsableAt ?? TimeSpan.Zero), latest.Equal);
        }
        seen[key] = latest;
        return graded;
    }

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
