using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace TeleMonitor.Hub;

/// <summary>The certificate of the boards' address. One that was renewed on disk is taken up without a restart; one that cannot be used leaves the old in its place.</summary>
internal sealed class WebCertificate
{
    /// <summary>How often a new connection looks whether the files are others.</summary>
    public static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(10);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly Lock gate = new();
    private readonly string file, key;
    private readonly IReadOnlyList<string> hosts;
    private readonly TimeProvider machine;
    private SslStreamCertificateContext current;
    private string seen;
    private long lookedAt;

    private WebCertificate(HubConfig config, TimeProvider machine, SslStreamCertificateContext current)
    {
        (file, key, hosts, this.machine, this.current) = (config.WebCertificate!, config.WebKey!, config.Web.Hosts, machine, current);
        (seen, lookedAt) = (Fingerprint(), machine.GetTimestamp());
    }

    /// <summary>Told of what was wrong with files that were renewed, or that they are in use.</summary>
    public Action<string> Said { get; set; } = _ => { };

    /// <summary>Reads the files of a configuration with https; null with every problem when they cannot be used.</summary>
    public static WebCertificate? Open(HubConfig config, TimeProvider machine, out IReadOnlyList<string> problems) =>
        Load(config.WebCertificate!, config.WebKey!, config.Web.Hosts, machine.GetUtcNow(), out problems) is { } loaded ? new WebCertificate(config, machine, loaded) : null;

    /// <summary>Lets the server listen at an address by TLS 1.2 or 1.3.</summary>
    public void Listen(KestrelServerOptions server, Uri address)
    {
        var tls = new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = Current(), EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        };
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip))
        {
            server.Listen(ip, address.Port, at => at.UseHttps(tls));
        }
        else
        {
            server.ListenLocalhost(address.Port, at => at.UseHttps(tls));
        }
    }

    private SslStreamCertificateContext Current()
    {
        lock (gate)
        {
            if (machine.GetElapsedTime(lookedAt) >= LooksEvery)
            {
                lookedAt = machine.GetTimestamp();
                Look();
            }
            return current;
        }
    }

    private void Look()
    {
        string now = Fingerprint();
        if (string.Equals(now, seen, StringComparison.Ordinal))
        {
            return;
        }
        seen = now;
        if (Load(file, key, hosts, machine.GetUtcNow(), out IReadOnlyList<string> problems) is { } renewed)
        {
            current = renewed;
            Said($"the renewed certificate of the boards is in use; it ends at {renewed.TargetCertificate.NotAfter.ToUniversalTime():u}");
            return;
        }
        foreach (string problem in problems)
        {
            Said($"the certificate on disk is not taken: {problem}");
        }
    }

    /// <summary>What the files hold: their times say nothing where they are links.</summary>
    private string Fingerprint()
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData([.. File.ReadAllBytes(file), .. File.ReadAllBytes(key)]));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return seen ?? ""; // being replaced: the next look sees it
        }
    }

    private static SslStreamCertificateContext? Load(string file, string key, IReadOnlyList<string> hosts, DateTimeOffset now, out IReadOnlyList<string> problems)
    {
        try
        {
            using X509Certificate2 read = X509Certificate2.CreateFromPemFile(file, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            problems = [.. Wrong(read, hosts, now).Select(problem => $"web_certificate {file}: {problem}")];
            // a key that stands in memory alone is not taken by every system's TLS
            return problems.Count > 0 ? null : SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null), [.. chain.Skip(1)], offline: true);
        }
        catch (Exception bad) when (bad is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            problems = [$"web_certificate {file} with web_key {key}: {bad.Message}"];
            return null;
        }
    }

    private static IEnumerable<string> Wrong(X509Certificate2 certificate, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        if (now < new DateTimeOffset(certificate.NotBefore))
        {
            yield return $"holds only from {certificate.NotBefore.ToUniversalTime():u}";
        }
        if (now >= new DateTimeOffset(certificate.NotAfter))
        {
            yield return $"expired at {certificate.NotAfter.ToUniversalTime():u}";
        }
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } uses && !uses.EnhancedKeyUsages.Cast<Oid>().Any(use => use.Value == ServerAuthentication.Value))
        {
            yield return "is not for servers";
        }
        foreach (string host in hosts.Where(host => !WebSetup.IsLoopback(host) && !certificate.MatchesHostname(host.Trim('[', ']'))))
        {
            yield return $"is not for {host}, which stands in hosts";
        }
    }
}
