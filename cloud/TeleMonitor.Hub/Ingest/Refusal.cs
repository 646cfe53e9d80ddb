namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Why something that came was not taken. A closed list: each is a word in the metric <c>telemonitor_hub_refused_total</c>, in the
/// quarantine, and a row of the table in README.md.
/// </summary>
public enum RefusalReason : byte
{
    /// <summary>The gateway is not registered; nothing is stored, it keeps everything.</summary>
    UnregisteredGateway,
    /// <summary>Without usable properties a batch cannot be counted past; no receipt.</summary>
    NoProperties,
    /// <summary>A message on a topic that carries none, or a presence that nobody can read.</summary>
    UnexpectedMessage,
    /// <summary>The batch begins after what is stored: it is asked for from there.</summary>
    Gap,
    /// <summary>The batch does not continue the chain that is stored.</summary>
    ChainDiffers,
    /// <summary>The batch cannot be read; put aside whole.</summary>
    BatchUnreadable,
    /// <summary>The head does not say what the properties say; put aside whole.</summary>
    HeadDiffers,
    /// <summary>The items do not give the chain that the properties name; put aside whole.</summary>
    BatchCorrupt,
    /// <summary>A batch of one item for several numbers whose item does not stand for them; put aside whole.</summary>
    RangeWrong,
    /// <summary>Taking the batch failed in a way nobody foresaw; put aside whole.</summary>
    BatchFailed,
    /// <summary>The item cannot be read; put aside.</summary>
    ItemUnreadable,
    /// <summary>The item is of a kind that this version does not have; put aside.</summary>
    UnknownKind,
    /// <summary>The item's assignment is not one of this gateway's; put aside.</summary>
    ForeignAssignment,
    /// <summary>The item's assignment has not begun; put aside.</summary>
    AssignmentNotBegun,
    /// <summary>The item's assignment has ended; put aside.</summary>
    AssignmentClosed,
    /// <summary>Another item with the same identity is stored; put aside, neither replaces the other.</summary>
    IdentityTaken,
    /// <summary>An item that says what is gone or thinned stands in a lane that it is not about; put aside.</summary>
    WrongLane,
}

/// <summary>One thing that was not taken.</summary>
/// <param name="Reason">Why, as a word of a closed list.</param>
/// <param name="Detail">Place and expectation, as a sentence; no value, no citizen.</param>
public sealed record Refusal(RefusalReason Reason, string Detail)
{
    /// <summary>The word that is stored and counted.</summary>
    public string Word => Care.Cases.CaseWord.Of(Reason);
}
