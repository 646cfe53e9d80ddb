using System.Globalization;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>
/// Answers to questions and counts of breaths. The whole form travels with the page and bears this program's mark, so that nothing of it is
/// kept here: what was half filled is gone when the page is left, and a form that is old, or was sent before, changes nothing.
/// </summary>
/// <param name="mark">Makes marks that only this program can make.</param>
internal sealed class EntryRules(PageMark mark)
{
    /// <summary>How long a form stays on the screen before it is dropped.</summary>
    public const int FormSeconds = 600;

    /// <summary>How long breaths are counted, and how long after it began the number is still taken: nobody remembers a number for longer.</summary>
    public static readonly TimeSpan Counted = TimeSpan.FromSeconds(60), CountKept = TimeSpan.FromMinutes(5);

    private const int MostBreaths = 999;

    /// <summary>True where the questions may be answered now, or once more.</summary>
    public static bool MayAnswer(Person person, DayView view) => person.Day.InForce.Questions is not null && view is { Now: not null, State: not DayState.Paused };

    /// <summary>True where breaths may be counted now.</summary>
    public static bool MayCount(DayView view) => view is { CountsBreaths: true, State: not DayState.Paused };

    /// <summary>The first question; null where nothing may be answered now.</summary>
    public PageReply? Questions(Person person, PageLanguage language) => FormNow(person) is not { } form ? null : Show(person, form, language);

    /// <summary>How to count; null where nobody may.</summary>
    public PageReply? Breathing(Person person, string? word, PageLanguage language) => person.Home.Now() is not { } now || !MayCount(person.Day.At(now)) ? null
        : PageReply.Html(EntryHtml.Breathing(person, Hidden(person, new BreathForm(person.Day.Day.Counts + 1, null)), word, language));

    /// <summary>A step of a form of questions.</summary>
    public PageReply TakeQuestions(Person person, IReadOnlyDictionary<string, string> fields, PageLanguage language)
    {
        if (AnswerForm.Read(fields) is not { } form || !mark.IsOf(form.Text(person), fields.GetValueOrDefault("mark")))
        {
            return PageReply.SeeOther(PageWord.Stale, person.Back);
        }
        if (form.Number <= person.Day.Day.Forms)
        {
            return PageReply.SeeOther(PageWord.Already, person.Back);
        }
        if (FormNow(person) is not { } now || !form.IsOfTheSame(now))
        {
            return PageReply.SeeOther(PageWord.Stale, person.Back);
        }
        Questionnaire questions = person.Day.InForce.Questions!;
        AnswersResult result = AnswerRules.Evaluate(questions, form.Answers);
        switch (fields.GetValueOrDefault("go"))
        {
            case "back":
                return Show(person, form.Without(result.Asked.LastOrDefault(question => form.Answers.ContainsKey(question.Id))?.Id), language);
            case "send" when result.IsComplete:
                var told = new ToldAnswers(questions.Id, [.. result.Asked.Select(question => KeyValuePair.Create(question.Id, form.Answers[question.Id]))], result.Reasons);
                return HandOver(person, new PageEntry(person.Number, form.Number, told), day => day.Forms, PageWord.Stored);
            case null when result.Next is { } next && next.Choices.Any(choice => string.Equals(choice.Word, fields.GetValueOrDefault("answer"), StringComparison.Ordinal)):
                return Show(person, form.With(next.Id, fields["answer"]), language);
            default:
                return PageReply.NotOurs;
        }
    }

    /// <summary>A count begins, or its number came.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="fields">The form.</param>
    /// <param name="at">When it came, on the clock that never jumps.</param>
    /// <param name="language">Language.</param>
    public PageReply TakeBreaths(Person person, IReadOnlyDictionary<string, string> fields, TimeSpan at, PageLanguage language)
    {
        if (BreathForm.Read(fields) is not { } form || !mark.IsOf(form.Text(person), fields.GetValueOrDefault("mark")) || person.Home.Now() is not { } now || !MayCount(person.Day.At(now)))
        {
            return PageReply.SeeOther(PageWord.Stale, person.Back);
        }
        if (form.Number <= person.Day.Day.Counts)
        {
            return PageReply.SeeOther(PageWord.AlreadyCounted, person.Back);
        }
        switch (fields.GetValueOrDefault("go"))
        {
            case "start" when form.Began is null:
                DateTimeOffset until = TimeZoneInfo.ConvertTime(now + Counted, person.Day.InForce.Course.Zone);
                return Count(person, form with { Began = (long)at.TotalMilliseconds }, until.ToString("HH:mm:ss", CultureInfo.InvariantCulture), isOver: false, null, language);
            case "send" when form.Began is { } began:
                TimeSpan passed = at - TimeSpan.FromMilliseconds(began);
                if (passed < Counted || passed > CountKept)
                {
                    return PageReply.SeeOther(passed < Counted ? PageWord.TooShort : PageWord.Stale, $"/breathing/{Text(person.Number)}"); // it is no count of 60 seconds
                }
                return Digits(fields.GetValueOrDefault("number")) is { } breaths && breaths <= MostBreaths
                    ? HandOver(person, new PageEntry(person.Number, form.Number, null, breaths), day => day.Counts, PageWord.Counted)
                    : Count(person, form, "", isOver: true, PageWord.NoNumber, language);
            default:
                return PageReply.NotOurs;
        }
    }

    /// <summary>The form that may be filled in now, still empty.</summary>
    private static AnswerForm? FormNow(Person person) => person.Home.Now() is { } now && person.Day.At(now) is var view && MayAnswer(person, view)
        ? new AnswerForm(person.Day.Day.Forms + 1, view.Now!.Due.ToUnixTimeSeconds(), $"{person.Day.InForce.Questions!.Id}/{person.Day.InForce.Questions.Version}", new Dictionary<string, string>()) : null;

    private PageReply Show(Person person, AnswerForm form, PageLanguage language)
    {
        Questionnaire questions = person.Day.InForce.Questions!;
        AnswersResult result = AnswerRules.Evaluate(questions, form.Answers);
        (string, string)[] hidden =
        [
            ("who", Text(person.Number)), ("form", Text(form.Number)), ("due", form.Due.ToString(CultureInfo.InvariantCulture)), ("of", form.Of), ("so-far", form.SoFar), ("mark", mark.Of(form.Text(person))),
        ];
        return PageReply.Html(result.Next is { } next ? EntryHtml.Ask(person, next, form.Answers.Count == 0, hidden, language)
            : EntryHtml.Review(person, result.Asked.Select(question => (question, question.Choices.First(choice => string.Equals(choice.Word, form.Answers[question.Id], StringComparison.Ordinal)))), hidden, language));
    }

    private PageReply Count(Person person, BreathForm form, string until, bool isOver, string? word, PageLanguage language) =>
        PageReply.Html(EntryHtml.Counting(person, until, isOver, Hidden(person, form), word, language)) with { RunsScript = !isOver };

    private (string, string)[] Hidden(Person person, BreathForm form) =>
    [
        ("who", Text(person.Number)), ("form", Text(form.Number)), ("began", form.Began?.ToString(CultureInfo.InvariantCulture) ?? ""), ("mark", mark.Of(form.Text(person))),
    ];

    private static PageReply HandOver(Person person, PageEntry entry, Func<CitizenDay, int> countOf, string word) => !person.Home.Enter(entry) ? PageReply.SeeOther(PageWord.NotYet, person.Back)
        : new PageReply(202, "") { HandedOver = new HandedOver(() => person.Home.Days().Any(day => day.Day.Assignment == person.Number && countOf(day.Day) >= entry.Number), word, person.Back) };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int? Digits(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>A form of questions as it travels.</summary>
    /// <param name="Number">Which form of this citizen it is.</param>
    /// <param name="Due">Due time of the occasion it is for, seconds since 1970.</param>
    /// <param name="Of">Questionnaire and version.</param>
    /// <param name="Answers">Word by question.</param>
    private sealed record AnswerForm(int Number, long Due, string Of, IReadOnlyDictionary<string, string> Answers)
    {
        /// <summary>The answers as text; words hold neither a dot nor an underscore.</summary>
        public string SoFar => string.Join('_', Answers.Select(answer => $"{answer.Key}.{answer.Value}"));

        public bool IsOfTheSame(AnswerForm other) => (Number, Due) == (other.Number, other.Due) && string.Equals(Of, other.Of, StringComparison.Ordinal);

        public AnswerForm With(string question, string word) => this with { Answers = new OrderedDictionary<string, string>(Answers, StringComparer.Ordinal) { [question] = word } };

        public AnswerForm Without(string? question) => this with { Answers = Answers.Where(answer => !string.Equals(answer.Key, question, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal) };

        public string Text(Person person) => string.Create(CultureInfo.InvariantCulture, $"answers {person.Home.Gateway} {person.Number} {Number} {Due} {Of} {SoFar}");

        public static AnswerForm? Read(IReadOnlyDictionary<string, string> fields)
        {
            string[][] pairs = [.. fields.GetValueOrDefault("so-far", "").Split('_', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('.'))];
            if (Digits(fields.GetValueOrDefault("form")) is not { } number || !long.TryParse(fields.GetValueOrDefault("due"), NumberStyles.None, CultureInfo.InvariantCulture, out long due)
                || Array.Exists(pairs, pair => pair.Length != 2) || pairs.DistinctBy(pair => pair[0], StringComparer.Ordinal).Count() != pairs.Length)
            {
                return null;
            }
            return new AnswerForm(number, due, fields.GetValueOrDefault("of", ""), pairs.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal));
        }
    }

    /// <summary>A count of breaths as it travels.</summary>
    /// <param name="Number">Which count of this citizen it is.</param>
    /// <param name="Began">When it began, milliseconds on the clock that never jumps; null before.</param>
    private sealed record BreathForm(int Number, long? Began)
    {
        public string Text(Person person) => string.Create(CultureInfo.InvariantCulture, $"breaths {person.Home.Gateway} {person.Number} {Number} {Began}");

        public static BreathForm? Read(IReadOnlyDictionary<string, string> fields)
        {
            string began = fields.GetValueOrDefault("began", "");
            long? at = long.TryParse(began, NumberStyles.None, CultureInfo.InvariantCulture, out long read) ? read : null;
            return Digits(fields.GetValueOrDefault("form")) is { } number && (at is not null || began.Length == 0) ? new BreathForm(number, at) : null;
        }
    }
}
