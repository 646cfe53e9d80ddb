using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Edge.Tests.Sensors.Bluetooth;

/// <summary>Every Bluetooth model that is shipped has a recorded session, and a new model needs no more than its file and its session.</summary>
public sealed class RecordedSessionTests
{
    public static TheoryData<string> Models() => [.. Shipped.Config.Sensors.Values.Where(file => file.Device is { Bus: SensorDevice.Bluetooth }).Select(file => file.Id)];

    [Theory]
    [MemberData(nameof(Models))]
    public void What_a_device_sent_reads_as_it_is_written_beside_it(string model)
    {
        string file = Tree.At($"tests/golden/sensors/{model}.session.jsonl");
        IReadOnlyList<SessionLine> session = SessionFile.Read(file, File.ReadLines(file), out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        Assert.Equal(File.ReadAllLines(Tree.At($"tests/golden/sensors/{model}.readings.txt")), SessionReplay.Say(session, Shipped.Config.Sensors[model]));
    }

    [Fact]
    public void A_new_thermometer_is_one_file_and_one_recorded_session()
    {
        string folder = Directory.CreateTempSubdirectory("telemonitor-model-").FullName;
        try
        {
            Copy(Tree.At("firmware-config/charts"), Path.Combine(folder, "charts"));
            Copy(Tree.At("firmware-config/sensors"), Path.Combine(folder, "sensors"));
            File.WriteAllText(Path.Combine(folder, "sensors", "example-t1.json"),
                """
                {
                  "id": "example-t1", "version": "1", "source": "an invented thermometer", "approved": null,
                  "vitals": { "temperature": { "unit": "Cel", "possible": { "low": 20, "high": 45 }, "specified": { "low": 35, "high": 42 } } },
                  "device": { "maker": "Example", "bus": "bluetooth", "services": ["1809"], "names": ["Example T1*"], "battery": "none", "clock": "none", "datasheet": "none: invented" }
                }
                """);
            FirmwareConfig? firmware = FirmwareConfig.Load(folder, out IReadOnlyList<string> wrong);
            Assert.Empty(wrong);
            SensorFile model = firmware!.Sensors["example-t1"];
            Assert.True(model.Device!.IsCalled("Example T1 04F2"));

            IReadOnlyList<SessionLine> session = SessionFile.Read("example-t1.session.jsonl",
                ["# recorded", """{"characteristic":"2A1C","hex":"04700100FF06"}""", """{"characteristic":"2A1C","hex":"00540100FF"}"""], out wrong);
            Assert.Empty(wrong);
            Assert.Equal(["temperature 36.8 Cel good", "temperature 34 Cel doubtful outside-specified"], SessionReplay.Say(session, model));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_bad_line_of_a_session_is_named_with_its_number()
    {
        IReadOnlyList<SessionLine> session = SessionFile.Read("s", ["{", "", """{"characteristic":"2A1C","hex":"0"}""", """{"characteristic":"2A1C","hex":"00"}""", """{"hex":"00"}"""], out IReadOnlyList<string> problems);
        Assert.Equal(3, problems.Count);
        Assert.Equal(["s line 1", "s line 3", "s line 5"], problems.Select(problem => problem.Split(':')[0]));
        Assert.Single(session);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
