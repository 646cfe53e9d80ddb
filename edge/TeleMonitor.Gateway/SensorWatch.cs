using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway;

/// <summary>What is told of an item to somebody who must not see health data.</summary>
internal enum SensorNewsKind : byte
{
    /// <summary>A measurement that can be used.</summary>
    Came,
    /// <summary>A measurement of which nothing can be used.</summary>
    Unusable,
    /// <summary>A measurement of a device that did not say whose it is.</summary>
    Nobodys,
    /// <summary>The help button was pressed.</summary>
    Pressed,
    /// <summary>A sensor has a fault.</summary>
    Fault,
    /// <summary>That is over.</summary>
    FaultOver,
}

/// <summary>Something came to a gateway from a sensor. Neither value nor grade nor reason of a value.</summary>
/// <param name="Kind">What.</param>
/// <param name="Sensor">Model; of a fault the sensor's name.</param>
/// <param name="Count">How many measurements.</param>
/// <param name="Word">Of a fault: why.</param>
internal sealed record SensorNews(SensorNewsKind Kind, string Sensor, int Count = 1, string Word = "");

/// <summary>
/// What came to a gateway since the last look, read from its outbox while it runs: that a measurement is told here means that it was taken,
/// judged and stored. Nothing is asked of a device, since whoever took a value from it would take it from the gateway.
/// </summary>
internal sealed class SensorWatch
{
    private const string SensorFinding = WireWord.FindingPrefix + "sensor/";

    private readonly string path;
    private readonly Dictionary<string, long> seen = new(StringComparer.Ordinal);

    /// <summary>From now on.</summary>
    /// <param name="path">The outbox.</param>
    /// <exception cref="OutboxException">It cannot be used.</exception>
    public SensorWatch(string path)
    {
        this.path = path;
        using SqliteOutbox outbox = SqliteOutbox.OpenToLook(path);
        foreach (string lane in WireWord.Lanes)
        {
            seen[lane] = outbox.Standing(lane).Last;
        }
    }

    /// <summary>What came since.</summary>
    /// <exception cref="OutboxException">The outbox cannot be read now.</exception>
    public IReadOnlyList<SensorNews> Look()
    {
        using SqliteOutbox outbox = SqliteOutbox.OpenToLook(path);
        var items = new List<Item>();
        foreach (string lane in WireWord.Lanes)
        {
            long last = outbox.Standing(lane).Last, from = Math.Min(seen[lane], last); // it begins at 1 again when the file goes on under a new id
            while (from < last && outbox.ReadBatch(lane, from, Batch.MaxItems) is { } batch)
            {
                items.AddRange(batch.Items.Select(bytes => WireItems.TryRead(bytes.Span, out Item? item, out _) ? item : null).OfType<Item>());
                from = batch.Last;
            }
            seen[lane] = last;
        }
        return Of(items);
    }

    /// <summary>What items say to somebody who must not see values. One measurement may be several items: they have one time.</summary>
    public static IReadOnlyList<SensorNews> Of(IReadOnlyList<Item> items) =>
    [
        .. items.OfType<HelpItem>().Where(help => help.Test is not true).Select(_ => new SensorNews(SensorNewsKind.Pressed, "")),
        .. items.OfType<ReadingItem>().GroupBy(reading => (reading.Sensor, reading.At, reading.SensorAt, reading.Assignment))
            .GroupBy(measurement => (measurement.Key.Sensor, Kind: KindOf(measurement.Key.Assignment, measurement)))
            .Select(alike => new SensorNews(alike.Key.Kind, alike.Key.Sensor, alike.Count())),
        .. items.OfType<FindingItem>().Where(finding => finding.Code.StartsWith(SensorFinding, StringComparison.Ordinal))
            .Select(finding => new SensorNews(finding.Over is true ? SensorNewsKind.FaultOver : SensorNewsKind.Fault, finding.Code[SensorFinding.Length..],
                Word: finding.Detail.GetValueOrDefault("why", ""))),
    ];

    private static SensorNewsKind KindOf(int assignment, IEnumerable<ReadingItem> measurement) =>
        assignment == 0 ? SensorNewsKind.Nobodys
        : measurement.All(reading => reading.Grade is "unusable") ? SensorNewsKind.Unusable
        : SensorNewsKind.Came;
}
