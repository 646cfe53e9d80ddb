using System.Text.Json.Nodes;
using TeleMonitor.Edge.Tests.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>A home with as many Bluetooth devices as a radio holds: what reading them costs the gateway, with bluetoothd played by dbusmock.</summary>
internal static class SensorLoad
{
    private const int Devices = 10;
    private const ushort Oximeter = 0x1822;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Notify = ["notify"];

    /// <summary>Ten oximeters, each a frame a second with two values in it.</summary>
    /// <param name="seconds">How long is measured; as long again passes before it, which is the compiler's.</param>
    public static async Task<IReadOnlyList<Figure>> TenDevicesAsync(int seconds, CancellationToken ct)
    {
        await using Site site = await Site.StartAsync("sensors", Site.Homes(1), ct);
        string config = WithBluetooth(site);
        await using MockBluez mock = await MockBluez.StartAsync();
        await mock.AddAdapterAsync();
        var frames = new List<string>();
        for (int number = 0; number < Devices; number++)
        {
            frames.Add(await AddAsync(mock, number));
        }
        await using Child gateway = Child.Start("gateway", Repository.Gateway, ["run", "--config", config], site.Installation.GatewayLog, null,
            new Dictionary<string, string> { ["DBUS_SYSTEM_BUS_ADDRESS"] = mock.Address });
        foreach (string frame in frames)
        {
            await SubscribedAsync(mock, frame, gateway, site, ct);
        }
        await NotifyAsync(mock, frames, seconds, ct);
        (ProcessUse before, long began) = (ProcessUse.Of(gateway.Id)!.Value, Site.Time.GetTimestamp());
        await NotifyAsync(mock, frames, seconds, ct);
        double took = Site.Time.GetElapsedTime(began).TotalSeconds;
        ProcessUse after = ProcessUse.Of(gateway.Id) ?? throw new RigException($"the gateway ended: {Child.Tail(site.Installation.GatewayLog)}");
        double readings = 2.0 * Devices * seconds;
        string how = $"{Devices} oximeters, {readings / took:0.0} readings/s for {took:0} s, {(after.CpuSeconds - before.CpuSeconds) / took * 100:0.0} % of one core; receipted by a hub as it goes";
        return
        [
            new Figure("gateway CPU per 100,000 readings, ten Bluetooth devices at 1 Hz", (after.CpuSeconds - before.CpuSeconds) / readings * 100_000, "CPU-s", new Budget(8),
                "50,000 signals × (bus message 30 us + wake-up 20 us + commit 100 us) ≈ 8 s", how),
            new Figure("gateway memory, ten Bluetooth devices", after.Megabytes, "MB", new Budget(95), "as with one home, and a bus connection with its objects 2 MB", how),
        ];
    }

    private static string Address(int number) => $"AA:BB:CC:00:00:{number:X2}";

    private static string WithBluetooth(Site site)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(site.Installation.GatewayConfig))!;
        config.AsObject().Remove("homes"); // no simulated homes beside it
        JsonNode home = config["assignments"]![0]!;
        home["bluetooth"] = true;
        File.WriteAllText(site.Installation.GatewayConfig, config.ToJsonString());
        string folder = Path.Combine(site.Installation.Outboxes, (string)home["gateway"]!);
        Directory.CreateDirectory(folder);
        BondedDevices bonds = BondedDevices.Open(Path.Combine(folder, "sensors.json"), out _);
        for (int number = 0; number < Devices; number++)
        {
            bonds.Put(new BondedDevice(Address(number), "ble-oximeter", Site.Time.GetUtcNow()) { Assignment = (int)home["assignment"]! });
        }
        return site.Installation.GatewayConfig;
    }

    private static async Task<string> AddAsync(MockBluez mock, int number)
    {
        await mock.AddDeviceAsync(Address(number), $"oximeter {number}");
        return await mock.AddCharacteristicAsync(Address(number), Oximeter, GattReadings.ContinuousOximeter, Notify, []);
    }

    private static async Task SubscribedAsync(MockBluez mock, string frame, Child gateway, Site site, CancellationToken ct)
    {
        long began = Site.Time.GetTimestamp();
        while ((await mock.CallsAsync(frame, "StartNotify")).Count == 0)
        {
            if (gateway.HasExited || Site.Time.GetElapsedTime(began) > Patience)
            {
                throw new RigException($"the gateway did not subscribe within {Patience.TotalSeconds} s: {Child.Tail(site.Installation.GatewayLog)}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), Site.Time, ct);
        }
    }

    private static async Task NotifyAsync(MockBluez mock, List<string> frames, int seconds, CancellationToken ct)
    {
        long began = Site.Time.GetTimestamp();
        for (int second = 0; second < seconds; second++)
        {
            foreach (string frame in frames)
            {
                await mock.NotifyAsync(frame, 0, (byte)(95 + (second % 4)), 0, (byte)(60 + (second % 20)), 0); // no optional fields, SpO2, pulse rate
            }
            TimeSpan left = (Every * (second + 1)) - Site.Time.GetElapsedTime(began);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, Site.Time, ct);
        }
    }
}
