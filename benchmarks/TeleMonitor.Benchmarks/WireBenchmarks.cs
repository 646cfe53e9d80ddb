using BenchmarkDotNet.Attributes;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Benchmarks;

/// <summary>Message to bytes and back. One operation is one item in the first two, one whole batch in the others.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private ReadingItem[] readings = [];
    private byte[][] texts = [];
    private ReadOnlyMemory<byte>[] items = [];
    private byte[] body = [];

    private const int Readings = 256;

    [GlobalSetup]
    public void Fill()
    {
        var home = new PreparedHome(Place.Firmware(), assignment: 1, seed: 20261122);
        var all = new List<Item>();
        while (all.Count < Batch.MaxItems)
        {
            all.AddRange(home.Judge().Where(item => string.Equals(item.Lane, WireWord.ReadingLane, StringComparison.Ordinal)).Select(item => item.Item));
        }
        readings = [.. all.OfType<ReadingItem>().Take(Readings)];
        texts = [.. readings.Select(WireItems.Write)];
        // 500 items and 120 KiB: whichever comes first. Readings alone reach 500, so these are readings
        items = [.. Enumerable.Range(0, Batch.MaxItems).Select(i => (ReadOnlyMemory<byte>)texts[i % texts.Length])];
        body = Batch.Write(new BatchHead("00000000deadbeef", WireWord.ReadingLane, 1, Chain.Zero, DateTimeOffset.UnixEpoch, home.Context), items);
    }

    [Benchmark(OperationsPerInvoke = Readings)]
    public int ReadOneReading()
    {
        int read = 0;
        foreach (byte[] text in texts)
        {
            read += WireItems.TryRead(text, out _, out _) ? 1 : throw new InvalidOperationException("a good item was refused");
        }
        return read;
    }

    [Benchmark(OperationsPerInvoke = Readings)]
    public int WriteOneReading()
    {
        int bytes = 0;
        foreach (ReadingItem reading in readings)
        {
            bytes += WireItems.Write(reading).Length;
        }
        return bytes;
    }

    [Benchmark]
    public int ReadBatchOf500() =>
        Batch.TryRead(body, out _, out IReadOnlyList<ReadOnlyMemory<byte>> found, out string problem) ? found.Count : throw new InvalidOperationException(problem);

    [Benchmark]
    public Chain ChainOf500()
    {
        Chain chain = Chain.Zero;
        foreach (ReadOnlyMemory<byte> item in items)
        {
            chain = chain.Next(item.Span);
        }
        return chain;
    }
}
