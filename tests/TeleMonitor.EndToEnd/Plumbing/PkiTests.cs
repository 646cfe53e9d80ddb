using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

public sealed class PkiTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private readonly string folder = Scratch.NewFolder("pki");
    private readonly Pki pki;

    public PkiTests() => pki = Pki.Open(folder, Now);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("gw-p1234")] // 8 characters, the least
    [InlineData("gw-home-1001")]
    [InlineData("gw-0123456789-0123456789-0123456789-0123")] // 40, the most
    public void A_gateways_name_is_signed(string name)
    {
        Assert.Null(pki.IssueGateway(name));
        using X509Certificate2 certificate = Read("gateways/" + name);
        Assert.Equal("CN=" + name, certificate.Subject);
        Assert.Equal("CN=TeleMonitor gateway-ca", certificate.Issuer);
    }

    [Theory]
    [InlineData("gw-p123")] // 7 characters
    [InlineData("gw-0123456789-0123456789-0123456789-01234")] // 41
    [InlineData("hub-1")]
    [InlineData("hub-12345678")]
    [InlineData("home-1001-gw-")]
    [InlineData("GW-HOME-1001")]
    [InlineData("gw-home_1001")]
    [InlineData("gw-home/1001")]
    [InlineData("gw-home-+")]
    [InlineData("gw-home-#")]
    [InlineData("gw-home-1001\n")]
    [InlineData("gw-høj-1001")]
    [InlineData("")]
    public void Any_other_name_is_refused_by_the_gateways_issuer(string name)
    {
        Assert.Contains("gw-…", pki.IssueGateway(name), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "gateways")));
    }

    [Theory]
    [InlineData("hub-1")]
    [InlineData("hub-9999")]
    public void A_hubs_name_is_signed(string name)
    {
        Assert.Null(pki.IssueHub(name));
        using X509Certificate2 certificate = Read(name);
        Assert.Equal("CN=" + name, certificate.Subject);
        Assert.Equal("CN=TeleMonitor hub-ca", certificate.Issuer);
    }

    [Theory]
    [InlineData("hub-0")]
    [InlineData("hub-01")]
    [InlineData("hub-10000")]
    [InlineData("hub-")]
    [InlineData("hub-a")]
    [InlineData("Hub-1")]
    [InlineData("hub-1\n")]
    [InlineData("hub-1/../gateway-ca")]
    [InlineData("gw-home-1001")]
    [InlineData("")]
    public void Any_other_name_is_refused_by_the_hubs_issuer(string name)
    {
        int before = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length;
        Assert.Contains("hub-N", pki.IssueHub(name), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_homes_certificate_runs_at_least_three_years_and_never_longer_than_its_issuer()
    {
        Assert.Null(pki.IssueGateway("gw-home-1001"));
        using X509Certificate2 home = Read("gateways/gw-home-1001");
        using X509Certificate2 issuer = Read("gateway-ca");
        Assert.InRange(home.NotAfter.ToUniversalTime(), Now.AddYears(3).UtcDateTime, issuer.NotAfter.ToUniversalTime());
        Assert.True(home.NotBefore.ToUniversalTime() <= Now.UtcDateTime);
    }

    [Fact]
    public void Each_certificate_chains_to_its_own_issuer_and_to_no_other()
    {
        Assert.Null(pki.IssueGateway("gw-home-1001"));
        Assert.Null(pki.IssueHub("hub-1"));
        (string Certificate, string Issuer)[] pairs = [("gateways/gw-home-1001", "gateway-ca"), ("hub-1", "hub-ca"), ("broker", "broker-ca")];
        foreach ((string name, string own) in pairs)
        {
            Assert.Equal([own], pairs.Select(pair => pair.Issuer).Where(issuer => Trusts(issuer, name)));
        }
    }

    [Fact]
    public void The_brokers_certificate_names_localhost_and_the_loopback_address()
    {
        using X509Certificate2 broker = Read("broker");
        Assert.True(broker.MatchesHostname("localhost", allowWildcards: false, allowCommonName: false));
        Assert.True(broker.MatchesHostname("127.0.0.1", allowWildcards: false, allowCommonName: false));
        Assert.False(broker.MatchesHostname("example.org"));
    }

    [Fact]
    public void Keys_are_P256_and_readable_by_their_owner_only()
    {
        Assert.Null(pki.IssueGateway("gw-home-1001"));
        Assert.Null(pki.IssueHub("hub-1"));
        string[] keys = Directory.GetFiles(folder, "*.key", SearchOption.AllDirectories);
        Assert.Equal(7, keys.Length); // three issuers, the broker, a gateway, a hub, and who approves clinical content
        Assert.All(keys, file =>
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            Assert.Equal("1.2.840.10045.3.1.7", key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
        });
    }

    [Fact]
    public void Opening_and_issuing_again_changes_no_file()
    {
        Assert.Null(pki.IssueGateway("gw-home-1001"));
        Dictionary<string, string> before = Contents();

        Pki again = Pki.Open(folder, Now.AddDays(1));
        Assert.Null(again.IssueGateway("gw-home-1001"));

        Assert.Equal(before, Contents());
    }

    private Dictionary<string, string> Contents() =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText, StringComparer.Ordinal);

    private X509Certificate2 Read(string name) => X509CertificateLoader.LoadCertificateFromFile(pki.CertificateOf(name));

    private bool Trusts(string issuerName, string name)
    {
        using X509Certificate2 issuer = Read(issuerName);
        using X509Certificate2 certificate = Read(name);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(issuer);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;
        return chain.Build(certificate);
    }
}
