using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Vitals.Plans;

/// <summary>
/// From a citizen's newest values to a triage with its reasons: charts, limits, symptoms, trends and how old each value is. Made once for a
/// citizen's rules; <see cref="Assess"/> is pure and takes no heap. Safe to share between threads.
/// </summary>
public sealed class Assessor
{
    /// <summary>What binary fractions may be wrong by: a value at the edge counts as the worse side, also where a baseline made it a fraction.</summary>
    internal const double Tolerance = 1e-6;

    private readonly AssessmentRules rules;
    private readonly ChartReasons[] charts;
    private readonly LimitReasons?[] limits = new LimitReasons?[VitalCode.All.Count];
    private readonly long[] combine = new long[VitalCode.All.Count];
    private readonly ReasonTable table = new();
    private readonly RiseRule[] rises, gains; // as arrays: the hot path walks them without an interface
    private readonly ReasonSet red, symptoms;
    private readonly int pulseSpo2, respirationRise, weightGain;

    /// <summary>Compiles the rules.</summary>
    /// <exception cref="ArgumentException">They give more than <see cref="ReasonSet.Capacity"/> reasons.</exception>
    public Assessor(AssessmentRules rules)
    {
        this.rules = rules;
        (rises, gains) = ([.. rules.Trend?.RespirationUp ?? []], [.. rules.Trend?.WeightUp ?? []]);
        charts = [.. rules.Charts.Select(chart => new ChartReasons(chart, rules.Asked?.Contains(chart.Id) ?? true, table))];
        foreach (Limit limit in rules.Limits)
        {
            var compiled = new LimitReasons(limit, table);
            limits[(int)compiled.Vital] = compiled;
        }
        foreach (string symptom in rules.Symptoms)
        {
            int number = table.Number(symptom, symptom.EndsWith("/red", StringComparison.Ordinal));
            symptoms.Add(number);
        }
        pulseSpo2 = table.Number(Reason.PulseUpSpo2Down, isRed: false);
        respirationRise = table.Number(Reason.RespirationUp, isRed: false);
        weightGain = table.Number(Reason.WeightUp, isRed: false);
        red = table.Red;
        foreach (VitalCode code in VitalCode.All)
        {
            combine[(int)code.Vital] = rules.Combine.TryGetValue(code.Name, out TimeSpan age) ? age.Ticks : long.MaxValue;
        }
    }

    /// <summary>What it was made of.</summary>
    public AssessmentRules Rules => rules;

    /// <summary>True when something is said of this vital that no chart says: it is required, limited or followed.</summary>
    public bool Judges(Vital vital) => rules.Required.Has(vital) || limits[(int)vital] is not null || (vital == Vital.Weight && rules.Trend?.WeightUp.Count > 0);

    /// <summary>How old a vital's value may be to count beside another set's; zero where the plan combines it over no sets.</summary>
    public TimeSpan CountsFor(Vital vital) => rules.Combine.GetValueOrDefault(VitalCode.Of(vital).Name);

    /// <summary>Whether a value of this age is judged; a vital that the plan does not name counts at any.</summary>
    public bool Counts(Vital vital, TimeSpan age) => age.Ticks <= combine[(int)vital];

    /// <summary>Every reason there can be, by number.</summary>
    public IReadOnlyList<string> Words => table.Words;

    /// <summary>The number of a reason; -1 for one that these rules cannot give.</summary>
    public int NumberOf(string reason) => table.Find(reason);

    /// <summary>True when a reason is in that was not there before, also in no graver form: <see cref="Reason.HasNew"/>.</summary>
    public bool HasNew(in ReasonSet reasons, in ReasonSet before) => table.HasNew(in reasons, in before);

    /// <summary>The reasons as words, sorted, as they travel.</summary>
    public IReadOnlyList<string> WordsOf(ReasonSet reasons)
    {
        var found = new List<string>();
        for (int number = reasons.Next(0); number >= 0; number = reasons.Next(number + 1))
        {
            found.Add(table.Words[number]);
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Words as a set; what these rules cannot give is left out.</summary>
    public ReasonSet SetOf(IEnumerable<string> reasons)
    {
        var set = new ReasonSet();
        foreach (int number in reasons.Select(table.Find).Where(number => number >= 0))
        {
            set.Add(number);
        }
        return set;
    }

    /// <summary>Judges what is known now.</summary>
    /// <param name="recent">Newest usable value of each vital.</param>
    /// <param name="own">The citizen's own days.</param>
    /// <param name="told">Symptoms that were told and still count.</param>
    /// <param name="standing">What stood before: a limit that was crossed stands until the value is back by its margin.</param>
    /// <param name="now">Rule time.</param>
    /// <param name="today">Today's date, for reviews.</param>
    /// <param name="scores">Filled with one score per chart, in the same order; may be longer.</param>
    public Assessment Assess(in RecentValues recent, OwnDays own, in ReasonSet told, in ReasonSet standing, TimeSpan now, DateOnly today, Span<Score> scores)
    {
        var found = new Assessment();
        var set = new VitalSet();
        Collect(in recent, now, ref set, ref found);
        ReasonSet reasons = default;
        Triage triage = charts.Length == 0 && rules.Asked is null ? Triage.Unknown : Triage.Green; // nothing to judge by is not well
        for (int index = 0; index < charts.Length; index++)
        {
            ChartReasons chart = charts[index];
            scores[index] = Scorer.Of(chart.Chart, in set, rules.Scale, rules.Required);
            triage = TriageWord.Worse(triage, chart.Judge(in set, in scores[index], ref reasons));
            found.Next ??= chart.IsAsked ? scores[index].Next : null;
        }
        foreach (LimitReasons? limit in limits)
        {
            limit?.Judge(in recent, now, combine[(int)limit.Vital], own, in standing, today, ref reasons, ref found);
        }
        reasons.Add(in told);
        Follow(in recent, own, told.Meets(in symptoms), now, ref reasons);
        found.Reasons = reasons;
        triage = reasons.Meets(in red) ? Triage.Red : reasons.IsEmpty ? triage : TriageWord.Worse(triage, Triage.Yellow);
        triage = found.Missing.IsEmpty ? triage : TriageWord.Worse(triage, Triage.Unknown);
        found.Triage = triage == Triage.Yellow ? TriageWord.Worse(triage, rules.Floor) : triage;
        return found;
    }

    /// <summary>As it is compared and written.</summary>
    public Judgement ToJudgement(in Assessment found, ReadOnlySpan<Score> scores)
    {
        var totals = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int index = 0; index < charts.Length; index++)
        {
            totals[charts[index].Chart.Id] = scores[index].Lowest;
        }
        return new Judgement(found.Triage, WordsOf(found.Reasons), totals);
    }

    /// <summary>The values that may count now, as a set for charts; what a plan requires and is not there is named.</summary>
    private void Collect(in RecentValues recent, TimeSpan now, ref VitalSet set, ref Assessment found)
    {
        for (var vital = Vital.Pulse; vital <= Vital.Weight; vital++)
        {
            bool has = recent.Has(vital), fresh = has && (now - recent.TakenAt(vital)).Ticks <= combine[(int)vital];
            if (fresh)
            {
                Put(in recent, vital, ref set);
            }
            else if (rules.Required.Has(vital) && rules.Asked is not null)
            {
                found.Missing = found.Missing.With(vital);
                found.Stale = has ? found.Stale.With(vital) : found.Stale;
            }
        }
    }

    private static void Put(in RecentValues recent, Vital vital, ref VitalSet set)
    {
        switch (vital)
        {
            case Vital.Consciousness:
                set.Consciousness = recent.Consciousness;
                break;
            case Vital.Oxygen:
                set.Oxygen = recent.Oxygen;
                break;
            case Vital.Weight:
                break; // in no chart
            default:
                set.Set(vital, recent.Number(vital));
                set.TemperatureSite = vital == Vital.Temperature ? recent.TemperatureSite : set.TemperatureSite;
                break;
        }
    }

    /// <summary>Slow changes against the citizen's own days (clinical.md 3.5).</summary>
    private void Follow(in RecentValues recent, OwnDays own, bool hasSymptom, TimeSpan now, ref ReasonSet reasons)
    {
        if (rules.Trend is not { } trend)
        {
            return;
        }
        if (trend.PulseUpSpo2Down is { } together && (hasSymptom || !together.WithSymptom))
        {
            Say(Drift(in recent, own, together, now) >= together.Sd - Tolerance, pulseSpo2, ref reasons);
        }
        if (Fresh(in recent, Vital.Respiration, now) is { } breaths && own[Vital.Respiration] is { IsKnown: true } usual)
        {
            foreach (RiseRule rule in rises)
            {
                Say(IsUp(breaths, usual.Center + rule.By - Tolerance, own, rule.Within), respirationRise, ref reasons);
            }
        }
        if (Fresh(in recent, Vital.Weight, now) is { } weight)
        {
            foreach (RiseRule rule in gains)
            {
                Say(weight - own.LeastOf(Vital.Weight, DaysOf(rule.Within)) >= rule.By - Tolerance, weightGain, ref reasons);
            }
        }
    }

    /// <summary>Mean of pulse up and saturation down in the citizen's own standard deviations; null while it cannot be said.</summary>
    private double? Drift(in RecentValues recent, OwnDays own, TogetherRule together, TimeSpan now)
    {
        if (Fresh(in recent, Vital.Pulse, now) is not { } pulse || Fresh(in recent, Vital.Spo2, now) is not { } spo2
            || own[Vital.Pulse] is not { IsKnown: true } usualPulse || own[Vital.Spo2] is not { IsKnown: true } usualSpo2)
        {
            return null;
        }
        double up = (pulse - usualPulse.Center) / Math.Max(usualPulse.Spread, together.LeastPulseSd);
        double down = (usualSpo2.Center - spo2) / Math.Max(usualSpo2.Spread, together.LeastSpo2Sd);
        return (up + down) / 2;
    }

    /// <summary>At the level now, and on each day before of the time it must have lasted.</summary>
    private static bool IsUp(double value, double level, OwnDays own, TimeSpan within)
    {
        bool up = value >= level;
        for (int ago = 1; ago < DaysOf(within); ago++)
        {
            up &= own.MeanOf(Vital.Respiration, ago) >= level;
        }
        return up;
    }

    private static int DaysOf(TimeSpan within) => Math.Max(1, (int)Math.Ceiling(within.TotalDays));

    /// <summary>The value in its unit; null when there is none that may count.</summary>
    private double? Fresh(in RecentValues recent, Vital vital, TimeSpan now) =>
        recent.Has(vital) && (now - recent.TakenAt(vital)).Ticks <= combine[(int)vital] ? recent.Number(vital).High / 100.0 : null;

    private static void Say(bool holds, int reason, ref ReasonSet reasons)
    {
        if (holds)
        {
            reasons.Add(reason);
        }
    }
}
