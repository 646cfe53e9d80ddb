using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>The newest usable value of a vital, or the newest answer to a question: only when it was taken, and the word of an answer.</summary>
/// <param name="At">When it was taken.</param>
/// <param name="Word">The word of an answer; null of a number.</param>
public sealed record TakenValue(DateTimeOffset At, string? Word = null);

/// <summary>What of a complete set has come, by wire code.</summary>
/// <param name="ByCode">Newest of each.</param>
public sealed record Taken(IReadOnlyDictionary<string, TakenValue> ByCode)
{
    /// <summary>Nothing has come yet.</summary>
    public static Taken Nothing { get; } = new(new Dictionary<string, TakenValue>());

    /// <summary>Adds one; an older one never replaces a newer.</summary>
    public Taken With(string code, DateTimeOffset at, string? word = null)
    {
        if (ByCode.TryGetValue(code, out TakenValue? known) && known.At > at)
        {
            return this;
        }
        return new Taken(new Dictionary<string, TakenValue>(ByCode, StringComparer.Ordinal) { [code] = new TakenValue(at, word) });
    }

    /// <summary>
    /// Since when there is a complete set: the oldest of the newest values that it needs. Null while one of them was never taken. An occasion
    /// is met when this is not before it opened.
    /// </summary>
    public DateTimeOffset? CompleteSince(PlanInForce inForce)
    {
        DateTimeOffset? oldest = DateTimeOffset.MaxValue;
        foreach (Vital vital in inForce.Plan.Required)
        {
            oldest = Older(oldest, ByCode.GetValueOrDefault(VitalCode.Of(vital).Code)?.At);
        }
        if (inForce.Questions is { } questions)
        {
            foreach (Question question in AnswerRules.Evaluate(questions, Answers(questions)).Asked)
            {
                oldest = Older(oldest, ByCode.GetValueOrDefault(questions.CodeOf(question))?.At);
            }
        }
        return oldest;
    }

    /// <summary>Vitals of a complete set that were not taken since a time: what to measure.</summary>
    public IReadOnlyList<Vital> Lacking(Plan plan, DateTimeOffset since) =>
        [.. plan.Required.Where(vital => !(ByCode.GetValueOrDefault(VitalCode.Of(vital).Code)?.At >= since))];

    /// <summary>The newest answers to a questionnaire, by question.</summary>
    public IReadOnlyDictionary<string, string> Answers(Questionnaire questions) => questions.Questions
        .Select(question => (question.Id, ByCode.GetValueOrDefault(questions.CodeOf(question))?.Word)).Where(answer => answer.Word is not null)
        .ToDictionary(answer => answer.Id, answer => answer.Word!, StringComparer.Ordinal);

    private static DateTimeOffset? Older(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one < other ? one : other;
}
