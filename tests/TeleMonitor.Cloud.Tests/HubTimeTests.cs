using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Hub;

namespace TeleMonitor.Cloud.Tests;

/// <summary>Where a start takes the hub's time from, and how it follows the machine's clock (design.md rule 10).</summary>
public sealed class HubTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly KeptTime Kept = new(Noon, "boot-a", TimeSpan.FromHours(5), false, Noon);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-24 * 365)]
    [InlineData(24 * 365)]
    public void Within_one_boot_a_start_goes_on_by_the_monotonic_clock_whatever_the_wall_clock_says(double hours) =>
        Assert.Equal((Noon.AddMinutes(2), ClockStart.Continued), HubTime.AtStart(Noon.AddHours(hours), TimeSpan.FromHours(5) + TimeSpan.FromMinutes(2), "boot-a", Kept));

    [Fact]
    public void After_a_reboot_a_wall_clock_that_is_ahead_is_believed_because_the_hub_was_down() =>
        Assert.Equal((Noon.AddHours(1), ClockStart.Machine), HubTime.AtStart(Noon.AddHours(1), TimeSpan.FromMinutes(1), "boot-b", Kept));

    [Theory]
    [InlineData(-1)]
    [InlineData(-24 * 365 * 56)]
    public void After_a_reboot_a_wall_clock_that_is_behind_does_not_freeze_what_is_due(double hours) =>
        Assert.Equal((Noon, ClockStart.Held), HubTime.AtStart(Noon.AddHours(hours), TimeSpan.FromMinutes(1), "boot-b", Kept));

    [Fact]
    public void A_monotonic_clock_that_is_behind_the_kept_one_is_of_another_machine_and_not_used() =>
        Assert.Equal((Noon, ClockStart.Held), HubTime.AtStart(Noon.AddHours(-1), TimeSpan.FromHours(4), "boot-a", Kept));

    [Fact]
    public void No_start_is_before_the_newest_row_of_the_store()
    {
        KeptTime kept = Kept with { Latest = Noon.AddSeconds(8) };
        Assert.Equal(Noon.AddSeconds(8), HubTime.AtStart(Noon.AddSeconds(-30), TimeSpan.Zero, "boot-b", kept).Now);
        Assert.Equal(Noon.AddSeconds(8), HubTime.AtStart(Noon, TimeSpan.FromHours(5), "boot-a", kept).Now);
    }

    [Fact]
    public void A_new_store_on_a_machine_that_was_never_set_waits_for_its_clock() =>
        Assert.Equal((HubTime.NeverBefore, ClockStart.Held), HubTime.AtStart(DateTimeOffset.UnixEpoch.AddMinutes(1), TimeSpan.Zero, "boot-a", null));

    [Fact]
    public void An_unknown_boot_is_never_the_same_boot() =>
        Assert.Equal(ClockStart.Machine, HubTime.AtStart(Noon.AddHours(2), TimeSpan.FromHours(6), "", Kept with { Boot = "" }).Why);

    [Fact]
    public void Time_never_goes_back_never_passes_the_machines_clock_and_never_leaves_its_rate() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(-7200, 7200).Zip(Gen.Choose(0, 100_000)).ToArbitrary(), drawn =>
        {
            TimeSpan difference = TimeSpan.FromSeconds(drawn.Item1), elapsed = TimeSpan.FromSeconds(drawn.Item2);
            TimeSpan added = HubTime.Approach(difference, elapsed, Noon);
            return elapsed + added >= TimeSpan.Zero && added.Duration() <= difference.Duration() && added.Duration() * HubTime.StepPart <= elapsed
                && (added == TimeSpan.Zero || Math.Sign(added.Ticks) == Math.Sign(difference.Ticks));
        }));

    [Fact]
    public void Up_to_five_seconds_apart_the_hub_follows_at_the_rate_of_NTP()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(500), HubTime.Approach(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1000), Noon));
        Assert.Equal(TimeSpan.FromSeconds(50), HubTime.Approach(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1000), Noon));
    }
}
