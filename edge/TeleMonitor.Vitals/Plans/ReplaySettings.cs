namespace TeleMonitor.Vitals.Plans;

/// <summary>The settings that a replay tries on a history.</summary>
/// <param name="Rules">What is judged by, as in the product.</param>
public sealed record ReplaySettings(AssessmentRules Rules)
{
    /// <summary>The plan's questions; null: answers decide nothing.</summary>
    public Questionnaire? Questions { get; init; }

    /// <summary>How long told symptoms count, as <see cref="JudgingPlan.SymptomsCount"/>.</summary>
    public TimeSpan SymptomsCount { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>Something that is known to have happened to the citizen: an admission, an exacerbation.</summary>
/// <param name="At">When.</param>
/// <param name="Label">What, in the words of whoever labelled it.</param>
public sealed record ReplayEvent(DateTimeOffset At, string Label);
