using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Mqtt;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>A whole gateway, certificates from files, against a real broker: it collects, and says what keeps it from its hub.</summary>
[Trait("Needs", "mosquitto")]
public sealed class CertificateFindingTests : IDisposable
{
    private const string Gateway = "gw-test-0001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly OutboxFolder folder = new();
    private readonly TestAuthority authority = new("test CA");

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task With_an_expired_certificate_it_collects_and_names_its_own_as_the_one()
    {
        (IReadOnlyList<OpenFinding> findings, long readings) = await RunAsync(authority.Client(Gateway, Now.AddYears(-3), Now.AddDays(-1)), authority.Server(), knownClock: true, CertificateRules.Expired);
        Assert.True(readings > 0);
        Assert.Contains(findings, finding => finding.Code == CertificateRules.Ends);
        Assert.Contains(findings, finding => finding.Code == "uplink/lost");
        Assert.StartsWith("the gateway's own certificate ended ", findings.Single(finding => finding.Code == CertificateRules.Expired).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(findings, finding => finding.Code is CertificateRules.ClockUnset or CertificateRules.NotYetValid);
        string status = StatusCommand.Text(StatusCommand.Read(Gateway, OutboxPath, new GatewayIdentity(TimeProvider.System, [])), Now);
        Assert.Contains($"finding {CertificateRules.Expired} since ", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_brokers_expired_certificate_it_collects_and_names_the_broker()
    {
        (IReadOnlyList<OpenFinding> findings, long readings) = await RunAsync(authority.Client(Gateway), authority.Server(to: Now.AddDays(-1)), knownClock: true, CertificateRules.Expired);
        Assert.True(readings > 0);
        Assert.StartsWith("the certificate of broker 127.0.0.1:", findings.Single(finding => finding.Code == CertificateRules.Expired).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(findings, finding => finding.Code is CertificateRules.Ends or CertificateRules.ClockUnset);
    }

    [Fact]
    public async Task With_a_certificate_that_has_not_begun_it_collects_and_says_so()
    {
        (IReadOnlyList<OpenFinding> findings, long readings) = await RunAsync(authority.Client(Gateway, Now.AddDays(1), Now.AddYears(3)), authority.Server(), knownClock: true, CertificateRules.NotYetValid);
        Assert.True(readings > 0);
        Assert.DoesNotContain(findings, finding => finding.Code is CertificateRules.Expired or CertificateRules.Ends or CertificateRules.ClockUnset);
    }

    [Fact]
    public async Task With_a_clock_that_nobody_vouches_for_it_collects_and_says_that_instead()
    {
        (IReadOnlyList<OpenFinding> findings, long readings) = await RunAsync(authority.Client(Gateway), authority.Server(Now.AddDays(1)), knownClock: false, CertificateRules.ClockUnset);
        Assert.True(readings > 0);
        Assert.Contains("by the clock as it stands the certificate of broker 127.0.0.1:", findings.Single(finding => finding.Code == CertificateRules.ClockUnset).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(findings, finding => finding.Code is CertificateRules.Expired or CertificateRules.NotYetValid);
    }

    [Fact]
    public async Task When_the_broker_has_a_new_certificate_it_connects_and_the_hub_is_told_begin_and_end()
    {
        await RunAsync(authority.Client(Gateway), authority.Server(to: Now.AddDays(-1)), knownClock: true, CertificateRules.Expired);
        (IReadOnlyList<OpenFinding> findings, _) = await RunAsync(authority.Client(Gateway), authority.Server(), knownClock: true, awaited: null);
        Assert.DoesNotContain(findings, finding => finding.Code.StartsWith("uplink/", StringComparison.Ordinal) && finding.Code != "uplink/no-hub");
        using SqliteOutbox outbox = SqliteOutbox.OpenToLook(OutboxPath);
        FindingItem[] told = [.. outbox.ReadRows(WireWord.StatusLane, 0, 100).Select(row => row.Item).OfType<FindingItem>().Where(item => item.Code == WireWord.FindingPrefix + CertificateRules.Expired)];
        Assert.Equal([null, true], told.Select(item => item.Over));
        Assert.StartsWith("127.0.0.1:", told[0].Detail["whose"], StringComparison.Ordinal);
    }

    private string OutboxPath => Path.Combine(folder.Beside("data"), Gateway, "outbox.db");

    /// <summary>Runs until the awaited finding is open, the connection has failed and a reading is kept; null awaits that it is connected and nothing is held against it.</summary>
    private async Task<(IReadOnlyList<OpenFinding> Findings, long Readings)> RunAsync(X509Certificate2 own, X509Certificate2 server, bool knownClock, string? awaited)
    {
        using X509Certificate2 ownUsed = own, serverUsed = server;
        await using Mosquitto broker = await Mosquitto.StartTlsAsync(authority, serverUsed);
        GatewayFleet fleet = Fleet(broker.Port, ownUsed, new GatewayIdentity(TimeProvider.System, Shipped.Config.Charts.Values, "boot-1", () => knownClock));
        using OpenGateway gateway = fleet.Open(Gateway, ruleTimeRuns: true, patience: null);
        using var stop = new CancellationTokenSource();
        Task running = gateway.Loop.RunAsync(new Thermometer(), stop.Token);
        long began = TimeProvider.System.GetTimestamp();
        bool Reached() => gateway.Outbox.ReadFindings() is var open && gateway.Outbox.Standing(WireWord.ReadingLane).Last > 0
            && (awaited is null ? gateway.Outbox.Standing(WireWord.StatusLane).Last > 0 && !open.Any(one => one.Code is "uplink/lost" or CertificateRules.Expired)
                : open.Any(one => one.Code == awaited) && open.Any(one => one.Code is "uplink/lost"));
        while (!Reached() && TimeProvider.System.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(50, CancellationToken.None);
        }
        bool reached = Reached();
        IReadOnlyList<OpenFinding> findings = gateway.Outbox.ReadFindings();
        await stop.CancelAsync();
        await running.WaitAsync(Patience, CancellationToken.None);
        Assert.True(reached, $"open: {string.Join("; ", findings.Select(finding => $"{finding.Code}: {finding.Text}"))}");
        return (findings, gateway.Outbox.Standing(WireWord.ReadingLane).Last);
    }

    private GatewayFleet Fleet(int port, X509Certificate2 own, GatewayIdentity identity)
    {
        File.WriteAllText(folder.Beside("ca.crt"), authority.Root.ExportCertificatePem());
        File.WriteAllText(folder.Beside("own.crt"), own.ExportCertificatePem());
        File.WriteAllText(folder.Beside("own.key"), own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var config = new GatewayConfig
        {
            Brokers = [$"mqtts://127.0.0.1:{port}"], Ca = folder.Beside("ca.crt"), Certificate = folder.Beside("own.crt"), Key = folder.Beside("own.key"),
            Data = folder.Beside("data"), Assignments = [new AssignmentLine(Gateway, 1)],
        };
        return new GatewayFleet(config, Shipped.Config, identity, TimeProvider.System, bytes => RandomNumberGenerator.Fill(bytes), _ => { });
    }

    /// <summary>Measures once and goes on waiting, as a home does.</summary>
    private sealed class Thermometer : ISensor
    {
        public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
        {
            await into.WriteAsync(new SensorMessage(new Burst([JudgedHome.Number(Vital.Pulse, 72)])), stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
    }
}
