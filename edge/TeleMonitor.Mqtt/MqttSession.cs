using System.Threading.Channels;
using TeleMonitor.Mqtt.Packets;

namespace TeleMonitor.Mqtt;

/// <summary>
/// One MQTT 5 connection, from CONNECT to its end. Nothing outlives it: Clean Start, session expiry 0, no retransmission; what was
/// not acknowledged when it ended must be decided by the caller's own receipts. All members may be called from any thread.
/// </summary>
public sealed partial class MqttSession : IAsyncDisposable
{
    /// <summary>How long an orderly end may take: writing what is queued, the DISCONNECT, and the peer closing.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Stream stream;
    private readonly TimeProvider clock;
    private readonly MqttOptions options;
    private readonly Outgoing outgoing;
    private readonly ReceiveBuffer receive;
    private readonly Channel<MqttMessage> incoming;
    private readonly HashSet<ushort> unacknowledged = [];
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<MqttEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeepAliveRule keepAlive;
    private readonly ITimer keepAliveTimer;
    private readonly Task closed;
    /// <summary>Set while reading waits for the writer.</summary>
    private TaskCompletionSource? drained;

    /// <summary>Set while reading waits for an acknowledgement.</summary>
    private TaskCompletionSource? acknowledged;
    private MqttEnd? end;
    private bool farewell;
    private bool wakeRequested;
    private long lastSent;
    private long lastReceived;
    private long? pingSent;
    private long qos0LeftOut;

    private MqttSession(Stream stream, MqttOptions options, TimeProvider clock, MqttServerLimits limits, ReceiveBuffer receive)
    {
        this.stream = stream;
        this.clock = clock;
        this.options = options;
        this.receive = receive;
        Limits = limits;
        PublishWindow = Math.Min(options.PublishWindow, limits.ReceiveMaximum);
        outgoing = new Outgoing(PublishWindow);
        // QoS 1 never fills more than half: a QoS 0 message is only let in while its half has room
        incoming = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(2 * options.ReceiveMaximum) { SingleWriter = true });
        bool shorter = limits.KeepAlive is { } wanted && wanted > TimeSpan.Zero && wanted < options.KeepAlive;
        TimeSpan interval = shorter ? limits.KeepAlive!.Value : options.KeepAlive;
        keepAlive = new KeepAliveRule(interval, options.PingTimeout);
        lastSent = lastReceived = clock.GetTimestamp();
        keepAliveTimer = clock.CreateTimer(_ => CheckKeepAlive(), null, keepAlive.Tick, keepAlive.Tick);
        closed = RunAsync();
    }

    /// <summary>What the server allows.</summary>
    public MqttServerLimits Limits { get; }

    /// <summary>How many of our QoS 1 messages may be unacknowledged: the smaller of our window and the server's Receive Maximum.</summary>
    public int PublishWindow { get; }

    /// <summary>
    /// Messages in the order they came; at most <see cref="MqttOptions.ReceiveMaximum"/> QoS 1 messages are with the reader
    /// unacknowledged. A server that sends more is not read from until one is acknowledged, so acknowledge without first waiting
    /// for a publish of your own: its PUBACK may stand behind them. Completes when the session ends; what was not read by then can
    /// still be read, but no longer acknowledged.
    /// </summary>
    public ChannelReader<MqttMessage> Incoming => incoming.Reader;

    /// <summary>Completes when the session is over, with why. Never faults and is never cancelled.</summary>
    public Task<MqttEnd> Ended => ended.Task;

    /// <summary>Time since the server last sent anything at all: while it is short the server is proved up.</summary>
    public TimeSpan SinceReceived => clock.GetElapsedTime(Volatile.Read(ref lastReceived));

    /// <summary>
    /// QoS 0 messages not handed over because <see cref="MqttOptions.ReceiveMaximum"/> messages were already waiting to be read.
    /// </summary>
    public long Qos0LeftOut => Interlocked.Read(ref qos0LeftOut);

    /// <summary>Encoded bytes that wait behind the batch being written, publishes behind those, whether reading waits too.</summary>
    internal (int Unwritten, int Waiting, bool ReadingPaused) Backlog
    {
        get
        {
            lock (gate)
            {
                return (outgoing.Unwritten.Length, outgoing.Waiting, drained is not null);
            }
        }
    }

    /// <summary>
    /// Publishes. QoS 1 completes with the PUBACK's reason code, QoS 0 with <see cref="MqttReason.Success"/> once its bytes are
    /// written. Waits while the window is full; messages leave in the order of the calls. What the server has announced that it
    /// does not take is refused at once, without ending the session: <see cref="MqttReason.PacketTooLarge"/>,
    /// <see cref="MqttReason.QosNotSupported"/>, <see cref="MqttReason.RetainNotSupported"/>.
    /// </summary>
    /// <param name="message">Not changed until the task has completed.</param>
    /// <param name="ct">Takes the message back if it still waits; if not, it goes out and its acknowledgement is not reported.</param>
    /// <exception cref="ArgumentException">The topic, QoS or a string cannot be expressed in MQTT.</exception>
    /// <exception cref="MqttException">The session ended first; whether the server has the message is not known.</exception>
    public Task<MqttReason> PublishAsync(MqttPublish message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Refusal(message) is { } refusal)
        {
            return Task.FromResult(refusal);
        }

        PendingPublish publish = new(message);
        lock (gate)
        {
            if (end is not null)
            {
                return Task.FromException<MqttReason>(Over());
            }

            outgoing.Submit(publish);
            Wake();
        }

        return ct.CanBeCanceled && !publish.Task.IsCompleted ? CancellableAsync(publish, ct) : publish.Task;
    }

    /// <summary>Subscribes to all filters in one packet; <c>$share/NAME/FILTER</c> shares with others of that name.</summary>
    /// <param name="filters">At least one.</param>
    /// <param name="qos">Highest QoS to receive at, 0 or 1.</param>
    /// <param name="ct">Stops waiting; the subscription may still be made.</param>
    /// <returns>
    /// One code per filter, in order. Granted is not proof of delivery: a broker may grant a foreign filter and deliver nothing.
    /// If the server has no shared or wildcard subscriptions, or the packet is too large for it, nothing is sent and every filter
    /// has that code.
    /// </returns>
    /// <exception cref="ArgumentException">No filter, a malformed one, or QoS 2.</exception>
    /// <exception cref="MqttException">The session ended first.</exception>
    public Task<IReadOnlyList<MqttReason>> SubscribeAsync(IReadOnlyList<string> filters, byte qos, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(qos, 1);
        if (filters.Count == 0 || !filters.All(PacketText.IsTopicFilter))
        {
            throw new ArgumentException("no filters, or one of them is not a topic filter", nameof(filters));
        }

        if (Refusal(filters) is { } refusal)
        {
            return Task.FromResult<IReadOnlyList<MqttReason>>([.. Enumerable.Repeat(refusal, filters.Count)]);
        }

        PendingSubscribe subscribe = new(filters.Count);
        lock (gate)
        {
            if (end is not null)
            {
                return Task.FromException<IReadOnlyList<MqttReason>>(Over());
            }

            outgoing.Submit(subscribe, filters, qos);
            Wake();
        }

        return subscribe.Task.WaitAsync(ct);
    }

    /// <summary>
    /// Sends the PUBACK of a QoS 1 message and so makes room for another. Does nothing for QoS 0, for a message already
    /// acknowledged, for one of another session, and after the end. Acknowledgements of many messages leave in one write.
    /// </summary>
    /// <exception cref="ArgumentException">The reason is none a PUBACK may carry.</exception>
    public void Acknowledge(MqttMessage message, MqttReason reason = MqttReason.Success)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!ReasonSet.PubAck.Holds(reason))
        {
            throw new ArgumentException($"{reason} is not a reason code of PUBACK", nameof(reason));
        }

        lock (gate)
        {
            if (message.Qos == 0 || message.Acknowledged || message.Session != this || end is not null)
            {
                return;
            }

            message.Acknowledged = true;
            unacknowledged.Remove(message.PacketId);
            acknowledged?.TrySetResult();
            PacketEncoder.PubAck(outgoing.Unwritten, message.PacketId, reason);
            Wake();
        }
    }

    /// <summary>
    /// Ends the session with a clean DISCONNECT, so that the broker does not publish the will. What was queued is written first;
    /// takes at most two seconds. Later calls do nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Finish(new MqttEnd(MqttReason.Success, "closed by this side", ByServer: false), tell: true);
        await closed;
    }

    private MqttReason? Refusal(MqttPublish message)
    {
        long length = PacketEncoder.PublishLength(message);
        if (length > Math.Min(Limits.MaximumPacketSize, PacketFrame.LargestPacket))
        {
            return MqttReason.PacketTooLarge;
        }

        if (message.Qos > Limits.MaximumQos)
        {
            return MqttReason.QosNotSupported;
        }

        return message.Retain && !Limits.RetainAvailable ? MqttReason.RetainNotSupported : null;
    }

    private MqttReason? Refusal(IReadOnlyList<string> filters)
    {
        if (PacketEncoder.SubscribeLength(filters) > Math.Min(Limits.MaximumPacketSize, PacketFrame.LargestPacket))
        {
            return MqttReason.PacketTooLarge;
        }

        if (!Limits.SharedSubscriptions && filters.Any(f => f.StartsWith("$share/", StringComparison.Ordinal)))
        {
            return MqttReason.SharedSubscriptionsNotSupported;
        }

        return !Limits.WildcardSubscriptions && filters.Any(f => f.AsSpan().IndexOfAny('+', '#') >= 0)
            ? MqttReason.WildcardSubscriptionsNotSupported : null;
    }

    private async Task<MqttReason> CancellableAsync(PendingPublish publish, CancellationToken ct)
    {
        using CancellationTokenRegistration registration = ct.UnsafeRegister(
            static (state, token) =>
            {
                (MqttSession session, PendingPublish taken) = ((MqttSession, PendingPublish))state!;
                lock (session.gate)
                {
                    if (session.outgoing.Withdraw(taken))
                    {
                        session.Wake();
                    }
                }

                taken.TrySetCanceled(token);
            },
            (this, publish));
        return await publish.Task;
    }

    private MqttException Over() => new(end!.Reason, $"the session is over: {end.Why}");

    /// <summary>Ends the session once; the first reason stands. <paramref name="tell"/>: a DISCONNECT with the reason goes out.</summary>
    private void Finish(MqttEnd why, bool tell)
    {
        List<PendingPublish> publishes;
        List<PendingSubscribe> subscribes;
        TaskCompletionSource? released;
        lock (gate)
        {
            if (end is not null)
            {
                return;
            }

            end = why;
            farewell = tell;
            (publishes, subscribes) = outgoing.Abandon();
            released = drained;
            drained = null;
            acknowledged?.TrySetResult();
            if (tell)
            {
                PacketEncoder.Disconnect(outgoing.Unwritten, why.Reason);
            }

            Wake();
        }

        keepAliveTimer.Dispose();
        incoming.Writer.TryComplete();
        released?.TrySetResult();
        publishes.ForEach(p => p.TrySetException(Over()));
        subscribes.ForEach(s => s.TrySetException(Over()));
        ended.TrySetResult(why);
    }
}
