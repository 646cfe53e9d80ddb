using System.Globalization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>
/// A hub that was away comes back to 1,000 open cases and 5,000 silent gateways, on the real store of a file that is really closed and
/// opened again: no case is forgotten, no page repeated inside its interval, nothing comes as a storm.
/// </summary>
public sealed class RestartStormTests : IDisposable
{
    private const int Cases = 1000, Reds = 100, Gateways = 5000;
    private static readonly HubData Data = HubData.Load(HubData.Find(null)!, out _)!;
    private static readonly string[] Areas = [.. Data.Topology.Municipalities.Select(municipality => municipality.Slug)];
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;
    private readonly BoardFeed feed = new();
    private DateTimeOffset now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private HubStore store = null!;
    private CaseWorker worker = null!;
    private BoardNotifier boards = null!;
    private SilenceWatch watch = null!;
    private int mostSteps, mostFindings;

    public RestartStormTests() => Start();

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void After_an_outage_every_case_gets_its_next_rung_once_and_then_its_full_time()
    {
        Fill();
        foreach (string team in Data.Topology.Teams.Select(team => team.Id))
        {
            feed.Open(team);
        }
        Run(TimeSpan.FromSeconds(10));
        Assert.All(AllPages(), page => Assert.NotNull(page.SentMs));
        long before = AllPages().Count;

        Restart(TimeSpan.FromHours(3));
        Run(TimeSpan.FromSeconds(3));
        Restart(TimeSpan.FromSeconds(2)); // and again, before the first five rounds are over
        Run(TimeSpan.FromMinutes(6));

        IReadOnlyList<CareCase> open = store.Read(read => read.OpenCases(null));
        Assert.Equal(Cases, open.Count);
        Assert.All(open, @case => Assert.True(@case.DueAt > now, $"case {@case.Id} is due since {@case.DueAt}"));
        Assert.All(open, @case => Assert.Equal(@case.Triage == Triage.Red ? 3 : 2, @case.Rung));
        Assert.True(mostSteps <= 200, $"{mostSteps} steps in one round");
        ILookup<long, PageRow> pages = AllPages().ToLookup(page => page.CareCase);
        Assert.All(pages, ofCase => AssertRungs(open.Single(@case => @case.Id == ofCase.Key.ToString(CultureInfo.InvariantCulture)), [.. ofCase]));
        // rung 2 of every case calls team and coordinator; rung 3 of each Red the fallback
        Assert.Equal(before + (Cases * 2) + Reds, AllPages().Count);
    }

    [Fact]
    public void Five_thousand_silences_are_neither_forgotten_nor_found_again_nor_found_all_at_once()
    {
        Fill();
        Prove(TimeSpan.FromMinutes(59));
        Restart(TimeSpan.FromHours(3));
        Prove(TimeSpan.FromSeconds(60));
        Assert.Empty(Silent());
        Run(TimeSpan.FromSeconds(60));
        Assert.Equal((Gateways, SilenceWatch.Most), (Silent().Length, mostFindings));

        Restart(TimeSpan.FromMinutes(20));
        Run(TimeSpan.FromSeconds(5));
        Assert.Equal(Gateways, Silent().Length);
        Assert.All(store.Read(read => read.Findings()).Where(row => row.Code == StoreTransaction.GatewaySilent), row => Assert.Equal(1, row.Seen));

        store.Write(write =>
        {
            for (int number = 1; number <= Gateways; number++)
            {
                write.Heard(Gateway(number), HeardBy.Status, now);
            }
        });
        Run(TimeSpan.FromSeconds(2));
        Assert.Empty(Silent());
    }

    /// <summary>Rungs in order, each called once, the next never before the wait of the one before is over.</summary>
    private static void AssertRungs(CareCase @case, PageRow[] pages)
    {
        Assert.Equal(pages.Length, pages.DistinctBy(page => (page.Receiver, page.Rung)).Count());
        long[] calls = [.. pages.GroupBy(page => page.Rung).OrderBy(rung => rung.Key).Select(rung => rung.Min(page => page.CreatedMs))];
        IReadOnlyList<Care.Routing.Rung> ladder = Data.Ladders.For(@case.Triage).Rungs;
        for (int rung = 1; rung < calls.Length; rung++)
        {
            Assert.True(calls[rung] - calls[rung - 1] >= ladder[rung - 1].Wait.TotalMilliseconds, $"rung {rung + 1} of case {@case.Id} came early");
        }
    }

    private void Fill()
    {
        store.Write(write =>
        {
            for (int number = 1; number <= Gateways; number++)
            {
                write.RegisterGateway(Gateway(number), $"kit-{number:0000}", now);
                write.RegisterAssignment(new Assignment(number, Gateway(number), $"c-{number:0000}", Areas[number % Areas.Length], now.AddDays(-1), null, false));
            }
            for (int number = 1; number <= Cases; number++)
            {
                write.AddToDo(ToDo.Alert, now, write.AddAlert(new AlertRow(Gateway(number), "boot-1", 1, number, AlertOriginWord.Gateway, WireWord.Alert,
                    number <= Reds ? Triage.Red : Triage.Yellow, ["tobs/pulse/3"], false, 3, now), default, now));
            }
        });
    }

    private void Run(TimeSpan time)
    {
        for (DateTimeOffset end = now + time; now < end; now = now.AddSeconds(1))
        {
            mostSteps = Math.Max(mostSteps, worker.Work(now));
            boards.Send(now);
            mostFindings = Math.Max(mostFindings, watch.Round(now, now, now));
        }
    }

    private void Prove(TimeSpan time)
    {
        for (DateTimeOffset end = now + time; now < end; now = now.AddSeconds(30))
        {
            watch.Round(now, now, now);
        }
    }

    private void Restart(TimeSpan down)
    {
        store.Dispose();
        now += down;
        Start();
    }

    private void Start()
    {
        store = HubStore.Open(Path.Combine(folder, "hub-test.db"), now);
        worker = new CaseWorker(store, Data);
        StaffImport.Apply(store, Data.People, Data.Topology, null, () => "1", "test", now);
        boards = new BoardNotifier(store, feed);
        watch = new SilenceWatch(store, Data, now);
    }

    private static string Gateway(int number) => $"gw-storm-{number:00000}";

    private List<PageRow> AllPages() => store.Read(read => Enumerable.Range(1, Cases).SelectMany(id => read.PagesOf(id)).ToList());

    private string[] Silent() => [.. store.Read(read => read.OpenFindings(null, int.MaxValue)).Where(row => row.Code == StoreTransaction.GatewaySilent).Select(row => row.Gateway)];
}
