using BenchmarkDotNet.Attributes;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Benchmarks;

/// <summary>One complete row of six values: graded, collected, scored by both charts, compared with what stood, items made.</summary>
[MemoryDiagnoser]
public class JudgeBenchmarks
{
    private const int Rows = 256;
    private readonly Burst[] bursts = new Burst[Rows];
    private JudgeSettings settings = null!;
    private long tick;

    [GlobalSetup]
    public void Fill()
    {
        FirmwareConfig firmware = Place.Firmware();
        settings = new JudgeSettings { Assignment = 1, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors };
        var patient = new SeededPatient("p00001", 20261122);
        for (int i = 0; i < Rows; i++)
        {
            bursts[i] = ReplaySensor.ToBurst(patient.Next());
        }
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public int StepOfOneRow()
    {
        JudgeState state = JudgeState.Empty;
        int items = 0;
        for (int i = 0; i < bursts.Length; i++)
        {
            var now = new Moment("00000000-bench", TimeSpan.FromHours(i), DateTimeOffset.UnixEpoch);
            JudgeResult result = Judge.Step(state, bursts[i], now, settings, () => ++tick);
            state = result.State;
            items += result.Items.Count;
        }
        return items;
    }
}
