using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>One item that stands for several numbers: what was thinned, what is gone (design.md rule 14 and section 6).</summary>
public sealed class RangeBatchTests : IDisposable
{
    private const string Outbox = "0123456789abcdef";
    private static readonly Chain After = new(0xabcdef);
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private static ReadingItem Pulse(long tick) => new()
    {
        Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = 1, At = DateTimeOffset.UnixEpoch, Value = 72, Unit = "/min", Sensor = "manual", Grade = "good",
    };

    private static ThinnedItem Thinned(long from, long to, string? outbox = null) => new()
    {
        Kind = WireWord.Thinned, Tick = 900, Code = WireWord.ThinnedReadings, Assignment = 1, At = DateTimeOffset.UnixEpoch, Outbox = outbox, From = from, To = to,
        Vitals = [new ThinnedVital("8867-4", to - from + 1, 60, 80, 70, 61, 79, "/min")],
    };

    private static GoneItem Gone(string lane, long from, long to, string? outbox = null) => new()
    {
        Kind = WireWord.Gone, Tick = 901, Code = WireWord.GonePrefix + lane, Assignment = 1, At = DateTimeOffset.UnixEpoch, Lane = lane, Outbox = outbox, From = from, To = to, Why = "forgotten",
    };

    private static IncomingBatch Range(string lane, Item item, long first, long through, Chain before)
    {
        byte[] body = Batch.Write(new BatchHead(Outbox, lane, first, before, DateTimeOffset.UnixEpoch, TestLane.Context), [WireItems.Write(item)]);
        return new IncomingBatch(TestHub.Gateway, lane, body, new BatchProperties(Outbox, lane, first, 1, before, After, through).ToUserProperties());
    }

    [Fact]
    public void A_thinned_range_moves_the_cursor_to_its_end_with_the_chain_that_the_outbox_kept_and_is_known()
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2));
        hub.Take(lane.PackAll());
        Ingested taken = hub.Take(Range(WireWord.ReadingLane, Thinned(3, 50), 3, 50, lane.Last));
        Assert.Equal((IngestOutcome.Stored, 50L, After.ToString(), 0L), (taken.Outcome, taken.Receipt!.Through, taken.Receipt.Chain, taken.Receipt.Refused));
        Assert.Equal(new ThinnedRow(Outbox, 3, 50, 48), hub.Store.Read(read => read.Thinned(TestHub.Gateway)).Single());
        Assert.Equal(48, taken.Counts["telemonitor_hub_thinned_numbers_total"]);
        Assert.Equal(IngestOutcome.AlreadyStored, hub.Take(Range(WireWord.ReadingLane, Thinned(3, 50), 3, 50, lane.Last)).Outcome);
        Assert.Single(hub.Store.Read(read => read.Thinned(TestHub.Gateway)));
    }

    [Fact]
    public void A_range_that_begins_inside_what_is_stored_is_taken_and_the_next_batch_continues_its_chain()
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2));
        hub.Take(lane.PackAll());
        Assert.Equal(IngestOutcome.Stored, hub.Take(Range(WireWord.ReadingLane, Thinned(1, 9), 1, 9, Chain.Zero)).Outcome);
        byte[] item = WireItems.Write(Pulse(77));
        byte[] body = Batch.Write(new BatchHead(Outbox, WireWord.ReadingLane, 10, After, DateTimeOffset.UnixEpoch, TestLane.Context), [item]);
        Ingested next = hub.Take(new IncomingBatch(TestHub.Gateway, WireWord.ReadingLane, body, new BatchProperties(Outbox, WireWord.ReadingLane, 10, 1, After, After.Next(item)).ToUserProperties()));
        Assert.Equal((IngestOutcome.Stored, 10L, 1), (next.Outcome, next.Receipt!.Through, next.Items));
    }

    [Fact]
    public void A_range_after_a_gap_is_asked_for_again_and_one_that_does_not_follow_the_chain_differs()
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1)).PackAll());
        Assert.Equal(IngestOutcome.Gap, hub.Take(Range(WireWord.ReadingLane, Thinned(3, 9), 3, 9, Chain.Zero)).Outcome);
        Assert.Equal(IngestOutcome.ChainDiffers, hub.Take(Range(WireWord.ReadingLane, Thinned(2, 9), 2, 9, new Chain(5))).Outcome);
        Assert.Empty(hub.Store.Read(read => read.Thinned(TestHub.Gateway)));
    }

    [Fact]
    public void What_is_gone_is_a_loss_that_support_sees_and_in_the_alert_lane_somebody_calls_the_citizen()
    {
        Ingested readings = hub.Take(Range(WireWord.ReadingLane, Gone(WireWord.ReadingLane, 1, 7), 1, 7, Chain.Zero));
        Assert.Equal((IngestOutcome.Stored, 7L, false), (readings.Outcome, readings.Receipt!.Through, readings.Work));
        Assert.Equal(7, readings.Counts["telemonitor_hub_gone_numbers_total{lane=\"reading\"}"]);
        hub.Worker.Work(hub.Now);
        Assert.Equal(0, hub.Counts.Cases);

        Assert.True(hub.Take(Range(WireWord.AlertLane, Gone(WireWord.AlertLane, 1, 2) with { Tick = 902 }, 1, 2, Chain.Zero)).Work);
        hub.Worker.Work(hub.Now);
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.UnreadableAlert)));
        Assert.Equal([new GoneRow(Outbox, "alert", 1, 2, "forgotten", null), new GoneRow(Outbox, "reading", 1, 7, "forgotten", null)], hub.Store.Read(read => read.Gone(TestHub.Gateway)));
        Assert.Equal(2, hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 9)).Count(finding => finding.Code == "finding/items-gone"));
    }

    [Fact]
    public void In_an_outbox_made_anew_such_an_item_has_one_number_and_goes_on_naming_the_old_file()
    {
        Ingested taken = hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1), Thinned(40, 90, "00000000000000aa"), Gone(WireWord.ReadingLane, 91, 95, "00000000000000aa")).PackAll());
        Assert.Equal((IngestOutcome.Stored, 3L, 3), (taken.Outcome, taken.Receipt!.Through, taken.Items));
        Assert.Equal("00000000000000aa", hub.Store.Read(read => read.Thinned(TestHub.Gateway)).Single().Outbox);
        Assert.Equal(91, hub.Store.Read(read => read.Gone(TestHub.Gateway)).Single().FromNumber);
    }

    [Theory]
    [InlineData(3, 49, 3, 50, RefusalReason.RangeWrong)] // the item says less than it takes
    [InlineData(2, 50, 3, 50, RefusalReason.RangeWrong)]
    [InlineData(4, 50, 3, 50, RefusalReason.RangeWrong)]
    public void A_range_whose_item_names_other_numbers_is_put_aside_and_the_lane_goes_on(long from, long to, long first, long through, RefusalReason reason)
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2));
        hub.Take(lane.PackAll());
        Ingested taken = hub.Take(Range(WireWord.ReadingLane, Thinned(from, to), first, through, lane.Last));
        Assert.Equal((through, reason), (taken.Receipt!.Through, Assert.Single(taken.Refused).Reason));
        Assert.Empty(hub.Store.Read(read => read.Thinned(TestHub.Gateway)));
        Assert.Equal(1, hub.Counts.Quarantined);
    }

    [Fact]
    public void A_range_in_a_lane_that_it_is_not_about_and_one_of_an_ordinary_item_are_put_aside()
    {
        Ingested wrongLane = hub.Take(Range(WireWord.AlertLane, Gone(WireWord.ReadingLane, 1, 7), 1, 7, Chain.Zero));
        Assert.Equal(RefusalReason.WrongLane, Assert.Single(wrongLane.Refused).Reason);
        Assert.True(wrongLane.Work); // in the alert lane whatever cannot be taken is a call to the citizen
        Ingested ordinary = hub.Take(Range(WireWord.ReadingLane, Pulse(1), 1, 7, Chain.Zero));
        Assert.Equal((RefusalReason.RangeWrong, 7L), (Assert.Single(ordinary.Refused).Reason, ordinary.Receipt!.Through));
        Ingested other = hub.Take(Range(WireWord.ReadingLane, Thinned(8, 9, "00000000000000aa"), 8, 9, After));
        Assert.Equal(RefusalReason.RangeWrong, Assert.Single(other.Refused).Reason);
        Assert.Equal((0, 3), (hub.Counts.Stored, hub.Counts.Quarantined));
    }

    [Fact]
    public void A_range_of_any_length_that_nobody_can_read_is_put_aside_as_one()
    {
        IncomingBatch batch = Range(WireWord.ReadingLane, Thinned(1, 4_000_000_000_000), 1, 4_000_000_000_000, Chain.Zero);
        Ingested taken = hub.Take(batch with { Body = batch.Body[..^9] });
        Assert.Equal((IngestOutcome.RefusedWhole, 4_000_000_000_000L, 1L), (taken.Outcome, taken.Receipt!.Through, taken.Receipt.Refused));
    }
}
