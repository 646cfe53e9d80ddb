using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace TeleMonitor.Rig.Hil;

/// <summary>The gateway of the guest: the program as built, run by systemd by the unit that homes get, and looked at from outside.</summary>
internal sealed class GuestGateway(HilBench bench)
{
    public const string Unit = "telemonitor-gateway.service", Id = "gw-hil-0001", Config = "/etc/telemonitor/gateway.json";

    private const string Outbox = $"/var/lib/telemonitor/{Id}/outbox.db";

    /// <summary>Process that systemd watches; 0: none.</summary>
    public static int MainProcess => int.Parse(Property("MainPID"), CultureInfo.InvariantCulture);

    /// <summary>How often systemd has started it again.</summary>
    public static int Restarts => int.Parse(Property("NRestarts"), CultureInfo.InvariantCulture);

    /// <summary>True when it has said that it is ready.</summary>
    public static bool IsActive => Property("ActiveState") is "active";

    /// <summary>Returns when it, which was started with the guest, has said READY.</summary>
    public async Task StartedAsync()
    {
        try
        {
            await bench.UntilAsync($"{Unit} active", () => IsActive);
        }
        catch (RigException mute)
        {
            throw new RigException($"{mute.Message} | {Journal()}");
        }
    }

    /// <summary>The end of what it and systemd said about it.</summary>
    public static string Journal() => HilBench.TryRun("journalctl", "--unit", Unit, "--no-pager", "--output", "cat", "--lines", "8").Output;

    public static string Property(string name) => HilBench.Run("systemctl", "show", "--property", name, "--value", Unit);

    /// <summary>Number of the last item of a lane; 0 as long as there is none.</summary>
    public long Last(string lane) => Look(connection =>
    {
        using SqliteCommand last = connection.CreateCommand();
        last.CommandText = "select last from lane where lane = $lane";
        last.Parameters.AddWithValue("$lane", lane);
        return (long?)last.ExecuteScalar();
    }) ?? 0;

    /// <summary>Waits for the first item after another one that fits.</summary>
    public Task<JsonNode> ItemAsync(string what, string lane, long after, Func<JsonNode, bool> fits) =>
        bench.UntilAsync($"{what} in the outbox", () => Items(lane, after).FirstOrDefault(fits));

    /// <summary>Waits for a reading of a sensor with exactly this value.</summary>
    public Task<JsonNode> ReadingAsync(string sensor, double value, long after) => ItemAsync(
        string.Create(CultureInfo.InvariantCulture, $"a reading of {sensor} with {value}"), "reading", after,
        item => (string?)item["kind"] is "reading" && (string?)item["sensor"] == sensor && (double?)item["value"] == value);

    /// <summary>Every value that a sensor has given of one code, in the outbox's order.</summary>
    public double[] Values(string sensor, string code) =>
        [.. Items("reading", 0).Where(item => (string?)item["sensor"] == sensor && (string?)item["code"] == code).Select(item => (double)item["value"]!)];

    /// <summary>Waits until a finding is open; what it says.</summary>
    public Task<string> FindingAsync(string code) => bench.UntilAsync($"an open finding {code}", () => Finding(code));

    /// <summary>Waits until a finding is closed.</summary>
    public async Task NoFindingAsync(string code)
    {
        try
        {
            await bench.UntilAsync($"finding {code} closed", () => Last("status") > 0 && Finding(code) is null);
        }
        catch (RigException open)
        {
            throw new RigException($"{open.Message}; it says '{Finding(code)}' | {Journal()}");
        }
    }

    /// <summary>What <c>telemonitor-gateway status</c> says about the newest Red or help press.</summary>
    public static string Urgent() =>
        (string?)JsonNode.Parse(HilBench.Run("setpriv", "--reuid", "telemonitor", "--regid", "telemonitor", "--clear-groups",
            "/opt/telemonitor/telemonitor-gateway", "status", "--config", Config, "--json"))?["urgent"]?["state"] ?? "";

    private string? Finding(string code) => Look(connection =>
    {
        using SqliteCommand finding = connection.CreateCommand();
        finding.CommandText = "select text from finding where code = $code";
        finding.Parameters.AddWithValue("$code", code);
        return (string?)finding.ExecuteScalar();
    });

    private List<JsonNode> Items(string lane, long after) => Look(connection =>
    {
        using SqliteCommand items = connection.CreateCommand();
        items.CommandText = "select bytes from item where lane = $lane and number > $after order by number";
        items.Parameters.AddWithValue("$lane", lane);
        items.Parameters.AddWithValue("$after", after);
        using SqliteDataReader rows = items.ExecuteReader();
        List<JsonNode> found = [];
        while (rows.Read())
        {
            found.Add(JsonNode.Parse(rows.GetFieldValue<byte[]>(0))!);
        }

        return found;
    }) ?? [];

    // as root SQLite gives what it makes beside the file to the file's owner; as long as the gateway has not made the file there is nothing
    private static T? Look<T>(Func<SqliteConnection, T?> look)
    {
        if (!File.Exists(Outbox))
        {
            return default;
        }

        try
        {
            using SqliteConnection connection = new($"Data Source={Outbox};Mode=ReadOnly;Pooling=False");
            connection.Open();
            return look(connection);
        }
        catch (SqliteException)
        {
            return default; // it is being made; whoever waits looks again
        }
    }
}
