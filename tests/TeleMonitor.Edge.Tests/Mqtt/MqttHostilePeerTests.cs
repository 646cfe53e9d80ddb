using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>A session against a server that breaks the protocol, floods it, or does not read: it ends with the right code, in bounded memory.</summary>
public sealed class MqttHostilePeerTests
{
    private static TimeSpan Patience => TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("00 00", MqttReason.MalformedPacket)] // packet type 0
    [InlineData("30 ff ff ff ff", MqttReason.MalformedPacket)] // length longer than four bytes
    [InlineData("30 80 00", MqttReason.MalformedPacket)] // length longer than needed
    [InlineData("36 06 0001 74 0007 00", MqttReason.MalformedPacket)] // QoS 3
    [InlineData("38 04 0001 74 00", MqttReason.MalformedPacket)] // duplicate at QoS 0
    [InlineData("30 04 0001 2b 00", MqttReason.MalformedPacket)] // topic +
    [InlineData("30 04 0001 ff 00", MqttReason.MalformedPacket)] // topic is not UTF-8
    [InlineData("30 04 0001 00 00", MqttReason.MalformedPacket)] // topic holds NUL
    [InlineData("30 04 0009 74 00", MqttReason.MalformedPacket)] // topic longer than the packet
    [InlineData("30 06 0001 74 02 7e 00", MqttReason.MalformedPacket)] // unknown property
    [InlineData("30 05 0001 74 05 01", MqttReason.MalformedPacket)] // properties longer than the packet
    [InlineData("30 03 0000 00", MqttReason.ProtocolError)] // empty topic
    [InlineData("30 06 0001 74 02 01 02", MqttReason.ProtocolError)] // payload format 2
    [InlineData("30 08 0001 74 04 0100 0100", MqttReason.ProtocolError)] // the same property twice
    [InlineData("30 07 0001 74 03 21 0005", MqttReason.ProtocolError)] // Receive Maximum does not belong in PUBLISH
    [InlineData("32 06 0001 74 0000 00", MqttReason.ProtocolError)] // packet identifier 0
    [InlineData("34 06 0001 74 0007 00", MqttReason.ProtocolError)] // QoS 2
    [InlineData("30 07 0001 74 03 23 0001", MqttReason.TopicAliasInvalid)]
    [InlineData("30 06 0000 03 23 0001", MqttReason.TopicAliasInvalid)] // alias in place of a topic
    [InlineData("40 02 0005", MqttReason.ProtocolError)] // PUBACK of nothing
    [InlineData("40 03 0005 11", MqttReason.ProtocolError)] // PUBACK with a code of UNSUBACK
    [InlineData("41 02 0005", MqttReason.MalformedPacket)] // reserved flags
    [InlineData("50 02 0005", MqttReason.ProtocolError)] // PUBREC
    [InlineData("62 02 0005", MqttReason.ProtocolError)] // PUBREL
    [InlineData("70 02 0005", MqttReason.ProtocolError)] // PUBCOMP
    [InlineData("90 04 0005 00 01", MqttReason.ProtocolError)] // SUBACK of nothing
    [InlineData("b0 04 0005 00 00", MqttReason.ProtocolError)] // UNSUBACK
    [InlineData("d0 01 00", MqttReason.MalformedPacket)] // PINGRESP with a body
    [InlineData("e0 01 04", MqttReason.ProtocolError)] // DISCONNECT with will: a client's code
    [InlineData("f0 00", MqttReason.ProtocolError)] // AUTH
    [InlineData("20 03 00 00 00", MqttReason.ProtocolError)] // a second CONNACK
    [InlineData("10 02 0000", MqttReason.ProtocolError)] // CONNECT from a server
    [InlineData("c0 00", MqttReason.ProtocolError)] // PINGREQ from a server
    public async Task A_broken_packet_ends_the_session_with_its_code(string hex, MqttReason reason)
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        await broker.SendAsync(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)));

        MqttEnd end = await broker.EndAsync();
        Assert.Equal(reason, end.Reason);
        Assert.False(end.ByServer);
        Assert.StartsWith("the server broke the protocol: ", end.Why, StringComparison.Ordinal);
        await broker.ExpectDisconnectAsync(reason);
    }

    [Fact]
    public async Task A_packet_announced_larger_than_allowed_ends_the_session_before_it_is_read()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(FakeBroker.Options with { MaximumPacketSize = 300 });
        byte[] largest = ServerPackets.Publish("t", new byte[300 - 3 - 4], 0, 0);
        Assert.Equal(300, largest.Length);
        await broker.SendAsync(largest);
        Assert.Equal(293, (await broker.NextAsync()).Payload.Length);

        await broker.SendAsync(ServerPackets.Publish("t", new byte[300 - 3 - 4 + 1], 0, 0)[..3]); // only its header
        Assert.Equal(MqttReason.PacketTooLarge, (await broker.EndAsync()).Reason);
        await broker.ExpectDisconnectAsync(MqttReason.PacketTooLarge);
    }

    [Fact]
    public async Task A_message_beyond_the_receive_maximum_waits_for_an_acknowledgement()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(FakeBroker.Options with { ReceiveMaximum = 3 });
        for (ushort id = 1; id <= 5; id++)
        {
            await broker.SendAsync(ServerPackets.Publish($"t{id}", [], 1, id));
        }

        MqttMessage first = await broker.NextAsync();
        await broker.NextAsync();
        await broker.NextAsync();
        await ReadingWaitsAsync(broker);
        broker.Clock.Advance(TimeSpan.FromSeconds(59)); // nothing is heard meanwhile, by our own choice: no black hole
        Assert.False(broker.Session.Incoming.TryPeek(out _));

        broker.Session.Acknowledge(first);
        MqttMessage fourth = await broker.NextAsync();
        Assert.Equal("t4", fourth.Topic);
        await ReadingWaitsAsync(broker);
        Assert.False(broker.Session.Incoming.TryPeek(out _));
        broker.Session.Acknowledge(fourth);
        Assert.Equal("t5", (await broker.NextAsync()).Topic);
        Assert.False(broker.Session.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_message_beyond_the_receive_maximum_ends_the_session_when_nothing_is_acknowledged()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(FakeBroker.Options with { ReceiveMaximum = 1 });
        await broker.SendAsync([.. ServerPackets.Publish("t", [], 1, 1), .. ServerPackets.Publish("t", [], 1, 2)]);
        await broker.NextAsync();
        await ReadingWaitsAsync(broker);
        broker.Clock.Advance(TimeSpan.FromSeconds(60));

        MqttEnd end = await broker.EndAsync();
        Assert.Equal(MqttReason.ReceiveMaximumExceeded, end.Reason);
        Assert.Equal("the server sent more than 1 unacknowledged messages, and none was acknowledged for 60 s", end.Why);
        await broker.ExpectDisconnectAsync(MqttReason.ReceiveMaximumExceeded);
    }

    [Fact]
    public async Task An_identifier_in_use_is_not_taken_again()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        await broker.SendAsync([.. ServerPackets.Publish("t", [], 1, 9), .. ServerPackets.Publish("t", [], 1, 9)]);
        Assert.Equal(MqttReason.ProtocolError, (await broker.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_suback_with_another_number_of_codes_ends_the_session_and_the_call()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        Task<IReadOnlyList<MqttReason>> subscribing = broker.Session.SubscribeAsync(["a", "b"], 1, default);
        await broker.SendAsync(ServerPackets.SubAck((await broker.ReceiveAsync()).LeadingId, 1));
        Assert.Equal(MqttReason.ProtocolError, (await broker.EndAsync()).Reason);
        Assert.Equal(MqttReason.ProtocolError, (await Assert.ThrowsAsync<MqttException>(() => subscribing)).Reason);
    }

    [Fact]
    public async Task A_flood_of_qos_0_is_left_out_and_counted_while_qos_1_still_arrives()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(FakeBroker.Options with { ReceiveMaximum = 5 });
        byte[] one = ServerPackets.Publish("flood", new byte[100], 0, 0);
        await broker.SendAsync([.. Enumerable.Range(0, 1000).SelectMany(_ => one)]);
        await broker.SendAsync(ServerPackets.Publish("counted", [], 1, 1));

        List<string> topics = [];
        while (!topics.Contains("counted"))
        {
            topics.Add((await broker.NextAsync()).Topic);
        }

        // those read meanwhile make room for others; what is neither here nor waiting was counted
        Assert.Equal(1000, topics.Count - 1 + broker.Session.Qos0LeftOut);
        Assert.True(broker.Session.Qos0LeftOut > 0);
    }

    [Fact]
    public async Task A_message_with_very_many_user_properties_is_kept_small_and_says_so()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync();
        byte[] properties = [.. Enumerable.Range(0, 10_000).SelectMany(i => ServerPackets.UserProperty($"{i}", string.Empty))];
        await broker.SendAsync(ServerPackets.Publish("t", [], 1, 1, properties));

        MqttMessage message = await broker.NextAsync();
        Assert.Equal(MqttMessage.UserPropertiesMax, message.UserProperties.Count);
        Assert.Equal(10_000 - MqttMessage.UserPropertiesMax, message.UserPropertiesLeftOut);
        Assert.Equal("63", message.UserProperties[^1].Key);
    }

    [Fact]
    public async Task A_server_that_sends_but_never_reads_is_neither_written_to_nor_read_from_without_bound()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(unreadBytesMax: 4096);
        const int Size = 100_000;
        List<Task<MqttReason>> publishes = [];
        for (int i = 0; i < 40; i++)
        {
            publishes.Add(broker.Session.PublishAsync(new MqttPublish { Topic = "t", Payload = new byte[Size] }, CancellationToken.None));
        }

        // 4 MB were offered; one batch is stuck in the stream, one more fills up, the rest waits with its owners
        (int unwritten, int waiting, _) = broker.Session.Backlog;
        Assert.InRange(unwritten, Outgoing.UnwrittenBytesMax, Outgoing.UnwrittenBytesMax + Size + 10);
        Assert.InRange(waiting, 1, 40);

        // after what it reads next the loop sees that it could not answer, and reads no more
        await broker.SendAsync(ServerPackets.Publish("before", [], 0, 0));
        using (CancellationTokenSource limit = new(Patience))
        {
            while (!broker.Session.Backlog.ReadingPaused)
            {
                await Task.Delay(1, limit.Token);
            }
        }

        await broker.SendAsync(ServerPackets.Publish("afterwards", [], 0, 0));
        Assert.False(broker.Session.Incoming.TryRead(out MqttMessage? message) && message.Topic == "afterwards");

        // the server begins to read: everything goes on
        for (int received = 0; received < publishes.Count;)
        {
            received += (await broker.ReceiveAsync()).Kind == 3 ? 1 : 0;
        }

        await Task.WhenAll(publishes).WaitAsync(Patience);
        while ((await broker.NextAsync()).Topic != "afterwards")
        {
        }
    }

    /// <summary>Until the time-out of the excess is armed, beside the keep-alive's timer.</summary>
    private static async Task ReadingWaitsAsync(FakeBroker broker)
    {
        using CancellationTokenSource limit = new(Patience);
        while (broker.Clock.ArmedTimers < 2)
        {
            await Task.Delay(1, limit.Token);
        }
    }
}
