using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
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
        string code = Totp(key, DateTimeOffset.UtcNow);
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
        host.Clock.Now = host.Clock.Now.AddDays(1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Open("/api/v1/gateways")).StatusCode);
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

    private string Invite(string person)
    {
        string code = SignIn.NewCode();
        host.Store.Write(write => write.Invite(person, SignIn.HashOf(code), host.Clock.Now + SignIn.InvitationHolds));
        return code;
    }

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
        (string, string)[] fields = [("invitation", code), ("password", password), .. later ? [("later", "yes")] : new[] { ("digits", Totp(shownKey, DateTimeOffset.UtcNow)) }];
        return await by.Send("/join", fields);
    }

    /// <summary>RFC 6238 with the usual 30 s, SHA-1 and six digits, as an app computes it.</summary>
    private static string Totp(string key, DateTimeOffset at)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        List<byte> secret = [];
        int bits = 0, value = 0;
        foreach (char letter in key)
        {
            value = ((value << 5) | alphabet.IndexOf(letter, StringComparison.Ordinal)) & 0xfff;
            bits += 5;
            if (bits >= 8)
            {
                secret.Add((byte)((value >> (bits - 8)) & 0xff));
                bits -= 8;
            }
        }
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // what authenticator apps use
        byte[] hash = HMACSHA1.HashData([.. secret], step);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
