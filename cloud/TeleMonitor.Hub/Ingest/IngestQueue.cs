using TeleMonitor.Mqtt;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Messages of one session that are not yet stored; the session's receive maximum bounds them. Alerts leave first and by themselves, so
/// that they wait for at most one commit of other lanes, however much of a backlog those bring (design.md rule 6). A gateway has one
/// batch of a lane under way, so nothing of one lane is overtaken by its own.
/// </summary>
internal sealed class IngestQueue
{
    /// <summary>Messages that are stored in one transaction at most.</summary>
    public const int MostTogether = 64;
    /// <summary>Bytes after which no further message joins a transaction: what an alert may have to wait for, 100 to 200 ms of storing.</summary>
    public const int BytesTogether = 1024 * 1024;

    private readonly Queue<MqttMessage> alerts = new(), others = new();

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => alerts.Count == 0 && others.Count == 0;

    /// <summary>Puts a message behind those of its kind.</summary>
    public void Add(MqttMessage message) => (message.Topic.EndsWith("/up/alert", StringComparison.Ordinal) ? alerts : others).Enqueue(message);

    /// <summary>Takes what the next transaction stores.</summary>
    public List<MqttMessage> Next()
    {
        Queue<MqttMessage> from = alerts.Count > 0 ? alerts : others;
        var together = new List<MqttMessage>(Math.Min(from.Count, MostTogether));
        int bytes = 0;
        while (together.Count < MostTogether && bytes < BytesTogether && from.TryDequeue(out MqttMessage? message))
        {
            together.Add(message);
            bytes += message.Payload.Length;
        }
        return together;
    }
}
