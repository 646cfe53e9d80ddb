using BenchmarkDotNet.Attributes;
using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Benchmarks;

/// <summary>
/// What a plan makes of one reading: two charts, limits, symptoms, the citizen's own 14 days, and how old each value is. Budget: under 2 µs and
/// 0 bytes. Beside it the two charts alone: the ratio says what the rest costs.
/// </summary>
[MemoryDiagnoser]
public class AssessmentBenchmarks
{
    private const int Sets = 1024, Days = 14;
    private static readonly DateOnly Today = new(2026, 11, 22);
    private static readonly TimeSpan Now = TimeSpan.FromDays(Days);

    private readonly RecentValues[] recent = new RecentValues[Sets];
    private readonly VitalSet[] sets = new VitalSet[Sets];
    private Chart[] charts = null!;
    private Assessor assessor = null!;
    private OwnDays own = null!;
    private ReasonSet told, standing;

    [GlobalSetup]
    public void Fill()
    {
        FirmwareConfig firmware = Place.Firmware();
        charts = [.. firmware.Charts.Values];
        Plan plan = firmware.Content.Plans["copd-intensive"];
        assessor = new Assessor(new AssessmentRules
        {
            Charts = charts, Asked = [.. plan.Charts], Required = VitalMask.Of(plan.Required), Trend = plan.Trend,
            Combine = plan.Combine.ToDictionary(pair => VitalCode.Of(pair.Key).Name, pair => pair.Value, StringComparer.Ordinal),
            Limits = [new Limit("spo2", "%", LowRed: 85, LowYellow: 88, Margin: 1), new Limit("pulse", "/min", HighYellow: 15, HighRed: 30, Relative: true)],
            Symptoms = ["symptom/dyspnoea/yellow", "symptom/cough/yellow", "symptom/cough/red"],
        });
        (told, standing) = (assessor.SetOf(["symptom/dyspnoea/yellow"]), assessor.SetOf(["limit/spo2/low-yellow"]));
        var patient = new SeededPatient("p00001", 20261122);
        BaselineDays days = BaselineDays.Empty;
        for (int i = 0; i < Sets; i++)
        {
            var set = new VitalSet { Consciousness = Consciousness.Alert, Oxygen = OxygenAnswer.No };
            foreach ((Vital vital, double number) in patient.Next().Values)
            {
                set.Set(vital, Hundredths.TryFrom(number, out Hundredths exact) ? exact : default);
                days = i < Days ? days.With(vital, Today.DayNumber - Days + i, number) : days;
            }
            sets[i] = set;
            recent[i].Take(in set, Now);
        }
        own = OwnDays.Of(days.Settle(Today.DayNumber, Days), Today.DayNumber);
        if (!own[Vital.Pulse].IsKnown)
        {
            throw new InvalidOperationException("no baseline stands, so the rules that need one would cost nothing");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Sets)]
    public int TwoChartsAlone()
    {
        int sum = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            foreach (Chart chart in charts)
            {
                sum += (int)Scorer.Of(chart, in sets[i], 1, VitalMask.All).Triage;
            }
        }
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Sets)]
    public int WholeAssessment()
    {
        Span<Score> scores = stackalloc Score[2];
        int sum = 0;
        for (int i = 0; i < recent.Length; i++)
        {
            sum += (int)assessor.Assess(in recent[i], own, in told, in standing, Now, Today, scores).Triage;
        }
        return sum;
    }
}
