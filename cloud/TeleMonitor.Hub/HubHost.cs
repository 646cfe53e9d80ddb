using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.People.Workplaces;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>Starts the hub: store, data, pipeline and boards in one process, composed by hand so that one can see what uses what.</summary>
internal static class HubHost
{
    private static readonly Action<ILogger, string, Exception?> WebSaid = LoggerMessage.Define<string>(LogLevel.Warning, new EventId(1, "web-certificate"), "{Said}");

    /// <summary>Runs until asked to stop.</summary>
    /// <returns>0 after a clean end, 1 when something it needs is wrong.</returns>
    public static async Task<int> RunAsync(HubConfig config, TimeProvider machine, CancellationToken ct)
    {
        var problems = new List<string>();
        HubData? data = HubData.Load(config.FirmwareConfig, out IReadOnlyList<string> wrongData);
        problems.AddRange(wrongData);
        config.LoadCertificates(out IReadOnlyList<string> wrongCertificates);
        problems.AddRange(wrongCertificates);
        IReadOnlyList<Workplace> workplaces = data is null ? [] : Workplace.LoadAll(config.Workplaces, data.Topology, machine, problems);
        IReadOnlyList<string> wrongWeb = [];
        WebCertificate? web = config.Web.IsHttps ? WebCertificate.Open(config, machine, out wrongWeb) : null;
        problems.AddRange(wrongWeb);
        foreach (string problem in problems)
        {
            Console.Error.WriteLine(problem);
        }
        if (data is null || problems.Count > 0)
        {
            return 1;
        }
        using HubStore store = HubStore.Open(config.Store, machine.GetUtcNow());
        store.Write(write => write.TopologyIs(data.Topology));
        HubClock clock = HubClock.Of(store, machine);
        var feed = new BoardFeed();
        var metrics = new HubMetrics();
        var worker = new CaseWorker(store, data);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = ContentRoot(), Args = [] });
        if (web is null)
        {
            builder.WebHost.UseUrls(config.Listen);
        }
        else
        {
            builder.WebHost.ConfigureKestrel(server => web.Listen(server, new Uri(config.Listen)));
        }
        Logs(builder.Logging);
        try
        {
            BoardSetup.Configure(builder, store, clock, IdentityKeys.FolderOf(config.Store), config.Web);
        }
        catch (IOException keys)
        {
            Console.Error.WriteLine(keys.Message);
            return 1;
        }
        await using WebApplication app = builder.Build();
        web?.Said = said => WebSaid(app.Logger, said, null);
        using System.Security.Cryptography.ECDsa profileKey = ProfileKeyFile.Open(config.Store);
        var profiles = new ProfileIssue(store, profileKey, data.NewestCharts);
        profiles.Begin();
        using var pipeline = new HubPipeline(config, store, data, worker, feed, metrics, clock, app.Logger, profiles);
        HealthRoutes.Map(app, metrics, config.IsBeyondLoopback);
        BoardRoutes.Map(app, new BoardParts(store, data, worker, feed, clock, pipeline.Wake), config.IsBeyondLoopback, workplaces);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct, app.Lifetime.ApplicationStopping);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException taken)
        {
            Console.Error.WriteLine($"listen {config.Listen}: {taken.Message}");
            return 1;
        }
        SayFirstAdministrator(config, FirstAdministrator.Invite(store, clock.GetUtcNow()));
        Console.WriteLine($"hub {store.HubId} listens on {config.Listen}; its time is {clock.GetUtcNow():u}, {Words(clock.Start)}");
        Task running = pipeline.RunAsync(stopping.Token);
        try
        {
            await await Task.WhenAny(running, app.WaitForShutdownAsync(stopping.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // asked to stop
        }
        await stopping.CancelAsync();
        await app.StopAsync(CancellationToken.None);
        await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return running.IsFaulted ? 1 : 0;
    }

    /// <summary>On a terminal the code is said; where the output is kept (a service's journal, a log file) it is written beside the store, for the hub's own user alone.</summary>
    private static void SayFirstAdministrator(HubConfig config, (string Person, string Code, DateTimeOffset Until)? first)
    {
        string file = Path.Combine(Path.GetDirectoryName(config.Store)!, "first-administrator.txt");
        File.Delete(file);
        if (first is not { } one)
        {
            return;
        }
        string text = $"nobody is an administrator yet: open {config.Listen.TrimEnd('/')}/join and use the code {one.Code} once, until {one.Until:u}; then sign in as {one.Person}";
        if (!Console.IsOutputRedirected)
        {
            Console.WriteLine(text);
            return;
        }
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var kept = new StreamWriter(file, options))
        {
            kept.WriteLine(text);
        }
        Console.WriteLine($"nobody is an administrator yet: {file} says how to become it");
    }

    /// <summary>What the hub writes down: its own lines, and of the framework what is wrong. The framework's lines of every request hold its address, and so what was looked for.</summary>
    internal static void Logs(ILoggingBuilder logging) => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("TeleMonitor", LogLevel.Information)
        .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error); // it warns that it sets the very headers we set

    private static string Words(ClockStart start) => start switch
    {
        ClockStart.Machine => "the machine's",
        ClockStart.Continued => "continued from the store",
        _ => "held from the store: the machine's clock is behind it",
    };

    /// <summary>Where wwwroot lies: beside the program when published, else in the project's folder above the build output.</summary>
    private static string ContentRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "wwwroot")))
            {
                return folder.FullName;
            }
        }
        return AppContext.BaseDirectory;
    }
}
