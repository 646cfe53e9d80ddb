using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.People.Workplaces;

namespace TeleMonitor.Hub.People;

/// <summary>What the sign-in page shows.</summary>
/// <param name="Text">Words of its language.</param>
/// <param name="Token">Goes into the form.</param>
/// <param name="To">Where the person wanted to go.</param>
public sealed record SignInView(IStringLocalizer<SignInText> Text, AntiforgeryTokenSet Token, string To)
{
    /// <summary>True on the page of an invitation.</summary>
    public bool Joins { get; init; }
    /// <summary>Name or invitation code as typed.</summary>
    public string Name { get; init; } = "";
    /// <summary>Why it was refused; empty when it was not.</summary>
    public string Problem { get; init; } = "";
    /// <summary>What was just done; empty when nothing was.</summary>
    public string Said { get; init; } = "";
    /// <summary>Key of a new authenticator, base32.</summary>
    public string Key { get; init; } = "";
    /// <summary>The same so that only the hub can read it: it comes back with the form.</summary>
    public string ClosedKey { get; init; } = "";
    /// <summary>True where an account may be without an authenticator.</summary>
    public bool MayWait { get; init; }
    /// <summary>The workplaces that have a sign-in of their own.</summary>
    public IReadOnlyList<WorkplaceConfig> Workplaces { get; init; } = [];

    /// <summary>Where a workplace's sign-in begins.</summary>
    public string WorkplaceLink(WorkplaceConfig workplace) => $"/sign-in/workplace/{workplace.Id}{(To is "/" ? "" : "?to=" + Uri.EscapeDataString(To))}";

    /// <summary>The key in groups of four, as it is typed.</summary>
    public string SpacedKey => string.Join(' ', Key.Chunk(4).Select(group => new string(group)));

    /// <summary>Opens an authenticator app on the same phone.</summary>
    public string KeyLink => $"otpauth://totp/TeleMonitor?secret={Key}&issuer=TeleMonitor";
}

/// <summary>The pages that come before a session.</summary>
/// <param name="clock">Hub time.</param>
/// <param name="zone">In which times are said.</param>
/// <param name="dutyPhone">Whom to call when the account is locked.</param>
/// <param name="needsCode">True where everybody needs an authenticator: beyond loopback.</param>
/// <param name="workplaces">Those that have a sign-in of their own.</param>
public sealed class SignInPages(TimeProvider clock, TimeZoneInfo zone, string dutyPhone, bool needsCode, IReadOnlyList<WorkplaceConfig> workplaces)
{
    private const int MostTyped = 256;

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", Show).IsOpen();
        app.MapPost("/sign-in", Enter).IsOpen().RequireRateLimiting(BoardSetup.SignInLimit);
        app.MapPost("/sign-out", Leave).NeedsSession();
        // the script asks whether the session holds, and says that it is used
        app.MapGet("/session", () => TypedResults.NoContent()).NeedsSession();
        app.MapPost("/session", () => TypedResults.NoContent()).NeedsSession();
        app.MapGet("/join", ShowJoin).IsOpen();
        app.MapPost("/join", Join).IsOpen().RequireRateLimiting(BoardSetup.SignInLimit);
    }

    private IResult Show(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<SignInText> text)
    {
        string said = http.Request.Query["said"].ToString() is "ended" or "out" or "joined" ? text[http.Request.Query["said"].ToString()] : "";
        string failed = http.Request.Query["said"].ToString() is "workplace-unknown" or "workplace-failed" or "workplace-refused" or "workplace-cancelled" or "workplace-taken"
            ? text[http.Request.Query["said"].ToString()] : "";
        return Page(View(http, antiforgery, text) with { Said = said, Problem = failed, To = Local(http.Request.Query["to"]) }, StatusCodes.Status200OK);
    }

    private async Task<IResult> Enter(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<SignInText> text, SignIn signIn)
    {
        if (await PlainForm.Read(http, antiforgery) is not { } form)
        {
            return Page(View(http, antiforgery, text) with { Problem = text["form"] }, StatusCodes.Status400BadRequest);
        }
        string name = form["user"].ToString(), password = form["password"].ToString(), code = form["code"].ToString();
        SignInAnswer answer = name.Length > MostTyped || password.Length > MostTyped || code.Length > MostTyped ? new SignInAnswer(null, null) : await signIn.Try(name, password, code);
        if (answer.Account is not { } account || (needsCode && account.Authenticator is null))
        {
            string problem = answer.LockedUntil is { } until ? text["locked", TimeZoneInfo.ConvertTime(until, zone).ToString("HH:mm", CultureInfo.InvariantCulture), dutyPhone] : text["wrong"];
            return Page(View(http, antiforgery, text) with { Problem = problem, Name = name.Length > MostTyped ? "" : name, To = Local(form["to"]) }, StatusCodes.Status400BadRequest);
        }
        await http.SignInAsync(SignIn.Scheme, signIn.Begin(account));
        return PlainForm.SeeOther(http, Local(form["to"]));
    }

    private static async Task<IResult> Leave(HttpContext http, IAntiforgery antiforgery)
    {
        if (await PlainForm.Read(http, antiforgery) is null)
        {
            return TypedResults.Problem("The form is not of this page.", statusCode: StatusCodes.Status400BadRequest);
        }
        await http.SignOutAsync(SignIn.Scheme);
        string to = Local(From(http.Request));
        return PlainForm.SeeOther(http, "/sign-in?said=out" + (to is "/" ? "" : "&to=" + Uri.EscapeDataString(to)));
    }

    /// <summary>The page of this hub on which the form stood: whoever sits down next goes on there, as far as they may.</summary>
    private static string? From(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out Uri? from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase) ? from.PathAndQuery : null;

    private IResult ShowJoin(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<SignInText> text, UserManager<Account> users, IDataProtectionProvider keys) =>
        Page(NewKey(View(http, antiforgery, text) with { Joins = true }, users.GenerateNewAuthenticatorKey(), keys), StatusCodes.Status200OK);

    private async Task<IResult> Join(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<SignInText> text, SignIn signIn, UserManager<Account> users, IDataProtectionProvider keys)
    {
        IFormCollection? form = await PlainForm.Read(http, antiforgery);
        string? key = form is null ? null : OpenKey(form["key"].ToString(), keys);
        SignInView view = NewKey(View(http, antiforgery, text) with { Joins = true }, key ?? users.GenerateNewAuthenticatorKey(), keys);
        if (form is null || key is null || form["password"].ToString().Length > MostTyped || form["invitation"].ToString().Length > MostTyped)
        {
            return Page(view with { Problem = text["form"] }, StatusCodes.Status400BadRequest);
        }
        bool later = !needsCode && form["later"] == "yes";
        IReadOnlyList<string> problems = await signIn.Join(form["invitation"].ToString(), form["password"].ToString(), later ? null : key, form["digits"].ToString());
        return problems.Count == 0
            ? PlainForm.SeeOther(http, "/sign-in?said=joined")
            : Page(view with { Name = form["invitation"].ToString(), Problem = string.Join(' ', problems.Select(problem => text[problem].Value)) }, StatusCodes.Status400BadRequest);
    }

    private SignInView View(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<SignInText> text) =>
        new(text, antiforgery.GetAndStoreTokens(http), "/") { MayWait = !needsCode, Workplaces = workplaces };

    private SignInView NewKey(SignInView view, string key, IDataProtectionProvider keys) => view with
    {
        Key = key, ClosedKey = KeyProtector(keys).Protect($"{clock.GetUtcNow().ToUnixTimeSeconds()} {key}"),
    };

    /// <summary>The key that the page showed, if it did within the hour; null for anything else.</summary>
    private string? OpenKey(string closed, IDataProtectionProvider keys)
    {
        try
        {
            return KeyProtector(keys).Unprotect(closed).Split(' ') is [var shown, { Length: > 0 } key] && long.TryParse(shown, out long at)
                && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at) < TimeSpan.FromHours(1) ? key : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static IDataProtector KeyProtector(IDataProtectionProvider keys) => keys.CreateProtector("TeleMonitor.Hub.People.NewAuthenticator");

    /// <summary>Only addresses of this hub: a link must not lead a person who has just typed a password anywhere else.</summary>
    internal static string Local(string? to) =>
        to is ['/', ..] && !to.StartsWith("//", StringComparison.Ordinal) && !to.Contains('\\', StringComparison.Ordinal) && !to.Any(char.IsControl) ? to : "/";

    private static IResult Page(SignInView view, int status) => PlainForm.Page<SignInPage>(view, status);
}
