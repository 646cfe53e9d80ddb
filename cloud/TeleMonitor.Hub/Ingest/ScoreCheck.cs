using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What the hub's own computation says about a score item. Pure.</summary>
/// <param name="Outcome">same, difference, unverified (an input is not stored, or the chart is not here) or skew (another engine, or other settings than those that were issued).</param>
/// <param name="Detail">What differs; empty when nothing does.</param>
/// <param name="Judged">The hub's own judgement by this chart; null when it could not compute.</param>
public sealed record ScoreCheck(string Outcome, string Detail, Judgement? Judged)
{
    /// <summary>Same result.</summary>
    public const string Same = "same";
    /// <summary>Another result from the same inputs and versions: a fault on one side.</summary>
    public const string Difference = "difference";
    /// <summary>An input is not stored, or nobody gave this hub the chart in that version, so nothing can be said.</summary>
    public const string Unverified = "unverified";
    /// <summary>Another engine, so a comparison would say nothing; or other settings than this hub issued in the version that is named.</summary>
    public const string Skew = "skew";

    /// <summary>Computes the score again from the stored readings with the versions it names.</summary>
    /// <param name="score">The gateway's statement.</param>
    /// <param name="versions">Versions of the batch.</param>
    /// <param name="charts">The hub's charts by id and version.</param>
    /// <param name="input">Gives a stored reading, or null.</param>
    public static ScoreCheck Of(ScoreItem score, IReadOnlyDictionary<string, string> versions, IReadOnlyDictionary<(string Id, string Version), Chart> charts,
        Func<InputRef, ReadingItem?> input)
    {
        if (!versions.TryGetValue("engine", out string? engine) || !string.Equals(engine, ItemWriter.EngineVersion, StringComparison.Ordinal))
        {
            return new ScoreCheck(Skew, $"engine {engine}, {score.Chart} {score.ChartVersion}", null);
        }
        if (!charts.TryGetValue((score.Chart, score.ChartVersion), out Chart? chart))
        {
            return new ScoreCheck(Unverified, $"{score.Chart} {score.ChartVersion} is not here", null);
        }
        var readings = new List<ReadingItem>(score.Inputs.Count);
        foreach (InputRef named in score.Inputs)
        {
            if (input(named) is not { } reading || reading.Assignment != score.Assignment)
            {
                return new ScoreCheck(Unverified, $"input {named.Code} at tick {named.Tick} is not stored", null);
            }
            readings.Add(reading);
        }
        VitalSet set = SetReader.Read(readings);
        Score own = Scorer.Of(chart, in set, score.Scale, Asked(score.Required));
        string difference = Differences(score, chart, in own);
        bool decides = score.Asked != false || own.Triage == Triage.Red;
        return new ScoreCheck(difference.Length == 0 ? Same : Difference, difference, decides ? Judgement.None.And(chart, in set, in own) : NothingSaid(chart));
    }

    /// <summary>The same set by the settings that were issued, where the gateway judged by others: the more severe counts.</summary>
    /// <param name="issued">The hub's computation by them.</param>
    /// <param name="difference">What differs.</param>
    public ScoreCheck Against(ScoreCheck issued, string difference) => new(Outcome == Difference ? Difference : Skew, Detail.Length == 0 ? difference : $"{Detail}; {difference}",
        Judged is null || issued.Judged?.Triage > Judged.Triage ? issued.Judged : Judged);

    /// <summary>What an occasion asks for; without a plan every part.</summary>
    internal static VitalMask Asked(IReadOnlyList<string>? required) => required is null ? VitalMask.All : VitalMask.Of(required);

    // a chart that the plan does not ask for, and that is not Red: it says nothing about how the citizen is
    private static Judgement NothingSaid(Chart chart) => new(Triage.Green, [], new Dictionary<string, int> { [chart.Id] = 0 });

    private static string Differences(ScoreItem said, Chart chart, in Score own)
    {
        var differences = new List<string>();
        void Compare<T>(string field, T theirs, T ours)
        {
            if (!EqualityComparer<T>.Default.Equals(theirs, ours))
            {
                differences.Add($"{field} {theirs} against {ours}");
            }
        }
        Compare("total", said.Total, own.Total);
        Compare("lowest", said.Lowest, own.Lowest);
        Compare("highest", said.Highest, own.Highest);
        Compare("triage", said.Triage, TriageWord.Of(own.Triage));
        IReadOnlyList<string> missing = ItemWriter.Missing(chart, in own);
        if (!said.Missing.SequenceEqual(missing, StringComparer.Ordinal))
        {
            Compare("missing", string.Join(',', said.Missing.Order(StringComparer.Ordinal)), string.Join(',', missing.Order(StringComparer.Ordinal)));
        }
        IReadOnlyDictionary<string, int> parts = ItemWriter.Parts(chart, in own);
        if (parts.Count != said.Parts.Count || parts.Any(part => !said.Parts.TryGetValue(part.Key, out int theirs) || theirs != part.Value))
        {
            Compare("parts", PartText(said.Parts), PartText(parts));
        }
        return string.Join("; ", differences);
    }

    private static string PartText(IReadOnlyDictionary<string, int> parts) =>
        string.Join(',', parts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
