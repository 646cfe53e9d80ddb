using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Edge.Tests.Wire;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Quality;

public sealed class SensorDeviceTests
{
    private const string Cuff = """
        {"id":"cuff","version":"1","source":"test","approved":null,"vitals":{"pulse":{"unit":"/min","possible":{"low":0,"high":350}}},
         "device":{"maker":"M","bus":"bluetooth","services":["1810","180F"],"names":["UA-651*","BP"],"encrypted_characteristic":"2A35","period_seconds":0.5,"accuracy":{"pulse":"5 %"},
                   "battery":"percent","clock":"set","stored_measurements":30,"users":2,"quirks":[],"datasheet":"D"}}
        """;

    private const string Button = """
        {"id":"button","version":"1","source":"test","approved":null,"vitals":{},
         "device":{"maker":"any","bus":"gpio","battery":"none","clock":"none","datasheet":"none"}}
        """;

    private static readonly JsonElement Schema = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Tree.At("firmware-config", "schema", "sensor.schema.json")));

    public static IEnumerable<object[]> WholeFiles =>
        [["cuff", Cuff], ["button", Button], .. new[] { "mlx90614", "tmp102" }.Select(name => new object[] { name, Text(name) })];

    [Theory]
    [MemberData(nameof(WholeFiles))]
    public void A_whole_device_of_each_bus_is_read_and_satisfies_the_schema(string id, string json)
    {
        Assert.True(SensorFile.TryRead(System.Text.Encoding.UTF8.GetBytes(json), "x.json", out SensorFile? sensor, out IReadOnlyList<string> problems), string.Join("; ", problems));
        Assert.Equal(id, sensor!.Id);
        Assert.Empty(JsonSchemaCheck.Faults(Schema, JsonSerializer.Deserialize<JsonElement>(json)));
    }

    [Theory]
    [InlineData("cuff", "maker", "\"\"")]
    [InlineData("cuff", "maker", null)]
    [InlineData("cuff", "datasheet", "\"\"")]
    [InlineData("cuff", "bus", "\"usb\"")]
    [InlineData("cuff", "bus", "\"iio\"")]
    [InlineData("cuff", "bus", "\"gpio\"")]
    [InlineData("cuff", "battery", "\"full\"")]
    [InlineData("cuff", "low_battery_days", "0")]
    [InlineData("cuff", "low_battery_days", "366")]
    [InlineData("cuff", "clock", "\"sundial\"")]
    [InlineData("cuff", "period_seconds", "0.09")]
    [InlineData("cuff", "period_seconds", "86401")]
    [InlineData("cuff", "stored_measurements", "0")]
    [InlineData("cuff", "users", "0")]
    [InlineData("cuff", "users", "256")]
    [InlineData("cuff", "quirks", "[\"sulks\"]")]
    [InlineData("cuff", "services", "[]")]
    [InlineData("cuff", "services", null)]
    [InlineData("cuff", "services", "[\"180f\"]")]
    [InlineData("cuff", "services", "[\"18101\"]")]
    [InlineData("cuff", "services", "[null]")]
    [InlineData("cuff", "names", "[\"\"]")]
    [InlineData("cuff", "names", "[\"A*B\"]")]
    [InlineData("cuff", "encrypted_characteristic", "\"2a35\"")]
    [InlineData("cuff", "encrypted_characteristic", "\"\"")]
    [InlineData("mlx90614", "encrypted_characteristic", "\"2A35\"")]
    [InlineData("button", "encrypted_characteristic", "\"2A35\"")]
    [InlineData("cuff", "accuracy", "{\"pulse\":\"\"}")]
    [InlineData("cuff", "kernel_name", "\"x\"")]
    [InlineData("cuff", "probe", "\"temp1\"")]
    [InlineData("cuff", "channels", "{\"temperature\":\"temp1\"}")]
    [InlineData("mlx90614", "kernel_name", null)]
    [InlineData("mlx90614", "kernel_name", "\"../name\"")]
    [InlineData("mlx90614", "kernel_name", "\"\"")]
    [InlineData("mlx90614", "period_seconds", null)]
    [InlineData("mlx90614", "channels", null)]
    [InlineData("mlx90614", "channels", "{}")]
    [InlineData("mlx90614", "channels", "{\"temperature\":\"../../etc/in\"}")]
    [InlineData("mlx90614", "channels", "{\"pulse\":\"in_pulse\"}")]
    [InlineData("mlx90614", "services", "[\"1809\"]")]
    [InlineData("tmp102", "probe", null)]
    [InlineData("tmp102", "probe", "\"a/b\"")]
    [InlineData("button", "probe", "\"temp1\"")]
    [InlineData("button", "colour", "\"red\"")]
    public void A_wrong_field_is_named_and_the_schema_refuses_it_too(string model, string field, string? value)
    {
        JsonObject bad = JsonNode.Parse(WholeFiles.Single(row => row[0].Equals(model))[1].ToString()!)!.AsObject();
        JsonObject device = bad["device"]!.AsObject();
        device.Remove(field);
        if (value is not null)
        {
            device[field] = JsonNode.Parse(value);
        }
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(bad);
        Assert.False(SensorFile.TryRead(bytes, "x.json", out _, out IReadOnlyList<string> problems));
        Assert.Contains(problems, problem => problem.StartsWith("x.json: ", StringComparison.Ordinal) && problem.Contains(field, StringComparison.Ordinal));
        Assert.NotEmpty(JsonSchemaCheck.Faults(Schema, JsonSerializer.Deserialize<JsonElement>(bytes)));
    }

    [Theory]
    [InlineData("mlx90614", "vitals", """{"temperature":{"unit":"Cel","possible":{"low":0,"high":50}},"pulse":{"unit":"/min","possible":{"low":0,"high":350}}}""", "device.channels.pulse is missing")]
    [InlineData("tmp102", "vitals", """{"temperature":{"unit":"Cel","possible":{"low":0,"high":50}}}""", "device.channels.temperature is missing")]
    [InlineData("mlx90614", "vitals", "{}", "device.channels.temperature: must be temperature, and stand in vitals")]
    [InlineData("cuff", "vitals", """{"spo2":{"unit":"%","possible":{"low":0,"high":100}}}""", "device.accuracy.pulse")]
    public void A_device_that_contradicts_the_files_vitals_is_named(string model, string field, string value, string expected)
    {
        JsonObject bad = JsonNode.Parse(WholeFiles.Single(row => row[0].Equals(model))[1].ToString()!)!.AsObject();
        bad[field] = JsonNode.Parse(value);
        Assert.False(SensorFile.TryRead(JsonSerializer.SerializeToUtf8Bytes(bad), "x.json", out _, out IReadOnlyList<string> problems));
        Assert.Contains(problems, problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_wrong_is_named_at_once()
    {
        string bad = Cuff.Replace("\"M\"", "\"\"", StringComparison.Ordinal).Replace("\"percent\"", "\"full\"", StringComparison.Ordinal)
            .Replace("\"1810\"", "\"181\"", StringComparison.Ordinal).Replace("\"set\"", "\"\"", StringComparison.Ordinal).Replace("\"/min\"", "\"bpm\"", StringComparison.Ordinal);
        Assert.False(SensorFile.TryRead(System.Text.Encoding.UTF8.GetBytes(bad), "x.json", out _, out IReadOnlyList<string> problems));
        Assert.Equal(5, problems.Count);
    }

    [Theory]
    [InlineData("UA-651BLE", true)]
    [InlineData("UA-651", true)]
    [InlineData("BP", true)]
    [InlineData("BP2", false)]
    [InlineData("ua-651", false)]
    [InlineData("", false)]
    public void An_advertised_name_matches_whole_or_up_to_its_star(string advertised, bool matches)
    {
        SensorFile.TryRead(System.Text.Encoding.UTF8.GetBytes(Cuff), "x.json", out SensorFile? sensor, out _);
        Assert.Equal(matches, sensor!.Device!.IsCalled(advertised));
        Assert.True((sensor.Device with { Names = null }).IsCalled(advertised));
    }

    [Theory]
    [InlineData(33.2, "not-body")]
    [InlineData(38.9, "not-body")]
    [InlineData(50.1, "not-body impossible")]
    [InlineData(double.NaN, "nan")]
    public void A_temperature_that_is_not_a_bodys_is_Unusable_whatever_it_is(double value, string reasons)
    {
        Graded graded = Grading.Judge(Vital.Temperature, value, null, "Cel", Shipped.Config.Sensors["mlx90614"]);
        Assert.Equal((Grade.Unusable, reasons), (graded.Grade, string.Join(' ', graded.Reasons)));
    }

    [Fact]
    public void A_quirk_about_temperature_touches_no_other_vital()
    {
        SensorFile mlx = Shipped.Config.Sensors["mlx90614"];
        SensorFile both = mlx with { Vitals = new Dictionary<string, SensorVital>(mlx.Vitals) { ["pulse"] = new("/min", new ValueRange(0, 350)) } };
        Assert.Equal(Grade.Good, Grading.Judge(Vital.Pulse, 70, null, "/min", both).Grade);
    }

    private static string Text(string model) => File.ReadAllText(Tree.At("firmware-config", "sensors", model + ".json"));
}
