using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>What the rig's verbs decide before and after programs run.</summary>
public sealed partial class RigVerbTests : IDisposable
{
    private readonly string folder = Scratch.NewFolder("rig");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("stored", 99, false)]
    [InlineData("stored", 101, false)]
    [InlineData("duplicates", 1, false)]
    [InlineData("score_differences", 1, false)]
    [InlineData("quarantined", 1, false)]
    [InlineData("resent", 7, true)]
    [InlineData("unusable", 3, true)]
    public void A_smoke_is_whole_only_when_all_is_stored_once_and_both_sides_agree(string changed, long to, bool whole)
    {
        JsonObject line = new()
        {
            ["readings"] = 100L, ["unusable"] = 0L, ["stored"] = 100L, ["duplicates"] = 0L, ["resent"] = 0L, ["quarantined"] = 0L, ["score_differences"] = 0L,
        };
        Assert.True(SmokeVerb.IsWhole(line));
        line[changed] = to;
        Assert.Equal(whole, SmokeVerb.IsWhole(line));
    }

    [Fact]
    public void Every_placeholder_of_the_broker_is_explained_and_filled_in()
    {
        string template = new SourceFile("firmware-config/broker/mosquitto.conf").Text;
        string readme = new SourceFile("firmware-config/broker/README.md").Text;
        string[] placeholders = [.. Placeholder().Matches(template).Select(found => found.Value).Distinct(StringComparer.Ordinal)
            .Where(found => found != "{words in braces}")];
        Assert.Equal(6, placeholders.Length);
        Assert.All(placeholders, found => Assert.Contains($"`{found}`", readme, StringComparison.Ordinal));
        string filled = Rig.Broker.Fill(template, "pki", 1, 2);
        Assert.All(placeholders, found => Assert.DoesNotContain(found, filled, StringComparison.Ordinal));
    }

    [Fact]
    public void A_published_recording_has_the_patient_of_its_name_and_NaN_is_no_cell()
    {
        string file = Path.Combine(folder, "p000007.psv");
        File.WriteAllText(file, "HR|O2Sat|Temp|Age|ICULOS\n80|NaN|36.5|61|1\n90|97|NaN|61|2\n");
        Recording all = Recording.Read(file, int.MaxValue);
        Assert.Equal(["p000007"], all.Patients);
        Assert.Equal(4, all.Cells);
        Assert.Equal(2, Recording.Read(file, 1).Cells);
    }

    [Fact]
    public void A_packed_table_has_the_patients_of_its_column_within_the_asked_rows()
    {
        string file = Path.Combine(folder, "many.csv.gz");
        using (StreamWriter text = new(new GZipStream(File.Create(file), CompressionLevel.Fastest)))
        {
            text.Write("patient,iculos_h,hr,o2sat,sepsis_label\np1,1,80,,0\np1,2,,,0\np2,1,70,99,0\np3,1,60,98,0\n");
        }

        Assert.Equal(["p1", "p2", "p3"], Recording.Read(file, int.MaxValue).Patients);
        Assert.Equal(["p1", "p2"], Recording.Read(file, 3).Patients);
        Assert.Equal(3, Recording.Read(file, 3).Cells);
    }

    [Theory]
    [InlineData("there.txt", "x", ".psv, .csv or .csv.gz")]
    [InlineData("there.csv", "hour,hr\n1,80\n", "column 'patient'")]
    [InlineData("torn.csv.gz", "not packed", "cannot be read")]
    [InlineData("absent.psv", null, "cannot be read")]
    public void A_recording_that_cannot_be_used_is_named_with_what_was_expected(string name, string? content, string expected)
    {
        string file = Path.Combine(folder, name);
        if (content is not null)
        {
            File.WriteAllText(file, content);
        }

        RigException refused = Assert.Throws<RigException>(() => Recording.Read(file, int.MaxValue));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_patient_gets_one_home_with_a_number_of_its_own_in_one_of_four_areas()
    {
        IReadOnlyList<Home> homes = Home.Of(new Recording(["p100068", "p100002", "p5", "p6", "p7"], 0));
        Assert.Equal("gw-p100068", homes[0].Gateway);
        Assert.Equal("c-100068", homes[0].Citizen);
        Assert.Equal([1, 2, 3, 4, 5], homes.Select(home => home.Assignment));
        Assert.Equal(["aabenraa", "soenderborg", "toender", "haderslev", "aabenraa"], homes.Select(home => home.Area));
    }

    [GeneratedRegex(@"\{[a-z_ ]+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
