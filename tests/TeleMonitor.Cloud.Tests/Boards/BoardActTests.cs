using System.Net;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What a person does on the page, with plain forms and no script.</summary>
public sealed class BoardActTests : IAsyncLifetime
{
    private BoardHost host = null!;
    private BoardBrowser browser = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        browser = host.Browser();
    }

    public async Task DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_nurse_takes_assesses_notes_and_closes_a_case_without_script()
    {
        await browser.Choose("mlk");
        Assert.Contains("MLK", browser.Text, StringComparison.Ordinal);
        HttpResponseMessage taken = await browser.Send("/cases/1/take");
        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        await browser.Open(taken.Headers.Location!.OriginalString);
        Assert.Contains("Du har taget c-100068 kl. 10:00. Hjemmet får besked.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("MLK (dig)", browser.Text, StringComparison.Ordinal);
        Assert.Contains("kl. 11:00 vurderes senest", browser.Text, StringComparison.Ordinal);
        Assert.Equal((CaseState.Taken, "mlk"), (Only.State, Only.Owner));
        Assert.Equal(1, host.Woken);
        Assert.Equal("taken", Assert.Single(host.Store.Read(read => read.NoticesFor("gw-test-0001", host.Store.HubId))!.Items).Code);

        await browser.Open((await browser.Send("/cases/1/assess", ("text", "Ringet, har det bedre."))).Headers.Location!.OriginalString);
        await browser.Open((await browser.Send("/cases/1/note", ("text", "Datter er hos hende."))).Headers.Location!.OriginalString);
        Assert.Contains("Ringet, har det bedre.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("notat · MLK, akutsygeplejerske Datter er hos hende.", browser.Text, StringComparison.Ordinal);

        HttpResponseMessage closed = await browser.Send("/cases/1/close", ("text", "Indlagt."));
        Assert.Equal(HttpStatusCode.SeeOther, closed.StatusCode);
        await browser.Open(closed.Headers.Location!.OriginalString);
        Assert.Contains("Ingen åbne sager.", browser.Text, StringComparison.Ordinal);
        Assert.Empty(host.OpenCases());
        Assert.Equal(["opened", "taken", "assessed", "noted", "closed"], host.Store.Read(read => read.EventsOf(1)).Select(row => row.Change));
    }

    [Fact]
    public async Task Acting_after_the_session_is_over_is_refused()
    {
        await browser.Choose("mlk", "/?case=1");
        host.Clock.Now = host.Clock.Now.AddMinutes(16);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send("/cases/1/note", ("text", "Ringet uden svar"))).StatusCode);
        Assert.Equal(1, Only.Version);
    }

    [Fact]
    public async Task A_forged_session_counts_as_nobody()
    {
        using BoardBrowser stranger = host.Stranger();
        stranger.Http.DefaultRequestHeaders.Add("Cookie", "tm-session=mlk");
        Assert.Equal(HttpStatusCode.SeeOther, (await stranger.Open()).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.Http.PostAsync(new Uri("/cases/1/take", UriKind.Relative), null)).StatusCode);
        Assert.Equal(CaseState.Open, Only.State);
    }

    [Fact]
    public async Task Who_comes_second_is_told_who_was_first_and_loses_nothing_typed()
    {
        using BoardBrowser other = host.Browser();
        await browser.Choose("mlk", "/?case=1");
        await other.Choose("tbj", "/?case=1");
        host.Clock.Now = host.Clock.Now.AddMinutes(1);
        Assert.Equal(HttpStatusCode.SeeOther, (await other.Send("/cases/1/take")).StatusCode);

        Assert.Equal(HttpStatusCode.Conflict, (await browser.Send("/cases/1/take")).StatusCode);
        Assert.Contains("TBJ, akutsygeplejerske var først: taget kl. 10:01.", browser.Text, StringComparison.Ordinal);
        Assert.Equal("tbj", Only.Owner);

        await browser.Open("/?case=1");
        await other.Open("/?case=1");
        await other.Send("/cases/1/assess");
        Assert.Equal(HttpStatusCode.Conflict, (await browser.Send("/cases/1/note", ("text", "Min lange note"))).StatusCode);
        Assert.Contains(">Min lange note</textarea>", browser.Html, StringComparison.Ordinal);
        // the page that came back has the new version: the same text can be sent at once
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Send("/cases/1/note", ("text", "Min lange note"))).StatusCode);
    }

    [Fact]
    public async Task Closing_yields_to_an_alert_that_came_meanwhile_and_says_so()
    {
        await browser.Choose("mlk", "/?case=1");
        await browser.Open((await browser.Send("/cases/1/take")).Headers.Location!.OriginalString);
        for (int written = 0; written < 3; written++)
        {
            host.Clock.Now = host.Clock.Now.AddMinutes(10);
            Assert.Equal(HttpStatusCode.NoContent, (await browser.Http.PostAsync(new Uri("/session", UriKind.Relative), null)).StatusCode); // as the page says while somebody types
        }
        host.Clock.Now = host.Clock.Now.AddMinutes(1);
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.Send("/cases/1/close", ("text", "Rask"))).StatusCode);
        Assert.Contains("Sagen er ændret kl. 10:31: ny alarm, uændret siden taget.", browser.Text, StringComparison.Ordinal);
        Assert.Equal(CaseState.Taken, Only.State);
    }

    [Theory]
    [InlineData("note", "", "Et notat skal have tekst.")]
    [InlineData("close", "  ", "Skriv, hvorfor sagen lukkes.")]
    public async Task A_note_without_text_and_a_closing_without_reason_are_refused(string act, string text, string said)
    {
        await browser.Choose("mlk", "/?case=1");
        await browser.Open((await browser.Send("/cases/1/take")).Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Send($"/cases/1/{act}", ("text", text))).StatusCode);
        Assert.Contains(said, browser.Text, StringComparison.Ordinal);
        Assert.Equal(2, Only.Version);
    }

    [Fact]
    public async Task A_text_of_2000_characters_is_kept_and_one_more_is_refused_with_the_text_still_there()
    {
        await browser.Choose("mlk", "/?case=1");
        string longest = new('æ', Acts.MostText);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Send("/cases/1/note", ("text", longest + "æ"))).StatusCode);
        Assert.Contains("højst 2000 tegn", browser.Text, StringComparison.Ordinal);
        Assert.Contains(longest + "æ", WebUtility.HtmlDecode(browser.Html), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Send("/cases/1/note", ("text", longest))).StatusCode);
        Assert.Equal(longest, host.Store.Read(read => read.EventsOf(1))[^1].Detail);
    }

    [Fact]
    public async Task A_form_without_its_token_changes_nothing_and_keeps_the_text()
    {
        await browser.Choose("mlk", "/?case=1");
        HttpResponseMessage refused = await browser.Post("/cases/1/note", new Dictionary<string, string>(StringComparer.Ordinal) { ["version"] = "1", ["text"] = "Fra et andet sted" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("Siden er for gammel eller kommer fra et andet sted.", browser.Text, StringComparison.Ordinal);
        Assert.Contains(">Fra et andet sted</textarea>", browser.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Post("/sign-out", [])).StatusCode);
        Assert.Equal(1, Only.Version);
    }

    [Fact]
    public async Task A_form_without_a_version_is_refused()
    {
        await browser.Choose("mlk", "/?case=1");
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Send("/cases/1/take", ("version", "one"))).StatusCode);
        Assert.Contains("Siden manglede sagens version.", browser.Text, StringComparison.Ordinal);
        Assert.Equal(CaseState.Open, Only.State);
    }

    [Fact]
    public async Task Hostile_text_is_shown_as_text()
    {
        const string hostile = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";
        await browser.Choose("mlk", "/?case=1");
        await browser.Open((await browser.Send("/cases/1/note", ("text", hostile))).Headers.Location!.OriginalString);
        Assert.DoesNotContain("<script>alert", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", browser.Html, StringComparison.Ordinal);
        Assert.Contains(hostile, WebUtility.HtmlDecode(browser.Html), StringComparison.Ordinal);
        // and in the field of a refused form
        await browser.Send("/cases/1/close", ("text", hostile));
        Assert.DoesNotContain("<script>alert", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_does_not_exist_and_an_act_that_does_not_exist_are_not_found()
    {
        await browser.Choose("mlk", "/?case=1");
        Dictionary<string, string> form = new(StringComparer.Ordinal) { ["tm-form"] = BoardBrowser.TokenIn(browser.Html), ["version"] = "1" };
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post("/cases/99/take", form)).StatusCode);
        Assert.Contains("Sagen findes ikke.", browser.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Post("/cases/1/delete", form)).StatusCode);
    }

    private CareCase Only => Assert.Single(host.OpenCases());
}
