using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>The more severe judgement counts, and a score that calls for an alert gets one (design.md rule 8).</summary>
public sealed class OwedAlertTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private static readonly (Vital, double)[] Red = [(Vital.Pulse, 135), (Vital.Respiration, 16)];

    [Fact]
    public void A_Red_set_whose_alert_comes_first_opens_one_case_and_checks_as_the_same()
    {
        IReadOnlyList<LaneItem> items = new TestHome(hub).Measure(Red);
        hub.Take(Lane(items, WireWord.AlertLane));
        hub.Take(Lane(items, WireWord.ReadingLane));
        Settle();
        Assert.Equal((1, 1, 2, 0, 0), (hub.Counts.Cases, hub.Counts.Alerts, hub.Counts.Scores, hub.Counts.ScoreDifferences, hub.Counts.Unverified));
        Assert.Equal(Triage.Red, hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!.Triage);
    }

    [Fact]
    public void A_score_whose_alert_has_not_come_in_60_seconds_raises_the_hubs_own()
    {
        IReadOnlyList<LaneItem> items = new TestHome(hub).Measure(Red);
        hub.Take(Lane(items, WireWord.ReadingLane));
        hub.Worker.Work(hub.Now.AddSeconds(59));
        Assert.Equal(0, hub.Counts.Cases);
        hub.Now = hub.Now.AddSeconds(60);
        Settle();
        Assert.Equal((1, 1), (hub.Counts.Cases, hub.Counts.Alerts));
        CareCase open = hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!;
        Assert.Equal((AlertOrigin.Hub, Triage.Red), (open.LastAlertOrigin, open.Triage));
    }

    [Fact]
    public void An_alert_that_comes_within_the_60_seconds_is_enough()
    {
        IReadOnlyList<LaneItem> items = new TestHome(hub).Measure(Red);
        hub.Take(Lane(items, WireWord.ReadingLane));
        hub.Take(Lane(items, WireWord.AlertLane));
        hub.Now = hub.Now.AddSeconds(61);
        Settle();
        Assert.Equal((1, 1), (hub.Counts.Cases, hub.Counts.Alerts));
    }

    [Fact]
    public void A_gateway_that_names_no_alert_where_one_is_owed_is_overruled_at_once()
    {
        IReadOnlyList<LaneItem> items = [.. new TestHome(hub).Measure(Red).Select(item => item.Item is ScoreItem score ? item with { Item = score with { Alert = null } } : item)];
        hub.Take(Lane(items, WireWord.ReadingLane));
        Settle();
        Assert.Equal(1, hub.Counts.Cases);
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/alert-raised-by-hub");
    }

    [Fact]
    public void A_gateway_that_scores_less_severely_is_a_difference_and_the_hubs_result_is_an_alert()
    {
        IReadOnlyList<LaneItem> items = [.. new TestHome(hub).Measure(Red).Select(item => item.Item is ScoreItem score
            ? item with { Item = score with { Lowest = 0, Triage = "green", Alert = null, Parts = new Dictionary<string, int>() } } : item)];
        hub.Take(Lane(items, WireWord.ReadingLane));
        Settle();
        Assert.Equal((2, 1), (hub.Counts.ScoreDifferences, hub.Counts.Cases));
        Assert.Equal(Triage.Red, hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!.Triage);
    }

    [Fact]
    public void An_alert_that_calls_itself_Yellow_while_its_values_are_Red_opens_a_Red_case()
    {
        IReadOnlyList<LaneItem> items = [.. new TestHome(hub).Measure(Red).Select(item => item.Item is AlertItem alert ? item with { Item = alert with { Triage = "yellow" } } : item)];
        hub.Take(Lane(items, WireWord.AlertLane));
        Settle();
        Assert.Equal(Triage.Red, hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!.Triage);
    }

    [Fact]
    public void A_score_whose_input_is_not_stored_is_unverified_and_no_difference()
    {
        LaneItem[] items = [.. new TestHome(hub).Measure(Red).Where(item => item.Item is not ReadingItem { Code: "8867-4" })];
        hub.Take(Lane(items, WireWord.ReadingLane));
        Assert.Equal((0, 2), (hub.Counts.ScoreDifferences, hub.Counts.Unverified));
    }

    [Fact]
    public void Another_engine_version_is_skew_and_no_difference()
    {
        IReadOnlyList<LaneItem> items = new TestHome(hub).Measure(Red);
        var versions = new Dictionary<string, string>(TestLane.Context.Versions) { ["engine"] = "other" };
        var lane = new TestLane(WireWord.ReadingLane);
        LaneItem[] readings = [.. items.Where(item => item.Lane == WireWord.ReadingLane)];
        lane.Add([.. readings.Select(item => item.Item)]);
        hub.Take(lane.Pack(1, readings.Length, context: TestLane.Context with { Versions = versions }));
        Assert.Equal((0, 2), (hub.Counts.ScoreDifferences, hub.Counts.Skew));
    }

    [Fact]
    public void A_Yellow_that_stays_as_it_is_raises_nothing_more()
    {
        var home = new TestHome(hub);
        var alerts = new TestLane(WireWord.AlertLane);
        var readings = new TestLane(WireWord.ReadingLane);
        int alertCount = 0, readingCount = 0;
        for (int set = 0; set < 4; set++)
        {
            foreach (LaneItem item in home.Measure((Vital.Pulse, 112), (Vital.Respiration, 16)))
            {
                (item.Lane == WireWord.AlertLane ? alerts : readings).Add(item.Item);
                alertCount += item.Lane == WireWord.AlertLane ? 1 : 0;
                readingCount += item.Lane == WireWord.ReadingLane ? 1 : 0;
            }
        }
        hub.Take(alerts.Pack(1, alertCount));
        hub.Take(readings.Pack(1, readingCount));
        hub.Now = hub.Now.AddMinutes(5);
        Settle();
        Assert.Equal((1, 1, 1), (alertCount, hub.Counts.Alerts, hub.Counts.Cases));
    }

    /// <summary>Seed 4743 of the simulation: the alert was about values that were measured again since, and was lost with its card.</summary>
    [Fact]
    public void A_named_alert_that_never_comes_is_raised_though_the_finished_set_asks_for_none()
    {
        var home = new TestHome(hub);
        var alerts = new TestLane(WireWord.AlertLane);
        var readings = new TestLane(WireWord.ReadingLane);
        (int alertCount, int readingCount) = (0, 0);
        foreach (bool named in new[] { false, true })
        {
            foreach (LaneItem item in home.Measure((Vital.Pulse, 112), (Vital.Respiration, 16)))
            {
                (item.Lane == WireWord.AlertLane ? alerts : readings).Add(named && item.Item is ScoreItem score ? score with { Alert = 1 } : item.Item);
                alertCount += item.Lane == WireWord.AlertLane ? 1 : 0;
                readingCount += item.Lane == WireWord.ReadingLane ? 1 : 0;
            }
        }
        hub.Take(alerts.Pack(1, alertCount));
        hub.Take(readings.Pack(1, readingCount));
        Settle();
        Assert.Equal(1, hub.Counts.Alerts);
        hub.Now = hub.Now.AddSeconds(61);
        Settle();
        Assert.Equal(2, hub.Counts.Alerts);
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/alert-raised-by-hub");
    }

    [Fact]
    public void A_Red_score_of_another_engine_whose_named_alert_never_comes_is_raised_as_the_gateway_said_it()
    {
        var versions = new Dictionary<string, string>(TestLane.Context.Versions) { ["engine"] = "other" };
        Item[] readings = [.. new TestHome(hub).Measure(Red).Where(item => item.Lane == WireWord.ReadingLane).Select(item => item.Item)];
        hub.Take(new TestLane(WireWord.ReadingLane).Add(readings).Pack(1, readings.Length, context: TestLane.Context with { Versions = versions }));
        hub.Now = hub.Now.AddSeconds(61);
        Settle();
        CareCase open = hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!;
        Assert.Equal((Triage.Red, true), (open.Triage, open.Reasons.Any(reason => reason.EndsWith("/pulse/3", StringComparison.Ordinal))));
    }

    private static IncomingBatch Lane(IReadOnlyList<LaneItem> items, string lane) =>
        new TestLane(lane).Add([.. items.Where(item => item.Lane == lane).Select(item => item.Item)]).PackAll();

    private void Settle()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing more is owed at this time
        }
    }
}
