using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using TeleMonitor.Mqtt;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Wire;
using Xunit.Abstractions;

namespace TeleMonitor.EndToEnd.Lanes;

/// <summary>
/// A registered gateway that sends rubbish, over a real broker to a real hub: an item may be refused, a lane never is
/// (design.md rule 7). The test plays the gateway with that gateway's own certificate.
/// </summary>
[Trait("Needs", "mosquitto")]
public sealed class PoisonTests(ITestOutputHelper output) : IDisposable
{
    private const string Gateway = "gw-poison-1";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource bound = new(TimeSpan.FromMinutes(2));

    public void Dispose() => bound.Dispose();

    [Fact]
    public async Task A_poison_item_in_each_lane_and_an_unreadable_batch_are_put_aside_and_the_lane_goes_on()
    {
        string folder = Path.Combine(Repository.Var, "poison-" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
        await using (Installation installation = await Installation.StartAsync(
            folder, [new Home(Gateway, "kit-9001", 1, "c-9001", "aabenraa", false)], LoopbackPorts.Free(), TimeProvider.System, bound.Token))
        {
            await using MqttSession session = await ConnectAsync(installation, folder);
            await session.SubscribeAsync([$"tm/v1/{Gateway}/down/receipt"], 1, bound.Token);
            foreach (string lane in WireWord.Lanes)
            {
                await PoisonLaneAsync(session, lane);
            }

            // what each lane left behind, by the hub's own account
            string counts = string.Join('\n', await installation.HubCommandAsync(["counts", "--config", installation.HubConfig, "--json"], bound.Token));
            output.WriteLine(counts);
            JsonNode figures = JsonNode.Parse(counts[counts.IndexOf('{', StringComparison.Ordinal)..])!;
            Assert.Equal(9, (long)figures["quarantined"]!); // in each of three lanes one item, and a batch of two
            string list = string.Join('\n', await installation.HubCommandAsync(["quarantine", "list", "--config", installation.HubConfig], bound.Token));
            Assert.Contains("kind 'from-the-future'", list, StringComparison.Ordinal);
            Assert.Contains("not the JSON that was expected", list, StringComparison.Ordinal);
            Assert.Equal(1, (long)figures["cases"]!); // the alert lane's: somebody must call the citizen
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task PoisonLaneAsync(MqttSession session, string lane)
    {
        byte[] good(long tick) => WireItems.Write(new ReadingItem
        {
            Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = 1, At = DateTimeOffset.UnixEpoch, Value = 70, Unit = "/min", Sensor = "manual", Grade = "good",
        });
        byte[] poison = Encoding.UTF8.GetBytes("""{"kind":"from-the-future","tick":2,"code":"x","asg":1,"at":"2026-11-22T10:00:00+00:00"}""");
        long at = Array.IndexOf([.. WireWord.Lanes], lane) * 100;
        ReadOnlyMemory<byte>[] items = [good(at + 1), poison, good(at + 3), good(at + 4), good(at + 5), good(at + 6)];
        Chain[] chains = new Chain[items.Length + 1];
        for (int index = 0; index < items.Length; index++)
        {
            chains[index + 1] = chains[index].Next(items[index].Span);
        }

        Receipt first = await SendAsync(session, lane, 1, items[..3], chains, body => body);
        Assert.Equal((3L, 1L, chains[3].ToString()), (first.Through, first.Refused, first.Chain));
        Receipt second = await SendAsync(session, lane, 4, items[3..5], chains, body => body[..^9]);
        Assert.Equal((5L, 3L, chains[5].ToString()), (second.Through, second.Refused, second.Chain));
        Receipt third = await SendAsync(session, lane, 6, items[5..], chains, body => body);
        Assert.Equal((6L, 3L, chains[6].ToString()), (third.Through, third.Refused, third.Chain));
    }

    private async Task<Receipt> SendAsync(
        MqttSession session, string lane, int first, ReadOnlyMemory<byte>[] items, Chain[] chains, Func<byte[], byte[]> spoil)
    {
        const string outbox = "00000000000000aa";
        var context = new BatchContext("boot-1", "synchronised", new Dictionary<string, string> { ["engine"] = "1" });
        byte[] body = spoil(Batch.Write(new BatchHead(outbox, lane, first, chains[first - 1], DateTimeOffset.UnixEpoch, context), items));
        var properties = new BatchProperties(outbox, lane, first, items.Length, chains[first - 1], chains[first - 1 + items.Length]);
        MqttReason reason = await session.PublishAsync(
            new MqttPublish { Topic = $"tm/v1/{Gateway}/up/{lane}", Payload = body, Qos = 1, UserProperties = properties.ToUserProperties() }, bound.Token);
        Assert.Equal(MqttReason.Success, reason);
        MqttMessage message = await session.Incoming.ReadAsync(bound.Token).AsTask().WaitAsync(Patience, bound.Token);
        session.Acknowledge(message);
        Receipt? receipt = WireItems.ReadReceipt(message.Payload.Span, out string problem);
        Assert.True(receipt is not null, problem);
        Assert.Equal(lane, receipt.Lane);
        return receipt;
    }

    private async Task<MqttSession> ConnectAsync(Installation installation, string folder)
    {
        string gateways = Path.Combine(folder, "pki", "gateways");
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(folder, "pki", "broker-ca.crt"));
        return await MqttSession.ConnectAsync(
            new MqttOptions
            {
                Host = "localhost", Port = installation.Broker.GatewayPort, ClientId = Gateway,
                Tls = new MqttTls
                {
                    Authorities = authorities,
                    ClientCertificate = X509Certificate2.CreateFromPemFile(Path.Combine(gateways, Gateway + ".crt"), Path.Combine(gateways, Gateway + ".key")),
                    VerificationTime = TimeProvider.System.GetUtcNow,
                },
            }, TimeProvider.System, bound.Token);
    }
}
