using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>Reading at the sensor → case on an open worklist: the board is told by server-sent events and reads the list again, as its page does.</summary>
internal static class WorklistLoad
{
    private const string Nurse = "mlk"; // of the team that answers for the homes
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="homes">Simulated homes in one gateway process; each falls ill at another second.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(int homes, CancellationToken ct)
    {
        IReadOnlyList<Home> all = Site.Homes(homes);
        await using Site site = await Site.StartAsync("worklist", all, ct);
        await using AlertListener listener = await AlertListener.StartAsync(site, ct);
        WriteScenario(site, all);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(TimeSpan.FromSeconds(homes) + Patience);
        using HttpClient board = await site.Installation.SignInAsync(Nurse, ct);
        Task<Dictionary<string, DateTimeOffset>> watching = WatchAsync(board, homes, over.Token);
        await using Child gateway = site.Installation.StartGateway(["run"]);
        Dictionary<string, DateTimeOffset> seen;
        try
        {
            seen = await watching;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new RigException($"not every one of {homes} cases came to the worklist in time: {Child.Tail(site.Installation.GatewayLog)}");
        }
        double[] milliseconds = [.. all.Select(home => (seen[home.Citizen] - listener.Arrived.First(alert => string.Equals(alert.Gateway, home.Gateway, StringComparison.Ordinal)).At).TotalMilliseconds)];
        return
        [
            new Figure("reading at the sensor → case on the open worklist, p99", Figure.Percentile(milliseconds, 0.99) / 1000, "s", new Budget(1),
                "alert 1 ms + ingest commit 1 ms + case and page commits 3 ms + event and list 3 ms ≈ 10 ms; first of all: hub's JIT 0.2 s",
                $"{homes} cases, so p99 is the worst of them; p50 {Figure.Number(Figure.Percentile(milliseconds, 0.5))} ms; event stream, then the list of open cases"),
        ];
    }

    /// <summary>A home measures when it starts, well, and again after its own period, ill: so each falls ill at another second.</summary>
    private static void WriteScenario(Site site, IReadOnlyList<Home> homes)
    {
        static JsonObject Vital(double well, double ill, int decimals = 0) => new()
        {
            ["value"] = well, ["decimals"] = decimals, ["to"] = ill, ["from_second"] = 0.5, ["until_second"] = 1,
        };
        File.WriteAllText(site.PathOf("homes.json"), new JsonObject
        {
            ["id"] = "load", ["version"] = "1", ["source"] = "Made up for a measurement. No real person.",
            ["homes"] = new JsonArray([.. homes.Select((home, at) => new JsonObject
            {
                ["gateway"] = home.Gateway, ["period_seconds"] = at + 2,
                ["vitals"] = new JsonObject
                {
                    ["pulse"] = Vital(72, 135), ["respiration"] = Vital(15, 32), ["spo2"] = Vital(98, 88),
                    ["temperature"] = Vital(36.8, 39.2, 1), ["systolic"] = Vital(128, 84), ["diastolic"] = Vital(76, 50),
                },
                ["answers"] = new JsonObject { ["consciousness"] = "alert", ["oxygen"] = "no" },
            })]),
        }.ToJsonString());
        JsonObject config = JsonNode.Parse(File.ReadAllText(site.Installation.GatewayConfig))!.AsObject();
        config["homes"] = "homes.json";
        File.WriteAllText(site.Installation.GatewayConfig, config.ToJsonString());
    }

    /// <summary>For each citizen the moment at which an open board had read a list with the case in it.</summary>
    private static async Task<Dictionary<string, DateTimeOffset>> WatchAsync(HttpClient board, int cases, CancellationToken ct)
    {
        await using Stream stream = await board.GetStreamAsync(new Uri("/events", UriKind.Relative), ct);
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (SseItem<string> told in SseParser.Create(stream).EnumerateAsync(ct))
        {
            if (told.EventType is "alive")
            {
                continue;
            }
            JsonNode list = JsonNode.Parse(await board.GetStringAsync(new Uri("/api/v1/cases?state=open", UriKind.Relative), ct))!;
            DateTimeOffset now = Site.Time.GetUtcNow();
            foreach (JsonNode? open in list["cases"]!.AsArray())
            {
                seen.TryAdd((string)open!["citizen"]!, now);
            }
            if (seen.Count >= cases)
            {
                return seen;
            }
        }
        throw new RigException("the hub closed the event stream");
    }
}
