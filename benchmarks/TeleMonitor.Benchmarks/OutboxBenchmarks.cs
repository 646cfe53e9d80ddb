using BenchmarkDotNet.Attributes;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Benchmarks;

/// <summary>The gateway's SQLite file, each commit synced to this machine's disk. A burst is one row: six readings, two scores, sometimes an alert.</summary>
[MemoryDiagnoser]
public class OutboxBenchmarks
{
    private const int Together = 50;
    private readonly List<OutboxItem[]> bursts = [];
    private string folder = "";
    private SqliteOutbox outbox = null!;
    private BatchContext context = null!;
    private long readFrom, at;

    [GlobalSetup]
    public void Open()
    {
        folder = Place.Folder("bench-outbox");
        outbox = SqliteOutbox.Open(Path.Combine(folder, "outbox.db"), () => "00000000deadbeef");
        var home = new PreparedHome(Place.Firmware(), assignment: 1, seed: 20261122);
        context = home.Context;
        for (int i = 0; i < 20 * Together; i++)
        {
            bursts.Add([.. home.Judge().Select(item => new OutboxItem(item.Lane, item.Item.Tick, item.Item.Code, WireItems.Write(item.Item)))]);
        }
        Commit([.. bursts.SelectMany(burst => burst)]);
        readFrom = outbox.Standing(WireWord.ReadingLane).Last - Batch.MaxItems;
    }

    [Benchmark(Baseline = true)]
    public void CommitOneBurst() => Commit(bursts[(int)(at++ % bursts.Count)]);

    [Benchmark]
    public void Commit50BurstsTogether()
    {
        int first = (int)(at++ % (bursts.Count / Together)) * Together;
        Commit([.. bursts.Skip(first).Take(Together).SelectMany(burst => burst)]);
    }

    [Benchmark]
    public int ReadAFullBatch() => outbox.ReadBatch(WireWord.ReadingLane, readFrom, Batch.MaxItems)!.Items.Count;

    private void Commit(OutboxItem[] items) => outbox.Commit(new OutboxCommit { Context = context, Items = items, LastTick = at + 1 });

    [GlobalCleanup]
    public void Close()
    {
        outbox.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
