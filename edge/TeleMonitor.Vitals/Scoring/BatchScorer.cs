using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>
/// Scores a whole history at once, for replay and evaluation. Bounds, total, triage and single rules equal <see cref="Scorer.Of"/> for every set;
/// which part decided, and what to measure next, is asked there for the few sets where it matters. No heap; immutable, so threads may share it.
/// </summary>
/// <param name="classes">By which the sets are packed.</param>
/// <param name="chart">The chart.</param>
/// <param name="scale">SpO2 scale 1 or 2; anything but 2 counts as 1.</param>
/// <param name="required">What the occasion asks for; <see cref="VitalMask.All"/> without a plan.</param>
public sealed class BatchScorer(ChartClasses classes, Chart chart, int scale, VitalMask required)
{
    /// <summary>Widest vector of this machine in bits: 512, 256, 128, or 8 where it has none and sets go one by one.</summary>
    public static int WidestBits => Avx512BW.IsSupported ? 512 : Avx2.IsSupported ? 256 : Vector128.IsHardwareAccelerated ? 128 : 8;

    private readonly BatchPlan plan = new(classes, chart, scale, required);

    /// <summary>Scores every set.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="into">Takes one result a set, in the same order; may be longer.</param>
    /// <exception cref="ArgumentException">The results do not fit, or the sets are packed by other classes.</exception>
    public void Score(PackedSets sets, Span<BatchScore> into) => Score(sets, into, WidestBits);

    /// <inheritdoc cref="Score(PackedSets, Span{BatchScore})"/>
    /// <param name="sets">The sets.</param>
    /// <param name="into">Takes one result a set, in the same order; may be longer.</param>
    /// <param name="bits">Widest vector to use: 512, 256, 128, or 8 for none. The results are the same.</param>
    public void Score(PackedSets sets, Span<BatchScore> into, int bits)
    {
        if (into.Length < sets.Count)
        {
            throw new ArgumentException($"{sets.Count} sets need as many results, there is room for {into.Length}", nameof(into));
        }
        if (sets.Classes != classes)
        {
            throw new ArgumentException("the sets are packed by other classes than these scores are made for", nameof(sets));
        }
        int done = !plan.Fits ? 0 : Math.Min(bits, WidestBits) switch
        {
            >= 512 => Run<Vector512<byte>, Lanes512>(plan, sets, into),
            >= 256 => Run<Vector256<byte>, Lanes256>(plan, sets, into),
            >= 128 => Run<Vector128<byte>, Lanes128>(plan, sets, into),
            _ => 0,
        };
        for (; done < sets.Count; done++)
        {
            into[done] = OneByOne(sets[done]);
        }
        if (!plan.Fits)
        {
            return;
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

    /// <summary>As many pairs of vectors as there are whole ones, then once more over the last sets: some are scored twice, to the same.</summary>
    /// <returns>The place of the first set that was not scored.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one call does all the work: there is no second one to be compiled better for
    private static int Run<TVector, TLanes>(BatchPlan plan, PackedSets sets, Span<BatchScore> into)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int pair = 2 * TLanes.Width, last = sets.Count - pair;
        if (last < 0)
        {
            return 0;
        }
        into = into[..sets.Count]; // no vector ends behind it
        TVector points = TLanes.All(3), more = TLanes.All(12), nothing = TLanes.All(0);
        var decision = new Decision<TVector>(TLanes.All((byte)(plan.RedTotal - 1)), TLanes.All((byte)(plan.YellowTotal - 1)));
        for (int from = 0; ; from = Math.Min(from + pair, last))
        {
            int second = from + TLanes.Width;
            TVector low = nothing, low2 = nothing, spread = nothing, spread2 = nothing, flags = nothing, flags2 = nothing;
            foreach (PlanColumn column in plan.Alone)
            {
                byte[] classes = sets.ClassesOf(column.Vital);
                TVector table = TLanes.Load(column.ByAnswer[0], 0);
                TVector said = TLanes.LookUp(table, TLanes.Load(classes, from)), said2 = TLanes.LookUp(table, TLanes.Load(classes, second));
                (low, low2) = (TLanes.Add(low, TLanes.And(said, points)), TLanes.Add(low2, TLanes.And(said2, points)));
                // four times what it is: eight parts of three points fit
                (spread, spread2) = (TLanes.Add(spread, TLanes.And(said, more)), TLanes.Add(spread2, TLanes.And(said2, more)));
                (flags, flags2) = (TLanes.Or(flags, said), TLanes.Or(flags2, said2));
            }
            foreach (PlanColumn column in plan.WithOxygen)
            {
                TVector said = ByOxygen<TVector, TLanes>(column, sets, from), said2 = ByOxygen<TVector, TLanes>(column, sets, second);
                (low, low2) = (TLanes.Add(low, TLanes.And(said, points)), TLanes.Add(low2, TLanes.And(said2, points)));
                (spread, spread2) = (TLanes.Add(spread, TLanes.And(said, more)), TLanes.Add(spread2, TLanes.And(said2, more)));
                (flags, flags2) = (TLanes.Or(flags, said), TLanes.Or(flags2, said2));
            }
            Decide<TVector, TLanes>(in decision, low, spread, flags, into, from);
            Decide<TVector, TLanes>(in decision, low2, spread2, flags2, into, second);
            if (from == last)
            {
                return sets.Count;
            }
        }
    }

    private readonly struct Decision<TVector>(TVector belowRed, TVector belowYellow)
    {
        public readonly TVector BelowRed = belowRed, BelowYellow = belowYellow;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // a call would have every sum put by around it
    private static TVector ByOxygen<TVector, TLanes>(PlanColumn column, PackedSets sets, int from)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector classes = TLanes.Load(sets.ClassesOf(column.Vital), from), oxygen = TLanes.Load(sets.ClassesOf(Vital.Oxygen), from);
        TVector said = TLanes.LookUp(TLanes.Load(column.ByAnswer[0], 0), classes);
        for (byte answer = 1; answer < column.ByAnswer.Length; answer++)
        {
            said = TLanes.Choose(TLanes.Same(oxygen, TLanes.All(answer)), TLanes.LookUp(TLanes.Load(column.ByAnswer[answer], 0), classes), said);
        }
        return said;
    }

    /// <summary>Triage by <see cref="Scorer.Of"/>'s rule, out of the sums and flags; the bits of a <see cref="BatchScore"/> in two bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Decide<TVector, TLanes>(in Decision<TVector> decision, TVector low, TVector spread, TVector flags, Span<BatchScore> into, int at)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector high = TLanes.Add(low, TLanes.And(TLanes.ShiftRight(spread, 2), TLanes.All(BatchScore.MostTotal)));
        TVector red = TLanes.Or(TLanes.Greater(low, decision.BelowRed), Flag<TVector, TLanes>(flags, BatchScore.SingleRed));
        TVector yellow = TLanes.Or(TLanes.Greater(low, decision.BelowYellow), Flag<TVector, TLanes>(flags, BatchScore.SingleYellow));
        TVector unknown = TLanes.And(Flag<TVector, TLanes>(flags, BatchScore.LacksRequired), TLanes.All((int)Triage.Unknown << UpperTriageAt));
        TVector triage = TLanes.Choose(yellow, TLanes.All((int)Triage.Yellow << UpperTriageAt), unknown);
        triage = TLanes.Choose(red, TLanes.All((int)Triage.Red << UpperTriageAt), triage);
        TVector lower = TLanes.Or(low, TLanes.And(TLanes.ShiftLeft(high, BatchScore.HighestAt), TLanes.All(0xE0)));
        TVector upper = TLanes.Or(TLanes.And(TLanes.ShiftRight(high, 8 - BatchScore.HighestAt), TLanes.All(3)), TLanes.Or(triage, TLanes.And(flags, TLanes.All(BatchScore.Flags >> 8))));
        TLanes.Store(lower, upper, into, at);
    }

    private const int UpperTriageAt = BatchScore.TriageAt - 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Flag<TVector, TLanes>(TVector flags, int bit)
        where TVector : struct
        where TLanes : struct, ILanes<TVector> => TLanes.Same(TLanes.And(flags, TLanes.All((byte)(bit >> 8))), TLanes.All((byte)(bit >> 8)));
}
