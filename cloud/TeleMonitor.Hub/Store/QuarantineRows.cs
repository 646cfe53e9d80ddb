using System.Text.Json;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Store;

/// <summary>Something that is put aside, with all that is needed to take it later.</summary>
/// <param name="Gateway">Gateway.</param>
/// <param name="Outbox">Outbox.</param>
/// <param name="Lane">Lane.</param>
/// <param name="First">First number.</param>
/// <param name="Count">How many numbers.</param>
/// <param name="Code">Word of the refusal: one of a closed list.</param>
/// <param name="Reason">The sentence that names the place and what was expected.</param>
public sealed record QuarantineEntry(string Gateway, string Outbox, string Lane, long First, long Count, string Code, string Reason)
{
    /// <summary>Boot, clock and versions of a single item; null for a whole batch, which has its own.</summary>
    public BatchContext? Context { get; init; }
    /// <summary>When its batch was sent, by the gateway's clock.</summary>
    public DateTimeOffset? Sent { get; init; }
    /// <summary>The message's properties, for a whole batch; empty for a single item.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; } = [];
}

/// <summary>One entry of the quarantine, without its bytes.</summary>
/// <param name="Id">Row.</param>
/// <param name="Gateway">Gateway.</param>
/// <param name="Outbox">Outbox.</param>
/// <param name="Lane">Lane.</param>
/// <param name="FirstNumber">First number.</param>
/// <param name="ItemCount">How many numbers.</param>
/// <param name="Reason">Why, as a sentence.</param>
/// <param name="ByteCount">Bytes that are kept.</param>
/// <param name="StoredMs">When it was put aside.</param>
/// <param name="Code">Why, as a word of a closed list.</param>
/// <param name="TakenMs">When it was taken after all; null while it is not.</param>
public sealed record QuarantineRow(long Id, string Gateway, string Outbox, string Lane, long FirstNumber, long ItemCount, string Reason, long ByteCount, long StoredMs, string Code,
    long? TakenMs);

public sealed partial class StoreTransaction
{
    private const string QuarantineColumns =
        "id as Id, gateway as Gateway, outbox as Outbox, lane as Lane, first_number as FirstNumber, item_count as ItemCount, reason as Reason, length(bytes) as ByteCount, stored_ms as StoredMs, code as Code, taken_ms as TakenMs";

    /// <summary>Puts bytes aside with the reason.</summary>
    public void Quarantine(QuarantineEntry entry, ReadOnlyMemory<byte> bytes, DateTimeOffset now) => Run(
        """
        insert into quarantine (gateway, outbox, lane, first_number, item_count, code, reason, bytes, stored_ms, boot, clock, versions, sent_ms, properties)
        values (@Gateway, @Outbox, @Lane, @First, @Count, @Code, @Reason, @bytes, @now, @boot, @clock, @versions, @sent, @properties)
        """,
        new
        {
            entry.Gateway, entry.Outbox, entry.Lane, entry.First, entry.Count, entry.Code, entry.Reason, bytes = bytes.ToArray(), now = Milliseconds(now),
            boot = entry.Context?.Boot, clock = entry.Context?.Clock, versions = entry.Context is { } context ? JsonSerializer.Serialize(context.Versions) : null,
            sent = entry.Sent is { } sent ? Milliseconds(sent) : (long?)null, properties = entry.Properties.Count > 0 ? JsonSerializer.Serialize(entry.Properties) : null,
        });

    /// <summary>Everything that was put aside, newest first; what was taken since too.</summary>
    public IReadOnlyList<QuarantineRow> Quarantined() => [.. Query<QuarantineRow>($"select {QuarantineColumns} from quarantine order by id desc")];

    /// <summary>Ids of the entries that were not taken yet, in the order in which they came.</summary>
    public IReadOnlyList<long> QuarantineOpen() => [.. Query<long>("select id from quarantine where taken_ms is null order by id")];

    /// <summary>An entry with its bytes; null when there is none with this id.</summary>
    public (QuarantineRow Row, QuarantineEntry Entry, byte[] Bytes)? QuarantineOf(long id)
    {
        if (One<QuarantineRow>($"select {QuarantineColumns} from quarantine where id = @id", new { id }) is not { } row)
        {
            return null;
        }
        KeptContext kept = One<KeptContext>("select boot as Boot, clock as Clock, versions as Versions, sent_ms as SentMs, properties as Properties, bytes as Bytes from quarantine where id = @id", new { id })!;
        return (row, new QuarantineEntry(row.Gateway, row.Outbox, row.Lane, row.FirstNumber, row.ItemCount, row.Code, row.Reason)
        {
            Context = kept is { Boot: { } boot, Clock: { } clock, Versions: { } versions } ? new BatchContext(boot, clock, JsonSerializer.Deserialize<Dictionary<string, string>>(versions)!) : null,
            Sent = kept.SentMs is { } sent ? Time(sent) : null,
            Properties = kept.Properties is { } properties ? JsonSerializer.Deserialize<KeyValuePair<string, string>[]>(properties)! : [],
        }, kept.Bytes);
    }

    /// <summary>Notes that an entry was taken after all. Its bytes stay.</summary>
    public void MarkTaken(long id, DateTimeOffset now) => Run("update quarantine set taken_ms = @now where id = @id", new { id, now = Milliseconds(now) });

    private sealed record KeptContext(string? Boot, string? Clock, string? Versions, long? SentMs, string? Properties, byte[] Bytes);
}
