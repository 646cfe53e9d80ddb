using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>The npm package <c>oidc-provider</c> as a process of its own, ended by its id.</summary>
internal sealed class RealProvider : IAsyncDisposable
{
    public const string Secret = "only for this test", ClientId = "telemonitor";

    /// <summary>Whom it knows.</summary>
    private const string People = """
        {"nurse-1":{"preferred_username":"anx","initials":"ANX","groups":["telemonitor-akut-aabenraa","canteen"]},
         "support-1":{"preferred_username":"sux","initials":"SUX","groups":["telemonitor-support"]},
         "cook-1":{"preferred_username":"cox","initials":"COX","groups":["canteen"]}}
        """;

    private readonly string log = Path.Combine(Repository.Var, "provider", "provider.log");
    private readonly string back;
    private readonly int port;
    private Child? child;

    private RealProvider(int port, string back) => (this.port, this.back) = (port, back);

    public static string Address(int port) => $"http://127.0.0.1:{port}";

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="port">Port of 127.0.0.1.</param>
    /// <param name="back">Address to which it may send people back.</param>
    public static async Task<RealProvider> StartAsync(int port, string back)
    {
        var provider = new RealProvider(port, back);
        await provider.StartAgainAsync();
        return provider;
    }

    /// <summary>Ends it, and starts it with a new key: nobody has a session there any more.</summary>
    public async Task StartAgainAsync()
    {
        await StopAsync();
        string script = Path.Combine(Repository.Root, "tests", "TeleMonitor.EndToEnd", "SignIn", "provider.mjs");
        child = Child.Start("provider", Repository.Installed("node", "nodejs"),
            [script, Path.Combine(Repository.Root, "cloud", "TeleMonitor.Hub", "node_modules"), port.ToString(System.Globalization.CultureInfo.InvariantCulture), Secret, back, People], log);
        bool isReady = await Waiting.UntilAsync(() => Task.FromResult(child.Output.Any(line => line.StartsWith("ready", StringComparison.Ordinal)) || child.HasExited), TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken.None);
        Assert.True(isReady && !child.HasExited, Child.Tail(log));
    }

    public async Task StopAsync()
    {
        if (child is not null)
        {
            await child.DisposeAsync();
            child = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
