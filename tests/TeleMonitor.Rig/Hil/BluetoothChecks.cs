using System.Globalization;

namespace TeleMonitor.Rig.Hil;

/// <summary>
/// The gateway's Bluetooth from end to end: a support worker's <c>sensors pair</c>, then the running gateway, both as the home's user, against
/// bluetoothd, the kernel and real pairing. Only the radios are virtual.
/// </summary>
internal sealed class BluetoothChecks(HilBench bench, GuestGateway gateway, BluetoothBench radio)
{
    public const string Model = "hil-oximeter";

    public const string ModelFile = """
        {
          "id": "hil-oximeter", "version": "1", "source": "Made by the bench: an oximeter that has a thermometer too.", "approved": null,
          "vitals": { "spo2": { "unit": "%", "possible": { "low": 0, "high": 100 } }, "pulse": { "unit": "/min", "possible": { "low": 0, "high": 350 } },
            "temperature": { "unit": "Cel", "possible": { "low": 0, "high": 50 } } },
          "device": { "maker": "the bench", "bus": "bluetooth", "services": ["1822", "1809"], "encrypted_characteristic": "2A60",
            "battery": "none", "clock": "own", "quirks": [], "datasheet": "tests/TeleMonitor.Rig/Hil/peripheral.py" }
        }

        """;

    private const string Pulse = "8867-4", Temperature = "8310-5", Spo2 = "59408-5"; // LOINC
    private const string Finding = "sensor/bluetooth", Sent = "this was tested", Number = "number ";
    private const int Attempts = 2, Enough = 5, Jump = 500; // the device counts on from the next multiple when a link ended

    public async Task RunAsync()
    {
        await bench.CheckAsync("BLE: with bluetoothd and two virtual radios there, the running gateway switches its own on", RadiosAsync);
        await bench.CheckAsync("BLE: sensors pair finds it, both sides show one number, and what is given out encrypted only was read", PairAsync);
        await bench.CheckAsync("BLE: notifications and indications are readings, each once and in order", () => ValuesAsync(0));
        await bench.CheckAsync("BLE: the link is lost, the device comes back, its readings come again, each once", LinkLossAsync);
        await bench.CheckAsync("BLE: bluetoothd killed by SIGKILL runs again, and the gateway goes on, each reading once", CrashAsync);
    }

    private bool paired;

    private async Task<string> RadiosAsync()
    {
        string away = await gateway.FindingAsync(Finding);
        int attempts = await radio.StartAsync();
        await bench.UntilAsync("the gateway's radio on", () => BluetoothBench.IsOn(BluetoothBench.Ours));
        await gateway.NoFindingAsync(Finding);
        await radio.SwitchOnAsync();
        await radio.StartPeripheralAsync(0);
        return $"before, the gateway said '{away}'; bluetoothd {HilBench.Run("bluetoothctl", "--version")}, attempts {attempts}";
    }

    private async Task<string> PairAsync()
    {
        using Dialogue desk = await DeskAsync();
        // bluetoothd has one agent for who is paired with, whatever the radio: from here on it is the peripheral's
        radio.Peripheral.Tell("answer");
        await radio.Peripheral.HearAsync("answering");
        desk.Tell("j");
        string asked = await desk.HearAsync("Does the device show the number");
        string shown = (await radio.Peripheral.HearAsync(Number))[Number.Length..];
        if (!asked.Contains(shown, StringComparison.Ordinal))
        {
            throw new RigException($"the device shows {shown}; '{asked}'");
        }

        desk.Tell("j");
        string sure = await desk.HearAsync(Sent);
        int code = await desk.EndAsync();
        string read = await radio.Peripheral.HearAsync("read 2a60");
        paired = code == 0;
        return paired ? $"number {shown} on both; '{sure.Trim()}'; the device: '{read}'" : throw new RigException($"exit code {code}: {string.Join(" | ", desk.Said)}");
    }

    // the command gives bluetoothd five seconds to answer, which an interpreted guest may need; a support worker asks again too
    private async Task<Dialogue> DeskAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            Dialogue desk = new(bench, "setpriv", "--reuid", "telemonitor", "--regid", "telemonitor", "--groups", "bluetooth",
                "/opt/telemonitor/telemonitor-gateway", "sensors", "pair", "--config", GuestGateway.Config, "--model", Model);
            try
            {
                await desk.HearAsync("Is it this device?");
                return desk;
            }
            catch (RigException failed)
            {
                desk.Dispose();
                if (attempt == Attempts)
                {
                    throw new RigException($"{failed.Message} | {radio.Standing()}");
                }
            }
        }
    }

    /// <summary>Waits for enough values of both kinds that count on from <paramref name="first"/>, and looks at all that ever came.</summary>
    private async Task<string> ValuesAsync(int first)
    {
        if (!paired)
        {
            throw new RigException("nothing is paired");
        }

        bool came = await bench.HoldsAsync(() => Counts(Pulse).Count(count => count > first) >= Enough && Counts(Temperature).Count(count => count > first) >= Enough, HilBench.Bound);
        (int[] pulses, int[] temperatures, double[] spo2) = (Counts(Pulse), Counts(Temperature), [.. gateway.Values(Model, Spo2).Distinct()]);
        int confirmed = radio.Peripheral.Said.Count(line => line is "confirmed");
        string seen = string.Create(CultureInfo.InvariantCulture,
            $"pulses {Runs(pulses)}; temperatures {Runs(temperatures)}; SpO2 {string.Join(", ", spo2)}; {confirmed} indications confirmed");
        bool once = IsOnceInOrder(pulses) && IsOnceInOrder(temperatures);
        return came && once && spo2 is [97] && confirmed > 0 ? seen
            : throw new RigException($"{seen} | the device: {string.Join(", ", radio.Peripheral.Said.TakeLast(12))} | the gateway: {GuestGateway.Journal()} | {radio.Standing()}");
    }

    private async Task<string> LinkLossAsync()
    {
        await ValuesAsync(0);
        BluetoothBench.LoseLink();
        await radio.Peripheral.HearAsync($"link {BluetoothBench.Ours} 0");
        return await ValuesAsync(Jump);
    }

    private async Task<string> CrashAsync()
    {
        await ValuesAsync(0);
        string before = Daemon();
        HilBench.Run("systemctl", "kill", "--kill-whom=main", "--signal=SIGKILL", "bluetooth.service");
        await bench.UntilAsync("another bluetoothd", () => Daemon() is var now && now != before && now is not "0");
        await radio.SwitchOnAsync();
        int next = (Counts(Pulse).Max() / Jump * Jump) + Jump;
        await radio.StartPeripheralAsync(next);
        return await ValuesAsync(next);
    }

    private static string Daemon() => HilBench.Run("systemctl", "show", "--property", "MainPID", "--value", "bluetooth.service");

    // the device counts in tenths of a beat from 30 and in thousandths of a degree from 36
    private int[] Counts(string code) =>
        [.. gateway.Values(Model, code).Select(value => (int)Math.Round(code is Pulse ? (value - 30) * 10 : (value - 36) * 1000, MidpointRounding.AwayFromZero))];

    /// <summary>Rising by one everywhere, but for where a link ended.</summary>
    private static bool IsOnceInOrder(int[] counts) =>
        counts.Zip(counts.Skip(1)).All(pair => pair.Second == pair.First + 1 || pair.Second / Jump > pair.First / Jump);

    private static string Runs(int[] counts)
    {
        List<string> runs = [];
        for (int start = 0, end = 0; start < counts.Length; start = end)
        {
            for (end = start + 1; end < counts.Length && counts[end] == counts[end - 1] + 1; end++)
            {
            }

            runs.Add(string.Create(CultureInfo.InvariantCulture, $"{counts[start]}-{counts[end - 1]}"));
        }

        return string.Join(", ", runs);
    }
}
