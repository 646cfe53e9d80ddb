using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

/// <summary>Every worked score that was checked independently, through the same command a user would pipe it into.</summary>
public sealed class ScoreVectorTests
{
    [Theory]
    [InlineData("tobs", "tobs-clinical-7.csv", 65)]
    [InlineData("news2", "news2-clinical-7.csv", 85)]
    public void Every_vector_of_the_clinical_facts_gives_its_total_parts_and_bounds(string chart, string file, int count)
    {
        List<Dictionary<string, string>> expected = Rows(File.ReadAllText(Tree.At("tests", "golden", "scores", file)));
        Assert.Equal(count, expected.Count);
        // the expected columns are renamed, so that the command's own do not stand twice
        string input = File.ReadAllText(Tree.At("tests", "golden", "scores", file))
            .Replace(",total", ",expected_total", StringComparison.Ordinal).Replace(",lowest,highest", ",expected_lowest,expected_highest", StringComparison.Ordinal);
        List<Dictionary<string, string>> scored = Rows(Score(chart, input, out int exit, out _));
        Assert.Equal(0, exit);
        for (int row = 0; row < count; row++)
        {
            string id = expected[row]["id"];
            Assert.Equal((id, expected[row]["total"]), (id, scored[row]["total"]));
            if (expected[row].TryGetValue("lowest", out string? lowest))
            {
                Assert.Equal((id, lowest, expected[row]["highest"]), (id, scored[row]["lowest"], scored[row]["highest"]));
            }
        }
    }

    [Fact]
    public void An_incomplete_set_has_bounds_and_names_what_is_missing_instead_of_a_lower_total()
    {
        string scored = Score("tobs", "pulse,respiration,temperature,systolic\n112,26,39.2,96\n", out int exit, out _);
        Assert.Equal(0, exit);
        Assert.Equal("112,26,39.2,96,,8,11,consciousness,red,", scored.Split('\n')[1]);
    }

    /// <summary>NEWS2 rows of the public engines whose figures agree with the RCP's chart; rows with all seven inputs.</summary>
    [SharedFact("data/news2_vectors.csv")]
    public void Every_complete_and_agreed_public_NEWS2_vector_gives_its_total()
    {
        List<Dictionary<string, string>> vectors = [.. Rows(File.ReadAllText(SharedFile.Find("data/news2_vectors.csv")!))
            .Where(row => row["rcp_check"] is "agree" && HasAllInputs(row))];
        Assert.Equal(57, vectors.Count); // NEWS2 on both scales, and NEWS, whose table is scale 1
        var input = new StringWriter { NewLine = "\n" };
        input.WriteLine("respiration,spo2,spo2_scale,oxygen,systolic,pulse,consciousness,temperature");
        foreach (Dictionary<string, string> row in vectors)
        {
            input.WriteLine(string.Join(',', row["rr"], row["spo2"], row["spo2_scale"], Oxygen(row["supplemental_o2"]), row["sbp"], row["pulse"], Acvpu(row["acvpu"]), row["temp_c"]));
        }
        List<Dictionary<string, string>> scored = Rows(Score("news2", input.ToString(), out int exit, out _));
        Assert.Equal(0, exit);
        for (int row = 0; row < vectors.Count; row++)
        {
            Assert.Equal((vectors[row]["id"], vectors[row]["exp_total"]), (vectors[row]["id"], scored[row]["total"]));
        }
    }

    private static bool HasAllInputs(Dictionary<string, string> row) =>
        new[] { "rr", "spo2", "spo2_scale", "supplemental_o2", "sbp", "pulse", "acvpu", "temp_c" }.All(column => row[column].Length > 0);

    private static string Oxygen(string answer) => answer switch { "1" => "yes", "0" => "no", _ => answer };

    private static string Acvpu(string letter) => letter switch
    {
        "A" => "alert", "C" => "confusion", "V" => "voice", "P" => "pain", "U" => "unresponsive", _ => letter,
    };

    [Theory]
    [InlineData("tobs", "pulse\n400\n", "pulse 400 is not possible")]
    [InlineData("tobs", "pulse\nfast\n", "pulse 'fast' is not a number")]
    [InlineData("tobs", "pulse\nNaN\n", "pulse 'NaN' is not a number")]
    [InlineData("tobs", "pulse\n１２３４５６７８９０１２３４５６７８９０１２３４５６７８９０１２\n", "is not a number")]
    [InlineData("tobs", "pulse\n72.00000000000000000000000000000000000001\n", "cannot be read exactly")]
    [InlineData("tobs", "temperature,temperature_site\n37.1,knee\n", "temperature_site 'knee' is none of")]
    [InlineData("news2", "spo2,spo2_scale\n97,3\n", "spo2_scale '3' is none of 1|2")]
    [InlineData("news2", "oxygen\nmaybe\n", "oxygen 'maybe' is none of no|yes")]
    [InlineData("tobs", "pulse,systolic\n70\n", "the row has 1 fields, the header 2")]
    public void A_wrong_value_is_named_in_the_rows_error_and_that_part_is_missing(string chart, string csv, string error)
    {
        Dictionary<string, string> row = Assert.Single(Rows(Score(chart, csv, out int exit, out _)));
        Assert.Equal(2, exit);
        Assert.Contains(error, row["error"], StringComparison.Ordinal);
        Assert.Equal("", row["total"]);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("heart,breath\n1,2\n", "none of the columns")]
    [InlineData("pulse,pulse\n1,2\n", "stands twice")]
    public void A_wrong_header_is_refused_with_its_line(string csv, string message)
    {
        Score("tobs", csv, out int exit, out string complaint);
        Assert.Equal(2, exit);
        Assert.Contains(message, complaint, StringComparison.Ordinal);
        Assert.Contains("line 1", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_columns_are_copied_in_place_with_their_quotes()
    {
        string scored = Score("tobs", "note,pulse\n\"a, \"\"b\"\"\",70\n", out _, out _);
        Assert.StartsWith("note,pulse,total,", scored, StringComparison.Ordinal);
        Assert.StartsWith("\"a, \"\"b\"\"\",70,,0,", scored.Split('\n')[1], StringComparison.Ordinal);
    }

    private static string Score(string chart, string csv, out int exit, out string complaint)
    {
        var output = new StringWriter { NewLine = "\n" };
        var complaints = new StringWriter();
        Chart table = Shipped.Config.Charts[chart];
        exit = ScoreCommand.ScoreAll(table, Shipped.Config.Sensors["manual"], new StringReader(csv), output, complaints);
        complaint = complaints.ToString();
        return output.ToString();
    }

    private static List<Dictionary<string, string>> Rows(string csv)
    {
        var reader = new Csv(new StringReader(csv));
        reader.Read(out IReadOnlyList<string> first);
        string[] header = [.. first];
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read(out IReadOnlyList<string> row))
        {
            rows.Add(header.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
        }
        return rows;
    }
}
