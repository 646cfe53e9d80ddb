using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>
/// Scores a whole history at once, for replay and evaluation. Bounds, total, triage and single rules equal <see cref="Scorer.Of"/> for every set;
/// which part decided, and what to measure next, is asked there for the few sets where it matters. No heap; immutable, so threads may share it.
/// </summary>
/// <param name="chart">The chart.</param>
/// <param name="scale">SpO2 scale 1 or 2; anything but 2 counts as 1.</param>
/// <param name="required">What the occasion asks for; <see cref="VitalMask.All"/> without a plan.</param>
public sealed class BatchScorer(Chart chart, int scale, VitalMask required)
{
    /// <summary>Widest vector of this machine in bits: 512, 256, 128, or 16 where it has none and sets go one by one.</summary>
    public static int WidestBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 16;

    private readonly BatchPlan plan = new(chart, scale, required);

    /// <summary>Scores every set.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="into">Takes one result a set, in the same order; may be longer.</param>
    /// <exception cref="ArgumentException">The results do not fit.</exception>
    public void Score(PackedSets sets, Span<BatchScore> into) => Score(sets, into, WidestBits);

    /// <inheritdoc cref="Score(PackedSets, Span{BatchScore})"/>
    /// <param name="sets">The sets.</param>
    /// <param name="into">Takes one result a set, in the same order; may be longer.</param>
    /// <param name="bits">Widest vector to use: 512, 256, 128 or 16. The results are the same.</param>
    public void Score(PackedSets sets, Span<BatchScore> into, int bits)
    {
        if (into.Length < sets.Count)
        {
            throw new ArgumentException($"{sets.Count} sets need as many results, there is room for {into.Length}", nameof(into));
        }
        if (!plan.Fits)
        {
            for (int place = 0; place < sets.Count; place++)
            {
                into[place] = OneByOne(sets[place]);
            }
            return;
        }
        int done = bits >= 512 ? Run<Vector512<short>, Lanes512>(plan, sets, 0, into) : bits >= 256 ? Run<Vector256<short>, Lanes256>(plan, sets, 0, into) : 0;
        done = bits >= 128 ? Run<Vector128<short>, Lanes128>(plan, sets, done, into) : done;
        done = Run<short, OneLane>(plan, sets, done, into);
        if (done < sets.Count)
        {
            into[done] = OneByOne(sets[done]); // an odd one
        }
        foreach ((int place, VitalSet set) in sets.Whole)
        {
            into[place] = OneByOne(in set);
        }
    }

    private BatchScore OneByOne(in VitalSet set)
    {
        Score score = Scorer.Of(chart, in set, scale, required);
        bool red = false, yellow = false, undecided = false;
        foreach (ChartPart part in chart.PartArray)
        {
            red |= Scorer.IsSingle(chart.Red, part.Vital, in set, in score);
            yellow |= Scorer.IsSingle(chart.Yellow, part.Vital, in set, in score);
            undecided |= required.Has(part.Vital) && score[part.Vital] == Scoring.Score.Unknown;
        }
        int flags = (red ? BatchScore.SingleRed : 0) | (yellow ? BatchScore.SingleYellow : 0) | (undecided ? BatchScore.LacksRequired : 0)
            | (score.Missing.IsEmpty ? 0 : BatchScore.Missing);
        return new BatchScore((ushort)(score.Lowest | (score.Highest << BatchScore.HighestAt) | ((int)score.Triage << BatchScore.TriageAt) | flags));
    }

    /// <summary>As many pairs of vectors as there are whole ones; what a word adds up to fits its bits, since a chart has at most eight parts of three points.</summary>
    /// <returns>The place of the first set that was not scored.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one call does all the work: there is no second one to be compiled better for
    private static int Run<TVector, TLanes>(BatchPlan plan, PackedSets sets, int from, Span<BatchScore> into)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector bounds = TLanes.All(BatchScore.Bounds), nothing = TLanes.All(0);
        int pair = 2 * TLanes.Width;
        int end = sets.Count - pair;
        into = into[..sets.Count]; // no vector ends behind it
        for (; from <= end; from += pair)
        {
            TVector sum = nothing, sum2 = nothing, flags = nothing, flags2 = nothing;
            foreach (PlanColumn column in plan.Columns)
            {
                (TVector value, TVector value2) = Codes<TVector, TLanes>(plan, column, sets, from);
                WordSteps[] words = column.ByAnswer;
                (TVector word, TVector word2) = Walk<TVector, TLanes>(words[0], value, value2);
                if (words.Length > 1)
                {
                    TVector oxygen = Answers<TVector, TLanes>(sets, from, PackedSets.OxygenAt, 3), oxygen2 = Answers<TVector, TLanes>(sets, from + TLanes.Width, PackedSets.OxygenAt, 3);
                    for (short answer = 1; answer < words.Length; answer++)
                    {
                        (TVector other, TVector other2) = Walk<TVector, TLanes>(words[answer], value, value2);
                        word = TLanes.Choose(TLanes.Same(oxygen, TLanes.All(answer)), other, word);
                        word2 = TLanes.Choose(TLanes.Same(oxygen2, TLanes.All(answer)), other2, word2);
                    }
                }
                sum = TLanes.Add(sum, TLanes.And(word, bounds));
                sum2 = TLanes.Add(sum2, TLanes.And(word2, bounds));
                flags = TLanes.Or(flags, word);
                flags2 = TLanes.Or(flags2, word2);
            }
            TLanes.Store(Decide<TVector, TLanes>(plan, sum, flags), into, from);
            TLanes.Store(Decide<TVector, TLanes>(plan, sum2, flags2), into, from + TLanes.Width);
        }
        return from;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector, TVector) Codes<TVector, TLanes>(BatchPlan plan, PlanColumn column, PackedSets sets, int from)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int second = from + TLanes.Width;
        if (column.IsAnswer)
        {
            (int at, short mask) = column.Vital == Vital.Oxygen ? (PackedSets.OxygenAt, (short)3) : (0, (short)7);
            return (Answers<TVector, TLanes>(sets, from, at, mask), Answers<TVector, TLanes>(sets, second, at, mask));
        }
        ReadOnlySpan<short> codes = sets.Column(column.Vital);
        TVector value = TLanes.Load(codes, from), value2 = TLanes.Load(codes, second);
        return column.IsCorrected ? (Correct<TVector, TLanes>(plan, sets, from, value), Correct<TVector, TLanes>(plan, sets, second, value2)) : (value, value2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Answers<TVector, TLanes>(PackedSets sets, int from, int at, short mask)
        where TVector : struct
        where TLanes : struct, ILanes<TVector> => TLanes.And(TLanes.ShiftRight(TLanes.Load(sets.Answers, from), at), TLanes.All(mask));

    /// <summary>The codes, moved by what the chart corrects for each one's site; a missing one stays missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Correct<TVector, TLanes>(BatchPlan plan, PackedSets sets, int from, TVector value)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector site = TLanes.ShiftRight(TLanes.Load(sets.Answers, from), PackedSets.SiteAt);
        if (TLanes.IsZero(site))
        {
            return value; // as a rule: nobody says where it was taken
        }
        TVector move = TLanes.All(0);
        for (short place = 1; place < plan.Corrections.Length; place++)
        {
            short by = unchecked((short)(2 * plan.Corrections[place])); // a code counts both hundredths
            move = TLanes.Or(move, TLanes.And(TLanes.Same(site, TLanes.All(place)), TLanes.All(by)));
        }
        return TLanes.Add(value, TLanes.And(move, TLanes.Greater(TLanes.All(PackedSets.Missing), value)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector, TVector) Walk<TVector, TLanes>(WordSteps words, TVector value, TVector value2)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector word = TLanes.All(words.First), word2 = word;
        foreach (WordStep step in words.Steps)
        {
            TVector edge = TLanes.AllOfTwice(step.EdgeTwice), change = TLanes.AllOfTwice(step.ChangeTwice);
            word = TLanes.Step(word, value, edge, change);
            word2 = TLanes.Step(word2, value2, edge, change);
        }
        return (word, word2);
    }

    /// <summary>Triage by <see cref="Scorer.Of"/>'s rule, out of the sums and flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Decide<TVector, TLanes>(BatchPlan plan, TVector sum, TVector flags)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector low = TLanes.And(sum, TLanes.All(BatchScore.MostTotal));
        TVector red = TLanes.Or(TLanes.Greater(low, TLanes.All((short)(plan.RedTotal - 1))), Flag<TVector, TLanes>(flags, BatchScore.SingleRed));
        TVector yellow = TLanes.Or(TLanes.Greater(low, TLanes.All((short)(plan.YellowTotal - 1))), Flag<TVector, TLanes>(flags, BatchScore.SingleYellow));
        TVector unknown = TLanes.And(Flag<TVector, TLanes>(flags, BatchScore.LacksRequired), TLanes.All((int)Triage.Unknown << BatchScore.TriageAt));
        TVector triage = TLanes.Choose(yellow, TLanes.All((int)Triage.Yellow << BatchScore.TriageAt), unknown);
        triage = TLanes.Choose(red, TLanes.All((int)Triage.Red << BatchScore.TriageAt), triage);
        return TLanes.Or(TLanes.Or(sum, triage), TLanes.And(flags, TLanes.All(unchecked((short)BatchScore.Flags))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Flag<TVector, TLanes>(TVector flags, short bit)
        where TVector : struct
        where TLanes : struct, ILanes<TVector> => TLanes.Same(TLanes.And(flags, TLanes.All(bit)), TLanes.All(bit));
}
