namespace TeleMonitor.Evaluation.Statistics;

/// <summary>
/// Seeded random numbers (SplitMix64; Steele, Lea, Flood 2014). A key gives its own sequence, so that what is drawn for one citizen, day or
/// measurement depends on nothing that was drawn before, and a home with its attack has the same noise as without it.
/// </summary>
internal struct Dice
{
    private ulong state;

    /// <summary>The sequence of a key. Two keys of equal length that differ in one place give unrelated sequences.</summary>
    public Dice(params ReadOnlySpan<long> key)
    {
        state = 0x9E3779B97F4A7C15;
        foreach (long part in key)
        {
            state = unchecked((Next() ^ (ulong)part) * 0xBF58476D1CE4E5B9);
        }
    }

    /// <summary>Next 64 random bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>0 up to, not including, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 up to, not including, <paramref name="below"/>.</summary>
    public int Below(int below) => (int)(Unit() * below);

    /// <summary>True with this chance.</summary>
    public bool Chance(double chance) => Unit() < chance;

    /// <summary>Evenly between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * Unit());

    /// <summary>From the normal distribution (Box and Muller).</summary>
    public double Normal(double mean, double sd) => mean + (sd * Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit()));
}
