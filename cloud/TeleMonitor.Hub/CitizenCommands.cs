using System.CommandLine;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary><c>citizens</c>: the register, for whoever holds the machine; in daily work nurses and coordinators use the page.</summary>
internal static class CitizenCommands
{
    private const string Me = "machine";
    private const int Most = 500;

    /// <summary>The command for the program's root.</summary>
    public static Command Create() => new("citizens", "who the citizens are: names and numbers are encrypted, and no command shows them") { Import(), List(), Reencrypt() };

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "CSV file: number;name;address;telephone;area;monitoring;relative_name;relative_telephone;relation, and citizen for one who has a kit already" };
        var trial = new Option<bool>("--dry-run") { Description = "say what would happen, and write nothing" };
        Command command = HubCommands.WithConfig("import", "register the citizens of a file, all or none; every problem is named by line and field; the same file again changes nothing", null);
        command.Add(file);
        command.Add(trial);
        command.SetAction(async parsed => HubCommands.Load(parsed.GetValue(HubCommands.ConfigOption)!) is { } config
            ? await OnStore(config, () => Import(config, parsed.GetValue(file)!, parsed.GetValue(trial))) : HubCommands.Refused);
        return command;
    }

    private static int Import(HubConfig config, string name, bool isTrial)
    {
        if (!File.Exists(name))
        {
            return HubCommands.Complain([$"{name}: no such file"]);
        }
        if (HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrong) is not { } data)
        {
            return HubCommands.Complain(wrong);
        }
        IReadOnlyList<CitizenFileRow> rows = CitizenFile.Read(File.ReadAllBytes(name), name, data.Topology, out IReadOnlyList<string> problems, out IReadOnlyList<string> warnings);
        if (problems.Count > 0)
        {
            return HubCommands.Complain(problems);
        }
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        IdentityKeys keys = IdentityKeys.Open(IdentityKeys.FolderOf(config.Store));
        CitizenImported imported = CitizenImport.Apply(store, keys, data.Topology, rows, name, isTrial, Me, HubCommands.Machine.GetUtcNow(), CitizenActs.NewPseudonym);
        foreach (string said in warnings.Concat(imported.Notes))
        {
            Console.WriteLine(said);
        }
        int refused = HubCommands.Complain(imported.Problems);
        if (refused == 0)
        {
            Console.WriteLine($"{(isTrial ? "would register" : "registered")} {imported.New} citizens, {imported.Identified} who have a kit; {imported.Known} were registered before{(isTrial ? "; nothing is written" : "")}");
        }
        return refused;
    }

    private static Command List() => HubCommands.WithConfig("list", "everybody of the register by pseudonym, with place and state; no name and no number", (config, _) =>
    {
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        DateTimeOffset now = HubCommands.Machine.GetUtcNow();
        store.Write(write => write.AddAudit([new AuditEntry(now, Me, "", "", "", "view", "register", "", "list", AuditOutcome.Done)]));
        foreach (string citizen in Everybody(store))
        {
            store.Read(read =>
            {
                CitizenRow row = read.CitizenRowOf(citizen)!;
                Place? home = read.PlacesOf(citizen).LastOrDefault(place => place.Kind == PlaceKind.Home && place.HoldsAt(now));
                string state = row.RestrictedAt is { } restricted ? $"restricted {restricted:u}" : row.EndedAt is { } ended ? $"ended {ended:u} {row.EndReason}" : "registered";
                string agrees = string.Join(' ', read.ConsentsOf(citizen).Where(consent => consent.WithdrawnAt is null).Select(consent => CaseWord.Of(consent.Kind)));
                Console.WriteLine($"{citizen}\t{home?.Area}\t{state}\t{agrees}");
                return true;
            });
        }
        return Task.FromResult(0);
    });

    private static Command Reencrypt() => HubCommands.WithConfig("reencrypt", "encrypt every identity anew with the key of today, before an older key is taken away", (config, _) => OnStore(config, () =>
    {
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        IdentityKeys keys = IdentityKeys.Open(IdentityKeys.FolderOf(config.Store));
        (int done, var unread) = (0, new List<string>());
        foreach (string citizen in Everybody(store))
        {
            bool opened = store.Write(write =>
            {
                if (write.CitizenRowOf(citizen) is not { } row || keys.OpenText(row.Closed) is not { } identity)
                {
                    return false;
                }
                write.CloseAnew(citizen, keys.Close(identity).Text);
                return true;
            });
            done += opened ? 1 : 0;
            if (!opened)
            {
                unread.Add($"{citizen}: no key in {IdentityKeys.FolderOf(config.Store)} opens its identity");
            }
        }
        Console.WriteLine($"{done} identities are encrypted anew");
        return HubCommands.Complain(unread);
    }));

    private static async Task<int> OnStore(HubConfig config, Func<int> work)
    {
        try
        {
            return await HubCommands.OnStore(config, () => Task.FromResult(work()));
        }
        catch (IOException unread)
        {
            return HubCommands.Complain([unread.Message]); // the file, or the keys beside the store
        }
    }

    private static IEnumerable<string> Everybody(HubStore store)
    {
        string after = "";
        while (store.Read(read => read.RegisteredAfter(after, Most)) is { Count: > 0 } some)
        {
            foreach (string citizen in some)
            {
                yield return citizen;
            }
            after = some[^1];
        }
    }
}
