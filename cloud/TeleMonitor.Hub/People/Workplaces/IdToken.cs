using System.Globalization;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TeleMonitor.Hub.People.Workplaces;

/// <summary>What is wrong with a token.</summary>
public enum TokenProblem : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is no signed token of three parts, or what it says is no JSON object with each name once.</summary>
    Unreadable,
    /// <summary>It is signed by nothing, by a shared secret, or by a procedure that is not accepted.</summary>
    Algorithm,
    /// <summary>No key of the provider is the one it names, or that key is for something else or too short.</summary>
    UnknownKey,
    /// <summary>The signature is not this key's.</summary>
    Signature,
    /// <summary>Somebody else made it.</summary>
    Issuer,
    /// <summary>It is for somebody else.</summary>
    Audience,
    /// <summary>It was given to somebody else to use.</summary>
    AuthorizedParty,
    /// <summary>It says no end, or that is over.</summary>
    Expired,
    /// <summary>It says no beginning, or that is yet to come.</summary>
    NotYet,
    /// <summary>It answers another question.</summary>
    Nonce,
    /// <summary>It does not say whose it is, or by something that looks like a personal number, which must not stand beside an account.</summary>
    Subject,
}

/// <summary>What a token must say.</summary>
/// <param name="Issuer">The provider's name for itself.</param>
/// <param name="ClientId">Its name for this hub.</param>
/// <param name="Nonce">What this sign-in asked with.</param>
public sealed record TokenExpected(string Issuer, string ClientId, string Nonce);

/// <summary>A token that was checked.</summary>
/// <param name="Problem">What is wrong; nothing may be taken from a token with a problem.</param>
/// <param name="Subject">Whose it is, as the provider names them.</param>
/// <param name="Claims">Values by claim; empty with a problem. A claim within another has a point between the names.</param>
public sealed record TokenAnswer(TokenProblem Problem, string Subject, ILookup<string, string> Claims);

/// <summary>Checks an id_token (OpenID Connect Core 1.0, 3.1.3.7); RFC 8725 says why only listed procedures count.</summary>
public static class IdToken
{
    /// <summary>How far the provider's clock may be from the hub's.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private const int MostCharacters = 64 * 1024, FewestKeyBits = 2048; // source: RFC 7518, 3.3
    private static readonly string[] Accepted = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MostCharacters };
    private static readonly ILookup<string, string> Nothing = Array.Empty<string>().ToLookup(name => name, StringComparer.Ordinal);

    /// <summary>Reads and checks; <paramref name="keys"/> are all keys of the provider.</summary>
    public static async Task<TokenAnswer> Check(string text, IReadOnlyList<JsonWebKey> keys, TokenExpected expected, DateTimeOffset now)
    {
        if (Read(text) is not { } token)
        {
            return Refused(TokenProblem.Unreadable);
        }
        if (!Accepted.Contains(token.Alg, StringComparer.Ordinal))
        {
            return Refused(TokenProblem.Algorithm);
        }
        if (KeyOf(token, keys) is not { } key)
        {
            return Refused(TokenProblem.UnknownKey);
        }
        TokenValidationResult signed = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            // what the token says is checked below, in the hub's time and with a reason each
            IssuerSigningKey = key, ValidAlgorithms = Accepted, RequireSignedTokens = true,
            ValidateIssuer = false, ValidateAudience = false, ValidateLifetime = false,
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        });
        if (!signed.IsValid)
        {
            return Refused(TokenProblem.Signature);
        }
        try
        {
            using JsonDocument said = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            return said.RootElement.ValueKind == JsonValueKind.Object ? Of(said.RootElement, expected, now) : Refused(TokenProblem.Unreadable);
        }
        catch (Exception bad) when (bad is JsonException or FormatException or InvalidOperationException)
        {
            return Refused(TokenProblem.Unreadable);
        }
    }

    private static TokenAnswer Of(JsonElement said, TokenExpected expected, DateTimeOffset now)
    {
        ILookup<string, string> claims = Flatten(said, "").ToLookup(one => one.Name, one => one.Value, StringComparer.Ordinal);
        TokenProblem problem = Judge(claims, expected, now);
        return problem == TokenProblem.None ? new TokenAnswer(problem, claims[JwtRegisteredClaimNames.Sub].Single(), claims) : Refused(problem);
    }

    private static TokenProblem Judge(ILookup<string, string> claims, TokenExpected expected, DateTimeOffset now)
    {
        bool Is(string claim, string value) => claims[claim].ToArray() is [var only] && string.Equals(only, value, StringComparison.Ordinal);
        string[] audiences = [.. claims[JwtRegisteredClaimNames.Aud]];
        bool hasParty = claims[JwtRegisteredClaimNames.Azp].Any();
        return 0 switch
        {
            _ when !Is(JwtRegisteredClaimNames.Iss, expected.Issuer) => TokenProblem.Issuer,
            _ when !audiences.Contains(expected.ClientId, StringComparer.Ordinal) => TokenProblem.Audience,
            _ when audiences.Length > 1 && !hasParty => TokenProblem.AuthorizedParty,
            _ when hasParty && !Is(JwtRegisteredClaimNames.Azp, expected.ClientId) => TokenProblem.AuthorizedParty,
            _ when Time(claims, JwtRegisteredClaimNames.Exp) is not { } end || end + Skew <= now => TokenProblem.Expired,
            _ when Time(claims, JwtRegisteredClaimNames.Iat) is not { } made || made - Skew > now => TokenProblem.NotYet,
            _ when claims[JwtRegisteredClaimNames.Nbf].Any() && (Time(claims, JwtRegisteredClaimNames.Nbf) is not { } begin || begin - Skew > now) => TokenProblem.NotYet,
            _ when !Is(JwtRegisteredClaimNames.Nonce, expected.Nonce) => TokenProblem.Nonce,
            _ when claims[JwtRegisteredClaimNames.Sub].ToArray() is not [{ Length: > 0 and <= 255 } subject] || !subject.All(char.IsAscii) || Account.LooksPersonal(subject) => TokenProblem.Subject,
            _ => TokenProblem.None,
        };
    }

    private static JsonWebToken? Read(string text)
    {
        if (text.Length > MostCharacters || text.Count(letter => letter == '.') != 2)
        {
            return null;
        }
        try
        {
            return new JsonWebToken(text);
        }
        catch (Exception bad) when (bad is ArgumentException or FormatException or JsonException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>The key that a token names, if it is one for what the token does with it. A token that names none can only mean the only one.</summary>
    private static JsonWebKey? KeyOf(JsonWebToken token, IReadOnlyList<JsonWebKey> keys)
    {
        JsonWebKey[] fit = [.. keys.Where(key => Fits(key, token.Alg) && (string.IsNullOrEmpty(token.Kid) || string.Equals(key.Kid, token.Kid, StringComparison.Ordinal)))];
        return fit.Length == 1 ? fit[0] : null;
    }

    private static bool Fits(JsonWebKey key, string algorithm) =>
        key.Use is null or "" or "sig" && (string.IsNullOrEmpty(key.Alg) || string.Equals(key.Alg, algorithm, StringComparison.Ordinal))
        && (algorithm == SecurityAlgorithms.EcdsaSha256 ? key is { Kty: "EC", Crv: "P-256" } : key is { Kty: "RSA" } && key.KeySize >= FewestKeyBits);

    private static DateTimeOffset? Time(ILookup<string, string> claims, string claim) =>
        claims[claim].ToArray() is [var only] && double.TryParse(only, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and < 253402300800 // year 10000
            ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Floor(seconds)) : null;

    private static IEnumerable<(string Name, string Value)> Flatten(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(inner => Flatten(inner.Value, name.Length == 0 ? inner.Name : $"{name}.{inner.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(inner => Flatten(inner, name)),
        JsonValueKind.String => [(name, element.GetString()!)],
        JsonValueKind.Null => [],
        _ => [(name, element.GetRawText())],
    };

    private static TokenAnswer Refused(TokenProblem problem) => new(problem, "", Nothing);
}
