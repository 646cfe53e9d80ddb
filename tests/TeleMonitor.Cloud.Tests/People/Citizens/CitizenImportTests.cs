using System.Text;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>A register from a file: all or nothing, every problem by line and field, and an older file takes nothing back.</summary>
public sealed class CitizenImportTests : IDisposable
{
    private const string Good = """
        number;name;address;telephone;area;monitoring;relative_name;relative_telephone;relation
        251248-9996;"Borger Et";"Prøvevej 1; 6200";00 00 00 00;aabenraa;ja;Pårørende Et;00 00 00 00;ven
        0201919990;"Borger ""X"" To";;;toender;nej;;;
        """;
    private readonly TestHub hub = new();
    private readonly IdentityKeys keys = IdentityKeys.InMemory();
    private int made;

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_file_is_registered_once_and_a_trial_writes_nothing()
    {
        CitizenImported trial = Import(Good, isTrial: true);
        Assert.Equal((0, 2, 0), (trial.Problems.Count, trial.New, trial.Known));
        Assert.Empty(hub.Store.Read(read => read.RegisteredAfter("", 99)));
        Assert.Equal((2, 0, 0), Counts(Import(Good)));
        string before = State();
        CitizenImported again = Import(Good);
        Assert.Equal(((0, 0, 2), 0), (Counts(again), again.Notes.Count));
        Assert.Equal(before, State());
        hub.Store.Read(read =>
        {
            string one = Assert.Single(read.CitizensWith(keys.NumberKey(PersonalId.Read("2512489996").Id!)));
            Identity who = keys.OpenText(read.CitizenRowOf(one)!.Closed)!;
            Assert.Equal(("Borger Et", "Prøvevej 1; 6200"), (who.Name, who.Address));
            Assert.Equal(new Relative("Pårørende Et", "00 00 00 00", "ven"), Assert.Single(who.Relatives));
            Assert.Equal("aabenraa", Assert.Single(read.PlacesOf(one)).Area);
            Assert.Equal(ConsentKind.Monitoring, Assert.Single(read.ConsentsOf(one)).Kind);
            AuditEntry told = Assert.Single(read.AuditOf(one)).Entry;
            Assert.Equal(("machine", "register", "import"), (told.Person, told.Act, told.Why));
            return true;
        });
    }

    [Fact]
    public void What_a_person_has_changed_since_is_not_taken_back()
    {
        Import(Good);
        string one = hub.Store.Read(read => read.CitizensWith(keys.NumberKey(PersonalId.Read("2512489996").Id!)))[0];
        hub.Store.Write(write =>
        {
            write.SaveIdentity(one, keys.Close(new Identity(PersonalId.Read("2512489996").Id!, "Nyt Navn", "", "", [])), "lne", hub.Now);
            write.WithdrawConsent(one, ConsentKind.Monitoring, "lne", hub.Now);
            write.MoveHome(one, "toender", hub.Now.AddMinutes(1));
        });
        string before = State();
        CitizenImported again = Import(Good);
        Assert.Equal(before, State());
        string note = Assert.Single(again.Notes);
        Assert.Contains("line 2", note, StringComparison.Ordinal);
        Assert.DoesNotContain("Navn", note, StringComparison.Ordinal);
    }

    [Fact]
    public void One_who_has_a_kit_gets_an_identity_and_keeps_the_place()
    {
        CitizenImported imported = Import("citizen,number,name\nc-test-1,2512489996,Borger Et\n");
        Assert.Equal((0, 1, 0), Counts(imported));
        Assert.Equal("aabenraa", hub.Store.Read(read => read.PlacesOf("c-test-1")).Single().Area);
        Assert.Contains("none of this pseudonym", Assert.Single(Import("citizen,number,name\nc-nobody,0201919990,Borger To\n").Problems), StringComparison.Ordinal);
        Assert.Contains("another citizen", Assert.Single(Import("citizen,number,name\nc-test-2,2512489996,Borger Et\n").Problems), StringComparison.Ordinal);
        Assert.Contains("another number", Assert.Single(Import("citizen,number,name\nc-test-1,0201919990,Borger Et\n").Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_named_at_once_by_line_and_field_and_without_what_stands_there()
    {
        string[] problems = Problems("""
            number;name;telephone;area;monitoring
            3002489996;Hemmelig Et;00000000;aabenraa;ja
            25124899;Hemmelig To;00000000;aabenraa;ja
            0201919990;;12;atlantis;måske
            3001749995;Hemmelig Tre;00000000;aabenraa;ja
            3001749995;Hemmelig Fire;00000000;aabenraa;ja
            1111111118;"flere
            linjer";00000000;aabenraa;ja
            0101650006;for få
            """);
        Assert.Equal(
            [
                "f.csv: line 2: number: its first six digits are no date", "f.csv: line 3: number: must have 10 characters, with or without a hyphen", "f.csv: line 4: name: is missing",
                "f.csv: line 4: area: must be a municipality of topology region-syddanmark, as a slug such as haderslev, or one of its postcodes", "f.csv: line 4: monitoring: must be ja or nej",
                "f.csv: line 7: a field is longer than 200 characters, or has characters that cannot be kept", "f.csv: line 9: has 2 fields, the header has 5", "f.csv: line 6: number: stands in line 5 too",
            ],
            problems);
        Assert.All(problems, problem => Assert.DoesNotContain("Hemmelig", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("name;area\nBorger;aabenraa", "column number is missing")]
    [InlineData("number;name;name;area\n", "column name stands twice")]
    [InlineData("number;name;shoe_size\n", "column 'shoe_size' is none of")]
    [InlineData("", "column number is missing")]
    [InlineData("number;name;area\n2512489996;Bor\"ger;aabenraa\n", "line 2: a quotation mark stands where none may")]
    [InlineData("251248-9996;Borger Et;aabenraa\n", "column '…' is none of")] // a file without a header: nobody's number is repeated
    public void A_header_that_is_not_understood_is_said(string file, string problem) => Assert.Contains(Problems(file), said => said.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("Number,Name,Area\r\n2512489996,\"Et, Borger\",aabenraa\r\n")]
    [InlineData("cpr;navn;kommune\n2512489996;Et, Borger;6200")]
    [InlineData("\uFEFFcpr;navn;postnummer\n\"2512489996\";\"Et, Borger\";6200\n")]
    public void Semicolon_or_comma_BOM_or_none_Danish_or_English(string file)
    {
        CitizenFileRow row = Assert.Single(CitizenFile.Read(Encoding.UTF8.GetBytes(file), "f.csv", hub.Data.Topology, out IReadOnlyList<string> problems, out _));
        Assert.Empty(problems);
        Assert.Equal(("Et, Borger", 2), (row.Identity.Name, row.Line));
    }

    [Fact]
    public void Latin_1_is_refused_with_the_line()
    {
        CitizenFile.Read(Encoding.Latin1.GetBytes("number;name;area\n2512489996;Søren;aabenraa\n"), "f.csv", hub.Data.Topology, out IReadOnlyList<string> problems, out _);
        Assert.Contains("line 2: is not UTF-8", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_person_must_see_to_is_said_and_taken()
    {
        Assert.Equal(2, CitizenFile.Read("number;name;area\n8512489996;Borger Et;aabenraa\n0101650000;Borger To;aabenraa\n"u8.ToArray(), "f.csv", hub.Data.Topology, out IReadOnlyList<string> problems, out IReadOnlyList<string> warnings).Count);
        Assert.Empty(problems);
        Assert.Equal(["f.csv: line 2: number: is administrative (day + 60); a person must see to it", "f.csv: line 3: number: does not pass modulus 11, as valid ones need not; check that it was typed right"], warnings);
    }

    private CitizenImported Import(string file, bool isTrial = false)
    {
        IReadOnlyList<CitizenFileRow> rows = CitizenFile.Read(Encoding.UTF8.GetBytes(file), "f.csv", hub.Data.Topology, out IReadOnlyList<string> problems, out _);
        Assert.Empty(problems);
        return CitizenImport.Apply(hub.Store, keys, hub.Data.Topology, rows, "f.csv", isTrial, "machine", hub.Now, () => $"c-made-{++made}");
    }

    private string[] Problems(string file)
    {
        Assert.Empty(CitizenFile.Read(Encoding.UTF8.GetBytes(file), "f.csv", hub.Data.Topology, out IReadOnlyList<string> problems, out _));
        return [.. problems];
    }

    private string State() => hub.Store.Read(read => string.Join('\n', read.RegisteredAfter("", 99).Select(citizen =>
        $"{read.CitizenRowOf(citizen)} {string.Join(',', read.PlacesOf(citizen))} {string.Join(',', read.ConsentsOf(citizen))} {read.AuditOf(citizen).Count}")));

    private static (int, int, int) Counts(CitizenImported imported)
    {
        Assert.Empty(imported.Problems);
        return (imported.New, imported.Identified, imported.Known);
    }
}
