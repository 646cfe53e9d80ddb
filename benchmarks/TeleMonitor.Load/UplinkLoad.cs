using System.Text.Json.Nodes;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>A recording at full speed through a gateway process, the broker and the hub, until every item is receipted.</summary>
internal static class UplinkLoad
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    /// <summary>One home: readings per second end to end, CPU and memory of the gateway on the way.</summary>
    public static async Task<IReadOnlyList<Figure>> OneHomeAsync(int readings, CancellationToken ct)
    {
        await using Site site = await Site.StartAsync("uplink", Site.Homes(1), ct);
        (string recording, _) = site.WriteRecording(patients: 1, readings);
        Course course = await ReplayAsync(site, recording, ct);
        double[] quarters = [.. new[] { 0.25, 0.5, 0.75, 1 }.Select(share => course.At(share).Megabytes)];
        double perHundredThousand = course.Last.CpuSeconds / course.Readings * 100_000;
        string run = $"{course.Readings:#,0} readings, {course.Scores:#,0} scores, {course.Alerts:#,0} alerts in {course.Seconds:0.0} s";
        return
        [
            new Figure("uplink and ingest, one home, full speed", course.Readings / course.Seconds, "readings/s", null,
                "stop-and-wait: a batch of ~370 readings per (send + ingest 8 ms + receipt 1 ms) ≈ 40,000/s, halved by 3 busy processes on 2 cores",
                $"{run}; hub {course.HubCpu:0.0} CPU-s, broker {course.BrokerCpu:0.0} CPU-s"),
            new Figure("gateway CPU per 100,000 readings, full speed (grouped)", perHundredThousand, "CPU-s", new Budget(2),
                "16,700 rows × (judge 25 us + write 8 items 15 us + SQLite 8 items 40 us) ≈ 1.3 s, start 0.2 s", $"{run}; process start included"),
            new Figure($"gateway memory after {course.Readings:#,0} readings", course.Last.Megabytes, "MB", new Budget(95),
                "runtime 47 MB with SQLite (stack.md 2) + TLS 13 MB + batches and page cache 10 MB ≈ 70 MB", $"RSS at 25/50/75/100 %: {string.Join(" / ", quarters.Select(Figure.Number))} MB, highest {Figure.Number(course.Samples.Max(sample => sample.Use.Megabytes))} MB"),
            new Figure("gateway memory, growth from half way to the end", quarters[3] - quarters[1], "MB", new Budget(10),
                "flat: nothing is kept per reading in memory", "\"flat over time\" is taken as at most 10 MB, about one collection"),
        ];
    }

    /// <summary>Eight homes in one gateway process: the lanes wait for their receipts beside each other.</summary>
    public static async Task<IReadOnlyList<Figure>> EightHomesAsync(int readings, CancellationToken ct)
    {
        await using Site site = await Site.StartAsync("uplink8", Site.Homes(8), ct);
        (string recording, _) = site.WriteRecording(patients: 8, readings);
        Course course = await ReplayAsync(site, recording, ct);
        return
        [
            new Figure("uplink and ingest, eight homes in one process, full speed", course.Readings / course.Seconds, "readings/s", null,
                "bound by CPU: gateway 15 us + broker 1 us + hub 20 us a reading on 2 cores ≈ 50,000/s at best",
                $"{course.Readings:#,0} readings in {course.Seconds:0.0} s; CPU-s: gateway {course.Last.CpuSeconds:0.0}, hub {course.HubCpu:0.0}, broker {course.BrokerCpu:0.0}"),
        ];
    }

    /// <summary>What was seen of one replay.</summary>
    private sealed record Course(long Readings, long Scores, long Alerts, double Seconds, IReadOnlyList<(long Stored, ProcessUse Use)> Samples, double HubCpu, double BrokerCpu)
    {
        public ProcessUse Last => Samples[^1].Use;

        /// <summary>The first sample at which this share of all items was stored.</summary>
        public ProcessUse At(double share) => Samples.First(sample => sample.Stored >= share * Samples[^1].Stored).Use;
    }

    private static async Task<Course> ReplayAsync(Site site, string recording, CancellationToken ct)
    {
        using HttpClient hub = new() { BaseAddress = site.Hub };
        double hubBefore = ProcessUse.Of(site.Installation.Hub.Id)!.Value.CpuSeconds, brokerBefore = ProcessUse.Of(site.Installation.Broker.Id)!.Value.CpuSeconds;
        await using Child gateway = site.Installation.StartGateway(["replay", recording, "--speed", "max"]);
        var samples = new List<(long, ProcessUse)>();
        (long stored, int round) = (0, 0);
        while (!gateway.HasExited)
        {
            stored = round++ % 4 == 0 ? await StoredAsync(hub, ct) : stored;
            if (ProcessUse.Of(gateway.Id) is { } use)
            {
                samples.Add((stored, use));
            }
            await Task.Delay(Between, Site.Time, ct);
        }
        int code = await gateway.WaitAsync(ct);
        if (code != 0 || gateway.Output.LastOrDefault(line => line.StartsWith('{')) is not { } summary || samples.Count < 4)
        {
            throw new RigException($"the replay ended with exit code {code}: {Child.Tail(site.Installation.GatewayLog)}");
        }
        JsonNode said = JsonNode.Parse(summary)!;
        return new Course((long)said["readings"]!, (long)said["scores"]!, (long)said["alerts"]!, (double)said["seconds"]!, samples,
            ProcessUse.Of(site.Installation.Hub.Id)!.Value.CpuSeconds - hubBefore, ProcessUse.Of(site.Installation.Broker.Id)!.Value.CpuSeconds - brokerBefore);
    }

    private static async Task<long> StoredAsync(HttpClient hub, CancellationToken ct)
    {
        string text = await hub.GetStringAsync(new Uri("/metrics", UriKind.Relative), ct);
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith("telemonitor_hub_items_total ", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
