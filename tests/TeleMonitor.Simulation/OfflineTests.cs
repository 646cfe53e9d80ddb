using Microsoft.Data.Sqlite;
using TeleMonitor.Load;

namespace TeleMonitor.Simulation;

/// <summary>
/// The ninety days without a link in small: the same home, the production core, the real outbox file and the hub's real ingest and store,
/// with fewer readings. The load test runs the whole of it.
/// </summary>
public sealed class OfflineTests : IDisposable
{
    private const int MeasuringsAStep = 6, ReadingsADay = 240 * MeasuringsAStep * 6;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("offline-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void After_a_day_without_a_link_the_first_alert_is_receipted_within_two_seconds_and_all_is_delivered()
    {
        OfflineCourse course = Run(days: 1, limit: 64L << 20);
        Assert.Equal(ReadingsADay, course.Readings);
        Assert.InRange(course.Alerts, 1, 100);
        Assert.NotNull(course.FirstAlertAfter);
        Assert.InRange(course.FirstAlertAfter.Value, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.True(course.Drained);
        Assert.Equal((0, 0, 0), (course.Unknown, course.Refused, course.Link.Ranges));
        Assert.Equal(course.Readings, Hub("select count(*) from item where kind = 'reading'"));
    }

    [Fact]
    public void What_does_not_fit_is_thinned_by_the_rules_and_the_hub_knows_every_number_of_it()
    {
        const long Limit = 21L << 20; // two days take 21.1 MiB with log and reserve, room is made from 18.9 down to 17.9; what is under a day old takes 17
        OfflineCourse course = Run(days: 2, Limit);
        Assert.Equal(2 * ReadingsADay, course.Readings);
        Assert.InRange(course.MostBytes, Limit / 2, Limit);
        Assert.True(course.Drained);
        Assert.Equal((0, 0), (course.Unknown, course.Refused));
        Assert.InRange(course.Link.ThinnedReadings, ReadingsADay / 10, ReadingsADay);
        Assert.Equal(course.Link.Ranges, Hub("select count(*) from thinned"));
        Assert.Equal(course.Link.Covered, Hub("select sum(to_number - from_number + 1) from thinned"));
        Assert.Equal(course.Readings, Hub("select count(*) from item where kind = 'reading'") + course.Link.ThinnedReadings);
    }

    private OfflineCourse Run(int days, long limit) =>
        new OfflineHome(folder.FullName, days, limit, Shipped.Firmware, MeasuringsAStep).Run(Shipped.Hub.Charts, CancellationToken.None);

    private long Hub(string sql)
    {
        using var hub = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "hub.db")};Mode=ReadOnly;Pooling=False");
        hub.Open();
        using SqliteCommand command = hub.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
