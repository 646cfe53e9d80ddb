namespace TeleMonitor.Hub.People.Citizens;

/// <summary>What somebody typed to find a citizen, as the store can ask for it: keyed hashes, every one of which must be the citizen's.</summary>
/// <param name="Keys">Hashes; none where nothing can be found by what was typed.</param>
/// <param name="Citizen">The pseudonym, where that was typed; else null.</param>
/// <param name="IsOfOne">True where it names one citizen, by whole number or pseudonym: asking for somebody else's is written down.</param>
public sealed record CitizenQuery(IReadOnlyList<string> Keys, string? Citizen, bool IsOfOne)
{
    /// <summary>Most words of a name that are asked for; of a longer one the longest.</summary>
    public const int MostWords = 4;
    /// <summary>Most characters that are read.</summary>
    public const int MostTyped = 100;

    private static readonly CitizenQuery Nobody = new([], null, false);

    /// <summary>Reads what was typed: a pseudonym, a whole personal number, a birth date (DDMMYY), a telephone number or whole words of a name. Never throws.</summary>
    /// <returns>Null where nothing was typed.</returns>
    public static CitizenQuery? Of(string? typed, IdentityKeys keys)
    {
        string text = (typed ?? "").Trim();
        if (text.Length is 0 or > MostTyped)
        {
            return text.Length == 0 ? null : Nobody;
        }
        if (text.StartsWith("c-", StringComparison.Ordinal))
        {
            return new CitizenQuery([], text, true);
        }
        if (PersonalId.Read(text).Id is { } id)
        {
            return new CitizenQuery([keys.NumberKey(id)], null, true);
        }
        if (!text.Any(char.IsLetter))
        {
            string digits = Identity.DigitsOf(text);
            return digits.Length switch { 0 => Nobody, 6 => new CitizenQuery([keys.BirthKey(digits)], null, false), _ => new CitizenQuery([keys.TelephoneKey(digits)], null, false) };
        }
        // the longest word first: it is the rarest, and the store begins with it
        string[] words = [.. Identity.WordsOf(text).OrderByDescending(word => word.Length).Take(MostWords)];
        return words.Length == 0 ? Nobody : new CitizenQuery([.. words.Select(keys.WordKey)], null, false);
    }

    /// <summary>Nothing of what was typed.</summary>
    public override string ToString() => "a search";
}
