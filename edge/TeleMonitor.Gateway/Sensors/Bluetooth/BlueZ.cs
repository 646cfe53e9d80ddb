using System.Threading.Channels;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>Which bus and which radio.</summary>
/// <param name="Address">Of the bus; null: the system bus.</param>
/// <param name="Adapter">Such as hci1; null: the first there is.</param>
internal sealed record BlueZOptions(string? Address = null, string? Adapter = null);

/// <summary>How far Bluetooth can be used, and in words what is missing.</summary>
/// <param name="Missing">Null: everything is there and on.</param>
/// <param name="Text">For a log or a support worker; in English, since it may quote the system.</param>
internal readonly record struct BlueZState(BusFailure? Missing, string Text);

/// <summary>
/// Bluetooth LE through BlueZ's D-Bus interface. Needs nothing to be there: it waits for library, bus, bluetoothd and adapter, tells when
/// each comes and goes, and reads everything anew when bluetoothd or the bus returns.
/// <para>
/// What it does not do by itself: after <see cref="BlueZEventKind.BlueZAppeared"/> and <see cref="BlueZEventKind.AdapterOn"/> its user starts
/// discovery again, after <see cref="BlueZEventKind.ServicesResolved"/> the notifications; only the user knows which devices it still wants.
/// While a discovery goes on BlueZ tells of a device again only when its signal changes by 8 dB or more (src/device.c, RSSI_THRESHOLD): who
/// waits for an advertisement of a known device stops and starts discovery every so often.
/// </para>
/// </summary>
internal sealed partial class BlueZ : IAsyncDisposable
{
    private const string Name = "org.bluez", Root = "/", AgentPlace = "/org/bluez", Agents = "org.bluez.AgentManager1",
        Objects = "org.freedesktop.DBus.ObjectManager", PropertiesInterface = "org.freedesktop.DBus.Properties", Daemon = "org.freedesktop.DBus";

    private static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(10); // BlueZ answers these from memory
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1), LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SettlePeriod = TimeSpan.FromMilliseconds(25);

    private readonly TimeProvider clock;
    private readonly BlueZOptions options;
    private readonly EventQueue events = new();
    private readonly ObjectTree tree;
    private readonly PairingAgent agent;
    private readonly CancellationTokenSource ending = new();
    private readonly Task running;

    private volatile SystemBus? bus;
    private volatile BusException? noBus;
    private volatile BusException? denied; // by the bus's policy: bluetoothd is there and this program may not speak to it
    private volatile string owner = ""; // of the name org.bluez on this bus; written by the bus's thread
    private volatile bool loaded;

    private BlueZ(TimeProvider clock, BlueZOptions options)
    {
        (this.clock, this.options) = (clock, options);
        tree = new ObjectTree(options.Adapter, events.Write);
        agent = new PairingAgent(tree.AddressAt, address => Tell(BlueZEventKind.PairingRefused, "pairing was not open", address));
        running = RunAsync();
    }

    /// <summary>What happens, in order, to one reader. Completes when this is disposed of. Bounded: see <see cref="EventQueue"/>.</summary>
    public ChannelReader<BlueZEvent> Events => events.Reader;

    /// <summary>Events left out because nobody read them in time; each gap is also told in its place.</summary>
    public long LostCount => events.LostCount;

    /// <summary>The adapter in use; null: none.</summary>
    public BluetoothAdapter? Adapter => tree.CurrentAdapter;

    /// <summary>Every adapter of the machine.</summary>
    public IReadOnlyList<BluetoothAdapter> Adapters => tree.Adapters;

    /// <summary>Devices of the adapter in use.</summary>
    public IReadOnlyList<BluetoothDevice> Devices => tree.Devices;

    public BlueZState State =>
        bus is null ? noBus is { } missing ? new(missing.Failure, missing.Message) : new(BusFailure.NoBus, "connecting to the bus")
        : owner.Length == 0 ? new(BusFailure.NoBlueZ, "bluetoothd does not run (package bluez, service bluetooth)")
        : !loaded ? denied is { } why ? new(BusFailure.Denied, why.Message) : new(BusFailure.NoBlueZ, "reading the objects of bluetoothd")
        : Adapter is not { } adapter ? new(BusFailure.NoAdapter, options.Adapter is { } wanted ? $"no Bluetooth adapter {wanted}" : "no Bluetooth adapter")
        : !adapter.Powered ? new(BusFailure.AdapterOff, $"the Bluetooth adapter {adapter.Name} is off")
        : new(null, $"the Bluetooth adapter {adapter.Name} is on");

    /// <summary>Begins at once, in the background; what is missing is in <see cref="State"/>.</summary>
    public static BlueZ Start(TimeProvider clock, BlueZOptions options) => new(clock, options);

    /// <summary>
    /// Waits until Bluetooth can be used or it is plain that it cannot: for a command that a person waits for. A bluetoothd or an adapter
    /// that is not there is given the whole limit.
    /// </summary>
    public async Task<BlueZState> SettleAsync(TimeSpan limit, CancellationToken stop)
    {
        long start = clock.GetTimestamp();
        BlueZState state = State;
        while (state.Missing is not (null or BusFailure.NoLibrary or BusFailure.Denied or BusFailure.AdapterOff) && (bus is not null || noBus is null) && clock.GetElapsedTime(start) < limit)
        {
            await Task.Delay(SettlePeriod, clock, stop);
            state = State;
        }
        return state;
    }

    /// <summary>Device's characteristics once its services are resolved; empty before.</summary>
    public IReadOnlyList<BluetoothCharacteristic> Characteristics(string address) => tree.Characteristics(address);

    /// <summary>
    /// Asks BlueZ how its devices stand. Signals tell it, but for those that never come: bluetoothd 5.66 was seen to connect a device and not
    /// to say so, and what is connected does not advertise.
    /// </summary>
    /// <exception cref="BusException">It could not be asked.</exception>
    public Task RereadAsync(CancellationToken stop) => bus is { } on && owner is { Length: > 0 } whose
        ? on.CallAsync(new BusCall(Name, Root, Objects, "GetManagedObjects"), ShortLimit, stop, answer =>
        {
            if (loaded && string.Equals(owner, whose, StringComparison.Ordinal) && answer is [var objects, ..])
            {
                tree.Reread(objects, clock.GetTimestamp());
            }
        })
        : Task.CompletedTask;

    /// <summary>Ends the connection; BlueZ then ends what it did for us. Completes the events.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        ending.Dispose();
    }

    private async Task RunAsync()
    {
        TimeSpan wait = FirstWait;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await using SystemBus opened = await SystemBus.OpenAsync(clock, options.Address, ending.Token);
                wait = FirstWait;
                await FollowAsync(opened);
            }
            catch (BusException failed)
            {
                noBus = failed;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                break;
            }
            try
            {
                await Task.Delay(wait, clock, ending.Token);
                wait = Longer(wait);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        events.Complete();
    }

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < LongestWait ? wait * 2 : LongestWait;

    /// <summary>Lives with one connection until it ends.</summary>
    private async Task FollowAsync(SystemBus opened)
    {
        try
        {
            bus = opened;
            // these stay as long as the connection does
            _ = opened.Export(PairingAgent.Path, PairingAgent.Interface, OnAgentAsync);
            _ = opened.Watch($"type='signal',sender='{Daemon}',member='NameOwnerChanged',arg0='{Name}'", OnOwnerChanged);
            _ = opened.Watch($"type='signal',sender='{Name}',interface='{Objects}'", OnObjects);
            _ = opened.Watch($"type='signal',sender='{Name}',interface='{PropertiesInterface}',member='PropertiesChanged'", OnProperties);
            try
            {
                _ = await opened.CallAsync(
                    new BusCall(Daemon, "/org/freedesktop/DBus", Daemon, "GetNameOwner", BusValue.Of(Name)), ShortLimit, ending.Token,
                    answer => OwnerIs(answer is [{ Text: { } found }] ? found : ""));
            }
            catch (BusException none) when (none.Failure == BusFailure.NoBlueZ)
            {
                // NameOwnerChanged tells when it comes
            }
            noBus = await opened.Ended.WaitAsync(ending.Token);
        }
        finally
        {
            bus = null;
            await opened.DisposeAsync(); // nothing more comes from its thread: what follows is not overtaken
            OwnerIs("");
        }
    }

    /// <summary>Only bluetoothd has anything to ask.</summary>
    private Task<BusAnswer> OnAgentAsync(BusRequest request) => string.Equals(request.Sender, owner, StringComparison.Ordinal)
        ? agent.HandleAsync(request)
        : Task.FromResult(BusAnswer.Error("org.freedesktop.DBus.Error.AccessDenied", "the agent answers bluetoothd only"));

    private void OnOwnerChanged(BusSignal signal)
    {
        if (signal.Arguments is [{ Text: Name }, _, { Text: { } now }])
        {
            OwnerIs(now);
        }
    }

    private void OwnerIs(string now)
    {
        if (string.Equals(now, owner, StringComparison.Ordinal))
        {
            return;
        }
        if (owner.Length > 0)
        {
            loaded = false;
            tree.Clear(clock.GetTimestamp());
            Tell(BlueZEventKind.BlueZGone, bus is null ? $"the bus was lost: {noBus?.Message}" : "bluetoothd ended");
        }
        owner = now;
        if (now.Length > 0 && bus is { } on)
        {
            _ = LoadAsync(on, now);
        }
    }

    /// <summary>Reads all objects, and again after a while when that fails, as long as this bluetoothd runs.</summary>
    private async Task LoadAsync(SystemBus on, string whose)
    {
        TimeSpan wait = FirstWait;
        while (string.Equals(owner, whose, StringComparison.Ordinal) && !ending.IsCancellationRequested)
        {
            try
            {
                _ = await on.CallAsync(new BusCall(Name, Root, Objects, "GetManagedObjects"), ShortLimit, ending.Token, answer => Load(answer, whose));
                denied = null;
                await RegisterAgentAsync(on);
                return;
            }
            catch (BusException failed) when (failed.Failure == BusFailure.NoBus)
            {
                return;
            }
            catch (BusException failed)
            {
                denied = failed.Failure is BusFailure.Denied ? failed : null; // else bluetoothd is slow or just ended; the state says "reading" meanwhile
            }
            catch (OperationCanceledException)
            {
                return;
            }
            try
            {
                await Task.Delay(wait, clock, ending.Token);
                wait = Longer(wait);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Load(IReadOnlyList<BusValue> answer, string whose)
    {
        if (!string.Equals(owner, whose, StringComparison.Ordinal) || loaded)
        {
            return;
        }
        loaded = true;
        Tell(BlueZEventKind.BlueZAppeared, "");
        tree.Load(answer is [var objects, ..] ? objects : default, clock.GetTimestamp());
    }

    private static async Task RegisterAgentAsync(SystemBus on)
    {
        try
        {
            _ = await on.CallAsync(
                new BusCall(Name, AgentPlace, Agents, "RegisterAgent", BusValue.Path(PairingAgent.Path), BusValue.Of(PairingAgent.Capability)), ShortLimit, default);
        }
        catch (BusException there) when (there.Name is "org.bluez.Error.AlreadyExists")
        {
            // ours from before
        }
        _ = await on.CallAsync(new BusCall(Name, AgentPlace, Agents, "RequestDefaultAgent", BusValue.Path(PairingAgent.Path)), ShortLimit, default);
    }

    private void OnObjects(BusSignal signal)
    {
        if (!FromBlueZ(signal))
        {
            return;
        }
        switch (signal.Member, signal.Arguments)
        {
            case ("InterfacesAdded", [{ Text: { } path }, var interfaces]):
                tree.Added(path, interfaces, clock.GetTimestamp());
                break;
            case ("InterfacesRemoved", [{ Text: { } path }, var names]):
                tree.Removed(path, [.. names.Items.Select(name => name.Text ?? "")], clock.GetTimestamp());
                break;
            default:
                break;
        }
    }

    private void OnProperties(BusSignal signal)
    {
        if (FromBlueZ(signal) && signal.Arguments is [{ Text: { } @interface }, var changed, var invalidated])
        {
            tree.Changed(signal.Path, @interface, changed, [.. invalidated.Items.Select(name => name.Text ?? "")], clock.GetTimestamp());
        }
    }

    /// <summary>Of the bluetoothd whose objects were read. What came before is in them; from anybody else it is no news of BlueZ.</summary>
    private bool FromBlueZ(BusSignal signal) => loaded && string.Equals(signal.Sender, owner, StringComparison.Ordinal);

    private void Tell(BlueZEventKind kind, string text, string address = "") =>
        events.Write(new BlueZEvent(kind, clock.GetTimestamp()) { Text = text, Address = address });
}
