using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>One column that a chart reads.</summary>
/// <param name="Vital">Which.</param>
/// <param name="ByAnswer">What each class says where oxygen was not answered, is no, is yes; one for all three where oxygen does not matter. Of each
/// class a byte: lowest points (2 bits), highest less lowest (2), the flags of a <see cref="BatchScore"/> (4); repeated to the widest vector.</param>
internal sealed record PlanColumn(Vital Vital, byte[][] ByAnswer);

/// <summary>
/// A chart compiled for batches. Every byte comes out of <see cref="Scorer"/>'s own functions, asked about one number of each class: no rule of
/// scoring stands here a second time.
/// </summary>
internal sealed class BatchPlan
{
    private const int MostPoints = 3, FlagsAt = 12;
    private readonly Chart chart;
    private readonly int scale;
    private readonly VitalMask required;

    public BatchPlan(ChartClasses classes, Chart chart, int scale, VitalMask required)
    {
        (this.chart, this.scale, this.required) = (chart, scale == 2 ? 2 : 1, required);
        Fits = classes.Fits(chart) && chart.Red.Total <= BatchScore.MostTotal;
        PlanColumn[] columns = Fits ? Array.ConvertAll(chart.PartArray, part => ColumnOf(classes, part)) : [];
        (Alone, WithOxygen) = (Array.FindAll(columns, column => column.ByAnswer.Length == 1), Array.FindAll(columns, column => column.ByAnswer.Length > 1));
    }

    /// <summary>Columns that oxygen does not change.</summary>
    public PlanColumn[] Alone { get; }
    /// <summary>Columns that it changes.</summary>
    public PlanColumn[] WithOxygen { get; }
    /// <summary>False for a chart that is scored set by set.</summary>
    public bool Fits { get; private set; }
    public byte RedTotal => (byte)chart.Red.Total;
    public byte YellowTotal => (byte)chart.Yellow.Total;

    private PlanColumn ColumnOf(ChartClasses classes, ChartPart part)
    {
        byte[] all = new byte[ChartClasses.Most];
        if (part.Vital is Vital.Consciousness or Vital.Oxygen)
        {
            for (int answer = 0; answer < part.Words!.Length; answer++)
            {
                all[answer] = AnswerByte(part, answer);
            }
            return new PlanColumn(part.Vital, [Repeat(all)]);
        }
        bool depends = !ReferenceEquals(part.Tables![(scale - 1) * 2], part.Tables[((scale - 1) * 2) + 1]);
        OxygenAnswer[] answers = depends ? [OxygenAnswer.None, OxygenAnswer.No, OxygenAnswer.Yes] : [OxygenAnswer.None];
        return new PlanColumn(part.Vital, Array.ConvertAll(answers, oxygen => Repeat(Bytes(classes, part, oxygen))));
    }

    private static byte[] Repeat(byte[] all) => [.. all, .. all, .. all, .. all];

    private byte[] Bytes(ChartClasses classes, ChartPart part, OxygenAnswer oxygen)
    {
        byte[] all = new byte[ChartClasses.Most];
        var set = new VitalSet { Oxygen = oxygen };
        ChartPart? pair = part.Vital == Vital.Spo2 && oxygen == OxygenAnswer.None && part.DependsOnOxygen(scale)
            ? Array.Find(chart.PartArray, other => other.Vital == Vital.Oxygen) : null;
        all[ChartClasses.Missing] = Byte(part, in set, has: false, pair);
        foreach ((int place, (Hundredths value, Site site)) in classes.Members(part.Vital).Index())
        {
            set.Set(part.Vital, value);
            set.TemperatureSite = site;
            all[place + 1] = (byte)(Byte(part, in set, has: true, pair) | Above(part, value));
        }
        return all;
    }

    private byte AnswerByte(ChartPart part, int answer)
    {
        VitalSet set = part.Vital == Vital.Oxygen ? new VitalSet { Oxygen = (OxygenAnswer)answer } : new VitalSet { Consciousness = (Consciousness)answer };
        return Byte(part, in set, answer > 0, null);
    }

    /// <summary>What a part alone says.</summary>
    /// <param name="part">The part.</param>
    /// <param name="set">Holds the part's value, if it has one, and the oxygen answer.</param>
    /// <param name="has">Whether it has one.</param>
    /// <param name="pair">The oxygen part whose bounds are taken together with this one's; its own are then counted out here.</param>
    private byte Byte(ChartPart part, in VitalSet set, bool has, ChartPart? pair)
    {
        var unused = new Score();
        (int low, int high) = Scorer.Range(part, in set, has, scale, ref unused);
        bool known = has && low == high;
        int flags = known || !required.Has(part.Vital) ? 0 : BatchScore.LacksRequired;
        flags |= has ? 0 : BatchScore.Missing;
        flags |= known && low >= chart.Red.SinglePoints ? BatchScore.SingleRed : 0;
        flags |= known && low >= chart.Yellow.SinglePoints ? BatchScore.SingleYellow : 0;
        if (pair is not null)
        {
            (int together, int most) = Scorer.Pair(part, pair, in set, scale);
            (low, high) = (together - pair.MinPoints, most - pair.MaxPoints);
        }
        Fits &= low is >= 0 and <= MostPoints && high - low is >= 0 and <= MostPoints;
        return (byte)((low & MostPoints) | (((high - low) & MostPoints) << 2) | (flags >> FlagsAt << 4));
    }

    private int Above(ChartPart part, Hundredths value)
    {
        bool Reaches(Threshold threshold) => Array.Exists(threshold.Above, rule => rule.Vital == part.Vital && value.High > rule.Above);
        return ((Reaches(chart.Red) ? BatchScore.SingleRed : 0) | (Reaches(chart.Yellow) ? BatchScore.SingleYellow : 0)) >> FlagsAt << 4;
    }
}
