using System.Security.Cryptography;
using System.Text;
using TeleMonitor.Care.Devices;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub;

/// <summary>
/// Makes each gateway's bundle: what the approver signed last, and what holds for its citizens, signed by this hub. A new version whenever
/// one of them says something else, and above whatever the gateway has in force.
/// </summary>
/// <param name="store">Store.</param>
/// <param name="key">The hub's signing key.</param>
/// <param name="shipped">Charts of the programs.</param>
internal sealed class ProfileIssue(HubStore store, ECDsa key, IReadOnlyList<Chart> shipped)
{
    private const int Most = 50;
    private (string Jws, ProfileContent? Content) read;

    /// <summary>At the start: the key or the program may be another than at the last.</summary>
    public void Begin() => store.Write(write => write.LookAtAllProfiles());

    /// <summary>Looks at the gateways of which something may have changed, at most so many that others do not wait.</summary>
    /// <returns>True when there are more.</returns>
    public bool Round(DateTimeOffset now)
    {
        IReadOnlyList<string> due = store.Read(read => read.ProfilesDue(Most));
        foreach (string gateway in due)
        {
            store.Write(write => Look(write, gateway, now));
        }
        return due.Count == Most;
    }

    private void Look(StoreTransaction write, string gateway, DateTimeOffset now)
    {
        write.ProfileLookedAt(gateway);
        if (write.NewestClinical() is not { } clinical)
        {
            return; // nothing was approved: every gateway goes by its own file
        }
        CitizenSettings[] citizens = [.. write.AssignmentsOf(gateway).Where(one => !one.Synthetic && (one.To is not { } end || end > now)).SelectMany(one => SettingsOf(write, one))];
        string? keys = write.NewestProfileKey();
        string content = ContentOf(gateway, clinical.Jws, citizens, keys);
        IssuedProfile? last = write.ProfileOf(gateway);
        ProfileMark? seen = write.ProfileSeen(gateway);
        bool isAhead = last is not null && ProfileRules.Compare(last.Mark, seen) == ProfileStanding.Ahead;
        if (last is not null && string.Equals(last.Content, content, StringComparison.Ordinal) && !isAhead)
        {
            return;
        }
        int version = Math.Max(last?.Mark.Version ?? 0, seen?.Version ?? 0) + 1;
        byte[] bundle = new ProfileBundle(WireWord.Version, gateway, version, now, clinical.Jws, Jws.Write(new CitizensPart(gateway, version, citizens).Write(), key), keys).Write();
        if (Problem(clinical, citizens, bundle) is { } problem)
        {
            write.Finding(gateway, ProfileRules.NotIssued, problem, now);
            return;
        }
        write.EndFinding(gateway, ProfileRules.NotIssued, null, now);
        write.Issue(new IssuedProfile(gateway, new ProfileMark(version, ProfileBundle.HashOf(bundle)), content, bundle), now);
    }

    /// <summary>What holds for a citizen, one entry after the other; of somebody for whom nothing was said, nothing.</summary>
    private static IEnumerable<CitizenSettings> SettingsOf(StoreTransaction write, Assignment assignment)
    {
        IReadOnlyList<CitizenLimits> limits = write.LimitsOf(assignment.Number);
        for (int at = 0; at < limits.Count; at++)
        {
            CitizenLimits one = limits[at];
            yield return new CitizenSettings(assignment.Number, one.From, one.Zone, To: at + 1 < limits.Count ? limits[at + 1].From : assignment.To, Scale: one.Scale,
                ScaleSigned: one.ScaleSigned, Floor: one.Floor, Limits: one.Limits);
        }
    }

    /// <summary>Why a gateway would refuse it; null when it would not. Without a figure of anybody.</summary>
    private string? Problem(SignedClinical clinical, IReadOnlyList<CitizenSettings> citizens, byte[] bundle)
    {
        var problems = new List<string>();
        for (int at = 0; at < citizens.Count; at++)
        {
            citizens[at].Check("settings", problems);
        }
        ProfileContent? content = ContentOf(clinical.Jws);
        return bundle.Length > ProfileBundle.MaxBytes ? "oversized"
            : content is null ? "clinical"
            : problems.Count > 0 || citizens.Any(one => one.Plan is { } plan && content.Plans.GetValueOrDefault(plan)?.Version != one.PlanVersion) ? "settings" : null;
    }

    private ProfileContent? ContentOf(string jws)
    {
        if (!string.Equals(read.Jws, jws, StringComparison.Ordinal))
        {
            read = (jws, Jws.PayloadOf(jws) is { } payload ? ProfileContent.TryRead(payload, shipped, []) : null); // its signature was checked when it was taken
        }
        return read.Content;
    }

    private string ContentOf(string gateway, string clinical, IReadOnlyList<CitizenSettings> citizens, string? keys)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in new[] { key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(clinical), new CitizensPart(gateway, 0, citizens).Write(), Encoding.ASCII.GetBytes(keys ?? "") })
        {
            hash.AppendData(SHA256.HashData(part));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
