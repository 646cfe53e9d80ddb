using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub;

/// <summary>The hub's commands. Each says what is wrong and how to mend it; 0 is done, 1 is refused.</summary>
internal static class HubCommands
{
    /// <summary>Exit code.</summary>
    public const int Refused = 1;
#pragma warning disable RS0030 // the program's rim: the one place that names the machine's clock
    public static readonly TimeProvider Machine = TimeProvider.System;
#pragma warning restore RS0030
    public static readonly Option<string> ConfigOption = new("--config") { Description = "JSON file with store, brokers, certificates, listen and firmware_config", Required = true };

    public static Command Run() => WithConfig("run", "serve gateways and boards until Ctrl-C or SIGTERM", async (config, ct) => await HubHost.RunAsync(config, Machine, ct));

    public static Command Migrate() => WithConfig("migrate", "create the store or bring it to this version", (config, _) =>
    {
        using HubStore store = HubStore.Open(config.Store, Machine.GetUtcNow());
        ProfileKeyFile.Open(config.Store).Dispose(); // gateways can be set up before the hub runs
        Console.WriteLine($"store {config.Store} is hub {store.HubId}");
        return Task.FromResult(0);
    });

    public static Command Check()
    {
        var files = new Argument<string[]>("files") { Description = "files under charts, sensors, plans or topology" };
        var command = new Command("check", "check data files; prints every problem with its place") { files };
        command.SetAction(parsed => Complain([.. parsed.GetValue(files)!.SelectMany(HubData.Check)]));
        return command;
    }

    public static Command Register()
    {
        var file = new Argument<string>("file") { Description = "JSON file with gateways, kits and assignments" };
        Command command = WithConfig("register", "register gateways and assignments; the same file again changes nothing", null);
        command.Add(file);
        command.SetAction(parsed => Load(parsed.GetValue(ConfigOption)!) is { } config ? OnStore(config, () => Task.FromResult(Register(config, parsed.GetValue(file)!))) : Task.FromResult(Refused));
        return command;
    }

    private static int Register(HubConfig config, string name)
    {
        if (!File.Exists(name))
        {
            return Complain([$"{name}: no such file"]);
        }
        if (RegisterFile.TryRead(File.ReadAllBytes(name), name, out IReadOnlyList<string> problems) is not { } register)
        {
            return Complain(problems);
        }
        HubData? data = null;
        if (register.HasPlans && (data = HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrong)) is null)
        {
            return Complain(wrong);
        }
        using HubStore store = HubStore.Open(config.Store, Machine.GetUtcNow());
        int refused = Complain(register.Apply(store, Machine.GetUtcNow(), data?.Content));
        if (refused == 0)
        {
            Console.WriteLine($"{register.Gateways.Count} gateways registered");
        }
        return refused;
    }

    public static Command Quarantine()
    {
        Command list = WithConfig("list", "what was put aside, with its reason", (config, _) =>
        {
            using HubStore store = HubStore.Open(config.Store, Machine.GetUtcNow());
            foreach (QuarantineRow row in store.Read(read => read.Quarantined()))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{row.Id}\t{DateTimeOffset.FromUnixTimeMilliseconds(row.StoredMs):u}\t{row.Gateway}\t{row.Lane} {row.FirstNumber}+{row.ItemCount}\t{row.ByteCount} bytes\t{(row.TakenMs is null ? row.Code : "taken since")}\t{row.Reason}"));
            }
            return Task.FromResult(0);
        });
        return new Command("quarantine", "items and batches that could not be accepted") { list, Retry() };
    }

    private static Command Retry()
    {
        var id = new Option<long?>("--id") { Description = "one entry; all that were not taken yet when absent" };
        Command retry = WithConfig("retry", "take what can be taken now: after an upgrade, or once an assignment is registered; safe to repeat", null);
        retry.Add(id);
        retry.SetAction(async parsed => Load(parsed.GetValue(ConfigOption)!) is { } config ? await OnStore(config, () => Task.FromResult(Retry(config, parsed.GetValue(id)))) : Refused);
        return retry;
    }

    private static int Retry(HubConfig config, long? id)
    {
        HubData? data = HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> problems);
        if (data is null)
        {
            return Complain(problems);
        }
        using HubStore store = HubStore.Open(config.Store, Machine.GetUtcNow());
        var retry = new QuarantineRetry(store, data.Charts);
        DateTimeOffset now = HubClock.Of(store, Machine).GetUtcNow();
        RetryLine[] lines = [.. (id is { } one ? [one] : store.Read(read => read.QuarantineOpen())).Select(entry => retry.Retry(entry, now))];
        foreach (RetryLine line in lines)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line.Id}\t{CaseWord.Of(line.Outcome)}\t{line.Items} items, {line.PutAside} put aside\t{line.Detail}"));
        }
        return lines.Any(line => line.Outcome is RetryOutcome.Absent or RetryOutcome.Failed) ? Refused : 0;
    }

    public static Command Restored() => WithConfig("restored", "say that the store was put back from a backup, with the hub stopped: gateways then send again what it lost", (config, _) =>
    {
        if (!File.Exists(config.Store))
        {
            return Task.FromResult(Complain([$"store {config.Store}: no such file; put the backup there first"]));
        }
        using HubStore store = HubStore.Open(config.Store, Machine.GetUtcNow());
        string before = store.HubId;
        store.Restored(HubStore.NewId(), HubClock.Of(store, Machine).GetUtcNow());
        Console.WriteLine($"store {config.Store} was hub {before} and is now hub {store.HubId}; start the hub");
        return Task.FromResult(0);
    });

    public static Command RouteTest()
    {
        var area = new Option<string>("--area") { Description = "municipality slug (aabenraa) or postcode", Required = true };
        var triage = new Option<string>("--triage") { Description = "red, yellow or unknown", Required = true };
        var at = new Option<string>("--at") { Description = "time, e.g. 2026-12-31T23:59:00+01:00", Required = true };
        var expect = new Option<string?>("--expect") { Description = "team that must be the answer" };
        var folder = new Option<string?>("--firmware-config") { Description = "folder with charts and topology; found beside or above the program when absent" };
        var command = new Command("route-test", "who is responsible, and why") { area, triage, at, expect, folder };
        command.SetAction(parsed =>
        {
            if (!TriageWord.TryRead(parsed.GetValue(triage), out Triage severity)
                || !DateTimeOffset.TryParse(parsed.GetValue(at), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            {
                return Complain(["--triage must be red, yellow, unknown or green, and --at a time such as 2026-12-31T23:59:00+01:00"]);
            }
            if (HubData.Find(parsed.GetValue(folder)) is not { } found)
            {
                return Complain([$"no folder {parsed.GetValue(folder) ?? HubData.FolderName} beside or above the program"]);
            }
            if (HubData.Load(found, out IReadOnlyList<string> problems) is not { } data)
            {
                return Complain(problems);
            }
            Care.Routing.Route route = Router.Route(data.Topology, parsed.GetValue(area), severity, time);
            Console.WriteLine($"team {route.Team}, authority {route.Authority}, coordinator {route.Coordinator ?? "-"}, fallback {route.Fallback}, because {route.Reason}");
            string? expected = parsed.GetValue(expect);
            return expected is null || string.Equals(expected, route.Team, StringComparison.Ordinal) ? 0 : Complain([$"expected {expected}"]);
        });
        return command;
    }

    public static Command Counts()
    {
        var json = new Option<bool>("--json") { Description = "one JSON line" };
        Command command = WithConfig("counts", "figures of the store", (config, _) =>
        {
            using HubStore store = HubStore.Open(config.Store, Machine.GetUtcNow());
            Console.WriteLine(JsonSerializer.Serialize(store.Read(read => read.Counts()), Indent.Snake));
            return Task.FromResult(0);
        });
        command.Add(json);
        return command;
    }

    public static Command Replay() => ReplayCommand.Create(Machine);

    private static class Indent
    {
        public static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    }

    public static Command WithConfig(string name, string description, Func<HubConfig, CancellationToken, Task<int>>? action)
    {
        var command = new Command(name, description) { ConfigOption };
        if (action is not null)
        {
            command.SetAction(async (parsed, ct) => Load(parsed.GetValue(ConfigOption)!) is { } config ? await OnStore(config, () => action(config, ct)) : Refused);
        }
        return command;
    }

    /// <summary>A store that cannot be opened or written is said with its place; it is no reason to show a stack.</summary>
    public static async Task<int> OnStore(HubConfig config, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception broken) when (broken is System.Data.Common.DbException or IOException or UnauthorizedAccessException)
        {
            return Complain([$"store {config.Store}: {broken.Message}"]);
        }
    }

    public static HubConfig? Load(string file)
    {
        HubConfig? config = HubConfig.Load(file, out IReadOnlyList<string> problems);
        Complain(problems);
        return config;
    }

    public static int Complain(IReadOnlyCollection<string> problems)
    {
        foreach (string problem in problems)
        {
            Console.Error.WriteLine(problem);
        }
        return problems.Count == 0 ? 0 : Refused;
    }
}
