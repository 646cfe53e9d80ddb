using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A planned absence: nothing is asked from its beginning to its end, and then everything again. It says nothing about devices.</summary>
/// <param name="From">From when.</param>
/// <param name="To">Until when; always known, so that it ends itself.</param>
/// <param name="Reason">Why, as one word: holiday, hospital, ….</param>
/// <param name="Owner">Id of the person who stands behind it.</param>
public sealed record PlanPause(DateTimeOffset From, DateTimeOffset To, string Reason, string Owner)
{
    /// <summary>Longest that anybody may plan to be away: who is away for longer has no plan.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <summary>True from its beginning on, its end excluded.</summary>
    public bool Holds(DateTimeOffset at) => From <= at && at < To;

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public string Problem => To <= From || To - From > Longest ? $"to must be after from, by at most {(int)Longest.TotalDays} days"
        : !AnswerCode.IsWord(Reason) || string.IsNullOrWhiteSpace(Owner) ? "a pause must have a reason (a word of a-z, 0-9 and hyphens) and an owner" : "";
}

/// <summary>How one citizen follows a plan.</summary>
/// <param name="From">From when; day 0 is the local day it falls on.</param>
/// <param name="To">Until when; null = until a person ends it.</param>
/// <param name="Zone">The citizen's time zone.</param>
/// <param name="Pauses">Planned absences, in any order.</param>
public sealed record PlanCourse(DateTimeOffset From, DateTimeOffset? To, TimeZoneInfo Zone, IReadOnlyList<PlanPause> Pauses);

/// <summary>A citizen's plan as it is in force.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Course">From when, where, and when not.</param>
/// <param name="Questions">The plan's questionnaire; null where it has none.</param>
public sealed record PlanInForce(Plan Plan, PlanCourse Course, Questionnaire? Questions);

/// <summary>One time at which a set is due.</summary>
/// <param name="Due">When, UTC.</param>
/// <param name="Opens">What is measured from here on counts for it.</param>
/// <param name="UnknownAt">Without a set the citizen is Unknown from here on.</param>
/// <param name="Pause">The absence it falls into: then nothing is asked. Null otherwise.</param>
public sealed record Occasion(DateTimeOffset Due, DateTimeOffset Opens, DateTimeOffset UnknownAt, PlanPause? Pause)
{
    /// <summary>True when a set is asked for.</summary>
    public bool IsAsked => Pause is null;
}
