using TeleMonitor.Gateway.Sensors.Bluetooth.Frames;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway.Sensors.Bluetooth;

/// <summary>One bonded device: connecting, setting up, its clock while it is connected, and how it is.</summary>
/// <param name="address">Its Bluetooth address.</param>
/// <param name="model">Its sensor file.</param>
/// <param name="bonds">Whose it is.</param>
/// <param name="clock">Monotonic time.</param>
/// <param name="localTime">Local time for the device's display; null while the gateway itself does not know it.</param>
internal sealed class DeviceSession(string address, SensorFile model, BondedDevices bonds, TimeProvider clock, Func<DateTimeOffset?> localTime)
{
    private const ushort CurrentTime = 0x2A2B, BatteryLevel = 0x2A19;
    private const int FailuresBeforeTold = 3; // a device that was switched off while it was being connected to is nobody's errand
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30), AttributeLimit = TimeSpan.FromSeconds(10), IdleAfter = TimeSpan.FromSeconds(30),
        UselessLimit = TimeSpan.FromSeconds(20);

    private readonly record struct ClockReading(DateTime Shown, long ReadAt);

    private readonly string name = new BondedDevice(address, model.Id, default).Name;
    private ClockReading? deviceClock;
    private bool isSetUp, isClockSet, isConnecting;
    private int failures;
    private long triedAt, setUpAt;
    private long? uselessSince; // connected, and not set up
    private string? told; // null: nothing yet

    /// <summary>What is known of it; of one that was forgotten meanwhile nothing counts.</summary>
    public BondedDevice Bond => bonds.Find(address) ?? new BondedDevice(address, model.Id, DateTimeOffset.MaxValue);

    /// <summary>What is under way with it.</summary>
    public Task? Work { get; private set; }

    public bool IsConnecting => isConnecting && Work is { IsCompleted: false };

    public long LastValueAt { get; private set; }

    /// <summary>Per cent, as it said last; null before.</summary>
    public int? BatteryPercent { get; private set; }

    /// <summary>Days until the battery is empty, as far as it can be told.</summary>
    public int? DaysLeft { get; private set; }

    /// <summary>A person should change the battery.</summary>
    public bool IsBatteryLow => BatteryPercent <= model.Device?.LowBatteryPercent || DaysLeft <= model.Device?.LowBatteryDays;

    /// <summary>Why it is not well, in the word of its state; empty when it is.</summary>
    public string Trouble => told ?? "";

    public string HowItStands => $"{name} {(isSetUp ? "set up" : "not set up")}, {Work?.Status.ToString() ?? "idle"}, {failures} failures {told}";

    /// <summary>Connected, and silent for so long that another may have its place.</summary>
    public bool IsIdle => isSetUp && Work is null && QuietFor(IdleAfter);

    /// <summary>Its services are known, for the first time or anew: what was asked of them before is forgotten.</summary>
    public void Resolved() => (isSetUp, deviceClock) = (false, null);

    public void Disconnected()
    {
        if (isSetUp)
        {
            HandedOver();
        }
        (isSetUp, deviceClock, uselessSince) = (false, null, null);
    }

    /// <summary>A measurement came that could be read.</summary>
    /// <param name="arrived">When.</param>
    /// <param name="foreignUnit">A unit it measures in that is not ours: somebody has switched it over; null when all are ours.</param>
    public SensorState? Heard(long arrived, string? foreignUnit)
    {
        LastValueAt = arrived;
        return foreignUnit is not null ? State(SensorHealth.Failing, "unit", $"it measures in {foreignUnit}: nothing of it can be used before it is switched back")
            : told is "frame" or "link" or "unit" or null ? Standing() : null; // a finding from before this start ends too
    }

    /// <summary>It works: well, or in need of a battery.</summary>
    private SensorState? Standing() => IsBatteryLow
        ? State(SensorHealth.NeedsCare, "battery", $"its battery is at {BatteryPercent} %{(DaysLeft is { } days ? $" and lasts about {days} days" : "")}", DaysLeft)
        : State(SensorHealth.Well, "", "");

    /// <summary>A value came that could not be read.</summary>
    public SensorState? Unread(string problem) => State(SensorHealth.Failing, "frame", problem);

    /// <summary>The device's clock at a moment, as far as it is known.</summary>
    public string? ClockAt(long moment) => deviceClock is { } known && clock.GetElapsedTime(known.ReadAt, moment) is var since && since < DateTime.MaxValue - known.Shown
        ? DeviceTime.Of(known.Shown + since).Text : null;

    public void LetGo(BlueZ blue, CancellationToken stop) => Work = blue.DisconnectAsync(address, stop);

    /// <summary>Takes a battery level.</summary>
    /// <returns>What is to be told; null when nothing is new.</returns>
    public SensorState? Battery(byte percent, BatteryForecast forecast)
    {
        (BatteryPercent, DaysLeft) = (percent, forecast.Days);
        return IsBatteryLow || told is "battery" ? Standing() : null;
    }

    /// <summary>Goes on with the device: takes in how the last step ended, sets it up when it is connected, connects when it was heard.</summary>
    /// <param name="device">As BlueZ has it.</param>
    /// <param name="mayConnect">Asked only when it wants to: where every link is taken, the asking ends an idle one.</param>
    /// <param name="blue">BlueZ.</param>
    /// <param name="stop">Ends what is begun.</param>
    /// <returns>What is to be told about it; null when nothing is new.</returns>
    public SensorState? Look(BluetoothDevice device, Func<bool> mayConnect, BlueZ blue, CancellationToken stop)
    {
        SensorState? state = TakeInWork();
        if (isSetUp && QuietFor(BluetoothRules.QuietAfterStored))
        {
            HandedOver();
        }
        if (Work is not null || (failures > 0 && clock.GetElapsedTime(triedAt) < BluetoothRules.WaitAfter(failures)))
        {
            return state;
        }
        if (IsStuck(device))
        {
            Begin(blue.DisconnectAsync(address, stop));
        }
        else if (device is { Connected: true, ServicesResolved: true } && !isSetUp)
        {
            Begin(SetUpWholeAsync(blue, stop));
        }
        else if (isSetUp && !isClockSet && model.Device is { Clock: SensorDevice.ClockSet } && QuietFor(BluetoothRules.QuietAfterStored) && localTime() is { } now)
        {
            Begin(SetClockAsync(blue, now.DateTime, stop)); // only now: what it had stored bears the time of its clock as it was
        }
        else if (device is { Connected: false, Rssi: not null } && mayConnect())
        {
            isConnecting = true;
            Begin(blue.ConnectAsync(address, ConnectLimit, stop));
        }
        return state;
    }

    /// <summary>
    /// A link that comes to nothing: it outlived the bluetoothd which made it, and the next one never tells its services; or setting up has
    /// failed again and again. Ended, it comes back whole.
    /// </summary>
    private bool IsStuck(BluetoothDevice device)
    {
        uselessSince = device.Connected && !isSetUp ? uselessSince ?? clock.GetTimestamp() : null;
        return uselessSince is { } since && clock.GetElapsedTime(since) > UselessLimit && (!device.ServicesResolved || failures >= FailuresBeforeTold);
    }

    private void Begin(Task work) => (triedAt, Work) = (clock.GetTimestamp(), work);

    private SensorState? TakeInWork()
    {
        if (Work is not { IsCompleted: true } done)
        {
            return null;
        }
        (Work, isConnecting) = (null, false);
        if (done.IsCompletedSuccessfully)
        {
            failures = 0;
            return told is "link" && isSetUp ? State(SensorHealth.Well, "", "") : null;
        }
        failures = Math.Min(failures + 1, 1000);
        string why = done.Exception?.InnerException?.Message ?? "given up";
        return failures >= FailuresBeforeTold ? State(SensorHealth.Failing, "link", why) : null;
    }

    /// <summary>Set up wholly or not at all: one that is half subscribed to would be silent for ever, and nobody would hear of it.</summary>
    private async Task SetUpWholeAsync(BlueZ blue, CancellationToken stop)
    {
        try
        {
            await SetUpAsync(blue, stop);
        }
        catch (BusException)
        {
            isSetUp = false;
            throw;
        }
    }

    /// <summary>
    /// Its clock first, for what it hands over next bears its time; then the measurements, which begin to come with the first subscription;
    /// the battery last.
    /// </summary>
    private async Task SetUpAsync(BlueZ blue, CancellationToken stop)
    {
        IReadOnlyList<BluetoothCharacteristic> offered = blue.Characteristics(address);
        ushort[] measuring = [.. GattReadings.Measurements.Where(kind => offered.Any(one => one.Service == kind.Service && one.Uuid == kind.Characteristic)).Select(kind => kind.Characteristic)];
        if (measuring.Length == 0)
        {
            throw new BusException(BusFailure.NoCharacteristic, "it is connected and offers nothing that is measured");
        }
        isClockSet = false;
        await ReadClockAsync(blue, offered, stop);
        (isSetUp, setUpAt) = (true, clock.GetTimestamp());
        foreach (ushort characteristic in measuring)
        {
            await blue.StartNotifyAsync(address, characteristic, stop);
        }
        if (offered.FirstOrDefault(one => one.Uuid is BatteryLevel) is { } battery)
        {
            await blue.StartNotifyAsync(address, BatteryLevel, stop);
            await blue.ReadAsync(address, battery.Uuid, AttributeLimit, stop); // comes as a value too
        }
    }

    private async Task ReadClockAsync(BlueZ blue, IReadOnlyList<BluetoothCharacteristic> offered, CancellationToken stop)
    {
        if (offered.Any(one => one.Uuid is CurrentTime)
            && DeviceTime.TryParseCurrent(await blue.ReadAsync(address, CurrentTime, AttributeLimit, stop), out DeviceTime time, out _) && time.IsKnown)
        {
            deviceClock = new ClockReading(new DateTime(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, DateTimeKind.Unspecified), clock.GetTimestamp());
        }
    }

    private async Task SetClockAsync(BlueZ blue, DateTime local, CancellationToken stop)
    {
        isClockSet = true; // once a connection, also when it refuses
        IReadOnlyList<BluetoothCharacteristic> offered = blue.Characteristics(address);
        if (offered.Any(one => one.Uuid is CurrentTime && one.Flags.Contains("write")))
        {
            await blue.WriteAsync(address, CurrentTime, DeviceTime.Of(local).ToCurrentTime(), AttributeLimit, stop);
            await ReadClockAsync(blue, offered, stop);
        }
    }

    private bool QuietFor(TimeSpan time) => clock.GetElapsedTime(Math.Max(LastValueAt, setUpAt)) > time;

    /// <summary>What it had stored before it was paired has been received.</summary>
    private void HandedOver()
    {
        if (bonds.Find(address) is { Emptied: false } bond)
        {
            try
            {
                bonds.Put(bond with { Emptied = true });
            }
            catch (IOException)
            {
                // the disk is full, or somebody pairs: the next look tries again, and until then what has no time is discarded
            }
        }
    }

    private SensorState? State(SensorHealth health, string word, string why, int? daysLeft = null)
    {
        if (string.Equals(told, word, StringComparison.Ordinal))
        {
            return null;
        }
        told = word;
        return new SensorState(name, health, word, why, daysLeft);
    }
}
