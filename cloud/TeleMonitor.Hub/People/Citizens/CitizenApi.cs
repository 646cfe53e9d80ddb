using System.Text.Json.Serialization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>A citizen in the API: never a name or a whole number.</summary>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Initials">Null where nobody has written down who it is.</param>
/// <param name="Number">Masked; null likewise.</param>
/// <param name="Standing"><c>present</c>, <c>case</c> or <c>former</c>.</param>
/// <param name="EndedAt">When monitoring ended; null while it goes on.</param>
public sealed record CitizenShape(string Citizen, string? Initials, string? Number, string Standing, DateTimeOffset? EndedAt);

/// <summary>A page of citizens.</summary>
/// <param name="Citizens">By pseudonym.</param>
/// <param name="Next">The <c>after</c> of the next page; null after the last.</param>
public sealed record CitizensShape(IReadOnlyList<CitizenShape> Citizens, string? Next);

/// <summary>A time in the API.</summary>
public sealed record SpanShape(string Kind, string? What, DateTimeOffset From, DateTimeOffset? To);

/// <summary>One citizen with what the register holds.</summary>
public sealed record CitizenDetailShape(CitizenShape Citizen, IReadOnlyList<SpanShape> Places, IReadOnlyList<SpanShape> Consents, IReadOnlyList<SpanShape> Kits, IReadOnlyList<SpanShape> Plans, IReadOnlyList<SpanShape> Pauses);

/// <summary>The register for programs: reading only. Revealing and changing is for people, on the page.</summary>
/// <param name="parts">Parts of the hub.</param>
/// <param name="keys">Opens identities.</param>
public sealed class CitizenApi(BoardParts parts, IdentityKeys keys)
{
    /// <summary>Adds the endpoints.</summary>
    public void Map(RouteGroupBuilder group)
    {
        group.MapGet("/citizens", List).Needs(Sight.Health);
        group.MapGet("/citizens/{citizen}", One).Needs(Sight.Health);
    }

    private IResult List(HttpContext http, string? q, string? after)
    {
        CitizenList page = parts.Store.ReadAs(Sessions.Of(http), read => read.Citizens(CitizenQuery.Of(q, keys), after ?? "", CitizenPages.Most));
        return TypedResults.Json(new CitizensShape([.. page.Citizens.Select(Shape)], page.Next), CitizenJson.Default.CitizensShape);
    }

    private IResult One(HttpContext http, string citizen)
    {
        CitizenDetailShape? detail = null;
        SeenCitizen? seen = citizen.Length > CitizenPages.MostPseudonym ? null : parts.Store.ReadAs(Sessions.Of(http), read =>
        {
            SeenCitizen? one = read.CitizenOf(citizen);
            detail = one is null ? null : new CitizenDetailShape(Shape(one),
                [.. read.PlacesOf(one).Select(place => new SpanShape(CaseWord.Of(place.Kind), place.Kind == PlaceKind.Admitted ? null : place.Area, place.From, place.To))],
                [.. read.ConsentsOf(one).Select(consent => new SpanShape(CaseWord.Of(consent.Kind), null, consent.GivenAt, consent.WithdrawnAt))],
                [.. read.LoansOf(one).Select(loan => new SpanShape(loan.IsWipeAwaited ? "wipe-awaited" : "lent", loan.Kit, loan.Loan.From, loan.Loan.To))],
                [.. read.PlansOf(one).Select(plan => new SpanShape(plan.Plan, plan.Version, plan.From, plan.To))],
                [.. read.PausesOf(one).Select(pause => new SpanShape(pause.Pause.Reason, null, pause.Pause.From, pause.Pause.To))]);
            return one;
        });
        if (detail is null)
        {
            return TypedResults.Problem("There is no such citizen.", statusCode: StatusCodes.Status404NotFound);
        }
        http.Response.Headers.ETag = $"\"{(seen!.Row?.Version ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture)}\"";
        return TypedResults.Json(detail, CitizenJson.Default.CitizenDetailShape);
    }

    private CitizenShape Shape(SeenCitizen one)
    {
        Identity? who = one.Row is { } row ? keys.OpenText(row.Closed) : null;
        return new CitizenShape(one.Citizen, who?.Initials, who?.Id.Masked, CaseWord.Of(one.Standing), one.Row?.EndedAt);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CitizensShape))]
[JsonSerializable(typeof(CitizenDetailShape))]
internal sealed partial class CitizenJson : JsonSerializerContext;
