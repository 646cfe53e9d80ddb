using TeleMonitor.Care.Routing;

namespace TeleMonitor.Hub.People;

/// <summary>
/// Who acts (design.md rule 16). Until sign-in exists a person is chosen from the list of people: on the page by a cookie, in the API by
/// a header. It says who, it does not prove it; the hub listens on loopback only.
/// </summary>
public static class ActingPerson
{
    /// <summary>Header of the API.</summary>
    public const string Header = "TM-Person";
    /// <summary>Cookie of the page.</summary>
    public const string Cookie = "tm-person";
    private static readonly TimeSpan Shift = TimeSpan.FromHours(12);

    /// <summary>The person that the page's cookie names, or null.</summary>
    public static Person? OfPage(HttpRequest request, Care.Routing.People people) => people.Find(request.Cookies[Cookie]);

    /// <summary>The person that the header names, or null when it is missing, given twice or unknown.</summary>
    public static Person? OfApi(HttpRequest request, Care.Routing.People people) => request.Headers[Header] is [{ } id] ? people.Find(id) : null;

    /// <summary>Remembers the choice for a shift; never sent from another site, never readable by script.</summary>
    public static void Choose(HttpResponse response, Person person) => response.Cookies.Append(Cookie, person.Id, new CookieOptions
    {
        SameSite = SameSiteMode.Strict,
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        MaxAge = Shift,
    });
}
