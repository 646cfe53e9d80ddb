using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Wire;

public sealed class JwsTests : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => key.Dispose();

    /// <summary>RFC 7515, appendix A.3: the public key and the signed text as they are printed there.</summary>
    [Fact]
    public void The_example_of_the_standard_is_believed_and_with_another_payload_it_is_not()
    {
        using var published = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0") },
        });
        const string payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
            signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        byte[]? read = Jws.Read($"{Jws.Header}.{payload}.{signature}", published);
        Assert.StartsWith("{\"iss\":\"joe\"", Encoding.UTF8.GetString(read!), StringComparison.Ordinal);
        Assert.Null(Jws.Read($"{Jws.Header}.{payload[..^1]}g.{signature}", published));
    }

    [Fact]
    public void What_is_signed_is_read_back_and_no_changed_character_is()
    {
        byte[] payload = Encoding.UTF8.GetBytes("{\"a\":1}");
        string text = Jws.Write(payload, key);
        Assert.Equal(payload, Jws.Read(text, key)!);
        for (int at = 0; at < text.Length - 1; at++) // of the last character four bits mean nothing
        {
            string changed = text[..at] + (text[at] == 'x' ? 'y' : 'x') + text[(at + 1)..];
            Assert.Null(Jws.Read(changed, key));
        }
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"ES384"}""")]
    [InlineData("""{"alg":"ES256","kid":"1"}""")]
    [InlineData("""{"alg":"ES256","jku":"https://example.org/keys"}""")]
    [InlineData("""{ "alg":"ES256"}""")]
    public void No_other_header_is_accepted_however_well_it_is_signed(string header)
    {
        string input = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "." + Base64Url.EncodeToString("{}"u8);
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Assert.Null(Jws.Read($"{input}.{Base64Url.EncodeToString(signature)}", key));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.e30.e30")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.ø.ø")]
    public void What_is_no_signed_text_is_not_believed(string text) => Assert.Null(Jws.Read(text, key));

    [Fact]
    public void A_signature_of_zeros_is_not_believed() => Assert.Null(Jws.Read($"{Jws.Header}.e30.{Base64Url.EncodeToString(new byte[64])}", key));

    [Fact]
    public void Only_keys_on_the_one_curve_are_keys()
    {
        byte[] own = key.ExportSubjectPublicKeyInfo();
        Assert.Equal(own, Jws.ReadPublicKey(key.ExportSubjectPublicKeyInfoPem())!);
        Assert.Equal(own, Jws.ReadPublicKey(key.ExportPkcs8PrivateKeyPem())!);
        using ECDsa? read = Jws.ToKey(own);
        Assert.NotNull(read);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        Assert.Null(Jws.ReadPublicKey(other.ExportSubjectPublicKeyInfoPem()));
        Assert.Null(Jws.ReadPublicKey(rsa.ExportSubjectPublicKeyInfoPem()));
        Assert.Null(Jws.ReadPublicKey("no key"));
        Assert.Null(Jws.ToKey(other.ExportSubjectPublicKeyInfo()));
        Assert.Null(Jws.ToKey([.. own, 0]));
        Assert.Null(Jws.ToKey([]));
    }
}
