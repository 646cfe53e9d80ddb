using System.Threading.Channels;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;

namespace TeleMonitor.Gateway;

/// <summary>
/// All that one gateway does between waits: <see cref="Judge"/> is Readings → Quality → Scoring → Outbox, one step of the rules and one
/// commit; <see cref="Send"/> is the Uplink. Neither waits, sleeps or starts anything: each says when it wants to be called again, and
/// <see cref="GatewayLoop"/>, or the simulation, calls it. The two may be called from two threads, each of them from one.
/// </summary>
internal sealed partial class GatewayCore
{
    /// <summary>Items after which a commit is made although more readings wait; an alert is committed at once.</summary>
    private const int GroupItems = 512;
    private static readonly TimeSpan RetryCommit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatestRuleTime = TimeSpan.MaxValue / 2; // whatever is later was never written by this program

    private readonly GatewaySetup setup;
    private readonly ChannelReader<SensorMessage> inbox;
    private readonly Action judgeSoon, sendSoon;
    private readonly LaneSender sender;
    private readonly List<OutboxItem> pending = new(GroupItems + 64);
    private readonly Func<long> nextTick;
    private readonly TimeSpan began;
    private readonly HomeRules rules;
    private readonly TimeSpan ruleLead, ruleBase;
    private readonly TickSource ticks;
    private readonly LocalFindings findings;
    private readonly DiskKeeper keeper;
    private TimeSpan? commitAgain;
    private string? said;

    /// <summary>Goes on from what the outbox keeps.</summary>
    /// <param name="setup">What it runs with.</param>
    /// <param name="inbox">What the sensors have delivered.</param>
    /// <param name="link">The way to the broker.</param>
    /// <param name="judgeSoon">Called when <see cref="Judge"/> should be called before the time that it said.</param>
    /// <param name="sendSoon">The same for <see cref="Send"/>.</param>
    /// <exception cref="OutboxException">The outbox cannot be read.</exception>
    public GatewayCore(GatewaySetup setup, ChannelReader<SensorMessage> inbox, ILink link, Action judgeSoon, Action sendSoon)
    {
        (this.setup, this.inbox, this.judgeSoon, this.sendSoon) = (setup, inbox, judgeSoon, sendSoon);
        ticks = new TickSource(setup.Outbox.LastTick(setup.Identity.Boot));
        nextTick = () => ticks.Next(setup.Identity.Microseconds);
        findings = new LocalFindings(setup.Outbox, nextTick, () => Context(setup.Identity.Now()));
        keeper = new DiskKeeper(setup.Outbox, nextTick, () => Context(setup.Identity.Now()));
        watch = new UrgentWatch(setup.Outbox);
        sender = new LaneSender(setup.Outbox, link, setup.Dice, findings, WantStatus, bytes => cameProfile = bytes.ToArray());
        said = sender.NotConnected;
        unset = new UnsetTimes(setup.Identity.Boot);
        began = nextStatus = BeginTheClock();
        rules = new HomeRules(setup.Judging, setup.AlsoJudging, setup.Identity.Boot, nextTick, setup.Asks);
        BeginProfile();
        Resume();
        // only a replay at full speed leaves rule time ahead of the monotonic one; windows and repeats then run on from where it stands
        ruleLead = rules.Time > began ? rules.Time - began : TimeSpan.Zero;
        ruleBase = setup.RuleTimeRuns ? RuleNow() : rules.Time; // what a recording's hours are added to: rule time never goes back
        TellWhatWaits();
        BeginToEnd();
    }

    /// <summary>What was made since the start.</summary>
    public GatewayCounts Counts => rules.Counts;

    /// <summary>Items sent more than once.</summary>
    public long Resent => sender.Resent;

    /// <summary>True when every item of every lane is receipted.</summary>
    public bool Drained => sender.Drained;

    /// <summary>True while something is to be judged, committed or told before the gateway has nothing more to do.</summary>
    public bool Busy => inbox.Count > 0 || pending.Count > 0 || (statusWanted && sender.Connected);

    /// <summary>Judges what is due and what waits, up to one group, and commits it.</summary>
    /// <returns>How long until it wants to be called again; zero: at once, more waits; null: when something was delivered.</returns>
    public TimeSpan? Judge()
    {
        if (commitAgain is { } again)
        {
            TimeSpan left = again - setup.Identity.Monotonic; // what could not be committed keeps its own moment
            if (left > TimeSpan.Zero || !TryCommit())
            {
                return left > TimeSpan.Zero ? left : RetryCommit; // nothing is dropped: the sensors wait behind the full inbox
            }
        }
        LookAtTheClock();
        PutInForce();
        bool makesRoom = MakeRoom(full: false);
        StepWhenDue(); // before what waits: time that passed while nobody looked is one step
        bool more = Collect();
        LookAtDays();
        try
        {
            AddStatusWhenDue();
        }
        catch (OutboxException unread)
        {
            setup.Say($"{setup.Gateway}: {unread.Message}; the status is made later");
        }
        if (!TryCommit())
        {
            return RetryCommit;
        }
        TellWhatWaits();
        TellDays();
        return more || makesRoom ? TimeSpan.Zero : UntilDue();
    }

    /// <summary>Takes what the link reports and sends what may go.</summary>
    /// <returns>How long until it wants to be called again; null: when the link reports or something was committed.</returns>
    public TimeSpan? Send()
    {
        TimeSpan? next = StepLanes();
        next = LookAtUrgent() is { } left && !(next <= left) ? left : next; // whatever came of the lanes: on a full card too the citizen must hear
        if (!string.Equals(said, sender.NotConnected, StringComparison.Ordinal))
        {
            said = sender.NotConnected;
            setup.Say(said is null ? $"{setup.Gateway}: connected" : $"{setup.Gateway}: not connected, goes on collecting: {said}");
        }
        return next;
    }

    private TimeSpan? StepLanes()
    {
        try
        {
            WallTime time = setup.Identity.Now();
            TimeSpan? next = sender.Step(time.Monotonic, time.At) - time.Monotonic;
            HearTheHub();
            TakeProfile(time.At);
            EndBySettings();
            EndTheLoan(time.At);
            LookAtCertificates(linkChanged: !string.Equals(said, sender.NotConnected, StringComparison.Ordinal));
            return next;
        }
        catch (OutboxException full)
        {
            setup.Say($"{setup.Gateway}: {full.Message}");
            return RetryCommit;
        }
    }

    /// <summary>At the end: what was judged is kept; what was not yet judged was never accepted.</summary>
    public void CommitLast()
    {
        try
        {
            Commit();
        }
        catch (OutboxException full)
        {
            setup.Say($"{setup.Gateway}: {full.Message}; {pending.Count} items judged last are lost with this end");
        }
    }

    /// <summary>Judges what waits, up to one group; true when the group was cut short and more may wait.</summary>
    private bool Collect()
    {
        while (inbox.TryRead(out SensorMessage message))
        {
            if (message.State is { } state)
            {
                HearOf(state);
                continue;
            }
            if (message.Burst is { Help: true } && !rules.HelpButton)
            {
                SayHelpIsLeftOut();
            }
            bool alert = message.Answer is { } answer ? rules.Answer(answer, RuleNow(), now.At, pending)
                : message.Entry is { } entry ? rules.Enter(entry, RuleNow(), now.At, pending)
                : rules.Take(message.Assignment, message.Burst, message.Recorded is { } recorded ? ruleBase + recorded : RuleNow(), now.At, pending);
            if (alert || pending.Count >= GroupItems)
            {
                return true;
            }
        }
        return false;
    }

    private void StepWhenDue()
    {
        if (setup.RuleTimeRuns && rules.NextDue is { } due && RuleNow() is var time && time >= due)
        {
            rules.Pass(time, now.At, pending);
        }
    }

    /// <summary>Monotonic time of the boot, so that what passed while the program was down counts too.</summary>
    private TimeSpan RuleNow() => setup.Identity.Monotonic + ruleLead;

    private TimeSpan? UntilDue()
    {
        TimeSpan? ruled = setup.RuleTimeRuns && rules.NextDue is { } due ? due - RuleNow() : null;
        TimeSpan? status = sender.Connected ? nextStatus - setup.Identity.Monotonic : null;
        return new[] { ruled, status, UntilDaysChange() }.Min();
    }

    private bool TryCommit()
    {
        try
        {
            Commit();
            commitAgain = null;
            HasRoom();
            return true;
        }
        catch (OutboxFullException full)
        {
            KeepUrgent();
            SayFull(full.Message);
            commitAgain = setup.Identity.Monotonic + (MakeRoom(full: true) ? TimeSpan.Zero : RetryCommit);
            return false;
        }
        catch (OutboxException full)
        {
            KeepUrgent();
            setup.Say($"{setup.Gateway}: {full.Message}; tried again every second");
            commitAgain = setup.Identity.Monotonic + RetryCommit;
            return false;
        }
    }

    private void Commit()
    {
        if (pending.Count == 0 && !rules.HasChanged)
        {
            return;
        }
        setup.Outbox.Commit(new OutboxCommit
        {
            Context = Context(now),
            Items = pending,
            LastTick = ticks.Last,
            States = rules.Changed,
        });
        if (rules.Urgent is { } made)
        {
            watch.Committed(made);
        }
        rules.Committed();
        if (pending.Count > 0)
        {
            if (now.State is WallTime.Unset)
            {
                unset.Add(pending[0].Tick, ticks.Last, now.At - now.Monotonic);
            }
            pending.Clear();
            sendSoon();
        }
    }

    private void Resume()
    {
        try
        {
            if (rules.HelpButton)
            {
                findings.Close(HelpLeftOut, now.At);
            }
            CloseWhatIsOver();
            if (rules.Resume(setup.Outbox.ReadState, LatestRuleTime, now))
            {
                return;
            }
        }
        catch (OutboxException unread)
        {
            setup.Say($"{setup.Gateway}: {unread.Message}");
        }
        Find("rules/state", "what the rules remembered could not be read; they began anew");
    }
}
