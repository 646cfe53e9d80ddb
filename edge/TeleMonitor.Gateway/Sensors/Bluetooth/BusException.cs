using System.Runtime.InteropServices;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>Why a call over the bus or to a Bluetooth device came to nothing: what the caller decides on. Text stands in the exception.</summary>
internal enum BusFailure
{
    /// <summary>libsystemd is not on this machine.</summary>
    NoLibrary,

    /// <summary>Nobody listens at the bus's address, or the connection was lost.</summary>
    NoBus,

    /// <summary>This program may not use the bus, or may not speak to bluetoothd.</summary>
    Denied,

    /// <summary>bluetoothd does not run.</summary>
    NoBlueZ,

    /// <summary>No Bluetooth adapter is plugged in, or not the wanted one.</summary>
    NoAdapter,

    /// <summary>The adapter is off or blocked by a switch.</summary>
    AdapterOff,

    /// <summary>BlueZ knows no such device, or the object went away.</summary>
    NoDevice,

    /// <summary>The device has no such characteristic, or its services are not resolved yet.</summary>
    NoCharacteristic,

    /// <summary>The device is out of reach, asleep or not connected.</summary>
    NotConnected,

    /// <summary>The adapter holds as many connections as it can.</summary>
    NoSlot,

    /// <summary>Pairing was refused, cancelled or failed; or the device asks for an encryption that is not there.</summary>
    NotAuthenticated,

    /// <summary>The device does not allow this operation at this characteristic.</summary>
    NotPermitted,

    /// <summary>The same is under way already.</summary>
    InProgress,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>Any other answer; the name says which.</summary>
    Refused,
}

/// <summary>A call that failed, with the D-Bus error's own name where the other side answered.</summary>
internal sealed class BusException : Exception
{
    public BusException(BusFailure failure, string message, string name = "")
        : base(message)
    {
        Failure = failure;
        Name = name;
    }

    public BusFailure Failure { get; }

    /// <summary>Such as <c>org.bluez.Error.NotConnected</c>; empty when nobody answered.</summary>
    public string Name { get; }

    /// <summary>The other side answered with an error.</summary>
    public static BusException Answered(string name, string message) => new(FailureOf(name, message), $"{name}: {message}", name);

    /// <summary>The library answered with an errno.</summary>
    public static BusException Native(string what, int result) =>
        new(-result is 1 or 13 ? BusFailure.Denied : BusFailure.NoBus, $"{what}: {Marshal.GetPInvokeErrorMessage(-result)} (errno {-result})"); // EPERM, EACCES

    /// <summary>
    /// What an error means here. Source: BlueZ src/error.[hc] and src/gatt-client.c (org.bluez.Error.*), D-Bus specification
    /// (org.freedesktop.DBus.Error.*). BlueZ says much of it only in the text, hence the look at the text.
    /// </summary>
    public static BusFailure FailureOf(string name, string message) => name switch
    {
        "org.bluez.Error.NotReady" or "org.bluez.Error.Blocked" => BusFailure.AdapterOff,
        "org.bluez.Error.DoesNotExist" or "org.freedesktop.DBus.Error.UnknownObject" => BusFailure.NoDevice,
        "org.bluez.Error.NoSuchAdapter" => BusFailure.NoAdapter,
        "org.bluez.Error.NotConnected" or "org.bluez.Error.NotAvailable" or "org.bluez.Error.ConnectionAttemptFailed" => BusFailure.NotConnected,
        "org.bluez.Error.AuthenticationCanceled" or "org.bluez.Error.AuthenticationFailed" or "org.bluez.Error.AuthenticationRejected"
            or "org.bluez.Error.AuthenticationTimeout" or "org.bluez.Error.NotAuthorized" or "org.bluez.Error.Rejected"
            or "org.bluez.Error.Canceled" => BusFailure.NotAuthenticated,
        "org.bluez.Error.NotPermitted" when Says(message, "not paired") => BusFailure.NotAuthenticated,
        "org.bluez.Error.NotPermitted" or "org.bluez.Error.NotSupported" => BusFailure.NotPermitted,
        "org.bluez.Error.InProgress" => BusFailure.InProgress,
        "org.bluez.Error.Failed" => FailedOf(message),
        "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner" => BusFailure.NoBlueZ,
        "org.freedesktop.DBus.Error.NoReply" when Says(message, "disconnected") => BusFailure.NoBlueZ, // the callee died with the call in hand
        "org.freedesktop.DBus.Error.NoReply" or "org.freedesktop.DBus.Error.Timeout" or "org.freedesktop.DBus.Error.TimedOut" => BusFailure.Timeout,
        "org.freedesktop.DBus.Error.Disconnected" => BusFailure.NoBus,
        "org.freedesktop.DBus.Error.AccessDenied" or "org.freedesktop.DBus.Error.AuthFailed" => BusFailure.Denied,
        _ => BusFailure.Refused,
    };

    private static BusFailure FailedOf(string message) =>
        Says(message, "le-connection-adapter-not-powered") ? BusFailure.AdapterOff
        : Says(message, "le-connection-concurrent") ? BusFailure.NoSlot
        : Says(message, "le-connection-key-missing") ? BusFailure.NotAuthenticated
        : Says(message, "le-connection-") || Says(message, "not connected") || Says(message, "host is down") ? BusFailure.NotConnected
        : BusFailure.Refused;

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
