using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>At the end of a loan its devices are forgotten, keys and all, and nobody else's.</summary>
public sealed class BondWipeTests : IAsyncLifetime, IDisposable
{
    private const string Cuff = "AA:BB:CC:00:00:01", Scale = "AA:BB:CC:00:00:02", Shared = "AA:BB:CC:00:00:03";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("telemonitor-wipe-");
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private readonly CancellationTokenSource stop = new(Patience);
    private readonly BondedDevices bonds;
    private MockBluez mock = null!;

    public BondWipeTests()
    {
        bonds = BondedDevices.Open(Path.Combine(folder.FullName, "sensors.json"), out _);
        bonds.Put(new BondedDevice(Cuff, "ble-cuff", DateTimeOffset.UtcNow) { Assignment = 7 });
        bonds.Put(new BondedDevice(Scale, "ble-scale", DateTimeOffset.UtcNow) { Users = new Dictionary<int, int> { [1] = 7, [2] = 8 } });
        bonds.Put(new BondedDevice(Shared, "ble-thermometer", DateTimeOffset.UtcNow));
    }

    public async Task InitializeAsync() => mock = await MockBluez.StartAsync();

    public async Task DisposeAsync() => await mock.DisposeAsync();

    public void Dispose()
    {
        stop.Dispose();
        folder.Delete(recursive: true);
    }

    private BondWipe Wipe(bool goOn, params int[] ended) =>
        new(() => BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address)), bonds, new HeardDevices(Path.Combine(folder.FullName, "heard.json"), TimeProvider.System), ended, goOn, TimeProvider.System);

    private async Task AddDevicesAsync()
    {
        await mock.AddAdapterAsync();
        foreach (string address in (string[])[Cuff, Scale, Shared])
        {
            await mock.AddDeviceAsync(address, "device");
        }
    }

    private async Task<bool> KnownAsync(string address)
    {
        await using BlueZ blue = BlueZ.Start(TimeProvider.System, new BlueZOptions(mock.Address));
        await blue.SettleAsync(TimeSpan.FromSeconds(10), stop.Token);
        return blue.Devices.Any(device => device.Address == address);
    }

    [Fact]
    public async Task Of_two_citizens_only_the_devices_of_the_one_who_ends_are_forgotten()
    {
        await AddDevicesAsync();
        Assert.False(BondWipe.IsDone(bonds, [7], goOn: true));
        await Wipe(goOn: true, 7).DeliverAsync(inbox.Writer, stop.Token);
        Assert.True(BondWipe.IsDone(bonds, [7], goOn: true));
        Assert.Equal([Scale, Shared], bonds.All.Select(bond => bond.Address));
        Assert.Equal((2, 8), Assert.Single(bonds.Find(Scale)!.Users!.Select(user => (user.Key, user.Value))));
        Assert.False(await KnownAsync(Cuff));
        Assert.True(await KnownAsync(Scale));
        Assert.False(inbox.Reader.TryRead(out _));
    }

    [Fact]
    public async Task With_the_last_citizen_every_device_is_forgotten()
    {
        await AddDevicesAsync();
        await Wipe(goOn: false, 7, 8).DeliverAsync(inbox.Writer, stop.Token);
        Assert.Empty(bonds.All);
        Assert.True(BondWipe.IsDone(bonds, [7, 8], goOn: false));
        Assert.False(await KnownAsync(Shared));
    }

    [Fact]
    public async Task While_bluetoothd_does_not_answer_the_keys_are_not_said_to_be_gone()
    {
        await mock.KillBluezAsync();
        Task wiping = Wipe(goOn: false, 7, 8).DeliverAsync(inbox.Writer, stop.Token);
        SensorMessage told = await inbox.Reader.ReadAsync(stop.Token);
        Assert.Equal((BondWipe.Id, SensorHealth.Failing, "not-forgotten"), (told.State!.Sensor, told.State.Health, told.State.Word));
        Assert.Equal(3, bonds.All.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wiping);
    }
}
