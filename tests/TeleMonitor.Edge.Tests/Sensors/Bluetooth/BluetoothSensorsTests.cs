using System.Collections.Concurrent;
using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Bluetooth.Frames;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>The driver over a mocked bluetoothd: every value once, in order, on the right citizen or on nobody.</summary>
public sealed class BluetoothSensorsTests : IAsyncLifetime
{
    private const string Cuff = "AA:BB:CC:00:00:01", Oximeter = "AA:BB:CC:00:00:02";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Indicate = ["indicate"], Notify = ["notify"], Clock = ["read", "write"];

    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-driver-").FullName;
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private readonly CancellationTokenSource stop = new();
    private readonly List<SensorState> states = [];
    private readonly ConcurrentQueue<bool> lamp = new();
    private MockBluez mock = null!;
    private string HeardFile => Path.Combine(folder, "sensors-heard.json");
    private BondedDevices bonds = null!;
    private BluetoothSensors sensors = null!;
    private Task running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        mock = await MockBluez.StartAsync();
        bonds = BondedDevices.Open(Path.Combine(folder, "sensors.json"), out _);
        sensors = new BluetoothSensors(new BluetoothSetup
        {
            Start = () => BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address)), Bonds = bonds, Heard = new HeardDevices(HeardFile, TimeProvider.System),
            Models = Shipped.Config.Sensors, Clock = TimeProvider.System, BatteryLow = lamp.Enqueue,
        });
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).WaitAsync(Patience, CancellationToken.None);
        await mock.DisposeAsync();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_a_cuff_had_stored_comes_once_in_order_each_with_its_own_time()
    {
        Bond(Cuff, "ble-cuff", assignment: 7, pairedAt: DateTimeOffset.UtcNow.AddDays(-30));
        string pressure = await CuffAsync(deviceNow: new DateTime(2020, 1, 20, 12, 0, 0, DateTimeKind.Unspecified));
        await StartAsync();
        await SubscribedAsync(pressure);
        for (int minute = 0; minute < 50; minute++)
        {
            await mock.NotifyAsync(pressure, Pressure(100 + minute, new DateTime(2020, 1, 20, 10, minute, 0, DateTimeKind.Unspecified)));
        }
        for (int minute = 0; minute < 50; minute++)
        {
            SensorMessage message = await NextAsync();
            Assert.Equal((7, 100.0 + minute, $"2020-01-20T10:{minute:D2}:00"), (message.Assignment!.Value, message.Burst!.Values[0].Value!.Value, message.Burst.Values[0].SensorAt));
            Assert.StartsWith("2020-01-20T12:0", message.Burst.Values[0].SensorNow);
        }
        await NothingMoreAsync();
    }

    [Fact]
    public async Task A_clock_that_stands_at_the_end_of_the_calendar_ends_nothing()
    {
        bonds.Put(new BondedDevice(Cuff, "ble-cuff", DateTimeOffset.UtcNow.AddDays(-30)) { Assignment = 7, Emptied = true });
        string pressure = await CuffAsync(deviceNow: new DateTime(9999, 12, 31, 23, 59, 59, DateTimeKind.Unspecified));
        await StartAsync();
        await SubscribedAsync(pressure);
        await Task.Delay(1100, stop.Token); // its clock would go on past the last second there is
        await mock.NotifyAsync(pressure, Pressure(127, new DateTime(1582, 10, 15, 0, 0, 0, DateTimeKind.Unspecified)));
        await mock.NotifyAsync(pressure, Pressure(128, null));
        Assert.Equal((127.0, "1582-10-15T00:00:00", null), (await NextAsync()).Burst!.Values[0] is var first ? (first.Value!.Value, first.SensorAt, first.SensorNow) : default);
        Assert.Equal(128.0, (await NextAsync()).Burst!.Values[0].Value);
    }

    [Fact]
    public async Task What_was_stored_before_the_pairing_reaches_nobody_and_what_came_after_it_does()
    {
        Bond(Cuff, "ble-cuff", assignment: 7, pairedAt: DateTimeOffset.UtcNow.AddMinutes(-5));
        string pressure = await CuffAsync(deviceNow: new DateTime(2020, 1, 20, 12, 0, 0, DateTimeKind.Unspecified));
        await StartAsync();
        await SubscribedAsync(pressure);
        await mock.NotifyAsync(pressure, Pressure(181, new DateTime(2020, 1, 20, 11, 54, 0, DateTimeKind.Unspecified))); // the one who had it before
        await mock.NotifyAsync(pressure, Pressure(182, null)); // nothing proves whose
        await mock.NotifyAsync(pressure, Pressure(127, new DateTime(2020, 1, 20, 11, 56, 0, DateTimeKind.Unspecified)));
        Assert.Equal(127.0, (await NextAsync()).Burst!.Values[0].Value);
        Assert.Equal(2, sensors.Discarded);

        bonds.Put(bonds.Find(Cuff)! with { PairedAt = DateTimeOffset.UtcNow.AddSeconds(-1), Assignment = 8 }); // lent to the next
        await mock.NotifyAsync(pressure, Pressure(128, new DateTime(2020, 1, 20, 11, 57, 0, DateTimeKind.Unspecified)));
        await mock.NotifyAsync(pressure, Pressure(129, new DateTime(2020, 1, 20, 12, 0, 1, DateTimeKind.Unspecified).AddSeconds(0)));
        await NothingMoreAsync(but: message => message.Assignment == 8);
        Assert.True(sensors.Discarded >= 3);
    }

    [Fact]
    public async Task A_cuff_of_two_citizens_gives_each_their_own_and_nobody_what_it_gives_no_name()
    {
        bonds.Put(new BondedDevice(Cuff, "ble-cuff", DateTimeOffset.UtcNow.AddDays(-1)) { Users = new Dictionary<int, int> { [1] = 7, [2] = 8 }, Emptied = true });
        string pressure = await CuffAsync(deviceNow: null);
        await StartAsync();
        await SubscribedAsync(pressure);
        foreach (int user in new[] { 1, 2, 3, 255, 1 })
        {
            await mock.NotifyAsync(pressure, Pressure(120, null, (byte)user));
        }
        var whose = new List<int>();
        for (int i = 0; i < 5; i++)
        {
            whose.Add((await NextAsync()).Assignment!.Value);
        }
        Assert.Equal([7, 8, 0, 0, 7], whose);
    }

    [Fact]
    public async Task A_live_oximeter_goes_on_after_bluetoothd_has_died_and_after_its_adapter_was_pulled_out()
    {
        Bond(Oximeter, "ble-oximeter", assignment: 7, pairedAt: DateTimeOffset.UtcNow);
        string live = await OximeterAsync(Oximeter);
        await StartAsync();
        await SubscribedAsync(live);
        await mock.NotifyAsync(live, Live(97, 72));
        Assert.Equal(97.0, (await NextAsync()).Burst!.Values[0].Value);

        await mock.RestartBluezAsync();
        await mock.AddAdapterAsync();
        live = await AgainAsync();
        await SubscribedAsync(live);
        await mock.NotifyAsync(live, Live(96, 73));
        Assert.Equal(96.0, (await NextAsync()).Burst!.Values[0].Value);

        await mock.RemoveAdapterAsync();
        await mock.AddAdapterAsync();
        live = await AgainAsync();
        await SubscribedAsync(live);
        await mock.NotifyAsync(live, Live(95, 74));
        Assert.Equal(95.0, (await NextAsync()).Burst!.Values[0].Value);
        Assert.Contains(states, state => state is { Sensor: "bluetooth", Health: SensorHealth.Away, Word: "no-bluetoothd" });
        Assert.Contains(states, state => state is { Sensor: "bluetooth", Health: SensorHealth.Away, Word: "no-adapter" });
        Assert.Equal(SensorHealth.Well, states.Last(state => state.Sensor is "bluetooth").Health);
    }

    [Fact]
    public async Task A_frame_that_cannot_be_read_is_told_once_and_an_empty_battery_is_told_until_it_is_changed()
    {
        Bond(Oximeter, "ble-oximeter", assignment: 7, pairedAt: DateTimeOffset.UtcNow);
        string live = await OximeterAsync(Oximeter);
        string battery = await mock.AddCharacteristicAsync(Oximeter, 0x180F, 0x2A19, ["read", "notify"], [80]);
        await StartAsync();
        await SubscribedAsync(live);
        await SubscribedAsync(battery);
        await mock.NotifyAsync(live, 0x00, 0x61);
        await mock.NotifyAsync(live, 0x00, 0x61);
        await mock.NotifyAsync(live, Live(97, 72));
        await NextAsync();
        await mock.NotifyAsync(battery, 12);
        await mock.NotifyAsync(battery, 11);
        await mock.NotifyAsync(battery, 90);
        await mock.NotifyAsync(live, Live(98, 72));
        await NextAsync();
        Assert.Equal(2, sensors.Unread);
        Assert.Equal(["frame", "", "battery", ""], states.Where(state => state.Sensor is "ble-oximeter.0002").Select(state => state.Word));
        Assert.Equal([true, false], lamp);
        HeardDevice heard = HeardDevices.Read(HeardFile)[Oximeter];
        Assert.Equal((90, ""), (heard.BatteryPercent!.Value, heard.Trouble));
        Assert.InRange(heard.At!.Value, DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow);
        bonds.Remove(Oximeter); // forgotten: what was said of it is over, and nobody asks when it was heard
        await mock.NotifyAsync(battery, 5);
        while (HeardDevices.Read(HeardFile).ContainsKey(Oximeter))
        {
            await Task.Delay(20, stop.Token);
        }
    }

    [Fact]
    public async Task Ten_devices_at_once_each_give_their_own()
    {
        await mock.AddAdapterAsync();
        var paths = new List<string>();
        for (int number = 0; number < 10; number++)
        {
            string address = $"AA:BB:CC:00:01:{number:X2}";
            Bond(address, "ble-oximeter", assignment: 100 + number, pairedAt: DateTimeOffset.UtcNow);
            paths.Add(await OximeterAsync(address, adapter: false));
        }
        running = sensors.DeliverAsync(inbox.Writer, stop.Token);
        foreach (string path in paths)
        {
            await SubscribedAsync(path);
        }
        for (int round = 0; round < 3; round++)
        {
            for (int number = 0; number < 10; number++)
            {
                await mock.NotifyAsync(paths[number], Live(90 + number, 60 + round));
            }
        }
        var heard = new List<(int Whose, double Spo2, double Pulse)>();
        for (int i = 0; i < 30; i++)
        {
            SensorMessage message = await NextAsync();
            heard.Add((message.Assignment!.Value, message.Burst!.Values[0].Value!.Value, message.Burst.Values[1].Value!.Value));
        }
        Assert.Equal(from round in Enumerable.Range(0, 3) from number in Enumerable.Range(0, 10) select (100 + number, 90.0 + number, 60.0 + round), heard);
    }

    private void Bond(string address, string model, int assignment, DateTimeOffset pairedAt) => bonds.Put(new BondedDevice(address, model, pairedAt) { Assignment = assignment });

    private async Task StartAsync()
    {
        running = sensors.DeliverAsync(inbox.Writer, stop.Token);
        await Task.CompletedTask;
    }

    private async Task<string> CuffAsync(DateTime? deviceNow)
    {
        await mock.AddAdapterAsync();
        await mock.AddDeviceAsync(Cuff, "cuff");
        if (deviceNow is { } now)
        {
            await mock.AddCharacteristicAsync(Cuff, 0x1805, 0x2A2B, Clock, DeviceTime.Of(now).ToCurrentTime());
        }
        return await mock.AddCharacteristicAsync(Cuff, 0x1810, GattReadings.BloodPressure, Indicate, []);
    }

    private async Task<string> OximeterAsync(string address, bool adapter = true)
    {
        if (adapter)
        {
            await mock.AddAdapterAsync();
        }
        await mock.AddDeviceAsync(address, "oximeter");
        return await mock.AddCharacteristicAsync(address, 0x1822, GattReadings.ContinuousOximeter, Notify, []);
    }

    /// <summary>The device is heard again; the driver may be connected before the mock has got its characteristics, so the link is cut once.</summary>
    private async Task<string> AgainAsync()
    {
        string live = await OximeterAsync(Oximeter, adapter: false);
        await mock.CallAsync(MockBluez.PathOf(Oximeter), MockBluez.Device, "Disconnect");
        return live;
    }

    private async Task SubscribedAsync(string path)
    {
        using var limit = new CancellationTokenSource(Patience);
        while ((await mock.CallsAsync(path, "StartNotify")).Count == 0)
        {
            try
            {
                await Task.Delay(20, limit.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"nobody subscribed to {path}; states: {string.Join(' ', states)}; driver: {sensors.Standing}", late);
            }
        }
    }

    private async Task<SensorMessage> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            SensorMessage message = await inbox.Reader.ReadAsync(limit.Token);
            if (message.State is not { } state)
            {
                return message;
            }
            states.Add(state);
        }
    }

    private async Task NothingMoreAsync(Func<SensorMessage, bool>? but = null)
    {
        await Task.Delay(300, stop.Token); // what was sent before has long come
        while (inbox.Reader.TryRead(out SensorMessage message))
        {
            Assert.True(message.State is not null || but?.Invoke(message) is true, $"{message.Burst?.Values[0]} came too");
        }
    }

    private static byte[] Live(int spo2, int pulse) => [0, (byte)spo2, 0, (byte)pulse, 0];

    private static byte[] Pressure(int systolic, DateTime? at, byte? user = null) =>
        [(byte)((at is null ? 0 : 2) | (user is null ? 0 : 8)), (byte)systolic, 0, 80, 0, 0xFF, 0x07, .. at is { } time ? DeviceTime.Of(time).ToDateTime() : [], .. user is { } number ? new[] { number } : []];
}
