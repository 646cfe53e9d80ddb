using System.CommandLine;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary><c>token</c>: what programs sign in with. A token is said once and kept as its hash; it reads what its grant says, and acts on nothing.</summary>
internal static class TokenCommands
{
    private const string Me = "machine";
    private const int MostDays = 366;

    /// <summary>The command for the program's root.</summary>
    public static Command Create() => new("token", "what programs sign in with") { Add(), End(), List() };

    private static Command Add()
    {
        var name = new Argument<string>("id") { Description = "stands beside everything the program reads: a-z, 0-9, hyphens" };
        var role = new Option<string>("--role") { Description = string.Join(", ", CaseWord.All<PersonRole>()), Required = true };
        var unit = new Option<string>("--unit") { Description = "hub, or authority:SLUG, team:ID, cluster:SLUG, citizen:PSEUDONYM", Required = true };
        var days = new Option<int>("--days") { Description = $"how long it holds, 1 to {MostDays}", Required = true };
        Command command = HubCommands.WithConfig("add", "a token; it is said once, here", null);
        command.Add(name);
        command.Add(role);
        command.Add(unit);
        command.Add(days);
        command.SetAction(parsed => PeopleCommands.Act(parsed, (config, store) =>
        {
            var problems = new List<string>();
            string id = parsed.GetValue(name)!;
            if (!Account.IsId(id))
            {
                problems.Add($"id '{id}' {Account.IdExpectation}");
            }
            else if (store.Read(read => read.IsTaken(id)))
            {
                problems.Add($"id '{id}' is or was a person's or a token's: each stands in the audit for one");
            }
            if (!CaseWord.TryRead(parsed.GetValue(role), out PersonRole word))
            {
                problems.Add($"role '{parsed.GetValue(role)}' must be one of {string.Join(", ", CaseWord.All<PersonRole>())}");
            }
            if (parsed.GetValue(days) is < 1 or > MostDays)
            {
                problems.Add($"--days {parsed.GetValue(days)} must be 1 to {MostDays}");
            }
            HubData? data = HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrong);
            problems.AddRange(wrong);
            (UnitKind kind, string of) = data is null ? default : PeopleCommands.Unit(parsed.GetValue(unit)!, data.Topology, problems);
            return problems.Count > 0 ? HubCommands.Complain(problems) : Give(store, id, word, kind, of, TimeSpan.FromDays(parsed.GetValue(days)));
        }));
        return command;
    }

    private static int Give(HubStore store, string id, PersonRole role, UnitKind kind, string unit, TimeSpan holds)
    {
        DateTimeOffset now = HubCommands.Machine.GetUtcNow(), to = now + holds;
        string token = "tm_" + SignIn.NewCode();
        store.Write(write =>
        {
            write.AddToken(id, SignIn.HashOf(token), now, to, Me);
            write.Give(id, new Grant(role, kind, unit, now, to), Me, now);
            write.AddAudit([Line(now, "token-add", id)]);
        });
        Console.WriteLine($"{id} is {CaseWord.Of(role)} until {to:u}; its token, said once: {token}");
        return 0;
    }

    private static Command End()
    {
        var name = new Argument<string>("id") { Description = "which" };
        Command command = HubCommands.WithConfig("end", "a token no longer holds, from now on", null);
        command.Add(name);
        command.SetAction(parsed => PeopleCommands.Act(parsed, (_, store) => store.Write(write =>
        {
            DateTimeOffset now = HubCommands.Machine.GetUtcNow();
            string id = parsed.GetValue(name)!;
            if (!write.EndToken(id, now))
            {
                return HubCommands.Complain([$"no token {id} holds"]);
            }
            foreach (long number in write.GrantsOf(id).Select(one => one.Id))
            {
                write.EndGrant(number, now);
            }
            write.AddAudit([Line(now, "token-end", id)]);
            Console.WriteLine($"{id} has ended");
            return 0;
        })));
        return command;
    }

    private static Command List() => HubCommands.WithConfig("list", "every token there is or was, and its grants", (config, _) =>
    {
        DateTimeOffset now = HubCommands.Machine.GetUtcNow();
        using HubStore store = HubStore.Open(config.Store, now);
        store.Read(read =>
        {
            foreach (ApiToken token in read.Tokens())
            {
                Console.WriteLine($"{token.Id}\t{(token.To > now ? "until" : "ended")} {token.To:u}\tgiven by {token.GivenBy} {token.From:u}");
                foreach ((long number, Grant grant) in read.GrantsOf(token.Id))
                {
                    Console.WriteLine($"\tgrant {number}\t{CaseWord.Of(grant.Role)}\t{CaseWord.Of(grant.Kind)} {grant.Unit}");
                }
            }
            return true;
        });
        return Task.FromResult(0);
    });

    private static AuditEntry Line(DateTimeOffset now, string act, string id) => new(now, Me, "", "", "", act, "account", "", id, AuditOutcome.Done);
}
