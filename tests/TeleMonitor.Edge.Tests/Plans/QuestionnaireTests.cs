using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>Questions as data: branches, severities and totals as clinical facts 3.3 and 3.4 have them.</summary>
public sealed class QuestionnaireTests
{
    private static Questionnaire Copd => Shipped.Config.Content.Questionnaires["copd-daily"];

    private static Questionnaire Cat => Shipped.Config.Content.Questionnaires["cat"];

    private static readonly Questionnaire Mrc = Read("""
        { "id":"mmrc","version":"1","source":"mMRC 0 to 4; MCS88021 is the scale 1 to 5","approved":null,"title":{"da":"mMRC","en":"mMRC"},"answered_by":"citizen",
          "questions":[{"id":"breathless","text":{"da":"x","en":"x"},"choices":[{"word":"0","text":{"da":"0","en":"0"},"points":0},{"word":"1","text":{"da":"1","en":"1"},"points":1},
            {"word":"2","text":{"da":"2","en":"2"},"points":2},{"word":"3","text":{"da":"3","en":"3"},"points":3},{"word":"4","text":{"da":"4","en":"4"},"points":4}]}],
          "rules":[],"results":[],
          "total":{"lowest":0,"highest":4,"bands":[],"reports":[{"code":"mmrc","label":{"da":"mMRC 0-4","en":"mMRC 0-4"},"add":0},{"code":"MCS88021","label":{"da":"MRC 1-5","en":"MRC 1-5"},"add":1}]} }
        """);

    private static readonly Questionnaire Anthonisen = Read($$"""
        { "id":"anthonisen","version":"1","source":"Anthonisen 1987","approved":null,"title":{"da":"Anthonisen","en":"Anthonisen"},"answered_by":"staff",
          "questions":[{{YesNo("dyspnoea")}},{{YesNo("volume")}},{{YesNo("purulence")}},{{YesNo("wheeze")}},{{YesNo("fever")}}],
          "rules":[],
          "results":[
            {"word":"type-1","text":{"da":"1","en":"1"},"source":"x","when":[{"of":[{{Yes("dyspnoea")}},{{Yes("volume")}},{{Yes("purulence")}}]}]},
            {"word":"type-2","text":{"da":"2","en":"2"},"source":"x","when":[{"at_least":2,"of":[{{Yes("dyspnoea")}},{{Yes("volume")}},{{Yes("purulence")}}]}]},
            {"word":"type-3","text":{"da":"3","en":"3"},"source":"x","when":[{"at_least":1,"of":[{{Yes("dyspnoea")}},{{Yes("volume")}},{{Yes("purulence")}}]},{"at_least":1,"of":[{{Yes("wheeze")}},{{Yes("fever")}}]}]}],
          "total":null }
        """);

    [Theory]
    [InlineData("dyspnoea=no cough=no sputum=no", "green", "")]
    [InlineData("dyspnoea=yes inhaler=no cough=no sputum=no", "yellow", "symptom/dyspnoea/yellow")]
    [InlineData("dyspnoea=yes inhaler=yes inhaler-helped=no cough=yes sputum=no", "yellow", "symptom/dyspnoea/yellow")]
    [InlineData("dyspnoea=no cough=no sputum=yes sputum-amount=no sputum-colour=no antibiotics=no", "green", "")]
    [InlineData("dyspnoea=no cough=no sputum=yes sputum-amount=yes sputum-colour=yes sputum-colour-usual=no antibiotics=no", "yellow", "symptom/sputum/yellow")]
    [InlineData("dyspnoea=yes inhaler=no cough=no sputum=yes sputum-amount=yes sputum-colour=yes sputum-colour-usual=no antibiotics=no", "red", "symptom/dyspnoea/red symptom/sputum/yellow")]
    public void The_daily_COPD_questions_are_Yellow_for_one_symptom_and_Red_for_all_cardinal_ones_at_once(string answers, string severity, string reasons) =>
        Severe(Copd, answers, severity, reasons);

    [Theory]
    [InlineData("dyspnoea=no cough=no sputum=no", "green", "")]
    [InlineData("dyspnoea=yes inhaler=no cough=no sputum=no", "yellow", "symptom/dyspnoea/yellow")]
    [InlineData("dyspnoea=no cough=yes sputum=no", "yellow", "symptom/cough/yellow")]
    [InlineData("dyspnoea=yes inhaler=yes inhaler-helped=no cough=yes sputum=no", "red", "symptom/cough/red symptom/dyspnoea/yellow")]
    [InlineData("dyspnoea=no cough=no sputum=yes sputum-amount=no sputum-colour=no antibiotics=no", "red", "symptom/sputum/red")]
    public void The_RN_form_can_be_had_as_severe_as_published(string answers, string severity, string reasons) =>
        Severe(Shipped.Config.Content.Questionnaires["copd-daily-rn"], answers, severity, reasons);

    private static void Severe(Questionnaire questions, string answers, string severity, string reasons)
    {
        AnswersResult result = AnswerRules.Evaluate(questions, Answers(answers));
        Assert.True(result.IsComplete);
        Assert.Equal((severity, reasons), (TriageWord.Of(result.Severity!.Value), string.Join(' ', result.Reasons)));
    }

    [Theory]
    [InlineData("", "dyspnoea")]
    [InlineData("dyspnoea=yes", "inhaler")]
    [InlineData("dyspnoea=yes inhaler=yes", "inhaler-helped")]
    [InlineData("dyspnoea=yes inhaler=no", "cough")]
    [InlineData("dyspnoea=no cough=no sputum=yes sputum-amount=yes sputum-colour=yes", "sputum-colour-usual")]
    [InlineData("dyspnoea=no cough=no sputum=yes sputum-amount=yes sputum-colour=no", "antibiotics")]
    [InlineData("dyspnoea=no cough=no sputum=yes sputum-amount=yes sputum-colour=no antibiotics=yes", "better")]
    [InlineData("dyspnoea=perhaps", "dyspnoea")]
    public void The_next_question_follows_the_branch(string answers, string next) => Assert.Equal(next, AnswerRules.Evaluate(Copd, Answers(answers)).Next!.Id);

    [Fact]
    public void What_a_changed_answer_no_longer_asks_for_does_not_count()
    {
        AnswersResult result = AnswerRules.Evaluate(Copd, Answers("dyspnoea=no inhaler=yes inhaler-helped=no cough=no sputum=no"));
        Assert.Equal(["dyspnoea", "cough", "sputum"], result.Asked.Select(question => question.Id));
        Assert.Equal(Triage.Green, result.Severity);
    }

    [Fact]
    public void Unanswered_is_Unknown_and_a_severity_stands_as_soon_as_it_is_known_and_never_falls()
    {
        Assert.Equal(Triage.Unknown, AnswerRules.Evaluate(Copd, Answers("")).Severity);
        Assert.Equal(Triage.Unknown, AnswerRules.Evaluate(Copd, Answers("dyspnoea=no cough=no")).Severity);
        AnswersResult early = AnswerRules.Evaluate(Copd, Answers("dyspnoea=yes"));
        Assert.Equal((Triage.Yellow, false), (early.Severity, early.IsComplete));
    }

    /// <summary>Every way through the questions, answer by answer: severity only rises, it ends, and it is Green exactly when no rule holds.</summary>
    [Theory]
    [InlineData("copd-daily")]
    [InlineData("copd-daily-rn")]
    [InlineData("everyday-observations")]
    public void Every_way_through_the_questions_ends_and_severity_only_rises(string id)
    {
        Questionnaire questionnaire = Shipped.Config.Content.Questionnaires[id];
        int ways = 0;
        void Walk(Dictionary<string, string> given, Triage before)
        {
            AnswersResult result = AnswerRules.Evaluate(questionnaire, given);
            Triage now = result.Severity!.Value;
            Assert.True(now >= before || (before == Triage.Unknown && now == Triage.Green), $"{before} became {now}");
            Assert.Equal(now is Triage.Green, result.IsComplete && result.Reasons.Count == 0);
            if (result.Next is not { } next)
            {
                ways++;
                Assert.Equal(given.Count, result.Asked.Count);
                return;
            }
            foreach (Choice choice in next.Choices)
            {
                Walk(new Dictionary<string, string>(given) { [next.Id] = choice.Word }, now);
            }
        }
        Walk([], Triage.Unknown);
        Assert.True(ways >= 90, $"{ways}");
    }

    [Theory]
    [InlineData("0 0 0 0 0 0 0 0", 0, "low")]
    [InlineData("2 1 1 1 1 1 1 1", 9, "low")]
    [InlineData("3 1 1 1 1 1 1 1", 10, "medium")]
    [InlineData("5 5 5 5 0 0 0 0", 20, "medium")]
    [InlineData("5 5 5 5 1 0 0 0", 21, "high")]
    [InlineData("5 5 5 5 5 5 0 0", 30, "high")]
    [InlineData("5 5 5 5 5 5 1 0", 31, "very-high")]
    [InlineData("5 5 5 5 5 5 5 5", 40, "very-high")]
    public void CAT_is_eight_items_of_0_to_5(string answers, int total, string band)
    {
        AnswersResult result = AnswerRules.Evaluate(Cat, Cat.Questions.Zip(answers.Split(' ')).ToDictionary(pair => pair.First.Id, pair => pair.Second));
        Assert.Equal((total, total, total, band, (Triage?)null), (result.Total, result.Lowest, result.Highest, result.Band!.Word, result.Severity));
    }

    [Fact]
    public void An_unfinished_CAT_has_bounds_and_no_total()
    {
        AnswersResult result = AnswerRules.Evaluate(Cat, Answers("cough=3 phlegm=5"));
        Assert.Equal((null, 8, 38, null), (result.Total, result.Lowest, result.Highest, result.Band));
    }

    [Fact]
    public void MRC_is_labelled_and_moved_by_one_so_that_0_to_4_and_1_to_5_are_never_mixed()
    {
        int? total = AnswerRules.Evaluate(Mrc, Answers("breathless=2")).Total;
        Assert.Equal([("mmrc", "mMRC 0-4", 2), ("MCS88021", "MRC 1-5", 3)], Mrc.Total!.Reports.Select(report => (report.Code, report.Label.Da, (total + report.Add)!.Value)));
    }

    [Theory]
    [InlineData("yes yes yes no no", "type-1")]
    [InlineData("yes no yes no no", "type-2")]
    [InlineData("no yes no no yes", "type-3")]
    [InlineData("no yes no no no", null)]
    [InlineData("no no no yes yes", null)]
    public void Anthonisens_types_can_be_held(string answers, string? type) =>
        Assert.Equal(type, AnswerRules.Evaluate(Anthonisen, Anthonisen.Questions.Zip(answers.Split(' ')).ToDictionary(pair => pair.First.Id, pair => pair.Second)).Result?.Word);

    [Fact]
    public void Any_change_that_staff_see_asks_for_a_TOBS()
    {
        Questionnaire everyday = Shipped.Config.Content.Questionnaires["everyday-observations"];
        Dictionary<string, string> usual = everyday.Questions.ToDictionary(question => question.Id, _ => "no");
        Assert.Equal("as-usual", AnswerRules.Evaluate(everyday, usual).Result!.Word);
        Assert.All(everyday.Questions, question =>
        {
            AnswersResult result = AnswerRules.Evaluate(everyday, new Dictionary<string, string>(usual) { [question.Id] = "yes" });
            Assert.Equal(("measure-tobs", Triage.Yellow), (result.Result!.Word, result.Severity));
        });
    }

    [Fact]
    public void An_answer_travels_as_an_item_like_a_reading_and_a_word_that_cannot_be_chosen_is_kept_as_unusable()
    {
        Question cough = Copd.Find("cough")!;
        ReadingItem item = Copd.Item(cough, "yes", 7, 1001, new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero), "s1000");
        Assert.True(WireItems.TryRead(WireItems.Write(item), out Item? read, out string problem), problem);
        Assert.Equal(("answer", "answer/copd-daily/cough", "yes", "good", "s1000"), (read!.Kind, read.Code, ((ReadingItem)read).Answer, ((ReadingItem)read).Grade, ((ReadingItem)read).Set));
        ReadingItem odd = Copd.Item(cough, "perhaps", 7, 1002, item.At, "s1000");
        Assert.Equal(("unusable", null, "unknown-word"), (odd.Grade, odd.Set, odd.Reasons.Single()));
        Assert.True(AnswerCode.TryRead(item.Code, out string questionnaire, out string question));
        Assert.Equal(("copd-daily", "cough"), (questionnaire, question));
    }

    [Theory]
    [InlineData("answer/copd-daily/cough", "yes", true)]
    [InlineData("answer/oxygen", "no", true)]
    [InlineData("80288-4", "voice", true)]
    [InlineData("answer/copd-daily/", "yes", false)]
    [InlineData("answer//cough", "yes", false)]
    [InlineData("answer/copd-daily/cough/again", "yes", false)]
    [InlineData("answer/Copd/cough", "yes", false)]
    [InlineData("answer/copd-daily/cough", "", false)]
    [InlineData("answer/copd-daily/cough", "Yes, since my daughter Else was here", false)]
    public void An_answer_to_a_question_is_a_code_and_a_word_and_never_free_text(string code, string word, bool taken)
    {
        var item = new ReadingItem { Kind = WireWord.Answer, Tick = 1, Code = code, Assignment = 1, At = DateTimeOffset.UnixEpoch, Answer = word, Sensor = "manual", Grade = "good", Reasons = [] };
        Assert.Equal(taken, WireItems.TryRead(WireItems.Write(item), out _, out string problem));
        Assert.Equal(taken, problem.Length == 0);
    }

    private static Dictionary<string, string> Answers(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    private static Questionnaire Read(string json) =>
        QuestionnaireFile.TryRead(Encoding.UTF8.GetBytes(json), "q.json", out Questionnaire? read, out IReadOnlyList<string> problems) ? read! : throw new InvalidOperationException(string.Join("; ", problems));

    private static string YesNo(string id) =>
        $$$"""{"id":"{{{id}}}","text":{"da":"x","en":"x"},"choices":[{"word":"no","text":{"da":"nej","en":"no"}},{"word":"yes","text":{"da":"ja","en":"yes"}}]}""";

    private static string Yes(string question) => $$"""{"question":"{{question}}","words":["yes"]}""";
}
