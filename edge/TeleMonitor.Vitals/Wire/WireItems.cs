using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Wire;

/// <summary>Items and messages as UTF-8 JSON, and back. Reading never throws on bad bytes; it says what is wrong.</summary>
public static class WireItems
{
    /// <summary>Largest item accepted: a batch of one must fit its limit.</summary>
    public const int MaxItemBytes = Batch.MaxBytes - Batch.HeadBytes;

    /// <summary>An item as the bytes that stand in the outbox, on the wire and in the hub's store.</summary>
    /// <exception cref="ArgumentException">A kind that this version does not have.</exception>
    public static byte[] Write(Item item) => item switch
    {
        ReadingItem reading => JsonSerializer.SerializeToUtf8Bytes(reading, WireJson.Default.ReadingItem),
        ScoreItem score => JsonSerializer.SerializeToUtf8Bytes(score, WireJson.Default.ScoreItem),
        AlertItem alert => JsonSerializer.SerializeToUtf8Bytes(alert, WireJson.Default.AlertItem),
        StatusItem status => JsonSerializer.SerializeToUtf8Bytes(status, WireJson.Default.StatusItem),
        FindingItem finding => JsonSerializer.SerializeToUtf8Bytes(finding, WireJson.Default.FindingItem),
        _ => throw new ArgumentException($"no wire form for {item.GetType().Name}", nameof(item)),
    };

    /// <summary>Reads one item.</summary>
    /// <param name="bytes">The item's exact bytes.</param>
    /// <param name="item">The item; null when false is returned.</param>
    /// <param name="problem">What is wrong, naming the field; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Item? item, out string problem)
    {
        item = null;
        try
        {
            string? kind = KindOf(bytes);
            item = kind switch
            {
                WireWord.Reading or WireWord.Answer => JsonSerializer.Deserialize(bytes, WireJson.Default.ReadingItem),
                WireWord.Score => JsonSerializer.Deserialize(bytes, WireJson.Default.ScoreItem),
                WireWord.Alert or WireWord.Cleared => JsonSerializer.Deserialize(bytes, WireJson.Default.AlertItem),
                WireWord.Status => JsonSerializer.Deserialize(bytes, WireJson.Default.StatusItem),
                WireWord.Finding => JsonSerializer.Deserialize(bytes, WireJson.Default.FindingItem),
                _ => null,
            };
            problem = item is null ? $"kind '{kind}' is not known to this version" : Check(item);
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or NotSupportedException)
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
    public static Receipt? ReadReceipt(ReadOnlySpan<byte> bytes, out string problem) => Read(bytes, WireJson.Default.Receipt, r => r.V, out problem);
    /// <inheritdoc cref="ReadReceipt"/>
    public static NoticeBatch? ReadNotices(ReadOnlySpan<byte> bytes, out string problem) => Read(bytes, WireJson.Default.NoticeBatch, n => n.V, out problem);
    /// <inheritdoc cref="ReadReceipt"/>
    public static Presence? ReadPresence(ReadOnlySpan<byte> bytes, out string problem) => Read(bytes, WireJson.Default.Presence, p => p.V, out problem);

    private static T? Read<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type, Func<T, int> version, out string problem) where T : class
    {
        try
        {
            T? message = JsonSerializer.Deserialize(bytes, type);
            problem = message is null ? "the message is empty" : version(message) == WireWord.Version ? "" : $"v must be {WireWord.Version}, it is {version(message)}";
            return problem.Length == 0 ? message : null;
        }
        catch (JsonException bad)
        {
            problem = "the message is not the JSON that was expected: " + bad.Message;
            return null;
        }
    }

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

    private static string Check(Item item)
    {
        if (item.Tick < 0 || item.Code.Length is 0 or > 64 || item.Assignment < 0)
        {
            return "tick and asg must not be negative, code must have 1 to 64 characters";
        }
        return item switch
        {
            ReadingItem reading => CheckReading(reading),
            ScoreItem score => TriageWord.TryRead(score.Triage, out _) ? "" : $"triage '{score.Triage}' is none of green, yellow, red, unknown",
            AlertItem alert => TriageWord.TryRead(alert.Triage, out _) ? "" : $"triage '{alert.Triage}' is none of green, yellow, red, unknown",
            _ => "",
        };
    }

    private static string CheckReading(ReadingItem reading)
    {
        int given = (reading.Value is null ? 0 : 1) + (reading.Special is null ? 0 : 1) + (reading.Answer is null ? 0 : 1);
        if (given != 1)
        {
            return "exactly one of value, special and answer must be given";
        }
        return GradeWord.TryRead(reading.Grade, out _) ? "" : $"grade '{reading.Grade}' is none of good, doubtful, unusable";
    }
}
