using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>When to measure again after a score, beside the plan's own times. The newest set replaces it.</summary>
/// <param name="Chart">Chart of the score.</param>
/// <param name="Made">When the score was made.</param>
/// <param name="Due">When to measure, rising, evenly apart.</param>
internal sealed record MeasureAgain(string Chart, DateTimeOffset Made, IReadOnlyList<DateTimeOffset> Due)
{
    /// <summary>
    /// Its times as occasions. Each opens and ends as the plan's own do, but no further than half of the time to its neighbours, so that a
    /// set counts for one of them.
    /// </summary>
    public IEnumerable<Occasion> Occasions(PlanInForce inForce)
    {
        TimeSpan half = (Due[0] - Made) / 2;
        return Due.Select(due => new Occasion(
            due, due - Least(inForce.Plan.OpensBefore, half), due + Least(inForce.Plan.Grace, half), inForce.Course.Pauses.FirstOrDefault(pause => pause.Holds(due))));
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>A Red that waits for a second measurement.</summary>
/// <param name="Until">Until when.</param>
/// <param name="Vitals">What to measure.</param>
internal sealed record MeasureNow(DateTimeOffset Until, IReadOnlyList<Vital> Vitals);

/// <summary>
/// What is remembered of a citizen who follows a plan: what came and when, never what it says; what was said of it; when to measure again.
/// One row beside the rules' own state, committed with what it came from.
/// </summary>
/// <param name="Assignment">Whose.</param>
internal sealed record CitizenDay(int Assignment)
{
    // a worn sensor gives a value a second: which of them counts is known to the minute
    private static readonly TimeSpan NotedAgain = TimeSpan.FromMinutes(1);

    /// <summary>What of a complete set has come.</summary>
    public Taken Taken { get; init; } = Taken.Nothing;
    /// <summary>What was said so far.</summary>
    public AdherenceState Said { get; init; } = AdherenceState.Nothing;
    /// <summary>When to measure again; null while no score asks for it.</summary>
    public MeasureAgain? Again { get; init; }
    /// <summary>How many forms of answers were taken: a form names the next, so that it counts once.</summary>
    public int Forms { get; init; }
    /// <summary>How many counts of breaths were taken.</summary>
    public int Counts { get; init; }
    /// <summary>How it stood when last looked at; null before the first look.</summary>
    public DayView? Stood { get; init; }
    /// <summary>When that was.</summary>
    public DateTimeOffset LookedAt { get; init; }
    /// <summary>When it will stand otherwise unless something comes; null: never.</summary>
    public DateTimeOffset? NextLook { get; init; }

    /// <summary>Notes what the rules made for this citizen. The same object where it is nothing that a plan asks for.</summary>
    public CitizenDay With(Item item, PlanInForce inForce) => item switch
    {
        ReadingItem reading when GradeWord.TryRead(reading.Grade, out Grade grade) && grade != Grade.Unusable && IsNew(reading) =>
            this with { Taken = Taken.With(reading.Code, reading.At, reading.Answer) },
        ScoreItem { History: not true, Asked: not false } score => WithScore(score, inForce.Plan),
        _ => this,
    };

    /// <summary>Looks once: what stands now, and when to look again.</summary>
    public CitizenDay Look(PlanInForce inForce, HomeEvidence evidence, MeasureNow? confirm, DateTimeOffset now)
    {
        AdherenceStep step = Adherence.Look(Said, inForce, Taken, evidence, now);
        CitizenDay looked = this with { Said = step.State };
        IEnumerable<DateTimeOffset> edges = (Again?.Occasions(inForce) ?? []).SelectMany(again => new[] { again.Opens, again.Due, again.UnknownAt })
            .Concat(inForce.Course.Pauses.SelectMany(pause => new[] { pause.From, pause.To }));
        DateTimeOffset?[] looks = [step.NextLook, confirm?.Until, .. edges.Select(edge => (DateTimeOffset?)edge)];
        return looked with { Stood = DayView.Of(looked, inForce, evidence, confirm, now), LookedAt = now, NextLook = looks.Where(at => at > now).Min() };
    }

    private bool IsNew(ReadingItem reading) => reading.Answer is not null || !Taken.ByCode.TryGetValue(reading.Code, out TakenValue? known)
        || reading.At - known.At >= NotedAgain || known.At < Stood?.Now?.Opens || known.At <= Again?.Made;

    /// <summary>
    /// A set in which every required vital was taken anew replaces what older ones asked for, with nothing where it asks for nothing. Half a
    /// set, or another chart of the same, only brings it nearer.
    /// </summary>
    private CitizenDay WithScore(ScoreItem score, Plan plan)
    {
        RemeasureRule? rule = plan.RemeasureAfter(score.Chart, score.Total ?? score.Lowest); // what is missing only makes it higher
        MeasureAgain? asked = rule is null ? null : new MeasureAgain(score.Chart, score.At, rule.Due(score.At));
        bool replaces = Again is null || plan.Required.All(vital => Taken.ByCode.GetValueOrDefault(VitalCode.Of(vital).Code)?.At > Again.Made);
        return replaces || asked?.Due[0] < Again!.Due[0] ? this with { Again = asked } : this;
    }
}

/// <summary>How a day stands.</summary>
internal enum DayState : byte
{
    /// <summary>Nothing is asked yet.</summary>
    Waits,
    /// <summary>A set is asked for, and is not complete.</summary>
    Asked,
    /// <summary>The newest set that was asked for is complete.</summary>
    Complete,
    /// <summary>Nobody knows how the citizen is: a set is missing beyond its grace.</summary>
    Unknown,
    /// <summary>A planned absence: nothing is asked.</summary>
    Paused,
}

/// <summary>When a vital was taken.</summary>
/// <param name="Vital">The vital.</param>
/// <param name="At">When.</param>
internal sealed record TakenAt(Vital Vital, DateTimeOffset At);

/// <summary>How a citizen's day stands at one moment, as the page and <c>status</c> show it: times and names of vitals, never a value. Pure.</summary>
internal sealed record DayView
{
    /// <summary>How it stands.</summary>
    public DayState State { get; init; }
    /// <summary>True where staff measures, on a visit: then nobody at home is reminded.</summary>
    public bool ByStaff { get; init; }
    /// <summary>The newest occasion that has opened; null before the first.</summary>
    public Occasion? Now { get; init; }
    /// <summary>What lacks for it.</summary>
    public IReadOnlyList<Vital> Lacking { get; init; } = [];
    /// <summary>What has come for it.</summary>
    public IReadOnlyList<TakenAt> Done { get; init; } = [];
    /// <summary>True while its questions wait for answers.</summary>
    public bool Asks { get; init; }
    /// <summary>When its questions were answered; null while they are not, or there are none.</summary>
    public DateTimeOffset? Answered { get; init; }
    /// <summary>True from the first reminder on until the set is complete or its window is over, and while something is to be measured again.</summary>
    public bool Reminds { get; init; }
    /// <summary>Since when nobody knows how the citizen is; null while that is not so.</summary>
    public DateTimeOffset? UnknownSince { get; init; }
    /// <summary>Why.</summary>
    public MissingReason? Because { get; init; }
    /// <summary>The next occasion.</summary>
    public Occasion? Next { get; init; }
    /// <summary>The absence; null while there is none.</summary>
    public PlanPause? Pause { get; init; }
    /// <summary>The extra time after a score that is open, else the next; null without one.</summary>
    public Occasion? Again { get; init; }
    /// <summary>True while that is open.</summary>
    public bool AgainIsOpen { get; init; }
    /// <summary>True where breaths may be counted.</summary>
    public bool CountsBreaths { get; init; }
    /// <summary>A Red that waits for a second measurement; null when none does.</summary>
    public MeasureNow? Confirm { get; init; }

    /// <summary>Looks.</summary>
    /// <param name="day">What is remembered.</param>
    /// <param name="inForce">The plan.</param>
    /// <param name="evidence">How the home's devices are.</param>
    /// <param name="confirm">What waits for a second measurement.</param>
    /// <param name="now">The moment.</param>
    public static DayView Of(CitizenDay day, PlanInForce inForce, HomeEvidence evidence, MeasureNow? confirm, DateTimeOffset now)
    {
        (Plan plan, bool staff) = (inForce.Plan, inForce.Plan.MeasuredBy == MeasuredBy.Staff);
        MeasureNow? second = confirm?.Until > now ? confirm : null;
        AdherenceView view = Adherence.View(inForce, day.Taken, now);
        if (inForce.Course.Pauses.FirstOrDefault(pause => pause.Holds(now)) is { } away)
        {
            return new DayView { State = DayState.Paused, ByStaff = staff, Pause = away, Next = view.Next, Confirm = second, Reminds = second is not null };
        }
        AdherenceState said = Adherence.Look(day.Said, inForce, day.Taken, evidence, now).State;
        Occasion? again = NextAgain(day, inForce, now);
        DateTimeOffset? answered = AnsweredAt(day.Taken, inForce.Questions);
        bool isOpen = again is not null && again.Opens <= now;
        bool open = view is { Now: not null, IsComplete: false };
        return new DayView
        {
            State = view.Now is null ? DayState.Waits : view.IsComplete ? DayState.Complete : said.UnknownSince is not null ? DayState.Unknown : DayState.Asked,
            ByStaff = staff, Now = view.Now, Lacking = view.Lacking, Next = view.Next, Confirm = second, Again = again, AgainIsOpen = isOpen,
            Done = view.Now is null ? [] : [.. plan.Required.Concat(plan.Optional).Distinct()
                .Select(vital => (Vital: vital, At: day.Taken.ByCode.GetValueOrDefault(VitalCode.Of(vital).Code)?.At)).Where(one => one.At >= view.Now.Opens)
                .Select(one => new TakenAt(one.Vital, one.At!.Value))],
            Asks = inForce.Questions is not null && view.Now is not null && !(answered >= view.Now.Opens), Answered = answered >= view.Now?.Opens ? answered : null,
            UnknownSince = said.UnknownSince, Because = said.Because, CountsBreaths = plan.Required.Concat(plan.Optional).Contains(Vital.Respiration),
            Reminds = second is not null || (!staff && ((isOpen && again!.Due <= now) || (open && now < view.Now!.UnknownAt && plan.Reminders.Any(reminder => view.Now.Due + reminder <= now)))),
        };
    }

    /// <summary>The first extra time that is neither over nor met by a set taken since it opened.</summary>
    private static Occasion? NextAgain(CitizenDay day, PlanInForce inForce, DateTimeOffset now) => day.Again?.Occasions(inForce)
        .FirstOrDefault(again => again.IsAsked && again.UnknownAt > now && (inForce.Plan.Required.Count == 0 || day.Taken.Lacking(inForce.Plan, again.Opens).Count > 0));

    private static DateTimeOffset? AnsweredAt(Taken taken, Questionnaire? questions)
    {
        if (questions is null)
        {
            return null;
        }
        DateTimeOffset?[] asked = [.. AnswerRules.Evaluate(questions, taken.Answers(questions)).Asked.Select(question => taken.ByCode.GetValueOrDefault(questions.CodeOf(question))?.At)];
        return Array.Exists(asked, at => at is null) ? null : asked.Min();
    }
}
