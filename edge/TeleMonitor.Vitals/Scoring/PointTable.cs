using System.Runtime.CompilerServices;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>How a value between two printed edges is scored.</summary>
public enum Between : byte
{
    /// <summary>Both neighbours at the printed resolution, the higher points kept (NEWS2; whole numbers of TOBS).</summary>
    BothNeighbours,
    /// <summary>The half-open band of the raw value and the band of the value rounded half up, the higher kept (TOBS temperature, clinical.md 1.2).</summary>
    FloorAndHalfUp,
}

/// <summary>One printed band; both edges belong to it, a null edge is open.</summary>
/// <param name="From">Lowest value of the band in hundredths, or null.</param>
/// <param name="To">Highest value of the band in hundredths, or null.</param>
/// <param name="Points">0 to 3.</param>
public readonly record struct Band(int? From, int? To, int Points);

/// <summary>Bands compiled to one byte per hundredth of the unit, so that a score is a look-up and no comparison of floating point.</summary>
public sealed class PointTable
{
    private readonly byte[] points;

    /// <summary>Lowest points that any value gives.</summary>
    public int Min { get; }
    /// <summary>Highest points that any value gives.</summary>
    public int Max { get; }

    /// <summary>Hundredth from which on every value gives the points of the highest band.</summary>
    internal int End => points.Length;

    /// <summary>Compiles bands that have been checked: ascending, first open below, last open above, each starting one step after the last.</summary>
    /// <param name="bands">The printed bands.</param>
    /// <param name="step">Printed resolution in hundredths.</param>
    /// <param name="between">Rule between two printed values.</param>
    public PointTable(IReadOnlyList<Band> bands, int step, Between between)
    {
        int lastEdge = bands[^1].From ?? 0;
        points = new byte[lastEdge + step + 1]; // from the last edge on, every value has the last band's points
        for (int value = 0; value < points.Length; value++)
        {
            int below = value - (value % step);
            int atBelow = AtPrinted(bands, below);
            int atAbove = value == below ? atBelow : AtPrinted(bands, below + step);
            bool takesAbove = between == Between.BothNeighbours || (value - below) * 2 >= step;
            points[value] = (byte)(takesAbove ? Math.Max(atBelow, atAbove) : atBelow);
        }
        Min = bands.Min(band => band.Points);
        Max = bands.Max(band => band.Points);
    }

    /// <summary>Points of a value. Values below zero belong to the lowest band and values above the table to the highest: the bands are open there.</summary>
    public int this[Hundredths value]
    {
        get
        {
            int low = At(value.Low);
            return value.High == value.Low ? low : Math.Max(low, At(value.High));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int At(int hundredths)
    {
        byte[] table = points;
        // unchecked: a negative value wraps around to far above the table, and is then told apart
        return unchecked((uint)hundredths) < (uint)table.Length ? table[hundredths] : hundredths < 0 ? table[0] : table[^1];
    }

    private static int AtPrinted(IReadOnlyList<Band> bands, int value)
    {
        foreach (Band band in bands)
        {
            if (band.To is not { } to || value <= to)
            {
                return band.Points;
            }
        }
        return bands[^1].Points;
    }
}
