using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Routing;

namespace TeleMonitor.Cloud.Tests.Devices;

public sealed class SelfTestRulesTests
{
    private static readonly SelfTestTimes Times = ShippedFiles.Ladders.SelfTest;
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory] // issue: over 2x yesterday's median, at least 60 s
    [InlineData("", 60)]
    [InlineData("1 2 3", 60)]
    [InlineData("30 30 30", 60)]
    [InlineData("10 31 90", 62)]
    [InlineData("10 20 40 90", 80)]
    public void A_test_may_take_twice_yesterdays_median_and_at_least_a_minute(string yesterday, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), SelfTestRules.Allowed([.. yesterday.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(took => TimeSpan.FromSeconds(int.Parse(took)))], Times));

    [Fact]
    public void Support_is_paged_at_the_second_miss_in_a_row_and_not_again()
    {
        SelfTestState state = SelfTestRules.Begin(Times, Now);
        var changes = new List<SelfTestChange>();
        for (DateTimeOffset at = Now; at < Now.AddMinutes(30); at = at.AddSeconds(1))
        {
            (state, SelfTestChange change) = SelfTestRules.Pass(state, Minute, Times, at);
            if (change != SelfTestChange.Nothing)
            {
                changes.Add(change);
            }
        }
        Assert.Equal([SelfTestChange.Missed, SelfTestChange.MissedAgain, SelfTestChange.Missed, SelfTestChange.Missed, SelfTestChange.Missed], changes);
        (state, SelfTestChange last) = SelfTestRules.CameThrough(state, TimeSpan.FromSeconds(2), Minute, Times, Now.AddMinutes(31));
        Assert.Equal((SelfTestChange.Recovered, 0, Now.AddMinutes(31)), (last, state.Misses, state.LastGoodAt));
    }

    [Fact]
    public void A_test_that_is_late_was_missed_when_it_was_due_and_counts_once()
    {
        SelfTestState state = SelfTestRules.CameThrough(SelfTestRules.Begin(Times, Now), TimeSpan.FromSeconds(1), Minute, Times, Now).State;
        // the next is measured after five minutes and delivered 90 s later
        (state, SelfTestChange due) = SelfTestRules.Pass(state, Minute, Times, Now.AddSeconds(360));
        (state, SelfTestChange came) = SelfTestRules.CameThrough(state, TimeSpan.FromSeconds(90), Minute, Times, Now.AddSeconds(390));
        Assert.Equal((SelfTestChange.Missed, SelfTestChange.Late, 1), (due, came, state.Misses));
    }

    [Fact]
    public void After_an_outage_of_the_hub_one_test_counts_as_missed_and_not_each()
    {
        SelfTestState state = SelfTestRules.Begin(Times, Now);
        (state, SelfTestChange first) = SelfTestRules.Pass(state, Minute, Times, Now.AddHours(7));
        Assert.Equal((SelfTestChange.Missed, Now.AddHours(7).AddMinutes(6)), (first, state.ExpectedBy));
        Assert.Equal(SelfTestChange.Nothing, SelfTestRules.Pass(state, Minute, Times, Now.AddHours(7).AddMinutes(5)).Change);
    }

    [Theory] // Europe/Copenhagen: +1 in winter, +2 in summer; 02:30 does not exist on 29 March 2026
    [InlineData("2026-11-22T09:00:00Z", "10:30", "2026-11-22T09:30:00Z")]
    [InlineData("2026-11-22T09:30:00Z", "10:30", "2026-11-23T09:30:00Z")]
    [InlineData("2026-07-01T09:00:00Z", "10:30", "2026-07-02T08:30:00Z")]
    [InlineData("2026-03-28T12:00:00Z", "02:30", "2026-03-29T01:30:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "10:30", "2026-10-25T09:30:00Z")]
    public void The_daily_test_comes_when_the_clock_on_the_wall_shows_the_chosen_time(string now, string at, string next) =>
        Assert.Equal(Time(next), DailyTestRules.Next(ShippedFiles.Topology.Zone, TimeOnly.Parse(at), Time(now)));

    [Fact]
    public void Every_team_that_an_authority_has_is_tested_once_a_day() =>
        Assert.Equal(ShippedFiles.Topology.Municipalities.Select(municipality => municipality.Team).Distinct().Order(), DailyTestRules.Teams(ShippedFiles.Topology, Now).Select(test => test.Team).Order());

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
