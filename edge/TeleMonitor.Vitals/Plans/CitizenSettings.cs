using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// What holds for one citizen from a time on: plan, limits, scale. Signed by the hub, which takes it from the people who set it; a later
/// change is another entry with a later <paramref name="From"/>.
/// </summary>
/// <param name="Assignment">Whose: number of the assignment, from 1.</param>
/// <param name="From">From when it holds.</param>
/// <param name="Zone">The citizen's time zone, an IANA name: plans speak of local hours.</param>
/// <param name="Plan">Id of the plan; null: none, and every shipped chart counts.</param>
/// <param name="PlanVersion">Its version; there exactly when a plan is.</param>
/// <param name="To">Until when, excluded; null: until another follows.</param>
/// <param name="Scale">SpO2 scale of NEWS2: 1 or 2.</param>
/// <param name="ScaleSigned">Who decided on scale 2, and when; scale 2 is in force only with it (clinical.md 2.1).</param>
/// <param name="Floor">What is Yellow counts at least as this: yellow or red; <c>green</c> is the same as yellow: nothing is raised by it.</param>
/// <param name="Limits">The citizen's limits, at most one for each vital.</param>
/// <param name="Pauses">Planned absences, in any order.</param>
public sealed record CitizenSettings(
    int Assignment, DateTimeOffset From, string Zone, string? Plan = null, string? PlanVersion = null, DateTimeOffset? To = null, int Scale = 1,
    ContentApproval? ScaleSigned = null, string Floor = "green", IReadOnlyList<Limit>? Limits = null, IReadOnlyList<PlanPause>? Pauses = null)
{
    /// <summary>Whether it holds at a moment.</summary>
    public bool Holds(DateTimeOffset at) => From <= at && (To is not { } end || at < end);

    /// <summary><see cref="Floor"/> as a triage: Yellow or Red.</summary>
    public Triage LeastTriage => Floor is "red" ? Triage.Red : Triage.Yellow;

    /// <summary>What is wrong with it, each with the field and what was expected.</summary>
    /// <param name="place">Stands before each sentence.</param>
    /// <param name="problems">Takes them.</param>
    public void Check(string place, List<string> problems)
    {
        Require(Assignment >= 1, "assignment", "must be 1 or more");
        Require(To is not { } end || end > From, "to", "must be after from");
        Require(TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _), "zone", $"'{Zone}' is not known; Europe/Copenhagen is");
        Require(Plan is not { Length: 0 } && Plan is null == PlanVersion is not { Length: > 0 }, "plan", "and plan_version must both be there, or neither");
        Require(Scale is 1 or 2, "scale", $"must be 1 or 2, it is {Scale}");
        Require(Scale is not 2 || ScaleSigned is { By.Length: > 0 }, "scale_signed", "must name who decided on scale 2, and when");
        Require(Floor is "green" or "yellow" or "red", "floor", $"must be green, yellow or red, it is '{Floor}'");
        for (int at = 0; at < (Limits?.Count ?? 0); at++)
        {
            Limit? limit = Limits![at];
            limit?.Check($"{place}.limits[{at}]", problems);
            Require(limit is not null, $"limits[{at}]", "must be an object");
            Require(!Limits.Take(at).Any(other => string.Equals(other?.Vital, limit?.Vital, StringComparison.Ordinal)), $"limits[{at}].vital", $"'{limit?.Vital}' has two limits");
        }
        for (int at = 0; at < (Pauses?.Count ?? 0); at++)
        {
            Require(Pauses![at] is { Problem.Length: 0 }, $"pauses[{at}]", $"{Pauses[at]?.Problem ?? "must be an object"}");
        }

        void Require(bool holds, string field, string expectation)
        {
            if (!holds)
            {
                problems.Add($"{place}.{field} {expectation}");
            }
        }
    }
}
