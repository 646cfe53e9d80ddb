using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub;

namespace TeleMonitor.Cloud.Tests;

/// <summary>Where the boards may listen, and what that needs.</summary>
public sealed class WebSetupTests : IDisposable
{
    private const string Both = """, "web_certificate": "web.crt", "web_key": "web.key" """, Name = """, "hosts": ["hub.example"]""";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private readonly WebPki pki = new();

    public void Dispose() => pki.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:8080", "", false)]
    [InlineData("http://[::1]:8080", "", false)]
    [InlineData("http://localhost:8080", "", false)]
    [InlineData("https://localhost:8443", Both, false)]
    [InlineData("https://0.0.0.0:8443", Both + Name, true)]
    [InlineData("https://[::]:8443", Both + Name, true)]
    [InlineData("https://192.0.2.7:8443", Both + Name, true)]
    public void An_address_that_protects_what_it_carries_is_taken(string listen, string rest, bool beyond)
    {
        (HubConfig? config, IReadOnlyList<string> problems) = pki.Load(listen, rest);
        Assert.Empty(problems);
        Assert.Equal(beyond, config!.IsBeyondLoopback);
        Assert.Equal(beyond ? ["hub.example"] : ["127.0.0.1", "localhost", "[::1]"], config.Web.Hosts);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", Name, "beyond loopback, which only https may be")]
    [InlineData("http://192.0.2.7:8080", Name, "beyond loopback, which only https may be")]
    [InlineData("http://192.0.2.7:8080", "", "beyond loopback, which only https may be|hosts must name")]
    [InlineData("https://0.0.0.0:8443", "", "needs web_certificate and web_key|hosts must name")]
    [InlineData("https://0.0.0.0:8443", Name + """, "web_certificate": "web.crt" """, "needs web_certificate and web_key")]
    [InlineData("https://0.0.0.0:8443", Both + """, "hosts": []""", "hosts must name")]
    [InlineData("http://127.0.0.1:8080", Both, "are for https")]
    [InlineData("https://hub.example:8443", Both + Name, "must be https://address:port")]
    [InlineData("ftp://127.0.0.1:21", "", "must be https://address:port")]
    [InlineData("https://0.0.0.0:8443/boards", Both + Name, "must be https://address:port")]
    [InlineData("https://0.0.0.0:8443", Both + """, "hosts": ["*", "hub.example:8443", "", "fe80::1"]""", "'*' must be|'hub.example:8443' must be|'' must be|'fe80::1' must be")]
    public void Any_other_is_refused_with_every_reason_at_once(string listen, string rest, string expected)
    {
        (HubConfig? config, IReadOnlyList<string> problems) = pki.Load(listen, rest);
        Assert.Null(config);
        Assert.Equal(expected.Split('|').Length, problems.Count);
        Assert.All(expected.Split('|').Zip(problems), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_that_is_over_and_for_another_name_and_no_server_is_refused_with_all_three()
    {
        pki.Issue("other.example", Now.AddYears(-2), Now.AddDays(-1), use: "1.3.6.1.5.5.7.3.2");
        Assert.Null(Open(out IReadOnlyList<string> problems));
        Assert.Equal(3, problems.Count);
        Assert.Contains("expired at 2026-11-21", problems[0], StringComparison.Ordinal);
        Assert.Contains("is not for servers", problems[1], StringComparison.Ordinal);
        Assert.Contains("is not for hub.example", problems[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_does_not_hold_yet_is_refused()
    {
        pki.Issue("hub.example", Now.AddDays(1), Now.AddDays(9));
        Assert.Null(Open(out IReadOnlyList<string> problems));
        Assert.Contains("holds only from 2026-11-23", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_certificate_is_refused()
    {
        pki.Issue("hub.example", Now.AddDays(-1), Now.AddDays(9), foreignKey: true);
        Assert.Null(Open(out IReadOnlyList<string> problems));
        Assert.Contains("web.key", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_there_or_hold_something_else_are_refused()
    {
        Assert.Null(Open(out IReadOnlyList<string> absent));
        Assert.Contains("web.crt", Assert.Single(absent), StringComparison.Ordinal);
        File.WriteAllText(pki.Certificate, "no certificate");
        File.WriteAllText(pki.Key, "no key");
        Assert.Null(Open(out IReadOnlyList<string> wrong));
        Assert.Single(wrong);
    }

    private WebCertificate? Open(out IReadOnlyList<string> problems) =>
        WebCertificate.Open(pki.Config("https://0.0.0.0:8443", "hub.example"), new BoardClock(Now), out problems);
}
