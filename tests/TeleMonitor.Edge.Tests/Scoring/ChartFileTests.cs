using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

/// <summary>Charts and sensor files as bad input: every single-field corruption is refused, with the file and the place in the sentence.</summary>
public sealed class ChartFileTests
{
    private static readonly string[] Charts = ["tobs", "news2"], Sensors = ["manual", "replay", "simulated-home"];

    /// <summary>Fields that a file may do without.</summary>
    private static readonly string[] Optional = ["single_points", "single_above", "confirm_rectally", "site_correction", "specified"];

    [Fact]
    public void Every_field_that_is_removed_is_missed_by_name_of_file()
    {
        int tried = 0;
        foreach ((string name, JsonObject good) in Files())
        {
            foreach (string path in Paths(good).Where(path => !Optional.Contains(Leaf(path)) && !IsOptionalHere(path)))
            {
                AssertRefused(name, good, path, (holder, key) => Remove(holder, key));
                tried++;
            }
        }
        Assert.True(tried > 300, $"{tried}");
    }

    [Fact]
    public void Every_field_with_a_wrong_type_is_refused()
    {
        foreach ((string name, JsonObject good) in Files())
        {
            foreach (string path in Paths(good))
            {
                AssertRefused(name, good, path, (holder, key) => Put(holder, key, new JsonArray(new JsonArray())));
                if (Leaf(path) is not "approved")
                {
                    AssertRefused(name, good, path, (holder, key) => Put(holder, key, JsonValue.Create(true)));
                }
            }
        }
    }

    [Fact]
    public void A_null_where_an_object_or_a_number_must_stand_is_refused_and_throws_nowhere()
    {
        foreach ((string name, JsonObject good) in Files())
        {
            // null says the same as absent where the field is optional
            foreach (string path in Paths(good).Where(path => Leaf(path) is not "approved" && !Optional.Contains(Leaf(path)) && !IsOptionalHere(path)))
            {
                AssertRefused(name, good, path, (holder, key) => Put(holder, key, null));
            }
        }
    }

    [Fact]
    public void A_field_that_nobody_knows_and_a_field_given_twice_are_refused()
    {
        foreach ((string name, JsonObject good) in Files())
        {
            AssertRefused(name, good, "id", (holder, _) => Put(holder, "thresold", 3));
            string twice = good.ToJsonString().Insert(1, "\"id\":\"other\",");
            Assert.False(TryRead(name, System.Text.Encoding.UTF8.GetBytes(twice), out IReadOnlyList<string> problems));
            Assert.NotEmpty(problems);
        }
    }

    [Fact]
    public void Every_band_edge_that_is_moved_by_one_step_leaves_a_gap_or_an_overlap_and_is_refused()
    {
        foreach (string chart in Charts)
        {
            JsonObject good = Load("charts", chart);
            foreach (string path in Paths(good).Where(path => Leaf(path) is "from" or "to"))
            {
                foreach (decimal step in new[] { 1m, -1m, 0.1m, -0.1m, 0.05m, 0.005m })
                {
                    AssertRefused(chart, good, path, (holder, key) => Put(holder, key, holder[key]!.Deserialize<decimal>() + step));
                }
            }
        }
    }

    [Theory]
    [InlineData("tobs", "parts/0/bands/0/points", "4", "parts[0].bands[0].points")]
    [InlineData("tobs", "parts/0/bands/0/points", "-1", "parts[0].bands[0].points")]
    [InlineData("tobs", "parts/0/vital", "\"heart\"", "parts[0].vital 'heart'")]
    [InlineData("tobs", "parts/2/vital", "\"pulse\"", "parts[2].vital stands twice")]
    [InlineData("tobs", "parts/1/words/voice", "7", "parts[1].words.voice")]
    [InlineData("tobs", "parts/1/words/asleep", "1", "parts[1].words.asleep")]
    [InlineData("tobs", "parts/1/bands", "[]", "parts[1] is answered with a word")]
    [InlineData("tobs", "parts/0/words", "{}", "parts[0] is a number")]
    [InlineData("tobs", "parts/0/resolution", "0", "parts[0].resolution")]
    [InlineData("tobs", "parts/0/resolution", "-1", "parts[0].resolution")]
    [InlineData("tobs", "parts/0/resolution", "0.001", "parts[0].resolution")]
    [InlineData("tobs", "parts/0/resolution", "1000000", "parts[0].resolution")]
    [InlineData("tobs", "parts/0/between", "\"nearest\"", "parts[0].between")]
    [InlineData("tobs", "parts/3/site_correction/knee", "0.5", "parts[3].site_correction.knee")]
    [InlineData("tobs", "parts/3/site_correction/oral", "0.555", "parts[3].site_correction.oral")]
    [InlineData("tobs", "parts/3/confirm_rectally/below", "41", "parts[3].confirm_rectally below must be lower")]
    [InlineData("tobs", "parts/3/site_correction", "null", "parts[3].confirm_rectally needs")]
    [InlineData("tobs", "parts/0/site_correction", "{\"oral\":0.5}", "parts[0].site_correction belongs to the temperature")]
    [InlineData("tobs", "parts/0/bands", "[]", "parts[0].bands must have at least two")]
    [InlineData("tobs", "parts/0/bands/5/from", "5000000", "parts[0].bands[5].from")]
    [InlineData("tobs", "red/total", "2", "yellow.total must be below red.total")]
    [InlineData("tobs", "red/total", "16", "red.total must be reachable")]
    [InlineData("tobs", "yellow/total", "0", "yellow.total must be at least 1")]
    [InlineData("tobs", "red/single_points", "4", "red.single_points")]
    [InlineData("tobs", "red/single_above/0/vital", "\"consciousness\"", "red.single_above.vital 'consciousness'")]
    [InlineData("tobs", "red/single_above/0/vital", "\"spo2\"", "red.single_above.vital 'spo2'")]
    [InlineData("tobs", "red/single_above/0", "null", "red.single_above must be an object")]
    [InlineData("tobs", "red/single_above/0/value", "30.005", "red.single_above.value")]
    [InlineData("tobs", "id", "\"../tobs\"", "id must be lower-case")]
    [InlineData("tobs", "parts", "[]", "parts must not be empty")]
    [InlineData("tobs", "parts/0", "null", "parts[0] must be an object")]
    [InlineData("tobs", "parts/0/bands/1", "null", "parts[0].bands[1] must be an object")]
    [InlineData("news2", "parts/1/variants/0", "null", "parts[1].variants[0] must be an object")]
    [InlineData("news2", "parts/1/variants/0/scale", "3", "parts[1].variants[0].scale")]
    [InlineData("news2", "parts/1/variants/1/oxygen", "\"maybe\"", "parts[1].variants[1].oxygen")]
    [InlineData("news2", "parts/1/variants/1/oxygen", "\"yes\"", "parts[1].variants[2] overlaps")]
    [InlineData("news2", "parts/1/variants/0/scale", "2", "overlaps")]
    [InlineData("news2", "parts/2/words", "{\"no\":0}", "parts[2].words must give points for every word: no|yes")]
    [InlineData("simulated-home", "vitals/pulse/unit", "\"bpm\"", "vitals.pulse.unit must be '/min'")]
    [InlineData("simulated-home", "vitals/pulse", "null", "vitals.pulse must be an object")]
    [InlineData("simulated-home", "vitals/height", "{\"unit\":\"m\"}", "vitals.height is not a vital")]
    [InlineData("simulated-home", "vitals/pulse/possible/low", "350", "vitals.pulse.possible: low must be below high")]
    [InlineData("simulated-home", "vitals/pulse/possible/high", "1e999", "high")]
    [InlineData("simulated-home", "vitals/pulse/specified/high", "351", "vitals.pulse.specified must lie inside possible")]
    [InlineData("simulated-home", "vitals/oxygen/possible", "{\"low\":0,\"high\":1}", "vitals.oxygen.possible")]
    [InlineData("simulated-home", "vitals", "{}", "vitals must not be empty")]
    [InlineData("simulated-home", "id", "\"\"", "id must not be empty")]
    public void A_contradiction_is_named_with_its_place(string name, string path, string value, string expected)
    {
        JsonObject bad = Load(Charts.Contains(name) ? "charts" : "sensors", name);
        (JsonNode holder, string key) = Find(bad, path);
        const string Mark = "\"@@\"";
        Put(holder, key, "@@");
        string text = bad.ToJsonString().Replace(Mark, value, StringComparison.Ordinal); // as text, since 1e999 is no JSON node
        Assert.False(TryRead(name, System.Text.Encoding.UTF8.GetBytes(text), out IReadOnlyList<string> problems));
        Assert.Contains(problems, problem => problem.StartsWith($"{name}.json: ", StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Several_faults_are_all_reported_at_once()
    {
        JsonObject bad = Load("charts", "tobs");
        foreach ((string path, JsonNode value) in new (string, JsonNode)[]
        {
            ("parts/0/bands/0/points", 4), ("parts/2/bands/1/from", 10), ("parts/1/words/voice", 9), ("parts/4/between", "x"), ("yellow/total", 5), ("id", "A B"),
        })
        {
            (JsonNode holder, string key) = Find(bad, path);
            Put(holder, key, value);
        }
        Assert.False(TryRead("tobs", JsonSerializer.SerializeToUtf8Bytes(bad), out IReadOnlyList<string> problems));
        foreach (string place in new[] { "parts[0].bands[0].points", "parts[2].bands[1].from", "parts[1].words.voice", "parts[4].between", "yellow.total", "id " })
        {
            Assert.Contains(problems, problem => problem.StartsWith("tobs.json: " + place, StringComparison.Ordinal));
        }
        Assert.True(SensorProblems("""{"id":"","version":"1","source":"x","approved":null,"vitals":{"pulse":{"unit":"x"},"nose":{"unit":""}}}""") is { Count: 4 });
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("{}")]
    public void What_is_no_object_at_all_is_refused_with_the_files_name(string json)
    {
        Assert.Contains("tobs.json", Assert.Single(Problems("tobs", json)), StringComparison.Ordinal);
        Assert.Contains("x.json", Assert.Single(SensorProblems(json)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Problems(string name, string json)
    {
        Assert.False(TryRead(name, System.Text.Encoding.UTF8.GetBytes(json), out IReadOnlyList<string> problems));
        return problems;
    }

    private static IReadOnlyList<string> SensorProblems(string json)
    {
        Assert.False(SensorFile.TryRead(System.Text.Encoding.UTF8.GetBytes(json), "x.json", out _, out IReadOnlyList<string> problems));
        return problems;
    }

    private static IEnumerable<(string Name, JsonObject File)> Files() =>
        [.. Charts.Select(name => (name, Load("charts", name))), .. Sensors.Select(name => (name, Load("sensors", name)))];

    private static JsonObject Load(string folder, string name) => JsonNode.Parse(File.ReadAllText(Tree.At("firmware-config", folder, name + ".json")))!.AsObject();

    private static bool TryRead(string name, byte[] json, out IReadOnlyList<string> problems) => Charts.Contains(name)
        ? ChartFile.TryRead(json, name + ".json", out _, out problems) : SensorFile.TryRead(json, name + ".json", out _, out problems);

    private static void AssertRefused(string name, JsonObject good, string path, Action<JsonNode, string> corrupt)
    {
        JsonObject bad = good.DeepClone().AsObject();
        (JsonNode holder, string key) = Find(bad, path);
        corrupt(holder, key);
        Assert.False(TryRead(name, JsonSerializer.SerializeToUtf8Bytes(bad), out IReadOnlyList<string> problems), $"{name}: {path} was accepted as {bad.ToJsonString()}");
        Assert.NotEmpty(problems);
        Assert.All(problems, problem => Assert.StartsWith($"{name}.json: ", problem, StringComparison.Ordinal));
    }

    /// <summary>A file without this part, vital, correction or rule is another valid file, unless something else in it needs it.</summary>
    private static bool IsOptionalHere(string path) => path.Split('/') is ["parts", _] or ["vitals", _] or [_, "single_above", _] or [.., "site_correction", _];

    private static IEnumerable<string> Paths(JsonNode node, string at = "")
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject fields => fields.Select(field => (field.Key, field.Value)),
            JsonArray list => list.Select((value, index) => (index.ToString(System.Globalization.CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        return children.SelectMany(child => new[] { at + child.Key }.Concat(child.Value is null ? [] : Paths(child.Value, at + child.Key + "/")));
    }

    private static string Leaf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static (JsonNode Holder, string Key) Find(JsonNode root, string path)
    {
        string[] steps = path.Split('/');
        JsonNode holder = root;
        foreach (string step in steps[..^1])
        {
            holder = holder is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : holder[step]!;
        }
        return (holder, steps[^1]);
    }

    private static void Put(JsonNode holder, string key, JsonNode? value)
    {
        if (holder is JsonArray list)
        {
            list[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            holder[key] = value;
        }
    }

    private static void Remove(JsonNode holder, string key)
    {
        if (holder is JsonArray list)
        {
            list.RemoveAt(int.Parse(key, System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            holder.AsObject().Remove(key);
        }
    }
}
