using System.Resources;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

[assembly: NeutralResourcesLanguage("da")]

namespace TeleMonitor.Hub.Boards;

/// <summary>What the boards need of the framework.</summary>
public static class BoardSetup
{
    /// <summary>Most bytes of a request's body: a form has a note of at most <see cref="Acts.MostText"/> characters.</summary>
    public const long MostRequestBytes = 64 * 1024;

    /// <summary>Most bytes of a request from somebody who has not signed in.</summary>
    public const long MostStrangerBytes = 16 * 1024;

    /// <summary>How often one address may try to sign in.</summary>
    public const string SignInLimit = "sign-in";

    /// <summary>Field and cookie of the anti-forgery token.</summary>
    public const string FormCookie = "tm-form";

    /// <summary>Adds services and limits.</summary>
    /// <param name="builder">The program's.</param>
    /// <param name="store">Where accounts are.</param>
    /// <param name="clock">Hub time, by which sessions end.</param>
    /// <param name="keyFolder">Where the keys of the forms are kept, so that a form opened before a restart still holds; null keeps them in memory.</param>
    /// <param name="web">How the boards are called; null: this machine alone, by http.</param>
    public static void Configure(WebApplicationBuilder builder, HubStore store, TimeProvider clock, string? keyFolder = null, WebSetup? web = null)
    {
        web ??= WebSetup.Loopback;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
            (kestrel.Limits.MaxRequestHeadersTotalSize, kestrel.Limits.MaxRequestHeaderCount, kestrel.Limits.MaxRequestLineSize) = (16 * 1024, 64, 8 * 1024);
            (kestrel.Limits.RequestHeadersTimeout, kestrel.Limits.KeepAliveTimeout) = (web.HeadPatience, TimeSpan.FromMinutes(2));
            kestrel.Limits.MaxConcurrentConnections = 4000;
        });
        IServiceCollection services = builder.Services;
        services.AddSingleton(keyFolder is null ? IdentityKeys.InMemory() : IdentityKeys.Open(keyFolder));
        services.AddSingleton(store).AddSingleton(clock).AddSingleton(web).AddSingleton<TokenRefusals>().AddScoped<SignIn>();
        services.AddAuthentication(SignIn.Scheme).AddCookie(SignIn.Scheme, cookie => Sessions.Configure(cookie, clock, web));
        services.AddIdentityCore<Account>(identity =>
        {
            // length and not kinds of characters: NIST SP 800-63B, 5.1.1.2
            (identity.Password.RequiredLength, identity.Password.RequireDigit, identity.Password.RequireLowercase) = (12, false, false);
            (identity.Password.RequireNonAlphanumeric, identity.Password.RequireUppercase) = (false, false);
            (identity.Lockout.MaxFailedAccessAttempts, identity.Lockout.DefaultLockoutTimeSpan) = (5, TimeSpan.FromMinutes(15));
        }).AddUserStore<AccountStore>().AddTokenProvider<AuthenticatorTokenProvider<Account>>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddPolicy(SignInLimit, http => RateLimitPartition.GetFixedWindowLimiter(http.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = web.SignInsAMinute, Window = TimeSpan.FromMinutes(1) }));
        });
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>(); // before the framework's own, which is silent to whoever does not name JSON
        services.AddProblemDetails();
        services.Configure<FormOptions>(form => (form.ValueCountLimit, form.KeyLengthLimit, form.ValueLengthLimit, form.MultipartBodyLengthLimit) = (128, 128, 32 * 1024, MostRequestBytes));
        services.AddHostFiltering(options => (options.AllowedHosts, options.AllowEmptyHosts, options.IncludeFailureMessage) = ([.. web.Hosts], false, false));
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365)); // loopback names are left out: they belong to every program of the machine
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = web.CookieName(FormCookie);
            options.Cookie.SecurePolicy = web.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.FormFieldName = FormCookie;
            options.SuppressXFrameOptionsHeader = true; // the content security policy says it
        });
        IDataProtectionBuilder keys = services.AddDataProtection().SetApplicationName("telemonitor-hub");
        if (keyFolder is null)
        {
            keys.UseEphemeralDataProtectionProvider();
        }
        else
        {
            keys.PersistKeysToFileSystem(new DirectoryInfo(keyFolder));
        }
    }
}
