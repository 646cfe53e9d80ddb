using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Workplaces;

namespace TeleMonitor.Cloud.Tests.People.Workplaces;

/// <summary>The way to a workplace's sign-in and back over the real endpoints, against a provider with real keys; and all that can go wrong on it.</summary>
public sealed class WorkplaceSignInTests : IAsyncLifetime
{
    private const string Way = "/sign-in/workplace/work";
    private static readonly JsonObject Nurse = JsonNode.Parse("""{"sub":"s-1","preferred_username":"ANX","initials":"ANX","groups":["telemonitor-akut-aabenraa","other"]}""")!.AsObject();
    private LoopbackProvider provider = null!;
    private BoardHost host = null!;
    private BoardBrowser browser = null!;

    public Task InitializeAsync() => StartAsync(isPublicClient: false);

    public async Task DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_the_workplace_knows_gets_an_account_and_its_grants_and_is_led_where_they_wanted()
    {
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        host.Measure(BoardHost.Soenderborg, WorklistPageTests.Red);
        HttpResponseMessage back = await SignIn(Nurse, "?to=%2F%3Fteam%3Dall");
        Assert.Equal((HttpStatusCode.SeeOther, "/?team=all"), (back.StatusCode, back.Headers.Location!.OriginalString));
        await browser.Open("/?team=all");
        Assert.Contains("c-100068", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("c-200002", browser.Text, StringComparison.Ordinal);
        Account made = host.Store.Read(read => read.AccountOf("anx"))!;
        Assert.Equal(("ANX", null, null), (made.Initials, made.Password, made.Authenticator));
        Assert.Equal([(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa")], Held("anx"));
        Assert.Contains(host.Store.Read(read => read.AuditFrom(1, 999)), line => line.Entry is { Person: "anx", Act: "sign-in", Why: "workplace:work", Outcome: AuditOutcome.Done });
    }

    [Fact]
    public async Task A_public_client_is_bound_by_its_challenge_alone()
    {
        await DisposeAsync();
        await StartAsync(isPublicClient: true);
        Assert.Equal("/", (await SignIn(Nurse)).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task What_the_workplace_no_longer_says_ends_and_what_was_given_here_stays()
    {
        await SignIn(Nurse);
        host.Store.Write(write => write.Give("anx", new Grant(PersonRole.Auditor, UnitKind.Hub, "", host.Clock.Now, null), "test", host.Clock.Now));
        host.Clock.Now = host.Clock.Now.AddHours(1);
        await SignIn(With("groups", new JsonArray("telemonitor-support")));
        Assert.Equal([(PersonRole.Auditor, UnitKind.Hub, ""), (PersonRole.SupportWorker, UnitKind.Cluster, "soenderjylland")], Held("anx"));
        HttpResponseMessage none = await SignIn(With("groups", new JsonArray()));
        Assert.Equal("/sign-in?said=workplace-unknown", none.Headers.Location!.OriginalString);
        Assert.Equal([(PersonRole.Auditor, UnitKind.Hub, "")], Held("anx"));
        Assert.Equal(4, Lines("grant") + Lines("grant-end"));
    }

    [Fact]
    public async Task Whoever_has_no_role_here_gets_no_account_a_calm_page_and_a_line()
    {
        HttpResponseMessage back = await SignIn(With("groups", new JsonArray("telemonitor-akut-nowhere")));
        await browser.Open(back.Headers.Location!.OriginalString);
        Assert.Contains("kender dig, men TeleMonitor gør ikke", browser.Text, StringComparison.Ordinal);
        Assert.Null(host.Store.Read(read => read.AccountOf("anx")));
        Refused("workplace:work no-role");
    }

    [Fact]
    public async Task An_account_that_was_ended_here_is_not_revived()
    {
        await SignIn(Nurse);
        host.Store.Write(write =>
        {
            Account account = write.AccountOf("anx")!;
            account.Ended = host.Clock.Now;
            write.SaveAccount(account);
        });
        Assert.Equal("/sign-in?said=workplace-unknown", (await SignIn(Nurse)).Headers.Location!.OriginalString);
        Refused("workplace:work ended");
        Assert.NotNull(host.Store.Read(read => read.AccountOf("anx"))!.Ended);
    }

    [Fact]
    public async Task Nobody_gets_somebody_elses_account_by_bearing_their_name_until_an_administrator_says_it_is_the_same()
    {
        JsonObject like = With("preferred_username", "mlk");
        Assert.Equal("/sign-in?said=workplace-taken", (await SignIn(like)).Headers.Location!.OriginalString);
        Refused("workplace:work taken");
        host.Store.Write(write => write.SignsInAt(provider.Address, Admission.Expected("mlk"), "mlk"));
        Assert.Equal("/", (await SignIn(like)).Headers.Location!.OriginalString);
        Assert.Equal("mlk", Last.Person);
        // from now on by the subject, and by nothing else
        JsonObject other = like.DeepClone().AsObject();
        other["sub"] = "s-2";
        Assert.Equal("/sign-in?said=workplace-taken", (await SignIn(other)).Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("preferred_username", "anx@example.dk")]
    [InlineData("preferred_username", "2512484916")]
    [InlineData("preferred_username", "machine")]
    [InlineData("initials", "A")]
    [InlineData("initials", "Anne Nielsen")]
    public async Task A_name_that_is_none_makes_no_account(string claim, string value)
    {
        await SignIn(With(claim, value));
        Refused("workplace:work no-name");
    }

    [Fact]
    public async Task A_tokens_id_is_nobodys_account()
    {
        host.Store.Write(write => write.AddToken("anx", "hash", host.Clock.Now, host.Clock.Now.AddDays(1), "test"));
        await SignIn(Nurse);
        Refused("workplace:work taken");
    }

    [Fact]
    public async Task A_new_key_is_asked_for_once_and_not_again_and_again()
    {
        await SignIn(Nurse);
        provider.Rotate("second");
        host.Clock.Now += Provider.Again;
        Assert.Equal("/", (await SignIn(Nurse)).Headers.Location!.OriginalString);
        Assert.Equal(2, provider.KeysAsked);
        provider.Keys.Clear();
        provider.Keys.Add(TestKey.Rsa("third"));
        for (int attempt = 0; attempt < 5; attempt++)
        {
            await SignIn(Nurse); // signed by a key that the hub still holds
        }
        Assert.Equal(2, provider.KeysAsked);
        provider.Signer = TestKey.Rsa("fourth");
        for (int attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal("/sign-in?said=workplace-refused", (await SignIn(Nurse)).Headers.Location!.OriginalString);
            Refused("workplace:work unknown-key");
        }
        Assert.Equal(2, provider.KeysAsked); // no more than one question in ten seconds
        host.Clock.Now += Provider.Again;
        await SignIn(Nurse);
        Assert.Equal(3, provider.KeysAsked);
    }

    [Theory]
    [InlineData("state", "another")]
    [InlineData("state", "")]
    [InlineData("code", "another")]
    [InlineData("code", "")]
    [InlineData("iss", "https://evil.example")]
    [InlineData("iss", null)]
    [InlineData("error", "server_error")]
    public async Task An_answer_that_was_changed_on_the_way_is_refused(string name, string? value)
    {
        string back = provider.SignIn(await Begin(), Nurse);
        string path = back.Split('?')[0];
        var query = back.Split('?')[1].Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] != name).Select(pair => $"{pair[0]}={pair[1]}").ToList();
        if (value is not null)
        {
            query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        HttpResponseMessage answer = await browser.Open($"{path}?{string.Join('&', query)}");
        Assert.Equal("/sign-in?said=workplace-refused", answer.Headers.Location!.OriginalString);
        Assert.Equal(AuditOutcome.Denied, Last.Outcome);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Open("/")).StatusCode);
    }

    [Fact]
    public async Task A_way_back_works_once_in_the_browser_that_went_and_for_ten_minutes()
    {
        string back = provider.SignIn(await Begin(), Nurse);
        using (BoardBrowser other = host.Stranger())
        {
            Assert.Equal("/sign-in?said=workplace-refused", (await other.Open(back)).Headers.Location!.OriginalString);
        }
        Assert.Equal("/", (await browser.Open(back)).Headers.Location!.OriginalString);
        Assert.Equal("/sign-in?said=workplace-refused", (await browser.Open(back)).Headers.Location!.OriginalString);
        back = provider.SignIn(await Begin(), Nurse);
        host.Clock.Now += WorkplacePages.Waits;
        Assert.Equal("/sign-in?said=workplace-refused", (await browser.Open(back)).Headers.Location!.OriginalString);
        Refused("workplace:work state");
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("iss")]
    [InlineData("aud")]
    public async Task A_token_of_another_sign_in_is_refused(string claim)
    {
        JsonObject bent = With(claim, "another");
        Assert.Equal("/sign-in?said=workplace-refused", (await SignIn(bent)).Headers.Location!.OriginalString);
        Refused($"workplace:work {claim switch { "iss" => "issuer", "aud" => "audience", _ => claim }}");
    }

    [Fact]
    public async Task Whoever_gives_up_at_the_workplace_is_told_so()
    {
        string back = provider.SignIn(await Begin("?to=%2Fsupport"), Nurse);
        string state = back[back.IndexOf("state=", StringComparison.Ordinal)..].Split('&')[0];
        HttpResponseMessage answer = await browser.Open($"{Way}/back?error=access_denied&{state}");
        Assert.Equal("/sign-in?said=workplace-cancelled&to=%2Fsupport", answer.Headers.Location!.OriginalString);
        await browser.Open(answer.Headers.Location.OriginalString);
        Assert.Contains("blev afbrudt", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workplace_that_does_not_answer_is_said_and_the_local_account_stays()
    {
        provider.Instead = () => Results.StatusCode(503);
        HttpResponseMessage answer = await browser.Open(Way + "?to=%2Fsupport");
        Assert.Equal("/sign-in?said=workplace-failed&to=%2Fsupport", answer.Headers.Location!.OriginalString);
        await browser.Open(answer.Headers.Location.OriginalString);
        Assert.Contains("svarer ikke. Brug den lokale konto.", browser.Text, StringComparison.Ordinal);
        HttpResponseMessage entered = await browser.Send("/sign-in", ("user", "mlk"), ("password", BoardHost.Password), ("code", ""));
        Assert.Equal("/support", entered.Headers.Location!.OriginalString);
        int asked = provider.DocumentAsked;
        await browser.Open(Way);
        Assert.Equal(asked, provider.DocumentAsked); // not again at once
        provider.Instead = null;
        host.Clock.Now += Provider.Again;
        Assert.Equal("/", (await SignIn(Nurse)).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task An_answer_without_end_or_without_sense_is_no_answer()
    {
        foreach (string text in new[] { "", "null", "[]", "{}", "<html>", new string(' ', Provider.MostBytes + 1) + "{}" })
        {
            provider.Instead = () => Results.Text(text, "application/json");
            Assert.Equal("/sign-in?said=workplace-failed", (await browser.Open(Way)).Headers.Location!.OriginalString);
            Refused("workplace:work wrong-answer");
            host.Clock.Now += Provider.Again;
        }
    }

    [Fact]
    public async Task A_provider_that_is_silent_is_waited_for_so_long_and_no_longer()
    {
        using var impatient = new Provider(new Uri(provider.Address), LoopbackProvider.ClientId, null, host.Clock, TimeSpan.FromMilliseconds(200));
        using var never = new ManualResetEventSlim();
        provider.Instead = () =>
        {
            never.Wait(TimeSpan.FromSeconds(20));
            return Results.Ok();
        };
        Assert.Equal((null, Provider.NoAnswer), ((await impatient.Facts(CancellationToken.None)).Value, (await impatient.Facts(CancellationToken.None)).Why));
        never.Set();
    }

    [Theory]
    [InlineData("issuer", "https://another.example")]
    [InlineData("token_endpoint", "http://another.example/token")] // a secret would be sent there in the clear
    [InlineData("jwks_uri", "file:///etc/passwd")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    public async Task A_document_that_leads_elsewhere_is_none(string name, string address)
    {
        provider.Bends = document => document[name] = address;
        Assert.Equal("/sign-in?said=workplace-failed", (await browser.Open(Way)).Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_page_names_each_workplace_in_both_languages_and_keeps_where_the_person_wanted_to_go()
    {
        await browser.Open("/sign-in?to=%2Fsupport");
        Assert.Contains("Log ind med Aabenraa Kommune", browser.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/sign-in/workplace/work?to=%2Fsupport\"", browser.Html, StringComparison.Ordinal);
        await browser.Open("/sign-in?lang=en");
        Assert.Contains("Sign in with Aabenraa Kommune", browser.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Open("/sign-in/workplace/nowhere")).StatusCode);
    }

    private async Task StartAsync(bool isPublicClient)
    {
        provider = await LoopbackProvider.StartAsync(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero), isPublicClient);
        Assert.True(WorkplaceMapFile.TryRead(ShippedFiles.Bytes(ShippedFiles.WorkplaceName), "map", ShippedFiles.Topology, out WorkplaceMap? map, out _));
        var config = new WorkplaceConfig("work", "Aabenraa Kommune", provider.Address, LoopbackProvider.ClientId, "map.json");
        host = await BoardHost.StartAsync(workplaces: board =>
            [new Workplace(config, map!, new Provider(new Uri(provider.Address), LoopbackProvider.ClientId, isPublicClient ? null : LoopbackProvider.Secret, board.Clock))]);
        browser = host.Stranger();
    }

    private async Task<Uri> Begin(string query = "")
    {
        provider.Now = host.Clock.Now;
        HttpResponseMessage away = await browser.Open(Way + query);
        Assert.StartsWith(provider.Address + "/authorize?", away.Headers.Location!.OriginalString, StringComparison.Ordinal);
        return away.Headers.Location;
    }

    private async Task<HttpResponseMessage> SignIn(JsonObject claims, string query = "") => await browser.Open(provider.SignIn(await Begin(query), claims));

    private static JsonObject With(string claim, JsonNode value)
    {
        JsonObject claims = Nurse.DeepClone().AsObject();
        claims[claim] = value;
        return claims;
    }

    private AuditEntry Last => host.Store.Read(read => read.AuditLineOf(read.AuditEnd().Number))!.Entry;

    private void Refused(string why) => Assert.Equal(("", "sign-in", why, AuditOutcome.Denied), (Last.Person, Last.Act, Last.Why, Last.Outcome));

    private int Lines(string act) => host.Store.Read(read => read.AuditFrom(1, 999)).Count(line => line.Entry is { Person: "anx" } entry && entry.Act == act);

    private IEnumerable<(PersonRole, UnitKind, string)> Held(string person) => host.Store.Read(read => read.GrantsOf(person)).Select(one => one.Grant)
        .Where(grant => grant.HoldsAt(host.Clock.Now)).Select(grant => (grant.Role, grant.Kind, grant.Unit));
}
