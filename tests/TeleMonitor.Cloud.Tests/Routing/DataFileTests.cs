using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Care.Routing;

namespace TeleMonitor.Cloud.Tests.Routing;

/// <summary>The shipped data files, and every way to spoil one field of them.</summary>
public sealed class DataFileTests
{
    private static readonly string[] FreeText = ["name", "source", "version", "initials", "person", "claim", "value"];
    private static readonly string[] References = ["region", "cluster", "team", "coordinator", "holder", "municipality", "authority", "unit"];

    public static TheoryData<string, string> Files => new()
    {
        { ShippedFiles.TopologyName, "topology.schema.json" },
        { ShippedFiles.LaddersName, "ladders.schema.json" },
        { ShippedFiles.PeopleName, "demo-people.schema.json" },
        { ShippedFiles.RetentionName, "retention.schema.json" },
        { ShippedFiles.WorkplaceName, "workplace-map.schema.json" },
    };

    [Theory, MemberData(nameof(Files))]
    public void A_shipped_file_loads_without_a_problem_and_satisfies_its_schema(string file, string schema)
    {
        Assert.Empty(Problems(file, ShippedFiles.Bytes(file)));
        Assert.True(JsonSchemaCheck.Satisfies(JsonNode.Parse(ShippedFiles.Bytes(file)), Schema(schema)));
    }

    [Theory, MemberData(nameof(Files))]
    public void Every_single_field_corruption_is_refused_and_named(string file, string schema)
    {
        JsonObject whole = JsonNode.Parse(ShippedFiles.Bytes(file))!.AsObject();
        JsonObject rules = Schema(schema);
        int tried = 0;
        foreach ((string path, JsonObject spoilt) in Corruptions(whole))
        {
            byte[] json = Encoding.UTF8.GetBytes(spoilt.ToJsonString());
            IReadOnlyList<string> problems = Problems(file, json);
            if (!problems.Any(problem => problem.StartsWith($"{file}: {path} ", StringComparison.Ordinal)))
            {
                Assert.Fail($"{path} in {Encoding.UTF8.GetString(json)}: {string.Join('\n', problems)}");
            }
            // the schema finds it too, unless only a look elsewhere in the files, or at the order of dates, could
            if (JsonSchemaCheck.Satisfies(JsonNode.Parse(json), rules) && !References.Contains(path.Split('.')[^1]) && path != "time_zone")
            {
                Assert.EndsWith("authority[0].to", path, StringComparison.Ordinal);
            }
            tried++;
        }
        Assert.True(tried > (file == ShippedFiles.RetentionName ? 30 : 100), $"only {tried} corruptions");
    }

    [Fact]
    public void All_problems_of_a_file_are_told_at_once()
    {
        JsonObject spoilt = JsonNode.Parse(ShippedFiles.Bytes(ShippedFiles.TopologyName))!.AsObject();
        spoilt["approved"] = "yes";
        spoilt["teams"]![3]!["phone"] = "74 12 34 56";
        spoilt["municipalities"]![21]!["team"] = "akut-nowhere";
        spoilt["postcodes"]!.AsArray().Add(JsonNode.Parse("{\"postcode\":\"6200\",\"municipality\":\"vejle\"}"));
        Assert.Equal(
            [
                "region-syddanmark.json: teams[3].phone must be four pairs of digits, and 00 00 00 00 on a sample, it is '74 12 34 56'",
                "region-syddanmark.json: municipalities[21].team names no known team: 'akut-nowhere'",
                "region-syddanmark.json: approved must be an object",
                "region-syddanmark.json: postcodes[13].postcode must be four digits, each postcode once, it is '6200'",
            ],
            Problems(ShippedFiles.TopologyName, Encoding.UTF8.GetBytes(spoilt.ToJsonString())));
    }

    [Theory]
    [InlineData("teams[1].id", "akut-haderslev")]
    [InlineData("coordinators[0].id", "akut-haderslev")]
    [InlineData("fallback.id", "koordinator-vejle")]
    [InlineData("clusters[1].slug", "fyn", "clusters[2].slug")]
    [InlineData("municipalities[1].slug", "haderslev")]
    [InlineData("municipalities[1].slug", "region-syddanmark")]
    [InlineData("municipalities[0].authority[0].to", "2026-12-31")]
    [InlineData("municipalities[0].authority[0].to", "2027-01-02")]
    [InlineData("municipalities[0].authority[0].from", "2027-01-01")]
    [InlineData("municipalities[0].authority[1].to", "2030-01-01")]
    [InlineData("municipalities[0].authority[1].holder", "region-midtjylland")]
    [InlineData("regions[0].slug", "region-nord", "clusters[0].region")]
    public void A_topology_with_a_gap_an_overlap_a_double_or_an_unknown_name_is_refused(string path, string value, string? named = null)
    {
        JsonObject spoilt = JsonNode.Parse(ShippedFiles.Bytes(ShippedFiles.TopologyName))!.AsObject();
        Set(spoilt, path, value);
        Assert.Contains(Problems(ShippedFiles.TopologyName, Encoding.UTF8.GetBytes(spoilt.ToJsonString())),
            problem => problem.StartsWith($"{ShippedFiles.TopologyName}: {named ?? path} ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("red.rungs[2].to[0]", "team", "red.rungs[2].to")]
    [InlineData("red.rungs[0].wait_minutes", 121, "red.rungs[0].wait_minutes")]
    [InlineData("red.rungs[2].wait_minutes", 31, "red.rungs[2].wait_minutes")]
    [InlineData("red.rungs[1].to[1]", "fallback", "red.rungs[1].to")]
    [InlineData("red.respond_by_minutes", 241, "red.respond_by_minutes")]
    [InlineData("yellow.review_by_minutes", 1441, "yellow.review_by_minutes")]
    [InlineData("unreadable_alert", "green", "unreadable_alert")]
    public void Ladders_that_end_in_silence_or_are_slower_for_the_more_severe_are_refused(string path, object value, string named)
    {
        JsonObject spoilt = JsonNode.Parse(ShippedFiles.Bytes(ShippedFiles.LaddersName))!.AsObject();
        Set(spoilt, path, value is int number ? number : (string)value);
        Assert.Contains(Problems(ShippedFiles.LaddersName, Encoding.UTF8.GetBytes(spoilt.ToJsonString())),
            problem => problem.StartsWith($"{ShippedFiles.LaddersName}: {named} ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_signed_file_says_by_whom()
    {
        JsonObject signed = JsonNode.Parse(ShippedFiles.Bytes(ShippedFiles.LaddersName))!.AsObject();
        signed["approved"] = JsonNode.Parse("{\"by\":\"Region Syddanmark\",\"on\":\"2026-12-01\"}");
        Assert.True(LaddersFile.TryRead(Encoding.UTF8.GetBytes(signed.ToJsonString()), "signed", out Ladders? ladders, out _));
        Assert.Equal(new Approval("Region Syddanmark", new DateOnly(2026, 12, 1)), ladders!.Approved);
        Assert.True(JsonSchemaCheck.Satisfies(signed, Schema("ladders.schema.json")));
        Assert.Null(ShippedFiles.Ladders.Approved);
        Assert.Null(ShippedFiles.Topology.Approved);
    }

    [Fact]
    public void Every_team_and_the_fallback_has_somebody_and_nobody_could_be_real()
    {
        Assert.Empty(ShippedFiles.Topology.Teams.Select(team => team.Id).Append(ShippedFiles.Topology.Fallback.Id).Except(ShippedFiles.People.All.Select(person => person.Team)));
        Assert.All(ShippedFiles.Topology.Teams, team => Assert.True(team.Sample));
        Assert.All(ShippedFiles.Topology.Coordinators.Append(ShippedFiles.Topology.Fallback), desk => Assert.Equal((true, "00 00 00 00"), (desk.Sample, desk.Phone)));
        Assert.Equal(PersonRole.AcuteNurse, ShippedFiles.People.Find("mlk")!.Role);
        Assert.Null(ShippedFiles.People.Find(null));
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_cut_off_or_with_one_bit_flipped_never_throws_and_is_never_half_taken(string file, string _)
    {
        byte[] whole = ShippedFiles.Bytes(file);
        for (int length = 0; length < whole.Length - 2; length += 7)
        {
            Assert.NotEmpty(Problems(file, whole[..length]));
        }
        for (int bit = 0; bit < whole.Length * 8; bit += 11)
        {
            byte[] flipped = [.. whole];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Problems(file, flipped);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("{\"id\":1,\"id\":2}")]
    public void What_is_no_such_object_is_refused_in_one_sentence_that_names_the_file(string json)
    {
        foreach (string file in Files.Select(row => (string)row[0]))
        {
            Assert.All(Problems(file, Encoding.UTF8.GetBytes(json)), problem => Assert.StartsWith(file + ": ", problem, StringComparison.Ordinal));
            Assert.NotEmpty(Problems(file, Encoding.UTF8.GetBytes(json)));
        }
    }

    /// <summary>Path of a field, and the file with this one field spoilt.</summary>
    private static IEnumerable<(string Path, JsonObject Spoilt)> Corruptions(JsonObject whole)
    {
        foreach ((string path, JsonNode? value) in Places(whole, ""))
        {
            string name = path.Split('.')[^1];
            if (value is JsonObject)
            {
                string surprise = path.Length == 0 ? "surprise" : path + ".surprise";
                yield return (surprise, With(whole, surprise, JsonValue.Create(1)));
            }
            foreach (JsonNode? wrong in path.Length == 0 ? [] : Wrong(name, value))
            {
                yield return (path, With(whole, path, wrong));
            }
            if (path.Length > 0 && !name.EndsWith(']'))
            {
                JsonObject without = whole.DeepClone().AsObject();
                Find(without, path).Parent.AsObject().Remove(name);
                yield return (path, without);
            }
        }
    }

    private static IEnumerable<(string Path, JsonNode? Value)> Places(JsonNode? node, string path) => (node switch
    {
        JsonObject fields => fields.SelectMany(field => Places(field.Value, path.Length == 0 ? field.Key : $"{path}.{field.Key}")),
        JsonArray list => list.SelectMany((item, at) => Places(item, $"{path}[{at}]")),
        _ => [],
    }).Prepend((path, node));

    private static IEnumerable<JsonNode?> Wrong(string name, JsonNode? value)
    {
        JsonValueKind kind = value?.GetValueKind() ?? JsonValueKind.Null;
        yield return new JsonArray();
        yield return 1.5;
        // {} in place of a missing approval is an approval with problems of its own
        if (kind != JsonValueKind.Object && name != "approved")
        {
            yield return new JsonObject();
        }
        if (kind != JsonValueKind.Null && name != "coordinator")
        {
            yield return null;
        }
        yield return FreeText.Contains(name) ? " " : "Ø?";
        yield return "";
        if (References.Contains(name))
        {
            yield return "nowhere";
        }
        if (kind == JsonValueKind.Number)
        {
            yield return 0;
            yield return 1_000_000;
        }
    }

    private static JsonObject With(JsonObject whole, string path, JsonNode? value)
    {
        JsonObject spoilt = whole.DeepClone().AsObject();
        Set(spoilt, path, value);
        return spoilt;
    }

    private static void Set(JsonObject root, string path, JsonNode? value)
    {
        (JsonNode parent, string key) = Find(root, path);
        if (parent is JsonArray list)
        {
            list[int.Parse(key, CultureInfo.InvariantCulture)] = value;
            return;
        }
        parent[key] = value;
    }

    private static (JsonNode Parent, string Key) Find(JsonObject root, string path)
    {
        string[] steps = path.Replace("]", "", StringComparison.Ordinal).Split('.', '[');
        return (steps[..^1].Aggregate((JsonNode)root, (node, step) => node is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!), steps[^1]);
    }

    private static JsonObject Schema(string name) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(ShippedFiles.Root, "firmware-config", "schema", name)))!.AsObject();

    private static IReadOnlyList<string> Problems(string file, byte[] json)
    {
        (bool taken, bool given, IReadOnlyList<string> problems) = file switch
        {
            ShippedFiles.TopologyName => (TopologyFile.TryRead(json, file, out Topology? topology, out IReadOnlyList<string> found), topology is not null, found),
            ShippedFiles.LaddersName => (LaddersFile.TryRead(json, file, out Ladders? ladders, out IReadOnlyList<string> found), ladders is not null, found),
            ShippedFiles.RetentionName => (RetentionFile.TryRead(json, file, out Retention? retention, out IReadOnlyList<string> found), retention is not null, found),
            ShippedFiles.WorkplaceName => (WorkplaceMapFile.TryRead(json, file, ShippedFiles.Topology, out WorkplaceMap? map, out IReadOnlyList<string> found), map is not null, found),
            _ => (PeopleFile.TryRead(json, file, ShippedFiles.Topology, out Care.Routing.People? people, out IReadOnlyList<string> found), people is not null, found),
        };
        Assert.Equal(problems.Count == 0, taken);
        Assert.Equal(taken, given);
        return problems;
    }
}
