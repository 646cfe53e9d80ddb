using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>What a replay judges one number by besides the charts; an edge counts as the worse side, null is no limit there.</summary>
/// <param name="Vital">A vital that is a number and that charts may ask for.</param>
/// <param name="LowRed">Hundredths at or below which it is Red.</param>
/// <param name="LowYellow">Hundredths at or below which it is Yellow.</param>
/// <param name="HighYellow">Hundredths at or above which it is Yellow.</param>
/// <param name="HighRed">Hundredths at or above which it is Red.</param>
public sealed record ReplayLimit(Vital Vital, int? LowRed = null, int? LowYellow = null, int? HighYellow = null, int? HighRed = null);

/// <summary>The settings that a replay tries on a history.</summary>
/// <param name="Charts">Charts that count, at most <see cref="MostCharts"/>.</param>
/// <param name="Limits">Limits of the citizen.</param>
public sealed record ReplaySettings(IReadOnlyList<Chart> Charts, IReadOnlyList<ReplayLimit> Limits)
{
    /// <summary>Charts that one replay takes.</summary>
    public const int MostCharts = ReasonBits.Charts;

    /// <summary>SpO2 scale, 1 or 2.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>What the occasion asks for; everything without a plan.</summary>
    public VitalMask Required { get; init; } = VitalMask.All;
}

/// <summary>Something that is known to have happened to the citizen: an admission, an exacerbation.</summary>
/// <param name="At">When.</param>
/// <param name="Label">What, in the words of whoever labelled it.</param>
public sealed record ReplayEvent(DateTimeOffset At, string Label);
