using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Evaluation.Homes;

/// <summary>The product's own rules, stepped as the gateway steps them: every burst, and every due time between two bursts.</summary>
internal sealed class JudgeArm
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero); // a Monday; no change of clock in the eight weeks after

    private const int MostAgain = 2; // once before a Yellow is said, once more where that turned out Red

    private readonly Home home;
    private readonly JudgeSettings settings;
    private readonly (PlanVariant Variant, Questionnaire Questions)? plan;
    private readonly List<Statement> said = [];
    private readonly CaseLoad cases = new();
    private JudgeState state = JudgeState.Empty;
    private TimeSpan? due;
    private long tick;

    private JudgeArm(Home home, JudgeSettings settings, (PlanVariant Variant, Questionnaire Questions)? plan)
    {
        (this.home, this.settings, this.plan) = (home, settings, plan);
    }

    /// <summary>Every shipped chart on scale 1 and nothing else: what an assignment without a plan gets.</summary>
    public static Arm ChartsOnly(FirmwareConfig firmware) => new("charts without a plan", home => new JudgeArm(home,
        new JudgeSettings { Assignment = 1, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors, ConfirmWithin = TimeSpan.FromMinutes(5) }, null).Run());

    /// <summary>The rules of a plan with the citizen's settings.</summary>
    public static Arm WithPlan(FirmwareConfig firmware, PlanVariant variant)
    {
        Func<Home, JudgeSettings> settingsOf = PlanArm.For(firmware, variant);
        Questionnaire questions = PlanArm.QuestionsOf(firmware, variant);
        return new Arm(variant.Name, home => new JudgeArm(home, settingsOf(home), (variant, questions)).Run());
    }

    private List<Statement> Run()
    {
        foreach (HomeBurst burst in home.Bursts())
        {
            HomeBurst? latest = burst;
            for (int time = 1; latest is not null && Take(latest) && time <= MostAgain; time++)
            {
                latest = home.Again(burst, time);
            }
        }
        StepDue(home.Citizen.End);
        return said;
    }

    private bool Take(HomeBurst burst)
    {
        StepDue(burst.At);
        return (burst.Values.Count > 0 || burst.Answers is not null) && Step(new Burst(burst.Values) { Told = plan?.Variant.Told(plan.Value.Questions, burst.Answers) }, burst.At);
    }

    private void StepDue(TimeSpan until)
    {
        while (due is { } at && at < until)
        {
            Step(null, at);
        }
    }

    /// <summary>One step; true when a second measurement is asked for.</summary>
    private bool Step(Burst? burst, TimeSpan at)
    {
        JudgeResult result = Judge.Step(state, burst, new Moment("boot", at, Midnight + at), settings, () => ++tick);
        bool closed = result.State.Last is { } last && !string.Equals(last.Id, state.Last?.Id, StringComparison.Ordinal);
        bool asksAgain = result.State.Confirming is { IsSaid: false } waiting && !string.Equals(waiting.Set, state.Confirming?.Set, StringComparison.Ordinal);
        (state, due) = (result.State, result.NextDue);
        foreach (AlertItem alert in result.Items.Select(item => item.Item).OfType<AlertItem>())
        {
            asksAgain |= alert.ConfirmingUntil is not null;
            Say(alert, at);
        }
        if (closed)
        {
            // a Yellow that waits has said nothing yet, and is no normal set
            Triage triage = result.Items.Select(item => item.Item).OfType<AssessmentItem>().LastOrDefault() is { } set && TriageWord.TryRead(set.Triage, out Triage said) ? said : state.Standing.Triage;
            cases.Set(at, triage);
        }
        return asksAgain;
    }

    private void Say(AlertItem alert, TimeSpan at)
    {
        if (string.Equals(alert.Because, AlertRule.Word(AlertBecause.NotConfirmed), StringComparison.Ordinal))
        {
            // the Red that was to be confirmed was none: it stays an alert, and what it said is Yellow
            int first = said.FindLastIndex(statement => statement.Triage == Triage.Red);
            said[first] = said[first] with { Triage = Triage.Yellow };
        }
        TriageWord.TryRead(alert.Triage, out Triage triage);
        bool counts = Counted.Contains(alert.Because) && cases.Alert(at, triage, alert.Reasons);
        said.Add(new Statement(at, triage, counts, string.Join(' ', alert.Reasons)));
    }

    private static readonly HashSet<string> Counted =
        [AlertRule.Word(AlertBecause.BecameYellow), AlertRule.Word(AlertBecause.BecameRed), AlertRule.Word(AlertBecause.NewReason)];
}
