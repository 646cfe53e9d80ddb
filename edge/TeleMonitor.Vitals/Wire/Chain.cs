using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace TeleMonitor.Vitals.Wire;

/// <summary>
/// Running hash of a lane: the first 8 bytes of SHA-256 over the previous chain's 8 raw bytes and the item's exact bytes.
/// It proves that sender and receiver speak of the same items in the same order. The first is all zeros.
/// </summary>
/// <param name="Value">The 8 bytes, big-endian.</param>
public readonly record struct Chain(ulong Value)
{
    /// <summary>Length on the wire: 16 hex digits.</summary>
    public const int HexLength = 16;

    /// <summary>The chain before the first item.</summary>
    public static Chain Zero => default;

    /// <summary>The chain after one more item.</summary>
    public Chain Next(ReadOnlySpan<byte> item)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> small = stackalloc byte[1024];
        int length = sizeof(ulong) + item.Length;
        Span<byte> input = length <= small.Length ? small[..length] : new byte[length];
        BinaryPrimitives.WriteUInt64BigEndian(input, Value);
        item.CopyTo(input[sizeof(ulong)..]);
        SHA256.HashData(input, hash);
        return new Chain(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    /// <summary>16 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads exactly 16 lower-case hex digits: one chain has one text, so that no changed byte goes unseen.</summary>
    public static bool TryParse(string? text, out Chain chain)
    {
        bool read = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            && text!.Length == HexLength && !text.AsSpan().ContainsAnyInRange('A', 'F');
        chain = new Chain(read ? value : 0);
        return read;
    }
}
