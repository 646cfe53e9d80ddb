using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using TeleMonitor.Benchmarks;
using TeleMonitor.Mqtt;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>A broker and a hub of their own for one measurement, in a folder that goes with it; and ways to listen and send beside them.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly string folder;
    private readonly Pki pki;
    private readonly X509Certificate2Collection roots = [];

    private Site(string folder, Uri hub, Installation installation)
    {
        (this.folder, Hub, Installation) = (folder, hub, installation);
        pki = Pki.Open(Path.Combine(folder, "pki"), Time.GetUtcNow());
        roots.ImportFromPemFile(pki.CertificateOf("broker-ca"));
    }

    public static TimeProvider Time => TimeProvider.System;

    public Installation Installation { get; }

    /// <summary>Where the hub listens.</summary>
    public Uri Hub { get; }

    /// <summary>Starts broker and hub with these homes registered.</summary>
    public static async Task<Site> StartAsync(string name, IReadOnlyList<Home> homes, CancellationToken ct)
    {
        string folder = Place.Folder("load-" + name);
        int port = LoopbackPorts.Free();
        return new Site(folder, new Uri($"http://127.0.0.1:{port}"), await Installation.StartAsync(folder, homes, port, Time, ct));
    }

    /// <summary>Homes gw-bench001, gw-bench002, …</summary>
    public static IReadOnlyList<Home> Homes(int count) =>
    [
        .. Enumerable.Range(1, count).Select(number => new Home("gw-" + Patient(number), $"kit-{number:0000}", number, $"c-{number:0000}", "aabenraa", Synthetic: false)),
    ];

    public static string Patient(int number) => $"bench{number:000}";

    /// <summary>A session with a hub's certificate beside the hub's own: it may read what every gateway sends.</summary>
    public Task<MqttSession> JoinAsHubAsync(CancellationToken ct)
    {
        _ = pki.IssueHub("hub-2") is { } refused ? throw new RigException(refused) : 0;
        return ConnectAsync("hub-2", "hub-2", Installation.Broker.HubPort, ct);
    }

    /// <summary>A session of a registered gateway.</summary>
    public Task<MqttSession> JoinAsGatewayAsync(string gateway, CancellationToken ct) => ConnectAsync(gateway, "gateways/" + gateway, Installation.Broker.GatewayPort, ct);

    /// <summary>Writes a recording of seeded patients whose rows take turns.</summary>
    /// <returns>The file, and how many readings it holds.</returns>
    public (string File, long Readings) WriteRecording(int patients, int readings)
    {
        string file = Path.Combine(folder, "recording.csv");
        SeededPatient[] all = [.. Enumerable.Range(1, patients).Select(number => new SeededPatient(Patient(number), 20261122 + number))];
        using var text = new StreamWriter(file);
        text.Write("patient,iculos_h,hr,o2sat,temp,sbp,dbp,resp\n");
        long written = 0;
        for (int row = 0; written < readings; row++)
        {
            var values = all[row % patients].Next();
            string cells = string.Join(',', values.Values.Select(value => value.Value.ToString(CultureInfo.InvariantCulture)));
            text.Write(string.Create(CultureInfo.InvariantCulture, $"{values.Patient},{values.Hour},{cells}\n"));
            written += values.Values.Count;
        }
        return (file, written);
    }

    /// <summary>Writes a recording of given rows: patient, hour, well or ill.</summary>
    public string WriteRecording(string name, IEnumerable<(string Patient, int Hour, bool Ill)> rows)
    {
        string file = Path.Combine(folder, name + ".csv");
        File.WriteAllLines(file, rows.Select(row => $"{row.Patient},{row.Hour},{(row.Ill ? "135,88,39.2,84,50,32" : "72,98,36.8,128,76,15")}")
            .Prepend("patient,iculos_h,hr,o2sat,temp,sbp,dbp,resp"));
        return file;
    }

    /// <summary>A file of this site, for what a measurement writes.</summary>
    public string PathOf(string name) => Path.Combine(folder, name);

    public async ValueTask DisposeAsync()
    {
        await Installation.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<MqttSession> ConnectAsync(string client, string certificate, int port, CancellationToken ct) => await MqttSession.ConnectAsync(
        new MqttOptions
        {
            Host = "localhost", Port = port, ClientId = client, ReceiveMaximum = 1000,
            Tls = new MqttTls
            {
                Authorities = roots, VerificationTime = Time.GetUtcNow,
                ClientCertificate = X509Certificate2.CreateFromPemFile(pki.CertificateOf(certificate), pki.KeyOf(certificate)),
            },
        },
        Time, ct);
}
