using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Uplink;

/// <summary>What became of a batch at the broker. It says nothing about the hub: only a receipt does.</summary>
public enum LinkAnswer
{
    /// <summary>The broker has it, and somebody subscribes to it.</summary>
    Taken,
    /// <summary>The broker has it, and nobody subscribes: no hub listens.</summary>
    NobodyListens,
    /// <summary>The broker, or what it announced, does not allow a message of this size.</summary>
    TooLarge,
    /// <summary>The broker does not allow it at all.</summary>
    Refused,
}

/// <summary>What a link reports.</summary>
public enum LinkEventKind
{
    /// <summary>A connection stands; subscriptions and presence are done.</summary>
    Connected,
    /// <summary>The connection is gone, or could not be made; what was sent may or may not have arrived.</summary>
    Lost,
    /// <summary>The broker has answered a batch.</summary>
    Answered,
    /// <summary>A receipt came in.</summary>
    Receipt,
    /// <summary>Notices came in.</summary>
    Notices,
    /// <summary>A bundle of settings came in.</summary>
    Profile,
}

/// <summary>One report of a link.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">Answered: which batch. What came in: what <see cref="ILink.Acknowledge"/> wants back.</param>
/// <param name="Answer">Answered only.</param>
/// <param name="Payload">Of what came in only.</param>
/// <param name="Why">Lost and Answered: one sentence.</param>
public readonly record struct LinkEvent(LinkEventKind Kind, long Id = 0, LinkAnswer Answer = default, ReadOnlyMemory<byte> Payload = default, string? Why = null);

/// <summary>A batch on its way to the broker.</summary>
/// <param name="Id">Chosen by the sender; comes back in the answer.</param>
/// <param name="Lane">Lane: decides the topic.</param>
/// <param name="Body">The batch.</param>
/// <param name="Properties">The same facts outside the body.</param>
public sealed record LinkBatch(long Id, string Lane, byte[] Body, BatchProperties Properties);

/// <summary>
/// The seam between the uplink and an MQTT session. A link never waits and never throws for what the network does: it reports.
/// Two sides: <see cref="MqttLink"/> and the tests' simulated link, which loses, delays, copies and reorders.
/// </summary>
public interface ILink
{
    /// <summary>The next report, in the order in which they happened.</summary>
    bool TryReceive(out LinkEvent report);

    /// <summary>Sends a batch; without a connection it is dropped, since <see cref="LinkEventKind.Lost"/> was or will be reported.</summary>
    void Send(LinkBatch batch);

    /// <summary>Says that an incoming message is dealt with, so that the next may come.</summary>
    void Acknowledge(long id);
}
