using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using TeleMonitor.Hub;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>The boards by https, under a name of their own.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private const string Name = "hub.example";
    private readonly WebPki pki = new();
    private readonly LookClock machine = new();
    private readonly List<string> said = [];
    private readonly List<string> shown = [];
    private string first = "";
    private BoardHost host = null!;

    public async Task InitializeAsync()
    {
        first = pki.Issue(Name, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9));
        HubConfig config = pki.Config("https://127.0.0.1:0", Name, "localhost");
        WebCertificate web = WebCertificate.Open(config, machine, out IReadOnlyList<string> problems) ?? throw new InvalidOperationException(string.Join("; ", problems));
        web.Said = said.Add;
        host = await BoardHost.StartAsync(web: config.Web, build: builder =>
        {
            builder.WebHost.UseUrls();
            builder.WebHost.ConfigureKestrel(server => web.Listen(server, new Uri(config.Listen)));
        });
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        pki.Dispose();
    }

    [Fact]
    public async Task A_person_signs_in_and_every_cookie_is_for_this_host_and_https_alone()
    {
        using HttpClient browser = Client();
        using HttpResponseMessage page = await Get(browser, "/sign-in");
        string token = BoardBrowser.TokenIn(await page.Content.ReadAsStringAsync());
        string form = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        using var enter = new HttpRequestMessage(HttpMethod.Post, new Uri("/sign-in", UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["tm-form"] = token, ["user"] = BoardHost.Everybody, ["password"] = BoardHost.Password, ["to"] = "/" }),
        };
        (enter.Headers.Host, _) = (Name, enter.Headers.TryAddWithoutValidation("Cookie", form.Split(';')[0]));
        using HttpResponseMessage entered = await browser.SendAsync(enter);
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        string session = Assert.Single(entered.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-tm-form=", form, StringComparison.Ordinal);
        Assert.StartsWith("__Host-tm-session=", session, StringComparison.Ordinal);
        foreach (string cookie in new[] { form, session })
        {
            string[] says = [.. cookie.Split("; ").Skip(1).Select(one => one.ToLowerInvariant())];
            Assert.Contains("secure", says);
            Assert.Contains("httponly", says);
            Assert.Contains("path=/", says);
            Assert.DoesNotContain(says, one => one.StartsWith("domain", StringComparison.Ordinal));
            Assert.Contains(says, one => one is "samesite=strict" or "samesite=lax");
        }
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/nowhere")]
    [InlineData("/board.css")]
    public async Task A_browser_is_told_to_come_by_https_for_a_year(string address)
    {
        using HttpClient browser = Client();
        using HttpResponseMessage answer = await Get(browser, address);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task A_loopback_name_is_not_bound_to_https_since_it_belongs_to_every_program()
    {
        using HttpClient browser = Client();
        using HttpResponseMessage answer = await Get(browser, "/sign-in", "localhost");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_name_that_is_not_among_the_hosts_is_refused()
    {
        using HttpClient browser = Client();
        Assert.Equal(HttpStatusCode.BadRequest, (await Get(browser, "/sign-in", "127.0.0.1")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Get(browser, "/sign-in", "hub.example.evil.example")).StatusCode);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable SYSLIB0039, CA5397, CA5398, S4423 // that the old ones are refused is what is tried
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore SYSLIB0039, CA5397, CA5398, S4423
    public async Task TLS_is_of_1_2_or_later(SslProtocols protocol, bool answered)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, host.Address.Port);
#pragma warning disable CA5359 // which version is spoken is what is tried; who answers is this test's own host
        using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        Task Handshake() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Name, EnabledSslProtocols = protocol });
        if (answered)
        {
            await Handshake();
            Assert.Equal(protocol, tls.SslProtocol);
            return;
        }
        Exception? refused = await Record.ExceptionAsync(Handshake);
        Assert.True(refused is AuthenticationException or IOException, refused?.ToString());
    }

    [Fact]
    public async Task A_certificate_renewed_on_disk_is_shown_to_new_connections_and_one_that_cannot_be_used_is_not()
    {
        Assert.Equal(first, await Shown());
        string second = pki.Issue(Name, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        Assert.Equal(first, await Shown()); // not looked at with every connection
        machine.Passed += WebCertificate.LooksEvery;
        Assert.Equal(second, await Shown());
        Assert.Contains("is in use", Assert.Single(said), StringComparison.Ordinal);
        pki.Issue(Name, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-1));
        machine.Passed += WebCertificate.LooksEvery;
        Assert.Equal(second, await Shown());
        machine.Passed += WebCertificate.LooksEvery;
        Assert.Equal(second, await Shown());
        Assert.Equal(2, said.Count); // once for each change
        Assert.Contains("expired at", said[1], StringComparison.Ordinal);
    }

    private async Task<string> Shown()
    {
        using HttpClient browser = Client();
        using HttpResponseMessage answer = await Get(browser, "/sign-in");
        return shown[^1];
    }

#pragma warning disable MA0039 // which certificate is shown is what is tried; who answers is this test's own host
    private HttpClient Client() => new(new HttpClientHandler
    {
        AllowAutoRedirect = false, UseCookies = false,
        ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
        {
            shown.Add(certificate!.Thumbprint);
            return true;
        },
    }) { BaseAddress = host.Address };
#pragma warning restore MA0039

    private static async Task<HttpResponseMessage> Get(HttpClient browser, string address, string name = Name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.Relative));
        request.Headers.Host = name;
        return await browser.SendAsync(request);
    }

    /// <summary>The machine's own time, and what the test lets pass.</summary>
    private sealed class LookClock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Passed.TotalSeconds * TimestampFrequency);
    }
}
