using System.Text;
using System.Text.Json;

namespace TeleMonitor.Vitals.Wire;

/// <summary>
/// What a set needs of a stored reading or answer, read in place: a replay reads a million. The bytes were checked when they were taken; of those
/// it does not need nothing is looked at. Valid as long as the bytes are.
/// </summary>
public readonly ref struct StoredReading
{
    /// <inheritdoc cref="Item.Code"/>
    public ReadOnlySpan<byte> Code { get; private init; }
    /// <inheritdoc cref="ReadingItem.Value"/>
    public double? Value { get; private init; }
    /// <summary>The word of an answer; empty on a number.</summary>
    public ReadOnlySpan<byte> Answer { get; private init; }
    /// <summary>UCUM unit; empty on a word.</summary>
    public ReadOnlySpan<byte> Unit { get; private init; }
    /// <summary>Where a temperature was taken; empty when not stated.</summary>
    public ReadOnlySpan<byte> Site { get; private init; }
    /// <inheritdoc cref="ReadingItem.Grade"/>
    public ReadOnlySpan<byte> Grade { get; private init; }
    /// <summary>The set it belongs to; empty when it belongs to none.</summary>
    public ReadOnlySpan<byte> Set { get; private init; }

    /// <summary>Reads an item; false when it is no reading and no answer, or no JSON. Never throws on bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out StoredReading reading)
    {
        reading = default;
        try
        {
            return TryReadObject(bytes, ref reading);
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryReadObject(ReadOnlySpan<byte> bytes, ref StoredReading reading)
    {
        var json = new Utf8JsonReader(bytes);
        ReadOnlySpan<byte> kind = default, code = default, answer = default, unit = default, site = default, grade = default, set = default;
        double? value = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan; // an escaped name is none of these
            json.Read();
            switch (name.Length, json.TokenType)
            {
                case (3, JsonTokenType.String) when name.SequenceEqual("set"u8): set = Text(ref json); break;
                case (4, JsonTokenType.String) when name.SequenceEqual("kind"u8): kind = Text(ref json); break;
                case (4, JsonTokenType.String) when name.SequenceEqual("code"u8): code = Text(ref json); break;
                case (4, JsonTokenType.String) when name.SequenceEqual("unit"u8): unit = Text(ref json); break;
                case (4, JsonTokenType.String) when name.SequenceEqual("site"u8): site = Text(ref json); break;
                case (5, JsonTokenType.String) when name.SequenceEqual("grade"u8): grade = Text(ref json); break;
                case (6, JsonTokenType.String) when name.SequenceEqual("answer"u8): answer = Text(ref json); break;
                case (5, JsonTokenType.Number) when name.SequenceEqual("value"u8): value = json.TryGetDouble(out double number) ? number : null; break;
                default: json.Skip(); break;
            }
        }
        reading = new StoredReading { Code = code, Value = value, Answer = answer, Unit = unit, Site = site, Grade = grade, Set = set };
        return json.TokenType == JsonTokenType.EndObject && (kind.SequenceEqual("reading"u8) || kind.SequenceEqual("answer"u8));
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json) => json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;
}
