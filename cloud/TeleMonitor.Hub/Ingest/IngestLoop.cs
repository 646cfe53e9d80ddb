using System.Data.Common;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Takes what one MQTT session delivers: what waits, alerts first, one transaction, then receipts, then PUBACKs. So a receipt is never
/// sent before its commit, and a hub that cannot commit stops acknowledging, which is the only back-pressure.
/// </summary>
public sealed class IngestLoop(HubStore store, BatchIngest ingest, HubMetrics metrics, TimeProvider clock, ILogger log, Action<bool> stored)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The filters of a hub (design.md section 7): batches are shared between hubs, presence is not.</summary>
    public static IReadOnlyList<string> Filters { get; } =
    [
        "$share/hub/tm/v1/+/up/alert", "$share/hub/tm/v1/+/up/reading", "$share/hub/tm/v1/+/up/status", "$share/hub/tm/v1/+/up/reply", "tm/v1/+/presence",
    ];

    /// <summary>Runs until the session or the program ends.</summary>
    public async Task RunAsync(MqttSession session, CancellationToken ct)
    {
        var queue = new IngestQueue();
        while (!queue.IsEmpty || await session.Incoming.WaitToReadAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
            while (session.Incoming.TryRead(out MqttMessage? message))
            {
                queue.Add(message);
            }
            List<MqttMessage> messages = queue.Next();
            IReadOnlyList<(MqttMessage Message, Ingested? Taken, string Gateway)> taken = await TakeUntilStored(messages, ct);
            bool work = false;
            foreach ((MqttMessage message, Ingested? outcome, string gateway) in taken)
            {
                if (outcome?.Receipt is { } receipt)
                {
                    Send(session, gateway, receipt);
                }
                session.Acknowledge(message);
                metrics.Count(outcome);
                work |= outcome?.Work ?? true;
            }
            stored(work);
        }
    }

    /// <summary>Only a store that cannot commit gets no receipt; it is tried again until it can, or the session ends.</summary>
    private async Task<IReadOnlyList<(MqttMessage, Ingested?, string)>> TakeUntilStored(List<MqttMessage> messages, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                IReadOnlyList<(MqttMessage, Ingested?, string)> taken = TakeTogether(messages);
                metrics.StoreWorks(true);
                return taken;
            }
            catch (DbException broken) when (!HubStore.IsRefusal(broken))
            {
                metrics.StoreWorks(false);
                log.LogError(broken, "the store cannot commit; {Count} messages wait", messages.Count);
                await Task.Delay(RetryAfter, clock, ct);
            }
        }
    }

    private IReadOnlyList<(MqttMessage, Ingested?, string)> TakeTogether(List<MqttMessage> messages)
    {
        try
        {
            return store.Write(write => messages.ConvertAll(message => TakeOne(write, message)));
        }
        catch (Exception unexpected) when (unexpected is not DbException broken || HubStore.IsRefusal(broken))
        {
            // one of them cannot be handled: alone, so that it is put aside and the others are stored
            log.LogError(unexpected, "a batch cannot be handled; {Count} are taken one by one", messages.Count);
            return messages.ConvertAll(TakeAlone);
        }
    }

    private (MqttMessage, Ingested?, string) TakeAlone(MqttMessage message)
    {
        try
        {
            return store.Write(write => TakeOne(write, message));
        }
        catch (Exception unexpected) when (unexpected is not DbException broken || HubStore.IsRefusal(broken))
        {
            return PutAside(message, unexpected);
        }
    }

    private (MqttMessage, Ingested?, string) PutAside(MqttMessage message, Exception unexpected)
    {
        IncomingBatch.TryReadTopic(message.Topic, out string gateway, out string lane);
        var batch = new IncomingBatch(gateway, lane, message.Payload, message.UserProperties);
        try
        {
            return (message, store.Write(write => ingest.Refuse(write, batch, unexpected.GetType().Name, clock.GetUtcNow())), gateway);
        }
        catch (Exception again) when (again is not DbException broken || HubStore.IsRefusal(broken))
        {
            // no receipt: the gateway keeps it and sends it again; the lanes of all others go on
            log.LogError(again, "a batch of {Gateway} can be neither taken nor put aside", gateway);
            return (message, null, gateway);
        }
    }

    private (MqttMessage, Ingested?, string) TakeOne(StoreTransaction write, MqttMessage message)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (IncomingBatch.TryReadTopic(message.Topic, out string gateway, out string lane))
        {
            return (message, ingest.Take(write, new IncomingBatch(gateway, lane, message.Payload, message.UserProperties), now), gateway);
        }
        string[] parts = message.Topic.Split('/');
        if (parts is ["tm", "v1", _, "presence"] && WireItems.ReadPresence(message.Payload.Span, out _) is { } presence && write.IsRegistered(parts[2]))
        {
            write.Presence(parts[2], presence.State, presence.Boot, presence.Connection, now, message.Retain);
        }
        else if (message.Payload.Length > 0)
        {
            write.Finding(parts.Length > 2 ? parts[2] : "", "finding/unexpected-message", parts[^1], now);
        }
        return (message, null, "");
    }

    private void Send(MqttSession session, string gateway, Receipt receipt)
    {
        Task<MqttReason> sending = session.PublishAsync(
            new MqttPublish { Topic = $"tm/v1/{gateway}/down/receipt", Payload = WireItems.Write(receipt), Qos = 1, ContentType = "application/json" }, CancellationToken.None);
        // a receipt that is lost is asked for again by the gateway's next batch, so nobody waits for its PUBACK
        _ = sending.ContinueWith(failed => log.LogInformation("a receipt to {Gateway} was not sent: {Why}", gateway, failed.Exception!.InnerException!.Message),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
