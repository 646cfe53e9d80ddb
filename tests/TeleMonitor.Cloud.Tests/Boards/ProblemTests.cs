using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TeleMonitor.Hub;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What goes wrong is answered with a trace id that is in the log, and neither has anything of what was sent.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private readonly CapturedLog log = new();
    private BoardHost host = null!;

    public async Task InitializeAsync() => host = await BoardHost.StartAsync(
        app => app.MapGet("/broken", (HttpContext _) => throw new InvalidOperationException("the inside of it")).IsOpen(),
        web: WebSetup.Loopback with { SignInsAMinute = 8, HeadPatience = TimeSpan.FromSeconds(1) },
        build: builder => builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Information));

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        log.Dispose();
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "")]
    [InlineData("GET", "/api/v1/cases/999", 404, "")]
    [InlineData("GET", "/api/v1/cases?team=x", 400, "")]
    [InlineData("DELETE", "/api/v1/cases", 405, "")]
    [InlineData("POST", "/api/v1/cases/1/note", 428, "")]
    [InlineData("POST", "/api/v1/cases/1/note", 415, "text/plain")]
    [InlineData("POST", "/api/v1/cases/1/note", 413, "application/json")]
    [InlineData("POST", "/sign-in", 413, "application/x-www-form-urlencoded")]
    [InlineData("GET", "/broken", 500, "")]
    public async Task A_problem_has_a_trace_id_that_is_in_the_log(string method, string address, int status, string type)
    {
        using BoardBrowser browser = host.Browser();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
        if (type.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
            request.Content = new StringContent(status == 413 ? "\"" + new string('x', address == "/sign-in" ? 20_000 : 70_000) : "x", Encoding.UTF8, type);
        }
        using HttpResponseMessage answer = await browser.Http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("inside", body, StringComparison.Ordinal);
        string trace = (string)JsonNode.Parse(body)!["traceId"]!;
        Assert.Contains(log.Lines, line => line.Contains("TeleMonitor.Hub", StringComparison.Ordinal) && line.Contains($"{trace}:", StringComparison.Ordinal) && line.Contains($" answered {status}", StringComparison.Ordinal));
        if (status == 500)
        {
            Assert.Contains(log.Lines, line => line.Contains($"{trace}:", StringComparison.Ordinal) && line.Contains("the inside of it", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Too_many_attempts_to_sign_in_are_a_problem_too()
    {
        using BoardBrowser stranger = host.Stranger();
        HttpResponseMessage last = await stranger.Post("/sign-in", []);
        for (int attempt = 0; attempt < 9 && last.StatusCode != HttpStatusCode.TooManyRequests; attempt++)
        {
            last = await stranger.Post("/sign-in", []);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        Assert.NotNull(JsonNode.Parse(stranger.Html)!["traceId"]);
    }

    [Fact]
    public async Task Whoever_takes_words_alone_gets_status_and_trace_id_too()
    {
        RawAnswer answer = await RawHttp.Send(host.Address, Encoding.ASCII.GetBytes("GET /broken HTTP/1.0\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"));
        Assert.Equal(500, answer.Status);
        Assert.NotNull(JsonNode.Parse(answer.Body)!["traceId"]);
        Assert.DoesNotContain("inside", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_does_not_come_to_an_end_is_not_waited_for()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: local"u8.ToArray());
        using var reader = new StreamReader(stream);
        string answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
    }

    /// <summary>Everything that is typed or sent to be kept secret, right and wrong, through the real pages; every line at Information.</summary>
    [Fact]
    public async Task No_password_code_token_cookie_or_note_is_in_the_log()
    {
        const string wrong = "forkert-hemmelig-42", code = "123987", invitation = "abcdefghjkmnpqrstuvw", chosen = "nyvalgt hemmelig 77", digits = "654321", token = "tok-0123456789abcdefghij", stolen = "tok-stjaalet-999", note = "Note om borgeren ZQ17";
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        host.Store.Write(write =>
        {
            write.Invite("mlk", SignIn.HashOf(invitation), host.Clock.Now.AddHours(1));
            write.AddToken("machine-1", SignIn.HashOf(token), host.Clock.Now.AddDays(-1), host.Clock.Now.AddDays(1), "test");
        });
        using BoardBrowser browser = host.Browser();
        using BoardBrowser stranger = host.Stranger();
        await stranger.Open("/sign-in?to=%2F%3Fq%3Dhemmelig-42");
        await stranger.Send("/sign-in", ("user", BoardHost.Everybody), ("password", wrong), ("code", code));
        await stranger.Open("/join");
        await stranger.Send("/join", ("invitation", invitation), ("password", chosen), ("digits", digits));
        await stranger.Open("/join");
        await stranger.Send("/join", ("invitation", invitation), ("password", chosen), ("digits", digits), ("later", "yes"));
        foreach (string bearer in new[] { token, stolen })
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/gateways", UriKind.Relative));
            asked.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
            using HttpResponseMessage _ = await stranger.Http.SendAsync(asked);
        }
        await browser.Open("/?team=all&case=1");
        await browser.Send("/cases/1/note", ("text", note));
        await browser.Open("/?team=all&case=1");
        await browser.Send("/cases/1/note", ("text", note + new string('x', 3000)));
        Assert.Contains(host.Store.Read(read => read.EventsOf(1)), row => row.Detail == note); // it went the whole way
        Assert.True(log.Lines.Count > 20, $"{log.Lines.Count} lines");
        string[] secrets = [BoardHost.Password, wrong, code, invitation, chosen, digits, token, stolen, note, .. $"{browser.Cookies}; {stranger.Cookies}".Split("; ").Select(cookie => cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..])];
        Assert.All(secrets, secret => Assert.True(secret.Length > 5, secret));
        Assert.DoesNotContain(log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        Assert.DoesNotContain(log.Lines, line => line.Contains("c-100068", StringComparison.Ordinal));
    }
}
