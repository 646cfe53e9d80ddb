using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Workplaces;

/// <summary>How it ended for somebody whom a workplace vouches for.</summary>
public enum Admitted : byte
{
    /// <summary>They are in.</summary>
    In,
    /// <summary>Nothing that the workplace says of them is a role here.</summary>
    NoRole,
    /// <summary>Their account was ended here, and a workplace does not revive it.</summary>
    Ended,
    /// <summary>The workplace gives no usable id or initials for a new account.</summary>
    NoName,
    /// <summary>The id or the initials are somebody's already; an administrator may say that it is the same person.</summary>
    Taken,
}

/// <summary>What the claims of a checked token do here: account, login and grants, in one transaction with their lines of the audit.</summary>
public static class Admission
{
    /// <summary>Lets somebody in, or does not. Grants that the workplace gave and no longer states end either way.</summary>
    /// <param name="write">Transaction.</param>
    /// <param name="workplace">Which one vouches.</param>
    /// <param name="token">Checked token, without problem.</param>
    /// <param name="newStamp">Gives the stamp of a new account.</param>
    /// <param name="now">Hub time.</param>
    /// <returns>The account when they are in.</returns>
    public static (Admitted Outcome, Account? Account) Admit(StoreTransaction write, Workplace workplace, TokenAnswer token, Func<string> newStamp, DateTimeOffset now)
    {
        string provider = workplace.Config.Provider;
        IReadOnlyList<StatedRole> stated = workplace.Map.StatedBy(token.Claims);
        string name = Only(token, workplace.Map.Person).ToLowerInvariant();
        string? person = write.PersonAt(provider, token.Subject);
        if (person is null && stated.Count > 0 && write.PersonAt(provider, Expected(name)) is { } linked)
        {
            write.ForgetLogin(provider, Expected(name)); // once: from now on by the subject
            write.SignsInAt(provider, token.Subject, linked);
            person = linked;
        }
        if (person is null)
        {
            return stated.Count == 0 ? (Admitted.NoRole, null) : New(write, workplace, token, name, stated, newStamp(), now);
        }
        Account account = write.AccountOf(person)!;
        if (account.Ended is not null)
        {
            return (Admitted.Ended, null);
        }
        GiveAndEnd(write, workplace, person, stated, now);
        return stated.Count == 0 ? (Admitted.NoRole, null) : (Admitted.In, account);
    }

    /// <summary>Stands where a subject would, until the person whom the workplace calls so has come: an administrator has said that it is this account. No subject is written so.</summary>
    public static string Expected(string name) => "→" + name;

    private static (Admitted, Account?) New(
        StoreTransaction write, Workplace workplace, TokenAnswer token, string name, IReadOnlyList<StatedRole> stated, string stamp, DateTimeOffset now)
    {
        var account = new Account { Person = name, Initials = Only(token, workplace.Map.Initials), Stamp = stamp };
        if (!Account.IsId(account.Person) || !Account.AreInitials(account.Initials))
        {
            return (Admitted.NoName, null);
        }
        if (write.IsTaken(account.Person) || !write.SaveAccount(account))
        {
            return (Admitted.Taken, null);
        }
        write.SignsInAt(workplace.Config.Provider, token.Subject, account.Person);
        GiveAndEnd(write, workplace, account.Person, stated, now);
        return (Admitted.In, account);
    }

    private static void GiveAndEnd(StoreTransaction write, Workplace workplace, string person, IReadOnlyList<StatedRole> stated, DateTimeOffset now)
    {
        IReadOnlyList<(long Id, Grant Grant)> held = write.GrantsGivenBy(workplace.Mark, person, now);
        bool Same(Grant grant, StatedRole role) => (grant.Role, grant.Kind, grant.Unit) == (role.Role, role.Kind, role.Unit);
        var lines = new List<AuditEntry>();
        foreach ((long id, Grant grant) in held.Where(one => !stated.Any(role => Same(one.Grant, role))))
        {
            write.EndGrant(id, now);
            lines.Add(Line("grant-end", grant.Role, grant.Kind, grant.Unit));
        }
        foreach (StatedRole role in stated.Where(role => !held.Any(one => Same(one.Grant, role))))
        {
            write.Give(person, new Grant(role.Role, role.Kind, role.Unit, now, null), workplace.Mark, now);
            lines.Add(Line("grant", role.Role, role.Kind, role.Unit));
        }
        write.AddAudit(lines);
        AuditEntry Line(string act, PersonRole role, UnitKind kind, string unit) =>
            new(now, person, CaseWord.Of(role), unit.Length == 0 ? CaseWord.Of(kind) : $"{CaseWord.Of(kind)}:{unit}", "", act, "account", "", workplace.Mark, AuditOutcome.Done);
    }

    private static string Only(TokenAnswer token, string claim) => token.Claims[claim].ToArray() is [var only] ? only.Trim() : "";
}
