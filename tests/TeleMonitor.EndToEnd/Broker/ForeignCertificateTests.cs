using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>Who gets in at which door.</summary>
[Trait("Needs", "mosquitto")]
public sealed class ForeignCertificateTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string A = BrokerFixture.GatewayA;

    [Fact]
    public async Task Each_door_lets_in_its_own_certificates()
    {
        Assert.True(await broker.At(A).MayConnectAsync());
        Assert.Equal(0, await broker.AtHubs("hub-1").PublishAsync($"tm/v1/{A}/down/notice", "hello"));
    }

    [Fact]
    public async Task A_gateways_certificate_is_refused_at_the_hubs_door() =>
        await RefusedAsync(broker.At(A) with { Port = broker.Broker.HubPort });

    [Fact]
    public async Task A_hubs_certificate_is_refused_at_the_homes_door() =>
        await RefusedAsync(broker.AtHubs("hub-1") with { Port = broker.Broker.GatewayPort });

    [Fact]
    public async Task The_brokers_own_certificate_opens_neither_door()
    {
        await RefusedAsync(new MosquittoClient(broker, broker.Broker.GatewayPort, broker.Pki, "broker"));
        await RefusedAsync(new MosquittoClient(broker, broker.Broker.HubPort, broker.Pki, "broker"));
    }

    [Fact]
    public async Task The_same_name_signed_by_a_foreign_issuer_is_refused()
    {
        Pki foreign = Pki.Open(Path.Combine(broker.Folder, "foreign-pki"), TimeProvider.System.GetUtcNow());
        Assert.Null(foreign.IssueGateway(A));
        Assert.Null(foreign.IssueHub("hub-1"));

        await RefusedAsync(broker.At(A) with { Issuer = foreign });
        await RefusedAsync(broker.AtHubs("hub-1") with { Issuer = foreign });
    }

    [Fact]
    public async Task A_certificate_past_its_end_is_refused() =>
        await RefusedAsync(broker.At(BrokerFixture.Expired));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nobody_gets_in_without_a_certificate(bool plain)
    {
        await RefusedAsync(new MosquittoClient(broker, broker.Broker.GatewayPort, null, null) { Plain = plain });
        await RefusedAsync(new MosquittoClient(broker, broker.Broker.HubPort, null, null) { Plain = plain });
    }

    /// <summary>Refused, and so that nothing of it is delivered, while the door still opens for those it is for.</summary>
    private async Task RefusedAsync(MosquittoClient stranger)
    {
        await using Subscription hub = await broker.AtHubs("hub-2").SubscribeAsync(["tm/v1/+/up/#"]);
        Assert.NotEqual(0, await stranger.PublishAsync($"tm/v1/{A}/up/reading", "from a stranger"));
        Assert.Equal(0, await broker.At(A).PublishAsync($"tm/v1/{A}/up/reading", "from the home"));
        IReadOnlyList<string> delivered = await hub.UpToAsync($"tm/v1/{A}/up/reading from the home");
        Assert.DoesNotContain(delivered, message => message.Contains("stranger", StringComparison.Ordinal));
    }
}
