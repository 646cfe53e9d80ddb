using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>A home whose page this is.</summary>
/// <param name="Gateway">Its gateway.</param>
/// <param name="Labels">What each assignment is called at home.</param>
/// <param name="Asked">What waits for an answer now, as it is stored.</param>
/// <param name="Answer">Hands an answer over; false when it cannot be taken now.</param>
internal sealed record AskedHome(string Gateway, IReadOnlyDictionary<int, string> Labels, Func<IReadOnlyList<AskedQuestion>> Asked, Func<WhoseAnswer, bool> Answer);

/// <summary>What a browser asked for.</summary>
/// <param name="Method">GET, POST, ….</param>
/// <param name="Target">Path and query.</param>
/// <param name="Host">Host and port it believes to speak with.</param>
internal sealed record PageRequest(string Method, string Target, string Host)
{
    public string? Origin { get; init; }
    public string? Languages { get; init; }
    public string? ContentType { get; init; }
    /// <summary>Body; null when it is longer than any form of ours.</summary>
    public string? Form { get; init; } = "";
}

/// <summary>An answer that was handed over and is not yet stored.</summary>
/// <param name="IsStored">True once it is.</param>
internal sealed record HandedOver(Func<bool> IsStored);

/// <summary>What goes back.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Text.</param>
/// <param name="ContentType">Its kind.</param>
internal sealed record PageReply(int Status, string Body, string ContentType = "text/plain; charset=utf-8")
{
    /// <summary>Where to go next.</summary>
    public string? Location { get; init; }
    /// <summary>What must be waited for before anything goes back.</summary>
    public HandedOver? HandedOver { get; init; }

    /// <summary>With every reply: no script, nothing from elsewhere, nothing kept, in nobody's frame.</summary>
    public static IReadOnlyList<(string Name, string Value)> Headers { get; } =
    [
        ("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), ("Referrer-Policy", "same-origin"),
    ];

    /// <summary>Back to the page, with what has become of the answer.</summary>
    public static PageReply SeeOther(string word) => new(303, "") { Location = "/?" + word };
}

/// <summary>Words in the page's own address: what has become of the last answer.</summary>
internal static class PageWord
{
    public const string Stored = "stored", NotYet = "not-yet", Over = "over";

    public static IReadOnlyList<string> All { get; } = [Stored, NotYet, Over];
}

/// <summary>
/// What is answered to a request. An answer decides whose a measurement is, so it is taken only from this page itself: asked of the address
/// that it is open at (no name that somebody else's server could point here), sent by its own form, with the mark that only the form has.
/// </summary>
/// <param name="authority">Host and port the page is open at.</param>
/// <param name="homes">The homes it asks.</param>
/// <param name="key">Random bytes of this start of the program.</param>
/// <param name="zone">The home's time zone.</param>
internal sealed class PageRules(string authority, IReadOnlyList<AskedHome> homes, byte[] key, TimeZoneInfo zone)
{
    private const string FormType = "application/x-www-form-urlencoded", NoneOfUs = "none";

    /// <summary>The reply; an answer is handed over on the way.</summary>
    public PageReply Reply(PageRequest request)
    {
        if (!string.Equals(request.Host, authority, StringComparison.Ordinal))
        {
            return new PageReply(421, "not this host");
        }
        (string path, string query) = request.Target.Split('?', 2) is [var before, var after] ? (before, after) : (request.Target, "");
        return (request.Method, path) switch
        {
            ("GET", "/") => new PageReply(200, Page(query, PageText.LanguageOf(request.Languages)), "text/html; charset=utf-8"),
            ("GET", PageHtml.StylePath) => new PageReply(200, PageHtml.Style, "text/css; charset=utf-8"),
            ("POST", "/") => Take(request),
            (_, "/" or PageHtml.StylePath) => new PageReply(405, "GET or POST"),
            _ => new PageReply(404, "no such page"),
        };
    }

    private string Page(string query, PageLanguage language)
    {
        string? word = PageWord.All.FirstOrDefault(known => string.Equals(known, query, StringComparison.Ordinal));
        (AskedHome Home, AskedQuestion Question) first = homes.SelectMany(home => home.Asked().Select(question => (home, question))).FirstOrDefault();
        return first.Home is null ? PageHtml.Idle(word, language) : PageHtml.Ask(
            new ShownQuestion(
                PageText.What(first.Question.Vitals, first.Question.At is { } at ? TimeZoneInfo.ConvertTime(at, zone) : null),
                [.. first.Question.Among.Where(first.Home.Labels.ContainsKey).Select(whose => (whose.ToString(CultureInfo.InvariantCulture), first.Home.Labels[whose]))],
                NoneOfUs,
                [("home", first.Home.Gateway), ("number", Text(first.Question.Number)), ("mark", Mark(first.Home, first.Question.Number))]),
            word, language);
    }

    private PageReply Take(PageRequest request)
    {
        if (!string.Equals(request.Origin, "http://" + authority, StringComparison.Ordinal))
        {
            return new PageReply(403, "an answer comes from this page itself");
        }
        if (request.Form is null || request.ContentType?.Split(';')[0].Trim() is not FormType)
        {
            return new PageReply(400, "not this page's form");
        }
        Dictionary<string, string> form = Read(request.Form);
        AskedHome? home = homes.FirstOrDefault(one => string.Equals(one.Gateway, form.GetValueOrDefault("home"), StringComparison.Ordinal));
        bool named = int.TryParse(form.GetValueOrDefault("whose"), NumberStyles.None, CultureInfo.InvariantCulture, out int whose);
        if (home is null || !int.TryParse(form.GetValueOrDefault("number"), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !(named ? home.Labels.ContainsKey(whose) : form.GetValueOrDefault("whose") is NoneOfUs))
        {
            return new PageReply(400, "not this page's form");
        }
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Mark(home, number)), Encoding.UTF8.GetBytes(form.GetValueOrDefault("mark", ""))))
        {
            return PageReply.SeeOther(PageWord.Over); // of a page of before a restart: what still waits is asked anew
        }
        bool Waits() => home.Asked().Any(question => question.Number == number);
        return !Waits() ? PageReply.SeeOther(PageWord.Over)
            : home.Answer(new WhoseAnswer(number, named ? whose : null)) ? new PageReply(202, "") { HandedOver = new HandedOver(() => !Waits()) }
            : PageReply.SeeOther(PageWord.NotYet);
    }

    /// <summary>Only this program can make it, for this question of this home.</summary>
    private string Mark(AskedHome home, int number) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{home.Gateway} {Text(number)}")));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Read(string form)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] pair in form.Split('&').Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2))
        {
            read.TryAdd(WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair[1]));
        }
        return read;
    }
}
