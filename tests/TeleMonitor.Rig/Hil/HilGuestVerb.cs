namespace TeleMonitor.Rig.Hil;

/// <summary>What runs inside the guest of <c>hil</c>: the simulated hardware, and one check after the other.</summary>
/// <param name="console">Device that the rig outside reads.</param>
/// <param name="only">One of <see cref="Groups"/>; empty: all of them.</param>
/// <param name="time">The clock.</param>
internal sealed class HilGuestVerb(string console, string only, TimeProvider time)
{
    /// <summary>Groups of checks, in their order. Before the first the hardware is plugged in and the gateway started, whichever are done.</summary>
    public static readonly string[] Groups = ["wired", "help", "stub", "bluetooth", "watchdog"];

    public async Task<int> RunAsync()
    {
        HilBench bench = new(console, time);
        GuestGateway gateway = new(bench);
        Cp2112 chip = new() { Thermometer = new Mlx90614() };
        using UhidDevice adapter = new(chip);
        using BluetoothBench radio = new(bench);
        WiredChecks wired = new(bench, gateway, chip, adapter);
        await bench.CheckAsync("the kernel's own drivers find the simulated CP2112 and the thermometer on it", async () =>
        {
            await wired.PlugInAsync();
            return "an I2C bus, a GPIO chip, an IIO device";
        });
        await bench.CheckAsync("systemd starts the gateway by the unit that homes get, and it says that it is ready", async () =>
        {
            await gateway.StartedAsync();
            return $"process {GuestGateway.MainProcess}, user {GuestGateway.Property("User")}";
        });
        Func<Task>[] checks =
        [
            wired.RunAsync, new HelpChecks(bench, gateway, chip).RunAsync, new StubChecks(bench, gateway, adapter).RunAsync,
            new BluetoothChecks(bench, gateway, radio).RunAsync, new WatchdogChecks(bench, gateway).RunAsync,
        ];
        foreach ((string group, Func<Task> run) in Groups.Zip(checks))
        {
            if (only is "" || string.Equals(only, group, StringComparison.Ordinal))
            {
                await run();
            }
        }

        bench.Say("END");
        return 0;
    }
}
