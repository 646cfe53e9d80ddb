using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What the judge needs to know of an assignment.</summary>
public sealed record JudgeSettings
{
    /// <summary>Assignment number that every item carries.</summary>
    public required int Assignment { get; init; }
    /// <summary>Charts that count; without a plan all that are shipped.</summary>
    public required IReadOnlyList<Chart> Charts { get; init; }
    /// <summary>Sensor files by id.</summary>
    public required IReadOnlyDictionary<string, SensorFile> Sensors { get; init; }
    /// <summary>SpO2 scale, 1 or 2; signed per citizen, default 1 (clinical.md 2.1).</summary>
    public int Scale { get; init; } = 1;
    /// <summary>How long a set stays open for more values (design.md section 8).</summary>
    public TimeSpan SetWindow { get; init; } = TimeSpan.FromMinutes(15);
    /// <summary>How often a standing Red is said again (design.md section 8).</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromMinutes(30);
}

/// <summary>An item and the lane that carries it.</summary>
/// <param name="Lane">Lane.</param>
/// <param name="Item">Item.</param>
public sealed record LaneItem(string Lane, Item Item);

/// <summary>One step of the rules.</summary>
/// <param name="State">What to remember; commit it together with the items.</param>
/// <param name="Items">What to store and send, in this order.</param>
/// <param name="NextDue">Rule time at which the next step is due without a burst; null when nothing is pending.</param>
public sealed record JudgeResult(JudgeState State, IReadOnlyList<LaneItem> Items, TimeSpan? NextDue);

/// <summary>
/// From values to items: grade, collect into sets, score, decide whether an alert goes. One pure step; the gateway commits its
/// result in one transaction (design.md rule 5).
/// </summary>
public static class Judge
{
    /// <summary>Takes one step.</summary>
    /// <param name="state">What the last step remembered.</param>
    /// <param name="burst">What a sensor delivered, or null when only time has passed.</param>
    /// <param name="now">The moment.</param>
    /// <param name="settings">The assignment's settings.</param>
    /// <param name="nextTick">Gives a strictly rising tick; called once per item.</param>
    public static JudgeResult Step(JudgeState state, Burst? burst, Moment now, JudgeSettings settings, Func<long> nextTick)
    {
        var step = new JudgeStep(state, now, settings, nextTick);
        step.CloseWhenOver();
        if (burst is not null)
        {
            step.Take(burst);
        }
        step.RepeatRed();
        return step.Result();
    }
}

/// <summary>The working copy of one step; lives no longer than it.</summary>
internal sealed class JudgeStep
{
    private readonly Moment now;
    private readonly JudgeSettings settings;
    private readonly Func<long> nextTick;
    private readonly List<LaneItem> items = [];
    private JudgeState state;

    public JudgeStep(JudgeState state, Moment now, JudgeSettings settings, Func<long> nextTick)
    {
        (this.state, this.now, this.settings, this.nextTick) = (state, now, settings, nextTick);
        if (!string.Equals(state.Boot, now.Boot, StringComparison.Ordinal))
        {
            // rule times of another boot mean nothing now: an open set is over, and a standing Red is said again at once
            this.state = state with { Boot = now.Boot, LastAlert = now.RuleTime - settings.Repeat, Open = Rebase(state.Open, state.Boot), Last = Rebase(state.Last, state.Boot) };
            if (state.Open is not null)
            {
                Close();
            }
        }
    }

    public JudgeResult Result()
    {
        TimeSpan? windowEnds = state.Open is { } open ? open.OpenedAt + settings.SetWindow : null;
        TimeSpan? repeats = state.Standing.Triage == Triage.Red ? state.LastAlert + settings.Repeat : null;
        TimeSpan? due = windowEnds is { } first && repeats is { } second ? (first < second ? first : second) : windowEnds ?? repeats;
        return new JudgeResult(state, items, due);
    }

    public void CloseWhenOver()
    {
        if (state.Open is { } open && now.RuleTime >= open.OpenedAt + settings.SetWindow)
        {
            Close();
        }
    }

    public void Take(Burst burst)
    {
        IReadOnlyList<ReadingItem> readings = GradeAll(burst);
        foreach (ReadingItem reading in readings)
        {
            ReadingItem stored = reading;
            if (!string.Equals(reading.Grade, GradeWord.Of(Grade.Unusable), StringComparison.Ordinal))
            {
                stored = AddToSet(reading);
            }
            items.Add(new LaneItem(WireWord.ReadingLane, stored));
        }
        if (state.Open is null)
        {
            return;
        }
        VitalSet set = SetReader.Read(state.Open.Values.Select(value => value.Reading));
        bool complete = settings.Charts.All(chart => chart.Parts.All(part => set.Has(part.Vital)));
        if (burst.ClosesSet || complete)
        {
            Close();
        }
        else
        {
            JudgeInterim(in set);
        }
    }

    /// <summary>A Red that stands is said again every half hour, whatever the hub knows (design.md section 8).</summary>
    public void RepeatRed()
    {
        if (state.Standing.Triage != Triage.Red || state.Last is not { } last || now.RuleTime < state.LastAlert + settings.Repeat)
        {
            return;
        }
        VitalSet set = SetReader.Read(last.Values.Select(value => value.Reading));
        var scores = new Score[settings.Charts.Count];
        Judgement.Of(settings.Charts, in set, settings.Scale, scores);
        Send(AlertBecause.StillRed, state.Standing, last, scores, interim: false);
    }

    /// <summary>
    /// Over a reboot only the wall clock can say how old a value is; where it went back the age is 0, and only the batch's clock state
    /// tells. Ticks start again with the boot, so what was made before keeps the name of its own.
    /// </summary>
    private MeasuredSet? Rebase(MeasuredSet? set, string boot) => set is null ? null : set with
    {
        AlertBoot = set.AlertTick is null ? null : set.AlertBoot ?? boot,
        Values = [.. set.Values.Select(value => value with
        {
            Boot = value.Boot ?? boot,
            TakenAt = now.RuleTime - TimeSpan.FromTicks(Math.Max(0, (now.Wall - value.Reading.At).Ticks)),
        })],
    };

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
        if (value is { Vital: Vital.Temperature, Site: Site.Ear })
        {
            graded = graded.And(Grade.Good, GradeReason.EarUncorrected);
        }
        if (value.SensorAt is not { } sensorAt)
        {
            return graded;
        }
        string key = value.Sensor + "/" + VitalCode.Of(value.Vital).Name;
        if (seen.TryGetValue(key, out SeenValue? before) && string.Equals(before.SensorAt, sensorAt, StringComparison.Ordinal))
        {
            graded = before.Value.Equals(value.Value)
                ? graded.And(Grade.Unusable, GradeReason.Duplicate)
                : graded.And(Grade.Doubtful, GradeReason.Conflict);
        }
        seen[key] = new SeenValue(sensorAt, value.Value);
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
            At = now.Wall,
            Label = value.Label,
            Value = finite ? value.Value : null,
            Special = finite || code.IsAnswer ? null : value.Special ?? Grading.SpecialOf(value.Value),
            Answer = code.IsAnswer ? value.Answer ?? "" : null,
            Unit = code.IsAnswer ? null : value.Unit,
            Site = value.Site == Site.None ? null : AnswerWord.Of(value.Site),
            Sensor = value.Sensor,
            SensorAt = value.SensorAt,
            Grade = GradeWord.Of(graded.Grade),
            Reasons = graded.Reasons,
        };
    }

    private ReadingItem AddToSet(ReadingItem reading)
    {
        MeasuredSet open = state.Open ?? new MeasuredSet($"s{reading.Tick}", now.RuleTime, []);
        ReadingItem member = reading with { Set = open.Id };
        // the latest value of a vital counts; the earlier one stays stored and keeps naming this set
        List<SetValue> values = [.. open.Values.Where(value => !string.Equals(value.Reading.Code, reading.Code, StringComparison.Ordinal)), new SetValue(member, now.RuleTime)];
        state = state with { Open = open with { Values = values } };
        return member;
    }

    private void JudgeInterim(in VitalSet set)
    {
        MeasuredSet open = state.Open!;
        var scores = new Score[settings.Charts.Count];
        Judgement judgement = Judgement.Of(settings.Charts, in set, settings.Scale, scores);
        AlertBecause because = AlertRule.Decide(open.Raised ?? state.Standing, judgement);
        if (because != AlertBecause.Nothing)
        {
            long tick = Send(because, judgement, open, scores, interim: true);
            state = state with { Open = open with { Raised = judgement, AlertTick = tick } };
        }
    }

    private void Close()
    {
        MeasuredSet set = state.Open!;
        VitalSet vitals = SetReader.Read(set.Values.Select(value => value.Reading));
        var scores = new Score[settings.Charts.Count];
        Judgement judgement = Judgement.Of(settings.Charts, in vitals, settings.Scale, scores);
        AlertBecause because = AlertRule.Decide(set.Raised ?? state.Standing, judgement);
        if (because == AlertBecause.Nothing && judgement.Triage == Triage.Red && now.RuleTime >= state.LastAlert + settings.Repeat)
        {
            because = AlertBecause.StillRed;
        }
        if (because == AlertBecause.Nothing && judgement.Triage == Triage.Green && state.Alerting)
        {
            because = AlertBecause.Cleared;
        }
        if (because != AlertBecause.Nothing)
        {
            long tick = Send(because, judgement, set, scores, interim: false);
            set = because == AlertBecause.Cleared ? set : set with { AlertTick = tick, AlertBoot = null };
        }
        for (int index = 0; index < scores.Length; index++)
        {
            items.Add(new LaneItem(WireWord.ReadingLane, ItemWriter.Score(settings, now, nextTick(), set, index, in scores[index])));
        }
        state = state with { Open = null, Last = set, Standing = judgement };
    }

    private long Send(AlertBecause because, Judgement judgement, MeasuredSet set, Score[] scores, bool interim)
    {
        AlertItem alert = ItemWriter.Alert(settings, now, nextTick(), because, judgement, set, scores, interim);
        items.Add(new LaneItem(WireWord.AlertLane, alert));
        bool cleared = because == AlertBecause.Cleared;
        state = state with { Alerting = !cleared, LastAlert = cleared ? state.LastAlert : now.RuleTime };
        return alert.Tick;
    }
}
