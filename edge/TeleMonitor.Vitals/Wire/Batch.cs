using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace TeleMonitor.Vitals.Wire;

/// <summary>The head of a batch.</summary>
/// <param name="Outbox">Id of the outbox file.</param>
/// <param name="Lane">alert, reading or status.</param>
/// <param name="First">Number of the first item, from 1.</param>
/// <param name="Before">Chain at First − 1.</param>
/// <param name="Sent">Wall time of sending.</param>
/// <param name="Context">Boot, clock state and versions of all items.</param>
public sealed record BatchHead(string Outbox, string Lane, long First, Chain Before, DateTimeOffset Sent, BatchContext Context);

/// <summary>A batch of one lane as bytes, and back. Items stay the exact bytes they are; nothing here knows their content.</summary>
public static class Batch
{
    /// <summary>Most items in a batch (design.md section 6).</summary>
    public const int MaxItems = 500;
    /// <summary>Most bytes in a batch (design.md section 6).</summary>
    public const int MaxBytes = 120 * 1024;
    /// <summary>Room kept for the head, so that the sum of items decides whether a batch is full.</summary>
    public const int HeadBytes = 2 * 1024;
    /// <summary>Most characters in the id of an outbox.</summary>
    public const int MaxOutboxLength = 64;
    /// <summary>Highest number of a first item, so that the numbers after it cannot overflow.</summary>
    public const long MaxFirst = long.MaxValue / 2;

    /// <summary>Writes a batch. The items stand unchanged and without white space between the commas.</summary>
    /// <exception cref="ArgumentException">No items, or more than <see cref="MaxItems"/>.</exception>
    public static byte[] Write(BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        if (items.Count is 0 or > MaxItems)
        {
            throw new ArgumentException($"a batch has 1 to {MaxItems} items, this one {items.Count}", nameof(items));
        }
        var bytes = new ArrayBufferWriter<byte>(HeadBytes + items.Sum(item => item.Length + 1));
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("v", WireWord.Version);
            json.WriteString("outbox", head.Outbox);
            json.WriteString("lane", head.Lane);
            json.WriteNumber("first", head.First);
            json.WriteString("before", head.Before.ToString());
            json.WriteString("sent", head.Sent);
            json.WriteString("boot", head.Context.Boot);
            json.WriteString("clock", head.Context.Clock);
            json.WriteStartObject("versions");
            foreach ((string name, string version) in head.Context.Versions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, version);
            }
            json.WriteEndObject();
            json.WriteStartArray("items");
            foreach (ReadOnlyMemory<byte> item in items)
            {
                json.WriteRawValue(item.Span, skipInputValidation: true);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads a batch. Never throws on bad bytes.</summary>
    /// <param name="body">The message's payload; the returned items point into it.</param>
    /// <param name="head">The head; null when false is returned.</param>
    /// <param name="items">The items' exact bytes; empty when false is returned.</param>
    /// <param name="problem">One sentence that names the field and what was expected; empty when true is returned.</param>
    public static bool TryRead(ReadOnlyMemory<byte> body, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem)
    {
        head = null;
        items = [];
        if (body.Length > MaxBytes)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the batch is {body.Length} bytes, at most {MaxBytes} are allowed");
            return false;
        }
        try
        {
            var fields = new Fields();
            problem = fields.Read(body);
            if (problem.Length > 0)
            {
                return false;
            }
            head = new BatchHead(fields.Outbox!, fields.Lane!, fields.First, fields.Before, fields.Sent,
                new BatchContext(fields.Boot!, fields.Clock!, fields.Versions!));
            items = fields.Items!;
            return true;
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            problem = "the batch is not the JSON that was expected: " + bad.Message;
            return false;
        }
    }

    private sealed class Fields
    {
        public string? Outbox, Lane, Boot, Clock;
        public long First, Version;
        public Chain Before;
        public DateTimeOffset Sent;
        public Dictionary<string, string>? Versions;
        public List<ReadOnlyMemory<byte>>? Items;
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private bool chainRead, sentRead;

        public string Read(ReadOnlyMemory<byte> body)
        {
            var json = new Utf8JsonReader(body.Span);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return "the batch must be a JSON object";
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                if (!names.Add(name))
                {
                    return $"{name} stands twice: two readers could read two batches"; // the chain proves one of them only
                }
                json.Read();
                ReadField(name, ref json, body);
            }
            return json.Read() ? "nothing may follow the batch" : Check();
        }

        private void ReadField(string name, ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
        {
            switch (name)
            {
                case "v": Version = json.GetInt64(); break;
                case "outbox": Outbox = json.GetString(); break;
                case "lane": Lane = json.GetString(); break;
                case "first": First = json.GetInt64(); break;
                case "before": chainRead = Chain.TryParse(json.GetString(), out Before); break;
                case "sent": Sent = json.GetDateTimeOffset(); sentRead = true; break;
                case "boot": Boot = json.GetString(); break;
                case "clock": Clock = json.GetString(); break;
                case "versions": Versions = ReadVersions(ref json); break;
                case "items": Items = ReadItems(ref json, body); break;
                default: json.Skip(); break; // version 1 may gain optional fields
            }
        }

        private static Dictionary<string, string> ReadVersions(ref Utf8JsonReader json)
        {
            var versions = new Dictionary<string, string>(StringComparer.Ordinal);
            if (json.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("versions must be an object");
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                json.Read();
                string version = json.GetString() ?? throw new FormatException($"versions.{name} must be a text");
                if (!versions.TryAdd(name, version))
                {
                    throw new FormatException($"versions.{name} stands twice");
                }
            }
            return versions;
        }

        private static List<ReadOnlyMemory<byte>> ReadItems(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
        {
            var items = new List<ReadOnlyMemory<byte>>();
            if (json.TokenType != JsonTokenType.StartArray)
            {
                throw new FormatException("items must be an array");
            }
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                int start = checked((int)json.TokenStartIndex);
                json.Skip();
                items.Add(body[start..checked((int)json.BytesConsumed)]);
            }
            return items;
        }

        private string Check()
        {
            var problems = new List<string>();
            void Require(bool held, string expected)
            {
                if (!held)
                {
                    problems.Add(expected);
                }
            }
            Require(Version == WireWord.Version, $"v must be {WireWord.Version}, it is {Version}");
            Require(Outbox is { Length: >= 1 and <= MaxOutboxLength }, $"outbox must have 1 to {MaxOutboxLength} characters");
            Require(Lane is not null && WireWord.Lanes.Contains(Lane), "lane must be alert, reading or status");
            Require(First is >= 1 and <= MaxFirst, "first must be at least 1 and leave room for the numbers after it");
            Require(chainRead, "before must be 16 hex digits");
            Require(sentRead, "sent is missing");
            Require(!string.IsNullOrEmpty(Boot), "boot is missing");
            Require(Clock is "synchronised" or "holdover" or "unset", "clock must be synchronised, holdover or unset");
            Require(Versions is not null, "versions is missing");
            Require(Items is { Count: >= 1 and <= MaxItems }, $"items must be an array of 1 to {MaxItems}");
            return string.Join("; ", problems);
        }
    }
}

/// <summary>
/// The same facts as MQTT user properties, so that a body nobody can read can still be counted, put aside and moved past.
/// </summary>
/// <param name="Outbox">Outbox id.</param>
/// <param name="Lane">Lane.</param>
/// <param name="First">Number of the first item.</param>
/// <param name="Count">How many items.</param>
/// <param name="Before">Chain before the first.</param>
/// <param name="After">Chain at the last.</param>
/// <param name="Through">
/// Only where one item (thinned, gone) stands for several numbers: the last of them. <paramref name="After"/> is then the chain that the
/// outbox kept for that number and does not follow from the item's bytes.
/// </param>
public sealed record BatchProperties(string Outbox, string Lane, long First, int Count, Chain Before, Chain After, long? Through = null)
{
    /// <summary>Number of the last item.</summary>
    public long Last => Through ?? First + Count - 1;

    /// <summary>What a head and its items come to.</summary>
    public static BatchProperties Of(BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items) =>
        new(head.Outbox, head.Lane, head.First, items.Count, head.Before, items.Aggregate(head.Before, (chain, item) => chain.Next(item.Span)));

    /// <summary>As MQTT user properties.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToUserProperties() =>
    [
        new("outbox", Outbox), new("lane", Lane), new("first", First.ToString(CultureInfo.InvariantCulture)),
        new("count", Count.ToString(CultureInfo.InvariantCulture)), new("before", Before.ToString()), new("after", After.ToString()),
        .. Through is { } through ? [new KeyValuePair<string, string>("through", through.ToString(CultureInfo.InvariantCulture))] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    /// <summary>Reads them; false when one is missing, given twice or out of range (a count is 1 to <see cref="Batch.MaxItems"/>, and 1 beside <c>through</c>).</summary>
    public static bool TryRead(IReadOnlyList<KeyValuePair<string, string>> properties, out BatchProperties? read)
    {
        read = null;
        string? One(string name)
        {
            string? value = null;
            foreach ((string key, string text) in properties)
            {
                if (string.Equals(key, name, StringComparison.Ordinal))
                {
                    value = value is null ? text : ""; // twice is no value of any of these
                }
            }
            return value;
        }
        if (One("outbox") is not { Length: > 0 and <= Batch.MaxOutboxLength } outbox || One("lane") is not { } lane || !WireWord.Lanes.Contains(lane)
            || !long.TryParse(One("first"), NumberStyles.None, CultureInfo.InvariantCulture, out long first) || first is < 1 or > Batch.MaxFirst
            || !int.TryParse(One("count"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > Batch.MaxItems
            || !Chain.TryParse(One("before"), out Chain before) || !Chain.TryParse(One("after"), out Chain after))
        {
            return false;
        }
        long? through = null;
        if (One("through") is { } range)
        {
            if (!long.TryParse(range, NumberStyles.None, CultureInfo.InvariantCulture, out long last) || last < first || last > Batch.MaxFirst || count != 1)
            {
                return false;
            }
            through = last;
        }
        read = new BatchProperties(outbox, lane, first, count, before, after, through);
        return true;
    }
}
