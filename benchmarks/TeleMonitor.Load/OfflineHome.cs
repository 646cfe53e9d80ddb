using System.Diagnostics;
using System.Threading.Channels;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Load;

/// <summary>A clock that only moves when it is told.</summary>
internal sealed class SteppedClock(DateTimeOffset start) : TimeProvider
{
    private TimeSpan elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + elapsed;

    public override long GetTimestamp() => elapsed.Ticks;

    public void Advance(TimeSpan by) => elapsed += by;
}

/// <summary>A hub in this process at the end of the link: its real store and ingest, a receipt for each batch.</summary>
internal sealed class HubLink(HubStore store, BatchIngest ingest, string gateway, TimeProvider clock) : ILink
{
    private readonly Queue<LinkEvent> reports = new();
    private long messages;

    public long Ordinary { get; private set; }
    public long Ranges { get; private set; }
    public long Covered { get; private set; }
    public long ThinnedReadings { get; private set; }
    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

    public void Connect() => reports.Enqueue(new LinkEvent(LinkEventKind.Connected));

    public bool TryReceive(out LinkEvent report) => reports.TryDequeue(out report);

    public void Acknowledge(long id)
    {
        // nothing is held back here
    }

    public void Send(LinkBatch batch)
    {
        Ingested taken = store.Write(write => ingest.Take(write, new IncomingBatch(gateway, batch.Lane, batch.Body, batch.Properties.ToUserProperties()), clock.GetUtcNow()));
        Outcomes[taken.Outcome.ToString()] = Outcomes.GetValueOrDefault(taken.Outcome.ToString()) + 1;
        if (taken.Outcome is IngestOutcome.Stored)
        {
            Count(batch);
        }
        reports.Enqueue(new LinkEvent(LinkEventKind.Answered, batch.Id));
        if (taken.Receipt is { } receipt)
        {
            reports.Enqueue(new LinkEvent(LinkEventKind.Receipt, ++messages, Payload: WireItems.Write(receipt)));
        }
    }

    private void Count(LinkBatch batch)
    {
        if (batch.Properties.Through is not { } through)
        {
            Ordinary += batch.Lane is WireWord.ReadingLane ? batch.Properties.Count : 0;
            return;
        }
        Ranges++;
        Covered += through - batch.Properties.First + 1;
        if (Batch.TryRead(batch.Body, out _, out IReadOnlyList<ReadOnlyMemory<byte>> items, out _) && WireItems.TryRead(items[0].Span, out Item? item, out _) && item is ThinnedItem thinned)
        {
            ThinnedReadings += thinned.Vitals.Where(vital => !vital.Code.StartsWith(WireWord.ScorePrefix, StringComparison.Ordinal)).Sum(vital => vital.Count);
        }
    }
}

/// <summary>What was seen of a home that was without a link.</summary>
internal sealed record OfflineCourse
{
    public required long Readings { get; init; }
    public required long Alerts { get; init; }
    public required long Items { get; init; }
    public required long OtherLanes { get; init; }
    public required double CollectSeconds { get; init; }
    /// <summary>Seconds of this machine's time; null when no alert was receipted.</summary>
    public required double? FirstAlertSeconds { get; init; }
    /// <summary>The same in the home's time; null when no alert was receipted.</summary>
    public required TimeSpan? FirstAlertAfter { get; init; }
    public required double DrainSeconds { get; init; }
    public required long MostBytes { get; init; }
    public required IReadOnlyList<double> Megabytes { get; init; }
    public required HubLink Link { get; init; }
    public required long Refused { get; init; }
    public required bool Drained { get; init; }

    /// <summary>Items of the reading lane that the hub has neither stored nor been told of in a range.</summary>
    public long Unknown => Items - OtherLanes - Link.Ordinary - Link.Covered;
}

/// <summary>
/// One home whose link is down for days of simulated time: readings through the production core into the real outbox, then the link. Six
/// readings a measuring, mostly quiet, two ill hours every ten days, on the first of them from noon.
/// </summary>
/// <param name="folder">Where outbox and hub keep their files.</param>
/// <param name="days">Days without a link.</param>
/// <param name="limit">Limit of the outbox, bytes.</param>
/// <param name="firmware">Charts and sensors.</param>
/// <param name="measuringsAStep">Measurings in six minutes; 40 of six readings each are 40 readings a minute.</param>
internal sealed class OfflineHome(string folder, int days, long limit, FirmwareConfig firmware, int measuringsAStep = 40)
{
    private const string Gateway = "gw-offline-0001";
    private const int StepsADay = 240;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(6);
    private static readonly DateTimeOffset Start = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly (Vital Vital, double Least, double Most, double Ill, int Decimals)[] Course =
    [
        (Vital.Pulse, 60, 84, 128, 0), (Vital.Spo2, 97, 99, 89, 0), (Vital.Temperature, 36.5, 37.4, 39.1, 1),
        (Vital.Systolic, 116, 138, 94, 0), (Vital.Diastolic, 68, 82, 58, 0), (Vital.Respiration, 13, 17, 27, 0),
    ];

    private readonly SteppedClock clock = new(Start);
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private readonly Random dice = new(20261122);
    private readonly List<double> megabytes = [];
    private long mostBytes;
    private int rows;

    public OfflineCourse Run(IReadOnlyDictionary<(string, string), Vitals.Scoring.Chart> charts, CancellationToken ct)
    {
        using HubStore hub = HubStore.Open(Path.Combine(folder, "hub.db"), Start);
        hub.Write(write =>
        {
            write.RegisterGateway(Gateway, "kit-1", Start);
            write.RegisterAssignment(new Assignment(1, Gateway, "c-1", "aabenraa", Start.AddDays(-1), null, true));
        });
        var link = new HubLink(hub, new BatchIngest(hub.HubId, charts), Gateway, clock);
        string path = Path.Combine(folder, "outbox.db");
        using SqliteOutbox outbox = SqliteOutbox.Open(path, new OutboxOptions { NewId = () => "00000000000000ff", LimitBytes = limit, Microseconds = () => clock.GetTimestamp() / 10 });
        var core = new GatewayCore(new GatewaySetup
        {
            Gateway = Gateway, Identity = new GatewayIdentity(clock, firmware.Charts.Values, "boot-offline", () => true), Outbox = outbox, Clock = clock, Dice = new Random(1), Say = _ => { },
            Judging = new JudgeSettings { Assignment = 1, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors }, RuleTimeRuns = false,
        }, inbox.Reader, link, () => { }, () => { });
        long began = Stopwatch.GetTimestamp();
        for (int step = 0; step < days * StepsADay; step++)
        {
            ct.ThrowIfCancellationRequested();
            Measure(step);
            clock.Advance(Step);
            Settle(core);
            if (step % StepsADay == StepsADay - 1)
            {
                Sample(path);
            }
        }
        double collected = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return Deliver(core, outbox, link, path, collected, ct);
    }

    private OfflineCourse Deliver(GatewayCore core, SqliteOutbox outbox, HubLink link, string path, double collected, CancellationToken ct)
    {
        long began = Stopwatch.GetTimestamp();
        double? firstAlert = null;
        TimeSpan? firstAlertAfter = null;
        link.Connect();
        for (int turn = 0; !core.Drained || turn < 4; turn++)
        {
            ct.ThrowIfCancellationRequested();
            core.Send();
            if (firstAlert is null && outbox.Standing(WireWord.AlertLane).Through > 0)
            {
                (firstAlert, firstAlertAfter) = (Stopwatch.GetElapsedTime(began).TotalSeconds, turn * Turn);
            }
            clock.Advance(Turn);
            Settle(core);
            if (turn % 2000 == 0)
            {
                Sample(path);
            }
            if (turn > 10_000_000)
            {
                break; // what does not drain is told as such
            }
        }
        return new OfflineCourse
        {
            Readings = core.Counts.Readings, Alerts = core.Counts.Alerts, Items = WireWord.Lanes.Sum(lane => outbox.Standing(lane).Last),
            OtherLanes = outbox.Standing(WireWord.AlertLane).Last + outbox.Standing(WireWord.StatusLane).Last, CollectSeconds = collected, FirstAlertSeconds = firstAlert, FirstAlertAfter = firstAlertAfter,
            DrainSeconds = Stopwatch.GetElapsedTime(began).TotalSeconds, MostBytes = mostBytes, Megabytes = megabytes, Link = link,
            Refused = WireWord.Lanes.Sum(lane => outbox.Standing(lane).Refused), Drained = core.Drained,
        };
    }

    private static void Settle(GatewayCore core)
    {
        while (core.Judge() == TimeSpan.Zero)
        {
            // more waits, or more room is to be made
        }
    }

    private void Measure(int step)
    {
        bool ill = step % (10 * StepsADay) is >= StepsADay / 2 and < (StepsADay / 2) + 20;
        for (int burst = 0; burst < measuringsAStep; burst++)
        {
            var values = new ReplayValue[Course.Length];
            for (int i = 0; i < Course.Length; i++)
            {
                (Vital vital, double least, double most, double bad, int decimals) = Course[i];
                values[i] = new ReplayValue(vital, Math.Round(ill ? bad : least + ((most - least) * dice.NextDouble()), decimals));
            }
            rows++;
            inbox.Writer.TryWrite(new SensorMessage(ReplaySensor.ToBurst(new ReplayRow("p1", rows, rows + 1, values, Ignored: 0)), rows * (Step / measuringsAStep)));
        }
    }

    private void Sample(string path)
    {
        mostBytes = Math.Max(mostBytes, new[] { "", "-wal", "-shm", ".reserve" }.Select(part => path + part).Where(File.Exists).Sum(file => new FileInfo(file).Length));
        megabytes.Add(Process.GetCurrentProcess().WorkingSet64 / 1048576.0);
    }
}
