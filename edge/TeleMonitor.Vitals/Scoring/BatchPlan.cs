using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>
/// A place on a column from which on the word of a part is another. Each number stands twice in 32 bits: a vector is filled from such in the load
/// itself, from 16 bits by the unit that also compares, which was half of its work.
/// </summary>
/// <param name="EdgeTwice">Highest code that still has the word before.</param>
/// <param name="ChangeTwice">What the word gains, by plain addition.</param>
internal readonly record struct WordStep(int EdgeTwice, int ChangeTwice)
{
    public static WordStep Of(int edge, int change) => new(Twice(edge), Twice(change));

    private static int Twice(int number) => unchecked((ushort)number * 0x1_0001);
}

/// <summary>What each code of a column says of its part: low and high points and flags as in <see cref="BatchScore"/>, walked in rising order of codes.</summary>
/// <param name="First">Word of the lowest code.</param>
/// <param name="Steps">Where it changes.</param>
internal sealed record WordSteps(short First, WordStep[] Steps)
{
    public static WordSteps Of(int from, int through, Func<int, int> word)
    {
        int before = word(from), first = before;
        var steps = new List<WordStep>();
        for (int code = from + 1; code <= through; code++)
        {
            int now = word(code);
            if (now != before)
            {
                steps.Add(WordStep.Of(code - 1, now - before));
                before = now;
            }
        }
        return new WordSteps(unchecked((short)first), [.. steps]);
    }
}

/// <summary>One column that a chart reads.</summary>
/// <param name="Vital">Which.</param>
/// <param name="ByAnswer">What its codes say where oxygen was not answered, is no, is yes; one for all three where oxygen does not matter.</param>
/// <param name="IsCorrected">True where the site moves the number first.</param>
internal sealed record PlanColumn(Vital Vital, WordSteps[] ByAnswer, bool IsCorrected)
{
    public bool IsAnswer => Vital is Vital.Consciousness or Vital.Oxygen;
}

/// <summary>
/// A chart compiled for batches. Every word comes out of <see cref="Scorer"/>'s own functions, asked about each code of each column once: no rule
/// of scoring stands here a second time.
/// </summary>
internal sealed class BatchPlan
{
    private readonly Chart chart;
    private readonly int scale;
    private readonly VitalMask required;

    public BatchPlan(Chart chart, int scale, VitalMask required)
    {
        (this.chart, this.scale, this.required) = (chart, scale == 2 ? 2 : 1, required);
        Columns = [.. chart.PartArray.SelectMany(ColumnsOf)];
        ChartPart? corrected = Array.Find(chart.PartArray, part => part.SiteCorrection.Length > 0);
        Corrections = corrected?.SiteCorrection ?? [];
        // beyond it a corrected number would leave its column: such a chart is scored set by set
        Fits = Corrections.All(correction => Math.Abs(correction) <= PackedSets.MostCorrection) && chart.Red.Total <= BatchScore.MostTotal;
    }

    public PlanColumn[] Columns { get; }
    /// <summary>Hundredths by site; empty where the chart corrects nothing.</summary>
    public int[] Corrections { get; }
    public bool Fits { get; }
    public short RedTotal => (short)chart.Red.Total;
    public short YellowTotal => (short)chart.Yellow.Total;

    private IEnumerable<PlanColumn> ColumnsOf(ChartPart part)
    {
        if (part.Vital is Vital.Consciousness or Vital.Oxygen)
        {
            yield return new PlanColumn(part.Vital, [WordSteps.Of(0, part.Words!.Length - 1, answer => AnswerWord(part, answer))], false);
            yield break;
        }
        bool corrected = part.SiteCorrection.Length > 0;
        bool depends = !ReferenceEquals(part.Tables![(scale - 1) * 2], part.Tables[((scale - 1) * 2) + 1]);
        OxygenAnswer[] answers = depends ? [OxygenAnswer.None, OxygenAnswer.No, OxygenAnswer.Yes] : [OxygenAnswer.None];
        yield return new PlanColumn(part.Vital, [.. answers.Select(oxygen => Number(part, code => NumberWord(part, code, oxygen) | (corrected ? 0 : AboveWord(part, code))))], corrected);
        if (corrected && chart.Red.Above.Concat(chart.Yellow.Above).Any(rule => rule.Vital == part.Vital))
        {
            yield return new PlanColumn(part.Vital, [Number(part, code => AboveWord(part, code))], false); // the value itself decides, uncorrected
        }
    }

    /// <summary>Asks about every code between the lowest and the highest at which anything can change; outside, all codes but the missing one are alike.</summary>
    private WordSteps Number(ChartPart part, Func<int, int> word)
    {
        int[] edges = [0, .. part.Tables!.Select(table => table.End), .. chart.Red.Above.Concat(chart.Yellow.Above).Where(rule => rule.Vital == part.Vital).Select(rule => rule.Above)];
        int from = Math.Max(short.MinValue, (2 * (edges.Min() - 2)) - PackedSets.MostHundredths), through = Math.Min(PackedSets.Missing - 1, (2 * (edges.Max() + 2)) - PackedSets.MostHundredths);
        WordSteps numbers = WordSteps.Of(from, through, word);
        return numbers with { Steps = [.. numbers.Steps, WordStep.Of(PackedSets.Missing - 1, word(PackedSets.Missing) - word(through))] };
    }

    private int AnswerWord(ChartPart part, int answer)
    {
        var set = new VitalSet();
        if (part.Vital == Vital.Oxygen)
        {
            set.Oxygen = (OxygenAnswer)answer;
        }
        else
        {
            set.Consciousness = (Consciousness)answer;
        }
        return Word(part, in set, answer > 0, null);
    }

    private int NumberWord(ChartPart part, int code, OxygenAnswer oxygen)
    {
        var set = new VitalSet { Oxygen = oxygen };
        bool has = code != PackedSets.Missing;
        if (has)
        {
            set.Set(part.Vital, PackedSets.Value(code)); // its site is not stated, so nothing is corrected a second time
        }
        ChartPart? pair = part.Vital == Vital.Spo2 && oxygen == OxygenAnswer.None && part.DependsOnOxygen(scale)
            ? Array.Find(chart.PartArray, other => other.Vital == Vital.Oxygen) : null;
        return Word(part, in set, has, pair);
    }

    /// <summary>What a part alone says.</summary>
    /// <param name="part">The part.</param>
    /// <param name="set">Holds the part's value, if it has one, and the oxygen answer.</param>
    /// <param name="has">Whether it has one.</param>
    /// <param name="pair">The oxygen part whose bounds are taken together with this one's; its own are then counted out here.</param>
    private int Word(ChartPart part, in VitalSet set, bool has, ChartPart? pair)
    {
        var unused = new Score();
        (int low, int high) = Scorer.Range(part, in set, has, scale, ref unused);
        bool known = has && low == high;
        int word = known || !required.Has(part.Vital) ? 0 : BatchScore.LacksRequired;
        word |= has ? 0 : BatchScore.Missing;
        word |= known && low >= chart.Red.SinglePoints ? BatchScore.SingleRed : 0;
        word |= known && low >= chart.Yellow.SinglePoints ? BatchScore.SingleYellow : 0;
        if (pair is not null)
        {
            (int together, int most) = Scorer.Pair(part, pair, in set, scale);
            (low, high) = (together - pair.MinPoints, most - pair.MaxPoints);
        }
        return word | low | (high << BatchScore.HighestAt);
    }

    private int AboveWord(ChartPart part, int code)
    {
        bool Reaches(Threshold threshold) => Array.Exists(threshold.Above, rule => rule.Vital == part.Vital && PackedSets.Value(code).High > rule.Above);
        return code == PackedSets.Missing ? 0 : (Reaches(chart.Red) ? BatchScore.SingleRed : 0) | (Reaches(chart.Yellow) ? BatchScore.SingleYellow : 0);
    }
}
