using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>A questionnaire as it stands in firmware-config/plans/questions. Reading checks everything and reports all problems at once.</summary>
public sealed record QuestionnaireFile(string Id, string Version, string Source, ContentApproval? Approved, LocalText Title, string AnsweredBy,
    IReadOnlyList<QuestionnaireFile.QuestionFile> Questions, IReadOnlyList<QuestionnaireFile.RuleFile> Rules, IReadOnlyList<QuestionnaireFile.ResultFile> Results,
    QuestionnaireFile.TotalFile? Total)
{
    /// <summary>One question.</summary>
    public sealed record QuestionFile(string Id, LocalText Text, IReadOnlyList<ChoiceFile> Choices, IReadOnlyList<ConditionFile>? AskIf = null);

    /// <summary>One answer.</summary>
    public sealed record ChoiceFile(string Word, LocalText Text, int? Points = null);

    /// <summary>At least so many of these hold; all where no number is given.</summary>
    public sealed record ConditionFile(IReadOnlyList<AnswerIs> Of, int? AtLeast = null);

    /// <summary>Answers that need somebody; severity is yellow or red, and so many days running.</summary>
    public sealed record RuleFile(string Question, string Severity, IReadOnlyList<ConditionFile> When, string Source, int Days = 1);

    /// <summary>A named result.</summary>
    public sealed record ResultFile(string Word, LocalText Text, IReadOnlyList<ConditionFile> When, string Source);

    /// <summary>The total.</summary>
    public sealed record TotalFile(int Lowest, int Highest, IReadOnlyList<TotalBand> Bands, IReadOnlyList<TotalReport> Reports);

    /// <summary>Reads and checks a questionnaire.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="fileName">For the messages.</param>
    /// <param name="questionnaire">The questionnaire; null when false is returned.</param>
    /// <param name="problems">Every problem with its place.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out Questionnaire? questionnaire, out IReadOnlyList<string> problems)
    {
        questionnaire = ContentJson.Read(json, fileName, ContentJson.Default.QuestionnaireFile, file =>
        {
            var compiler = new QuestionnaireCompiler(fileName);
            return (compiler.Compile(file), compiler.Problems);
        }, out problems);
        return questionnaire is not null;
    }
}

/// <summary>Checks a questionnaire file. Collects every problem instead of stopping at the first.</summary>
internal sealed class QuestionnaireCompiler(string fileName)
{
    private const int MostPoints = 100;
    private readonly ContentProblems problems = new(fileName);
    private readonly List<Question> questions = [];

    public IReadOnlyList<string> Problems => problems.Found;

    public Questionnaire? Compile(QuestionnaireFile file)
    {
        problems.Head(file.Id, file.Version, file.Source, file.Approved);
        problems.Text(file.Title, "title");
        problems.Require(file.AnsweredBy is "citizen" or "staff", "answered_by", $"must be citizen or staff, it is '{file.AnsweredBy}'");
        problems.Require(file.Questions.Count > 0, "questions", "must not be empty");
        foreach (QuestionnaireFile.QuestionFile? question in file.Questions)
        {
            AddQuestion(question, $"questions[{questions.Count}]");
        }
        var questionnaire = new Questionnaire
        {
            Id = file.Id, Version = file.Version, Source = file.Source, Approved = file.Approved, Title = file.Title,
            AnsweredBy = file.AnsweredBy is "staff" ? MeasuredBy.Staff : MeasuredBy.Citizen,
            Questions = questions,
            Rules = [.. file.Rules.Select(Rule)],
            Results = [.. file.Results.Select(Result)],
            Total = file.Total is { } total ? Total(total) : null,
        };
        problems.Require(questionnaire.Total is not null || questions.TrueForAll(question => question.Choices.All(choice => choice.Points is null)), "total", "must be there where choices have points");
        return problems.Found.Count == 0 ? questionnaire : null;
    }

    private void AddQuestion(QuestionnaireFile.QuestionFile? question, string place)
    {
        if (!problems.Require(question is not null, place, "must be an object"))
        {
            return;
        }
        problems.Slug(question!.Id, $"{place}.id");
        problems.Require(questions.TrueForAll(other => !string.Equals(other.Id, question.Id, StringComparison.Ordinal)), $"{place}.id", $"'{question.Id}' stands twice");
        problems.Text(question.Text, $"{place}.text");
        problems.Require(question.Choices.Count >= 2, $"{place}.choices", "must be two or more");
        var choices = new List<Choice>();
        foreach (QuestionnaireFile.ChoiceFile? choice in question.Choices)
        {
            string at = $"{place}.choices[{choices.Count}]";
            problems.Slug(choice?.Word, $"{at}.word");
            problems.Text(choice?.Text, $"{at}.text");
            problems.Require(choices.TrueForAll(other => !string.Equals(other.Word, choice?.Word, StringComparison.Ordinal)), $"{at}.word", "stands twice");
            problems.Require(choice?.Points is null or (>= 0 and <= MostPoints), $"{at}.points", $"must be 0 to {MostPoints}");
            choices.Add(new Choice(choice?.Word ?? "", choice?.Text ?? new LocalText("", ""), choice?.Points));
        }
        questions.Add(new Question(question.Id, question.Text, choices, Conditions(question.AskIf ?? [], $"{place}.ask_if"))); // sees only those before it
    }

    private AnswerCondition[] Conditions(IReadOnlyList<QuestionnaireFile.ConditionFile?> conditions, string place) =>
        [.. conditions.Select((condition, at) => Condition(condition, $"{place}[{at}]"))];

    private AnswerCondition Condition(QuestionnaireFile.ConditionFile? condition, string place)
    {
        int count = condition?.Of.Count ?? 0;
        problems.Require(count > 0, $"{place}.of", "must not be empty");
        problems.Require(condition?.AtLeast is null || (condition.AtLeast >= 1 && condition.AtLeast <= count), $"{place}.at_least", $"must be 1 to {count}");
        for (int at = 0; at < count; at++)
        {
            AnswerIs? one = condition!.Of[at];
            Question? question = questions.Find(earlier => string.Equals(earlier.Id, one?.Question, StringComparison.Ordinal));
            bool known = question is not null && one!.Words is { Count: > 0 } words && words.All(word => question.Choices.Any(choice => string.Equals(choice.Word, word, StringComparison.Ordinal)));
            problems.Require(known, $"{place}.of[{at}]", "must name a question that stands before and words that can be chosen there");
        }
        return new AnswerCondition(condition?.AtLeast ?? count, condition?.Of ?? []);
    }

    private SeverityRule Rule(QuestionnaireFile.RuleFile? rule, int at)
    {
        string place = $"rules[{at}]";
        problems.Require(rule is { Source.Length: > 0, When.Count: > 0 }, place, "must have when and a source");
        problems.Require(questions.Exists(question => string.Equals(question.Id, rule?.Question, StringComparison.Ordinal)), $"{place}.question", $"'{rule?.Question}' is no question here");
        problems.Require(rule?.Severity is "yellow" or "red", $"{place}.severity", "must be yellow or red");
        problems.Require(rule?.Days is >= 1 and <= AnsweredDay.Kept, $"{place}.days", $"must be 1 to {AnsweredDay.Kept}");
        return new SeverityRule(rule?.Question ?? "", rule?.Severity is "red" ? Triage.Red : Triage.Yellow, Conditions(rule?.When ?? [], $"{place}.when"), rule?.Source ?? "", rule?.Days ?? 1);
    }

    private NamedResult Result(QuestionnaireFile.ResultFile? result, int at)
    {
        string place = $"results[{at}]";
        problems.Slug(result?.Word, $"{place}.word");
        problems.Text(result?.Text, $"{place}.text");
        problems.Require(result is { Source.Length: > 0 }, $"{place}.source", "must say where it comes from");
        return new NamedResult(result?.Word ?? "", result?.Text ?? new LocalText("", ""), Conditions(result?.When ?? [], $"{place}.when"), result?.Source ?? "");
    }

    private TotalRule Total(QuestionnaireFile.TotalFile total)
    {
        problems.Require(questions.Exists(question => question.Choices.Any(choice => choice.Points is not null)), "total", "has no choice with points");
        // a branch that is not asked gives nothing
        int lowest = questions.Sum(question => question.AskIf.Count > 0 ? 0 : question.Choices.Min(choice => choice.Points ?? 0)), highest = questions.Sum(question => question.Choices.Max(choice => choice.Points ?? 0));
        problems.Require(total.Lowest == lowest && total.Highest == highest, "total", $"must be from {lowest} to {highest}: so many points the choices give");
        int expected = lowest;
        for (int at = 0; at < total.Bands.Count; at++)
        {
            TotalBand? band = total.Bands[at];
            problems.Require(band is { Source.Length: > 0 } && band.From == expected && band.To >= band.From && AnswerCode.IsWord(band.Word), $"total.bands[{at}]", $"must begin at {expected}, not end before, and have a word and a source");
            problems.Text(band?.Text, $"total.bands[{at}].text");
            expected = (band?.To ?? expected) + 1;
        }
        problems.Require(total.Bands.Count == 0 || expected == highest + 1, "total.bands", $"must end at {highest}");
        for (int at = 0; at < total.Reports.Count; at++)
        {
            problems.Require(total.Reports[at] is { Code.Length: > 0 }, $"total.reports[{at}].code", "must not be empty");
            problems.Text(total.Reports[at]?.Label, $"total.reports[{at}].label");
        }
        return new TotalRule(total.Lowest, total.Highest, total.Bands, total.Reports);
    }
}
