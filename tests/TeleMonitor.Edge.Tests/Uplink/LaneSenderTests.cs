using System.Text;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

public sealed class LaneSenderTests : IDisposable
{
    private static readonly DateTimeOffset Wall = new(1970, 1, 1, 0, 5, 0, TimeSpan.Zero); // a gateway without a clock battery
    private readonly OutboxFolder folder = new();
    private readonly SqliteOutbox outbox;
    private readonly SimHub hub = new();
    private readonly SimLink link;
    private readonly LaneSender sender;
    private TimeSpan now = TimeSpan.FromSeconds(100);
    private int statusWanted;

    public LaneSenderTests()
    {
        outbox = folder.Open();
        link = new SimLink(hub, new Random(1));
        sender = new LaneSender(outbox, link, new Random(2), OutboxFolder.Findings(outbox), () => statusWanted++);
    }

    public void Dispose()
    {
        outbox.Dispose();
        folder.Dispose();
    }

    private TimeSpan? Pass(double seconds)
    {
        TimeSpan until = now + TimeSpan.FromSeconds(seconds);
        TimeSpan? next = sender.Step(now, Wall);
        while (now < until)
        {
            now += TimeSpan.FromMilliseconds(50);
            link.RunUntil(now);
            next = sender.Step(now, Wall);
        }
        return next;
    }

    private Receipt Receipt(string lane, long through, string? hubId = null, bool? resend = null, string? chain = null, string? box = null) => new()
    {
        Hub = hubId ?? hub.Id, Outbox = box ?? outbox.Id, Lane = lane, Through = through, Chain = chain ?? outbox.ChainAt(lane, through)?.ToString() ?? new string('0', 16),
        Refused = 0, Resend = resend, At = link.HubTime,
    };

    private void Answer(Receipt receipt)
    {
        link.Deliver(LinkEventKind.Receipt, WireItems.Write(receipt));
        sender.Step(now, Wall);
    }

    private List<LinkBatch> Readings => [.. link.Sent.Where(batch => batch.Lane == "reading")]; // beside them go the findings

    private string? Finding(string code) => outbox.ReadFindings().FirstOrDefault(finding => finding.Code == code)?.Text;

    [Fact]
    public void Nothing_is_sent_before_a_connection_stands()
    {
        outbox.Commit(OutboxFolder.Many("reading", 5));
        Pass(30);
        Assert.Empty(link.Sent);
        link.Connect();
        Pass(1);
        Assert.True(sender.Drained);
        Assert.Equal(1, statusWanted);
    }

    [Fact]
    public void Alerts_go_before_a_backlog_of_readings()
    {
        outbox.Commit(OutboxFolder.Many("reading", 2000));
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("status", 1), OutboxFolder.Item("alert", 2)));
        link.Connect();
        sender.Step(now, Wall);
        Assert.Equal(["alert", "reading", "status"], link.Sent.Select(batch => batch.Lane));
    }

    [Fact]
    public void An_alert_does_not_wait_for_the_receipt_of_readings()
    {
        link.BlackHole = true;
        outbox.Commit(OutboxFolder.Many("reading", 600));
        link.Connect();
        Pass(1);
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("alert", 2)));
        sender.Step(now, Wall);
        Assert.Equal("alert", link.Sent[^1].Lane);
    }

    [Fact]
    public void Values_that_come_one_by_one_share_batches_and_an_alert_among_them_does_not_wait()
    {
        link.Connect();
        for (int tick = 1; tick <= 40; tick++)
        {
            outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("reading", tick)));
            Pass(0.1);
        }
        Assert.InRange(Readings.Count, 7, 9); // forty in four seconds
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("alert", 50)));
        sender.Step(now, Wall);
        Assert.Equal("alert", link.Sent[^1].Lane);
        Pass(LaneCourse.Pace.TotalSeconds + 0.2);
        Assert.True(sender.Drained);
    }

    [Fact]
    public void One_lane_has_one_batch_under_way_and_the_next_only_after_its_receipt()
    {
        link.BlackHole = true;
        outbox.Commit(OutboxFolder.Many("reading", 1200));
        link.Connect();
        Pass(3);
        Assert.Single(link.Sent);
        link.BlackHole = false;
        Answer(Receipt("reading", 500));
        Assert.Equal([1L, 501L], link.Sent.Select(batch => batch.Properties.First));
        Assert.Equal(500, outbox.Standing("reading").Through);
    }

    [Fact]
    public void A_puback_releases_nothing()
    {
        link.Weather = Weather.Fair with { Loss = 1 }; // the broker took it, the hub never saw it
        outbox.Commit(OutboxFolder.Many("reading", 5));
        link.Connect();
        Pass(4);
        Assert.Equal((0, 5), (outbox.Standing("reading").Through, outbox.Standing("reading").Waiting));
    }

    [Fact]
    public void Without_a_receipt_a_batch_goes_again_with_fewer_items_and_then_one_alone()
    {
        link.Weather = Weather.Fair with { Loss = 1 };
        outbox.Commit(OutboxFolder.Many("reading", 16));
        link.Connect();
        Pass(600);
        Assert.Equal([16, 2, 1, 1, 1, 1], Readings.Take(6).Select(batch => batch.Properties.Count));
        Assert.All(Readings, batch => Assert.Equal(1, batch.Properties.First));
        Assert.InRange(Readings.Count, 10, 20); // waits grow to a minute
        link.Weather = Weather.Fair;
        Pass(80);
        Assert.True(sender.Drained);
    }

    [Fact]
    public void When_no_hub_listens_it_backs_off_and_says_so_and_does_not_blame_the_size()
    {
        link.Weather = Weather.Fair with { NobodyListens = 1 };
        outbox.Commit(OutboxFolder.Many("reading", 16));
        link.Connect();
        Pass(300);
        Assert.InRange(Readings.Count, 7, 14);
        Assert.All(Readings, batch => Assert.Equal(16, batch.Properties.Count));
        Assert.NotNull(Finding("uplink/no-hub"));
        link.Weather = Weather.Fair;
        Pass(80);
        Assert.True(sender.Drained);
        Assert.Null(Finding("uplink/no-hub"));
    }

    [Fact]
    public void A_broker_that_takes_only_small_packets_gets_smaller_batches()
    {
        link.Weather = Weather.Fair with { TooLarge = 3000 };
        outbox.Commit(OutboxFolder.Many("reading", 300, 100));
        link.Connect();
        Pass(120);
        Assert.True(sender.Drained);
        Assert.Equal(300, hub.Stored("reading").Count);
    }

    [Fact]
    public void One_item_that_is_too_large_alone_is_kept_and_shown()
    {
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("reading", 1, 5000)));
        link.BlackHole = true;
        link.Connect();
        Pass(0.1);
        // a broker whose limit is below one item
        SimLinkAnswer(LinkAnswer.TooLarge);
        Assert.Contains("item 1 alone", Finding("lane/reading/too-large"), StringComparison.Ordinal);
        Assert.Equal(1, outbox.Standing("reading").Waiting);
        Pass(60);
        Assert.Single(Readings);
    }

    private void SimLinkAnswer(LinkAnswer answer)
    {
        link.Report(new LinkEvent(LinkEventKind.Answered, Readings[^1].Id, answer, Why: "test"));
        sender.Step(now, Wall);
    }

    [Fact]
    public void An_unknown_gateway_keeps_all_says_so_and_asks_again_after_ten_minutes_with_one_item()
    {
        hub.KnowsTheGateway = false;
        outbox.Commit(OutboxFolder.Many("reading", 30));
        link.Connect();
        Pass(590);
        Assert.Single(Readings);
        Assert.NotNull(Finding("uplink/unknown"));
        Pass(30);
        Assert.Equal([30, 1], Readings.Select(batch => batch.Properties.Count));
        hub.KnowsTheGateway = true;
        Pass(700);
        Assert.True(sender.Drained);
        Assert.Null(Finding("uplink/unknown"));
    }

    [Fact]
    public void A_receipt_for_another_outbox_or_lane_changes_nothing()
    {
        link.BlackHole = true;
        outbox.Commit(OutboxFolder.Many("reading", 5));
        link.Connect();
        Pass(0.1);
        Answer(Receipt("reading", 5, box: "ffffffffffffffff"));
        Answer(Receipt("reading", 5) with { Lane = "notice" });
        Answer(Receipt("reading", 5) with { Lane = null });
        link.Deliver(LinkEventKind.Receipt, Encoding.UTF8.GetBytes("{not json"));
        sender.Step(now, Wall);
        Assert.Equal(0, outbox.Standing("reading").Through);
        Assert.Equal(0, link.Unacknowledged);
        Assert.NotNull(Finding("uplink/bad-receipt"));
    }

    [Fact]
    public void Notices_are_kept_in_order_and_without_gaps_and_another_hub_starts_at_one()
    {
        void Bring(string hubId, long first, params string[] codes)
        {
            link.Deliver(LinkEventKind.Notices, WireItems.Write(new NoticeBatch { Hub = hubId, First = first, Items = [.. codes.Select(code => new Notice(code, 1, "nurse", Wall, Wall))] }));
            sender.Step(now, Wall);
        }
        Bring("hub-a", 1, "one", "two");
        Bring("hub-a", 1, "one", "two");
        Bring("hub-a", 2, "two", "three");
        Bring("hub-a", 5, "five");
        Assert.Equal(new NoticeStanding("hub-a", 3), outbox.Notices);
        Assert.Equal(["three", "two", "one"], outbox.ReadNotices(9).Select(kept => kept.Notice.Code));
        Bring("hub-b", 4, "late");
        Assert.Equal(new NoticeStanding("hub-a", 3), outbox.Notices);
        Bring("hub-b", 1, "first");
        Assert.Equal(new NoticeStanding("hub-b", 1), outbox.Notices);
        Assert.Equal((6, 0), (statusWanted, link.Unacknowledged));
    }

    [Fact]
    public void A_lost_connection_is_a_finding_until_the_next_one_stands()
    {
        link.Connect();
        Pass(0.1);
        link.Cut();
        Pass(0.1);
        Assert.Equal((false, "cut"), (sender.Connected, Finding("uplink/lost")));
        link.Connect();
        Pass(0.1);
        Assert.Equal((true, null), (sender.Connected, Finding("uplink/lost")));
    }

    /// <summary>
    /// The simulation, seed 6: the store was put back to before a Red. The reading and status lanes went again, the alert lane had nothing
    /// new to send, and so nobody knew of the Red until the next one.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hub_that_went_back_is_asked_about_a_lane_in_which_nothing_new_comes(bool restartedSince)
    {
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("alert", 1), OutboxFolder.Item("reading", 2)));
        link.Connect();
        Pass(2);
        Assert.True(sender.Drained);
        hub.Restore(new LosesAll());
        Assert.Empty(hub.Stored("alert"));
        outbox.Commit(OutboxFolder.Of(OutboxFolder.Item("status", 3)));
        LaneSender again = restartedSince ? new LaneSender(outbox, link, new Random(3), new LocalFindings(outbox, () => 99, () => OutboxFolder.Context), () => { }) : sender;
        for (int step = 0; step < 400; step++)
        {
            if (restartedSince && step == 0)
            {
                link.Cut();
                link.Connect();
            }
            now += TimeSpan.FromMilliseconds(50);
            link.RunUntil(now);
            again.Step(now, Wall);
        }
        Assert.Single(hub.Stored("alert"));
        Assert.Single(hub.Stored("reading"));
        int sent = link.Sent.Count;
        Pass(60);
        Assert.Equal(sent, link.Sent.Count); // and asked no more than once
    }

    private sealed class LosesAll() : Random(0)
    {
        public override int Next(int maxValue) => 0;
    }
}
