using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TeleMonitor.Edge.Tests.Wire;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>Plans, questionnaires and responses as files: what is shipped is right, what is wrong is named with its place, and the schema is never stricter than the program.</summary>
public sealed class ContentFileTests
{
    private static readonly string[] Shipped = [.. Directory.GetFiles(Tree.At("firmware-config", "plans"), "*.json", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Tree.At("firmware-config"), path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Files => [.. Shipped];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_file_is_right_satisfies_its_schema_is_named_after_its_id_and_nobody_has_signed_it(string file)
    {
        JsonObject content = Load(file);
        Assert.Empty(Problems(file, content));
        Assert.Empty(Faults(file, content));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), content["id"]!.GetValue<string>());
        Assert.Null(content["approved"]); // its numbers are proposals or not found: design.md rule 15
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_field_that_is_removed_null_or_of_a_wrong_type_never_throws_and_what_is_taken_satisfies_the_schema(string file)
    {
        JsonObject good = Load(file);
        int refused = 0;
        foreach (string path in Paths(good))
        {
            foreach (Action<JsonNode, string> corrupt in new Action<JsonNode, string>[] { Remove, (holder, key) => Put(holder, key, null), (holder, key) => Put(holder, key, 7), (holder, key) => Put(holder, key, new JsonArray(new JsonArray())) })
            {
                JsonObject bad = good.DeepClone().AsObject();
                (JsonNode holder, string key) = Find(bad, path);
                corrupt(holder, key);
                IReadOnlyList<string> problems = Problems(file, bad);
                Assert.All(problems, problem => Assert.StartsWith(file + ": ", problem, StringComparison.Ordinal));
                Assert.True(problems.Count > 0 || Faults(file, bad).Count == 0, $"{path}: {bad.ToJsonString()}");
                refused += problems.Count > 0 ? 1 : 0;
            }
        }
        Assert.True(refused > 50, $"{refused}");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_field_of_the_file_itself_is_needed_where_the_schema_says_so(string file)
    {
        JsonObject good = Load(file);
        foreach (string field in good.Select(pair => pair.Key).ToArray())
        {
            JsonObject less = good.DeepClone().AsObject();
            less.Remove(field);
            Assert.Equal((field, Faults(file, less).Count > 0), (field, Problems(file, less).Count > 0));
        }
        JsonObject more = good.DeepClone().AsObject();
        more["colour"] = "red";
        Assert.NotEmpty(Problems(file, more));
        Assert.NotEmpty(Faults(file, more));
    }

    [Theory]
    [InlineData("plans/copd-intensive.json", "id", "\"COPD\"", "id must be 1 to 26")]
    [InlineData("plans/copd-intensive.json", "required", "[]", "required must not be empty")]
    [InlineData("plans/copd-intensive.json", "required/0", "\"puls\"", "required[0] 'puls' is not a vital")]
    [InlineData("plans/copd-intensive.json", "required/1", "\"pulse\"", "required[1] stands twice")]
    [InlineData("plans/copd-intensive.json", "optional/0", "\"pulse\"", "optional must not name a vital of required")]
    [InlineData("plans/copd-intensive.json", "phases/1/from_day", "15", "phases[1].from_day must be 14")]
    [InlineData("plans/copd-intensive.json", "phases/0/until_day", "null", "phases[1].from_day comes after a phase without end")]
    [InlineData("plans/copd-intensive.json", "phases/1/until_day", "90", "phases[1].until_day must be null")]
    [InlineData("plans/copd-intensive.json", "phases/0/at", "[\"20:00\",\"08:00\"]", "phases[0].at[1] must be a time of day")]
    [InlineData("plans/copd-intensive.json", "phases/0/at/0", "\"8:00\"", "phases[0].at[0] must be a time of day")]
    [InlineData("plans/copd-intensive.json", "phases/0/at/0", "\"15:30\"", "phases must leave more than")]
    [InlineData("plans/copd-intensive.json", "phases/1/days/1", "\"mon\"", "phases[1].days must be")]
    [InlineData("plans/copd-intensive.json", "phases/1/days", "\"weekly\"", "phases[1].days must be")]
    [InlineData("plans/copd-intensive.json", "grace", "\"02:60\"", "grace must be hh:mm")]
    [InlineData("plans/copd-intensive.json", "grace", "\"05:00\"", "case_after must not be before the grace ends")]
    [InlineData("plans/copd-intensive.json", "reminders/1", "\"00:00\"", "reminders must rise")]
    [InlineData("plans/copd-intensive.json", "reminders/1", "\"02:00\"", "reminders must come before the grace ends")]
    [InlineData("plans/copd-intensive.json", "combine/spo2", "\"00:00\"", "combine.spo2 must be hh:mm from 00:01")]
    [InlineData("plans/copd-intensive.json", "combine", "{\"spo2\":\"00:15\"}", "combine.pulse is missing")]
    [InlineData("plans/copd-intensive.json", "measured_by", "\"robot\"", "measured_by must be citizen or staff")]
    [InlineData("plans/copd-intensive.json", "measure_again_first/streamed_minutes", "61", "measure_again_first.streamed_minutes must be 1 to 60")]
    [InlineData("plans/copd-intensive.json", "confirm_minutes", "null", "measure_again_first needs confirm_minutes")]
    [InlineData("plans/questions/copd-daily.json", "rules/5/days", "0", "rules[5].days must be 1 to 7")]
    [InlineData("plans/questions/copd-daily.json", "rules/5/days", "8", "rules[5].days must be 1 to 7")]
    [InlineData("plans/copd-intensive.json", "limits/0/low_yellow", "88", "limits[0] must have at least one of low_red < low_yellow")]
    [InlineData("plans/copd-intensive.json", "limits/0/unit", "\"1\"", "limits[0].unit must be '%'")]
    [InlineData("plans/copd-intensive.json", "limits/1/vital", "\"spo2\"", "limits must name each vital once")]
    [InlineData("plans/copd-intensive.json", "limits/0/source", "\"\"", "limits[0] must be an object with a source")]
    [InlineData("plans/copd-intensive.json", "approved", "{\"by\":\"\",\"at\":\"2026-11-01\"}", "approved.by must name who signed it")]
    [InlineData("plans/infection-watch.json", "remeasure/1/from", "1", "remeasure[1] must not be about a total that another rule is about")]
    [InlineData("plans/infection-watch.json", "remeasure/0/times", "0", "remeasure[0] must have a chart")]
    [InlineData("plans/questions/copd-daily.json", "questions/1/id", "\"dyspnoea\"", "questions[1].id 'dyspnoea' stands twice")]
    [InlineData("plans/questions/copd-daily.json", "questions/1/ask_if/0/of/0/question", "\"cough\"", "questions[1].ask_if[0].of[0] must name a question that stands before")]
    [InlineData("plans/questions/copd-daily.json", "rules/0/when/0/of/0/words/0", "\"maybe\"", "rules[0].when[0].of[0] must name a question")]
    [InlineData("plans/questions/copd-daily.json", "rules/0/question", "\"fever\"", "rules[0].question 'fever' is no question here")]
    [InlineData("plans/questions/copd-daily.json", "rules/0/severity", "\"green\"", "rules[0].severity must be yellow or red")]
    [InlineData("plans/questions/copd-daily.json", "questions/0/choices/1/word", "\"Ja!\"", "questions[0].choices[1].word must be 1 to 26")]
    [InlineData("plans/questions/copd-daily.json", "questions/0/choices/1/points", "1", "total must be there where choices have points")]
    [InlineData("plans/questions/cat.json", "total/highest", "39", "total must be from 0 to 40")]
    [InlineData("plans/questions/cat.json", "total/bands/1/from", "11", "total.bands[1] must begin at 10")]
    [InlineData("plans/questions/cat.json", "total/bands/3/to", "39", "total.bands must end at 40")]
    [InlineData("plans/questions/everyday-observations.json", "results/0/when/0/at_least", "10", "results[0].when[0].at_least must be 1 to 9")]
    [InlineData("plans/responses/tobs-default.json", "rows/1/from", "2", "rows[1].from must be 1")]
    [InlineData("plans/responses/tobs-default.json", "rows/4/single", "false", "rows must have one that is for a single part too")]
    [InlineData("plans/responses/tobs-default.json", "rows/4/to", "15", "rows must end with a row")]
    [InlineData("plans/responses/tobs-default.json", "rows/1/remeasure_times", "null", "rows[1].remeasure_times must be")]
    [InlineData("plans/responses/tobs-default.json", "rows/1/source", "\"\"", "rows[1].source must say")]
    public void A_contradiction_is_named_with_its_place(string file, string path, string value, string expected)
    {
        JsonObject bad = Load(file);
        (JsonNode holder, string key) = Find(bad, path);
        Put(holder, key, JsonNode.Parse(value));
        Assert.Contains(Problems(file, bad), problem => problem.StartsWith($"{file}: {expected}", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_faults_are_all_reported_at_once()
    {
        JsonObject bad = Load("plans/copd-intensive.json");
        bad["id"] = "A B";
        bad["grace"] = "soon";
        bad["required"]![0] = "height";
        bad["phases"]![1]!["from_day"] = 20;
        bad["limits"]![0]!["unit"] = "x";
        Assert.Equal(["grace", "id", "limits[0].unit", "phases[1].from_day", "required[0]"],
            Problems<Plan>("p.json", bad, PlanFile.TryRead).Select(problem => problem["p.json: ".Length..].Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("{\"id\":\"a\",\"id\":\"b\"}")]
    public void What_is_no_such_object_is_one_problem_with_the_files_name(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Assert.False(PlanFile.TryRead(bytes, "p.json", out _, out IReadOnlyList<string> plan));
        Assert.False(QuestionnaireFile.TryRead(bytes, "p.json", out _, out IReadOnlyList<string> questions));
        Assert.False(ResponseFile.TryRead(bytes, "p.json", out _, out IReadOnlyList<string> responses));
        Assert.All(new[] { plan, questions, responses }, problems => Assert.StartsWith("p.json: ", Assert.Single(problems), StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_plan_names_and_is_not_there_is_a_problem()
    {
        PlanContent content = Edge.Tests.Shipped.Config.Content;
        Assert.Empty(content.Problems(["tobs", "news2"]));
        Assert.Contains("plan after-discharge names chart 'news2', which is not there", content.Problems(["tobs"]));
        Assert.Contains("plan copd-intensive names questionnaire 'copd-daily', which is not there", (content with { Questionnaires = new Dictionary<string, Questionnaire>() }).Problems(["tobs", "news2"]));
        ResponseGuide guide = content.Guides["tobs-default"];
        Assert.Contains("authority default has two responses to chart 'tobs'", (content with { Guides = new Dictionary<string, ResponseGuide> { ["a"] = guide, ["b"] = guide } }).Problems(["tobs", "news2"]));
    }

    [Fact]
    public void The_COPD_plan_is_twice_daily_for_14_days_and_then_twice_weekly()
    {
        Plan plan = Edge.Tests.Shipped.Config.Content.Plans["copd-intensive"];
        Assert.Equal((2, 14, null), (plan.Phases[0].At.Count, plan.Phases[0].UntilDay, plan.Phases[0].Days));
        Assert.Single(plan.Phases[1].At);
        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Thursday], plan.Phases[1].Days);
        Assert.Equal([Vital.Pulse, Vital.Spo2], plan.Required);
        Assert.Contains(Vital.Weight, Edge.Tests.Shipped.Config.Content.Plans["heart-failure"].Required);
        Assert.Equal(MeasuredBy.Staff, Edge.Tests.Shipped.Config.Content.Plans["infection-watch"].MeasuredBy);
    }

    [Fact]
    public void Measuring_again_after_a_score_is_spread_evenly_and_ends_at_its_time()
    {
        Plan plan = Edge.Tests.Shipped.Config.Content.Plans["infection-watch"];
        DateTimeOffset at = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);
        Assert.Equal([at.AddHours(8), at.AddHours(16), at.AddHours(24)], plan.RemeasureAfter("tobs", 1)!.Due(at));
        Assert.Equal([at.AddHours(2), at.AddHours(4), at.AddHours(6)], plan.RemeasureAfter("tobs", 2)!.Due(at));
        Assert.Equal([at.AddMinutes(30)], plan.RemeasureAfter("tobs", 15)!.Due(at));
        Assert.Null(plan.RemeasureAfter("tobs", 0));
        Assert.Null(plan.RemeasureAfter("news2", 1));
    }

    private delegate bool Reader<T>(ReadOnlySpan<byte> json, string fileName, out T? value, out IReadOnlyList<string> problems);

    private static IReadOnlyList<string> Problems(string file, JsonObject content) => Kind(file) switch
    {
        "plan" => Problems<Plan>(file, content, PlanFile.TryRead),
        "questionnaire" => Problems<Questionnaire>(file, content, QuestionnaireFile.TryRead),
        _ => Problems<ResponseGuide>(file, content, ResponseFile.TryRead),
    };

    private static IReadOnlyList<string> Problems<T>(string file, JsonObject content, Reader<T> read)
    {
        bool good = read(JsonSerializer.SerializeToUtf8Bytes(content), file, out T? value, out IReadOnlyList<string> problems);
        Assert.Equal((good, good), (value is not null, problems.Count == 0));
        return problems;
    }

    private static IReadOnlyList<string> Faults(string file, JsonObject content)
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllBytes(Tree.At("firmware-config", "schema", Kind(file) + ".schema.json")));
        using JsonDocument document = JsonDocument.Parse(content.ToJsonString());
        return JsonSchemaCheck.Faults(schema.RootElement, document.RootElement);
    }

    private static string Kind(string file) => Path.GetFileName(Path.GetDirectoryName(file)) switch { "questions" => "questionnaire", "responses" => "responses", _ => "plan" };

    private static JsonObject Load(string file) => JsonNode.Parse(File.ReadAllText(Tree.At("firmware-config", file)))!.AsObject();

    private static IEnumerable<string> Paths(JsonNode node, string at = "")
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject fields => fields.Select(field => (field.Key, field.Value)),
            JsonArray list => list.Select((value, index) => (index.ToString(CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        return children.SelectMany(child => new[] { at + child.Key }.Concat(child.Value is null ? [] : Paths(child.Value, at + child.Key + "/")));
    }

    private static (JsonNode Holder, string Key) Find(JsonNode root, string path)
    {
        string[] steps = path.Split('/');
        JsonNode holder = root;
        foreach (string step in steps[..^1])
        {
            holder = holder is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)]! : holder[step]!;
        }
        return (holder, steps[^1]);
    }

    private static void Put(JsonNode holder, string key, JsonNode? value)
    {
        if (holder is JsonArray list)
        {
            list[int.Parse(key, CultureInfo.InvariantCulture)] = value;
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
            list.RemoveAt(int.Parse(key, CultureInfo.InvariantCulture));
        }
        else
        {
            holder.AsObject().Remove(key);
        }
    }
}
