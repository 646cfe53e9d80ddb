using System.Net;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>Every endpoint there is × every role × own, foreign, former and future: what it answers, what it holds, and what is written down. An endpoint without a row fails.</summary>
public sealed class AccessMatrixTests : IAsyncLifetime
{
    private const string OpenCitizen = "c-100068", ClosedCitizen = "c-200002";
    private static readonly string[] Relations = ["own", "foreign", "former", "future"];
    private BoardHost host = null!;

    /// <summary>What an endpoint is about.</summary>
    private enum About
    {
        /// <summary>One case by its number.</summary>
        Case,
        /// <summary>One citizen of the register by the pseudonym.</summary>
        Registered,
        /// <summary>The viewer's cases, or citizens.</summary>
        Cases,
        /// <summary>One citizen by their pseudonym.</summary>
        Citizen,
        /// <summary>The audit of the viewer's citizens.</summary>
        Audit,
        /// <summary>No citizen.</summary>
        Nobody,
        /// <summary>Before a session.</summary>
        Open,
    }

    /// <summary>One row: how it is asked, what it needs, what it is about.</summary>
    private sealed record Row(Sight? Needs, About About, Func<long, HttpRequestMessage> Ask);

    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["GET /"] = new(Sight.Health, About.Cases, id => Get($"/?team=all&case={id}")),
        ["POST /cases/{id:long}/{act}"] = new(Sight.Health, About.Case, id => Post($"/cases/{id}/note")),
        ["POST /tests/{id:long}/acknowledge"] = new(Sight.Health, About.Nobody, _ => Post("/tests/1/acknowledge")),
        ["GET /events"] = new(null, About.Nobody, _ => Get("/events?team=akut-nowhere")),
        ["GET /support"] = new(Sight.Kits, About.Nobody, _ => Get("/support")),
        ["GET /people"] = new(Sight.People, About.Nobody, _ => Get("/people")),
        ["POST /people"] = new(Sight.People, About.Nobody, _ => Post("/people")),
        ["POST /people/{person}/give"] = new(Sight.People, About.Nobody, _ => Post("/people/mlk/give")),
        ["POST /people/{person}/invite"] = new(Sight.People, About.Nobody, _ => Post("/people/mlk/invite")),
        ["POST /people/{person}/end"] = new(Sight.People, About.Nobody, _ => Post("/people/mlk/end")),
        ["POST /people/grants/{id:long}/end"] = new(Sight.People, About.Nobody, _ => Post("/people/grants/1/end")),
        ["POST /people/broken/{id:long}/seen"] = new(Sight.Rights, About.Nobody, _ => Post("/people/broken/1/seen")),
        ["GET /break-glass"] = new(Sight.BreakGlass, About.Nobody, _ => Get("/break-glass")),
        ["POST /break-glass"] = new(Sight.BreakGlass, About.Nobody, _ => Post("/break-glass")),
        ["GET /audit"] = new(Sight.Audit, About.Audit, id => Get($"/audit?before={long.MaxValue - id}")),
        ["GET /citizens/{citizen}/looked"] = new(null, About.Citizen, id => Get($"/citizens/{CitizenOf(id)}/looked")),
        ["GET /citizens/{citizen}/looked.csv"] = new(null, About.Citizen, id => Get($"/citizens/{CitizenOf(id)}/looked.csv")),
        ["GET /citizens/{citizen}/rights"] = new(Sight.Rights, About.Citizen, id => Get($"/citizens/{CitizenOf(id)}/rights")),
        ["GET /citizens/{citizen}/export.json"] = new(Sight.Rights, About.Citizen, id => Get($"/citizens/{CitizenOf(id)}/export.json")),
        ["GET /citizens/{citizen}/export.html"] = new(Sight.Rights, About.Citizen, id => Get($"/citizens/{CitizenOf(id)}/export.html")),
        ["POST /citizens/{citizen}/restrict"] = new(Sight.Rights, About.Citizen, id => Post($"/citizens/{CitizenOf(id)}/restrict")),
        ["POST /citizens/{citizen}/lift"] = new(Sight.Rights, About.Citizen, id => Post($"/citizens/{CitizenOf(id)}/lift")),
        ["POST /citizens/{citizen}/delete"] = new(Sight.Rights, About.Citizen, id => Post($"/citizens/{CitizenOf(id)}/delete")),
        ["GET /sign-in"] = new(null, About.Open, _ => Get("/sign-in")),
        ["POST /sign-in"] = new(null, About.Open, _ => Post("/sign-in")),
        ["GET /sign-in/workplace/{id}"] = new(null, About.Open, _ => Get("/sign-in/workplace/nowhere")),
        ["GET /sign-in/workplace/{id}/back"] = new(null, About.Open, _ => Get("/sign-in/workplace/nowhere/back")),
        ["GET /join"] = new(null, About.Open, _ => Get("/join")),
        ["POST /join"] = new(null, About.Open, _ => Post("/join")),
        ["POST /sign-out"] = new(null, About.Nobody, _ => Post("/sign-out")),
        ["GET /session"] = new(null, About.Nobody, _ => Get("/session")),
        ["POST /session"] = new(null, About.Nobody, _ => Post("/session")),
        ["GET /api/v1/cases"] = new(Sight.Health, About.Cases, _ => Get("/api/v1/cases")),
        ["GET /api/v1/cases/{id:long}"] = new(Sight.Health, About.Case, id => Get($"/api/v1/cases/{id}")),
        ["POST /api/v1/cases/{id:long}/{act}"] = new(Sight.Health, About.Case, id => Post($"/api/v1/cases/{id}/note", "\"1\"")),
        ["GET /api/v1/unknown"] = new(Sight.Health, About.Cases, _ => Get("/api/v1/unknown")),
        ["GET /api/v1/findings"] = new(Sight.Kits, About.Nobody, _ => Get("/api/v1/findings")),
        ["POST /api/v1/tests/{id:long}/acknowledge"] = new(Sight.Health, About.Nobody, _ => Post("/api/v1/tests/1/acknowledge")),
        ["GET /citizens"] = new(Sight.Health, About.Cases, _ => Get("/citizens")),
        ["POST /citizens/search"] = new(Sight.Health, About.Cases, _ => Post("/citizens/search")),
        ["GET /citizens/new"] = new(Sight.Register, About.Nobody, _ => Get("/citizens/new")),
        ["POST /citizens"] = new(Sight.Register, About.Nobody, _ => Post("/citizens")),
        ["GET /citizens/{citizen}"] = new(Sight.Health, About.Registered, id => Get($"/citizens/{CitizenOf(id)}")),
        ["POST /citizens/{citizen}/{act}"] = new(Sight.Health, About.Registered, id => Post($"/citizens/{CitizenOf(id)}/consent")),
        ["GET /api/v1/citizens"] = new(Sight.Health, About.Cases, _ => Get("/api/v1/citizens")),
        ["GET /api/v1/citizens/{citizen}"] = new(Sight.Health, About.Registered, id => Get($"/api/v1/citizens/{CitizenOf(id)}")),
        ["GET /api/v1/openapi.json"] = new(null, About.Nobody, _ => Get("/api/v1/openapi.json")),
        ["GET /healthz"] = new(null, About.Open, _ => Get("/healthz")),
        ["GET /readyz"] = new(null, About.Open, _ => Get("/readyz")),
        ["GET /metrics"] = new(null, About.Open, _ => Get("/metrics")),
        ["GET /api/v1/gateways"] = new(Sight.Kits, About.Nobody, _ => Get("/api/v1/gateways")),
    };

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red); // case 1, open
        host.Measure(BoardHost.Soenderborg, WorklistPageTests.Red); // case 2, closed in Sønderborg's time
        host.Store.Write(write =>
        {
            write.SaveCase(write.CaseOf(2)! with { State = CaseState.Closed, NextRungAt = null, Version = 2 }, BoardHost.Soenderborg);
            write.AddCaseEvent(2, host.Clock.Now, "lne", CaseChange.Closed, "");
            write.MoveHome(ClosedCitizen, "toender", host.Clock.Now.AddHours(1));
        });
        host.Clock.Now = host.Clock.Now.AddHours(2);
        host.Settle();
        foreach (PersonRole role in Enum.GetValues<PersonRole>().Where(role => role != PersonRole.Machine))
        {
            foreach (string relation in Relations)
            {
                string person = $"{CaseWord.Of(role)}-{relation}", unit = relation switch { "foreign" => "akut-vejle", "former" => "akut-soenderborg", _ => "akut-aabenraa" };
                host.AddPerson(person, new Grant(role, UnitKind.Team, unit, relation is "future" ? host.Clock.Now.AddDays(1) : DateTimeOffset.UnixEpoch, null));
            }
        }
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public void Every_endpoint_has_a_row_and_every_row_an_endpoint() =>
        Assert.Equal(Rows.Keys.Order(StringComparer.Ordinal), host.Endpoints().Order(StringComparer.Ordinal));

    public static TheoryData<PersonRole> Roles => [.. Enum.GetValues<PersonRole>().Where(role => role != PersonRole.Machine)];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task A_role_sees_and_does_what_is_its_own_and_nothing_else(PersonRole role)
    {
        foreach (string relation in Relations)
        {
            using BoardBrowser browser = host.Browser($"{CaseWord.Of(role)}-{relation}");
            foreach ((string endpoint, Row row) in Rows.Where(one => one.Value.About != About.Open && one.Key != "POST /sign-out"))
            {
                await Try(browser, role, relation, endpoint, row);
            }
        }
        Assert.Empty(AuditChain.Problems(host.Store.Read(read => read.AuditFrom(1, 100_000)), []));
    }

    [Fact]
    public async Task Nobody_sees_nothing()
    {
        using BoardBrowser stranger = host.Stranger();
        foreach ((string endpoint, Row row) in Rows.Where(one => one.Value.About != About.Open))
        {
            using HttpResponseMessage answer = await stranger.Http.SendAsync(row.Ask(1));
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.SeeOther, $"{endpoint}: {answer.StatusCode}");
            Assert.DoesNotContain("c-", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private async Task Try(BoardBrowser browser, PersonRole role, string relation, string endpoint, Row row)
    {
        bool begun = relation != "future", mayLook = row.Needs is not { } sight || (begun && RoleRules.With(sight).Contains(role));
        bool health = begun && RoleRules.With(Sight.Health).Contains(role);
        foreach ((long id, string citizen, string whose) in new[] { (1L, OpenCitizen, "own"), (2L, ClosedCitizen, "former"), (999L, "", "none") })
        {
            string place = $"{CaseWord.Of(role)} {relation}: {endpoint} of case {id}";
            long before = host.Store.Read(read => read.AuditEnd()).Number;
            using HttpResponseMessage answer = await browser.Http.SendAsync(row.Ask(id));
            string body = await answer.Content.ReadAsStringAsync();
            bool theirs = health && relation == whose;
            // who looks at the audit: auditors as far as their unit goes, and of one citizen those who answer now
            bool audits = begun && RoleRules.With(Sight.Audit).Contains(role);
            Assert.True((int)answer.StatusCode < 500, place);
            foreach (string other in new[] { OpenCitizen, ClosedCitizen }.Where(other => !((row.About is About.Audit ? audits : health || (audits && row.About is About.Citizen)) && relation == (other == OpenCitizen ? "own" : "former"))))
            {
                Assert.False(body.Contains(other, StringComparison.Ordinal), $"{place} holds {other}");
            }
            if (!mayLook)
            {
                Assert.True(answer.StatusCode is HttpStatusCode.Forbidden || endpoint is "GET /" && answer.StatusCode is HttpStatusCode.SeeOther, $"{place}: {answer.StatusCode}");
                Assert.True(endpoint is "GET /" || Denied(before), $"{place} is not written down");
            }
            else if (row.About == About.Registered && !theirs || row.About == About.Case && !theirs && endpoint.Contains("/api/", StringComparison.Ordinal))
            {
                Assert.True(answer.StatusCode is HttpStatusCode.NotFound, $"{place}: {answer.StatusCode}");
                Assert.True(Denied(before), $"{place} is not written down");
            }
            else if (row.About == About.Citizen)
            {
                bool answers = (health || audits) && relation == "own" && whose == "own";
                // a form that is not of this hub's page does nothing, of one's own citizen either
                HttpStatusCode own = endpoint.StartsWith("POST", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : HttpStatusCode.OK;
                Assert.True(answer.StatusCode == (answers ? own : HttpStatusCode.NotFound), $"{place}: {answer.StatusCode}");
                Assert.True(answers || Denied(before), $"{place} is not written down");
            }
            else if (row.About is About.Case or About.Registered && theirs && endpoint.StartsWith("GET", StringComparison.Ordinal))
            {
                Assert.Contains(citizen, body, StringComparison.Ordinal);
            }
        }
    }

    private bool Denied(long before) => host.Store.Read(read => read.AuditFrom(before + 1, 99)).Any(line => line.Entry.Outcome == AuditOutcome.Denied);

    private static string CitizenOf(long id) => id switch { 1 => OpenCitizen, 2 => ClosedCitizen, _ => "c-999999" };

    private static HttpRequestMessage Get(string address) => new(HttpMethod.Get, new Uri(address, UriKind.Relative));

    private static HttpRequestMessage Post(string address, string? match = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative));
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
            request.Content = new StringContent("""{"text":"x"}""", System.Text.Encoding.UTF8, "application/json");
        }
        return request;
    }
}
