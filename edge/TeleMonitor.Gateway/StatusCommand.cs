using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary><c>status</c>: how each gateway stands, read from its outbox, also while it runs.</summary>
internal static class StatusCommand
{
    private const int NoticesShown = 5;

    /// <summary>One gateway's standing.</summary>
    internal sealed record Standing(
        string Gateway, string? Problem, string? Outbox, IReadOnlyList<LaneStanding> Lanes, IReadOnlyList<KeptNotice> Notices, IReadOnlyList<OpenFinding> Findings,
        DiskUse Disk = default)
    {
        /// <summary>How the newest Red or help press stands.</summary>
        public UrgentStanding Urgent { get; init; } = UrgentStanding.None;
        /// <summary>Loans that are over, and how far their end is (<see cref="Lending.StandingOf"/>).</summary>
        public IReadOnlyList<(int Assignment, string State)> Loans { get; init; } = [];
        /// <summary>Assignments whose rules the outbox remembers.</summary>
        public IReadOnlyList<int> Assignments { get; init; } = [];
        /// <summary>Whom the citizen calls.</summary>
        public IReadOnlyList<CallNumber> Calls { get; init; } = [];
        /// <summary>False where the plan leaves the help button out.</summary>
        public bool HelpButton { get; init; } = true;
        /// <summary>The signed settings that were taken last; null before the first.</summary>
        public KeptProfile? Profile { get; init; }
        /// <summary>Days of those who follow a plan, as the gateway last looked at them.</summary>
        public IReadOnlyList<CitizenDay> Days { get; init; } = [];
        /// <summary>True for the eyes of those who care for the citizen: how the plan is kept, what was urgent, who has seen it. Support gets none of it.</summary>
        public bool IsOfCare { get; init; }
    }

    /// <summary>The command for the program's root.</summary>
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "configuration file", Required = true };
        var json = new Option<bool>("--json") { Description = "one JSON object per gateway and line" };
        var care = new Option<bool>("--care") { Description = "also what is of the citizen's care: plan and how it is kept, the newest Red or help call, notices; not for support" };
        var command = new Command("status", "show lanes, last receipt, disk, settings, loans and findings of each gateway") { config, json, care };
        command.SetAction(parsed => Run(parsed.GetValue(config)!, parsed.GetValue(json), parsed.GetValue(care)));
        return command;
    }

    private static int Run(string configFile, bool asJson, bool ofCare)
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
        var here = new GatewayIdentity(Rim.Clock, []);
        int shown = 0;
        foreach (AssignmentLine line in config.Assignments.DistinctBy(line => line.Gateway).Where(line => File.Exists(config.OutboxPath(line.Gateway))))
        {
            Standing read = Read(line.Gateway, config.OutboxPath(line.Gateway), here);
            Standing standing = read with { Disk = read.Disk with { Limit = config.OutboxLimit }, Calls = line.CallNumbers ?? [], HelpButton = line.HelpButton, Loans = Loans(config, read), IsOfCare = ofCare };
            Console.WriteLine(asJson ? Json(standing) : Text(standing, now));
            shown++;
        }
        if (shown == 0)
        {
            Rim.Say($"no gateway of {configFile} has an outbox yet under {config.Data}");
        }
        return 0;
    }

    private static List<(int, string)> Loans(GatewayConfig config, Standing read)
    {
        int[] here = Lending.Here(read.Assignments, BondedDevices.Open(config.BondsPath(read.Gateway), out _));
        long waiting = read.Lanes.Sum(lane => lane.Waiting);
        return [.. config.LinesOf(read.Gateway).Where(line => line.Ended && read.Problem is null).Select(line => (line.Assignment, Lending.StandingOf(line.Assignment, here, waiting)))];
    }

    /// <summary>Reads one outbox; a file that cannot be used is a problem in words.</summary>
    /// <param name="gateway">Gateway.</param>
    /// <param name="path">Its outbox.</param>
    /// <param name="here">Boot and clock of the machine it runs on.</param>
    internal static Standing Read(string gateway, string path, GatewayIdentity here)
    {
        try
        {
            using SqliteOutbox outbox = SqliteOutbox.OpenToLook(path);
            return new Standing(gateway, null, outbox.Id, [.. WireWord.Lanes.Select(outbox.Standing)], outbox.ReadNotices(NoticesShown), outbox.ReadFindings(),
                outbox.Disk)
            {
                Assignments = outbox.Assignments, Profile = outbox.Profile, Days = PlanDays.TryRead(outbox.ReadState(PlanDays.StateNumber)?.Bytes ?? [])?.Days ?? [],
                Urgent = new UrgentWatch(outbox).Look(here.Boot, here.Microseconds, here.Now().At),
            };
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
        if (standing.Profile is { } profile)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  profile version {profile.Version}, taken at {profile.TakenAt:yyyy-MM-dd HH:mm:ss}Z");
        }
        if (standing.IsOfCare)
        {
            AppendUrgent(text, standing);
        }
        foreach (CitizenDay day in standing.IsOfCare ? standing.Days : [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  plan    of assignment {day.Assignment}: {PlanStatus.Text(day, now)}");
        }
        foreach ((int assignment, string state) in standing.Loans)
        {
            string how = state switch
            {
                Lending.IsEnding => "is over: what waits is delivered, then all of it is wiped; not before may the kit be lent again",
                Lending.IsWiped => "is over and wiped; the hub has not said yet that it knows",
                _ => "is over and wiped, and the hub knows: the kit may be lent again",
            };
            text.Append(CultureInfo.InvariantCulture, $"\n  loan    of assignment {assignment} {how}");
        }
        foreach (KeptNotice kept in standing.IsOfCare ? standing.Notices : [])
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

    private static void AppendUrgent(StringBuilder text, Standing standing)
    {
        string since = standing.Urgent.Item is { Boot.Length: > 0 } item ? string.Create(CultureInfo.InvariantCulture, $", made at {item.At:yyyy-MM-dd HH:mm:ss}Z") : "";
        text.Append(CultureInfo.InvariantCulture, $"\n  urgent  {Words(standing.Urgent.Word)}{since}; help button {(standing.HelpButton ? "on" : "left out of the plan")}");
        foreach (TextLine line in HelpText.Of(standing.Urgent.State, standing.Calls, standing.HelpButton))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    da    {line.Danish}\n    en    {line.English}");
        }
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
            if (standing.Profile is { } profile)
            {
                json.WriteStartObject("profile");
                json.WriteNumber("version", profile.Version);
                json.WriteString("hash", profile.Hash);
                json.WriteEndObject();
            }
            if (standing.IsOfCare)
            {
                WriteUrgent(json, standing);
                PlanStatus.Write(json, standing.Days);
                WriteNotices(json, standing);
            }
            json.WriteStartArray("loans");
            foreach ((int assignment, string state) in standing.Loans)
            {
                json.WriteStartObject();
                json.WriteNumber("assignment", assignment);
                json.WriteString("state", state);
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

    private static void WriteUrgent(Utf8JsonWriter json, Standing standing)
    {
        json.WriteStartObject("urgent");
        json.WriteString("state", standing.Urgent.Word);
        WriteTime(json, "made_at", standing.Urgent.Item is { Boot.Length: > 0 } item ? item.At : null);
        json.WriteBoolean("help_button", standing.HelpButton);
        json.WriteStartArray("call_numbers");
        foreach (CallNumber call in standing.Calls)
        {
            json.WriteStartObject();
            json.WriteString("label", call.Label);
            json.WriteString("number", call.Number);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNotices(Utf8JsonWriter json, Standing standing)
    {
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
