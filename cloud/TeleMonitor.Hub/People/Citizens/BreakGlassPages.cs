using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What the page of opening in need shows.</summary>
/// <param name="Frame">What stands round it.</param>
/// <param name="Text">Words of its language.</param>
/// <param name="Who">As typed.</param>
/// <param name="Why">As typed.</param>
/// <param name="Problem">Why it was refused; empty when it was not.</param>
public sealed record BreakGlassView(FrameView Frame, IStringLocalizer<PeopleText> Text, string Who, string Why, string Problem);

/// <summary>Two fields for a nurse in need.</summary>
public sealed class BreakGlassPages(BoardParts parts)
{
    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/break-glass", Show).Needs(Sight.BreakGlass);
        app.MapPost("/break-glass", Open).Needs(Sight.BreakGlass);
    }

    private IResult Show(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        PlainForm.Page<BreakGlassPage>(View(http, antiforgery, board, text, "", "", ""));

    private async Task<IResult> Open(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        if (await PlainForm.Read(http, antiforgery) is not { } form)
        {
            return PlainForm.Page<BreakGlassPage>(View(http, antiforgery, board, text, "", "", text["form"]), StatusCodes.Status400BadRequest);
        }
        string who = form["who"].ToString(), why = form["why"].ToString();
        BreakGlassAnswer answer = BreakGlass.Open(parts.Store, Sessions.Of(http), who, why);
        if (answer is BreakGlassAnswer.NotReadable or BreakGlassAnswer.NoReason or BreakGlassAnswer.NoRole or BreakGlassAnswer.TooMany)
        {
            int status = answer switch { BreakGlassAnswer.NoRole => StatusCodes.Status403Forbidden, BreakGlassAnswer.TooMany => StatusCodes.Status429TooManyRequests, _ => StatusCodes.Status400BadRequest };
            string problem = text["break-" + CaseWord.Of(answer), BreakGlassRules.LeastReason, BreakGlassRules.MostOpen];
            // what is no pseudonym may be a number that must not stand in a page's source again
            return PlainForm.Page<BreakGlassPage>(View(http, antiforgery, board, text, answer is BreakGlassAnswer.NotReadable ? "" : who, why, problem), status);
        }
        parts.Feed.Changed();
        parts.Wake();
        // one that does not exist leads to the same place, which then has nothing: the answer here tells nobody which it was
        BreakGlassTarget target = BreakGlassRules.Read(who)!;
        return PlainForm.SeeOther(http, target.Case is { } number ? $"/?team=all&case={number}" : $"/citizens/{target.Citizen}");
    }

    private BreakGlassView View(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text, string who, string why, string problem) =>
        new(FrameView.Of(parts, http, antiforgery, board, "break-glass") with { Path = "/break-glass" }, text, who, why, problem);
}
