using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Gateway.Profile;

/// <summary>Signed settings that were found good, whole.</summary>
internal sealed record TakenProfile
{
    /// <summary>Version, from 1.</summary>
    public required int Version { get; init; }
    /// <summary>SHA-256 of the bundle's bytes, hex.</summary>
    public required string Hash { get; init; }
    /// <summary>The hub's time when it was made: no moment after it was taken is before it.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
    /// <summary>When its clinical part was approved.</summary>
    public required DateTimeOffset ApprovedAt { get; init; }
    /// <summary>Every chart that counts: those of the clinical part, and of the shipped ones those that it does not name.</summary>
    public required IReadOnlyList<Chart> Charts { get; init; }
    /// <summary>What holds for whom.</summary>
    public required IReadOnlyList<SignedSettings> Citizens { get; init; }
    /// <summary>Assignments whose loan is over.</summary>
    public IReadOnlyList<int> Ended { get; init; } = [];
    /// <summary>The key that a role has from here on; null when none changes.</summary>
    public (string Role, byte[] Key)? NewKey { get; init; }
}

/// <summary>What holds for one citizen, made ready for the rules.</summary>
/// <param name="Settings">As signed.</param>
/// <param name="Plan">The plan that is followed; null without one.</param>
/// <param name="Judging">How values are judged; null where only the charts judge.</param>
/// <param name="Questions">Its questionnaire; null where it has none.</param>
internal sealed record SignedSettings(CitizenSettings Settings, Plan? Plan, JudgingPlan? Judging, Questionnaire? Questions = null);

/// <summary>The public keys that a gateway believes, SubjectPublicKeyInfo; null: nobody signs for that role.</summary>
/// <param name="Approver">Of whoever signs plans, charts and questions.</param>
/// <param name="Hub">Of the hub.</param>
internal sealed record ProfileTrust(byte[]? Approver, byte[]? Hub)
{
    /// <summary>Nobody: every bundle is refused.</summary>
    public static ProfileTrust Nobody { get; } = new(null, null);

    /// <summary>The key of a role.</summary>
    public byte[]? Of(string role) => role is Vitals.Wire.ProfileRole.Approver ? Approver : Hub;

    /// <summary>The same with another key for one role.</summary>
    public ProfileTrust With(string role, byte[] key) => role is Vitals.Wire.ProfileRole.Approver ? this with { Approver = key } : this with { Hub = key };
}

/// <summary>What is in force when a bundle comes.</summary>
/// <param name="Version">Highest version ever taken; 0 before the first.</param>
/// <param name="Hash">Hash of that bundle.</param>
/// <param name="Approved">When its clinical part was approved; null where it is not kept.</param>
internal sealed record ProfileStanding(int Version, string Hash, DateTimeOffset? Approved)
{
    /// <summary>None was ever taken.</summary>
    public static ProfileStanding None { get; } = new(0, "", null);
}

/// <summary>One thing that is wrong with a bundle.</summary>
/// <param name="Reason">A word of <see cref="ProfileReason"/>: goes into the finding.</param>
/// <param name="Text">With its place; may hold a figure of a limit, so that it is never logged nor sent.</param>
internal readonly record struct ProfileProblem(string Reason, string Text);

/// <summary>What became of a bundle.</summary>
/// <param name="Profile">The settings; null when it is refused, or the one in force came again.</param>
/// <param name="Problems">Everything that is wrong with it; empty when nothing is.</param>
internal sealed record ProfileVerdict(TakenProfile? Profile, IReadOnlyList<ProfileProblem> Problems)
{
    /// <summary>The reasons as one text, each once.</summary>
    public string Reasons => string.Join(' ', Problems.Select(problem => problem.Reason).Distinct(StringComparer.Ordinal));
}

/// <summary>Why a bundle is refused. The words travel in the finding.</summary>
internal static class ProfileReason
{
    /// <summary>Larger than a bundle may be.</summary>
    public const string Oversized = "oversized";
    /// <summary>No bundle of this version of the wire; a truncated one is none.</summary>
    public const string Unreadable = "unreadable";
    /// <summary>Another gateway's.</summary>
    public const string Gateway = "gateway";
    /// <summary>A higher version was taken before.</summary>
    public const string Older = "older";
    /// <summary>The version in force, with other bytes.</summary>
    public const string SameVersion = "same-version";
    /// <summary>No key is pinned for a role.</summary>
    public const string NoKey = "no-key";
    /// <summary>The change of a key is not signed by the key before it.</summary>
    public const string Keys = "keys";
    /// <summary>The clinical part is not signed by the approver.</summary>
    public const string ApproverSignature = "approver-signature";
    /// <summary>The citizens' part is not signed by the hub.</summary>
    public const string HubSignature = "hub-signature";
    /// <summary>Gateway or version inside are not those outside.</summary>
    public const string Mismatch = "mismatch";
    /// <summary>A plan, chart or questionnaire cannot be read, or names something that is not there.</summary>
    public const string Clinical = "clinical";
    /// <summary>The clinical part was approved before the one in force.</summary>
    public const string ClinicalOlder = "clinical-older";
    /// <summary>The settings of a citizen are wrong.</summary>
    public const string Settings = "settings";
}
