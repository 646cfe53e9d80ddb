namespace TeleMonitor.Vitals.Readings;

/// <summary>
/// Why a triage is what it is, as a stable code without any value: <c>tobs/respiration/3</c> (chart, part, points),
/// <c>tobs/total/red</c> (chart, total at or above a threshold) or <c>tobs/single-red/respiration</c> (chart, single rule, part),
/// <see cref="Help"/>, and what stands beside the charts: <c>limit/spo2/low-red</c> (vital, side), <c>symptom/cough/yellow</c> (question,
/// severity) and <c>trend/…</c>.
/// Two judgements are compared by their sets of reasons (design.md section 8).
/// </summary>
public static class Reason
{
    /// <summary>The citizen has pressed the help button.</summary>
    public const string Help = "help";

    /// <summary>Pulse up and saturation down against the citizen's own days, beside a symptom.</summary>
    public const string PulseUpSpo2Down = "trend/pulse-up-spo2-down";

    /// <summary>Respiration up against the citizen's own days.</summary>
    public const string RespirationUp = "trend/respiration-up";

    /// <summary>Weight up within days.</summary>
    public const string WeightUp = "trend/weight-up";

    /// <summary>A limit of the citizen that a value has reached: low-red, low-yellow, high-yellow, high-red; unit: nobody can say.</summary>
    public static string Limit(string vital, string side) => $"limit/{vital}/{side}";

    /// <summary>An answer that tells of a symptom of this severity.</summary>
    public static string Symptom(string question, Triage triage) => $"symptom/{question}/{TriageWord.Of(triage)}";

    /// <summary>True for a symptom that is Red by itself.</summary>
    public static bool IsRedSymptom(string reason) => reason.StartsWith("symptom/", StringComparison.Ordinal) && reason.EndsWith("/red", StringComparison.Ordinal);

    /// <summary>The vital whose limit a reason tells of; null for another reason.</summary>
    public static VitalCode? LimitedVital(string reason) => reason.Split('/') is ["limit", var vital, _] ? VitalCode.FromName(vital) : null;

    /// <summary>True for a Yellow limit that a value has reached; not for one of another unit, which no second measurement settles.</summary>
    public static bool IsYellowLimit(string reason) => reason.Split('/') is ["limit", _, "low-yellow" or "high-yellow"];

    /// <summary>A part of a chart that gave points.</summary>
    public static string Part(string chart, string part, int points) => $"{chart}/{part}/{points}";

    /// <summary>A total at or above the chart's threshold for this triage.</summary>
    public static string Total(string chart, Triage triage) => $"{chart}/total/{TriageWord.Of(triage)}";

    /// <summary>One part alone decides this triage.</summary>
    public static string Single(string chart, Triage triage, string part) => $"{chart}/single-{TriageWord.Of(triage)}/{part}";

    /// <summary>
    /// True when <paramref name="now"/> has a reason that <paramref name="before"/> had not. A milder form of a reason that was there
    /// is not new: fewer points of the same part, a Yellow total, limit or symptom after a Red one. So an improvement never looks like news.
    /// </summary>
    public static bool HasNew(IEnumerable<string> now, IReadOnlyCollection<string> before) => now.Any(reason => !before.Any(old => Covers(old, reason)));

    private static bool Covers(string old, string reason)
    {
        if (string.Equals(old, reason, StringComparison.Ordinal))
        {
            return true;
        }
        string[] was = old.Split('/'), now = reason.Split('/');
        if (was.Length != 3 || now.Length != 3 || !string.Equals(was[0], now[0], StringComparison.Ordinal))
        {
            return false;
        }
        bool milderSingle = was[1] is "single-red" && now[1] is "single-yellow" && string.Equals(was[2], now[2], StringComparison.Ordinal);
        bool sameSubject = string.Equals(was[1], now[1], StringComparison.Ordinal);
        bool milderTriage = sameSubject && was[2] is "red" && now[2] is "yellow";
        bool milderLimit = sameSubject && ((was[2], now[2]) is ("low-red", "low-yellow") or ("high-red", "high-yellow"));
        bool fewerPoints = sameSubject && int.TryParse(was[2], out int had) && int.TryParse(now[2], out int has) && has <= had;
        return milderSingle || milderTriage || milderLimit || fewerPoints;
    }
}
