using System.Collections.Concurrent;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Load;

/// <summary>An alert that came to the broker.</summary>
/// <param name="Gateway">Who sent it.</param>
/// <param name="At">Wall time that its readings carry: when the gateway took them from the sensor.</param>
/// <param name="Arrived">When this process had it, by the same clock.</param>
/// <param name="Timestamp">The same on the monotonic clock.</param>
internal sealed record ArrivedAlert(string Gateway, DateTimeOffset At, DateTimeOffset Arrived, long Timestamp)
{
    public double Milliseconds => (Arrived - At).TotalMilliseconds;
}

/// <summary>Watches the alert lane of every gateway from beside the hub.</summary>
internal sealed class AlertListener : IAsyncDisposable
{
    private readonly MqttSession session;
    private readonly ConcurrentQueue<ArrivedAlert> arrived = new();
    private readonly Task reading;

    private AlertListener(MqttSession session)
    {
        this.session = session;
        reading = ReadAsync();
    }

    public IReadOnlyCollection<ArrivedAlert> Arrived => arrived;

    public static async Task<AlertListener> StartAsync(Site site, CancellationToken ct)
    {
        MqttSession session = await site.JoinAsHubAsync(ct);
        await session.SubscribeAsync(["tm/v1/+/up/alert"], qos: 1, ct);
        return new AlertListener(session);
    }

    private async Task ReadAsync()
    {
        await foreach (MqttMessage message in session.Incoming.ReadAllAsync())
        {
            (DateTimeOffset now, long timestamp) = (Site.Time.GetUtcNow(), Site.Time.GetTimestamp());
            session.Acknowledge(message);
            if (!Batch.TryRead(message.Payload, out _, out IReadOnlyList<ReadOnlyMemory<byte>> items, out _))
            {
                continue;
            }
            foreach (ReadOnlyMemory<byte> bytes in items)
            {
                if (WireItems.TryRead(bytes.Span, out Item? item, out _) && item is AlertItem { Kind: WireWord.Alert } alert)
                {
                    arrived.Enqueue(new ArrivedAlert(message.Topic.Split('/')[2], alert.At, now, timestamp));
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync();
        await reading;
    }
}
