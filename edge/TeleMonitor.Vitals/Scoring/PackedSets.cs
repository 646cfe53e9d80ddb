using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>
/// Many sets as columns, 13 bytes a set, so that <see cref="BatchScorer"/> can take many at once. Packing changes no reading: a number is kept
/// as the sum of its two hundredths, which tells both, and every set comes back as it was put in. A set that does not fit (a number below 0 or
/// above <see cref="MostHundredths"/>, no neighbouring hundredths, an unknown word) is kept whole beside the columns.
/// </summary>
public sealed class PackedSets
{
    /// <summary>Highest number in hundredths that a column holds: 320.00, above every vital that lives.</summary>
    public const int MostHundredths = 32_000;
    /// <summary>Bytes that a set takes in the columns.</summary>
    public const int BytesPerSet = (Numbers * sizeof(short)) + 1;

    /// <summary>In a column: not measured.</summary>
    internal const short Missing = short.MaxValue;
    /// <summary>Furthest that a site correction may move a number, in hundredths, without leaving a column's range.</summary>
    internal const int MostCorrection = 380;
    internal const int OxygenAt = 3, SiteAt = 5; // bits of an answer byte; the word of consciousness stands below

    private const int Numbers = 6;
    private const int WordMask = 7, OxygenMask = 3;

    private readonly short[][] columns = new short[Numbers][];
    private readonly Dictionary<int, VitalSet> whole = [];
    private byte[] answers;

    /// <summary>Makes room.</summary>
    /// <param name="capacity">Sets that fit before the columns grow.</param>
    public PackedSets(int capacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        answers = new byte[capacity];
        for (int vital = 0; vital < Numbers; vital++)
        {
            columns[vital] = new short[capacity];
        }
    }

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
            int given = answers[place];
            set.Consciousness = (Consciousness)(given & WordMask);
            set.Oxygen = (OxygenAnswer)((given >> OxygenAt) & OxygenMask);
            set.TemperatureSite = (Site)(given >> SiteAt);
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
        if (Count == answers.Length)
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
        }
        answers[place] = (byte)((int)set.Consciousness | ((int)set.Oxygen << OxygenAt) | ((int)set.TemperatureSite << SiteAt));
        if (!fits)
        {
            whole.Add(place, set);
            answers[place] = 0; // the columns then say nothing of it
        }
    }

    /// <summary>Forgets every set and keeps the room.</summary>
    public void Clear()
    {
        Count = 0;
        whole.Clear();
    }

    /// <summary>One number of every set.</summary>
    internal ReadOnlySpan<short> Column(Vital vital) => columns[(int)vital].AsSpan(0, Count);

    /// <summary>The answers and the site of every set.</summary>
    internal ReadOnlySpan<byte> Answers => answers.AsSpan(0, Count);

    /// <summary>The number that a column's code stands for, also of one that a correction has moved below 0.</summary>
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
        Array.Resize(ref answers, capacity);
        for (int vital = 0; vital < Numbers; vital++)
        {
            Array.Resize(ref columns[vital], capacity);
        }
    }
}
