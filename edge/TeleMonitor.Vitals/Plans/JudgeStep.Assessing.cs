using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

// what a plan adds to the charts: values of earlier sets that still count, symptoms, limits and the citizen's own days
internal sealed partial class JudgeStep
{
    private Assessment assessed; // the last one of this step; only where there is a plan

    /// <summary>Judges a set together with what still counts beside it.</summary>
    /// <returns>The set with every value that was judged, what they come to, and one score a chart.</returns>
    private (MeasuredSet Set, Judgement Judgement, Score[] Scores) JudgeSet(MeasuredSet set)
    {
        if (settings.Plan is not { } plan)
        {
            (Judgement alone, Score[] byCharts) = JudgeAlone(set);
            return (set, alone, byCharts);
        }
        MeasuredSet joined = Joined(set, plan.Assessor);
        var scores = new Score[settings.Charts.Count];
        RecentValues recent = SetReader.Recent(state.Recent.Concat(joined.Values));
        DateOnly today = Today(plan);
        var own = OwnDays.Of(state.Own, today.DayNumber);
        ReasonSet told = plan.Assessor.SetOf(state.Symptoms.Where(symptom => symptom.Until > now.RuleTime).SelectMany(symptom => symptom.Reasons));
        assessed = plan.Assessor.Assess(in recent, own, in told, plan.Assessor.SetOf(state.Standing.Reasons), AsOf(set), today, scores);
        return (joined, plan.Assessor.ToJudgement(in assessed, scores), scores);
    }

    /// <summary>Judges a set by the charts and nothing beside it: without a plan, and what a sensor had stored, of whose time nothing else is known.</summary>
    private (Judgement Judgement, Score[] Scores) JudgeAlone(MeasuredSet set)
    {
        VitalSet vitals = SetReader.Read(set.Values.Select(value => value.Reading));
        var scores = new Score[settings.Charts.Count];
        if (settings.Plan is not { } plan)
        {
            return (Judgement.Of(settings.Charts, in vitals, settings.Scale, scores), scores);
        }
        RecentValues recent = SetReader.Recent(set.Values);
        Assessment then = plan.Assessor.Assess(in recent, OwnDays.Unknown, default, default, set.OpenedAt, Today(plan), scores);
        return (plan.Assessor.ToJudgement(in then, scores), scores);
    }

    /// <summary>Until its window is over a set is as old as it is; a step that comes late for it makes none of its values older.</summary>
    private TimeSpan AsOf(MeasuredSet set) => set.OpenedAt + settings.SetWindow < now.RuleTime ? set.OpenedAt + settings.SetWindow : now.RuleTime;

    /// <summary>With the values of earlier sets that the plan lets count beside these.</summary>
    private MeasuredSet Joined(MeasuredSet set, Assessor assessor) => set with
    {
        Values =
        [
            .. set.Values,
            .. state.Recent.Where(old => AsOf(set) - old.TakenAt <= assessor.CountsFor(VitalCode.FromCode(old.Reading.Code)!.Vital)
                && !set.Values.Any(value => string.Equals(value.Reading.Code, old.Reading.Code, StringComparison.Ordinal))),
        ],
    };

    /// <summary>True where the plan judges a vital that no chart knows.</summary>
    private bool IsJudged(Vital vital) => settings.Plan?.Assessor.Judges(vital) == true;

    /// <summary>Everything is there that the plan asks for, or that the charts do without one. A citizen who wears a sensor has one such set a window at most, not one a value.</summary>
    private bool IsComplete()
    {
        MeasuredSet open = state.Open!;
        if (settings.Plan is not { } plan)
        {
            VitalSet set = SetReader.Read(open.Values.Select(value => value.Reading));
            return settings.Charts.All(chart => chart.Parts.All(part => set.Has(part.Vital)));
        }
        bool again = open.Repeats is null && plan.Assessor.Rules.Asked is not null && state.Last is { } last && last.OpenedAt > now.RuleTime - settings.SetWindow;
        return !again && Joined(open, plan.Assessor).Values is var there && VitalCode.All.All(code => !plan.Assessor.Rules.Required.Has(code.Vital)
            || there.Any(value => string.Equals(value.Reading.Code, code.Code, StringComparison.Ordinal)));
    }

    /// <summary>Keeps what the plan combines over sets.</summary>
    private void Remember(List<SetValue> usable)
    {
        if (settings.Plan is not { } plan || usable.Count == 0)
        {
            return;
        }
        SetValue[] kept = [.. usable.Where(value => VitalCode.FromCode(value.Reading.Code) is { } code && plan.Assessor.Rules.Combine.ContainsKey(code.Name))];
        state = state with
        {
            Recent = [.. state.Recent.Where(old => !kept.Any(value => string.Equals(value.Reading.Code, old.Reading.Code, StringComparison.Ordinal))), .. kept],
        };
    }

    /// <summary>Answers are items like readings, and what they come to counts from now on; it is judged with the newest values.</summary>
    private void Hear(ToldAnswers? told)
    {
        if (told is not { Words.Count: > 0 } || settings.Plan is not { } plan)
        {
            return;
        }
        foreach ((string question, string word) in told.Words)
        {
            SetValue answer = AddToSet(new SetValue(Questionnaire.AnswerItem(told.Questions, question, word, settings.Assignment, nextTick(), came.Wall), came.RuleTime));
            items.Add(new LaneItem(WireWord.ReadingLane, answer.Reading));
        }
        var standing = new StandingSymptoms(told.Questions, ReasonsOf(told, plan), came.Wall, came.RuleTime + plan.SymptomsCount);
        state = state with
        {
            Symptoms = [.. state.Symptoms.Where(other => other.Until > now.RuleTime && !string.Equals(other.Questions, told.Questions, StringComparison.Ordinal)), standing],
        };
    }

    /// <summary>What the plan's own questions come to, with the days before; of other questions what was handed over.</summary>
    private IReadOnlyList<string> ReasonsOf(ToldAnswers told, JudgingPlan plan)
    {
        if (plan.Questions is not { } questions || !string.Equals(questions.Id, told.Questions, StringComparison.Ordinal))
        {
            return told.Reasons;
        }
        Dictionary<string, string> words = new(told.Words.DistinctBy(answer => answer.Key, StringComparer.Ordinal), StringComparer.Ordinal);
        int day = DayOf(came.Wall, plan).DayNumber;
        IReadOnlyList<AnsweredDay> before = AnsweredDay.Before(state.Answered, questions.Id, day);
        state = state with { Answered = AnsweredDay.With(state.Answered, new AnsweredDay(questions.Id, day, words)) };
        return AnswerRules.Evaluate(questions, words, before).Reasons;
    }

    private StandingSymptoms Rebase(StandingSymptoms told) =>
        told with { Until = now.RuleTime - Ago(told.At) + (settings.Plan?.SymptomsCount ?? TimeSpan.Zero) };

    /// <summary>One assessment item a set, beside the charts' scores: what the plan makes of it.</summary>
    private void SayAssessment(MeasuredSet set, Judgement judgement)
    {
        if (settings.Plan is { } plan)
        {
            TimeSpan? waits = state.Confirming is { IsSaid: false } first && string.Equals(first.Set, set.Id, StringComparison.Ordinal) ? first.Until - now.RuleTime : null;
            items.Add(new LaneItem(WireWord.ReadingLane, ItemWriter.Assessment(settings, plan, now, nextTick(), set, judgement, in assessed) with { WaitsUntil = now.Wall + waits }));
        }
    }

    /// <summary>Good values of a day become part of the citizen's own days; a day on which something deviated is no stable one.</summary>
    private void Learn(MeasuredSet set, Judgement judgement)
    {
        if (settings.Plan is not { Assessor.Rules.Trend: { } trend } plan)
        {
            return;
        }
        int today = Today(plan).DayNumber;
        BaselineDays own = state.Own.Settle(today, trend.BaselineDays);
        foreach (ReadingItem reading in set.Values.Select(value => value.Reading).Where(reading => string.Equals(reading.Set, set.Id, StringComparison.Ordinal)))
        {
            if (reading is { Value: { } number } && VitalCode.FromCode(reading.Code) is { IsAnswer: false } code && string.Equals(reading.Grade, GradeWord.Of(Grade.Good), StringComparison.Ordinal))
            {
                own = own.With(code.Vital, today, number);
            }
        }
        bool deviates = judgement.Triage is Triage.Yellow or Triage.Red || state.Symptoms.Any(told => told.Until > now.RuleTime && told.Reasons.Count > 0);
        state = state with { Own = deviates ? own.WithUnstable(today) : own };
    }

    private DateOnly Today(JudgingPlan plan) => DayOf(now.Wall, plan);

    private static DateOnly DayOf(DateTimeOffset at, JudgingPlan plan) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, plan.Zone).DateTime);
}
