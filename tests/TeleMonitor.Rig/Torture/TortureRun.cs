using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace TeleMonitor.Rig.Torture;

/// <summary>How one run is made.</summary>
/// <param name="Seed">Says every moment and which rows are Red.</param>
/// <param name="Scale">Outage, keep-alive and back-off are divided by it.</param>
/// <param name="Quiet">Length of the recording apart from the outage.</param>
internal sealed record TorturePlan(int Seed, int Scale, TimeSpan Quiet)
{
    /// <summary>A minute, as the peers had it (shared/peers.md), divided by the scale.</summary>
    public TimeSpan Outage => TimeSpan.FromSeconds(60) / Scale;
}

/// <summary>
/// One run of one scenario: broker, hub and a gateway that replays fifty readings a second through a proxy, each a process of its own,
/// in a folder of its own. What is done to them is the scenario's; these are the means.
/// </summary>
internal sealed class TortureRun : IAsyncDisposable
{
    public const string Patient = "torture", Gateway = "gw-" + Patient;
    public const string SmallFolder = "small";
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(90); // an expected alert is waited for 60 s by the hub

    private readonly string folder;
    private readonly Action<string> say;
    private readonly Random dice;
    private readonly List<string> faults = [];
    private readonly List<IAsyncDisposable> opened = [];
    private LinkProxy? link;
    private Installation? installation;
    private StoreWatch? watch;
    private int lastRow = 1;
    private int ownBoots;
    private ClockOf? clockOf;

    public TortureRun(string folder, TorturePlan plan, TimeProvider time, Action<string> say, CancellationToken stop)
    {
        (this.folder, Plan, Time, this.say, Stop) = (folder, plan, time, say, stop);
        dice = new Random(plan.Seed);
        Recording = new TortureRecording((int)((plan.Outage + plan.Quiet).TotalSeconds * TortureRecording.RowsPerSecond), dice);
    }

    public TorturePlan Plan { get; }

    public TimeProvider Time { get; }

    public CancellationToken Stop { get; }

    public TortureRecording Recording { get; }

    public LinkProxy Link => link!;

    public Installation Installation => installation!;

    public StoreWatch Watch => watch!;

    /// <summary>The gateway that replays now.</summary>
    public Child? Replaying { get; private set; }

    public SmallDisk? Disk { get; private set; }

    public WallClock? Clock { get; private set; }

    public string Outbox => Path.Combine(Installation.Outboxes, Gateway, "outbox.db");

    /// <summary>Starts everything, lets the scenario do its worst, waits for the end and counts.</summary>
    public async Task<TortureResult> RunAsync(TortureScenario scenario)
    {
        Recording.Write(RecordingFile, Patient);
        string? small = scenario.Small is SmallDiskOf.Nothing ? null : Path.Combine(folder, SmallFolder);
        if (small is not null)
        {
            Keep(Disk = await SmallDisk.MountAsync(small, Path.Combine(folder, "log", "mount.log"), Stop));
        }

        if (scenario.Clock is not null)
        {
            clockOf = scenario.Clock;
            Clock = new WallClock(Path.Combine(folder, "clock"));
        }

        installation = await Installation.StartAsync(
            folder, [new Home(Gateway, "kit-0001", 1, "c-torture", "aabenraa", Synthetic: false)], LoopbackPorts.Free(), Time, Stop, settings: new InstallationSettings
            {
                GatewayDoor = broker => (link = LinkProxy.Start(broker, Plan.Seed, Time)).Port,
                // what the programs take by themselves, divided as the outage is
                KeepAliveSeconds = Math.Max(1, 30 / Plan.Scale),
                GatewayBackoffCeilingSeconds = Math.Max(1, 30 / Plan.Scale),
                HubBackoffCeilingSeconds = Math.Max(1, 5 / Plan.Scale),
                Data = scenario.Small == SmallDiskOf.Gateway ? small : null,
                Store = scenario.Small == SmallDiskOf.Hub ? Path.Combine(small!, "hub.db") : null,
                HubEnvironment = scenario.Clock == ClockOf.Hub ? Clock!.Environment : null,
            });
        watch = new StoreWatch(Installation.HubStore, Time);
        StartGateway();
        await UntilAsync("the hub stores the first reading", () => Watch.LastRow() > 1);
        await scenario.Trouble(this);
        await EndAsync();
        return TortureResult.Count(Recording, lastRow, Watch, faults);
    }

    /// <summary>Waits for a random moment, and says when that was.</summary>
    /// <param name="from">Earliest, as a part of the quiet time.</param>
    /// <param name="to">Latest.</param>
    public async Task MomentAsync(double from, double to)
    {
        TimeSpan moment = Plan.Quiet * (from + ((to - from) * dice.NextDouble()));
        Say(string.Create(CultureInfo.InvariantCulture, $"{moment.TotalSeconds:0.000} s later"));
        await Task.Delay(moment, Time, Stop);
    }

    /// <summary>A random part of the outage passes.</summary>
    public Task OutageAsync(double part) => Task.Delay(Plan.Outage * part, Time, Stop);

    public double Die() => dice.NextDouble();

    public void Say(string what) => say(what);

    /// <summary>Something did not go as it should: the run does not pass, whatever the counts.</summary>
    public void Fault(string what)
    {
        faults.Add(what);
        Say(what);
    }

    public async Task UntilAsync(string what, Func<bool> holds)
    {
        if (!await Waiting.UntilAsync(() => Task.FromResult(Safely(holds)), TimeSpan.FromSeconds(60), Time, Stop))
        {
            throw new RigException($"expected that {what} within a minute. The gateway's log ends with:\n{Child.Tail(Installation.GatewayLog)}");
        }
    }

    /// <summary>
    /// Starts the gateway. A reading is accepted when it is committed in the outbox; what was not accepted when the gateway died is still in
    /// the sensor, which offers it again: the replay goes on after the last row in the outbox.
    /// </summary>
    /// <param name="after">Another line to go on after.</param>
    /// <param name="through">Line of the last row to give; the recording's last when null.</param>
    /// <param name="config">Another configuration.</param>
    public Child StartGateway(int? after = null, int? through = null, string? config = null)
    {
        string[] replay =
        [
            Repository.Gateway, "replay", RecordingFile, "--speed", $"{TortureRecording.Speed}", "--after", $"{after ?? lastRow}",
            "--rows", $"{(through ?? Recording.LastRow) - 1}", "--wait", "120", "--config", config ?? Installation.GatewayConfig,
        ];
        // with another boot id where the machine is another one or was booted anew
        string[] command = ownBoots == 0 ? replay : [Repository.Installed("unshare", "util-linux"), "-m", "sh", "-c",
            "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"", BootFile, .. replay];
        return Replaying = Keep(Child.Start("gateway", command[0], command[1..], Installation.GatewayLog, null, clockOf == ClockOf.Gateway ? Clock!.Environment : null));
    }

    /// <summary>From the next start the gateway's machine has a boot id of its own; not without root.</summary>
    public void NewBoot()
    {
        if (SmallDisk.WhyNot() is null)
        {
            ownBoots++;
            File.WriteAllText(BootFile, string.Create(CultureInfo.InvariantCulture, $"{dice.Next():x8}-0000-4000-8000-{ownBoots:x12}\n"));
        }
    }

    /// <summary>kill -9, and a look at what its outbox accepted.</summary>
    public async Task KillGatewayAsync()
    {
        if (Replaying!.HasExited)
        {
            Fault($"the gateway had ended by itself with exit code {Replaying.ExitCode} before it was to be killed");
        }

        await Replaying.KillAsync();
        NoteAccepted();
        Say($"killed the gateway at row {lastRow} of {Recording.LastRow}");
    }

    /// <summary>The last row that an outbox accepted so far.</summary>
    public int NoteAccepted()
    {
        lastRow = Math.Max(lastRow, LastRowOf(Outbox));
        return lastRow;
    }

    /// <summary>What was accepted counts only up to this row: what is later was given to a card that is gone.</summary>
    public void AcceptedOnly(int row) => lastRow = row;

    /// <summary>The last row of the recording in an outbox file; 1 when it has none.</summary>
    public static int LastRowOf(string outbox)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = outbox, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select bytes from item where lane = 'reading' order by number desc limit 64";
        using SqliteDataReader rows = command.ExecuteReader();
        int last = 1;
        while (rows.Read())
        {
            using var item = JsonDocument.Parse(rows.GetFieldValue<byte[]>(0));
            last = item.RootElement.TryGetProperty("label", out JsonElement label) ? Math.Max(last, label.GetProperty("row").GetInt32()) : last;
        }

        return last;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable one in Enumerable.Reverse(opened).Where(one => one is not SmallDisk))
        {
            await one.DisposeAsync();
        }

        foreach (IAsyncDisposable? one in (IAsyncDisposable?[])[watch, installation, link, Disk])
        {
            await (one?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    public T Keep<T>(T one) where T : IAsyncDisposable
    {
        opened.Add(one);
        return one;
    }

    private string RecordingFile => Path.Combine(folder, Patient + ".csv");

    private string BootFile => Path.Combine(folder, "boot_id");

    // a look that fails is a look at a store that is just not there: the hub is down, or its file is being put back
    private static bool Safely(Func<bool> look)
    {
        try
        {
            return look();
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <summary>The gateway ends by itself when all its lanes are receipted, or says which are not.</summary>
    private async Task EndAsync()
    {
        int code = await Replaying!.WaitAsync(Stop);
        if (code != 0)
        {
            Fault($"the gateway ended with exit code {code}: {Child.Tail(Installation.GatewayLog).Split('\n').LastOrDefault(line => !line.StartsWith('{'))}");
        }

        if (NoteAccepted() < Recording.LastRow)
        {
            Fault($"the replay ended at row {lastRow} of {Recording.LastRow}");
        }

        // an alert that is still expected may be the case of a Red that has none yet
        bool Settled() => Watch.Owed() == 0 && (Watch.Expected() == 0 || TortureResult.CountReds(Recording, lastRow, Watch).Without == 0);
        if (!await Waiting.UntilAsync(() => Task.FromResult(Safely(Settled)), SettleWithin, Time, Stop))
        {
            Fault($"a case step was still owed {SettleWithin.TotalSeconds:0} s after the last receipt");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200), Time, Stop); // the watch's last look
    }
}
