using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>A session against a scripted server that behaves.</summary>
public sealed class MqttSessionTests
{
    [Fact]
    public async Task A_publish_completes_with_the_reason_code_of_its_own_puback()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        Task<MqttReason> first = Publish(broker, "a");
        Task<MqttReason> second = Publish(broker, "b");
        ushort firstId = (await broker.ReceiveAsync()).PublishId;
        ushort secondId = (await broker.ReceiveAsync()).PublishId;

        await broker.SendAsync(ServerPackets.PubAck(secondId, 0x87));
        Assert.Equal(MqttReason.NotAuthorized, await second.WaitAsync(Patience));
        Assert.False(first.IsCompleted);

        await broker.SendAsync(ServerPackets.PubAck(firstId, 0x10));
        Assert.Equal(MqttReason.NoMatchingSubscribers, await first.WaitAsync(Patience));
    }

    [Theory]
    [InlineData(2, 200, 2)] // the server's Receive Maximum is the smaller
    [InlineData(200, 3, 3)] // our own window is
    public async Task No_more_than_the_smaller_window_is_in_flight(ushort serverMaximum, ushort own, int expected)
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(
            FakeBroker.Options with { PublishWindow = own }, [0x21, .. ServerPackets.Number(serverMaximum)]);
        Task<MqttReason>[] publishes = [.. Enumerable.Range(0, expected + 2).Select(i => Publish(broker, $"t{i}"))];
        Queue<ushort> ids = new();
        for (int i = 0; i < expected; i++)
        {
            ids.Enqueue((await broker.ReceiveAsync()).PublishId);
        }

        // a SUBSCRIBE is not subject to the window: when it is here and nothing stands before it, the publishes wait
        Task<IReadOnlyList<MqttReason>> subscribing = broker.Session.SubscribeAsync(["s"], 1, default);
        ClientPacket next = await broker.ReceiveAsync();
        Assert.Equal(8, next.Kind);
        await broker.SendAsync(ServerPackets.SubAck(next.LeadingId, 1));
        await subscribing.WaitAsync(Patience);
        Assert.Equal(expected, broker.Session.PublishWindow);

        for (int i = 0; i < publishes.Length; i++)
        {
            await broker.SendAsync(ServerPackets.PubAck(ids.Dequeue(), 0));
            Assert.Equal(MqttReason.Success, await publishes[i].WaitAsync(Patience));
            if (i < 2)
            {
                ClientPacket late = await broker.ReceiveAsync();
                Assert.Equal((byte)'0' + expected + i, late.Body[3]); // topic t<number>: in the order of the calls
                ids.Enqueue(late.PublishId);
            }
        }
    }

    [Fact]
    public async Task Qos_0_completes_when_written_and_carries_no_packet_identifier()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();

        Assert.Equal(MqttReason.Success, await broker.Session.PublishAsync(new MqttPublish { Topic = "t", Payload = "x"u8.ToArray() }, default));

        ClientPacket packet = await broker.ReceiveAsync();
        Assert.Equal(0x30, packet.First);
        Assert.Equal([0, 1, (byte)'t', 0, (byte)'x'], packet.Body);
    }

    [Fact]
    public async Task A_publish_larger_than_the_server_takes_is_refused_and_the_session_goes_on()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(null, [0x27, 0, 0, 0, 20]);

        // 2 header + 2 topic length + 1 topic + 2 identifier + 1 properties = 8 bytes without payload
        Assert.Equal(MqttReason.PacketTooLarge, await Publish(broker, "t", new byte[13]));
        Task<MqttReason> fits = Publish(broker, "t", new byte[12]);

        ClientPacket packet = await broker.ReceiveAsync();
        Assert.Equal(18, packet.Body.Length);
        await broker.SendAsync(ServerPackets.PubAck(packet.PublishId, 0));
        Assert.Equal(MqttReason.Success, await fits.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_the_server_announced_not_to_take_is_refused_here()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(null, [0x24, 0, 0x25, 0, 0x28, 0, 0x2A, 0]);

        Assert.Equal(MqttReason.QosNotSupported, await Publish(broker, "t"));
        Assert.Equal(MqttReason.RetainNotSupported, await broker.Session.PublishAsync(new MqttPublish { Topic = "t", Retain = true }, default));
        Assert.Equal([MqttReason.SharedSubscriptionsNotSupported], await broker.Session.SubscribeAsync(["$share/hub/t"], 0, default));
        Assert.Equal([MqttReason.WildcardSubscriptionsNotSupported], await broker.Session.SubscribeAsync(["t/#"], 0, default));
        await broker.ExpectNothingElseAsync();
    }

    [Fact]
    public async Task A_message_is_acknowledged_once_and_only_when_told_to()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        await broker.SendAsync([.. ServerPackets.Publish("a", [1], 1, 7), .. ServerPackets.Publish("b", [2], 1, 8)]);
        MqttMessage first = await broker.NextAsync();
        MqttMessage second = await broker.NextAsync();
        await broker.ExpectNothingElseAsync();

        broker.Session.Acknowledge(second, MqttReason.ImplementationSpecificError);
        broker.Session.Acknowledge(second);
        broker.Session.Acknowledge(first);

        ClientPacket packet = await broker.ReceiveAsync();
        Assert.Equal((0x40, 8, 0x83), (packet.First, packet.LeadingId, packet.Body[2]));
        packet = await broker.ReceiveAsync();
        Assert.Equal((0x40, 7, 2), (packet.First, packet.LeadingId, packet.Body.Length));
        await broker.ExpectNothingElseAsync();
    }

    [Fact]
    public async Task A_message_of_another_session_is_not_acknowledged()
    {
        await using FakeBroker one = await FakeBroker.ConnectedAsync();
        await using FakeBroker other = await FakeBroker.ConnectedAsync();
        await one.SendAsync(ServerPackets.Publish("a", [], 1, 7));
        await other.SendAsync(ServerPackets.Publish("a", [], 1, 7));
        MqttMessage message = await one.NextAsync();
        MqttMessage own = await other.NextAsync();

        other.Session.Acknowledge(message);
        await other.ExpectNothingElseAsync();
        other.Session.Acknowledge(own, MqttReason.QuotaExceeded);
        Assert.Equal(0x97, (await other.ReceiveAsync()).Body[2]);
    }

    [Fact]
    public async Task A_cancelled_publish_that_still_waits_never_leaves()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(null, [0x21, 0, 1]);
        Task<MqttReason> first = Publish(broker, "1");
        using CancellationTokenSource giveUp = new();
        Task<MqttReason> second = broker.Session.PublishAsync(new MqttPublish { Topic = "2", Qos = 1 }, giveUp.Token);
        Task<MqttReason> third = Publish(broker, "3");

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await broker.SendAsync(ServerPackets.PubAck((await broker.ReceiveAsync()).PublishId, 0));
        await first.WaitAsync(Patience, CancellationToken.None);

        ClientPacket next = await broker.ReceiveAsync();
        Assert.Equal((byte)'3', next.Body[2]);
        await broker.SendAsync(ServerPackets.PubAck(next.PublishId, 0));
        Assert.Equal(MqttReason.Success, await third.WaitAsync(Patience, CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_publish_no_longer_holds_up_what_stands_behind_it()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(null, [0x21, 0, 1]);
        Task<MqttReason> first = Publish(broker, "1");
        using CancellationTokenSource giveUp = new();
        Task<MqttReason> second = broker.Session.PublishAsync(new MqttPublish { Topic = "2", Qos = 1 }, giveUp.Token);
        Task<MqttReason> unimportant = broker.Session.PublishAsync(new MqttPublish { Topic = "3" }, CancellationToken.None);
        Assert.Equal((byte)'1', (await broker.ReceiveAsync()).Body[2]);

        await giveUp.CancelAsync();
        Assert.Equal((byte)'3', (await broker.ReceiveAsync()).Body[2]);
        Assert.Equal(MqttReason.Success, await unimportant.WaitAsync(Patience, CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task Whatever_waits_when_the_session_ends_fails_with_the_reason()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(null, [0x21, 0, 1]);
        Task<MqttReason> inFlight = Publish(broker, "1");
        Task<MqttReason> waiting = Publish(broker, "2");
        Task<IReadOnlyList<MqttReason>> subscribing = broker.Session.SubscribeAsync(["s"], 1, default);

        await broker.SendAsync(ServerPackets.Disconnect(0x8E, [0x1F, .. ServerPackets.Text("gw-1\nelsewhere")]));

        MqttEnd end = await broker.EndAsync();
        Assert.Equal(new MqttEnd(MqttReason.SessionTakenOver, "the server ended the session: SessionTakenOver (0x8E): gw-1 elsewhere", true), end);
        Assert.Equal(MqttReason.SessionTakenOver, (await Assert.ThrowsAsync<MqttException>(() => inFlight)).Reason);
        Assert.Equal(MqttReason.SessionTakenOver, (await Assert.ThrowsAsync<MqttException>(() => waiting)).Reason);
        Assert.Equal(MqttReason.SessionTakenOver, (await Assert.ThrowsAsync<MqttException>(() => subscribing)).Reason);
        Assert.Equal(MqttReason.SessionTakenOver, (await Assert.ThrowsAsync<MqttException>(() => Publish(broker, "late"))).Reason);
        await broker.Session.Incoming.Completion.WaitAsync(Patience);
    }

    [Fact]
    public async Task Closing_writes_what_is_queued_and_then_a_normal_disconnect()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        Task<MqttReason> last = Publish(broker, "t");
        Task closing = broker.Session.DisposeAsync().AsTask();

        Assert.Equal(0x32, (await broker.ReceiveAsync()).First);
        ClientPacket goodbye = await broker.ReceiveAsync();
        Assert.Equal((0xE0, 0), (goodbye.First, goodbye.Body.Length));
        await broker.HangUpAsync();
        await closing.WaitAsync(Patience);
        Assert.Equal(MqttReason.Success, (await broker.EndAsync()).Reason);
        await Assert.ThrowsAsync<MqttException>(() => last);
    }

    [Fact]
    public async Task Closing_does_not_wait_longer_than_two_seconds_for_a_server_that_stays()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        Task closing = broker.Session.DisposeAsync().AsTask();
        Assert.Equal(0xE0, (await broker.ReceiveAsync()).First);
        while (!closing.IsCompleted)
        {
            broker.Clock.Advance(TimeSpan.FromSeconds(2)); // the wait may be armed a moment after the packet is here
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_continuation_never_runs_on_the_receive_loop()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        Task<MqttReason> first = Publish(broker, "1");
        using ManualResetEventSlim release = new();
        Task blocked = first.ContinueWith(
            _ => release.Wait(Patience), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        Task<MqttReason> second = Publish(broker, "2");
        ushort firstId = (await broker.ReceiveAsync()).PublishId;
        ushort secondId = (await broker.ReceiveAsync()).PublishId;
        await broker.SendAsync(ServerPackets.PubAck(firstId, 0));
        await broker.SendAsync(ServerPackets.PubAck(secondId, 0));

        await second.WaitAsync(Patience); // would never come were the loop inside the first's continuation
        Assert.False(blocked.IsCompleted);
        release.Set();
        await blocked;
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("a/+", 1)]
    [InlineData("a/#", 0)]
    [InlineData("a\0b", 0)]
    [InlineData("a", 2)]
    public async Task A_publish_mqtt_cannot_express_is_the_callers_mistake(string topic, byte qos)
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => broker.Session.PublishAsync(new MqttPublish { Topic = topic, Qos = qos }, default));
        Assert.False(broker.Session.Ended.IsCompleted);
    }

    [Fact]
    public async Task Half_a_character_is_refused_rather_than_replaced()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        string half = new('\ud800', 1);
        await Assert.ThrowsAsync<ArgumentException>(() => broker.Session.PublishAsync(new MqttPublish { Topic = half }, default));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            broker.Session.PublishAsync(new MqttPublish { Topic = "t", UserProperties = [new("name", half)] }, default));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+", false)]
    [InlineData("$share/hub", false)]
    [InlineData("$share/+/a", false)]
    [InlineData("$share/hub/", false)]
    [InlineData("$share/hub/tm/v1/+/up/alert", true)]
    [InlineData("#", true)]
    [InlineData("+/+", true)]
    public void A_filter_is_checked_before_it_is_sent(string filter, bool valid) =>
        Assert.Equal(valid, TeleMonitor.Mqtt.Packets.PacketText.IsTopicFilter(filter));

    private static TimeSpan Patience => TimeSpan.FromSeconds(10);

    private static Task<MqttReason> Publish(FakeBroker broker, string topic, byte[]? payload = null) =>
        broker.Session.PublishAsync(new MqttPublish { Topic = topic, Payload = payload ?? [], Qos = 1 }, default);
}
