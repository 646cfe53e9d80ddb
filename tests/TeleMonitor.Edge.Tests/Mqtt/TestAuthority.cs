using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TeleMonitor.Edge.Tests.Mqtt;

/// <summary>A certificate authority that lives as long as one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset To = new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private byte lastSerial;

    public TestAuthority(string name)
    {
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, To.AddYears(10));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2Collection Roots => [Root];

    public X509Certificate2 Client(string commonName, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        Issue(commonName, "1.3.6.1.5.5.7.3.2", from ?? From, to ?? To, null);

    /// <summary>A server's certificate for the loopback addresses and names, valid in the given time.</summary>
    public X509Certificate2 Server(DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddDnsName("broker.test");
        names.AddIpAddress(IPAddress.Loopback);
        return Issue("named-only-in-the-subject.test", "1.3.6.1.5.5.7.3.1", from ?? From, to ?? To, names);
    }

    public void Dispose()
    {
        key.Dispose();
        Root.Dispose();
    }

    private X509Certificate2 Issue(string commonName, string usage, DateTimeOffset from, DateTimeOffset to, SubjectAlternativeNameBuilder? names)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={commonName}", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        using X509Certificate2 bare = request.Create(Root, from, to, [1, 2, 3, ++lastSerial]);
        return bare.CopyWithPrivateKey(own);
    }
}
