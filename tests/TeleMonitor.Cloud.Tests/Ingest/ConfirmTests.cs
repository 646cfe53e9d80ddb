using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>Confirm before Red never delays the alert, and the hub holds the deadline (design.md section 8).</summary>
public sealed class ConfirmTests : IDisposable
{
    private readonly TestHub hub = new();
    private int outboxes;

    public void Dispose() => hub.Dispose();

    /// <summary>Red by its total alone: TOBS 5, no part with 3.</summary>
    private static readonly (Vital, double)[] MayWait = [(Vital.Pulse, 112), (Vital.Respiration, 22), (Vital.Temperature, 38.5)];
    private static readonly (Vital, double)[] Normal = [(Vital.Pulse, 72), (Vital.Respiration, 16)];

    private TestHome Home(bool confirms = true) => new(hub, confirmWithin: confirms ? TimeSpan.FromMinutes(5) : null);

    private Ingested Send(IEnumerable<LaneItem> items, string lane = WireWord.AlertLane) => Send([.. items.Where(item => item.Lane == lane).Select(item => item.Item)], lane);

    private Ingested Send(Item[] items, string lane = WireWord.AlertLane) => hub.Take(new TestLane(lane, outbox: $"{++outboxes:x16}").Add(items).PackAll());

    private void Settle(HubStore? other = null)
    {
        var worker = new CaseWorker(other ?? hub.Store, hub.Data);
        while (worker.Work(hub.Now) > 0)
        {
            // until nothing more is owed at this time
        }
    }

    private CareCase? Case => hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical));

    private static AlertItem Alert(IEnumerable<LaneItem> items) => items.Select(item => item.Item).OfType<AlertItem>().Single();

    [Fact]
    public void A_Red_that_waits_opens_its_case_at_once_as_Yellow_and_says_so()
    {
        IReadOnlyList<LaneItem> items = Home().Measure(MayWait);
        Assert.Equal(("red", true), (Alert(items).Triage, Alert(items).ConfirmingUntil is not null));
        Send(items);
        Settle();
        Assert.Equal((Triage.Yellow, Confirming.Awaited), (Case!.Triage, Case.Confirming));
    }

    [Fact]
    public void Nothing_by_the_deadline_is_Red_and_unconfirmed_once_and_over_a_restart_of_the_hub()
    {
        Send(Home().Measure(MayWait));
        Settle();
        hub.Now += ConfirmRule.Wait - TimeSpan.FromSeconds(1);
        Settle();
        Assert.Equal(Triage.Yellow, Case!.Triage);
        hub.Now += TimeSpan.FromSeconds(1);
        using (HubStore restarted = HubStore.Open(hub.StoreFile, hub.Now))
        {
            Settle(restarted);
        }
        Assert.Equal((Triage.Red, Confirming.Unanswered, CaseState.Open), (Case!.Triage, Case.Confirming, Case.State));
        long version = Case.Version;
        Settle();
        Assert.Equal(version, Case.Version);
        Assert.Equal("higher-triage", hub.Store.Read(read => read.PagesOf(1))[^1].Reason);
    }

    [Fact]
    public void A_second_measurement_that_is_Red_too_is_Red_now_and_the_deadline_is_gone()
    {
        TestHome home = Home();
        Send(home.Measure(MayWait));
        Settle();
        hub.Now = hub.Now.AddMinutes(2);
        IReadOnlyList<LaneItem> second = home.Measure(MayWait);
        Assert.Equal("confirmed", second.Select(item => item.Item).OfType<AlertItem>().First().Because);
        Send(second);
        Settle();
        Assert.Equal((Triage.Red, Confirming.Confirmed), (Case!.Triage, Case.Confirming));
        long version = Case.Version;
        hub.Now = hub.Now.AddMinutes(7);
        Assert.Empty(hub.Store.Read(read => read.DueToDos(hub.Now, 9)));
        Assert.Equal(version, Case.Version);
    }

    [Fact]
    public void A_normal_second_measurement_leaves_it_Yellow_with_both_values_and_the_scores_do_not_make_it_Red()
    {
        TestHome home = Home();
        IReadOnlyList<LaneItem> first = home.Measure(MayWait);
        Send(first);
        Send(first, WireWord.ReadingLane);
        Settle();
        hub.Now = hub.Now.AddMinutes(2);
        IReadOnlyList<LaneItem> second = home.Measure([(Vital.Pulse, 72), (Vital.Respiration, 16), (Vital.Temperature, 37.0)]);
        AlertItem answer = second.Select(item => item.Item).OfType<AlertItem>().First();
        Assert.Equal(("not-confirmed", 2), (answer.Because, answer.Inputs.Count(input => input.Code == "8867-4")));
        Send(second);
        Send(second, WireWord.ReadingLane);
        hub.Now = hub.Now.AddMinutes(20);
        Settle();
        Assert.Equal((Triage.Yellow, Confirming.NotConfirmed), (Case!.Triage, Case.Confirming));
        Assert.DoesNotContain(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/alert-raised-by-hub");
    }

    [Fact]
    public void A_second_measurement_that_the_gateway_calls_normal_while_its_values_are_Red_is_Red()
    {
        IReadOnlyList<LaneItem> items = Home().Measure(MayWait);
        AlertItem alert = Alert(items);
        Send(items);
        Send([alert with { Tick = alert.Tick + 100, Because = "not-confirmed", Triage = "yellow", ConfirmingUntil = null }]);
        Settle();
        Assert.Equal(Triage.Red, Case!.Triage);
    }

    [Theory]
    [InlineData(135, 16)] // a part with 3 points
    [InlineData(112, 31)]
    public void A_gateway_cannot_ask_for_waiting_where_the_design_allows_none(double pulse, double respiration)
    {
        IReadOnlyList<LaneItem> items = Home(confirms: false).Measure((Vital.Pulse, pulse), (Vital.Respiration, respiration));
        Send([Alert(items) with { ConfirmingUntil = hub.Now.AddMinutes(5) }]);
        Settle();
        Assert.Equal((Triage.Red, Confirming.None), (Case!.Triage, Case.Confirming));
    }

    [Fact]
    public void A_gateway_that_asks_again_and_again_moves_no_deadline()
    {
        AlertItem alert = Alert(Home().Measure(MayWait));
        for (int minute = 0; minute < 6; minute++)
        {
            Send([alert with { Tick = alert.Tick + minute, ConfirmingUntil = hub.Now.AddMinutes(5) }]);
            Settle();
            Assert.Equal(Triage.Yellow, Case!.Triage);
            hub.Now = hub.Now.AddMinutes(1);
        }
        Settle();
        Assert.Equal((Triage.Red, Confirming.Unanswered), (Case!.Triage, Case.Confirming));
    }

    [Fact]
    public void A_waiting_Red_sees_to_its_own_set_and_hides_no_other_one()
    {
        TestHome home = Home();
        IReadOnlyList<LaneItem> first = home.Measure(MayWait);
        long tick = Alert(first).Tick;
        Send(first);
        Send(first, WireWord.ReadingLane);
        Settle();
        hub.Now = hub.Now.AddSeconds(61);
        Settle();
        Assert.Equal(Triage.Yellow, Case!.Triage); // rule 8 is content: the Red of this set is being seen to

        IReadOnlyList<LaneItem> worse = Home(confirms: false).Measure((Vital.Pulse, 135), (Vital.Respiration, 16));
        Send([.. worse.Where(item => item.Lane == WireWord.ReadingLane).Select(item => item.Item switch
        {
            ScoreItem score => score with { Alert = tick, Set = "s500", Tick = score.Tick + 500, Inputs = [.. score.Inputs.Select(input => input with { Tick = input.Tick + 500 })] },
            ReadingItem reading => reading with { Set = "s500", Tick = reading.Tick + 500 },
            { } other => other,
        })], WireWord.ReadingLane);
        Settle();
        Assert.Equal(Triage.Red, Case!.Triage);
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/alert-raised-by-hub");
    }

    [Fact]
    public void The_same_waiting_alert_under_another_outbox_has_one_deadline()
    {
        IReadOnlyList<LaneItem> items = Home().Measure(MayWait);
        Send(items);
        Send(items);
        hub.Now = hub.Now.AddMinutes(7);
        Assert.Equal(["alert", "confirm"], hub.Store.Read(read => read.DueToDos(hub.Now, 9)).Select(row => row.Kind).Order());
    }

    [Fact]
    public void A_plain_Red_meanwhile_ends_the_waiting_and_an_answer_after_the_deadline_does_not_lower_it()
    {
        TestHome home = Home();
        AlertItem waiting = Alert(home.Measure(MayWait));
        Send([waiting]);
        Settle();
        hub.Now += ConfirmRule.Wait;
        Settle();
        Send([waiting with { Tick = waiting.Tick + 9, Because = "not-confirmed", Triage = "yellow", ConfirmingUntil = null, Inputs = [], Scores = [] }]);
        Settle();
        Assert.Equal((Triage.Red, Confirming.NotConfirmed), (Case!.Triage, Case.Confirming)); // a case latches
        Person nurse = hub.Data.People.All[0];
        hub.Worker.Act(1, new Take(nurse.Id), nurse, null, "", hub.Now);
        Assert.Equal(CaseState.Taken, Case!.State);
    }
}
