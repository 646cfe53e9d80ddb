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
    /// <summary>Breaths per minute over the baseline that are Yellow; null: not looked at.</summary>
    public double? RespirationRise { get; init; }
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
    public ToldAnswers? Told(IReadOnlyDictionary<string, bool>? answers) => answers is null || Severities == Severities.None ? null
        : new ToldAnswers("copd-daily", [.. answers.Select(answer => new KeyValuePair<string, string>(answer.Key, answer.Value ? "yes" : "no"))], [.. Reasons(answers)]);

    private IEnumerable<string> Reasons(IReadOnlyDictionary<string, bool> answers)
    {
        bool dyspnoea = answers[Symptom.Dyspnoea], colour = answers[Symptom.Colour], sputum = answers[Symptom.Sputum] || colour; // coloured sputum is coughed up too
        int cardinal = (dyspnoea ? 1 : 0) + (answers[Symptom.Sputum] ? 1 : 0) + (colour ? 1 : 0);
        bool isShipped = Severities == Severities.Shipped;
        if (dyspnoea)
        {
            yield return Reason.Symptom(Symptom.Dyspnoea, !isShipped && cardinal >= 2 ? Triage.Red : Triage.Yellow);
        }
        if (answers[Symptom.Cough])
        {
            yield return Reason.Symptom(Symptom.Cough, isShipped && dyspnoea ? Triage.Red : Triage.Yellow);
        }
        if (sputum)
        {
            yield return Reason.Symptom(Symptom.Sputum, isShipped || cardinal >= 2 ? Triage.Red : Triage.Yellow);
        }
    }
}

/// <summary>The full rules: a citizen's plan with limits, symptoms and trends, as the gateway judges by it.</summary>
internal static class PlanArm
{
    private static readonly Dictionary<string, TimeSpan> Combine = new(StringComparer.Ordinal)
    {
        ["pulse"] = TimeSpan.FromMinutes(15), ["spo2"] = TimeSpan.FromMinutes(15), ["respiration"] = TimeSpan.FromHours(1), ["temperature"] = TimeSpan.FromHours(12),
    };

    // source: clinical.md 3.5: mean of pulse up and SpO2 down of 1 SD beside a symptom (Hurst 2010), 14 stable days
    private static readonly TrendRules Trend = new(BaselineDays: 14, PulseSpo2: 1, LeastPulseSpread: 2, LeastSpo2Spread: 0.5);

    /// <summary>The rules with what a doctor would set for each citizen.</summary>
    public static Func<Home, JudgeSettings> For(FirmwareConfig firmware, PlanVariant variant) => home =>
    {
        var rules = new AssessmentRules
        {
            Charts = [.. firmware.Charts.Values],
            Asked = variant.AsksTobs ? ["tobs"] : [],
            Required = new VitalMask().With(Vital.Pulse).With(Vital.Spo2),
            Limits = [.. variant.LimitsOf(home.Citizen).Select(limit => limit.Signed())],
            Trend = Trend with { PulseSpo2 = variant.Together ? Trend.PulseSpo2 : null, RespirationRise = variant.RespirationRise },
            Combine = Combine,
            Symptoms = [.. Symptom.All.SelectMany(symptom => new[] { Reason.Symptom(symptom, Triage.Yellow), Reason.Symptom(symptom, Triage.Red) })],
        };
        return new JudgeSettings
        {
            Assignment = 1, Charts = rules.Charts, Sensors = firmware.Sensors, ConfirmWithin = TimeSpan.FromMinutes(5),
            Plan = new PlanInForce("copd-intensive", "2026-11-1", new Assessor(rules), TimeZoneInfo.Utc),
        };
    };
}
