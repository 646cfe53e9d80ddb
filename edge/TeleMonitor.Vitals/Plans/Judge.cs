using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What the judge needs to know of an assignment.</summary>
public sealed record JudgeSettings
{
    /// <summary>Assignment number that every item carries.</summary>
    public required int Assignment { get; init; }
    /// <summary>Charts that count; without a plan all that are shipped.</summary>
    public required IReadOnlyList<Chart> Charts { get; init; }
    /// <summary>Sensor files by id.</summary>
    public required IReadOnlyDictionary<string, SensorFile> Sensors { get; init; }
    /// <summary>SpO2 scale, 1 or 2; signed per citizen, default 1 (clinical.md 2.1).</summary>
    public int Scale { get; init; } = 1;
    /// <summary>How long a set stays open for more values (design.md section 8).</summary>
    public TimeSpan SetWindow { get; init; } = TimeSpan.FromMinutes(15);
    /// <summary>How often a standing Red is said again (design.md section 8).</summary>
    public TimeSpan Repeat { get; init; } = TimeSpan.FromMinutes(30);
    /// <summary>How long a Red by its total alone waits for a second measurement (design.md section 8); null: it counts at once.</summary>
    public TimeSpan? ConfirmWithin { get; init; }
    /// <summary>A Yellow that stands on limits alone is measured again before it is said; null: it is said at once.</summary>
    public MeasureAgainFirst? MeasureAgainFirst { get; init; }
    /// <summary>False where the plan leaves the help button out: a press is then no alert.</summary>
    public bool HelpButton { get; init; } = true;
    /// <summary>How long after a help press further ones join it: a frightened hand presses more than once.</summary>
    public TimeSpan HelpJoins { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Version of the signed settings that these come from; null: from the gateway's own file. Alerts name it.</summary>
    public int? Profile { get; init; }
    /// <summary>True for an assignment that only tests the path: its alerts say so.</summary>
    public bool SelfTest { get; init; }
    /// <summary>How the citizen's plan judges; null without a plan: the charts alone, each asked for.</summary>
    public JudgingPlan? Plan { get; init; }
}

/// <summary>A citizen's plan as the judge needs it.</summary>
/// <param name="Id">Plan id.</param>
/// <param name="Version">Plan version.</param>
/// <param name="Assessor">Made of the plan, the citizen's signed settings and the charts; its charts are those of the settings, in the same order.</param>
/// <param name="Zone">The citizen's time zone: a day of a baseline is a day there.</param>
public sealed record JudgingPlan(string Id, string Version, Assessor Assessor, TimeZoneInfo Zone)
{
    /// <summary>How long told symptoms count; a later telling of the same questions replaces them.</summary>
    public TimeSpan SymptomsCount { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The plan's questions: what their answers come to is judged here, with those of earlier days; null: the plan asks none.</summary>
    public Questionnaire? Questions { get; init; }
}

/// <summary>An item and the lane that carries it.</summary>
/// <param name="Lane">Lane.</param>
/// <param name="Item">Item.</param>
public sealed record LaneItem(string Lane, Item Item);

/// <summary>One step of the rules.</summary>
/// <param name="State">What to remember; commit it together with the items.</param>
/// <param name="Items">What to store and send, in this order.</param>
/// <param name="NextDue">Rule time at which the next step is due without a burst; null when nothing is pending.</param>
public sealed record JudgeResult(JudgeState State, IReadOnlyList<LaneItem> Items, TimeSpan? NextDue);

/// <summary>
/// From values to items: grade, collect into sets, score, decide whether an alert goes. One pure step; the gateway commits its
/// result in one transaction (design.md rule 5).
/// </summary>
public static class Judge
{
    /// <summary>Takes one step.</summary>
    /// <param name="state">What the last step remembered.</param>
    /// <param name="burst">What a sensor delivered, or null when only time has passed.</param>
    /// <param name="now">The moment.</param>
    /// <param name="settings">The assignment's settings.</param>
    /// <param name="nextTick">Gives a strictly rising tick; called once per item.</param>
    public static JudgeResult Step(JudgeState state, Burst? burst, Moment now, JudgeSettings settings, Func<long> nextTick)
    {
        var step = new JudgeStep(state, now, settings, nextTick);
        step.CloseWhenOver();
        step.EndWaiting();
        step.SayJoinedHelp();
        if (burst is { Help: true })
        {
            step.PressHelp();
        }
        if (burst is { Values.Count: > 0 } or { ClosesSet: true } or { Told: not null })
        {
            step.Take(burst);
        }
        step.RepeatRed();
        return step.Result();
    }
}
