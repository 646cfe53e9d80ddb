using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>The working copy of one step; lives no longer than it.</summary>
internal sealed partial class JudgeStep
{
    private readonly Moment now;
    private readonly JudgeSettings settings;
    private readonly Func<long> nextTick;
    private readonly List<LaneItem> items = [];
    private JudgeState state;
    private Moment came; // when the burst came: now, unless it had to wait

    public JudgeStep(JudgeState state, Moment now, JudgeSettings settings, Func<long> nextTick)
    {
        (this.state, this.now, this.settings, this.nextTick) = (state, now, settings, nextTick);
        came = now;
        if (!string.Equals(state.Boot, now.Boot, StringComparison.Ordinal))
        {
            // rule times of another boot mean nothing now: an open set is over, and a standing Red is said again at once
            this.state = state with
            {
                Boot = now.Boot, LastAlert = now.RuleTime - settings.Repeat, Open = Rebase(state.Open, state.Boot), Last = Rebase(state.Last, state.Boot),
                Confirming = Rebase(state.Confirming, state.Boot),
                Seen = state.Seen.ToDictionary(pair => pair.Key, pair => pair.Value with { UsableAt = null, Began = null, MeasuredAt = null }, StringComparer.Ordinal),
                Help = state.Help is { } pressed ? pressed with { Until = now.RuleTime } : null,
                Recent = Rebase(state.Recent, state.Boot), Symptoms = [.. state.Symptoms.Select(Rebase)],
            };
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
        TimeSpan? joined = state.Help is { Presses: > 0 } pressed ? pressed.Until : null;
        TimeSpan? waits = state.Confirming is { IsSaid: false } first ? first.Until : null;
        return new JudgeResult(state, items, new[] { windowEnds, repeats, joined, waits }.Min());
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
        came = now with { RuleTime = now.RuleTime - burst.Waited, Wall = now.Wall - burst.Waited };
        var usable = new List<SetValue>(burst.Values.Count);
        var stored = new List<SetValue>();
        foreach (ReadingItem reading in GradeAll(burst))
        {
            SetValue value = new(reading, now.RuleTime - (now.Wall - reading.At));
            bool isOld = now.RuleTime - value.TakenAt > settings.SetWindow;
            bool isFollowedOnly = VitalCode.FromCode(reading.Code) is { CanBeScored: false } code && !IsJudged(code.Vital) && (isOld || state.Open is null); // opens no set by itself
            if (isFollowedOnly || string.Equals(reading.Grade, GradeWord.Of(Grade.Unusable), StringComparison.Ordinal))
            {
                items.Add(new LaneItem(WireWord.ReadingLane, reading));
            }
            else if (isOld || (burst.Waited > TimeSpan.Zero && IsOvertaken(value)))
            {
                stored.Add(value);
            }
            else
            {
                value = AddToSet(value);
                usable.Add(value);
                items.Add(new LaneItem(WireWord.ReadingLane, value.Reading));
            }
        }
        TakeHistory(stored);
        Remember(usable);
        Hear(burst.Told);
        if (usable.Count == 0 && stored.Count > 0)
        {
            return; // nothing about now
        }
        if (state.Open is null)
        {
            return;
        }
        Confirm(usable);
        if (burst.ClosesSet || IsComplete())
        {
            Close();
        }
        else
        {
            JudgeInterim();
        }
    }

    /// <summary>
    /// True when this vital was measured again while the value waited: it then tells how it was and not how it is, confirms nothing, and
    /// takes no newer value's place.
    /// </summary>
    private bool IsOvertaken(SetValue value) => new[] { state.Open?.Values, state.Last?.Values, state.Confirming?.Values }.OfType<IReadOnlyList<SetValue>>()
        .Any(values => values.Any(other => other.TakenAt > value.TakenAt && string.Equals(other.Reading.Code, value.Reading.Code, StringComparison.Ordinal)));

    /// <summary>A second measurement of what made it Red: Red now, or Yellow with both values. Anything else leaves it to the hub's own time.</summary>
    private void Confirm(List<SetValue> second)
    {
        if (state.Confirming is not { } first || now.RuleTime >= first.Until || !first.IsMeasuredAgainBy(second, settings.Charts, settings.Scale))
        {
            return; // one that is over is replaced by the next Red
        }
        if (!first.IsSaid)
        {
            Repeat(first, second);
            return;
        }
        MeasuredSet both = state.Open! with { Values = [.. first.Values, .. second] }; // where a vital stands twice, the later counts
        (both, Judgement judgement, Score[] scores) = JudgeSet(both);
        bool red = judgement.Triage == Triage.Red;
        if (!red)
        {
            judgement = judgement with { Triage = Triage.Yellow, Reasons = [.. first.Judgement.Reasons.Union(judgement.Reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
        }
        long tick = Send(red ? AlertBecause.Confirmed : AlertBecause.NotConfirmed, judgement, both, scores, interim: true);
        state = state with
        {
            Confirming = null,
            Standing = state.Standing.Triage == Triage.Red ? judgement : state.Standing,
            Open = state.Open! with { Raised = judgement, AlertTick = tick, AlertBoot = null },
        };
    }

    /// <summary>A Red that stands is said again every half hour, whatever the hub knows (design.md section 8).</summary>
    public void RepeatRed()
    {
        if (state.Standing.Triage != Triage.Red || state.Last is not { } last || now.RuleTime < state.LastAlert + settings.Repeat)
        {
            return;
        }
        Send(AlertBecause.StillRed, state.Standing, last, ScoresOf(last), interim: false);
    }

    /// <summary>
    /// Over a reboot only the wall clock can say how old a value is; where it went back the age is 0, and only the batch's clock state
    /// tells. Ticks start again with the boot, so what was made before keeps the name of its own.
    /// </summary>
    private MeasuredSet? Rebase(MeasuredSet? set, string boot) => set is null ? null : set with
    {
        AlertBoot = set.AlertTick is null ? null : set.AlertBoot ?? boot,
        Values = Rebase(set.Values, boot),
    };

    private SetValue[] Rebase(IReadOnlyList<SetValue> values, string boot) =>
        [.. values.Select(value => value with { Boot = value.Boot ?? boot, TakenAt = now.RuleTime - Ago(value.Reading.At) })];

    private TimeSpan Ago(DateTimeOffset at) => TimeSpan.FromTicks(Math.Max(0, (now.Wall - at).Ticks));

    private SetValue AddToSet(SetValue value)
    {
        MeasuredSet open = state.Open ?? new MeasuredSet($"s{value.Reading.Tick}", now.RuleTime, []);
        SetValue member = value with { Reading = value.Reading with { Set = open.Id } };
        // the latest value of a vital counts; the earlier one stays stored and keeps naming this set
        List<SetValue> values = [.. open.Values.Where(other => !string.Equals(other.Reading.Code, value.Reading.Code, StringComparison.Ordinal)), member];
        state = state with { Open = open with { Values = values } };
        return member;
    }

    private void JudgeInterim()
    {
        MeasuredSet open = state.Open!;
        (MeasuredSet judged, Judgement judgement, Score[] scores) = JudgeSet(open);
        AlertBecause because = AlertRule.Decide(open.Raised ?? state.Standing, judgement);
        if (because != AlertBecause.Nothing && !Waits(because, judgement, judged))
        {
            open = Answering(open);
            long tick = Send(because, judgement, judged, scores, interim: true);
            state = state with { Open = open with { Raised = judgement, AlertTick = tick } };
        }
    }

    private void Close()
    {
        MeasuredSet set = state.Open!;
        (set, Judgement judgement, Score[] scores) = JudgeSet(set);
        AlertBecause because = AlertRule.Decide(set.Raised ?? state.Standing, judgement);
        bool waits = Waits(because, judgement, set);
        because = waits ? AlertBecause.Nothing : because;
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
            set = Answering(set);
            long tick = Send(because, judgement, set, scores, interim: false);
            set = because == AlertBecause.Cleared ? set : set with { AlertTick = tick, AlertBoot = null };
        }
        for (int index = 0; index < scores.Length; index++)
        {
            items.Add(new LaneItem(WireWord.ReadingLane, ItemWriter.Score(settings, now, nextTick(), set, index, in scores[index], AsOf(set))));
        }
        SayAssessment(set, judgement);
        Learn(set, judgement);
        state = state with { Open = null, Last = set, Standing = waits ? state.Standing : judgement }; // what is not said yet does not stand: no margin, and news when it is
    }

    private long Send(AlertBecause because, Judgement judgement, MeasuredSet set, Score[] scores, bool interim)
    {
        TimeSpan? confirming = WaitsUntil(because, judgement, set, scores) - now.RuleTime;
        string[] gained = [.. judgement.Reasons.Except(state.Standing.Reasons.Union(state.Open?.Raised?.Reasons ?? []), StringComparer.Ordinal)];
        AlertItem alert = ItemWriter.Alert(settings, now, nextTick(), because, judgement, set, scores, interim, confirming, gained, assessed.Next);
        items.Add(new LaneItem(WireWord.AlertLane, alert));
        bool cleared = because == AlertBecause.Cleared;
        state = state with { Alerting = !cleared, LastAlert = cleared ? state.LastAlert : now.RuleTime };
        return alert.Tick;
    }

    /// <summary>Until when this alert waits for a second measurement; null when it does not. Whatever else is Red meanwhile ends the waiting.</summary>
    private TimeSpan? WaitsUntil(AlertBecause because, Judgement judgement, MeasuredSet set, Score[] scores)
    {
        if (judgement.Triage != Triage.Red)
        {
            return null;
        }
        TimeSpan? until = because switch
        {
            AlertBecause.BecameRed when settings.ConfirmWithin is { } within => now.RuleTime + within,
            AlertBecause.NewReason => state.Confirming?.Until,
            _ => null,
        };
        until = until > now.RuleTime && MayWait(judgement, set, scores) ? until : null;
        state = state with { Confirming = until is { } end ? new Confirmation(end, set.Values, judgement) : null };
        return until;
    }

    /// <summary>Of the charts only those count that decide: asked for, or Red.</summary>
    private bool MayWait(Judgement judgement, MeasuredSet set, Score[] scores)
    {
        VitalSet vitals = SetReader.Read(set.Values.Select(value => value.Reading));
        int[] counting = [.. Enumerable.Range(0, scores.Length).Where(index => scores[index].Triage == Triage.Red || ItemWriter.IsAsked(settings, settings.Charts[index]) is null)];
        return Confirmation.MayWait([.. counting.Select(index => settings.Charts[index])], in vitals, [.. counting.Select(index => scores[index])], judgement.Reasons);
    }
}
