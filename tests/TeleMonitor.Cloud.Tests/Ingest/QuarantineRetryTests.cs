using System.Text;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>What was put aside is taken once it can be, through the same door and as often as anybody likes.</summary>
public sealed class QuarantineRetryTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private QuarantineRetry Retry => new(hub.Store, hub.Data.Charts);

    private IReadOnlyList<RetryLine> RetryAll() => [.. hub.Store.Read(read => read.QuarantineOpen()).Select(id => Retry.Retry(id, hub.Now))];

    private void Register(int assignment) =>
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(assignment, TestHub.Gateway, $"c-test-{assignment}", "aabenraa", hub.Now.AddDays(-1), null, false)));

    private static IncomingBatch Lane(IReadOnlyList<LaneItem> items, string lane) =>
        new TestLane(lane).Add([.. items.Where(item => item.Lane == lane).Select(item => item.Item)]).PackAll();

    [Fact]
    public void Items_of_an_assignment_that_is_registered_later_are_taken_once_and_their_alert_opens_its_case()
    {
        IReadOnlyList<LaneItem> items = new TestHome(hub, assignment: 7).Measure((Vital.Pulse, 135), (Vital.Respiration, 16));
        hub.Take(Lane(items, WireWord.AlertLane));
        hub.Take(Lane(items, WireWord.ReadingLane));
        Assert.Equal((0, items.Count), (hub.Counts.Stored, hub.Counts.Quarantined));
        Assert.All(RetryAll(), line => Assert.Equal((RetryOutcome.Refused, "assignment 7 is not one of this gateway's"), (line.Outcome, line.Detail)));

        Register(7);
        IReadOnlyList<RetryLine> taken = RetryAll();
        Assert.Equal((items.Count, items.Count), (taken.Count(line => line.Outcome == RetryOutcome.Taken), taken.Sum(line => line.Items)));
        hub.Worker.Work(hub.Now);
        Assert.Equal(Triage.Red, hub.Store.Read(read => read.OpenCaseOf("c-test-7", CaseKind.Clinical))!.Triage);
        Assert.Equal((1, 0), (hub.Counts.Alerts, hub.Counts.Quarantined));

        Assert.Empty(RetryAll());
        Assert.All(taken, line => Assert.Equal(RetryOutcome.AlreadyTaken, Retry.Retry(line.Id, hub.Now).Outcome));
        Assert.Equal(items.Count, hub.Store.Read(read => read.Quarantined()).Count(row => row.TakenMs is not null)); // marked, not deleted
        Assert.Equal(1, hub.Counts.Alerts);
    }

    [Fact]
    public void A_whole_batch_is_taken_when_it_can_be_read_and_what_still_cannot_lies_by_itself()
    {
        // put aside because of a fault that is mended since: the bytes and their chain are whole
        byte[] unknown = Encoding.UTF8.GetBytes("""{"kind":"from-the-future","tick":5,"code":"x"}""");
        TestLane lane = new TestLane(WireWord.ReadingLane).Add([.. new TestHome(hub).Measure((Vital.Pulse, 70)).Where(item => item.Lane == WireWord.ReadingLane).Select(item => item.Item)]).AddBytes(unknown);
        hub.Store.Write(write => hub.Ingest.Refuse(write, lane.PackAll(), new Refusal(RefusalReason.BatchFailed, "x"), hub.Now));
        Assert.Equal(0, hub.Counts.Stored);
        RetryLine line = RetryAll().Single();
        Assert.Equal((RetryOutcome.Taken, 1, 3), (line.Outcome, line.PutAside, line.Items)); // one reading, two scores
        QuarantineRow left = hub.Store.Read(read => read.Quarantined())[0];
        Assert.Equal(("unknown-kind", 4L, null), (left.Code, left.FirstNumber, left.TakenMs));
        Assert.Equal(RetryOutcome.Refused, Retry.Retry(left.Id, hub.Now).Outcome);
        Assert.Equal((1, 1), (hub.Store.Read(read => read.Readings(1)).Count, hub.Counts.Quarantined));
    }

    [Fact]
    public void A_batch_that_was_damaged_on_its_way_is_never_taken()
    {
        ReadingItem pulse = (ReadingItem)new TestHome(hub).Measure((Vital.Pulse, 72)).First(item => item.Item is ReadingItem).Item;
        hub.Take(new TestLane(WireWord.ReadingLane).Add(pulse).Pack(1, 1, spoil: body => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("\"value\":72", "\"value\":42", StringComparison.Ordinal))));
        Assert.Equal("batch-corrupt", hub.Store.Read(read => read.Quarantined()).Single().Code);
        Assert.Equal(RetryOutcome.Refused, RetryAll().Single().Outcome);
        Assert.Equal(0, hub.Counts.Stored);
    }

    [Fact]
    public void A_score_that_is_taken_late_does_not_stand_for_what_is_known_last()
    {
        var home = new TestHome(hub, assignment: 7);
        IReadOnlyList<LaneItem> red = home.Measure((Vital.Pulse, 135), (Vital.Respiration, 16));
        Item[] without = [.. red.Where(item => item.Lane == WireWord.ReadingLane).Select(item => item.Item is ScoreItem score ? score with { Alert = null } : item.Item)];
        hub.Take(new TestLane(WireWord.ReadingLane).Add(without).PackAll()); // put aside: assignment 7 is not known
        Register(7);
        IReadOnlyList<LaneItem> green = home.Measure((Vital.Pulse, 72), (Vital.Respiration, 16));
        hub.Take(new TestLane(WireWord.ReadingLane, outbox: "00000000000000bb").Add([.. green.Where(item => item.Lane == WireWord.ReadingLane).Select(item => item.Item)]).PackAll());
        JudgedRow? known = hub.Store.Read(read => read.Judged(7));
        RetryAll();
        Assert.Equal(known, hub.Store.Read(read => read.Judged(7)));
        hub.Worker.Work(hub.Now);
        Assert.Equal(Triage.Red, hub.Store.Read(read => read.OpenCaseOf("c-test-7", CaseKind.Clinical))!.Triage); // and a Red without an alert still gets one
    }

    [Fact]
    public void A_thinned_range_of_an_assignment_that_is_registered_later_is_known_then()
    {
        var thinned = new ThinnedItem
        {
            Kind = WireWord.Thinned, Tick = 9, Code = WireWord.ThinnedReadings, Assignment = 7, At = DateTimeOffset.UnixEpoch, From = 1, To = 40, Vitals = [new ThinnedVital("8867-4", 40, 60, 80, 70, 61, 79, "/min")],
        };
        byte[] body = Batch.Write(new BatchHead("obx", WireWord.ReadingLane, 1, Chain.Zero, DateTimeOffset.UnixEpoch, TestLane.Context), [WireItems.Write(thinned)]);
        hub.Take(new IncomingBatch(TestHub.Gateway, WireWord.ReadingLane, body, new BatchProperties("obx", WireWord.ReadingLane, 1, 1, Chain.Zero, new Chain(3), 40).ToUserProperties()));
        Register(7);
        Assert.Equal(RetryOutcome.Taken, RetryAll().Single().Outcome);
        Assert.Equal(new ThinnedRow("obx", 1, 40, 40), hub.Store.Read(read => read.Thinned(TestHub.Gateway)).Single());
    }

    [Fact]
    public void An_entry_that_is_not_there_and_one_of_an_earlier_version_are_told()
    {
        Assert.Equal(RetryOutcome.Absent, Retry.Retry(99, hub.Now).Outcome);
        hub.Store.Write(write => write.Quarantine(new QuarantineEntry(TestHub.Gateway, "obx", WireWord.ReadingLane, 1, 1, "", "old"), new byte[] { 1 }, hub.Now));
        Assert.Equal(RetryOutcome.NotEnoughKept, RetryAll().Single().Outcome);
    }
}
