using TeleMonitor.Care.Devices;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// What ingest compares with beside the shipped charts: charts that the approver signed, and what this hub issued to a gateway. Read from
/// the store when an item names it, and kept until it changes. Safe to share between threads.
/// </summary>
/// <param name="shipped">Charts of the program, by id and version.</param>
internal sealed class SettingsShelf(IReadOnlyDictionary<(string Id, string Version), Chart> shipped)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Hash, IssuedRules? Rules)> issued = new(StringComparer.Ordinal);
    private (string Mark, IReadOnlyDictionary<(string Id, string Version), Chart> Charts) approved = ("", shipped);
    private (string Jws, ProfileContent? Content) read;

    /// <summary>Charts of the program.</summary>
    public IReadOnlyDictionary<(string Id, string Version), Chart> Shipped => shipped;

    /// <summary>Those of the program, and every one that was ever approved: a chart of before may still be named by a backlog.</summary>
    public IReadOnlyDictionary<(string Id, string Version), Chart> WithApproved(StoreTransaction store)
    {
        string mark = store.ClinicalMark();
        lock (gate)
        {
            if (!string.Equals(mark, approved.Mark, StringComparison.Ordinal))
            {
                var all = new Dictionary<(string, string), Chart>(shipped);
                foreach (Chart chart in store.ClinicalParts().SelectMany(jws => ContentOf(jws)?.Charts ?? []))
                {
                    all.TryAdd((chart.Id, chart.Version), chart);
                }
                approved = (mark, all);
            }
            return approved.Charts;
        }
    }

    /// <summary>
    /// What was issued to a gateway in this version; null where that is not the one that is kept, or the gateway's status has not shown its hash
    /// yet: a hub that was put back may issue the same number for something else.
    /// </summary>
    public IssuedRules? Issued(StoreTransaction store, string gateway, string? version)
    {
        if (version is null || store.ProfileMarkOf(gateway) is not { } mark || version != mark.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)
            || ProfileRules.Compare(mark, store.ProfileSeen(gateway)) != ProfileStanding.InForce)
        {
            return null;
        }
        lock (gate)
        {
            if (!issued.TryGetValue(gateway, out (string Hash, IssuedRules? Rules) known) || !string.Equals(known.Hash, mark.Hash, StringComparison.Ordinal))
            {
                issued[gateway] = known = (mark.Hash, store.ProfileOf(gateway) is { } profile ? Read(profile) : null);
            }
            return known.Rules;
        }
    }

    private IssuedRules? Read(IssuedProfile profile) =>
        ProfileBundle.TryRead(profile.Bundle, out _) is { } bundle && ContentOf(bundle.Clinical) is { } content && Jws.PayloadOf(bundle.Citizens) is { } citizens
            && CitizensPart.TryRead(citizens, "citizens", []) is { } part ? new IssuedRules(profile.Mark.Version, content, part.Citizens) : null;

    private ProfileContent? ContentOf(string jws)
    {
        if (!string.Equals(read.Jws, jws, StringComparison.Ordinal))
        {
            read = (jws, Jws.PayloadOf(jws) is { } payload ? ProfileContent.TryRead(payload, [.. shipped.Values.GroupBy(chart => chart.Id, StringComparer.Ordinal).Select(same => same.MaxBy(chart => chart.Version, StringComparer.Ordinal)!)], []) : null);
        }
        return read.Content; // its signature was checked when it was taken
    }
}
