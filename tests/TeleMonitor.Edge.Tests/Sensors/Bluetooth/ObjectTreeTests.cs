using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

public sealed class ObjectTreeTests
{
    private const string Radio = "/org/bluez/hci0", Address = "00:11:22:33:44:55", Device = Radio + "/dev_00_11_22_33_44_55",
        Service = Device + "/service0010", Characteristic = Service + "/char0011";

    private readonly List<BlueZEvent> told = [];
    private readonly ObjectTree tree;

    public ObjectTreeTests() => tree = new ObjectTree(null, told.Add);

    private IEnumerable<BlueZEventKind> Kinds => told.Select(happened => happened.Kind);

    [Fact]
    public void What_is_connected_when_it_is_first_read_is_told_as_if_it_had_just_happened()
    {
        Load();
        Assert.Equal(
            [BlueZEventKind.AdapterAppeared, BlueZEventKind.AdapterOn, BlueZEventKind.DeviceConnected, BlueZEventKind.ServicesResolved], Kinds);
        BluetoothCharacteristic found = Assert.Single(tree.Characteristics(Address));
        Assert.Equal((Address, (ushort)0x1822, (ushort)0x2A5F), (found.Address, found.Service, found.Uuid));
    }

    [Fact]
    public void An_adapter_that_goes_takes_all_with_it_though_BlueZ_names_only_the_adapter()
    {
        Load();
        told.Clear();
        tree.Removed(Radio, [ObjectTree.AdapterInterface], 1);
        Assert.Equal([BlueZEventKind.DeviceDisconnected, BlueZEventKind.AdapterGone], Kinds);
        Assert.Equal((0, 0), (tree.Devices.Count, tree.Characteristics(Address).Count));
        tree.Changed(Device, ObjectTree.DeviceInterface, BusValue.Options(("Connected", BusValue.Of(true))), [], 2);
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void The_first_adapter_by_name_is_used_also_when_it_comes_last()
    {
        foreach (string path in (string[])["/org/bluez/hci1", Radio])
        {
            tree.Added(path, BusValue.Interfaces(ObjectTree.AdapterInterface, BusValue.Options(("Powered", BusValue.Of(true)))), 1);
        }
        Assert.Equal(Radio, tree.CurrentAdapter?.Path);
        Assert.Equal(
            [BlueZEventKind.AdapterAppeared, BlueZEventKind.AdapterOn, BlueZEventKind.AdapterGone, BlueZEventKind.AdapterAppeared, BlueZEventKind.AdapterOn], Kinds);
    }

    [Fact]
    public void The_next_adapter_takes_over_with_its_devices()
    {
        Load();
        tree.Added("/org/bluez/hci1", BusValue.Interfaces(ObjectTree.AdapterInterface, BusValue.Options(("Powered", BusValue.Of(true)))), 1);
        tree.Added("/org/bluez/hci1/dev_1", BusValue.Interfaces(ObjectTree.DeviceInterface, BusValue.Options(("Connected", BusValue.Of(true)))), 2);
        told.Clear();
        tree.Removed(Radio, [ObjectTree.AdapterInterface], 3);
        Assert.Equal(
            [BlueZEventKind.DeviceDisconnected, BlueZEventKind.AdapterGone, BlueZEventKind.AdapterAppeared, BlueZEventKind.AdapterOn, BlueZEventKind.DeviceConnected], Kinds);
        Assert.Equal("hci1", tree.CurrentAdapter?.Name);
    }

    [Fact]
    public void A_device_that_is_out_of_sight_is_not_seen_until_it_advertises()
    {
        Load();
        told.Clear();
        tree.Changed(Device, ObjectTree.DeviceInterface, BusValue.Options(("RSSI", BusValue.Of((short)-60))), [], 1);
        tree.Changed(Device, ObjectTree.DeviceInterface, BusValue.Options(), ["RSSI"], 2);
        Assert.Equal([BlueZEventKind.DeviceSeen], Kinds);
        Assert.Null(tree.Devices[0].Rssi);
    }

    [Fact]
    public void Advertised_data_is_read_by_the_number_of_its_service()
    {
        Load();
        told.Clear();
        BusValue data = BusValue.Options((ShortUuid.Long(0x181D), BusValue.Of([0x22, 0x58])), ("0000feed-aaaa-1000-8000-00805f9b34fb", BusValue.Of([1])));
        tree.Changed(Device, ObjectTree.DeviceInterface, BusValue.Options(("ServiceData", data)), [], 1);
        (ushort service, byte[] bytes) = Assert.Single(Assert.Single(told).Device!.Data);
        Assert.Equal((0x181D, "2258"), (service, Convert.ToHexString(bytes)));
    }

    [Fact]
    public void A_value_is_handed_on_and_not_kept()
    {
        Load();
        Assert.True(tree.Notify(Characteristic, wanted: true));
        Assert.False(tree.Notify(Characteristic, wanted: true));
        told.Clear();
        tree.Changed(Characteristic, ObjectTree.CharacteristicInterface, BusValue.Options(("Value", BusValue.Of([1, 2]))), [], 77);
        BlueZEvent value = Assert.Single(told);
        Assert.Equal((77L, (ushort)0x2A5F, "0102"), (value.Arrived, value.Characteristic, Convert.ToHexString(value.Value.Span)));
        tree.Removed(Characteristic, [ObjectTree.CharacteristicInterface], 78);
        Assert.True(tree.Notify(Characteristic, wanted: true)); // with the characteristic went the wish
    }

    /// <summary>
    /// Twenty thousand messages in any order, with contents of any type at the places where others are expected: nothing is thrown, and what
    /// connected has disconnected in the end, as often and never twice in a row.
    /// </summary>
    [Fact]
    public void Whatever_bluetoothd_says_nothing_breaks_and_links_come_and_go_in_turn()
    {
        Random random = new(20261122);
        string[] paths = [Radio, "/org/bluez/hci1", Device, Radio + "/dev_2", "/org/bluez/hci1/dev_3", Service, Characteristic, "/", "", "x"];
        string[] interfaces = [ObjectTree.AdapterInterface, ObjectTree.DeviceInterface, ObjectTree.ServiceInterface, ObjectTree.CharacteristicInterface, "a.b"];
        for (int round = 0; round < 20_000; round++)
        {
            string path = Any(random, paths), @interface = Any(random, interfaces);
            switch (random.Next(400))
            {
                case < 160: tree.Changed(path, @interface, AnyProperties(random), ["RSSI", Any(random, paths)], round); break;
                case < 320: tree.Added(path, random.Next(9) == 0 ? AnyValue(random) : BusValue.Interfaces(@interface, AnyProperties(random)), round); break;
                case < 335: tree.Removed(path, [@interface], round); break;
                case < 385: tree.Notify(path, random.Next(4) > 0); break;
                case < 399: _ = tree.Characteristics(Address); _ = tree.Devices; _ = tree.Adapters; break;
                default: tree.Clear(round); break;
            }
        }
        tree.Clear(20_000);
        Assert.Contains(BlueZEventKind.Value, Kinds);
        foreach (IGrouping<string, BlueZEvent> link in told
            .Where(happened => happened.Kind is BlueZEventKind.DeviceConnected or BlueZEventKind.DeviceDisconnected && happened.Address.Length > 0).GroupBy(happened => happened.Address))
        {
            Assert.Equal(
                Enumerable.Range(0, link.Count()).Select(index => index % 2 == 0 ? BlueZEventKind.DeviceConnected : BlueZEventKind.DeviceDisconnected), link.Select(one => one.Kind));
            Assert.Equal(0, link.Count() % 2);
        }
    }

    private static string Any(Random random, string[] of) => of[random.Next(of.Length)];

    /// <summary>The address stays that of the path: BlueZ never changes it.</summary>
    private static BusValue AnyProperties(Random random)
    {
        string[] names = ["Powered", "Connected", "ServicesResolved", "Paired", "RSSI", "UUIDs", "ServiceData", "Flags", "UUID", "Service", "Value", "Name"];
        return BusValue.Options([.. names.Where(_ => random.Next(3) == 0).Select(name => (name, random.Next(2) == 0 ? BusValue.Of(random.Next(2) == 0) : AnyValue(random)))]);
    }

    private static BusValue AnyValue(Random random) => random.Next(9) switch
    {
        0 => default,
        1 => BusValue.Of("text"),
        2 => new BusValue("x", long.MaxValue),
        3 => BusValue.Of([1]),
        4 => BusValue.Of([ShortUuid.Long(0x1822), "no uuid"]),
        5 => BusValue.Array("ay", BusValue.Of([1])),
        6 => BusValue.Options((ShortUuid.Long(0x1809), BusValue.Of([2])), ("x", BusValue.Of("y"))),
        7 => BusValue.Path(Service),
        _ => new BusValue("d", double.NaN),
    };

    private void Load()
    {
        Dictionary<string, BusValue> objects = new(StringComparer.Ordinal)
        {
            ["/org/bluez"] = BusValue.Interfaces("org.bluez.AgentManager1", BusValue.Options()),
            [Radio] = BusValue.Interfaces(ObjectTree.AdapterInterface, BusValue.Options(("Address", BusValue.Of("AA:BB:CC:DD:EE:FF")), ("Powered", BusValue.Of(true)))),
            [Device] = BusValue.Interfaces(ObjectTree.DeviceInterface, BusValue.Options(
                ("Address", BusValue.Of(Address)), ("Connected", BusValue.Of(true)), ("ServicesResolved", BusValue.Of(true)))),
            [Service] = BusValue.Interfaces(ObjectTree.ServiceInterface, BusValue.Options(("UUID", BusValue.Of(ShortUuid.Long(0x1822))))),
            [Characteristic] = BusValue.Interfaces(ObjectTree.CharacteristicInterface, BusValue.Options(
                ("UUID", BusValue.Of(ShortUuid.Long(0x2A5F))), ("Service", BusValue.Path(Service)), ("Flags", BusValue.Of(["notify"])))),
        };
        tree.Load(new BusValue("a{oa{sa{sv}}}", objects), 0);
    }
}
