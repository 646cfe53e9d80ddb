using System.Globalization;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What became of an attempt to open a citizen out of scope.</summary>
public enum BreakGlassAnswer : byte
{
    /// <summary>Open for the time it holds.</summary>
    Opened,
    /// <summary>The citizen is the viewer's already.</summary>
    NotNeeded,
    /// <summary>There is no such citizen or case. From outside it looks as if it had been opened.</summary>
    Unknown,
    /// <summary>Neither a pseudonym nor a case number.</summary>
    NotReadable,
    /// <summary>The reason is missing or too short to be one, or too long.</summary>
    NoReason,
    /// <summary>No grant of a role that may.</summary>
    NoRole,
    /// <summary>The person has as many open as anybody needs.</summary>
    TooMany,
}

/// <summary>Whom a nurse has typed: one of the two.</summary>
/// <param name="Citizen">Pseudonym; null where it is a case.</param>
/// <param name="Case">Case number; null where it is a citizen.</param>
public sealed record BreakGlassTarget(string? Citizen, long? Case);

/// <summary>When a citizen may be opened out of scope: in need, by who treats, with a reason, for an hour.</summary>
public static class BreakGlassRules
{
    /// <summary>Fewest and most characters of a reason.</summary>
    public const int LeastReason = 10, MostReason = 500;
    /// <summary>Most citizens that a person has open in this way at a time.</summary>
    public const int MostOpen = 10;
    /// <summary>How long it is open.</summary>
    public static readonly TimeSpan Holds = TimeSpan.FromHours(1);

    private const int MostPseudonym = 40, MostDigits = 9; // a civil registration number has ten digits: it is never read as a case, and so never written down

    /// <summary>Reads what was typed: a pseudonym begins with a letter, a case number is digits.</summary>
    /// <returns>Null for anything else.</returns>
    public static BreakGlassTarget? Read(string typed)
    {
        string text = typed.Trim().ToLowerInvariant();
        if (text.Length is > 0 and <= MostDigits && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return new BreakGlassTarget(null, number);
        }
        return IsPseudonym(text) ? new BreakGlassTarget(text, null) : null;
    }

    /// <summary>True for a text that has the form of a pseudonym and holds no number as long as a civil registration number.</summary>
    public static bool IsPseudonym(string text) =>
        text.Length is >= 2 and <= MostPseudonym && text[0] is >= 'a' and <= 'z' && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
        && !text.Split('-').Any(part => part.Count(char.IsAsciiDigit) > MostDigits) && text.Count(char.IsAsciiDigit) <= MostDigits;

    /// <summary>Decides.</summary>
    /// <param name="role">The person's grant of a role that may; null for none.</param>
    /// <param name="target">Whom; null when it could not be read.</param>
    /// <param name="reason">As typed.</param>
    /// <param name="known">True when there is such a citizen.</param>
    /// <param name="theirs">True when the viewer answers for the citizen anyway.</param>
    /// <param name="open">How many the person has open in this way now.</param>
    public static BreakGlassAnswer Decide(Grant? role, BreakGlassTarget? target, string reason, bool known, bool theirs, int open) => (role, target) switch
    {
        (null, _) => BreakGlassAnswer.NoRole,
        (_, null) => BreakGlassAnswer.NotReadable,
        _ when reason.Trim().Length is < LeastReason or > MostReason => BreakGlassAnswer.NoReason,
        _ when open >= MostOpen => BreakGlassAnswer.TooMany,
        _ when !known => BreakGlassAnswer.Unknown,
        _ when theirs => BreakGlassAnswer.NotNeeded,
        _ => BreakGlassAnswer.Opened,
    };
}
