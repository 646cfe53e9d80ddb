using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Mqtt;

/// <summary>One publish that waits for room, for its bytes to be written (QoS 0) or for its PUBACK (QoS 1).</summary>
/// <remarks>Continuations never run on the thread that completes it: that is the receive loop.</remarks>
internal sealed class PendingPublish(MqttPublish message)
    : TaskCompletionSource<MqttReason>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>Null once encoded: the payload is not kept for a retransmission that never comes.</summary>
    public MqttPublish? Message { get; set; } = message;

    /// <summary>Its place among the waiting; null when not waiting.</summary>
    public LinkedListNode<PendingPublish>? Place { get; set; }
}

/// <summary>One SUBSCRIBE that waits for its SUBACK.</summary>
internal sealed class PendingSubscribe(int filters)
    : TaskCompletionSource<IReadOnlyList<MqttReason>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public int Filters { get; } = filters;
}

/// <summary>
/// What goes out, and in which order: the bytes waiting to be written, the in-flight window, and the publishes waiting for room,
/// first come first served. No IO and no lock of its own: the session calls it under its lock.
/// </summary>
internal sealed class Outgoing(int window) : IDisposable
{
    /// <summary>
    /// Above this many unwritten bytes nothing more is encoded and nothing more is read: the peer does not take what we send.
    /// </summary>
    public const int UnwrittenBytesMax = 1024 * 1024;

    private readonly Dictionary<ushort, PendingPublish> inFlight = [];
    private readonly Dictionary<ushort, PendingSubscribe> subscribing = [];
    private readonly LinkedList<PendingPublish> waiting = [];
    private PacketBuffer unwritten = new();
    private PacketBuffer spare = new();
    private List<PendingPublish> unwrittenQos0 = [];
    private List<PendingPublish> spareQos0 = [];
    private ushort lastPacketId;

    /// <summary>Where the other packets are appended.</summary>
    public PacketBuffer Unwritten => unwritten;

    public bool HasRoom => unwritten.Length < UnwrittenBytesMax;

    public int InFlight => inFlight.Count;

    public int Waiting => waiting.Count;

    public void Submit(PendingPublish publish)
    {
        publish.Place = waiting.AddLast(publish);
        Admit();
    }

    /// <summary>Takes a publish back that was not encoded yet; false when its bytes are already on their way.</summary>
    public bool Withdraw(PendingPublish publish)
    {
        if (publish.Place is not { } place)
        {
            return false;
        }

        waiting.Remove(place);
        publish.Place = null;
        Admit(); // a QoS 0 may have stood behind it
        return true;
    }

    public void Submit(PendingSubscribe subscribe, IReadOnlyList<string> filters, byte qos)
    {
        ushort id = NextPacketId();
        subscribing.Add(id, subscribe);
        PacketEncoder.Subscribe(unwritten, id, filters, qos);
    }

    /// <summary>False when no publish has this identifier: the peer acknowledges what was never sent.</summary>
    public bool Complete(in PubAckPacket packet)
    {
        if (!inFlight.Remove(packet.PacketId, out PendingPublish? publish))
        {
            return false;
        }

        publish.TrySetResult(packet.Reason);
        Admit();
        return true;
    }

    /// <summary>False when no SUBSCRIBE has this identifier, or it had another number of filters.</summary>
    public bool Complete(in SubAckPacket packet)
    {
        if (!subscribing.Remove(packet.PacketId, out PendingSubscribe? subscribe))
        {
            return false;
        }

        if (subscribe.Filters != packet.Reasons.Length)
        {
            subscribe.TrySetException(new MqttException(
                MqttReason.ProtocolError, "SUBACK with another number of reason codes than filters"));
            return false;
        }

        subscribe.TrySetResult(packet.Reasons);
        return true;
    }

    /// <summary>Hands out what is to be written now; what is appended from here on goes into the other buffer.</summary>
    public (PacketBuffer Bytes, List<PendingPublish> Qos0) TakeBatch()
    {
        (unwritten, spare) = (spare, unwritten);
        (unwrittenQos0, spareQos0) = (spareQos0, unwrittenQos0);
        unwritten.Clear();
        unwrittenQos0.Clear();
        Admit();
        return (spare, spareQos0);
    }

    /// <summary>Empties everything and gives back all that waited, so that the session can tell them why.</summary>
    public (List<PendingPublish> Publishes, List<PendingSubscribe> Subscribes) Abandon()
    {
        List<PendingPublish> publishes = [.. inFlight.Values, .. waiting];
        List<PendingSubscribe> subscribes = [.. subscribing.Values];
        inFlight.Clear();
        waiting.Clear();
        subscribing.Clear();
        return (publishes, subscribes);
    }

    /// <summary>QoS 0 publishes whose bytes never went out.</summary>
    public List<PendingPublish> AbandonQos0()
    {
        List<PendingPublish> publishes = [.. unwrittenQos0];
        unwrittenQos0.Clear();
        return publishes;
    }

    public void Dispose()
    {
        unwritten.Dispose();
        spare.Dispose();
    }

    /// <summary>Encodes as many of the waiting as there is room for. A QoS 0 behind a waiting QoS 1 waits too: order is kept.</summary>
    private void Admit()
    {
        while (HasRoom && waiting.First is { } first)
        {
            PendingPublish publish = first.Value;
            MqttPublish message = publish.Message!;
            if (message.Qos > 0 && inFlight.Count >= window)
            {
                return;
            }

            waiting.RemoveFirst();
            publish.Place = null;
            publish.Message = null;
            ushort id = message.Qos > 0 ? NextPacketId() : (ushort)0;
            PacketEncoder.Publish(unwritten, message, id);
            if (message.Qos > 0)
            {
                inFlight.Add(id, publish);
            }
            else
            {
                unwrittenQos0.Add(publish);
            }
        }
    }

    /// <summary>1 to 65,535, round and round, never one in use; publishes and subscribes together stay far below that number.</summary>
    private ushort NextPacketId()
    {
        do
        {
            lastPacketId = unchecked((ushort)(lastPacketId + 1));
        }
        while (lastPacketId == 0 || inFlight.ContainsKey(lastPacketId) || subscribing.ContainsKey(lastPacketId));
        return lastPacketId;
    }
}
