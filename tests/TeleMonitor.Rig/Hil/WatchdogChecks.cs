using System.Globalization;

namespace TeleMonitor.Rig.Hil;

/// <summary>A gateway that hangs, under the unit that homes get and a real systemd.</summary>
internal sealed class WatchdogChecks(HilBench bench, GuestGateway gateway)
{
    /// <summary>Drop-ins of the bench: an interpreted guest starts slowly; and until these checks it may turn slowly too.</summary>
    public const string SlowStart = $"/etc/systemd/system/{GuestGateway.Unit}.d/start.conf", SlowTurns = $"/etc/systemd/system/{GuestGateway.Unit}.d/turns.conf";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10), RestartWithin = TimeSpan.FromSeconds(15);

    public async Task RunAsync()
    {
        await bench.CheckAsync("systemd: the unit's own watchdog is in force, and the gateway feeds it", FedAsync);
        await bench.CheckAsync("systemd: a gateway that hangs is killed by SIGKILL and runs again within 15 s of the watchdog's limit", HangAsync);
        await bench.CheckAsync("systemd: after the restart its outbox goes on where it was", GoesOnAsync);
    }

    private async Task<string> FedAsync()
    {
        File.Delete(SlowTurns);
        HilBench.Run("systemctl", "daemon-reload");
        HilBench.Run("systemctl", "restart", GuestGateway.Unit);
        (string limit, string signal) = (GuestGateway.Property("WatchdogUSec"), GuestGateway.Property("WatchdogSignal"));
        if (limit is not "10s" || signal is not "9")
        {
            throw new RigException($"WatchdogUSec is {limit} and WatchdogSignal {signal}, not 10s and 9");
        }

        // longer than the limit: unfed it would be another process by then
        int before = GuestGateway.MainProcess;
        long began = bench.Time.GetTimestamp();
        await bench.UntilAsync("two of its limits passing", () => bench.Time.GetElapsedTime(began) > Limit * 2);
        return GuestGateway.MainProcess == before ? $"the same process {before} after two limits of {limit}" : throw new RigException($"it was killed though it turned: {GuestGateway.Journal()}");
    }

    private async Task<string> HangAsync()
    {
        await bench.UntilAsync("it says that it is ready", () => GuestGateway.IsActive); // before that there is no watchdog
        (int hung, int restarts) = (GuestGateway.MainProcess, GuestGateway.Restarts);
        HilBench.Run("systemctl", "kill", "--kill-whom=main", "--signal=SIGSTOP", GuestGateway.Unit);
        long stopped = bench.Time.GetTimestamp();
        // 0 between the kill and the start
        await bench.UntilAsync("another process", () => GuestGateway.MainProcess is var now && now != hung && now != 0);
        TimeSpan again = bench.Time.GetElapsedTime(stopped);
        await bench.UntilAsync("it says that it is ready", () => GuestGateway.IsActive);
        TimeSpan ready = bench.Time.GetElapsedTime(stopped);
        string seen = string.Create(CultureInfo.InvariantCulture,
            $"hung at 0 s, another process at {again.TotalSeconds:0.0} s, ready at {ready.TotalSeconds:0.0} s, restarts {restarts} -> {GuestGateway.Restarts}");
        bool told = HilBench.Run("journalctl", "--unit", GuestGateway.Unit, "--no-pager", "--output", "cat").Contains("Watchdog timeout", StringComparison.Ordinal);
        return again <= Limit + RestartWithin && told ? seen : throw new RigException($"{seen}; the journal names the watchdog: {told}");
    }

    private async Task<string> GoesOnAsync()
    {
        long before = gateway.Last("reading");
        await gateway.ItemAsync("a reading after the restart", "reading", before, item => (string?)item["kind"] is "reading");
        return $"number {gateway.Last("reading")} after {before}";
    }
}
