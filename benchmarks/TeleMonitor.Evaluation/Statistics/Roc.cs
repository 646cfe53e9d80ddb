namespace TeleMonitor.Evaluation.Statistics;

/// <summary>
/// Counts of a small whole-number score in positives and negatives. The area under the curve is the chance that a positive scores higher than a
/// negative, ties counted half (Mann and Whitney).
/// </summary>
internal sealed class Roc(int highest)
{
    private readonly long[] positives = new long[highest + 1], negatives = new long[highest + 1];

    /// <summary>Rows that are positive.</summary>
    public long Positives => positives.Sum();

    /// <summary>Rows that are negative.</summary>
    public long Negatives => negatives.Sum();

    /// <summary>Counts one row.</summary>
    /// <param name="score">0 to the highest.</param>
    /// <param name="isPositive">Which of the two.</param>
    public void Add(int score, bool isPositive) => (isPositive ? positives : negatives)[score]++;

    /// <summary>Counts all of another so many times.</summary>
    public void Add(Roc other, int times)
    {
        for (int score = 0; score < positives.Length; score++)
        {
            positives[score] += times * other.positives[score];
            negatives[score] += times * other.negatives[score];
        }
    }

    /// <summary>Area under the curve, 0 to 1; NaN without a positive or without a negative.</summary>
    public double Area()
    {
        double above = 0;
        long below = 0;
        for (int score = 0; score < positives.Length; score++)
        {
            above += positives[score] * (below + (negatives[score] / 2.0));
            below += negatives[score];
        }
        return above / ((double)Positives * below);
    }
}
