using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Who measures.</summary>
public enum MeasuredBy : byte
{
    /// <summary>The citizen, at home.</summary>
    Citizen,
    /// <summary>Home-care staff on a visit.</summary>
    Staff,
}

/// <summary>A stretch of days with the same times.</summary>
/// <param name="FromDay">First day, counted from 0 on the day the citizen's plan begins.</param>
/// <param name="UntilDay">First day on which it no longer holds; null = until a person ends the plan.</param>
/// <param name="At">Local times of day, rising.</param>
/// <param name="Days">Days of the week; null = every day.</param>
public sealed record PlanPhase(int FromDay, int? UntilDay, IReadOnlyList<TimeOnly> At, IReadOnlyList<DayOfWeek>? Days);

/// <summary>How long support alone sees to a device that keeps a citizen from being measured, after the time at which nurses would else be called.</summary>
/// <param name="NotHeard">While the gateway is not heard.</param>
/// <param name="Sensor">While a sensor is broken.</param>
public sealed record SupportFirst(TimeSpan NotHeard, TimeSpan Sensor);

/// <summary>Both together: heart rate up and saturation down by so many standard deviations of the citizen's own baseline.</summary>
/// <param name="Sd">Standard deviations, above 0.</param>
/// <param name="WithSymptom">Only together with a symptom.</param>
/// <param name="LeastPulseSd">Standard deviation of the pulse that is the least to be believed of a citizen, per minute, above 0.</param>
/// <param name="LeastSpo2Sd">The same of the saturation, in points of per cent.</param>
/// <param name="Source">Where the numbers come from.</param>
public sealed record TogetherRule(double Sd, bool WithSymptom, double LeastPulseSd, double LeastSpo2Sd, string Source);

/// <summary>A rise over a time.</summary>
/// <param name="By">In the vital's unit, above 0.</param>
/// <param name="Within">Over this time.</param>
/// <param name="Source">Where the numbers come from.</param>
public sealed record RiseRule(double By, TimeSpan Within, string Source);

/// <summary>What a plan holds of trends.</summary>
/// <param name="BaselineDays">Stable days that a baseline is made of.</param>
/// <param name="PulseUpSpo2Down">Null: not looked at.</param>
/// <param name="RespirationUp">Any of them: over the baseline now, and on every day within that time; empty: not looked at.</param>
/// <param name="WeightUp">Any of them: over the lowest day within that time; empty: not looked at.</param>
public sealed record TrendRules(int BaselineDays, TogetherRule? PulseUpSpo2Down, IReadOnlyList<RiseRule> RespirationUp, IReadOnlyList<RiseRule> WeightUp);

/// <summary>A Yellow that stands on limits alone is measured again before it is said: one cold finger calls nobody. Red never waits.</summary>
/// <param name="Within">How long it waits for the second measurement; nothing by then: it is said.</param>
/// <param name="Streamed">How long values that come by themselves must stay beyond the limit; null: they are repeated like others.</param>
public sealed record MeasureAgainFirst(TimeSpan Within, TimeSpan? Streamed)
{
    /// <summary>How long it waits.</summary>
    /// <param name="streams">True for values that come by themselves.</param>
    public TimeSpan For(bool streams) => streams ? Streamed ?? Within : Within;
}

/// <summary>How often to measure again after a score.</summary>
/// <param name="Chart">Chart id.</param>
/// <param name="From">Lowest total it is for.</param>
/// <param name="To">Highest; null = and above.</param>
/// <param name="Times">So many times.</param>
/// <param name="Within">Evenly within this time; the last at its end.</param>
/// <param name="Source">Where the numbers come from.</param>
public sealed record RemeasureRule(string Chart, int From, int? To, int Times, TimeSpan Within, string Source)
{
    /// <summary>When to measure again.</summary>
    /// <param name="after">When the score was made.</param>
    public IReadOnlyList<DateTimeOffset> Due(DateTimeOffset after) => [.. Enumerable.Range(1, Times).Select(time => after + (Within * time / Times))];
}

/// <summary>What a citizen's own limits start from when a doctor sets them. Never in force by itself.</summary>
/// <param name="Vital">The vital, a number.</param>
/// <param name="LowRed">At or below; null = none.</param>
/// <param name="LowYellow">At or below; null = none.</param>
/// <param name="HighYellow">At or above; null = none.</param>
/// <param name="HighRed">At or above; null = none.</param>
/// <param name="Relative">The numbers are differences from the citizen's baseline, in the same unit.</param>
/// <param name="Unit">UCUM; the vital's own.</param>
/// <param name="Source">Where the numbers come from.</param>
public sealed record LimitTemplate(Vital Vital, double? LowRed, double? LowYellow, double? HighYellow, double? HighRed, bool Relative, string Unit, string Source);

/// <summary>What is measured when, and what a complete set is (firmware-config/plans). Made by <see cref="PlanFile"/>, which checks it.</summary>
public sealed record Plan
{
    /// <summary>Id: the file's name.</summary>
    public required string Id { get; init; }
    /// <summary>Version of the data.</summary>
    public required string Version { get; init; }
    /// <summary>Where the content comes from.</summary>
    public required string Source { get; init; }
    /// <summary>Who signed it; null shows as "not approved".</summary>
    public required ContentApproval? Approved { get; init; }
    /// <summary>Name for people.</summary>
    public required LocalText Title { get; init; }
    /// <summary>Who measures.</summary>
    public required MeasuredBy MeasuredBy { get; init; }
    /// <summary>Ids of the charts it asks for; every other shows bounds and decides nothing but Red.</summary>
    public required IReadOnlyList<string> Charts { get; init; }
    /// <summary>Vitals of a complete set.</summary>
    public required IReadOnlyList<Vital> Required { get; init; }
    /// <summary>Vitals that count when given.</summary>
    public required IReadOnlyList<Vital> Optional { get; init; }
    /// <summary>Id of the questionnaire that belongs to a complete set; null = none.</summary>
    public required string? Questions { get; init; }
    /// <summary>In order, without gap or overlap from day 0; the last has no end.</summary>
    public required IReadOnlyList<PlanPhase> Phases { get; init; }
    /// <summary>A set counts for an occasion when it is measured so long before it or later.</summary>
    public required TimeSpan OpensBefore { get; init; }
    /// <summary>So long after the due time the citizen is Unknown.</summary>
    public required TimeSpan Grace { get; init; }
    /// <summary>When the citizen is reminded, counted from the due time; rising, none after the grace.</summary>
    public required IReadOnlyList<TimeSpan> Reminders { get; init; }
    /// <summary>So long after the due time missing data is a case; not before the grace ends.</summary>
    public required TimeSpan CaseAfter { get; init; }
    /// <summary>How much later nurses are called while support sees to a device.</summary>
    public required SupportFirst SupportFirst { get; init; }
    /// <summary>How old a vital may be to be combined into one assessment; of every vital it measures.</summary>
    public required IReadOnlyDictionary<Vital, TimeSpan> Combine { get; init; }
    /// <summary>Trends; null = none.</summary>
    public required TrendRules? Trend { get; init; }
    /// <summary>Measuring again after a score; at most one rule holds for a chart and total.</summary>
    public required IReadOnlyList<RemeasureRule> Remeasure { get; init; }
    /// <summary>How long a Red by its total alone waits for a second measurement; null = it counts at once.</summary>
    public required TimeSpan? ConfirmWithin { get; init; }
    /// <summary>A Yellow on limits alone is measured again before it is said; null = it is said at once.</summary>
    public MeasureAgainFirst? MeasureAgainFirst { get; init; }
    /// <summary>False: the help button is left out.</summary>
    public required bool HelpButton { get; init; }
    /// <summary>What a citizen's own limits start from; at most one for each vital.</summary>
    public required IReadOnlyList<LimitTemplate> Limits { get; init; }

    /// <summary>How to measure again after a score; null where the plan says nothing.</summary>
    public RemeasureRule? RemeasureAfter(string chart, int total) =>
        Remeasure.FirstOrDefault(rule => string.Equals(rule.Chart, chart, StringComparison.Ordinal) && rule.From <= total && (rule.To is null || total <= rule.To));

    /// <summary>How long after the due time nurses are called.</summary>
    /// <param name="reason">Why nothing came.</param>
    public TimeSpan CaseAfterFor(MissingReason reason) => CaseAfter + reason switch
    {
        MissingReason.NotHeard => SupportFirst.NotHeard,
        MissingReason.Sensor => SupportFirst.Sensor,
        _ => TimeSpan.Zero,
    };
}
