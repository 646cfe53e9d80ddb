using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Care.Devices;

namespace TeleMonitor.Cloud.Tests.Devices;

public sealed class DeviceRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly SilenceClock Clock = new(TimeSpan.FromDays(40), Now);

    [Theory] // design.md section 8: not heard after 3 min, a finding after 60 min
    [InlineData(0, DeviceState.Well)]
    [InlineData(179, DeviceState.Well)]
    [InlineData(180, DeviceState.NotHeard)]
    [InlineData(3599, DeviceState.NotHeard)]
    [InlineData(3600, DeviceState.Silent)]
    public void A_gateway_is_judged_by_the_proved_time_since_it_was_heard(int seconds, DeviceState state)
    {
        DeviceHealth health = Judge(silence: seconds, age: seconds);
        Assert.Equal((state, TimeSpan.FromSeconds(seconds)), (health.State, health.Age));
    }

    [Theory]
    [InlineData(0, 179, DeviceState.Well)]
    [InlineData(0, 180, DeviceState.Unproved)]
    [InlineData(179, 90_000, DeviceState.Unproved)]
    [InlineData(180, 90_000, DeviceState.NotHeard)]
    public void Time_that_nobody_vouches_for_never_makes_a_gateway_silent_and_never_makes_it_well(int silence, int age, DeviceState state) =>
        Assert.Equal(state, Judge(silence, age).State);

    [Fact]
    public void A_finding_stands_until_the_gateway_is_heard() => Assert.Equal(DeviceState.Silent, Judge(silence: 0, age: 1, silentAt: Now).State);

    [Fact]
    public void A_gateway_in_the_cupboard_may_be_silent() =>
        Assert.Equal(DeviceState.NotInUse, DeviceRules.Judge(new Heard(HeardBy.Status, Now.AddDays(-9), TimeSpan.Zero), inUse: false, Clock, Now).State);

    [Fact]
    public void One_that_was_never_heard_is_not_called_well() =>
        Assert.Equal(DeviceState.Unproved, DeviceRules.Judge(new Heard(HeardBy.Registered, Now, Clock.Proved), inUse: true, Clock, Now).State);

    [Fact]
    public void The_clock_runs_from_answer_to_answer()
    {
        SilenceClock clock = new SilenceClock(TimeSpan.FromHours(5)).Advance(Now).Advance(Now.AddSeconds(1)).Advance(Now.AddSeconds(1)).Advance(Now.AddSeconds(61));
        Assert.Equal(TimeSpan.FromHours(5) + TimeSpan.FromSeconds(61), clock.Proved);
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(61, 0)]
    [InlineData(3600, 0)]
    public void A_time_without_answer_that_is_too_long_to_vouch_for_is_left_out(int seconds, int counted) =>
        Assert.Equal(TimeSpan.FromSeconds(counted), new SilenceClock(TimeSpan.Zero).Advance(Now).Advance(Now.AddSeconds(seconds)).Proved);

    [Fact]
    public void With_a_longer_keep_alive_a_longer_time_is_vouched_for() =>
        Assert.Equal(TimeSpan.FromSeconds(200), new SilenceClock(TimeSpan.Zero).Advance(Now, TimeSpan.FromSeconds(240)).Advance(Now.AddSeconds(200), TimeSpan.FromSeconds(240)).Proved);

    [Fact]
    public void It_stands_while_no_broker_is_connected_and_then_runs_on()
    {
        SilenceClock clock = new SilenceClock(TimeSpan.Zero).Advance(Now).Advance(Now.AddSeconds(10)).Advance(null).Advance(Now.AddSeconds(30)).Advance(Now.AddSeconds(35));
        Assert.Equal(TimeSpan.FromSeconds(15), clock.Proved);
    }

    [Fact]
    public void Whatever_is_answered_when_it_never_goes_back_and_never_runs_faster_than_the_answers() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ListOf(Gen.Choose(-30, 200)).ToArbitrary(), steps =>
        {
            (SilenceClock clock, DateTimeOffset at, int forward) = (new SilenceClock(TimeSpan.Zero), Now, 0);
            foreach (int step in steps)
            {
                at = at.AddSeconds(Math.Max(0, step));
                SilenceClock next = clock.Advance(step < 0 ? null : at);
                forward += Math.Max(0, step);
                if (next.Proved < clock.Proved || next.Proved > TimeSpan.FromSeconds(forward))
                {
                    return false;
                }
                clock = next;
            }
            return true;
        }));

    private static DeviceHealth Judge(int silence, int age, DateTimeOffset? silentAt = null) =>
        DeviceRules.Judge(new Heard(HeardBy.Status, Now.AddSeconds(-age), Clock.Proved - TimeSpan.FromSeconds(silence), null, silentAt), inUse: true, Clock, Now);
}
