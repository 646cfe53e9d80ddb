using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>What an endpoint asks of whoever comes: a sight, only a session, or nothing. An endpoint that says neither does not start.</summary>
/// <param name="Sight">What the viewer's role must see; null where any session will do.</param>
/// <param name="Open">True where nobody is asked.</param>
public sealed record Asked(Sight? Sight, bool Open = false);

/// <summary>Puts a viewer behind every request, and refuses the rest.</summary>
public static class Sessions
{
    /// <summary>Name of the session's cookie.</summary>
    public const string Cookie = "tm-session";
    private const string SignInPage = "/sign-in";

    /// <summary>An endpoint that shows or does what a sight covers.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Sight sight) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Asked(sight));

    /// <summary>An endpoint for everybody who has signed in.</summary>
    public static TBuilder NeedsSession<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Asked(null));

    /// <summary>An endpoint that asks for nobody.</summary>
    public static TBuilder IsOpen<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Asked(null, Open: true));

    /// <summary>The session's cookie: it is over when it was not used for a while; what the page asks for by itself is no use.</summary>
    public static void Configure(CookieAuthenticationOptions options, TimeProvider clock, WebSetup web)
    {
        options.Cookie.Name = web.CookieName(Cookie);
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax; // a workplace's sign-in comes back from another site
        options.Cookie.SecurePolicy = web.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        (options.ExpireTimeSpan, options.SlidingExpiration, options.TimeProvider) = (SignIn.Idle, true, clock);
        options.Events.OnCheckSlidingExpiration = context =>
        {
            context.ShouldRenew = !IsOfThePage(context.Request);
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = async context =>
        {
            if (context.Principal is not { } principal || !context.HttpContext.RequestServices.GetRequiredService<SignIn>().Holds(principal))
            {
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(SignIn.Scheme);
            }
        };
    }

    /// <summary>Who looks. Only where a session was asked for.</summary>
    public static Viewer Of(HttpContext http) => http.Features.Get<Viewer>() ?? throw new InvalidOperationException("this endpoint asks for no session");

    /// <summary>Every endpoint must say what it asks.</summary>
    /// <exception cref="InvalidOperationException">Names those that do not.</exception>
    public static void CheckAll(IEnumerable<Endpoint> endpoints)
    {
        string[] silent = [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Asked>() is null).Select(endpoint => endpoint.DisplayName ?? "an endpoint")];
        if (silent.Length > 0)
        {
            throw new InvalidOperationException($"these endpoints do not say who may come: {string.Join(", ", silent)}");
        }
    }

    /// <summary>Asks before the endpoint runs.</summary>
    public static async Task Ask(HttpContext http, HubStore store, TimeProvider clock, Func<Task> next)
    {
        if (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<Asked>() is { Open: true })
        {
            await next();
            return;
        }
        DateTimeOffset now = clock.GetUtcNow();
        string? token = TokenOf(http.Request);
        if (ViewerOf(http, token, store, now) is not { } viewer)
        {
            await (token is null ? Refuse(http) : RefuseToken(http, store, now));
            return;
        }
        if (token is not null && !MayToken(http.Request))
        {
            await Deny(http, store, viewer, "A person stands behind every act and every page: a token only reads, under /api.");
            return;
        }
        http.Features.Set(viewer);
        if (endpoint.Metadata.GetMetadata<Asked>() is { Sight: { } sight } && !store.Read(read => new ScopedRead(read, viewer).May(sight)))
        {
            await Deny(http, store, viewer, "Your role does not open this.");
            return;
        }
        await next();
    }

    private static Viewer? ViewerOf(HttpContext http, string? token, HubStore store, DateTimeOffset now)
    {
        if (token is not null)
        {
            return store.Read(read => read.TokenOf(SignIn.HashOf(token), now)) is { } id ? new Viewer(id, "token", http.Request.Path, now) : null;
        }
        return http.User.FindFirstValue(SignIn.PersonClaim) is { } person ? new Viewer(person, http.User.FindFirstValue(SignIn.SessionClaim) ?? "", http.Request.Path, now) : null;
    }

    private static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..].Trim() : null;

    private static bool MayToken(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Path.StartsWithSegments("/api", StringComparison.Ordinal);

    private static async Task Deny(HttpContext http, HubStore store, Viewer viewer, string detail)
    {
        store.Write(write => write.AddAudit([new AuditEntry(viewer.Now, viewer.Person, "", "", viewer.Session, "view", "page", "", http.Request.Path, AuditOutcome.Denied)]));
        await TypedResults.Problem(detail, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(http);
    }

    /// <summary>Nobody guesses a token; whoever tries is slowed down, and is one line of the audit a minute.</summary>
    private static async Task RefuseToken(HttpContext http, HubStore store, DateTimeOffset now)
    {
        Refusal refusal = http.RequestServices.GetRequiredService<TokenRefusals>().Count(http.Connection.RemoteIpAddress, now);
        if (refusal.IsFirst)
        {
            store.Write(write => write.AddAudit([new AuditEntry(now, "", "", "", "token", "sign-in", "token", "", $"from {refusal.From}", AuditOutcome.Denied)]));
        }
        http.Response.Headers.WWWAuthenticate = "Bearer";
        await TypedResults.Problem(refusal.IsTooMany ? "Too many tokens that nobody has." : "Nobody has this token.",
            statusCode: refusal.IsTooMany ? StatusCodes.Status429TooManyRequests : StatusCodes.Status401Unauthorized).ExecuteAsync(http);
    }

    /// <summary>A person who opens a page is led to the sign-in and back; a program and the page's own script are told.</summary>
    private static async Task Refuse(HttpContext http)
    {
        bool page = HttpMethods.IsGet(http.Request.Method) && !IsOfThePage(http.Request) && !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        if (page)
        {
            string to = http.Request.Path + http.Request.QueryString;
            http.Response.Headers.Location = to is "/" ? SignInPage : $"{SignInPage}?to={Uri.EscapeDataString(to)}";
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            return;
        }
        http.Response.Headers.WWWAuthenticate = "Bearer";
        await TypedResults.Problem("Sign in first.", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(http);
    }

    private static bool IsOfThePage(HttpRequest request) => request.Headers.ContainsKey("HX-Request") || request.Path.StartsWithSegments("/events", StringComparison.Ordinal)
        || (HttpMethods.IsGet(request.Method) && request.Path.StartsWithSegments("/session", StringComparison.Ordinal));
}
