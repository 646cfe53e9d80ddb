using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>A set of vitals as bits.</summary>
/// <param name="Bits">Bit n is the vital with number n.</param>
public readonly record struct VitalMask(ushort Bits)
{
    /// <summary>Every vital: what is required while no plan says otherwise.</summary>
    public static VitalMask All => new(0x1FF);
    /// <summary>True when the vital is in.</summary>
    public bool Has(Vital vital) => (Bits & (1 << (int)vital)) != 0;
    /// <summary>With one more vital.</summary>
    public VitalMask With(Vital vital) => new((ushort)(Bits | (1 << (int)vital)));
    /// <summary>True when nothing is in.</summary>
    public bool IsEmpty => Bits == 0;
    /// <summary>Their names, in the order of <see cref="Vital"/>.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            VitalMask mask = this;
            return [.. VitalCode.All.Where(code => mask.Has(code.Vital)).Select(code => code.Name)];
        }
    }

    /// <summary>Of names; one that nobody knows is left out.</summary>
    public static VitalMask Of(IEnumerable<string> names) =>
        Of(names.Select(VitalCode.FromName).OfType<VitalCode>().Select(code => code.Vital));

    /// <summary>Of vitals.</summary>
    public static VitalMask Of(IEnumerable<Vital> vitals) => vitals.Aggregate(new VitalMask(0), (mask, vital) => mask.With(vital));
}

/// <summary>One chart's result for one set, without heap.</summary>
public struct Score
{
    /// <summary>Marks a part whose points are not known.</summary>
    public const int Unknown = -1;

    // one byte a part, by the vital's number; all ones is Unknown everywhere. A word and not an array: it stays in a register
    private ulong points = ulong.MaxValue;

    /// <summary>Starts with every part unknown.</summary>
    public Score()
    {
    }

    /// <summary>Lowest total that the missing parts allow.</summary>
    public int Lowest { get; internal set; }
    /// <summary>Highest total that the missing parts allow.</summary>
    public int Highest { get; internal set; }
    /// <summary>Parts of the chart that are not measured.</summary>
    public VitalMask Missing { get; internal set; }
    /// <summary>Triage by the chart's thresholds (design.md section 8).</summary>
    public Triage Triage { get; internal set; }
    /// <summary>The missing part that would narrow the bounds most; null when nothing is missing.</summary>
    public Vital? Next { get; internal set; }
    /// <summary>True when a corrected temperature asks to be confirmed rectally (clinical.md 1.6). It is scored all the same.</summary>
    public bool ConfirmRectally { get; internal set; }

    /// <summary>The total, or null while a part is missing: never a lower "safe" number.</summary>
    public readonly int? Total => Missing.IsEmpty ? Lowest : null;

    /// <summary>Points of a part, or <see cref="Unknown"/>.</summary>
    public readonly int this[Vital vital] => unchecked((sbyte)(points >> (8 * (int)vital)));

    internal void Give(Vital vital, int given)
    {
        int place = 8 * (int)vital;
        points = (points & ~(0xFFUL << place)) | ((ulong)(byte)given << place);
    }
}
