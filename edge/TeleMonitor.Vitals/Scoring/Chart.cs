using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>A single part that decides a triage alone because its value is above a number.</summary>
/// <param name="Vital">The part.</param>
/// <param name="Above">Hundredths; strictly above.</param>
public readonly record struct SingleAbove(Vital Vital, int Above);

/// <summary>When a chart is Red or Yellow.</summary>
/// <param name="Total">At this total or above.</param>
/// <param name="SinglePoints">Or when any known part has this many points or more; null when the chart has no such rule.</param>
/// <param name="SingleAbove">Or when a part's value is above its number.</param>
public sealed record Threshold(int Total, int? SinglePoints, IReadOnlyList<SingleAbove> SingleAbove)
{
    /// <summary>The same rules as an array: the hot path walks it without an interface.</summary>
    internal SingleAbove[] Above { get; } = [.. SingleAbove];
}

/// <summary>One part of a chart, compiled.</summary>
public sealed class ChartPart
{
    internal ChartPart(Vital vital, int minPoints, int maxPoints)
    {
        Vital = vital;
        MinPoints = minPoints;
        MaxPoints = maxPoints;
    }

    /// <summary>What is scored.</summary>
    public Vital Vital { get; }
    /// <summary>Lowest points over all its tables.</summary>
    public int MinPoints { get; }
    /// <summary>Highest points over all its tables.</summary>
    public int MaxPoints { get; }

    /// <summary>Points per answer word, by number; -1 where the chart does not know the word. Null for a number.</summary>
    internal int[]? Words { get; init; }
    /// <summary>Tables by (scale − 1) × 2 + oxygen (0 air, 1 oxygen). Null for a word. One table fills every place when there is no variant.</summary>
    internal PointTable[]? Tables { get; init; }
    /// <summary>True for a number that neither scale nor oxygen changes: its one table then stands in every place.</summary>
    internal bool HasOneTable { get; init; }
    /// <summary>Hundredths added per site.</summary>
    internal int[] SiteCorrection { get; init; } = [];
    /// <summary>Corrected hundredths below or above which a non-rectal temperature is to be confirmed.</summary>
    internal (int Below, int Above)? ConfirmRectally { get; init; }

    /// <summary>True when scale 2 scores this part differently on oxygen.</summary>
    internal bool DependsOnOxygen(int scale) => Tables is not null && Tables[(scale - 1) * 2] != Tables[((scale - 1) * 2) + 1];
}

/// <summary>A published score table, compiled from data (<see cref="ChartFile"/>). Immutable; safe to share between threads.</summary>
public sealed class Chart
{
    /// <summary>Id on the wire: tobs, news2.</summary>
    public required string Id { get; init; }
    /// <summary>Version of the data.</summary>
    public required string Version { get; init; }
    /// <summary>Name on screen.</summary>
    public required string Name { get; init; }
    /// <summary>Publication.</summary>
    public required string Source { get; init; }
    /// <summary>Who approved the thresholds and when; null shows as "not approved".</summary>
    public required string? Approved { get; init; }
    /// <summary>Parts in printed order.</summary>
    public required IReadOnlyList<ChartPart> Parts { get; init; }
    /// <summary>When it is Red.</summary>
    public required Threshold Red { get; init; }
    /// <summary>When it is Yellow.</summary>
    public required Threshold Yellow { get; init; }
    /// <summary>All parts as bits.</summary>
    public required VitalMask Asks { get; init; }

    /// <summary>Same parts as an array: the hot path walks it without an interface.</summary>
    internal ChartPart[] PartArray { get; init; } = [];
}
