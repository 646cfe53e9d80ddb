using System.Globalization;
using System.Net;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>Questions one at a time, and the guided count of breaths. Everything but the counting with a finger works without script.</summary>
internal static class EntryHtml
{
    /// <summary>Path of the script that counts down and takes taps.</summary>
    public const string ScriptPath = "/breathing.js";

    private static readonly Lazy<string> LoadedScript = new(() => PageHtml.Embedded("breathing.js"));

    /// <summary>That script.</summary>
    public static string Script => LoadedScript.Value;

    /// <summary>One question, with a button for each choice.</summary>
    public static string Ask(Person person, Question question, bool isFirst, IReadOnlyList<(string Name, string Value)> hidden, PageLanguage language)
    {
        string choices = string.Join('\n', question.Choices.Select(choice => $"""<button name="answer" value="{Safe(choice.Word)}">{Safe(Of(choice.Text, language))}</button>"""));
        return PageHtml.Whole(language, "questions", EntryRules.FormSeconds, $"""
            {Whose(person)}
            <form method="post" action="/questions">
            {Hidden(hidden)}
            <h1 id="ask">{Safe(Of(question.Text, language))}</h1>
            <div class="who" role="group" aria-labelledby="ask">
            {choices}
            </div>
            {Steps(person, isFirst, language)}
            <p class="else">{Said("not-kept", language)}</p>
            </form>
            """, leaves: person.Back);
    }

    /// <summary>All answers once more, before they count.</summary>
    public static string Review(Person person, IEnumerable<(Question Question, Choice Choice)> answers, IReadOnlyList<(string Name, string Value)> hidden, PageLanguage language) =>
        PageHtml.Whole(language, "questions", EntryRules.FormSeconds, $"""
            {Whose(person)}
            <form method="post" action="/questions">
            {Hidden(hidden)}
            <h1>{Said("review", language)}</h1>
            <dl class="answers">
            {string.Join('\n', answers.Select(one => $"<div><dt>{Safe(Of(one.Question.Text, language))}</dt><dd>{Safe(Of(one.Choice.Text, language))}</dd></div>"))}
            </dl>
            <button name="go" value="send">{Said("send", language)}</button>
            {Steps(person, isFirst: false, language)}
            <p class="else">{Said("not-kept", language)}</p>
            </form>
            """, leaves: person.Back);

    /// <summary>How to count, and the button that begins it.</summary>
    public static string Breathing(Person person, IReadOnlyList<(string Name, string Value)> hidden, string? word, PageLanguage language) =>
        PageHtml.Whole(language, "breathing", EntryRules.FormSeconds, $"""
            {PageHtml.Status(word, language)}
            {Whose(person)}
            <form method="post" action="/breathing">
            {Hidden(hidden)}
            <h1>{Said("breathing", language)}</h1>
            <ul class="how"><li>{Said("breathing-sit", language)}</li><li>{Said("breathing-calm", language)}</li><li>{Said("breathing-other", language)}</li></ul>
            <button name="go" value="start">{Said("breathing-start", language)}</button>
            <p class="do"><a class="big none" href="{person.Back}">{Said("stop", language)}</a></p>
            </form>
            """, leaves: person.Back);

    /// <summary>While it is counted, and where the number is typed.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="until">Local time at which 60 seconds are over; empty while nobody vouches for the clock.</param>
    /// <param name="isOver">True when the 60 seconds are over: only the number is asked then.</param>
    /// <param name="hidden">What goes back.</param>
    /// <param name="word">What was wrong with the number; null: nothing.</param>
    /// <param name="language">Language.</param>
    public static string Counting(Person person, string until, bool isOver, IReadOnlyList<(string Name, string Value)> hidden, string? word, PageLanguage language)
    {
        string clock = isOver ? "" : $"""
            <div class="countdown" aria-hidden="true"><i></i></div>
            <p id="by-clock">{(until.Length > 0 ? Safe(PageText.Line("count-until", language, until)) : Said("count-sixty", language))}</p>
            <div id="by-tap" hidden><p id="left" role="timer"></p><button type="button" id="tap"><b id="taps">0</b><span>{Said("tap", language)}</span></button></div>
            """;
        return PageHtml.Whole(language, "breathing", EntryRules.FormSeconds, $"""
            {PageHtml.Status(word, language)}
            {Whose(person)}
            <h1>{Said(isOver ? "number-title" : "counting", language)}</h1>
            {clock}
            <form method="post" action="/breathing" id="number-form">
            {Hidden(hidden)}
            <label for="number">{Said("number", language)}</label>
            <input class="number" id="number" name="number" inputmode="numeric" pattern="[0-9]*" maxlength="3" autocomplete="off" required>
            <button name="go" value="send">{Said("save-number", language)}</button>
            </form>
            <p class="do"><a class="big none" href="/breathing/{person.Number.ToString(CultureInfo.InvariantCulture)}">{Said("restart", language)}</a><a class="big none" href="{person.Back}">{Said("stop", language)}</a></p>
            <p class="else">{Said("count-or-nothing", language)}</p>
            """, leaves: person.Back, script: isOver ? null : ScriptPath, data: $"data-left=\"{Safe(PageText.Line("left", language, "{0}"))}\" data-over=\"{Said("number-title", language)}\"");
    }

    private static string Steps(Person person, bool isFirst, PageLanguage language) => $"""
        <p class="do">{(isFirst ? "" : $"""<button class="none" name="go" value="back">{Said("back", language)}</button>""")}<a class="big none" href="{person.Back}">{Said("stop", language)}</a></p>
        """;

    private static string Whose(Person person) => person.IsAlone ? "" : $"""<p class="whose">{Safe(person.Label)}</p>""";

    private static string Hidden(IReadOnlyList<(string Name, string Value)> fields) =>
        string.Concat(fields.Select(one => $"""<input type="hidden" name="{Safe(one.Name)}" value="{Safe(one.Value)}">"""));

    private static string Of(LocalText text, PageLanguage language) => language == PageLanguage.English ? text.En : text.Da;

    private static string Said(string key, PageLanguage language) => Safe(PageText.Line(key, language));

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
