using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

// what a sensor had stored and hands over later: scored as it was then, raised once, and no word about how things stand now
internal sealed partial class JudgeStep
{
    private void TakeHistory(List<SetValue> stored)
    {
        Judgement known = state.Standing;
        foreach (IGrouping<TimeSpan, SetValue> then in stored.GroupBy(value => value.TakenAt).OrderBy(group => group.Key))
        {
            SetValue[] values = [.. then];
            string id = $"s{values[0].Reading.Tick}";
            var set = new MeasuredSet(id, then.Key, [.. values.Select(value => value with { Reading = value.Reading with { Set = id } })]);
            items.AddRange(set.Values.Select(value => new LaneItem(WireWord.ReadingLane, value.Reading)));
            known = JudgeHistory(set, known);
        }
    }

    /// <summary>Says what was worse than all that is known, once.</summary>
    /// <returns>What is known with it.</returns>
    private Judgement JudgeHistory(MeasuredSet set, Judgement known)
    {
        (Judgement judgement, Score[] scores) = JudgeAlone(set);
        AlertBecause because = AlertRule.Decide(known, judgement);
        if (because != AlertBecause.Nothing)
        {
            AlertItem alert = ItemWriter.Alert(settings, now, nextTick(), because, judgement, set, scores, interim: false);
            items.Add(new LaneItem(WireWord.AlertLane, alert));
            set = set with { AlertTick = alert.Tick };
            state = state with { Alerting = true }; // a Green that is measured now says that it is over
            known = judgement;
        }
        for (int index = 0; index < scores.Length; index++)
        {
            items.Add(new LaneItem(WireWord.ReadingLane, ItemWriter.Score(settings, now, nextTick(), set, index, in scores[index], set.OpenedAt) with { History = true }));
        }
        return known;
    }
}
