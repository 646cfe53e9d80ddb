using TeleMonitor.Gateway.Sensors.Bluetooth;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

public sealed class HeardDevicesTests : IDisposable
{
    private const string Cuff = "AA:BB:CC:00:00:01";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("heard-test-");
    private readonly SimClock clock = new();

    private string File => Path.Combine(folder.FullName, "sensors-heard.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_time_alone_is_written_at_most_once_a_minute_and_anything_else_at_once()
    {
        var heard = new HeardDevices(File, clock);
        DateTimeOffset first = clock.GetUtcNow();
        heard.Note(new HeardDevice(Cuff, first));
        clock.Advance(TimeSpan.FromSeconds(59));
        heard.Note(new HeardDevice(Cuff, clock.GetUtcNow()));
        Assert.Equal(first, Read().At);
        clock.Advance(TimeSpan.FromSeconds(1));
        heard.Note(new HeardDevice(Cuff, clock.GetUtcNow()));
        Assert.Equal(clock.GetUtcNow(), Read().At);
        heard.Note(new HeardDevice(Cuff, null, 80));
        heard.Note(new HeardDevice(Cuff, null, null, "link"));
        Assert.Equal(new HeardDevice(Cuff, clock.GetUtcNow(), 80, "link"), Read());
    }

    [Fact]
    public void What_is_known_survives_a_restart_and_a_torn_file_is_as_none()
    {
        new HeardDevices(File, clock).Note(new HeardDevice(Cuff, clock.GetUtcNow(), 80));
        var again = new HeardDevices(File, clock);
        again.Note(new HeardDevice(Cuff, null, null, "frame"));
        Assert.Equal(80, Read().BatteryPercent);
        again.Forget(Cuff);
        Assert.Empty(HeardDevices.Read(File));
        System.IO.File.WriteAllText(File, "[{\"addr");
        Assert.Empty(HeardDevices.Read(File));
        new HeardDevices(File, clock).Note(new HeardDevice(Cuff, clock.GetUtcNow()));
        Assert.Equal(clock.GetUtcNow(), Read().At);
    }

    [Fact]
    public void Where_it_cannot_be_written_nothing_else_suffers()
    {
        var heard = new HeardDevices(Path.Combine(folder.FullName, "absent", "x.json"), clock);
        heard.Note(new HeardDevice(Cuff, clock.GetUtcNow()));
        heard.Forget(Cuff);
        Assert.Empty(folder.GetDirectories());
    }

    [Fact]
    public void How_a_battery_fell_survives_a_restart_and_whatever_else_is_noted_and_ends_with_the_device()
    {
        for (int day = 0; day < 10; day++)
        {
            Assert.Equal(day < 7 ? BatteryOutlook.TooLittleData : BatteryOutlook.Known, new HeardDevices(File, clock).NoteBattery(Cuff, 90 - (3 * day), clock.GetUtcNow()).Outlook);
            clock.Advance(TimeSpan.FromDays(1));
        }
        var heard = new HeardDevices(File, clock);
        heard.Note(new HeardDevice(Cuff, clock.GetUtcNow(), 63));
        heard.Note(new HeardDevice(Cuff, null, null, "link"));
        Assert.Equal((20, "link", 63), (BatteryForecast.Of(Read().Battery!, clock.GetUtcNow()).Days!.Value, Read().Trouble, Read().BatteryPercent!.Value));
        Assert.Equal(21, heard.NoteBattery(Cuff, 1, null).Days); // a gateway that does not know the time adds nothing, and tells as of the last level
        Assert.Equal(10, Read().Battery!.Count);
        heard.Forget(Cuff);
        Assert.Equal(BatteryOutlook.TooLittleData, heard.NoteBattery(Cuff, 60, clock.GetUtcNow()).Outlook);
    }

    [Fact]
    public void A_file_of_before_there_was_a_forecast_is_read_and_one_with_holes_too()
    {
        System.IO.File.WriteAllText(File, """[null,{"address":"AA:BB:CC:00:00:01","battery_percent":80,"battery":[null,{"at":"2026-11-22T08:00:00Z","percent":80}]}]""");
        Assert.Equal(80, Assert.Single(Read().Battery!).Percent);
        System.IO.File.WriteAllText(File, """[{"address":"AA:BB:CC:00:00:01","battery_percent":80,"trouble":""}]""");
        Assert.Equal((80, null), (Read().BatteryPercent!.Value, Read().Battery));
    }

    private HeardDevice Read() => HeardDevices.Read(File)[Cuff];
}
