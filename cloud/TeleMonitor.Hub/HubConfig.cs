using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Hub.People.Workplaces;

namespace TeleMonitor.Hub;

/// <summary>What one hub process is started with: a JSON file. Paths are relative to the file.</summary>
/// <param name="Store">Database file.</param>
/// <param name="Brokers">mqtts://host:port; the hub listens at every one, each stands once.</param>
/// <param name="Ca">Certificate of the broker's issuer, PEM.</param>
/// <param name="Certificate">This hub's certificate, PEM; its common name is the client id.</param>
/// <param name="Key">Its key, PEM.</param>
/// <param name="Listen">Address of the boards: https://address:port, or http on loopback.</param>
/// <param name="FirmwareConfig">Folder with charts and topology.</param>
/// <param name="KeepAliveSeconds">Silence after which a broker is asked whether it is there, and then again how long its answer may take: 1 to 3,600 s.</param>
/// <param name="ApproverKey">PEM file of the public key of whoever approves plans and charts; absent: nothing that was approved can be taken.</param>
/// <param name="Workplaces">Workplaces with a sign-in of their own; none when absent.</param>
/// <param name="BackoffCeilingSeconds">Longest wait between two attempts to reach a broker, 1 to 60 s; homes wait for this hub.</param>
/// <param name="WebCertificate">Certificate of the boards' address, PEM, its issuers after it; compulsory with https.</param>
/// <param name="WebKey">Its key, PEM.</param>
/// <param name="Hosts">Names under which the boards are called, without port; absent: the names of this machine itself. Compulsory beyond loopback.</param>
public sealed record HubConfig(
    string Store, IReadOnlyList<string> Brokers, string Ca, string Certificate, string Key, string Listen, string FirmwareConfig,
    int KeepAliveSeconds = 30, int BackoffCeilingSeconds = 5, string? ApproverKey = null, string? WebCertificate = null, string? WebKey = null, IReadOnlyList<string>? Hosts = null,
    IReadOnlyList<WorkplaceConfig>? Workplaces = null)
{
    /// <summary>True when others than this machine can reach the boards: then everybody needs an authenticator.</summary>
    [JsonIgnore]
    public bool IsBeyondLoopback => Uri.TryCreate(Listen, UriKind.Absolute, out Uri? listen) && !WebSetup.IsLoopback(listen.Host);

    /// <summary>How the boards are called.</summary>
    [JsonIgnore]
    public WebSetup Web => new(Hosts ?? WebSetup.Loopback.Hosts, new Uri(Listen).Scheme is "https");

    /// <summary>Reads and checks a file; every problem at once.</summary>
    public static HubConfig? Load(string file, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        HubConfig? config = null;
        try
        {
            config = JsonSerializer.Deserialize(File.ReadAllBytes(file), HubConfigJson.Default.HubConfig);
        }
        catch (Exception bad) when (bad is JsonException or IOException or UnauthorizedAccessException)
        {
            found.Add($"{file}: {bad.Message}");
        }
        if (config is null)
        {
            return null;
        }
        string At(string path) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, path));
        config = config with
        {
            Store = At(config.Store), Ca = At(config.Ca), Certificate = At(config.Certificate), Key = At(config.Key), FirmwareConfig = At(config.FirmwareConfig),
            ApproverKey = config.ApproverKey is null ? null : At(config.ApproverKey),
            Workplaces = config.Workplaces?.Select(workplace => workplace with { MapFile = At(workplace.MapFile), ClientSecretFile = workplace.ClientSecretFile is { } secret ? At(secret) : null }).ToArray(),
            WebCertificate = config.WebCertificate is null ? null : At(config.WebCertificate), WebKey = config.WebKey is null ? null : At(config.WebKey),
        };
        config.Check(file, found);
        return found.Count == 0 ? config : null;
    }

    /// <summary>Host and port of each broker.</summary>
    public IReadOnlyList<(string Host, int Port)> BrokerAddresses() => [.. Brokers.Select(broker => new Uri(broker)).Select(uri => (uri.Host, uri.Port))];

    /// <summary>Reads the certificates; every problem at once.</summary>
    public (X509Certificate2 Own, X509Certificate2Collection Authorities)? LoadCertificates(out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        X509Certificate2? own = null;
        var authorities = new X509Certificate2Collection();
        try
        {
            own = X509Certificate2.CreateFromPemFile(Certificate, Key);
        }
        catch (Exception bad) when (bad is IOException or CryptographicException or UnauthorizedAccessException)
        {
            found.Add($"certificate {Certificate} with key {Key}: {bad.Message}");
        }
        try
        {
            authorities.ImportFromPemFile(Ca);
        }
        catch (Exception bad) when (bad is IOException or CryptographicException or UnauthorizedAccessException)
        {
            found.Add($"ca {Ca}: {bad.Message}");
        }
        return found.Count == 0 ? (own!, authorities) : null;
    }

    private void Check(string file, List<string> problems)
    {
        if (Brokers.Count == 0)
        {
            problems.Add($"{file}: brokers must name at least one mqtts://host:port");
        }
        foreach (string broker in Brokers)
        {
            if (!Uri.TryCreate(broker, UriKind.Absolute, out Uri? uri) || uri.Scheme is not "mqtts" || uri.Port is < 1 or > 65535)
            {
                problems.Add($"{file}: brokers: '{broker}' must be mqtts://host:port");
            }
        }
        foreach (string twice in Brokers.GroupBy(broker => broker, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            problems.Add($"{file}: brokers: '{twice}' stands twice; the hub would throw itself off");
        }
        if (KeepAliveSeconds is < 1 or > 3600)
        {
            problems.Add($"{file}: keep_alive_seconds {KeepAliveSeconds} must be 1 to 3600");
        }
        if (BackoffCeilingSeconds is < 1 or > 60)
        {
            problems.Add($"{file}: backoff_ceiling_seconds {BackoffCeilingSeconds} must be 1 to 60");
        }
        problems.AddRange((Workplaces ?? []).SelectMany((workplace, at) => workplace.Problems($"{file}: workplaces[{at}].")));
        problems.AddRange((Workplaces ?? []).GroupBy(workplace => workplace.Id, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => $"{file}: workplaces: id '{same.Key}' stands twice"));
        problems.AddRange(WebSetup.Problems(Listen, WebCertificate, WebKey, Hosts).Select(problem => $"{file}: {problem}"));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HubConfig))]
internal sealed partial class HubConfigJson : JsonSerializerContext;
