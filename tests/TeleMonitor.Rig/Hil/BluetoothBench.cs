using System.Globalization;

namespace TeleMonitor.Rig.Hil;

/// <summary>Two virtual radios (btvirt over the kernel's hci_vhci), the guest's bluetoothd, and a peripheral on the second radio. Ends what it started.</summary>
internal sealed class BluetoothBench(HilBench bench) : IDisposable
{
    /// <summary>The gateway's radio, which is the first there is, and the peripheral's.</summary>
    public const string Ours = "hci0", Theirs = "hci1";

    private const string Adapter = "org.bluez.Adapter1";
    private const int Attempts = 4;

    // the kernel gives a new radio 2 s to answer its first question; one that was too slow has no name at bluetoothd for ever
    private const string TooSlow = "Opcode 0x0c03 failed";

    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(60);

    private Dialogue? radios, peripheral;

    /// <summary>The peripheral on its radio.</summary>
    public Dialogue Peripheral => peripheral ?? throw new RigException("the peripheral was not started");

    /// <summary>Starts radios and bluetoothd; radios that did not answer the kernel in time are taken out and started again, a few times.</summary>
    /// <returns>How many attempts it took.</returns>
    public async Task<int> StartAsync()
    {
        // what pairing computes with: without it Pair says yes and nothing that is encrypted is ever read; and what a radio of btvirt computes with,
        // which the kernel would fetch after the radio is there, for longer than it waits for its answer
        HilBench.Run("modprobe", "-a", "hci_vhci", "cmac", "ecb", "ccm", "drbg", "algif_hash", "algif_skcipher");
        HilBench.TryRun("btvirt", "--version"); // read from the shared root once, it starts faster
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            int slow = SlowAnswers();
            radios?.Dispose();
            radios = new Dialogue(bench, "chrt", "--fifo", "10", "btvirt", "-L", "-l2"); // a radio is never busy with anything else
            await bench.UntilAsync("two radios", () => Directory.Exists("/sys/class/bluetooth/" + Ours) && Directory.Exists("/sys/class/bluetooth/" + Theirs));
            HilBench.Run("systemctl", "start", "bluetooth.service"); // not before: its unit asks for a radio
            bool both = false;
            await bench.HoldsAsync(() => (both = Property(Ours, Adapter, "Address").Length > 0 && Property(Theirs, Adapter, "Address").Length > 0) || SlowAnswers() > slow, Answering);
            if (both)
            {
                return attempt;
            }
        }

        throw new RigException($"the radios did not answer the kernel in {Attempts} attempts: {string.Join(" | ", radios!.Said)}");
    }

    /// <summary>Whether a radio is on.</summary>
    public static bool IsOn(string radio) => Property(radio, Adapter, "Powered") is "b true";

    /// <summary>Switches the peripheral's radio on.</summary>
    public Task SwitchOnAsync() => bench.UntilAsync("the peripheral's radio on", () =>
        HilBench.TryRun("busctl", "set-property", "org.bluez", "/org/bluez/" + Theirs, Adapter, "Powered", "b", "true").Code == 0 && IsOn(Theirs));

    /// <summary>Ends the link as the radio does when nothing was heard for too long.</summary>
    public static void LoseLink()
    {
        string[] words = HilBench.Run("hcitool", "-i", Theirs, "con").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int handle = Array.IndexOf(words, "handle");
        HilBench.Run("hcitool", "-i", Theirs, "ledc", handle >= 0 ? words[handle + 1] : throw new RigException("no link there"), "8"); // source: Core Specification 5.4, Vol 1, Part F, 2.8: connection timeout
    }

    /// <summary>Starts the peripheral anew; returns when it advertises.</summary>
    /// <param name="first">Where its values begin to count.</param>
    public async Task StartPeripheralAsync(int first)
    {
        peripheral?.Dispose();
        peripheral = new Dialogue(bench, "python3", "/share/peripheral.py", Theirs, first.ToString(CultureInfo.InvariantCulture));
        await peripheral.HearAsync("served");
        await peripheral.HearAsync("advertised");
    }

    /// <summary>How radios and bluetoothd stand, for a check that failed.</summary>
    public string Standing()
    {
        string[] paths = HilBench.TryRun("busctl", "tree", "--list", "org.bluez").Output.Split('\n');
        IEnumerable<string> devices = paths.Where(path => path.Split('/') is [.., ['d', 'e', 'v', '_', ..]]);
        return string.Join(" | ", devices.Select(path => path + string.Concat(new[] { "Connected", "ServicesResolved", "RSSI" }.Select(name =>
                $" {name} {HilBench.TryRun("busctl", "get-property", "org.bluez", path, "org.bluez.Device1", name).Output}"))
                + $" entries {paths.Count(other => other.StartsWith(path + "/", StringComparison.Ordinal))}"))
            + $" | radios: {string.Join(", ", radios?.Said.TakeLast(5) ?? [])} | peripheral: {string.Join(", ", peripheral?.Said.TakeLast(12) ?? [])} | "
            + HilBench.TryRun("journalctl", "-u", "bluetooth", "-n", "15", "--no-pager", "-o", "cat").Output;
    }

    public void Dispose()
    {
        peripheral?.Dispose();
        radios?.Dispose();
    }

    private static int SlowAnswers() => HilBench.Run("dmesg").Split(TooSlow).Length;

    // as busctl writes it: the type, then the value; empty where there is none
    private static string Property(string place, string face, string name) =>
        HilBench.TryRun("busctl", "get-property", "org.bluez", "/org/bluez/" + place, face, name) is (0, var value) ? value : "";
}
