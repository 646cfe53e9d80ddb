using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What one citizen's values are judged by: the plan's part, the signed part of the citizen, and the charts.</summary>
public sealed record AssessmentRules
{
    /// <summary>Every shipped chart: one that the plan does not ask for shows bounds and decides nothing but Red (design.md section 8).</summary>
    public required IReadOnlyList<Chart> Charts { get; init; }
    /// <summary>Ids of the charts the plan asks for; null without a plan: all.</summary>
    public IReadOnlyCollection<string>? Asked { get; init; }
    /// <summary>SpO2 scale, 1 or 2; signed per citizen, default 1 (clinical.md 2.1).</summary>
    public int Scale { get; init; } = 1;
    /// <summary>What the occasion asks for; without a plan every part of a chart.</summary>
    public VitalMask Required { get; init; } = VitalMask.All;
    /// <summary>The citizen's limits; one per vital.</summary>
    public IReadOnlyList<Limit> Limits { get; init; } = [];
    /// <summary>The plan's rules for slow changes; null: none.</summary>
    public TrendRules? Trend { get; init; }
    /// <summary>How old a vital's value may be to count beside others, by name; one that is not named counts at any age.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Combine { get; init; } = new Dictionary<string, TimeSpan>();
    /// <summary>Every reason that the plan's questions can give: <c>symptom/QUESTION/yellow</c> or <c>…/red</c>.</summary>
    public IReadOnlyList<string> Symptoms { get; init; } = [];
    /// <summary>What is Yellow counts at least as this for this citizen: Yellow, or Red.</summary>
    public Triage Floor { get; init; } = Triage.Yellow;

    /// <summary>What a plan says; without one every chart is asked for, and a set is complete with all that they ask for.</summary>
    /// <param name="charts">Every chart.</param>
    /// <param name="plan">The plan; null: none.</param>
    /// <param name="questions">Its questionnaire; null: none.</param>
    public static AssessmentRules Of(IReadOnlyList<Chart> charts, Plan? plan, Questionnaire? questions) => new()
    {
        Charts = charts, Asked = plan?.Charts, Trend = plan?.Trend,
        Required = VitalMask.Of(plan?.Required ?? charts.SelectMany(chart => chart.Parts).Select(part => part.Vital)),
        Combine = plan?.Combine.ToDictionary(pair => VitalCode.Of(pair.Key).Name, pair => pair.Value, StringComparer.Ordinal) ?? [],
        Symptoms = [.. questions?.Rules.Select(rule => Reason.Symptom(rule.Question, rule.Severity)).Distinct(StringComparer.Ordinal) ?? []],
    };
}

/// <summary>What an assessment came to, without heap.</summary>
public struct Assessment
{
    /// <summary>The suggested triage.</summary>
    public Triage Triage { get; internal set; }
    /// <summary>Why, by number (<see cref="Assessor.Words"/>).</summary>
    public ReasonSet Reasons { get; internal set; }
    /// <summary>Required vitals without a value that may count.</summary>
    public VitalMask Missing { get; internal set; }
    /// <summary>Of them, those whose value is too old.</summary>
    public VitalMask Stale { get; internal set; }
    /// <summary>What to measure next: the missing vital that would narrow an asked chart most; null when nothing is missing.</summary>
    public Vital? Next { get; internal set; }
    /// <summary>True when limits are past their review, or relative to a baseline that does not stand: "limits needed", a finding for people.</summary>
    public bool LimitsNeeded { get; internal set; }
}
