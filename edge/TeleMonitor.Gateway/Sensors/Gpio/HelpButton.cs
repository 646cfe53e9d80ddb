using System.Threading.Channels;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>
/// The help button on a GPIO line. Each press is delivered once; that it is stuck, chatters or cannot be reached is its state, since a
/// button that would not be heard must be known before it is needed.
/// </summary>
/// <param name="id">Model; name of its state.</param>
/// <param name="place">Its line.</param>
/// <param name="devices">Folder of the device files: <c>/dev</c>.</param>
/// <param name="clock">Its timestamps are the kernel's monotonic time.</param>
internal sealed class HelpButton(string id, LinePlace place, string devices, TimeProvider clock) : ISensor
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5), LongestWait = TimeSpan.FromMilliseconds(500); // the wish to stop is seen within it
    private readonly Channel<SensorMessage> heard = Channel.CreateUnbounded<SensorMessage>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private SensorState? told;

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        // the kernel is waited for in a thread of its own; a full inbox never keeps it from seeing the next edge
        Task watching = Task.Factory.StartNew(() => WatchAndEnd(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (SensorMessage message in heard.Reader.ReadAllAsync(stop))
            {
                await into.WriteAsync(message, stop);
            }
            stop.ThrowIfCancellationRequested();
        }
        finally
        {
            await watching;
        }
    }

    private void WatchAndEnd(CancellationToken stop)
    {
        Exception? fault = null;
        try
        {
            WatchUntil(stop);
        }
        catch (Exception ended)
        {
            fault = ended; // goes to whoever awaits what is heard: a button that nobody watches is told
        }
        heard.Writer.TryComplete(fault);
    }

    private void WatchUntil(CancellationToken stop)
    {
        bool wait = false;
        while (!stop.IsCancellationRequested && !(wait && stop.WaitHandle.WaitOne(RetryAfter)))
        {
            using GpioLine? line = GpioLine.OpenInput(devices, place, out LineFault? fault);
            wait = line is null; // one that went away is looked for at once, then every few seconds
            if (line is not null)
            {
                fault = Watch(new LineWatch(line.Handle, line.Read, clock, new PressTimes()), stop);
            }
            if (fault is not null)
            {
                Tell(fault.Word is "not-found" ? SensorHealth.Away : SensorHealth.Failing, fault.Word, fault.Why);
            }
        }
    }

    private LineFault? Watch(LineWatch watch, CancellationToken stop)
    {
        var found = new List<PressReason>();
        long clean = 0;
        Tell(SensorHealth.Well, "", "");
        while (!stop.IsCancellationRequested)
        {
            found.Clear();
            LineFault? gone = watch.Step(LongestWait, found);
            foreach (PressReason reason in found)
            {
                clean = reason is PressReason.Released ? watch.Lost : clean;
                Hear(reason);
            }
            if (watch.Lost > clean)
            {
                Tell(SensorHealth.NeedsCare, "events-lost", "edges came faster than they could be read; over after the next press");
            }
            else if (!watch.Useless)
            {
                Tell(SensorHealth.Well, "", "");
            }
            if (gone is not null)
            {
                return gone;
            }
        }
        return null;
    }

    private void Hear(PressReason reason)
    {
        if (reason is PressReason.Pressed or PressReason.Chatter)
        {
            heard.Writer.TryWrite(SensorMessage.HelpPressed); // unbounded: always taken
        }
        if (reason is PressReason.Chatter or PressReason.Stuck)
        {
            Tell(SensorHealth.Failing, reason is PressReason.Stuck ? "stuck" : "chatter", reason is PressReason.Stuck
                ? "it has been down for half a minute and cannot be heard until it is free" : "its contact does not come to rest");
        }
    }

    private void Tell(SensorHealth health, string word, string why)
    {
        var state = new SensorState(id, health, word, why);
        if (state != told)
        {
            told = state;
            heard.Writer.TryWrite(new SensorMessage(null, State: state));
        }
    }
}
