using System.Threading.Channels;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>The loop that keeps a link up: order of brokers, waits, reports, and what a real broker does to it.</summary>
public sealed class MqttLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_broker_is_tried_in_order_before_the_loop_waits_and_the_waits_grow()
    {
        using ClosedPort first = new();
        using ClosedPort second = new();
        int[] ports = [first.Number, second.Number];
        SimClock clock = new();
        Channel<MqttLinkChange> changes = Channel.CreateUnbounded<MqttLinkChange>();
        using CancellationTokenSource stop = new();
        Task loop = MqttLoop.RunAsync(
            new MqttLoopOptions { Brokers = 2, Connection = a => FakeBroker.Options with { Host = "127.0.0.1", Port = ports[a.Broker] } },
            (_, _) => throw new InvalidOperationException("no session can come up"),
            c => changes.Writer.TryWrite(c), clock, new Random(1), stop.Token);

        Random sameDice = new(1);
        long number = 0;
        for (int round = 0; round < 12; round++)
        {
            for (int broker = 0; broker < 2; broker++)
            {
                MqttAttempt attempt = new(++number, broker);
                Assert.Equal((MqttLinkState.Connecting, attempt), await StateAsync(changes));
                MqttLinkChange refused = await changes.Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience, CancellationToken.None);
                Assert.Equal((MqttLinkState.Refused, attempt), (refused.State, refused.Attempt));
                Assert.StartsWith($"no TCP connection to 127.0.0.1:{ports[broker]}", refused.Why, StringComparison.Ordinal);
            }

            MqttLinkChange waiting = await changes.Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience, CancellationToken.None);
            Assert.Equal((MqttLinkState.Waiting, MqttBackOff.Delay(round, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), sameDice)), (waiting.State, waiting.Delay));
            await AdvanceUntilAsync(clock, waiting.Delay, changes);
        }

        await stop.CancelAsync();
        await loop.WaitAsync(Patience, CancellationToken.None);
    }

    [Fact]
    public async Task Options_with_problems_end_the_loop_at_once()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => MqttLoop.RunAsync(
            new MqttLoopOptions { Brokers = 1, Connection = _ => FakeBroker.Options with { Port = 0 } },
            (_, _) => Task.CompletedTask, _ => { }, new SimClock(), new Random(1), CancellationToken.None));
        Assert.Contains("Port is not 1 to 65535", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Needs", "mosquitto")]
    public async Task The_link_comes_back_after_the_broker_is_stopped_or_killed_and_started_again(bool killed)
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        Channel<MqttLinkChange> changes = Channel.CreateUnbounded<MqttLinkChange>();
        Channel<string> received = Channel.CreateUnbounded<string>();
        using CancellationTokenSource stop = new();
        Task loop = MqttLoop.RunAsync(
            Quick(a => MqttSessionOnMosquittoTests.Plain(broker, $"loop-{a.Number}")),
            (session, ct) => EchoAsync(session, received.Writer, ct),
            c => changes.Writer.TryWrite(c), TimeProvider.System, new Random(2), stop.Token);
        for (int life = 0; life < 3; life++)
        {
            Assert.Equal("hello", await received.Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience, CancellationToken.None));
            await (killed ? broker.KillAsync() : broker.StopAsync());
            MqttLinkChange lost = await UntilAsync(changes, MqttLinkState.Lost);
            // a broker that is stopped says so or just closes; one that is killed can only close
            Assert.True(killed ? lost.Reason == MqttReason.UnspecifiedError : lost.Reason is MqttReason.ServerShuttingDown or MqttReason.UnspecifiedError, lost.Why);
            await UntilAsync(changes, MqttLinkState.Refused);
            await broker.RestartAsync();
            await UntilAsync(changes, MqttLinkState.Connected);
        }

        Assert.Equal("hello", await received.Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience, CancellationToken.None));
        await stop.CancelAsync();
        await loop.WaitAsync(Patience, CancellationToken.None);
    }

    [Fact]
    [Trait("Needs", "mosquitto")]
    public async Task The_second_broker_is_used_while_the_first_is_away()
    {
        using ClosedPort away = new();
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        Channel<MqttLinkChange> changes = Channel.CreateUnbounded<MqttLinkChange>();
        using CancellationTokenSource stop = new();
        Task loop = MqttLoop.RunAsync(
            Quick(a => MqttSessionOnMosquittoTests.Plain(broker, "x") with { Port = a.Broker == 0 ? away.Number : broker.Port }) with { Brokers = 2 },
            (session, ct) => session.Ended.WaitAsync(ct),
            c => changes.Writer.TryWrite(c), TimeProvider.System, new Random(3), stop.Token);

        Assert.Equal(new MqttAttempt(2, 1), (await UntilAsync(changes, MqttLinkState.Connected)).Attempt);
        await stop.CancelAsync();
        await loop.WaitAsync(Patience, CancellationToken.None);
    }

    [Fact]
    [Trait("Needs", "mosquitto")]
    public async Task A_cancelled_loop_lets_the_session_say_goodbye_and_leaves_no_will()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession watcher = await MqttSessionOnMosquittoTests.ConnectAsync(MqttSessionOnMosquittoTests.Plain(broker, "watcher"));
        await watcher.SubscribeAsync(["presence"], 1, default);
        Channel<MqttLinkChange> changes = Channel.CreateUnbounded<MqttLinkChange>();
        using CancellationTokenSource stop = new();
        Task loop = MqttLoop.RunAsync(
            Quick(_ => MqttSessionOnMosquittoTests.Plain(broker, "x") with { Will = new MqttWill("presence", "will"u8.ToArray(), 1, false) }),
            async (session, ct) =>
            {
                await ((Task)session.Ended).WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await session.PublishAsync(new MqttPublish { Topic = "presence", Payload = "goodbye"u8.ToArray(), Qos = 1 }, CancellationToken.None);
            },
            c => changes.Writer.TryWrite(c), TimeProvider.System, new Random(4), stop.Token);
        await UntilAsync(changes, MqttLinkState.Connected);

        await stop.CancelAsync();
        await loop.WaitAsync(Patience, CancellationToken.None);
        MqttMessage last = await MqttSessionOnMosquittoTests.NextAsync(watcher);
        Assert.Equal("goodbye", System.Text.Encoding.UTF8.GetString(last.Payload.Span));
        watcher.Acknowledge(last);
        await watcher.PublishAsync(new MqttPublish { Topic = "presence", Payload = "end"u8.ToArray(), Qos = 1 }, CancellationToken.None);
        Assert.Equal("end", System.Text.Encoding.UTF8.GetString((await MqttSessionOnMosquittoTests.NextAsync(watcher)).Payload.Span));
    }

    [Fact]
    [Trait("Needs", "mosquitto")]
    public async Task Leaving_a_session_early_backs_off_before_the_next()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        Channel<MqttLinkChange> changes = Channel.CreateUnbounded<MqttLinkChange>();
        using CancellationTokenSource stop = new();
        Task loop = MqttLoop.RunAsync(
            Quick(_ => MqttSessionOnMosquittoTests.Plain(broker, "x")), (_, _) => Task.CompletedTask,
            c => changes.Writer.TryWrite(c), TimeProvider.System, new Random(5), stop.Token);
        foreach (MqttLinkState expected in (MqttLinkState[])
            [MqttLinkState.Connecting, MqttLinkState.Connected, MqttLinkState.Lost, MqttLinkState.Waiting, MqttLinkState.Connecting, MqttLinkState.Connected])
        {
            Assert.Equal(expected, (await StateAsync(changes)).State);
        }

        await stop.CancelAsync();
        await loop.WaitAsync(Patience, CancellationToken.None);
    }

    private static MqttLoopOptions Quick(Func<MqttAttempt, MqttOptions> connection) => new()
    {
        Brokers = 1,
        Connection = connection,
        Floor = TimeSpan.FromMilliseconds(10),
        Ceiling = TimeSpan.FromMilliseconds(100),
    };

    private static async Task EchoAsync(MqttSession session, ChannelWriter<string> received, CancellationToken ct)
    {
        await session.SubscribeAsync(["echo"], 1, ct);
        await session.PublishAsync(new MqttPublish { Topic = "echo", Payload = "hello"u8.ToArray(), Qos = 1 }, ct);
        await foreach (MqttMessage message in session.Incoming.ReadAllAsync(ct))
        {
            session.Acknowledge(message);
            received.TryWrite(System.Text.Encoding.UTF8.GetString(message.Payload.Span));
        }
    }

    private static async Task<(MqttLinkState State, MqttAttempt Attempt)> StateAsync(Channel<MqttLinkChange> changes)
    {
        MqttLinkChange change = await changes.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        return (change.State, change.Attempt);
    }

    private static async Task<MqttLinkChange> UntilAsync(Channel<MqttLinkChange> changes, MqttLinkState state)
    {
        while (true)
        {
            MqttLinkChange change = await changes.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            if (change.State == state)
            {
                return change;
            }
        }
    }

    /// <summary>Moves the clock by the delay, once the loop has armed its timer: not one tick less ends the wait.</summary>
    private static async Task AdvanceUntilAsync(SimClock clock, TimeSpan delay, Channel<MqttLinkChange> changes)
    {
        using CancellationTokenSource limit = new(Patience);
        while (clock.ArmedTimers == 0)
        {
            await Task.Delay(1, limit.Token);
        }

        // to the tick: were the clock moved past the timer, what the loop arms meanwhile would count from another moment than the test's
        TimeSpan armed = clock.UntilNextTimer!.Value;
        Assert.InRange(armed, delay - TimeSpan.FromMilliseconds(1), delay + TimeSpan.FromMilliseconds(1));
        clock.Advance(armed - TimeSpan.FromTicks(1));
        Assert.Equal(0, changes.Reader.Count);
        clock.Advance(TimeSpan.FromTicks(1));
    }
}
