using System.CommandLine;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary><c>audit</c>: whether the lines are as they were written, and who has looked at a citizen.</summary>
internal static class AuditCommands
{
    /// <summary>The command for the program's root.</summary>
    public static Command Create() => new("audit", "who saw or did what") { Verify(), Of() };

    private static Command Verify()
    {
        var anchors = new Option<string?>("--anchors") { Description = "file with the links that were written down outside; beside the store when absent" };
        Command command = HubCommands.WithConfig("verify", "read the whole chain against itself and against what was written down outside", null);
        command.Add(anchors);
        command.SetAction(parsed => HubCommands.Load(parsed.GetValue(HubCommands.ConfigOption)!) is { } config
            ? HubCommands.OnStore(config, () => Task.FromResult(Verify(config, parsed.GetValue(anchors) ?? AnchorFile.Beside(config.Store)))) : Task.FromResult(HubCommands.Refused));
        return command;
    }

    private static int Verify(HubConfig config, string file)
    {
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        IReadOnlyList<AuditAnchor> anchors = new AnchorFile(file).Read(out IReadOnlyList<string> wrong);
        (IReadOnlyList<string> problems, AuditTail end) = store.Read(read => (AuditChain.Problems(read.AuditAll(), anchors, read.AuditCut()), read.AuditEnd()));
        int refused = HubCommands.Complain([.. wrong, .. problems]);
        Console.WriteLine(refused == 0 ? $"{end.Number} lines are as they were written; {anchors.Count} links outside agree" : $"{wrong.Count + problems.Count} problems among {end.Number} lines");
        return refused;
    }

    private static Command Of()
    {
        var citizen = new Argument<string>("citizen") { Description = "pseudonym" };
        var named = new Option<string?>("--named-because") { Description = "shows who each person is, and why that is asked; a line of the audit itself" };
        Command command = HubCommands.WithConfig("of", "who has looked at a citizen's data: time, role, unit, what kind, why", null);
        command.Add(citizen);
        command.Add(named);
        command.SetAction(parsed => HubCommands.Load(parsed.GetValue(HubCommands.ConfigOption)!) is { } config
            ? HubCommands.OnStore(config, () => Task.FromResult(Of(config, parsed.GetValue(citizen)!, parsed.GetValue(named)))) : Task.FromResult(HubCommands.Refused));
        return command;
    }

    private static int Of(HubConfig config, string citizen, string? because)
    {
        using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
        if (because is { Length: 0 })
        {
            return HubCommands.Complain(["--named-because must say why the names are asked for"]);
        }
        foreach (AuditLine line in store.Read(read => read.AuditOf(citizen)))
        {
            AuditEntry one = line.Entry;
            Console.WriteLine(string.Join('\t', $"{one.At:u}", because is null ? "-" : one.Person, one.Role, one.Unit, one.Act, one.Kind, one.Why, CaseWord.Of(one.Outcome)));
        }
        store.Write(write => write.AddAudit([new AuditEntry(HubCommands.Machine.GetUtcNow(), "machine", "", "", "", because is null ? "audit" : "audit-named", "audit", citizen, because ?? "", AuditOutcome.Done)]));
        return 0;
    }
}
