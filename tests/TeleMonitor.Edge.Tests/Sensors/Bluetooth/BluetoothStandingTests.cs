using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>A gateway whose machine has no bus: what its Bluetooth driver says of that and of the file of bonds, on a simulated clock.</summary>
public sealed class BluetoothStandingTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("telemonitor-standing-");
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private readonly CancellationTokenSource stop = new(TimeSpan.FromSeconds(60)); // a test that hangs ends
    private readonly SimClock clock = new();
    private readonly List<SensorState> states = [];

    private string BondsFile => Path.Combine(folder.FullName, "sensors.json");

    public void Dispose()
    {
        stop.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_missing_is_told_once_after_a_patience_and_nothing_ends()
    {
        Task running = Start(BondedDevices.Open(BondsFile, out _));
        await PassAsync(seconds: 9);
        Assert.DoesNotContain(states, state => state.Sensor is BluetoothRules.RadioId);
        await PassAsync(seconds: 60, () => states.Exists(state => state.Sensor is BluetoothRules.RadioId));
        SensorState told = Assert.Single(states, state => state.Sensor is BluetoothRules.RadioId);
        Assert.Equal((SensorHealth.Away, "no-bus"), (told.Health, told.Word));
        Assert.False(running.IsCompleted);
        await EndAsync(running);
    }

    [Fact]
    public async Task Bonds_that_cannot_be_read_are_told_until_they_can_be_and_the_devices_of_before_go_on()
    {
        BondedDevices bonds = BondedDevices.Open(BondsFile, out _);
        bonds.Put(new BondedDevice("AA:BB:CC:00:00:01", "ble-cuff", clock.GetUtcNow()) { Assignment = 7 });
        string good = await File.ReadAllTextAsync(BondsFile, stop.Token);
        Task running = Start(bonds);
        await PassAsync(seconds: 1, () => Told(1));
        await File.WriteAllTextAsync(BondsFile, "[{", stop.Token);
        await PassAsync(seconds: 1, () => Told(2));
        Assert.NotNull(bonds.Find("AA:BB:CC:00:00:01"));
        await File.WriteAllTextAsync(BondsFile, good, stop.Token);
        await PassAsync(seconds: 1, () => Told(3));
        Assert.Equal([SensorHealth.Well, SensorHealth.Failing, SensorHealth.Well], states.Where(state => state.Sensor is "bluetooth.bonds").Select(state => state.Health));
        await EndAsync(running);
    }

    [Fact]
    public async Task A_device_of_a_model_without_a_file_is_told_once_and_over_when_it_is_forgotten_though_it_was_never_heard()
    {
        BondedDevices bonds = BondedDevices.Open(BondsFile, out _);
        bonds.Put(new BondedDevice("AA:BB:CC:00:00:01", "acme-9000", clock.GetUtcNow()) { Assignment = 7 });
        bonds.Put(new BondedDevice("AA:BB:CC:00:00:02", "ble-cuff", clock.GetUtcNow()) { Assignment = 7 });
        Task running = Start(bonds);
        await PassAsync(seconds: 3, () => states.Exists(state => state.Sensor is "acme-9000.0001"));
        SensorState told = Assert.Single(states, state => state.Sensor.StartsWith("acme", StringComparison.Ordinal) || state.Sensor.StartsWith("ble", StringComparison.Ordinal));
        Assert.Equal((SensorHealth.Failing, "no-model", "sensor/acme-9000.0001"), (told.Health, told.Word, told.Code));
        Assert.Contains("model acme-9000, and firmware-config/sensors/acme-9000.json is not there", told.Why, StringComparison.Ordinal);
        bonds.Remove("AA:BB:CC:00:00:01");
        bonds.Remove("AA:BB:CC:00:00:02"); // an earlier run may have said something of it
        await PassAsync(seconds: 1, () => states.Exists(state => state is { Sensor: "ble-cuff.0002", Health: SensorHealth.Well }));
        Assert.Contains(states, state => state is { Sensor: "acme-9000.0001", Health: SensorHealth.Well });
        await EndAsync(running);
    }

    [Fact]
    public async Task A_device_that_is_paired_anew_as_another_model_ends_what_was_said_of_the_first()
    {
        BondedDevices bonds = BondedDevices.Open(BondsFile, out _);
        var bond = new BondedDevice("AA:BB:CC:00:00:01", "acme-9000", clock.GetUtcNow()) { Assignment = 7 };
        bonds.Put(bond);
        Task running = Start(bonds);
        await PassAsync(seconds: 1, () => states.Exists(state => state.Sensor is "acme-9000.0001"));
        bonds.Put(bond with { Model = "ble-cuff" });
        await PassAsync(seconds: 1, () => states.Exists(state => state is { Sensor: "acme-9000.0001", Health: SensorHealth.Well }));
        bonds.Put(bond);
        await PassAsync(seconds: 1, () => states.Count(state => state is { Sensor: "acme-9000.0001", Word: "no-model" }) == 2);
        await EndAsync(running);
    }

    private bool Told(int times) => states.Count(state => state.Sensor is "bluetooth.bonds") == times;

    private Task Start(BondedDevices bonds) => new BluetoothSensors(new BluetoothSetup
    {
        Start = () => BlueZ.Start(clock, new BlueZOptions($"unix:path={folder.FullName}/nobody")), Bonds = bonds,
        Heard = new HeardDevices(Path.Combine(folder.FullName, "sensors-heard.json"), clock), Models = Shipped.Config.Sensors, Clock = clock,
    }).DeliverAsync(inbox.Writer, stop.Token);

    /// <summary>So much time passes, and more until something holds.</summary>
    private async Task PassAsync(int seconds, Func<bool>? until = null)
    {
        for (int quarter = 0; quarter < seconds * 4 || until?.Invoke() is false; quarter++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(10, stop.Token); // the driver and the bus's thread take their turn
            while (inbox.Reader.TryRead(out SensorMessage message))
            {
                states.Add(message.State!);
            }
        }
    }

    private async Task EndAsync(Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
    }
}
