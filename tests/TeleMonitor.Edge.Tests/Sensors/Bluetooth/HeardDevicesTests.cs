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

    private HeardDevice Read() => HeardDevices.Read(File)[Cuff];
}
