namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What became of something that was asked for a citizen's rights.</summary>
public enum RightsAnswer : byte
{
    /// <summary>It was done, or is being done.</summary>
    Done,
    /// <summary>There is no such citizen, or not for this viewer; the two cannot be told apart.</summary>
    NotYours,
    /// <summary>A reason is needed.</summary>
    NoReason,
    /// <summary>It is so already.</summary>
    Already,
    /// <summary>Their identity is not in the register, where it would be written down.</summary>
    NotRegistered,
    /// <summary>Somebody has asked for the data to be kept: that is lifted first.</summary>
    IsRestricted,
    /// <summary>Monitoring goes on.</summary>
    NotEnded,
    /// <summary>A case is open.</summary>
    OpenCase,
    /// <summary>A kit has not said that it is wiped.</summary>
    NotWiped,
    /// <summary>The time for which a record is kept is not over, and no lawful reason was given.</summary>
    StillKept,
}

/// <summary>What decides whether a citizen may be deleted.</summary>
/// <param name="IsKnown">True when there is such a citizen.</param>
/// <param name="IsRestricted">True when their data is kept aside.</param>
/// <param name="HasEnded">True when monitoring is over.</param>
/// <param name="OpenCases">Cases that are not closed.</param>
/// <param name="NotWiped">Kits that have not said that they are wiped.</param>
/// <param name="LastEntry">When something was written last; null when nothing was.</param>
/// <param name="IsAsked">True when it was asked for before.</param>
public sealed record ErasureFacts(bool IsKnown, bool IsRestricted, bool HasEnded, int OpenCases, int NotWiped, DateTimeOffset? LastEntry, bool IsAsked);

/// <summary>When a citizen's data may be kept aside or removed.</summary>
public static class RightsRules
{
    /// <summary>Fewest and most characters of a reason.</summary>
    public const int LeastReason = 5, MostReason = 500;

    /// <summary>True for what may stand as a reason.</summary>
    public static bool IsReason(string text) => text.Trim().Length is >= LeastReason and <= MostReason;

    /// <summary>May everything go?</summary>
    /// <param name="facts">What the store knows.</param>
    /// <param name="keptUntilAfter">What was written after this is still kept: a record's time before now.</param>
    /// <param name="because">The lawful reason for not keeping it so long; null where none is given. It overrides the time and nothing else.</param>
    public static RightsAnswer Erase(ErasureFacts facts, DateTimeOffset keptUntilAfter, string? because) => facts switch
    {
        { IsKnown: false } => RightsAnswer.NotYours,
        { IsAsked: true } => RightsAnswer.Already,
        { HasEnded: false } => RightsAnswer.NotEnded,
        { OpenCases: > 0 } => RightsAnswer.OpenCase,
        { NotWiped: > 0 } => RightsAnswer.NotWiped,
        { IsRestricted: true } => RightsAnswer.IsRestricted,
        { LastEntry: { } last } when last > keptUntilAfter && because is null => RightsAnswer.StillKept,
        _ => because is null || IsReason(because) ? RightsAnswer.Done : RightsAnswer.NoReason,
    };
}
