using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Edge.Tests.Uplink;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>A whole gateway without threads: real rules, real outbox file, simulated clock, link and hub. The program can end and start again, and the machine too.</summary>
internal sealed class HelpHome : IDisposable
{
    private readonly OutboxFolder folder = new();
    private readonly SimClock clock = new();
    private readonly JudgeSettings settings;
    private readonly JudgeSettings? also;
    private Channel<SensorMessage> inbox = null!;
    private SqliteOutbox? outbox;
    private GatewayCore core = null!;
    private int boot = 1;

    /// <summary>A home that has run for an hour.</summary>
    /// <param name="settings">Of the first citizen.</param>
    /// <param name="also">Of a second one, who shares the devices: the home's page then asks.</param>
    public HelpHome(JudgeSettings? settings = null, JudgeSettings? also = null)
    {
        (this.settings, this.also) = (settings ?? JudgedHome.TobsOnly, also);
        clock.Advance(TimeSpan.FromHours(1));
        Start();
    }

    public SimHub Hub { get; } = new();
    public SimLink Link { get; private set; } = null!;
    public SqliteOutbox Outbox => outbox!;
    public string Path => folder.Path;
    public GatewayIdentity Identity { get; private set; } = null!;
    public UrgentState State => core.Urgent.State;
    public IReadOnlyList<AskedQuestion> Asked => core.Asked;
    public IReadOnlyList<FollowedDay> Days => core.Days;
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>When the light was told to remind, and when not any more.</summary>
    public List<(DateTimeOffset At, bool Reminds)> Reminded { get; } = [];

    /// <summary>Keys pinned at set-up, from the next start on.</summary>
    public ProfileTrust Trust { get; set; } = ProfileTrust.Nobody;
    public Action<IReadOnlyList<int>> LoanEnds { get; set; } = static _ => { };

    /// <summary>What light and buzzer were told, in order.</summary>
    public List<UrgentState> Signals { get; } = [];

    /// <summary>Starts the program, anew when it runs.</summary>
    /// <param name="changed">Whom it serves from now on; as before when absent.</param>
    /// <param name="ending">Assignments whose loan is over.</param>
    /// <param name="unbonded">Whether their devices are forgotten.</param>
    public void Start(JudgeSettings? changed = null, IReadOnlyList<int>? ending = null, Func<bool>? unbonded = null)
    {
        outbox?.Dispose();
        outbox = folder.Open();
        Identity = new GatewayIdentity(clock, settings.Charts, $"boot-{boot}", () => true);
        inbox = Channel.CreateUnbounded<SensorMessage>();
        Link = new SimLink(Hub, new Random(1));
        core = new GatewayCore(new GatewaySetup
        {
            Gateway = "gw-test-0001", Identity = Identity, Outbox = outbox, Clock = clock, Dice = new Random(2), Say = Said.Add, Trust = Trust, LoanEnds = LoanEnds, Judging = changed ?? settings,
            AlsoJudging = also is null || ending is not null ? [] : [also], Asks = also is not null, Ending = ending ?? [], Unbonded = unbonded ?? (() => true), Patience = null,
            Signal = told => Signals.Add(told.State), Remind = reminds => Reminded.Add((Now, reminds)),
        }, inbox.Reader, Link, () => { }, () => { });
    }

    /// <summary>The machine starts anew: its monotonic time begins again under another boot id.</summary>
    public void Reboot()
    {
        boot++;
        Start();
    }

    /// <summary>From now on nothing can be written on the card, and all can be read.</summary>
    public void FillCard()
    {
        using var card = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ConnectionString);
        card.Open();
        using SqliteCommand fill = card.CreateCommand();
        fill.CommandText = string.Concat(from table in new[] { "lane", "item", "finding", "meta" }
                                         from change in new[] { "insert", "update", "delete" }
                                         select $"create trigger full_{table}_{change} before {change} on {table} begin select raise(fail, 'no room'); end;");
        fill.ExecuteNonQuery();
    }

    /// <summary>What stands in the log.</summary>
    public List<string> Said { get; } = [];

    public void Deliver(SensorMessage message) => Assert.True(inbox.Writer.TryWrite(message));

    public void Press() => Deliver(SensorMessage.HelpPressed);

    public void Measure(params Measured[] values) => Deliver(new SensorMessage(new Burst(values, ClosesSet: true)));

    /// <summary>Runs on; between two steps a tenth of a second passes.</summary>
    public void Pass(double seconds)
    {
        for (int step = 0; step < Math.Round(seconds * 10); step++)
        {
            while (core.Judge() == TimeSpan.Zero)
            {
                continue;
            }
            core.Send();
            clock.Advance(TimeSpan.FromMilliseconds(100));
            Link.RunUntil(Identity.Monotonic);
        }
        core.Send();
    }

    /// <summary>Runs on to a time, which the hub has too; the gateway is called when it wants to be, and at the latest every minute.</summary>
    public void PassTo(DateTimeOffset until)
    {
        while (Now < until)
        {
            Link.HubTime = Now - Identity.Monotonic;
            TimeSpan? next = core.Judge();
            core.Send();
            TimeSpan most = until - Now < TimeSpan.FromMinutes(1) ? until - Now : TimeSpan.FromMinutes(1);
            clock.Advance(next is not { } wanted || wanted > most ? most : wanted > TimeSpan.Zero ? wanted : TimeSpan.FromMilliseconds(1));
            Link.RunUntil(Identity.Monotonic);
        }
        Pass(0.3);
    }

    /// <summary>When the uplink wants to be called again, as it says now.</summary>
    public TimeSpan? Send() => core.Send();

    public void Dispose()
    {
        outbox?.Dispose();
        folder.Dispose();
    }
}
