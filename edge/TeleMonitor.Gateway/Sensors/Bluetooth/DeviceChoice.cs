using System.Globalization;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>A device that was heard and could be paired, and which of our models it is.</summary>
internal sealed record Candidate(BluetoothDevice Device, SensorFile Model);

/// <summary>Which of the devices that were heard can be ours. Without a bus and without a clock.</summary>
internal static class DeviceChoice
{
    /// <summary>
    /// The model a device is: one that names it before one for any device of a service, and among those the one with most of its services.
    /// A device may advertise no service; then only its name tells.
    /// </summary>
    /// <returns>Null when it is none of these.</returns>
    public static SensorFile? ModelOf(BluetoothDevice device, IEnumerable<SensorFile> models) =>
        (from model in models
         let described = model.Device
         where described is { Bus: SensorDevice.Bluetooth }
         let shared = described.Services!.Count(service => device.Uuids.Contains(ushort.Parse(service, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)))
         let named = described.Names is not null
         where named ? described.IsCalled(device.Name) && (shared > 0 || device.Uuids.Count == 0) : shared > 0
         orderby named descending, shared descending, model.Id
         select model).FirstOrDefault();

    /// <summary>Devices that were heard just now, are of a known model and not ours already; the strongest first.</summary>
    /// <param name="heard">As BlueZ has them.</param>
    /// <param name="models">Sensor files.</param>
    /// <param name="bonds">What is ours already.</param>
    public static IReadOnlyList<Candidate> Of(IEnumerable<BluetoothDevice> heard, IEnumerable<SensorFile> models, IReadOnlyList<BondedDevice> bonds) =>
    [
        .. heard.Where(device => device.Rssi is not null && bonds.All(bond => !string.Equals(bond.Address, device.Address, StringComparison.Ordinal)))
            .OrderByDescending(device => device.Rssi).ThenBy(device => device.Address, StringComparer.Ordinal)
            .Select(device => ModelOf(device, models) is { } model ? new Candidate(device, model) : null).OfType<Candidate>(),
    ];
}
