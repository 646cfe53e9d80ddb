using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>What the page of people shows.</summary>
/// <param name="Frame">What stands round it.</param>
/// <param name="Text">Words of its language.</param>
/// <param name="People">Whom the viewer may see.</param>
/// <param name="Units">Units that they may give roles for.</param>
/// <param name="Broken">What was opened out of scope and the viewer coordinates.</param>
public sealed record PeopleView(
    FrameView Frame, IStringLocalizer<PeopleText> Text, IReadOnlyList<PersonLine> People, IReadOnlyList<(string Word, UnitKind Kind, string Unit)> Units, IReadOnlyList<BreakGlassRow> Broken)
{
    /// <summary>What was just done; empty when nothing was.</summary>
    public string Said { get; init; } = "";
    /// <summary>Why it was refused; empty when it was not.</summary>
    public string Problem { get; init; } = "";
    /// <summary>A code that was just given, and whose; it is shown this once.</summary>
    public (string Person, string Code)? Code { get; init; }

    /// <summary>Roles that the form offers.</summary>
    public static IEnumerable<PersonRole> Roles => Enum.GetValues<PersonRole>().Where(role => role != PersonRole.Machine);

    /// <summary>Name of a unit.</summary>
    public string Unit(UnitKind kind, string unit) => kind switch
    {
        UnitKind.Hub => Text["unit-hub"],
        UnitKind.Authority => Text["unit-authority", Frame.Words.Authority(unit)],
        UnitKind.Cluster => Text["unit-cluster", Frame.Words.Data.Topology.Clusters.FirstOrDefault(one => one.Slug == unit)?.Name ?? unit],
        UnitKind.Citizen => Text["unit-citizen"], // whose it is, this page does not tell
        _ => Frame.Words.Desk(unit),
    };

    /// <summary>Day and time.</summary>
    public string At(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Frame.Words.Data.Topology.Zone).ToString("dd-MM-yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>How an account stands.</summary>
    public string State(Account account) =>
        account.Ended is { } ended ? Text["state-ended", At(ended)]
        : account.LockedUntil is { } locked && locked > Frame.Words.Now ? Text["state-locked", At(locked)]
        : account.Password is null ? Text["state-invited"] : account.Authenticator is null ? Text["state-password"] : Text["state-both"];
}

/// <summary>The page of people and their roles: for administrators and coordinators.</summary>
public sealed class PeoplePages(BoardParts parts)
{
    private static readonly TimeSpan ShowsSeen = TimeSpan.FromDays(30);
    private readonly PeopleActs acts = new(parts.Store, parts.Data.Topology);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/people", Show).Needs(Sight.People);
        app.MapPost("/people", Add).Needs(Sight.People);
        app.MapPost("/people/{person}/give", Give).Needs(Sight.People);
        app.MapPost("/people/{person}/invite", Invite).Needs(Sight.People);
        app.MapPost("/people/{person}/end", End).Needs(Sight.People);
        app.MapPost("/people/grants/{id:long}/end", EndGrant).Needs(Sight.People);
        app.MapPost("/people/broken/{id:long}/seen", See).Needs(Sight.Rights);
    }

    private IResult Show(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        string said = http.Request.Query["said"].ToString() is "added" or "given" or "ended" or "seen" ? text["said-" + http.Request.Query["said"].ToString()] : "";
        return PlainForm.Page<PeoplePage>(View(http, antiforgery, board, text) with { Said = said });
    }

    private Task<IResult> Add(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, antiforgery, board, text, "added", form => acts.Add(Sessions.Of(http), AccountStore.Person(form["person"].ToString()), form["initials"].ToString().Trim()));

    private Task<IResult> Give(HttpContext http, string person, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, antiforgery, board, text, "given", form =>
        {
            Viewer viewer = Sessions.Of(http);
            DateTimeOffset? from = Time(form["from"].ToString(), out bool fromRead), to = Time(form["to"].ToString(), out bool toRead);
            return !fromRead || !toRead ? PeopleAnswer.WrongTimes
                : !CaseWord.TryRead(form["role"].ToString(), out PersonRole role) ? PeopleAnswer.ForeignRole
                : PeopleRules.UnitOf(parts.Data.Topology, form["unit"].ToString()) is not { } unit ? PeopleAnswer.NoUnit
                : acts.Give(viewer, person, new Grant(role, unit.Kind, unit.Unit, from ?? viewer.Now, to));
        });

    private async Task<IResult> Invite(HttpContext http, string person, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        if (await PlainForm.Read(http, antiforgery) is null)
        {
            return Refused(http, antiforgery, board, text, text["form"], StatusCodes.Status400BadRequest);
        }
        (PeopleAnswer answer, string code) = acts.Invite(Sessions.Of(http), person);
        return answer == PeopleAnswer.Done ? PlainForm.Page<PeoplePage>(View(http, antiforgery, board, text) with { Code = (person, code) })
            : Refused(http, antiforgery, board, text, text["people-" + CaseWord.Of(answer)], StatusOf(answer));
    }

    private Task<IResult> End(HttpContext http, string person, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, antiforgery, board, text, "ended", _ => acts.End(Sessions.Of(http), person));

    private Task<IResult> EndGrant(HttpContext http, long id, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, antiforgery, board, text, "ended", _ => acts.EndGrant(Sessions.Of(http), id));

    private Task<IResult> See(HttpContext http, long id, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text) =>
        Do(http, antiforgery, board, text, "seen", _ => BreakGlass.See(parts.Store, Sessions.Of(http), id) ? PeopleAnswer.Done : PeopleAnswer.HasEnded);

    private async Task<IResult> Do(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text, string said, Func<IFormCollection, PeopleAnswer> act)
    {
        if (await PlainForm.Read(http, antiforgery) is not { } form)
        {
            return Refused(http, antiforgery, board, text, text["form"], StatusCodes.Status400BadRequest);
        }
        PeopleAnswer answer = act(form);
        if (answer != PeopleAnswer.Done)
        {
            return Refused(http, antiforgery, board, text, text["people-" + CaseWord.Of(answer)], StatusOf(answer));
        }
        parts.Feed.Changed();
        return PlainForm.SeeOther(http, $"/people?said={said}");
    }

    private IResult Refused(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text, string problem, int status) =>
        PlainForm.Page<PeoplePage>(View(http, antiforgery, board, text) with { Problem = problem }, status);

    private PeopleView View(HttpContext http, IAntiforgery antiforgery, IStringLocalizer<BoardText> board, IStringLocalizer<PeopleText> text)
    {
        Viewer viewer = Sessions.Of(http);
        FrameView frame = FrameView.Of(parts, http, antiforgery, board, "people") with { Path = "/people" };
        return new PeopleView(frame, text, acts.List(viewer), acts.Units(viewer), parts.Store.ReadAs(viewer, read => read.BrokenListed(viewer.Now - ShowsSeen)));
    }

    /// <summary>A local time as the browser's own field writes it; null where nothing was filled in.</summary>
    private DateTimeOffset? Time(string text, out bool read)
    {
        read = text.Length == 0;
        if (!read && DateTime.TryParseExact(text, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
        {
            read = local.Year is > 2000 and < 2200 && !parts.Data.Topology.Zone.IsInvalidTime(local);
            return read ? new DateTimeOffset(local, parts.Data.Topology.Zone.GetUtcOffset(local)).ToUniversalTime() : null;
        }
        return null;
    }

    private static int StatusOf(PeopleAnswer answer) => answer switch
    {
        PeopleAnswer.NoSight or PeopleAnswer.Yourself or PeopleAnswer.ForeignUnit or PeopleAnswer.ForeignRole => StatusCodes.Status403Forbidden,
        PeopleAnswer.NoPerson => StatusCodes.Status404NotFound,
        PeopleAnswer.HasEnded or PeopleAnswer.Taken or PeopleAnswer.LastAdministrator => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    };
}
