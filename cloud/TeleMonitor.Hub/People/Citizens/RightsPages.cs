using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Boards;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What the page of a citizen's rights shows.</summary>
/// <param name="Frame">What stands round it.</param>
/// <param name="Text">Words of its language.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="RestrictedAt">Since when the data is only kept; null while it is not.</param>
/// <param name="Retention">How long a record is kept.</param>
public sealed record RightsView(FrameView Frame, IStringLocalizer<PeopleText> Text, string Citizen, DateTimeOffset? RestrictedAt, Retention Retention)
{
    /// <summary>What was just done; empty when nothing was.</summary>
    public string Said { get; init; } = "";
    /// <summary>Why it was refused; empty when it was not.</summary>
    public string Problem { get; init; } = "";
    /// <summary>What was typed when it was refused.</summary>
    public string Why { get; init; } = "";
    /// <summary>Years that a record is kept.</summary>
    public int Years => Retention.Kinds.First(one => one.Kind == RetentionKind.HealthRecord).Years;
}

/// <summary>A citizen's rights: everything about them, data that is only kept, deletion. For coordinators.</summary>
public sealed class RightsPages(BoardParts parts)
{
    private readonly Rights rights = new(parts.Store, parts.Data.Retention);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/citizens/{citizen}/rights", Show).Needs(Sight.Rights);
        app.MapGet("/citizens/{citizen}/export.json", Json).Needs(Sight.Rights);
        app.MapGet("/citizens/{citizen}/export.html", Html).Needs(Sight.Rights);
        app.MapPost("/citizens/{citizen}/restrict", Restrict).Needs(Sight.Rights);
        app.MapPost("/citizens/{citizen}/lift", Lift).Needs(Sight.Rights);
        app.MapPost("/citizens/{citizen}/delete", Delete).Needs(Sight.Rights);
    }

    private IResult Show(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        string said = http.Request.Query["said"].ToString() is "restrict" or "lift" or "delete" ? text["rights-said-" + http.Request.Query["said"].ToString()] : "";
        return View(http, citizen, antiforgery, board, text) is { } view ? PlainForm.Page<RightsPage>(view with { Said = said }) : Nothing();
    }

    private async Task<IResult> Json(HttpContext http, string citizen, IdentityKeys keys)
    {
        Viewer viewer = Sessions.Of(http);
        if (!BreakGlassRules.IsPseudonym(citizen) || !rights.MayExport(viewer, citizen))
        {
            return Nothing();
        }
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{citizen}.json\"";
        await new CitizenExport(parts.Store, keys).WriteJson(http.Response.BodyWriter, citizen, viewer.Now, http.RequestAborted);
        return Results.Empty;
    }

    private async Task<IResult> Html(HttpContext http, string citizen, IdentityKeys keys, IStringLocalizer<PeopleText> text)
    {
        Viewer viewer = Sessions.Of(http);
        if (!BreakGlassRules.IsPseudonym(citizen) || !rights.MayExport(viewer, citizen))
        {
            return Nothing();
        }
        http.Response.ContentType = "text/html; charset=utf-8";
        await new CitizenExport(parts.Store, keys).WriteHtml(http.Response.BodyWriter, citizen, text, parts.Data.Topology.Zone, viewer.Now, http.RequestAborted);
        return Results.Empty;
    }

    private Task<IResult> Restrict(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, citizen, antiforgery, board, text, "restrict", why => rights.Restrict(Sessions.Of(http), citizen, why));

    private Task<IResult> Lift(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, citizen, antiforgery, board, text, "lift", why => rights.Lift(Sessions.Of(http), citizen, why));

    private Task<IResult> Delete(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, citizen, antiforgery, board, text, "delete", why => rights.Erase(Sessions.Of(http), citizen, why.Trim().Length == 0 ? null : why));

    private async Task<IResult> Do(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text, string said, Func<string, RightsAnswer> act)
    {
        IFormCollection? form = await PlainForm.Read(http, antiforgery);
        string why = form?["why"].ToString() ?? "";
        // one that is nobody's or somebody else's is refused before the form is looked at: the two cannot be told apart
        RightsAnswer answer = !BreakGlassRules.IsPseudonym(citizen) ? RightsAnswer.NotYours : form is null && View(http, citizen, antiforgery, board, text) is not null ? RightsAnswer.NoReason : act(why);
        if (answer == RightsAnswer.Done)
        {
            parts.Feed.Changed();
            return PlainForm.SeeOther(http, $"/citizens/{citizen}/rights?said={said}");
        }
        if (answer == RightsAnswer.NotYours || View(http, citizen, antiforgery, board, text) is not { } view)
        {
            return Nothing();
        }
        string problem = form is null ? text["form"] : text["rights-" + CaseWord.Of(answer), view.Years];
        return PlainForm.Page<RightsPage>(view with { Problem = problem, Why = why.Length > RightsRules.MostReason ? "" : why },
            answer is RightsAnswer.NoReason ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict);
    }

    private RightsView? View(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        if (!BreakGlassRules.IsPseudonym(citizen) || parts.Store.ReadAs(Sessions.Of(http), read => read.RightsOf(citizen)) is not { } standing)
        {
            return null;
        }
        return new RightsView(FrameView.Of(parts, http, antiforgery, board, "citizens") with { Path = $"/citizens/{citizen}/rights" }, text, citizen, standing.RestrictedAt, parts.Data.Retention);
    }

    private static IResult Nothing() => TypedResults.Problem("There is nothing here.", statusCode: StatusCodes.Status404NotFound);
}
