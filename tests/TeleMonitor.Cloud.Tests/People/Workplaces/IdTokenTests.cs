using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using TeleMonitor.Hub.People.Workplaces;

namespace TeleMonitor.Cloud.Tests.People.Workplaces;

/// <summary>Tokens signed by real keys: the right one is taken, and each single thing wrong with one is refused by its name.</summary>
public sealed class IdTokenTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly TokenExpected Expected = new("https://login.example.dk", "telemonitor", "the-nonce");
    private readonly TestKey key = TestKey.Rsa("one");

    public void Dispose() => key.Dispose();

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_provider_for_this_hub_and_this_sign_in_is_taken_with_its_claims(string algorithm)
    {
        using TestKey signer = algorithm is "ES256" ? TestKey.Elliptic("e") : TestKey.Rsa("r", algorithm);
        JsonObject claims = Claims();
        claims["groups"] = new JsonArray("a", "b");
        claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray("chief") };
        TokenAnswer answer = await IdToken.Check(signer.Sign(claims), [key.Read(), signer.Read()], Expected, Now);
        Assert.Equal((TokenProblem.None, "subject-1"), (answer.Problem, answer.Subject));
        Assert.Equal(["a", "b"], answer.Claims["groups"]);
        Assert.Equal(["chief"], answer.Claims["realm_access.roles"]);
    }

    [Theory]
    [InlineData("iss", "https://login.example.com", TokenProblem.Issuer)]
    [InlineData("iss", "https://login.example.dk/", TokenProblem.Issuer)]
    [InlineData("aud", "another", TokenProblem.Audience)]
    [InlineData("azp", "another", TokenProblem.AuthorizedParty)]
    [InlineData("nonce", "another", TokenProblem.Nonce)]
    [InlineData("nonce", null, TokenProblem.Nonce)]
    [InlineData("sub", null, TokenProblem.Subject)]
    [InlineData("sub", "", TokenProblem.Subject)]
    [InlineData("sub", "2512484916", TokenProblem.Subject)] // a personal number must not stand beside an account
    [InlineData("sub", "251248-4916", TokenProblem.Subject)]
    [InlineData("iss", null, TokenProblem.Issuer)]
    [InlineData("aud", null, TokenProblem.Audience)]
    [InlineData("exp", null, TokenProblem.Expired)]
    [InlineData("exp", "soon", TokenProblem.Unreadable)]
    [InlineData("iat", null, TokenProblem.NotYet)]
    public async Task A_claim_that_is_wrong_or_missing_is_named(string claim, string? value, TokenProblem problem)
    {
        JsonObject claims = Claims();
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }
        await Refused(problem, key.Sign(claims));
    }

    [Theory]
    [InlineData("exp", -120, TokenProblem.Expired)]
    [InlineData("exp", -119, TokenProblem.None)] // two minutes between the clocks
    [InlineData("iat", 121, TokenProblem.NotYet)]
    [InlineData("iat", 120, TokenProblem.None)]
    [InlineData("nbf", 121, TokenProblem.NotYet)]
    [InlineData("nbf", 120, TokenProblem.None)]
    public async Task Beginning_and_end_count_by_the_hubs_time_to_the_second(string claim, int seconds, TokenProblem problem)
    {
        JsonObject claims = Claims();
        claims[claim] = Now.AddSeconds(seconds).ToUnixTimeSeconds();
        Assert.Equal(problem, (await IdToken.Check(key.Sign(claims), [key.Read()], Expected, Now)).Problem);
    }

    [Fact]
    public async Task A_token_for_several_says_who_may_use_it()
    {
        JsonObject claims = Claims();
        claims["aud"] = new JsonArray("telemonitor", "another");
        await Refused(TokenProblem.AuthorizedParty, key.Sign(claims));
        claims["azp"] = "telemonitor";
        Assert.Equal(TokenProblem.None, (await IdToken.Check(key.Sign(claims), [key.Read()], Expected, Now)).Problem);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("")]
    [InlineData("RS512")]
    [InlineData("HS256")]
    public async Task What_no_key_has_signed_is_refused_however_it_is_written(string algorithm) => await Refused(TokenProblem.Algorithm, key.Unsigned(Claims(), algorithm));

    [Fact]
    public async Task A_public_key_is_no_shared_secret() => await Refused(TokenProblem.Algorithm, key.SignAsIfShared(Claims()));

    [Fact]
    public async Task Cutting_off_the_signature_leaves_nothing_that_is_taken()
    {
        string token = key.Sign(Claims());
        await Refused(TokenProblem.Signature, token[..(token.LastIndexOf('.') + 1)]);
    }

    [Fact]
    public async Task A_key_that_nobody_knows_and_a_foreign_key_under_a_known_name_are_told_apart()
    {
        using TestKey foreign = TestKey.Rsa("one");
        await Refused(TokenProblem.UnknownKey, key.Sign(Claims(), kid: "two"));
        await Refused(TokenProblem.Signature, foreign.Sign(Claims()));
    }

    [Fact]
    public async Task Without_a_name_only_the_only_key_is_meant()
    {
        using TestKey other = TestKey.Rsa("two");
        string token = key.Sign(Claims(), kid: "");
        Assert.Equal(TokenProblem.None, (await IdToken.Check(token, [key.Read()], Expected, Now)).Problem);
        Assert.Equal(TokenProblem.UnknownKey, (await IdToken.Check(token, [key.Read(), other.Read()], Expected, Now)).Problem);
    }

    [Fact]
    public async Task A_key_that_is_too_short_or_for_something_else_signs_nothing()
    {
        using TestKey small = TestKey.Rsa("small", bits: 1024);
        Assert.Equal(TokenProblem.UnknownKey, (await IdToken.Check(small.Sign(Claims()), [small.Read()], Expected, Now)).Problem);
        JsonObject sealing = key.Public();
        sealing["use"] = "enc";
        Assert.Equal(TokenProblem.UnknownKey, (await IdToken.Check(key.Sign(Claims()), [new JsonWebKey(sealing.ToJsonString())], Expected, Now)).Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30")]
    [InlineData("ø.ø.ø")]
    public async Task What_is_no_token_is_refused_and_never_throws(string text) => await Refused(TokenProblem.Unreadable, text);

    [Fact]
    public async Task Every_bit_that_is_flipped_is_noticed()
    {
        string token = key.Sign(Claims());
        for (int at = 0; at < token.Length; at += 3)
        {
            char[] flipped = token.ToCharArray();
            flipped[at] = flipped[at] == 'A' ? 'B' : 'A';
            // the last letter of a part has bits that mean nothing
            if (!new string(flipped).Split('.').Zip(token.Split('.')).All(part => Same(part.First, part.Second)))
            {
                Assert.NotEqual(TokenProblem.None, (await IdToken.Check(new string(flipped), [key.Read()], Expected, Now)).Problem);
            }
        }
    }

    [Fact]
    public async Task A_name_that_stands_twice_says_nothing()
    {
        using TestKey elliptic = TestKey.Elliptic("e");
        string twice = Claims().ToJsonString().Replace("\"sub\":", "\"sub\":\"subject-0\",\"sub\":", StringComparison.Ordinal);
        string head = elliptic.Sign(Claims()).Split('.')[0];
        Assert.NotEqual(TokenProblem.None, (await IdToken.Check(elliptic.SignText(head, twice), [elliptic.Read()], Expected, Now)).Problem);
    }

    private async Task Refused(TokenProblem problem, string token)
    {
        TokenAnswer answer = await IdToken.Check(token, [key.Read()], Expected, Now);
        Assert.Equal((problem, "", 0), (answer.Problem, answer.Subject, answer.Claims.Count));
    }

    private static bool Same(string one, string other)
    {
        try
        {
            return Base64UrlEncoder.DecodeBytes(one).SequenceEqual(Base64UrlEncoder.DecodeBytes(other));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static JsonObject Claims() => new()
    {
        ["iss"] = Expected.Issuer, ["aud"] = Expected.ClientId, ["nonce"] = Expected.Nonce, ["sub"] = "subject-1",
        ["iat"] = Now.ToUnixTimeSeconds(), ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(),
    };
}
