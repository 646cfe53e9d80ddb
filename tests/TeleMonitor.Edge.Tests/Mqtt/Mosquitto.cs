using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>A real broker on a free loopback port, with its files in a folder of its own, ended by its process id.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string folder;
    private Process? process;

    private Mosquitto(string folder, int port)
    {
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    private string LogPath => Path.Combine(folder, "log");

    private string Configuration => Path.Combine(folder, "mosquitto.conf");

    public static Task<Mosquitto> StartPlainAsync() => StartAsync([]);

    /// <summary>Asks for a client certificate of the authority and takes its common name as user name and client id.</summary>
    public static Task<Mosquitto> StartTlsAsync(TestAuthority authority, X509Certificate2 server) => StartAsync(
        ["cafile {0}/ca.pem", "certfile {0}/server.pem", "keyfile {0}/server.key", "require_certificate true",
            "use_identity_as_username true", "use_username_as_clientid true"],
        folder =>
        {
            File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.Root.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "server.pem"), server.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "server.key"), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        });

    /// <summary>Starts it again on the same port with the same files.</summary>
    public async Task RestartAsync()
    {
        process = Process.Start(new ProcessStartInfo(Program, ["-c", Configuration]) { RedirectStandardError = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{Program} did not start");
        long start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > Patience)
            {
                string log = File.Exists(LogPath) ? await File.ReadAllTextAsync(LogPath) : "no log";
                throw new InvalidOperationException($"mosquitto does not listen on {Port}: {log}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>SIGTERM: it ends by itself.</summary>
    public async Task StopAsync()
    {
        using Process signal = Process.Start("kill", ["-TERM", process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
        await EndedAsync();
    }

    /// <summary>kill -9: it is gone in mid-sentence.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await EndedAsync();
    }

    /// <summary>Runs one of mosquitto's own C clients, an implementation that shares no line with ours.</summary>
    public async Task<string> RunClientAsync(string program, params string[] arguments)
    {
        using Process client = StartClient(program, arguments);
        string output = await client.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        string errors = await client.StandardError.ReadToEndAsync().WaitAsync(Patience);
        await client.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(client.ExitCode == 0, $"{program} ended with {client.ExitCode}: {errors}");
        return output;
    }

    public Process StartClient(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo($"/usr/bin/{program}", ["-h", "127.0.0.1", "-p", $"{Port}", "-V", "5", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException($"{program} did not start");

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Mosquitto> StartAsync(string[] lines, Action<string>? prepare = null)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException(
                $"{Program} is missing; these tests need a real broker: apt-get install mosquitto mosquitto-clients");
        }

        string own = Directory.CreateTempSubdirectory("tm-mosquitto-").FullName;
        prepare?.Invoke(own);
        for (int attempt = 1; ; attempt++)
        {
            Mosquitto broker = new(own, FreePort());
            await File.WriteAllLinesAsync(broker.Configuration, broker.Lines(lines));
            try
            {
                await broker.RestartAsync();
                return broker;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // somebody took the free port between the look and the start
            }
        }
    }

    private IEnumerable<string> Lines(string[] own) =>
    [
        "per_listener_settings true", $"user {Environment.UserName}", "persistence false", "set_tcp_nodelay true",
        "max_inflight_messages 1000", "max_queued_messages 0", $"log_dest file {LogPath}", $"listener {Port} 127.0.0.1",
        "allow_anonymous true", .. own.Select(line => line.Replace("{0}", folder, StringComparison.Ordinal)),
    ];

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        using TcpClient probe = new();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task EndedAsync()
    {
        await process!.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
        process = null;
    }
}
