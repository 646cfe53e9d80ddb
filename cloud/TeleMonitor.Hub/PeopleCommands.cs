using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.Identity;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Workplaces;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary><c>people</c>: who may sign in and as what. For whoever holds the machine; in daily work an administrator does it on the page.</summary>
internal static class PeopleCommands
{
    private const string Me = "machine";

    /// <summary>The command for the program's root.</summary>
    public static Command Create() => new("people", "who may sign in, as what, for which unit") { Import(), Add(), Give(), Invite(), Link(), End(), List() };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "JSON file of people, as topology/demo-people.json" };
        var same = new Option<string?>("--password-file") { Description = "gives everybody without a password the one in this file, and no authenticator: for trials on this machine" };
        Command command = HubCommands.WithConfig("import", "give everybody of a list an account and a grant for their team; the same list again changes nothing", null);
        command.Add(file);
        command.Add(same);
        command.SetAction(parsed => Act(parsed, (config, store) =>
        {
            string name = parsed.GetValue(file)!;
            if (HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrong) is not { } data)
            {
                return HubCommands.Complain(wrong);
            }
            if (!File.Exists(name))
            {
                return HubCommands.Complain([$"{name}: no such file"]);
            }
            if (!PeopleFile.TryRead(File.ReadAllBytes(name), name, data.Topology, out Care.Routing.People? people, out IReadOnlyList<string> problems))
            {
                return HubCommands.Complain(problems);
            }
            string? password = parsed.GetValue(same) is { } passwordFile ? File.ReadAllText(passwordFile).Trim() : null;
            if (password is { Length: < 12 })
            {
                return HubCommands.Complain(["the password must have at least 12 characters"]);
            }
            string? hash = password is null ? null : new PasswordHasher<Account>().HashPassword(new Account { Person = "", Initials = "" }, password);
            int refused = HubCommands.Complain(StaffImport.Apply(store, people!, data.Topology, hash, SignIn.NewStamp, Me, HubCommands.Machine.GetUtcNow()));
            if (refused == 0)
            {
                Console.WriteLine($"{people!.All.Count} people have an account");
            }
            return refused;
        }));
        return command;
    }

    private static Command Add()
    {
        var person = new Argument<string>("person") { Description = "id and user name: a-z, 0-9, hyphens" };
        var initials = new Argument<string>("initials") { Description = "shown on screens" };
        Command command = HubCommands.WithConfig("add", "a new account, with a code to choose a password with", null);
        command.Add(person);
        command.Add(initials);
        command.SetAction(parsed => Act(parsed, (_, store) =>
        {
            string id = parsed.GetValue(person)!;
            if (!Account.IsId(id))
            {
                return HubCommands.Complain([$"person '{id}' {Account.IdExpectation}"]);
            }
            if (store.Read(read => read.IsTaken(id)))
            {
                return HubCommands.Complain([$"{id} is a person or a token already: `people invite` gives a person another code"]);
            }
            return store.Write(write => write.SaveAccount(new Account { Person = id, Initials = parsed.GetValue(initials)!, Stamp = SignIn.NewStamp() }))
                ? SayCode(store, id) : HubCommands.Complain([$"the initials {parsed.GetValue(initials)} are somebody else's"]);
        }));
        return command;
    }

    private static Command Give()
    {
        var person = new Argument<string>("person") { Description = "who" };
        var role = new Argument<string>("role") { Description = string.Join(", ", CaseWord.All<PersonRole>()) };
        var unit = new Argument<string>("unit") { Description = "hub, or authority:SLUG, team:ID, cluster:SLUG, citizen:PSEUDONYM" };
        var from = new Option<string?>("--from") { Description = "first moment, e.g. 2027-01-01T00:00:00+01:00; now when absent" };
        var to = new Option<string?>("--to") { Description = "first moment at which it no longer holds" };
        Command command = HubCommands.WithConfig("give", "a role for a unit, from a time on", null);
        foreach (Argument argument in new Argument[] { person, role, unit })
        {
            command.Add(argument);
        }
        command.Add(from);
        command.Add(to);
        command.SetAction(parsed => Act(parsed, (config, store) =>
        {
            DateTimeOffset now = HubCommands.Machine.GetUtcNow();
            var problems = new List<string>();
            string id = parsed.GetValue(person)!;
            if (store.Read(read => read.AccountOf(id)) is null)
            {
                problems.Add($"{id} has no account: `people add` makes one");
            }
            if (!CaseWord.TryRead(parsed.GetValue(role), out PersonRole word))
            {
                problems.Add($"role '{parsed.GetValue(role)}' must be one of {string.Join(", ", CaseWord.All<PersonRole>())}");
            }
            DateTimeOffset begins = Time("--from", parsed.GetValue(from), problems) ?? now;
            DateTimeOffset? ends = Time("--to", parsed.GetValue(to), problems);
            HubData? data = HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrong);
            problems.AddRange(wrong);
            (UnitKind kind, string name) = data is null ? default : Unit(parsed.GetValue(unit)!, data.Topology, problems);
            if (problems.Count > 0)
            {
                return HubCommands.Complain(problems);
            }
            long number = store.Write(write => write.Give(id, new Grant(word, kind, name, begins, ends), Me, now));
            Console.WriteLine($"grant {number}: {id} is {CaseWord.Of(word)} for {parsed.GetValue(unit)} from {begins:u}{(ends is { } end ? $" until {end:u}" : "")}");
            return 0;
        }));
        return command;
    }

    private static Command Invite() => OfPerson("invite", "a new code to choose a password with; what the person has holds until it is used", (store, id) => SayCode(store, id));

    private static Command Link()
    {
        var person = new Argument<string>("person") { Description = "who; the workplace must call them the same" };
        var workplace = new Argument<string>("workplace") { Description = "id of a workplace of the configuration" };
        Command command = HubCommands.WithConfig("link", "a workplace's sign-in leads to an account that is here already, from the next time on", null);
        command.Add(person);
        command.Add(workplace);
        command.SetAction(parsed => Act(parsed, (config, store) =>
        {
            string id = parsed.GetValue(person)!, name = parsed.GetValue(workplace)!;
            if (config.Workplaces?.FirstOrDefault(one => string.Equals(one.Id, name, StringComparison.Ordinal)) is not { } found)
            {
                return HubCommands.Complain([$"workplace '{name}' is none of the configuration's"]);
            }
            if (store.Read(read => read.AccountOf(id)) is not { Ended: null })
            {
                return HubCommands.Complain([$"{id} has no account, or it has ended"]);
            }
            store.Write(write =>
            {
                write.SignsInAt(found.Provider, Admission.Expected(id), id);
                write.AddAudit([new AuditEntry(HubCommands.Machine.GetUtcNow(), Me, "", "", "", "link", "account", "", $"{id} workplace:{name}", AuditOutcome.Done)]);
            });
            Console.WriteLine($"whoever {found.Name} calls {id} signs in as {id} from the next time on");
            return 0;
        }));
        return command;
    }

    private static Command End() => OfPerson("end", "nobody signs in with the account any more; what the person did keeps its initials", (store, id) => store.Write(write =>
    {
        DateTimeOffset now = HubCommands.Machine.GetUtcNow();
        Account account = write.AccountOf(id)!;
        account.Ended ??= now;
        write.SaveAccount(account);
        foreach ((long number, _) in write.GrantsOf(id))
        {
            write.EndGrant(number, now);
        }
        Console.WriteLine($"{id} has ended");
        return 0;
    }));

    private static Command List() => HubCommands.WithConfig("list", "everybody with an account, and their grants", (config, _) =>
    {
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        store.Read(read =>
        {
            foreach (Account account in read.Accounts())
            {
                string state = account.Ended is { } ended ? $"ended {ended:u}" : account.Password is null ? "invited" : account.Authenticator is null ? "password only" : "password and authenticator";
                Console.WriteLine($"{account.Person}\t{account.Initials}\t{state}");
                foreach ((long number, Grant grant) in read.GrantsOf(account.Person))
                {
                    Console.WriteLine($"\tgrant {number}\t{CaseWord.Of(grant.Role)}\t{CaseWord.Of(grant.Kind)} {grant.Unit}\tfrom {grant.From:u}{(grant.To is { } to ? $" until {to:u}" : "")}");
                }
            }
            return true;
        });
        return Task.FromResult(0);
    });

    private static Command OfPerson(string name, string description, Func<HubStore, string, int> act)
    {
        var person = new Argument<string>("person") { Description = "who" };
        Command command = HubCommands.WithConfig(name, description, null);
        command.Add(person);
        command.SetAction(parsed => Act(parsed, (_, store) =>
            store.Read(read => read.AccountOf(parsed.GetValue(person)!)) is null ? HubCommands.Complain([$"{parsed.GetValue(person)} has no account"]) : act(store, parsed.GetValue(person)!)));
        return command;
    }

    internal static async Task<int> Act(ParseResult parsed, Func<HubConfig, HubStore, int> act) => HubCommands.Load(parsed.GetValue(HubCommands.ConfigOption)!) is { } config
        ? await HubCommands.OnStore(config, () =>
        {
            using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
            return Task.FromResult(act(config, store));
        })
        : HubCommands.Refused;

    private static int SayCode(HubStore store, string person)
    {
        (string code, DateTimeOffset until) = store.Write(write => SignIn.Invite(write, person, HubCommands.Machine.GetUtcNow()));
        Console.WriteLine($"{person}: open /join and use the code {code} once, until {until:u}");
        return 0;
    }

    private static DateTimeOffset? Time(string option, string? text, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time;
        }
        problems.Add($"{option} '{text}' must be a time such as 2027-01-01T00:00:00+01:00");
        return null;
    }

    internal static (UnitKind Kind, string Unit) Unit(string text, Topology topology, List<string> problems)
    {
        if (!UnitName.TryRead(text, topology, out UnitKind kind, out string unit))
        {
            problems.Add($"unit '{text}' {UnitName.Expectation}");
        }
        return (kind, unit);
    }
}
