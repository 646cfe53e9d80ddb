using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>
/// Many sets as columns, so that <see cref="BatchScorer"/> can take many at once. Packing changes no reading: a number is kept as the sum of its two
/// hundredths, which tells both, and every set comes back as it was put in. Beside it stands, as a byte, the class that the charts put it in: these
/// bytes, and those of the answers, are all that a batch reads. A set that does not fit (a number below 0 or
/// above <see cref="MostHundredths"/>, no neighbouring hundredths, an unknown word) is kept whole beside the columns.
/// </summary>
public sealed class PackedSets
{
    /// <summary>Highest number in hundredths that a column holds: 320.00, above every vital that lives.</summary>
    public const int MostHundredths = 32_000;
    /// <summary>In a column: not measured.</summary>
    internal const short Missing = short.MaxValue;
    private const int Numbers = 6;

    private readonly short[][] columns = new short[Numbers][];
    private readonly byte[][] classes = new byte[(int)Vital.Oxygen + 1][]; // of words the word itself
    private readonly Dictionary<int, VitalSet> whole = [];
    private byte[] sites;

    /// <summary>Makes room.</summary>
    /// <param name="classes">What the charts that the sets are to be scored by tell apart.</param>
    /// <param name="capacity">Sets that fit before the columns grow.</param>
    public PackedSets(ChartClasses classes, int capacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Classes = classes;
        sites = new byte[capacity];
        (this.classes[(int)Vital.Consciousness], this.classes[(int)Vital.Oxygen]) = (new byte[capacity], new byte[capacity]);
        for (int vital = 0; vital < Numbers; vital++)
        {
            (columns[vital], this.classes[vital]) = (new short[capacity], new byte[capacity]);
        }
    }

    /// <summary>What the charts tell apart.</summary>
    public ChartClasses Classes { get; }

    /// <summary>How many sets.</summary>
    public int Count { get; private set; }

    /// <summary>The sets that no column holds, by place.</summary>
    internal Dictionary<int, VitalSet> Whole => whole;

    /// <summary>A set as it was put in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none at this place.</exception>
    public VitalSet this[int place]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Count);
            if (whole.TryGetValue(place, out VitalSet set))
            {
                return set;
            }
            set.Consciousness = (Consciousness)classes[(int)Vital.Consciousness][place];
            set.Oxygen = (OxygenAnswer)classes[(int)Vital.Oxygen][place];
            set.TemperatureSite = (Site)sites[place];
            for (int vital = 0; vital < Numbers; vital++)
            {
                if (columns[vital][place] is not Missing and short code)
                {
                    set.Set((Vital)vital, Value(code));
                }
            }
            return set;
        }
    }

    /// <summary>Puts a set behind the others.</summary>
    public void Add(in VitalSet set)
    {
        if (Count == sites.Length)
        {
            Grow();
        }
        int place = Count++;
        bool fits = set.Consciousness <= Consciousness.Unresponsive && set.Oxygen <= OxygenAnswer.Yes && set.TemperatureSite <= Site.Core;
        VitalMask known = set.Known;
        for (int vital = 0; vital < Numbers; vital++)
        {
            short code = Missing;
            fits = fits && (!known.Has((Vital)vital) || TryCode(set[(Vital)vital], out code));
            columns[vital][place] = code;
            classes[vital][place] = fits && code != Missing ? Classes.ClassOf((Vital)vital, set.TemperatureSite, code) : ChartClasses.Missing;
        }
        classes[(int)Vital.Consciousness][place] = fits ? (byte)set.Consciousness : ChartClasses.Missing;
        classes[(int)Vital.Oxygen][place] = fits ? (byte)set.Oxygen : ChartClasses.Missing;
        sites[place] = (byte)set.TemperatureSite;
        if (!fits)
        {
            whole.Add(place, set);
        }
    }

    /// <summary>Forgets every set and keeps the room.</summary>
    public void Clear()
    {
        Count = 0;
        whole.Clear();
    }

    /// <summary>The class of one number, or the word of one answer, of every set, and what lies behind them.</summary>
    internal byte[] ClassesOf(Vital vital) => classes[(int)vital];

    /// <summary>The number that a column's code stands for.</summary>
    internal static Hundredths Value(int code)
    {
        int both = code + MostHundredths;
        return new Hundredths(both >> 1, (both + 1) >> 1);
    }

    private static bool TryCode(Hundredths value, out short code)
    {
        bool fits = value.Low is >= 0 and < MostHundredths && (value.High == value.Low || value.High == value.Low + 1);
        fits |= value is { Low: MostHundredths, High: MostHundredths };
        code = fits ? (short)(value.Low + value.High - MostHundredths) : Missing;
        return fits;
    }

    private void Grow()
    {
        int capacity = Math.Max(64, checked(Count * 2));
        Array.Resize(ref sites, capacity);
        Array.Resize(ref classes[(int)Vital.Consciousness], capacity);
        Array.Resize(ref classes[(int)Vital.Oxygen], capacity);
        for (int vital = 0; vital < Numbers; vital++)
        {
            Array.Resize(ref columns[vital], capacity);
            Array.Resize(ref classes[vital], capacity);
        }
    }
}
