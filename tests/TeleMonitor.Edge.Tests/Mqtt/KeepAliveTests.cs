using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>A connection that leads nowhere is noticed, and one that is only slow is not cut.</summary>
public sealed class KeepAliveTests
{
    private static readonly KeepAliveRule Rule = new(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(20));

    [Theory]
    [InlineData(29.9, 29.9, null, 0)]
    [InlineData(30, 0, null, 1)] // three quarters of 40 s since anything was sent
    [InlineData(0, 30, null, 1)] // … or received: sending into a black hole proves nothing
    [InlineData(19.9, 49.9, 19.9, 0)]
    [InlineData(20, 50, 20d, 2)] // 20 s after the question, nothing came
    [InlineData(30, 5, 30d, 0)] // something came meanwhile, though not the answer
    [InlineData(60, 1, 60d, 2)] // but the answer may not take longer than both times together
    public void The_rule_asks_and_gives_up_at_these_ages(double sinceSent, double sinceReceived, double? sincePing, int step) =>
        Assert.Equal((KeepAliveStep)step, Rule.Decide(
            TimeSpan.FromSeconds(sinceSent), TimeSpan.FromSeconds(sinceReceived), sincePing is { } s ? TimeSpan.FromSeconds(s) : null));

    [Fact]
    public async Task A_black_hole_ends_the_session_after_keep_alive_and_ping_timeout()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(
            FakeBroker.Options with { KeepAlive = TimeSpan.FromSeconds(40), PingTimeout = TimeSpan.FromSeconds(20) });
        broker.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0xC0, (await broker.ReceiveAsync()).First);

        broker.Clock.Advance(TimeSpan.FromSeconds(19.9));
        broker.Clock.StepWallClock(TimeSpan.FromDays(365));
        Assert.False(broker.Session.Ended.IsCompleted);
        broker.Clock.Advance(TimeSpan.FromSeconds(0.1));

        MqttEnd end = await broker.EndAsync();
        Assert.Equal(MqttReason.KeepAliveTimeout, end.Reason);
        Assert.Equal("no answer to PINGREQ within 20 s: the connection leads nowhere", end.Why);
    }

    [Fact]
    public async Task Answered_pings_keep_the_session_up()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        for (int i = 0; i < 20; i++)
        {
            broker.Clock.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal(0xC0, (await broker.ReceiveAsync()).First);
            // the message behind the answer proves that the answer was taken
            await broker.SendAsync([.. ServerPackets.PingResp(), .. ServerPackets.Publish("t", [], 0, 0)]);
            await broker.NextAsync();
        }

        Assert.False(broker.Session.Ended.IsCompleted);
    }

    [Fact]
    public async Task The_servers_shorter_interval_is_kept()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(
            FakeBroker.Options with { KeepAlive = TimeSpan.FromSeconds(600) }, [0x13, .. ServerPackets.Number(8)]);
        broker.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(0xC0, (await broker.ReceiveAsync()).First);
    }
}
