using System.Text;
using System.Text.Json;

namespace TeleMonitor.Vitals.Wire;

/// <summary>
/// What a set needs of a stored reading or answer, read in place: a replay reads a million. The bytes were checked when they were taken; of those
/// it does not need nothing is looked at. Valid as long as the bytes are.
/// </summary>
public ref struct StoredReading
{
    private const int MostDigits = 15; // such a whole number, and a power of ten up to 10^22, are exact: their quotient is the nearest double

    private ReadOnlySpan<byte> kind;

    /// <inheritdoc cref="Item.Code"/>
    public ReadOnlySpan<byte> Code { get; private set; }
    /// <inheritdoc cref="ReadingItem.Value"/>
    public double? Value { get; private set; }
    /// <summary>The word of an answer; empty on a number.</summary>
    public ReadOnlySpan<byte> Answer { get; private set; }
    /// <summary>UCUM unit; empty on a word.</summary>
    public ReadOnlySpan<byte> Unit { get; private set; }
    /// <summary>Where a temperature was taken; empty when not stated.</summary>
    public ReadOnlySpan<byte> Site { get; private set; }
    /// <inheritdoc cref="ReadingItem.Grade"/>
    public ReadOnlySpan<byte> Grade { get; private set; }
    /// <summary>The set it belongs to; empty when it belongs to none.</summary>
    public ReadOnlySpan<byte> Set { get; private set; }

    private readonly bool IsReading => kind.SequenceEqual("reading"u8) || kind.SequenceEqual("answer"u8);

    /// <summary>Reads an item; false when it is no reading and no answer, or no JSON. Never throws on bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out StoredReading reading)
    {
        reading = default;
        try
        {
            if (!TryReadPlain(bytes, ref reading))
            {
                reading = default;
                return TryReadAny(bytes, ref reading) && reading.IsReading;
            }
            return reading.IsReading;
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            reading = default;
            return false;
        }
    }

    /// <summary>
    /// Reads what nearly every item is: strings without an escape, decimal numbers, no space; lists and objects are stepped over. False at the first
    /// thing that is anything else. A quarter of the time of the general reader, and a replay does little else.
    /// </summary>
    private static bool TryReadPlain(ReadOnlySpan<byte> bytes, scoped ref StoredReading reading)
    {
        int at = 0;
        while (at < bytes.Length && bytes[at] == (at == 0 ? (byte)'{' : (byte)','))
        {
            if (!TryQuoted(bytes, at + 1, out int end) || bytes[end] != ':')
            {
                return false;
            }
            ReadOnlySpan<byte> name = bytes[(at + 2)..(end - 1)];
            at = end + 1;
            if (TryQuoted(bytes, at, out end))
            {
                reading.Put(name, bytes[(at + 1)..(end - 1)]);
            }
            else if (TryDecimal(bytes, at, out end, out double number))
            {
                reading.Value = name.SequenceEqual("value"u8) ? number : reading.Value;
            }
            else if (!TryNested(bytes, at, out end))
            {
                return false;
            }
            at = end;
        }
        return at > 0 && at == bytes.Length - 1 && bytes[at] == '}';
    }

    /// <summary>Steps over a string without an escape.</summary>
    /// <param name="bytes">The item.</param>
    /// <param name="at">Place of the first quote.</param>
    /// <param name="end">Behind the last one; there is a byte left there.</param>
    private static bool TryQuoted(ReadOnlySpan<byte> bytes, int at, out int end)
    {
        end = at;
        if (at >= bytes.Length || bytes[at] != '"')
        {
            return false;
        }
        int length = bytes[(at + 1)..].IndexOfAny((byte)'"', (byte)'\\');
        end = at + length + 2;
        return length >= 0 && bytes[end - 1] == '"' && end < bytes.Length;
    }

    private static bool TryNested(ReadOnlySpan<byte> bytes, int at, out int end)
    {
        int depth = 0;
        for (end = at; end < bytes.Length; end++)
        {
            switch (bytes[end])
            {
                case (byte)'"' when TryQuoted(bytes, end, out int behind): end = behind - 1; break;
                case (byte)'"': return false;
                case (byte)'{' or (byte)'[': depth++; break;
                case (byte)'}' or (byte)']' when --depth == 0: end++; return end < bytes.Length;
                default: break;
            }
            if (depth == 0)
            {
                return false; // neither an object nor a list
            }
        }
        return false;
    }

    private static bool TryDecimal(ReadOnlySpan<byte> bytes, int at, out int end, out double number)
    {
        bool isNegative = at < bytes.Length && bytes[at] == '-';
        int first = isNegative ? at + 1 : at, point = -1;
        long digits = 0;
        for (end = first; end < bytes.Length && end - first <= MostDigits; end++)
        {
            byte letter = bytes[end];
            if (letter == '.' && point < 0)
            {
                point = end;
            }
            else if (char.IsAsciiDigit((char)letter))
            {
                digits = (digits * 10) + (letter - '0');
            }
            else
            {
                break;
            }
        }
        int whole = (point < 0 ? end : point) - first, decimals = point < 0 ? 0 : end - point - 1;
        double size = digits / PowersOfTen[Math.Max(decimals, 0)];
        number = isNegative ? -size : size;
        return end < bytes.Length && bytes[end] is (byte)',' or (byte)'}' && whole > 0 && (whole == 1 || bytes[first] != '0') && (point < 0 || decimals > 0);
    }

    private static ReadOnlySpan<double> PowersOfTen => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    private static bool TryReadAny(ReadOnlySpan<byte> bytes, scoped ref StoredReading reading)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = json.ValueSpan; // an escaped name is none of these
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                reading.Put(name, json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan);
            }
            else if (json.TokenType == JsonTokenType.Number)
            {
                reading.Value = name.SequenceEqual("value"u8) ? json.TryGetDouble(out double number) ? number : null : reading.Value;
            }
            else
            {
                json.Skip();
            }
        }
        return json.TokenType == JsonTokenType.EndObject;
    }

    private void Put(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("set"u8): Set = text; break;
            case 4 when name.SequenceEqual("kind"u8): kind = text; break;
            case 4 when name.SequenceEqual("code"u8): Code = text; break;
            case 4 when name.SequenceEqual("unit"u8): Unit = text; break;
            case 4 when name.SequenceEqual("site"u8): Site = text; break;
            case 5 when name.SequenceEqual("grade"u8): Grade = text; break;
            case 6 when name.SequenceEqual("answer"u8): Answer = text; break;
        }
    }
}
