using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TeleMonitor.Vitals.Wire;

/// <summary>Items and messages as UTF-8 JSON, and back. Reading never throws on bad bytes; it says what is wrong.</summary>
public static class WireItems
{
    /// <summary>Largest item accepted: a batch of one must fit its limit.</summary>
    public const int MaxItemBytes = Batch.MaxBytes - Batch.HeadBytes;

    /// <summary>A reading without a number says so (<c>value: null</c> beside <c>special</c>); an answer has no value at all.</summary>
    private static readonly JsonTypeInfo<ReadingItem> ReadingType = (JsonTypeInfo<ReadingItem>)new JsonSerializerOptions(WireJson.Default.Options)
    {
        TypeInfoResolver = ((IJsonTypeInfoResolver)WireJson.Default).WithAddedModifier(static info =>
        {
            if (info.Type == typeof(ReadingItem))
            {
                info.Properties.Single(property => property.Name is "value").ShouldSerialize = static (item, value) => value is not null || ((ReadingItem)item).Special is not null;
            }
        }),
    }.GetTypeInfo(typeof(ReadingItem));

    /// <summary>An item as the bytes that stand in the outbox, on the wire and in the hub's store.</summary>
    /// <exception cref="ArgumentException">A kind that this version does not have.</exception>
    public static byte[] Write(Item item) => item switch
    {
        ReadingItem reading => JsonSerializer.SerializeToUtf8Bytes(reading, ReadingType),
        ScoreItem score => JsonSerializer.SerializeToUtf8Bytes(score, WireJson.Default.ScoreItem),
        AssessmentItem assessment => JsonSerializer.SerializeToUtf8Bytes(assessment, WireJson.Default.AssessmentItem),
        AlertItem alert => JsonSerializer.SerializeToUtf8Bytes(alert, WireJson.Default.AlertItem),
        HelpItem help => JsonSerializer.SerializeToUtf8Bytes(help, WireJson.Default.HelpItem),
        StatusItem status => JsonSerializer.SerializeToUtf8Bytes(status, WireJson.Default.StatusItem),
        FindingItem finding => JsonSerializer.SerializeToUtf8Bytes(finding, WireJson.Default.FindingItem),
        ThinnedItem thinned => JsonSerializer.SerializeToUtf8Bytes(thinned, WireJson.Default.ThinnedItem),
        GoneItem gone => JsonSerializer.SerializeToUtf8Bytes(gone, WireJson.Default.GoneItem),
        TimeCorrectedItem corrected => JsonSerializer.SerializeToUtf8Bytes(corrected, WireJson.Default.TimeCorrectedItem),
        EndedItem ended => JsonSerializer.SerializeToUtf8Bytes(ended, WireJson.Default.EndedItem),
        _ => throw new ArgumentException($"no wire form for {item.GetType().Name}", nameof(item)),
    };

    /// <summary>Reads one item.</summary>
    /// <param name="bytes">The item's exact bytes.</param>
    /// <param name="item">The item; null when false is returned.</param>
    /// <param name="problem">What is wrong, naming the field; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Item? item, out string problem)
    {
        item = null;
        if (bytes.Length > MaxItemBytes)
        {
            problem = $"the item is {bytes.Length} bytes, at most {MaxItemBytes} are allowed";
            return false;
        }
        try
        {
            string? kind = KindOf(bytes);
            item = kind switch
            {
                WireWord.Reading or WireWord.Answer => JsonSerializer.Deserialize(bytes, WireJson.Default.ReadingItem),
                WireWord.Score => JsonSerializer.Deserialize(bytes, WireJson.Default.ScoreItem),
                WireWord.Assessment => JsonSerializer.Deserialize(bytes, WireJson.Default.AssessmentItem),
                WireWord.Alert or WireWord.Cleared => JsonSerializer.Deserialize(bytes, WireJson.Default.AlertItem),
                WireWord.Help => JsonSerializer.Deserialize(bytes, WireJson.Default.HelpItem),
                WireWord.Status => JsonSerializer.Deserialize(bytes, WireJson.Default.StatusItem),
                WireWord.Finding => JsonSerializer.Deserialize(bytes, WireJson.Default.FindingItem),
                WireWord.Thinned => JsonSerializer.Deserialize(bytes, WireJson.Default.ThinnedItem),
                WireWord.Gone => JsonSerializer.Deserialize(bytes, WireJson.Default.GoneItem),
                WireWord.TimeCorrected => JsonSerializer.Deserialize(bytes, WireJson.Default.TimeCorrectedItem),
                WireWord.Ended => JsonSerializer.Deserialize(bytes, WireJson.Default.EndedItem),
                _ => null,
            };
            problem = item is null ? $"kind '{kind}' is not known to this version" : ItemCheck.Problem(item);
        }
        catch (Exception bad) when (IsBadData(bad))
        {
            problem = "the item is not the JSON that was expected: " + bad.Message;
        }
        if (problem.Length > 0)
        {
            item = null;
        }
        return item is not null;
    }

    /// <summary>A message as JSON.</summary>
    public static byte[] Write(Receipt receipt) => JsonSerializer.SerializeToUtf8Bytes(receipt, WireJson.Default.Receipt);
    /// <inheritdoc cref="Write(Receipt)"/>
    public static byte[] Write(NoticeBatch notices) => JsonSerializer.SerializeToUtf8Bytes(notices, WireJson.Default.NoticeBatch);
    /// <inheritdoc cref="Write(Receipt)"/>
    public static byte[] Write(Presence presence) => JsonSerializer.SerializeToUtf8Bytes(presence, WireJson.Default.Presence);

    /// <summary>Reads a message; null with the problem when it is not one of this version.</summary>
    public static Receipt? ReadReceipt(ReadOnlySpan<byte> bytes, out string problem) => Read(bytes, WireJson.Default.Receipt, r => r.V, MessageCheck.Problem, out problem);
    /// <inheritdoc cref="ReadReceipt"/>
    public static NoticeBatch? ReadNotices(ReadOnlySpan<byte> bytes, out string problem) => Read(bytes, WireJson.Default.NoticeBatch, n => n.V, MessageCheck.Problem, out problem);
    /// <inheritdoc cref="ReadReceipt"/>
    public static Presence? ReadPresence(ReadOnlySpan<byte> bytes, out string problem) => Read(bytes, WireJson.Default.Presence, p => p.V, MessageCheck.Problem, out problem);

    private static T? Read<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type, Func<T, int> version, Func<T, string> check, out string problem) where T : class
    {
        try
        {
            T? message = JsonSerializer.Deserialize(bytes, type);
            problem = message switch
            {
                null => "the message is empty",
                _ when version(message) != WireWord.Version => $"v must be {WireWord.Version}, it is {version(message)}",
                _ => check(message),
            };
            return problem.Length == 0 ? message : null;
        }
        catch (Exception bad) when (IsBadData(bad))
        {
            problem = "the message is not the JSON that was expected: " + bad.Message;
            return null;
        }
    }

    private static bool IsBadData(Exception bad) => bad is JsonException or FormatException or InvalidOperationException or NotSupportedException;

    private static string? KindOf(ReadOnlySpan<byte> bytes)
    {
        var json = new Utf8JsonReader(bytes);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool found = json.ValueTextEquals("kind"u8);
            json.Read();
            if (found)
            {
                return json.GetString();
            }
            json.Skip();
        }
        return null;
    }
}
