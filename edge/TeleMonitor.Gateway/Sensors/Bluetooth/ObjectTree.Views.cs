namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>The objects as adapters, devices and characteristics.</summary>
internal sealed partial class ObjectTree
{
    /// <summary>The adapter in use; null: none.</summary>
    public BluetoothAdapter? CurrentAdapter
    {
        get
        {
            lock (gate)
            {
                return adapterPath is null ? null : Adapter(adapterPath);
            }
        }
    }

    /// <summary>Every adapter of the machine, in use or not.</summary>
    public IReadOnlyList<BluetoothAdapter> Adapters
    {
        get
        {
            lock (gate)
            {
                return [.. objects.Keys.Select(Adapter).OfType<BluetoothAdapter>()];
            }
        }
    }

    /// <summary>Devices of the adapter in use, in the order of their addresses.</summary>
    public IReadOnlyList<BluetoothDevice> Devices
    {
        get
        {
            lock (gate)
            {
                return adapterPath is null ? [] : [.. Under(adapterPath).Select(Device).OfType<BluetoothDevice>()];
            }
        }
    }

    /// <summary>Characteristics of a device of the adapter in use, in the order of their paths, which is that of their handles.</summary>
    public IReadOnlyList<BluetoothCharacteristic> Characteristics(string address) => FindDevice(address) is not { } device ? [] : CharacteristicsUnder(device.Path);

    public BluetoothDevice? FindDevice(string address) =>
        Devices.FirstOrDefault(device => string.Equals(device.Address, address, StringComparison.OrdinalIgnoreCase));

    public BluetoothDevice? DeviceAt(string path)
    {
        lock (gate)
        {
            return Device(path);
        }
    }

    /// <summary>The address of the device at a path; the path itself when it is not known.</summary>
    public string AddressAt(string path) => DeviceAt(path)?.Address ?? path;

    private List<BluetoothCharacteristic> CharacteristicsUnder(string path)
    {
        lock (gate)
        {
            return [.. Under(path).Select(Characteristic).OfType<BluetoothCharacteristic>()];
        }
    }

    private bool Mine(string path) => adapterPath is not null && path.StartsWith(adapterPath + "/", StringComparison.Ordinal);

    private IEnumerable<string> Under(string path) => objects.Keys.Where(key => key.StartsWith(path + "/", StringComparison.Ordinal));

    private void Drop(string path, bool withChildren)
    {
        foreach (string gone in withChildren ? Under(path).Append(path).ToArray() : [path])
        {
            objects.Remove(gone);
            notifying.Remove(gone);
        }
    }

    private void Merge(string path, BusValue interfaces)
    {
        foreach (string name in Kept)
        {
            if (interfaces.Entries.TryGetValue(name, out BusValue properties))
            {
                if (!objects.TryGetValue(path, out Dictionary<string, Dictionary<string, BusValue>>? there))
                {
                    objects.Add(path, there = new(StringComparer.Ordinal));
                }
                if (!there.TryGetValue(name, out Dictionary<string, BusValue>? known))
                {
                    there.Add(name, known = new(StringComparer.Ordinal));
                }
                Merge(known, properties);
            }
        }
    }

    private static void Merge(Dictionary<string, BusValue> known, BusValue properties)
    {
        foreach ((string name, BusValue value) in properties.Entries)
        {
            if (!string.Equals(name, "Value", StringComparison.Ordinal)) // a measurement is handed on, not kept
            {
                known[name] = value;
            }
        }
    }

    private Dictionary<string, BusValue>? Properties(string path, string @interface) =>
        objects.TryGetValue(path, out Dictionary<string, Dictionary<string, BusValue>>? there) && there.TryGetValue(@interface, out Dictionary<string, BusValue>? found)
            ? found : null;

    private BluetoothAdapter? Adapter(string path) => Properties(path, AdapterInterface) is not { } of
        ? null
        : new BluetoothAdapter(path, path[(path.LastIndexOf('/') + 1)..], Text(of, "Address"), Flag(of, "Powered"), Flag(of, "Discovering"));

    private BluetoothDevice? Device(string path) => Properties(path, DeviceInterface) is not { } of
        ? null
        : new BluetoothDevice(
            path, Text(of, "Address").ToUpperInvariant(), Text(of, "Name"), Text(of, "Alias"), Uuids(of), Flag(of, "Paired"),
            of.ContainsKey("Bonded") ? Flag(of, "Bonded") : Flag(of, "Paired"), Flag(of, "Trusted"),
            Flag(of, "Connected") || Flag(of, "ServicesResolved"), // bluetoothd 5.66 was seen to tell only the second of a link that came back
            Flag(of, "ServicesResolved"),
            of.GetValueOrDefault("RSSI").Number is >= short.MinValue and <= short.MaxValue and long rssi ? (int)rssi : null, Data(of.GetValueOrDefault("ServiceData")));

    private BluetoothCharacteristic? Characteristic(string path)
    {
        if (Properties(path, CharacteristicInterface) is not { } of)
        {
            return null;
        }
        string service = Text(of, "Service"), uuid = Text(of, "UUID");
        int end = service.LastIndexOf('/');
        string serviceUuid = Properties(service, ServiceInterface) is { } properties ? Text(properties, "UUID") : "";
        string address = end > 0 && Properties(service[..end], DeviceInterface) is { } device ? Text(device, "Address").ToUpperInvariant() : "";
        return new BluetoothCharacteristic(
            path, address, ShortUuid.Of(serviceUuid), ShortUuid.Of(uuid), uuid, [.. of.GetValueOrDefault("Flags").Items.Select(flag => flag.Text ?? "")]);
    }

    private static ushort[] Uuids(Dictionary<string, BusValue> of) =>
        [.. of.GetValueOrDefault("UUIDs").Items.Select(uuid => ShortUuid.Of(uuid.Text)).Where(number => number != 0)];

    private static Dictionary<ushort, byte[]> Data(BusValue advertised)
    {
        Dictionary<ushort, byte[]> found = [];
        foreach ((string uuid, BusValue bytes) in advertised.Entries)
        {
            if (ShortUuid.Of(uuid) is > 0 and ushort number && bytes.Bytes is { } data)
            {
                found[number] = data;
            }
        }
        return found;
    }

    private static string Text(Dictionary<string, BusValue> of, string name) => of.GetValueOrDefault(name).Text ?? "";

    private static bool Flag(Dictionary<string, BusValue> of, string name) => of.GetValueOrDefault(name).Flag ?? false;
}
