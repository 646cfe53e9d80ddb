using System.Data.Common;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What became of one message.</summary>
/// <param name="Message">The message.</param>
/// <param name="Outcome">Null when it was no batch, or can be neither taken nor put aside.</param>
/// <param name="Gateway">Gateway that sent the batch; empty when it was none.</param>
public sealed record TakenMessage(MqttMessage Message, Ingested? Outcome, string Gateway);

/// <summary>
/// Takes messages into the store, whatever session brought them. Neither waits nor sends: <see cref="IngestLoop"/> sends the receipts,
/// and the simulation does.
/// </summary>
internal sealed class MessageTaking(HubStore store, BatchIngest ingest, TimeProvider clock, ILogger log)
{
    /// <summary>Takes messages in one transaction; where one of them cannot be handled, each in its own.</summary>
    /// <exception cref="DbException">The store cannot commit: nothing was taken, the same messages may be tried again.</exception>
    public IReadOnlyList<TakenMessage> Take(List<MqttMessage> messages)
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

    private TakenMessage TakeAlone(MqttMessage message)
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

    private TakenMessage PutAside(MqttMessage message, Exception unexpected)
    {
        IncomingBatch.TryReadTopic(message.Topic, out string gateway, out string lane);
        var batch = new IncomingBatch(gateway, lane, message.Payload, message.UserProperties);
        try
        {
            return new TakenMessage(message, store.Write(write => ingest.Refuse(write, batch, new Refusal(RefusalReason.BatchFailed, unexpected.GetType().Name), clock.GetUtcNow())), gateway);
        }
        catch (Exception again) when (again is not DbException broken || HubStore.IsRefusal(broken))
        {
            // no receipt: the gateway keeps it and sends it again; the lanes of all others go on
            log.LogError(again, "a batch of {Gateway} can be neither taken nor put aside", gateway);
            return new TakenMessage(message, null, gateway);
        }
    }

    private TakenMessage TakeOne(StoreTransaction write, MqttMessage message)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (IncomingBatch.TryReadTopic(message.Topic, out string gateway, out string lane))
        {
            return new TakenMessage(message, ingest.Take(write, new IncomingBatch(gateway, lane, message.Payload, message.UserProperties), now), gateway);
        }
        string[] parts = message.Topic.Split('/');
        if (parts is ["tm", "v1", _, "presence"] && WireItems.ReadPresence(message.Payload.Span, out _) is { } presence && write.IsRegistered(parts[2]))
        {
            write.Presence(parts[2], presence.State, presence.Boot, presence.Connection, now, message.Retain);
        }
        else if (message.Payload.Length > 0)
        {
            write.Finding(parts.Length > 2 ? parts[2] : "", "finding/unexpected-message", parts[^1], now);
            return new TakenMessage(message, new Ingested(IngestOutcome.Unexpected, null, 0, false) { Refused = [new Refusal(RefusalReason.UnexpectedMessage, parts[^1])] }, "");
        }
        return new TakenMessage(message, null, "");
    }
}
