using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>One number or answer as a sensor gave it, before it is graded.</summary>
/// <param name="Vital">What was measured.</param>
/// <param name="Value">The number; null for an answer or a special code.</param>
/// <param name="Unit">UCUM unit it came in; empty for an answer.</param>
/// <param name="Sensor">Model: the id of its sensor file.</param>
public sealed record Measured(Vital Vital, double? Value, string Unit, string Sensor)
{
    /// <summary>Special code instead of a number: nan, infinite, not-reached.</summary>
    public string? Special { get; init; }
    /// <summary>The word of an answer.</summary>
    public string? Answer { get; init; }
    /// <summary>Where a temperature was taken.</summary>
    public Site Site { get; init; }
    /// <summary>The sensor's own time, if it has a clock.</summary>
    public string? SensorAt { get; init; }
    /// <summary>What the sensor's clock showed when it handed the value over (<see cref="SensorTime"/>).</summary>
    public string? SensorNow { get; init; }
    /// <summary>What the sensor itself holds against the value, or remarks: codes of <see cref="GradeReason"/>.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];
    /// <summary>Source of a replayed value.</summary>
    public ReplayLabel? Label { get; init; }
}

/// <summary>What one sensor message delivers. It is judged as a whole, so that a cuff's three numbers raise one alert and not three.</summary>
/// <param name="Values">The values, in the sensor's order.</param>
/// <param name="ClosesSet">True when nothing more will come for this set (a replayed row).</param>
/// <param name="Help">True when the citizen has pressed the help button; there need be no value then.</param>
public sealed record Burst(IReadOnlyList<Measured> Values, bool ClosesSet = false, bool Help = false)
{
    /// <summary>How long ago it came: longer than zero when it had to wait until somebody said whose it is. Never negative.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>Questions that were answered; null: none.</summary>
    public ToldAnswers? Told { get; init; }

    /// <summary>One press of the help button, and nothing measured.</summary>
    public static Burst HelpPressed { get; } = new([], Help: true);
}

/// <summary>A questionnaire that was answered, as far as it was.</summary>
/// <param name="Questions">Id of the questionnaire.</param>
/// <param name="Words">Answer word by question, in the order they were asked.</param>
/// <param name="Reasons">What the answers come to: <see cref="Reason.Symptom"/>; none when nothing deviates. Not looked at where the plan has these questions.</param>
public sealed record ToldAnswers(string Questions, IReadOnlyList<KeyValuePair<string, string>> Words, IReadOnlyList<string> Reasons);

/// <summary>Symptoms that were told and still count.</summary>
/// <param name="Questions">Id of the questionnaire.</param>
/// <param name="Reasons">What the answers came to.</param>
/// <param name="At">Wall time of the telling.</param>
/// <param name="Until">Rule time at which they stop counting.</param>
public sealed record StandingSymptoms(string Questions, IReadOnlyList<string> Reasons, DateTimeOffset At, TimeSpan Until);

/// <summary>When something happens, on the two clocks that matter.</summary>
/// <param name="Boot">Kernel boot id: rule times of different boots cannot be compared.</param>
/// <param name="RuleTime">Monotonic time on which windows and repeats run; in a replay the recorded time divided by the speed.</param>
/// <param name="Wall">Wall time, only written down.</param>
public readonly record struct Moment(string Boot, TimeSpan RuleTime, DateTimeOffset Wall);

/// <summary>A usable value of a set.</summary>
/// <param name="Reading">The item as it was stored.</param>
/// <param name="TakenAt">Rule time of its burst.</param>
/// <param name="Boot">Boot it was taken in, once a reboot has come between; null in its own boot.</param>
public sealed record SetValue(ReadingItem Reading, TimeSpan TakenAt, string? Boot = null);

/// <summary>A set of values that are judged together.</summary>
/// <param name="Id">Names the set on the wire.</param>
/// <param name="OpenedAt">Rule time of the first value; the window counts from here.</param>
/// <param name="Values">Latest value per vital.</param>
/// <param name="Raised">What an interim alert of this set already said; null before one.</param>
/// <param name="AlertTick">Tick of this set's latest alert; null before one.</param>
/// <param name="AlertBoot">Boot of that alert, once a reboot has come between; null in its own boot.</param>
/// <param name="Repeats">Id of the set that waited to be measured again and was answered by this one; null: none.</param>
/// <param name="Cleared">Reasons that waited and were not there again; null: none.</param>
public sealed record MeasuredSet(string Id, TimeSpan OpenedAt, IReadOnlyList<SetValue> Values, Judgement? Raised = null, long? AlertTick = null,
    string? AlertBoot = null, string? Repeats = null, IReadOnlyList<string>? Cleared = null);

/// <summary>The time after a help press in which further ones join it.</summary>
/// <param name="Until">Rule time of its end.</param>
/// <param name="Presses">Presses in it that have not been said yet; they are said at its end.</param>
public sealed record HelpWindow(TimeSpan Until, int Presses);

/// <summary>All that the rules remember of one assignment. It is committed together with the items that it led to.</summary>
public sealed record JudgeState
{
    /// <summary>Boot id that the rule times belong to; empty at first.</summary>
    public string Boot { get; init; } = "";
    /// <summary>What the last closed set said.</summary>
    public Judgement Standing { get; init; } = Judgement.None;
    /// <summary>The set that is being collected, if any.</summary>
    public MeasuredSet? Open { get; init; }
    /// <summary>The last closed set: a repeated Red names its values with their age.</summary>
    public MeasuredSet? Last { get; init; }
    /// <summary>True from an alert until a cleared.</summary>
    public bool Alerting { get; init; }
    /// <summary>Rule time of the last alert.</summary>
    public TimeSpan LastAlert { get; init; }
    /// <summary>What waits for a second measurement: a Red that was said, or a Yellow that was not (<see cref="Confirmation.IsSaid"/>); null when nothing does.</summary>
    public Confirmation? Confirming { get; init; }
    /// <summary>Set for a short time after a press of the help button.</summary>
    public HelpWindow? Help { get; init; }
    /// <summary>Newest usable value of each vital that the plan combines over sets.</summary>
    public IReadOnlyList<SetValue> Recent { get; init; } = [];
    /// <summary>The citizen's own days, for baselines.</summary>
    public BaselineDays Own { get; init; } = BaselineDays.Empty;
    /// <summary>Symptoms that still count, one entry a questionnaire.</summary>
    public IReadOnlyList<StandingSymptoms> Symptoms { get; init; } = [];
    /// <summary>What was answered on the last days, for symptoms that last.</summary>
    public IReadOnlyList<AnsweredDay> Answered { get; init; } = [];
    /// <summary>Last value per sensor and code, to notice a sensor that repeats itself.</summary>
    public IReadOnlyDictionary<string, SeenValue> Seen { get; init; } = new Dictionary<string, SeenValue>();

    /// <summary>Nothing measured yet.</summary>
    public static JudgeState Empty { get; } = new();

    /// <summary>As bytes for the outbox.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.JudgeState);

    /// <summary>Reads what <see cref="Write"/> wrote; false, and the empty state, when the bytes cannot be such a state.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out JudgeState state)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, StateJson.Default.JudgeState)?.Completed is { HoldsTogether: true } read)
            {
                state = read;
                return true;
            }
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // falls through: whatever is wrong with the bytes, they are no state
        }
        state = Empty;
        return false;
    }

    // a state that was written before there were plans, or days of answers, has none of these
    private JudgeState Completed => this with { Recent = Recent ?? [], Own = Own ?? BaselineDays.Empty, Symptoms = Symptoms ?? [], Answered = Answered ?? [] };

    // JSON cannot say that a list has no null in it and no code that nobody knows; a generated reader leaves an absent field null
    private bool HoldsTogether => Boot is not null && Standing is not null && Seen is { } seen && seen.All(pair => pair.Value is not null)
        && Own is { Days: not null, Unstable: not null, Standing: not null }
        && Recent.All(value => value is not null && VitalCode.FromCode(value.Reading.Code) is not null) && Symptoms.All(told => told is { Reasons: not null }) && Own.Days.Values.All(days => days?.All(day => day is { Count: > 0 }) == true)
        && Answered.All(day => day is { Questions: not null, Words: { } words } && words.All(answer => answer.Value is not null))
        && Holds(Open) && Holds(Last) && Holds(Standing) && (Confirming is null || (Holds(Confirming.Values) && Holds(Confirming.Judgement)))
        && Help is null or { Presses: >= 0 };

    private static bool Holds(MeasuredSet? set) => set is null || (Holds(set.Values) && Holds(set.Raised) && set.Cleared?.All(reason => reason is not null) is not false);

    private static bool Holds(IReadOnlyList<SetValue> values) =>
        values.Count > 0 && values.All(value => value is not null && (VitalCode.FromCode(value.Reading.Code) is not null || AnswerCode.TryRead(value.Reading.Code, out _, out _)));

    private static bool Holds(Judgement? judgement) => judgement is null || (Enum.IsDefined(judgement.Triage) && judgement.Reasons.All(reason => reason is not null));
}

/// <summary>A sensor's last value of one code.</summary>
/// <param name="SensorAt">The sensor's own time of it; null when it gave none.</param>
/// <param name="Value">The number; null for a special code.</param>
public sealed record SeenValue(string? SensorAt = null, double? Value = null)
{
    /// <summary>The last usable number.</summary>
    public double? Usable { get; init; }
    /// <summary>Rule time at which that was measured; null when that was in another boot.</summary>
    public TimeSpan? UsableAt { get; init; }
    /// <summary>How many usable numbers in a row were equal to it.</summary>
    public int Equal { get; init; }
    /// <summary>Rule time at which the sensor began to measure without a gap; null when it has not, in this boot, or its file names no warm-up.</summary>
    public TimeSpan? Began { get; init; }
    /// <summary>Rule time at which the last value was measured by the sensor's own clock; null when that is not known, or was in another boot.</summary>
    public TimeSpan? MeasuredAt { get; init; }
}

// a sensor's last value may be NaN: the state must be written all the same
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(JudgeState))]
internal sealed partial class StateJson : JsonSerializerContext;
