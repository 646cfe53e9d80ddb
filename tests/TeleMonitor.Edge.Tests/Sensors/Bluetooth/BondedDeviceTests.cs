using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

public sealed class BondedDeviceTests
{
    private static readonly DateTimeOffset Paired = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    private static readonly BondedDevice Cuff = new("AA:BB:CC:00:00:01", "ble-cuff", Paired) { Assignment = 7 };

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(6, 60)]
    [InlineData(60, 60)]
    public void Attempts_to_connect_come_less_and_less_often_but_never_less_than_once_a_minute(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BluetoothRules.WaitAfter(failures));

    [Fact]
    public void A_device_of_one_citizen_gives_that_citizens_values_whatever_user_number_it_shows()
    {
        Assert.Equal(7, BluetoothRules.WhoseIs(Cuff, null));
        Assert.Equal(7, BluetoothRules.WhoseIs(Cuff, 2));
    }

    [Fact]
    public void A_shared_device_gives_a_value_to_the_user_it_names_and_to_nobody_when_it_names_none_that_is_known()
    {
        BondedDevice shared = Cuff with { Assignment = null, Users = new Dictionary<int, int> { [1] = 7, [2] = 8 } };
        Assert.Equal(7, BluetoothRules.WhoseIs(shared, 1));
        Assert.Equal(8, BluetoothRules.WhoseIs(shared, 2));
        Assert.Equal(BluetoothRules.Nobody, BluetoothRules.WhoseIs(shared, 3));
        Assert.Equal(BluetoothRules.Nobody, BluetoothRules.WhoseIs(shared, null));
    }

    [Theory]
    [InlineData("2020-01-01T10:00:00", "2020-01-01T10:04:59", nameof(Acceptance.Taken))] // 4:59 old, paired 5 min ago; the years do not matter
    [InlineData("2020-01-01T10:00:00", "2020-01-01T10:05:01", nameof(Acceptance.BeforePairing))]
    [InlineData(null, "2020-01-01T10:05:01", nameof(Acceptance.PerhapsBeforePairing))]
    [InlineData("2020-01-01T10:00:00", null, nameof(Acceptance.PerhapsBeforePairing))]
    [InlineData("2020-01-01T10:06:00", "2020-01-01T10:05:00", nameof(Acceptance.PerhapsBeforePairing))] // in the device's own future: proves nothing
    public void What_a_newly_paired_device_hands_over_counts_only_where_its_own_clock_proves_it_newer(string? at, string? deviceNow, string expected) =>
        Assert.Equal(Enum.Parse<Acceptance>(expected), BluetoothRules.Accept(Cuff, isLive: false, at, deviceNow, Paired.AddMinutes(5)));

    [Fact]
    public void Once_it_has_been_emptied_a_value_without_a_time_counts_but_one_proved_older_never_does()
    {
        BondedDevice emptied = Cuff with { Emptied = true };
        Assert.Equal(Acceptance.Taken, BluetoothRules.Accept(emptied, isLive: false, null, null, Paired.AddMinutes(5)));
        Assert.Equal(Acceptance.BeforePairing, BluetoothRules.Accept(emptied, isLive: false, "2020-01-01T10:00:00", "2020-01-01T11:00:00", Paired.AddMinutes(5)));
        Assert.Equal(Acceptance.Taken, BluetoothRules.Accept(Cuff, isLive: true, null, null, Paired));
    }

    [Fact]
    public void Bonds_survive_a_restart_and_a_bad_file_is_named_with_everything_wrong_in_it()
    {
        string folder = Directory.CreateTempSubdirectory("telemonitor-bonds-").FullName;
        string file = Path.Combine(folder, "gw", "sensors.json");
        try
        {
            BondedDevices bonds = BondedDevices.Open(file, out IReadOnlyList<string> problems);
            Assert.Empty(problems);
            bonds.Put(Cuff);
            bonds.Put(Cuff with { Address = "AA:BB:CC:00:00:02", Assignment = null, Users = new Dictionary<int, int> { [1] = 7 } });
            bonds.Put(Cuff with { Emptied = true });
            bonds.Remove("AA:BB:CC:00:00:03");
            BondedDevices again = BondedDevices.Open(file, out problems);
            Assert.Empty(problems);
            Assert.Equal(bonds.All.Select(device => (device.Address, device.Assignment, device.Emptied, device.Users?.Count)), again.All.Select(device => (device.Address, device.Assignment, device.Emptied, device.Users?.Count)));
            again.Remove(Cuff.Address);
            Assert.Null(BondedDevices.Open(file, out _).Find(Cuff.Address));

            File.WriteAllText(file, """[{"address":"x","model":"m","paired_at":"2026-11-22T08:00:00Z","assignment":0},{"address":"AA:BB:CC:00:00:01","model":"m","paired_at":"2026-11-22T08:00:00Z","users":{"300":1}}]""");
            BondedDevices.Open(file, out problems);
            Assert.Equal(3, problems.Count);
            Assert.All(problems, problem => Assert.StartsWith(file, problem));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
