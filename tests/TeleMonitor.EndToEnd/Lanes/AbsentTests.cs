using System.Globalization;
using System.Text.Json.Nodes;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd.Lanes;

/// <summary>Something on the way is not there when a gateway starts: it collects, says so, and loses nothing.</summary>
[Trait("Needs", "mosquitto")]
public sealed class AbsentTests : IAsyncLifetime
{
    private const string Registered = "p10001", Stranger = "p10002";
    private const int Rows = 40, Readings = Rows * 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly string folder = Scratch.NewFolder("absent");
    private readonly CancellationTokenSource bound = new(TimeSpan.FromMinutes(2));
    private Installation installation = null!;

    public async Task InitializeAsync()
    {
        installation = await Installation.StartAsync(
            folder, [new Home("gw-" + Registered, "kit-9101", 1, "c-10001", "aabenraa", false)], LoopbackPorts.Free(), TimeProvider.System, bound.Token);
    }

    public async Task DisposeAsync()
    {
        await installation.DisposeAsync();
        bound.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_broker_a_gateway_collects_says_so_and_delivers_everything_when_the_broker_comes()
    {
        await installation.Broker.KillAsync();
        await using Child gateway = Replay(Registered, Patience);
        await UntilAsync(gateway, "collects and says that it is not connected", async () =>
            (await StatusAsync())["findings"]!.AsArray().Any(finding => (string)finding!["code"]! == "uplink/lost") && await CollectedAsync());
        Assert.Contains("not connected, goes on collecting", await ReadLogAsync(), StringComparison.Ordinal);
        Assert.Equal(0, Stored());

        await installation.Broker.CrashAndRestartAsync(TimeProvider.System, bound.Token);
        await DeliveredAsync(gateway);
    }

    [Fact]
    public async Task Without_a_hub_the_broker_says_that_nobody_listens_and_everything_is_delivered_when_the_hub_comes()
    {
        await installation.KillHubAsync();
        await using Child gateway = Replay(Registered, Patience);
        // this finding has one source: the broker's PUBACK 0x10
        await UntilAsync(gateway, "says that no hub listens", async () =>
            (await StatusAsync())["findings"]!.AsArray().Any(finding => (string)finding!["code"]! == "uplink/no-hub") && await CollectedAsync());
        Assert.Equal(0, Stored());

        await installation.CrashAndRestartHubAsync(bound.Token);
        await DeliveredAsync(gateway);
        Assert.Empty((await StatusAsync())["findings"]!.AsArray());
    }

    [Fact]
    public async Task A_gateway_that_nobody_registered_shows_the_answer_unknown_keeps_everything_and_nothing_of_it_is_stored()
    {
        Assert.Null(Pki.Open(Path.Combine(folder, "pki"), TimeProvider.System.GetUtcNow()).IssueGateway("gw-" + Stranger));
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(installation.GatewayConfig, bound.Token))!;
        config["assignments"] = new JsonArray(new JsonObject { ["gateway"] = "gw-" + Stranger, ["assignment"] = 7, ["scale"] = 1 });
        await File.WriteAllTextAsync(installation.GatewayConfig, config.ToJsonString(), bound.Token);

        await using Child gateway = Replay(Stranger, TimeSpan.FromSeconds(5));
        Assert.Equal(3, await gateway.WaitAsync(bound.Token)); // went through, not delivered
        JsonNode status = await StatusAsync();
        Assert.Contains(status["findings"]!.AsArray(), finding => (string)finding!["code"]! == "uplink/unknown");
        Assert.True(await CollectedAsync());
        Assert.All(status["lanes"]!.AsArray(), lane => Assert.Equal((long)lane!["last"]!, (long)lane["waiting"]!));
        Assert.Equal(0, Stored());
    }

    private async Task DeliveredAsync(Child gateway)
    {
        Assert.Equal(0, await gateway.WaitAsync(bound.Token));
        Assert.Equal(Readings, Stored());
        Assert.All((await StatusAsync())["lanes"]!.AsArray(), lane => Assert.Equal(0, (long)lane!["waiting"]!));
    }

    private long Stored() => new HubStoreReader(installation.HubStore).Readings();

    private Child Replay(string patient, TimeSpan wait)
    {
        string file = Path.Combine(folder, patient + ".psv");
        File.WriteAllLines(file, Enumerable.Range(1, Rows).Select(hour => string.Create(CultureInfo.InvariantCulture, $"{70 + (hour % 9)}|97|NaN|NaN|NaN|15|{hour}"))
            .Prepend("HR|O2Sat|Temp|SBP|DBP|Resp|ICULOS"));
        return installation.StartGateway(["replay", file, "--wait", string.Create(CultureInfo.InvariantCulture, $"{wait.TotalSeconds}")]);
    }

    // every reading, and its score with it
    private async Task<bool> CollectedAsync() =>
        (await StatusAsync())["lanes"]!.AsArray().Any(lane => (string)lane!["lane"]! == "reading" && (long)lane["waiting"]! >= Readings);

    // what a person at the gateway would be shown; an empty object before there is an outbox
    private async Task<JsonNode> StatusAsync()
    {
        string log = Path.Combine(folder, "log", "status.log");
        await using Child status = Child.Start("status", Repository.Gateway, ["status", "--json", "--care", "--config", installation.GatewayConfig], log);
        Assert.Equal(0, await status.WaitAsync(bound.Token));
        return status.Output.Count > 0 && JsonNode.Parse(status.Output.First()) is { } shown && shown["problem"] is null ? shown
            : new JsonObject { ["findings"] = new JsonArray(), ["lanes"] = new JsonArray() };
    }

    private async Task<string> ReadLogAsync()
    {
        await using var file = new FileStream(installation.GatewayLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(file);
        return await text.ReadToEndAsync(bound.Token);
    }

    private Task UntilAsync(Child gateway, string what, Func<Task<bool>> holds) =>
        Waiting.UntilAsync(holds, gateway, installation.GatewayLog, Patience, what, TimeProvider.System, bound.Token);
}
