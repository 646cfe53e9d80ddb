using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>A press of the help button from the alert lane to its case, its pages and the notice home.</summary>
public sealed class HelpIngestTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private CareCase? Help(string citizen = TestHub.Citizen) => hub.Store.Read(read => read.OpenCaseOf(citizen, CaseKind.Help));

    private CareCase? Clinical => hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical));

    private HelpItem Press(long tick = 1, int assignment = 1, bool? test = null) => new()
    {
        Kind = WireWord.Help, Tick = tick, Code = WireWord.HelpPressed, Assignment = assignment, At = hub.Now, Triage = "red", Reasons = [Reason.Help], Interim = false,
        Inputs = [], Scores = [], Test = test,
    };

    private void Settle()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing is owed
        }
    }

    [Fact]
    public void A_press_opens_a_Red_case_of_its_own_kind_and_pages_the_team_in_one_step()
    {
        Ingested taken = hub.Take(new TestLane(WireWord.AlertLane).Add(Press()).PackAll());
        Assert.Equal((IngestOutcome.Stored, 1, true, 1L), (taken.Outcome, taken.Items, taken.Work, taken.Receipt!.Through));
        Settle();
        CareCase help = Help()!;
        Assert.Equal((CaseState.Open, Triage.Red, "help"), (help.State, help.Triage, Assert.Single(help.Reasons)));
        Assert.Equal("akut-aabenraa", Assert.Single(hub.Store.Read(read => read.PagesOf(long.Parse(help.Id)))).Receiver);
        Assert.Null(Clinical);
    }

    [Fact]
    public void The_same_press_twice_is_stored_once_and_another_joins()
    {
        TestLane lane = new TestLane(WireWord.AlertLane).Add(Press(1));
        hub.Take(lane.PackAll());
        Assert.Equal(IngestOutcome.AlreadyStored, hub.Take(lane.PackAll()).Outcome);
        lane.Add(Press(2), Press(1));
        Assert.Equal(1, hub.Take(lane.Pack(2, 3)).Items); // the copy of the first is known
        Settle();
        Assert.Equal((1, 2), (Help()!.Joined, (int)hub.Store.Read(read => read.Counts()).Alerts));
    }

    [Fact]
    public void A_press_beside_a_clinical_Red_is_a_case_of_its_own_and_neither_hides_the_other()
    {
        Item[] alerts = [.. new TestHome(hub).Measure((Vital.Pulse, 135), (Vital.Respiration, 16)).Where(item => item.Lane == WireWord.AlertLane).Select(item => item.Item)];
        hub.Take(new TestLane(WireWord.AlertLane).Add([.. alerts, Press(90_000_000)]).PackAll());
        Settle();
        Assert.Equal((Triage.Red, Triage.Red), (Clinical!.Triage, Help()!.Triage));
        Assert.NotEqual(Clinical.Id, Help()!.Id);
    }

    [Fact]
    public void A_press_does_not_stand_for_the_alert_that_a_score_names()
    {
        ScoreItem score = new TestHome(hub).Measure((Vital.Pulse, 135), (Vital.Respiration, 16)).Select(item => item.Item).OfType<ScoreItem>().First(item => item.Alert is not null);
        Item[] readings = [.. new TestHome(hub).Measure((Vital.Pulse, 135), (Vital.Respiration, 16)).Where(item => item.Lane == WireWord.ReadingLane).Select(item => item.Item)];
        hub.Take(new TestLane(WireWord.AlertLane).Add(Press(score.Alert!.Value)).PackAll());
        hub.Take(new TestLane(WireWord.ReadingLane).Add(readings).PackAll());
        hub.Now += OwedAlert.Patience + TimeSpan.FromSeconds(1);
        Settle();
        Assert.Equal((Triage.Red, AlertOrigin.Hub), (Clinical!.Triage, Clinical.LastAlertOrigin));
        Assert.NotNull(Help());
    }

    [Fact]
    public void Taking_it_tells_the_home()
    {
        hub.Take(new TestLane(WireWord.AlertLane).Add(Press()).PackAll());
        Settle();
        Person nurse = hub.Data.People.All[0];
        hub.Worker.Act(long.Parse(Help()!.Id), new Take(nurse.Id), nurse, null, "", hub.Now);
        Notice told = Assert.Single(hub.Store.Read(read => read.NoticesFor(TestHub.Gateway, hub.Store.HubId))!.Items);
        Assert.Equal(("taken", long.Parse(Help()!.Id), "acute-nurse"), (told.Code, told.Case, told.Role));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_press_at_a_synthetic_assignment_calls_the_sinks_and_no_nurse(bool mark)
    {
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(50, TestHub.Gateway, "c-self", "aabenraa", hub.Now.AddDays(-1), null, Synthetic: true)));
        hub.Take(new TestLane(WireWord.AlertLane).Add(Press(1, 50, mark ? true : null)).PackAll());
        Settle();
        Assert.Null(Help("c-self"));
        Assert.Empty(hub.Store.Read(read => read.OpenCases(null)));
        CareCase test = hub.Store.Read(read => read.OpenCaseOf("aabenraa", CaseKind.SelfTest))!;
        Assert.All(hub.Store.Read(read => read.PagesOf(long.Parse(test.Id))), page => Assert.Equal("sink", page.ReceiverKind));
        Assert.DoesNotContain(hub.Store.Read(read => read.OpenFindings(null, 100)), finding => finding.Code == "finding/test-mark-refused");
    }

    [Fact]
    public void A_test_mark_of_a_citizens_gateway_is_believed_by_nobody()
    {
        hub.Take(new TestLane(WireWord.AlertLane).Add(Press(test: true)).PackAll());
        Settle();
        Assert.NotNull(Help());
        Assert.Contains(hub.Store.Read(read => read.OpenFindings(null, 100)), finding => finding.Code == "finding/test-mark-refused");
    }

    [Fact]
    public void A_press_of_an_assignment_that_has_ended_is_about_its_own_citizen_and_never_about_the_present_one()
    {
        hub.Take(new TestLane(WireWord.AlertLane).Add(Press(assignment: 3)).PackAll());
        Settle();
        Assert.Null(Help());
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf("c-test-3", CaseKind.UnreadableAlert)));
    }

    [Fact]
    public void A_press_that_comes_hours_late_opens_its_case_and_says_when_it_was()
    {
        HelpItem press = Press();
        TestLane lane = new TestLane(WireWord.AlertLane).Add(press with { At = DateTimeOffset.UnixEpoch.AddHours(-6) }); // the lane packs as of the epoch
        hub.Take(lane.PackAll());
        Settle();
        Assert.Equal((CaseState.Open, true, DateTimeOffset.UnixEpoch.AddHours(-6)), (Help()!.State, Help()!.Late, Help()!.LateAt));
    }

    [Fact]
    public void The_case_survives_that_the_store_is_opened_again_with_its_repeats_counted()
    {
        TestLane lane = new TestLane(WireWord.AlertLane).Add(Press(1), Press(2), Press(3), Press(4));
        hub.Take(lane.Pack(1, 1));
        Settle();
        Person nurse = hub.Data.People.All[0];
        hub.Worker.Act(long.Parse(Help()!.Id), new Take(nurse.Id), nurse, null, "", hub.Now);
        hub.Take(lane.Pack(2, 3));
        Settle();
        using (HubStore again = HubStore.Open(hub.StoreFile, hub.Now))
        {
            Assert.Equal((CaseState.Taken, 2), (again.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Help))!.State, again.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Help))!.JoinedSinceTaken));
        }
        hub.Take(lane.Pack(4, 4));
        Settle();
        Assert.Equal(CaseState.Open, Help()!.State);
        Assert.Equal("reopened-third-repeat", hub.Store.Read(read => read.EventsOf(long.Parse(Help()!.Id)))[^1].Change);
    }

    [Fact]
    public void A_press_that_a_hub_of_before_put_aside_is_taken_after_the_upgrade()
    {
        byte[] bytes = WireItems.Write(Press());
        TestLane lane = new TestLane(WireWord.AlertLane).AddBytes(bytes);
        hub.Store.Write(write => hub.Ingest.Refuse(write, lane.PackAll(), new Refusal(RefusalReason.UnknownKind, "kind 'help' is not known to this version"), hub.Now));
        Settle();
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.UnreadableAlert))); // somebody was asked to call all the same
        var retry = new QuarantineRetry(hub.Store, hub.Data.Charts);
        Assert.All(hub.Store.Read(read => read.QuarantineOpen()), id => Assert.Equal(RetryOutcome.Taken, retry.Retry(id, hub.Now).Outcome));
        Settle();
        Assert.NotNull(Help());
    }
}
