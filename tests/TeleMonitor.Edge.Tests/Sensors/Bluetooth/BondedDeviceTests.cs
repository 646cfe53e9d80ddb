using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Readings;

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
    [InlineData("2020-01-01T10:05:01", "2020-01-01T10:05:00", nameof(Acceptance.Taken))] // a clock of whole seconds that was read at 59.9
    [InlineData("2020-01-01T10:06:01", "2020-01-01T10:05:00", nameof(Acceptance.PerhapsBeforePairing))] // in the device's own future: proves nothing
    public void What_a_newly_paired_device_hands_over_counts_only_where_its_own_clock_proves_it_newer(string? at, string? deviceNow, string expected) =>
        Assert.Equal(Enum.Parse<Acceptance>(expected), BluetoothRules.Accept(Cuff, isLive: false, at, deviceNow, Paired.AddMinutes(5)));

    [Theory]
    [InlineData("2026-11-22T09:00:00", null, "")]
    [InlineData("2026-11-22T07:00:00", null, "")] // two hours aside: summer time that nobody switched, and drift
    [InlineData("2026-11-22T06:59:59", null, GradeReason.SensorTime)] // an old value, or a clock that is wrong: nobody knows
    [InlineData("2026-11-22T11:00:01", null, GradeReason.SensorTime)]
    [InlineData("2099-01-01T00:00:00", null, GradeReason.SensorTime)]
    [InlineData("2020-01-01T00:00:00", null, GradeReason.SensorTime)]
    [InlineData("2019-12-31T23:59:59", null, GradeReason.SensorClock)] // never set
    [InlineData("2000-01-01T00:00:10", null, GradeReason.SensorClock)]
    [InlineData("1970-01-01T00:00:10", null, GradeReason.SensorClock)]
    [InlineData("1970-01-01T00:00:10", "1970-01-01T00:00:20", "")] // it shows its clock, so the age is known
    [InlineData("no time", null, "")]
    [InlineData(null, null, "")]
    public void Where_a_device_does_not_show_its_clock_a_time_that_is_not_now_is_said_to_be_unknown(string? at, string? deviceNow, string expected)
    {
        Assert.Equal(expected, BluetoothRules.DoubtOfTime(at, deviceNow, new DateTime(2026, 11, 22, 9, 0, 0, DateTimeKind.Unspecified)) ?? "");
        string unset = expected is GradeReason.SensorTime ? "" : expected;
        Assert.Equal(unset, BluetoothRules.DoubtOfTime(at, deviceNow, null) ?? ""); // a gateway that does not know the time accuses no clock of being off
    }

    [Fact]
    public void Times_at_the_ends_of_the_calendar_prove_nothing_and_end_nothing() =>
        Assert.Equal(Acceptance.PerhapsBeforePairing, BluetoothRules.Accept(Cuff, isLive: false, "1582-10-15T00:00:00", "9999-12-31T23:59:59", Paired.AddMinutes(5)));

    [Theory]
    [InlineData(false, nameof(Acceptance.PerhapsBeforePairing))]
    [InlineData(true, nameof(Acceptance.Taken))]
    public void A_wall_clock_that_shows_a_time_before_the_pairing_proves_nothing(bool emptied, string expected) =>
        Assert.Equal(Enum.Parse<Acceptance>(expected),
            BluetoothRules.Accept(Cuff with { Emptied = emptied }, isLive: false, "2020-01-01T10:00:00", "2020-01-01T10:04:00", DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("AA:BB:CC:00:00:01", true)]
    [InlineData("aa:bb:cc:00:00:01", true)]
    [InlineData("ble-cuff.0001", true)]
    [InlineData("ble-cuff.0002", false)]
    [InlineData("ble-cuff", false)]
    public void A_person_may_call_it_by_address_or_short_name(string called, bool meant) => Assert.Equal(meant, Cuff.IsCalled(called));

    [Theory]
    [InlineData(nameof(BusFailure.NoLibrary), "no-library", SensorHealth.Away)]
    [InlineData(nameof(BusFailure.NoBus), "no-bus", SensorHealth.Away)]
    [InlineData(nameof(BusFailure.Denied), "denied", SensorHealth.Failing)]
    [InlineData(nameof(BusFailure.NoBlueZ), "no-bluetoothd", SensorHealth.Away)]
    [InlineData(nameof(BusFailure.NoAdapter), "no-adapter", SensorHealth.Away)]
    [InlineData(nameof(BusFailure.AdapterOff), "adapter-off", SensorHealth.Away)]
    [InlineData(null, "", SensorHealth.Well)]
    public void What_is_missing_has_a_word_of_its_own(string? missing, string word, SensorHealth health)
    {
        SensorState state = BluetoothRules.Radio(new BlueZState(missing is null ? null : Enum.Parse<BusFailure>(missing), "why"));
        Assert.Equal((BluetoothRules.RadioId, health, word), (state.Sensor, state.Health, state.Word));
    }

    [Fact]
    public void Once_it_has_been_emptied_a_value_without_a_time_counts_but_one_proved_older_never_does()
    {
        BondedDevice emptied = Cuff with { Emptied = true };
        Assert.Equal(Acceptance.Taken, BluetoothRules.Accept(emptied, isLive: false, null, null, Paired.AddMinutes(5)));
        Assert.Equal(Acceptance.BeforePairing, BluetoothRules.Accept(emptied, isLive: false, "2020-01-01T10:00:00", "2020-01-01T11:00:00", Paired.AddMinutes(5)));
        Assert.Equal(Acceptance.Taken, BluetoothRules.Accept(Cuff, isLive: true, null, null, Paired));
    }

    [Fact]
    public void Two_programs_that_write_the_bonds_lose_none_and_the_one_that_comes_second_is_told()
    {
        string folder = Directory.CreateTempSubdirectory("telemonitor-bonds-").FullName;
        try
        {
            string file = Path.Combine(folder, "sensors.json");
            BondedDevices gateway = BondedDevices.Open(file, out _), support = BondedDevices.Open(file, out _);
            gateway.Put(Cuff);
            support.Put(Cuff with { Address = "AA:BB:CC:00:00:02" });
            gateway.Put(Cuff with { Emptied = true });
            Assert.Equal([true, false], BondedDevices.Open(file, out _).All.Select(bond => bond.Emptied));
            using (new FileStream(file + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                Assert.Throws<IOException>(() => support.Remove(Cuff.Address));
            }
            Assert.Equal(2, BondedDevices.Open(file, out _).All.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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

            string byHand = "[null, {";
            File.WriteAllText(file, byHand);
            again.Reread();
            Assert.NotEmpty(again.Problems);
            Assert.Throws<IOException>(() => again.Put(Cuff)); // what somebody wrote is not written over
            Assert.Equal(byHand, File.ReadAllText(file));
            File.WriteAllText(file, "[null]");
            Assert.Contains("null stands among the devices", Assert.Single(BondedDevices.Open(file, out _).Problems), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
