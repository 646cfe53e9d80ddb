using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>One real mosquitto with the shipped configuration and certificates of its own, for all tests of the doors.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    public const string GatewayA = "gw-test-a1";
    public const string GatewayB = "gw-test-b2";

    /// <summary>Signed by the right issuer, for a time that has passed.</summary>
    public const string Expired = "gw-test-expired";

    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public BrokerFixture() => Folder = Scratch.NewFolder("broker");

    public string Folder { get; }

    public Pki Pki { get; private set; } = null!;

    private static DateTimeOffset LongAgo => TimeProvider.System.GetUtcNow() - Pki.HomeValidity - TimeSpan.FromDays(1);

    public Rig.Broker Broker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Pki longAgo = Pki.Open(Path.Combine(Folder, "pki"), LongAgo);
        Assert.Null(longAgo.IssueGateway(Expired));
        File.Delete(longAgo.CertificateOf("broker")); // by now past its end too; opening makes a new one
        Pki = Pki.Open(Path.Combine(Folder, "pki"), TimeProvider.System.GetUtcNow());
        string?[] refusals = [Pki.IssueGateway(GatewayA), Pki.IssueGateway(GatewayB), Pki.IssueHub("hub-1"), Pki.IssueHub("hub-2")];
        Assert.All(refusals, Assert.Null);
        Broker = await Rig.Broker.StartAsync(Folder, Pki, TimeProvider.System, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await Broker.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A client at the homes' door with that gateway's certificate.</summary>
    public MosquittoClient At(string gateway) => new(this, Broker.GatewayPort, Pki, "gateways/" + gateway);

    /// <summary>A client at the hubs' door with that hub process's certificate.</summary>
    public MosquittoClient AtHubs(string hub) => new(this, Broker.HubPort, Pki, hub);
}

/// <summary>Folders for one test's files, under var/ like everything made at run time.</summary>
internal static class Scratch
{
    public static string NewFolder(string name)
    {
        string folder = Path.Combine(Repository.Var, "scratch", $"{name}-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
