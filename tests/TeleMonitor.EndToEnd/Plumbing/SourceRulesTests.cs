using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TeleMonitor.EndToEnd;

/// <summary>
/// What design.md section 3 asks of the sources. An assembly is the only wall C# enforces; inside a program the walls are folders,
/// and this is what keeps them.
/// </summary>
public sealed partial class SourceRulesTests
{
    private const int MostLines = 350;

    private static readonly string[] Code = ["edge", "cloud", "tests", "benchmarks"];

    [Fact]
    public void The_root_holds_the_named_folders_and_the_build_files_and_nothing_else()
    {
        string[] allowed =
        [
            "edge", "cloud", "firmware-config", "tests", "benchmarks", "TeleMonitor.sln", "README.md", "Makefile", "LICENSE",
            ".ci", ".git", ".editorconfig", ".gitattributes", ".gitignore", ".npmrc", "global.json", "NuGet.config", "BannedSymbols.txt",
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".vs", ".idea", ".vscode",
        ];
        Assert.Empty(SourceFile.NamesIn(".").Except(allowed, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("edge", "TeleMonitor.Vitals TeleMonitor.Mqtt TeleMonitor.Gateway")]
    [InlineData("edge/TeleMonitor.Vitals", "Readings Quality Scoring Plans Wire")]
    [InlineData("edge/TeleMonitor.Gateway", "Sensors Outbox Uplink Profile CitizenPage")]
    [InlineData("cloud", "TeleMonitor.Care TeleMonitor.Hub")]
    [InlineData("cloud/TeleMonitor.Care", "Cases Routing Paging Devices")]
    [InlineData("cloud/TeleMonitor.Hub", "Ingest Store Notify People Audit Boards Fhir Reports wwwroot Properties")]
    [InlineData("firmware-config", "charts sensors plans profiles topology gateway-os broker schema")]
    [InlineData("tests", "TeleMonitor.Edge.Tests TeleMonitor.Cloud.Tests TeleMonitor.Simulation TeleMonitor.EndToEnd TeleMonitor.Rig golden")]
    public void A_folder_holds_only_the_rooms_of_the_design(string folder, string rooms)
    {
        IEnumerable<string> folders = SourceFile.Folders(folder)
            .Where(inside => string.Equals(Path.GetDirectoryName(inside), folder, StringComparison.Ordinal))
            .Select(inside => Path.GetFileName(inside));
        Assert.Empty(folders.Except(rooms.Split(' '), StringComparer.Ordinal));
    }

    [Fact]
    public void No_folder_and_no_type_is_named_after_nothing()
    {
        IEnumerable<string> folders = Code.SelectMany(SourceFile.Folders).Where(folder => Nothing().IsMatch(Path.GetFileName(folder)));
        IEnumerable<string> types = from file in Code.SelectMany(folder => SourceFile.Below(folder, ".cs"))
                                    from Match type in TypeName().Matches(file.Code)
                                    where Nothing().IsMatch(type.Groups["name"].Value)
                                    select $"{file.Path}: {type.Groups["name"].Value}";
        Assert.Empty(folders.Concat(types));
    }

    [Fact]
    public void No_source_is_longer_than_can_be_read_at_once() =>
        Assert.All(
            Code.SelectMany(folder => SourceFile.Below(folder, ".cs", ".sql", ".js", ".ts", ".css", ".cshtml", ".razor", ".sh")),
            file => Assert.True(file.Text.Split('\n').Length - 1 <= MostLines, $"{file.Path} has more than {MostLines} lines"));

    [Theory]
    [InlineData("edge/TeleMonitor.Vitals", "")]
    [InlineData("edge/TeleMonitor.Mqtt", "")]
    [InlineData("edge/TeleMonitor.Gateway", "TeleMonitor.Vitals TeleMonitor.Mqtt")]
    [InlineData("cloud/TeleMonitor.Care", "TeleMonitor.Vitals")]
    [InlineData("cloud/TeleMonitor.Hub", "TeleMonitor.Vitals TeleMonitor.Mqtt TeleMonitor.Care")]
    public void An_assembly_references_no_other_than_the_design_names(string project, string allowed)
    {
        XDocument file = XDocument.Parse(new SourceFile($"{project}/{Path.GetFileName(project)}.csproj").Text);
        IEnumerable<string> named = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Empty(named.Except(allowed.Split(' '), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("edge/TeleMonitor.Vitals")]
    [InlineData("edge/TeleMonitor.Mqtt")]
    [InlineData("cloud/TeleMonitor.Care")]
    public void The_pure_assemblies_use_no_package(string project) =>
        Assert.DoesNotContain("PackageReference", new SourceFile($"{project}/{Path.GetFileName(project)}.csproj").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("edge/TeleMonitor.Vitals")]
    [InlineData("cloud/TeleMonitor.Care")]
    public void The_pure_assemblies_touch_no_clock_no_file_no_network_and_no_log(string project) =>
        Assert.Empty(SourceFile.Below(project, ".cs").SelectMany(file => Outside().Matches(file.Code).Select(found => $"{file.Path}: {found.Value}")));

    /// <summary>Column "must not" of the table in design.md section 3, as far as a namespace tells it.</summary>
    [Theory]
    [InlineData("edge/TeleMonitor.Vitals/Readings", "Vitals.Quality Vitals.Scoring Vitals.Plans Vitals.Wire")]
    [InlineData("edge/TeleMonitor.Vitals/Quality", "Vitals.Scoring Vitals.Plans Vitals.Wire")]
    [InlineData("edge/TeleMonitor.Vitals/Scoring", "Vitals.Plans Vitals.Wire")]
    [InlineData("edge/TeleMonitor.Vitals/Wire", "Vitals.Quality Vitals.Scoring Vitals.Plans")]
    [InlineData("edge/TeleMonitor.Mqtt", "Vitals Gateway Care Hub")]
    [InlineData("edge/TeleMonitor.Gateway/Sensors", "Gateway.Outbox Gateway.Uplink Gateway.Profile Gateway.CitizenPage Vitals.Scoring Mqtt")]
    [InlineData("edge/TeleMonitor.Gateway/Outbox", "Gateway.Sensors Gateway.Uplink Gateway.Profile Gateway.CitizenPage Mqtt")]
    [InlineData("edge/TeleMonitor.Gateway/Uplink", "Gateway.Sensors Gateway.Profile Gateway.CitizenPage Vitals.Scoring Vitals.Quality Vitals.Plans")]
    [InlineData("edge/TeleMonitor.Gateway/Profile", "Gateway.Sensors Gateway.Uplink Gateway.CitizenPage Mqtt")]
    [InlineData("edge/TeleMonitor.Gateway/CitizenPage", "Gateway.Uplink Mqtt Vitals.Scoring")]
    [InlineData("cloud/TeleMonitor.Care/Routing", "Care.Cases Care.Paging Care.Devices")]
    [InlineData("cloud/TeleMonitor.Care/Cases", "Care.Paging Care.Devices")]
    [InlineData("cloud/TeleMonitor.Hub/Ingest", "Hub.Notify Hub.Boards Hub.People Care.Paging Care.Routing")]
    [InlineData("cloud/TeleMonitor.Hub/Store", "Hub.Ingest Hub.Notify Hub.Boards Mqtt")]
    [InlineData("cloud/TeleMonitor.Hub/Notify", "Hub.Ingest Care.Cases Care.Paging")]
    [InlineData("cloud/TeleMonitor.Hub/Boards", "Hub.Ingest Hub.Notify Mqtt")]
    public void A_room_names_no_room_it_must_not_know(string room, string forbidden)
    {
        string root = room.Split('/')[1] + ".";
        IEnumerable<string> found =
            from file in SourceFile.Below(room, ".cs")
            from name in forbidden.Split(' ')
            let full = "TeleMonitor." + name
            // inside the program a sister room can also be named without its program: Outbox.SqliteOutbox
            let sister = full.StartsWith(root, StringComparison.Ordinal) ? $@"|(?<![\w.]){Regex.Escape(full[root.Length..])}\.[A-Z]" : ""
            where Regex.IsMatch(file.Code, $@"{Regex.Escape(full)}\b{sister}", RegexOptions.None, TimeSpan.FromSeconds(2))
            select $"{file.Path} names {full}";
        Assert.Empty(found);
    }

    [Fact]
    public void Only_the_two_stores_speak_SQL() =>
        Assert.Empty(SourceFile.Below("edge", ".cs").Concat(SourceFile.Below("cloud", ".cs"))
            .Where(file => !file.Path.StartsWith("cloud/TeleMonitor.Hub/Store/", StringComparison.Ordinal)
                && !file.Path.StartsWith("edge/TeleMonitor.Gateway/Outbox/", StringComparison.Ordinal))
            .SelectMany(file => Sql().Matches(file.Code).Select(found => $"{file.Path}: {found.Value}")));

    /// <summary>Outside ingest and the case loops data about citizens is read by a viewer, and written down (issue of scope): the boards know no other way.</summary>
    [Fact]
    public void The_boards_read_only_as_somebody() =>
        Assert.Equal(
            ["cloud/TeleMonitor.Hub/Boards/BoardRoutes.cs: Store.Read(read => read.Staff"], // who has an account: initials and role, no citizen
            SourceFile.Below("cloud/TeleMonitor.Hub/Boards", ".cs", ".razor").SelectMany(file => UnscopedRead().Matches(file.Code).Select(found => $"{file.Path}: {found.Value}")));

    [Fact]
    public void Whom_to_page_is_never_chosen_where_pages_are_sent() =>
        Assert.All(
            SourceFile.Below("cloud/TeleMonitor.Hub/Notify", ".cs"),
            file => Assert.DoesNotMatch(@"(?<!\w)Router\s*\.", file.Code));

    [Fact]
    public void No_code_is_kept_where_only_data_belongs() =>
        Assert.Empty(SourceFile.Below("firmware-config", ".cs", ".js", ".py", ".sh", ".dll"));

    [Theory]
    [InlineData("Helpers", true)]
    [InlineData("DateUtils", true)]
    [InlineData("CaseManager", true)]
    [InlineData("Commonwealth", false)]
    [InlineData("ServiceLife", false)]
    public void The_rule_about_names_knows_one_when_it_sees_it(string name, bool refused)
    {
        Match declared = TypeName().Match($"internal sealed record {name}(int A);");
        Assert.Equal(name, declared.Groups["name"].Value);
        Assert.Equal(refused, Nothing().IsMatch(name));
    }

    [Theory]
    [InlineData("\"select id from item\"", true)]
    [InlineData("\"insert into item values (1)\"", true)]
    [InlineData("using Microsoft.Data.Sqlite;", true)]
    [InlineData("\"pragma journal_mode = wal\"", true)]
    [InlineData("#pragma warning disable CA1000", false)]
    [InlineData("items.Select(item => item.From)", false)]
    [InlineData("\"select one of the homes\"", false)]
    public void The_rule_about_SQL_knows_it_when_it_sees_it(string code, bool refused) => Assert.Equal(refused, Sql().IsMatch(code));

    [GeneratedRegex(@"\bStore\s*\.\s*Read\s*\(\s*\w+\s*=>\s*[\w.]+|\bStoreTransaction\s+\w+\s*[,)]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnscopedRead();

    [GeneratedRegex(@"(Helpers?|Utils?|Utilities|Common|Managers?|Services?)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Nothing();

    [GeneratedRegex(@"\b(?:class|record(?:\s+struct)?|struct|interface|enum)\s+(?<name>[A-Z]\w*)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"(?i)\bselect\b[^""]*\bfrom\s+\w+|\binsert\s+(or\s+\w+\s+)?into\b|\bdelete\s+from\b|\bcreate\s+table\b|\bupdate\s+\w+\s+set\b|\bpragma\s+(?!warning)\w+|Microsoft\.Data\.Sqlite|using Dapper",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Sql();

    [GeneratedRegex(@"(?<![\w.])(File|Directory|Console|Environment|Stopwatch|TimeProvider|Thread|Random|HttpClient|Socket|Task)\s*\.\s*\w+|\bSystem\.(IO|Net|Diagnostics\.(Process|Stopwatch))\b|\bMicrosoft\.Extensions\.\w+|\bILogger\b",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Outside();
}
