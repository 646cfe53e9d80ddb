using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>A Yellow that waits to be measured again: no alert is owed meanwhile, and from the end of the waiting on one is.</summary>
public sealed class WaitingIngestTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Waits = TimeSpan.FromMinutes(5);

    private readonly TestHub hub = new();
    private readonly TestLane readings = new(WireWord.ReadingLane), alerts = new(WireWord.AlertLane);
    private readonly TestHome home;
    private int read, alerted;

    public WaitingIngestTests()
    {
        home = new TestHome(hub, settings => settings with
        {
            Charts = [.. hub.Data.Charts.Values],
            Plan = new JudgingPlan("copd-intensive", "2026-11-2", new Assessor(new AssessmentRules
            {
                Charts = [.. hub.Data.Charts.Values], Asked = [], Required = VitalMask.Of(["spo2"]), Limits = [new Limit("spo2", "%", LowYellow: 88)],
            }), TimeZoneInfo.Utc),
            MeasureAgainFirst = new MeasureAgainFirst(Waits, null),
        });
        Measures(88);
        Assert.Null(Open);
    }

    public void Dispose() => hub.Dispose();

    private CareCase? Open => hub.Store.Read(store => store.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical));

    private int AlertsOfTheHub => hub.Store.Read(store => store.OpenFindings(TestHub.Gateway, 99)).Count(row => row.Code == "finding/alert-raised-by-hub");

    private long Owed => hub.Store.Read(store => store.DueToDos(hub.Now.AddDays(1), 99)).Count(row => row.Kind == ToDo.WaitEnds);

    [Fact]
    public void Nothing_is_owed_while_it_waits_and_an_alert_that_is_lost_is_missed_from_the_end_on()
    {
        hub.Now += Waits + OwedAlert.Patience - Second;
        Work();
        Assert.Null(Open);
        hub.Now += Second;
        Work();
        Assert.Equal((Triage.Yellow, 1), (Open!.Triage, AlertsOfTheHub));
        Assert.Equal(0, Owed);
    }

    [Fact]
    public void What_was_measured_again_and_is_normal_is_never_an_alert()
    {
        hub.Now += TimeSpan.FromMinutes(3);
        Measures(93);
        Assert.Equal(0, Owed);
        hub.Now += TimeSpan.FromHours(1);
        Work();
        Assert.Null(Open);
    }

    [Fact]
    public void The_gateways_own_alert_at_the_end_is_the_one_alert()
    {
        hub.Now += Waits;
        Send(home.Measure((Burst?)null)); // its time is over
        Assert.Equal(Triage.Yellow, Open!.Triage);
        hub.Now += OwedAlert.Patience;
        Work();
        Assert.Equal((0, 0), (AlertsOfTheHub, Owed));
    }

    [Fact]
    public void A_second_value_beyond_the_limit_answers_it_and_its_own_alert_is_owed_as_ever()
    {
        hub.Now += TimeSpan.FromMinutes(3);
        IReadOnlyList<LaneItem> items = home.Measure((Vital.Spo2, 87));
        Assert.Contains(items, item => item.Item is AlertItem);
        Send([.. items.Where(item => item.Lane == WireWord.ReadingLane)]); // the alert is lost
        Assert.Equal(0, Owed);
        hub.Now += OwedAlert.Patience;
        Work();
        Assert.Equal((Triage.Yellow, 1), (Open!.Triage, AlertsOfTheHub));
    }

    private void Measures(double spo2) => Send(home.Measure((Vital.Spo2, spo2)));

    private void Send(IReadOnlyList<LaneItem> items)
    {
        Send(alerts, WireWord.AlertLane, items, ref alerted);
        Send(readings, WireWord.ReadingLane, items, ref read);
        Work();
    }

    private void Work()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing more is owed at this time
        }
    }

    private void Send(TestLane lane, string name, IReadOnlyList<LaneItem> items, ref int sent)
    {
        Item[] mine = [.. items.Where(item => item.Lane == name).Select(item => item.Item)];
        if (mine.Length > 0)
        {
            lane.Add(mine);
            hub.Take(lane.Pack(sent + 1, sent + mine.Length));
            sent += mine.Length;
        }
    }
}
