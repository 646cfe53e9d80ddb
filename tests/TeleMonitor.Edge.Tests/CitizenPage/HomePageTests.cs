using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.CitizenPage;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.CitizenPage;

/// <summary>The page over real HTTP on the loopback address.</summary>
public sealed class HomePageTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> said = new();
    private readonly ConcurrentQueue<WhoseAnswer> answers = new();
    private volatile IReadOnlyList<AskedQuestion> asked = [new(1, [Vital.Spo2], null, [7, 8])];
    private volatile bool stores = true;

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task A_question_is_shown_and_answered_over_http()
    {
        Uri address = Free();
        Task page = Page(address, TimeProvider.System).RunAsync(stop.Token);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        using HttpResponseMessage shown = await GetAsync(client, address);
        string html = await shown.Content.ReadAsStringAsync(stop.Token);
        Assert.Contains("Ilt i blodet", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'; style-src 'self'", Assert.Single(shown.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-store", Assert.Single(shown.Headers.GetValues("Cache-Control")));
        using HttpResponseMessage style = await client.GetAsync(new Uri(address, "/citizen.css"), stop.Token);
        Assert.Equal(("text/css", true), (style.Content.Headers.ContentType!.MediaType, (await style.Content.ReadAsStringAsync(stop.Token)).Contains("prefers-color-scheme", StringComparison.Ordinal)));

        stores = false;
        Assert.Equal((HttpStatusCode.SeeOther, "/?not-yet"), await PostAsync(client, address, html));
        stores = true;
        Assert.Equal((HttpStatusCode.SeeOther, "/?stored"), await PostAsync(client, address, html));
        Assert.Equal((HttpStatusCode.SeeOther, "/?over"), await PostAsync(client, address, html));
        Assert.All(answers, answer => Assert.Equal(new WhoseAnswer(1, 8), answer));
        using var longer = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(new string('x', 100_000), Encoding.ASCII, "application/x-www-form-urlencoded") };
        longer.Headers.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        try
        {
            using HttpResponseMessage refused = await client.SendAsync(longer, stop.Token);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        catch (HttpRequestException)
        {
            // it hangs up on whoever goes on talking
        }
        using HttpResponseMessage again = await GetAsync(client, address);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        await stop.CancelAsync();
        await page.WaitAsync(Patience, CancellationToken.None);
    }

    [Fact]
    public async Task It_is_open_on_the_loopback_address_only()
    {
        Uri address = Free();
        Task page = Page(address, TimeProvider.System).RunAsync(stop.Token);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using HttpResponseMessage shown = await GetAsync(client, address);
        string port = address.Port.ToString("X4", System.Globalization.CultureInfo.InvariantCulture);
        string[] listening = [.. (await File.ReadAllLinesAsync("/proc/net/tcp", stop.Token)).Concat(await File.ReadAllLinesAsync("/proc/net/tcp6", stop.Token))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(columns => columns[3] is "0A" && columns[1].EndsWith(":" + port, StringComparison.Ordinal)).Select(columns => columns[1])];
        Assert.Equal(["0100007F:" + port], listening);
        await stop.CancelAsync();
        await page.WaitAsync(Patience, CancellationToken.None);
    }

    [Fact]
    public async Task A_port_in_use_is_said_once_and_tried_again_until_it_is_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}/");
        var clock = new SimClock();
        Task page = Page(address, clock).RunAsync(stop.Token);
        await UntilAsync(() => clock.ArmedTimers > 0);
        clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(() => clock.ArmedTimers > 0);
        Assert.Contains("cannot be open, tried again every 30 s", Assert.Single(said), StringComparison.Ordinal);
        other.Stop();
        clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(() => said.Count == 2);
        Assert.EndsWith("the home's page is open", said.Last(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await page.WaitAsync(Patience, CancellationToken.None);
    }

    private HomePage Page(Uri address, TimeProvider clock) => new(address, new PageRules(address.Authority,
        [new AskedHome("gw-home-0001", new Dictionary<int, string> { [7] = "1", [8] = "2" }, () => asked, answer =>
        {
            answers.Enqueue(answer);
            asked = stores ? [] : asked;
            return true;
        })], new byte[32], TimeZoneInfo.Utc), clock, said.Enqueue);

    private static Uri Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, Uri address)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return await client.GetAsync(address, limit.Token);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, limit.Token); // not open yet
            }
        }
    }

    private static async Task<(HttpStatusCode, string?)> PostAsync(HttpClient client, Uri address, string html)
    {
        string Hidden(string name) => html.Split($"name=\"{name}\" value=\"")[1].Split('"')[0];
        using var post = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["home"] = Hidden("home"), ["number"] = Hidden("number"), ["mark"] = Hidden("mark"), ["whose"] = "8" }),
        };
        post.Headers.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        using HttpResponseMessage reply = await client.SendAsync(post);
        return (reply.StatusCode, reply.Headers.Location?.OriginalString);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
