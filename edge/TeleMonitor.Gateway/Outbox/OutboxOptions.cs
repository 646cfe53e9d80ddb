using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>What an outbox file is opened with.</summary>
public sealed record OutboxOptions
{
    /// <summary>
    /// Default of <see cref="LimitBytes"/>: 90 days at 40 readings a minute with their scores, half as much again for rows that are larger
    /// than most, and the log (OUTBOX.md).
    /// </summary>
    public const long DefaultLimit = 4L << 30;

    /// <summary>Smallest limit: the reserve, the log and a day of readings.</summary>
    public const long LeastLimit = 64L << 20;

    /// <summary>Gives the id of a new outbox: 16 hex digits from a random source.</summary>
    public required Func<string> NewId { get; init; }

    /// <summary>The gateway whose outbox it is; null when it is not told. A file of another gateway is put aside: its items are not this one's to send.</summary>
    public string? Gateway { get; init; }

    /// <summary>Serial number of the machine, where it has one. A file that comes from another machine goes on under a new id, since that one may go on too.</summary>
    public string? Machine { get; init; }

    /// <summary>Most bytes that the file may take with its log and its reserve.</summary>
    public long LimitBytes { get; init; } = DefaultLimit;

    /// <summary>Monotonic microseconds since boot: ticks of what is said about the file itself.</summary>
    public Func<long> Microseconds { get; init; } = () => 0;

    /// <summary>Context and wall time of what is said about the file itself.</summary>
    public Func<(BatchContext Context, DateTimeOffset At)> Now { get; init; } =
        () => (new BatchContext("unknown", "unset", new Dictionary<string, string>()), DateTimeOffset.UnixEpoch);
}

/// <summary>The file is no longer what was written. Opening it again puts it aside and salvages what can be read.</summary>
/// <param name="message">What was found.</param>
/// <param name="inner">What SQLite said.</param>
public sealed class DamagedOutboxException(string message, Exception? inner = null) : Exception(message, inner);
