using System.Globalization;
using System.Text.Json.Nodes;

namespace TeleMonitor.Rig.Hil;

/// <summary>
/// The same gateway on another bus: the kernel's i2c-stub, whose registers are memory, with Debian's tmp102 (hwmon) and mlx90614 (IIO) over it.
/// The TMP102 is a model that nobody has built in: one JSON file, made here.
/// </summary>
internal sealed class StubChecks(HilBench bench, GuestGateway gateway, UhidDevice adapter)
{
    public const string Model = "hil-tmp102";

    public const string ModelFile = """
        {
          "id": "hil-tmp102", "version": "1", "source": "Made by the bench: a TMP102 that somebody says is on a person.", "approved": null,
          "vitals": { "temperature": { "unit": "Cel", "possible": { "low": 0, "high": 50 } } },
          "device": { "maker": "Texas Instruments", "bus": "hwmon", "kernel_name": "tmp102", "channels": { "temperature": "temp1" }, "period_seconds": 2,
            "accuracy": { "temperature": "±0.5 Cel" }, "battery": "none", "clock": "none", "quirks": [], "datasheet": "Texas Instruments TMP102 datasheet SBOS397" }
        }

        """;

    private const byte Tmp102 = 0x48;
    private const string Thermometer = "mlx90614", Finding = "sensor/mlx90614", Strap = "sensor/" + Model;
    private string number = "";

    public async Task RunAsync()
    {
        await bench.CheckAsync("i2c-stub: the kernel's own tmp102 and mlx90614 bind over it, the USB adapter being gone", BindAsync);
        await bench.CheckAsync("i2c-stub: a new model that is one JSON file is read through hwmon", HwmonAsync);
        await bench.CheckAsync("i2c-stub: the thermometer is read on the other bus too; its error bit is a finding", ErrorBitAsync);
    }

    private async Task<string> BindAsync()
    {
        string away = await gateway.FindingAsync(Strap);
        adapter.Unplug();
        await bench.UntilAsync("the CP2112's bus gone", () => WiredChecks.Bus("CP2112") is null);
        HilBench.Run("modprobe", "i2c-stub", string.Create(CultureInfo.InvariantCulture, $"chip_addr=0x{Mlx90614.Address:x2},0x{Tmp102:x2}"));
        string bus = await bench.UntilAsync("the bus of i2c-stub", () => WiredChecks.Bus("SMBus stub"));
        number = Path.GetFileName(bus)[4..];
        See(Mlx90614.WordOf(3725));
        Set(Mlx90614.Address, 0x25, 0x9FB4); // one sensor
        // the TMP102 gives the high byte first: 37.5 °C in its extended mode, 1/128 °C a step; then what its configuration says after power-up
        Set(Tmp102, 0x00, Swapped((int)(37.5 * 128)));
        Set(Tmp102, 0x01, Swapped(0x60A0));
        await WiredChecks.BindAsync(bench, bus, "tmp102", Tmp102, "/sys/class/hwmon");
        await WiredChecks.BindAsync(bench, bus, Thermometer, Mlx90614.Address, "/sys/bus/iio/devices");
        return $"bus {number}; before, the gateway said '{away}'";
    }

    private async Task<string> HwmonAsync()
    {
        JsonNode reading = await gateway.ReadingAsync(Model, 37.5, 0);
        await gateway.NoFindingAsync(Strap);
        return $"{reading["value"]} {reading["unit"]} of {Model}";
    }

    private async Task<string> ErrorBitAsync()
    {
        await gateway.ReadingAsync(Thermometer, 37.25, 0);
        await gateway.NoFindingAsync(Finding);
        See(0x8001);
        string told = await gateway.FindingAsync(Finding);
        See(Mlx90614.WordOf(3747));
        await gateway.ReadingAsync(Thermometer, 37.47, 0);
        await gateway.NoFindingAsync(Finding);
        return $"37.25 Cel; '{told}'; then 37.47 Cel";
    }

    private void See(int word) => Set(Mlx90614.Address, 0x07, word);

    private static int Swapped(int word) => ((word & 0xFF) << 8) | (word >> 8);

    // -f: also under a driver, as the chip itself changes its registers
    private void Set(byte chip, byte register, int word) => HilBench.Run(
        "i2cset", "-f", "-y", number, Hex(chip), Hex(register), string.Create(CultureInfo.InvariantCulture, $"0x{word:x4}"), "w");

    private static string Hex(byte value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x2}");
}
