using System.Globalization;

namespace TeleMonitor.Load;

/// <summary>A budget of design.md section 9.</summary>
/// <param name="Limit">The number.</param>
/// <param name="AtLeast">True when more is better.</param>
internal sealed record Budget(double Limit, bool AtLeast = false)
{
    public bool IsMet(double value) => AtLeast ? value >= Limit : value <= Limit;

    public string Text(string unit) => $"{(AtLeast ? "≥" : "≤")} {Figure.Number(Limit)} {unit}";
}

/// <summary>One measured number beside what was allowed and what was expected.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Budget">Null when design.md section 9 has none for it.</param>
/// <param name="Sketch">The arithmetic that predicted it, made before it was measured.</param>
/// <param name="Detail">How it was taken; what stood beside it.</param>
internal sealed record Figure(string What, double Value, string Unit, Budget? Budget, string Sketch, string Detail)
{
    public string Verdict => Budget is null ? "no budget" : Budget.IsMet(Value) ? "met" : "gap";

    public string ValueText => $"{Number(Value)} {Unit}";

    public override string ToString() => $"{What}: {ValueText}{(Budget is null ? "" : $" ({Verdict}, budget {Budget.Text(Unit)})")}; {Detail}";

    /// <summary>Three significant digits, whole numbers from 100 on: more would be noise.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    /// <summary>The value that this share of the samples does not exceed: the next higher sample, never between two.</summary>
    public static double Percentile(IEnumerable<double> samples, double share)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
