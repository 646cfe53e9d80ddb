using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>
/// Bad input on every operation that the served document names: each parameter, field, header and body in turn, as people of several roles. No
/// answer is a failure of the hub, none says what happened inside, nothing comes back unescaped, and the store is as valid acts left it.
/// </summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const int Sampled = 7;
    private static readonly string[] Inside =
        ["Exception", "   at ", "SQLite", "Sqlite", "Dapper", "Microsoft.", "System.", "TeleMonitor.Hub", ".cs:line", "no such column", "syntax error", "StackTrace", "select id", "role_grant", "/tmp/", "root:x:"];

    private readonly Dictionary<string, (BoardBrowser Browser, string Token)> people = new(StringComparer.Ordinal);
    private readonly List<string> wrong = [];
    private BoardHost host = null!;
    private JsonNode document = null!;
    private int sent, acts;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync(web: WebSetup.Loopback with { SignInsAMinute = 100_000 });
        host.Metrics.Linked(true); // else /readyz says 503, as it must
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        host.Measure(BoardHost.Soenderborg, WorklistPageTests.Red);
        host.FollowPlan(BoardHost.AabenraaToo, "copd-intensive", "2026-11-1");
        foreach (PersonRole role in new[] { PersonRole.SupportWorker, PersonRole.Auditor, PersonRole.Administrator })
        {
            host.AddPerson(CaseWord.Of(role), new Grant(role, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null));
        }
        foreach (string person in new[] { BoardHost.Everybody, "support-worker", "auditor", "administrator" })
        {
            BoardBrowser browser = host.Browser(person);
            people[person] = (browser, await browser.Token());
        }
        using HttpResponseMessage answer = await people["support-worker"].Browser.Open("/api/v1/openapi.json");
        document = JsonNode.Parse(people["support-worker"].Browser.Html)!;
    }

    public async Task DisposeAsync()
    {
        foreach ((BoardBrowser browser, _) in people.Values)
        {
            browser.Dispose();
        }
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData(BoardHost.Everybody)]
    [InlineData("support-worker")]
    [InlineData("auditor")]
    [InlineData("administrator")]
    public async Task Bad_input_is_refused_without_failing_without_telling_and_without_changing_anything(string person)
    {
        CareCase[] before = [.. host.OpenCases()];
        int events = before.Sum(Events);
        var random = new Random(6);
        foreach (Operation operation in Operations())
        {
            foreach (BadRequest request in operation.Bad(random, person == BoardHost.Everybody ? int.MaxValue : Sampled, Sampled))
            {
                await Try(person, operation, request);
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {sent}:\n{string.Join('\n', wrong.Take(25))}");
        Assert.True(sent > 300, $"only {sent} requests");
        Assert.Equal(before.Select(Standing), host.OpenCases().Select(Standing));
        Assert.Equal(acts, host.OpenCases().Sum(Events) - events);
        Assert.Equal(person == BoardHost.Everybody, acts > 0);
        Assert.Empty(AuditChain.Problems(host.Store.Read(read => read.AuditFrom(1, 1_000_000)), []));
        foreach (string page in new[] { "/?team=all&case=1", "/api/v1/cases/1", "/support" })
        {
            await people[BoardHost.Everybody].Browser.Open(page);
            Assert.Equal("", Told(people[BoardHost.Everybody].Browser.Html));
        }
    }

    private IEnumerable<Operation> Operations() => document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(one => new Operation(path.Key, one.Key.ToUpperInvariant(), one.Value!)));

    private async Task Try(string person, Operation operation, BadRequest bad)
    {
        (BoardBrowser browser, string token) = people[person];
        string version = host.Store.Read(read => read.CaseOf(1))!.Version.ToString(CultureInfo.InvariantCulture);
        string foreign = people[person == "auditor" ? "support-worker" : "auditor"].Token;
        byte[] request = bad.Write(host.Address, browser.Cookies, token, foreign, version);
        RawAnswer answer = await RawHttp.Send(host.Address, request, bad.Declared is not null);
        sent++;
        if (operation.IsAct && bad.Method == "POST" && answer.Status == (operation.Path.StartsWith("/api", StringComparison.Ordinal) ? 200 : 303))
        {
            acts++;
        }
        string problem = Problem(answer, bad);
        if (problem.Length > 0)
        {
            string shown = Encoding.Latin1.GetString(request);
            wrong.Add($"{person}: {operation.Method} {operation.Path}, {bad.What}: {problem} [{shown[..Math.Min(shown.Length, 200)].ReplaceLineEndings(" ")}]");
        }
    }

    private static string Problem(RawAnswer answer, BadRequest bad) =>
        answer.Status >= 500 ? $"answered {answer.Status}"
        : answer.Status == 0 && !bad.MayBeDropped ? "no answer"
        : Told(answer.Body) is { Length: > 0 } told ? told
        : answer.Header("X-Injected").Length > 0 || Regex.IsMatch(answer.Head, "(?m)^Set-Cookie: tm=1", RegexOptions.None, TimeSpan.FromSeconds(1)) ? "a header was injected"
        : answer.Header("Location") is { Length: > 0 } to && (to[0] != '/' || to.StartsWith("//", StringComparison.Ordinal) || to.StartsWith("/\\", StringComparison.Ordinal)) ? $"leads to {to}"
        : answer.Body.Length > 0 && answer.Header("Content-Type").StartsWith("application/problem+json", StringComparison.Ordinal) && JsonNode.Parse(answer.Body)?["traceId"] is null ? "a problem without a trace id"
        : "";

    /// <summary>What an answer tells that it must not; empty when nothing.</summary>
    private static string Told(string body) =>
        Inside.FirstOrDefault(word => body.Contains(word, StringComparison.Ordinal)) is { } inside ? $"tells {inside}"
        : body.Contains("<script>alert", StringComparison.Ordinal) || body.Contains("<img src=x", StringComparison.Ordinal) ? "gives markup back as it came"
        : body.Contains(BadValues.Product, StringComparison.Ordinal) ? "reckons a template"
        : "";

    private int Events(CareCase @case) => host.Store.Read(read => read.EventsOf(long.Parse(@case.Id, CultureInfo.InvariantCulture))).Count;

    private static (string, CaseState, string?, TeleMonitor.Vitals.Readings.Triage) Standing(CareCase @case) => (@case.Id, @case.State, @case.Owner, @case.Triage);
}
