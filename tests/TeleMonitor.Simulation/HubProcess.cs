using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Notify;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;
using TeleMonitor.Mqtt;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>One process of the hub.</summary>
internal sealed class HubProcess
{
    private readonly SimHub hub;
    private readonly Alarm serve, care, watch;
    private readonly List<(string Team, ChannelReader<long> Changes, IDisposable Handle)> boards = [];
    private IngestQueue queue = new();
    private SilenceWatch silence = null!;
    private DateTimeOffset? workedAt;
    private int crashIn = -1;
    private bool crashAfterwards, crashed;
    private int life;

    public HubProcess(SimHub hub, string name)
    {
        (this.hub, Name) = (hub, name);
        serve = new Alarm(hub.World, Serve);
        care = new Alarm(hub.World, Care);
        watch = new Alarm(hub.World, Watch);
    }

    public string Name { get; }
    public bool IsAlive { get; private set; }
    public HubStore Store { get; private set; } = null!;
    public BatchIngest Ingest { get; private set; } = null!;
    public MessageTaking Taking { get; private set; } = null!;
    public CareRound Round { get; private set; } = null!;
    public CaseWorker Worker { get; private set; } = null!;
    public BoardFeed Feed { get; private set; } = null!;
    public HubClock Clock { get; private set; } = null!;
    /// <summary>Called when a board of a team is told that something changed.</summary>
    public Action<HubProcess, string> Told { get; set; } = (_, _) => { };
    /// <summary>Teams whose boards somebody has open.</summary>
    public Func<IEnumerable<string>> OpenBoards { get; set; } = () => [];

    /// <summary>For a canary that keeps in memory what belongs into the store.</summary>
    public long? ReadFrom { get; set; }
    /// <summary>For a canary that believes what it read before.</summary>
    public Dictionary<(string Gateway, string Outbox, string Lane), LaneCursor> Before { get; } = [];

    /// <summary>One number from the store.</summary>
    public long Rows(string sql) => hub.Database.One<long>(sql);

    public void Start()
    {
        if (IsAlive)
        {
            return;
        }
        life++;
        hub.WorkingSince = hub.Processes.Any(one => one.IsAlive) ? hub.WorkingSince : hub.World.Now;
        (crashed, crashIn, ReadFrom) = (false, -1, null);
        Before.Clear();
        Store = hub.Database.Store(hub.Machine.GetUtcNow(), hub.Dice.Id);
        StaffImport.Apply(Store, Shipped.Hub.People, Shipped.Hub.Topology, null, () => "1", "simulation", hub.Machine.GetUtcNow());
        Clock = new HubClock(hub.Machine, Store.Read(read => read.KeptTime()), hub.MachineBoot);
        Feed = new BoardFeed();
        Worker = new CaseWorker(Store, Shipped.Hub);
        Ingest = new BatchIngest(Store.HubId, Shipped.Hub.Charts);
        Taking = new MessageTaking(Store, Ingest, Clock, NullLogger.Instance);
        Round = new CareRound(Store, Worker, new BoardNotifier(Store, Feed), new NoticeSender(Store, Clock, NullLogger.Instance), Feed, new HubMetrics(), Clock, null,
            new ProfileIssue(Store, SimSigner.Hub, Shipped.Hub.NewestCharts), new ProfileSender(Store, Clock, NullLogger.Instance));
        silence = new SilenceWatch(Store, Shipped.Hub, Clock.GetUtcNow());
        queue = new IngestQueue();
        IsAlive = true;
        boards.Clear();
        SetBoards();
        hub.World.Note($"{Name} starts");
        care.Soon();
        watch.Soon();
    }

    public void Die(string why)
    {
        if (IsAlive)
        {
            hub.World.Note($"{Name} ends: {why}");
        }
        IsAlive = false;
        serve.Clear();
        care.Clear();
        watch.Clear();
    }

    public void StartAfter(TimeSpan wait)
    {
        int mine = life;
        hub.World.In(wait, () =>
        {
            if (mine == life)
            {
                Start();
            }
        });
    }

    public void CrashAtCommit(int number, bool afterwards) => (crashIn, crashAfterwards) = (number, afterwards);

    public void SetBoards()
    {
        if (!IsAlive)
        {
            return;
        }
        HashSet<string> wanted = new(OpenBoards(), StringComparer.Ordinal);
        foreach ((string _, ChannelReader<long> _, IDisposable handle) in boards.Where(board => !wanted.Contains(board.Team)))
        {
            handle.Dispose();
        }
        boards.RemoveAll(board => !wanted.Contains(board.Team));
        foreach (string team in wanted.Order(StringComparer.Ordinal).Where(team => !boards.Exists(board => string.Equals(board.Team, team, StringComparison.Ordinal))))
        {
            (ChannelReader<long> changes, IDisposable handle) = Feed.Open(team);
            boards.Add((team, changes, handle));
            hub.World.In(TimeSpan.FromMilliseconds(10), () => Told(this, team)); // a board that opens shows the worklist
        }
        care.Soon();
    }

    /// <summary>Something is owed: look at the next moment instead of at the next tick.</summary>
    public void Wake() => care.Soon();

    public void Deliver(string topic, byte[] payload, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        if (IsAlive)
        {
            queue.Add(new MqttMessage { Topic = topic, Payload = payload, Qos = 1, Retain = false, UserProperties = properties });
            serve.Set(hub.World.Now + hub.Dice.Between(0.001, hub.Processes.Count > 1 ? 0.5 : 0.01));
        }
    }

    public void Send(string gateway, Receipt receipt)
    {
        if (!crashed)
        {
            hub.World.Note($"{Name} receipt {gateway} {receipt.Lane} {receipt.Through} {receipt.Answer} {receipt.Resend}");
            hub.Broker.SendDown(gateway, LinkEventKind.Receipt, WireItems.Write(receipt));
        }
    }

    public Task<MqttReason> Publish(MqttPublish message)
    {
        if (!crashed)
        {
            hub.Broker.SendDown(message.Topic.Split('/')[2], message.Topic.EndsWith("/profile", StringComparison.Ordinal) ? LinkEventKind.Profile : LinkEventKind.Notices, message.Payload.ToArray());
        }
        return Task.FromResult(MqttReason.Success);
    }

    /// <summary>Runs the process's own code; what it does when it has crashed under way has no effect.</summary>
    /// <returns>False when it has ended.</returns>
    public bool Run(Action code)
    {
        if (!IsAlive)
        {
            return false;
        }
        hub.Running = this;
        bool whole = true;
        try
        {
            code();
        }
        catch (DbException broken) when (crashed || (hub.IsFull && !HubStore.IsRefusal(broken)))
        {
            whole = false; // the process is gone, or the store cannot commit: who asked tries again
        }
        finally
        {
            Hear();
            hub.Running = null;
        }
        if (crashed)
        {
            hub.Weather.Count(Fault.HubCrashAtCommit);
            Die("crash at a commit");
            StartAfter(hub.Dice.Between(1, 90));
        }
        hub.Changed();
        return IsAlive && whole;
    }

    public bool MayCommit()
    {
        Hear();
        if (crashed)
        {
            return false;
        }
        if (crashIn >= 0 && --crashIn < 0)
        {
            crashed = true;
            return crashAfterwards;
        }
        return true;
    }

    private void Hear()
    {
        if (crashed)
        {
            return;
        }
        foreach ((string team, ChannelReader<long> changes, _) in boards)
        {
            if (changes.TryRead(out _))
            {
                Told(this, team);
            }
        }
    }

    private void Serve()
    {
        List<MqttMessage> messages = queue.Next();
        MayCrash(0.04, 1);
        bool stored = Run(() => hub.Composition.Serve(this, messages));
        if (!IsAlive)
        {
            return;
        }
        if (!stored)
        {
            foreach (MqttMessage message in messages)
            {
                queue.Add(message); // as IngestLoop: only a store that cannot commit gives no receipt, and it is tried again
            }
        }
        if (!queue.IsEmpty)
        {
            serve.Set(hub.World.Now + (stored ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds(1)));
        }
        care.Soon();
        if (messages.Exists(message => message.Topic.EndsWith("/alert", StringComparison.Ordinal)) && hub.Weather.Strikes(Fault.HubRestartBeforeStep, hub.Dice, 0.5))
        {
            Die("restart between taking a batch and its case step");
            StartAfter(hub.Dice.Between(1, 90));
        }
    }

    private void MayCrash(double most, int commits)
    {
        if (hub.Dice.Chance(hub.Weather[Fault.HubCrashAtCommit] * most))
        {
            CrashAtCommit(hub.Dice.Next(commits), hub.Dice.Chance(commits > 1 ? 0.7 : 0.5));
        }
    }

    private void Care()
    {
        if (UntilDue() <= TimeSpan.FromSeconds(1))
        {
            MayCrash(0.9, 2);
        }
        bool more = false;
        bool whole = Run(() => more = hub.Composition.Work(this));
        workedAt = whole ? Clock.GetUtcNow() : workedAt;
        if (IsAlive)
        {
            // as HubPipeline: a failed round is logged, the next is in a second
            care.Set(hub.World.Now + (!whole ? TimeSpan.FromSeconds(1) : more ? TimeSpan.Zero : UntilDue()));
        }
    }

    /// <summary>The broker answers the keep-alive every half minute at least, and the production loop looks each second: once in 50 s says the same, since a minute between two answers still counts as proved.</summary>
    private void Watch()
    {
        DateTimeOffset now = Clock.GetUtcNow();
        Run(() => silence.Round(hub.Broker.IsUp && !hub.IsFull ? now : null, workedAt, now));
        if (IsAlive)
        {
            watch.Set(hub.World.Now + TimeSpan.FromSeconds(50));
        }
    }

    /// <summary>
    /// The production loop looks each second; between two looks that find nothing the simulation waits for the next due time, a whole
    /// second at least, a minute at most.
    /// </summary>
    private TimeSpan UntilDue()
    {
        long due = hub.Database.One<long?>("select min(due) from (select min(due_ms) as due from to_do union all select min(due_ms) from care_case union all select min(due_ms) from plan_watch)") ?? long.MaxValue;
        long wait = due == long.MaxValue ? 60_000 : due - Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(wait / 1000.0), 1, hub.Database.One<long?>("select count(*) from notice") > 0 ? 15 : 60));
    }
}
