using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>"Time is not trusted" (design.md rule 10), on the gateway's side.</summary>
public sealed class ClockKnowledgeTests
{
    private static readonly DateTimeOffset Built = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static WallTime Look(ClockKnowledge known, DateTimeOffset wall, TimeSpan monotonic, bool synchronised) => known.Look(wall, monotonic, synchronised, Built).Time;

    [Fact]
    public void The_kernels_word_counts_where_nobody_contradicts_it()
    {
        WallTime time = Look(default, Noon, Hour, synchronised: true);
        Assert.Equal((Noon, "synchronised", "ntp", null), (time.At, time.State, time.Source, time.HubAhead));
    }

    [Theory]
    [InlineData(1970, true)]
    [InlineData(1970, false)]
    [InlineData(2026, false)] // looks right, but nobody vouches for it in this boot
    [InlineData(2027, false)]
    public void Without_anybodys_word_the_clock_is_unset_and_the_wall_time_is_written_as_it_is(int year, bool synchronised)
    {
        DateTimeOffset wall = new(year, 11, 22, 12, 0, 0, TimeSpan.Zero);
        WallTime time = Look(default, wall, Hour, synchronised);
        Assert.Equal((wall, "unset", "none"), (time.At, time.State, time.Source));
    }

    [Theory]
    [InlineData(1970)]
    [InlineData(2027)]
    public void After_a_receipt_the_hubs_time_runs_on_with_the_monotonic_clock_whatever_the_wall_shows(int year)
    {
        ClockKnowledge known = default(ClockKnowledge).Heard(Noon, Hour);
        DateTimeOffset wall = new(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        WallTime time = Look(known, wall, Hour + TimeSpan.FromMinutes(5), synchronised: false);
        Assert.Equal((Noon.AddMinutes(5), "holdover", "receipt"), (time.At, time.State, time.Source));
        Assert.Equal(Noon.AddMinutes(5) - wall, time.HubAhead);
    }

    [Theory]
    [InlineData(60, "synchronised")]
    [InlineData(60.001, "holdover")]
    [InlineData(-60, "synchronised")]
    [InlineData(-60.001, "holdover")]
    public void Kernel_and_hub_that_differ_by_more_than_a_minute_leave_the_hub_believed(double wallAheadSeconds, string state)
    {
        ClockKnowledge known = default(ClockKnowledge).Heard(Noon, Hour);
        WallTime time = Look(known, Noon.AddSeconds(wallAheadSeconds), Hour, synchronised: true);
        Assert.Equal(state, time.State);
        Assert.Equal(state is "holdover" ? Noon : Noon.AddSeconds(wallAheadSeconds), time.At);
    }

    [Fact]
    public void What_the_kernel_knew_is_held_when_it_loses_its_source()
    {
        (_, ClockKnowledge known) = default(ClockKnowledge).Look(Noon, Hour, true, Built);
        WallTime time = Look(known, DateTimeOffset.UnixEpoch, Hour * 2, synchronised: false); // and the wall clock was set back besides
        Assert.Equal((Noon + Hour, "holdover", "ntp"), (time.At, time.State, time.Source));
    }

    [Theory]
    [InlineData(-30, 10, 0)] // half a minute on its way: passed over
    [InlineData(2, 10, 2)] // quicker than all before it: better
    [InlineData(-0.5, 61, -0.5)] // the best of the last hour is too old: the crystal may have drifted
    public void A_receipt_only_ever_comes_late_so_the_latest_time_told_within_an_hour_counts(double tellsSeconds, int afterMinutes, double expectedSeconds)
    {
        ClockKnowledge known = default(ClockKnowledge).Heard(Noon, Hour);
        TimeSpan later = Hour + TimeSpan.FromMinutes(afterMinutes);
        known = known.Heard(Noon.AddMinutes(afterMinutes).AddSeconds(tellsSeconds), later);
        Assert.Equal(Noon.AddMinutes(afterMinutes).AddSeconds(expectedSeconds), Look(known, Noon, later, false).At);
    }

    [Fact]
    public void The_real_kernel_answers() => _ = KernelClock.IsSynchronised(); // true or false, but no fault

    [Fact]
    public void What_was_written_under_an_unset_clock_is_corrected_once_by_as_much_as_it_was_off()
    {
        var unset = new UnsetTimes("boot-1");
        unset.Add(10, 40, DateTimeOffset.UnixEpoch);
        unset.Add(50, 90, DateTimeOffset.UnixEpoch.AddMilliseconds(300)); // drift, the same clock
        unset.Add(91, 95, Noon.AddYears(1)); // somebody set it by hand
        WallTime now = new(Hour, Noon + Hour, WallTime.Holdover, WallTime.ByReceipt, null);
        long tick = 100;
        IReadOnlyList<TimeCorrectedItem> items = unset.Settle(now, () => ++tick);
        Assert.Equal([(10L, 90L, (Noon - DateTimeOffset.UnixEpoch).TotalSeconds), (91L, 95L, -365d * 86400)], items.Select(item => (item.FromTick, item.ToTick, item.OffsetSeconds)));
        Assert.All(items, item => Assert.Equal(("boot-1", "receipt", now.At), (item.Boot, item.Source, item.At)));
        Assert.True(unset.IsEmpty);
        Assert.Empty(unset.Settle(now, () => ++tick));
    }
}
