using System.Net;
using System.Net.Sockets;
using System.Text;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

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
            string before = await Line(stream, end.Token);
            Assert.Equal("event: changed", await Line(stream, end.Token));
            Assert.NotEqual(before, await Line(stream, end.Token));
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
    public async Task A_session_is_told_of_its_own_teams_changes_alone_and_neither_when_nor_how_much_others_have()
    {
        host.AddPerson("one-team", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        string Mark() => host.Store.ReadAs(new Viewer("one-team", "", "", host.Clock.Now), read => read.Mark());
        using BoardBrowser browser = host.Browser("one-team");
        await browser.Open();
        Assert.Contains($"data-version=\"{Mark()}\"", browser.Html, StringComparison.Ordinal);
        using var end = new CancellationTokenSource(Patience);
        using HttpResponseMessage answer = await browser.Http.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, end.Token);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(end.Token));
        Assert.Equal("event: joined", await Line(stream, end.Token));
        string first = Mark();
        Assert.Equal($"data: {first}", await Line(stream, end.Token));
        host.Measure(BoardHost.Soenderborg, WorklistPageTests.Red);
        Assert.Equal(first, Mark());
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, end.Token); // else the stream would look once for both
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        Assert.NotEqual(first, Mark());
        Assert.Equal("event: changed", await Line(stream, end.Token));
        Assert.Equal($"data: {Mark()}", await Line(stream, end.Token));
    }

    [Fact]
    public async Task A_board_of_a_team_that_one_does_not_work_for_says_so_and_listens_without_counting_for_it()
    {
        host.AddPerson("one-team", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        using BoardBrowser browser = host.Browser("one-team");
        await browser.Open("/?team=akut-soenderborg");
        Assert.Contains("id=\"not-theirs\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains("data-events=\"/events\"", browser.Html, StringComparison.Ordinal);
        using var end = new CancellationTokenSource(Patience);
        using HttpResponseMessage answer = await browser.Http.GetAsync(new Uri("/events?team=akut-soenderborg", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, end.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(end.Token));
        Assert.Equal("event: joined", await Line(stream, end.Token));
        Assert.False(host.Feed.IsOpen("akut-soenderborg"));
        await browser.Open("/?team=akut-aabenraa");
        Assert.DoesNotContain("id=\"not-theirs\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains("data-events=\"/events?team=akut-aabenraa\"", browser.Html, StringComparison.Ordinal);
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
