using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>The same under /api/v1: every status, and answers that programs can rely on.</summary>
public sealed class BoardApiTests : IAsyncLifetime
{
    private BoardHost host = null!;
    private readonly Dictionary<string, BoardBrowser> people = new(StringComparer.Ordinal);
    private HttpClient http = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync(app => app.MapGet("/broken", string () => throw new InvalidOperationException("secret of the inside")).IsOpen());
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        http = As(BoardHost.Everybody);
    }

    public async Task DisposeAsync()
    {
        foreach (BoardBrowser browser in people.Values)
        {
            browser.Dispose();
        }
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Cases_come_in_the_order_of_the_worklist_in_snake_case()
    {
        host.Measure(BoardHost.Soenderborg, WorklistPageTests.Yellow);
        JsonElement cases = (await Get("/api/v1/cases")).GetProperty("cases");
        Assert.Equal(["c-100068", "c-200002"], cases.EnumerateArray().Select(@case => @case.GetProperty("citizen").GetString()));
        JsonElement first = cases[0];
        Assert.Equal(("red", "open", 1, "akut-aabenraa", "clinical"), (first.GetProperty("triage").GetString(), first.GetProperty("state").GetString(), first.GetProperty("version").GetInt64(),
            first.GetProperty("team").GetString(), first.GetProperty("kind").GetString()));
        Assert.Equal(host.Clock.Now.AddMinutes(5), first.GetProperty("deadline").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("owner").ValueKind);
        Assert.Equal("c-200002", Assert.Single((await Get("/api/v1/cases?team=akut-soenderborg")).GetProperty("cases").EnumerateArray()).GetProperty("citizen").GetString());
        Assert.Empty((await Get("/api/v1/cases?state=closed")).GetProperty("cases").EnumerateArray());
    }

    [Theory]
    [InlineData("/api/v1/cases?team=akut-nowhere")]
    [InlineData("/api/v1/cases?state=lost")]
    public async Task A_filter_that_does_not_exist_is_a_bad_request(string address) => await IsProblem(HttpStatusCode.BadRequest, await http.GetAsync(new Uri(address, UriKind.Relative)));

    [Fact]
    public async Task A_case_comes_with_history_pages_the_alert_as_sent_and_its_version_as_ETag()
    {
        HttpResponseMessage answer = await http.GetAsync(new Uri("/api/v1/cases/1", UriKind.Relative));
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        JsonElement detail = await Json(answer);
        Assert.Equal("opened", detail.GetProperty("events")[0].GetProperty("change").GetString());
        Assert.Equal(("akut-aabenraa", "first-page"), (detail.GetProperty("pages")[0].GetProperty("receiver").GetString(), detail.GetProperty("pages")[0].GetProperty("reason").GetString()));
        Assert.Equal("alert/clinical", detail.GetProperty("alert").GetProperty("code").GetString());
        await IsProblem(HttpStatusCode.NotFound, await http.GetAsync(new Uri("/api/v1/cases/2", UriKind.Relative)));
    }

    [Fact]
    public async Task Take_assess_note_and_close_each_answer_with_the_case_and_its_new_version()
    {
        foreach ((string act, long seen, string? text, string state) in new[] { ("take", 1L, (string?)null, "taken"), ("assess", 2, "Set", "taken"), ("note", 3, "Ringet", "taken"), ("close", 4, "Indlagt", "closed") })
        {
            HttpResponseMessage answer = await Act(act, "mlk", $"\"{seen}\"", text is null ? null : $$"""{"text":"{{text}}"}""");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal($"\"{seen + 1}\"", answer.Headers.ETag!.Tag);
            JsonElement @case = await Json(answer);
            Assert.Equal((state, seen + 1, "MLK"), (@case.GetProperty("state").GetString(), @case.GetProperty("version").GetInt64(), @case.GetProperty("owner").GetProperty("initials").GetString()));
        }
        Assert.Equal(["", "Set", "Ringet", "Indlagt"], host.Store.Read(read => read.EventsOf(1)).Skip(1).Select(row => row.Detail));
        Assert.Equal(4, host.Woken);
        Assert.Equal("Indlagt", (await Get("/api/v1/cases?state=closed")).GetProperty("cases")[0].GetProperty("close_reason").GetString());
    }

    [Fact]
    public async Task An_act_of_nobody_is_refused()
    {
        await IsProblem(HttpStatusCode.Unauthorized, await Act("take", null, "\"1\""));
        Assert.Equal(CaseState.Open, Assert.Single(host.OpenCases()).State);
    }

    [Fact]
    public async Task An_act_without_If_Match_asks_for_it() => await IsProblem(HttpStatusCode.PreconditionRequired, await Act("take", "mlk", null));

    [Theory]
    [InlineData("1")]
    [InlineData("*")]
    [InlineData("\"one\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("\"-1\"")]
    public async Task An_If_Match_that_is_not_one_version_is_a_bad_request(string match) => await IsProblem(HttpStatusCode.BadRequest, await Act("take", "mlk", match));

    [Fact]
    public async Task A_stale_version_is_a_conflict_that_names_who_was_first_and_when_and_brings_the_case()
    {
        host.Clock.Now = host.Clock.Now.AddMinutes(1);
        await Act("take", "tbj", "\"1\"");
        HttpResponseMessage answer = await Act("take", "mlk", "\"1\"");
        JsonElement problem = await IsProblem(HttpStatusCode.Conflict, answer);
        Assert.Equal("TBJ was first: taken at 2026-11-22T09:01:00Z.", problem.GetProperty("detail").GetString());
        Assert.Equal(("tbj", "taken"), (problem.GetProperty("first").GetProperty("person").GetProperty("id").GetString(), problem.GetProperty("first").GetProperty("change").GetString()));
        Assert.Equal(2, problem.GetProperty("case").GetProperty("version").GetInt64());
        Assert.Equal("\"2\"", answer.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_version_that_never_was_is_a_conflict() => await IsProblem(HttpStatusCode.Conflict, await Act("take", "mlk", "\"7\""));

    [Fact]
    public async Task Taking_a_taken_case_with_its_own_version_is_a_conflict_too()
    {
        await Act("take", "tbj", "\"1\"");
        await IsProblem(HttpStatusCode.Conflict, await Act("take", "mlk", "\"2\""));
        Assert.Equal("tbj", Assert.Single(host.OpenCases()).Owner);
    }

    [Theory]
    [InlineData("assess", null, HttpStatusCode.Conflict)]
    [InlineData("close", """{"text":"x"}""", HttpStatusCode.Conflict)]
    [InlineData("close", """{"text":" "}""", HttpStatusCode.BadRequest)]
    [InlineData("close", null, HttpStatusCode.BadRequest)]
    [InlineData("note", null, HttpStatusCode.BadRequest)]
    [InlineData("note", """{"text":null}""", HttpStatusCode.BadRequest)]
    [InlineData("note", """{"words":"x"}""", HttpStatusCode.BadRequest)]
    [InlineData("note", """{"text":""", HttpStatusCode.BadRequest)]
    [InlineData("note", """[]""", HttpStatusCode.BadRequest)]
    [InlineData("grab", null, HttpStatusCode.NotFound)]
    public async Task What_an_untaken_case_does_not_allow_is_refused_with_a_problem(string act, string? body, HttpStatusCode status)
    {
        await IsProblem(status, await Act(act, "mlk", "\"1\"", body));
        Assert.Equal(1, Assert.Single(host.OpenCases()).Version);
    }

    [Fact]
    public async Task A_closed_case_takes_no_more_acts_and_a_missing_case_none_at_all()
    {
        await Act("take", "mlk", "\"1\"");
        await Act("close", "mlk", "\"2\"", """{"text":"Indlagt"}""");
        await IsProblem(HttpStatusCode.Conflict, await Act("note", "mlk", "\"3\"", """{"text":"for sent"}"""));
        await IsProblem(HttpStatusCode.NotFound, await Act("take", "mlk", "\"1\"", id: 99));
    }

    [Fact]
    public async Task A_body_of_another_kind_or_over_64_KiB_is_refused()
    {
        using var text = new StringContent("text=x", Encoding.UTF8, "application/x-www-form-urlencoded");
        await IsProblem(HttpStatusCode.UnsupportedMediaType, await Act("note", "mlk", "\"1\"", content: text));
        using var big = new StringContent($$"""{"text":"{{new string('x', 65 * 1024)}}"}""", Encoding.UTF8, "application/json");
        HttpResponseMessage refused = await Act("note", "mlk", "\"1\"", content: big);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task Another_site_cannot_act(string header, string value, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/cases/1/take") { Headers = { { header, value } } };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"1\""));
        Assert.Equal(status, (await As("mlk").SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task The_own_origin_may_act()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/cases/1/take") { Headers = { { "Origin", host.Address.GetLeftPart(UriPartial.Authority) } } };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"1\""));
        Assert.Equal(HttpStatusCode.OK, (await As("mlk").SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Findings_are_listed()
    {
        host.SendUnreadableAlert(BoardHost.Soenderborg);
        JsonElement finding = (await Get("/api/v1/findings")).GetProperty("findings").EnumerateArray().First(found => found.GetProperty("code").GetString() == "finding/item-refused");
        Assert.Equal(("kit-0002", "alert", 1), (finding.GetProperty("kit").GetString(), finding.GetProperty("detail").GetString(), finding.GetProperty("seen").GetInt64()));
    }

    [Fact]
    public async Task What_breaks_inside_stays_inside()
    {
        HttpResponseMessage broken = await http.GetAsync(new Uri("/broken", UriKind.Relative));
        string body = await broken.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_change_that_a_person_can_bring_about_has_one_status()
    {
        Assert.Equal([200, 200, 200, 200], new[] { CaseChange.Taken, CaseChange.Assessed, CaseChange.Noted, CaseChange.Closed }.Select(change => ActAnswer.Of(change).Status));
        Assert.Equal([409, 404, 409, 409, 400, 400, 400], Enum.GetValues<CaseChange>().Where(change => change >= CaseChange.AlreadyTaken).Select(change => ActAnswer.Of(change).Status));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActAnswer.Of(CaseChange.RungClimbed));
    }

    private async Task<HttpResponseMessage> Act(string act, string? person, string? match, string? body = null, HttpContent? content = null, long id = 1)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{id}/{act}");
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }
        request.Content = content ?? (body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        if (person is not null)
        {
            return await As(person).SendAsync(request);
        }
        using BoardBrowser stranger = host.Stranger();
        return await stranger.Http.SendAsync(request);
    }

    private HttpClient As(string person)
    {
        if (!people.TryGetValue(person, out BoardBrowser? browser))
        {
            people[person] = browser = host.Browser(person);
        }
        return browser.Http;
    }

    private async Task<JsonElement> Get(string address) => await http.GetFromJsonAsync<JsonElement>(new Uri(address, UriKind.Relative));

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    private static async Task<JsonElement> IsProblem(HttpStatusCode status, HttpResponseMessage answer)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        return await Json(answer);
    }
}
