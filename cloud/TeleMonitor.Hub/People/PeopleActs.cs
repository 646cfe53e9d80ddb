using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People;

/// <summary>Somebody on the list of people.</summary>
/// <param name="Account">Account.</param>
/// <param name="Grants">Grants with their numbers.</param>
/// <param name="SignedIn">When they signed in last; null when never, or when the audit no longer tells.</param>
public sealed record PersonLine(Account Account, IReadOnlyList<(long Id, Grant Grant)> Grants, DateTimeOffset? SignedIn);

/// <summary>Carries out what administrators and coordinators do with people: decided, done and written down in one transaction.</summary>
/// <param name="store">Store.</param>
/// <param name="topology">Units.</param>
public sealed class PeopleActs(HubStore store, Topology topology)
{
    /// <summary>Everybody the viewer may see.</summary>
    public IReadOnlyList<PersonLine> List(Viewer viewer) => store.Read(read =>
    {
        PersonStanding asker = Standing(read, viewer.Person)!;
        return read.Accounts().Select(account => (account, grants: GrantsOf(read, account.Person)))
            .Where(one => PeopleRules.Shows(topology, asker, new PersonStanding(one.account.Person, false, [.. one.grants.Select(grant => grant.Grant)]), viewer.Now))
            .Select(one => new PersonLine(one.account, one.grants, read.SignedIn(one.account.Person))).ToArray();
    });

    /// <summary>The units that the viewer may give roles for, as <see cref="PeopleRules.UnitOf"/> reads them.</summary>
    public IReadOnlyList<(string Word, UnitKind Kind, string Unit)> Units(Viewer viewer) => store.Read(read =>
    {
        Grant[] own = [.. Standing(read, viewer.Person)!.Grants.Where(one => one.HoldsAt(viewer.Now) && RoleRules.With(Sight.People).Contains(one.Role))];
        IEnumerable<string> all =
        [
            "hub", .. topology.Municipalities.SelectMany(one => one.Authority).Select(period => $"authority:{period.Holder}").Distinct(StringComparer.Ordinal),
            .. topology.Teams.Select(team => $"team:{team.Id}"), $"team:{topology.Fallback.Id}", .. topology.Clusters.Select(cluster => $"cluster:{cluster.Slug}"),
        ];
        return all.Select(word => (word, unit: PeopleRules.UnitOf(topology, word)!.Value)).Where(one => own.Any(grant => PeopleRules.Covers(topology, grant, one.unit.Kind, one.unit.Unit, viewer.Now)))
            .Select(one => (one.word, one.unit.Kind, one.unit.Unit)).ToArray();
    });

    /// <summary>A new account without any grant.</summary>
    public PeopleAnswer Add(Viewer viewer, string person, string initials) => Do(viewer, "add-person", Account.IsId(person) ? person : "?", (write, asker) =>
        !PeopleRules.MayAdd(asker, viewer.Now) ? PeopleAnswer.NoSight
        : !Account.IsId(person) ? PeopleAnswer.WrongId
        : !Account.AreInitials(initials) ? PeopleAnswer.WrongInitials
        : write.AccountOf(person) is not null || !write.SaveAccount(new Account { Person = person, Initials = initials, Stamp = SignIn.NewStamp() }) ? PeopleAnswer.Taken
        : PeopleAnswer.Done);

    /// <summary>Gives a role.</summary>
    public PeopleAnswer Give(Viewer viewer, string person, Grant grant) =>
        Do(viewer, "give-role", $"{Known(person)} {CaseWord.Of(grant.Role)} {CaseWord.Of(grant.Kind)} {grant.Unit}", (write, asker) =>
        {
            PeopleAnswer answer = PeopleRules.Give(topology, asker, Standing(write, person), grant, viewer.Now);
            if (answer == PeopleAnswer.Done)
            {
                write.Give(person, grant, viewer.Person, viewer.Now);
            }
            return answer;
        });

    /// <summary>Ends a grant now; one that has not begun never begins.</summary>
    public PeopleAnswer EndGrant(Viewer viewer, long number) => Do(viewer, "end-role", $"grant {number}", (write, asker) =>
    {
        string? person = write.PersonOfGrant(number);
        Grant? grant = person is null ? null : write.GrantsOf(person).First(one => one.Id == number).Grant;
        PeopleAnswer answer = PeopleRules.EndGrant(topology, asker, person is null ? null : Standing(write, person), grant, Administrators(write, viewer.Now), viewer.Now);
        return answer != PeopleAnswer.Done || write.EndGrant(number, viewer.Now) ? answer : PeopleAnswer.HasEnded;
    });

    /// <summary>A new code to choose a password with, shown once.</summary>
    public (PeopleAnswer Answer, string Code) Invite(Viewer viewer, string person)
    {
        string code = "";
        PeopleAnswer answer = Do(viewer, "invite", Known(person), (write, asker) =>
        {
            PeopleAnswer may = PeopleRules.Account(topology, asker, Standing(write, person), null, viewer.Now);
            if (may == PeopleAnswer.Done)
            {
                (code, _) = SignIn.Invite(write, person, viewer.Now);
            }
            return may;
        });
        return (answer, code);
    }

    /// <summary>Ends an account and every grant; what the person did keeps its initials.</summary>
    public PeopleAnswer End(Viewer viewer, string person) => Do(viewer, "end-person", Known(person), (write, asker) =>
    {
        PeopleAnswer answer = PeopleRules.Account(topology, asker, Standing(write, person), Administrators(write, viewer.Now), viewer.Now);
        if (answer == PeopleAnswer.Done)
        {
            Account account = write.AccountOf(person)!;
            account.Ended = viewer.Now;
            write.SaveAccount(account);
            foreach ((long number, _) in write.GrantsOf(person))
            {
                write.EndGrant(number, viewer.Now);
            }
        }
        return answer;
    });

    private PeopleAnswer Do(Viewer viewer, string act, string why, Func<StoreTransaction, PersonStanding, PeopleAnswer> work) => store.Write(write =>
    {
        PersonStanding asker = Standing(write, viewer.Person) ?? new PersonStanding(viewer.Person, true, []);
        PeopleAnswer answer = work(write, asker);
        Grant? by = asker.Grants.FirstOrDefault(one => one.HoldsAt(viewer.Now) && RoleRules.With(Sight.People).Contains(one.Role));
        write.AddAudit([new AuditEntry(viewer.Now, viewer.Person, by is null ? "" : CaseWord.Of(by.Role), by?.Unit ?? "", viewer.Session, act, "account", "",
            answer == PeopleAnswer.Done ? why : $"{why}: {CaseWord.Of(answer)}", answer == PeopleAnswer.Done ? AuditOutcome.Done : AuditOutcome.Denied)]);
        return answer;
    });

    private static PersonStanding? Standing(StoreTransaction read, string person) =>
        read.AccountOf(person) is { } account ? new PersonStanding(person, account.Ended is not null, [.. GrantsOf(read, person).Select(one => one.Grant)])
        : read.GrantsOf(person) is { Count: > 0 } token ? new PersonStanding(person, false, [.. token.Select(one => one.Grant)]) : null;

    /// <summary>What a person took in need for an hour is no role of theirs: it stands among what was opened, for those who coordinate there.</summary>
    private static (long Id, Grant Grant)[] GrantsOf(StoreTransaction read, string person) => [.. read.GrantsOf(person).Where(one => one.Grant.Kind != UnitKind.Citizen || !read.IsInNeed(one.Id))];

    private static HashSet<string> Administrators(StoreTransaction read, DateTimeOffset now) =>
        [.. read.Accounts().Where(account => account.Ended is null && read.GrantsOf(account.Person).Any(one => PeopleRules.IsWhole(one.Grant, now))).Select(account => account.Person)];

    /// <summary>What was typed may be anything: only what has the form of an id reaches the audit.</summary>
    private static string Known(string person) => Account.IsId(person) ? person : "?";
}
