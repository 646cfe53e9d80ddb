using System.Globalization;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>A radio of this machine.</summary>
/// <param name="Path">Its object on the bus.</param>
/// <param name="Name">Such as hci0.</param>
/// <param name="Address">Its Bluetooth address.</param>
/// <param name="Powered">It is on.</param>
/// <param name="Discovering">It looks for devices, for whomever.</param>
internal sealed record BluetoothAdapter(string Path, string Name, string Address, bool Powered, bool Discovering);

/// <summary>A device BlueZ knows: bonded, connected or lately heard.</summary>
/// <param name="Path">Its object on the bus.</param>
/// <param name="Address">Its Bluetooth address, upper case with colons.</param>
/// <param name="Name">What it calls itself; empty when it did not say.</param>
/// <param name="Alias">What BlueZ shows: the name, or one given by a person, or the address.</param>
/// <param name="Uuids">Its services with an assigned number, such as 0x1822.</param>
/// <param name="Paired">
/// BlueZ says it is paired. No proof of encryption: on a kernel without the needed ciphers BlueZ said so and every encrypted read
/// hung. See <see cref="BlueZ.ProveEncryptionAsync"/>.
/// </param>
/// <param name="Bonded">The keys are stored. BlueZ before 5.65 does not say; then as <paramref name="Paired"/>.</param>
/// <param name="Trusted">It may connect without being asked about.</param>
/// <param name="Connected">There is a link.</param>
/// <param name="ServicesResolved">Its characteristics are known and can be used.</param>
/// <param name="Rssi">Signal strength in dBm as last heard in the present discovery; null: not heard. 127 where the radio cannot tell.</param>
/// <param name="Data">Bytes advertised for a service, by the service's assigned number.</param>
internal sealed record BluetoothDevice(
    string Path, string Address, string Name, string Alias, IReadOnlyList<ushort> Uuids, bool Paired, bool Bonded, bool Trusted,
    bool Connected, bool ServicesResolved, int? Rssi, IReadOnlyDictionary<ushort, byte[]> Data);

/// <summary>A characteristic of a device.</summary>
/// <param name="Path">Its object on the bus.</param>
/// <param name="Address">The device's.</param>
/// <param name="Service">Assigned number of its service; 0: a maker's own.</param>
/// <param name="Uuid">Assigned number; 0: a maker's own.</param>
/// <param name="LongUuid">All 128 bits, lower case.</param>
/// <param name="Flags">Such as read, write, notify, indicate; what encryption it asks for is not among them at this end.</param>
internal sealed record BluetoothCharacteristic(string Path, string Address, ushort Service, ushort Uuid, string LongUuid, IReadOnlyList<string> Flags);

/// <summary>What happened; see <see cref="BlueZEvent"/> for what it carries.</summary>
internal enum BlueZEventKind
{
    /// <summary>bluetoothd is there and its objects were read. Discovery and notifications are to be asked for anew.</summary>
    BlueZAppeared,

    /// <summary>bluetoothd or the bus is gone, with everything: no discovery, no connection, no notification. Text says why.</summary>
    BlueZGone,

    /// <summary>The adapter in use; Text is its name.</summary>
    AdapterAppeared,

    AdapterGone,

    AdapterOn,

    AdapterOff,

    /// <summary>An advertisement, or a property of it that changed. Carries the device.</summary>
    DeviceSeen,

    DeviceConnected,

    DeviceDisconnected,

    /// <summary>The device's characteristics can be used. Notifications are to be asked for.</summary>
    ServicesResolved,

    /// <summary>BlueZ no longer knows the device.</summary>
    DeviceForgotten,

    /// <summary>A notification or an indication, of a characteristic for which it was asked.</summary>
    Value,

    /// <summary>A device asked to be paired when nobody had opened pairing for it. It was refused.</summary>
    PairingRefused,

    /// <summary>The reader was too slow: Lost events after the one before this are not there. Look at the devices anew.</summary>
    Lost,
}

/// <summary>One thing that happened, in order.</summary>
/// <param name="Kind">What.</param>
/// <param name="Arrived">When it was read from the bus, by <see cref="TimeProvider.GetTimestamp"/>: monotonic.</param>
internal sealed record BlueZEvent(BlueZEventKind Kind, long Arrived)
{
    /// <summary>Of the device or the adapter.</summary>
    public string Address { get; init; } = "";

    /// <summary>Of a value: assigned number of its service; 0: a maker's own.</summary>
    public ushort Service { get; init; }

    /// <summary>Of a value: assigned number of the characteristic; 0: a maker's own.</summary>
    public ushort Characteristic { get; init; }

    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Of DeviceSeen, DeviceConnected and ServicesResolved: as it was then.</summary>
    public BluetoothDevice? Device { get; init; }

    public string Text { get; init; } = "";

    public long Lost { get; init; }
}

/// <summary>Assigned 16-bit numbers inside 128-bit UUIDs.</summary>
internal static class ShortUuid
{
    // source: Bluetooth Core Specification 5.4, Vol 3, Part B, 2.5.1: the Bluetooth Base UUID
    private const string Head = "0000", Base = "-0000-1000-8000-00805f9b34fb";

    /// <summary>The assigned number; 0 for a UUID of another kind and for what is none.</summary>
    public static ushort Of(string? uuid) =>
        uuid is { Length: 36 } && uuid.StartsWith(Head, StringComparison.Ordinal) && uuid.EndsWith(Base, StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(uuid.AsSpan(4, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort number) ? number : (ushort)0;

    public static string Long(ushort number) => string.Create(CultureInfo.InvariantCulture, $"{Head}{number:x4}{Base}");
}
