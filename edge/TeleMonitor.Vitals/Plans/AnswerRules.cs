using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What some answers come to.</summary>
/// <param name="Next">The question to ask next; null when all that is asked is answered.</param>
/// <param name="Asked">Every question that these answers ask, in order, answered or not; it may grow with each answer.</param>
/// <param name="Severity">Red or Yellow as soon as a rule says so; Green only when complete; else Unknown. Null where the questionnaire has no rules.</param>
/// <param name="Reasons"><c>symptom/QUESTION/yellow|red</c>, sorted; of a question only the more severe.</param>
/// <param name="Total">Points; null while incomplete or without points.</param>
/// <param name="Lowest">Lowest total that further answers can leave; 0 without points.</param>
/// <param name="Highest">Highest; 0 without points.</param>
/// <param name="Band">The stretch that the total lies in; null while there is none.</param>
/// <param name="Result">The named result; null while incomplete or where none holds.</param>
public sealed record AnswersResult(Question? Next, IReadOnlyList<Question> Asked, Triage? Severity, IReadOnlyList<string> Reasons, int? Total, int Lowest, int Highest,
    TotalBand? Band, NamedResult? Result)
{
    /// <summary>Everything that is asked is answered.</summary>
    public bool IsComplete => Next is null;
}

/// <summary>From answers to the next question, severity and total. Pure; an answer that is none of the choices, or to a question that is not asked, counts as none.</summary>
public static class AnswerRules
{
    /// <summary>Evaluates.</summary>
    /// <param name="questionnaire">The questions.</param>
    /// <param name="answers">Word by question id.</param>
    /// <param name="before">Forms of the days before, the newest first; without them no rule holds that asks for more than today.</param>
    public static AnswersResult Evaluate(Questionnaire questionnaire, IReadOnlyDictionary<string, string> answers, IReadOnlyList<AnsweredDay>? before = null)
    {
        (List<Question> asked, Dictionary<string, Choice> counted) = Read(questionnaire, answers);
        Question? next = Open(asked, counted);
        (Triage? severity, IReadOnlyList<string> reasons) = SeverityOf(questionnaire, counted, complete: next is null, before ?? []);
        (int lowest, int highest) = Bounds(questionnaire, asked, counted);
        int? total = questionnaire.Total is not null && next is null ? lowest : null;
        return new AnswersResult(next, asked, severity, reasons, total, lowest, highest,
            questionnaire.Total?.Bands.FirstOrDefault(band => band.From <= total && total <= band.To),
            next is null ? questionnaire.Results.FirstOrDefault(result => result.When.All(condition => Holds(condition, counted))) : null);
    }

    /// <summary>What is asked, and which answers count.</summary>
    private static (List<Question> Asked, Dictionary<string, Choice> Counted) Read(Questionnaire questionnaire, IReadOnlyDictionary<string, string> answers)
    {
        var asked = new List<Question>();
        var counted = new Dictionary<string, Choice>(StringComparer.Ordinal);
        foreach (Question question in questionnaire.Questions.Where(question => question.AskIf.All(condition => Holds(condition, counted))))
        {
            asked.Add(question);
            if (answers.TryGetValue(question.Id, out string? word) && question.Choices.FirstOrDefault(choice => string.Equals(choice.Word, word, StringComparison.Ordinal)) is { } choice)
            {
                counted.Add(question.Id, choice);
            }
        }
        return (asked, counted);
    }

    private static Question? Open(List<Question> asked, Dictionary<string, Choice> counted) => asked.Find(question => !counted.ContainsKey(question.Id));

    /// <summary>
    /// Met today and on the newest days before that say anything of it. A day without a form neither counts nor breaks: whoever is too ill to
    /// answer is not well again. Nor does a form that was not finished and does not meet it. A finished one that does not meet it breaks.
    /// </summary>
    private static bool Holds(Questionnaire questionnaire, SeverityRule rule, Dictionary<string, Choice> today, IReadOnlyList<AnsweredDay> before)
    {
        int met = rule.When.All(condition => Holds(condition, today)) ? 1 : 0;
        for (int day = 0; met > 0 && met < rule.Days && day < before.Count; day++)
        {
            (List<Question> asked, Dictionary<string, Choice> counted) = Read(questionnaire, before[day].Words);
            bool holds = rule.When.All(condition => Holds(condition, counted));
            if (!holds && Open(asked, counted) is null)
            {
                return false;
            }
            met += holds ? 1 : 0;
        }
        return met > 0 && met >= rule.Days;
    }

    private static bool Holds(AnswerCondition condition, Dictionary<string, Choice> counted) =>
        condition.Of.Count(one => counted.TryGetValue(one.Question, out Choice? choice) && one.Words.Contains(choice.Word, StringComparer.Ordinal)) >= condition.AtLeast;

    private static (Triage? Severity, IReadOnlyList<string> Reasons) SeverityOf(Questionnaire questionnaire, Dictionary<string, Choice> counted, bool complete, IReadOnlyList<AnsweredDay> before)
    {
        if (questionnaire.Rules.Count == 0)
        {
            return (null, []);
        }
        var worst = new SortedDictionary<string, Triage>(StringComparer.Ordinal);
        foreach (SeverityRule rule in questionnaire.Rules.Where(rule => Holds(questionnaire, rule, counted, before)))
        {
            worst[rule.Question] = worst.TryGetValue(rule.Question, out Triage other) && other > rule.Severity ? other : rule.Severity;
        }
        Triage severity = worst.Count > 0 ? worst.Values.Max() : complete ? Triage.Green : Triage.Unknown;
        return (severity, [.. worst.Select(pair => Reason.Symptom(pair.Key, pair.Value))]);
    }

    /// <summary>What is open may give its fewest or its most points; a branch that may yet open too.</summary>
    private static (int Lowest, int Highest) Bounds(Questionnaire questionnaire, List<Question> asked, Dictionary<string, Choice> counted)
    {
        if (questionnaire.Total is null)
        {
            return (0, 0);
        }
        bool open = asked.Exists(question => !counted.ContainsKey(question.Id));
        int lowest = 0, highest = 0;
        foreach (Question question in questionnaire.Questions)
        {
            if (counted.TryGetValue(question.Id, out Choice? choice))
            {
                (lowest, highest) = (lowest + (choice.Points ?? 0), highest + (choice.Points ?? 0));
            }
            else if (open)
            {
                bool sure = asked.Contains(question);
                lowest += sure ? question.Choices.Min(one => one.Points ?? 0) : Math.Min(0, question.Choices.Min(one => one.Points ?? 0));
                highest += question.Choices.Max(one => one.Points ?? 0);
            }
        }
        return (lowest, highest);
    }
}
