using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using TeleMonitor.Mqtt;
using static TeleMonitor.Edge.Tests.Mqtt.MqttSessionOnMosquittoTests;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>Mutual TLS against a real broker: who is let in, who is not, and what is said about it.</summary>
[Trait("Needs", "mosquitto")]
public sealed class MqttTlsOnMosquittoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Mutual_tls_connects_and_the_certificates_name_is_the_client_id()
    {
        using TestAuthority authority = new("test CA");
        using X509Certificate2 server = authority.Server();
        using X509Certificate2 client = authority.Client("gw-17");
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(authority, server);
        await using MqttSession first = await ConnectAsync(Secure(broker, authority, client));
        await using MqttSession second = await ConnectAsync(Secure(broker, authority, client) with { ClientId = "a-name-of-my-own" });

        // a mosquitto before 2.0.15 just closes (its issue 2607); later ones say 0x8E
        MqttEnd end = await first.Ended.WaitAsync(Patience);
        Assert.True(end.ByServer ? end.Reason == MqttReason.SessionTakenOver : end.Reason == MqttReason.UnspecifiedError, end.Why);
        await second.SubscribeAsync(["t"], 1, default);
        Assert.Equal(MqttReason.Success, await second.PublishAsync(new MqttPublish { Topic = "t", Payload = new byte[100_000], Qos = 1 }, default));
        Assert.Equal(100_000, (await NextAsync(second)).Payload.Length);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_and_named()
    {
        using TestAuthority theirs = new("their CA");
        using TestAuthority ours = new("our CA");
        using X509Certificate2 server = theirs.Server();
        using X509Certificate2 client = theirs.Client("gw-17");
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(theirs, server);

        MqttException e = await Assert.ThrowsAsync<MqttException>(() => ConnectAsync(Secure(broker, ours, client)));
        Assert.Null(e.Reason);
        Assert.StartsWith($"no TLS with 127.0.0.1:{broker.Port}: the server's certificate (CN=named-only-in-the-subject.test, issued by CN=their CA) is not trusted: ",
            e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("broker.test", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("other.test", false)]
    [InlineData("127.0.0.2", false)]
    [InlineData("named-only-in-the-subject.test", false)] // the subject does not count, only the alternative names
    public async Task The_server_must_carry_the_name_that_was_asked_for(string name, bool accepted)
    {
        using TestAuthority authority = new("test CA");
        using X509Certificate2 server = authority.Server();
        using X509Certificate2 client = authority.Client("gw-17");
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(authority, server);
        MqttOptions options = Secure(broker, authority, client);
        options = options with { Tls = options.Tls! with { ServerName = name } };

        string? refusal = await RefusalAsync(options);
        Assert.Equal(accepted ? null : $"the server's certificate (CN=named-only-in-the-subject.test) does not name {name}", refusal);
    }

    [Theory]
    [InlineData("2029-12-31T23:59:59Z", false)]
    [InlineData("2030-01-01T00:00:01Z", true)] // not valid yet by any real clock of 2026: only the given time decides
    [InlineData("2031-12-31T23:59:59Z", true)]
    [InlineData("2032-01-01T00:00:01Z", false)]
    public async Task Certificates_are_judged_at_the_given_time_and_not_at_the_clocks(string at, bool accepted)
    {
        using TestAuthority authority = new("test CA");
        using X509Certificate2 server = authority.Server(
            new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using X509Certificate2 client = authority.Client("gw-17");
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(authority, server);
        MqttOptions options = Secure(broker, authority, client);
        DateTimeOffset when = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        options = options with { Tls = options.Tls! with { VerificationTime = () => when } };

        string? refusal = await RefusalAsync(options);
        Assert.Equal(accepted ? null : "the server's certificate (CN=named-only-in-the-subject.test) or its issuer is not valid at "
            + $"{at}, but from 2030-01-01T00:00:00Z to 2032-01-01T00:00:00Z", refusal);
    }

    [Theory]
    [InlineData(true)] // a certificate of the same name from another authority
    [InlineData(false)] // none at all
    public async Task A_client_the_server_does_not_know_is_told_that_the_certificate_may_be_why(bool foreign)
    {
        using TestAuthority authority = new("test CA");
        using TestAuthority other = new("other CA");
        using X509Certificate2 server = authority.Server();
        using X509Certificate2 client = other.Client("gw-17");
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(authority, server);

        MqttException e = await Assert.ThrowsAsync<MqttException>(() => ConnectAsync(Secure(broker, authority, foreign ? client : null)));
        Assert.Contains("closed the connection before CONNACK; with TLS 1.3 this is how a client certificate is refused", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Null when the session comes up; else why not, without the address.</summary>
    private static async Task<string?> RefusalAsync(MqttOptions options)
    {
        try
        {
            await (await ConnectAsync(options)).DisposeAsync();
            return null;
        }
        catch (MqttException e)
        {
            return e.Message.Replace($"no TLS with 127.0.0.1:{options.Port}: ", string.Empty, StringComparison.Ordinal);
        }
    }
}
