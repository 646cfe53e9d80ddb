using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

// what a citizen's plan asks at home: which due times were met, what to measure again, what was entered on the page
internal sealed partial class HomeRules
{
    private const int MostUntimed = 256;

    private readonly SortedDictionary<int, CitizenDay> days = [];
    private readonly List<(int Assignment, ReadingItem Reading, TimeSpan SinceBoot)> untimed = []; // taken while nobody knew the time
    private IReadOnlyDictionary<int, PlanInForce> followed = new Dictionary<int, PlanInForce>();
    private HomeEvidence evidence = HomeEvidence.Well;
    private bool daysChanged, lookSoon;

    /// <summary>The clock of the step that is made: while nobody vouches for it nothing is due.</summary>
    public WallTime Clock { private get; set; }

    /// <summary>Those who follow a plan, as last looked at; another object after each look.</summary>
    public IReadOnlyList<FollowedDay> Followed { get; private set; } = [];

    /// <summary>When somebody's day will stand otherwise; null: never.</summary>
    public DateTimeOffset? NextLook => days.Values.Select(day => day.NextLook).Min();

    /// <summary>The plans that are followed from now on, by assignment.</summary>
    public void Follow(IReadOnlyDictionary<int, PlanInForce> plans)
    {
        followed = plans;
        foreach (int gone in days.Keys.Where(assignment => !plans.ContainsKey(assignment)).ToArray())
        {
            daysChanged |= days.Remove(gone);
        }
        lookSoon = true;
    }

    /// <summary>Somebody entered something on the page: it is judged like every reading, once.</summary>
    /// <returns>True when an alert is among the items. What is not the next of its kind, or of somebody without a plan, changes nothing.</returns>
    public bool Enter(PageEntry entry, TimeSpan at, DateTimeOffset wall, List<OutboxItem> into)
    {
        RuleCourse? course = Array.Find(courses, one => one.Assignment == entry.Assignment);
        CitizenDay day = days.GetValueOrDefault(entry.Assignment) ?? new CitizenDay(entry.Assignment);
        if (course is null || !followed.ContainsKey(entry.Assignment) || entry.Number != 1 + (entry.Told is null ? day.Counts : day.Forms))
        {
            return false;
        }
        days[entry.Assignment] = entry.Told is null ? day with { Counts = entry.Number } : day with { Forms = entry.Number };
        daysChanged = lookSoon = true;
        changed.Add(course);
        return course.Take(entry.Burst, at, wall, into);
    }

    /// <summary>Looks at every day that may stand otherwise by now.</summary>
    /// <param name="at">Rule time.</param>
    /// <param name="home">How the home's devices are.</param>
    public void LookAtDays(TimeSpan at, HomeEvidence home)
    {
        if (followed.Count == 0 || Clock.State is WallTime.Unset)
        {
            Followed = followed.Count == 0 && Followed.Count > 0 ? [] : Followed;
            return;
        }
        Settle();
        lookSoon |= !evidence.CannotMeasure.SequenceEqual(home.CannotMeasure);
        evidence = home;
        DateTimeOffset now = Clock.At;
        if (!lookSoon && followed.Keys.All(assignment => days.TryGetValue(assignment, out CitizenDay? day) && !(day.NextLook <= now) && day.LookedAt <= now))
        {
            return;
        }
        var looked = new List<FollowedDay>();
        foreach ((int assignment, PlanInForce inForce) in followed)
        {
            MeasureNow? confirm = ConfirmOf(assignment, at, now);
            CitizenDay day = (days.GetValueOrDefault(assignment) ?? new CitizenDay(assignment)).Look(inForce, home, confirm, now);
            days[assignment] = day;
            looked.Add(new FollowedDay(day, inForce, home, confirm));
        }
        (Followed, daysChanged, lookSoon) = (looked, true, false);
    }

    private MeasureNow? ConfirmOf(int assignment, TimeSpan at, DateTimeOffset now) =>
        Array.Find(courses, one => one.Assignment == assignment)?.State.Confirming is { } waits && waits.Until > at
            ? new MeasureNow(now + (waits.Until - at), [.. waits.Values.Select(value => VitalCode.FromCode(value.Reading.Code)).OfType<VitalCode>().Where(code => !code.IsAnswer).Select(code => code.Vital).Distinct()])
            : null;

    private void Note(int assignment, Item item)
    {
        if (item is not (ReadingItem or ScoreItem or AlertItem) || !followed.TryGetValue(assignment, out PlanInForce? inForce))
        {
            return;
        }
        lookSoon |= item is AlertItem; // one may begin or end the waiting for a second measurement
        if (Clock.State is WallTime.Unset)
        {
            if (item is ReadingItem early && untimed.Count < MostUntimed)
            {
                untimed.Add((assignment, early, early.At - (Clock.At - Clock.Monotonic)));
            }
            return;
        }
        CitizenDay day = days.GetValueOrDefault(assignment) ?? new CitizenDay(assignment), noted = day.With(item, inForce);
        if (!ReferenceEquals(day, noted))
        {
            days[assignment] = noted;
            daysChanged = lookSoon = true;
        }
    }

    /// <summary>The time is known now: what came before it is noted at the time at which it came.</summary>
    private void Settle()
    {
        foreach ((int assignment, ReadingItem reading, TimeSpan sinceBoot) in untimed)
        {
            Note(assignment, reading with { At = Clock.At - Clock.Monotonic + sinceBoot });
        }
        untimed.Clear();
    }

    private bool ResumeDays(RuleState? kept)
    {
        if (kept is null)
        {
            return true;
        }
        PlanDays? read = PlanDays.TryRead(kept.Bytes);
        foreach (CitizenDay day in read?.Days ?? [])
        {
            if (followed.ContainsKey(day.Assignment) && Array.Exists(courses, course => course.Assignment == day.Assignment))
            {
                days[day.Assignment] = day;
            }
        }
        daysChanged |= days.Count != read?.Days.Count; // nothing stays of somebody who has left
        lookSoon = true;
        return read is not null;
    }
}
