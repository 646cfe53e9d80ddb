using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Workplaces;

/// <summary>
/// To a workplace's own sign-in and back: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636). What was begun waits in a cookie that
/// only this hub reads, for ten minutes, and is used once. Every attempt that came back is a line of the audit, as is one that could not begin.
/// </summary>
/// <param name="workplaces">All there are.</param>
/// <param name="store">Store.</param>
/// <param name="clock">Hub time.</param>
public sealed class WorkplacePages(IReadOnlyList<Workplace> workplaces, HubStore store, TimeProvider clock)
{
    /// <summary>Name of the cookie in which a sign-in waits that has begun.</summary>
    public const string Cookie = "tm-workplace";
    /// <summary>So long may the workplace's part take.</summary>
    public static readonly TimeSpan Waits = TimeSpan.FromMinutes(10);

    private const string Prefix = "/sign-in/workplace", Unfinished = "failed", Wrong = "refused", Nobody = "unknown", Cancelled = "cancelled", Double = "taken";
    private const int MostCode = 4096;

    /// <summary>What waits: for which workplace, with which secrets, since when, and where the person wanted to go.</summary>
    private sealed record Begun(string Workplace, string State, string Nonce, string Verifier, string To, long Since);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Prefix + "/{id}", Begin).IsOpen().RequireRateLimiting(BoardSetup.SignInLimit);
        app.MapGet(Prefix + "/{id}/back", Back).IsOpen().RequireRateLimiting(BoardSetup.SignInLimit);
    }

    private async Task<IResult> Begin(HttpContext http, string id, IDataProtectionProvider keys)
    {
        if (Find(id) is not { } workplace)
        {
            return TypedResults.Problem("There is no such workplace.", statusCode: StatusCodes.Status404NotFound);
        }
        string to = SignInPages.Local(http.Request.Query["to"]);
        Got<ProviderFacts> about = await workplace.Provider.Facts(http.RequestAborted);
        if (about.Value is not { } facts)
        {
            return Refuse(http, workplace, about.Why, Unfinished, to);
        }
        var begun = new Begun(id, Random(), Random(), Random(), to, clock.GetUtcNow().ToUnixTimeSeconds());
        http.Response.Cookies.Append(Cookie, Protector(keys).Protect(JsonSerializer.Serialize(begun)), CookieFor(http));
        return PlainForm.SeeOther(http, QueryHelpers.AddQueryString(facts.Authorize.AbsoluteUri, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code", ["client_id"] = workplace.Config.ClientId, ["redirect_uri"] = BackAddress(http, workplace),
            ["scope"] = string.Join(' ', workplace.Config.Scopes ?? ["openid", "profile"]), ["state"] = begun.State, ["nonce"] = begun.Nonce,
            ["code_challenge"] = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(begun.Verifier))), ["code_challenge_method"] = "S256",
            ["prompt"] = "login", // machines are shared: who signed in at the workplace an hour ago need not be who sits here now
        }));
    }

    private async Task<IResult> Back(HttpContext http, string id, IDataProtectionProvider keys, SignIn signIn)
    {
        if (Find(id) is not { } workplace)
        {
            return TypedResults.Problem("There is no such workplace.", statusCode: StatusCodes.Status404NotFound);
        }
        Begun? begun = Waiting(http, keys);
        http.Response.Cookies.Delete(Cookie, CookieFor(http));
        IQueryCollection said = http.Request.Query;
        if (begun is null || !string.Equals(begun.Workplace, id, StringComparison.Ordinal) || !Same(begun.State, said["state"].ToString()))
        {
            return Refuse(http, workplace, "state", Wrong, begun?.To ?? "/");
        }
        if (said["error"].Count > 0 || said["code"] is not [{ Length: > 0 and <= MostCode } code])
        {
            bool cancelled = said["error"] == "access_denied";
            return Refuse(http, workplace, cancelled ? "cancelled" : "error", cancelled ? Cancelled : Wrong, begun.To);
        }
        (TokenAnswer? token, string why) = await Ask(http, workplace, begun, code);
        if (token is null)
        {
            return Refuse(http, workplace, why, why is Provider.NoAnswer or Provider.WrongAnswer ? Unfinished : Wrong, begun.To);
        }
        (Admitted outcome, Account? account) = store.Write(write => Admission.Admit(write, workplace, token, SignIn.NewStamp, clock.GetUtcNow()));
        if (account is null)
        {
            return Refuse(http, workplace, CaseWord.Of(outcome), outcome is Admitted.Taken ? Double : Nobody, begun.To);
        }
        Say(account.Person, workplace.Mark, AuditOutcome.Done);
        await http.SignInAsync(SignIn.Scheme, signIn.Begin(account));
        return PlainForm.SeeOther(http, begun.To);
    }

    /// <summary>Changes the code for a token and checks it; a key that nobody knows is asked for once more.</summary>
    private async Task<(TokenAnswer? Token, string Why)> Ask(HttpContext http, Workplace workplace, Begun begun, string code)
    {
        Got<ProviderFacts> about = await workplace.Provider.Facts(http.RequestAborted);
        if (about.Value is not { } facts)
        {
            return (null, about.Why);
        }
        string[] issuers = [.. http.Request.Query["iss"].OfType<string>()]; // who mixes up two providers says so (RFC 9207)
        if (issuers.Length > 0 ? issuers is not [var issuer] || !string.Equals(issuer, facts.Issuer, StringComparison.Ordinal) : facts.SaysIssuer)
        {
            return (null, CaseWord.Of(TokenProblem.Issuer));
        }
        Got<string> given = await workplace.Provider.Exchange(facts, code, begun.Verifier, BackAddress(http, workplace), http.RequestAborted);
        if (given.Value is not { } text)
        {
            return (null, given.Why);
        }
        var expected = new TokenExpected(facts.Issuer, workplace.Config.ClientId, begun.Nonce);
        TokenAnswer? answer = null;
        foreach (bool anew in new[] { false, true })
        {
            Got<IReadOnlyList<JsonWebKey>> known = await workplace.Provider.Keys(anew, http.RequestAborted);
            if (known.Value is null)
            {
                return (null, known.Why);
            }
            answer = await IdToken.Check(text, known.Value, expected, clock.GetUtcNow());
            if (answer.Problem != TokenProblem.UnknownKey)
            {
                break;
            }
        }
        return answer!.Problem == TokenProblem.None ? (answer, "") : (null, CaseWord.Of(answer.Problem));
    }

    private Begun? Waiting(HttpContext http, IDataProtectionProvider keys)
    {
        try
        {
            return http.Request.Cookies[Cookie] is { Length: > 0 } closed && JsonSerializer.Deserialize<Begun>(Protector(keys).Unprotect(closed)) is { } begun
                && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(begun.Since) < Waits ? begun : null;
        }
        catch (Exception bad) when (bad is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private Microsoft.AspNetCore.Http.HttpResults.StatusCodeHttpResult Refuse(HttpContext http, Workplace workplace, string why, string said, string to)
    {
        Say("", $"{workplace.Mark} {why}", AuditOutcome.Denied);
        return PlainForm.SeeOther(http, $"/sign-in?said=workplace-{said}{(to is "/" ? "" : "&to=" + Uri.EscapeDataString(to))}");
    }

    private void Say(string person, string why, AuditOutcome outcome) =>
        store.Write(write => write.AddAudit([new AuditEntry(clock.GetUtcNow(), person, "", "", "", "sign-in", "account", "", why, outcome)]));

    private Workplace? Find(string id) => workplaces.FirstOrDefault(workplace => string.Equals(workplace.Config.Id, id, StringComparison.Ordinal));

    /// <summary>The hub answers only under names it knows, so that this cannot be made to point elsewhere; the provider knows it by heart besides.</summary>
    private static string BackAddress(HttpContext http, Workplace workplace) => $"{http.Request.Scheme}://{http.Request.Host}{Prefix}/{workplace.Config.Id}/back";

    private static CookieOptions CookieFor(HttpContext http) => new()
    {
        HttpOnly = true, Secure = http.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = Prefix, MaxAge = Waits, IsEssential = true,
    };

    private static IDataProtector Protector(IDataProtectionProvider keys) => keys.CreateProtector("TeleMonitor.Hub.People.Workplaces.Begun");

    private static string Random() => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32));

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
