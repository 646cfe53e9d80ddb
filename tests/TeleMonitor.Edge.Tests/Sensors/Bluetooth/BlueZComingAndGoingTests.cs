using System.Diagnostics;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>bluetoothd, the adapter and the bus itself come and go; dbusmock plays them on a bus of its own.</summary>
public sealed class BlueZComingAndGoingTests : IAsyncLifetime
{
    private const string Oximeter = "00:11:22:33:44:55";

    private MockBluez? mock;
    private WatchedBlueZ? blue;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (blue is not null)
        {
            await blue.DisposeAsync();
        }
        if (mock is not null)
        {
            await mock.DisposeAsync();
        }
    }

    [Fact]
    public async Task When_bluetoothd_dies_all_is_gone_and_when_it_returns_all_is_read_and_asked_for_anew()
    {
        await StartAsync();
        await ConnectedAsync();
        await mock!.AnswerAsync(MockBluez.PathOf(Oximeter), MockBluez.Device, "Pair", "", "", "os.kill(os.getpid(), 9)"); // it dies with the call in hand
        Task pairing = blue!.It.PairAsync(Oximeter, (_, _) => Task.FromResult(new PairingAnswer(true)), WatchedBlueZ.Patience, default);
        Assert.Equal(BusFailure.NoBlueZ, (await Assert.ThrowsAsync<BusException>(() => pairing)).Failure);

        await blue.NextAsync(BlueZEventKind.BlueZGone);
        Assert.Equal(
            [BlueZEventKind.DeviceDisconnected, BlueZEventKind.AdapterGone, BlueZEventKind.BlueZGone], blue.Seen.TakeLast(3).Select(happened => happened.Kind));
        Assert.Equal((BusFailure.NoBlueZ, 0), (blue.It.State.Missing, blue.It.Devices.Count));
        BusException error = await Assert.ThrowsAsync<BusException>(() => blue.It.ConnectAsync(Oximeter, WatchedBlueZ.Patience, default));
        Assert.Equal(BusFailure.NoBlueZ, error.Failure);

        await mock.RestartBluezAsync();
        await blue.NextAsync(BlueZEventKind.BlueZAppeared);
        await mock.AddAdapterAsync();
        await blue.NextAsync(BlueZEventKind.AdapterOn);
        string path = await ConnectedAsync();
        await mock.NotifyAsync(path, 7);
        Assert.Equal(7, (await blue.NextAsync(BlueZEventKind.Value)).Value.Span[0]);
        await WatchedBlueZ.UntilAsync(() => mock.CallsAsync("/org/bluez", "RequestDefaultAgent").GetAwaiter().GetResult().Count == 1);
    }

    [Fact]
    public async Task An_adapter_that_is_unplugged_takes_its_devices_along_and_works_again_when_it_is_back()
    {
        await StartAsync();
        await ConnectedAsync();
        await mock!.RemoveAdapterAsync();
        Assert.Equal("hci0", (await blue!.NextAsync(BlueZEventKind.AdapterGone)).Text);
        Assert.Contains(blue.Seen, happened => happened is { Kind: BlueZEventKind.DeviceDisconnected, Address: Oximeter });
        Assert.Equal((BusFailure.NoAdapter, 0, 0), (blue.It.State.Missing, blue.It.Devices.Count, blue.It.Adapters.Count));
        Assert.Equal(BusFailure.NoAdapter, (await Assert.ThrowsAsync<BusException>(() => blue.It.StartDiscoveryAsync([], default))).Failure);

        await mock.AddAdapterAsync();
        await blue.NextAsync(BlueZEventKind.AdapterOn);
        await mock.NotifyAsync(await ConnectedAsync(), 8);
        Assert.Equal(8, (await blue.NextAsync(BlueZEventKind.Value)).Value.Span[0]);
    }

    [Fact]
    public async Task An_adapter_that_is_off_is_said_and_switched_on()
    {
        await StartAsync();
        await mock!.UpdateAsync("/org/bluez/hci0", MockBluez.Adapter, ("Powered", BusValue.Of(false)));
        await blue!.NextAsync(BlueZEventKind.AdapterOff);
        Assert.Equal(new BlueZState(BusFailure.AdapterOff, "the Bluetooth adapter hci0 is off"), blue.It.State);
        await mock.RefuseAsync("/org/bluez/hci0", MockBluez.Adapter, "StartDiscovery", "", "org.bluez.Error.NotReady", "Resource Not Ready");
        Assert.Equal(BusFailure.AdapterOff, (await Assert.ThrowsAsync<BusException>(() => blue.It.StartDiscoveryAsync([], default))).Failure);
        await blue.It.PowerOnAsync(default);
        await blue.NextAsync(BlueZEventKind.AdapterOn);
        Assert.Null(blue.It.State.Missing);
    }

    [Fact]
    public async Task Of_two_adapters_only_the_wanted_one_is_looked_at()
    {
        mock = await MockBluez.StartAsync();
        await mock.AddAdapterAsync("hci0");
        await mock.AddDeviceAsync("00:11:22:33:44:00", "at hci0", "hci0");
        blue = new WatchedBlueZ(mock.Address, "hci1");
        await WatchedBlueZ.UntilAsync(() => blue.It.State.Missing == BusFailure.NoAdapter);
        Assert.Equal(BusFailure.NoAdapter, (await blue.It.SettleAsync(TimeSpan.FromMilliseconds(60), default)).Missing);
        Assert.Equal("no Bluetooth adapter hci1", blue.It.State.Text);
        await mock.AddAdapterAsync("hci1");
        Assert.Equal("hci1", (await blue.NextAsync(BlueZEventKind.AdapterAppeared)).Text);
        await mock.AddDeviceAsync("00:11:22:33:44:01", "at hci1", "hci1");
        Assert.Equal("at hci1", (await blue.NextAsync(BlueZEventKind.DeviceSeen)).Device!.Name);
        Assert.Equal((1, 2), (blue.It.Devices.Count, blue.It.Adapters.Count));
    }

    [Fact]
    public async Task Without_a_bus_it_waits_says_so_and_begins_when_there_is_one()
    {
        mock = await MockBluez.StartBusOnlyAsync();
        await mock.KillBusAsync();
        blue = new WatchedBlueZ(mock.Address);
        BlueZState state = await blue.It.SettleAsync(WatchedBlueZ.Patience, default);
        Assert.Equal(BusFailure.NoBus, state.Missing);
        Assert.Contains("package dbus", state.Text, StringComparison.Ordinal);
        Assert.Equal(BusFailure.NoBus, (await Assert.ThrowsAsync<BusException>(() => blue.It.StartDiscoveryAsync([], default))).Failure);

        await mock.StartBusAsync();
        await WatchedBlueZ.UntilAsync(() => blue.It.State.Missing == BusFailure.NoBlueZ);
        Assert.Contains("package bluez", blue.It.State.Text, StringComparison.Ordinal);
        await mock.StartBluezAsync();
        await blue.NextAsync(BlueZEventKind.BlueZAppeared);
        await mock.KillBusAsync();
        await blue.NextAsync(BlueZEventKind.BlueZGone);
        await mock.StartBusAsync();
        await mock.StartBluezAsync();
        await blue.NextAsync(BlueZEventKind.BlueZAppeared);
    }

    /// <summary>A signal sent to one address needs no match, so the bus hands it over though it comes from nobody we asked.</summary>
    [Fact]
    public async Task A_signal_that_somebody_else_sends_in_the_name_of_bluetoothd_is_no_news()
    {
        await StartAsync();
        const string Forger = """
            import dbus, dbus.bus, dbus.lowlevel, sys
            bus = dbus.bus.BusConnection(sys.argv[1])
            for name in bus.list_names():
                if name.startswith(':'):
                    forged = dbus.lowlevel.SignalMessage('/org/bluez/hci0', 'org.freedesktop.DBus.Properties', 'PropertiesChanged')
                    forged.set_destination(name)
                    forged.append('org.bluez.Adapter1', {'Powered': dbus.Boolean(False, variant_level=1)}, dbus.Array([], 's'), signature='sa{sv}as')
                    bus.send_message(forged)
            bus.flush()
            """;
        using (Process forger = Process.Start("/usr/bin/python3", ["-c", Forger, mock!.Address]))
        {
            await forger.WaitForExitAsync().WaitAsync(WatchedBlueZ.Patience);
            Assert.Equal(0, forger.ExitCode);
        }
        await mock.AddDeviceAsync(Oximeter, "Nonin3230");
        await blue!.NextAsync(BlueZEventKind.DeviceSeen);
        Assert.DoesNotContain(blue.Seen, happened => happened.Kind == BlueZEventKind.AdapterOff);
        Assert.True(blue.It.Adapter!.Powered);
    }

    [Fact]
    public async Task Whoever_takes_the_name_of_bluetoothd_is_another_bluetoothd()
    {
        await StartAsync();
        await ConnectedAsync();
        await using SystemBus other = await SystemBus.OpenAsync(TimeProvider.System, mock!.Address, default);
        const uint ReplaceExisting = 2; // D-Bus specification, RequestName; dbusmock lets itself be replaced
        IReadOnlyList<BusValue> taken = await other.CallAsync(
            new BusCall("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName", BusValue.Of("org.bluez"), BusValue.Of(ReplaceExisting)),
            WatchedBlueZ.Patience, default);
        Assert.Equal(1, taken[0].Number);
        await blue!.NextAsync(BlueZEventKind.BlueZGone);
        Assert.Equal((BusFailure.NoBlueZ, 0), (blue.It.State.Missing, blue.It.Devices.Count));
    }

    private async Task StartAsync()
    {
        mock = await MockBluez.StartAsync();
        await mock.AddAdapterAsync();
        blue = new WatchedBlueZ(mock.Address);
        await blue.NextAsync(BlueZEventKind.AdapterOn);
    }

    private async Task<string> ConnectedAsync()
    {
        await mock!.AddDeviceAsync(Oximeter, "Nonin3230");
        string path = await mock.AddCharacteristicAsync(Oximeter, 0x1822, 0x2A5F, ["notify"], []);
        await blue!.NextAsync(BlueZEventKind.DeviceSeen);
        await blue.It.ConnectAsync(Oximeter, WatchedBlueZ.Patience, default);
        await blue.NextAsync(BlueZEventKind.ServicesResolved);
        await blue.It.StartNotifyAsync(Oximeter, 0x2A5F, default);
        return path;
    }
}
