namespace TeleMonitor.Vitals.Readings;

/// <summary>How urgent a judgement is, in rising severity. Unknown means "cannot be said", never "fine": it outranks Green.</summary>
/// <remarks>Order from design.md section 8: Red &gt; Yellow &gt; Unknown &gt; Green when charts are combined. A worklist sorts otherwise (Unknown may hide a Red).</remarks>
public enum Triage : byte
{
    /// <summary>Everything required is measured and nothing deviates.</summary>
    Green = 0,
    /// <summary>Something required is missing and what is known does not decide.</summary>
    Unknown = 1,
    /// <summary>Deviation that a nurse looks at today.</summary>
    Yellow = 2,
    /// <summary>Deviation that a nurse acts on now.</summary>
    Red = 3,
}

/// <summary>The wire and CSV words of <see cref="Triage"/>.</summary>
public static class TriageWord
{
    /// <summary>Lower-case word: green, unknown, yellow, red.</summary>
    public static string Of(Triage triage) => triage switch
    {
        Triage.Green => "green",
        Triage.Yellow => "yellow",
        Triage.Red => "red",
        _ => "unknown",
    };

    /// <summary>The more severe of two.</summary>
    public static Triage Worse(Triage one, Triage other) => one > other ? one : other;

    /// <summary>Reads a word; false when it is none of the four.</summary>
    public static bool TryRead(string? word, out Triage triage)
    {
        (bool known, triage) = word switch
        {
            "green" => (true, Triage.Green),
            "yellow" => (true, Triage.Yellow),
            "red" => (true, Triage.Red),
            "unknown" => (true, Triage.Unknown),
            _ => (false, Triage.Unknown),
        };
        return known;
    }
}
