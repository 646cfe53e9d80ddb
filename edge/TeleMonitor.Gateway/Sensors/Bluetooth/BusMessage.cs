using System.Globalization;
using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What stands in a native message, as values, and values into a native message.</summary>
internal static class BusMessage
{
    private const byte ArrayType = (byte)'a', StructType = (byte)'r', EntryType = (byte)'e', VariantType = (byte)'v';

    /// <summary>All arguments of a message.</summary>
    /// <exception cref="BusException">The library finds the message's body broken.</exception>
    public static BusValue[] Read(nint message)
    {
        List<BusValue> values = [];
        while (Next(message, out byte type, out string contents))
        {
            values.Add(ReadOne(message, type, contents));
        }
        return [.. values];
    }

    /// <summary>Appends values in order.</summary>
    /// <exception cref="BusException">A value is not what its signature says, or the library refuses it (no UTF-8, no path).</exception>
    public static void Write(nint message, IReadOnlyList<BusValue> values)
    {
        foreach (BusValue value in values)
        {
            WriteOne(message, value.Signature, value);
        }
    }

    /// <summary>The error of an error reply.</summary>
    public static BusException? ErrorOf(nint message)
    {
        nint error = SdBus.GetError(message);
        if (error == 0)
        {
            return null;
        }
        SdBus.Error found = Marshal.PtrToStructure<SdBus.Error>(error);
        return found.Name == 0 ? null : BusException.Answered(Text(found.Name), Text(found.Message));
    }

    /// <summary>Text at a native pointer; a null pointer is no text.</summary>
    public static string Text(nint pointer) => Marshal.PtrToStringUTF8(pointer) ?? "";

    private static bool Next(nint message, out byte type, out string contents)
    {
        int found = Checked(SdBus.PeekType(message, out type, out nint pointer));
        contents = Text(pointer);
        return found > 0;
    }

    private static BusValue ReadOne(nint message, byte type, string contents) => type switch
    {
        VariantType => Inside(message, type, contents, inner => inner[0]),
        StructType => new($"({contents})", Inside(message, type, contents, inner => inner)),
        ArrayType when contents == "y" => new("ay", ReadBytes(message)),
        ArrayType when contents.StartsWith('{') => new("a" + contents, ReadEntries(message, contents)),
        ArrayType => new("a" + contents, Inside(message, type, contents, inner => inner)),
        _ => ReadBasic(message, type),
    };

    private static T Inside<T>(nint message, byte type, string contents, Func<BusValue[], T> take)
    {
        Enter(message, type, contents);
        T inner = take(Read(message));
        _ = Checked(SdBus.ExitContainer(message));
        return inner;
    }

    private static Dictionary<string, BusValue> ReadEntries(nint message, string contents)
    {
        Dictionary<string, BusValue> entries = new(StringComparer.Ordinal);
        Enter(message, ArrayType, contents);
        while (Next(message, out byte type, out string pair))
        {
            BusValue[] keyAndValue = Inside(message, type, pair, inner => inner);
            entries[Convert.ToString(keyAndValue[0].Content, CultureInfo.InvariantCulture) ?? ""] = keyAndValue[1];
        }
        _ = Checked(SdBus.ExitContainer(message));
        return entries;
    }

    private static void Enter(nint message, byte type, string contents)
    {
        nint native = Marshal.StringToCoTaskMemUTF8(contents);
        try
        {
            _ = Checked(SdBus.EnterContainer(message, type, native));
        }
        finally
        {
            Marshal.FreeCoTaskMem(native);
        }
    }

    private static byte[] ReadBytes(nint message)
    {
        _ = Checked(SdBus.ReadArray(message, (byte)'y', out nint first, out nuint count));
        byte[] bytes = new byte[(int)count];
        if (bytes.Length > 0)
        {
            Marshal.Copy(first, bytes, 0, bytes.Length);
        }
        return bytes;
    }

    private static BusValue ReadBasic(nint message, byte type)
    {
        Span<byte> raw = stackalloc byte[8];
        _ = Checked(SdBus.ReadBasic(message, type, raw));
        object? content = (char)type switch
        {
            's' or 'o' or 'g' => Text(MemoryMarshal.Read<nint>(raw)),
            'b' => MemoryMarshal.Read<int>(raw) != 0,
            'y' => (long)raw[0],
            'n' => (long)MemoryMarshal.Read<short>(raw),
            'q' => (long)MemoryMarshal.Read<ushort>(raw),
            'i' or 'h' => (long)MemoryMarshal.Read<int>(raw),
            'u' => (long)MemoryMarshal.Read<uint>(raw),
            'x' => MemoryMarshal.Read<long>(raw),
            't' when MemoryMarshal.Read<ulong>(raw) <= long.MaxValue => MemoryMarshal.Read<long>(raw),
            'd' => MemoryMarshal.Read<double>(raw),
            _ => null,
        };
        return new BusValue(((char)type).ToString(), content);
    }

    private static void WriteOne(nint message, ReadOnlySpan<char> signature, BusValue value)
    {
        switch (signature[0])
        {
            case 'v' when value.Content is BusValue inner: // an argument; an entry's value says its own type
                WriteOne(message, "v", inner);
                break;
            case 'v':
                Within(message, VariantType, value.Signature, () => WriteOne(message, value.Signature, value));
                break;
            case 'a' when value.Content is byte[] bytes:
                _ = Checked(SdBus.AppendArray(message, (byte)'y', bytes, (nuint)bytes.Length));
                break;
            case 'a' when value.Content is IReadOnlyDictionary<string, BusValue> entries:
                WriteEntries(message, signature[1..].ToString(), entries);
                break;
            case 'a':
                string item = signature[1..].ToString();
                Within(message, ArrayType, item, () =>
                {
                    foreach (BusValue one in value.Items)
                    {
                        WriteOne(message, item, one);
                    }
                });
                break;
            case '(':
                Within(message, StructType, signature[1..^1].ToString(), () => Write(message, value.Items));
                break;
            default:
                WriteBasic(message, signature[0], value);
                break;
        }
    }

    private static void WriteEntries(nint message, string entry, IReadOnlyDictionary<string, BusValue> entries)
    {
        string pair = entry[1..^1]; // without the braces: key type, which is text here, and value type
        Within(message, ArrayType, entry, () =>
        {
            foreach ((string key, BusValue value) in entries)
            {
                Within(message, EntryType, pair, () =>
                {
                    _ = Checked(SdBus.AppendText(message, (byte)pair[0], key));
                    WriteOne(message, pair.AsSpan(1), value);
                });
            }
        });
    }

    private static void Within(nint message, byte type, string contents, Action write)
    {
        _ = Checked(SdBus.OpenContainer(message, type, contents));
        write();
        _ = Checked(SdBus.CloseContainer(message));
    }

    private static void WriteBasic(nint message, char type, BusValue value)
    {
        if (value.Text is { } text)
        {
            _ = Checked(SdBus.AppendText(message, (byte)type, text));
            return;
        }
        Span<byte> raw = stackalloc byte[8];
        raw.Clear();
        if (value.Flag is { } flag)
        {
            MemoryMarshal.Write(raw, flag ? 1 : 0);
        }
        else if (value.Content is double real)
        {
            MemoryMarshal.Write(raw, real);
        }
        else if (value.Number is { } number)
        {
            WriteNumber(raw, type, number);
        }
        else
        {
            throw new BusException(BusFailure.Refused, $"a value of type {type} has no content to send");
        }
        _ = Checked(SdBus.AppendBasic(message, (byte)type, raw));
    }

    private static void WriteNumber(Span<byte> raw, char type, long number)
    {
        switch (type)
        {
            case 'y': raw[0] = (byte)number; break;
            case 'n': MemoryMarshal.Write(raw, (short)number); break;
            case 'q': MemoryMarshal.Write(raw, (ushort)number); break;
            case 'i': MemoryMarshal.Write(raw, (int)number); break;
            case 'u': MemoryMarshal.Write(raw, (uint)number); break;
            default: MemoryMarshal.Write(raw, number); break;
        }
    }

    private static int Checked(int result) => result >= 0 ? result : throw BusException.Native("a message of the bus", result);
}
