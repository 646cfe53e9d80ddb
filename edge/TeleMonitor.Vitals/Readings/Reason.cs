namespace TeleMonitor.Vitals.Readings;

/// <summary>
/// Why a triage is what it is, as a stable code without any value: <c>tobs/respiration/3</c> (chart, part, points),
/// <c>tobs/total/red</c> (chart, total at or above a threshold) or <c>tobs/single-red/respiration</c> (chart, single rule, part).
/// Two judgements are compared by their sets of reasons (design.md section 8).
/// </summary>
public static class Reason
{
    /// <summary>A part of a chart that gave points.</summary>
    public static string Part(string chart, string part, int points) => $"{chart}/{part}/{points}";

    /// <summary>A total at or above the chart's threshold for this triage.</summary>
    public static string Total(string chart, Triage triage) => $"{chart}/total/{TriageWord.Of(triage)}";

    /// <summary>One part alone decides this triage.</summary>
    public static string Single(string chart, Triage triage, string part) => $"{chart}/single-{TriageWord.Of(triage)}/{part}";

    /// <summary>True when <paramref name="now"/> has a reason that <paramref name="before"/> had not.</summary>
    public static bool HasNew(IEnumerable<string> now, IReadOnlyCollection<string> before) => now.Any(reason => !before.Contains(reason));
}
