using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>
/// Debian's mosquitto_pub and mosquitto_sub as the independent client: what they may do, anybody with such a certificate may.
/// </summary>
/// <param name="Certificate">Name within the issuer folder, or null to show none.</param>
public sealed record MosquittoClient(BrokerFixture Fixture, int Port, Pki? Issuer, string? Certificate)
{
    /// <summary>The client id written into CONNECT; the broker is expected to overrule it.</summary>
    public string? ClaimedId { get; init; }

    /// <summary>Without TLS at all.</summary>
    public bool Plain { get; init; }

    /// <summary>Publishes one QoS 1 message and waits for the answer.</summary>
    /// <returns>Exit code; 0 when the broker acknowledged it with success.</returns>
    public async Task<int> PublishAsync(string topic, string payload, bool retain = false)
    {
        string file = Path.Combine(Fixture.Folder, Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, payload);
        string[] what = ["-t", topic, "-q", "1", "-f", file, .. retain ? (string[])["-r"] : []];
        await using Child child = Start("mosquitto_pub", what);
        using CancellationTokenSource bound = new(BrokerFixture.Bound);
        return await child.WaitAsync(bound.Token);
    }

    /// <summary>Subscribes and returns when the broker has granted it.</summary>
    public async Task<Subscription> SubscribeAsync(string[] topics, string[]? will = null)
    {
        string[] filters = [.. topics.SelectMany(topic => (string[])["-t", topic])];
        Child child = Start("mosquitto_sub", ["-d", "-q", "1", "-F", "MESSAGE %t %p", .. filters, .. will ?? []]);
        bool granted = await Waiting.UntilAsync(
            () => Task.FromResult(child.Output.Any(line => line.StartsWith("Subscribed", StringComparison.Ordinal)) || child.HasExited),
            BrokerFixture.Bound, TimeProvider.System, CancellationToken.None);
        Assert.True(granted && !child.HasExited, $"not subscribed: {string.Join('\n', child.Output)}");
        return new Subscription(child);
    }

    /// <summary>Connects without asking for anything.</summary>
    /// <returns>True when the broker let it in.</returns>
    public async Task<bool> MayConnectAsync() => await PublishAsync(OwnTopic, "let me in") == 0;

    private string OwnTopic => $"tm/v1/{Path.GetFileName(Certificate) ?? "nobody"}/up/status";

    private Child Start(string program, string[] what)
    {
        List<string> arguments = ["-h", "localhost", "-p", $"{Port}", "-V", "mqttv5"];
        if (!Plain)
        {
            arguments.AddRange(["--cafile", Fixture.Pki.CertificateOf("broker-ca")]);
        }

        if (Issuer is not null && Certificate is not null)
        {
            arguments.AddRange(["--cert", Issuer.CertificateOf(Certificate), "--key", Issuer.KeyOf(Certificate)]);
        }

        if (ClaimedId is not null)
        {
            arguments.AddRange(["-i", ClaimedId]);
        }

        string log = Path.Combine(Fixture.Folder, "log", "clients.log." + Path.GetRandomFileName());
        // without stdbuf a line reaches a pipe only when four kilobytes have come together
        string[] unbuffered = ["-oL", Repository.Installed(program, "mosquitto-clients")];
        return Child.Start(program, Repository.Installed("stdbuf", "coreutils"), [.. unbuffered, .. arguments, .. what], log);
    }
}

/// <summary>A subscriber that is still connected.</summary>
public sealed class Subscription(Child child) : IAsyncDisposable
{
    private const string Mark = "MESSAGE ";

    public Child Child => child;

    /// <summary>What was delivered so far, each as "topic payload", in order.</summary>
    public IReadOnlyList<string> Messages =>
        [.. child.Output.Where(line => line.StartsWith(Mark, StringComparison.Ordinal)).Select(line => line[Mark.Length..])];

    /// <summary>Waits until this message is among the delivered ones and gives all that were delivered up to then.</summary>
    public async Task<IReadOnlyList<string>> UpToAsync(string message)
    {
        bool arrived = await Waiting.UntilAsync(
            () => Task.FromResult(Messages.Contains(message, StringComparer.Ordinal)),
            BrokerFixture.Bound, TimeProvider.System, CancellationToken.None);
        Assert.True(arrived, $"'{message}' was not delivered; delivered: [{string.Join(" | ", Messages)}], still there: {!child.HasExited}");
        return Messages;
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
