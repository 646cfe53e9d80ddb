using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Whose a measurement is, in a whole gateway with its outbox file: question, finding, answer, power cut.</summary>
public sealed class AskingHomeTests : IDisposable
{
    private readonly HelpHome home = new(JudgedHome.TobsOnly with { Assignment = 7 }, JudgedHome.TobsOnly with { Assignment = 8 });

    public void Dispose() => home.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_question_outlives_a_power_cut_and_its_value_lands_on_whom_was_named(bool reboot)
    {
        DateTimeOffset came = home.Now;
        Measure(70);
        home.Pass(1);
        AskedQuestion asked = Assert.Single(home.Asked);
        Assert.Equal((1, came, "7 8"), (asked.Number, asked.At, string.Join(' ', asked.Among)));
        Assert.Equal([Vital.Pulse], asked.Vitals);
        Assert.Equal("a device that several use gave a measurement and did not say whose: the home's page asks", Finding);
        Assert.Empty(Readings);

        if (reboot)
        {
            home.Reboot();
        }
        else
        {
            home.Start();
        }
        Assert.Equal(came, Assert.Single(home.Asked).At);
        home.Pass(60);
        Answer(1, 8);
        ReadingItem reading = Assert.Single(Readings);
        Assert.Equal((8, 70.0, came, "good", GradeReason.Claimed), (reading.Assignment, reading.Value, reading.At, reading.Grade, Assert.Single(reading.Reasons)));
        Assert.Empty(home.Asked);
        Assert.Null(Finding);
        Answer(1, 7);
        home.Start();
        home.Pass(700);
        Assert.Single(Readings);
    }

    [Fact]
    public void The_finding_stays_after_a_question_without_an_answer_and_closes_with_the_next_that_has_one()
    {
        Measure(70);
        home.Pass(601);
        Assert.Equal(0, Assert.Single(Readings).Assignment);
        Assert.Equal("a device gave a measurement and nobody said whose it is: it is kept, and counts for nobody", Finding);
        home.Start();
        Assert.NotNull(Finding);
        Measure(71);
        home.Pass(1);
        Answer(2, null);
        Assert.Equal([0, 0], Readings.Select(reading => reading.Assignment));
        Assert.Null(Finding); // somebody has answered: it was none of theirs
    }

    [Fact]
    public void A_red_that_nobody_claims_is_on_the_alert_lane_after_two_minutes_and_light_and_buzzer_know()
    {
        home.Deliver(new SensorMessage(new Burst([JudgedHome.Number(Vital.Respiration, 36)]), Assignment: 0));
        home.Pass(119);
        Assert.Equal(UrgentState.Nothing, home.State);
        home.Pass(3);
        AlertItem alert = Assert.Single(Of<AlertItem>(WireWord.AlertLane));
        Assert.Equal((0, "red"), (alert.Assignment, alert.Triage));
        Assert.NotEqual(UrgentState.Nothing, home.State);
        home.Pass(3600);
        Assert.Single(Of<AlertItem>(WireWord.AlertLane));
    }

    [Fact]
    public void When_somebodys_loan_ends_what_waits_is_delivered_as_nobodys_before_anything_is_wiped()
    {
        Measure(70);
        home.Pass(1);
        string before = home.Outbox.Id;
        home.Start(ending: [8]);
        home.Link.Connect();
        home.Pass(30);
        Assert.Empty(home.Asked);
        Assert.NotEqual(before, home.Outbox.Id); // wiped
        ReadingItem reading = Assert.Single(home.Hub.Stored(WireWord.ReadingLane).Select(bytes => WireItems.TryRead(bytes, out Item? item, out _) ? item : null).OfType<ReadingItem>());
        Assert.Equal((0, 70.0), (reading.Assignment, reading.Value));
        Assert.True(WaitingBursts.TryRead(home.Outbox.ReadState(WaitingBursts.StateNumber)!.Bytes, out WaitingBursts kept));
        Assert.Empty(kept.Waiting);
    }

    [Fact]
    public void A_state_that_cannot_be_read_is_said_and_the_rest_goes_on()
    {
        home.Outbox.Commit(new OutboxCommit
        {
            Context = home.Identity.ContextOf(home.Identity.Now()), Items = [], States = [(WaitingBursts.StateNumber, new RuleState([1, 2, 3], TimeSpan.Zero))],
        });
        home.Start();
        Assert.Contains(home.Outbox.ReadFindings(), finding => finding.Code == "rules/state");
        Measure(70);
        home.Pass(1);
        Assert.Single(home.Asked);
    }

    private string? Finding => home.Outbox.ReadFindings().FirstOrDefault(finding => finding.Code == "sensor/whose")?.Text;

    private IReadOnlyList<ReadingItem> Readings => Of<ReadingItem>(WireWord.ReadingLane);

    private void Measure(double pulse) => home.Deliver(new SensorMessage(new Burst([JudgedHome.Number(Vital.Pulse, pulse)]), Assignment: 0));

    private void Answer(int number, int? whose)
    {
        home.Deliver(new SensorMessage(null) { Answer = new WhoseAnswer(number, whose) });
        home.Pass(1);
    }

    private IReadOnlyList<T> Of<T>(string lane) where T : Item =>
        [.. (home.Outbox.ReadBatch(lane, 0, Batch.MaxItems)?.Items ?? []).Select(bytes => WireItems.TryRead(bytes.Span, out Item? item, out _) ? item : null).OfType<T>()];
}
