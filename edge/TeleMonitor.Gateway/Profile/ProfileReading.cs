using System.Security.Cryptography;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Profile;

/// <summary>From the bytes of a bundle to settings that can be in force, or every reason why not. Pure: nothing is taken, kept or fetched.</summary>
internal static class ProfileReading
{
    /// <summary>Reads a bundle.</summary>
    /// <param name="bytes">As it came.</param>
    /// <param name="gateway">This gateway.</param>
    /// <param name="standing">What was taken before.</param>
    /// <param name="trust">The pinned keys.</param>
    /// <param name="shipped">Charts that the program has by itself.</param>
    public static ProfileVerdict Read(ReadOnlySpan<byte> bytes, string gateway, ProfileStanding standing, ProfileTrust trust, IReadOnlyList<Chart> shipped)
    {
        var problems = new List<ProfileProblem>();
        if (bytes.Length > ProfileBundle.MaxBytes)
        {
            return Refuse(problems, ProfileReason.Oversized, $"the bundle is {bytes.Length} bytes, at most {ProfileBundle.MaxBytes} are allowed");
        }
        if (ProfileBundle.TryRead(bytes, out string unreadable) is not { } bundle)
        {
            return Refuse(problems, ProfileReason.Unreadable, unreadable);
        }
        string hash = ProfileBundle.HashOf(bytes);
        if (bundle.Version == standing.Version && string.Equals(hash, standing.Hash, StringComparison.Ordinal) && standing.Approved is not null)
        {
            return new ProfileVerdict(null, problems);
        }
        CheckOutside(bundle, gateway, standing, hash, problems);
        (string Role, byte[] Key)? newKey = ReadKeys(bundle.Keys, trust, problems);
        ProfileTrust believed = newKey is { } changed ? trust.With(changed.Role, changed.Key) : trust;
        byte[]? clinical = Signed(bundle.Clinical, believed.Approver, ProfileRole.Approver, ProfileReason.ApproverSignature, problems);
        byte[]? citizens = Signed(bundle.Citizens, believed.Hub, ProfileRole.Hub, ProfileReason.HubSignature, problems);
        ProfileContent? content = clinical is null ? null : ReadClinical(clinical, standing, shipped, problems);
        CitizensPart? part = citizens is null ? null : ReadCitizens(citizens, bundle, problems);
        IReadOnlyList<SignedSettings>? settings = part is null || content is null ? null : MakeReady(part, content, problems);
        return problems.Count > 0 ? new ProfileVerdict(null, problems) : new ProfileVerdict(new TakenProfile
        {
            Version = bundle.Version, Hash = hash, IssuedAt = bundle.IssuedAt, ApprovedAt = content!.ApprovedAt, Charts = content.Charts,
            Citizens = settings!, Ended = part!.Ended ?? [], NewKey = newKey,
        }, problems);
    }

    private static ProfileVerdict Refuse(List<ProfileProblem> problems, string reason, string text)
    {
        problems.Add(new ProfileProblem(reason, text));
        return new ProfileVerdict(null, problems);
    }

    private static void CheckOutside(ProfileBundle bundle, string gateway, ProfileStanding standing, string hash, List<ProfileProblem> problems)
    {
        if (!string.Equals(bundle.Gateway, gateway, StringComparison.Ordinal))
        {
            problems.Add(new ProfileProblem(ProfileReason.Gateway, $"the bundle is for {bundle.Gateway}, not for {gateway}"));
        }
        if (bundle.Version < standing.Version)
        {
            problems.Add(new ProfileProblem(ProfileReason.Older, $"version {bundle.Version} is older than {standing.Version}, which was taken before"));
        }
        else if (bundle.Version == standing.Version && !string.Equals(hash, standing.Hash, StringComparison.Ordinal))
        {
            problems.Add(new ProfileProblem(ProfileReason.SameVersion, $"version {bundle.Version} was taken before with other bytes"));
        }
    }

    /// <summary>The key that follows another; null where none does. One that follows already is nothing new: late gateways still need to be told of it.</summary>
    private static (string Role, byte[] Key)? ReadKeys(string? keys, ProfileTrust trust, List<ProfileProblem> problems)
    {
        if (keys is null)
        {
            return null;
        }
        if (Jws.PayloadOf(keys) is not { } payload || ProfileKeys.TryRead(payload) is not { } named)
        {
            problems.Add(new ProfileProblem(ProfileReason.Keys, "keys names no role and key"));
            return null;
        }
        if (trust.Of(named.Role) is { } pinned && pinned.AsSpan().SequenceEqual(named.Key))
        {
            return null;
        }
        using ECDsa? before = trust.Of(named.Role) is { } old ? Jws.ToKey(old) : null;
        if (before is null || Jws.Read(keys, before) is null)
        {
            problems.Add(new ProfileProblem(ProfileReason.Keys, $"the change of the key of {named.Role} is not signed by the key that is pinned"));
            return null;
        }
        return named;
    }

    private static byte[]? Signed(string text, byte[]? pinned, string role, string reason, List<ProfileProblem> problems)
    {
        using ECDsa? key = pinned is null ? null : Jws.ToKey(pinned);
        if (key is null)
        {
            problems.Add(new ProfileProblem(ProfileReason.NoKey, $"no key of {role} is pinned"));
            return null;
        }
        byte[]? payload = Jws.Read(text, key);
        if (payload is null)
        {
            problems.Add(new ProfileProblem(reason, $"the part is not signed by the pinned key of {role}"));
        }
        return payload;
    }

    private static ProfileContent? ReadClinical(byte[] payload, ProfileStanding standing, IReadOnlyList<Chart> shipped, List<ProfileProblem> problems)
    {
        var found = new List<string>();
        ProfileContent? content = ProfileContent.TryRead(payload, shipped, found);
        problems.AddRange(found.Select(text => new ProfileProblem(ProfileReason.Clinical, text)));
        if (content is not null && content.ApprovedAt < standing.Approved)
        {
            problems.Add(new ProfileProblem(ProfileReason.ClinicalOlder, $"its clinical part was approved {content.ApprovedAt:u}, the one in force {standing.Approved:u}"));
        }
        return content;
    }

    private static CitizensPart? ReadCitizens(byte[] payload, ProfileBundle bundle, List<ProfileProblem> problems)
    {
        var found = new List<string>();
        CitizensPart? part = CitizensPart.TryRead(payload, "citizens", found);
        if (part is not null && !(string.Equals(part.Gateway, bundle.Gateway, StringComparison.Ordinal) && part.Version == bundle.Version))
        {
            problems.Add(new ProfileProblem(ProfileReason.Mismatch, $"inside stand {part.Gateway} and version {part.Version}, outside {bundle.Gateway} and {bundle.Version}"));
        }
        problems.AddRange(found.Select(text => new ProfileProblem(ProfileReason.Settings, text)));
        return part;
    }

    private static List<SignedSettings> MakeReady(CitizensPart part, ProfileContent content, List<ProfileProblem> problems)
    {
        var ready = new List<SignedSettings>();
        foreach (CitizenSettings one in part.Citizens)
        {
            if (one.Plan is not null && content.PlanOf(one) is null)
            {
                problems.Add(new ProfileProblem(ProfileReason.Settings, $"citizens: plan {one.Plan} {one.PlanVersion} of assignment {one.Assignment} is not in the clinical part"));
                continue;
            }
            try
            {
                ready.Add(InForce.Compile(one, content, part.Version));
            }
            catch (ArgumentException tooMany)
            {
                problems.Add(new ProfileProblem(ProfileReason.Settings, $"citizens: the rules of assignment {one.Assignment} cannot be made ready: {tooMany.Message}"));
            }
        }
        return ready;
    }
}
