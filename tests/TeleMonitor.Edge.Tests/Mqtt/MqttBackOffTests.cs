using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>The wait between attempts.</summary>
public sealed class MqttBackOffTests
{
    [Fact]
    public void Any_attempt_waits_between_floor_and_ceiling()
    {
        Gen<(int Attempt, TimeSpan Floor, TimeSpan Ceiling, int Seed)> cases =
            from attempt in Gen.OneOf(Gen.Choose(0, 70), Gen.Choose(0, int.MaxValue))
            from floor in Gen.OneOf(Gen.Choose(1, 1000).Select(t => (long)t), Gen.Choose(1, int.MaxValue).Select(t => t * 4_000_000_000L))
            from extra in Gen.OneOf(Gen.Constant(0L), Gen.Choose(0, int.MaxValue).Select(e => (long)e), Gen.Constant(long.MaxValue))
            from seed in Gen.Choose(0, int.MaxValue)
            select (attempt, TimeSpan.FromTicks(floor), TimeSpan.FromTicks(Math.Max(floor, extra)), seed);
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), c =>
        {
            TimeSpan delay = MqttBackOff.Delay(c.Attempt, c.Floor, c.Ceiling, new Random(c.Seed));
            return delay >= c.Floor && delay <= c.Ceiling && delay == MqttBackOff.Delay(c.Attempt, c.Floor, c.Ceiling, new Random(c.Seed));
        }));
    }

    [Theory]
    [InlineData(0, 2)] // floor 1 s doubled once: already the first wait is spread
    [InlineData(1, 4)]
    [InlineData(4, 32)]
    [InlineData(5, 60)] // the ceiling
    [InlineData(1025, 60)] // where another library's doubling overflowed (Polly issue 2163)
    [InlineData(int.MaxValue, 60)]
    public void The_wait_spreads_up_to_a_limit_that_doubles(int attempt, int limitSeconds)
    {
        Random dice = new(7);
        TimeSpan[] delays = [.. Enumerable.Range(0, 2000).Select(_ => MqttBackOff.Delay(attempt, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), dice))];
        double limit = limitSeconds;
        Assert.All(delays, d => Assert.InRange(d.TotalSeconds, 1, limit));
        Assert.True(delays.Max().TotalSeconds > 1 + ((limit - 1) * 0.95));
        Assert.True(delays.Min().TotalSeconds < 1 + ((limit - 1) * 0.05));
    }

    [Fact]
    public void Limits_the_wrong_way_round_are_refused()
    {
        Random dice = new(7);
        Assert.Throws<ArgumentOutOfRangeException>(() => MqttBackOff.Delay(-1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), dice));
        Assert.Throws<ArgumentOutOfRangeException>(() => MqttBackOff.Delay(0, TimeSpan.Zero, TimeSpan.FromSeconds(2), dice));
        Assert.Throws<ArgumentOutOfRangeException>(() => MqttBackOff.Delay(0, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), dice));
    }
}
