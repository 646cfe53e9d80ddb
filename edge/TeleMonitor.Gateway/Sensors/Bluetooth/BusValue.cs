using System.Collections.ObjectModel;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>
/// One D-Bus value, read whole: a variant is what it holds, a dictionary's keys are text. Asked for as what it is not, it answers
/// null or empty and never throws: what stands in a message is the other side's choice.
/// </summary>
/// <param name="Signature">One complete D-Bus type, such as <c>s</c>, <c>ay</c> or <c>a{sv}</c>; of what a variant holds.</param>
/// <param name="Content">string, bool, long, double, byte[], BusValue[] or a dictionary; null only in an absent value.</param>
internal readonly record struct BusValue(string Signature, object? Content)
{
    /// <summary>Text, an object path or a signature.</summary>
    public string? Text => Content as string;

    public bool? Flag => Content as bool?;

    /// <summary>Any whole number; null for one above 2^63 − 1.</summary>
    public long? Number => Content as long?;

    public byte[]? Bytes => Content as byte[];

    /// <summary>Of an array or a struct.</summary>
    public IReadOnlyList<BusValue> Items => Content as BusValue[] ?? [];

    /// <summary>Of a dictionary.</summary>
    public IReadOnlyDictionary<string, BusValue> Entries =>
        Content as IReadOnlyDictionary<string, BusValue> ?? ReadOnlyDictionary<string, BusValue>.Empty;

    /// <summary>An entry of a dictionary; absent: a value without content.</summary>
    public BusValue this[string key] => Entries.TryGetValue(key, out BusValue found) ? found : default;

    public static BusValue Of(string text) => new("s", text);

    public static BusValue Of(bool flag) => new("b", flag);

    public static BusValue Of(uint number) => new("u", (long)number);

    public static BusValue Of(short number) => new("n", (long)number);

    public static BusValue Of(ReadOnlySpan<byte> bytes) => new("ay", bytes.ToArray());

    public static BusValue Of(IEnumerable<string> texts) => new("as", texts.Select(Of).ToArray());

    /// <summary>As an argument of type <c>v</c>.</summary>
    public BusValue AsVariant() => new("v", this);

    public static BusValue Path(string path) => new("o", path);

    public static BusValue Struct(params BusValue[] items) => new($"({string.Concat(items.Select(item => item.Signature))})", items);

    /// <summary>Items of one type, which must be said because there may be none.</summary>
    public static BusValue Array(string itemSignature, params BusValue[] items) => new("a" + itemSignature, items);

    /// <summary>What D-Bus writes <c>a{sv}</c>: options, properties.</summary>
    public static BusValue Options(params (string Name, BusValue Value)[] entries) =>
        new("a{sv}", entries.ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal));

    /// <summary>What D-Bus writes <c>a{sa{sv}}</c>: an object's interfaces with their properties.</summary>
    public static BusValue Interfaces(string name, BusValue properties) =>
        new("a{sa{sv}}", new Dictionary<string, BusValue>(StringComparer.Ordinal) { [name] = properties });
}
