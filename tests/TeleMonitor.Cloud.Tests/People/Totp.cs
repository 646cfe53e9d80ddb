using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>An authenticator app.</summary>
internal static class Totp
{
    /// <summary>RFC 6238 with the usual 30 s, SHA-1 and six digits, as an app computes it.</summary>
    public static string Of(string key, DateTimeOffset at)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        List<byte> secret = [];
        int bits = 0, value = 0;
        foreach (char letter in key)
        {
            value = ((value << 5) | alphabet.IndexOf(letter, StringComparison.Ordinal)) & 0xfff;
            bits += 5;
            if (bits >= 8)
            {
                secret.Add((byte)((value >> (bits - 8)) & 0xff));
                bits -= 8;
            }
        }
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // what authenticator apps use
        byte[] hash = HMACSHA1.HashData([.. secret], step);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
