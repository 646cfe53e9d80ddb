using System.Net;
using System.Text.RegularExpressions;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>The page of people, as administrators and coordinators use it: plain forms, each act a line of the audit.</summary>
public sealed class PeoplePageTests : IAsyncLifetime
{
    private BoardHost host = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.AddPerson("adm", new Grant(PersonRole.Administrator, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null));
        host.AddPerson("ko", new Grant(PersonRole.Coordinator, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        host.AddPerson("vejle", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-vejle", DateTimeOffset.UnixEpoch, null));
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_new_nurse_is_added_given_a_role_and_invited_and_signs_in_with_the_code_that_was_shown_once()
    {
        using BoardBrowser administrator = host.Browser("adm");
        await administrator.Open("/people");
        Assert.Equal(HttpStatusCode.SeeOther, (await administrator.PostBeside("/people", ("person", "ny-sygeplejerske"), ("initials", "NS"))).StatusCode);
        await administrator.Open("/people");
        await administrator.Send("/people/ny-sygeplejerske/give", ("role", "acute-nurse"), ("unit", "team:akut-aabenraa"), ("from", ""), ("to", ""));
        await administrator.Open("/people");
        Assert.Equal(HttpStatusCode.OK, (await administrator.Send("/people/ny-sygeplejerske/invite")).StatusCode);
        string code = Regex.Match(administrator.Html, "<b class=\"mono\">(?<code>[a-z0-9]{20})</b>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["code"].Value;
        Assert.Equal(20, code.Length);
        await administrator.Open("/people");
        Assert.DoesNotContain(code, administrator.Html, StringComparison.Ordinal);
        using BoardBrowser nurse = host.Stranger();
        await nurse.Open("/join");
        Assert.Equal(HttpStatusCode.SeeOther, (await nurse.Send("/join", ("invitation", code), ("password", BoardHost.Password), ("later", "yes"))).StatusCode);
        using BoardBrowser signedIn = host.Browser("ny-sygeplejerske");
        Assert.Equal(HttpStatusCode.OK, (await signedIn.Open("/")).StatusCode);
        await administrator.Open("/people");
        Assert.Matches("ny-sygeplejerske.*Akutteam Aabenraa.*22-11-2026 10:00", administrator.Text.Replace('\n', ' '));
        AuditEntry[] lines = Lines("adm");
        Assert.Equal(["add-person", "give-role", "invite"], lines.Where(line => line.Kind == "account" && line.Session.Length > 0).Select(line => line.Act));
        Assert.DoesNotContain(lines, line => line.ToString().Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_coordinator_sees_their_own_units_only_and_what_is_refused_is_written_down()
    {
        using BoardBrowser coordinator = host.Browser("ko");
        await coordinator.Open("/people");
        Assert.DoesNotContain("person-vejle", coordinator.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("person-adm", coordinator.Html, StringComparison.Ordinal);
        Assert.Contains("person-ko", coordinator.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"hub\"", coordinator.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await coordinator.PostBeside("/people/vejle/give", ("role", "acute-nurse"), ("unit", "team:akut-vejle"))).StatusCode);
        await coordinator.Open("/people");
        Assert.Equal(HttpStatusCode.Forbidden, (await coordinator.PostBeside("/people/adm/invite")).StatusCode);
        Assert.Contains("id=\"problem\"", coordinator.Html, StringComparison.Ordinal);
        Assert.Equal(2, Lines("ko").Count(line => line is { Kind: "account", Outcome: AuditOutcome.Denied }));
        Assert.Single(host.Store.Read(read => read.GrantsOf("vejle")));
    }

    [Fact]
    public async Task Whoever_is_ended_is_out_at_once_and_the_last_administrator_stays()
    {
        using BoardBrowser administrator = host.Browser("adm"), nurse = host.Browser("vejle");
        Assert.Equal(HttpStatusCode.OK, (await nurse.Open("/")).StatusCode);
        await administrator.Open("/people");
        Assert.Equal(HttpStatusCode.SeeOther, (await administrator.Send("/people/vejle/end")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await nurse.Open("/")).StatusCode); // to the sign-in
        await administrator.Open("/people");
        Assert.Equal(HttpStatusCode.Conflict, (await administrator.PostBeside("/people/adm/end")).StatusCode);
        Assert.Contains("sidste administrator", administrator.Text, StringComparison.Ordinal);
        Assert.Null(host.Store.Read(read => read.AccountOf("adm"))!.Ended);
    }

    [Fact]
    public async Task A_form_that_is_not_of_this_page_does_nothing()
    {
        using BoardBrowser administrator = host.Browser("adm");
        HttpResponseMessage answer = await administrator.Post("/people/vejle/end", []);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(host.Store.Read(read => read.AccountOf("vejle"))!.Ended);
    }

    private AuditEntry[] Lines(string person) => [.. host.Store.Read(read => read.AuditFrom(1, 100_000)).Select(line => line.Entry).Where(line => line.Person == person)];
}
