using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace TeleMonitor.Rig;

/// <summary>
/// Three issuers in one folder: <c>broker-ca</c> for the broker, <c>gateway-ca</c> for homes, <c>hub-ca</c> for the hub's processes.
/// Client ids are global to a broker and are taken from the common name, so only issuing guards names (design.md section 7):
/// the gateway issuer signs nothing but gateway ids, the hub issuer nothing but <c>hub-N</c>.
/// Beside them lies the approver's key, by which plans and charts are signed. All keys are P-256; key files are readable by their owner only.
/// </summary>
public sealed partial class Pki
{
    /// <summary>A home's certificate outlives a kit's stay on a shelf: 5 years, at least 3 are asked for.</summary>
    public static readonly TimeSpan HomeValidity = TimeSpan.FromDays(5 * 365);

    private static readonly TimeSpan ServerValidity = TimeSpan.FromDays(2 * 365);
    private static readonly TimeSpan IssuerValidity = TimeSpan.FromDays(15 * 365);

    // clocks of two machines may disagree by a day at most before the first certificate is believed
    private static readonly TimeSpan Backdated = TimeSpan.FromDays(1);

    private const string ServerUse = "1.3.6.1.5.5.7.3.1"; // source: RFC 5280 4.2.1.12, id-kp-serverAuth
    private const string ClientUse = "1.3.6.1.5.5.7.3.2"; // source: RFC 5280 4.2.1.12, id-kp-clientAuth

    private readonly DateTimeOffset now;

    private Pki(string folder, DateTimeOffset now)
    {
        Folder = folder;
        this.now = now;
    }

    public string Folder { get; }

    /// <summary>Opens the folder; makes the three issuers and the broker's certificate (localhost, 127.0.0.1) where absent.</summary>
    public static Pki Open(string folder, DateTimeOffset now)
    {
        Pki pki = new(folder, now);
        Directory.CreateDirectory(Path.Combine(folder, "gateways"));
        foreach (string issuer in (string[])["broker-ca", "gateway-ca", "hub-ca"])
        {
            if (!File.Exists(pki.CertificateOf(issuer)))
            {
                pki.MakeIssuer(issuer);
            }
        }

        if (!File.Exists(pki.CertificateOf("broker")))
        {
            pki.Issue("broker-ca", "localhost", "broker", ServerUse, ServerValidity);
        }

        pki.MakeApprover();
        return pki;
    }

    /// <summary>The private key of whoever approves plans and charts; a real one never lies where gateways or hubs run.</summary>
    public string ApproverKey => KeyOf("approver");

    /// <summary>Its public half: what gateways and the hub pin.</summary>
    public string ApproverPublicKey => Path.Combine(Folder, "approver.pub");

    private void MakeApprover()
    {
        if (File.Exists(ApproverPublicKey))
        {
            return;
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WriteKey(ApproverKey, key);
        File.WriteAllText(ApproverPublicKey, key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <summary>Path of the certificate called so in this folder: an issuer, <c>broker</c>, <c>hub-1</c> or <c>gateways/gw-…</c>.</summary>
    public string CertificateOf(string name) => Path.Combine(Folder, name + ".crt");

    public string KeyOf(string name) => Path.Combine(Folder, name + ".key");

    /// <summary>Signs a home's certificate into <c>gateways/NAME.crt</c> and <c>.key</c>; an existing one is kept.</summary>
    /// <returns>Null when it is there, else the reason for refusing the name.</returns>
    public string? IssueGateway(string gateway)
    {
        if (!GatewayName().IsMatch(gateway))
        {
            return $"'{gateway}': a gateway is called gw-…, 8 to 40 characters of a-z, 0-9 and '-'";
        }

        if (!File.Exists(CertificateOf("gateways/" + gateway)))
        {
            Issue("gateway-ca", gateway, "gateways/" + gateway, ClientUse, HomeValidity);
        }

        return null;
    }

    /// <summary>Signs the certificate of one hub process into <c>NAME.crt</c> and <c>.key</c>; an existing one is kept.</summary>
    /// <returns>Null when it is there, else the reason for refusing the name.</returns>
    public string? IssueHub(string hub)
    {
        if (!HubName().IsMatch(hub))
        {
            return $"'{hub}': a hub process is called hub-N, N from 1 to 9999";
        }

        if (!File.Exists(CertificateOf(hub)))
        {
            Issue("hub-ca", hub, hub, ClientUse, ServerValidity);
        }

        return null;
    }

    private void MakeIssuer(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=TeleMonitor {name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(now - Backdated, now + IssuerValidity);
        Write(name, certificate, key);
    }

    private void Issue(string issuerName, string commonName, string fileName, string use, TimeSpan validity)
    {
        using X509Certificate2 issuer = X509Certificate2.CreateFromPemFile(CertificateOf(issuerName), KeyOf(issuerName));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            issuer, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (string.Equals(use, ServerUse, StringComparison.Ordinal))
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40); // positive and never short, as RFC 5280 4.1.2.2 asks
        using X509Certificate2 certificate = request.Create(issuer, now - Backdated, now + validity, serial);
        Write(fileName, certificate, key);
    }

    private void Write(string name, X509Certificate2 certificate, ECDsa key)
    {
        WriteKey(KeyOf(name), key);
        // the certificate last: where it is, its key is whole
        File.WriteAllText(CertificateOf(name), certificate.ExportCertificatePem() + "\n");
    }

    private static void WriteKey(string path, ECDsa key)
    {
        FileStreamOptions secret = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using StreamWriter file = new(path, secret);
        file.WriteLine(key.ExportPkcs8PrivateKeyPem());
    }

    [GeneratedRegex(@"\Agw-[a-z0-9-]{5,37}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GatewayName();

    [GeneratedRegex(@"\Ahub-[1-9][0-9]{0,3}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HubName();
}
