using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>What becomes of a value that a bonded device gave.</summary>
internal enum Acceptance : byte
{
    /// <summary>It is taken.</summary>
    Taken,
    /// <summary>The device's own times prove it older than the pairing: another's, so it is discarded.</summary>
    BeforePairing,
    /// <summary>It may have been stored before the pairing and nothing proves the contrary: it is discarded.</summary>
    PerhapsBeforePairing,
}

/// <summary>Decisions about Bluetooth devices, without a bus and without a clock.</summary>
internal static class BluetoothRules
{
    /// <summary>The radio's name among the sensors.</summary>
    public const string RadioId = "bluetooth";

    /// <summary>The name among the sensors of the file that says which devices are bonded.</summary>
    public const string BondsId = "bluetooth.bonds";

    /// <summary>Nobody's: the hub keeps such a value and shows it on no citizen.</summary>
    public const int Nobody = 0;

    /// <summary>After so long without a value a device has handed over what it had stored.</summary>
    public static readonly TimeSpan QuietAfterStored = TimeSpan.FromSeconds(10);

    /// <summary>A clock that shows a time before this year was never set: there was no such gateway then.</summary>
    public const int FirstYear = 2020;

    // summer time that nobody switched, and an hour of drift
    private static readonly TimeSpan MostAside = TimeSpan.FromHours(2);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2), LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>How the radio is, as a sensor's state: what is missing has one word each.</summary>
    public static SensorState Radio(BlueZState state) => state.Missing is { } missing
        ? new SensorState(RadioId, missing is BusFailure.Denied ? SensorHealth.Failing : SensorHealth.Away, WordOf(missing), "no Bluetooth: " + state.Text)
        : new SensorState(RadioId, SensorHealth.Well);

    /// <summary>The word of what is missing on this machine.</summary>
    public static string WordOf(BusFailure missing) => missing switch
    {
        BusFailure.NoLibrary => "no-library",
        BusFailure.NoBus => "no-bus",
        BusFailure.Denied => "denied",
        BusFailure.NoAdapter => "no-adapter",
        BusFailure.AdapterOff => "adapter-off",
        _ => "no-bluetoothd",
    };

    /// <summary>How long to wait before the next attempt to connect.</summary>
    /// <param name="failures">Attempts that failed in a row, 1 or more.</param>
    public static TimeSpan WaitAfter(int failures) => FirstWait * Math.Pow(2, Math.Min(failures - 1, 5)) is var wait && wait < LongestWait ? wait : LongestWait;

    /// <summary>
    /// Whose a value is (design.md rule 11). A device that several share and that does not say which of them gives nobody's values: it is
    /// asked who, never guessed.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="user">The device's own user number; null when it gave none.</param>
    /// <returns>An assignment, or <see cref="Nobody"/>.</returns>
    public static int WhoseIs(BondedDevice device, int? user) =>
        user is { } number && device.Users is { } users ? users.GetValueOrDefault(number, Nobody) : device.Assignment ?? Nobody;

    /// <summary>
    /// Whether a value of a device may be the present citizen's. A newly paired device may still hold those of whoever had it before: what it
    /// hands over first counts only where its own clock, then and now, proves it newer than the pairing.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="isLive">The characteristic carries only what is measured at this moment.</param>
    /// <param name="at">The value's time by the device's clock; null when it gave none.</param>
    /// <param name="deviceNow">The device's clock at the hand-over; null when it is not known.</param>
    /// <param name="wall">The gateway's wall time.</param>
    public static Acceptance Accept(BondedDevice device, bool isLive, string? at, string? deviceNow, DateTimeOffset wall)
    {
        if (isLive)
        {
            return Acceptance.Taken;
        }
        // a wall clock that shows a time before the pairing is wrong and proves nothing: a machine without a clock battery begins in the past
        if (wall >= device.PairedAt && SensorTime.Age(at, deviceNow) is { } age)
        {
            return age <= wall - device.PairedAt ? Acceptance.Taken : Acceptance.BeforePairing;
        }
        return device.Emptied ? Acceptance.Taken : Acceptance.PerhapsBeforePairing;
    }

    /// <summary>
    /// What is to be said of a value's time where the device does not show its clock, so that nothing tells how old the value is: it is taken as
    /// measured now.
    /// </summary>
    /// <param name="at">The value's time by the device's clock; null when it gave none.</param>
    /// <param name="deviceNow">The device's clock at the hand-over; null when it is not known.</param>
    /// <param name="local">Local time; null while the gateway itself does not know it.</param>
    /// <returns>A remark where the clock was never set; a doubt where it is set and the time is not now's: it may be an old value. Else null.</returns>
    public static string? DoubtOfTime(string? at, string? deviceNow, DateTime? local) => deviceNow is null && SensorTime.Read(at) is { } then
        ? then.Year < FirstYear ? GradeReason.SensorClock : (then - local)?.Duration() > MostAside ? GradeReason.SensorTime : null
        : null;
}
