using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>Gives everybody of a list an account and a grant for their team; the same list again changes nothing.</summary>
public static class StaffImport
{
    /// <summary>Writes everything or nothing.</summary>
    /// <param name="store">Store.</param>
    /// <param name="people">The list, checked against its topology.</param>
    /// <param name="topology">Whose support is whose.</param>
    /// <param name="password">Hash of a password for those who have none; null: each chooses their own by invitation.</param>
    /// <param name="newStamp">Gives the stamp of a new account.</param>
    /// <param name="by">Who imports.</param>
    /// <param name="now">Hub time.</param>
    /// <returns>Problems; nothing is written when there is one.</returns>
    public static IReadOnlyList<string> Apply(HubStore store, Care.Routing.People people, Topology topology, string? password, Func<string> newStamp, string by, DateTimeOffset now) => store.Write<IReadOnlyList<string>>(write =>
    {
        Dictionary<string, string> taken = write.Accounts().ToDictionary(account => account.Initials, account => account.Person, StringComparer.Ordinal);
        string[] problems = [.. people.All.Where(person => taken.TryGetValue(person.Initials, out string? other) && other != person.Id).Select(person => $"{person.Id}: the initials {person.Initials} are those of {taken[person.Initials]}")];
        if (problems.Length > 0)
        {
            return problems;
        }
        foreach (Person person in people.All)
        {
            Account? known = write.AccountOf(person.Id);
            write.SaveAccount(new Account
            {
                Person = person.Id, Initials = person.Initials, Password = known?.Password ?? password, Stamp = known?.Stamp ?? newStamp(), Authenticator = known?.Authenticator,
                Failed = known?.Failed ?? 0, LockedUntil = known?.LockedUntil, Ended = known?.Ended,
            });
            Cluster? supported = topology.Clusters.FirstOrDefault(cluster => cluster.Support == person.Team);
            var grant = supported is null ? new Grant(person.Role, UnitKind.Team, person.Team, now, null) : new Grant(person.Role, UnitKind.Cluster, supported.Slug, now, null);
            if (!write.GrantsOf(person.Id).Any(one => one.Grant.HoldsAt(now) && (one.Grant.Role, one.Grant.Kind, one.Grant.Unit) == (grant.Role, grant.Kind, grant.Unit)))
            {
                write.Give(person.Id, grant, by, now);
            }
        }
        return [];
    });
}
