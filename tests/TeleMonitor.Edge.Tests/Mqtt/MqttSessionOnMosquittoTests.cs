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
    public async Task Mutual_tls_connects_and_the_certificates_name_is_the_client_id()
    {
        using TestAuthority authority = new("test CA");
        using X509Certificate2 server = authority.Server();
        using X509Certificate2 client = authority.Client("gw-17");
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(authority, server);
        await using MqttSession first = await ConnectAsync(Secure(broker, authority, client));
        await using MqttSession second = await ConnectAsync(Secure(broker, authority, client) with { ClientId = "a-name-of-my-own" });

        MqttEnd end = await first.Ended.WaitAsync(Patience);
        Assert.True(end.Reason == MqttReason.SessionTakenOver, end.Why);
        Assert.True(end.ByServer);
        await second.SubscribeAsync(["t"], 1, default);
        Assert.Equal(MqttReason.Success, await second.PublishAsync(new MqttPublish { Topic = "t", Payload = new byte[100_000], Qos = 1 }, default));
        Assert.Equal(100_000, (await NextAsync(second)).Payload.Length);
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
