using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Replays of many patients into real outboxes, with no broker there.</summary>
public sealed class ReplayRunTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly OutboxFolder folder = new();
    private readonly ConcurrentQueue<string> said = new();
    private readonly GatewayIdentity identity = new(TimeProvider.System, Shipped.Config.Charts.Values);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_gateway_that_ends_by_a_fault_is_said_and_the_other_patients_go_on()
    {
        // more rows than fit between the file and the gateway: whoever waits to give one must hear of the end
        string file = Write(Enumerable.Range(1, 3000).SelectMany(hour => hour % 100 == 0 ? new[] { ("p10001", hour), ("p10002", hour) } : [("p10001", hour)]));
        ReplayRun run = Run(file, TimeSpan.FromMilliseconds(500), ["p10001", "p10002"], BrokenFor("gw-p10001: not connected"));

        int code = await run.SendAsync(TextWriter.Null, CancellationToken.None).WaitAsync(Bound);

        Assert.Equal(ExitCode.Refused, code);
        Assert.Single(said, text => text.StartsWith("gw-p10001: ended by a fault", StringComparison.Ordinal) && text.Contains("the log is closed", StringComparison.Ordinal));
        using SqliteOutbox other = folder.Open(folder.Beside("gw-p10002/outbox.db"));
        Assert.Equal(30 * 6, other.ReadBatch(WireWord.ReadingLane, 0, 500)!.Items.Count(item => Encoding.UTF8.GetString(item.Span).Contains("\"kind\":\"reading\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nine_patients_that_take_turns_raise_what_each_would_alone()
    {
        string[] patients = [.. Enumerable.Range(1, 9).Select(number => $"p1000{number}")];
        string file = Write(Enumerable.Range(1, 4).SelectMany(hour => patients.Select(patient => (patient, hour))));
        using var expected = new StringWriter();
        Run(file, TimeSpan.Zero, patients, said.Enqueue).DryRun(Judging, expected);

        using var sent = new StringWriter();
        int code = await Run(file, TimeSpan.FromMilliseconds(20), patients, said.Enqueue).SendAsync(sent, CancellationToken.None).WaitAsync(Bound);

        Assert.Equal(ExitCode.NotDelivered, code);
        Assert.Equal(9 * 7, Alerts(expected)); // at hour 1 and every half hour up to hour 4
        Assert.Equal(Alerts(expected), Alerts(sent));
    }

    [Fact]
    public async Task A_replay_that_was_cut_off_goes_on_after_the_line_it_is_told()
    {
        string file = Write(Enumerable.Range(1, 8).Select(hour => ("p10001", hour)));
        await Run(file, TimeSpan.FromMilliseconds(20), ["p10001"], said.Enqueue, after: 6).SendAsync(TextWriter.Null, CancellationToken.None).WaitAsync(Bound);

        using SqliteOutbox outbox = folder.Open(folder.Beside("gw-p10001/outbox.db"));
        int[] lines = [.. outbox.ReadBatch(WireWord.ReadingLane, 0, 500)!.Items.Select(item => JsonDocument.Parse(item).RootElement)
            .Where(item => string.Equals(item.GetProperty("kind").GetString(), "reading", StringComparison.Ordinal))
            .Select(item => item.GetProperty("label").GetProperty("row").GetInt32()).Distinct()];
        Assert.Equal([7, 8, 9], lines); // line 1 is the header
    }

    [Fact]
    public async Task A_replay_that_was_cut_off_after_its_last_line_still_delivers_what_is_kept()
    {
        string file = Write(Enumerable.Range(1, 3).Select(hour => ("p10001", hour)));
        await Run(file, TimeSpan.FromMilliseconds(20), ["p10001"], said.Enqueue).SendAsync(TextWriter.Null, CancellationToken.None).WaitAsync(Bound);
        said.Clear();

        using var summary = new StringWriter();
        int code = await Run(file, TimeSpan.FromMilliseconds(20), ["p10001"], said.Enqueue, after: 4).SendAsync(summary, CancellationToken.None).WaitAsync(Bound);

        Assert.Equal(ExitCode.NotDelivered, code); // it tried: there is no broker here
        Assert.Contains("\"readings\":0,", summary.ToString(), StringComparison.Ordinal);
        Assert.Contains(said, text => text.StartsWith("gw-p10001: lane reading still waits", StringComparison.Ordinal));
    }

    private Action<string> BrokenFor(string beginning) => text =>
    {
        if (text.StartsWith(beginning, StringComparison.Ordinal))
        {
            throw new IOException("the log is closed");
        }
        said.Enqueue(text);
    };

    private static JudgeSettings Judging(string gateway) => new() { Assignment = 1, Charts = [.. Shipped.Config.Charts.Values], Sensors = Shipped.Config.Sensors };

    private static long Alerts(StringWriter summary)
    {
        using var line = JsonDocument.Parse(summary.ToString());
        return line.RootElement.GetProperty("alerts").GetInt64();
    }

    // every row is Red
    private string Write(IEnumerable<(string Patient, int Hour)> rows)
    {
        string file = folder.Beside("recording.csv");
        File.WriteAllLines(file, rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Patient},{row.Hour},140,80,37,120,80,36"))
            .Prepend("patient,iculos_h,hr,o2sat,temp,sbp,dbp,resp"));
        return file;
    }

    private ReplayRun Run(string file, TimeSpan wait, string[] patients, Action<string> say, int after = 1)
    {
        foreach (string patient in patients)
        {
            Issue("gw-" + patient);
        }
        var config = new GatewayConfig
        {
            Brokers = ["mqtts://127.0.0.1:1"], Ca = folder.Beside($"gw-{patients[0]}.crt"), Certificate = folder.Beside("{gateway}.crt"), Key = folder.Beside("{gateway}.key"),
            Data = folder.Beside(""), Assignments = [.. patients.Select((patient, index) => new AssignmentLine("gw-" + patient, index + 1))],
        };
        var fleet = new GatewayFleet(config, Shipped.Config, identity, TimeProvider.System, bytes => RandomNumberGenerator.Fill(bytes), say);
        return new ReplayRun(fleet, identity, new ReplayOptions(file, double.PositiveInfinity, int.MaxValue, after, wait), TimeProvider.System, say);
    }

    private void Issue(string gateway)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=" + gateway, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(folder.Beside(gateway + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Beside(gateway + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}
