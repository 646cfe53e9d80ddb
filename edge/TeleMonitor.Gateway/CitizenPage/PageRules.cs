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
internal sealed record AskedHome(string Gateway, IReadOnlyDictionary<int, string> Labels, Func<IReadOnlyList<AskedQuestion>> Asked, Func<WhoseAnswer, bool> Answer)
{
    /// <summary>Those who follow a plan, as it is stored.</summary>
    public Func<IReadOnlyList<FollowedDay>> Days { get; init; } = static () => [];
    /// <summary>Hands over what somebody entered; false when it cannot be taken now.</summary>
    public Func<PageEntry, bool> Enter { get; init; } = static _ => false;
    /// <summary>The time; null while nobody vouches for it.</summary>
    public Func<DateTimeOffset?> Now { get; init; } = static () => null;
}

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
    /// <summary>When it came, on a clock that never jumps.</summary>
    public TimeSpan At { get; init; }
}

/// <summary>An answer that was handed over and is not yet stored.</summary>
/// <param name="IsStored">True once it is.</param>
/// <param name="Word">What is said then.</param>
/// <param name="Back">Where.</param>
internal sealed record HandedOver(Func<bool> IsStored, string Word = PageWord.Stored, string Back = "/");

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

    /// <summary>True on the one page that has a script of our own.</summary>
    public bool RunsScript { get; init; }

    /// <summary>Nothing from elsewhere, nothing kept, in nobody's frame; no script but our own file, and that on one page only.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers =>
    [
        ("Content-Security-Policy", $"default-src 'none'; style-src 'self'; {(RunsScript ? "script-src 'self'; " : "")}form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), ("Referrer-Policy", "same-origin"),
    ];

    /// <summary>A page.</summary>
    public static PageReply Html(string page) => new(200, page, "text/html; charset=utf-8");

    /// <summary>A form that this page never made.</summary>
    public static PageReply NotOurs => new(400, "not this page's form");

    /// <summary>Back to the page, with what has become of the answer.</summary>
    public static PageReply SeeOther(string word, string back = "/") => new(303, "") { Location = $"{back}?{word}" };
}

/// <summary>Words in the page's own address: what has become of the last answer.</summary>
internal static class PageWord
{
    public const string Stored = "stored", NotYet = "not-yet", Over = "over", Counted = "counted", Already = "already", AlreadyCounted = "already-counted", Stale = "stale", Left = "left",
        TooShort = "too-short", NoNumber = "no-number";

    public static IReadOnlyList<string> All { get; } = [Stored, NotYet, Over, Counted, Already, AlreadyCounted, Stale, Left, TooShort, NoNumber];
}

/// <summary>A mark that only this start of the program can make, for one text.</summary>
/// <param name="key">Random bytes of this start of the program.</param>
internal sealed class PageMark(byte[] key)
{
    /// <summary>The mark of a text.</summary>
    public string Of(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether it is that of this text.</summary>
    public bool IsOf(string text, string? mark) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(text)), Encoding.UTF8.GetBytes(mark ?? ""));
}

/// <summary>
/// What is answered to a request. What comes back decides whose a measurement is and what somebody has answered, so it is taken only from this
/// page itself: asked of the address that it is open at (no name that somebody else's server could point here), sent by its own form, with the
/// mark that only the form has.
/// </summary>
/// <param name="authority">Host and port the page is open at.</param>
/// <param name="homes">The homes it asks.</param>
/// <param name="key">Random bytes of this start of the program.</param>
/// <param name="zone">The home's time zone.</param>
internal sealed class PageRules(string authority, IReadOnlyList<AskedHome> homes, byte[] key, TimeZoneInfo zone)
{
    private const string FormType = "application/x-www-form-urlencoded", NoneOfUs = "none", Questions = "questions", Breathing = "breathing";

    private readonly PageMark mark = new(key);
    private readonly EntryRules entries = new(new PageMark(key));

    /// <summary>The reply; what was entered is handed over on the way.</summary>
    public PageReply Reply(PageRequest request)
    {
        if (!string.Equals(request.Host, authority, StringComparison.Ordinal))
        {
            return new PageReply(421, "not this host");
        }
        (string path, string query) = request.Target.Split('?', 2) is [var before, var after] ? (before, after) : (request.Target, "");
        PageLanguage language = PageText.LanguageOf(request.Languages);
        string? word = PageWord.All.FirstOrDefault(known => string.Equals(known, query, StringComparison.Ordinal));
        return (request.Method, path.Split('/')) switch
        {
            ("GET", ["", ""]) => PageReply.Html(Front(word, language)),
            ("GET", ["", "citizen.css"]) => new PageReply(200, PageHtml.Style, "text/css; charset=utf-8"),
            ("GET", ["", "breathing.js"]) => new PageReply(200, EntryHtml.Script, "text/javascript; charset=utf-8"),
            ("GET", ["", var page, var number]) when page is "day" or Questions or Breathing =>
                PersonOf(number) is { } person ? Show(page, person, word, language) : PageReply.SeeOther(PageWord.Stale), // somebody whose plan is over
            ("POST", ["", "" or Questions or Breathing]) => Take(request, path[1..], language),
            (_, ["", "" or "citizen.css" or "breathing.js" or Questions or Breathing]) or (_, ["", "day" or Questions or Breathing, _]) => new PageReply(405, "GET or POST"),
            _ => new PageReply(404, "no such page"),
        };
    }

    private string Front(string? word, PageLanguage language)
    {
        (AskedHome Home, AskedQuestion Question) first = homes.SelectMany(home => home.Asked().Select(question => (home, question))).FirstOrDefault();
        if (first.Home is null)
        {
            Person[] people = People();
            return people.Length == 0 ? PageHtml.Idle(word, language) : people is [{ IsAlone: true }] ? DayHtml.Day(people[0], word, language) : DayHtml.Choose(people, word, language);
        }
        return PageHtml.Ask(
            new ShownQuestion(
                PageText.What(first.Question.Vitals, first.Question.At is { } at ? TimeZoneInfo.ConvertTime(at, zone) : null),
                [.. first.Question.Among.Where(first.Home.Labels.ContainsKey).Select(whose => (whose.ToString(CultureInfo.InvariantCulture), first.Home.Labels[whose]))],
                NoneOfUs,
                [("home", first.Home.Gateway), ("number", Text(first.Question.Number)), ("mark", MarkOf(first.Home, first.Question.Number))]),
            word, language);
    }

    private PageReply Show(string page, Person person, string? word, PageLanguage language) => page switch
    {
        Questions => entries.Questions(person, language) ?? PageReply.SeeOther(PageWord.Stale, person.Back),
        Breathing => entries.Breathing(person, word, language) ?? PageReply.SeeOther(PageWord.Stale, person.Back),
        _ => PageReply.Html(DayHtml.Day(person, word, language)),
    };

    private PageReply Take(PageRequest request, string page, PageLanguage language)
    {
        if (!string.Equals(request.Origin, "http://" + authority, StringComparison.Ordinal))
        {
            return new PageReply(403, "an answer comes from this page itself");
        }
        if (request.Form is null || request.ContentType?.Split(';')[0].Trim() is not FormType)
        {
            return PageReply.NotOurs;
        }
        Dictionary<string, string> form = Read(request.Form);
        return page.Length == 0 ? TakeWhose(form)
            : !form.TryGetValue("who", out string? who) || !int.TryParse(who, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? PageReply.NotOurs
            : PersonOf(who) is not { } person ? PageReply.SeeOther(PageWord.Stale)
            : page is Questions ? entries.TakeQuestions(person, form, language) : entries.TakeBreaths(person, form, request.At, language);
    }

    private PageReply TakeWhose(Dictionary<string, string> form)
    {
        AskedHome? home = homes.FirstOrDefault(one => string.Equals(one.Gateway, form.GetValueOrDefault("home"), StringComparison.Ordinal));
        bool named = int.TryParse(form.GetValueOrDefault("whose"), NumberStyles.None, CultureInfo.InvariantCulture, out int whose);
        if (home is null || !int.TryParse(form.GetValueOrDefault("number"), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !(named ? home.Labels.ContainsKey(whose) : form.GetValueOrDefault("whose") is NoneOfUs))
        {
            return PageReply.NotOurs;
        }
        if (!mark.IsOf($"{home.Gateway} {Text(number)}", form.GetValueOrDefault("mark")))
        {
            return PageReply.SeeOther(PageWord.Over); // of a page of before a restart: what still waits is asked anew
        }
        bool Waits() => home.Asked().Any(question => question.Number == number);
        return !Waits() ? PageReply.SeeOther(PageWord.Over)
            : home.Answer(new WhoseAnswer(number, named ? whose : null)) ? new PageReply(202, "") { HandedOver = new HandedOver(() => !Waits()) }
            : PageReply.SeeOther(PageWord.NotYet);
    }

    /// <summary>Those who follow a plan. Where others live too nobody is taken for one of them.</summary>
    private Person[] People()
    {
        bool alone = homes.Sum(home => home.Labels.Count) == 1;
        return [.. homes.SelectMany(home => home.Days().Where(day => home.Labels.ContainsKey(day.Day.Assignment)).Select(day => new Person(home, day, alone)))];
    }

    private Person? PersonOf(string number) => Array.Find(People(), person => string.Equals(Text(person.Number), number, StringComparison.Ordinal));

    private string MarkOf(AskedHome home, int number) => mark.Of($"{home.Gateway} {Text(number)}");

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
