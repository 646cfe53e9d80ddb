using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd.Lanes;

/// <summary>The help button through a real broker and real processes: press, case on the worklist, taken, and the home hears of it.</summary>
[Trait("Needs", "mosquitto")]
public sealed class HelpTests : IAsyncLifetime
{
    private const string Gateway = "gw-help-0001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Scratch.NewFolder("help");
    private readonly CancellationTokenSource bound = new(TimeSpan.FromMinutes(3));
    private readonly int port = LoopbackPorts.Free();
    private Installation installation = null!;

    public async Task InitializeAsync()
    {
        installation = await Installation.StartAsync(folder, [new Home(Gateway, "kit-9201", 1, "c-help-1", "aabenraa", false)], port, TimeProvider.System, bound.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "homes.json"), $$$"""
            {"id":"help","version":"1","source":"invented for this test","homes":[{"gateway":"{{{Gateway}}}","period_seconds":600,
             "vitals":{"pulse":{"value":72},"respiration":{"value":15}},"answers":{"consciousness":"alert"},"help_seconds":[1,3]}]}
            """, bound.Token);
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(installation.GatewayConfig, bound.Token))!;
        config["homes"] = "homes.json";
        config["assignments"]![0]!["call_numbers"] = new JsonArray(new JsonObject { ["label"] = "Akutteamet", ["number"] = "00 00 00 00" });
        await File.WriteAllTextAsync(installation.GatewayConfig, config.ToJsonString(), bound.Token);
    }

    public async Task DisposeAsync()
    {
        await installation.DisposeAsync();
        bound.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_press_is_a_case_on_the_worklist_and_once_it_is_taken_the_home_shows_sent_and_by_whom()
    {
        await using Child gateway = installation.StartGateway(["run"]);
        using HttpClient hub = await installation.SignInAsync("mlk", bound.Token);
        JsonNode? help = null;
        await UntilAsync(gateway, "opens a help case", async () => (help = await HelpCaseAsync(hub)) is not null);
        Assert.Equal(("red", "open", "c-help-1"), ((string)help!["triage"]!, (string)help["state"]!, (string)help["citizen"]!));
        Assert.Contains("Borgeren beder om hjælp. Ring til borgeren.", System.Net.WebUtility.HtmlDecode(await hub.GetStringAsync(new Uri("/", UriKind.Relative), bound.Token)), StringComparison.Ordinal);

        using var take = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{(string)help["id"]!}/take");
        take.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{(long)help["version"]!}\""));
        using HttpResponseMessage taken = await hub.SendAsync(take, bound.Token);
        Assert.True(taken.IsSuccessStatusCode, $"{taken.StatusCode}: {await taken.Content.ReadAsStringAsync(bound.Token)}");

        JsonNode? status = null;
        await UntilAsync(gateway, "shows sent and taken", async () => (status = await StatusAsync()) is not null
            && (string)status["urgent"]!["state"]! == "sent" && status["notices"]!.AsArray().Any(notice => (string)notice!["code"]! == "taken"));
        Assert.Equal("acute-nurse", (string)status!["notices"]![0]!["role"]!);
        Assert.Equal("00 00 00 00", (string)status["urgent"]!["call_numbers"]![0]!["number"]!);
    }

    private async Task<JsonNode?> HelpCaseAsync(HttpClient hub)
    {
        JsonNode? answer = JsonNode.Parse(await hub.GetStringAsync(new Uri("/api/v1/cases", UriKind.Relative), bound.Token));
        return answer!["cases"]!.AsArray().FirstOrDefault(one => (string)one!["kind"]! == "help");
    }

    // null before there is an outbox that can be read
    private async Task<JsonNode?> StatusAsync()
    {
        await using Child status = Child.Start("status", Repository.Gateway, ["status", "--json", "--care", "--config", installation.GatewayConfig], Path.Combine(folder, "log", "status.log"));
        Assert.Equal(0, await status.WaitAsync(bound.Token));
        return status.Output.Count > 0 && JsonNode.Parse(status.Output.First()) is { } shown && shown["problem"] is null ? shown : null;
    }

    private Task UntilAsync(Child gateway, string what, Func<Task<bool>> holds) =>
        Waiting.UntilAsync(holds, gateway, installation.GatewayLog, Patience, what, TimeProvider.System, bound.Token);
}
