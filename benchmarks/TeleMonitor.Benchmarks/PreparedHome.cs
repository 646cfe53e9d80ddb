using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Benchmarks;

/// <summary>A batch as a gateway would send it.</summary>
/// <param name="Readings">Reading items in it; the rest are scores and alerts.</param>
public sealed record PreparedBatch(string Lane, byte[] Body, BatchProperties Properties, int Readings);

/// <summary>What one gateway makes of a seeded patient: the production rules judge the rows, and full batches are packed from the items.</summary>
public sealed class PreparedHome
{
    private readonly JudgeSettings settings;
    private readonly SeededPatient patient;
    private readonly string outbox;
    private readonly Dictionary<string, Lane> lanes = WireWord.Lanes.ToDictionary(lane => lane, _ => new Lane(), StringComparer.Ordinal);
    private JudgeState state = JudgeState.Empty;
    private int rows;
    private long tick;

    private sealed class Lane
    {
        public readonly List<(ReadOnlyMemory<byte> Bytes, bool IsReading)> Items = [];
        public long First = 1;
        public Chain Chain = Chain.Zero;
        public int Bytes;
    }

    public PreparedHome(FirmwareConfig firmware, int assignment, int seed)
    {
        settings = new JudgeSettings { Assignment = assignment, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors };
        patient = new SeededPatient($"p{assignment:00000}", seed);
        outbox = $"{seed:x16}";
        Context = new BatchContext("00000000-bench", "synchronised", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gateway"] = "benchmark", ["engine"] = ItemWriter.EngineVersion,
        });
    }

    public BatchContext Context { get; }

    /// <summary>One row through the rules.</summary>
    public IReadOnlyList<LaneItem> Judge()
    {
        JudgeResult result = Vitals.Plans.Judge.Step(state, ReplaySensor.ToBurst(patient.Next()),
            new Moment(Context.Boot, TimeSpan.FromHours(++rows), DateTimeOffset.UnixEpoch.AddHours(rows)), settings, () => ++tick);
        state = result.State;
        return result.Items;
    }

    /// <summary>Judges rows until every lane's items are batches, at least so many readings; the last batch of a lane may be short.</summary>
    public IReadOnlyList<PreparedBatch> Batches(int readings)
    {
        var batches = new List<PreparedBatch>();
        for (int made = 0; made < readings;)
        {
            foreach ((string name, Item item) in Judge())
            {
                Lane lane = lanes[name];
                byte[] bytes = WireItems.Write(item);
                if (lane.Items.Count == Batch.MaxItems || Batch.HeadBytes + lane.Bytes + bytes.Length + 1 > Batch.MaxBytes)
                {
                    batches.Add(Pack(name, lane));
                }
                lane.Items.Add((bytes, item is ReadingItem));
                lane.Bytes += bytes.Length + 1;
                made += item is ReadingItem ? 1 : 0;
            }
        }
        batches.AddRange(lanes.Where(lane => lane.Value.Items.Count > 0).Select(lane => Pack(lane.Key, lane.Value)));
        return batches;
    }

    private PreparedBatch Pack(string name, Lane lane)
    {
        ReadOnlyMemory<byte>[] items = [.. lane.Items.Select(item => item.Bytes)];
        var head = new BatchHead(outbox, name, lane.First, lane.Chain, DateTimeOffset.UnixEpoch, Context);
        BatchProperties properties = BatchProperties.Of(head, items);
        var batch = new PreparedBatch(name, Batch.Write(head, items), properties, lane.Items.Count(item => item.IsReading));
        (lane.First, lane.Chain, lane.Bytes) = (lane.First + items.Length, properties.After, 0);
        lane.Items.Clear();
        return batch;
    }
}
