namespace TeleMonitor.Vitals.Plans;

/// <summary>What was answered on one day, as the last form of that day has it: a later telling replaces an earlier one.</summary>
/// <param name="Questions">Id of the questionnaire.</param>
/// <param name="Day">The citizen's calendar day, as <see cref="DateOnly.DayNumber"/>.</param>
/// <param name="Words">Answer word by question.</param>
public sealed record AnsweredDay(string Questions, int Day, IReadOnlyDictionary<string, string> Words)
{
    /// <summary>Days that are remembered, today with them. What was told a week ago and not since says nothing of how long something has lasted.</summary>
    public const int Kept = 7;

    /// <summary>Adds today's form; what is too old, or of a day to come because a clock went back, is forgotten.</summary>
    public static IReadOnlyList<AnsweredDay> With(IReadOnlyList<AnsweredDay> kept, AnsweredDay today) =>
        [today, .. kept.Where(one => today.Day - one.Day is >= 0 and < Kept && !(one.Day == today.Day && string.Equals(one.Questions, today.Questions, StringComparison.Ordinal)))];

    /// <summary>The forms before a day, the newest first.</summary>
    public static IReadOnlyList<AnsweredDay> Before(IReadOnlyList<AnsweredDay> kept, string questions, int day) =>
        [.. kept.Where(one => day - one.Day is > 0 and < Kept && string.Equals(one.Questions, questions, StringComparison.Ordinal)).OrderByDescending(one => one.Day)];
}
