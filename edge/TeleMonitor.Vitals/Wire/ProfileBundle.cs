using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Vitals.Wire;

/// <summary>
/// The signed settings of one gateway, retained on <c>down/profile</c>. What it says outside is there to find one's way: only what stands
/// inside the signed parts counts, and both must agree.
/// </summary>
/// <param name="V">Wire version, 1.</param>
/// <param name="Gateway">The gateway it is for.</param>
/// <param name="Version">From 1; a later bundle has a higher one.</param>
/// <param name="IssuedAt">The hub's time when it was made.</param>
/// <param name="Clinical">JWS by the approver: plans, charts, questions.</param>
/// <param name="Citizens">JWS by the hub: settings of the citizens at this gateway.</param>
/// <param name="Keys">JWS by a key that is pinned, naming the one that follows it; absent when no key changes.</param>
public sealed record ProfileBundle(int V, string Gateway, int Version, DateTimeOffset IssuedAt, string Clinical, string Citizens, string? Keys = null)
{
    /// <summary>Most that a bundle may take, so that it fits one message (design.md section 6).</summary>
    public const int MaxBytes = 96 * 1024;

    /// <summary>SHA-256 of the bytes as they were published, 64 hex digits: what the gateway's status names.</summary>
    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The bundle as it is published.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ProfileJson.Default.ProfileBundle);

    /// <summary>Reads one without believing it.</summary>
    /// <param name="bytes">At most <see cref="MaxBytes"/>.</param>
    /// <param name="problem">What is wrong; empty when it could be read.</param>
    public static ProfileBundle? TryRead(ReadOnlySpan<byte> bytes, out string problem)
    {
        ProfileBundle? bundle = null;
        try
        {
            bundle = JsonSerializer.Deserialize(bytes, ProfileJson.Default.ProfileBundle);
            problem = bundle is null ? "the bundle is empty" : bundle.V != WireWord.Version ? $"v must be {WireWord.Version}" : bundle.Version < 1 ? "version must be 1 or more" : "";
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            problem = "the bundle is not the JSON that was expected: " + bad.Message;
        }
        return problem.Length == 0 ? bundle : null;
    }
}

/// <summary>Who signs a part of a bundle; a key is pinned for each at set-up.</summary>
public static class ProfileRole
{
    /// <summary>Signs plans, charts and questions, offline.</summary>
    public const string Approver = "approver";
    /// <summary>Signs what belongs to one gateway.</summary>
    public const string Hub = "hub";
}

/// <summary>The payload of <see cref="ProfileBundle.Keys"/>: from here on another key signs for a role.</summary>
/// <param name="Role"><see cref="ProfileRole.Approver"/> or <see cref="ProfileRole.Hub"/>; signed by the key that held it so far.</param>
/// <param name="Key">The new public key, SubjectPublicKeyInfo, base64.</param>
public sealed record ProfileKeys(string Role, string Key)
{
    /// <summary>As it is signed.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, ProfileJson.Default.ProfileKeys);

    /// <summary>Reads a payload; null when it names no role or no key on P-256.</summary>
    public static (string Role, byte[] Key)? TryRead(ReadOnlySpan<byte> payload)
    {
        try
        {
            if (JsonSerializer.Deserialize(payload, ProfileJson.Default.ProfileKeys) is { Role: ProfileRole.Approver or ProfileRole.Hub } named)
            {
                byte[] key = Convert.FromBase64String(named.Key);
                using ECDsa? read = Jws.ToKey(key);
                return read is null ? null : (named.Role, key);
            }
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // said by the result
        }
        return null;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ProfileBundle))]
[JsonSerializable(typeof(ProfileKeys))]
internal sealed partial class ProfileJson : JsonSerializerContext;
