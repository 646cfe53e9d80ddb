namespace TeleMonitor.Rig.Hil;

/// <summary>What runs inside the guest of <c>hil</c>: the simulated hardware, and one check after the other.</summary>
internal sealed class HilGuestVerb(string console, TimeProvider time)
{
    public async Task<int> RunAsync()
    {
        HilBench bench = new(console, time);
        GuestGateway gateway = new(bench);
        Cp2112 chip = new() { Thermometer = new Mlx90614() };
        using UhidDevice adapter = new(chip);
        WiredChecks wired = new(bench, gateway, chip, adapter);
        await bench.CheckAsync("the kernel's own drivers find the simulated CP2112 and the thermometer on it", async () =>
        {
            await wired.PlugInAsync();
            return "an I2C bus, a GPIO chip, an IIO device";
        });
        await bench.CheckAsync("systemd starts the gateway by the unit that homes get, and it says that it is ready", () =>
        {
            GuestGateway.Start();
            return Task.FromResult($"process {GuestGateway.MainProcess}, user {GuestGateway.Property("User")}");
        });
        await wired.RunAsync();
        await new HelpChecks(bench, gateway, chip).RunAsync();
        await new StubChecks(bench, gateway, adapter).RunAsync();
        await new WatchdogChecks(bench, gateway).RunAsync();
        bench.Say("END");
        return 0;
    }
}
