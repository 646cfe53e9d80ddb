using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>When sets are due, above all in the two nights of summer time.</summary>
public sealed class ScheduleTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");

    /// <summary>The last Sundays of March and October, from a calendar and not from the zone.</summary>
    public static TheoryData<string, string> Changeovers => new()
    {
        { "2024-03-31", "2024-10-27" }, { "2025-03-30", "2025-10-26" }, { "2026-03-29", "2026-10-25" }, { "2027-03-28", "2027-10-31" }, { "2028-03-26", "2028-10-29" }, { "2031-03-30", "2031-10-26" },
    };

    [Theory]
    [MemberData(nameof(Changeovers))]
    public void In_the_spring_night_what_does_not_exist_is_the_first_minute_after_the_jump(string spring, string autumn)
    {
        Assert.Equal($"{spring}T01:00Z", Utc(Due(spring, "02:00")));
        Assert.Equal($"{spring}T01:00Z", Utc(Due(spring, "02:30"))); // 03:00 and not 03:30
        Assert.Equal($"{spring}T01:00Z", Utc(Due(spring, "03:00")));
        Assert.Equal($"{spring}T00:59Z", Utc(Due(spring, "01:59")));
        Assert.Equal($"{spring}T01:01Z", Utc(Due(spring, "03:01")));
        Assert.Equal(TimeSpan.FromHours(23), Due(Plus(spring, 1), "00:00") - Due(spring, "00:00"));
        Assert.Equal(TimeSpan.FromHours(25), Due(Plus(autumn, 1), "00:00") - Due(autumn, "00:00"));
    }

    [Theory]
    [MemberData(nameof(Changeovers))]
    public void In_the_autumn_night_what_comes_twice_is_the_first(string spring, string autumn)
    {
        Assert.NotEqual(spring, autumn);
        Assert.Equal($"{autumn}T00:30Z", Utc(Due(autumn, "02:30")));
        Assert.Equal($"{autumn}T00:00Z", Utc(Due(autumn, "02:00")));
        Assert.Equal($"{autumn}T02:00Z", Utc(Due(autumn, "03:00")));
        Assert.Equal($"{autumn}T00:59Z", Utc(Due(autumn, "02:59")));
    }

    [Theory]
    [MemberData(nameof(Changeovers))]
    public void A_night_plan_has_one_occasion_a_night_through_both_weeks_and_its_grace_is_as_long_as_ever(string spring, string autumn)
    {
        Plan night = Plan(new PlanPhase(0, null, [new TimeOnly(2, 30), new TimeOnly(14, 30)], null));
        foreach (string change in new[] { spring, autumn })
        {
            DateTimeOffset begin = Due(Plus(change, -3), "00:00");
            Occasion[] week = [.. Schedule.Between(night, Course(begin), begin, Due(Plus(change, 4), "00:00"))];
            Assert.Equal(14, week.Length);
            Assert.Equal(7, week.Select(occasion => Schedule.DayOf(occasion.Due, Copenhagen)).Distinct().Count());
            Assert.All(week, occasion => Assert.Equal((night.Grace, night.OpensBefore), (occasion.UnknownAt - occasion.Due, occasion.Due - occasion.Opens)));
            Assert.Equal([change == spring ? 11.5 : 13.0], week.Zip(week.Skip(1)).Where(pair => Schedule.DayOf(pair.Second.Due, Copenhagen) == Date(change) && pair.Second.Due.Hour > 6)
                .Select(pair => (pair.Second.Due - pair.First.Due).TotalHours));
        }
    }

    [Fact]
    public void COPD_is_28_occasions_in_14_days_and_then_Mondays_and_Thursdays()
    {
        Plan copd = Shipped.Config.Content.Plans["copd-intensive"];
        DateTimeOffset begin = Due("2026-11-02", "00:00"); // a Monday
        Assert.Equal(28, Schedule.Between(copd, Course(begin), begin, begin.AddDays(14)).Count);
        Occasion[] later = [.. Schedule.Between(copd, Course(begin), begin.AddDays(14), begin.AddDays(28))];
        Assert.Equal(["2026-11-16T07:00Z", "2026-11-19T07:00Z", "2026-11-23T07:00Z", "2026-11-26T07:00Z"], later.Select(occasion => Utc(occasion.Due)));
    }

    [Fact]
    public void Nothing_is_due_before_the_plan_begins_or_from_its_end_on_and_an_occasion_opens_no_earlier_than_it()
    {
        Plan plan = Plan(new PlanPhase(0, null, [new TimeOnly(8, 0), new TimeOnly(20, 0)], null));
        PlanCourse course = Course(Due("2026-11-02", "07:30")) with { To = Due("2026-11-03", "20:00") };
        Occasion[] all = [.. Schedule.Between(plan, course, Due("2026-01-01", "00:00"), Due("2027-01-01", "00:00"))];
        Assert.Equal(["2026-11-02T07:00Z", "2026-11-02T19:00Z", "2026-11-03T07:00Z"], all.Select(occasion => Utc(occasion.Due)));
        Assert.Equal("2026-11-02T06:30Z", Utc(all[0].Opens));
        Assert.Null(Schedule.Next(plan, course, all[^1].Due));
        Assert.Equal(all[0].Due, Schedule.Next(plan, course, Due("2020-01-01", "00:00"))!.Due);
        Assert.Empty(Schedule.Between(plan, course with { To = course.From }, course.From, Due("2027-01-01", "00:00")));
    }

    [Fact]
    public void A_pause_takes_out_what_is_due_in_it_and_ends_by_itself()
    {
        Plan plan = Plan(new PlanPhase(0, null, [new TimeOnly(8, 0), new TimeOnly(20, 0)], null));
        DateTimeOffset begin = Due("2026-11-02", "00:00");
        var away = new PlanPause(Due("2026-11-03", "08:00"), Due("2026-11-04", "20:00"), "holiday", "nurse-7");
        PlanCourse course = Course(begin) with { Pauses = [away] };
        Occasion[] all = [.. Schedule.Between(plan, course, begin, begin.AddDays(4))];
        Assert.Equal([true, true, false, false, false, true, true, true], all.Select(occasion => occasion.IsAsked));
        Assert.Equal(away, all[2].Pause);
        Assert.Equal("2026-11-04T19:00Z", Utc(Schedule.Next(plan, course, all[1].Due)!.Due));
    }

    [Theory]
    [InlineData("2026-11-03", "2026-11-03", "holiday", "nurse-7", false)]
    [InlineData("2026-11-03", "2026-11-02", "holiday", "nurse-7", false)]
    [InlineData("2026-11-03", "2027-11-03", "holiday", "nurse-7", false)]
    [InlineData("2026-11-03", "2026-11-09", "", "nurse-7", false)]
    [InlineData("2026-11-03", "2026-11-09", "At her son's", "nurse-7", false)]
    [InlineData("2026-11-03", "2026-11-09", "holiday", " ", false)]
    [InlineData("2026-11-03", "2026-11-09", "holiday", "nurse-7", true)]
    public void A_pause_has_a_reason_an_owner_and_an_end(string from, string to, string reason, string owner, bool good) =>
        Assert.Equal(good, new PlanPause(Due(from, "00:00"), Due(to, "00:00"), reason, owner).Problem.Length == 0);

    [Fact]
    public void Occasions_rise_stand_at_their_local_time_and_do_not_depend_on_how_the_time_is_cut()
    {
        var starts = ArbMap.Default.ArbFor<int>().Generator.Select(minute => new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(Math.Abs((long)minute) % (6 * 366 * 1440)));
        Gen<(DateTimeOffset Begin, int Hours, int Cut, int Minute)> cases = from begin in starts
                                                                           from hours in Gen.Choose(1, 2000)
                                                                           from cut in Gen.Choose(0, hours)
                                                                           from minute in Gen.Choose(0, 719)
                                                                           select (begin, hours, cut, minute);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            TimeOnly first = TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(one.Minute)), second = first.AddHours(12);
            Plan plan = Plan(new PlanPhase(0, 5, [first, second], null), new PlanPhase(5, null, [second], [DayOfWeek.Sunday, DayOfWeek.Wednesday]));
            PlanCourse course = Course(one.Begin);
            DateTimeOffset end = one.Begin.AddHours(one.Hours), middle = one.Begin.AddHours(one.Cut);
            DateTimeOffset[] whole = [.. Schedule.Between(plan, course, one.Begin, end).Select(occasion => occasion.Due)];
            DateTimeOffset[] parts = [.. Schedule.Between(plan, course, one.Begin, middle).Concat(Schedule.Between(plan, course, middle, end)).Select(occasion => occasion.Due)];
            return whole.SequenceEqual(parts) && whole.Zip(whole.Skip(1)).All(pair => pair.First < pair.Second)
                && whole.All(due => Local(due) is var local && (local == first || local == second || IsJump(due)))
                && (whole.Length == 0 || Schedule.Next(plan, course, one.Begin.AddTicks(-1))!.Due == whole[0]);
        }));
    }

    [Fact]
    public void A_zone_that_jumps_over_midnight_and_one_without_summer_time_work_too()
    {
        TimeZoneInfo azores = TimeZoneInfo.FindSystemTimeZoneById("Atlantic/Azores"); // jumps at 00:00
        Assert.Equal("2026-03-29T01:00Z", Utc(Schedule.InstantOf(new DateTime(2026, 3, 29, 0, 30, 0), azores)));
        Plan plan = Plan(new PlanPhase(0, null, [new TimeOnly(0, 30), new TimeOnly(12, 0)], null));
        DateTimeOffset begin = new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(8, Schedule.Between(plan, Course(begin) with { Zone = azores }, begin, begin.AddDays(4)).Count);
        Assert.Equal(8, Schedule.Between(plan, Course(begin) with { Zone = TimeZoneInfo.Utc }, begin, begin.AddDays(4)).Count);
    }

    internal static Plan Plan(params PlanPhase[] phases) => Shipped.Config.Content.Plans["copd-intensive"] with { Phases = phases, Questions = null };

    private static PlanCourse Course(DateTimeOffset from) => new(from, null, Copenhagen, []);

    private static DateTimeOffset Due(string day, string time) => Schedule.InstantOf(Date(day).ToDateTime(TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture)), Copenhagen);

    private static DateOnly Date(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Plus(string day, int days) => Date(day).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    private static TimeOnly Local(DateTimeOffset at) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Copenhagen).DateTime);

    private static bool IsJump(DateTimeOffset due) => Copenhagen.GetUtcOffset(due) > Copenhagen.GetUtcOffset(due.AddMinutes(-1)) && Local(due) == new TimeOnly(3, 0);
}
