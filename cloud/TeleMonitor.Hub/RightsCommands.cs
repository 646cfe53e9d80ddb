using System.CommandLine;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary><c>rights</c> and <c>retention</c>: everything about a citizen, its deletion, and what has had its time. For whoever holds the machine.</summary>
internal static class RightsCommands
{
    private const string Me = "machine";

    /// <summary><c>rights</c>.</summary>
    public static Command Create() => new("rights", "everything about a citizen, and its deletion") { Export(), Delete() };

    /// <summary><c>retention</c>.</summary>
    public static Command CreateRetention()
    {
        var dry = new Option<bool>("--dry-run") { Description = "lists what would go and removes nothing" };
        Command command = HubCommands.WithConfig("retention", "removes what has had its time, as the running hub does once a day", null);
        command.Add(dry);
        command.SetAction(parsed => On(parsed, (config, data, store) =>
        {
            var watch = new RetentionWatch(store, data.Retention, new AnchorFile(AnchorFile.Beside(config.Store)));
            DateTimeOffset now = HubCommands.Machine.GetUtcNow();
            RetentionDue due = watch.Due(now);
            Console.WriteLine($"{data.Retention.Id} {data.Retention.Version}, {(data.Retention.Approved is null ? "not approved" : $"approved by {data.Retention.Approved.By}")}");
            Console.WriteLine($"health-record\tlast entry before {due.RecordsBefore:u}\t{due.Citizens.Count} citizens");
            foreach (string citizen in due.Citizens)
            {
                Console.WriteLine($"\t{citizen}");
            }
            Console.WriteLine($"audit\tlines before {due.AuditBefore:u}\t{due.AuditLines} lines");
            while (!parsed.GetValue(dry) && watch.Round(now))
            {
                // until nothing of it is left
            }
            return Task.FromResult(0);
        }));
        return command;
    }

    private static Command Export()
    {
        var citizen = new Argument<string>("citizen") { Description = "pseudonym" };
        var file = new Option<string>("--out") { Description = "file to write; one that ends in .html is for people", Required = true };
        Command command = HubCommands.WithConfig("export", "everything about a citizen, as JSON or HTML; a line of the audit", null);
        command.Add(citizen);
        command.Add(file);
        command.SetAction(parsed => On(parsed, async (config, data, store) =>
        {
            string of = parsed.GetValue(citizen)!, name = parsed.GetValue(file)!;
            DateTimeOffset now = HubCommands.Machine.GetUtcNow();
            if (!store.Read(read => read.IsCitizen(of)))
            {
                return HubCommands.Complain(["there is no such citizen"]);
            }
            store.Write(write => write.AddAudit([new AuditEntry(now, Me, "", "", "", "export", "everything", of, "", AuditOutcome.Done)]));
            var export = new CitizenExport(store, IdentityKeys.Open(IdentityKeys.FolderOf(config.Store)));
            await using (FileStream stream = OperatingSystem.IsWindows() ? File.Create(name) : new FileStream(name, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                PipeWriter pipe = PipeWriter.Create(stream);
                await (name.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
                    ? export.WriteHtml(pipe, of, Texts(), data.Topology.Zone, now, CancellationToken.None)
                    : export.WriteJson(pipe, of, now, CancellationToken.None));
                await pipe.CompleteAsync();
            }
            Console.WriteLine($"{name} has everything about {of}");
            return 0;
        }));
        return command;
    }

    private static Command Delete()
    {
        var citizen = new Argument<string>("citizen") { Description = "pseudonym" };
        var because = new Option<string?>("--because") { Description = "the lawful reason for not keeping the record its time" };
        Command command = HubCommands.WithConfig("delete", "removes everything about a citizen whose monitoring is over; the audit stays whole and keeps the pseudonym", null);
        command.Add(citizen);
        command.Add(because);
        command.SetAction(parsed => On(parsed, (config, data, store) =>
        {
            string of = parsed.GetValue(citizen)!;
            DateTimeOffset now = HubCommands.Machine.GetUtcNow();
            RightsAnswer answer = new Rights(store, data.Retention).EraseAs(Me, of, parsed.GetValue(because), now);
            if (answer is not (RightsAnswer.Done or RightsAnswer.Already))
            {
                return Task.FromResult(HubCommands.Complain([$"{of} is not deleted: {CaseWord.Of(answer)}"]));
            }
            var erasing = new Erasing(store);
            ErasureRow? last = null;
            for (int tries = 0; erasing.Step(now, out bool isDone) is { } step && tries < 1_000_000; tries++)
            {
                last = step.Citizen == of ? step : last;
                if (isDone && step.Citizen == of)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{of}: {step.Removed} rows are gone, and nothing of them is left in the file"));
                }
            }
            return Task.FromResult(last is null && answer == RightsAnswer.Already ? HubCommands.Complain([$"{of} was deleted before"]) : 0);
        }));
        return command;
    }

    private static async Task<int> On(ParseResult parsed, Func<HubConfig, HubData, HubStore, Task<int>> act)
    {
        if (HubCommands.Load(parsed.GetValue(HubCommands.ConfigOption)!) is not { } config)
        {
            return HubCommands.Refused;
        }
        return HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> problems) is not { } data ? HubCommands.Complain(problems) : await HubCommands.OnStore(config, async () =>
        {
            using HubStore store = HubStore.Open(config.Store, HubCommands.Machine.GetUtcNow());
            return await act(config, data, store);
        });
    }

    /// <summary>The texts in Danish: what a citizen is handed.</summary>
    private static IStringLocalizer<PeopleText> Texts()
    {
        CultureInfo.CurrentUICulture = new CultureInfo("da");
        return new StringLocalizer<PeopleText>(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));
    }
}
