using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.EndToEnd;

/// <summary>Gateways know several brokers in order; which one a gateway has come to must not matter.</summary>
[Trait("Needs", "mosquitto")]
public sealed class SeveralBrokersTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_hub_receipts_a_gateway_at_any_of_its_brokers()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using Rig.Broker second = await Rig.Broker.StartAsync(Path.Combine(fixture.Folder, "second"), fixture.Pki, TimeProvider.System, bound.Token);
        HubConfig config = new(Path.Combine(fixture.Folder, "hub.db"), [$"mqtts://localhost:{fixture.Broker.HubPort}", $"mqtts://localhost:{second.HubPort}"],
            fixture.Pki.CertificateOf("broker-ca"), fixture.Pki.CertificateOf("hub-2"), fixture.Pki.KeyOf("hub-2"), "http://127.0.0.1:1", Repository.FirmwareConfig);
        HubData data = HubData.Load(Repository.FirmwareConfig, out _)!;
        using HubStore store = HubStore.Open(config.Store, TimeProvider.System.GetUtcNow());
        store.Write(write => write.RegisterGateway(BrokerFixture.GatewayA, "kit-1", DateTimeOffset.UnixEpoch));
        using HubPipeline pipeline = new(config, store, data, new CaseWorker(store, data), new BoardFeed(), new HubMetrics(), new HubClock(TimeProvider.System), NullLogger.Instance);
        Task running = pipeline.RunAsync(bound.Token);
        Assert.Equal(1, (await SendStatusAsync(fixture.Broker.GatewayPort, 1, bound.Token)).Through);
        Assert.Equal(1, (await SendStatusAsync(second.GatewayPort, 2, bound.Token)).Through);
        await bound.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task<Receipt> SendStatusAsync(int port, long tick, CancellationToken ct)
    {
        string name = "gateways/" + BrokerFixture.GatewayA;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(fixture.Pki.CertificateOf("broker-ca"));
        await using MqttSession session = await MqttSession.ConnectAsync(
            new MqttOptions
            {
                Host = "localhost", Port = port, ClientId = BrokerFixture.GatewayA,
                Tls = new MqttTls
                {
                    Authorities = authorities, VerificationTime = TimeProvider.System.GetUtcNow,
                    ClientCertificate = X509Certificate2.CreateFromPemFile(fixture.Pki.CertificateOf(name), fixture.Pki.KeyOf(name)),
                },
            }, TimeProvider.System, ct);
        await session.SubscribeAsync([$"tm/v1/{BrokerFixture.GatewayA}/down/receipt"], 1, ct);
        byte[] item = WireItems.Write(new StatusItem { Kind = WireWord.Status, Tick = tick, Code = WireWord.GatewayStatus, Assignment = 0, At = DateTimeOffset.UnixEpoch, UptimeSeconds = 1, Lanes = [] });
        var head = new BatchHead($"00000000000000a{tick}", WireWord.StatusLane, 1, Chain.Zero, DateTimeOffset.UnixEpoch,
            new BatchContext("boot-1", "synchronised", new Dictionary<string, string> { ["engine"] = "1" }));
        ReadOnlyMemory<byte>[] items = [item];
        MqttReason answer;
        while ((answer = await session.PublishAsync(new MqttPublish
        {
            Topic = $"tm/v1/{BrokerFixture.GatewayA}/up/status", Payload = Batch.Write(head, items), Qos = 1,
            UserProperties = BatchProperties.Of(head, items).ToUserProperties(),
        }, ct)) == MqttReason.NoMatchingSubscribers)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct); // the hub has not come yet
        }
        Assert.Equal(MqttReason.Success, answer);
        MqttMessage message = await session.Incoming.ReadAsync(ct);
        return WireItems.ReadReceipt(message.Payload.Span, out _)!;
    }
}
