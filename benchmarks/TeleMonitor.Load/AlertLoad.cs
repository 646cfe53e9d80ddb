using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>How soon an alert is at the broker, committed to the outbox on the way: from the reading, and from the start of the process.</summary>
internal static class AlertLoad
{
    // hours apart in the recording; the speed makes 60 ms of one: six readings a row are 100 a second, every second row is ill
    private const double Speed = 60_000, RowsPerSecond = Speed / 3600;
    private const int WarmUp = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reading → alert at about eight alerts and a hundred readings a second, and the gateway's CPU at that pace.</summary>
    public static async Task<IReadOnlyList<Figure>> LatencyAsync(int seconds, CancellationToken ct)
    {
        await using Site site = await Site.StartAsync("alert", Site.Homes(1), ct);
        await using AlertListener listener = await AlertListener.StartAsync(site, ct);
        int rows = (int)(seconds * RowsPerSecond);
        string recording = site.WriteRecording("paced", Enumerable.Range(1, rows).Select(hour => (Site.Patient(1), hour, hour % 2 == 0)));
        await using Child gateway = site.Installation.StartGateway(["replay", recording, "--speed", $"{Speed}"]);
        await UntilAsync(() => listener.Arrived.Count >= 1, gateway, site, ct);
        // the first half of the run is the compiler's
        await Task.Delay(TimeSpan.FromSeconds(seconds / 2.0), Site.Time, ct);
        (ProcessUse before, long began) = (ProcessUse.Of(gateway.Id)!.Value, Site.Time.GetTimestamp());
        (ProcessUse after, double measured) = (before, 1);
        while (ProcessUse.Of(gateway.Id) is { } use && listener.Arrived.Count < rows / 2)
        {
            (after, measured) = (use, Site.Time.GetElapsedTime(began).TotalSeconds);
            await Task.Delay(TimeSpan.FromMilliseconds(100), Site.Time, ct);
        }
        if (await gateway.WaitAsync(ct) != 0 || listener.Arrived.Count != rows / 2)
        {
            throw new RigException($"{rows / 2} alerts were expected, {listener.Arrived.Count} came: {Child.Tail(site.Installation.GatewayLog)}");
        }
        double[] latencies = [.. listener.Arrived.Skip(WarmUp).Select(alert => alert.Milliseconds)];
        string how = $"{latencies.Length} alerts at {RowsPerSecond / 2:0.0}/s beside {RowsPerSecond * 6:0} readings/s, the first {WarmUp} left out; hub running; "
            + $"worst {Figure.Number(latencies.Max())} ms";
        double perHundredThousand = (after.CpuSeconds - before.CpuSeconds) / (measured * RowsPerSecond * 6) * 100_000;
        return
        [
            new Figure("reading → alert at the broker, p50", Figure.Percentile(latencies, 0.5), "ms", new Budget(2), "wake 0.05 + judge 0.05 + commit with fsync 0.4 + TLS and broker 0.15 ≈ 0.7 ms", how),
            new Figure("reading → alert at the broker, p99", Figure.Percentile(latencies, 0.99), "ms", new Budget(10), "the disk's p99 of a sync (4 ms, stack.md 7) and a collection", how),
            new Figure("gateway CPU per 100,000 readings, at 100/s", perHundredThousand, "CPU-s", new Budget(8),
                "16,700 commits × (0.25 ms with wake-ups) ≈ 4 s, and a batch, a receipt and an alert for each second row ≈ 2 s", $"over the last {measured:0} s of the run, every second row raising an alert"),
        ];
    }

    /// <summary>Process start → first alert, a new home each time.</summary>
    public static async Task<IReadOnlyList<Figure>> StartAsync(int runs, CancellationToken ct)
    {
        await using Site site = await Site.StartAsync("start", Site.Homes(runs + 1), ct);
        await using AlertListener listener = await AlertListener.StartAsync(site, ct);
        var seconds = new List<double>();
        for (int run = 1; run <= runs + 1; run++)
        {
            string recording = site.WriteRecording($"start{run}", [(Site.Patient(run), 1, true)]);
            long began = Site.Time.GetTimestamp();
            await using Child gateway = site.Installation.StartGateway(["replay", recording, "--speed", "max"]);
            await UntilAsync(() => listener.Arrived.Count >= run, gateway, site, ct);
            seconds.Add(Site.Time.GetElapsedTime(began, listener.Arrived.ElementAt(run - 1).Timestamp).TotalSeconds);
            await gateway.WaitAsync(ct);
        }
        double[] warm = [.. seconds.Skip(1)];
        return
        [
            new Figure("gateway, process start → first alert out", Figure.Percentile(warm, 0.5), "s", new Budget(0.6),
                "runtime and SQLite 0.15 s (stack.md 2) + configuration, chart compilation and JIT 0.15 s + new outbox 0.02 s + TLS 0.05 s ≈ 0.4 s",
                $"median of {runs}, a new home each: {string.Join(", ", warm.Select(Figure.Number))} s; before them one with a cold disk cache: {Figure.Number(seconds[0])} s"),
        ];
    }

    private static async Task UntilAsync(Func<bool> held, Child gateway, Site site, CancellationToken ct)
    {
        // looked at 500 times a second, no oftener: the two cores are being measured
        long began = Site.Time.GetTimestamp();
        while (!held())
        {
            if (Site.Time.GetElapsedTime(began) > Patience)
            {
                throw new RigException($"no alert within {Patience.TotalSeconds} s (gateway {(gateway.HasExited ? "ended" : "runs")}): {Child.Tail(site.Installation.GatewayLog)}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(2), Site.Time, ct);
        }
    }
}
