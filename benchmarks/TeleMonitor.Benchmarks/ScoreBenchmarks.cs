using BenchmarkDotNet.Attributes;
using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Benchmarks;

/// <summary>
/// One score: points, bounds, missing parts, triage. Beside it the bare total by a plain table and by if/else over packed whole values,
/// which is less work: the ratio says what the rest costs.
/// </summary>
[MemoryDiagnoser]
public class ScoreBenchmarks
{
    private const int Sets = 1024;
    private readonly VitalSet[] sets = new VitalSet[Sets];
    private readonly PackedSet[] packed = new PackedSet[Sets];
    private readonly PlainScores plain = new();
    private Chart tobs = null!, news2 = null!;

    [GlobalSetup]
    public void Fill()
    {
        FirmwareConfig firmware = Place.Firmware();
        (tobs, news2) = (firmware.Charts["tobs"], firmware.Charts["news2"]);
        var dice = new Random(20261122);
        var patient = new SeededPatient("p00001", 20261122);
        for (int i = 0; i < Sets; i++)
        {
            var consciousness = (Consciousness)(dice.Next(12) == 0 ? dice.Next(1, 8) : (int)Consciousness.Alert);
            var set = new VitalSet { Consciousness = consciousness, Oxygen = dice.Next(8) == 0 ? OxygenAnswer.Yes : OxygenAnswer.No };
            int[] value = new int[8];
            foreach ((Vital vital, double number) in patient.Next().Values)
            {
                set.Set(vital, Hundredths.TryFrom(number, out Hundredths exact) ? exact : default);
                value[(int)vital] = exact.Low;
            }
            sets[i] = set;
            packed[i] = new PackedSet((byte)(value[(int)Vital.Pulse] / 100), (byte)(value[(int)Vital.Respiration] / 100),
                (byte)((value[(int)Vital.Temperature] / 10) - PlainScores.TemperatureFrom), (byte)(value[(int)Vital.Systolic] / 100), (byte)consciousness);
            int total = Scorer.Of(tobs, in sets[i], 1, VitalMask.All).Total ?? -1;
            if (total != plain.ByTable(in packed[i]) || total != PlainScores.ByIfElse(in packed[i]))
            {
                throw new InvalidOperationException($"set {i}: the three ways to a total disagree, so comparing their speed says nothing");
            }
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Sets)]
    public int TobsTotalByPlainTable()
    {
        int sum = 0;
        for (int i = 0; i < packed.Length; i++)
        {
            sum += plain.ByTable(in packed[i]);
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Sets)]
    public int TobsTotalByIfElse()
    {
        int sum = 0;
        for (int i = 0; i < packed.Length; i++)
        {
            sum += PlainScores.ByIfElse(in packed[i]);
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Sets)]
    public int TobsFullScore() => Full(tobs);

    [Benchmark(OperationsPerInvoke = Sets)]
    public int News2FullScore() => Full(news2);

    private int Full(Chart chart)
    {
        int sum = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            Score score = Scorer.Of(chart, in sets[i], 1, VitalMask.All);
            sum += score.Lowest + (int)score.Triage;
        }
        return sum;
    }
}
