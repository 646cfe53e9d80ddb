using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace TeleMonitor.Cloud.Tests.People.Workplaces;

/// <summary>A provider's key, real, and tokens signed by it: by hand, so that also what no library would make can be made.</summary>
internal sealed class TestKey : IDisposable
{
    private readonly RSA? rsa;
    private readonly ECDsa? elliptic;
    private readonly string algorithm;

    private TestKey(string kid, string algorithm, RSA? rsa, ECDsa? elliptic) => (Kid, this.algorithm, this.rsa, this.elliptic) = (kid, algorithm, rsa, elliptic);

    public string Kid { get; }

    public static TestKey Rsa(string kid, string algorithm = "RS256", int bits = 2048) => new(kid, algorithm, RSA.Create(bits), null);

    public static TestKey Elliptic(string kid) => new(kid, "ES256", null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The public half as the provider shows it.</summary>
    public JsonObject Public()
    {
        if (rsa?.ExportParameters(false) is { } numbers)
        {
            return new JsonObject { ["kty"] = "RSA", ["kid"] = Kid, ["use"] = "sig", ["alg"] = algorithm, ["n"] = Base64UrlEncoder.Encode(numbers.Modulus), ["e"] = Base64UrlEncoder.Encode(numbers.Exponent) };
        }
        ECPoint point = elliptic!.ExportParameters(false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = Kid, ["use"] = "sig", ["alg"] = algorithm, ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y) };
    }

    /// <summary>The public half as the hub has read it.</summary>
    public JsonWebKey Read() => new(Public().ToJsonString());

    /// <summary>A token that this key has signed.</summary>
    /// <param name="claims">What it says.</param>
    /// <param name="kid">Key that it names; the signing one's when absent, none when empty.</param>
    public string Sign(JsonObject claims, string? kid = null) => SignText(Head(algorithm, kid ?? Kid), claims.ToJsonString());

    /// <summary>The same over any text and a head as it stands in a token.</summary>
    public string SignText(string head, string text)
    {
        string signed = head + "." + Base64UrlEncoder.Encode(text);
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        byte[] signature = algorithm switch
        {
            "RS256" => rsa!.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => rsa!.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            _ => elliptic!.SignData(bytes, HashAlgorithmName.SHA256),
        };
        return signed + "." + Base64UrlEncoder.Encode(signature);
    }

    /// <summary>The confusion of RFC 8725, 2.1: a shared-secret signature whose secret is what everybody may read of the key.</summary>
    public string SignAsIfShared(JsonObject claims)
    {
        string signed = Head("HS256", Kid) + "." + Base64UrlEncoder.Encode(claims.ToJsonString());
        return signed + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(rsa!.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>Signed by nothing.</summary>
    public string Unsigned(JsonObject claims, string algorithmName = "none") => Head(algorithmName, Kid) + "." + Base64UrlEncoder.Encode(claims.ToJsonString()) + ".";

    public void Dispose()
    {
        rsa?.Dispose();
        elliptic?.Dispose();
    }

    private static string Head(string algorithm, string kid)
    {
        var head = new Dictionary<string, string>(StringComparer.Ordinal) { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (kid.Length > 0)
        {
            head["kid"] = kid;
        }
        return Base64UrlEncoder.Encode(JsonSerializer.Serialize(head));
    }
}
