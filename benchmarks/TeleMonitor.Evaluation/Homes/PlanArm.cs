using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>A plan with the citizen's settings, as one variant of the rules; as it stands, the shipped plan.</summary>
/// <param name="Name">In tables.</param>
internal sealed record PlanVariant(string Name)
{
    /// <summary>TOBS is asked for; else a chart decides nothing but Red.</summary>
    public bool AsksTobs { get; init; }
    /// <summary>Rules for a rise in respiration that the shipped plan does not have.</summary>
    public IReadOnlyList<RiseRule> RespirationUp { get; init; } = [];
    /// <summary>The mean of pulse up and SpO2 down, beside a symptom, which the shipped plan does not have.</summary>
    public TogetherRule? Together { get; init; }
    /// <summary>Id of the questionnaire; null: the plan's own.</summary>
    public string? Questions { get; init; }
    /// <summary>False: nothing is asked.</summary>
    public bool Asks { get; init; } = true;
    /// <summary>Points of SpO2 further down than the template's distances; null: no limits at all.</summary>
    public int? WiderSpo2 { get; init; } = 0;
    /// <summary>A Yellow on limits alone is measured again before it is said.</summary>
    public bool MeasuresAgainFirst { get; init; } = true;

    /// <summary>The limits that a citizen has under it.</summary>
    public IReadOnlyList<DoctorLimit> LimitsOf(Citizen citizen) => WiderSpo2 is { } wider ? [.. DoctorLimit.For(citizen).Select(limit => limit.Lower(wider))] : [];

    /// <summary>The answers as the home's page hands them over; what they come to is the judge's. Null when nothing was answered.</summary>
    public ToldAnswers? Told(Questionnaire questions, IReadOnlyDictionary<string, bool>? answers)
    {
        if (answers is null || !Asks)
        {
            return null;
        }
        bool amount = answers[Symptom.Sputum], colour = answers[Symptom.Colour];
        Dictionary<string, string> words = new(StringComparer.Ordinal) { ["dyspnoea"] = Word(answers[Symptom.Dyspnoea]), ["cough"] = Word(answers[Symptom.Cough]), ["sputum"] = Word(amount || colour) };
        if (amount || colour)
        {
            (words["sputum-amount"], words["sputum-colour"]) = (Word(amount), Word(colour));
        }
        return new ToldAnswers(questions.Id, [.. words], []);
    }

    private static string Word(bool answer) => answer ? "yes" : "no";
}

/// <summary>The full rules: a citizen's plan with limits, symptoms and trends, as the gateway judges by it.</summary>
internal static class PlanArm
{
    /// <summary>The shipped plan.</summary>
    public const string PlanId = "copd-intensive";

    /// <summary>The variant's questions.</summary>
    /// <exception cref="InvalidDataException">firmware-config has no such plan or questions, or the plan asks nothing.</exception>
    public static Questionnaire QuestionsOf(FirmwareConfig firmware, PlanVariant variant) => (variant.Questions ?? PlanOf(firmware).Questions) is { } id && firmware.Content.Questionnaires.TryGetValue(id, out Questionnaire? questions)
        ? questions : throw new InvalidDataException($"plan {PlanId}: expected it to have questions");

    /// <summary>The rules with what a doctor would set for each citizen.</summary>
    public static Func<Home, JudgeSettings> For(FirmwareConfig firmware, PlanVariant variant)
    {
        Plan plan = PlanOf(firmware);
        Questionnaire questions = QuestionsOf(firmware, variant);
        string[] symptoms = [.. questions.Rules.Select(rule => Reason.Symptom(rule.Question, rule.Severity)).Distinct(StringComparer.Ordinal)];
        TrendRules? trend = plan.Trend is not { } shipped ? null
            : shipped with { PulseUpSpo2Down = variant.Together ?? shipped.PulseUpSpo2Down, RespirationUp = [.. shipped.RespirationUp, .. variant.RespirationUp] };
        return home =>
        {
            var rules = new AssessmentRules
            {
                Charts = [.. firmware.Charts.Values],
                Asked = variant.AsksTobs ? ["tobs"] : plan.Charts,
                Required = VitalMask.Of(plan.Required),
                Limits = [.. variant.LimitsOf(home.Citizen).Select(limit => limit.Signed())],
                Trend = trend,
                Combine = plan.Combine.ToDictionary(pair => VitalCode.Of(pair.Key).Name, pair => pair.Value, StringComparer.Ordinal),
                Symptoms = symptoms,
            };
            return new JudgeSettings
            {
                Assignment = 1, Charts = rules.Charts, Sensors = firmware.Sensors, ConfirmWithin = plan.ConfirmWithin,
                MeasureAgainFirst = variant.MeasuresAgainFirst ? plan.MeasureAgainFirst : null,
                Plan = new JudgingPlan(plan.Id, plan.Version, new Assessor(rules), TimeZoneInfo.Utc) { Questions = questions },
            };
        };
    }

    private static Plan PlanOf(FirmwareConfig firmware) =>
        firmware.Content.Plans.GetValueOrDefault(PlanId) ?? throw new InvalidDataException($"firmware-config/plans: expected {PlanId}.json");
}
