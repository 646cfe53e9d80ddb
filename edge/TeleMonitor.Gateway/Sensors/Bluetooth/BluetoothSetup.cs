using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What the Bluetooth devices of one gateway run with.</summary>
internal sealed record BluetoothSetup
{
    /// <summary>Makes the way to BlueZ.</summary>
    public required Func<BlueZ> Start { get; init; }
    /// <summary>Which devices, and whose.</summary>
    public required BondedDevices Bonds { get; init; }
    /// <summary>Takes when they were heard.</summary>
    public required HeardDevices Heard { get; init; }
    /// <summary>Sensor files by id.</summary>
    public required IReadOnlyDictionary<string, SensorFile> Models { get; init; }
    /// <summary>For waiting and for the devices' clocks.</summary>
    public required TimeProvider Clock { get; init; }
    /// <summary>Local time, for the devices' displays and to judge their clocks; null while the gateway itself does not know it.</summary>
    public Func<DateTimeOffset?> LocalTime { get; init; } = static () => null;
    /// <summary>Takes one line for the home's own log; never a value.</summary>
    public Action<string> Say { get; init; } = static _ => { };
    /// <summary>Told true when a device's battery is low, false when none is any more.</summary>
    public Action<bool> BatteryLow { get; init; } = static _ => { };
}
