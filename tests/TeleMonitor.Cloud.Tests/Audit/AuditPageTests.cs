using System.Net;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.Audit;

/// <summary>The auditor's search, and the citizen's "who has looked".</summary>
public sealed class AuditPageTests : IAsyncLifetime
{
    private const string Citizen = "c-100068";
    private BoardHost host = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red); // case 1
        Add("rev", PersonRole.Auditor, UnitKind.Hub, "");
        Add("rev-vejle", PersonRole.Auditor, UnitKind.Team, "akut-vejle");
        Add("her", PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa");
        Add("der", PersonRole.AcuteNurse, UnitKind.Team, "akut-vejle");
        using BoardBrowser own = host.Browser("her"), foreign = host.Browser("der");
        await own.Open("/?team=all&case=1");
        await foreign.Open("/api/v1/cases/1");
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task An_auditor_finds_lines_by_person_citizen_and_outcome_and_the_search_is_a_line_itself()
    {
        using BoardBrowser auditor = host.Browser("rev");
        await auditor.Open($"/audit?citizen={Citizen}");
        Assert.Contains("her", auditor.Text, StringComparison.Ordinal);
        Assert.Contains("Sag 1", auditor.Text, StringComparison.Ordinal);
        await auditor.Open("/audit?who=der&outcome=denied");
        Assert.Contains("afvist", auditor.Text, StringComparison.Ordinal);
        Assert.Contains(Citizen, auditor.Text, StringComparison.Ordinal);
        await auditor.Open("/audit?from=2026-11-23");
        Assert.Contains("Ingen linjer passer", auditor.Text, StringComparison.Ordinal);
        await auditor.Open("/audit?from=2026-11-22&to=2026-11-22&lang=en");
        Assert.DoesNotContain("No lines fit", auditor.Text, StringComparison.Ordinal);
        Assert.Contains("Who saw or did what", auditor.Text, StringComparison.Ordinal);
        Assert.Equal(["", "outcome", "from", "from"], Lines().Where(line => line is { Person: "rev", Act: "search" })
            .Select(line => line.Why.Contains("denied", StringComparison.Ordinal) ? "outcome" : line.Why.Split(' ')[0]));
    }

    [Fact]
    public async Task An_auditor_of_another_unit_sees_nothing_of_this_citizen()
    {
        using BoardBrowser auditor = host.Browser("rev-vejle");
        Assert.Equal(HttpStatusCode.OK, (await auditor.Open("/audit")).StatusCode);
        Assert.DoesNotContain(Citizen, auditor.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.Open($"/citizens/{Citizen}/looked")).StatusCode);
        Assert.Contains(Lines(), line => line is { Person: "rev-vejle", Citizen: Citizen, Outcome: AuditOutcome.Denied });
    }

    [Theory]
    [InlineData("citizen=251248-9996")]
    [InlineData("citizen=Nancy%20Ann%20Berggren")]
    [InlineData("who=251248-9996")]
    [InlineData("from=i%20g%C3%A5r")]
    [InlineData("outcome=alt")]
    [InlineData("before=x")]
    public async Task What_cannot_be_looked_for_is_neither_looked_for_nor_written_down(string query)
    {
        using BoardBrowser auditor = host.Browser("rev");
        long before = host.Store.Read(read => read.AuditEnd()).Number;
        Assert.Equal(HttpStatusCode.BadRequest, (await auditor.Open("/audit?" + query)).StatusCode);
        Assert.Equal(before, host.Store.Read(read => read.AuditEnd()).Number);
        Assert.DoesNotContain("251248", auditor.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_by_number_without_a_line_twice_or_missing()
    {
        host.Store.Write(write => write.AddAudit(Enumerable.Range(0, 230).Select(at => new AuditEntry(host.Clock.Now, "her", "acute-nurse", "akut-aabenraa", "s", "view", "case", Citizen, $"case {1000 + at}", AuditOutcome.Done))));
        using BoardBrowser auditor = host.Browser("rev");
        var seen = new List<string>();
        for (string? address = "/audit?who=her"; address is not null;)
        {
            await auditor.Open(address);
            seen.AddRange(System.Text.RegularExpressions.Regex.Matches(auditor.Text, @"Sag (?<number>1\d{3})\b", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["number"].Value));
            System.Text.RegularExpressions.Match next = System.Text.RegularExpressions.Regex.Match(auditor.Html, "<a href=\"(?<to>[^\"]*)\" rel=\"next\">", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
            address = next.Success ? WebUtility.HtmlDecode(next.Groups["to"].Value) : null;
        }
        Assert.Equal(Enumerable.Range(0, 230).Select(at => $"{1229 - at}"), seen);
    }

    [Fact]
    public async Task Who_has_looked_names_roles_and_units_and_no_staff()
    {
        using BoardBrowser nurse = host.Browser("her");
        Assert.Equal(HttpStatusCode.OK, (await nurse.Open($"/citizens/{Citizen}/looked")).StatusCode);
        Assert.Contains("akutsygeplejerske Akutteam Aabenraa", nurse.Text, StringComparison.OrdinalIgnoreCase);
        string table = nurse.Html[nurse.Html.IndexOf("<tbody>", StringComparison.Ordinal)..];
        Assert.DoesNotContain("her<", table, StringComparison.Ordinal);
        Assert.DoesNotContain(">der", table, StringComparison.Ordinal);
        HttpResponseMessage csv = await nurse.Open($"/citizens/{Citizen}/looked.csv");
        Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        string[] rows = nurse.Html.TrimEnd().Split("\r\n");
        Assert.Equal("Tid;Rolle;Enhed;Hvad skete;Hvilke data;Hvorfor;Udfald", rows[0].TrimStart('\uFEFF'));
        Assert.All(rows[1..], row => Assert.Equal(7, row.Split("\";\"").Length));
        Assert.Contains(rows, row => row.Contains("afvist", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_chain_that_is_broken_stands_inverted_on_top()
    {
        using BoardBrowser auditor = host.Browser("rev");
        await auditor.Open("/audit");
        Assert.DoesNotContain("broken-chain", auditor.Html, StringComparison.Ordinal);
        Assert.Contains("endnu ikke skrevet ned udenfor", auditor.Text, StringComparison.Ordinal);
        var file = new AnchorFile(AnchorFile.Beside(host.Store.File!));
        new AuditWatch(host.Store, file).Round(host.Clock.Now);
        await auditor.Open("/audit");
        Assert.Contains("sidst skrevet ned udenfor: linje", auditor.Text, StringComparison.Ordinal);
        file.Append(new AuditAnchor(99_999, new string('a', 64), host.Clock.Now));
        new AuditWatch(host.Store, file).Round(host.Clock.Now);
        await auditor.Open("/audit");
        Assert.Contains("<div class=\"banner banner-lost\" id=\"broken-chain\" role=\"alert\"", auditor.Html, StringComparison.Ordinal);
    }

    private void Add(string person, PersonRole role, UnitKind kind, string unit) => host.AddPerson(person, new Grant(role, kind, unit, DateTimeOffset.UnixEpoch, null));

    private AuditEntry[] Lines() => [.. host.Store.Read(read => read.AuditFrom(1, 100_000)).Select(line => line.Entry)];
}
