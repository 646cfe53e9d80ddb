namespace TeleMonitor.Rig;

/// <summary>Mosquitto with the shipped configuration, on two free loopback ports, in a folder of its own.</summary>
public sealed class Broker : IAsyncDisposable
{
    private readonly string configuration;
    private readonly Action<string>? echo;
    private Child? child;
    private bool gone;

    private Broker(string folder, Pki pki, int gatewayPort, int hubPort, Action<string>? echo)
    {
        GatewayPort = gatewayPort;
        HubPort = hubPort;
        LogFile = Path.Combine(folder, "log", "broker.log");
        configuration = Path.Combine(folder, "mosquitto.conf");
        this.echo = echo;
        string template = Path.Combine(Repository.FirmwareConfig, "broker", "mosquitto.conf");
        File.WriteAllText(configuration, Fill(File.ReadAllText(template), pki.Folder, gatewayPort, hubPort));
    }

    public int GatewayPort { get; }

    public int HubPort { get; }

    public string LogFile { get; }

    public int Id => child!.Id;

    /// <summary>Starts it and returns when both listeners accept connections.</summary>
    /// <param name="folder">Gets mosquitto.conf and log/broker.log.</param>
    /// <exception cref="RigException">It ended, or did not listen within ten seconds; the message ends with its log.</exception>
    public static async Task<Broker> StartAsync(string folder, Pki pki, TimeProvider time, CancellationToken ct, Action<string>? echo = null)
    {
        Directory.CreateDirectory(folder);
        Broker broker = new(folder, pki, LoopbackPorts.Free(), LoopbackPorts.Free(), echo);
        await broker.StartAsync(time, ct);
        return broker;
    }

    /// <summary>kill -9, then the same broker again on the same ports. It keeps nothing: that is what it is configured to.</summary>
    public async Task CrashAndRestartAsync(TimeProvider time, CancellationToken ct)
    {
        await KillAsync();
        await StartAsync(time, ct);
    }

    /// <summary>kill -9; <see cref="CrashAndRestartAsync"/> brings it back.</summary>
    public async Task KillAsync()
    {
        if (!gone)
        {
            gone = true;
            await child!.KillAsync();
            await child.DisposeAsync();
        }
    }

    /// <summary>Ends when the broker does.</summary>
    public Task<int> WaitAsync(CancellationToken ct) => child!.WaitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (child is not null)
        {
            await child.DisposeAsync();
        }
    }

    /// <summary>The template with its placeholders filled in; firmware-config/broker/README.md lists them.</summary>
    internal static string Fill(string template, string pki, int gatewayPort, int hubPort) => template
        .Replace("{bind}", "127.0.0.1", StringComparison.Ordinal)
        .Replace("{gateway_port}", $"{gatewayPort}", StringComparison.Ordinal)
        .Replace("{hub_port}", $"{hubPort}", StringComparison.Ordinal)
        .Replace("{pki}", Path.GetFullPath(pki), StringComparison.Ordinal)
        .Replace("{acl}", Path.Combine(Repository.FirmwareConfig, "broker"), StringComparison.Ordinal)
        .Replace("{user}", Environment.UserName, StringComparison.Ordinal);

    private async Task StartAsync(TimeProvider time, CancellationToken ct)
    {
        gone = false;
        child = Child.Start("broker", Repository.Installed("mosquitto", "mosquitto"), ["-c", configuration], LogFile, echo);
        await Waiting.UntilAsync(
            () => Task.FromResult(LoopbackPorts.IsListenedOn(GatewayPort) && LoopbackPorts.IsListenedOn(HubPort)),
            child, LogFile, TimeSpan.FromSeconds(10), "listens on its two ports", time, ct);
    }
}
