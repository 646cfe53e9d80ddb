using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>How answers become symptoms.</summary>
internal enum Severities
{
    /// <summary>They are not asked for.</summary>
    None,
    /// <summary>As shipped in copd-daily (RN form, clinical.md 3.3): breathlessness or cough Yellow, both or any sputum Red.</summary>
    Shipped,
    /// <summary>Any one Yellow, two of the three cardinal symptoms Red (Anthonisen types 1 and 2, clinical.md 3.4).</summary>
    Cardinal,
}

/// <summary>A plan with the citizen's settings, as one variant of the rules.</summary>
/// <param name="Name">In tables.</param>
internal sealed record PlanVariant(string Name)
{
    /// <summary>TOBS is asked for; else a chart decides nothing but Red.</summary>
    public bool AsksTobs { get; init; }
    /// <summary>The plan's rules for a rise in respiration.</summary>
    public bool RespirationUp { get; init; }
    /// <summary>The mean of pulse up and SpO2 down, beside a symptom.</summary>
    public bool Together { get; init; } = true;
    /// <summary>How answers count.</summary>
    public Severities Severities { get; init; } = Severities.Shipped;
    /// <summary>Points of SpO2 further down than the template's distances; null: no limits at all.</summary>
    public int? WiderSpo2 { get; init; } = 0;
    /// <summary>What the product does not do: a citizen whose value is beyond a limit is asked to measure again first, and the second values count.</summary>
    public bool AsksAgainFirst { get; init; }

    /// <summary>The limits that a citizen has under it.</summary>
    public IReadOnlyList<DoctorLimit> LimitsOf(Citizen citizen) => WiderSpo2 is { } wider ? [.. DoctorLimit.For(citizen).Select(limit => limit.Lower(wider))] : [];

    /// <summary>The answers as the home's page hands them over; null when nothing was answered.</summary>
    public ToldAnswers? Told(Questionnaire questions, IReadOnlyDictionary<string, bool>? answers)
    {
        if (answers is null || Severities == Severities.None)
        {
            return null;
        }
        bool amount = answers[Symptom.Sputum], colour = answers[Symptom.Colour];
        Dictionary<string, string> words = new(StringComparer.Ordinal) { ["dyspnoea"] = Word(answers[Symptom.Dyspnoea]), ["cough"] = Word(answers[Symptom.Cough]), ["sputum"] = Word(amount || colour) };
        if (amount || colour)
        {
            (words["sputum-amount"], words["sputum-colour"]) = (Word(amount), Word(colour));
        }
        IReadOnlyList<string> reasons = Severities == Severities.Shipped ? AnswerRules.Evaluate(questions, words).Reasons : [.. Cardinal(answers)];
        return new ToldAnswers(questions.Id, [.. words], reasons);
    }

    private static string Word(bool answer) => answer ? "yes" : "no";

    private static IEnumerable<string> Cardinal(IReadOnlyDictionary<string, bool> answers)
    {
        bool dyspnoea = answers[Symptom.Dyspnoea], amount = answers[Symptom.Sputum], colour = answers[Symptom.Colour];
        Triage triage = (dyspnoea ? 1 : 0) + (amount ? 1 : 0) + (colour ? 1 : 0) >= 2 ? Triage.Red : Triage.Yellow;
        if (dyspnoea)
        {
            yield return Reason.Symptom("dyspnoea", triage);
        }
        if (answers[Symptom.Cough])
        {
            yield return Reason.Symptom("cough", Triage.Yellow);
        }
        if (amount || colour)
        {
            yield return Reason.Symptom("sputum", triage);
        }
    }
}

/// <summary>The full rules: a citizen's plan with limits, symptoms and trends, as the gateway judges by it.</summary>
internal static class PlanArm
{
    /// <summary>The shipped plan.</summary>
    public const string PlanId = "copd-intensive";

    /// <summary>The plan's questions.</summary>
    /// <exception cref="InvalidDataException">firmware-config has no such plan, or it asks nothing.</exception>
    public static Questionnaire QuestionsOf(FirmwareConfig firmware) => PlanOf(firmware).Questions is { } id && firmware.Content.Questionnaires.TryGetValue(id, out Questionnaire? questions)
        ? questions : throw new InvalidDataException($"plan {PlanId}: expected it to have questions");

    /// <summary>The rules with what a doctor would set for each citizen.</summary>
    public static Func<Home, JudgeSettings> For(FirmwareConfig firmware, PlanVariant variant)
    {
        Plan plan = PlanOf(firmware);
        string[] symptoms = [.. QuestionsOf(firmware).Rules.SelectMany(rule => new[] { Reason.Symptom(rule.Question, Triage.Yellow), Reason.Symptom(rule.Question, Triage.Red) }).Distinct(StringComparer.Ordinal)];
        TrendRules? trend = plan.Trend is not { } shipped ? null
            : shipped with { PulseUpSpo2Down = variant.Together ? shipped.PulseUpSpo2Down : null, RespirationUp = variant.RespirationUp ? shipped.RespirationUp : [] };
        return home =>
        {
            var rules = new AssessmentRules
            {
                Charts = [.. firmware.Charts.Values],
                Asked = variant.AsksTobs ? plan.Charts : [],
                Required = VitalMask.Of(plan.Required),
                Limits = [.. variant.LimitsOf(home.Citizen).Select(limit => limit.Signed())],
                Trend = trend,
                Combine = plan.Combine.ToDictionary(pair => VitalCode.Of(pair.Key).Name, pair => pair.Value, StringComparer.Ordinal),
                Symptoms = symptoms,
            };
            return new JudgeSettings
            {
                Assignment = 1, Charts = rules.Charts, Sensors = firmware.Sensors, ConfirmWithin = plan.ConfirmWithin,
                Plan = new JudgingPlan(plan.Id, plan.Version, new Assessor(rules), TimeZoneInfo.Utc),
            };
        };
    }

    private static Plan PlanOf(FirmwareConfig firmware) =>
        firmware.Content.Plans.GetValueOrDefault(PlanId) ?? throw new InvalidDataException($"firmware-config/plans: expected {PlanId}.json");
}
