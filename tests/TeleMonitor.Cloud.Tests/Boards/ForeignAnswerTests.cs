using System.Text;
using System.Text.RegularExpressions;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What is somebody else's is answered as what does not exist: the same bytes, by the same statements. Time is compared by statements: a clock would tell of the machine.</summary>
public sealed class ForeignAnswerTests : IAsyncLifetime
{
    private const int Foreign = 2, None = 9;
    private BoardHost host = null!;
    private BoardBrowser browser = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        host.Measure(BoardHost.Soenderborg, WorklistPageTests.Red);
        host.Store.Write(write =>
        {
            write.AddDailyTest("akut-aabenraa", new PageTo(Receiver.Team, "akut-aabenraa", 1), host.Clock.Now, host.Clock.Now.AddMinutes(30));
            write.AddDailyTest("akut-soenderborg", new PageTo(Receiver.Team, "akut-soenderborg", 1), host.Clock.Now, host.Clock.Now.AddMinutes(30));
        });
        host.AddPerson("one-team", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        browser = host.Browser("one-team");
    }

    public async Task DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/api/v1/cases/{id}")]
    [InlineData("POST", "/api/v1/cases/{id}/note")]
    [InlineData("POST", "/api/v1/cases/{id}/take")]
    [InlineData("POST", "/api/v1/tests/{id}/acknowledge")]
    [InlineData("POST", "/cases/{id}/note")]
    [InlineData("POST", "/cases/{id}/close")]
    [InlineData("POST", "/tests/{id}/acknowledge")]
    [InlineData("GET", "/?case={id}")]
    [InlineData("GET", "/?team=all&case={id}")]
    public async Task It_is_the_same_answer_by_the_same_statements(string method, string address)
    {
        string token = await browser.Token();
        await Ask(method, address, None, token); // the first look at the own list is written down, once
        (string foreign, string[] foreignStatements) = await Ask(method, address, Foreign, token);
        (string none, string[] noneStatements) = await Ask(method, address, None, token);
        Assert.Equal(none, foreign);
        Assert.Equal(noneStatements, foreignStatements);
        Assert.NotEmpty(noneStatements);
        Assert.DoesNotContain("c-200002", foreign, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_ones_own_is_another_answer()
    {
        string token = await browser.Token();
        Assert.NotEqual((await Ask("GET", "/api/v1/cases/{id}", None, token)).Answer, (await Ask("GET", "/api/v1/cases/{id}", 1, token)).Answer);
    }

    private async Task<(string Answer, string[] Statements)> Ask(string method, string address, int id, string token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address.Replace("{id}", $"{id}", StringComparison.Ordinal), UriKind.Relative));
        if (method == "POST")
        {
            request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
            request.Content = address.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("""{"text":"x"}""", Encoding.UTF8, "application/json")
                : new FormUrlEncodedContent(new Dictionary<string, string> { ["tm-form"] = token, ["version"] = "1", ["text"] = "x" });
        }
        var statements = new List<string>();
        host.Store.Heard = sql =>
        {
            lock (statements)
            {
                statements.Add(sql);
            }
        };
        using HttpResponseMessage answer = await browser.Http.SendAsync(request);
        string body = await answer.Content.ReadAsStringAsync();
        host.Store.Heard = null;
        string headers = string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Set-Cookie")).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal));
        // what differs between any two answers: the trace id, the form's token, and the number that was asked for
        string said = Regex.Replace($"{(int)answer.StatusCode}\n{headers}\n\n{body}", "\"traceId\":\"[^\"]*\"|value=\"CfDJ8[^\"]*\"", "", RegexOptions.None, TimeSpan.FromSeconds(5));
        return (said.Replace($"case={id}", "case=#", StringComparison.Ordinal).Replace($"/cases/{id}/", "/cases/#/", StringComparison.Ordinal), [.. statements]);
    }
}
