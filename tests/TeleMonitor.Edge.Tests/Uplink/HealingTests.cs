using System.Text;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

/// <summary>Cards that were restored or cloned, and hubs that ask for what is no longer kept: nothing is lost, doubled or silent.</summary>
public sealed partial class HealingTests : IDisposable
{
    private static readonly DateTimeOffset Wall = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly OutboxFolder folder = new();
    private readonly SimHub hub = new();
    private readonly SimLink link;
    private readonly List<byte[]> accepted = [];
    private TimeSpan now = TimeSpan.FromSeconds(100);
    private SqliteOutbox outbox;
    private LaneSender sender;
    private long tick;

    public HealingTests()
    {
        link = new SimLink(hub, new Random(1));
        outbox = folder.Open();
        sender = new LaneSender(outbox, link, new Random(2), OutboxFolder.Findings(outbox), () => { });
    }

    public void Dispose()
    {
        outbox.Dispose();
        folder.Dispose();
    }

    private void Accept(string lane, int count, string boot = "boot-1")
    {
        OutboxItem[] items = [.. Enumerable.Range(0, count).Select(_ => OutboxFolder.Item(lane, ++tick))];
        outbox.Commit(OutboxFolder.Of(items) with { Context = OutboxFolder.Context with { Boot = boot } });
        accepted.AddRange(items.Select(item => item.Bytes));
    }

    private void Pass(double seconds)
    {
        for (TimeSpan until = now + TimeSpan.FromSeconds(seconds); now < until; now += TimeSpan.FromMilliseconds(50))
        {
            link.RunUntil(now);
            sender.Step(now, Wall);
        }
    }

    private void Use(string path)
    {
        outbox.Dispose();
        link.Cut();
        outbox = folder.Open(path);
        sender = new LaneSender(outbox, link, new Random(3), OutboxFolder.Findings(outbox), () => { });
        link.Connect();
    }

    private string Image(string name)
    {
        outbox.Dispose(); // a card is copied from a machine that is off
        File.Copy(folder.Path, folder.Beside(name));
        outbox = folder.Open();
        sender = new LaneSender(outbox, link, new Random(4), OutboxFolder.Findings(outbox), () => { });
        return folder.Beside(name);
    }

    private void AllIsThere()
    {
        Assert.True(sender.Drained);
        string[] stored = [.. WireWord.Lanes.SelectMany(hub.Stored).Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal)];
        Assert.Equal(accepted.Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal), stored);
    }

    private FindingItem[] Told(string code) => [.. hub.Said("status").OfType<FindingItem>().Where(finding => finding.Code == code)];

    [Theory]
    [InlineData(1, "beyond its end")]
    [InlineData(30, "other items, overlapping")]
    [InlineData(20, "other items up to the same number")]
    [InlineData(700, "more than one batch")]
    public void A_card_that_was_restored_goes_on_under_a_new_id_and_loses_and_doubles_nothing(int since, string why)
    {
        Accept("reading", 50);
        link.Connect();
        Pass(2);
        Accept("reading", 5);
        string image = Image("image.db"); // five wait when the card is copied
        link.Connect();
        Accept("reading", 15);
        Accept("alert", 1);
        Pass(2);
        (string old, long through) = (outbox.Id, outbox.Standing("reading").Through);
        Assert.Equal(70, through);
        Use(image);
        Accept("reading", since, "boot-2");
        Accept("alert", 1, "boot-2");
        Pass(10);
        Assert.True(outbox.Id != old, why);
        AllIsThere();
        Assert.Equal([null, true], Told("finding/outbox/renewed").Select(finding => finding.Over));
        Assert.Equal(old, Told("finding/outbox/renewed")[0].Detail["outbox"]);
        Assert.Equal(55 + since, outbox.Standing("reading").Last); // the fifty that the hub has go again too: it keeps each once
        Assert.Empty(outbox.ReadFindings());
    }

    [Fact]
    public void Two_gateways_from_one_image_that_take_turns_at_the_hub_lose_and_double_nothing()
    {
        Accept("reading", 40);
        string image = Image("twin.db");
        link.Connect();
        Accept("reading", 10, "boot-a");
        Pass(2);
        string first = outbox.Id;
        Use(image);
        Accept("reading", 25, "boot-b");
        Accept("alert", 2, "boot-b");
        Pass(5);
        string second = outbox.Id;
        AllIsThere();
        Use(folder.Path);
        Accept("reading", 25, "boot-a");
        Pass(5);
        AllIsThere();
        Assert.Equal((first, true), (outbox.Id, first != second)); // who came first keeps the id
    }

    /// <summary>Seed 35 of the simulation: what was proved stored under the id before was not sent again, and the hub no longer had it.</summary>
    [Fact]
    public void A_hub_put_back_to_before_the_new_id_gets_what_the_old_id_had_delivered_too()
    {
        Accept("reading", 40);
        link.Connect();
        Pass(2);
        int backup = hub.Size;
        Accept("reading", 10);
        Accept("alert", 1);
        Pass(2);
        string image = Image("image.db");
        link.Connect();
        Accept("reading", 5);
        Pass(2);
        accepted.RemoveRange(51, 5); // they die with that card and that store
        string old = outbox.Id;
        Use(image);
        Accept("reading", 3, "boot-2");
        Pass(10);
        Assert.NotEqual(old, outbox.Id);
        hub.PutBack(backup);
        Accept("reading", 1, "boot-2");
        Pass(20);
        AllIsThere();
    }

    /// <summary>Seeds 1435 and 3754 of the simulation: the power went between hearing that the hub went back and sending again.</summary>
    [Fact]
    public void A_hub_that_went_back_is_asked_again_after_a_restart_though_nothing_new_comes()
    {
        Accept("reading", 10);
        link.Connect();
        Pass(2);
        int backup = hub.Size;
        Accept("reading", 5);
        Pass(2);
        string image = Image("image.db");
        hub.PutBack(backup);
        Use(image);
        Pass(5);
        AllIsThere();
    }

    /// <summary>Seeds 645 and 3384 of the simulation: what one hub had receipted under the id before, another never had.</summary>
    [Fact]
    public void Another_hub_gets_what_the_one_before_it_had_receipted_under_the_earlier_id()
    {
        Accept("reading", 40);
        Accept("alert", 1);
        link.Connect();
        Pass(2);
        string image = Image("image.db");
        link.Connect();
        Accept("reading", 5);
        Pass(2);
        accepted.RemoveRange(41, 5); // they die with that card
        string old = outbox.Id;
        Use(image);
        Accept("reading", 3, "boot-2");
        Pass(10);
        Assert.NotEqual(old, outbox.Id);
        hub.PutBack(0);
        hub.Restore(new Random(9)); // and says that it is another
        Accept("reading", 1, "boot-2");
        Pass(20);
        AllIsThere();
    }

    [Fact]
    public void A_change_of_id_survives_a_restart_in_any_middle_of_the_sending()
    {
        Accept("reading", 10);
        link.Connect();
        Pass(2);
        Accept("reading", 3000);
        string image = Image("image.db");
        link.Connect();
        Accept("reading", 10, "boot-2");
        Pass(10);
        Use(image);
        Accept("reading", 700, "boot-3");
        for (int restart = 0; restart < 12; restart++)
        {
            Pass(0.3);
            Use(image);
        }
        Accept("reading", 3, "boot-3");
        Pass(20);
        AllIsThere();
        Assert.Equal(3713, outbox.Standing("reading").Last);
        Assert.Equal(outbox.Standing("reading").LastChain, outbox.ChainAt("reading", 3713));
    }

    [Fact]
    public void An_id_that_is_changed_twice_before_anything_went_keeps_every_byte()
    {
        Accept("reading", 1200);
        link.Connect();
        Pass(0.2);
        Renew();
        Pass(0.05);
        Assert.InRange(outbox.Standing("reading").Through, 0, 1199);
        Renew();
        Accept("reading", 5);
        Renew();
        Pass(20);
        AllIsThere();

        void Renew()
        {
            outbox.Renew(OutboxFolder.Of());
            sender.Step(now, Wall);
        }
    }

    [Fact]
    public void Another_hub_that_differs_gets_everything_that_is_kept_and_is_told_what_is_not()
    {
        Accept("reading", 20);
        link.Connect();
        Pass(2);
        outbox.Remember("reading", hub.Id, 20, outbox.ChainAt("reading", 20)!.Value, 0, link.HubTime.AddDays(30));
        Assert.Equal(19, outbox.Forget(link.HubTime.AddDays(30)));
        string old = outbox.Id;
        Accept("reading", 5);
        link.Deliver(LinkEventKind.Receipt, WireItems.Write(new Receipt { Hub = "hub-x", Outbox = old, Lane = "reading", Through = 25, Chain = "00000000000000ff", Refused = 0, At = Wall }));
        Pass(5);
        AllIsThere();
        Assert.NotEqual(old, outbox.Id);
        GoneItem gone = Assert.IsType<GoneItem>(hub.Said("reading").Single());
        Assert.Equal((old, 1, 19, "forgotten"), (gone.Outbox, gone.From, gone.To, gone.Why));
    }
}
