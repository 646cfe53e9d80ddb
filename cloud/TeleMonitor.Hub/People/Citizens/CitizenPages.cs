using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>The pages of the register and their plain forms: everything works without script.</summary>
/// <param name="parts">Parts of the hub.</param>
/// <param name="keys">Opens identities.</param>
public sealed class CitizenPages(BoardParts parts, IdentityKeys keys)
{
    /// <summary>Citizens of one page.</summary>
    public const int Most = 50;
    /// <summary>Longest pseudonym that is looked for.</summary>
    public const int MostPseudonym = 60;
    /// <summary>Why nothing is asked for a while: the words that a form offers.</summary>
    public static readonly string[] PauseReasons = ["travelling", "admitted", "wish", "other"];
    /// <summary>The act that shows who a citizen is.</summary>
    internal const string Reveal = "reveal";

    private CitizenActs Acts => new(parts.Store, parts.Data, keys);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/citizens", List).Needs(Sight.Health);
        app.MapPost("/citizens/search", Search).Needs(Sight.Health); // what is typed may be a personal number, which belongs into no address
        app.MapGet("/citizens/new", New).Needs(Sight.Register);
        app.MapPost("/citizens", Register).Needs(Sight.Register);
        app.MapGet("/citizens/{citizen}", Show).Needs(Sight.Health);
        app.MapPost("/citizens/{citizen}/{act}", Do).Needs(Sight.Health);
    }

    private IResult List(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text, string? after) =>
        Listed(http, antiforgery, frame, Words(text), "", after ?? "");

    private async Task<IResult> Search(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text) =>
        await PlainForm.Read(http, antiforgery) is { } form ? Listed(http, antiforgery, frame, Words(text), form["q"].ToString().Trim(), form["after"].ToString())
            : TypedResults.Problem(Words(text)["problem-form"], statusCode: StatusCodes.Status400BadRequest);

    private IResult Listed(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, CitizenWords words, string typed, string after)
    {
        (CitizenLine[] lines, string? next, bool mayRegister) = parts.Store.ReadAs(Sessions.Of(http), read =>
        {
            CitizenList page = read.Citizens(CitizenQuery.Of(typed, keys), after, Most);
            return (page.Citizens.Select(one => Line(read, one, words)).ToArray(), page.Next, read.May(Sight.Register));
        });
        return PlainForm.Page<CitizensPage>(new CitizensView(Frame(http, antiforgery, frame) with { Path = "/citizens" }, words, lines, typed.Length > CitizenQuery.MostTyped ? "" : typed, next, mayRegister));
    }

    private IResult New(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text) =>
        PlainForm.Page<NewCitizenPage>(new CitizenFormView(Frame(http, antiforgery, frame), Words(text)));

    private async Task<IResult> Register(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text)
    {
        CitizenWords words = Words(text);
        if (await PlainForm.Read(http, antiforgery) is not { } form)
        {
            return PlainForm.Page<NewCitizenPage>(new CitizenFormView(Frame(http, antiforgery, frame), words) { Problem = words["problem-form"] }, StatusCodes.Status400BadRequest);
        }
        CitizenInput input = Read(form);
        CitizenAnswer answer = Acts.Register(Sessions.Of(http), input, CitizenActs.NewPseudonym());
        return answer.Problem == RegisterProblem.None ? PlainForm.SeeOther(http, $"/citizens/{answer.Citizen}?done=register")
            : PlainForm.Page<NewCitizenPage>(new CitizenFormView(Frame(http, antiforgery, frame), words) { Problem = words.Of("problem", answer.Problem), Input = input }, StatusOf(answer.Problem));
    }

    private IResult Show(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text, string? done)
    {
        bool known = done is "register" || CaseWord.TryRead(done, out CitizenAct _);
        return View(http, citizen, antiforgery, frame, text, (read, view) => view with { Done = known ? view.Words["done-" + done] : "" });
    }

    private async Task<IResult> Do(HttpContext http, string citizen, string act, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text)
    {
        bool reveals = act == Reveal;
        if (!CaseWord.TryRead(act, out CitizenAct what) && !reveals)
        {
            return TypedResults.NotFound();
        }
        CitizenWords words = Words(text);
        if (await PlainForm.Read(http, antiforgery) is not { } form)
        {
            return View(http, citizen, antiforgery, frame, text, (_, view) => view with { Problem = words["problem-form"] }, StatusCodes.Status400BadRequest);
        }
        if (reveals)
        {
            return View(http, citizen, antiforgery, frame, text, (read, view) => Revealed(read, view));
        }
        CitizenInput input = Read(form);
        RegisterProblem problem = !long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out long seen) ? RegisterProblem.Stale
            : citizen.Length > MostPseudonym ? RegisterProblem.NoCitizen : Acts.Do(Sessions.Of(http), citizen, what, seen, input).Problem;
        if (problem == RegisterProblem.None)
        {
            parts.Feed.Changed();
            parts.Wake();
            return PlainForm.SeeOther(http, $"/citizens/{citizen}?done={CaseWord.Of(what)}");
        }
        return View(http, citizen, antiforgery, frame, text, (_, view) => view with { Problem = words.Of("problem", problem), Input = what == CitizenAct.Identity ? input : view.Input }, StatusOf(problem));
    }

    /// <summary>Name, number, address and relatives, written down as looked at.</summary>
    private CitizenView Revealed(ScopedRead read, CitizenView view)
    {
        Identity? who = read.IdentityOf(view.Line.Citizen.Citizen) is { } closed ? keys.OpenText(closed) : null;
        return who is null ? view with { Problem = view.Words["problem-no-identity"] } : view with
        {
            Revealed = who,
            Input = new CitizenInput { Number = who.Id.Number, Name = who.Name, Address = who.Address, Telephone = who.Telephone, Relatives = who.Relatives },
        };
    }

    private IResult View(HttpContext http, string citizen, IAntiforgery antiforgery, IStringLocalizer<BoardText> frame, IStringLocalizer<CitizenText> text,
        Func<ScopedRead, CitizenView, CitizenView> also, int status = StatusCodes.Status200OK)
    {
        FrameView around = Frame(http, antiforgery, frame);
        CitizenWords words = Words(text);
        CitizenView? view = citizen.Length > MostPseudonym ? null : parts.Store.ReadAs(Sessions.Of(http), read => read.CitizenOf(citizen) is { } one ? also(read, ViewOf(read, one, around, words)) : null);
        return view is null ? TypedResults.Problem(words["problem-no-citizen"], statusCode: StatusCodes.Status404NotFound) : PlainForm.Page<CitizenPage>(view, status);
    }

    private CitizenView ViewOf(ScopedRead read, SeenCitizen one, FrameView around, CitizenWords words)
    {
        bool mayChange = read.MayChange(one.Citizen);
        PersonalId? id = one.Row is { } row ? keys.OpenText(row.Closed)?.Id : null;
        return new CitizenView(around, words, Line(read, one, words))
        {
            MayChange = mayChange, Places = read.PlacesOf(one), Consents = read.ConsentsOf(one), Loans = read.LoansOf(one), Plans = read.PlansOf(one),
            Pauses = [.. read.PausesOf(one).Select(pause => pause.Pause)], FreeKits = mayChange ? read.FreeKits() : [],
            NumberMarks = [.. id is { IsAdministrative: true } ? ["number-administrative"] : Array.Empty<string>(), .. id is { PassesModulus11: false } ? ["number-modulus"] : Array.Empty<string>()],
        };
    }

    /// <summary>One line: opens the identity for its initials and birth date, and shows no more of it.</summary>
    internal CitizenLine Line(ScopedRead read, SeenCitizen one, CitizenWords words)
    {
        Identity? who = one.Row is { } row ? keys.OpenText(row.Closed) : null;
        // where they are now: a stay before the home
        Place? now = read.PlacesOf(one).Where(place => place.HoldsAt(words.Now)).MaxBy(place => place.Kind);
        CitizenPlan? plan = read.PlansOf(one).LastOrDefault(held => held.From <= words.Now && !(held.To <= words.Now));
        return new CitizenLine(one, who?.Initials ?? "", who?.Id.Masked ?? "", now switch { null => "", { Kind: PlaceKind.Admitted } => words.Of("place", now.Kind), _ => words.Area(now.Area) },
            plan is null ? "" : plan.Plan);
    }

    private CitizenInput Read(IFormCollection form) => new()
    {
        Number = form["number"].ToString(), Name = form["name"].ToString(), Address = form["address"].ToString(), Telephone = form["telephone"].ToString(),
        Relatives = [.. Enumerable.Range(0, Math.Min(form["relative-name"].Count, Identity.MostRelatives + 1))
            .Select(at => new Relative(form["relative-name"][at] ?? "", form["relative-telephone"].ElementAtOrDefault(at) ?? "", form["relation"].ElementAtOrDefault(at) ?? ""))
            .Where(one => one.Name.Length + one.Telephone.Length + one.Relation.Length > 0)],
        Kind = form["kind"].ToString(), Area = form["area"].ToString(), Kit = form["kit"].ToString(), Plan = form["plan"].ToString(), Pauses = form["pauses"] == "yes",
        From = CitizenWords.ReadTime(form["from"], parts.Data.Topology.Zone), To = CitizenWords.ReadTime(form["to"], parts.Data.Topology.Zone),
        Place = long.TryParse(form["place"], NumberStyles.None, CultureInfo.InvariantCulture, out long place) ? place : 0,
    };

    private CitizenWords Words(IStringLocalizer<CitizenText> text) => new(text, parts.Data, parts.Clock.GetUtcNow());

    private FrameView Frame(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> text) => FrameView.Of(parts, http, antiforgery, text, "citizens");

    private static int StatusOf(RegisterProblem problem) => problem switch
    {
        RegisterProblem.NoCitizen => StatusCodes.Status404NotFound,
        RegisterProblem.NotYours or RegisterProblem.NoPerson => StatusCodes.Status403Forbidden,
        RegisterProblem.Stale or RegisterProblem.NumberTaken => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    };
}
