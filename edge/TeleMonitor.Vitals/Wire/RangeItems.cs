namespace TeleMonitor.Vitals.Wire;

// items that say something about a range of other items

/// <summary>
/// Stands for readings that a full disk left no room for (design.md rule 14): Good, in-limit, over a day old, named by no alert. Takes
/// exactly the numbers from <see cref="From"/> to <see cref="To"/>.
/// </summary>
public sealed record ThinnedItem : Item
{
    /// <summary>Outbox whose numbers these are: another than the batch's when the file was made anew since.</summary>
    public string? Outbox { get; init; }
    /// <summary>First number it stands for.</summary>
    public required long From { get; init; }
    /// <summary>Last number it stands for.</summary>
    public required long To { get; init; }
    /// <summary>Wall time of the first.</summary>
    public DateTimeOffset? FromAt { get; init; }
    /// <summary>Wall time of the last.</summary>
    public DateTimeOffset? ToAt { get; init; }
    /// <summary>What they were, per code.</summary>
    public required IReadOnlyList<ThinnedVital> Vitals { get; init; }
}

/// <summary>The values of one code that were thinned.</summary>
/// <param name="Code">LOINC code, or <c>score/…</c> whose values are totals (lowest totals where something was missing).</param>
/// <param name="Count">How many.</param>
/// <param name="Min">Lowest.</param>
/// <param name="Max">Highest.</param>
/// <param name="Mean">Arithmetic mean, two decimals more than the values have.</param>
/// <param name="First">The earliest.</param>
/// <param name="Last">The latest.</param>
/// <param name="Unit">UCUM unit; absent for scores.</param>
public sealed record ThinnedVital(string Code, long Count, double Min, double Max, double Mean, double First, double Last, string? Unit = null);

/// <summary>Says that the numbers from <see cref="From"/> to <see cref="To"/> of a lane can never come: a loss that is known.</summary>
public sealed record GoneItem : Item
{
    /// <summary>Lane.</summary>
    public required string Lane { get; init; }
    /// <summary>First number that is gone.</summary>
    public required long From { get; init; }
    /// <summary>Last number that is gone.</summary>
    public required long To { get; init; }
    /// <summary>Outbox whose numbers these are: another than the batch's when the file was made anew since.</summary>
    public string? Outbox { get; init; }
    /// <summary>forgotten (receipted long ago), unanswered (given up alone) or damaged.</summary>
    public string? Why { get; init; }
    /// <summary>SHA-256 of the bytes of the one item that was given up, hex.</summary>
    public string? Hash { get; init; }
}

/// <summary>Corrects the wall times that items of one boot carry; they stay as written, and the hub keeps both.</summary>
public sealed record TimeCorrectedItem : Item
{
    /// <summary>Boot of the items; absent when it is the batch's own.</summary>
    public string? Boot { get; init; }
    /// <summary>First tick it is about.</summary>
    public required long FromTick { get; init; }
    /// <summary>Last tick it is about.</summary>
    public required long ToTick { get; init; }
    /// <summary>True time minus written time.</summary>
    public required double OffsetSeconds { get; init; }
    /// <summary>What told the true time: ntp or receipt.</summary>
    public string? Source { get; init; }
}
