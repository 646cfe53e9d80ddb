using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>A message from a gateway, before anything is believed. The broker vouches for the gateway id in the topic (design.md section 7).</summary>
/// <param name="Gateway">Gateway id from the topic.</param>
/// <param name="Lane">Lane from the topic.</param>
/// <param name="Body">Payload.</param>
/// <param name="Properties">MQTT user properties.</param>
public sealed record IncomingBatch(string Gateway, string Lane, ReadOnlyMemory<byte> Body, IReadOnlyList<KeyValuePair<string, string>> Properties)
{
    /// <summary>Splits <c>tm/v1/{gateway}/up/{lane}</c>; false for any other topic.</summary>
    public static bool TryReadTopic(string topic, out string gateway, out string lane)
    {
        string[] parts = topic.Split('/');
        bool fits = parts is ["tm", "v1", _, "up", _] && WireWord.Lanes.Contains(parts[4]);
        (gateway, lane) = fits ? (parts[2], parts[4]) : ("", "");
        return fits;
    }
}

/// <summary>What became of a batch.</summary>
public enum IngestOutcome
{
    /// <summary>Its new items are stored, or put aside one by one; receipt.</summary>
    Stored,
    /// <summary>All of it was here before; receipt again.</summary>
    AlreadyStored,
    /// <summary>It begins after what is stored; receipt that asks to send again from there.</summary>
    Gap,
    /// <summary>It does not continue the chain that is stored: another file under the same outbox id; receipt as things stand.</summary>
    ChainDiffers,
    /// <summary>Nobody can read it: put aside whole, the lane moves on; receipt.</summary>
    RefusedWhole,
    /// <summary>The gateway is not registered: answer unknown, nothing stored, it keeps everything.</summary>
    Unregistered,
    /// <summary>Without usable properties it cannot even be counted past: finding, no receipt.</summary>
    NoProperties,
    /// <summary>No batch at all, on a topic that carries none: finding, no receipt.</summary>
    Unexpected,
}

/// <summary>The outcome of one batch and what to send once it is committed.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Receipt">To be sent after the commit; null when there is none to send.</param>
/// <param name="Items">How many items were new.</param>
/// <param name="Work">True when the case worker has something to do.</param>
public sealed record Ingested(IngestOutcome Outcome, Receipt? Receipt, int Items, bool Work)
{
    /// <summary>What was not taken, one entry each: counted once it is committed.</summary>
    public IReadOnlyList<Refusal> Refused { get; init; } = [];
    /// <summary>What else is counted once it is committed: metric and by how much.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();
}
