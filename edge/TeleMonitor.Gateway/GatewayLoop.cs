using System.Threading.Channels;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>
/// One gateway, top to bottom: Sensors → Readings → Quality → Scoring → Outbox → Uplink. The first arrow is <see cref="SenseAsync"/>,
/// the next four are one step of the rules and one commit in <see cref="JudgeAsync"/>, the last is <see cref="SendAsync"/>.
/// </summary>
internal sealed class GatewayLoop : IDisposable
{
    /// <summary>Items after which a commit is made although more readings wait; an alert is committed at once.</summary>
    private const int GroupItems = 512;
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(60), RetryCommit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatestRuleTime = TimeSpan.MaxValue / 2; // whatever is later was never written by this program

    private readonly GatewaySetup setup;
    private readonly Channel<SensorMessage> inbox = Channel.CreateBounded<SensorMessage>(new BoundedChannelOptions(256) { SingleReader = true });
    private readonly Wake judgeWake, sendWake;
    private readonly MqttLink link;
    private readonly LaneSender sender;
    private readonly List<OutboxItem> pending = new(GroupItems + 64);
    private readonly Func<long> nextTick;
    private readonly TimeSpan began;
    private readonly RuleCourse rules;
    private readonly TimeSpan ruleLead, ruleBase;
    private TickSource ticks;
    private TimeSpan nextStatus;
    private bool stateChanged;
    private volatile bool sensorEnded, statusWanted;

    public GatewayLoop(GatewaySetup setup)
    {
        this.setup = setup;
        judgeWake = new Wake(setup.Clock);
        sendWake = new Wake(setup.Clock);
        link = setup.Link(sendWake.Signal);
        sender = new LaneSender(setup.Outbox, link, setup.Dice, WantStatus);
        nextTick = () => ticks.Next(setup.Identity.Microseconds);
        ticks = new TickSource(setup.Outbox.LastTick(setup.Identity.Boot));
        began = nextStatus = setup.Identity.Monotonic;
        rules = new RuleCourse(setup.Judging, setup.Identity.Boot, nextTick);
        Resume();
        // only a replay at full speed leaves rule time ahead of the monotonic one; windows and repeats then run on from where it stands
        ruleLead = rules.Time > began ? rules.Time - began : TimeSpan.Zero;
        ruleBase = setup.RuleTimeRuns ? RuleNow() : rules.Time; // what a recording's hours are added to: rule time never goes back
    }

    public GatewayCounts Counts => rules.Counts;

    /// <summary>Items sent more than once.</summary>
    public long Resent => sender.Resent;

    /// <summary>Lanes that still wait for the hub's receipt.</summary>
    public IEnumerable<LaneStanding> StillWaiting => WireWord.Lanes.Select(setup.Outbox.Standing).Where(standing => standing.Waiting > 0);

    /// <summary>Runs until stopped, or until the sensor has ended and everything is receipted or patience is over.</summary>
    public async Task RunAsync(ISensor sensor, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task sensing = SenseAsync(sensor, ended.Token);
        Task judging = JudgeAsync(ended.Token);
        Task sending = SendAsync(ended.Token);
        Task linking = link.RunAsync(ended.Token);
        await Task.WhenAny(judging, sending, linking); // the last two end only when stopped, or by a fault that must not stay hidden
        await ended.CancelAsync();
        await Task.WhenAll(sensing, judging, sending, linking);
    }

    private async Task SenseAsync(ISensor sensor, CancellationToken stop)
    {
        try
        {
            await sensor.DeliverAsync(new Doorbell(inbox.Writer, judgeWake), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // a driver that fails is a finding; what else the gateway does goes on (design.md rule 13)
            setup.Say($"{setup.Gateway}: a sensor failed and gives nothing more: {failed.Message}");
            Find("sensor/failed", failed.Message);
        }
        sensorEnded = true;
        judgeWake.Signal();
    }

    private void Find(string code, string why)
    {
        try
        {
            setup.Outbox.SetFinding(code, why, setup.Clock.GetUtcNow());
        }
        catch (OutboxException full)
        {
            setup.Say($"{setup.Gateway}: {full.Message}");
        }
    }

    private async Task JudgeAsync(CancellationToken stop)
    {
        try
        {
            await JudgeUntilDoneAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            CommitLast();
        }
    }

    // what was judged is kept; what was not yet judged was never accepted
    private void CommitLast()
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

    private async Task JudgeUntilDoneAsync(CancellationToken stop)
    {
        (long through, TimeSpan progressAt) = (-1, setup.Identity.Monotonic);
        while (true)
        {
            StepWhenDue(); // before what waits: time that passed while nobody looked is one step
            bool more = Collect();
            try
            {
                AddStatusWhenDue();
            }
            catch (OutboxException unread)
            {
                setup.Say($"{setup.Gateway}: {unread.Message}; the status is made later");
            }
            await CommitAsync(stop);
            if (more)
            {
                continue;
            }
            TimeSpan? wait = UntilDue();
            if (setup.Patience is { } patience && sensorEnded && inbox.Reader.Count == 0 && !(statusWanted && sender.Connected))
            {
                long now = WireWord.Lanes.Sum(lane => setup.Outbox.Standing(lane).Through);
                progressAt = now > through ? setup.Identity.Monotonic : progressAt;
                through = now;
                TimeSpan left = patience - (setup.Identity.Monotonic - progressAt);
                if (sender.Drained || left <= TimeSpan.Zero)
                {
                    return;
                }
                wait = wait < left ? wait : left;
            }
            await judgeWake.WaitAsync(wait, stop);
        }
    }

    /// <summary>Judges what waits, up to one group; true when the group was cut short and more may wait.</summary>
    private bool Collect()
    {
        while (inbox.Reader.TryRead(out SensorMessage message))
        {
            stateChanged = true;
            bool alert = rules.Take(message.Burst, message.Recorded is { } recorded ? ruleBase + recorded : RuleNow(), setup.Clock.GetUtcNow(), pending);
            if (alert || pending.Count >= GroupItems)
            {
                return true;
            }
        }
        return false;
    }

    private void StepWhenDue()
    {
        if (setup.RuleTimeRuns && rules.NextDue is { } due && RuleNow() is var now && now >= due)
        {
            stateChanged = true;
            rules.Pass(now, setup.Clock.GetUtcNow(), pending);
        }
    }

    /// <summary>Monotonic time of the boot, so that what passed while the program was down counts too.</summary>
    private TimeSpan RuleNow() => setup.Identity.Monotonic + ruleLead;

    private TimeSpan? UntilDue()
    {
        TimeSpan? ruled = setup.RuleTimeRuns && rules.NextDue is { } due ? due - RuleNow() : null;
        TimeSpan? status = sender.Connected ? nextStatus - setup.Identity.Monotonic : null;
        return ruled is { } first && status is { } second ? (first < second ? first : second) : ruled ?? status;
    }

    private void AddStatusWhenDue()
    {
        TimeSpan mono = setup.Identity.Monotonic;
        if (!sender.Connected || (!statusWanted && mono < nextStatus))
        {
            return;
        }
        statusWanted = false;
        nextStatus = mono + StatusEvery; // also when what it tells cannot be read now
        NoticeStanding notices = setup.Outbox.Notices;
        var item = new StatusItem
        {
            Kind = WireWord.Status, Tick = nextTick(), Code = WireWord.GatewayStatus, Assignment = 0, At = setup.Clock.GetUtcNow(),
            UptimeSeconds = (long)(mono - began).TotalSeconds,
            Lanes = [.. WireWord.Lanes.Select(lane => { LaneStanding s = setup.Outbox.Standing(lane); return new LaneState(lane, s.Waiting, s.Last); })],
            NoticeHub = notices.Hub, NoticeThrough = notices.Through,
        };
        pending.Add(new OutboxItem(WireWord.StatusLane, item.Tick, item.Code, WireItems.Write(item)));
    }

    private async ValueTask CommitAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                Commit();
                return;
            }
            catch (OutboxException full)
            {
                // nothing is dropped: the sensors wait behind the full inbox until the disk takes it
                setup.Say($"{setup.Gateway}: {full.Message}; tried again every second");
                await Task.Delay(RetryCommit, setup.Clock, stop);
            }
        }
    }

    private void Commit()
    {
        if (pending.Count == 0 && !stateChanged)
        {
            return;
        }
        setup.Outbox.Commit(new OutboxCommit
        {
            Context = setup.Identity.Context,
            Items = pending,
            LastTick = ticks.Last,
            Assignment = setup.Judging.Assignment,
            State = stateChanged ? new RuleState(rules.State.Write(), rules.Time) : null,
        });
        stateChanged = false;
        if (pending.Count > 0)
        {
            pending.Clear();
            sendWake.Signal();
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        string? said = sender.NotConnected;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan? next;
            try
            {
                TimeSpan now = setup.Identity.Monotonic;
                next = sender.Step(now, setup.Clock.GetUtcNow()) - now;
            }
            catch (OutboxException full)
            {
                setup.Say($"{setup.Gateway}: {full.Message}");
                next = RetryCommit;
            }
            if (!string.Equals(said, sender.NotConnected, StringComparison.Ordinal))
            {
                said = sender.NotConnected;
                setup.Say(said is null ? $"{setup.Gateway}: connected" : $"{setup.Gateway}: not connected, goes on collecting: {said}");
            }
            if (sensorEnded)
            {
                judgeWake.Signal();
            }
            try
            {
                await sendWake.WaitAsync(next, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Resume()
    {
        try
        {
            if (setup.Outbox.ReadState(setup.Judging.Assignment) is not { } kept)
            {
                return;
            }
            if (kept.RuleTime >= TimeSpan.Zero && kept.RuleTime < LatestRuleTime && JudgeState.TryRead(kept.Bytes, out JudgeState state))
            {
                rules.Resume(state, kept.RuleTime);
                return;
            }
        }
        catch (OutboxException unread)
        {
            setup.Say($"{setup.Gateway}: {unread.Message}");
        }
        Find("rules/state", "what the rules remembered could not be read; they began anew");
    }

    private void WantStatus()
    {
        statusWanted = true;
        judgeWake.Signal();
    }

    public void Dispose()
    {
        judgeWake.Dispose();
        sendWake.Dispose();
    }

    /// <summary>Rings after each message, so that the loop waits in one place for everything.</summary>
    private sealed class Doorbell(ChannelWriter<SensorMessage> inbox, Wake wake) : ChannelWriter<SensorMessage>
    {
        public override bool TryWrite(SensorMessage item)
        {
            bool written = inbox.TryWrite(item);
            wake.Signal();
            return written;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => inbox.WaitToWriteAsync(cancellationToken);
    }
}
