using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What the hub's own computation says about a score item. Pure.</summary>
/// <param name="Outcome">same, difference, unverified (an input is not stored) or skew (another engine or an unknown chart version).</param>
/// <param name="Detail">What differs; empty when nothing does.</param>
/// <param name="Judged">The hub's own judgement by this chart; null when it could not compute.</param>
public sealed record ScoreCheck(string Outcome, string Detail, Judgement? Judged)
{
    /// <summary>Same result.</summary>
    public const string Same = "same";
    /// <summary>Another result from the same inputs and versions: a fault on one side.</summary>
    public const string Difference = "difference";
    /// <summary>An input is not stored, so nothing can be said.</summary>
    public const string Unverified = "unverified";
    /// <summary>Another engine or chart version, so a comparison would say nothing.</summary>
    public const string Skew = "skew";

    /// <summary>Computes the score again from the stored readings with the versions it names.</summary>
    /// <param name="score">The gateway's statement.</param>
    /// <param name="versions">Versions of the batch.</param>
    /// <param name="charts">The hub's charts by id and version.</param>
    /// <param name="input">Gives a stored reading, or null.</param>
    public static ScoreCheck Of(ScoreItem score, IReadOnlyDictionary<string, string> versions, IReadOnlyDictionary<(string Id, string Version), Chart> charts,
        Func<InputRef, ReadingItem?> input)
    {
        if (!versions.TryGetValue("engine", out string? engine) || !string.Equals(engine, ItemWriter.EngineVersion, StringComparison.Ordinal)
            || !charts.TryGetValue((score.Chart, score.ChartVersion), out Chart? chart))
        {
            return new ScoreCheck(Skew, $"engine {engine}, {score.Chart} {score.ChartVersion}", null);
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
        Score own = Scorer.Of(chart, in set, score.Scale, VitalMask.All);
        string difference = Differences(score, chart, in own);
        return new ScoreCheck(difference.Length == 0 ? Same : Difference, difference, Judgement.None.And(chart, in set, in own));
    }

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
        if (!SameWords(said.Missing, missing))
        {
            differences.Add($"missing {string.Join(',', said.Missing)} against {string.Join(',', missing)}");
        }
        IReadOnlyDictionary<string, int> parts = ItemWriter.Parts(chart, in own);
        if (said.Parts.Count != parts.Count || parts.Any(part => !said.Parts.TryGetValue(part.Key, out int points) || points != part.Value))
        {
            differences.Add($"parts {PartText(said.Parts)} against {PartText(parts)}");
        }
        return string.Join("; ", differences);
    }

    // in any order; usually in the same, which costs no sorting
    private static bool SameWords(IReadOnlyList<string> said, IReadOnlyList<string> own) =>
        said.SequenceEqual(own, StringComparer.Ordinal) || said.Order(StringComparer.Ordinal).SequenceEqual(own.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private static string PartText(IReadOnlyDictionary<string, int> parts) =>
        string.Join(',', parts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}

/// <summary>What an alert item comes to when the hub has judged its inputs too.</summary>
/// <param name="Triage">The more severe of both judgements.</param>
/// <param name="Reasons">Reasons of both.</param>
/// <param name="Total">Highest known lowest-total over the charts, or null.</param>
public sealed record AlertFact(Triage Triage, IReadOnlyList<string> Reasons, int? Total);

/// <summary>Reads an alert item as a fact about a citizen.</summary>
public static class AlertReading
{
    /// <summary>The more severe judgement counts: the gateway's words, or what the hub computes from the values in the alert (design.md rule 8).</summary>
    public static AlertFact Judge(AlertItem alert, IReadOnlyDictionary<(string Id, string Version), Chart> charts)
    {
        VitalSet set = SetReader.Read(alert.Inputs);
        Judgement own = Judgement.None;
        foreach (AlertScore said in alert.Scores)
        {
            if (charts.TryGetValue((said.Chart, said.ChartVersion), out Chart? chart))
            {
                Score score = Scorer.Of(chart, in set, said.Scale, VitalMask.All);
                own = own.And(chart, in set, in score);
            }
        }
        TriageWord.TryRead(alert.Triage, out Triage theirs);
        Triage triage = own.Total.Count > 0 && own.Triage > theirs ? own.Triage : theirs;
        int? total = alert.Scores.Count > 0 ? alert.Scores.Max(score => score.Lowest) : null;
        return new AlertFact(triage, [.. alert.Reasons.Union(own.Reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)], total);
    }
}
