using System.Diagnostics;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>
/// A private message bus with python3-dbusmock's bluez5 on it: another D-Bus implementation on both sides of the wire than the one under
/// test. The template knows adapters, devices and agents; characteristics and what a device answers are added here. Ended by process id.
/// </summary>
internal sealed class MockBluez : IAsyncDisposable
{
    public const string Adapter = "org.bluez.Adapter1", Device = "org.bluez.Device1", Characteristic = "org.bluez.GattCharacteristic1";

    private const string Name = "org.bluez", Python = "/usr/bin/python3", Daemon = "/usr/bin/dbus-daemon", Service = "org.bluez.GattService1",
        Mock = "org.freedesktop.DBus.Mock", Bluez = "org.bluez.Mock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("tm-bluez-").FullName;
    private readonly Dictionary<string, int> nextHandle = new(StringComparer.Ordinal);
    private readonly List<string> added = [];
    private Process? daemon;
    private Process? bluez;
    private SystemBus? control;

    /// <summary>For <see cref="BlueZOptions.Address"/> or DBUS_SYSTEM_BUS_ADDRESS.</summary>
    public string Address => $"unix:path={folder}/bus";

    /// <summary>Bus and mocked bluetoothd, without an adapter.</summary>
    public static async Task<MockBluez> StartAsync()
    {
        MockBluez mock = new();
        await mock.StartBusAsync();
        await mock.StartBluezAsync();
        return mock;
    }

    /// <summary>A bus without bluetoothd.</summary>
    public static async Task<MockBluez> StartBusOnlyAsync()
    {
        MockBluez mock = new();
        await mock.StartBusAsync();
        return mock;
    }

    /// <summary>Where a device's object is.</summary>
    public static string PathOf(string address, string adapter = "hci0") => $"/org/bluez/{adapter}/dev_{address.Replace(':', '_')}";

    /// <summary>Starts the mocked bluetoothd; it knows nothing of what was added before.</summary>
    public async Task StartBluezAsync()
    {
        ProcessStartInfo start = new(Python, ["-m", "dbusmock", "--system", "--template", "bluez5", "--logfile", Path.Combine(folder, "log")])
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        nextHandle.Clear();
        added.Clear();
        start.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = Address;
        bluez = Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start");
        await UntilAsync(
            async () =>
            {
                if (bluez.HasExited)
                {
                    throw new InvalidOperationException(
                        $"dbusmock ended; these tests need it: apt-get install python3-dbusmock (tests/TeleMonitor.Rig/setup.sh test). {await bluez.StandardError.ReadToEndAsync()}");
                }
                return await HasOwnerAsync();
            },
            "dbusmock is on the bus");
    }

    /// <summary>kill -9 of the mocked bluetoothd.</summary>
    public async Task KillBluezAsync()
    {
        if (bluez is { } ending)
        {
            bluez = null;
            ending.Kill();
            await ending.WaitForExitAsync().WaitAsync(Patience);
            ending.Dispose();
        }
    }

    public async Task RestartBluezAsync()
    {
        await KillBluezAsync();
        await StartBluezAsync();
    }

    /// <summary>Forgets all that was added and asked, without telling: for the next test, before its client connects.</summary>
    public Task ResetAsync()
    {
        nextHandle.Clear();
        added.Clear();
        return CallAsync("/", Mock, "Reset");
    }

    /// <summary>The bus itself dies, and with it every connection.</summary>
    public async Task KillBusAsync()
    {
        await KillBluezAsync();
        if (control is not null)
        {
            await control.DisposeAsync();
            control = null;
        }
        if (daemon is { } ending)
        {
            daemon = null;
            ending.Kill();
            await ending.WaitForExitAsync().WaitAsync(Patience);
            ending.Dispose();
            File.Delete(Path.Combine(folder, "bus"));
        }
    }

    public Task AddAdapterAsync(string adapter = "hci0") => CallAsync("/", Bluez, "AddAdapter", BusValue.Of(adapter), BusValue.Of("home"));

    /// <summary>Unplugs it, devices and all.</summary>
    public async Task RemoveAdapterAsync(string adapter = "hci0")
    {
        foreach (string path in added.Where(path => path.StartsWith($"/org/bluez/{adapter}/", StringComparison.Ordinal)))
        {
            await CallAsync("/", Mock, "RemoveObject", BusValue.Path(path)); // the template would leave what it has not made itself
        }
        added.RemoveAll(path => path.StartsWith($"/org/bluez/{adapter}/", StringComparison.Ordinal));
        nextHandle.Clear();
        await CallAsync("/", Bluez, "RemoveAdapterWithDevices", BusValue.Of(adapter));
    }

    /// <summary>A device that advertises. Connect and Disconnect do what they say, services included; Pair asks nobody, see <see cref="PairAsksAsync"/>.</summary>
    public async Task<string> AddDeviceAsync(string address, string name, string adapter = "hci0")
    {
        await CallAsync("/", Bluez, "AddDevice", BusValue.Of(adapter), BusValue.Of(address), BusValue.Of(name));
        string path = PathOf(address, adapter);
        await AnswerAsync(path, Device, "Connect", "", "", Link(up: true));
        await AnswerAsync(path, Device, "Disconnect", "", "", Link(up: false));
        return path;
    }

    /// <summary>A characteristic that answers reads with the value, takes writes and lets itself be notified of; returns its path.</summary>
    public async Task<string> AddCharacteristicAsync(string address, ushort service, ushort uuid, string[] flags, byte[] value, string adapter = "hci0")
    {
        string device = PathOf(address, adapter), servicePath = $"{device}/service{service:x4}";
        if (nextHandle.TryAdd(servicePath, 0))
        {
            await AddObjectAsync(servicePath, Service, BusValue.Options(
                ("UUID", BusValue.Of(ShortUuid.Long(service))), ("Device", BusValue.Path(device)), ("Primary", BusValue.Of(true))));
        }
        string path = $"{servicePath}/char{nextHandle[servicePath]++:x4}";
        await AddObjectAsync(
            path, Characteristic,
            BusValue.Options(
                ("UUID", BusValue.Of(ShortUuid.Long(uuid))), ("Service", BusValue.Path(servicePath)), ("Flags", BusValue.Of(flags)),
                ("Value", BusValue.Of(value)), ("Notifying", BusValue.Of(false))),
            ("ReadValue", "a{sv}", "ay", "ret = self.props['org.bluez.GattCharacteristic1']['Value']"),
            ("WriteValue", "aya{sv}", "", "self.props['org.bluez.GattCharacteristic1']['Value'] = args[0]"),
            ("StartNotify", "", "", "self.UpdateProperties('org.bluez.GattCharacteristic1', {'Notifying': dbus.Boolean(True)})"),
            ("StopNotify", "", "", "self.UpdateProperties('org.bluez.GattCharacteristic1', {'Notifying': dbus.Boolean(False)})"));
        return path;
    }

    /// <summary>The device sends these bytes, as notification or indication: BlueZ shows both alike.</summary>
    public Task NotifyAsync(string characteristic, params byte[] value) => UpdateAsync(characteristic, Characteristic, ("Value", BusValue.Of(value)));

    /// <summary>Properties change, and BlueZ tells.</summary>
    public Task UpdateAsync(string path, string @interface, params (string Name, BusValue Value)[] properties) =>
        CallAsync(path, Mock, "UpdateProperties", BusValue.Of(@interface), BusValue.Options(properties));

    /// <summary>What a method does from now on, in Python; see dbusmock's AddMethod.</summary>
    public Task AnswerAsync(string path, string @interface, string member, string takes, string gives, string python) => CallAsync(
        path, Mock, "AddMethod", BusValue.Of(@interface), BusValue.Of(member), BusValue.Of(takes), BusValue.Of(gives), BusValue.Of(python));

    /// <summary>A method answers with an error from now on.</summary>
    public Task RefuseAsync(string path, string @interface, string member, string takes, string error, string text) =>
        AnswerAsync(path, @interface, member, takes, "", $"raise dbus.exceptions.DBusException('{text}', name='{error}')");

    /// <summary>Pairing the device asks the agent first, and succeeds only when that agrees, as bluetoothd does.</summary>
    /// <param name="address">The device.</param>
    /// <param name="member">Of org.bluez.Agent1.</param>
    /// <param name="number">For questions with a number.</param>
    /// <param name="about">The device the question is about; null: the one being paired.</param>
    public Task PairAsksAsync(string address, string member, uint? number, string? about = null) => AnswerAsync(PathOf(address), Device, "Pair", "", "", $$"""
        bus = self.bus_name.get_bus()
        agent = objects['/org/bluez'].default_agent
        args = [dbus.ObjectPath('{{PathOf(about ?? address)}}')] + ({{(number is null ? "[]" : $"[dbus.UInt32({number})]")}})
        refused = 'no agent'
        for name in bus.list_names():
            if not name.startswith(':') or name == bus.get_unique_name():
                continue
            try:
                self.answered = bus.call_blocking(name, agent, 'org.bluez.Agent1', '{{member}}', 'o' + 'u' * (len(args) - 1), args, timeout=60)
                refused = None
                break
            except dbus.exceptions.DBusException as e:
                if e.get_dbus_name() == 'org.freedesktop.DBus.Error.UnknownObject':
                    continue
                refused = e.get_dbus_name()
                break
        if refused:
            raise dbus.exceptions.DBusException(refused, name='org.bluez.Error.AuthenticationRejected')
        if '{{member}}' == 'RequestPasskey' and self.answered != 246810:
            raise dbus.exceptions.DBusException('wrong number', name='org.bluez.Error.AuthenticationFailed')
        self.UpdateProperties('org.bluez.Device1', {'Paired': dbus.Boolean(True)})
        """);

    /// <summary>How often a method of an object was called, over all its life, with the arguments of the last call.</summary>
    public async Task<(int Count, IReadOnlyList<BusValue> Last)> CallsAsync(string path, string member)
    {
        IReadOnlyList<BusValue> calls = (await CallAsync(path, Mock, "GetMethodCalls", BusValue.Of(member)))[0].Items;
        return (calls.Count, calls.Count == 0 ? [] : calls[^1].Items[1].Items);
    }

    /// <summary>Any call of the mock.</summary>
    public async Task<IReadOnlyList<BusValue>> CallAsync(string path, string @interface, string member, params BusValue[] arguments) =>
        await control!.CallAsync(new BusCall(Name, path, @interface, member, arguments), Patience, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await KillBusAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Starts the bus, on the same address as before.</summary>
    public async Task StartBusAsync()
    {
        if (!File.Exists(Daemon) || !File.Exists(Python))
        {
            throw new FileNotFoundException($"{Daemon} or {Python} is missing; these tests need them: apt-get install dbus python3-dbusmock");
        }
        string configuration = Path.Combine(folder, "bus.conf");
        await File.WriteAllTextAsync(configuration, $"""
            <busconfig><type>custom</type><listen>{Address}</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="false"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
            """);
        daemon = Process.Start(new ProcessStartInfo(Daemon, ["--nofork", "--nopidfile", "--nosyslog", $"--config-file={configuration}"])
        {
            UseShellExecute = false, RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{Daemon} did not start");
        await UntilAsync(OpenControlAsync, "the bus listens");
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"not in {Patience}: {what}");
            }
            await Task.Delay(10);
        }
    }

    private async Task<bool> OpenControlAsync()
    {
        try
        {
            control = await SystemBus.OpenAsync(TimeProvider.System, Address, CancellationToken.None);
            return true;
        }
        catch (BusException early) when (early.Failure == BusFailure.NoBus)
        {
            return false;
        }
    }

    private static string Link(bool up) =>
        $$"""self.UpdateProperties('org.bluez.Device1', {'Connected': dbus.Boolean({{up}}), 'ServicesResolved': dbus.Boolean({{up}})})""";

    private async Task AddObjectAsync(
        string path, string @interface, BusValue properties, params (string Name, string Takes, string Gives, string Python)[] methods)
    {
        BusValue[] described = [.. methods.Select(method => BusValue.Struct(
            BusValue.Of(method.Name), BusValue.Of(method.Takes), BusValue.Of(method.Gives), BusValue.Of(method.Python)))];
        await CallAsync("/", Mock, "AddObject", BusValue.Path(path), BusValue.Of(@interface), properties, BusValue.Array("(ssss)", described));
        added.Add(path);
        BusValue[] told = [BusValue.Path(path), BusValue.Interfaces(@interface, properties)];
        await CallAsync(
            "/", Mock, "EmitSignal", BusValue.Of("org.freedesktop.DBus.ObjectManager"), BusValue.Of("InterfacesAdded"), BusValue.Of("oa{sa{sv}}"),
            BusValue.Array("v", [.. told.Select(argument => argument.AsVariant())]));
    }

    private async Task<bool> HasOwnerAsync()
    {
        IReadOnlyList<BusValue> answer = await control!.CallAsync(
            new BusCall("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner", BusValue.Of(Name)), Patience, CancellationToken.None);
        return answer[0].Flag == true;
    }
}
