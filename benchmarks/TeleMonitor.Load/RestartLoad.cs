using TeleMonitor.Benchmarks;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;
using Place = TeleMonitor.Benchmarks.Place;

namespace TeleMonitor.Load;

/// <summary>A hub that comes back to 1,000 due cases and 5,000 silent gateways: how long the rounds take of which it does one a second.</summary>
internal static class RestartLoad
{
    private const int Cases = 1000, Gateways = 5000, QuietRounds = 100;

    public static IReadOnlyList<Figure> Run()
    {
        string folder = Place.Folder("load-restart");
        try
        {
            return Run(Path.Combine(folder, "hub.db"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IReadOnlyList<Figure> Run(string file)
    {
        HubData data = HubData.Load(Repository.FirmwareConfig, out IReadOnlyList<string> problems) ?? throw new RigException(string.Join("; ", problems));
        var now = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
        using (HubStore before = HubStore.Open(file, now))
        {
            Fill(before, now, data);
            var opening = new CaseWorker(before, data);
            while (opening.Work(now) > 0)
            {
                // until every case is open
            }
            before.Write(write => write.SetProvedTime(TimeSpan.FromHours(2)));
        }
        now = now.AddHours(3);
        (HubStore store, double open) = Timed(() => HubStore.Open(file, now));
        using (store)
        {
            var worker = new CaseWorker(store, data);
            (int first, double round) = Timed(() => worker.Work(now));
            (int rest, double all) = Timed(() => Rounds(worker, now));
            var watch = new SilenceWatch(store, data, now);
            (int found, double finding) = Timed(() => watch.Round(now, now, now));
            double worst = finding;
            while (found < Gateways)
            {
                (int more, double took) = Timed(() => watch.Round(now, now, now));
                (found, worst) = (found + more, Math.Max(worst, took));
                if (more == 0)
                {
                    throw new RigException($"{found} of {Gateways} silent gateways were found");
                }
            }
            (_, double quiet) = Timed(() => Enumerable.Range(0, QuietRounds).Sum(_ => watch.Round(now, now, now)));
            return first + rest == Cases
                ?
                [
                    new Figure("restart: the first round of the case worker", round, "ms", null, "200 steps × (case, event, two pages, one sync of 1 ms) ≈ 0.3 s", $"{first} steps; all {Cases} due cases in {Figure.Number(round + all)} ms; the store opened in {Figure.Number(open)} ms"),
                    new Figure("restart: the worst round that finds silence", worst, "ms", null, "a few statements over 1,000 rows, one sync ≈ 20 ms", $"{Gateways} gateways, {SilenceWatch.Most} findings a round"),
                    new Figure("a round of the watch with 5,000 silent gateways and nothing new", quiet / QuietRounds, "ms", null, "two probes of an index of 5,000 ≈ 0.3 ms", $"mean of {QuietRounds}"),
                ]
                : throw new RigException($"{Cases} cases were due, {first + rest} were stepped");
        }
    }

    private static int Rounds(CaseWorker worker, DateTimeOffset now)
    {
        int sum = 0;
        for (int steps = worker.Work(now); steps > 0; steps = worker.Work(now))
        {
            sum += steps;
        }
        return sum;
    }

    private static void Fill(HubStore store, DateTimeOffset now, HubData data) => store.Write(write =>
    {
        for (int number = 1; number <= Gateways; number++)
        {
            string gateway = $"gw-load-{number:00000}";
            write.RegisterGateway(gateway, $"kit-{number:00000}", now);
            write.RegisterAssignment(new Assignment(number, gateway, $"c-{number:00000}", data.Topology.Municipalities[number % data.Topology.Municipalities.Count].Slug, now.AddDays(-1), null, false));
            if (number <= Cases)
            {
                write.AddToDo(ToDo.Alert, now, write.AddAlert(
                    new AlertRow(gateway, "boot-1", 1, number, AlertOriginWord.Gateway, WireWord.Alert, Triage.Yellow, ["tobs/total/yellow"], false, 3, now), default, now));
            }
        }
    });

    private static (T Result, double Milliseconds) Timed<T>(Func<T> work)
    {
        long began = Site.Time.GetTimestamp();
        T result = work();
        return (result, Site.Time.GetElapsedTime(began).TotalMilliseconds);
    }
}
