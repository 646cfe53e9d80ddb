namespace TeleMonitor.Care.Devices;

/// <summary>Signed settings by version and hash.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Hash">SHA-256 of the bundle, hex.</param>
public sealed record ProfileMark(int Version, string Hash);

/// <summary>How what a gateway has in force stands to what the hub has issued.</summary>
public enum ProfileStanding : byte
{
    /// <summary>The same.</summary>
    InForce,
    /// <summary>It has none, or an older one: what was issued goes out again.</summary>
    Behind,
    /// <summary>It has one that this hub does not know, as after a store was put back: only a higher version reaches it.</summary>
    Ahead,
}

/// <summary>Whether a gateway has taken its settings. Pure.</summary>
public static class ProfileRules
{
    /// <summary>The gateway has not had its settings in force for <see cref="FindingAfter"/>, although it is heard.</summary>
    public const string NotInForce = "finding/profile-not-in-force";
    /// <summary>The hub cannot make a bundle for a gateway: too large, or a citizen's plan is not among those that were approved.</summary>
    public const string NotIssued = "finding/profile-not-issued";
    /// <summary>The gateway's own word for a bundle that it refused.</summary>
    public const string Refused = "finding/profile/refused";

    /// <summary>Fifteen statuses: long enough for a slow line, short against a day of a citizen with old limits.</summary>
    public static readonly TimeSpan FindingAfter = TimeSpan.FromMinutes(15);

    /// <summary>Compares what was issued with what the status shows.</summary>
    public static ProfileStanding Compare(ProfileMark issued, ProfileMark? seen) =>
        seen is null || seen.Version < issued.Version ? ProfileStanding.Behind : seen == issued ? ProfileStanding.InForce : ProfileStanding.Ahead;
}
