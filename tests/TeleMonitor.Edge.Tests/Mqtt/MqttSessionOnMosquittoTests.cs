using System.Security.Cryptography.X509Certificates;
using System.Text;
using TeleMonitor.Mqtt;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>The session against a real broker, without and with mutual TLS.</summary>
[Trait("Needs", "mosquitto")]
public sealed class MqttSessionOnMosquittoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_is_published_arrives_with_all_its_fields(byte qos)
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession reader = await ConnectAsync(Plain(broker, "reader"));
        await using MqttSession writer = await ConnectAsync(Plain(broker, "writer"));
        Assert.Equal([(MqttReason)qos], await reader.SubscribeAsync(["tm/v1/+/up/#"], qos, default));

        MqttReason reason = await writer.PublishAsync(
            new MqttPublish
            {
                Topic = "tm/v1/gw-1/up/æøå",
                Payload = "målt"u8.ToArray(),
                Qos = qos,
                ContentType = "application/json",
                UserProperties = [new("lane", "alert"), new("first", "1"), new("lane", "again")],
            },
            default);

        Assert.Equal(MqttReason.Success, reason);
        MqttMessage message = await NextAsync(reader);
        Assert.Equal("tm/v1/gw-1/up/æøå", message.Topic);
        Assert.Equal("målt", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(qos, message.Qos);
        Assert.False(message.Retain);
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal([new("lane", "alert"), new("first", "1"), new("lane", "again")], message.UserProperties);
        reader.Acknowledge(message);
    }

    [Fact]
    public async Task A_publish_nobody_listens_to_is_answered_with_no_matching_subscribers()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession writer = await ConnectAsync(Plain(broker, "writer"));

        Assert.Equal(MqttReason.NoMatchingSubscribers, await writer.PublishAsync(new MqttPublish { Topic = "nobody", Qos = 1 }, default));
    }

    [Fact]
    public async Task A_shared_subscription_gives_each_message_to_one_of_the_group()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession one = await ConnectAsync(Plain(broker, "hub-1"));
        await using MqttSession two = await ConnectAsync(Plain(broker, "hub-2"));
        await using MqttSession writer = await ConnectAsync(Plain(broker, "writer"));
        await one.SubscribeAsync(["$share/hub/tm/v1/+/up/alert", "end"], 1, default);
        await two.SubscribeAsync(["$share/hub/tm/v1/+/up/alert", "end"], 1, default);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(MqttReason.Success, await PublishAsync(writer, "tm/v1/gw-1/up/alert", (byte)i));
        }

        await PublishAsync(writer, "end");
        byte[] first = await PayloadsUntilEndAsync(one);
        byte[] second = await PayloadsUntilEndAsync(two);
        Assert.NotEmpty(first);
        Assert.NotEmpty(second);
        Assert.Equal(Enumerable.Range(0, 20), first.Concat(second).Select(b => (int)b).Order());
    }

    [Fact]
    public async Task The_will_is_published_when_the_connection_breaks_and_not_when_it_is_closed()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession watcher = await ConnectAsync(Plain(broker, "watcher"));
        await watcher.SubscribeAsync(["presence/#"], 1, default);
        MqttSession polite = await ConnectAsync(Plain(broker, "a") with { Will = new MqttWill("presence/polite", "gone"u8.ToArray(), 1, true) });
        await polite.DisposeAsync();
        MqttOptions options = Plain(broker, "b") with { Will = new MqttWill("presence/broken", "gone"u8.ToArray(), 1, true) };
        Stream wire = await MqttTransport.OpenTcpAsync(options, default);
        await using MqttSession broken = await MqttSession.ConnectAsync(wire, options, TimeProvider.System, default);
        await wire.DisposeAsync();

        MqttMessage will = await NextAsync(watcher);
        Assert.Equal(("presence/broken", "gone"), (will.Topic, Encoding.UTF8.GetString(will.Payload.Span)));
        watcher.Acknowledge(will);
        await PublishAsync(watcher, "presence/end");
        Assert.Equal("presence/end", (await NextAsync(watcher)).Topic); // and nothing of the polite one in between
    }

    [Fact]
    public async Task A_backlog_arrives_whole_and_in_order_through_a_window_of_five()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession reader = await ConnectAsync(Plain(broker, "reader") with { ReceiveMaximum = 5 });
        await using MqttSession writer = await ConnectAsync(Plain(broker, "writer"));
        await reader.SubscribeAsync(["t"], 1, default);
        for (int i = 0; i < 200; i++)
        {
            await PublishAsync(writer, "t", (byte)i);
        }

        // mosquitto 2.0.11 sends up to five more for each acknowledgement of the oldest: the excess must wait, not end the session
        Queue<MqttMessage> held = new();
        for (int i = 0; i < 200; i++)
        {
            MqttMessage message = await NextAsync(reader);
            Assert.Equal(i, message.Payload.Span[0]);
            held.Enqueue(message);
            if (held.Count == 5)
            {
                Assert.False(reader.Incoming.TryPeek(out _)); // five are with us: a sixth is not handed over
                reader.Acknowledge(held.Dequeue());
            }
        }

        Assert.False(reader.Ended.IsCompleted);
    }

    [Fact]
    public async Task An_independent_client_reads_our_properties_and_we_read_its()
    {
        await using Mosquitto broker = await Mosquitto.StartPlainAsync();
        await using MqttSession session = await ConnectAsync(Plain(broker, "ours"));
        await session.SubscribeAsync(["theirs"], 1, default);
        await broker.RunClientAsync("mosquitto_pub", "-t", "theirs", "-q", "1", "-m", "hej",
            "-D", "publish", "user-property", "lane", "alert", "-D", "publish", "user-property", "first", "7", "-D", "publish", "content-type", "text/plain");
        MqttMessage theirs = await NextAsync(session);
        Assert.Equal("hej", Encoding.UTF8.GetString(theirs.Payload.Span));
        Assert.Equal("text/plain", theirs.ContentType);
        Assert.Equal([new("lane", "alert"), new("first", "7")], theirs.UserProperties);
        session.Acknowledge(theirs);

        await session.PublishAsync(
            new MqttPublish { Topic = "ours", Payload = "svar"u8.ToArray(), Qos = 1, Retain = true, ContentType = "text/plain", UserProperties = [new("lane", "notice"), new("n", "æ")] },
            default);
        string output = await broker.RunClientAsync("mosquitto_sub", "-t", "ours", "-q", "1", "-C", "1", "-F", "%t|%p|%q|%r|%P|%C");
        Assert.Equal("ours|svar|1|1|lane:notice n:æ|text/plain", output.Trim());
    }

    private static Task<MqttReason> PublishAsync(MqttSession session, string topic, params byte[] payload) =>
        session.PublishAsync(new MqttPublish { Topic = topic, Payload = payload, Qos = 1 }, default);

    private static async Task<byte[]> PayloadsUntilEndAsync(MqttSession session)
    {
        List<byte> payloads = [];
        while (true)
        {
            MqttMessage message = await NextAsync(session);
            session.Acknowledge(message);
            if (message.Topic == "end")
            {
                return [.. payloads];
            }

            payloads.Add(message.Payload.Span[0]);
        }
    }

    internal static MqttOptions Plain(Mosquitto broker, string clientId) =>
        new() { Host = "127.0.0.1", Port = broker.Port, ClientId = clientId };

    internal static MqttOptions Secure(Mosquitto broker, TestAuthority authority, X509Certificate2? client) => new()
    {
        Host = "127.0.0.1",
        Port = broker.Port,
        ClientId = "gw-17",
        Tls = new MqttTls
        {
            Authorities = authority.Roots,
            ClientCertificate = client,
            VerificationTime = () => TestAuthority.From.AddYears(1),
        },
    };

    internal static Task<MqttSession> ConnectAsync(MqttOptions options) => MqttSession.ConnectAsync(options, TimeProvider.System, default);

    internal static async Task<MqttMessage> NextAsync(MqttSession session) =>
        await session.Incoming.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
}
