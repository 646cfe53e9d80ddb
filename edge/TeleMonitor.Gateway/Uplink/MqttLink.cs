using System.Collections.Concurrent;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Uplink;

/// <summary>Where a gateway connects to and as whom.</summary>
public sealed record MqttLinkOptions
{
    /// <summary>Gateway id: topics and client id.</summary>
    public required string Gateway { get; init; }
    /// <summary>Kernel boot id, for presence.</summary>
    public required string Boot { get; init; }
    /// <summary>Brokers in the order in which they are tried.</summary>
    public required IReadOnlyList<(string Host, int Port)> Brokers { get; init; }
    /// <summary>Trusted roots and own certificate.</summary>
    public required MqttTls? Tls { get; init; }
    /// <summary>Number of the next connection of this boot, counted durably.</summary>
    public required Func<long> NextConnection { get; init; }
    /// <summary>Silence after which the broker is asked whether it is there, and how long its answer may take: whole seconds from 1.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Longest wait between two attempts; at least 1 s.</summary>
    public TimeSpan BackOffCeiling { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// The real side of <see cref="ILink"/>: one MQTT session that is made again when it ends. Presence is retained online at connect,
/// offline by the will or at a clean end.
/// </summary>
/// <param name="options">Where and as whom.</param>
/// <param name="clock">For waiting and the presence's wall time.</param>
/// <param name="jitter">For back-off.</param>
/// <param name="raised">Called after each report, on any thread: somebody should call <see cref="TryReceive"/>.</param>
public sealed class MqttLink(MqttLinkOptions options, TimeProvider clock, Random jitter, Action raised) : ILink
{
    private readonly ConcurrentQueue<LinkEvent> reports = new();
    private readonly ConcurrentDictionary<long, MqttMessage> unacknowledged = new();
    private readonly string topic = $"tm/v1/{options.Gateway}/";
    private volatile MqttSession? session;
    private long connection, messageId;

    /// <summary>Keeps the connection up until stopped, then says offline and leaves.</summary>
    public Task RunAsync(CancellationToken stop) => MqttLoop.RunAsync(
        new MqttLoopOptions { Brokers = options.Brokers.Count, Connection = Connection, StableAfter = TimeSpan.FromSeconds(5), Ceiling = options.BackOffCeiling },
        UseAsync, Changed, clock, jitter, stop);

    /// <inheritdoc/>
    public bool TryReceive(out LinkEvent report) => reports.TryDequeue(out report);

    /// <inheritdoc/>
    public void Send(LinkBatch batch)
    {
        if (session is { } current)
        {
            _ = SendAsync(current, batch);
        }
    }

    /// <inheritdoc/>
    public void Acknowledge(long id)
    {
        if (unacknowledged.TryRemove(id, out MqttMessage? message))
        {
            session?.Acknowledge(message);
        }
    }

    private async Task SendAsync(MqttSession current, LinkBatch batch)
    {
        MqttReason reason;
        try
        {
            reason = await current.PublishAsync(new MqttPublish
            {
                Topic = topic + "up/" + batch.Lane, Payload = batch.Body, Qos = 1, ContentType = "application/json",
                UserProperties = batch.Properties.ToUserProperties(),
            }, CancellationToken.None);
        }
        catch (MqttException)
        {
            return; // the loop reports the loss
        }
        {
            LinkAnswer answer = reason switch
            {
                MqttReason.Success => LinkAnswer.Taken,
                MqttReason.NoMatchingSubscribers => LinkAnswer.NobodyListens,
                MqttReason.PacketTooLarge => LinkAnswer.TooLarge,
                _ => LinkAnswer.Refused,
            };
            Report(new LinkEvent(LinkEventKind.Answered, batch.Id, answer, Why: $"the broker answers a batch with {reason} (0x{(byte)reason:X2})"));
        }
    }

    private MqttOptions Connection(MqttAttempt attempt)
    {
        connection = options.NextConnection();
        (string host, int port) = options.Brokers[attempt.Broker];
        return new MqttOptions
        {
            Host = host, Port = port, ClientId = options.Gateway, Tls = options.Tls, KeepAlive = options.KeepAlive, PingTimeout = options.KeepAlive,
            Will = new MqttWill(topic + "presence", Presence("offline"), Qos: 1, Retain: true),
        };
    }

    private byte[] Presence(string state) => WireItems.Write(new Presence(WireWord.Version, state, options.Boot, connection, clock.GetUtcNow()));

    private async Task UseAsync(MqttSession current, CancellationToken over)
    {
        IReadOnlyList<MqttReason> granted = await current.SubscribeAsync([topic + "down/receipt", topic + "down/notice", topic + "down/profile"], qos: 1, over);
        for (int i = 0; i < granted.Count; i++)
        {
            if (granted[i] > MqttReason.GrantedQos1)
            {
                Report(new LinkEvent(LinkEventKind.Lost, Why: $"the broker does not let this gateway subscribe to its own topics ({granted[i]})"));
                return;
            }
        }
        MqttReason online = await current.PublishAsync(new MqttPublish { Topic = topic + "presence", Payload = Presence("online"), Qos = 1, Retain = true }, over);
        if (online is not (MqttReason.Success or MqttReason.NoMatchingSubscribers))
        {
            Report(new LinkEvent(LinkEventKind.Lost, Why: $"the broker does not let this gateway say that it is online ({online})"));
            return;
        }
        session = current;
        Report(new LinkEvent(LinkEventKind.Connected));
        try
        {
            await foreach (MqttMessage message in current.Incoming.ReadAllAsync(over))
            {
                Take(message);
            }
        }
        catch (OperationCanceledException) when (!current.Ended.IsCompleted)
        {
            // asked to stop: the will is not published after a clean end, so it is said here
            await current.PublishAsync(new MqttPublish { Topic = topic + "presence", Payload = Presence("offline"), Qos = 1, Retain = true }, CancellationToken.None)
                .WaitAsync(TimeSpan.FromSeconds(2), clock, CancellationToken.None).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        finally
        {
            session = null;
            unacknowledged.Clear();
        }
    }

    private void Take(MqttMessage message)
    {
        long id = Interlocked.Increment(ref messageId);
        unacknowledged[id] = message;
        LinkEventKind kind = message.Topic.EndsWith("/receipt", StringComparison.Ordinal) ? LinkEventKind.Receipt
            : message.Topic.EndsWith("/profile", StringComparison.Ordinal) ? LinkEventKind.Profile : LinkEventKind.Notices;
        Report(new LinkEvent(kind, id, Payload: message.Payload));
    }

    private void Changed(MqttLinkChange change)
    {
        if (change.State is MqttLinkState.Lost or MqttLinkState.Refused)
        {
            (string host, int port) = options.Brokers[change.Attempt.Broker];
            Report(new LinkEvent(LinkEventKind.Lost, Why: $"{host}:{port}: {change.Why}"));
        }
    }

    private void Report(in LinkEvent report)
    {
        reports.Enqueue(report);
        raised();
    }
}
