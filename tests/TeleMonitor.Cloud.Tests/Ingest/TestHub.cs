using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>A hub without a network: the real store on a file of its own, the real ingest and case worker, and a clock that the test moves.</summary>
internal sealed class TestHub : IDisposable
{
    public const string Gateway = "gw-test-0001", OtherGateway = "gw-test-0002", Citizen = "c-test-1";
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-test-").FullName;

    public TestHub()
    {
        Data = HubData.Load(HubData.Find(null)!, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        Store = HubStore.Open(StoreFile, Now);
        Ingest = new BatchIngest(Store.HubId, Data.Charts);
        Worker = new CaseWorker(Store, Data);
        StaffImport.Apply(Store, Data.People, Data.Topology, null, () => "1", "test", Now);
        Store.Write(write =>
        {
            foreach (string gateway in new[] { Gateway, OtherGateway })
            {
                write.RegisterGateway(gateway, "kit-" + gateway[^4..], Now);
            }
            write.RegisterAssignment(new Assignment(1, Gateway, Citizen, "aabenraa", Now.AddDays(-1), null, false));
            write.RegisterAssignment(new Assignment(2, OtherGateway, "c-test-2", "toender", Now.AddDays(-1), null, false));
            write.RegisterAssignment(new Assignment(3, Gateway, "c-test-3", "aabenraa", Now.AddDays(-9), Now.AddDays(-5), false));
        });
    }

    public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    public string StoreFile => Path.Combine(folder, "hub-test.db");
    public string File => Path.Combine(folder, "hub-test.db");
    public HubData Data { get; }
    public HubStore Store { get; }
    public BatchIngest Ingest { get; }
    public CaseWorker Worker { get; }

    public Ingested Take(IncomingBatch batch) => Store.Write(write => Ingest.Take(write, batch, Now));

    public StoreCounts Counts => Store.Read(read => read.Counts());

    public string Refusal => Store.Read(read => read.Quarantined())[0].Reason;

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>A gateway's side of one lane: numbers items, keeps the chain and packs batches, as the outbox does.</summary>
internal sealed class TestLane(string lane, string gateway = TestHub.Gateway, string outbox = "0123456789abcdef")
{
    private readonly List<ReadOnlyMemory<byte>> items = [];
    private readonly List<Chain> chains = [Chain.Zero];

    public static BatchContext Context { get; } = new("boot-1", "synchronised", new Dictionary<string, string>
    {
        ["engine"] = ItemWriter.EngineVersion, ["gateway"] = "test", ["news2"] = "2026-11-1", ["tobs"] = "2026-11-1",
    });

    public Chain Last => chains[^1];

    public TestLane Add(params Item[] more)
    {
        foreach (Item item in more)
        {
            AddBytes(WireItems.Write(item));
        }
        return this;
    }

    public TestLane AddBytes(ReadOnlyMemory<byte> bytes)
    {
        items.Add(bytes);
        chains.Add(chains[^1].Next(bytes.Span));
        return this;
    }

    /// <summary>A batch of items first to last, both counted from 1.</summary>
    public IncomingBatch Pack(int first, int last, Func<byte[], byte[]>? spoil = null, BatchContext? context = null)
    {
        byte[] body = Batch.Write(new BatchHead(outbox, lane, first, chains[first - 1], DateTimeOffset.UnixEpoch, context ?? Context), items[(first - 1)..last]);
        var properties = new BatchProperties(outbox, lane, first, last - first + 1, chains[first - 1], chains[last]);
        return new IncomingBatch(gateway, lane, spoil?.Invoke(body) ?? body, properties.ToUserProperties());
    }

    public IncomingBatch PackAll() => Pack(1, items.Count);
}

/// <summary>What a real gateway would send for measured values: the production rules make the items.</summary>
internal sealed class TestHome(TestHub hub, int assignment = 1, TimeSpan? confirmWithin = null)
{
    private readonly DateTimeOffset began = hub.Now;
    private JudgeSettings settings = new()
    {
        Assignment = assignment,
        ConfirmWithin = confirmWithin,
        Charts = [.. hub.Data.Charts.Values.OrderBy(chart => chart.Id, StringComparer.Ordinal)],
        Sensors = Sensors(),
    };
    private JudgeState state = JudgeState.Empty;
    private long tick = 1000;

    public IReadOnlyList<LaneItem> Measure(params (Vital Vital, double Value)[] values) =>
        Measure(new Burst([.. values.Select(value => new Measured(value.Vital, value.Value, VitalCode.Of(value.Vital).Unit, "manual"))], ClosesSet: true));

    /// <summary>A citizen with settings of the citizen's own.</summary>
    public TestHome(TestHub hub, Func<JudgeSettings, JudgeSettings> change)
        : this(hub) => settings = change(settings);

    /// <summary>One step; without a burst only time has passed.</summary>
    public IReadOnlyList<LaneItem> Measure(Burst? burst)
    {
        JudgeResult result = Judge.Step(state, burst, new Moment("boot-1", hub.Now - began + TimeSpan.FromMilliseconds(tick), hub.Now), settings, () => ++tick);
        state = result.State;
        return result.Items;
    }

    private static Dictionary<string, SensorFile> Sensors()
    {
        string file = Path.Combine(HubData.Find(null)!, "sensors", "manual.json");
        SensorFile.TryRead(System.IO.File.ReadAllBytes(file), file, out SensorFile? sensor, out _);
        return new Dictionary<string, SensorFile> { ["manual"] = sensor! };
    }
}
