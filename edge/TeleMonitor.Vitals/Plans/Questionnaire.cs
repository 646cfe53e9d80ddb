using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Vitals.Plans;

/// <summary>One answer that can be chosen.</summary>
/// <param name="Word">Travels on the wire.</param>
/// <param name="Text">Shown.</param>
/// <param name="Points">Counts towards the total; null where the questionnaire has none, or this answer gives none.</param>
public sealed record Choice(string Word, LocalText Text, int? Points);

/// <summary>A question was answered with one of some words.</summary>
/// <param name="Question">Its id.</param>
/// <param name="Words">The words.</param>
public sealed record AnswerIs(string Question, IReadOnlyList<string> Words);

/// <summary>At least so many of these hold.</summary>
/// <param name="AtLeast">From 1; all of them where the file names no number.</param>
/// <param name="Of">What is counted.</param>
public sealed record AnswerCondition(int AtLeast, IReadOnlyList<AnswerIs> Of);

/// <summary>One question.</summary>
/// <param name="Id">Its id; part of the code on the wire.</param>
/// <param name="Text">Shown.</param>
/// <param name="Choices">Two or more.</param>
/// <param name="AskIf">Asked only if all of these hold of earlier questions; empty = always.</param>
public sealed record Question(string Id, LocalText Text, IReadOnlyList<Choice> Choices, IReadOnlyList<AnswerCondition> AskIf);

/// <summary>Answers that need somebody.</summary>
/// <param name="Question">The question that the reason names.</param>
/// <param name="Severity">Yellow or Red.</param>
/// <param name="When">All of these hold.</param>
/// <param name="Source">Where the rule comes from.</param>
/// <param name="Days">So many days running, today the last: <see cref="AnsweredDay"/>; 1: today alone decides.</param>
public sealed record SeverityRule(string Question, Triage Severity, IReadOnlyList<AnswerCondition> When, string Source, int Days = 1);

/// <summary>What the answers come to, by name. The first that holds is it.</summary>
/// <param name="Word">Stable word.</param>
/// <param name="Text">Shown.</param>
/// <param name="When">All of these hold; empty = always.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record NamedResult(string Word, LocalText Text, IReadOnlyList<AnswerCondition> When, string Source);

/// <summary>A stretch of totals with a name.</summary>
/// <param name="From">Lowest.</param>
/// <param name="To">Highest.</param>
/// <param name="Word">Stable word.</param>
/// <param name="Text">Shown.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record TotalBand(int From, int To, string Word, LocalText Text, string Source);

/// <summary>How a total is reported under a code whose scale begins elsewhere.</summary>
/// <param name="Code">Code of the receiver: MCS88021.</param>
/// <param name="Label">Name of that scale; always shown with the number.</param>
/// <param name="Add">Added to the total.</param>
public sealed record TotalReport(string Code, LocalText Label, int Add);

/// <summary>The points of all asked questions together.</summary>
/// <param name="Lowest">Lowest total.</param>
/// <param name="Highest">Highest total.</param>
/// <param name="Bands">Named stretches without gap; may be empty.</param>
/// <param name="Reports">Codes; may be empty.</param>
public sealed record TotalRule(int Lowest, int Highest, IReadOnlyList<TotalBand> Bands, IReadOnlyList<TotalReport> Reports);

/// <summary>Questions as data (firmware-config/plans/questions). Made by <see cref="QuestionnaireFile"/>, which checks it.</summary>
public sealed record Questionnaire
{
    /// <summary>Id: the file's name, and part of the code on the wire.</summary>
    public required string Id { get; init; }
    /// <summary>Version of the data.</summary>
    public required string Version { get; init; }
    /// <summary>Where the content comes from.</summary>
    public required string Source { get; init; }
    /// <summary>Who signed it; null shows as "not approved".</summary>
    public required ContentApproval? Approved { get; init; }
    /// <summary>Name for people.</summary>
    public required LocalText Title { get; init; }
    /// <summary>Who answers.</summary>
    public required MeasuredBy AnsweredBy { get; init; }
    /// <summary>In the order in which they are asked; a branch looks only at earlier ones.</summary>
    public required IReadOnlyList<Question> Questions { get; init; }
    /// <summary>Empty: the answers decide no triage.</summary>
    public required IReadOnlyList<SeverityRule> Rules { get; init; }
    /// <summary>Named results; may be empty.</summary>
    public required IReadOnlyList<NamedResult> Results { get; init; }
    /// <summary>Null: it has no total.</summary>
    public required TotalRule? Total { get; init; }

    /// <summary>Code of an answer on the wire: <c>answer/QUESTIONNAIRE/QUESTION</c>.</summary>
    public string CodeOf(Question question) => AnswerCode.Of(Id, question.Id);

    /// <summary>The question with this id, or null.</summary>
    public Question? Find(string id) => Questions.FirstOrDefault(question => string.Equals(question.Id, id, StringComparison.Ordinal));

    /// <summary>An answer as an item; it goes the same way as a reading.</summary>
    /// <inheritdoc cref="AnswerItem"/>
    public ReadingItem Item(Question question, string word, int assignment, long tick, DateTimeOffset at, string? set)
    {
        bool known = question.Choices.Any(choice => string.Equals(choice.Word, word, StringComparison.Ordinal));
        return AnswerItem(Id, question.Id, word, assignment, tick, at) with
        {
            Grade = GradeWord.Of(known ? Grade.Good : Grade.Unusable), Reasons = known ? [] : [GradeReason.UnknownWord], Set = known ? set : null,
        };
    }

    /// <summary>An answer as an item, whatever the questionnaire has for choices.</summary>
    /// <param name="questions">Id of the questionnaire.</param>
    /// <param name="question">Id of what was asked.</param>
    /// <param name="word">What was answered.</param>
    /// <param name="assignment">Whom it is about.</param>
    /// <param name="tick">Tick of the item.</param>
    /// <param name="at">Wall time.</param>
    public static ReadingItem AnswerItem(string questions, string question, string word, int assignment, long tick, DateTimeOffset at) => new()
    {
        Kind = WireWord.Answer, Tick = tick, Code = AnswerCode.Of(questions, question), Assignment = assignment, At = at, Answer = word, Sensor = "questions",
        Grade = GradeWord.Of(Grade.Good),
    };
}
