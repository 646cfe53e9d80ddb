using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>Host names, headers, and the stream that tells of changes.</summary>
public sealed class BoardSafetyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private BoardHost host = null!;

    public async Task InitializeAsync() => host = await BoardHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", true)]
    [InlineData("localhost:8080", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("telemonitor.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("", false)]
    public async Task Only_names_of_this_machine_are_answered(string name, bool answered)
    {
        foreach ((string address, int status) in new[] { ("/", 303), ("/sign-in", 200), ("/api/v1/cases", 401), ("/board.css", 200) })
        {
            Assert.StartsWith($"HTTP/1.1 {(answered ? status : 400)} ", await Raw($"GET {address} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/cases")]
    [InlineData("/board.js")]
    [InlineData("/session.js")]
    [InlineData("/nowhere")]
    public async Task Every_answer_forbids_foreign_and_inline_content_and_framing(string address)
    {
        using BoardBrowser browser = host.Browser();
        HttpResponseMessage answer = await browser.Open(address);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_page_has_no_inline_script_or_style_and_its_files_are_there()
    {
        using BoardBrowser browser = host.Browser();
        await browser.Open();
        Assert.DoesNotContain("style=", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick", browser.Html, StringComparison.Ordinal);
        foreach (string file in new[] { "/board.css", "/board.js", "/session.js", "/icon.svg", "/npm/htmx.min.js" })
        {
            Assert.Contains($"\"{file}\"", browser.Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAsync(new Uri(file, UriKind.Relative))).StatusCode);
        }
    }

    [Fact]
    public async Task Health_data_is_never_kept_by_the_browser()
    {
        using BoardBrowser browser = host.Browser();
        foreach (string address in new[] { "/", "/api/v1/cases" })
        {
            Assert.True((await browser.Open(address)).Headers.CacheControl!.NoStore);
        }
    }

    [Fact]
    public async Task An_open_board_is_told_of_a_change_and_counts_as_open_for_its_team_until_it_is_closed()
    {
        using BoardBrowser browser = host.Browser();
        using var end = new CancellationTokenSource(Patience);
        HttpResponseMessage answer = await browser.Http.GetAsync(new Uri("/events?team=akut-aabenraa", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, end.Token);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using (var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(end.Token)))
        {
            Assert.Equal("event: joined", await Line(stream, end.Token));
            Assert.True(host.Feed.IsOpen("akut-aabenraa"));
            Assert.False(host.Feed.IsOpen("akut-soenderborg"));
            host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
            Assert.Equal("data: 0", await Line(stream, end.Token));
            Assert.Equal("event: changed", await Line(stream, end.Token));
            Assert.Equal("data: 1", await Line(stream, end.Token));
        }
        answer.Dispose();
        while (host.Feed.IsOpen("akut-aabenraa"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, end.Token);
        }
    }

    [Fact]
    public async Task A_person_who_acts_changes_the_boards_of_all()
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        long before = host.Feed.Version;
        using BoardBrowser browser = host.Browser();
        await browser.Choose("mlk");
        await browser.Send("/cases/1/take");
        Assert.Equal(before + 1, host.Feed.Version);
    }

    [Fact]
    public async Task A_stream_for_a_team_that_does_not_exist_is_refused()
    {
        using BoardBrowser browser = host.Browser();
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Open("/events?team=akut-nowhere")).StatusCode);
    }

    [Fact]
    public async Task Open_streams_do_not_hold_the_program_when_it_stops()
    {
        BoardHost stopping = await BoardHost.StartAsync();
        using BoardBrowser browser = stopping.Browser();
        using HttpResponseMessage stream = await browser.Http.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await stopping.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<string> Line(StreamReader stream, CancellationToken end)
    {
        string? line;
        do
        {
            line = await stream.ReadLineAsync(end);
        }
        while (line is "");
        return line ?? "the stream ended";
    }

    private async Task<string> Raw(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
