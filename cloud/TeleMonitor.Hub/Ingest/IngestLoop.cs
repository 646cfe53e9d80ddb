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
    private readonly MessageTaking taking = new(store, ingest, clock, log);

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
            IReadOnlyList<TakenMessage> taken = await TakeUntilStored(messages, ct);
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
    private async Task<IReadOnlyList<TakenMessage>> TakeUntilStored(List<MqttMessage> messages, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                IReadOnlyList<TakenMessage> taken = taking.Take(messages);
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

    private void Send(MqttSession session, string gateway, Receipt receipt)
    {
        Task<MqttReason> sending = session.PublishAsync(
            new MqttPublish { Topic = $"tm/v1/{gateway}/down/receipt", Payload = WireItems.Write(receipt), Qos = 1, ContentType = "application/json" }, CancellationToken.None);
        // a receipt that is lost is asked for again by the gateway's next batch, so nobody waits for its PUBACK
        _ = sending.ContinueWith(failed => log.LogInformation("a receipt to {Gateway} was not sent: {Why}", gateway, failed.Exception!.InnerException!.Message),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
