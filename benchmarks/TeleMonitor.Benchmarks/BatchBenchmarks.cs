using BenchmarkDotNet.Attributes;
using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Benchmarks;

/// <summary>
/// A history scored as a batch, beside copying the bytes that the batch reads, the bare total by a plain table, and the full score set by set.
/// One vital in ten is missing; the plain table knows no missing and gets a whole value instead. One operation is one set.
/// </summary>
[MemoryDiagnoser]
public abstract class BatchBenchmarks
{
    // what a chart of TOBS reads of a set: the classes of four numbers and one word, a byte each; NEWS2 reads a number and a word more
    private const int TobsColumns = 5, News2Columns = 7, Missing = 10;
    protected const int Operations = 1 << 20;

    private readonly int sets, rounds;
    private readonly PackedSets packed, repacked;
    private readonly VitalSet[] whole;
    private readonly PackedSet[] bytes;
    private readonly BatchScore[] results;
    private readonly byte[][] from, into;
    private readonly PlainScores plain = new();
    private readonly Chart tobs, news2;
    private readonly BatchScorer batchTobs, batchNews2;

    protected BatchBenchmarks(int sets)
    {
        (this.sets, rounds) = (sets, Operations / sets);
        FirmwareConfig firmware = Place.Firmware();
        (tobs, news2) = (firmware.Charts["tobs"], firmware.Charts["news2"]);
        var classes = new ChartClasses([tobs, news2]);
        (packed, repacked, whole, bytes, results) = (new PackedSets(classes, sets), new PackedSets(classes, sets), new VitalSet[sets], new PackedSet[sets], new BatchScore[sets]);
        (from, into) = (Columns(), Columns());
        (batchTobs, batchNews2) = (new BatchScorer(classes, tobs, 1, VitalMask.All), new BatchScorer(classes, news2, 1, VitalMask.All));
        Fill();
    }

    private byte[][] Columns() => [.. Enumerable.Range(0, News2Columns).Select(_ => new byte[sets])];

    private void Fill()
    {
        var dice = new Random(20261122);
        var patient = new SeededPatient("p00001", 20261122);
        for (int i = 0; i < sets; i++)
        {
            var consciousness = (Consciousness)(dice.Next(12) == 0 ? dice.Next(1, 8) : (int)Consciousness.Alert);
            var set = new VitalSet
            {
                Consciousness = dice.Next(100) < Missing ? Consciousness.None : consciousness,
                Oxygen = dice.Next(100) < Missing ? OxygenAnswer.None : dice.Next(8) == 0 ? OxygenAnswer.Yes : OxygenAnswer.No,
            };
            int[] value = new int[8];
            foreach ((Vital vital, double number) in patient.Next().Values)
            {
                Hundredths.TryFrom(number, out Hundredths exact);
                value[(int)vital] = exact.Low;
                if (dice.Next(100) >= Missing)
                {
                    set.Set(vital, exact);
                }
            }
            whole[i] = set;
            packed.Add(in set);
            bytes[i] = new PackedSet((byte)(value[(int)Vital.Pulse] / 100), (byte)(value[(int)Vital.Respiration] / 100),
                (byte)((value[(int)Vital.Temperature] / 10) - PlainScores.TemperatureFrom), (byte)(value[(int)Vital.Systolic] / 100), (byte)consciousness);
        }
        foreach ((Chart chart, BatchScorer batch) in new[] { (tobs, batchTobs), (news2, batchNews2) })
        {
            batch.Score(packed, results);
            for (int i = 0; i < sets; i++)
            {
                Score score = Scorer.Of(chart, in whole[i], 1, VitalMask.All);
                if ((results[i].Lowest, results[i].Highest, results[i].Triage) != (score.Lowest, score.Highest, score.Triage)
                    || (chart == tobs && score.Total is { } total && total != plain.ByTable(in bytes[i])))
                {
                    throw new InvalidOperationException($"set {i}: the ways to a total disagree, so comparing their speed says nothing");
                }
            }
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public byte CopyTobsBytes() => Copy(TobsColumns);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int BatchTobs() => Batch(batchTobs, BatchScorer.WidestBits);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int BatchTobs256Bits() => Batch(batchTobs, 256);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int BatchTobs128Bits() => Batch(batchTobs, 128);

    [Benchmark(OperationsPerInvoke = Operations)]
    public byte CopyNews2Bytes() => Copy(News2Columns);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int BatchNews2() => Batch(batchNews2, BatchScorer.WidestBits);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int BatchNews2By128Bits() => Batch(batchNews2, 128);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int PlainTableTotal()
    {
        int sum = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                sum += plain.ByTable(in bytes[i]);
            }
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int ScalarTobs()
    {
        int sum = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < whole.Length; i++)
            {
                sum += Scorer.Of(tobs, in whole[i], 1, VitalMask.All).Lowest;
            }
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Pack()
    {
        for (int round = 0; round < rounds; round++)
        {
            repacked.Clear();
            for (int i = 0; i < whole.Length; i++)
            {
                repacked.Add(in whole[i]);
            }
        }
        return repacked.Count;
    }

    private int Batch(BatchScorer scorer, int bits)
    {
        for (int round = 0; round < rounds; round++)
        {
            scorer.Score(packed, results, bits);
        }
        return results[^1].Bits;
    }

    private byte Copy(int columns)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int column = 0; column < columns; column++)
            {
                from[column].AsSpan().CopyTo(into[column]);
            }
        }
        return into[0][^1];
    }
}

/// <summary>A million sets: 5 MB for TOBS, and 2 MB of results.</summary>
public class BatchOfAHistoryBenchmarks() : BatchBenchmarks(Operations);

/// <summary>Four thousand sets: 20 kB for TOBS, near the core all the time.</summary>
public class BatchInCacheBenchmarks() : BatchBenchmarks(4096);
