using System.Globalization;
using System.Text.Json.Nodes;

namespace TeleMonitor.Rig.Hil;

/// <summary>
/// A real I2C bus and a real GPIO chip: Debian's hid-cp2112 over a CP2112 that lives in this program, Debian's mlx90614 over that bus, and
/// the gateway, which sees nothing but the kernel.
/// </summary>
internal sealed class WiredChecks(HilBench bench, GuestGateway gateway, Cp2112 chip, UhidDevice adapter)
{
    public const int ButtonLine = 3, LampLine = 5, BuzzerLine = 6;

    private const string Sensor = "mlx90614", Finding = "sensor/mlx90614", ButtonFinding = "sensor/help-button", PanelFinding = "sensor/help-button.signal";

    /// <summary>Plugs the adapter in and binds the thermometer's driver over it, as a support worker would.</summary>
    public async Task PlugInAsync()
    {
        adapter.PlugIn();
        string bus = await bench.UntilAsync("an I2C bus of the CP2112", () => Bus("CP2112"));
        await BindAsync(bench, bus, Sensor, Mlx90614.Address, "/sys/bus/iio/devices");
        await bench.UntilAsync("a GPIO chip", () => Directory.GetFiles("/dev", "gpiochip*").FirstOrDefault());
    }

    /// <summary>Folder in sysfs of the bus whose name contains this; null: none.</summary>
    public static string? Bus(string name) =>
        Directory.GetDirectories("/sys/bus/i2c/devices", "i2c-*").FirstOrDefault(bus => Read(Path.Combine(bus, "name")).Contains(name, StringComparison.Ordinal));

    /// <summary>Declares a device on a bus and waits until its driver shows it; a bus that answered too late is asked again.</summary>
    public static Task BindAsync(HilBench bench, string bus, string driver, byte address, string shown) => bench.UntilAsync($"{driver} bound on {bus}", () =>
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"0x{address:x2}");
        string device = Path.Combine(bus, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(bus)[4..]}-00{address:x2}"));
        if (Directory.Exists(device) && !Directory.Exists(Path.Combine(device, "driver")))
        {
            HilBench.Tell(Path.Combine(bus, "delete_device"), place);
        }

        if (!Directory.Exists(device))
        {
            HilBench.Tell(Path.Combine(bus, "new_device"), $"{driver} {place}");
        }

        return Directory.Exists(shown) && Directory.GetDirectories(shown).Any(found => string.Equals(Read(Path.Combine(found, "name")), driver, StringComparison.Ordinal));
    });

    public async Task RunAsync()
    {
        await bench.CheckAsync("I2C: the gateway stores what the thermometer's register says", () => ReadAsync(3587));
        await bench.CheckAsync("I2C: another register value is another reading", () => ReadAsync(4087));
        await bench.CheckAsync("I2C: the sensor's own error flag is a finding, never a value", ErrorFlagAsync);
        await bench.CheckAsync("GPIO: the gateway's own user may use the lines: the button is watched, lamp and buzzer are held", LinesAsync);
        await bench.CheckAsync("I2C: a sensor that was unplugged is told, and read again when it is back", SensorUnpluggedAsync);
        await bench.CheckAsync("USB: the whole adapter unplugged is told for sensor and button, and all comes back", AdapterUnpluggedAsync);
    }

    private async Task<string> ReadAsync(int hundredths)
    {
        long before = gateway.Last("reading");
        chip.Thermometer!.See(Mlx90614.WordOf(hundredths));
        JsonNode reading = await gateway.ReadingAsync(Sensor, hundredths / 100.0, before);
        return $"{reading["value"]} {reading["unit"]}, {reading["grade"]}";
    }

    private async Task<string> ErrorFlagAsync()
    {
        long before = gateway.Last("reading");
        chip.Thermometer!.See(Mlx90614.WordOf(3400), error: true);
        string told = await gateway.FindingAsync(Finding);
        chip.Thermometer!.See(Mlx90614.WordOf(3601));
        JsonNode next = await gateway.ItemAsync("the next reading", "reading", before, item =>
            (string?)item["sensor"] == Sensor && (string?)item["kind"] is "reading" && (double?)item["value"] is not (35.87 or 40.87));
        await gateway.NoFindingAsync(Finding);
        return (double?)next["value"] is 36.01 ? $"'{told}', then well again" : throw new RigException($"the first reading after the error was {next["value"]}, not 36.01");
    }

    private async Task<string> LinesAsync()
    {
        await gateway.NoFindingAsync(ButtonFinding);
        await gateway.NoFindingAsync(PanelFinding);
        return "no finding of either";
    }

    private async Task<string> SensorUnpluggedAsync()
    {
        Mlx90614 thermometer = chip.Thermometer!;
        chip.Thermometer = null;
        string told = await gateway.FindingAsync(Finding);
        bool lives = GuestGateway.IsActive;
        chip.Thermometer = thermometer;
        await ReadAsync(3655);
        await gateway.NoFindingAsync(Finding);
        return lives ? $"'{told}', then 36.55" : throw new RigException("the gateway did not go on");
    }

    private async Task<string> AdapterUnpluggedAsync()
    {
        adapter.Unplug();
        string sensor = await gateway.FindingAsync(Finding), button = await gateway.FindingAsync(ButtonFinding);
        await PlugInAsync();
        await ReadAsync(3701);
        await gateway.NoFindingAsync(Finding);
        await gateway.NoFindingAsync(ButtonFinding);
        return $"'{sensor}'; '{button}'; then both well again";
    }

    internal static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "";
}
