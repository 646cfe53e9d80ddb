using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd.Lanes;

/// <summary>Signed settings through a real broker and real processes: approved, issued, taken, attacked, kept.</summary>
[Trait("Needs", "mosquitto")]
public sealed class ProfileTests : IAsyncLifetime
{
    private const string Gateway = "gw-sign-0001", Refused = "finding/profile/refused";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string folder = Scratch.NewFolder("profile");
    private readonly CancellationTokenSource bound = new(TimeSpan.FromMinutes(6));
    private Installation installation = null!;
    private Pki pki = null!;

    public async Task InitializeAsync()
    {
        installation = await Installation.StartAsync(folder, [new Home(Gateway, "kit-9501", 1, "c-sign-1", "aabenraa", false)], LoopbackPorts.Free(), TimeProvider.System, bound.Token,
            settings: new InstallationSettings { Approves = true, CitizenSettings = Settings(lowRed: 92) });
        pki = Pki.Open(Path.Combine(folder, "pki"), TimeProvider.System.GetUtcNow());
        Assert.Null(pki.IssueHub("hub-2"));
        await File.WriteAllTextAsync(Path.Combine(folder, "homes.json"), $$$"""
            {"id":"signed","version":"1","source":"invented for this test","homes":[{"gateway":"{{{Gateway}}}","period_seconds":2,
             "vitals":{"pulse":{"value":72},"respiration":{"value":15},"spo2":{"value":91},"temperature":{"value":36.8,"decimals":1},
               "systolic":{"value":128}},"answers":{"consciousness":"alert","oxygen":"no"}}]}
            """, bound.Token);
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(installation.GatewayConfig, bound.Token))!;
        config["homes"] = "homes.json";
        await File.WriteAllTextAsync(installation.GatewayConfig, config.ToJsonString(), bound.Token);
    }

    public async Task DisposeAsync()
    {
        await installation.DisposeAsync();
        bound.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static JsonObject Settings(int lowRed) => new()
    {
        ["from"] = "2026-01-01T00:00:00Z", ["scale"] = 2, ["scale_signed"] = new JsonObject { ["by"] = "Dr. B", ["at"] = "2026-01-01T00:00:00Z" },
        ["limits"] = new JsonArray(new JsonObject { ["vital"] = "spo2", ["unit"] = "%", ["low_red"] = lowRed }),
    };

    [Fact]
    public async Task What_was_approved_and_set_is_in_force_and_neither_a_forged_nor_an_older_one_nor_a_restart_changes_that()
    {
        await using (Child gateway = installation.StartGateway(["run"]))
        {
            await UntilAsync(gateway, "shows version 1 with the hash that was issued", () => InForceAsync(1));
            await UntilAsync(gateway, "is Red by the citizen's own limit, and names the version", async () => await AskAsync(
                """select count(*) from item where kind = 'alert' and cast(bytes as text) like '%limit/spo2/low-red%' and cast(bytes as text) like '%"profile":1%'""") > 0);
            byte[] first = await BundleAsync();

            await PublishAsync(Forged(first));
            await UntilAsync(gateway, "refuses what is forged", async () => await FindingAsync("hub-signature") > 0);
            await UntilAsync(gateway, "is told the hub's own again, and the finding is over", async () => await OpenAsync() == 0);
            Assert.True(await InForceAsync(1));

            await ChangeAsync(lowRed: 80);
            await UntilAsync(gateway, "shows version 2", () => InForceAsync(2));
            await PublishAsync(first);
            await UntilAsync(gateway, "refuses what is older, though it is signed", async () => await FindingAsync("older") > 0);
            await UntilAsync(gateway, "is told the hub's own again", async () => await OpenAsync() == 0);
            Assert.True(await InForceAsync(2));
        }
        await PublishAsync([]); // the broker has nothing any more: what is in force now comes from the home's own card
        long published = await AskAsync("select published_ms from profile"), statuses = await StatusesAsync();
        await using Child again = installation.StartGateway(["run"]);
        await UntilAsync(again, "says how it is", async () => await StatusesAsync() > statuses);
        Assert.True(await InForceAsync(2));
        Assert.Equal(published, await AskAsync("select published_ms from profile"));
    }

    private static byte[] Forged(byte[] bundle)
    {
        JsonNode forged = JsonNode.Parse(bundle)!;
        string[] parts = ((string)forged["citizens"]!).Split('.');
        string said = System.Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        string changed = said.Replace("\"low_red\":92", "\"low_red\":5", StringComparison.Ordinal).Replace("\"version\":1", "\"version\":9", StringComparison.Ordinal);
        Assert.NotEqual(said, changed);
        forged["citizens"] = $"{parts[0]}.{Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(changed))}.{parts[2]}";
        forged["version"] = 9;
        return System.Text.Encoding.UTF8.GetBytes(forged.ToJsonString());
    }

    /// <summary>As somebody with a hub's certificate, but without its signing key.</summary>
    private async Task PublishAsync(byte[] payload)
    {
        string file = Path.Combine(folder, "payload");
        await File.WriteAllBytesAsync(file, payload, bound.Token);
        string[] what = payload.Length > 0 ? ["-f", file] : ["-n"];
        await using Child client = Child.Start("mosquitto_pub", Repository.Installed("mosquitto_pub", "mosquitto-clients"),
            ["-h", "localhost", "-p", $"{installation.Broker.HubPort}", "-V", "mqttv5", "--cafile", pki.CertificateOf("broker-ca"), "--cert", pki.CertificateOf("hub-2"),
                "--key", pki.KeyOf("hub-2"), "-t", $"tm/v1/{Gateway}/down/profile", "-q", "1", "-r", .. what], Path.Combine(folder, "log", "client.log"));
        Assert.Equal(0, await client.WaitAsync(bound.Token));
    }

    private async Task ChangeAsync(int lowRed)
    {
        string file = Path.Combine(folder, "register.json");
        JsonNode register = JsonNode.Parse(await File.ReadAllTextAsync(file, bound.Token))!;
        register["gateways"]![0]!["assignments"]![0]!["settings"] = Settings(lowRed);
        await File.WriteAllTextAsync(file, register.ToJsonString(), bound.Token);
        await installation.HubCommandAsync(["register", file, "--config", installation.HubConfig], bound.Token);
    }

    private async Task<bool> InForceAsync(int version) => await AskAsync(
        $"select count(*) from profile join profile_seen on profile_seen.gateway = profile.gateway and profile_seen.version = profile.version and profile_seen.hash = profile.hash where profile.version = {version}") == 1;

    private Task<long> FindingAsync(string reason) => AskAsync($"select count(*) from finding where code = '{Refused}' and detail like '%reason {reason}%'");

    private Task<long> OpenAsync() => AskAsync($"select count(*) from finding where code = '{Refused}' and ended_ms is null");

    private Task<long> StatusesAsync() => AskAsync("select count(*) from item where kind = 'status'");

    private async Task<byte[]> BundleAsync() => (byte[])await ReadAsync("select bundle from profile");

    private async Task<long> AskAsync(string sql) => (long)await ReadAsync(sql);

    private async Task<object> ReadAsync(string sql)
    {
        await using var store = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = installation.HubStore, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await store.OpenAsync(bound.Token);
        await using SqliteCommand ask = store.CreateCommand();
#pragma warning disable CA2100 // the texts of this class
        ask.CommandText = sql;
#pragma warning restore CA2100
        return (await ask.ExecuteScalarAsync(bound.Token))!;
    }

    private Task UntilAsync(Child gateway, string what, Func<Task<bool>> holds) =>
        Waiting.UntilAsync(holds, gateway, installation.GatewayLog, Patience, what, TimeProvider.System, bound.Token);
}
