using System.Text;
using System.Text.Json.Nodes;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>Symptoms that last: rules over days, by the citizen's calendar and the form's own answers.</summary>
public sealed class LastingSymptomTests
{
    private const string None = "dyspnoea=no cough=no sputum=no", Two = "dyspnoea=yes inhaler=no cough=yes sputum=no", One = "dyspnoea=yes inhaler=no cough=no sputum=no",
        More = "dyspnoea=no cough=no sputum=yes sputum-amount=yes sputum-colour=no antibiotics=no", Usual = "dyspnoea=no cough=no sputum=yes sputum-amount=no sputum-colour=no antibiotics=no";

    private static Questionnaire Copd => Shipped.Config.Content.Questionnaires["copd-daily"];

    private static Dictionary<string, string> Words(string answers) => answers.Split(' ').ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);

    /// <summary>The last day's severity; days are separated by a bar, one without a form is empty.</summary>
    private static string Severity(string days)
    {
        string[] forms = days.Split('|');
        IReadOnlyList<AnsweredDay> kept = [];
        for (int day = 0; day < forms.Length - 1; day++)
        {
            kept = forms[day].Length == 0 ? kept : AnsweredDay.With(kept, new AnsweredDay("copd-daily", day, Words(forms[day])));
        }
        return TriageWord.Of(AnswerRules.Evaluate(Copd, Words(forms[^1]), AnsweredDay.Before(kept, "copd-daily", forms.Length - 1)).Severity!.Value);
    }

    [Theory]
    [InlineData(Two, "yellow")] // the first day
    [InlineData(None + "|" + Two, "yellow")]
    [InlineData(Two + "|" + Two, "red")]
    [InlineData(One + "|" + Two, "red")] // one cardinal symptom that lasts is enough
    [InlineData(Two + "||" + Two, "red")] // a day without a form hides nothing
    [InlineData(Two + "|" + None + "|" + Two, "yellow")] // a finished form without it breaks
    [InlineData(Two + "|dyspnoea=yes|" + Two, "red")] // one that was not finished does not
    [InlineData(One + "|cough=no|" + One, "red")]
    [InlineData(Two + "|||||||" + Two, "yellow")] // a week ago says nothing of how long it has lasted
    [InlineData("dyspnoea=yes inhaler=no cough=no sputum=yes sputum-amount=yes sputum-colour=yes sputum-colour-usual=no antibiotics=no", "red")] // all three cardinal symptoms at once
    [InlineData(More + "|" + One, "yellow")] // another one on the second day
    [InlineData(More + "|" + Usual, "green")]
    [InlineData(Usual + "|" + Usual + "|" + Usual, "green")] // phlegm every day, as usual
    [InlineData("dyspnoea=no cough=yes sputum=no|dyspnoea=no cough=yes sputum=no", "green")] // cough is no cardinal symptom
    public void A_cardinal_symptom_is_Yellow_and_Red_on_the_second_day_running(string days, string severity) => Assert.Equal(severity, Severity(days));

    [Theory]
    [InlineData(1, "red")]
    [InlineData(2, "red")]
    [InlineData(3, "yellow")]
    public void The_diary_definition_of_two_symptoms_on_days_running_can_be_held(int days, string severity)
    {
        AnswerIs Yes(string question) => new(question, ["yes"]);
        var rule = new SeverityRule("dyspnoea", Triage.Red, [new AnswerCondition(1, [Yes("dyspnoea"), Yes("sputum-amount"), Yes("sputum-colour")]), new AnswerCondition(2, [Yes("dyspnoea"), Yes("sputum-amount"), Yes("sputum-colour"), Yes("cough")])], "x", days);
        Questionnaire diary = Copd with { Rules = [.. Copd.Rules.Take(3), rule] };
        AnsweredDay[] before = [new AnsweredDay("copd-daily", 6, Words(Two)), new AnsweredDay("copd-daily", 5, Words(One))];
        Assert.Equal(severity, TriageWord.Of(AnswerRules.Evaluate(diary, Words(Two), before).Severity!.Value));
    }

    [Fact]
    public void The_last_form_of_a_day_is_the_days_and_a_week_is_kept()
    {
        IReadOnlyList<AnsweredDay> kept = [];
        for (int day = 0; day < 20; day++)
        {
            kept = AnsweredDay.With(kept, new AnsweredDay("copd-daily", day, Words(None)));
            kept = AnsweredDay.With(kept, new AnsweredDay("copd-daily", day, Words(Two)));
            kept = AnsweredDay.With(kept, new AnsweredDay("other", day, Words(None)));
        }
        Assert.Equal(2 * AnsweredDay.Kept, kept.Count);
        Assert.Equal([18, 17, 16, 15, 14], AnsweredDay.Before(kept, "copd-daily", 19).Take(5).Select(one => one.Day));
        Assert.All(AnsweredDay.Before(kept, "copd-daily", 19), one => Assert.Equal("yes", one.Words["dyspnoea"]));
        Assert.Equal(4, AnsweredDay.With(kept, new AnsweredDay("copd-daily", 14, Words(One))).Count); // the clock went back: days to come are forgotten
    }

    private static JudgeSettings Settings(string zone) => JudgedHome.Settings with
    {
        Plan = new JudgingPlan("copd-intensive", "2026-11-2", new Assessor(new AssessmentRules
        {
            Charts = JudgedHome.Settings.Charts, Asked = [], Required = VitalMask.Of(["pulse", "spo2"]),
            Symptoms = [.. Copd.Rules.Select(rule => Reason.Symptom(rule.Question, rule.Severity)).Distinct()],
        }), TimeZoneInfo.FindSystemTimeZoneById(zone)) { Questions = Copd },
    };

    private static string Told(JudgedHome home, double hours, string answers) =>
        home.At(hours * 60, new Burst([]) { Told = new ToldAnswers("copd-daily", [.. Words(answers)], ["symptom/nonsense/red"]) }).OfType<AlertItem>().LastOrDefault()?.Triage ?? "";

    [Fact]
    public void The_judge_works_out_what_the_plans_answers_come_to_and_remembers_them_over_a_power_cut()
    {
        var home = new JudgedHome(Settings("UTC"), serialises: true);
        Assert.Equal("yellow", Told(home, 0, Two));
        home.Reboots();
        Assert.Equal("red", Told(home, 24, Two));
    }

    [Theory]
    [InlineData("UTC", "yellow")] // noon and 22:30 of one day
    [InlineData("Europe/Copenhagen", "yellow")] // 13:00 and 23:30
    [InlineData("Asia/Tokyo", "red")] // 21:00, and 07:30 of the next
    public void Days_are_those_of_the_citizens_zone(string zone, string last)
    {
        var home = new JudgedHome(Settings(zone), serialises: true);
        Told(home, 0, Two);
        Told(home, 10.5, Two);
        Assert.Equal(last, home.Said.OfType<AlertItem>().Last().Triage);
    }

    [Fact]
    public void A_state_of_before_there_were_days_is_read_and_one_with_a_broken_day_is_not()
    {
        var home = new JudgedHome(Settings("UTC"));
        Told(home, 0, Two);
        JsonNode json = JsonNode.Parse(home.State.Write())!;
        Assert.Single(json["Answered"]!.AsArray());
        json["Answered"]![0]!["Words"]!["cough"] = null;
        Assert.False(JudgeState.TryRead(Encoding.UTF8.GetBytes(json.ToJsonString()), out _));
        json.AsObject().Remove("Answered");
        Assert.True(JudgeState.TryRead(Encoding.UTF8.GetBytes(json.ToJsonString()), out JudgeState read));
        Assert.Empty(read.Answered);
    }
}
