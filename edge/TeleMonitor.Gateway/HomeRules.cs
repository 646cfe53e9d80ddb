using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway;

/// <summary>
/// The rules of everyone in one home: a course for each citizen. Values that are nobody's are graded and kept on no citizen (design.md
/// rule 11), such as those of a shared cuff that did not say who, when nobody at home said it either.
/// </summary>
internal sealed partial class HomeRules
{
    private readonly RuleCourse[] courses; // the home's first citizen first
    private readonly HashSet<RuleCourse> changed = [];

    /// <summary>Nothing measured yet.</summary>
    /// <param name="first">Of the home's first citizen: whose the values are that come without a name.</param>
    /// <param name="others">Of further citizens in the same home.</param>
    /// <param name="boot">Kernel boot id.</param>
    /// <param name="nextTick">Gives a strictly rising tick.</param>
    /// <param name="asks">True where somebody at home can be asked whose a value is.</param>
    public HomeRules(JudgeSettings first, IReadOnlyList<JudgeSettings> others, string boot, Func<long> nextTick, bool asks = false)
    {
        (this.boot, this.nextTick) = (boot, nextTick);
        nobody = OfNobody(first);
        courses = [.. others.Prepend(first).Select(settings => new RuleCourse(settings, boot, nextTick) { Made = item => Note(settings.Assignment, item) })];
        this.asks = asks && courses.Length > 1;
        waiting = waiting with { Boot = boot };
    }

    /// <summary>False where a press of the home's button calls nobody.</summary>
    public bool HelpButton => courses[0].Settings.HelpButton;

    /// <summary>Other settings for the same people, from the next step of each on.</summary>
    public void Use(IReadOnlyList<JudgeSettings> settings)
    {
        nobody = OfNobody(settings[0]);
        foreach (JudgeSettings one in settings)
        {
            Array.Find(courses, course => course.Assignment == one.Assignment)!.Settings = one;
        }
    }

    private static JudgeSettings OfNobody(JudgeSettings first) => first with { Assignment = Nobody, Scale = 1, HelpButton = false, ConfirmWithin = null, SelfTest = false };

    /// <summary>Rule time of the last step of anyone.</summary>
    public TimeSpan Time => courses.Select(course => course.Time).Append(asked).Max();

    /// <summary>Rule time at which a step is due without a burst; null when nothing is pending.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            TimeSpan? first = waiting.NextDue;
            foreach (RuleCourse course in courses)
            {
                first = course.NextDue is { } due && (first is null || due < first) ? due : first;
            }
            return first;
        }
    }

    /// <summary>What was made, for everyone together.</summary>
    public GatewayCounts Counts
    {
        get
        {
            var all = new GatewayCounts();
            all.Add(nobodys);
            Array.ForEach(courses, course => all.Add(course.Counts));
            return all;
        }
    }

    /// <summary>The first Red or help press since the last commit; null when there is none.</summary>
    public UrgentItem? Urgent => Array.Find(courses, course => course.Urgent is not null)?.Urgent ?? nobodysUrgent;

    /// <summary>True when a step was made that is not committed yet.</summary>
    public bool HasChanged => changed.Count > 0 || waitingChanged || daysChanged;

    /// <summary>What to commit together with the items.</summary>
    public IReadOnlyList<(int Assignment, RuleState State)> Changed =>
    [
        .. changed.Select(course => (course.Assignment, new RuleState(course.State.Write(), course.Time))),
        .. waitingChanged ? new[] { (WaitingBursts.StateNumber, new RuleState(waiting.Write(), asked)) } : [],
        .. daysChanged ? new[] { (PlanDays.StateNumber, new RuleState(new PlanDays([.. days.Values]).Write(), Time)) } : [],
    ];

    /// <summary>Goes on from what the outbox kept.</summary>
    /// <param name="read">Gives what was kept of an assignment; null when nothing was.</param>
    /// <param name="latest">A rule time that this program never wrote.</param>
    /// <param name="now">Monotonic and wall time now: how long questions of another boot have waited.</param>
    /// <returns>False when something that was kept could not be read: those rules began anew.</returns>
    public bool Resume(Func<int, RuleState?> read, TimeSpan latest, in WallTime now)
    {
        bool whole = ResumeWaiting(read(WaitingBursts.StateNumber), latest, now) & ResumeDays(read(PlanDays.StateNumber));
        foreach (RuleCourse course in courses)
        {
            if (read(course.Assignment) is not { } kept)
            {
                continue;
            }
            if (kept.RuleTime >= TimeSpan.Zero && kept.RuleTime < latest && JudgeState.TryRead(kept.Bytes, out JudgeState state))
            {
                course.Resume(state, kept.RuleTime);
            }
            else
            {
                whole = false;
            }
        }
        return whole;
    }

    /// <inheritdoc cref="RuleCourse.Take"/>
    /// <param name="whose">
    /// Whose the values are; null: the first citizen's; 0: the device did not say, so it is asked; an assignment that does not live here: nobody's.
    /// </param>
    public bool Take(int? whose, Burst? burst, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        if (whose is { } named && (named == Nobody || !Array.Exists(courses, one => one.Assignment == named)))
        {
            return burst is { Values.Count: > 0 } && (named == Nobody && asks ? Ask(burst, at, wall, into) : GiveToNobody(burst, at, wall, into));
        }
        RuleCourse course = whose is null ? courses[0] : Array.Find(courses, one => one.Assignment == whose)!;
        changed.Add(course);
        return course.Take(burst, at, wall, into);
    }

    /// <summary>One step of everyone whose time has come.</summary>
    public void Pass(TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        EndUnanswered(at, wall, into);
        foreach (RuleCourse course in courses.Where(course => course.NextDue <= at))
        {
            changed.Add(course);
            course.Pass(at, wall, into);
        }
    }

    /// <summary>What was changed is stored.</summary>
    public void Committed()
    {
        changed.Clear();
        (waitingChanged, daysChanged, nobodysUrgent) = (false, false, null);
        Array.ForEach(courses, course => course.Urgent = null);
    }
}
