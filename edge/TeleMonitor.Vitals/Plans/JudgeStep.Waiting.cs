using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

// a Yellow that stands on limits alone is measured again before it is said, where the plan wants it; a Red never waits (design.md section 8)
internal sealed partial class JudgeStep
{
    /// <summary>
    /// True while this alert is not to be said yet: it became Yellow by limits alone, nothing is open that it would join, and it waits, or begins to.
    /// </summary>
    private bool Waits(AlertBecause because, Judgement judgement, MeasuredSet set)
    {
        if (settings.MeasureAgainFirst is not { } again || because != AlertBecause.BecameYellow || state.Alerting || !judgement.Reasons.All(Reason.IsYellowLimit))
        {
            return false;
        }
        if (state.Confirming is { IsSaid: false } first)
        {
            return !Reason.HasNew(judgement.Reasons, [.. first.Judgement.Reasons]); // a second limit is a second sign
        }
        bool streams = judgement.Reasons.Select(Reason.LimitedVital).All(vital => set.Values.All(value => !string.Equals(value.Reading.Code, vital!.Code, StringComparison.Ordinal) || Streams(value)));
        state = state with
        {
            Confirming = new Confirmation(now.RuleTime + again.For(streams), set.Values, judgement) { Set = set.Id, Streams = streams },
        };
        return true;
    }

    private bool Streams(SetValue value) => settings.Sensors.TryGetValue(value.Reading.Sensor ?? "", out SensorFile? sensor) && sensor.Streams;

    /// <summary>What waited is measured again: normal, then it is over and nothing was said; else it is said now, with both values.</summary>
    private void Repeat(Confirmation first, List<SetValue> second)
    {
        MeasuredSet both = state.Open! with { Values = [.. first.Values, .. second] }; // where a vital stands twice, the later counts
        (both, Judgement judgement, Score[] scores) = JudgeSet(both);
        bool stands = judgement.Triage is Triage.Yellow or Triage.Red;
        if (stands && first.Streams && judgement.Reasons.All(Reason.IsYellowLimit) && !Reason.HasNew(judgement.Reasons, [.. first.Judgement.Reasons]))
        {
            return;
        }
        MeasuredSet open = Answering(state.Open!) with { Cleared = stands ? null : first.Judgement.Reasons };
        state = state with { Open = open };
        if (judgement.Triage == Triage.Yellow)
        {
            long tick = Send(AlertBecause.BecameYellow, judgement, both, scores, interim: true);
            state = state with { Open = open with { Raised = judgement, AlertTick = tick, AlertBoot = null } };
        }
    }

    /// <summary>This set answers what waits, if anything does that was not said.</summary>
    private MeasuredSet Answering(MeasuredSet set)
    {
        if (state.Confirming is not { IsSaid: false } first)
        {
            return set;
        }
        state = state with { Confirming = null };
        return string.Equals(first.Set, set.Id, StringComparison.Ordinal) ? set : set with { Repeats = first.Set };
    }

    /// <summary>Nothing settled it in time: it is said as it stood.</summary>
    public void EndWaiting()
    {
        if (state.Confirming is not { IsSaid: false } first || now.RuleTime < first.Until)
        {
            return;
        }
        bool isOpen = string.Equals(state.Open?.Id, first.Set, StringComparison.Ordinal);
        MeasuredSet set = isOpen ? state.Open! : new MeasuredSet(first.Set!, first.Values.Min(value => value.TakenAt), first.Values);
        state = state with { Confirming = null };
        long tick = Send(AlertBecause.BecameYellow, first.Judgement, set with { Values = first.Values }, ScoresOf(set), interim: isOpen);
        state = state with { Standing = first.Judgement, Open = isOpen ? set with { Raised = first.Judgement, AlertTick = tick, AlertBoot = null } : state.Open };
    }

    /// <summary>Over a reboot only the wall clock can say how long it has waited; a Red that waits is said again instead.</summary>
    private Confirmation? Rebase(Confirmation? waiting, string boot) => waiting is not { IsSaid: false } ? null : waiting with
    {
        Until = now.RuleTime - Ago(waiting.Values.Max(value => value.Reading.At)) + (settings.MeasureAgainFirst?.For(waiting.Streams) ?? TimeSpan.Zero),
        Values = Rebase(waiting.Values, boot),
    };
}
