using Microsoft.Data.Sqlite;

namespace TeleMonitor.Rig.Torture;

/// <summary>The rows of the table, in its order.</summary>
internal static class TortureScenarios
{
    public static IReadOnlyList<TortureScenario> All { get; } =
    [
        new("link cut 60 s", run => OutageAsync(run, LinkMode.Cut)) { Peers = "0 to 3002" },
        new("black hole 60 s", run => OutageAsync(run, LinkMode.BlackHole)) { Peers = "0 to 300" },
        new("noisy link 60 s", run => OutageAsync(run, LinkMode.Noisy)),
        new("kill gateway", KillGatewayAsync) { Peers = "0 to 312" },
        new("kill broker", run => KillTwiceAsync(run, KillBrokerAsync)),
        new("kill hub", run => KillTwiceAsync(run, KillHubAsync)),
        new("cut + kill gateway", run => CutAndAsync(run, KillAndStartGatewayAsync)) { Peers = "0 to 3059" },
        new("cut + kill broker", run => CutAndAsync(run, KillBrokerAsync)),
        new("kill hub between ingest and case step", KillBeforeCaseStepAsync),
        new("disk full, gateway", DiskFullAsync) { Small = SmallDiskOf.Gateway },
        new("disk full, hub", DiskFullAsync) { Small = SmallDiskOf.Hub },
        new("gateway clock -30 days", run => StepAsync(run, TimeSpan.FromDays(-30))) { Clock = ClockOf.Gateway },
        new("gateway clock +1 year", run => StepAsync(run, TimeSpan.FromDays(365))) { Clock = ClockOf.Gateway },
        new("gateway in 1970 at boot", BootIn1970Async) { Clock = ClockOf.Gateway },
        new("hub clock +1 h", run => HubClockAsync(run, TimeSpan.FromHours(1))) { Clock = ClockOf.Hub },
        new("hub clock -1 h", run => HubClockAsync(run, TimeSpan.FromHours(-1))) { Clock = ClockOf.Hub },
        new("hub restored", HubRestoredAsync),
        new("card restored", CardScenarios.RestoredAsync),
        new("card cloned, one after the other", CardScenarios.ClonedInTurnAsync),
        new("card cloned, both at once", CardScenarios.ClonedAtOnceAsync),
    ];

    private static async Task OutageAsync(TortureRun run, LinkMode mode)
    {
        await run.MomentAsync(0.1, 0.6);
        run.Link.Set(mode);
        await run.OutageAsync(1);
        run.Link.Set(LinkMode.Open);
        run.Say($"the link is open again; {run.Link.Taken} connections so far, {run.Link.Spoilt} pieces spoilt");
    }

    private static async Task KillGatewayAsync(TortureRun run)
    {
        for (int times = 0; times < 3; times++)
        {
            await run.MomentAsync(0.05, 0.25);
            await KillAndStartGatewayAsync(run);
        }
    }

    private static async Task KillAndStartGatewayAsync(TortureRun run)
    {
        await run.KillGatewayAsync();
        run.StartGateway();
    }

    private static async Task KillTwiceAsync(TortureRun run, Func<TortureRun, Task> kill)
    {
        for (int times = 0; times < 2; times++)
        {
            await run.MomentAsync(0.05, 0.4);
            await kill(run);
        }
    }

    private static async Task KillBrokerAsync(TortureRun run)
    {
        run.Say("kills the broker");
        await run.Installation.Broker.CrashAndRestartAsync(run.Time, run.Stop);
    }

    private static async Task KillHubAsync(TortureRun run)
    {
        run.Say($"kills the hub at row {run.Watch.LastRow()}");
        await run.Installation.CrashAndRestartHubAsync(run.Stop);
    }

    private static async Task CutAndAsync(TortureRun run, Func<TortureRun, Task> kill)
    {
        await run.MomentAsync(0.1, 0.5);
        run.Link.Set(LinkMode.Cut);
        double part = run.Die() * 0.8;
        await run.OutageAsync(part);
        await kill(run);
        await run.OutageAsync(1 - part);
        run.Link.Set(LinkMode.Open);
    }

    /// <summary>
    /// The store is watched for an alert that is committed and whose case step is still owed; the hub is killed at that sight. That it was
    /// in time is read from the store of the dead hub: the alert is there, its case is not. Three such kills; a run that gets none fails.
    /// </summary>
    private static async Task KillBeforeCaseStepAsync(TortureRun run)
    {
        (int hits, int tries) = (0, 0);
        while (hits < 3 && tries < 12 && !run.Replaying!.HasExited)
        {
            if (run.Watch.WithoutCase() == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), run.Time, run.Stop);
                continue;
            }

            await run.Installation.KillHubAsync();
            tries++;
            hits += run.Watch.WithoutCase() > 0 ? 1 : 0;
            await run.Installation.StartHubAsync(run.Stop);
        }

        run.Say($"{hits} of {tries} kills fell between ingest and case step");
        if (hits == 0)
        {
            run.Fault($"none of {tries} kills fell between ingest and case step");
        }
    }

    private static async Task DiskFullAsync(TortureRun run)
    {
        await run.MomentAsync(0.1, 0.6);
        run.Disk!.Fill();
        run.Say("the disk is full");
        await run.OutageAsync(1);
        run.Disk.Empty();
    }

    private static async Task StepAsync(TortureRun run, TimeSpan offset)
    {
        await run.MomentAsync(0.2, 0.7);
        run.Clock!.Step(offset);
    }

    /// <summary>The power goes; the machine comes up without a clock, and only later somebody tells it the time.</summary>
    private static async Task BootIn1970Async(TortureRun run)
    {
        await run.MomentAsync(0.1, 0.4);
        await run.KillGatewayAsync();
        run.NewBoot();
        run.Clock!.Step(DateTimeOffset.UnixEpoch.AddSeconds(10) - run.Time.GetUtcNow());
        run.StartGateway();
        await run.MomentAsync(0.1, 0.4);
        run.Clock.Step(TimeSpan.Zero);
    }

    /// <summary>The hub's clock steps while it runs; later the hub is killed and starts by the clock that lies.</summary>
    private static async Task HubClockAsync(TortureRun run, TimeSpan offset)
    {
        await run.MomentAsync(0.1, 0.4);
        run.Clock!.Step(offset);
        await run.MomentAsync(0.1, 0.4);
        await KillHubAsync(run);
    }

    /// <summary>A backup is taken while the hub runs; some time later the hub dies, the backup is put back, and the operator says so.</summary>
    private static async Task HubRestoredAsync(TortureRun run)
    {
        await run.MomentAsync(0.1, 0.3);
        string backup = run.Installation.HubStore + ".backup";
        using (SqliteConnection store = new($"Data Source={run.Installation.HubStore};Mode=ReadOnly;Pooling=False"))
        using (SqliteConnection copy = new($"Data Source={backup};Pooling=False"))
        {
            store.Open();
            copy.Open();
            store.BackupDatabase(copy);
        }

        run.Say($"backup taken at row {run.Watch.LastRow()}");
        await run.MomentAsync(0.2, 0.5);
        await run.Installation.KillHubAsync();
        run.Say($"backup put back at row {run.Watch.LastRow()}");
        File.Delete(run.Installation.HubStore + "-wal");
        File.Delete(run.Installation.HubStore + "-shm");
        File.Copy(backup, run.Installation.HubStore, overwrite: true);
        run.Watch.Restored();
        try
        {
            await run.Installation.HubCommandAsync(["restored", "--config", run.Installation.HubConfig], run.Stop);
        }
        catch (RigException refused)
        {
            run.Fault(refused.Message.Split('\n')[0]);
        }

        await run.Installation.StartHubAsync(run.Stop);
    }
}
