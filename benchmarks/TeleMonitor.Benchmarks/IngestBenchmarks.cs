using BenchmarkDotNet.Attributes;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Benchmarks;

/// <summary>
/// The hub taking full batches into its real store, every score computed again and compared. One operation is one reading; the scores
/// that come with the readings are inside its time. Each iteration takes batches that were never taken before.
/// </summary>
[MemoryDiagnoser]
[InvocationCount(1)]
[WarmupCount(8)] // 100,000 readings: fewer measure the compiler
public class IngestBenchmarks
{
    // items of a full batch are about three readings to a score; the count below is of readings
    private const int Readings = 12_000, Homes = 4;
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly List<IncomingBatch> batches = [];
    private readonly List<PreparedHome> homes = [];
    private string folder = "";
    private HubStore store = null!;
    private BatchIngest ingest = null!;

    [GlobalSetup]
    public void Open()
    {
        folder = Place.Folder("bench-hub");
        HubData data = HubData.Load(Repository.FirmwareConfig, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        store = HubStore.Open(Path.Combine(folder, "hub.db"), Now);
        ingest = new BatchIngest(store.HubId, data.Charts);
        store.Write(write =>
        {
            for (int home = 1; home <= Homes; home++)
            {
                write.RegisterGateway(Gateway(home), $"kit-{home}", Now);
                write.RegisterAssignment(new Assignment(home, Gateway(home), $"c-{home}", "aabenraa", Now.AddDays(-1), null, true));
                homes.Add(new PreparedHome(Place.Firmware(), home, home));
            }
        });
    }

    /// <summary>The next batches of each home; its alerts are stored first, as they overtake readings on the way.</summary>
    [IterationSetup]
    public void Prepare()
    {
        batches.Clear();
        foreach ((int number, PreparedHome home) in homes.Index())
        {
            IncomingBatch[] made = [.. home.Batches(Readings / Homes).Select(batch =>
                new IncomingBatch(Gateway(number + 1), batch.Lane, batch.Body, batch.Properties.ToUserProperties()))];
            store.Write(write =>
            {
                foreach (IncomingBatch alerts in made.Where(batch => batch.Lane is WireWord.AlertLane))
                {
                    Take(write, alerts);
                }
            });
            batches.AddRange(made.Where(batch => batch.Lane is WireWord.ReadingLane));
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Readings)]
    public void BatchByBatch()
    {
        foreach (IncomingBatch batch in batches)
        {
            store.Write(write => Take(write, batch));
        }
    }

    [Benchmark(OperationsPerInvoke = Readings)]
    public void EightBatchesACommit()
    {
        foreach (IncomingBatch[] group in batches.Chunk(8))
        {
            store.Write(write =>
            {
                foreach (IncomingBatch batch in group)
                {
                    Take(write, batch);
                }
            });
        }
    }

    private void Take(StoreTransaction write, IncomingBatch batch)
    {
        Ingested taken = ingest.Take(write, batch, Now);
        if (taken.Outcome != IngestOutcome.Stored || taken.Items != int.Parse(batch.Properties.First(pair => pair.Key is "count").Value))
        {
            throw new InvalidOperationException($"a good batch was not stored whole: {taken.Outcome}, {taken.Items} items");
        }
    }

    private static string Gateway(int home) => $"gw-bench-{home:0000}";

    [GlobalCleanup]
    public void Close()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
