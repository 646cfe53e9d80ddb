using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>A citizen's limits on one vital, both edges counting as the worse side.</summary>
internal sealed record DoctorLimit(Vital Vital, double? LowRed, double? LowYellow, double? HighYellow, double? HighRed)
{
    // the shipped template of firmware-config/plans/copd-intensive.json (SpO2 90 and 88, pulse 50 to 110 and 40 to 130) as distances from the
    // average citizen of physiology.json (SpO2 93, pulse 80): a doctor who moves the template to each citizen's own level
    private const decimal PulseMargin = 5, Spo2Margin = 1; // one standard deviation of a stable day (clinical.md 3.5)

    private static readonly DoctorLimit[] Distances = [new(Vital.Spo2, -5, -3, null, null), new(Vital.Pulse, -40, -30, 30, 50)];

    /// <summary>The template as it is shipped.</summary>
    public static IReadOnlyList<DoctorLimit> Template { get; } = [.. Distances.Select(one => one.Around(one.Vital == Vital.Spo2 ? 93 : 80))];

    /// <summary>What the doctor sets for a citizen, in whole units: every arm that knows limits gets these.</summary>
    public static IReadOnlyList<DoctorLimit> For(Citizen citizen) =>
        [.. Distances.Select(one => one.Around(Math.Round(citizen.Habitual(one.Vital), MidpointRounding.AwayFromZero)))];

    /// <summary>What one value says.</summary>
    public Triage Of(double value) => value <= LowRed || value >= HighRed ? Triage.Red : value <= LowYellow || value >= HighYellow ? Triage.Yellow : Triage.Green;

    /// <summary>The limit of SpO2 by so many points lower; another vital's as it is.</summary>
    public DoctorLimit Lower(int points) => Vital == Vital.Spo2 ? this with { LowRed = LowRed - points, LowYellow = LowYellow - points } : this;

    /// <summary>As it stands in a citizen's signed settings.</summary>
    public Limit Signed() => new(VitalCode.Of(Vital).Name, VitalCode.Of(Vital).Unit, (decimal?)LowRed, (decimal?)LowYellow, (decimal?)HighYellow, (decimal?)HighRed,
        Margin: Vital == Vital.Pulse ? PulseMargin : Spo2Margin);

    private DoctorLimit Around(double level) => new(Vital, level + LowRed, level + LowYellow, level + HighYellow, level + HighRed);
}

/// <summary>
/// What many systems do today, as the comparison: every set with a value beyond a limit is an alert, each time, with no memory and no second
/// look. With questions, every form with a yes too (the severities of the RN form, clinical.md 3.3).
/// </summary>
internal static class BareLimits
{
    /// <summary>The template's limits for everybody, as they stand before a doctor has looked at them.</summary>
    public static Arm Template { get; } = new("bare limits, the template's", home => [.. Follow(home, DoctorLimit.Template, withQuestions: false)]);

    /// <summary>The citizen's own limits alone: the same as the full rules have.</summary>
    public static Arm Limits { get; } = new("bare limits, the citizen's own", home => [.. Follow(home, DoctorLimit.For(home.Citizen), withQuestions: false)]);

    /// <summary>Limits, and the questions form by form.</summary>
    public static Arm LimitsAndQuestions { get; } = new("bare limits, the citizen's own, and questions", home => [.. Follow(home, DoctorLimit.For(home.Citizen), withQuestions: true)]);

    private static IEnumerable<Statement> Follow(Home home, IReadOnlyList<DoctorLimit> limits, bool withQuestions)
    {
        foreach (HomeBurst burst in home.Bursts())
        {
            Triage triage = withQuestions && burst.Answers is { } answers ? OfAnswers(answers) : Triage.Green;
            foreach (Measured measured in burst.Values)
            {
                foreach (DoctorLimit limit in limits.Where(limit => limit.Vital == measured.Vital))
                {
                    triage = Worse(triage, limit.Of(measured.Value!.Value));
                }
            }
            if (triage != Triage.Green)
            {
                yield return new Statement(burst.At, triage, Counts: true, "limit");
            }
        }
    }

    private static Triage OfAnswers(IReadOnlyDictionary<string, bool> answers)
    {
        bool sputum = answers[Symptom.Sputum] || answers[Symptom.Colour]; // coloured sputum is coughed up too
        return sputum || (answers[Symptom.Cough] && answers[Symptom.Dyspnoea]) ? Triage.Red
            : answers[Symptom.Cough] || answers[Symptom.Dyspnoea] ? Triage.Yellow : Triage.Green;
    }

    private static Triage Worse(Triage one, Triage other) => one > other ? one : other;
}
