using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary><c>status</c>: how each gateway stands, read from its outbox, also while it runs.</summary>
internal static class StatusCommand
{
    private const int NoticesShown = 5;

    /// <summary>One gateway's standing.</summary>
    internal sealed record Standing(
        string Gateway, string? Problem, string? Outbox, IReadOnlyList<LaneStanding> Lanes, IReadOnlyList<KeptNotice> Notices, IReadOnlyList<OpenFinding> Findings,
        DiskUse Disk = default);

    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "configuration file", Required = true };
        var json = new Option<bool>("--json") { Description = "one JSON object per gateway and line" };
        var command = new Command("status", "show lanes, last receipt, last notices and findings of each gateway") { config, json };
        command.SetAction(parsed => Run(parsed.GetValue(config)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(string configFile, bool asJson)
    {
        if (GatewayConfig.Load(configFile, out IReadOnlyList<string> problems) is not { } config)
        {
            foreach (string problem in problems)
            {
                Rim.Say(problem);
            }
            return ExitCode.Refused;
        }
        DateTimeOffset now = Rim.Clock.GetUtcNow();
        int shown = 0;
        foreach (AssignmentLine line in config.Assignments.Where(line => File.Exists(config.OutboxPath(line.Gateway))))
        {
            Standing standing = Read(line.Gateway, config.OutboxPath(line.Gateway)) is var read ? read with { Disk = read.Disk with { Limit = config.OutboxLimit } } : default!;
            Console.WriteLine(asJson ? Json(standing) : Text(standing, now));
            shown++;
        }
        if (shown == 0)
        {
            Rim.Say($"no gateway of {configFile} has an outbox yet under {config.Data}");
        }
        return 0;
    }

    /// <summary>Reads one outbox; a file that cannot be used is a problem in words.</summary>
    internal static Standing Read(string gateway, string path)
    {
        try
        {
            using SqliteOutbox outbox = SqliteOutbox.OpenToLook(path);
            return new Standing(gateway, null, outbox.Id, [.. WireWord.Lanes.Select(outbox.Standing)], outbox.ReadNotices(NoticesShown), outbox.ReadFindings(),
                outbox.Disk);
        }
        catch (OutboxException bad)
        {
            return new Standing(gateway, bad.Message, null, [], [], []);
        }
    }

    /// <summary>For people.</summary>
    internal static string Text(Standing standing, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{standing.Gateway}");
        if (standing.Problem is { } problem)
        {
            return text.Append(CultureInfo.InvariantCulture, $"\n  {problem}").ToString();
        }
        foreach (LaneStanding lane in standing.Lanes)
        {
            string refused = lane.Refused > 0 ? $", {lane.Refused} in the hub's quarantine" : "";
            string receipt = lane.ReceiptAt is { } at ? $"last receipt from hub {lane.Hub} {Age(now - at)} ago" : "no receipt yet";
            text.Append(CultureInfo.InvariantCulture, $"\n  {lane.Lane,-7} {lane.Waiting} waiting, last {lane.Last}, through {lane.Through}{refused}; {receipt}");
        }
        text.Append(CultureInfo.InvariantCulture, $"\n  disk    {standing.Disk.Used >> 20} of {standing.Disk.Limit >> 20} MiB, {standing.Disk.Thinned} readings thinned");
        foreach (KeptNotice kept in standing.Notices)
        {
            (string code, long number, string role, DateTimeOffset at, DateTimeOffset expires) = kept.Notice;
            string over = expires <= now ? " (expired)" : "";
            text.Append(CultureInfo.InvariantCulture, $"\n  notice  {Words(code)} by {Words(role)} at {at:yyyy-MM-dd HH:mm:ss}Z, case {number}{over}");
        }
        foreach (OpenFinding finding in standing.Findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  finding {finding.Code} since {finding.Since:yyyy-MM-dd HH:mm:ss}Z: {finding.Text}");
        }
        return text.ToString();
    }

    /// <summary>For programs.</summary>
    internal static string Json(Standing standing)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("gateway", standing.Gateway);
            json.WriteString("problem", standing.Problem);
            json.WriteString("outbox", standing.Outbox);
            json.WriteStartArray("lanes");
            foreach (LaneStanding lane in standing.Lanes)
            {
                json.WriteStartObject();
                json.WriteString("lane", lane.Lane);
                json.WriteNumber("waiting", lane.Waiting);
                json.WriteNumber("last", lane.Last);
                json.WriteNumber("through", lane.Through);
                json.WriteNumber("refused", lane.Refused);
                json.WriteString("hub", lane.Hub);
                WriteTime(json, "receipt_at", lane.ReceiptAt);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("disk");
            json.WriteNumber("used_bytes", standing.Disk.Used);
            json.WriteNumber("limit_bytes", standing.Disk.Limit);
            json.WriteNumber("thinned", standing.Disk.Thinned);
            json.WriteEndObject();
            json.WriteStartArray("notices");
            foreach (KeptNotice kept in standing.Notices)
            {
                json.WriteStartObject();
                json.WriteString("hub", kept.Hub);
                json.WriteNumber("number", kept.Number);
                json.WriteString("code", kept.Notice.Code);
                json.WriteNumber("case", kept.Notice.Case);
                json.WriteString("role", kept.Notice.Role);
                json.WriteString("at", kept.Notice.At);
                json.WriteString("expires", kept.Notice.Expires);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("findings");
            foreach (OpenFinding finding in standing.Findings)
            {
                json.WriteStartObject();
                json.WriteString("code", finding.Code);
                json.WriteString("text", finding.Text);
                json.WriteString("since", finding.Since);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } known)
        {
            json.WriteString(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Words(string code) => code.Replace('-', ' ');

    private static string Age(TimeSpan age) => age.TotalSeconds < 0 ? "0 s"
        : age.TotalMinutes < 2 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:F0} s")
        : age.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:F0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:F0} h");
}
