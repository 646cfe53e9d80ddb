using System.Resources;
using Microsoft.AspNetCore.DataProtection;

[assembly: NeutralResourcesLanguage("da")]

namespace TeleMonitor.Hub.Boards;

/// <summary>What the boards need of the framework.</summary>
public static class BoardSetup
{
    /// <summary>Most bytes of a request's body: a form has a note of at most <see cref="Acts.MostText"/> characters.</summary>
    public const long MostRequestBytes = 64 * 1024;

    /// <summary>Names under which the hub may be called: loopback only, until sign-in exists (a foreign name is a rebinding attack).</summary>
    public static readonly string[] Hosts = ["127.0.0.1", "localhost", "[::1]"];

    /// <summary>Field and cookie of the anti-forgery token.</summary>
    public const string FormCookie = "tm-form";

    /// <summary>Adds services and limits.</summary>
    /// <param name="builder">The program's.</param>
    /// <param name="keyFolder">Where the keys of the forms are kept, so that a form opened before a restart still holds; null keeps them in memory.</param>
    public static void Configure(WebApplicationBuilder builder, string? keyFolder = null)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostRequestBytes;
        });
        IServiceCollection services = builder.Services;
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddProblemDetails();
        services.AddHostFiltering(options => (options.AllowedHosts, options.AllowEmptyHosts, options.IncludeFailureMessage) = ([.. Hosts], false, false));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = FormCookie;
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
