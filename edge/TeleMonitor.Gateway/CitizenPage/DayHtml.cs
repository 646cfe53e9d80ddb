using System.Globalization;
using System.Net;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>One of those who live here, as the page speaks of them.</summary>
/// <param name="Home">Their home.</param>
/// <param name="Day">Their day, as it is stored.</param>
/// <param name="IsAlone">True where nobody else lives here: then nobody is asked who they are.</param>
internal sealed record Person(AskedHome Home, FollowedDay Day, bool IsAlone)
{
    /// <summary>Number of the assignment.</summary>
    public int Number => Day.Day.Assignment;
    /// <summary>What the home calls them.</summary>
    public string Label => Home.Labels[Number];
    /// <summary>Where their day stands.</summary>
    public string Back => IsAlone ? "/" : $"/day/{Number.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>The day's page and who it is for: what to measure now and next, and what has come, without a value.</summary>
internal static class DayHtml
{
    // comes anew often enough for a reminder, and seldom enough to be read aloud
    private const int Seconds = 15;

    private const string DoneMark = """<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11"/><path class="cut" d="m6.8 12.4 3.6 3.6 7-7.6"/></svg>""",
        NowMark = """<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 2.5 20.5 12 5 21.5z"/></svg>""",
        LaterMark = """<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle class="line" cx="12" cy="12" r="9.5"/><path class="line" d="M12 6.5V12l3.6 2.6"/></svg>""";

    /// <summary>Who are you? With one line on each: whether something is asked.</summary>
    public static string Choose(IReadOnlyList<Person> people, string? word, PageLanguage language) => PageHtml.Whole(language, "choose", Seconds, $"""
        {PageHtml.Status(word, language)}
        <h1>{Safe(PageText.Line("choose", language))}</h1>
        <ul class="people">
        {string.Join('\n', people.Select(one => $"""<li><a class="big" href="{one.Back}"><b>{Safe(one.Label)}</b><span>{Safe(InShort(one, language))}</span></a></li>"""))}
        </ul>
        """);

    /// <summary>The day of one citizen.</summary>
    public static string Day(Person person, string? word, PageLanguage language)
    {
        string title = person.IsAlone ? PageText.Line("today", language) : PageText.Line("today-of", language, person.Label);
        string status = PageHtml.Status(word, language);
        return PageHtml.Whole(language, "today", Seconds, person.Home.Now() is not { } now ? $"{status}\n<h1>{Safe(title)}</h1>\n<p>{Safe(PageText.Line("clock-unknown", language))}</p>"
            : $"""
                {status}
                <h1>{Safe(title)}</h1>
                {Alarm(person.Day.At(now), Text(person, language, now))}
                <ol class="todo">
                {string.Join('\n', Lines(person, person.Day.At(now), Text(person, language, now)))}
                </ol>
                {Buttons(person, person.Day.At(now), language)}
                {(person.IsAlone ? "" : $"""<p><a class="back" href="/">{Safe(PageText.Line("others", language))}</a></p>""")}
                """);
    }

    private static DayText Text(Person person, PageLanguage language, DateTimeOffset now) => new(language, person.Day.InForce.Course.Zone, now);

    /// <summary>What stands above everything else: measure again now, nobody knows how you are, remember.</summary>
    private static string Alarm(DayView view, DayText text) => view switch
    {
        { Confirm: { } confirm } => Box(text.Line("confirm"), $"{text.Begin(confirm.Vitals)}. {text.Line("latest", text.When(confirm.Until))}"),
        { State: DayState.Unknown, UnknownSince: { } since } => Box(text.Line("unknown"), text.Line(view.Because == MissingReason.Sensor ? "unknown-sensor" : "unknown-since", text.When(since))),
        { Reminds: true } => Box(text.Line("remind"), ""),
        _ => "",
    };

    private static string Box(string head, string rest) => $"""<div class="alarm" role="status">{NowMark}<div><b>{Safe(head)}</b>{(rest.Length > 0 ? $"<span>{Safe(rest)}</span>" : "")}</div></div>""";

    private static IEnumerable<string> Lines(Person person, DayView view, DayText text)
    {
        if (view.Pause is { } pause)
        {
            yield return Item("later", LaterMark, text.Line("paused", text.When(pause.To)), text.Line("paused-rest"));
        }
        foreach (IGrouping<string, TakenAt> done in view.Done.GroupBy(one => text.Begin([one.Vital]), StringComparer.Ordinal))
        {
            yield return Item("done", DoneMark, done.Key, text.Line("measured", text.When(done.Max(one => one.At))));
        }
        if (view.Answered is { } answered)
        {
            yield return Item("done", DoneMark, text.Line("questions"), text.Line("answered", text.When(answered)));
        }
        bool open = view.State is DayState.Asked or DayState.Unknown;
        string until = view.Now is { } now && view.State is DayState.Asked ? text.Line("by", text.When(now.UnknownAt)) : "";
        if (open && view.Lacking.Count > 0)
        {
            yield return Item("next", NowMark, text.Line(view.ByStaff ? "staff-measure" : "measure", text.List(view.Lacking)), until);
        }
        if (open && view.Asks)
        {
            yield return Item("next", NowMark, text.Line(person.Day.InForce.Questions!.AnsweredBy == MeasuredBy.Staff ? "staff-answer" : "answer"), until);
        }
        if (view.Again is { } again)
        {
            yield return view.AgainIsOpen ? Item("next", NowMark, text.Line("again", text.List(person.Day.InForce.Plan.Required)), text.Line("by", text.When(again.UnknownAt)))
                : Item("later", LaterMark, text.Line("again", text.List(person.Day.InForce.Plan.Required)), text.When(again.Due));
        }
        if (view.Next is { } next)
        {
            yield return Item("later", LaterMark, text.Line("next"), text.When(next.Due));
        }
    }

    private static string Item(string kind, string mark, string head, string rest) =>
        $"""<li class="{kind}">{mark}<div><b>{Safe(head)}</b>{(rest.Length > 0 ? $"<span>{Safe(rest)}</span>" : "")}</div></li>""";

    private static string Buttons(Person person, DayView view, PageLanguage language)
    {
        string number = person.Number.ToString(CultureInfo.InvariantCulture);
        string ask = EntryRules.MayAnswer(person, view) ? $"""<a class="big{(view.Asks ? "" : " none")}" href="/questions/{number}">{Safe(PageText.Line(view.Asks ? "answer-button" : "again-button", language))}</a>""" : "";
        string count = EntryRules.MayCount(view) ? $"""<a class="big none" href="/breathing/{number}">{Safe(PageText.Line("breathing-button", language))}</a>""" : "";
        return ask.Length + count.Length > 0 ? $"""<p class="do">{ask}{count}</p>""" : "";
    }

    private static string InShort(Person person, PageLanguage language)
    {
        if (person.Home.Now() is not { } now)
        {
            return "";
        }
        DayText text = Text(person, language, now);
        DayView view = person.Day.At(now);
        return view switch
        {
            { Confirm: not null } => text.Line("confirm"),
            { State: DayState.Unknown } => text.Line("short-unknown"),
            { Reminds: true } => text.Line("remind"),
            { State: DayState.Asked, Now: { } open } => text.Line("short-asked", text.When(open.UnknownAt)),
            { State: DayState.Paused, Pause: { } pause } => text.Line("paused", text.When(pause.To)),
            { Next: { } next } => $"{text.Line("next")} {text.When(next.Due)}",
            _ => "",
        };
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
