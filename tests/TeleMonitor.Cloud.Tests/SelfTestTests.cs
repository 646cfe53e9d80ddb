using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>The hub's side of the self-test: production rules make the Red, real ingest, store, worker and sinks take it.</summary>
public sealed class SelfTestTests : IDisposable
{
    private const string Gateway = "gw-test-self", Second = "gw-test-self2", Support = "support-soenderjylland";
    private static readonly Burst Ill = Complete(135, 34, 60, 40.4), Well = Complete(72, 15, 128, 36.8);
    private readonly TestHub hub = new();
    private readonly HubMetrics metrics = new();
    private readonly Dictionary<string, (TestHome Home, TestLane Lane, int Sent)> homes = [];
    private SelfTests tests;
    private SinkNotifier sink;

    public SelfTestTests()
    {
        hub.Store.Write(write =>
        {
            foreach ((string gateway, int number) in new[] { (Gateway, 50), (Second, 51) })
            {
                write.RegisterGateway(gateway, "kit-" + gateway[8..], hub.Now);
                write.RegisterAssignment(new Assignment(number, gateway, "c-self-" + number, "aabenraa", hub.Now.AddDays(-1), number == 51 ? hub.Now.AddDays(-0.5) : null, Synthetic: true));
                homes[gateway] = (new TestHome(hub, number), new TestLane(WireWord.AlertLane, gateway), 0);
            }
        });
        homes[TestHub.Gateway] = (new TestHome(hub), new TestLane(WireWord.AlertLane), 0);
        (tests, sink) = Start();
    }

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_test_goes_the_whole_way_to_the_sink_and_closes_itself()
    {
        Measure(Gateway, Ill, test: true);
        Round();
        CareCase closed = Assert.Single(TestCases());
        Assert.Equal((CaseKind.SelfTest, CaseState.Closed, "aabenraa"), (closed.Kind, closed.State, closed.Citizen));
        Assert.Equal(["opened", "test-passed"], hub.Store.Read(read => read.EventsOf(long.Parse(closed.Id))).Select(row => row.Change));
        PageRow page = Assert.Single(hub.Store.Read(read => read.PagesOf(long.Parse(closed.Id))));
        Assert.Equal(("sink", "sink/board", "sink/board", hub.Now.ToUnixTimeMilliseconds()), (page.ReceiverKind, page.Receiver, page.Channel, page.SentMs));
        SelfTestRow test = Assert.Single(hub.Store.Read(read => read.SelfTestsSince(hub.Now.AddDays(-1))));
        Assert.Equal(TimeSpan.Zero, test.Took);
        Assert.Equal(hub.Now, hub.Store.Read(read => read.SelfTestDueOf(Gateway))!.LastGoodAt);
    }

    [Fact]
    public void It_is_on_no_worklist_in_no_count_and_nobody_can_act_on_it()
    {
        Measure(Gateway, Ill, test: true);
        hub.Worker.Work(hub.Now);
        Assert.Equal(1, hub.Worker.TestSteps);
        long id = long.Parse(Assert.Single(TestCases()).Id);
        Assert.Empty(hub.Store.Read(read => read.OpenCases(null)));
        Assert.Null(hub.Store.Read(read => read.ShownCaseOf(id)));
        Assert.Equal((0, 0, 0), (hub.Counts.Cases, hub.Counts.Pages, hub.Counts.Alerts));
        ActResult taken = hub.Worker.Act(id, new Take("mlk"), hub.Data.People.Find("mlk")!, 1, "", hub.Now);
        Assert.Equal(CaseChange.NotAllowedNoCase, taken.Step!.Change);
        Round();
        Assert.Null(hub.Store.Read(read => read.ShownCaseOf(id)));
    }

    [Fact]
    public void After_a_green_the_next_red_is_a_test_again()
    {
        for (int round = 0; round < 3; round++)
        {
            Measure(Gateway, Ill, test: true);
            Round();
            Measure(Gateway, Well, test: true);
            Pass(TimeSpan.FromMinutes(5));
        }
        Assert.Equal(3, TestCases().Count);
        Assert.Equal(3, hub.Store.Read(read => read.SelfTestsSince(hub.Now.AddDays(-1))).Count);
        Assert.Empty(Findings());
    }

    [Fact]
    public void At_most_one_is_open_for_an_authority_and_it_ends_when_the_sink_takes_its_page()
    {
        Open(Second);
        Measure(Gateway, Ill, test: true);
        hub.Worker.Work(hub.Now);
        Measure(Second, Ill, test: true);
        hub.Worker.Work(hub.Now);
        Assert.Equal((CaseState.Open, 1), (Assert.Single(TestCases()).State, TestCases()[0].Joined));
        Round();
        Assert.Equal(CaseState.Closed, Assert.Single(TestCases()).State);
        Assert.Equal([Gateway, Second], hub.Store.Read(read => read.SelfTestsSince(hub.Now.AddDays(-1))).Select(test => test.Gateway));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_register_decides_and_not_the_mark(bool mark)
    {
        Measure(Gateway, Ill, test: mark);
        Measure(TestHub.Gateway, Ill, test: mark);
        Round();
        Assert.Equal(CaseKind.Clinical, Assert.Single(hub.Store.Read(read => read.OpenCases(null))).Kind);
        Assert.Single(TestCases());
        Assert.Equal(mark ? [(TestHub.Gateway, "finding/test-mark-refused")] : [], Findings());
    }

    [Fact]
    public void An_alert_of_a_test_that_cannot_be_read_calls_nobody()
    {
        hub.Take(homes[Gateway].Lane.AddBytes("""{"kind":"poem"}"""u8.ToArray()).PackAll());
        Round();
        Assert.Empty(hub.Store.Read(read => read.OpenCases(null)));
        Assert.Contains((Gateway, "finding/self-test-not-read"), Findings());
    }

    [Fact]
    public void Two_misses_in_a_row_page_the_clusters_support_once_and_a_good_one_ends_it()
    {
        Pass(TimeSpan.FromMinutes(7));
        Assert.Equal([(Gateway, SelfTests.Late)], Findings());
        Assert.Empty(SupportPages());
        Pass(TimeSpan.FromMinutes(25));
        Assert.Contains((Gateway, SelfTests.Missed), Findings());
        Assert.Equal((Support, "self-test-missed"), (Assert.Single(SupportPages()).Receiver, SupportPages()[0].Reason));
        Measure(Gateway, Ill, test: true);
        Round();
        Assert.Empty(Findings());
    }

    [Fact]
    public void A_restart_of_the_hub_forgets_nothing_and_pages_nobody()
    {
        Round();
        Measure(Gateway, Ill, test: true);
        hub.Worker.Work(hub.Now); // the hub dies before the sink has it
        hub.Now = hub.Now.AddMinutes(40);
        (tests, sink) = Start();
        Round();
        Assert.Equal(CaseState.Closed, Assert.Single(TestCases()).State);
        Assert.Equal([(Gateway, SelfTests.Late)], Findings());
        Measure(Gateway, Well, test: true);
        Pass(TimeSpan.FromMinutes(4));
        Measure(Gateway, Ill, test: true);
        Round();
        Assert.Empty(Findings());
        Assert.Empty(SupportPages());
    }

    [Fact]
    public void A_duty_gets_its_TEST_once_a_day_and_half_an_hour_to_acknowledge_it()
    {
        // 10:30 in Copenhagen is 09:30 UTC: the test begins at 11:00, so the first comes the next day
        Round();
        Pass(TimeSpan.FromHours(23), TimeSpan.FromMinutes(10));
        Assert.Null(hub.Store.Read(read => read.OpenDailyTest("akut-aabenraa")));
        Pass(TimeSpan.FromMinutes(31));
        DailyTestRow test = hub.Store.Read(read => read.OpenDailyTest("akut-aabenraa"))!;
        (tests, sink) = Start();
        Pass(TimeSpan.FromMinutes(25));
        Assert.Equal(test, hub.Store.Read(read => read.OpenDailyTest("akut-aabenraa")));
        Assert.DoesNotContain(Findings(), finding => finding.Code == SelfTests.NotAcknowledged);
        Assert.Null(SelfTests.Acknowledge(hub.Store, test.Id, hub.Data.People.Find("lne")!, hub.Now));
        Assert.Equal("mlk", SelfTests.Acknowledge(hub.Store, test.Id, hub.Data.People.Find("mlk")!, hub.Now)!.Person);
        Pass(TimeSpan.FromMinutes(10));
        string[] silent = [.. hub.Store.Read(read => read.OpenFindings("", 100)).Where(row => row.Code == SelfTests.NotAcknowledged).Select(row => row.Detail)];
        Assert.Equal(hub.Data.Topology.Municipalities.Select(municipality => municipality.Team).Distinct().Where(team => team != "akut-aabenraa").Order(), silent.Order());
        DailyTestRow other = hub.Store.Read(read => read.OpenDailyTest("akut-soenderborg"))!;
        SelfTests.Acknowledge(hub.Store, other.Id, hub.Data.People.Find("lne")!, hub.Now);
        Assert.DoesNotContain("akut-soenderborg", hub.Store.Read(read => read.OpenFindings("", 100)).Where(row => row.Code == SelfTests.NotAcknowledged).Select(row => row.Detail));
    }

    [Fact]
    public void A_collector_sees_how_old_the_last_good_test_is_and_what_each_hop_takes()
    {
        Measure(Gateway, Ill, test: true);
        Round();
        Pass(TimeSpan.FromMinutes(3));
        Assert.Contains("telemonitor_hub_self_test_age_seconds{kit=\"kit-self\"} 180", metrics.Text(), StringComparison.Ordinal);
        Assert.Contains("telemonitor_hub_self_test_hop_milliseconds{hop=\"all\",quantile=\"0.5\"} 0", metrics.Text(), StringComparison.Ordinal);
        Assert.Contains("telemonitor_hub_self_tests_total{outcome=\"good\"} 1", metrics.Text(), StringComparison.Ordinal);
    }

    private (SelfTests, SinkNotifier) Start() => (new SelfTests(hub.Store, hub.Data, hub.Worker, metrics), new SinkNotifier(hub.Store, PageChannel.Sink(PageChannel.Board)));

    private void Round()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing is owed
        }
        sink.Send(hub.Now);
        tests.Round(hub.Now);
    }

    private void Pass(TimeSpan time, TimeSpan? step = null)
    {
        for (DateTimeOffset end = hub.Now + time; hub.Now < end;)
        {
            hub.Now = hub.Now.AddSeconds(Math.Min((step ?? TimeSpan.FromMinutes(1)).TotalSeconds, (end - hub.Now).TotalSeconds));
            Round();
        }
    }

    private void Open(string gateway) => hub.Store.Write(write =>
    {
        write.RegisterAssignment(new Assignment(52, gateway, "c-self-52", "aabenraa", hub.Now.AddDays(-0.4), null, Synthetic: true));
        homes[gateway] = homes[gateway] with { Home = new TestHome(hub, 52) };
    });

    private static Burst Complete(double pulse, double respiration, double systolic, double temperature) => new(
        [
            .. new[] { (Vital.Pulse, pulse), (Vital.Respiration, respiration), (Vital.Systolic, systolic), (Vital.Temperature, temperature), (Vital.Spo2, 98) }
                .Select(value => new Measured(value.Item1, value.Item2, VitalCode.Of(value.Item1).Unit, "manual")),
            new Measured(Vital.Consciousness, null, "", "manual") { Answer = "alert" },
            new Measured(Vital.Oxygen, null, "", "manual") { Answer = "no" },
        ], ClosesSet: true);

    private void Measure(string gateway, Burst values, bool test)
    {
        (TestHome home, TestLane lane, int sent) = homes[gateway];
        AlertItem[] alerts = [.. home.Measure(values).Select(item => item.Item).OfType<AlertItem>().Select(alert => alert with { Test = test ? true : null })];
        lane.Add(alerts);
        hub.Take(lane.Pack(sent + 1, sent + alerts.Length));
        homes[gateway] = (home, lane, sent + alerts.Length);
    }

    private List<CareCase> TestCases() => hub.Store.Read(read => Enumerable.Range(1, 50).Select(id => read.CaseOf(id)).OfType<CareCase>().Where(@case => @case.Kind == CaseKind.SelfTest).ToList());

    private List<PageRow> SupportPages() => [.. hub.Store.Read(read => read.PagesOf(0)).Where(page => page.ReceiverKind == CaseWord.Of(Receiver.Support))];

    private (string Gateway, string Code)[] Findings() => [.. hub.Store.Read(read => read.OpenFindings(null, 100)).Where(row => row.Gateway.Length > 0).Select(row => (row.Gateway, row.Code))];
}
