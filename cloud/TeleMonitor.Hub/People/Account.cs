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
}
