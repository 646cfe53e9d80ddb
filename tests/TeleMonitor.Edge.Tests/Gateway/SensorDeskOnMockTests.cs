using TeleMonitor.Edge.Tests.Sensors.Bluetooth;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Pairing and forgetting over the telephone, with bluetoothd's side played by dbusmock on a bus of its own.</summary>
public sealed class SensorDeskOnMockTests(MockBluezFixture shared) : IClassFixture<MockBluezFixture>, IAsyncLifetime
{
    private const string Cuff = "AA:BB:CC:00:00:01", Oximeter = "AA:BB:CC:00:00:02", Home = """{"gateway":"gw-home-0001","assignment":7,"bluetooth":true}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Read = ["read", "indicate"];

    private static readonly Dictionary<string, SensorFile> Models = new(Shipped.Config.Sensors)
    {
        ["ble-cuff"] = Shipped.Config.Sensors["ble-cuff"] with { Device = Shipped.Config.Sensors["ble-cuff"].Device! with { EncryptedCharacteristic = "2A49" } },
    };

    private readonly MockBluez mock = shared.Mock;

    public Task InitializeAsync() => mock.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_device_is_found_confirmed_paired_proved_and_written_down_and_a_running_gateway_notices()
    {
        using Desk desk = await DeskAsync();
        await CuffAsync();
        BondedDevices running = BondedDevices.Open(desk.Config.BondsPath(Desk.Name), out _); // the gateway's own view
        desk.Type("j", "ja");
        Assert.Equal(0, await desk.It.PairAsync(new PairingWish(), Patience, default));
        BondedDevice bond = Assert.Single(desk.Bonds.All);
        Assert.Equal((Cuff, "ble-cuff", 7, false), (bond.Address, bond.Model, bond.Assignment!.Value, bond.Emptied));
        Assert.InRange(bond.PairedAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equal(
            ["Søger i op til 60 sekunder. Tænd apparatet, og sæt det i parring, som dets vejledning siger.", $"1: Blodtryksmåler, model ble-cuff, navn \"UA-651BLE\", adresse {Cuff}",
                "Er det dette apparat? Skriv j for ja.", "Viser apparatet tallet 123456? Skriv j for ja.", "Parret: ble-cuff.0001. Forbindelsen er krypteret, det er prøvet."], desk.Danish.Take(5));
        running.Reread();
        Assert.NotNull(running.Find(Cuff));
        Assert.Equal(1, (await mock.CallsAsync(MockBluez.PathOf(Cuff), "Pair")).Count);
        Assert.Equal(0, await desk.It.ListAsync(default));
        Assert.StartsWith("Blodtryksmåler ble-cuff.0001: Er parret, men har ikke sendt nogen måling endnu.", desk.Danish[^1], StringComparison.Ordinal);
        Assert.Equal("Bluetooth er tændt.", desk.Danish[^2]);

        desk.Type("j");
        Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(Address: Cuff), Patience, default));
        Assert.Contains(desk.Danish, line => line.StartsWith("Parret allerede: ble-cuff.0001", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("n", null, nameof(PairingEnd.Failed), "Intet er parret.")] // not this device: never asked to pair
    [InlineData("j", "n", nameof(PairingEnd.Refused), "Parringen blev afvist")]
    public async Task A_no_pairs_nothing_and_leaves_nothing_behind(string first, string? second, string end, string said)
    {
        using Desk desk = await DeskAsync();
        await CuffAsync();
        desk.Type([first, .. second is null ? [] : new[] { second }]);
        Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(Address: Cuff), Patience, default));
        Assert.StartsWith(said, desk.Danish[^1], StringComparison.Ordinal);
        await NothingIsLeftAsync(desk, removed: end is nameof(PairingEnd.Refused));
    }

    [Fact]
    public async Task That_BlueZ_says_paired_is_no_proof_and_a_device_without_encryption_is_not_used()
    {
        using Desk desk = await DeskAsync();
        string path = await CuffAsync();
        await mock.RefuseAsync(path, MockBluez.Characteristic, "ReadValue", "a{sv}", "org.bluez.Error.NotPermitted", "Not paired");
        desk.Type("j", "j");
        Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(Address: Cuff), Patience, default));
        Assert.StartsWith("Apparatet sagde ja, men forbindelsen er ikke krypteret", desk.Danish[^1], StringComparison.Ordinal);
        await NothingIsLeftAsync(desk, removed: true);
    }

    [Fact]
    public async Task A_list_that_cannot_be_written_pairs_nothing()
    {
        using Desk desk = await DeskAsync();
        await CuffAsync();
        desk.Type("j", "j");
        Directory.CreateDirectory(Path.GetDirectoryName(desk.Config.BondsPath(Desk.Name))!);
        using (new FileStream(desk.Config.BondsPath(Desk.Name) + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(Address: Cuff), Patience, default));
        }
        Assert.StartsWith("Listen over apparater kunne ikke skrives", desk.Danish[^1], StringComparison.Ordinal);
        await NothingIsLeftAsync(desk, removed: true);
    }

    [Fact]
    public async Task Of_several_devices_the_person_says_which_and_a_shared_one_gets_its_users()
    {
        using Desk desk = await DeskAsync($$"""{{Home}},{"gateway":"gw-home-0001","assignment":8}""");
        await CuffAsync();
        await DeviceAsync(Oximeter, "Nonin3230", 0x1822);
        await mock.UpdateAsync(MockBluez.PathOf(Oximeter), MockBluez.Device, ("RSSI", BusValue.Of((short)-40)));
        Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(), Patience, default));
        Assert.StartsWith("Flere borgere bor her (7, 8).", desk.Danish[^1], StringComparison.Ordinal);
        desk.Type("2", "j");
        Assert.Equal(0, await desk.It.PairAsync(new PairingWish(Users: "1=7,2=8"), Patience, default));
        BondedDevice bond = Assert.Single(desk.Bonds.All);
        Assert.Equal((Cuff, null, "1=7 2=8"), (bond.Address, bond.Assignment, string.Join(' ', bond.Users!.Select(user => $"{user.Key}={user.Value}"))));
    }

    [Fact]
    public async Task A_model_whose_file_names_nothing_to_prove_with_is_paired_and_that_is_said()
    {
        using Desk desk = await DeskAsync();
        await DeviceAsync(Oximeter, "Nonin3230", 0x1822);
        await mock.PairAsksAsync(Oximeter, "RequestPasskey", null);
        desk.Type("j", "246810");
        Assert.Equal(0, await desk.It.PairAsync(new PairingWish(Model: "ble-oximeter", Address: Oximeter), Patience, default));
        Assert.Contains(desk.Danish, line => line.StartsWith("Parret: ble-oximeter.0002. Krypteringen er ikke prøvet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forgotten_device_is_out_of_the_list_and_out_of_bluetoothd()
    {
        using Desk desk = await DeskAsync();
        await CuffAsync();
        desk.Bonds.Put(new BondedDevice(Cuff, "ble-cuff", DateTimeOffset.UtcNow) { Assignment = 7 });
        Assert.Equal(0, await desk.It.ForgetAsync("ble-cuff.0001", default));
        Assert.StartsWith("Glemt: ble-cuff.0001.", desk.Danish[^1], StringComparison.Ordinal);
        await NothingIsLeftAsync(desk, removed: true);
    }

    [Theory]
    [InlineData("bluetoothd", "bluetoothd kører ikke")]
    [InlineData("adapter", "maskinen har ingen Bluetooth-radio")]
    [InlineData("denied", "dette program må ikke")]
    public async Task What_is_missing_beside_the_bus_is_said_too(string missing, string said)
    {
        await using MockBluez other = missing is "bluetoothd" ? await MockBluez.StartBusOnlyAsync() : await MockBluez.StartAsync();
        if (missing is "denied")
        {
            await other.RefuseAsync("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", "", "org.freedesktop.DBus.Error.AccessDenied", "Rejected send message");
        }
        using var desk = new Desk(Home, other.Address);
        Assert.Equal(ExitCode.BadInput, await desk.It.ListAsync(default));
        Assert.Contains(said, desk.Danish[1], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(), TimeSpan.FromSeconds(1), default));
        Assert.Equal(desk.Danish[1], desk.Danish[^1]);
    }

    private async Task<Desk> DeskAsync(string home = Home)
    {
        await mock.AddAdapterAsync();
        return new Desk(home, mock.Address, Models);
    }

    private async Task<string> CuffAsync()
    {
        await DeviceAsync(Cuff, "UA-651BLE", 0x1810);
        await mock.PairAsksAsync(Cuff, "RequestConfirmation", 123456);
        return await mock.AddCharacteristicAsync(Cuff, 0x1810, 0x2A49, Read, [1, 0]);
    }

    private async Task DeviceAsync(string address, string name, ushort service)
    {
        string path = await mock.AddDeviceAsync(address, name);
        await mock.UpdateAsync(path, MockBluez.Device, ("UUIDs", BusValue.Of([ShortUuid.Long(service)])));
    }

    private async Task NothingIsLeftAsync(Desk desk, bool removed)
    {
        Assert.Empty(desk.Bonds.All);
        Assert.Equal(removed ? 1 : 0, (await mock.CallsAsync("/org/bluez/hci0", "RemoveDevice")).Count);
    }
}
