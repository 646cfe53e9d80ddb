using TeleMonitor.Care.Cases;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>From what a gateway sends to a Yellow case that closes by itself.</summary>
public sealed class NormalSetIngestTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly TestLane readings = new(WireWord.ReadingLane), alerts = new(WireWord.AlertLane);
    private readonly TestHome home;
    private int read, alerted;

    public NormalSetIngestTests() => home = new TestHome(hub);

    public void Dispose() => hub.Dispose();

    [Fact]
    public void Three_normal_sets_over_twelve_hours_close_it_and_the_story_says_why()
    {
        Measures(pulse: 112, word: "habitual");
        CareCase open = hub.Store.Read(store => store.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!;
        Assert.Equal(Triage.Yellow, open.Triage);
        for (int set = 0; set < 3; set++)
        {
            Assert.NotNull(hub.Store.Read(store => store.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical)));
            hub.Now = hub.Now.AddHours(6);
            Measures(pulse: 72, word: "habitual");
        }
        Assert.Null(hub.Store.Read(store => store.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical)));
        string[] story = [.. hub.Store.Read(store => store.EventsOf(long.Parse(open.Id))).Select(happened => happened.Change)];
        Assert.Equal(["cleared-recorded", "normal-counted", "normal-counted", "closed-normal"], story.Where(change => change is not ("opened" or "rung-climbed" or "last-rung-repeated")));
    }

    [Fact]
    public void A_set_that_is_Green_by_one_chart_and_Yellow_by_the_other_is_no_normal_one()
    {
        Measures(pulse: 112, word: "habitual");
        for (int set = 0; set < 5; set++)
        {
            hub.Now = hub.Now.AddHours(6);
            Measures(pulse: 72, word: "confusion"); // TOBS 1 point, Green; NEWS2 3 points in one part, Yellow
        }
        Assert.Equal((CaseState.Open, 0), hub.Store.Read(store => store.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical)) is { } still ? (still.State, still.NormalSets) : default);
    }

    private void Measures(double pulse, string word)
    {
        Measured Number(Vital vital, double value) => new(vital, value, VitalCode.Of(vital).Unit, "manual");
        IReadOnlyList<LaneItem> items = home.Measure(new Burst(
        [
            Number(Vital.Pulse, pulse), Number(Vital.Respiration, 16), Number(Vital.Spo2, 97), Number(Vital.Temperature, 37), Number(Vital.Systolic, 130),
            new Measured(Vital.Consciousness, null, "", "manual") { Answer = word }, new Measured(Vital.Oxygen, null, "", "manual") { Answer = "no" },
        ], ClosesSet: true));
        Send(alerts, items, ref alerted);
        Send(readings, items, ref read);
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing more is owed at this time
        }
    }

    private void Send(TestLane lane, IReadOnlyList<LaneItem> items, ref int sent)
    {
        Item[] mine = [.. items.Where(item => item.Lane == (ReferenceEquals(lane, alerts) ? WireWord.AlertLane : WireWord.ReadingLane)).Select(item => item.Item)];
        if (mine.Length > 0)
        {
            lane.Add(mine);
            hub.Take(lane.Pack(sent + 1, sent + mine.Length));
            sent += mine.Length;
        }
    }
}
