using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TeleMonitor.Hub;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>A folder with a certificate of the boards' address, its key, and a configuration that names them.</summary>
internal sealed class WebPki : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;

    public string Certificate => Path.Combine(folder, "web.crt");
    public string Key => Path.Combine(folder, "web.key");

    /// <summary>Writes a certificate for a name, and returns its thumbprint.</summary>
    public string Issue(string host, DateTimeOffset from, DateTimeOffset to, string use = "1.3.6.1.5.5.7.3.1", bool foreignKey = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using X509Certificate2 made = request.CreateSelfSigned(from, to);
        File.WriteAllText(Certificate, made.ExportCertificatePem());
        File.WriteAllText(Key, (foreignKey ? other : key).ExportPkcs8PrivateKeyPem());
        return made.Thumbprint;
    }

    /// <summary>The configuration of a hub that uses them.</summary>
    public HubConfig Config(string listen, params string[] hosts) =>
        new("hub.db", ["mqtts://127.0.0.1:1"], "ca.crt", "hub.crt", "hub.key", listen, "firmware-config", WebCertificate: Certificate, WebKey: Key, Hosts: hosts);

    /// <summary>Writes a configuration as a person does, and reads it as the hub does.</summary>
    public (HubConfig? Config, IReadOnlyList<string> Problems) Load(string listen, string rest)
    {
        string file = Path.Combine(folder, "hub.json");
        File.WriteAllText(file, $$"""
            { "store": "hub.db", "brokers": ["mqtts://localhost:1"], "ca": "ca.crt", "certificate": "hub.crt", "key": "hub.key", "firmware_config": ".", "listen": "{{listen}}"{{rest}} }
            """);
        HubConfig? config = HubConfig.Load(file, out IReadOnlyList<string> problems);
        return (config, [.. problems.Select(problem => problem[(file.Length + 2)..])]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
