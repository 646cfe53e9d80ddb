using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>Gives each reason a number while rules are compiled.</summary>
internal sealed class ReasonTable
{
    private readonly List<string> words = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ReasonSet> graver = [];
    private ReasonSet red;

    public IReadOnlyList<string> Words => words;

    /// <summary>The reasons that are Red by themselves.</summary>
    public ReasonSet Red => red;

    public int Find(string reason) => numbers.GetValueOrDefault(reason, -1);

    /// <summary>As <see cref="Reason.HasNew"/>, of numbers.</summary>
    public bool HasNew(in ReasonSet reasons, in ReasonSet before)
    {
        ReasonSet news = reasons.Without(in before);
        for (int number = news.Next(0); number >= 0; number = news.Next(number + 1))
        {
            if (!Graver(number).Meets(in before))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The reasons in whose presence this one is no news. Asked for once a reason.</summary>
    private ReasonSet Graver(int number)
    {
        lock (graver)
        {
            if (!graver.TryGetValue(number, out ReasonSet covering))
            {
                for (int other = 0; other < words.Count; other++)
                {
                    if (!Reason.HasNew([words[number]], [words[other]]))
                    {
                        covering.Add(other);
                    }
                }
                graver.Add(number, covering);
            }
            return covering;
        }
    }

    public int Number(string reason, bool isRed)
    {
        if (numbers.TryGetValue(reason, out int known))
        {
            return known;
        }
        if (words.Count == ReasonSet.Capacity)
        {
            throw new ArgumentException($"more than {ReasonSet.Capacity} reasons: questions, charts and limits of one citizen are too many");
        }
        int number = words.Count;
        words.Add(reason);
        numbers.Add(reason, number);
        if (isRed)
        {
            red.Add(number);
        }
        return number;
    }
}

/// <summary>One chart with the numbers of its reasons.</summary>
internal sealed class ChartReasons
{
    private readonly int totalYellow, totalRed;
    private readonly int[] parts = new int[(int)Vital.Oxygen + 1]; // number of one point; two and three follow
    private readonly int[] singleYellow = new int[(int)Vital.Oxygen + 1], singleRed = new int[(int)Vital.Oxygen + 1];

    public ChartReasons(Chart chart, bool asked, ReasonTable table)
    {
        (Chart, IsAsked) = (chart, asked);
        totalYellow = table.Number(Reason.Total(chart.Id, Triage.Yellow), isRed: false);
        totalRed = table.Number(Reason.Total(chart.Id, Triage.Red), isRed: true);
        foreach (ChartPart part in chart.Parts)
        {
            string name = VitalCode.Of(part.Vital).Name;
            parts[(int)part.Vital] = table.Number(Reason.Part(chart.Id, name, 1), isRed: false);
            for (int points = 2; points <= ChartFile.MostPoints; points++)
            {
                table.Number(Reason.Part(chart.Id, name, points), isRed: false);
            }
            singleYellow[(int)part.Vital] = table.Number(Reason.Single(chart.Id, Triage.Yellow, name), isRed: false);
            singleRed[(int)part.Vital] = table.Number(Reason.Single(chart.Id, Triage.Red, name), isRed: true);
        }
    }

    public Chart Chart { get; }

    /// <summary>False for a chart that the plan does not ask for: it decides nothing but Red.</summary>
    public bool IsAsked { get; }

    /// <summary>Adds the chart's reasons; gives its triage as far as it counts.</summary>
    public Triage Judge(in VitalSet set, in Score score, ref ReasonSet reasons)
    {
        if (!IsAsked && score.Triage != Triage.Red)
        {
            return Triage.Green;
        }
        if (score.Triage is Triage.Yellow or Triage.Red)
        {
            AddReasons(in set, in score, ref reasons);
        }
        return score.Triage;
    }

    private void AddReasons(in VitalSet set, in Score score, ref ReasonSet reasons)
    {
        if (score.Lowest >= Chart.Yellow.Total)
        {
            reasons.Add(score.Lowest >= Chart.Red.Total ? totalRed : totalYellow);
        }
        foreach (ChartPart part in Chart.PartArray)
        {
            if (score[part.Vital] is > 0 and int points)
            {
                reasons.Add(parts[(int)part.Vital] + points - 1);
            }
            if (Scorer.IsSingle(Chart.Red, part.Vital, in set, in score))
            {
                reasons.Add(singleRed[(int)part.Vital]);
            }
            if (Scorer.IsSingle(Chart.Yellow, part.Vital, in set, in score))
            {
                reasons.Add(singleYellow[(int)part.Vital]);
            }
        }
    }
}

/// <summary>One limit in hundredths with the numbers of its reasons.</summary>
internal sealed class LimitReasons
{
    private readonly int? lowRed, lowYellow, highYellow, highRed; // hundredths; of a relative limit from the baseline's centre
    private readonly int margin;
    private readonly bool isRelative, isOtherUnit;
    private readonly DateOnly? review;
    private readonly int saidLowRed, saidLowYellow, saidHighYellow, saidHighRed, saidUnit;

    public LimitReasons(Limit limit, ReasonTable table)
    {
        VitalCode code = VitalCode.FromName(limit.Vital)!;
        Vital = code.Vital;
        (lowRed, lowYellow, highYellow, highRed) = (Whole(limit.LowRed), Whole(limit.LowYellow), Whole(limit.HighYellow), Whole(limit.HighRed));
        (margin, isRelative, review) = (Whole(limit.Margin)!.Value, limit.Relative, limit.Review);
        isOtherUnit = !string.Equals(limit.Unit, code.Unit, StringComparison.Ordinal);
        saidLowRed = table.Number(Reason.Limit(limit.Vital, "low-red"), isRed: true);
        saidLowYellow = table.Number(Reason.Limit(limit.Vital, "low-yellow"), isRed: false);
        saidHighYellow = table.Number(Reason.Limit(limit.Vital, "high-yellow"), isRed: false);
        saidHighRed = table.Number(Reason.Limit(limit.Vital, "high-red"), isRed: true);
        saidUnit = table.Number(Reason.Limit(limit.Vital, "unit"), isRed: false);
    }

    public Vital Vital { get; }

    public void Judge(
        in RecentValues recent, TimeSpan now, long countsFor, OwnDays own, in ReasonSet standing, DateOnly today, ref ReasonSet reasons, ref Assessment found)
    {
        Baseline usual = isRelative ? own[Vital] : default;
        found.LimitsNeeded |= review < today || (isRelative && !usual.IsKnown);
        if (!(recent.Has(Vital) || recent.IsOtherUnit(Vital)) || (now - recent.TakenAt(Vital)).Ticks > countsFor || (isRelative && !usual.IsKnown))
        {
            return;
        }
        if (isOtherUnit || recent.IsOtherUnit(Vital))
        {
            reasons.Add(saidUnit); // nothing is converted: a person looks
            return;
        }
        double middle = usual.Center * 100; // 0 for an absolute limit
        Hundredths value = recent.Number(Vital);
        int low = Crossed(value.Low - middle, lowRed, lowYellow, saidLowRed, saidLowYellow, -1, in standing);
        int high = Crossed(value.High - middle, highRed, highYellow, saidHighRed, saidHighYellow, 1, in standing);
        if (low >= 0)
        {
            reasons.Add(low);
        }
        if (high >= 0)
        {
            reasons.Add(high);
        }
    }

    /// <summary>The worst limit on one side that is reached, the edge being the worse side; -1 for none.</summary>
    private int Crossed(double value, int? red, int? yellow, int saidRed, int saidYellow, int side, in ReasonSet standing)
    {
        bool stoodRed = standing.Has(saidRed), stoodYellow = stoodRed || standing.Has(saidYellow);
        return (value - red) * side >= (stoodRed ? -margin : 0) - Assessor.Tolerance ? saidRed
            : (value - yellow) * side >= (stoodYellow ? -margin : 0) - Assessor.Tolerance ? saidYellow
            : -1;
    }

    private static int? Whole(decimal? figure) => (int?)(figure * 100m);
}
