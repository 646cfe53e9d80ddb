using System.Text;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>The duplicate, late, gap and poison matrix of one lane (design.md sections 5 and 6).</summary>
public sealed class BatchIngestTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private static ReadingItem Pulse(long tick, double value = 72, int assignment = 1) => new()
    {
        Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = assignment, At = DateTimeOffset.UnixEpoch, Value = value, Unit = "/min", Sensor = "manual", Grade = "good",
        Label = new ReplayLabel("h1", (int)tick),
    };

    [Fact]
    public void A_batch_is_stored_and_the_receipt_names_its_last_item_and_chain()
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2));
        Ingested taken = hub.Take(lane.PackAll());
        Assert.Equal((IngestOutcome.Stored, 2), (taken.Outcome, taken.Items));
        Assert.Equal((hub.Store.HubId, 2L, lane.Last.ToString(), 0L), (taken.Receipt!.Hub, taken.Receipt.Through, taken.Receipt.Chain, taken.Receipt.Refused));
        Assert.Null(taken.Receipt.Resend);
    }

    [Fact]
    public void The_same_batch_again_is_receipted_again_and_stored_once()
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2));
        hub.Take(lane.PackAll());
        Ingested again = hub.Take(lane.PackAll());
        Assert.Equal((IngestOutcome.AlreadyStored, 2L), (again.Outcome, again.Receipt!.Through));
        Assert.Equal((2, 0, 2), (hub.Counts.Stored, hub.Counts.Duplicates, hub.Counts.Resent));
    }

    [Fact]
    public void An_overlapping_batch_adds_only_what_is_new()
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2), Pulse(3), Pulse(4));
        hub.Take(lane.Pack(1, 2));
        Ingested overlap = hub.Take(lane.Pack(2, 4));
        Assert.Equal((IngestOutcome.Stored, 2, 4L), (overlap.Outcome, overlap.Items, overlap.Receipt!.Through));
        Assert.Equal((4, 0), (hub.Counts.Stored, hub.Counts.Duplicates));
    }

    [Fact]
    public void A_gap_is_answered_with_where_to_send_from_and_nothing_is_stored()
    {
        TestLane lane = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2), Pulse(3));
        hub.Take(lane.Pack(1, 1));
        Ingested gap = hub.Take(lane.Pack(3, 3));
        Assert.Equal((IngestOutcome.Gap, 1L, true), (gap.Outcome, gap.Receipt!.Through, gap.Receipt.Resend));
        Assert.Equal(1, hub.Counts.Stored);
    }

    [Fact]
    public void Another_file_under_the_same_outbox_id_is_noticed_by_its_chain()
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2)).PackAll());
        TestLane other = new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(7), Pulse(8));
        Assert.Equal(IngestOutcome.ChainDiffers, hub.Take(other.Pack(3, 3)).Outcome);
        Assert.Equal(IngestOutcome.ChainDiffers, hub.Take(other.Pack(1, 3)).Outcome); // overlapping: the overlap itself differs
        Assert.Equal(2, hub.Counts.Stored);
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/chain-differs");
    }

    [Fact]
    public void The_same_item_under_another_outbox_is_stored_once_because_identity_is_not_the_sequence()
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1), Pulse(2)).PackAll());
        Ingested restored = hub.Take(new TestLane(WireWord.ReadingLane, outbox: "fedcba9876543210").Add(Pulse(1), Pulse(2), Pulse(3)).PackAll());
        Assert.Equal((IngestOutcome.Stored, 1, 3L), (restored.Outcome, restored.Items, restored.Receipt!.Through));
        Assert.Equal((3, 0, 2), (hub.Counts.Stored, hub.Counts.Duplicates, hub.Counts.Resent));
    }

    [Theory]
    [InlineData(WireWord.AlertLane)]
    [InlineData(WireWord.ReadingLane)]
    [InlineData(WireWord.StatusLane)]
    public void A_poison_item_is_put_aside_with_its_bytes_and_the_lane_goes_on(string name)
    {
        byte[] poison = Encoding.UTF8.GetBytes("""{"kind":"from-the-future","tick":2,"code":"x","asg":1,"at":"2026-11-22T10:00:00+00:00"}""");
        TestLane lane = new TestLane(name).Add(Pulse(1)).AddBytes(poison).Add(Pulse(3));
        Ingested taken = hub.Take(lane.PackAll());
        Assert.Equal((IngestOutcome.Stored, 2, 3L, 1L), (taken.Outcome, taken.Items, taken.Receipt!.Through, taken.Receipt.Refused));
        QuarantineRow row = Assert.Single(hub.Store.Read(read => read.Quarantined()));
        Assert.Equal((2L, 1L, (long)poison.Length), (row.FirstNumber, row.ItemCount, row.ByteCount));
        Assert.Contains("kind 'from-the-future'", row.Reason, StringComparison.Ordinal);
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/item-refused");
        Assert.Equal(name == WireWord.AlertLane, taken.Work);
    }

    [Theory]
    [InlineData(WireWord.AlertLane, true)]
    [InlineData(WireWord.ReadingLane, false)]
    [InlineData(WireWord.StatusLane, false)]
    public void An_unparsable_batch_is_put_aside_whole_and_the_next_continues_its_chain(string name, bool opensCase)
    {
        TestLane lane = new TestLane(name).Add(Pulse(1), Pulse(2), Pulse(3));
        Ingested refused = hub.Take(lane.Pack(1, 2, spoil: body => body[..^7]));
        Assert.Equal((IngestOutcome.RefusedWhole, 2L, 2L), (refused.Outcome, refused.Receipt!.Through, refused.Receipt.Refused));
        Ingested next = hub.Take(lane.Pack(3, 3));
        Assert.Equal((IngestOutcome.Stored, 3L, lane.Last.ToString()), (next.Outcome, next.Receipt!.Through, next.Receipt.Chain));
        hub.Worker.Work(hub.Now);
        CareCase? unreadable = hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.UnreadableAlert));
        Assert.Equal(opensCase, unreadable is not null);
        if (opensCase)
        {
            Assert.Equal((Triage.Red, "akut-aabenraa"), (unreadable!.Triage, unreadable.Team));
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_body_is_refused_whole_and_never_stored_as_something_else()
    {
        int bits = 8 * new TestLane(WireWord.ReadingLane).Add(Pulse(1)).PackAll().Body.Length;
        for (int bit = 0; bit < bits; bit += 7) // co-prime to 8: every bit position and nearly every byte
        {
            var lane = new TestLane(WireWord.ReadingLane, outbox: $"{bit:x16}");
            int flip = bit;
            lane.Add(Pulse(1));
            Ingested taken = hub.Take(lane.Pack(1, 1, spoil: body => Flip(body, flip)));
            // a flip in a field that the chain does not cover (sent, boot, versions) may pass, but never a flip in the item
            Assert.True(taken.Outcome is IngestOutcome.RefusedWhole or IngestOutcome.Stored, $"bit {bit}: {taken.Outcome}");
        }
        Assert.All(hub.Store.Read(read => read.Readings(1)), bytes => Assert.Equal(WireItems.Write(Pulse(1)), bytes));
    }

    private static byte[] Flip(byte[] body, int bit)
    {
        byte[] flipped = [.. body];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    [Fact]
    public void A_batch_whose_properties_are_unusable_gets_no_receipt_but_a_finding()
    {
        IncomingBatch batch = new TestLane(WireWord.ReadingLane).Add(Pulse(1)).PackAll();
        Ingested taken = hub.Take(batch with { Properties = [.. batch.Properties.Where(property => property.Key != "after")] });
        Assert.Equal((IngestOutcome.NoProperties, null), (taken.Outcome, taken.Receipt));
        Assert.Contains(hub.Store.Read(read => read.Findings()), finding => finding.Code == "finding/batch-without-properties");
    }

    [Fact]
    public void An_unregistered_gateway_is_answered_unknown_and_nothing_is_stored()
    {
        Ingested taken = hub.Take(new TestLane(WireWord.ReadingLane, "gw-stranger-1").Add(Pulse(1)).PackAll());
        Assert.Equal((IngestOutcome.Unregistered, "unknown", null), (taken.Outcome, taken.Receipt!.Answer, taken.Receipt.Through));
        Assert.Equal(0, hub.Counts.Stored);
    }

    [Theory]
    [InlineData(2, "not one of this gateway's")] // another gateway's citizen
    [InlineData(99, "not one of this gateway's")]
    [InlineData(3, "is closed")]
    public void A_value_never_lands_on_a_citizen_it_was_not_assigned_to(int assignment, string reason)
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1, assignment: assignment)).PackAll());
        Assert.Equal((0, 1), (hub.Counts.Stored, hub.Counts.Quarantined));
        Assert.Contains(reason, hub.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_of_a_later_wire_version_is_put_aside_whole()
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1)).Pack(1, 1, spoil: body => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal))));
        Assert.Contains("v must be 1, it is 2", hub.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_reading_under_a_stored_identity_is_put_aside_and_not_taken_for_a_copy()
    {
        hub.Take(new TestLane(WireWord.ReadingLane).Add(Pulse(1, value: 72)).PackAll());
        Ingested taken = hub.Take(new TestLane(WireWord.ReadingLane, outbox: "00000000000000bb").Add(Pulse(1, value: 140), Pulse(2)).PackAll());
        Assert.Equal((1, 1L, 2L), (taken.Items, taken.Receipt!.Refused, taken.Receipt.Through));
        Assert.Contains("same boot, tick and code", hub.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_red_that_is_nobodys_is_on_no_citizen_and_brings_a_call_to_everybody_in_the_home()
    {
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(4, TestHub.Gateway, "c-test-4", "aabenraa", hub.Now.AddDays(-1), null, false)));
        Item[] items = [.. new TestHome(hub, assignment: 0).Measure((Vital.Pulse, 135)).Select(item => item.Item)];
        hub.Take(new TestLane(WireWord.AlertLane).Add([.. items.OfType<AlertItem>()]).PackAll());
        hub.Take(new TestLane(WireWord.ReadingLane).Add([.. items.Where(item => item is not AlertItem)]).PackAll());
        hub.Worker.Work(hub.Now);
        Assert.Equal((items.Length, 0, 2), (hub.Counts.Quarantined, hub.Counts.Stored, hub.Counts.Cases));
        foreach (string citizen in new[] { TestHub.Citizen, "c-test-4" })
        {
            Assert.Equal(Triage.Red, hub.Store.Read(read => read.OpenCaseOf(citizen, CaseKind.UnreadableAlert))!.Triage);
            Assert.Null(hub.Store.Read(read => read.OpenCaseOf(citizen, CaseKind.Clinical)));
        }
        Assert.Null(hub.Store.Read(read => read.OpenCaseOf("c-test-3", CaseKind.UnreadableAlert))); // lived here before
    }

    [Fact]
    public void An_alert_of_an_ended_assignment_is_about_its_own_citizen_and_not_the_present_one()
    {
        var home = new TestHome(hub, assignment: 3);
        Item[] alerts = [.. home.Measure((Vital.Pulse, 135)).Where(item => item.Lane == WireWord.AlertLane).Select(item => item.Item)];
        hub.Take(new TestLane(WireWord.AlertLane).Add(alerts).PackAll());
        hub.Worker.Work(hub.Now);
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf("c-test-3", CaseKind.UnreadableAlert)));
        Assert.Null(hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.UnreadableAlert)));
    }
}
