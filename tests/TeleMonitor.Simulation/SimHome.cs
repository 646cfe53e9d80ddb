using System.Globalization;
using System.Threading.Channels;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>Who is measured in a home, and under which assignment.</summary>
internal sealed record Lent(int Assignment, string Citizen, string Area, int Scale, TimeSpan? ConfirmWithin);

/// <summary>
/// One gateway in one home: card, clock, program. Faults: the program is killed and started again; the power goes at any moment, also
/// within a write, and comes back seconds or minutes later under a new boot; the card is full for a while. Excluded: a program that goes
/// on with part of its memory wrong.
/// </summary>
internal sealed class SimHome
{
    private readonly World world;
    private readonly Weather weather;
    private readonly Ledger ledger;
    private readonly Composition composition;
    private readonly SimBroker broker;
    private readonly Dice dice;
    private readonly Alarm judge, send;
    private GatewayCore? core;
    private SimLink? link;
    private Channel<SensorMessage>? inbox;
    private (CommitKeys Items, int[] Rows)? uncertain;
    private GatewayIdentity? identity;
    private int life;
    private string boot;

    private readonly record struct CommitKeys(string Boot, (long Tick, string Code)[] Keys);

    public SimHome(World world, Weather weather, Ledger ledger, Composition composition, SimBroker broker, string gateway, string name, Lent lent, SimCard card)
    {
        (this.world, this.weather, this.ledger, this.composition, this.broker, Gateway, Name, Lent, Card) = (world, weather, ledger, composition, broker, gateway, name, lent, card);
        dice = world.Dice("home " + name);
        Clock = new HomeClock(world, weather[Fault.Drift] > 0 ? (dice.NextDouble() - 0.5) * 200e-6 : 0);
        boot = "boot-" + dice.Id();
        judge = new Alarm(world, () => Guard(Judge));
        send = new Alarm(world, () => Guard(Send));
    }

    public string Gateway { get; }
    public string Name { get; }
    public Lent Lent { get; private set; }
    public SimCard Card { get; }
    public HomeClock Clock { get; }
    public SimPath Path { get; } = new();
    public SimOutbox? Outbox { get; private set; }
    /// <summary>Help items that the card has accepted.</summary>
    public List<Call> Calls { get; } = [];
    /// <summary>What the home says of its newest Red or help press; null while no program runs.</summary>
    public UrgentState? Urgent => core?.Urgent.State;
    public bool IsRunning => core is not null;
    public bool IsConnected => link is { IsConnected: true };
    /// <summary>How often its program was started.</summary>
    public int Life => life;
    /// <summary>Called before items are written.</summary>
    public Action<SimHome, OutboxCommit> Making { get; set; } = (_, _) => { };
    /// <summary>Called after the uplink has moved, and when a program has opened the card again.</summary>
    public Action<SimHome> Moved { get; set; } = _ => { };
    public Action<SimHome> Reopened { get; set; } = _ => { };

    public void Start()
    {
        if (core is not null)
        {
            return;
        }
        life++;
        Guard(() =>
        {
            SimOutbox opened = composition.Open(Card, dice.Id);
            (Outbox, opened.Attempting, opened.Stored, opened.Covering) = (opened, Attempt, Store, range => ledger.Make(Gateway, range));
            SettleUncertain();
            Reopened(this);
            identity = new GatewayIdentity(Clock, Shipped.Firmware.Charts.Values, boot, () => Clock.IsSynchronised);
            inbox = Channel.CreateBounded<SensorMessage>(new BoundedChannelOptions(256) { SingleReader = true });
            link = new SimLink(world, broker, Path, dice, Gateway, Presence, send.Soon) { Sending = CheckBatch };
            core = new GatewayCore(new GatewaySetup
            {
                Gateway = Gateway, Identity = identity, Outbox = opened, Clock = Clock, Dice = new Dice(dice.NextBits()), Say = said => world.Note(said), Patience = null, Trust = composition.Trust,
                Judging = new JudgeSettings
                {
                    Assignment = Lent.Assignment, Charts = [.. Shipped.Firmware.Charts.Values], Sensors = Shipped.Firmware.Sensors, Scale = Lent.Scale, ConfirmWithin = Lent.ConfirmWithin,
                },
            }, inbox.Reader, link, judge.Soon, send.Soon);
            world.Note($"{Name} starts, boot {boot}");
            link.Start();
            judge.Soon();
            send.Soon();
        });
    }

    /// <summary>kill -9: what the program had written stays in the machine's memory and so on the card.</summary>
    public void Kill()
    {
        End();
        Card.Sync();
    }

    public void PowerCut()
    {
        world.Note($"{Name} loses power");
        End();
        Card.PowerCut(dice);
        Boot();
    }

    /// <summary>The next start is under a new boot.</summary>
    public void Boot()
    {
        boot = "boot-" + dice.Id();
        bool unset = weather.Strikes(Fault.Boot1970, dice);
        Clock.Boot(unset);
        world.In(dice.Between(5, 1800), Clock.Synchronise);
    }

    public void Lend(Lent lent)
    {
        Lent = lent;
        Kill();
        Start();
    }

    /// <summary>A sensor gives values; false when nobody is there to take them.</summary>
    public void Measure(IReadOnlyList<Measured> values, bool closesSet)
    {
        if (inbox is null || core is null)
        {
            return;
        }
        Measured[] labelled = [.. values.Select(value => value with
        {
            Label = new ReplayLabel("sim", ledger.Measure(Lent.Assignment, Lent.Citizen, value.Vital, value.Value, value.Answer).Row),
        })];
        if (inbox.Writer.TryWrite(new SensorMessage(new Burst(labelled, closesSet))))
        {
            judge.Soon();
        }
    }

    /// <summary>The citizen presses the help button; nobody is there to notice while the program is down.</summary>
    public void Press()
    {
        if (inbox is not null && core is not null && inbox.Writer.TryWrite(SensorMessage.HelpPressed))
        {
            judge.Soon();
        }
    }

    /// <summary>The citizen answers questions.</summary>
    public void Tell(ToldAnswers told)
    {
        if (inbox is not null && core is not null && inbox.Writer.TryWrite(new SensorMessage(new Burst([]) { Told = told })))
        {
            judge.Soon();
        }
    }

    /// <summary>Somebody sends settings to the home; false when they do not arrive.</summary>
    public bool Offer(byte[] bundle)
    {
        if (link is not { IsConnected: true } || Path.DropsDown)
        {
            return false;
        }
        link.Receive(LinkEventKind.Profile, bundle);
        return true;
    }

    /// <summary>Puts an item on the card that no hub can read.</summary>
    public void Poison(string lane, byte[] bytes)
    {
        if (Outbox is { } open && core is not null && !Card.Full)
        {
            Guard(() => open.Commit(new OutboxCommit { Context = identity!.ContextOf(identity.Now()), Items = [new OutboxItem(lane, 0, "poison", bytes)] }));
            send.Soon();
        }
    }

    public void StartAfter(TimeSpan wait)
    {
        int mine = life;
        world.In(wait, () =>
        {
            if (mine == life)
            {
                Start();
            }
        });
    }

    private void Judge()
    {
        if (core?.Judge() is { } wait)
        {
            judge.Set(world.Now + Clock.True(wait));
        }
    }

    private void Send()
    {
        if (core is null)
        {
            return;
        }
        TimeSpan? next = core.Send();
        Moved(this);
        if (next is { } wait)
        {
            send.Set(world.Now + Clock.True(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1)));
        }
    }

    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (PowerCutException)
        {
            weather.Count(Fault.PowerCut);
            PowerCut();
            StartAfter(dice.Between(5, 600));
        }
    }

    private void End()
    {
        judge.Clear();
        send.Clear();
        core = null;
        inbox = null;
        Outbox = null;
        link?.End();
        link = null;
    }

    private byte[] Presence(string state)
    {
        long connection = 0;
        if (Outbox is { } open && state is "online")
        {
            Guard(() => connection = Card.Full ? 1 : open.NextConnection(boot));
        }
        return WireItems.Write(new Presence(WireWord.Version, state, boot, connection, Clock.GetUtcNow()));
    }

    private void Attempt(OutboxCommit commit)
    {
        ledger.Make(Gateway, commit);
        Making(this, commit);
        if (Card.CutAfter < 0 && commit.Items.Any(item => string.Equals(item.Lane, WireWord.AlertLane, StringComparison.Ordinal)) && dice.Chance(0.6 * weather[Fault.PowerCut]))
        {
            Card.CutAfter = dice.Next(2); // where it hurts most: around an alert
        }
        uncertain = (new CommitKeys(commit.Context.Boot, [.. commit.Items.Select(item => (item.Tick, item.Code))]), [.. Ledger.RowsOf(commit)]);
    }

    private void Store(OutboxCommit commit)
    {
        uncertain = null;
        ledger.Accept(Ledger.RowsOf(commit));
        Accept(commit.Context.Boot, commit.Items.Select(item => (item.Tick, item.Code)));
        foreach (OutboxItem item in commit.Items)
        {
            world.Note($"{Name} {item.Lane} {item.Tick.ToString(CultureInfo.InvariantCulture)} {item.Code}");
        }
    }

    /// <summary>A commit that the power cut interrupted is there wholly or not at all.</summary>
    private void SettleUncertain()
    {
        if (uncertain is not { } cut)
        {
            return;
        }
        uncertain = null;
        HashSet<(long, string)> there = [.. Card.Live.Lanes.Values.SelectMany(lane => lane.Items)
            .Where(item => string.Equals(item.Context.Boot, cut.Items.Boot, StringComparison.Ordinal)).Select(item => (item.Tick, item.Code))];
        int found = cut.Items.Keys.Count(there.Contains);
        if (found != 0 && found != cut.Items.Keys.Length)
        {
            throw new BrokenException("S1", $"{Name}: of a commit of {cut.Items.Keys.Length} items {found} survived the power cut");
        }
        if (found > 0)
        {
            ledger.Accept(cut.Rows);
            Accept(cut.Items.Boot, cut.Items.Keys);
        }
    }

    private void Accept(string madeIn, IEnumerable<(long Tick, string Code)> keys) =>
        Calls.AddRange(keys.Where(key => string.Equals(key.Code, WireWord.HelpPressed, StringComparison.Ordinal)).Select(key => new Call(madeIn, key.Tick, world.Now)));

    private void CheckBatch(LinkBatch batch)
    {
        if (batch.Body.Length > Batch.MaxBytes || batch.Properties.Count > Batch.MaxItems)
        {
            throw new BrokenException("S6", $"{Name}: a batch of {batch.Body.Length} bytes and {batch.Properties.Count} items");
        }
    }
}
