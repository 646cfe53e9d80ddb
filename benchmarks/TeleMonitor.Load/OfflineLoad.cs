using TeleMonitor.Benchmarks;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Hub;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>Ninety days without a link, once with the default limit and once with a tenth of it.</summary>
internal static class OfflineLoad
{
    /// <summary>The default limit, in the same proportion to the days.</summary>
    public static IReadOnlyList<Figure> Whole(int days, CancellationToken ct) => [.. One(days, OutboxOptions.DefaultLimit * days / 90, "the default limit", ct)];

    /// <summary>A tenth of it, and never less than two days of readings: what is under a day old does not thin.</summary>
    public static IReadOnlyList<Figure> Tenth(int days, CancellationToken ct) =>
        [.. One(days, Math.Max(OutboxOptions.DefaultLimit / 10 * days / 90, 96L << 20), "a tenth of the limit", ct)];

    private static IEnumerable<Figure> One(int days, long limit, string named, CancellationToken ct)
    {
        string folder = Place.Folder("load-offline");
        try
        {
            HubData data = HubData.Load(Repository.FirmwareConfig, out IReadOnlyList<string> problems) ?? throw new RigException(string.Join("; ", problems));
            OfflineCourse course = new OfflineHome(folder, days, limit, Place.Firmware()).Run(data.Charts, ct);
            string outcomes = string.Join(", ", course.Link.Outcomes.Select(pair => $"{pair.Key} {pair.Value}"));
            string run = $"{days} days, {course.Readings:#,0} readings, {course.Items:#,0} items, {course.Alerts:#,0} alerts; collected in {course.CollectSeconds:0} s; {outcomes}; refused {course.Refused}";
            string label = $"offline {days} days, {named}";
            if (!course.Drained)
            {
                throw new RigException($"{label}: not drained; {run}");
            }
            if (course.FirstAlertSeconds is not { } firstAlert)
            {
                throw new RigException($"{label}: no alert was receipted, so nothing is known of how soon the first would be; {run}");
            }
            double half = course.Megabytes[course.Megabytes.Count / 4];
            return
            [
                new Figure($"{label}: first alert receipted after the link", firstAlert, "s", new Budget(2), "alerts go first: one batch, one commit, one receipt ≈ 20 ms", run),
                new Figure($"{label}: all drained", course.DrainSeconds, "s", null, "7 million items at 40,000/s ≈ 175 s", $"{course.Items / course.DrainSeconds:#,0} items/s, hub in the same process"),
                new Figure($"{label}: most disk", course.MostBytes / 1048576.0, "MiB", new Budget(limit / 1048576.0), "450 bytes an item with its row", $"file, log and reserve; {course.MostBytes / (double)course.Items:0} bytes an item"),
                new Figure($"{label}: items of the reading lane the hub does not know of", course.Unknown, "items", new Budget(0), "none",
                    $"{course.Link.Ordinary:#,0} stored, {course.Link.Covered:#,0} ({course.Link.ThinnedReadings:#,0} readings) in {course.Link.Ranges:#,0} thinned ranges"),
                new Figure($"{label}: memory, growth from a quarter on", course.Megabytes.Max() - half, "MB", null, "flat but for the hub's own cache, which is in this process",
                    $"RSS MB: {string.Join(" / ", Quarters(course.Megabytes))}, gateway and hub together"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Quarters(IReadOnlyList<double> samples) => new[] { 0.1, 0.25, 0.5, 0.75, 0.999 }.Select(part => Figure.Number(samples[(int)(samples.Count * part)]));
}
