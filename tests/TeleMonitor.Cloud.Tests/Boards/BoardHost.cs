using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Workplaces;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>The clock of a board test: stands where the test puts it; timers run as ever.</summary>
internal sealed class BoardClock(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>The boards on a loopback port over a store of their own, filled as gateways fill it: real rules, real batches, real ingest.</summary>
internal sealed class BoardHost : IAsyncDisposable
{
    public const string Password = "en lang adgangskode", Everybody = "alle";
    private static readonly string Hash = new PasswordHasher<Account>().HashPassword(new Account { Person = "", Initials = "" }, Password);
    public const int Aabenraa = 1, Soenderborg = 2, AabenraaToo = 3;
    private static readonly (int Number, string Citizen, string Area)[] Assignments =
        [(Aabenraa, "c-100068", "aabenraa"), (Soenderborg, "c-200002", "soenderborg"), (AabenraaToo, "c-300003", "6200")];

    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;
    private readonly Dictionary<int, BoardHome> homes = [];
    private readonly BatchIngest ingest;
    private readonly WebApplication app;

    private BoardHost(Action<WebApplication>? also, Func<BoardHost, IReadOnlyList<Workplace>>? workplaces, bool needsCode, DateTimeOffset? at, WebSetup? web, Action<WebApplicationBuilder>? build)
    {
        Clock.Now = at ?? Clock.Now;
        string config = Path.Combine(Root(AppContext.BaseDirectory), "firmware-config");
        Data = HubData.Load(config, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        Store = HubStore.Open(Path.Combine(folder, "hub-test.db"), Clock.Now);
        Worker = new CaseWorker(Store, Data);
        ingest = new BatchIngest(Store.HubId, Data.Charts);
        string sensor = Path.Combine(config, "sensors", "manual.json");
        SensorFile.TryRead(File.ReadAllBytes(sensor), sensor, out SensorFile? manual, out _);
        Store.Write(write =>
        {
            foreach ((int number, string citizen, string area) in Assignments)
            {
                string gateway = $"gw-test-{number:0000}";
                write.RegisterGateway(gateway, $"kit-{number:0000}", Clock.Now);
                write.RegisterAssignment(new Assignment(number, gateway, citizen, area, Clock.Now.AddDays(-30), null, false));
                homes[number] = new BoardHome(gateway, number, Data, manual!);
            }
        });
        Store.Write(write => write.TopologyIs(Data.Topology));
        AddStaff();
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        BoardSetup.Configure(builder, Store, Clock, web: web);
        build?.Invoke(builder);
        app = builder.Build();
        also?.Invoke(app);
        HealthRoutes.Map(app, Metrics, isBeyondLoopback: false);
        BoardRoutes.Map(app, new BoardParts(Store, Data, Worker, Feed, Clock, () => Woken++), needsCode, workplaces?.Invoke(this));
    }

    public BoardClock Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));
    public HubData Data { get; }
    public HubStore Store { get; }
    public CaseWorker Worker { get; }
    public BoardFeed Feed { get; } = new();
    public TeleMonitor.Hub.People.Citizens.IdentityKeys Keys => app.Services.GetRequiredService<TeleMonitor.Hub.People.Citizens.IdentityKeys>();
    public HubMetrics Metrics { get; } = new();
    public int Woken { get; private set; }
    /// <summary>The folder of this hub's files.</summary>
    public string Folder => folder;
    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Starts one.</summary>
    /// <param name="also">Adds to the program.</param>
    /// <param name="workplaces">Those with a sign-in of their own.</param>
    /// <param name="needsCode">True: everybody needs an authenticator.</param>
    /// <param name="at">When its clock stands at first.</param>
    /// <param name="web">How it is called; null: by http on loopback.</param>
    /// <param name="build">Changes what the program is made of: logs, addresses.</param>
    public static async Task<BoardHost> StartAsync(Action<WebApplication>? also = null, Func<BoardHost, IReadOnlyList<Workplace>>? workplaces = null, bool needsCode = false, DateTimeOffset? at = null,
        WebSetup? web = null, Action<WebApplicationBuilder>? build = null)
    {
        var host = new BoardHost(also, workplaces, needsCode, at, web, build);
        await host.app.StartAsync();
        return host;
    }

    /// <summary>A citizen measures at home: the gateway's rules judge it, its batches arrive, the case worker steps.</summary>
    public void Measure(int assignment, params (Vital Vital, double Value)[] values) => Measure(assignment, closes: true, label: null, values);

    public void Measure(int assignment, bool closes, ReplayLabel? label, params (Vital Vital, double Value)[] values)
    {
        foreach (IncomingBatch batch in homes[assignment].Measure(Clock.Now, closes, label, values))
        {
            Take(batch);
        }
        Settle();
    }

    /// <summary>The same from a gateway that sends no alert and says so in its scores: the hub must raise its own.</summary>
    public void MeasureWithoutAlert(int assignment, params (Vital Vital, double Value)[] values)
    {
        foreach (IncomingBatch batch in homes[assignment].Measure(Clock.Now, closes: true, label: null, values, alerts: false))
        {
            Take(batch);
        }
        Settle();
    }

    /// <summary>A citizen follows a plan from midnight; the gateway is heard now.</summary>
    public void FollowPlan(int assignment, string plan, string version)
    {
        DateTimeOffset midnight = TimeZoneInfo.ConvertTime(Clock.Now, Data.Topology.Zone);
        Store.Write(write =>
        {
            write.RegisterPlan(new CitizenPlan(assignment, plan, version, midnight - midnight.TimeOfDay, null, Data.Topology.Zone.Id), Clock.Now);
            write.LookAtPlan(assignment, Clock.Now);
            write.Heard($"gw-test-{assignment:0000}", Care.Devices.HeardBy.Status, Clock.Now);
        });
        Settle();
    }

    /// <summary>The citizen presses the help button.</summary>
    public void Press(int assignment)
    {
        foreach (IncomingBatch batch in homes[assignment].Step(Clock.Now, Burst.HelpPressed))
        {
            Take(batch);
        }
        Settle();
    }

    /// <summary>An alert that nobody can read arrives.</summary>
    public void SendUnreadableAlert(int assignment)
    {
        Take(homes[assignment].Pack(WireWord.AlertLane, ["""{"kind":"poem"}"""u8.ToArray()]));
        Settle();
    }

    public void Settle()
    {
        while (Worker.Work(Clock.Now) > 0)
        {
            // until nothing is owed
        }
        Feed.Changed();
    }

    public IReadOnlyList<Care.Cases.CareCase> OpenCases() => Store.Read(read => read.OpenCases(null));

    /// <summary>A browser in which somebody has signed in: by default one who may see all of this hub.</summary>
    public BoardBrowser Browser(string person = Everybody) => new(Address, person);

    /// <summary>A browser in which nobody has.</summary>
    public BoardBrowser Stranger() => new(Address, null);

    /// <summary>One more person, with one grant.</summary>
    public void AddPerson(string person, Grant grant) => Store.Write(write =>
    {
        write.SaveAccount(new Account { Person = person, Initials = person, Password = Hash, Stamp = "1" });
        write.Give(person, grant, "test", Clock.Now);
    });

    /// <summary>Method and pattern of every endpoint that is served.</summary>
    public IEnumerable<string> Endpoints() => ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Select(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {endpoint.RoutePattern.RawText}");

    /// <summary>The people of the sample, each with their team, and with the whole hub too: what these tests are about is not who sees what.</summary>
    private void AddStaff()
    {
        Assert.Empty(StaffImport.Apply(Store, Data.People, Data.Topology, Hash, () => "1", "test", Clock.Now));
        Store.Write(GiveEverything);
        Worker.Work(Clock.Now); // who answers for whom is known from here on
    }

    private void GiveEverything(StoreTransaction write)
    {
        foreach (Person person in Data.People.All)
        {
            write.Give(person.Id, new Grant(person.Role, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null), "test", Clock.Now);
        }
        write.SaveAccount(new Account { Person = Everybody, Initials = "ALLE", Password = Hash, Stamp = Everybody });
        write.Give(Everybody, new Grant(PersonRole.Coordinator, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null), "test", Clock.Now);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Take(IncomingBatch batch)
    {
        Ingested taken = Store.Write(write => ingest.Take(write, batch, Clock.Now));
        if (taken.Outcome != IngestOutcome.Stored)
        {
            throw new InvalidOperationException($"the batch was not stored but {taken.Outcome}");
        }
        Metrics.Count(taken);
    }

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "TeleMonitor.sln")) ? folder : Root(Directory.GetParent(folder)?.FullName ?? throw new DirectoryNotFoundException("no TeleMonitor.sln above the tests"));
}

/// <summary>One gateway: the production rules make its items, its lanes are numbered and chained.</summary>
internal sealed class BoardHome(string gateway, int assignment, HubData data, SensorFile manual)
{
    private readonly Dictionary<string, (long Last, Chain Chain)> lanes = new(StringComparer.Ordinal);
    private readonly JudgeSettings settings = new()
    {
        Assignment = assignment,
        Charts = [.. data.Charts.Values.OrderBy(chart => chart.Id, StringComparer.Ordinal)],
        Sensors = new Dictionary<string, SensorFile>(StringComparer.Ordinal) { ["manual"] = manual },
    };
    private JudgeState state = JudgeState.Empty;
    private long tick;

    public IEnumerable<IncomingBatch> Measure(DateTimeOffset now, bool closes, ReplayLabel? label, (Vital Vital, double Value)[] values, bool alerts = true)
    {
        return Step(now, new Burst([.. values.Select(value => new Measured(value.Vital, value.Value, VitalCode.Of(value.Vital).Unit, "manual") { Label = label })], closes), alerts);
    }

    public IEnumerable<IncomingBatch> Step(DateTimeOffset now, Burst burst, bool alerts = true)
    {
        tick = Math.Max(tick, now.ToUnixTimeMilliseconds() * 1000);
        JudgeResult result = Judge.Step(state, burst, new Moment("boot-1", TimeSpan.FromMilliseconds(now.ToUnixTimeMilliseconds()), now), settings, () => ++tick);
        state = result.State;
        IEnumerable<LaneItem> items = alerts ? result.Items
            : result.Items.Where(item => item.Item is not AlertItem).Select(item => item.Item is ScoreItem score ? item with { Item = score with { Alert = null } } : item);
        return items.GroupBy(item => item.Lane, StringComparer.Ordinal).OrderBy(lane => lane.Key, StringComparer.Ordinal)
            .Select(lane => Pack(lane.Key, [.. lane.Select(item => WireItems.Write(item.Item))]));
    }

    public IncomingBatch Pack(string lane, byte[][] items)
    {
        (long last, Chain before) = lanes.GetValueOrDefault(lane);
        Chain after = items.Aggregate(before, (chain, item) => chain.Next(item));
        lanes[lane] = (last + items.Length, after);
        var versions = data.Charts.Keys.ToDictionary(chart => chart.Id, chart => chart.Version, StringComparer.Ordinal);
        versions["engine"] = ItemWriter.EngineVersion;
        byte[] body = Batch.Write(new BatchHead("0123456789abcdef", lane, last + 1, before, DateTimeOffset.UnixEpoch, new BatchContext("boot-1", "synchronised", versions)),
            [.. items.Select(item => new ReadOnlyMemory<byte>(item))]);
        return new IncomingBatch(gateway, lane, body, new BatchProperties("0123456789abcdef", lane, last + 1, items.Length, before, after).ToUserProperties());
    }
}
