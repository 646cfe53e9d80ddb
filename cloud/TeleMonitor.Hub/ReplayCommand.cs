using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Hub;

/// <summary><c>replay</c>: would this have alerted? Over the store, for one citizen or for all, under the settings that hold and under changed ones.</summary>
internal sealed class ReplayCommand
{
    private const double MostHours = 24 * 366;

    private readonly Option<string> config = new("--config") { Description = "JSON file with store, brokers, certificates, listen and firmware_config", Required = true };
    private readonly Option<string?> citizen = new("--citizen") { Description = "pseudonym; everybody when absent" };
    private readonly Option<string?> settings = new("--settings") { Description = "settings that hold: {\"plan\",\"charts\",\"scale\",\"required\",\"limits\",\"floor\"}; every shipped chart and no limit when absent" };
    private readonly Option<string?> changed = new("--changed") { Description = "changed settings to compare with" };
    private readonly Option<string?> events = new("--events") { Description = "[{\"citizen\",\"at\",\"label\"}]: what is known to have happened" };
    private readonly Option<double> within = new("--within") { Description = "hours before an event in which an alert is about it", DefaultValueFactory = _ => 72 };
    private readonly Option<string> zone = new("--zone") { Description = "time zone of the days", DefaultValueFactory = _ => "Europe/Copenhagen" };
    private readonly Option<bool> json = new("--json") { Description = "one JSON object, with every citizen's alerts" };
    private readonly TimeProvider machine;

    private ReplayCommand(TimeProvider machine) => this.machine = machine;

    /// <summary>The command for the program's root.</summary>
    public static Command Create(TimeProvider machine)
    {
        var own = new ReplayCommand(machine);
        var command = new Command("replay", "would this have alerted? Alerts per citizen and week over what is stored up to yesterday, before and after a change")
        {
            own.config, own.citizen, own.settings, own.changed, own.events, own.within, own.zone, own.json,
        };
        command.SetAction(parsed => own.Run(parsed, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private int Run(ParseResult parsed, TextWriter output, TextWriter complaints)
    {
        var problems = new List<string>();
        HubConfig? hub = HubConfig.Load(parsed.GetValue(config)!, out IReadOnlyList<string> wrong);
        problems.AddRange(wrong);
        HubData? data = hub is null ? null : HubData.Load(hub.FirmwareConfig, out wrong);
        problems.AddRange(hub is null ? [] : wrong);
        if (data is not null && !File.Exists(hub!.Store))
        {
            problems.Add($"store {hub.Store}: no such file");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(parsed.GetValue(zone)!, out TimeZoneInfo? days))
        {
            problems.Add($"--zone {parsed.GetValue(zone)}: no such time zone");
        }
        if (parsed.GetValue(within) is not (> 0 and <= MostHours))
        {
            problems.Add($"--within must be above 0 and at most {MostHours} hours");
        }
        ReplaySettings? holding = data is null ? null : Settings(parsed.GetValue(settings), data, problems), other = null;
        if (data is not null && parsed.GetValue(changed) is { } file)
        {
            other = Settings(file, data, problems);
        }
        IReadOnlyList<LabelledEvent> happened = Events(parsed.GetValue(events), problems);
        if (problems.Count > 0)
        {
            problems.ForEach(complaints.WriteLine);
            return 1;
        }
        try
        {
            using HubStore store = HubStore.Open(hub!.Store, machine.GetUtcNow());
            return Run(new Asked(store, parsed.GetValue(citizen), holding!, other, happened, TimeSpan.FromHours(parsed.GetValue(within)), days!), parsed.GetValue(json), output, complaints);
        }
        catch (Exception broken) when (broken is System.Data.Common.DbException or IOException or UnauthorizedAccessException)
        {
            complaints.WriteLine($"store {hub!.Store}: {broken.Message}");
            return 1;
        }
    }

    private sealed record Asked(HubStore Store, string? Citizen, ReplaySettings Settings, ReplaySettings? Changed, IReadOnlyList<LabelledEvent> Events, TimeSpan Within, TimeZoneInfo Zone);

    private int Run(Asked asked, bool asJson, TextWriter output, TextWriter complaints)
    {
        long began = machine.GetTimestamp();
        var replay = new HistoryReplay(asked.Store, asked.Citizen);
        if (replay.Histories.Count == 0)
        {
            complaints.WriteLine(asked.Citizen is { } nobody ? $"--citizen {nobody}: no assignment of the store is of this citizen" : "the store has no assignment of a citizen");
            return 1;
        }
        DateTimeOffset now = HubClock.Of(asked.Store, machine).GetUtcNow();
        IReadOnlyList<ReplayResult> before = replay.Run(asked.Settings, now, asked.Zone, asked.Events, asked.Within);
        IReadOnlyList<ReplayResult>? after = asked.Changed is { } change ? replay.Run(change, now, asked.Zone, asked.Events, asked.Within) : null;
        var page = new ReplayPage(replay, before, after, machine.GetElapsedTime(began));
        if (asJson)
        {
            page.WriteJson(output);
        }
        else
        {
            page.WriteText(output, everyAlert: asked.Citizen is not null);
        }
        return 0;
    }

    private static ReplaySettings? Settings(string? file, HubData data, List<string> problems)
    {
        Chart[] charts = [.. data.NewestCharts.OrderBy(chart => chart.Id, StringComparer.Ordinal)];
        if (!TryReadFile(file, "{}"u8.ToArray(), problems, out byte[]? bytes))
        {
            return null;
        }
        ReplaySettingsFile.TryRead(bytes, file ?? "settings", charts, data.Content, out ReplaySettings? settings, out IReadOnlyList<string> wrong);
        problems.AddRange(wrong);
        return settings;
    }

    private static IReadOnlyList<LabelledEvent> Events(string? file, List<string> problems)
    {
        if (!TryReadFile(file, "[]"u8.ToArray(), problems, out byte[]? bytes))
        {
            return [];
        }
        try
        {
            List<LabelledEvent?> read = JsonSerializer.Deserialize<List<LabelledEvent?>>(bytes, EventsForm) ?? [];
            problems.AddRange(read.Index().Where(one => one.Item is null || one.Item.Citizen.Length == 0).Select(one => $"{file}: [{one.Index}] must have citizen, at and label"));
            return [.. read.OfType<LabelledEvent>()];
        }
        catch (JsonException bad)
        {
            problems.Add($"{file}: {bad.Path} line {bad.LineNumber + 1}: must be [{{\"citizen\",\"at\",\"label\"}}]: {bad.Message}");
            return [];
        }
    }

    private static readonly JsonSerializerOptions EventsForm = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private static bool TryReadFile(string? file, byte[] absent, List<string> problems, [NotNullWhen(true)] out byte[]? bytes)
    {
        try
        {
            bytes = file is null ? absent : File.ReadAllBytes(file);
            return true;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: cannot be read: {unreadable.Message}");
            bytes = null;
            return false;
        }
    }
}
