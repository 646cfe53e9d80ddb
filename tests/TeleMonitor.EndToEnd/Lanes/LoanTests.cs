using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd.Lanes;

/// <summary>A kit goes from one citizen to the next, through a real broker and real processes: nothing is lost, nothing is left, nothing is mixed.</summary>
[Trait("Needs", "mosquitto")]
public sealed class LoanTests : IAsyncLifetime
{
    private const string Gateway = "gw-loan-0001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Scratch.NewFolder("loan");
    private readonly CancellationTokenSource bound = new(TimeSpan.FromMinutes(4));
    private readonly int port = LoopbackPorts.Free();
    private Installation installation = null!;

    public async Task InitializeAsync()
    {
        installation = await Installation.StartAsync(folder, [new Home(Gateway, "kit-9301", 1, "c-loan-1", "aabenraa", false)], port, TimeProvider.System, bound.Token,
            settings: new InstallationSettings { Approves = true });
        await File.WriteAllTextAsync(Path.Combine(folder, "homes.json"), $$$$"""
            {"id":"loan","version":"1","source":"invented for this test","homes":[{"gateway":"{{{{Gateway}}}}","period_seconds":1,"vitals":{"pulse":{"value":72},"respiration":{"value":15}},"answers":{"consciousness":"alert"}}]}
            """, bound.Token);
        await ChangeAsync(config => config["homes"] = "homes.json");
    }

    public async Task DisposeAsync()
    {
        await installation.DisposeAsync();
        bound.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_kit_is_ended_wiped_and_lent_again_and_every_reading_is_its_citizens()
    {
        await using (Child home = installation.StartGateway(["run"]))
        {
            await UntilAsync(home, "delivers", async () => await LaneAsync() is { } lane && (long)lane["through"]! > 4);
            await installation.KillHubAsync();
            long last = (long)(await LaneAsync())!["last"]!;
            await UntilAsync(home, "collects without a hub", async () => (long)(await LaneAsync())!["last"]! > last + 4);
        }
        long made = (long)(await LaneAsync())!["last"]!;

        await ChangeAsync(config => config["assignments"]![0]!["ended"] = true);
        await using (Child ending = installation.StartGateway(["run"]))
        {
            await UntilAsync(ending, "ends the loan", async () => await LoanAsync() is "ending");
            await installation.StartHubAsync(bound.Token);
            await UntilAsync(ending, "may be lent again", async () => await LoanAsync() is "over");
        }
        Assert.Equal(0, (long)(await LaneAsync())!["last"]!);
        Assert.True(await ThroughAtHubAsync() >= made);
        long stored = await StoredAsync(1);
        Assert.True(stored >= 12, $"{stored} values of the first citizen");

        await installation.HubCommandAsync(["register", await NextCitizenAsync(), "--config", installation.HubConfig], bound.Token);
        await ChangeAsync(config => config["assignments"] = new JsonArray(new JsonObject { ["gateway"] = Gateway, ["assignment"] = 2 }));
        await using (Child next = installation.StartGateway(["run"]))
        {
            await UntilAsync(next, "delivers for the next citizen", async () => await LaneAsync() is { } lane && (long)lane["through"]! > 2);
        }
        JsonNode counts = JsonNode.Parse(string.Join('\n', await installation.HubCommandAsync(["counts", "--config", installation.HubConfig, "--json"], bound.Token)))!;
        Assert.True(await StoredAsync(2) > 2);
        Assert.Equal(stored, await StoredAsync(1));
        Assert.Equal((0, 0), ((long)counts["quarantined"]!, (long)counts["duplicates"]!));
    }

    [Fact]
    public async Task A_loan_that_is_ended_at_the_hub_is_delivered_wiped_and_told_by_the_kit_itself()
    {
        await using Child home = installation.StartGateway(["run"]);
        await UntilAsync(home, "delivers", async () => await LaneAsync() is { } lane && (long)lane["through"]! > 4);
        await installation.HubCommandAsync(["register", await EndingAsync(), "--config", installation.HubConfig], bound.Token);
        await UntilAsync(home, "may be lent again", async () => await LoanAsync() is "over");
        await UntilAsync(home, "has said so", async () => await AskAsync("select count(*) from item where kind = 'ended' and assignment = 1") == 1);
        long stored = await StoredAsync(1);
        Assert.True(stored > 4, $"{stored} values");
        string log = await File.ReadAllTextAsync(installation.GatewayLog, bound.Token);
        Assert.Contains("signed settings say that the loan of assignment 1 is over", log, StringComparison.Ordinal);
        Assert.Contains("the loans of 1 are over", log, StringComparison.Ordinal); // the homes started anew, by themselves
        Assert.Equal(stored, await StoredAsync(1)); // nobody is measured after the end
    }

    [Fact]
    public async Task A_kit_whose_line_was_only_replaced_does_not_start()
    {
        await using (Child home = installation.StartGateway(["run"]))
        {
            await UntilAsync(home, "delivers", async () => await LaneAsync() is { } lane && (long)lane["through"]! > 1);
        }
        await ChangeAsync(config => config["assignments"] = new JsonArray(new JsonObject { ["gateway"] = Gateway, ["assignment"] = 2 }));
        await using Child refused = installation.StartGateway(["run"]);
        Assert.NotEqual(0, await refused.WaitAsync(bound.Token));
        Assert.Contains("holds data of assignment 1, which has no line", await File.ReadAllTextAsync(installation.GatewayLog, bound.Token), StringComparison.Ordinal);
    }

    private async Task ChangeAsync(Action<JsonNode> change)
    {
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(installation.GatewayConfig, bound.Token))!;
        change(config);
        await File.WriteAllTextAsync(installation.GatewayConfig, config.ToJsonString(), bound.Token);
    }

    private async Task<string> EndingAsync()
    {
        string file = Path.Combine(folder, "ending.json");
        await File.WriteAllTextAsync(file, $$"""
            {"gateways":[{"gateway":"{{Gateway}}","kit":"kit-9301","assignments":[
              {"assignment":1,"citizen":"c-loan-1","area":"aabenraa","from":"2026-01-01T00:00:00Z","to":"{{TimeProvider.System.GetUtcNow().AddSeconds(3):O}}"}]}]}
            """, bound.Token);
        return file;
    }

    private async Task<string> NextCitizenAsync()
    {
        string file = Path.Combine(folder, "next.json");
        await File.WriteAllTextAsync(file, $$"""
            {"gateways":[{"gateway":"{{Gateway}}","kit":"kit-9301","assignments":[{"assignment":2,"citizen":"c-loan-2","area":"aabenraa","from":"2026-01-01T00:00:00Z"}]}]}
            """, bound.Token);
        return file;
    }

    private async Task<JsonNode?> LaneAsync() => (await StatusAsync())?["lanes"]!.AsArray().First(lane => (string)lane!["lane"]! == "reading");

    private async Task<string?> LoanAsync() => (string?)(await StatusAsync())?["loans"]!.AsArray().SingleOrDefault()?["state"];

    /// <summary>How far the hub has the reading lane of the outbox that came furthest.</summary>
    private Task<long> ThroughAtHubAsync() => AskAsync("select max(through) from lane_cursor where lane = 'reading'");

    private Task<long> StoredAsync(int assignment) => AskAsync($"select count(*) from item where assignment = {assignment} and kind in ('reading', 'answer', 'score')");

    private async Task<long> AskAsync(string sql)
    {
        await using var store = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = installation.HubStore, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await store.OpenAsync(bound.Token);
        await using SqliteCommand ask = store.CreateCommand();
#pragma warning disable CA2100 // the texts of this class, with a number in one
        ask.CommandText = sql;
#pragma warning restore CA2100
        return (long)(await ask.ExecuteScalarAsync(bound.Token))!;
    }

    // null before there is an outbox that can be read
    private async Task<JsonNode?> StatusAsync()
    {
        await using Child status = Child.Start("status", Repository.Gateway, ["status", "--json", "--config", installation.GatewayConfig], Path.Combine(folder, "log", "status.log"));
        Assert.Equal(0, await status.WaitAsync(bound.Token));
        return status.Output.Count > 0 && JsonNode.Parse(status.Output.First()) is { } shown && shown["problem"] is null ? shown : null;
    }

    private Task UntilAsync(Child gateway, string what, Func<Task<bool>> holds) =>
        Waiting.UntilAsync(holds, gateway, installation.GatewayLog, Patience, what, TimeProvider.System, bound.Token);
}
