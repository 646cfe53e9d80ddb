using TeleMonitor.Benchmarks;
using TeleMonitor.Mqtt;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Load;

/// <summary>Many gateways whose batches lie ready: what broker and hub take together. Each gateway waits for its receipt, so as many batches fly as there are gateways.</summary>
internal static class IngestLoad
{
    private const int Gateways = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<Figure>> RunAsync(int readings, CancellationToken ct)
    {
        IReadOnlyList<Home> homes = Site.Homes(Gateways);
        await using Site site = await Site.StartAsync("ingest", homes, ct);
        var firmware = Place.Firmware();
        IReadOnlyList<PreparedBatch>[] prepared = [.. homes.Select(home => new PreparedHome(firmware, home.Assignment, home.Assignment).Batches(readings / Gateways))];
        MqttSession[] sessions = await Task.WhenAll(homes.Select(home => site.JoinAsGatewayAsync(home.Gateway, ct)));
        try
        {
            double hubBefore = ProcessUse.Of(site.Installation.Hub.Id)!.Value.CpuSeconds, brokerBefore = ProcessUse.Of(site.Installation.Broker.Id)!.Value.CpuSeconds;
            long began = Site.Time.GetTimestamp();
            await Task.WhenAll(homes.Select((home, at) => SendAsync(sessions[at], home.Gateway, prepared[at], ct)));
            double seconds = Site.Time.GetElapsedTime(began).TotalSeconds;
            long sent = prepared.Sum(batches => batches.Sum(batch => (long)batch.Readings)), items = prepared.Sum(batches => batches.Sum(batch => (long)batch.Properties.Count));
            return
            [
                new Figure("ingest over MQTT, full batches, 16 gateways", sent / seconds, "readings/s", new Budget(30_000, AtLeast: true),
                    "hub 20 us a reading with its share of scores = 50,000/s on one core; broker and load take the other",
                    $"{sent:#,0} readings ({items:#,0} items, {items / seconds:#,0} items/s) in {seconds:0.0} s; hub {ProcessUse.Of(site.Installation.Hub.Id)!.Value.CpuSeconds - hubBefore:0.0} CPU-s, "
                    + $"broker {ProcessUse.Of(site.Installation.Broker.Id)!.Value.CpuSeconds - brokerBefore:0.0} CPU-s; receipt of the last batch included"),
            ];
        }
        finally
        {
            foreach (MqttSession session in sessions)
            {
                await session.DisposeAsync();
            }
        }
    }

    /// <summary>Alerts first, then readings, each batch after the receipt of the one before.</summary>
    private static async Task SendAsync(MqttSession session, string gateway, IReadOnlyList<PreparedBatch> batches, CancellationToken ct)
    {
        await session.SubscribeAsync([$"tm/v1/{gateway}/down/receipt"], qos: 1, ct);
        foreach (PreparedBatch batch in batches.OrderBy(batch => batch.Lane, StringComparer.Ordinal))
        {
            MqttReason taken = await session.PublishAsync(new MqttPublish
            {
                Topic = $"tm/v1/{gateway}/up/{batch.Lane}", Payload = batch.Body, Qos = 1, ContentType = "application/json", UserProperties = batch.Properties.ToUserProperties(),
            }, ct);
            MqttMessage message = await session.Incoming.ReadAsync(ct).AsTask().WaitAsync(Patience, Site.Time, ct);
            session.Acknowledge(message);
            long last = batch.Properties.First + batch.Properties.Count - 1;
            if (taken != MqttReason.Success || WireItems.ReadReceipt(message.Payload.Span, out string problem) is not { } receipt
                || receipt.Through != last || receipt.Refused is > 0)
            {
                throw new RigException($"{gateway}: the batch up to {last} of lane {batch.Lane} was not stored whole (broker: {taken})");
            }
        }
    }
}
