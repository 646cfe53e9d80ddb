using System.Threading.Channels;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>
/// One gateway, top to bottom: Sensors → Readings → Quality → Scoring → Outbox → Uplink. Here stands only who waits for what: sensors
/// deliver into an inbox, <see cref="GatewayCore.Judge"/> empties it into the outbox, <see cref="GatewayCore.Send"/> empties that.
/// </summary>
internal sealed class GatewayLoop : IDisposable
{
    private readonly GatewaySetup setup;
    private readonly Channel<SensorMessage> inbox = Channel.CreateBounded<SensorMessage>(new BoundedChannelOptions(256) { SingleReader = true });
    private readonly Wake judgeWake, sendWake;
    private readonly MqttLink link;
    private readonly GatewayCore core;
    private readonly Doorbell door;
    private volatile bool sensorEnded;
    private long judged, sent, judgedBefore = -1, sentBefore = -1;

    /// <summary>Goes on from what the outbox keeps.</summary>
    /// <param name="setup">What it runs with.</param>
    /// <param name="connect">Makes the way to the broker; the argument is called when it has something to report.</param>
    public GatewayLoop(GatewaySetup setup, Func<Action, MqttLink> connect)
    {
        this.setup = setup;
        judgeWake = new Wake(setup.Clock);
        sendWake = new Wake(setup.Clock);
        door = new Doorbell(inbox.Writer, judgeWake);
        link = connect(sendWake.Signal);
        core = new GatewayCore(setup, inbox.Reader, link, judgeWake.Signal, sendWake.Signal);
    }

    public GatewayCounts Counts => core.Counts;

    /// <summary>Items sent more than once.</summary>
    public long Resent => core.Resent;

    /// <summary>Lanes that still wait for the hub's receipt.</summary>
    public IEnumerable<LaneStanding> StillWaiting => WireWord.Lanes.Select(setup.Outbox.Standing).Where(standing => standing.Waiting > 0);

    /// <summary>What waits for somebody at home to say whose it is, as it is stored.</summary>
    public IReadOnlyList<AskedQuestion> Asked => core.Asked;

    /// <summary>Hands an answer over; it counts once <see cref="Asked"/> no longer names the question.</summary>
    /// <returns>False when it could not be taken now: the inbox is full, since nothing can be stored.</returns>
    public bool Answer(WhoseAnswer answer) => door.TryWrite(new SensorMessage(null) { Answer = answer });

    /// <summary>Those who follow a plan, as it is stored.</summary>
    public IReadOnlyList<FollowedDay> Days => core.Days;

    /// <summary>Hands an entry over; it counts once <see cref="Days"/> has counted it.</summary>
    /// <returns>False when it could not be taken now.</returns>
    public bool Enter(PageEntry entry) => door.TryWrite(new SensorMessage(null) { Entry = entry });

    /// <summary>The time; null while nobody vouches for it.</summary>
    public DateTimeOffset? Now => setup.Identity.Now() is { State: not WallTime.Unset } now ? now.At : null;

    /// <summary>Whether both loops have turned since this was last asked; wakes them, so that the next answer says how they are now.</summary>
    public bool HasTurned()
    {
        (long judging, long sending) = (Interlocked.Read(ref judged), Interlocked.Read(ref sent));
        bool turned = judging != judgedBefore && sending != sentBefore;
        (judgedBefore, sentBefore) = (judging, sending);
        judgeWake.Signal();
        sendWake.Signal();
        return turned;
    }

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
            await sensor.DeliverAsync(door, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            core.SensorFailed(failed.Message);
        }
        sensorEnded = true;
        judgeWake.Signal();
    }

    private async Task JudgeAsync(CancellationToken stop)
    {
        try
        {
            await JudgeUntilDoneAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            core.CommitLast();
        }
    }

    private async Task JudgeUntilDoneAsync(CancellationToken stop)
    {
        (long through, TimeSpan progressAt) = (-1, setup.Identity.Monotonic);
        while (true)
        {
            TimeSpan? wait = core.Judge();
            Interlocked.Increment(ref judged);
            if (setup.Patience is { } patience && sensorEnded && !core.Busy)
            {
                long now = WireWord.Lanes.Sum(lane => setup.Outbox.Standing(lane).Through);
                progressAt = now > through ? setup.Identity.Monotonic : progressAt;
                through = now;
                TimeSpan left = patience - (setup.Identity.Monotonic - progressAt);
                if (core.Drained || left <= TimeSpan.Zero)
                {
                    return;
                }
                wait = wait < left ? wait : left;
            }
            await judgeWake.WaitAsync(wait, stop);
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan? next = core.Send();
            Interlocked.Increment(ref sent);
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
