using System.Text.Json.Serialization;

namespace TeleMonitor.Vitals.Wire;

/// <summary>What stands once in a batch, because it is the same for all its items.</summary>
/// <param name="Boot">Kernel boot id under which the items were made.</param>
/// <param name="Clock">State of the wall clock then: synchronised, holdover, unset.</param>
/// <param name="Versions">Versions then, by name: gateway, engine, one per chart.</param>
public sealed record BatchContext(string Boot, string Clock, IReadOnlyDictionary<string, string> Versions)
{
    /// <summary>True when items of both may stand in one batch.</summary>
    public bool SameAs(BatchContext other) =>
        string.Equals(Boot, other.Boot, StringComparison.Ordinal) && string.Equals(Clock, other.Clock, StringComparison.Ordinal)
        && Versions.Count == other.Versions.Count
        && Versions.All(pair => other.Versions.TryGetValue(pair.Key, out string? value) && string.Equals(value, pair.Value, StringComparison.Ordinal));
}

/// <summary>The hub's answer on <c>down/receipt</c>: what it has committed of one lane, or that it does not know the gateway.</summary>
public sealed record Receipt
{
    /// <summary>Wire version.</summary>
    public int V { get; init; } = WireWord.Version;
    /// <summary>Random id of the hub's store.</summary>
    public required string Hub { get; init; }
    /// <summary>Outbox the receipt is about; absent in an <c>unknown</c> answer.</summary>
    public string? Outbox { get; init; }
    /// <summary>Lane the receipt is about; absent in an <c>unknown</c> answer.</summary>
    public string? Lane { get; init; }
    /// <summary>Every item up to and including this one is committed; absent in an <c>unknown</c> answer.</summary>
    public long? Through { get; init; }
    /// <summary>Chain at <see cref="Through"/>, 16 hex digits.</summary>
    public string? Chain { get; init; }
    /// <summary>How many items of this outbox and lane lie in quarantine.</summary>
    public long? Refused { get; init; }
    /// <summary>True when the gateway shall send again from Through + 1.</summary>
    public bool? Resend { get; init; }
    /// <summary>The word <c>unknown</c> when the gateway is not registered; absent otherwise.</summary>
    public string? Answer { get; init; }
    /// <summary>The hub's time.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Downward lane <c>notice</c>: codes with parameters, never sentences.</summary>
public sealed record NoticeBatch
{
    /// <summary>Wire version.</summary>
    public int V { get; init; } = WireWord.Version;
    /// <summary>Random id of the hub's store; another hub starts at 1.</summary>
    public required string Hub { get; init; }
    /// <summary>Number of the first item.</summary>
    public required long First { get; init; }
    /// <summary>The notices, numbered upward from <see cref="First"/>.</summary>
    public required IReadOnlyList<Notice> Items { get; init; }
}

/// <summary>One notice to the home.</summary>
/// <param name="Code">taken, seen, closed, measure-again.</param>
/// <param name="Case">Number of the case.</param>
/// <param name="Role">Role of the person who acted; never a name.</param>
/// <param name="At">When it happened.</param>
/// <param name="Expires">After this it is shown as expired.</param>
public sealed record Notice(string Code, long Case, string Role, DateTimeOffset At, DateTimeOffset Expires);

/// <summary>Retained on <c>presence</c>: online at connect, offline as the will.</summary>
/// <param name="V">Wire version.</param>
/// <param name="State">online or offline.</param>
/// <param name="Boot">Kernel boot id.</param>
/// <param name="Connection">Number of the connection within the boot; an offline with a lower pair than the last online is ignored.</param>
/// <param name="At">Wall time at the gateway.</param>
public sealed record Presence(int V, string State, string Boot, long Connection, DateTimeOffset At);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ReadingItem))]
[JsonSerializable(typeof(ScoreItem))]
[JsonSerializable(typeof(AssessmentItem))]
[JsonSerializable(typeof(AlertItem))]
[JsonSerializable(typeof(HelpItem))]
[JsonSerializable(typeof(StatusItem))]
[JsonSerializable(typeof(FindingItem))]
[JsonSerializable(typeof(ThinnedItem))]
[JsonSerializable(typeof(GoneItem))]
[JsonSerializable(typeof(TimeCorrectedItem))]
[JsonSerializable(typeof(EndedItem))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(NoticeBatch))]
[JsonSerializable(typeof(Presence))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class WireJson : JsonSerializerContext;
