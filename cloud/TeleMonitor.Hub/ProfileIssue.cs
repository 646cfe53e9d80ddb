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
        ILookup<bool, Assignment> over = write.AssignmentsOf(gateway).Where(one => !one.Synthetic).ToLookup(one => one.To <= now);
        CitizenSettings[] citizens = [.. over[false].SelectMany(one => SettingsOf(write, one))];
        int[] ended = [.. over[true].Select(one => one.Number).Order()];
        string? keys = write.NewestProfileKey();
        string content = ContentOf(clinical.Jws, PartOf(gateway, 0, citizens, ended), keys);
        IssuedProfile? last = write.ProfileOf(gateway);
        ProfileMark? seen = write.ProfileSeen(gateway);
        bool isAhead = last is not null && ProfileRules.Compare(last.Mark, seen) == ProfileStanding.Ahead;
        if (last is not null && string.Equals(last.Content, content, StringComparison.Ordinal) && !isAhead)
        {
            return;
        }
        int version = Math.Max(last?.Mark.Version ?? 0, seen?.Version ?? 0) + 1;
        byte[] bundle = new ProfileBundle(WireWord.Version, gateway, version, now, clinical.Jws, Jws.Write(PartOf(gateway, version, citizens, ended).Write(), key), keys).Write();
        if (Problem(clinical, citizens, bundle) is { } problem)
        {
            write.Finding(gateway, ProfileRules.NotIssued, problem, now);
            return;
        }
        write.EndFinding(gateway, ProfileRules.NotIssued, null, now);
        write.Issue(new IssuedProfile(gateway, new ProfileMark(version, ProfileBundle.HashOf(bundle)), content, bundle), now);
    }

    private static IEnumerable<CitizenSettings> SettingsOf(StoreTransaction write, Assignment assignment) =>
        Compose(assignment, write.PlansOf(assignment.Number), write.LimitsOf(assignment.Number), write.PausesOf(assignment.Number));

    /// <summary>What holds for a citizen, one entry after the other: another begins where plan or limits change. Of somebody for whom nothing was said, none.</summary>
    /// <param name="assignment">Whose.</param>
    /// <param name="plans">In the order in which they begin; the latest that has begun and not ended is followed.</param>
    /// <param name="limits">In the order in which they begin; the latest that has begun holds.</param>
    /// <param name="pauses">Planned absences.</param>
    internal static IReadOnlyList<CitizenSettings> Compose(
        Assignment assignment, IReadOnlyList<CitizenPlan> plans, IReadOnlyList<CitizenLimits> limits, IReadOnlyList<PlanPause> pauses)
    {
        DateTimeOffset[] edges = [.. plans.SelectMany(plan => new[] { plan.From, plan.To }).Concat(limits.Select(one => (DateTimeOffset?)one.From)).OfType<DateTimeOffset>().Distinct().Order()];
        var entries = new List<CitizenSettings>();
        for (int at = 0; at < edges.Length; at++)
        {
            DateTimeOffset from = edges[at];
            DateTimeOffset? to = at + 1 < edges.Length ? edges[at + 1] : assignment.To > from ? assignment.To : null;
            CitizenPlan? plan = plans.LastOrDefault(one => one.From <= from);
            plan = plan?.To <= from ? null : plan;
            CitizenLimits? own = limits.LastOrDefault(one => one.From <= from);
            if (plan is not null || own is not null)
            {
                entries.Add(new CitizenSettings(assignment.Number, from, plan?.Zone ?? own!.Zone, plan?.Plan, plan?.Version, to, own?.Scale ?? 1, own?.ScaleSigned, own?.Floor ?? "green",
                    own?.Limits, [.. pauses.Where(pause => pause.To > from && !(pause.From >= to))]));
            }
        }
        return entries;
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
            : problems.Count > 0 || citizens.Any(one => one.Plan is not null && content.PlanOf(one) is null) ? "settings" : null;
    }

    private ProfileContent? ContentOf(string jws)
    {
        if (!string.Equals(read.Jws, jws, StringComparison.Ordinal))
        {
            read = (jws, Jws.PayloadOf(jws) is { } payload ? ProfileContent.TryRead(payload, shipped, []) : null); // its signature was checked when it was taken
        }
        return read.Content;
    }

    private static CitizensPart PartOf(string gateway, int version, CitizenSettings[] citizens, int[] ended) => new(gateway, version, citizens, ended.Length > 0 ? ended : null);

    private string ContentOf(string clinical, CitizensPart citizens, string? keys)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in new[] { key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(clinical), citizens.Write(), Encoding.ASCII.GetBytes(keys ?? "") })
        {
            hash.AppendData(SHA256.HashData(part));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
