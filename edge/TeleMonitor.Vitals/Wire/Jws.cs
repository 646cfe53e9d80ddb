using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TeleMonitor.Vitals.Wire;

/// <summary>
/// A signed text: JWS compact serialisation (RFC 7515), ES256 (RFC 7518 3.4: P-256, SHA-256, R and S of 32 bytes each). The header is one
/// fixed text: whoever verifies chooses the algorithm, never the message.
/// </summary>
public static class Jws
{
    /// <summary><c>{"alg":"ES256"}</c>; no other header is accepted.</summary>
    public const string Header = "eyJhbGciOiJFUzI1NiJ9";

    private const int SignatureBytes = 64;
    private const string P256 = "1.2.840.10045.3.1.7"; // source: RFC 5480 2.1.1.1, secp256r1

    /// <summary>Signs bytes.</summary>
    /// <param name="payload">What is signed.</param>
    /// <param name="key">A private key on P-256.</param>
    public static string Write(ReadOnlySpan<byte> payload, ECDsa key)
    {
        string input = Header + "." + Base64Url.EncodeToString(payload);
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return input + "." + Base64Url.EncodeToString(signature);
    }

    /// <summary>The bytes that this key has signed; null when it has not signed them.</summary>
    /// <param name="text">Three parts with a dot between them.</param>
    /// <param name="key">The public key of whoever must have signed.</param>
    public static byte[]? Read(string text, ECDsa key)
    {
        if (Parts(text) is not { } parts || parts.Signature.Length != SignatureBytes)
        {
            return null;
        }
        bool signed = key.VerifyData(Encoding.ASCII.GetBytes(text[..text.LastIndexOf('.')]), parts.Signature, HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return signed ? parts.Payload : null;
    }

    /// <summary>What stands in it, whoever has signed it: only to find out whose signature must be checked. Null when it is no such text.</summary>
    public static byte[]? PayloadOf(string text) => Parts(text)?.Payload;

    /// <summary>A public key from PEM (<c>BEGIN PUBLIC KEY</c>); a private one does too, and only its public half is kept. Null when it is none on P-256.</summary>
    public static byte[]? ReadPublicKey(string pem)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return IsP256(key) ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A public key from its SubjectPublicKeyInfo; null when the bytes are none on P-256. The caller disposes it.</summary>
    public static ECDsa? ToKey(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out int read);
            if (read == subjectPublicKeyInfo.Length && IsP256(key))
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // said by the result
        }
        key.Dispose();
        return null;
    }

    private static bool IsP256(ECDsa key) => string.Equals(key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value, P256, StringComparison.Ordinal);

    private static (byte[] Payload, byte[] Signature)? Parts(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 3 && string.Equals(parts[0], Header, StringComparison.Ordinal) && Decode(parts[1]) is { } payload && Decode(parts[2]) is { } signature
            ? (payload, signature) : null;
    }

    private static byte[]? Decode(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }
        return Base64Url.DecodeFromChars(text);
    }
}
