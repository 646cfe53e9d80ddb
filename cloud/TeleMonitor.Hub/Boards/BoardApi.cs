using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Hub.Boards;

/// <summary>The same as the page, for programs. Every act is of the person who has signed in and names the version it saw (If-Match).</summary>
public sealed class BoardApi
{
    private const int MostClosed = 200;
    private const string OnlyPeople = "A person stands behind every act: a token cannot do this.";
    private readonly BoardParts parts;

    private BoardApi(BoardParts parts) => this.parts = parts;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(RouteGroupBuilder group, BoardParts parts, IdentityKeys keys)
    {
        var api = new BoardApi(parts);
        group.AddEndpointFilter(RefuseOtherSites);
        group.MapGet("/cases", api.Cases).Needs(Sight.Health);
        group.MapGet("/cases/{id:long}", api.Case).Needs(Sight.Health);
        group.MapPost("/cases/{id:long}/{act}", api.Do).Needs(Sight.Health);
        group.MapGet("/findings", api.Findings).Needs(Sight.Kits);
        group.MapGet("/unknown", api.Unknown).Needs(Sight.Health);
        group.MapPost("/tests/{id:long}/acknowledge", api.Acknowledge).Needs(Sight.Health);
        new CitizenApi(parts, keys).Map(group);
        group.MapGet("/gateways", new SupportPages(parts).Gateways).Needs(Sight.Kits);
    }

    private IResult Cases(HttpContext http, string? team, string? state)
    {
        if (team is not null && !BoardAddress.IsTeam(team, parts.Data))
        {
            return Problem(StatusCodes.Status400BadRequest, "There is no such team.");
        }
        if (state is not (null or "open" or "closed"))
        {
            return Problem(StatusCodes.Status400BadRequest, "state is open or closed.");
        }
        CareCase[] cases = parts.Store.ReadAs(Sessions.Of(http), read =>
        {
            CareCase[] theirs = state is "closed" ? [.. read.ClosedCases(team, MostClosed)] : [.. read.OpenCases(team).Order(WorklistOrder.Instance)];
            Array.ForEach(theirs, read.Listed);
            return theirs;
        });
        Care.Routing.People people = parts.People();
        return TypedResults.Json(new CasesShape([.. cases.Select(@case => CaseShape.Of(@case, people))]), BoardJson.Default.CasesShape);
    }

    private IResult Case(HttpContext http, long id)
    {
        DateTimeOffset now = parts.Clock.GetUtcNow();
        Care.Routing.People people = parts.People();
        CaseDetailShape? detail = parts.Store.ReadAs(Sessions.Of(http), read => read.CaseOf(id) is not { } @case ? null : new CaseDetailShape(
            CaseShape.Of(@case, people),
            [.. read.EventsOf(id).Select(row => EventShape.Of(row, people))],
            [.. read.PagesOf(id).Select(PageShape.Of)],
            read.NewestAlertOf(id) is { Bytes: { Length: > 0 } bytes } ? JsonElement.Parse(bytes) : null,
            GuidanceShape.Of(Guidance.Of(@case, AlertFacts.Read(read, @case, now), parts.Data, now)), ChangeShape.Of(AlertChange.Read(read, id))));
        if (detail is null)
        {
            return Problem(StatusCodes.Status404NotFound, "There is no such case.");
        }
        http.Response.Headers.ETag = Tag(detail.Case.Version);
        return TypedResults.Json(detail, BoardJson.Default.CaseDetailShape);
    }

    private IResult Unknown(HttpContext http, string? team)
    {
        if (team is not null && !BoardAddress.IsTeam(team, parts.Data))
        {
            return Problem(StatusCodes.Status400BadRequest, "There is no such team.");
        }
        DateTimeOffset now = parts.Clock.GetUtcNow();
        IReadOnlyList<UnknownLine> lines = UnknownLine.Of(parts.Store.ReadAs(Sessions.Of(http), read => read.UnknownWithoutCase(WorklistFacts.Most)), team, parts.Data, now);
        return TypedResults.Json(new UnknownsShape([.. lines.Select(UnknownShape.Of)]), BoardJson.Default.UnknownsShape);
    }

    private IResult Acknowledge(HttpContext http, long id)
    {
        Care.Routing.People people = parts.People();
        if (people.Find(Sessions.Of(http).Person) is not { } person)
        {
            return Problem(StatusCodes.Status403Forbidden, OnlyPeople);
        }
        return Acts.Acknowledge(parts, id, person) is { } test
            ? TypedResults.Json(TestShape.Of(test, people), BoardJson.Default.TestShape)
            : Problem(StatusCodes.Status404NotFound, "There is no such test for the person's team.");
    }

    private IResult Findings(HttpContext http) =>
        TypedResults.Json(new FindingsShape([.. parts.Store.ReadAs(Sessions.Of(http), read => read.Findings()).Select(one => FindingShape.Of(one.Row, one.Kit))]), BoardJson.Default.FindingsShape);

    private async Task<IResult> Do(HttpContext http, long id, string act, IStringLocalizer<BoardText> text)
    {
        if (!CaseWord.TryRead(act, out Act what))
        {
            return Problem(StatusCodes.Status404NotFound, "There is no such act: take, assess, note, close.");
        }
        if (parts.People().Find(Sessions.Of(http).Person) is not { } person)
        {
            return Problem(StatusCodes.Status403Forbidden, OnlyPeople);
        }
        if (http.Request.Headers.IfMatch is not [{ Length: > 0 } match])
        {
            return Problem(StatusCodes.Status428PreconditionRequired, "The header If-Match must carry the version of the case that was seen, as in its ETag.");
        }
        if (!TryReadTag(match, out long seen))
        {
            return Problem(StatusCodes.Status400BadRequest, "If-Match is one version in quotation marks, as in the ETag.");
        }
        (ActShape? body, int status, string wrong) = await ReadBody(http.Request);
        if (wrong.Length > 0)
        {
            return Problem(status, wrong);
        }
        ActAnswer answer = Acts.Do(parts, Sessions.Of(http), id, what, person, seen, body?.Text ?? "");
        if (answer.Case is { } @case)
        {
            http.Response.Headers.ETag = Tag(@case.Version);
        }
        return answer.Status == StatusCodes.Status200OK
            ? TypedResults.Json(Shape(answer.Case!), BoardJson.Default.CaseShape)
            : Refused(answer, text);
    }

    private IResult Refused(ActAnswer answer, IStringLocalizer<BoardText> text)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (answer.Case is { } @case)
        {
            extensions["case"] = JsonSerializer.SerializeToElement(Shape(@case), BoardJson.Default.CaseShape);
        }
        if (answer.First is not { } first)
        {
            return Problem(answer.Status, text[answer.Problem, Acts.MostText].Value, extensions);
        }
        extensions["first"] = JsonSerializer.SerializeToElement(EventShape.Of(first, parts.People()), BoardJson.Default.EventShape);
        string who = first.Person is { } id ? parts.People().Find(id)?.Initials ?? id : "an alert or a deadline";
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(first.AtMs);
        return Problem(answer.Status, $"{who} was first: {first.Change} at {at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}.", extensions);
    }

    private static async Task<(ActShape? Body, int Status, string Wrong)> ReadBody(HttpRequest request)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.HasJsonContentType()))
        {
            return (null, StatusCodes.Status200OK, "");
        }
        if (!request.HasJsonContentType())
        {
            return (null, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json.");
        }
        try
        {
            return (await JsonSerializer.DeserializeAsync(request.Body, BoardJson.Default.ActShape, request.HttpContext.RequestAborted), StatusCodes.Status200OK, "");
        }
        catch (JsonException)
        {
            return (null, StatusCodes.Status400BadRequest, "The body must be a JSON object with at most one member, text.");
        }
    }

    /// <summary>A page of another site can make a browser send requests; it cannot hide where they come from.</summary>
    private static async ValueTask<object?> RefuseOtherSites(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpRequest request = context.HttpContext.Request;
        string own = $"{request.Scheme}://{request.Host}";
        bool foreign = request.Headers.Origin.Any(origin => !string.Equals(origin, own, StringComparison.OrdinalIgnoreCase))
            || request.Headers["Sec-Fetch-Site"].Any(site => site is "cross-site" or "same-site");
        return foreign ? Problem(StatusCodes.Status403Forbidden, "Requests from other sites are refused.") : await next(context);
    }

    private CaseShape Shape(CareCase @case) => CaseShape.Of(@case, parts.People());

    private static IResult Problem(int status, string detail, IDictionary<string, object?>? extensions = null) => TypedResults.Problem(detail, statusCode: status, extensions: extensions);

    private static string Tag(long version) => $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    private static bool TryReadTag(string tag, out long version)
    {
        version = 0;
        return tag is ['"', .. var inner, '"'] && long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }
}
