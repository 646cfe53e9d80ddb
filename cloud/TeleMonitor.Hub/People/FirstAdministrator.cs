using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>While nobody who can sign in is an administrator, each start of the hub makes a code by which somebody becomes it.</summary>
public static class FirstAdministrator
{
    private const string Me = "machine";
    private const int MostNames = 99;

    /// <summary>Makes account, grant and code; null when there is an administrator, and then no code that was made before holds any more.</summary>
    /// <param name="store">Store.</param>
    /// <param name="now">Hub time.</param>
    public static (string Person, string Code, DateTimeOffset Until)? Invite(HubStore store, DateTimeOffset now) => store.Write<(string, string, DateTimeOffset)?>(write =>
    {
        if (write.HasAdministrator(now))
        {
            foreach (string person in Names().Select(name => name.Person).TakeWhile(write.IsTaken))
            {
                write.EndInvitationOf(person);
            }
            return null;
        }
        string? chosen = Names().Select(name => (string?)(IsFree(write, name.Person, name.Initials) ? name.Person : null)).FirstOrDefault(person => person is not null);
        if (chosen is null)
        {
            return null;
        }
        if (!write.GrantsOf(chosen).Any(one => one.Grant.HoldsAt(now) && one.Grant.Role == PersonRole.Administrator))
        {
            write.Give(chosen, new Grant(PersonRole.Administrator, UnitKind.Hub, "", now, null), Me, now);
        }
        (string code, DateTimeOffset until) = SignIn.Invite(write, chosen, now);
        write.AddAudit([new AuditEntry(now, Me, "", "", "", "invite", "account", "", chosen, AuditOutcome.Done)]);
        return (chosen, code, until);
    });

    /// <summary>True when the account waits for its first password and nobody comes to it otherwise, or could be made.</summary>
    private static bool IsFree(StoreTransaction write, string person, string initials) => write.AccountOf(person) is { } account
        ? account is { Ended: null, Password: null } && !write.SignsInAnywhere(person)
        : !write.IsTaken(person) && write.SaveAccount(new Account { Person = person, Initials = initials, Stamp = SignIn.NewStamp() });

    private static IEnumerable<(string Person, string Initials)> Names() =>
        Enumerable.Range(1, MostNames).Select(number => number == 1 ? ("administrator", "ADM") : ($"administrator-{number}", $"ADM{number}"));
}
