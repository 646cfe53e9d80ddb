namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// When a citizen's sets are due. A time of day is local: in the spring night 02:30 does not exist and is 03:00, the first minute after the
/// jump; in the autumn night 02:30 comes twice and is the first. Grace, reminders and cases are counted from there in time that passes, so
/// that neither night makes them longer or shorter. Pure.
/// </summary>
public static class Schedule
{
    private const int LongestSearchDays = 400, SearchedAtOnce = 8; // longer than several pauses in a row, and than the gap between two days of a week

    /// <summary>Every occasion whose due time lies between two instants, the paused ones too, in order.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="course">How the citizen follows it; nothing is due before it begins or from its end on.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">First instant that is not asked for.</param>
    public static IReadOnlyList<Occasion> Between(Plan plan, PlanCourse course, DateTimeOffset from, DateTimeOffset to)
    {
        DateTimeOffset start = from > course.From ? from : course.From, end = course.To < to ? course.To.Value : to;
        var occasions = new List<Occasion>();
        if (start >= end)
        {
            return occasions;
        }
        int first = DayOf(course.From, course.Zone).DayNumber;
        // a day earlier: a zone may jump over midnight
        for (int day = Math.Max(first, DayOf(start, course.Zone).DayNumber - 1), last = DayOf(end, course.Zone).DayNumber; day <= last; day++)
        {
            foreach (TimeOnly at in TimesOn(plan, DateOnly.FromDayNumber(day), day - first))
            {
                DateTimeOffset due = InstantOf(DateOnly.FromDayNumber(day).ToDateTime(at), course.Zone);
                if (due >= start && due < end && (occasions.Count == 0 || due > occasions[^1].Due))
                {
                    occasions.Add(OccasionAt(plan, course, due));
                }
            }
        }
        return occasions;
    }

    /// <summary>The first occasion after an instant at which something is asked; null when the plan ends before it.</summary>
    public static Occasion? Next(Plan plan, PlanCourse course, DateTimeOffset after)
    {
        DateTimeOffset begin = after > course.From ? after : course.From;
        for (int day = 0; day < LongestSearchDays && !(course.To <= begin.AddDays(day)); day += SearchedAtOnce)
        {
            if (Between(plan, course, begin.AddDays(day), begin.AddDays(day + SearchedAtOnce)).FirstOrDefault(occasion => occasion.IsAsked && occasion.Due > after) is { } next)
            {
                return next;
            }
        }
        return null;
    }

    /// <summary>The instant of a local time, UTC.</summary>
    public static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    private static IReadOnlyList<TimeOnly> TimesOn(Plan plan, DateOnly day, int number) =>
        plan.Phases.FirstOrDefault(phase => phase.FromDay <= number && (phase.UntilDay is null || number < phase.UntilDay)) is { } phase
        && (phase.Days is null || phase.Days.Contains(day.DayOfWeek)) ? phase.At : [];

    private static Occasion OccasionAt(Plan plan, PlanCourse course, DateTimeOffset due)
    {
        DateTimeOffset opens = due - plan.OpensBefore;
        return new Occasion(due, opens > course.From ? opens : course.From, due + plan.Grace, course.Pauses.FirstOrDefault(pause => pause.Holds(due)));
    }
}
