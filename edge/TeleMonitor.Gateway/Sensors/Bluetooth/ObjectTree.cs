namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>
/// BlueZ's objects as last told, and what each message about them means as events. No bus and no clock: messages and their arrival
/// are arguments. One adapter is in use: the wanted one, or the first by name of those there are, also when it comes after another, for
/// every program of a home must take the same one: bonds belong to an adapter. Of others nothing is told. Written by the bus's thread,
/// read by any.
/// </summary>
/// <param name="wantedAdapter">Such as hci1; null: the first there is.</param>
/// <param name="emit">Gets the events in order; called under a lock, must not wait.</param>
internal sealed partial class ObjectTree(string? wantedAdapter, Action<BlueZEvent> emit)
{
    public const string AdapterInterface = "org.bluez.Adapter1", DeviceInterface = "org.bluez.Device1",
        ServiceInterface = "org.bluez.GattService1", CharacteristicInterface = "org.bluez.GattCharacteristic1";

    // what else BlueZ shows (media players, networks) is of no use here and not kept
    private static readonly string[] Kept = [AdapterInterface, DeviceInterface, ServiceInterface, CharacteristicInterface];
    private static readonly string[] Advertised = ["RSSI", "ServiceData", "ManufacturerData", "AdvertisingData", "AdvertisingFlags"];

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Dictionary<string, Dictionary<string, BusValue>>> objects = new(StringComparer.Ordinal);
    private readonly HashSet<string> notifying = new(StringComparer.Ordinal);
    private string? adapterPath;

    /// <summary>Everything anew, as GetManagedObjects answers: <c>a{oa{sa{sv}}}</c>.</summary>
    public void Load(BusValue managed, long arrived)
    {
        lock (gate)
        {
            foreach ((string path, BusValue interfaces) in managed.Entries)
            {
                Merge(path, interfaces);
            }
            ChooseAdapter(arrived);
        }
    }

    /// <summary>All devices as GetManagedObjects answers, once more: what had changed and was never told is told now.</summary>
    public void Reread(BusValue managed, long arrived)
    {
        lock (gate)
        {
            foreach ((string path, BusValue interfaces) in managed.Entries)
            {
                if (Properties(path, DeviceInterface) is null)
                {
                    Added(path, interfaces, arrived);
                }
                else
                {
                    Changed(path, DeviceInterface, interfaces[DeviceInterface], [], arrived);
                }
            }
        }
    }

    /// <summary>InterfacesAdded.</summary>
    public void Added(string path, BusValue interfaces, long arrived)
    {
        lock (gate)
        {
            bool known = Properties(path, DeviceInterface) is not null;
            Merge(path, interfaces);
            ChooseAdapter(arrived);
            if (!known && Mine(path) && Device(path) is { } device)
            {
                Tell(BlueZEventKind.DeviceSeen, device, arrived);
                TellLink(device, arrived);
            }
        }
    }

    /// <summary>InterfacesRemoved. With an adapter go its devices, with a device its characteristics, whether or not BlueZ says so.</summary>
    public void Removed(string path, IReadOnlyList<string> interfaces, long arrived)
    {
        lock (gate)
        {
            if (!objects.TryGetValue(path, out Dictionary<string, Dictionary<string, BusValue>>? there))
            {
                return;
            }
            bool device = interfaces.Contains(DeviceInterface, StringComparer.Ordinal) && there.ContainsKey(DeviceInterface);
            bool adapter = interfaces.Contains(AdapterInterface, StringComparer.Ordinal) && there.ContainsKey(AdapterInterface);
            if (adapter && string.Equals(path, adapterPath, StringComparison.Ordinal))
            {
                LeaveAdapter(arrived);
            }
            if (device && Mine(path) && Device(path) is { } leaving)
            {
                TellGone(leaving, arrived);
                emit(new BlueZEvent(BlueZEventKind.DeviceForgotten, arrived) { Address = leaving.Address });
            }
            foreach (string gone in interfaces)
            {
                there.Remove(gone);
            }
            if (device || adapter || there.Count == 0)
            {
                Drop(path, withChildren: device || adapter);
            }
            ChooseAdapter(arrived);
        }
    }

    /// <summary>PropertiesChanged. Of an object that was never told of it says nothing.</summary>
    public void Changed(string path, string @interface, BusValue changed, IReadOnlyList<string> invalidated, long arrived)
    {
        lock (gate)
        {
            if (Properties(path, @interface) is not { } properties)
            {
                return;
            }
            if (string.Equals(@interface, CharacteristicInterface, StringComparison.Ordinal))
            {
                TellValue(path, changed["Value"].Bytes, arrived);
            }
            BluetoothDevice? before = Device(path);
            bool wasOn = Adapter(path)?.Powered ?? false;
            Merge(properties, changed);
            foreach (string name in invalidated)
            {
                properties.Remove(name);
            }
            if (string.Equals(path, adapterPath, StringComparison.Ordinal) && Adapter(path) is { } adapter && adapter.Powered != wasOn)
            {
                Tell(adapter.Powered ? BlueZEventKind.AdapterOn : BlueZEventKind.AdapterOff, adapter, arrived);
            }
            if (before is not null && Mine(path) && Device(path) is { } device)
            {
                TellChange(before, device, changed, arrived);
            }
        }
    }

    /// <summary>bluetoothd or the bus is gone, and everything with it.</summary>
    public void Clear(long arrived)
    {
        lock (gate)
        {
            LeaveAdapter(arrived);
            objects.Clear();
            notifying.Clear();
        }
    }

    /// <summary>From now on a value of this characteristic is an event, or no longer.</summary>
    /// <returns>That this is a change.</returns>
    public bool Notify(string path, bool wanted)
    {
        lock (gate)
        {
            return wanted ? notifying.Add(path) : notifying.Remove(path);
        }
    }

    private void TellValue(string path, byte[]? value, long arrived)
    {
        if (value is not null && notifying.Contains(path) && Mine(path) && Characteristic(path) is { } from)
        {
            emit(new BlueZEvent(BlueZEventKind.Value, arrived)
            {
                Address = from.Address, Service = from.Service, Characteristic = from.Uuid, Value = value,
            });
        }
    }

    private void TellChange(BluetoothDevice before, BluetoothDevice device, BusValue changed, long arrived)
    {
        if (Advertised.Any(name => changed.Entries.ContainsKey(name)))
        {
            Tell(BlueZEventKind.DeviceSeen, device, arrived);
        }
        if (device.Connected && !before.Connected)
        {
            Tell(BlueZEventKind.DeviceConnected, device, arrived);
        }
        if (device.ServicesResolved && !before.ServicesResolved)
        {
            Tell(BlueZEventKind.ServicesResolved, device, arrived);
        }
        if (!device.Connected && before.Connected)
        {
            emit(new BlueZEvent(BlueZEventKind.DeviceDisconnected, arrived) { Address = device.Address });
        }
    }

    private void TellLink(BluetoothDevice device, long arrived)
    {
        if (device.Connected)
        {
            Tell(BlueZEventKind.DeviceConnected, device, arrived);
        }
        if (device.ServicesResolved)
        {
            Tell(BlueZEventKind.ServicesResolved, device, arrived);
        }
    }

    private void TellGone(BluetoothDevice device, long arrived)
    {
        if (device.Connected)
        {
            emit(new BlueZEvent(BlueZEventKind.DeviceDisconnected, arrived) { Address = device.Address });
        }
    }

    private void Tell(BlueZEventKind kind, BluetoothDevice device, long arrived) =>
        emit(new BlueZEvent(kind, arrived) { Address = device.Address, Device = device });

    private void Tell(BlueZEventKind kind, BluetoothAdapter adapter, long arrived) =>
        emit(new BlueZEvent(kind, arrived) { Address = adapter.Address, Text = adapter.Name });

    private void ChooseAdapter(long arrived)
    {
        BluetoothAdapter? first = objects.Keys.Select(Adapter).FirstOrDefault(found => found is not null
            && (wantedAdapter is null || string.Equals(found.Name, wantedAdapter, StringComparison.Ordinal)));
        if (first is null || string.Equals(first.Path, adapterPath, StringComparison.Ordinal))
        {
            return;
        }
        LeaveAdapter(arrived);
        adapterPath = first.Path;
        Tell(BlueZEventKind.AdapterAppeared, first, arrived);
        if (first.Powered)
        {
            Tell(BlueZEventKind.AdapterOn, first, arrived);
        }
        foreach (BluetoothDevice device in Under(first.Path).Select(Device).OfType<BluetoothDevice>())
        {
            if (device.Rssi is not null)
            {
                Tell(BlueZEventKind.DeviceSeen, device, arrived);
            }
            TellLink(device, arrived);
        }
    }

    private void LeaveAdapter(long arrived)
    {
        if (adapterPath is null || Adapter(adapterPath) is not { } leaving)
        {
            return;
        }
        foreach (BluetoothDevice device in Under(adapterPath).Select(Device).OfType<BluetoothDevice>())
        {
            TellGone(device, arrived);
        }
        adapterPath = null;
        Tell(BlueZEventKind.AdapterGone, leaving, arrived);
    }
}
