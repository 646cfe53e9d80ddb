using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TeleMonitor.Rig;

/// <summary>What one smoke run is asked to do.</summary>
/// <param name="Input">A recording: .psv, .csv or .csv.gz.</param>
/// <param name="Rows">Data rows to replay, at most.</param>
/// <param name="Chaos">Programs to kill with -9 during the replay, three times each: <c>broker</c>, <c>hub</c>.</param>
internal sealed record SmokeOptions(string Input, int Rows, IReadOnlyList<string> Chaos);

/// <summary>
/// <c>smoke</c>: a recording from the gateway's replay to the hub's store, unattended, on free ports in a folder of its own.
/// Prints one JSON line; the folder is deleted when all is well and kept, with its place said, when not.
/// </summary>
internal sealed class SmokeVerb(SmokeOptions options, TimeProvider time)
{
    private const int KillsEach = 3;

    // a replay at full speed may be slowed by kills; without any progress for this long the gateway gives up
    private const int PatienceSeconds = 120;

    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(60);
    private static readonly string[] FromGateway = ["readings", "ignored", "unusable"];
    private static readonly string[] FromHub =
        ["stored", "duplicates", "resent", "quarantined", "scores", "score_differences", "alerts", "cases", "pages"];

    public async Task<int> RunAsync(CancellationToken ct)
    {
        Recording recording = Recording.Read(options.Input, options.Rows);
        string folder = Path.Combine(Repository.Var, "smoke-" + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
        bool good = false;
        try
        {
            good = await RunAsync(recording, folder, ct);
        }
        finally
        {
            if (good)
            {
                Directory.Delete(folder, recursive: true);
            }
            else if (Directory.Exists(folder))
            {
                await Console.Error.WriteLineAsync($"smoke: not as expected; everything of it lies in {folder}");
            }
        }

        return good ? 0 : 1;
    }

    private async Task<bool> RunAsync(Recording recording, string folder, CancellationToken ct)
    {
        long start = time.GetTimestamp();
        await using Installation installation =
            await Installation.StartAsync(folder, Home.Of(recording), LoopbackPorts.Free(), time, ct);
        await using Child gateway = installation.StartGateway(
        [
            "replay", Path.GetFullPath(options.Input), "--speed", "max", "--wait", $"{PatienceSeconds}",
            .. options.Rows == int.MaxValue ? (string[])[] : ["--rows", options.Rows.ToString(CultureInfo.InvariantCulture)],
        ]);
        HubStoreReader store = new(installation.HubStore);
        int missed = await KillAsync(installation, gateway, store, recording.Cells, ct);

        // it ends when every lane is receipted, or says which is not
        int gatewayCode = await gateway.WaitAsync(ct);
        JsonObject replayed = OneObject(gateway.Output, $"telemonitor-gateway replay (exit code {gatewayCode})", installation.GatewayLog);
        bool settled = await Waiting.UntilAsync(() => Task.FromResult(store.Owed(time.GetUtcNow()) == 0), SettleWithin, time, ct);
        JsonObject stored = OneObject(
            await installation.HubCommandAsync(["counts", "--config", installation.HubConfig, "--json"], ct), "telemonitor-hub counts", null);

        JsonObject line = [];
        Take(line, replayed, FromGateway, "telemonitor-gateway replay");
        Take(line, stored, FromHub, "telemonitor-hub counts");
        line["seconds"] = Math.Round(time.GetElapsedTime(start).TotalSeconds, 1);
        Console.WriteLine(line.ToJsonString());
        Complain(gatewayCode != 0, $"the gateway ended with exit code {gatewayCode}: {Child.Tail(installation.GatewayLog)}");
        Complain(!settled, $"work was still owed in the hub's store {SettleWithin.TotalSeconds:0} s after the last receipt");
        Complain(missed > 0, $"the replay was over before {missed} of the kills; give it more rows");
        return gatewayCode == 0 && settled && missed == 0 && IsWhole(line);
    }

    /// <summary>Everything that was read is stored, once, and both sides agree on every score.</summary>
    internal static bool IsWhole(JsonObject line) =>
        (long)line["stored"]! == (long)line["readings"]!
        && (long)line["duplicates"]! == 0 && (long)line["score_differences"]! == 0 && (long)line["quarantined"]! == 0;

    /// <summary>Kills each named program three times, spread evenly over the readings stored, and starts it again.</summary>
    /// <returns>How many kills were not done because the replay was over.</returns>
    private async Task<int> KillAsync(Installation installation, Child gateway, HubStoreReader store, long cells, CancellationToken ct)
    {
        string[] kills = [.. Enumerable.Repeat(options.Chaos, KillsEach).SelectMany(programs => programs)];
        for (int done = 0; done < kills.Length; done++)
        {
            long moment = cells * (done + 1) / (kills.Length + 1);
            while (store.Readings() < moment)
            {
                if (gateway.HasExited)
                {
                    return kills.Length - done;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), time, ct);
            }

            await Console.Error.WriteLineAsync($"smoke: kill -9 {kills[done]} at {store.Readings()} of {cells} readings");
            await (string.Equals(kills[done], "broker", StringComparison.Ordinal)
                ? installation.Broker.CrashAndRestartAsync(time, ct) : installation.CrashAndRestartHubAsync(ct));
        }

        return 0;
    }

    private static void Complain(bool wrong, string what)
    {
        if (wrong)
        {
            Console.Error.WriteLine("smoke: " + what);
        }
    }

    private static JsonObject OneObject(IEnumerable<string> output, string who, string? log)
    {
        string? line = output.LastOrDefault(text => text.StartsWith('{'));
        try
        {
            return line is not null && JsonNode.Parse(line) is JsonObject found ? found
                : throw new RigException($"{who}: one line with a JSON object was expected on its output{(log is null ? "" : "; its log ends with:\n" + Child.Tail(log))}");
        }
        catch (JsonException bad)
        {
            throw new RigException($"{who}: printed a line that is not JSON: {bad.Message}");
        }
    }

    private static void Take(JsonObject line, JsonObject from, string[] names, string who)
    {
        foreach (string name in names)
        {
            bool isCount = from[name] is JsonValue value && value.TryGetValue(out long _);
            line[name] = isCount ? (long)from[name]! : throw new RigException($"{who}: a count '{name}' was expected in {from.ToJsonString()}");
        }
    }
}
