using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace TeleMonitor.Cloud.Tests.People.Workplaces;

/// <summary>
/// A provider on a loopback port with real keys and real tokens, whose every answer a test can bend: a code is bound to challenge, client and
/// return address as by the standard, and is used once.
/// </summary>
internal sealed class LoopbackProvider : IAsyncDisposable
{
    public const string ClientId = "telemonitor", Secret = "a secret: with /+ in it";
    private readonly Dictionary<string, (string Challenge, string Back, JsonObject Claims)> codes = new(StringComparer.Ordinal);
    private readonly WebApplication app;

    private LoopbackProvider()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => Answer(ref DocumentAsked, Document));
        app.MapGet("/jwks", () => Answer(ref KeysAsked, () => new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => key.Public())]) }));
        app.MapPost("/token", (Delegate)Exchange);
    }

    public TestKey Signer { get; set; } = TestKey.Rsa("first");
    public List<TestKey> Keys { get; } = [];
    public int DocumentAsked, KeysAsked;
    public bool IsPublicClient { get; init; }
    /// <summary>Bends the document.</summary>
    public Action<JsonObject> Bends { get; set; } = _ => { };
    /// <summary>In place of any answer.</summary>
    public Func<IResult>? Instead { get; set; }
    public DateTimeOffset Now { get; set; }
    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<LoopbackProvider> StartAsync(DateTimeOffset now, bool isPublicClient = false)
    {
        var provider = new LoopbackProvider { Now = now, IsPublicClient = isPublicClient };
        provider.Keys.Add(provider.Signer);
        await provider.app.StartAsync();
        return provider;
    }

    /// <summary>The provider changes its key, and takes the old one back.</summary>
    public void Rotate(string kid)
    {
        Signer = TestKey.Rsa(kid);
        Keys.Clear();
        Keys.Add(Signer);
    }

    /// <summary>What a person does at the provider: signs in, and is sent back.</summary>
    /// <param name="authorize">Address to which the hub has sent the browser.</param>
    /// <param name="claims">What the provider knows of them.</param>
    /// <returns>Path to which the browser is sent back.</returns>
    public string SignIn(Uri authorize, JsonObject claims)
    {
        Dictionary<string, string> asked = QueryHelpers.ParseQuery(authorize.Query).ToDictionary(one => one.Key, one => one.Value.Single()!, StringComparer.Ordinal);
        Assert.Equal(("code", ClientId, "S256", "login"), (asked["response_type"], asked["client_id"], asked["code_challenge_method"], asked["prompt"]));
        Assert.Contains("openid", asked["scope"].Split(' '));
        JsonObject all = claims.DeepClone().AsObject();
        foreach ((string claim, JsonNode value) in new (string, JsonNode)[]
            { ("iss", Address), ("aud", ClientId), ("nonce", asked["nonce"]), ("iat", Now.ToUnixTimeSeconds()), ("exp", Now.AddMinutes(5).ToUnixTimeSeconds()) })
        {
            all.TryAdd(claim, value);
        }
        string code = Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(16));
        codes[code] = (asked["code_challenge"], asked["redirect_uri"], all);
        return $"{new Uri(asked["redirect_uri"]).PathAndQuery}?code={code}&state={asked["state"]}&iss={Uri.EscapeDataString(Address)}";
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        Signer.Dispose();
    }

    private JsonObject Document()
    {
        var document = new JsonObject
        {
            ["issuer"] = Address, ["authorization_endpoint"] = Address + "/authorize", ["token_endpoint"] = Address + "/token", ["jwks_uri"] = Address + "/jwks",
            ["authorization_response_iss_parameter_supported"] = true,
        };
        Bends(document);
        return document;
    }

    private IResult Answer(ref int asked, Func<JsonObject> answer)
    {
        Interlocked.Increment(ref asked);
        return Instead?.Invoke() ?? Results.Text(answer().ToJsonString(), "application/json");
    }

    private async Task<IResult> Exchange(HttpContext http)
    {
        if (Instead is not null)
        {
            return Instead();
        }
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        bool knows = codes.Remove(form["code"].ToString(), out (string Challenge, string Back, JsonObject Claims) given);
        bool proves = knows && given.Challenge == Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) && given.Back == form["redirect_uri"];
        string pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(ClientId)}:{Uri.EscapeDataString(Secret)}"));
        bool isClient = IsPublicClient ? form["client_id"] == ClientId : http.Request.Headers.Authorization == $"Basic {pair}";
        return proves && isClient && form["grant_type"] == "authorization_code"
            ? Results.Text(new JsonObject { ["token_type"] = "Bearer", ["id_token"] = Signer.Sign(given.Claims) }.ToJsonString(), "application/json")
            : Results.Text("""{"error":"invalid_grant"}""", "application/json", statusCode: 400);
    }
}
