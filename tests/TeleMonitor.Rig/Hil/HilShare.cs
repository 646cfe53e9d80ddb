using System.Text.Json.Nodes;

namespace TeleMonitor.Rig.Hil;

/// <summary>What the guest's root gets anew for each start: the programs as built, the gateway's system files as homes get them, certificates.</summary>
/// <param name="root">The guest's root folder.</param>
internal sealed class HilShare(string root)
{
    /// <summary>How often the sensors on wires are read here, in seconds.</summary>
    public const int Period = 2;

    /// <summary>Writes all of it.</summary>
    /// <param name="pki">Certificates of this run.</param>
    /// <param name="brokerPort">Where the broker listens for gateways on this machine's loopback.</param>
    /// <param name="only">Group of checks; empty: all.</param>
    public void Write(string pki, int brokerPort, string only)
    {
        string artifacts = Path.Combine(Repository.Root, "artifacts"), system = Path.Combine(Repository.FirmwareConfig, "gateway-os");
        CopyFolder(Path.Combine(artifacts, "lib", "telemonitor-rig"), "app");
        CopyFolder(Path.Combine(artifacts, "lib", "telemonitor-gateway"), "opt/telemonitor/lib/telemonitor-gateway");
        CopyFile(Path.Combine(artifacts, "telemonitor-gateway"), "opt/telemonitor/telemonitor-gateway");
        CopyFolder(Repository.FirmwareConfig, "opt/telemonitor/firmware-config");
        Quicken("mlx90614.json");
        CopyFile(Path.Combine(system, "telemonitor-gateway.service"), "etc/systemd/system/" + GuestGateway.Unit);
        CopyFile(Path.Combine(system, "bluetooth.service.d", "telemonitor.conf"), "etc/systemd/system/bluetooth.service.d/telemonitor.conf");
        CopyFile(Path.Combine(system, "60-telemonitor.rules"), "etc/udev/rules.d/60-telemonitor.rules");
        CopyFile(Path.Combine(pki, "broker-ca.crt"), "etc/telemonitor/pki/broker-ca.crt");
        CopyFile(Path.Combine(pki, "gateways", GuestGateway.Id + ".crt"), "etc/telemonitor/pki/gateway.crt");
        CopyFile(Path.Combine(pki, "gateways", GuestGateway.Id + ".key"), "etc/telemonitor/pki/gateway.key");
        WriteText("etc/telemonitor/gateway.json", Configuration(brokerPort));
        string dropIns = Path.Combine(root, Path.GetDirectoryName(WatchdogChecks.SlowStart)![1..]);
        if (Directory.Exists(dropIns))
        {
            Directory.Delete(dropIns, recursive: true); // of an older bench
        }

        WriteText(WatchdogChecks.SlowStart[1..], "[Service]\nTimeoutStartSec=600\nEnvironment=DOTNET_EnableDiagnostics=0\n");
        WriteText(WatchdogChecks.SlowTurns[1..], "[Service]\nWatchdogSec=120\n");
        WriteText($"opt/telemonitor/firmware-config/sensors/{StubChecks.Model}.json", StubChecks.ModelFile);
        WriteText($"opt/telemonitor/firmware-config/sensors/{BluetoothChecks.Model}.json", BluetoothChecks.ModelFile);
        CopyFile(Path.Combine(Repository.Root, "tests", "TeleMonitor.Rig", "Hil", "peripheral.py"), "share/peripheral.py");
        WriteText("share/do", Do(only));
    }

    private static string Do(string only) => $$"""
        export PATH=/usr/sbin:/usr/bin
        chown -R telemonitor:telemonitor /etc/telemonitor
        modprobe -a uhid i2c-dev hid-cp2112 mlx90614 virtio_net
        systemctl start --no-block telemonitor-gateway.service
        ip link set lo up
        ip address add 10.0.2.15/24 dev eth0
        ip link set eth0 up
        exec dotnet /app/telemonitor-rig.dll hil-guest --console /dev/hvc0 --only "{{only}}"

        """;

    private static string Configuration(int brokerPort) => $$"""
        { "brokers": ["mqtts://localhost:{{brokerPort}}"], "ca": "pki/broker-ca.crt", "certificate": "pki/gateway.crt", "key": "pki/gateway.key",
          "data": "/var/lib/telemonitor", "firmware_config": "/opt/telemonitor/firmware-config", "backoff_ceiling_seconds": 2,
          "assignments": [{ "gateway": "{{GuestGateway.Id}}", "assignment": 1, "scale": 1, "bluetooth": true, "call_numbers": [{ "label": "Akutteamet", "number": "70 11 31 31" }],
            "sensors": [{ "model": "mlx90614" }, { "model": "{{StubChecks.Model}}" },
              { "model": "help-button", "lines": { "button": { "chip": "cp2112_gpio", "offset": {{WiredChecks.ButtonLine}}, "active_low": true },
                "led": { "chip": "cp2112_gpio", "offset": {{WiredChecks.LampLine}} }, "buzzer": { "chip": "cp2112_gpio", "offset": {{WiredChecks.BuzzerLine}} } } }] }] }

        """;

    // what the checks wait for comes every two seconds and not every ten
    private void Quicken(string model)
    {
        string file = Target("opt/telemonitor/firmware-config/sensors/" + model);
        JsonNode read = JsonNode.Parse(File.ReadAllText(file))!;
        read["device"]!["period_seconds"] = Period;
        File.WriteAllText(file, read.ToJsonString());
    }

    private void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            CopyFile(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private void CopyFile(string from, string to)
    {
        string target = Target(to);
        File.Copy(from, target, overwrite: true);
    }

    private void WriteText(string to, string text) => File.WriteAllText(Target(to), text);

    private string Target(string to)
    {
        string target = Path.Combine(root, to);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }
}
