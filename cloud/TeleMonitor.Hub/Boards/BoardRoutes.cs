using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.FileProviders;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.People.Workplaces;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

/// <summary>What the boards are given.</summary>
/// <param name="Store">Store.</param>
/// <param name="Data">People, teams, charts, ladders.</param>
/// <param name="Worker">Carries out acts.</param>
/// <param name="Feed">Tells open boards that something changed.</param>
/// <param name="Clock">The hub's time.</param>
/// <param name="Wake">Tells the pipeline that pages or notices may be waiting.</param>
public sealed record BoardParts(HubStore Store, HubData Data, CaseWorker Worker, BoardFeed Feed, TimeProvider Clock, Action Wake)
{
    /// <summary>Everybody with an account, as they are now.</summary>
    public Care.Routing.People People() => Store.Read(read => read.Staff(Clock.GetUtcNow()));
}

/// <summary>The addresses of the boards and what holds for all of them.</summary>
public static class BoardRoutes
{
    private const string Policy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Adds middleware and endpoints; every endpoint there is must say by then who may come. <see cref="BoardSetup.Configure"/> must have run.</summary>
    public static void Map(WebApplication app, BoardParts parts, bool needsCode = false, IReadOnlyList<Workplace>? workplaces = null)
    {
        app.UseHsts(); // says nothing over http
        app.Use(AddHeaders);
        app.UseExceptionHandler(Problems.Handler);
        app.UseHostFiltering();
        app.UseStatusCodePages();
        app.UseStaticFiles(new StaticFileOptions
        {
            // beside the program, wherever it was started from
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot")),
            OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.UseRequestLocalization(Localization());
        app.UseRouting();
        app.Use(LimitStrangers);
        app.UseRateLimiter();
        app.UseAuthentication();
        app.Use((http, next) => Sessions.Ask(http, parts.Store, parts.Clock, () => next(http)));
        var pages = new BoardPages(parts);
        app.MapGet("/", pages.Show).NeedsSession();
        app.MapPost("/cases/{id:long}/{act}", pages.Do).Needs(Sight.Health);
        app.MapPost("/tests/{id:long}/acknowledge", pages.Acknowledge).Needs(Sight.Health);
        app.MapGet("/events", new BoardEvents(parts, app.Lifetime.ApplicationStopping).Open).NeedsSession();
        app.MapGet("/support", new SupportPages(parts).Show).Needs(Sight.Kits);
        new SignInPages(parts.Clock, parts.Data.Topology.Zone, parts.Data.Topology.Fallback.Phone, needsCode, [.. (workplaces ?? []).Select(one => one.Config)]).Map(app);
        new WorkplacePages(workplaces ?? [], parts.Store, parts.Clock).Map(app);
        new PeoplePages(parts).Map(app);
        new BreakGlassPages(parts).Map(app);
        new AuditPages(parts).Map(app);
        IdentityKeys keys = app.Services.GetRequiredService<IdentityKeys>();
        new RightsPages(parts).Map(app);
        new CitizenPages(parts, keys).Map(app);
        BoardApi.Map(app.MapGroup("/api/v1"), parts, keys);
        var document = new Lazy<string>(() => new OpenApiDocument(app.Services.GetRequiredService<WebSetup>()).Of(All(app)).ToJsonString());
        app.MapGet("/api/v1/openapi.json", () => TypedResults.Text(document.Value, "application/json")).NeedsSession();
        Sessions.CheckAll(All(app));
    }

    private static IEnumerable<Endpoint> All(IEndpointRouteBuilder app) => app.DataSources.SelectMany(source => source.Endpoints);

    /// <summary>Danish unless the address or the browser asks for English.</summary>
    private static RequestLocalizationOptions Localization() => new()
    {
        DefaultRequestCulture = new RequestCulture("da"),
        SupportedCultures = [new CultureInfo("da"), new CultureInfo("en")],
        SupportedUICultures = [new CultureInfo("da"), new CultureInfo("en")],
        RequestCultureProviders = [new QueryStringRequestCultureProvider { QueryStringKey = "lang", UIQueryStringKey = "lang" }, new AcceptLanguageHeaderRequestCultureProvider()],
    };

    /// <summary>Whoever has not signed in has little to send.</summary>
    private static Task LimitStrangers(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Asked>() is { Open: true } && http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = BoardSetup.MostStrangerBytes;
        }
        return next(http);
    }

    private static Task AddHeaders(HttpContext http, RequestDelegate next)
    {
        SetHeaders(http.Response.Headers);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.OnStarting(headers =>
        {
            SetHeaders((IHeaderDictionary)headers); // a failure takes them away
            return Task.CompletedTask;
        }, http.Response.Headers);
        return next(http);
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
