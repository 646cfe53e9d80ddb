using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace TeleMonitor.Hub.People.Workplaces;

/// <summary>Where a provider is asked what, by its own document.</summary>
/// <param name="Issuer">Its name for itself.</param>
/// <param name="Authorize">Where the person is sent.</param>
/// <param name="Token">Where a code is changed for a token.</param>
/// <param name="Keys">Where its keys stand.</param>
/// <param name="SaysIssuer">True when whoever comes back from it brings its name along (RFC 9207).</param>
public sealed record ProviderFacts(string Issuer, Uri Authorize, Uri Token, Uri Keys, bool SaysIssuer);

/// <summary>What was asked for, or why it did not come.</summary>
/// <param name="Value">The answer; null when there is none.</param>
/// <param name="Why">One of <c>no-answer</c>, <c>wrong-answer</c>, <c>refused</c>; empty with a value.</param>
public sealed record Got<T>(T? Value, string Why) where T : class;

/// <summary>
/// Speaks with one OpenID provider: its document, its keys, codes against tokens. Every answer is bounded in time and size, nothing is followed
/// elsewhere, and keys are asked for again at most so often, whoever comes with whatever token.
/// </summary>
/// <param name="authority">Its address.</param>
/// <param name="clientId">Its name for this hub.</param>
/// <param name="secret">Proves that it is this hub; null for a public client.</param>
/// <param name="clock">Says how old an answer is.</param>
/// <param name="patience">Longest wait for one answer; 10 s when absent.</param>
public sealed class Provider(Uri authority, string clientId, string? secret, TimeProvider clock, TimeSpan? patience = null) : IDisposable
{
    /// <summary>Most bytes of one answer.</summary>
    public const int MostBytes = 256 * 1024;
    /// <summary>Document and keys are asked for anew after so long: a key that the provider takes back counts for no longer.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    /// <summary>Between two questions for keys because of one that nobody knows, and after an answer that did not come.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    /// <summary>Nothing came within the time, or nobody listens there.</summary>
    public const string NoAnswer = "no-answer";
    /// <summary>What came is not what the standard says, too large, or leads somewhere unsafe.</summary>
    public const string WrongAnswer = "wrong-answer";
    /// <summary>The provider says no.</summary>
    public const string Refused = "refused";

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = !authority.IsLoopback, PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = patience ?? TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = MostBytes,
    };
    private Kept<ProviderFacts>? facts;
    private Kept<IReadOnlyList<JsonWebKey>>? keys;

    /// <summary>The provider's document; asked for when it was not for an hour.</summary>
    public async Task<Got<ProviderFacts>> Facts(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            return await FactsInside(ct);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The provider's keys. With <paramref name="anew"/>, because a token names one that is not among them: asked for once more, if not a moment ago.</summary>
    public async Task<Got<IReadOnlyList<JsonWebKey>>> Keys(bool anew, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (keys is { } known && Holds(known, anew ? Again : Fresh))
            {
                return known.Answer;
            }
            Got<ProviderFacts> about = await FactsInside(ct);
            keys = new Kept<IReadOnlyList<JsonWebKey>>(about.Value is { } found ? await Get(found.Keys, ReadKeys, ct) : new Got<IReadOnlyList<JsonWebKey>>(null, about.Why), clock.GetUtcNow());
            return keys.Answer;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Changes a code for an id_token.</summary>
    /// <param name="about">Where.</param>
    /// <param name="code">As it came back with the person.</param>
    /// <param name="verifier">What the person's sign-in was begun with (RFC 7636).</param>
    /// <param name="back">The address to which the person was sent back.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Got<string>> Exchange(ProviderFacts about, string code, string verifier, string back, CancellationToken ct)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = back, ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, about.Token);
        if (secret is null)
        {
            form["client_id"] = clientId;
        }
        else
        {
            // source: RFC 6749, 2.3.1: both are form-encoded first
            string pair = $"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        request.Content = new FormUrlEncodedContent(form);
        return await Send(request, said => Text(said, "id_token"), ct);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        one.Dispose();
    }

    private async Task<Got<ProviderFacts>> FactsInside(CancellationToken ct)
    {
        if (facts is null || !Holds(facts, Fresh))
        {
            var address = new Uri(authority.AbsoluteUri.TrimEnd('/') + "/.well-known/openid-configuration");
            facts = new Kept<ProviderFacts>(await Get(address, ReadFacts, ct), clock.GetUtcNow());
        }
        return facts.Answer;
    }

    private bool Holds<T>(Kept<T> kept, TimeSpan fresh) where T : class
    {
        TimeSpan age = clock.GetUtcNow() - kept.At;
        return age >= TimeSpan.Zero && age < (kept.Answer.Value is null ? Again : fresh); // after a step back it is asked for anew
    }

    private async Task<Got<T>> Get<T>(Uri address, Func<JsonElement, T?> read, CancellationToken ct) where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await Send(request, read, ct);
    }

    private async Task<Got<T>> Send<T>(HttpRequestMessage request, Func<JsonElement, T?> read, CancellationToken ct) where T : class
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, ct);
            if (!answer.IsSuccessStatusCode)
            {
                return new Got<T>(null, (int)answer.StatusCode is >= 400 and < 500 ? Refused : WrongAnswer);
            }
            using JsonDocument said = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct), new JsonDocumentOptions { MaxDepth = 16 });
            return said.RootElement.ValueKind == JsonValueKind.Object && read(said.RootElement) is { } value ? new Got<T>(value, "") : new Got<T>(null, WrongAnswer);
        }
        catch (HttpRequestException broken)
        {
            return new Got<T>(null, broken.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? WrongAnswer : NoAnswer);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Got<T>(null, NoAnswer);
        }
        catch (Exception bad) when (bad is JsonException or ArgumentException or InvalidOperationException)
        {
            return new Got<T>(null, WrongAnswer);
        }
    }

    /// <summary>A document of another issuer, or one that leads anywhere unsafe, is none.</summary>
    private ProviderFacts? ReadFacts(JsonElement said)
    {
        Uri? Address(string name) => Uri.TryCreate(Text(said, name), UriKind.Absolute, out Uri? address) && WorkplaceConfig.IsSafe(address, authority.IsLoopback) ? address : null;
        return Text(said, "issuer") is { } issuer && string.Equals(issuer.TrimEnd('/'), authority.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
            && Address("authorization_endpoint") is { } authorize && Address("token_endpoint") is { } token && Address("jwks_uri") is { } keysAt
            ? new ProviderFacts(issuer, authorize, token, keysAt, said.TryGetProperty("authorization_response_iss_parameter_supported", out JsonElement says) && says.ValueKind == JsonValueKind.True)
            : null;
    }

    private static IReadOnlyList<JsonWebKey>? ReadKeys(JsonElement said) => said.TryGetProperty("keys", out JsonElement list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(key => new JsonWebKey(key.GetRawText())).Where(key => key.Kty is "RSA" or "EC")] : null;

    private static string? Text(JsonElement said, string name) => said.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Kept<T>(Got<T> Answer, DateTimeOffset At) where T : class;
}
