namespace TeleMonitor.Hub.People;

/// <summary>Somebody who may sign in: initials, no name.</summary>
public sealed class Account
{
    /// <summary>Id: what stands beside everything the person does, and the name they sign in with.</summary>
    public required string Person { get; init; }
    /// <summary>Shown on screens.</summary>
    public required string Initials { get; init; }
    /// <summary>Hash of the password as the framework made it; null until one is chosen.</summary>
    public string? Password { get; set; }
    /// <summary>Changes with password and authenticator: a sign-in made before is over.</summary>
    public string Stamp { get; set; } = "";
    /// <summary>Key of the authenticator app, base32; null while there is none. Encrypted where it is stored.</summary>
    public string? Authenticator { get; set; }
    /// <summary>Attempts that failed since the last that did not.</summary>
    public int Failed { get; set; }
    /// <summary>Locked until then; null while not.</summary>
    public DateTimeOffset? LockedUntil { get; set; }
    /// <summary>Ended then: nobody signs in with it, and what they did keeps its initials.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>What a wrong id is told.</summary>
    public const string IdExpectation = "must be 2 to 40 of a-z, 0-9 and hyphens, no word of the hub's own and no personal number";

    /// <summary>True for what may be a person's or a token's id. It stands in the audit for years.</summary>
    public static bool IsId(string text) => text.Length is >= 2 and <= 40 && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
        && text is not ("hub" or "machine") && !LooksPersonal(text);

    /// <summary>True for initials that fit a screen: 2 to 8 letters and digits.</summary>
    public static bool AreInitials(string text) => text.Length is >= 2 and <= 8 && text.All(char.IsLetterOrDigit);

    /// <summary>True for what could be a Danish personal number, with or without its hyphen: it identifies somebody, so it is no name for an account.</summary>
    public static bool LooksPersonal(string text)
    {
        string digits = text.Length == 11 && text[6] == '-' ? text.Remove(6, 1) : text;
        return digits.Length == 10 && digits.All(char.IsAsciiDigit);
    }
}
