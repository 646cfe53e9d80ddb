using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Vitals.Quality;

/// <summary>How a sensor model is reached and what it can do, as data: a new model of a known protocol is one file and no code.</summary>
public sealed record SensorDevice
{
    /// <summary>Values of <see cref="Bus"/>.</summary>
    public const string Bluetooth = "bluetooth", Iio = "iio", Hwmon = "hwmon", Gpio = "gpio";

    /// <summary>Values of <see cref="Battery"/>: per cent from service 0x180F, none at all, or only a flag in the measurement.</summary>
    public const string BatteryPercent = "percent", BatteryNone = "none", BatteryLowFlag = "low-flag";

    /// <summary>Values of <see cref="Clock"/>: it has none, we set it through service 0x1805, or it keeps its own and nobody can set it.</summary>
    public const string ClockNone = "none", ClockSet = "set", ClockOwn = "own";

    /// <summary>Quirk: its temperature is that of a surface or of the room, never a body's; <see cref="Grading"/> honours it.</summary>
    public const string NotBodyTemperature = "not-body-temperature";

    /// <summary>Every quirk there is; a word stands here only when code honours it.</summary>
    public static IReadOnlyList<string> KnownQuirks { get; } = [NotBodyTemperature];

    private static readonly string[] Buses = [Bluetooth, Iio, Hwmon, Gpio], Batteries = [BatteryPercent, BatteryNone, BatteryLowFlag],
        Clocks = [ClockNone, ClockSet, ClockOwn];

    /// <summary>Who makes it.</summary>
    public required string Maker { get; init; }
    /// <summary>bluetooth, iio, hwmon or gpio.</summary>
    public required string Bus { get; init; }
    /// <summary>percent, none or low-flag.</summary>
    public required string Battery { get; init; }
    /// <summary>Where it tells per cent: at or below this many a person should change the battery, 1 to 99; null: never told.</summary>
    public int? LowBatteryPercent { get; init; }
    /// <summary>Where it tells per cent: so many days before it is empty a person should change the battery, 1 to 365; null: days alone tell nothing.</summary>
    public int? LowBatteryDays { get; init; }
    /// <summary>none, set or own.</summary>
    public required string Clock { get; init; }
    /// <summary>Document, edition and page of what this file says.</summary>
    public required string Datasheet { get; init; }
    /// <summary>Bluetooth: services it offers, four upper-case hex digits each (<c>1809</c>).</summary>
    public IReadOnlyList<string>? Services { get; init; }
    /// <summary>
    /// Bluetooth: a characteristic it gives out over an encrypted link only, four upper-case hex digits; read after pairing, since nothing else
    /// proves the encryption. Absent: none is known.
    /// </summary>
    public string? EncryptedCharacteristic { get; init; }
    /// <summary>Bluetooth: names as shown in advertising; a <c>*</c> at the end stands for the rest. Absent: any name.</summary>
    public IReadOnlyList<string>? Names { get; init; }
    /// <summary>iio and hwmon: what the kernel's driver writes in the file <c>name</c>.</summary>
    public string? KernelName { get; init; }
    /// <summary>iio and hwmon: by vital name, how the attribute files of its channel begin (<c>in_temp_object</c>, <c>temp1</c>).</summary>
    public IReadOnlyDictionary<string, string>? Channels { get; init; }
    /// <summary>iio and hwmon: a channel that is read only to know that the sensor lives; its value goes nowhere.</summary>
    public string? Probe { get; init; }
    /// <summary>Seconds from one reading to the next, 0.1 to 86,400. For iio and hwmon we set the pace; else it is what to expect.</summary>
    public double? PeriodSeconds { get; init; }
    /// <summary>By vital name, what the maker promises, as text.</summary>
    public IReadOnlyDictionary<string, string>? Accuracy { get; init; }
    /// <summary>How many measurements it keeps until they are fetched; null: none.</summary>
    public int? StoredMeasurements { get; init; }
    /// <summary>How many users it tells apart; null: it does not.</summary>
    public int? Users { get; init; }
    /// <summary>Words of <see cref="KnownQuirks"/>.</summary>
    public IReadOnlyList<string>? Quirks { get; init; }

    /// <summary>True for a sensor behind a kernel driver.</summary>
    public bool IsWired => Bus is Iio or Hwmon;

    /// <summary>True when the model has this quirk.</summary>
    public bool Has(string quirk) => Quirks?.Contains(quirk, StringComparer.Ordinal) is true;

    /// <summary>True when the advertised name is one of this model's; also when the file names none.</summary>
    public bool IsCalled(string advertised) => Names is null || Names.Any(name => name.EndsWith('*')
        ? advertised.StartsWith(name[..^1], StringComparison.Ordinal) : string.Equals(advertised, name, StringComparison.Ordinal));

    /// <summary>Adds every problem.</summary>
    /// <param name="file">The file's name, for the messages.</param>
    /// <param name="vitals">What the same file says of its vitals.</param>
    /// <param name="problems">Filled.</param>
    internal void Check(string file, IReadOnlyDictionary<string, SensorVital> vitals, List<string> problems)
    {
        AddUnless(Maker.Length > 0, "maker must not be empty");
        AddUnless(Datasheet.Length > 0, "datasheet must not be empty");
        AddUnless(Buses.Contains(Bus, StringComparer.Ordinal), $"bus '{Bus}' must be one of {string.Join(", ", Buses)}");
        AddUnless(Batteries.Contains(Battery, StringComparer.Ordinal), $"battery '{Battery}' must be one of {string.Join(", ", Batteries)}");
        AddUnless(LowBatteryPercent is null || (LowBatteryPercent is >= 1 and <= 99 && Battery is BatteryPercent),
            $"low_battery_percent {LowBatteryPercent} must be 1 to 99, where battery is {BatteryPercent}");
        AddUnless(LowBatteryDays is null || (LowBatteryDays is >= 1 and <= 365 && Battery is BatteryPercent),
            $"low_battery_days {LowBatteryDays} must be 1 to 365, where battery is {BatteryPercent}");
        AddUnless(Clocks.Contains(Clock, StringComparer.Ordinal), $"clock '{Clock}' must be one of {string.Join(", ", Clocks)}");
        AddUnless(PeriodSeconds is null or (>= 0.1 and <= 86_400), $"period_seconds {PeriodSeconds} must be 0.1 to 86400");
        AddUnless(StoredMeasurements is null or >= 1, "stored_measurements must be 1 or more, or null");
        AddUnless(Users is null or (>= 1 and <= 255), "users must be 1 to 255, or null");
        foreach ((string name, string text) in Accuracy ?? new Dictionary<string, string>())
        {
            AddUnless(vitals.ContainsKey(name) && !string.IsNullOrEmpty(text), $"accuracy.{name}: must be a text about a vital of this file");
        }
        foreach (string quirk in Quirks ?? [])
        {
            AddUnless(KnownQuirks.Contains(quirk, StringComparer.Ordinal), $"quirks: '{quirk}' must be one of {string.Join(", ", KnownQuirks)}");
        }
        CheckBluetooth(AddUnless);
        CheckWired(vitals, AddUnless);
        void AddUnless(bool held, string problem)
        {
            if (!held)
            {
                problems.Add($"{file}: device.{problem}");
            }
        }
    }

    private void CheckBluetooth(Action<bool, string> addUnless)
    {
        bool bluetooth = Bus is Bluetooth;
        addUnless(bluetooth || Services is null, $"services: only a bluetooth model has them, this one's bus is {Bus}");
        addUnless(EncryptedCharacteristic is null || (bluetooth && IsNumber(EncryptedCharacteristic)),
            $"encrypted_characteristic '{EncryptedCharacteristic}' must be four upper-case hex digits, of a bluetooth model");
        addUnless(bluetooth || Names is null, $"names: only a bluetooth model has them, this one's bus is {Bus}");
        addUnless(!bluetooth || Services?.Count > 0, "services must not be empty");
        foreach (string service in Services ?? [])
        {
            addUnless(IsNumber(service), $"services: '{service}' must be four upper-case hex digits");
        }
        foreach (string name in Names ?? [])
        {
            addUnless(name is { Length: > 0 } && name.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == name.Length - 1),
                $"names: '{name}' must be a name, with a * at most at its end");
        }
    }

    private void CheckWired(IReadOnlyDictionary<string, SensorVital> vitals, Action<bool, string> addUnless)
    {
        if (!IsWired)
        {
            addUnless(KernelName is null, $"kernel_name: only an iio or hwmon model has one, this one's bus is {Bus}");
            addUnless(Channels is null, $"channels: only an iio or hwmon model has them, this one's bus is {Bus}");
            addUnless(Probe is null, $"probe: only an iio or hwmon model has one, this one's bus is {Bus}");
            return;
        }
        addUnless(IsFileName(KernelName), $"kernel_name '{KernelName}' must be what the driver writes in the file name: a-z, A-Z, 0-9, _ . -");
        addUnless(PeriodSeconds is not null, $"period_seconds is missing: a sensor on {Bus} is read at our pace");
        addUnless(Probe is null || IsFileName(Probe), $"probe '{Probe}' must be how attribute files begin: a-z, A-Z, 0-9, _ . -");
        addUnless(Probe is not null || Channels?.Count > 0, "channels must not be empty without a probe: nothing would be read");
        foreach ((string name, string prefix) in Channels ?? new Dictionary<string, string>())
        {
            // the kernel's ABI gives a unit to temperatures; another vital needs its own rule first
            addUnless(VitalCode.FromName(name)?.Vital is Vital.Temperature && vitals.ContainsKey(name), $"channels.{name}: must be temperature, and stand in vitals");
            addUnless(IsFileName(prefix), $"channels.{name} '{prefix}' must be how attribute files begin: a-z, A-Z, 0-9, _ . -");
        }
        foreach (string name in vitals.Keys.Where(name => Channels?.ContainsKey(name) is not true))
        {
            addUnless(false, $"channels.{name} is missing: no channel gives this vital");
        }
    }

    private static bool IsNumber(string? text) => text is { Length: 4 } && text.All(digit => digit is (>= '0' and <= '9') or (>= 'A' and <= 'F'));

    private static bool IsFileName(string? text) => text is { Length: >= 1 and <= 64 } && text[0] != '.'
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-');
}
