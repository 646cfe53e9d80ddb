using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Wire;

public sealed class SchemaTests
{
    private static readonly string Folder = Tree.At("firmware-config", "schema");

    public static IEnumerable<object[]> Messages => GoldenWire.All.Select(situation => new object[] { situation.Name, situation.Schema });

    public static IEnumerable<object[]> Files => Shipped().Select(row => new object[] { row.File, row.Schema });

    private static IEnumerable<(string File, string Schema)> Shipped() => new[] { "chart", "sensor" }.SelectMany(kind =>
        Directory.GetFiles(Tree.At("firmware-config", kind + "s"), "*.json").Select(path => (Path.GetRelativePath(Tree.Root, path), kind)));

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_golden_message_satisfies_its_schema(string name, string schema) =>
        Assert.Empty(JsonSchemaCheck.Faults(Schema(schema), Parse(GoldenWireTests.Golden(name + ".json"))));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_shipped_chart_and_sensor_file_satisfies_its_schema(string file, string schema) =>
        Assert.Empty(JsonSchemaCheck.Faults(Schema(schema), Parse(File.ReadAllBytes(Tree.At(file)))));

    /// <summary>A schema that lets everything through would prove nothing: each golden message without one required field must fail it.</summary>
    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_without_a_required_field_or_with_one_of_a_wrong_type_fails_its_schema(string name, string schema)
    {
        JsonElement rules = Schema(schema);
        foreach (string field in rules.GetProperty("required").EnumerateArray().Select(required => required.GetString()!))
        {
            Assert.NotEmpty(JsonSchemaCheck.Faults(rules, Changed(name, message => message.Remove(field))));
            Assert.NotEmpty(JsonSchemaCheck.Faults(rules, Changed(name, message => message[field] = new JsonObject { ["x"] = new JsonArray() })));
        }
    }

    [Theory]
    [InlineData("item-reading", "reading-good", "value", "null")]
    [InlineData("item-reading", "reading-good", "grade", "\"fine\"")]
    [InlineData("item-score", "score-incomplete", "total", "8")]
    [InlineData("item-score", "score-complete", "total", "null")]
    [InlineData("item-alert", "alert-red", "triage", "\"green\"")]
    [InlineData("receipt", "receipt-unknown", "through", "3")]
    [InlineData("batch", "batch", "items", "[]")]
    [InlineData("batch", "batch", "before", "\"0000\"")]
    [InlineData("presence", "presence-online", "v", "2")]
    public void A_message_that_contradicts_the_wire_fails_its_schema(string schema, string name, string field, string value) =>
        Assert.NotEmpty(JsonSchemaCheck.Faults(Schema(schema), Changed(name, message => message[field] = JsonNode.Parse(value))));

    [Fact]
    public void What_the_program_accepts_as_a_chart_or_sensor_file_and_the_schema_agree_on_each_removed_field()
    {
        foreach ((string file, string schema) in Shipped())
        {
            JsonObject good = JsonNode.Parse(File.ReadAllText(Tree.At(file)))!.AsObject();
            foreach (string field in good.Select(pair => pair.Key))
            {
                JsonObject less = good.DeepClone().AsObject();
                less.Remove(field);
                byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(less);
                bool accepted = schema is "chart" ? ChartFile.TryRead(bytes, file, out _, out _) : SensorFile.TryRead(bytes, file, out _, out _);
                // a sensor file with vitals is whole without its device, and is one that does not stream; every other field is missed
                bool whole = field is "streams" || (field is "device" && less["vitals"]!.AsObject().Count > 0);
                Assert.Equal((file, field, whole, whole), (file, field, accepted, JsonSchemaCheck.Faults(Schema(schema), Parse(bytes)).Count == 0));
            }
        }
    }

    private static JsonElement Changed(string name, Action<JsonObject> change)
    {
        JsonObject message = JsonNode.Parse(GoldenWireTests.Golden(name + ".json"))!.AsObject();
        change(message);
        return Parse(JsonSerializer.SerializeToUtf8Bytes(message));
    }

    private static JsonElement Schema(string name) => Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".schema.json")));

    private static JsonElement Parse(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
