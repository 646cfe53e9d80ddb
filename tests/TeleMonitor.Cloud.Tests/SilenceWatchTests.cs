using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>Silence over the real store, with the real ingest: what is found, what closes it, what an outage and a restart do.</summary>
public sealed class SilenceWatchTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly TestLane status = new(WireWord.StatusLane), alerts = new(WireWord.AlertLane, TestHub.OtherGateway);
    private SilenceWatch watch;
    private int sent;

    public SilenceWatchTests() => watch = new SilenceWatch(hub.Store, hub.Data, hub.Now);

    public void Dispose() => hub.Dispose();

    [Fact]
    public void An_hour_of_proved_silence_is_one_finding_and_being_heard_ends_it()
    {
        Pass(TimeSpan.FromMinutes(59));
        Assert.Empty(Open());
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal([TestHub.Gateway, TestHub.OtherGateway], Open());
        Say();
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal([TestHub.OtherGateway], Open());
        Assert.Equal(DeviceState.Well, State(TestHub.Gateway));
        Pass(TimeSpan.FromMinutes(61));
        Assert.Equal([TestHub.Gateway, TestHub.OtherGateway], Open().Order());
        Assert.Equal([2, 1], hub.Store.Read(read => read.Findings()).Where(row => row.Code == StoreTransaction.GatewaySilent).OrderBy(row => row.Gateway).Select(row => row.Seen));
    }

    [Fact]
    public void An_outage_of_the_broker_stops_the_clock_and_never_resets_it()
    {
        Pass(TimeSpan.FromMinutes(50));
        Pass(TimeSpan.FromHours(5), brokerUp: false);
        Assert.Empty(Open());
        Pass(TimeSpan.FromMinutes(9));
        Assert.Empty(Open());
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Open().Count);
    }

    [Fact]
    public void A_restart_neither_forgets_a_silence_nor_finds_it_again()
    {
        Pass(TimeSpan.FromMinutes(61));
        Restart(TimeSpan.FromHours(7));
        Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(2, Open().Count);
        Assert.All(hub.Store.Read(read => read.Findings()).Where(row => row.Code == StoreTransaction.GatewaySilent), row => Assert.Equal(1, row.Seen));
    }

    [Fact]
    public void A_restart_in_the_middle_counts_what_was_proved_on_both_sides_of_it()
    {
        Pass(TimeSpan.FromMinutes(40));
        Restart(TimeSpan.FromDays(2));
        Pass(TimeSpan.FromMinutes(19));
        Assert.Empty(Open());
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Open().Count);
    }

    [Fact]
    public void A_gateway_that_speaks_is_written_down_at_most_once_a_minute()
    {
        Say();
        DateTimeOffset first = Heard(TestHub.Gateway).At;
        hub.Now = hub.Now.AddSeconds(59);
        Say();
        Assert.Equal(first, Heard(TestHub.Gateway).At);
        hub.Now = hub.Now.AddSeconds(1);
        Say();
        Assert.Equal((first.AddSeconds(60), HeardBy.Status), (Heard(TestHub.Gateway).At, Heard(TestHub.Gateway).By));
    }

    [Fact]
    public void A_batch_that_cannot_be_read_shows_that_the_gateway_lives()
    {
        hub.Now = hub.Now.AddMinutes(2);
        hub.Take(alerts.AddBytes("""{"kind":"poem"}"""u8.ToArray()).PackAll());
        Assert.Equal((HeardBy.Batch, hub.Now), (Heard(TestHub.OtherGateway).By, Heard(TestHub.OtherGateway).At));
    }

    [Fact]
    public void What_the_broker_only_repeats_to_a_hub_that_comes_back_counts_as_nothing_heard()
    {
        Pass(TimeSpan.FromMinutes(61));
        hub.Store.Write(write => write.Presence(TestHub.Gateway, "online", "boot-1", 1, hub.Now, retained: true));
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(2, Open().Count);
        hub.Store.Write(write => write.Presence(TestHub.Gateway, "online", "boot-1", 2, hub.Now));
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([TestHub.OtherGateway], Open());
    }

    [Fact]
    public void The_brokers_word_that_it_is_gone_is_evidence_and_its_own_word_takes_it_back()
    {
        hub.Store.Write(write => write.Presence(TestHub.Gateway, "offline", "boot-1", 1, hub.Now));
        Assert.Equal(hub.Now, Heard(TestHub.Gateway).OfflineAt);
        Assert.Equal(HeardBy.Registered, Heard(TestHub.Gateway).By);
        Say();
        Assert.Null(Heard(TestHub.Gateway).OfflineAt);
    }

    [Fact]
    public void A_gateway_without_a_running_assignment_is_no_finding_until_it_has_one()
    {
        hub.Store.Write(write =>
        {
            write.RegisterGateway("gw-test-0009", "kit-0009", hub.Now);
            write.RegisterAssignment(new Assignment(9, "gw-test-0009", "c-test-9", "toender", hub.Now.AddHours(3), null, false));
        });
        Pass(TimeSpan.FromMinutes(150));
        Assert.Equal(DeviceState.NotInUse, State("gw-test-0009"));
        Assert.DoesNotContain("gw-test-0009", Open());
        Pass(TimeSpan.FromMinutes(95));
        Assert.Contains("gw-test-0009", Open());
    }

    [Fact]
    public void Pages_that_reach_nobody_are_a_finding_once_and_over_when_they_are_carried()
    {
        hub.Store.Write(write => write.AddPage(1, new PageTo(Receiver.Team, "akut-toender", 1), PageReason.FirstPage, hub.Now));
        Pass(TimeSpan.FromMinutes(6));
        Assert.Equal([(PartRules.NotifierSilent, "akut-toender")], Parts());
        Restart(TimeSpan.FromMinutes(1));
        Pass(TimeSpan.FromSeconds(20));
        Assert.Equal([(PartRules.NotifierSilent, "akut-toender")], Parts());
        hub.Store.Write(write => write.MarkSent(1, "board", hub.Now));
        Pass(TimeSpan.FromSeconds(20));
        Assert.Empty(Parts());
        Assert.Equal(1, hub.Store.Read(read => read.Findings()).Single(row => row.Code == PartRules.NotifierSilent).Seen);
    }

    [Fact]
    public void A_case_worker_that_stops_is_a_finding()
    {
        DateTimeOffset last = hub.Now;
        for (int second = 0; second < 90; second++)
        {
            hub.Now = hub.Now.AddSeconds(1);
            watch.Round(hub.Now, last, hub.Now);
        }
        Assert.Equal([(PartRules.WorkerSilent, "")], Parts());
    }

    private void Pass(TimeSpan time, bool brokerUp = true)
    {
        for (DateTimeOffset end = hub.Now + time; hub.Now < end;)
        {
            hub.Now = hub.Now.AddSeconds(Math.Min(30, (end - hub.Now).TotalSeconds));
            watch.Round(brokerUp ? hub.Now : null, hub.Now, hub.Now);
        }
    }

    private void Restart(TimeSpan down)
    {
        hub.Now += down;
        watch = new SilenceWatch(hub.Store, hub.Data, hub.Now);
    }

    private void Say()
    {
        sent++;
        status.Add(new StatusItem { Kind = WireWord.Status, Tick = sent, Code = WireWord.GatewayStatus, Assignment = 0, At = hub.Now, UptimeSeconds = sent, Lanes = [] });
        hub.Take(status.Pack(sent, sent));
    }

    private List<string> Open() => [.. hub.Store.Read(read => read.OpenFindings(null, int.MaxValue)).Where(row => row.Code == StoreTransaction.GatewaySilent).Select(row => row.Gateway)];

    private (string, string)[] Parts() => [.. hub.Store.Read(read => read.OpenFindings(null, int.MaxValue)).Where(row => row.Gateway.Length == 0).Select(row => (row.Code, row.Detail))];

    private WatchedGateway Watched(string gateway) => hub.Store.Read(read => read.WatchedGateways(hub.Now)).Single(row => row.Gateway == gateway);

    private Heard Heard(string gateway) => Watched(gateway).Heard;

    private DeviceState State(string gateway) => DeviceRules.Judge(Heard(gateway), Watched(gateway).Area is not null, watch.Clock, hub.Now).State;
}
