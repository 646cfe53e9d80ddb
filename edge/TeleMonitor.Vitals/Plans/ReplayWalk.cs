using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// Judges a stored history set by set, as <see cref="Judge"/> judged or would have judged it as it came in: by the same <see cref="Assessor"/>, beside
/// the values of earlier sets that still count, the answers told before, what stood before, and the citizen's own days, which are learnt on the way.
/// </summary>
internal sealed class ReplayWalk
{
    private readonly ReplaySettings settings;
    private readonly Assessor assessor;
    private readonly CitizenHistory history;
    private readonly TimeZoneInfo zone;
    private readonly Score[] scores;
    private readonly VitalMask combined; // vitals whose values count beside later sets
    private readonly Dictionary<string, (ReasonSet Reasons, long Until)> symptoms = new(StringComparer.Ordinal);
    private readonly LearntDays? learnt;
    private RecentValues recent;
    private Assessment found;

    public ReplayWalk(ReplaySettings settings, Assessor assessor, CitizenHistory history, TimeZoneInfo zone)
    {
        (this.settings, this.assessor, this.history, this.zone) = (settings, assessor, history, zone);
        scores = new Score[assessor.Rules.Charts.Count];
        combined = VitalMask.Of(assessor.Rules.Combine.Keys);
        learnt = assessor.Rules.Trend is { } trend ? new LearntDays(trend.BaselineDays) : null;
        found.Triage = Triage.Unknown; // nothing is known yet
    }

    /// <summary>What the last set that was judged came to.</summary>
    public ref readonly Assessment Standing => ref found;

    /// <summary>False for a set of nothing that these settings judge: the product would have made no set of it.</summary>
    public bool IsSet(int place)
    {
        foreach (ref readonly HistoryValue value in history.Values(place))
        {
            if (VitalCode.Of(value.Vital).CanBeScored || assessor.Judges(value.Vital))
            {
                return true;
            }
        }
        return history.Answers(place).Count > 0;
    }

    /// <summary>Takes the next set for what the charts say of it: Green or Unknown, without a reason.</summary>
    public void Pass(Triage calm) => found = new Assessment { Triage = calm };

    /// <summary>Judges the next set.</summary>
    /// <param name="place">Its place, behind the last one's.</param>
    public void Step(int place)
    {
        DateTimeOffset at = history.At(place);
        RecentValues now = recent;
        foreach (ref readonly HistoryValue value in history.Values(place))
        {
            now.Take(in value);
            if (combined.Has(value.Vital))
            {
                recent.Take(in value);
            }
        }
        Hear(place);
        ReasonSet told = default;
        foreach ((ReasonSet reasons, long until) in symptoms.Values)
        {
            told.Add(until > at.UtcTicks ? reasons : default);
        }
        DateOnly today = history.DaysIn(zone)[place];
        OwnDays own = learnt?.On(today.DayNumber) ?? OwnDays.Unknown;
        ReasonSet stood = found.Reasons;
        found = assessor.Assess(in now, own, in told, in stood, new TimeSpan(at.UtcTicks), today, scores);
        learnt?.Learn(history.Values(place), found.Triage is Triage.Yellow or Triage.Red || !told.IsEmpty);
    }

    /// <summary>The newest answers to each questionnaire count from now on, in place of the earlier ones.</summary>
    private void Hear(int place)
    {
        foreach (IGrouping<string, HistoryAnswer> given in history.Answers(place).GroupBy(answer => answer.Questions, StringComparer.Ordinal))
        {
            if (settings.Questions is { } questions && string.Equals(questions.Id, given.Key, StringComparison.Ordinal))
            {
                long at = given.Max(answer => answer.At);
                var words = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (HistoryAnswer answer in given.Where(answer => answer.At == at))
                {
                    words[answer.Question] = answer.Word;
                }
                symptoms[given.Key] = (assessor.SetOf(AnswerRules.Evaluate(questions, words).Reasons), at + settings.SymptomsCount.Ticks);
            }
        }
    }
}

/// <summary>
/// The citizen's own days while a history is walked. A day's values are put to the others once the day is over: until then nothing looks at them,
/// and what is known of the days before stays the same.
/// </summary>
/// <param name="needed">Stable days that a baseline rests on.</param>
internal sealed class LearntDays(int needed)
{
    private readonly (double Sum, int Count)[] sums = new (double, int)[VitalCode.All.Count];
    private BaselineDays days = BaselineDays.Empty;
    private OwnDays? own;
    private int today = int.MinValue;
    private bool isSettled;

    /// <summary>What is known on a day.</summary>
    /// <param name="day">The day, not before the last one asked for.</param>
    public OwnDays On(int day)
    {
        if (day != today)
        {
            foreach (VitalCode code in VitalCode.All)
            {
                (double sum, int count) = sums[(int)code.Vital];
                days = count == 0 ? days : days.With(code.Vital, today, sum, count);
            }
            Array.Clear(sums);
            (today, own, isSettled) = (day, null, false);
        }
        return own ??= OwnDays.Of(days, today);
    }

    /// <summary>Takes what was judged on that day: Good numbers, and whether something deviated.</summary>
    public void Learn(ReadOnlySpan<HistoryValue> values, bool deviates)
    {
        if (!isSettled) // the days before this one stay what they are
        {
            BaselineDays settled = days.Settle(today, needed);
            (own, days, isSettled) = (ReferenceEquals(settled, days) ? own : null, settled, true);
        }
        for (int place = 0; place < values.Length; place++)
        {
            ref readonly HistoryValue value = ref values[place];
            if (value is { IsGood: true, Word: 0 } && !IsReplaced(values[(place + 1)..], value.Vital))
            {
                sums[(int)value.Vital] = (sums[(int)value.Vital].Sum + value.Exact, sums[(int)value.Vital].Count + 1);
            }
        }
        days = deviates ? days.WithUnstable(today) : days;
    }

    private static bool IsReplaced(ReadOnlySpan<HistoryValue> later, Vital vital)
    {
        foreach (ref readonly HistoryValue value in later)
        {
            if (value.Vital == vital)
            {
                return true;
            }
        }
        return false;
    }
}
