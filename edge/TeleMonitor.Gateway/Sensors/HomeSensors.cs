using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Gpio;
using TeleMonitor.Gateway.Sensors.Wired;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway.Sensors;

/// <summary>One device of a home, as the gateway's configuration names it.</summary>
/// <param name="Model">Id of its file in firmware-config/sensors.</param>
/// <param name="Lines">On gpio: where its lines are, by what they do: button, led, buzzer.</param>
internal sealed record SensorLine(string Model, IReadOnlyDictionary<string, LinePlace>? Lines = null)
{
    /// <summary>What a gpio line may do.</summary>
    public const string Button = "button", Led = "led", Buzzer = "buzzer";

    private static readonly string[] Roles = [Button, Led, Buzzer];

    /// <summary>What is wrong with the line itself, whatever its model is.</summary>
    public IEnumerable<string> Problems() =>
        from pair in Lines ?? new Dictionary<string, LinePlace>()
        let wrong = !Roles.Contains(pair.Key, StringComparer.Ordinal) ? $"must be one of {string.Join(", ", Roles)}" : pair.Value is null ? "must be an object" : pair.Value.Problem
        where wrong is not null
        select $"lines.{pair.Key}: {wrong}";
}

/// <summary>The devices of one home, made from its configuration. Nothing is opened yet: each looks for its device when it runs.</summary>
internal sealed class HomeSensors : IDisposable
{
    private readonly List<(string Id, ISensor Sensor)> sensors = [];
    private readonly List<OutputLine> outputs = [];
    private readonly BondedDevices? bonds;

    /// <summary>Makes them; call only when <see cref="Problems"/> names none.</summary>
    /// <param name="lines">From the configuration.</param>
    /// <param name="models">Sensor files by id.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="bluetooth">What its Bluetooth devices run with; null where it has none.</param>
    /// <param name="root">Root of the file system, under which sys and dev are.</param>
    public HomeSensors(
        IReadOnlyList<SensorLine> lines, IReadOnlyDictionary<string, SensorFile> models, TimeProvider clock, BluetoothSetup? bluetooth = null, string root = "/")
    {
        var kernel = new KernelDevices(Path.Combine(root, "sys"));
        string devices = Path.Combine(root, "dev");
        foreach (SensorLine line in lines)
        {
            if (models[line.Model].Device is { IsWired: true })
            {
                sensors.Add((line.Model, new WiredSensor(models[line.Model], kernel, clock)));
                continue;
            }
            if (line.Lines!.TryGetValue(SensorLine.Button, out LinePlace? button))
            {
                sensors.Add((line.Model, new HelpButton(line.Model, button, devices, clock)));
            }
            if (line.Lines.ContainsKey(SensorLine.Led) || line.Lines.ContainsKey(SensorLine.Buzzer))
            {
                string id = line.Model + ".signal";
                Panel = new SignalPanel(id, Output(line, SensorLine.Led, devices), Output(line, SensorLine.Buzzer, devices), clock);
                sensors.Add((id, Panel));
            }
        }
        bonds = bluetooth?.Bonds;
        if (bluetooth is not null)
        {
            sensors.Add((BluetoothRules.RadioId, new BluetoothSensors(bluetooth with { BatteryLow = low => Panel?.ShowBatteryLow(low) })));
        }
    }

    /// <summary>Lamp and buzzer; null without any.</summary>
    public SignalPanel? Panel { get; }

    /// <summary>True for what a <see cref="SensorState"/> of one of these devices is called, as they are now.</summary>
    public bool Has(string sensor) => sensors.Exists(one => string.Equals(one.Id, sensor, StringComparison.Ordinal))
        || (bonds is not null && (sensor is BluetoothRules.BondsId || bonds.Problems.Count > 0 || bonds.All.Any(bond => string.Equals(bond.Name, sensor, StringComparison.Ordinal))));

    /// <summary>All of them as one.</summary>
    public ISensor All => new SensorGroup(sensors);

    /// <summary>What keeps these devices from being made; empty when nothing does.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<SensorLine> lines, IReadOnlyDictionary<string, SensorFile> models)
    {
        int gpio = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            (string model, IReadOnlyDictionary<string, LinePlace>? places) = lines[i];
            SensorDevice? device = models.TryGetValue(model, out SensorFile? file) ? file.Device : null;
            string? wrong = file is null ? "no such file in firmware-config/sensors"
                : device is null ? "its file names no device: nothing can be opened"
                : device.Bus is SensorDevice.Bluetooth ? "a bluetooth model is paired, not listed here"
                : device.IsWired && places is not null ? "only a gpio model has lines"
                : device.Bus is SensorDevice.Gpio && places is not { Count: > 0 } ? "a gpio model needs lines: button, led, buzzer"
                : device.Bus is SensorDevice.Gpio && gpio++ > 0 ? "a home has one help button with its lamp and buzzer"
                : null;
            if (wrong is not null)
            {
                yield return $"sensors[{i}]: model '{model}': {wrong}";
            }
        }
    }

    public void Dispose()
    {
        Panel?.Dispose();
        outputs.ForEach(output => output.Dispose());
    }

    private Func<bool, LineFault?>? Output(SensorLine line, string role, string devices)
    {
        if (!line.Lines!.TryGetValue(role, out LinePlace? place))
        {
            return null;
        }
        var output = new OutputLine(place, devices);
        outputs.Add(output);
        return output.Set;
    }
}
