using System.Net;
using System.Net.Sockets;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>Every way a connection cannot be made has its own sentence.</summary>
public sealed class MqttConnectTests
{
    [Theory]
    [InlineData("20 03 00 87 00", MqttReason.NotAuthorized, "refused the connection: NotAuthorized (0x87)")]
    [InlineData("20 09 00 88 06 1f 0003 6c6f77", MqttReason.ServerUnavailable, "ServerUnavailable (0x88): low")]
    [InlineData("20 02 00 01", MqttReason.UnsupportedProtocolVersion, "the server speaks an older MQTT")]
    [InlineData("20 03 01 00 00", MqttReason.ProtocolError, "a session is present although a clean start was asked for")]
    [InlineData("20 03 02 00 00", MqttReason.MalformedPacket, "reserved acknowledge flags")]
    [InlineData("20 06 00 00 03 21 0000", MqttReason.ProtocolError, "must not be zero")]
    [InlineData("20 05 00 00 02 24 02", MqttReason.ProtocolError, "must be 0 or 1")]
    [InlineData("20 03 00 8e 00", MqttReason.ProtocolError, "reason code that does not belong here")]
    [InlineData("d0 00", MqttReason.ProtocolError, "the first packet is PingResp, not ConnAck")]
    [InlineData("20 ff ff ff ff", MqttReason.MalformedPacket, "malformed or too large")]
    [InlineData("20 ff ff ff 7f", MqttReason.PacketTooLarge, "malformed or too large")]
    [InlineData("48 54 54 50 2f 31 2e 31", null, "closed the connection before CONNACK")] // HTTP/1.1: a length of 84, then the end
    [InlineData("", null, "closed the connection before CONNACK")]
    public async Task A_refused_connect_says_why(string hex, MqttReason? reason, string text)
    {
        await using FakeBroker broker = FakeBroker.Listening();
        Task<MqttSession> connecting = broker.ConnectAsync(FakeBroker.Options);
        await broker.ReceiveAsync();
        await broker.SendAsync(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)));
        await broker.HangUpAsync();

        MqttException e = await Assert.ThrowsAsync<MqttException>(() => connecting);
        Assert.Equal(reason, e.Reason);
        Assert.Contains("broker.test:1883", e.Message, StringComparison.Ordinal);
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_announces_can_be_read()
    {
        await using FakeBroker broker = await FakeBroker.ConnectedAsync(null,
            [0x21, 0, 20, 0x27, 0, 1, 0, 0, 0x24, 1, 0x25, 0, 0x28, 1, 0x2A, 0, 0x13, 0, 5, 0x12, .. ServerPackets.Text("given")]);
        Assert.Equal(
            new MqttServerLimits
            {
                ReceiveMaximum = 20,
                MaximumPacketSize = 65_536,
                MaximumQos = 1,
                RetainAvailable = false,
                WildcardSubscriptions = true,
                SharedSubscriptions = false,
                KeepAlive = TimeSpan.FromSeconds(5),
                AssignedClientId = "given",
            },
            broker.Session.Limits);
    }

    [Fact]
    public async Task A_message_in_the_same_read_as_connack_is_not_lost()
    {
        await using FakeBroker broker = FakeBroker.Listening();
        Task<MqttSession> connecting = broker.ConnectAsync(FakeBroker.Options);
        await broker.ReceiveAsync();
        await broker.SendAsync([.. ServerPackets.ConnAck(), .. ServerPackets.Publish("early", [], 0, 0)]);
        MqttSession session = await connecting;
        Assert.Equal("early", (await session.Incoming.ReadAsync()).Topic);
        await broker.HangUpAsync();
        await session.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_connect_timeout()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        SimClock clock = new();
        MqttOptions options = FakeBroker.Options with { Host = "127.0.0.1", Port = ((IPEndPoint)silent.LocalEndpoint).Port };
        Task<MqttSession> connecting = MqttSession.ConnectAsync(options, clock, CancellationToken.None);
        using Socket accepted = await silent.AcceptSocketAsync();
        byte[] connect = new byte[1];
        Assert.Equal(1, await accepted.ReceiveAsync(connect)); // CONNECT is there, so its answer is what is missing

        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(connecting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        MqttException e = await Assert.ThrowsAsync<MqttException>(() => connecting);
        Assert.Equal($"127.0.0.1:{options.Port} did not answer within 10 s; CONNACK was awaited", e.Message);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_named()
    {
        using ClosedPort port = new();
        MqttException e = await Assert.ThrowsAsync<MqttException>(() => MqttSession.ConnectAsync(
            FakeBroker.Options with { Host = "127.0.0.1", Port = port.Number }, new SimClock(), CancellationToken.None));
        Assert.StartsWith($"no TCP connection to 127.0.0.1:{port.Number}: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_problem_of_the_options_is_named_at_once()
    {
        MqttOptions options = new()
        {
            Host = " ",
            Port = 0,
            ClientId = "a\0",
            KeepAlive = TimeSpan.FromSeconds(0.5),
            ReceiveMaximum = 0,
            MaximumPacketSize = 255,
            Will = new MqttWill("a/#", new byte[65_536], 2, false),
        };
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => MqttSession.ConnectAsync(options, new SimClock(), CancellationToken.None));
        Assert.Equal(
            ["Host is empty", "Port is not 1 to 65535", "ClientId is not UTF-8 text of at most 65535 bytes", "KeepAlive is not 1 to 65535 whole seconds",
                "ReceiveMaximum is 0", "MaximumPacketSize is not 256 bytes to 16 MiB", "Will.Topic is not a topic name",
                "Will.Payload is longer than 65535 bytes", "Will.Qos is not 0 or 1"],
            options.Problems());
        Assert.All(options.Problems(), problem => Assert.Contains(problem, e.Message, StringComparison.Ordinal));
    }
}
