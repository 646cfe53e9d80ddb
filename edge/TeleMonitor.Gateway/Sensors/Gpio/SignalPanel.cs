using System.Threading.Channels;

namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>
/// Lamp and buzzer of the home. Shows one <see cref="Signal"/> until another is shown. It delivers no value, only its health: a buzzer that
/// cannot sound must be known before it has to.
/// </summary>
/// <param name="id">Name of its state.</param>
/// <param name="led">Sets the lamp and says why not; null without one.</param>
/// <param name="buzzer">The same for the buzzer.</param>
/// <param name="clock">For waiting.</param>
internal sealed class SignalPanel(string id, Func<bool, LineFault?>? led, Func<bool, LineFault?>? buzzer, TimeProvider clock) : ISensor, IDisposable
{
    /// <summary>An output is set again this often though nothing changes: that it was unplugged shows nowhere else.</summary>
    public static readonly TimeSpan SetAgain = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Wake wake = new(clock);
    private (Signal Signal, TimeSpan Since) shown, reminder, battery; // each is shown while those before it have nothing to tell
    private SensorState? told;

    /// <summary>Shows a signal from now on, from its beginning; nothing when it is shown already. From any thread.</summary>
    public void Show(Signal signal)
    {
        lock (gate)
        {
            if (shown.Signal == signal)
            {
                return;
            }
            shown = (signal, clock.GetElapsedTime(0));
        }
        wake.Signal();
    }

    /// <summary>Somebody is to be reminded to measure, or nobody is any more. From any thread.</summary>
    public void ShowReminder(bool reminds)
    {
        lock (gate)
        {
            reminder = (reminds ? Signal.Reminder : Signal.Quiet, clock.GetElapsedTime(0));
        }
        wake.Signal();
    }

    /// <summary>A sensor's battery is low, or none is any more. From any thread.</summary>
    public void ShowBatteryLow(bool isLow)
    {
        lock (gate)
        {
            battery = (isLow ? Signal.BatteryLow : Signal.Quiet, clock.GetElapsedTime(0));
        }
        wake.Signal();
    }

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                (Lamp lamp, TimeSpan? next) = Now();
                LineFault? fault = Set(lamp);
                var state = new SensorState(id, fault is null ? SensorHealth.Well : fault.Word is "not-found" ? SensorHealth.Away : SensorHealth.Failing, fault?.Word ?? "", fault?.Why ?? "");
                if (state != told && into.TryWrite(new SensorMessage(null, State: state)))
                {
                    told = state; // an inbox that is full hears it later: no tone waits for it
                }
                await wake.WaitAsync(next < SetAgain ? next : SetAgain, stop);
            }
        }
        finally
        {
            Set(default); // a lamp must not tell what nobody stands behind any more
        }
    }

    public void Dispose() => wake.Dispose();

    private (Lamp Lamp, TimeSpan? Next) Now()
    {
        lock (gate)
        {
            TimeSpan now = clock.GetElapsedTime(0);
            (Signal signal, TimeSpan since) = SignalPattern.NextChange(shown.Signal, now - shown.Since) is not null ? shown : reminder.Signal is Signal.Reminder ? reminder : battery;
            return (SignalPattern.At(signal, now - since), SignalPattern.NextChange(signal, now - since));
        }
    }

    // both are set whatever the other does: a dead lamp does not silence the buzzer
    private LineFault? Set(Lamp lamp)
    {
        LineFault? dark = led?.Invoke(lamp.Led), silent = buzzer?.Invoke(lamp.Buzzer);
        return dark ?? silent;
    }
}
