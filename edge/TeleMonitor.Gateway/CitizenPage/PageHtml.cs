using System.Net;
using System.Text;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>A question as it stands on the page.</summary>
/// <param name="What">What was measured and when.</param>
/// <param name="Citizens">A button each: what it sends and what it says.</param>
/// <param name="None">What the button for "none of us" sends.</param>
/// <param name="Hidden">What goes back with the answer.</param>
internal sealed record ShownQuestion(TextLine What, IReadOnlyList<(string Sends, string Says)> Citizens, string None, IReadOnlyList<(string Name, string Value)> Hidden);

/// <summary>The page as HTML: no inline style. It comes anew by itself, so that a question appears without a touch.</summary>
internal static class PageHtml
{
    /// <summary>Path of its style.</summary>
    public const string StylePath = "/citizen.css";

    // a question stays long enough for whoever goes through it by keyboard or by ear
    private const int IdleSeconds = 5, AskSeconds = 60;

    private static readonly Lazy<string> LoadedStyle = new(() => Embedded("citizen.css"));

    /// <summary>Its style.</summary>
    public static string Style => LoadedStyle.Value;

    /// <summary>Nothing is asked now.</summary>
    public static string Idle(string? word, PageLanguage language) => Whole(language, "idle", IdleSeconds, $"""
        <h1>{Said("idle", language)}</h1>
        {Status(word, language)}
        """);

    /// <summary>One question; the next comes when it is answered.</summary>
    public static string Ask(ShownQuestion question, string? word, PageLanguage language) => Whole(language, "ask", AskSeconds, $"""
        {Status(word, language)}
        <form method="post" action="/">
        {string.Concat(question.Hidden.Select(one => $"""<input type="hidden" name="{Safe(one.Name)}" value="{Safe(one.Value)}">"""))}
        <h1 id="ask">{Said("ask", language)}</h1>
        <p id="what">{Safe(PageText.In(question.What, language))}</p>
        <div class="who" role="group" aria-labelledby="ask">
        {string.Join('\n', question.Citizens.Select(one => $"""<button name="whose" value="{Safe(one.Sends)}">{Safe(one.Says)}</button>"""))}
        </div>
        <button class="none" name="whose" value="{Safe(question.None)}">{Said("none-of-us", language)}</button>
        <p class="else">{Said("no-answer", language)}</p>
        </form>
        """);

    /// <summary>A file that is part of the program.</summary>
    public static string Embedded(string name)
    {
        using Stream file = typeof(PageHtml).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>What has become of the last answer.</summary>
    public static string Status(string? word, PageLanguage language) => $"""<p class="said" role="status">{(word is null ? "" : Said("answer-" + word, language))}</p>""";

    /// <summary>A whole page.</summary>
    /// <param name="language">Language.</param>
    /// <param name="title">Key of its title.</param>
    /// <param name="refreshSeconds">After so long it is left for <paramref name="leaves"/>.</param>
    /// <param name="main">What stands on it.</param>
    /// <param name="leaves">Where a form that nobody ends is left for, which says that it is dropped; null: the front page, where nothing is lost.</param>
    /// <param name="script">Path of its script; null: none.</param>
    /// <param name="data">Attributes of the body that the script reads.</param>
    public static string Whole(PageLanguage language, string title, int refreshSeconds, string main, string? leaves = null, string? script = null, string data = "") => $"""
        <!doctype html>
        <html lang="{(language == PageLanguage.English ? "en" : "da")}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="refresh" content="{refreshSeconds};url={(leaves is null ? "/" : $"{leaves}?{PageWord.Left}")}">
        <title>{Said(title, language)} – TeleMonitor</title>
        <link rel="stylesheet" href="{StylePath}">
        {(script is null ? "" : $"""<script src="{script}" defer></script>""")}
        </head>
        <body {data}>
        <main>
        {main}
        </main>
        <footer><p><b>{Said("emergency", language)}</b> {Said("intended-use", language)}</p></footer>
        </body>
        </html>

        """;

    private static string Said(string key, PageLanguage language) => Safe(PageText.Line(key, language));

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
