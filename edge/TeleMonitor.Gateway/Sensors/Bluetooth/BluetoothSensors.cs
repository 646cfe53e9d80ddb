using System.Threading.Channels;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>
/// The bonded Bluetooth devices of one gateway. A device is connected to when it advertises, its clock is read before its stored
/// measurements come, and each value goes on by itself, in the order in which the device gave it. What any device does or fails to do
/// leaves the others alone.
/// </summary>
internal sealed partial class BluetoothSensors : ISensor
{
    /// <summary>Links that are held at once; common radios hold about ten.</summary>
    public const int MostConnected = 10;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), DiscoverAnew = TimeSpan.FromSeconds(20);

    // bus, bluetoothd and adapter come up beside this program: what is not there yet is nobody's errand
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    private readonly BluetoothSetup setup;
    private readonly BondedDevices bonds;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, DeviceSession> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BondedDevice> ours = new(StringComparer.Ordinal); // the bonds as they were looked at last
    private Task? discovery;
    private long discoveredAt, lookedAt, startedAt;
    private bool on, lowBattery;
    private SensorState? radio, file; // what was said last of the radio and of the file of bonds

    /// <summary>Nothing is asked for before <see cref="DeliverAsync"/>.</summary>
    public BluetoothSensors(BluetoothSetup setup) => (this.setup, bonds, clock) = (setup, setup.Bonds, setup.Clock);

    /// <summary>Values discarded since they may have been measured before the pairing.</summary>
    public long Discarded { get; private set; }

    /// <summary>Values that no frame reader could read.</summary>
    public long Unread { get; private set; }

    /// <summary>How it stands, in one line for a log or a test that waited in vain.</summary>
    public string Standing => $"{(on ? "on" : "off")}, discovery {discovery?.Status.ToString() ?? "not asked for"}; {string.Join("; ", sessions.Values.Select(session => session.HowItStands))}";

    /// <inheritdoc/>
    public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        await using BlueZ blue = setup.Start();
        startedAt = clock.GetTimestamp();
        try
        {
            Task<bool>? more = null; // one at a time: a second wait would take the place of the first
            Task tick = Task.CompletedTask; // and one timer a second, however many values come in it
            while (true)
            {
                bool valuesOnly = true; // they come ten a second and change nothing of what is to be done
                while (blue.Events.TryRead(out BlueZEvent? happened))
                {
                    await TakeAsync(blue, happened, into, stop);
                    valuesOnly &= happened.Kind is BlueZEventKind.Value;
                }
                if (!valuesOnly || clock.GetElapsedTime(lookedAt) >= Look)
                {
                    lookedAt = clock.GetTimestamp();
                    bonds.Reread();
                    await LookAtHomeAsync(blue, into, stop);
                    await LookAsync(blue, into, stop);
                }
                more ??= blue.Events.WaitToReadAsync(stop).AsTask();
                tick = tick.IsCompleted ? Task.Delay(Look, clock, stop) : tick;
                await Task.WhenAny(more, tick);
                stop.ThrowIfCancellationRequested();
                if (more.IsCompleted)
                {
                    if (!await more)
                    {
                        return; // disposed of
                    }
                    more = null;
                }
            }
        }
        finally
        {
            Task[] left = [.. sessions.Values.Select(session => session.Work).OfType<Task>(), discovery ?? Task.CompletedTask];
            await Task.WhenAll(left.Select(QuietlyAsync)); // each ends with the same stop
        }
    }

    private async Task TakeAsync(BlueZ blue, BlueZEvent happened, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        switch (happened.Kind)
        {
            case BlueZEventKind.BlueZGone or BlueZEventKind.AdapterGone or BlueZEventKind.AdapterOff:
                await AdapterAsync(false, happened.Kind is BlueZEventKind.AdapterOff ? "adapter-off" : happened.Kind is BlueZEventKind.AdapterGone ? "no-adapter" : "no-bluetoothd", into, stop);
                if (happened.Kind is BlueZEventKind.AdapterOff)
                {
                    await QuietlyAsync(blue.PowerOnAsync(stop));
                }
                break;
            case BlueZEventKind.AdapterAppeared:
                await QuietlyAsync(blue.PowerOnAsync(stop));
                break;
            case BlueZEventKind.AdapterOn:
                await AdapterAsync(true, "", into, stop);
                break;
            case BlueZEventKind.ServicesResolved when Known(happened.Address) is { } session:
                session.Resolved();
                break;
            case BlueZEventKind.DeviceDisconnected when Known(happened.Address) is { } session:
                session.Disconnected();
                break;
            case BlueZEventKind.Value when Known(happened.Address) is { } session:
                await ValueAsync(session, happened, into, stop);
                break;
            case BlueZEventKind.Lost:
                setup.Say($"bluetooth: {happened.Lost} events were lost, the devices are looked at anew");
                await RadioAsync(new SensorState(BluetoothRules.RadioId, SensorHealth.Failing, "overrun", "more came than could be taken"), into, stop);
                break;
        }
    }

    /// <summary>What is missing on the machine, which devices were forgotten, whether the file that names them can be read.</summary>
    private async Task LookAtHomeAsync(BlueZ blue, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        if (on ? radio is { Health: SensorHealth.Failing } : clock.GetElapsedTime(startedAt) >= StartPatience)
        {
            await RadioAsync(BluetoothRules.Radio(blue.State), into, stop);
        }
        await LookAtBondsAsync(into, stop);
        string problem = string.Join("; ", bonds.Problems);
        var now = new SensorState(BluetoothRules.BondsId, problem.Length > 0 ? SensorHealth.Failing : SensorHealth.Well, problem.Length > 0 ? "unreadable" : "", problem);
        if (now != file)
        {
            file = now;
            await TellAsync(now, into, stop);
        }
    }

    /// <summary>Which devices were forgotten or paired anew as another model, and which are of a model that has no file.</summary>
    private async Task LookAtBondsAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        foreach (BondedDevice gone in ours.Values.Where(bond => !string.Equals(bonds.Find(bond.Address)?.Model, bond.Model, StringComparison.Ordinal)).ToArray())
        {
            ours.Remove(gone.Address);
            sessions.Remove(gone.Address);
            setup.Heard.Forget(gone.Address);
            await TellAsync(new SensorState(gone.Name, SensorHealth.Well), into, stop); // what was said of it is over, also what an earlier run said
            ShowLowBattery();
        }
        foreach (BondedDevice bond in bonds.All.Where(bond => ours.TryAdd(bond.Address, bond) && !setup.Models.ContainsKey(bond.Model)))
        {
            string why = $"it is paired as model {bond.Model}, and firmware-config/sensors/{bond.Model}.json is not there: nothing of it is read";
            await TellAsync(new SensorState(bond.Name, SensorHealth.Failing, "no-model", why), into, stop);
        }
    }

    /// <summary>What is to be done now: discovery, one connection at a time, and what the set-ups of devices came to.</summary>
    private async Task LookAsync(BlueZ blue, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        if (!on)
        {
            return;
        }
        foreach (BluetoothDevice device in blue.Devices)
        {
            if (Known(device.Address) is { } session && session.Look(device, () => MayConnect(blue, session, stop), blue, stop) is { } state)
            {
                await TellAsync(state, into, stop);
                Note(session, null);
            }
        }
        bool waits = bonds.All.Any(bond => !blue.Devices.Any(device => device.Connected && string.Equals(device.Address, bond.Address, StringComparison.Ordinal)));
        if (waits && discovery is null or { IsCompleted: true } && (discovery is null || clock.GetElapsedTime(discoveredAt) >= DiscoverAnew))
        {
            discoveredAt = clock.GetTimestamp();
            discovery = DiscoverAsync(blue, stop);
        }
    }

    /// <summary>Told of a device only once in a discovery: a new one every so often hears of those that came back, and asks for those that came back untold.</summary>
    private async Task DiscoverAsync(BlueZ blue, CancellationToken stop)
    {
        await QuietlyAsync(blue.RereadAsync(stop));
        await QuietlyAsync(blue.StopDiscoveryAsync(stop));
        await QuietlyAsync(blue.StartDiscoveryAsync([], stop)); // no filter by service: many health devices do not advertise theirs
    }

    private bool MayConnect(BlueZ blue, DeviceSession wanting, CancellationToken stop)
    {
        if (sessions.Values.Any(session => session != wanting && session.IsConnecting))
        {
            return false; // radios do one at a time
        }
        if (blue.Devices.Count(device => device.Connected) < MostConnected)
        {
            return true;
        }
        sessions.Values.Where(session => session.IsIdle).MinBy(session => session.LastValueAt)?.LetGo(blue, stop);
        return false;
    }

    private async Task AdapterAsync(bool isOn, string word, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        on = isOn;
        if (!isOn)
        {
            foreach (DeviceSession session in sessions.Values)
            {
                session.Disconnected();
            }
            discovery = null;
        }
        await RadioAsync(new SensorState(BluetoothRules.RadioId, isOn ? SensorHealth.Well : SensorHealth.Away, word, isOn ? "" : "no Bluetooth: " + word), into, stop);
    }

    private async Task RadioAsync(SensorState state, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        if (state != radio)
        {
            radio = state;
            await TellAsync(state, into, stop);
        }
    }

    private DeviceSession? Known(string address)
    {
        if (bonds.Find(address) is not { } bond || !setup.Models.TryGetValue(bond.Model, out SensorFile? model))
        {
            return null;
        }
        if (!sessions.TryGetValue(address, out DeviceSession? session))
        {
            sessions.Add(address, session = new DeviceSession(address, model, bonds, clock, setup.LocalTime));
        }
        return session;
    }

    private static async Task TellAsync(SensorState? state, ChannelWriter<SensorMessage> into, CancellationToken stop)
    {
        if (state is not null)
        {
            await into.WriteAsync(new SensorMessage(null, State: state), stop);
        }
    }

    private static async Task QuietlyAsync(Task asked)
    {
        try
        {
            await asked;
        }
        catch (Exception failed) when (failed is BusException or OperationCanceledException)
        {
            // what comes of it is seen in the next events
        }
    }
}
