using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>A bluetoothd that was killed leaves its links standing, and the next one tells of them half or nothing.</summary>
public sealed class StuckLinkTests : IAsyncLifetime
{
    private const string Address = "AA:BB:CC:00:00:01";

    private readonly SimClock clock = new();
    private MockBluez mock = null!;

    public async Task InitializeAsync() => mock = await MockBluez.StartAsync();

    public async Task DisposeAsync() => await mock.DisposeAsync();

    [Fact]
    public async Task A_device_whose_first_subscription_fails_is_set_up_again()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await mock.AddAdapterAsync();
        await mock.AddDeviceAsync(Address, "cuff");
        string path = MockBluez.PathOf(Address);
        string cuff = await mock.AddCharacteristicAsync(Address, 0x1810, 0x2A35, ["indicate"], []);
        await mock.UpdateAsync(path, MockBluez.Device, ("Connected", BusValue.Of(true)), ("ServicesResolved", BusValue.Of(true)));
        await mock.RefuseAsync(cuff, MockBluez.Characteristic, "StartNotify", "", "org.bluez.Error.Failed", "not now");
        await using BlueZ blue = BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address));
        await blue.SettleAsync(TimeSpan.FromSeconds(10), bound.Token);
        var session = new DeviceSession(Address, Shipped.Config.Sensors["ble-cuff"], BondedDevices.Open("absent.json", out _), clock, () => null);

        for (int times = 1; times <= 3; times++)
        {
            SensorState? told = await LookAsync();
            Assert.Equal(times, (await mock.CallsAsync(cuff, "StartNotify")).Count);
            Assert.Null(told);
            clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal("link", (await LookAsync())!.Word); // three times in a row is a person's errand

        async Task<SensorState?> LookAsync()
        {
            SensorState? state = session.Look(blue.Devices.Single(device => device.Address == Address), () => true, blue, bound.Token);
            try
            {
                await (session.Work ?? Task.CompletedTask).WaitAsync(bound.Token);
            }
            catch (BusException)
            {
                // taken in with the next look
            }
            return state;
        }
    }

    [Fact]
    public async Task A_link_whose_services_are_never_told_is_ended_so_that_it_comes_back_whole()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await mock.AddAdapterAsync();
        await mock.AddDeviceAsync(Address, "cuff");
        string path = MockBluez.PathOf(Address);
        await mock.UpdateAsync(path, MockBluez.Device, ("Connected", BusValue.Of(true)), ("ServicesResolved", BusValue.Of(false)));
        await using BlueZ blue = BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address));
        await blue.SettleAsync(TimeSpan.FromSeconds(10), bound.Token);
        var session = new DeviceSession(Address, Shipped.Config.Sensors["ble-cuff"], BondedDevices.Open("absent.json", out _), clock, () => null);

        Look();
        clock.Advance(TimeSpan.FromSeconds(20));
        Look();
        Assert.Null(session.Work); // it may still be finding them
        clock.Advance(TimeSpan.FromSeconds(1));
        Look();
        await session.Work!.WaitAsync(bound.Token);
        Assert.Equal(1, (await mock.CallsAsync(path, "Disconnect")).Count);

        void Look() => session.Look(blue.Devices.Single(device => device.Address == Address), () => true, blue, bound.Token);
    }

    [Fact]
    public async Task A_device_of_which_only_its_services_are_told_is_connected_and_is_set_up()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await mock.AddAdapterAsync();
        await mock.AddDeviceAsync(Address, "cuff");
        string path = MockBluez.PathOf(Address);
        string cuff = await mock.AddCharacteristicAsync(Address, 0x1810, 0x2A35, ["indicate"], []);
        await using BlueZ blue = BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address));
        await blue.SettleAsync(TimeSpan.FromSeconds(10), bound.Token);
        await mock.UpdateAsync(path, MockBluez.Device, ("Connected", BusValue.Of(false)), ("ServicesResolved", BusValue.Of(true)));
        await UntilAsync(blue, BlueZEventKind.ServicesResolved, bound.Token);
        var session = new DeviceSession(Address, Shipped.Config.Sensors["ble-cuff"], BondedDevices.Open("absent.json", out _), clock, () => null);

        session.Look(blue.Devices.Single(), () => throw new InvalidOperationException("it is connected"), blue, bound.Token);
        await session.Work!.WaitAsync(bound.Token);

        Assert.Equal(1, (await mock.CallsAsync(cuff, "StartNotify")).Count);
        await mock.UpdateAsync(path, MockBluez.Device, ("ServicesResolved", BusValue.Of(false)));
        await UntilAsync(blue, BlueZEventKind.DeviceDisconnected, bound.Token);
    }

    [Fact]
    public async Task A_device_that_connected_and_was_never_told_of_is_found_when_BlueZ_is_asked_once_more()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await mock.AddAdapterAsync();
        await mock.AddDeviceAsync(Address, "cuff");
        string path = MockBluez.PathOf(Address);
        await mock.AnswerAsync(path, MockBluez.Device, "ConnectUntold", "", "", "self.props['org.bluez.Device1'].update({'Connected': True, 'ServicesResolved': True})");
        await using BlueZ blue = BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address));
        await blue.SettleAsync(TimeSpan.FromSeconds(10), bound.Token);
        await mock.CallAsync(path, MockBluez.Device, "ConnectUntold");
        Assert.False(blue.Devices.Single().Connected);

        await blue.RereadAsync(bound.Token);

        Assert.True(blue.Devices.Single() is { Connected: true, ServicesResolved: true });
        await UntilAsync(blue, BlueZEventKind.DeviceConnected, bound.Token);
        await UntilAsync(blue, BlueZEventKind.ServicesResolved, bound.Token);
    }

    private static async Task UntilAsync(BlueZ blue, BlueZEventKind kind, CancellationToken stop)
    {
        while ((await blue.Events.ReadAsync(stop)).Kind != kind)
        {
        }
    }
}
