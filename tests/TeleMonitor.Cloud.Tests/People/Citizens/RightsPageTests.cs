using System.Net;
using System.Text.Json;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>What a coordinator does for a citizen's rights on the page, and what restriction hides and what it does not.</summary>
public sealed class RightsPageTests : IAsyncLifetime
{
    private const string Citizen = "c-100068";
    private BoardHost host = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red); // case 1, open
        host.AddPerson("ko", new Grant(PersonRole.Coordinator, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        host.AddPerson("her", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        host.Store.Write(write => write.SaveIdentity(Citizen, IdentityKeys.InMemory().Close(new Identity(PersonalId.Read("2512489996").Id!, "Nancy Ann Berggren", "", "", [])), "test", host.Clock.Now));
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Data_that_is_only_kept_is_out_of_lists_for_a_nurse_while_an_open_case_and_new_alarms_are_seen()
    {
        using BoardBrowser coordinator = host.Browser("ko"), nurse = host.Browser("her");
        Assert.Equal(HttpStatusCode.OK, (await coordinator.Open($"/citizens/{Citizen}/rights")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await coordinator.Send($"/citizens/{Citizen}/restrict", ("why", "nej"))).StatusCode);
        await coordinator.Open($"/citizens/{Citizen}/rights");
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.Send($"/citizens/{Citizen}/restrict", ("why", "borgeren bestrider målingerne"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.Open("/api/v1/cases/1")).StatusCode); // open: of vital interest
        host.Store.Write(write =>
        {
            write.SaveCase(write.CaseOf(1)! with { State = CaseState.Closed, NextRungAt = null, Version = 9 }, BoardHost.Aabenraa);
            write.AddCaseEvent(1, host.Clock.Now, "her", CaseChange.Closed, "");
        });
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.Open("/api/v1/cases/1")).StatusCode);
        await nurse.Open("/api/v1/cases?state=closed");
        Assert.DoesNotContain(Citizen, nurse.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await coordinator.Open("/api/v1/cases/1")).StatusCode);
        host.Clock.Now += TimeSpan.FromMinutes(5);
        host.Press(BoardHost.Aabenraa);
        Assert.Contains(host.OpenCases(), one => one.Citizen == Citizen);
        await nurse.Open("/?team=all");
        Assert.Contains(Citizen, nurse.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await coordinator.Open($"/citizens/{Citizen}/export.json")).StatusCode);
        await coordinator.Open($"/citizens/{Citizen}/rights");
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.Send($"/citizens/{Citizen}/lift", ("why", "målingerne er rettet"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.Open("/api/v1/cases/1")).StatusCode);
        Assert.Equal(["restrict: no-reason", "restrict: done", "export: done", "lift: done"],
            Lines().Where(line => line is { Person: "ko", Kind: "everything" }).Select(line => $"{line.Act}: {line.Why}"));
    }

    [Fact]
    public async Task Everything_is_fetched_as_JSON_and_as_a_page_and_each_is_a_line()
    {
        using BoardBrowser coordinator = host.Browser("ko");
        HttpResponseMessage json = await coordinator.Open($"/citizens/{Citizen}/export.json");
        Assert.Equal("application/json", json.Content.Headers.ContentType!.MediaType);
        JsonElement root = JsonElement.Parse(coordinator.Html);
        Assert.True(root.GetProperty("item").GetArrayLength() > 3);
        Assert.Contains("reading", root.GetProperty("item").EnumerateArray().Select(item => item.GetProperty("content").GetProperty("kind").GetString()));
        Assert.Equal(1, root.GetProperty("care_case").GetArrayLength());
        HttpResponseMessage html = await coordinator.Open($"/citizens/{Citizen}/export.html");
        Assert.Equal("text/html", html.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Alt om borger c-100068", coordinator.Text, StringComparison.Ordinal);
        Assert.EndsWith("</html>", coordinator.Html.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(2, Lines().Count(line => line is { Person: "ko", Act: "export", Citizen: Citizen, Outcome: AuditOutcome.Done }));
    }

    [Fact]
    public async Task Deletion_says_on_the_page_why_it_is_refused()
    {
        using BoardBrowser coordinator = host.Browser("ko");
        await coordinator.Open($"/citizens/{Citizen}/rights");
        Assert.Equal(HttpStatusCode.Conflict, (await coordinator.Send($"/citizens/{Citizen}/delete", ("why", "borgeren beder om det"))).StatusCode);
        Assert.Contains("Forløbet er ikke afsluttet", coordinator.Text, StringComparison.Ordinal);
        Assert.Contains("ikke godkendt", coordinator.Text, StringComparison.Ordinal);
        Assert.Null(host.Store.Read(read => read.OpenErasure()));
    }

    private AuditEntry[] Lines() => [.. host.Store.Read(read => read.AuditFrom(1, 100_000)).Select(line => line.Entry)];
}
