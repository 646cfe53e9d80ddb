using System.Net;
using System.Text.RegularExpressions;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>Signing in over the real page: password, authenticator, lock-out, time-out, invitation; and that nothing tells which part was wrong.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private BoardHost host = null!;
    private BoardBrowser browser = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        browser = host.Stranger();
    }

    public async Task DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_opens_a_page_is_led_to_the_sign_in_and_back_to_it()
    {
        HttpResponseMessage asked = await browser.Open("/?team=akut-aabenraa&case=1");
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        await browser.Open(asked.Headers.Location!.OriginalString);
        HttpResponseMessage entered = await Enter("MLK ", BoardHost.Password); // as people type
        Assert.Equal("/?team=akut-aabenraa&case=1", entered.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.Open("/")).StatusCode);
        Assert.Contains("MLK", browser.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Nobody_is_led_away_from_here(string to)
    {
        await browser.Open("/sign-in?to=" + Uri.EscapeDataString(to));
        Assert.Equal("/", (await Enter("mlk", BoardHost.Password)).Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("mlk", "not the password of it")]
    [InlineData("nobody-at-all", BoardHost.Password)]
    [InlineData("", "")]
    public async Task What_is_wrong_is_one_sentence_whatever_it_is(string user, string password)
    {
        await browser.Open("/sign-in");
        Assert.Equal(HttpStatusCode.BadRequest, (await Enter(user, password)).StatusCode);
        Assert.Contains("Brugernavn, adgangskode eller engangskode passer ikke.", browser.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Open("/")).StatusCode);
    }

    [Fact]
    public async Task After_five_wrong_attempts_the_account_is_locked_also_for_the_right_password_and_says_until_when()
    {
        await browser.Open("/sign-in");
        for (int attempt = 0; attempt < 5; attempt++)
        {
            await Enter("mlk", "wrong password " + attempt);
        }
        Assert.Equal(HttpStatusCode.BadRequest, (await Enter("mlk", BoardHost.Password)).StatusCode);
        Assert.Contains("Kontoen er låst til", browser.Text, StringComparison.Ordinal);
        Assert.Contains("00 00 00 00", browser.Text, StringComparison.Ordinal);
        host.Store.Write(write =>
        {
            Account account = write.AccountOf("mlk")!;
            account.LockedUntil = DateTimeOffset.UnixEpoch;
            write.SaveAccount(account);
        });
        Assert.Equal(HttpStatusCode.SeeOther, (await Enter("mlk", BoardHost.Password)).StatusCode);
        Assert.Equal([AuditOutcome.Denied, AuditOutcome.Done], host.Store.Read(read => read.AuditFrom(1, 99)).Select(line => line.Entry).Where(one => one is { Person: "mlk", Act: "sign-in" })
            .Select(one => one.Outcome).Distinct());
    }

    [Fact]
    public async Task A_session_that_is_not_used_ends_and_the_pages_own_questions_are_no_use()
    {
        await Come("mlk");
        for (int minute = 0; minute < 14; minute += 7)
        {
            host.Clock.Now = host.Clock.Now.AddMinutes(7);
            Assert.Equal(HttpStatusCode.OK, await AskOfThePage());
        }
        host.Clock.Now = host.Clock.Now.AddMinutes(2);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskOfThePage());
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Open("/")).StatusCode);
    }

    [Fact]
    public async Task A_session_that_is_used_goes_on_and_ends_with_the_shift_all_the_same()
    {
        await Come("mlk");
        DateTimeOffset begun = host.Clock.Now;
        HttpStatusCode last = HttpStatusCode.OK;
        while (host.Clock.Now - begun < TimeSpan.FromHours(13) && last == HttpStatusCode.OK)
        {
            host.Clock.Now = host.Clock.Now.AddMinutes(14);
            last = (await browser.Open("/")).StatusCode;
        }
        Assert.Equal(HttpStatusCode.SeeOther, last);
        Assert.InRange(host.Clock.Now - begun, SignIn.Longest, SignIn.Longest + TimeSpan.FromMinutes(14));
    }

    [Fact]
    public async Task Who_switches_leaves_nothing_behind()
    {
        await Come("mlk");
        await browser.Open("/");
        HttpResponseMessage left = await browser.Send("/sign-out");
        Assert.Equal("/sign-in?said=out", left.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Open("/")).StatusCode);
    }

    [Theory]
    [InlineData("{here}?team=all&case=1", "/sign-in?said=out&to=%2F%3Fteam%3Dall%26case%3D1")]
    [InlineData("https://evil.example/?team=all", "/sign-in?said=out")]
    [InlineData("nonsense", "/sign-in?said=out")]
    public async Task Whoever_sits_down_next_goes_on_where_the_last_one_was_and_nowhere_else(string from, string to)
    {
        await Come("mlk");
        await browser.Open("/");
        browser.Http.DefaultRequestHeaders.TryAddWithoutValidation("Referer", from.Replace("{here}", host.Address.AbsoluteUri, StringComparison.Ordinal));
        Assert.Equal(to, (await browser.Send("/sign-out")).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_new_password_ends_every_session_that_was_open()
    {
        await Come("mlk");
        using BoardBrowser other = host.Stranger();
        await Join(other, "mlk", "another long password", later: true);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Open("/")).StatusCode);
    }

    [Fact]
    public async Task An_ended_account_is_out_at_once_and_stays_out()
    {
        await Come("mlk");
        host.Store.Write(write =>
        {
            Account account = write.AccountOf("mlk")!;
            account.Ended = host.Clock.Now;
            write.SaveAccount(account);
        });
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Open("/")).StatusCode);
        await browser.Open("/sign-in");
        Assert.Equal(HttpStatusCode.BadRequest, (await Enter("mlk", BoardHost.Password)).StatusCode);
    }

    [Fact]
    public async Task With_an_authenticator_the_password_alone_opens_nothing_and_a_code_opens_once()
    {
        string key = await Join(browser, "mlk", "another long password", later: false);
        await browser.Open("/sign-in");
        Assert.Equal(HttpStatusCode.BadRequest, (await Enter("mlk", "another long password")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await Enter("mlk", "another long password", "000000")).StatusCode);
        string code = Totp.Of(key, DateTimeOffset.UtcNow);
        Assert.Equal(HttpStatusCode.SeeOther, (await Enter("mlk", "another long password", code)).StatusCode);
        using BoardBrowser shoulder = host.Stranger();
        await shoulder.Open("/sign-in");
        Assert.Equal(HttpStatusCode.BadRequest, (await shoulder.Send("/sign-in", ("user", "mlk"), ("password", "another long password"), ("code", code))).StatusCode);
        // and the key is not readable where it is stored
        Assert.DoesNotContain(key, host.Store.Read(read => read.AccountOf("mlk"))!.Authenticator!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_holds_once_and_not_for_ever()
    {
        string code = Invite("mlk");
        host.Clock.Now += SignIn.InvitationHolds;
        Assert.Equal(HttpStatusCode.BadRequest, (await SendJoin(browser, code, "another long password", later: true)).StatusCode);
        code = Invite("mlk");
        Assert.Equal(HttpStatusCode.BadRequest, (await SendJoin(browser, code, "short", later: true)).StatusCode);
        Assert.Contains("mindst 12 tegn", browser.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await SendJoin(browser, code, "another long password", later: true)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendJoin(browser, code, "yet another password", later: true)).StatusCode);
    }

    [Fact]
    public async Task A_token_reads_what_it_was_given_for_and_acts_on_nothing()
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        host.Store.Write(write =>
        {
            write.AddToken("t-support", SignIn.HashOf("the token"), host.Clock.Now, host.Clock.Now.AddDays(1), "test");
            write.Give("t-support", new Grant(Care.Routing.PersonRole.SupportWorker, Care.Routing.UnitKind.Hub, "", host.Clock.Now, null), "test", host.Clock.Now);
        });
        browser.Http.DefaultRequestHeaders.Add("Authorization", "Bearer the token");
        Assert.Equal(HttpStatusCode.OK, (await browser.Open("/api/v1/gateways")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Open("/api/v1/cases")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Http.PostAsync(new Uri("/api/v1/cases/1/take", UriKind.Relative), null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Open("/support")).StatusCode); // pages are for people
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Http.PostAsync(new Uri("/session", UriKind.Relative), null)).StatusCode);
        host.Clock.Now = host.Clock.Now.AddDays(1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Open("/api/v1/gateways")).StatusCode);
    }

    [Fact]
    public async Task Tokens_that_are_nobodys_are_slowed_down_and_written_down_once_a_minute()
    {
        browser.Http.DefaultRequestHeaders.Add("Authorization", "Bearer guess");
        int Lines() => host.Store.Read(read => read.AuditFrom(1, 999)).Count(line => line.Entry is { Kind: "token", Outcome: AuditOutcome.Denied });
        for (int attempt = 0; attempt < TokenRefusals.MostAttempts; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Open("/api/v1/cases")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.Open("/api/v1/cases")).StatusCode);
        Assert.Equal(1, Lines());
        host.Clock.Now = host.Clock.Now.AddMinutes(1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Open("/api/v1/cases")).StatusCode);
        Assert.Equal(2, Lines());
        Assert.DoesNotContain(host.Store.Read(read => read.AuditFrom(1, 999)), line => line.Entry.ToString().Contains("guess", StringComparison.Ordinal));
    }

    [Fact]
    public void However_many_addresses_try_the_lines_of_a_minute_stay_few()
    {
        var refusals = new TokenRefusals();
        Refusal[] all = [.. Enumerable.Range(0, 10_000).Select(number => refusals.Count(new IPAddress([10, (byte)(number >> 16), (byte)((number >> 8) & 255), (byte)(number & 255)]), host.Clock.Now))];
        Assert.Equal(TokenRefusals.MostAddresses + 1, all.Count(one => one.IsFirst));
        // a network that changes its address at will is one
        Assert.Equal(refusals.Count(IPAddress.Parse("2001:db8:1:2::1"), host.Clock.Now.AddMinutes(1)).From, refusals.Count(IPAddress.Parse("2001:db8:1:2:ffff::9"), host.Clock.Now.AddMinutes(1)).From);
    }

    private async Task Come(string person)
    {
        await browser.Open("/sign-in");
        Assert.Equal(HttpStatusCode.SeeOther, (await Enter(person, BoardHost.Password)).StatusCode);
    }

    private Task<HttpResponseMessage> Enter(string user, string password, string code = "") => browser.Send("/sign-in", ("user", user), ("password", password), ("code", code));

    private async Task<HttpStatusCode> AskOfThePage()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "HX-Request", "true" } } };
        using HttpResponseMessage answer = await browser.Http.SendAsync(request);
        return answer.StatusCode;
    }

    private string Invite(string person) => host.Store.Write(write => SignIn.Invite(write, person, host.Clock.Now)).Code;

    private async Task<string> Join(BoardBrowser by, string person, string password, bool later)
    {
        HttpResponseMessage joined = await SendJoin(by, Invite(person), password, later);
        Assert.Equal(HttpStatusCode.SeeOther, joined.StatusCode);
        return shownKey;
    }

    private string shownKey = "";

    private async Task<HttpResponseMessage> SendJoin(BoardBrowser by, string code, string password, bool later)
    {
        await by.Open("/join");
        shownKey = Regex.Match(by.Html, "id=\"key\">(?<key>[^<]*)<", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["key"].Value.Replace(" ", "", StringComparison.Ordinal);
        (string, string)[] fields = [("invitation", code), ("password", password), .. later ? [("later", "yes")] : new[] { ("digits", Totp.Of(shownKey, DateTimeOffset.UtcNow)) }];
        return await by.Send("/join", fields);
    }
}
