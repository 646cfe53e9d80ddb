using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Primitives;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Boards;

/// <summary>The worklist page and its plain forms: everything works without script.</summary>
public sealed class BoardPages(BoardParts parts)
{
    /// <summary>The page.</summary>
    public IResult Show(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> text)
    {
        if (!parts.Store.ReadAs(Sessions.Of(http), read => read.May(Sight.Health)))
        {
            return PlainForm.SeeOther(http, "/support"); // whoever has no worklist is not told that there is one
        }
        BoardAddress address = AddressOf(http);
        BoardView view = View(http, antiforgery, text, address);
        return Page(view with { Done = DoneText(http.Request.Query["done"], view) }, StatusCodes.Status200OK);
    }

    /// <summary>Carries out what a person did on the page.</summary>
    public async Task<IResult> Do(HttpContext http, long id, string act, IAntiforgery antiforgery, IStringLocalizer<BoardText> text)
    {
        if (!CaseWord.TryRead(act, out Act what))
        {
            return TypedResults.NotFound();
        }
        BoardAddress address = AddressOf(http) with { Case = id };
        bool ours = await IsOurs(http, antiforgery);
        IFormCollection form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : FormCollection.Empty;
        var typed = new Typed(id, what, form["text"].ToString());
        IResult Refuse(string problem, int status = StatusCodes.Status400BadRequest) => Refused(http, antiforgery, text, address, problem, typed, status);
        if (!ours)
        {
            return Refuse("problem-form");
        }
        if (Me(http) is not { } person)
        {
            return Refuse("problem-no-person");
        }
        if (!long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out long seen))
        {
            return Refuse("problem-no-version");
        }
        ActAnswer answer = Acts.Do(parts, Sessions.Of(http), id, what, person, seen, typed.Text);
        if (answer.Status != StatusCodes.Status200OK)
        {
            return Refused(http, antiforgery, text, address, answer.Problem, typed, answer.Status, answer);
        }
        string page = (what == Act.Close ? address with { Case = null } : address).Page;
        return PlainForm.SeeOther(http, $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={CaseWord.Of(what)}-{id}");
    }

    /// <summary>Acknowledges the team's daily TEST.</summary>
    public async Task<IResult> Acknowledge(HttpContext http, long id, IAntiforgery antiforgery, IStringLocalizer<BoardText> text)
    {
        BoardAddress address = AddressOf(http);
        if (!await IsOurs(http, antiforgery))
        {
            return Refused(http, antiforgery, text, address, "problem-form", null, StatusCodes.Status400BadRequest);
        }
        if (Me(http) is not { } person)
        {
            return Refused(http, antiforgery, text, address, "problem-no-person", null, StatusCodes.Status400BadRequest);
        }
        return Acts.Acknowledge(parts, id, person) is null
            ? Refused(http, antiforgery, text, address, "problem-no-test", null, StatusCodes.Status404NotFound)
            : PlainForm.SeeOther(http, address.Page);
    }

    private BoardAddress AddressOf(HttpContext http) => BoardAddress.Read(http.Request.Query, Me(http), parts.Data);

    private Person? Me(HttpContext http) => parts.People().Find(Sessions.Of(http).Person);

    private static async Task<bool> IsOurs(HttpContext http, IAntiforgery antiforgery) =>
        http.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(http);

    private BoardView View(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> text, BoardAddress address)
    {
        FrameView frame = FrameView.Of(parts, http, antiforgery, text, "worklist");
        (WorklistFacts facts, string mark, bool theirs) = parts.Store.ReadAs(Sessions.Of(http), read =>
            (WorklistFacts.Read(read, address, frame.Me?.Id, parts.Data, frame.Words.Now), read.Mark(), address.Team is null || read.WorksFor(address.Team, Sight.Health)));
        var view = new BoardView(frame.Words, address, frame.Me, facts, frame.Token, mark) { Frame = frame, IsTheirs = theirs };
        return view with { Frame = frame with { RedFree = view.RedFree, Path = (address with { Language = null }).Page, Worklist = (address with { Case = null, Filter = BoardFilter.All }).Page } };
    }

    private IResult Refused(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> text, BoardAddress address, string problem, Typed? typed, int status, ActAnswer? answer = null)
    {
        BoardView view = View(http, antiforgery, text, address);
        string said = (problem, answer?.First) switch
        {
            ("conflict", { Person: { } first } row) => view.Words["conflict-person", view.Words.PersonWithRole(first), view.Words["change-" + row.Change], view.Words.Clock(row.AtMs)],
            ("conflict", { } row) => view.Words["conflict-news", view.Words.Clock(row.AtMs), view.Words["change-" + row.Change]],
            ("conflict", null) => view.Words["problem-no-version"],
            ("problem-too-long", _) => view.Words[problem, Acts.MostText],
            _ => view.Words[problem],
        };
        return Page(view with { Problem = said, Typed = typed }, status);
    }

    private static string DoneText(StringValues done, BoardView view)
    {
        string[] parts = done.ToString().Split('-');
        if (parts.Length != 2 || !CaseWord.TryRead(parts[0], out Act act))
        {
            return "";
        }
        CareCase? @case = view.Facts.OpenedCase?.Case is { } opened && opened.Id == parts[1] ? opened : null;
        return view.Words["done-" + CaseWord.Of(act), @case?.Citizen ?? view.Words["case-number", parts[1]], view.Words.Clock(view.Words.Now)];
    }

    private static IResult Page(BoardView view, int status) => PlainForm.Page<WorklistPage>(view, status);
}
