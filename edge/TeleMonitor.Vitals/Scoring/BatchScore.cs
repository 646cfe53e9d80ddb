using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>One chart's result for one set of a batch, in 16 bits. What it says equals <see cref="Scorer.Of"/>; parts and "measure next" it leaves to that.</summary>
/// <param name="Bits">From the lowest bit: lowest total (5), highest total (5), triage (2), then one bit each as below.</param>
public readonly record struct BatchScore(ushort Bits)
{
    internal const int HighestAt = 5, TriageAt = 10, MostTotal = 31;
    internal const int SingleRed = 1 << 12, SingleYellow = 1 << 13, LacksRequired = 1 << 14, Missing = 1 << 15;
    internal const int Bounds = (MostTotal << HighestAt) | MostTotal, Flags = SingleRed | SingleYellow | LacksRequired | Missing;

    /// <inheritdoc cref="Score.Lowest"/>
    public int Lowest => Bits & MostTotal;
    /// <inheritdoc cref="Score.Highest"/>
    public int Highest => (Bits >> HighestAt) & MostTotal;
    /// <inheritdoc cref="Score.Triage"/>
    public Triage Triage => (Triage)((Bits >> TriageAt) & 3);
    /// <inheritdoc cref="Score.Total"/>
    public int? Total => (Bits & Missing) == 0 ? Lowest : null;
    /// <summary>True when a part alone reaches Red, by its points or by its value.</summary>
    public bool IsSingleRed => (Bits & SingleRed) != 0;
    /// <summary>True when a part alone reaches Yellow.</summary>
    public bool IsSingleYellow => (Bits & SingleYellow) != 0;
}
