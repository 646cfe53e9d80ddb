using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Boards;

namespace TeleMonitor.Cloud.Tests;

public sealed class HubPipelineTests : IDisposable
{
    private readonly TestHub hub = new();
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-pipeline-").FullName;

    public void Dispose()
    {
        hub.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Taking_batches_begins_again_after_a_fault_that_nobody_foresaw()
    {
        var metrics = new HubMetrics();
        // a name longer than MQTT can carry is a client id that the options refuse: the loop of sessions ends with an exception
        using HubPipeline pipeline = new(Config(new string('n', 70_000)), hub.Store, hub.Data, hub.Worker, new BoardFeed(), metrics, new HubClock(TimeProvider.System), NullLogger.Instance);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Task running = pipeline.RunAsync(stop.Token);
        while (Failures(metrics) < 2 && !stop.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
        }
        Assert.Equal((true, false), (Failures(metrics) >= 2, running.IsCompleted));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static long Failures(HubMetrics metrics) => metrics.Text().Split('\n')
        .Where(line => line.StartsWith("telemonitor_hub_ingest_failures_total ", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[1])).FirstOrDefault();

    private HubConfig Config(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(Path.Combine(folder, "hub.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "hub.key"), key.ExportPkcs8PrivateKeyPem());
        return new HubConfig(hub.StoreFile, ["mqtts://127.0.0.1:1"], Path.Combine(folder, "hub.crt"), Path.Combine(folder, "hub.crt"), Path.Combine(folder, "hub.key"), "http://127.0.0.1:1",
            HubData.Find(null)!);
    }
}
