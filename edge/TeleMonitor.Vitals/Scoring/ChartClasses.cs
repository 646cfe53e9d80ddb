using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>
/// What some charts together can tell apart of each number: two numbers are of one class when every table and every rule of these charts says the
/// same of both. A handful of bands a chart makes a handful of classes, so that a class fits in half a byte and what a chart says of it in a table of
/// sixteen, which a vector looks up in one step. Immutable, so threads may share it.
/// </summary>
public sealed class ChartClasses
{
    /// <summary>Classes of one vital, the missing one included.</summary>
    internal const int Most = 16;
    /// <summary>The class of a number that was not measured.</summary>
    internal const byte Missing = 0;

    private const int Numbers = 6, Sites = (int)Site.Core + 1;
    private readonly byte[][] classes = new byte[Numbers * Sites][]; // by vital and site, then by code; the sites of one that no site moves share theirs
    private readonly List<(Hundredths Value, Site Site)>[] members = new List<(Hundredths, Site)>[Numbers]; // one of each class, from the second on
    private readonly bool[] fits = new bool[Numbers];

    /// <summary>Compiles the classes.</summary>
    /// <param name="charts">Every chart that is to be scored by them.</param>
    public ChartClasses(IReadOnlyList<Chart> charts)
    {
        Charts = charts;
        for (int vital = 0; vital < Numbers; vital++)
        {
            Compile((Vital)vital);
        }
    }

    /// <summary>The charts.</summary>
    public IReadOnlyList<Chart> Charts { get; }

    /// <summary>True when a chart can be scored by classes.</summary>
    internal bool Fits(Chart chart) => Charts.Contains(chart) && Array.TrueForAll(chart.PartArray, part => (int)part.Vital >= Numbers || fits[(int)part.Vital]);

    /// <summary>One number of each class of a vital, in the order of the classes, from the second on: the first is the missing one.</summary>
    internal IReadOnlyList<(Hundredths Value, Site Site)> Members(Vital vital) => members[(int)vital];

    /// <summary>The class of a number by its column's code.</summary>
    internal byte ClassOf(Vital vital, Site site, int code) => classes[((int)vital * Sites) + (int)site][code + PackedSets.MostHundredths];

    private void Compile(Vital vital)
    {
        (ChartPart Part, PointTable Table)[] tables = [.. Charts.SelectMany(chart => chart.PartArray).Where(part => part.Vital == vital && part.Tables is not null)
            .SelectMany(part => part.Tables!.Distinct().Select(table => (part, table)))];
        int[] above = [.. Charts.SelectMany(chart => chart.Red.Above.Concat(chart.Yellow.Above)).Where(rule => rule.Vital == vital).Select(rule => rule.Above)];
        int reach = tables.SelectMany(one => one.Part.SiteCorrection).Select(Math.Abs).DefaultIfEmpty(0).Max();
        int[] edges = [0, .. tables.Select(one => one.Table.End), .. above];
        // outside, every number is of the class of the nearest one inside
        int from = Math.Max(-PackedSets.MostHundredths, (2 * (edges.Min() - 2 - reach)) - PackedSets.MostHundredths);
        int through = Math.Min(PackedSets.MostHundredths, (2 * (edges.Max() + 2 + reach)) - PackedSets.MostHundredths);
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        members[(int)vital] = [];
        char[] said = new char[tables.Length + above.Length];
        for (int site = 0; site < Sites; site++)
        {
            bool isMoved = site == 0 || Array.Exists(tables, one => one.Part.SiteCorrection.Length > 0);
            classes[((int)vital * Sites) + site] = isMoved ? new byte[(2 * PackedSets.MostHundredths) + 1] : classes[(int)vital * Sites];
            if (!isMoved)
            {
                continue;
            }
            Span<byte> map = classes[((int)vital * Sites) + site];
            for (int code = from; code <= through; code++)
            {
                Hundredths value = PackedSets.Value(code);
                Say(value, (Site)site, tables, above, said);
                var key = said.AsSpan();
                if (!known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out int found))
                {
                    members[(int)vital].Add((value, (Site)site));
                    known.Add(new string(key), found = members[(int)vital].Count);
                }
                map[code + PackedSets.MostHundredths] = (byte)Math.Min(found, byte.MaxValue);
            }
            map[..(from + PackedSets.MostHundredths)].Fill(map[from + PackedSets.MostHundredths]);
            map[(through + PackedSets.MostHundredths)..].Fill(map[through + PackedSets.MostHundredths]);
        }
        fits[(int)vital] = members[(int)vital].Count < Most;
    }

    private static void Say(Hundredths value, Site site, (ChartPart Part, PointTable Table)[] tables, int[] above, char[] said)
    {
        for (int at = 0; at < tables.Length; at++)
        {
            (ChartPart part, PointTable table) = tables[at];
            said[at] = (char)table[part.SiteCorrection.Length == 0 ? value : value.Plus(part.SiteCorrection[(int)site])];
        }
        for (int at = 0; at < above.Length; at++)
        {
            said[tables.Length + at] = value.High > above[at] ? '\u0001' : '\0';
        }
    }
}
