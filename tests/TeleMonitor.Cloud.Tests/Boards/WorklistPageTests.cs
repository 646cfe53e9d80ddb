using System.Net;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What the worklist says, without script.</summary>
public sealed class WorklistPageTests : IAsyncLifetime
{
    internal static readonly (Vital, double)[] Red = [(Vital.Respiration, 26), (Vital.Temperature, 39.2), (Vital.Pulse, 84), (Vital.Systolic, 128), (Vital.Spo2, 96)];
    internal static readonly (Vital, double)[] Yellow = [(Vital.Respiration, 22), (Vital.Temperature, 37.1), (Vital.Pulse, 84), (Vital.Systolic, 128), (Vital.Spo2, 97)];
    private BoardHost host = null!;

    public async Task InitializeAsync() => host = await BoardHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task An_empty_list_says_so_and_that_this_is_not_the_same_as_all_well()
    {
        using BoardBrowser browser = host.Browser();
        Assert.Equal(HttpStatusCode.OK, (await browser.Open()).StatusCode);
        Assert.Contains("Ingen åbne sager. Sidst kontrolleret 10:00:00. 3 borgere i drift.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Ingen sager er ikke det samme som at alle har det godt.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Ved livsfare: ring 112.", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_red_case_says_in_Danish_why_how_sure_how_old_who_and_until_when()
    {
        host.Measure(BoardHost.Aabenraa, Red);
        host.Clock.Now = host.Clock.Now.AddMinutes(2);
        using BoardBrowser browser = host.Browser();
        await browser.Open();
        foreach (string said in new[]
        {
            "Rød", "c-100068", "Aabenraa", "Respiration 26 (3 point i TOBS), temp. 39,2", "TOBS 5–8", "mål bevidsthed", "ikke godkendt", "2 min", "alle gode",
            "Ingen har den", "10:00 sag åbnet", "om 3 min", "→ team og koordinator, trin 2/3", "Puls 84 · systolisk blodtryk 128 · SpO₂ 96 %",
        })
        {
            Assert.Contains(said, browser.Text, StringComparison.Ordinal);
        }
        Assert.Contains("<title>(1) Arbejdsliste", browser.Html, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"da\">", browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "var rød kl. 03:10", "måles igen: bliver rød, hvis den ikke afkræftes")]
    [InlineData("/?lang=en", "was Red at 03:10", "being measured again: turns Red unless contradicted")]
    public async Task A_case_about_the_past_says_when_it_was_and_one_that_is_measured_again_says_so(string address, string was, string again)
    {
        Owe(BoardHost.Aabenraa, Triage.Red, row => row with { Late = true, Was = host.Clock.Now.AddHours(-6).AddMinutes(-50) });
        Owe(BoardHost.Soenderborg, Triage.Yellow, row => row with { Confirming = Confirming.Awaited });
        host.Settle();
        using BoardBrowser browser = host.Browser();
        await browser.Open(address);
        Assert.Contains(was, browser.Text, StringComparison.Ordinal);
        Assert.Contains(again, browser.Text, StringComparison.Ordinal);
    }

    private void Owe(int assignment, Triage triage, Func<AlertRow, AlertRow> with) => host.Store.Write(write => write.AddToDo("alert", host.Clock.Now, write.AddAlert(
        with(new AlertRow($"gw-test-{assignment:0000}", "boot-1", 1, assignment, AlertOriginWord.Gateway, WireWord.Alert, triage, ["tobs/total/red"], false, 5, host.Clock.Now)), default, host.Clock.Now)));

    [Theory]
    [InlineData("/?lang=en", null)]
    [InlineData("/", "en-GB,en;q=0.9")]
    public async Task The_same_case_stands_in_English_when_address_or_browser_ask(string address, string? accepts)
    {
        host.Measure(BoardHost.Aabenraa, Red);
        using BoardBrowser browser = host.Browser();
        if (accepts is not null)
        {
            browser.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(accepts);
        }
        await browser.Open(address);
        Assert.Contains("Respiration 26 (3 points in TOBS), temp. 39.2", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Nobody has it", browser.Text, StringComparison.Ordinal);
        Assert.Contains("In danger to life: call 112.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\">", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Arbejdsliste", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_asks_for_neither_language_gets_Danish()
    {
        using BoardBrowser browser = host.Browser();
        browser.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        await browser.Open();
        Assert.Contains("Arbejdsliste", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_stand_in_the_order_of_the_worklist_and_a_team_sees_only_its_own()
    {
        host.Measure(BoardHost.AabenraaToo, Yellow);
        host.Measure(BoardHost.Soenderborg, Red);
        host.Clock.Now = host.Clock.Now.AddSeconds(1);
        host.Measure(BoardHost.Aabenraa, Red);
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?team=all");
        int[] places = [.. new[] { "c-200002", "c-100068", "c-300003" }.Select(citizen => browser.Text.IndexOf(citizen, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        await browser.Open("/?team=akut-soenderborg");
        Assert.Contains("c-200002", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("c-100068", browser.Html, StringComparison.Ordinal);
        await browser.Open("/?team=all&show=yellow");
        Assert.Contains("c-300003", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("c-200002", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replayed_value_says_so_and_an_unfinished_set_too()
    {
        host.Measure(BoardHost.Aabenraa, closes: false, new ReplayLabel("h5", 6), (Vital.Respiration, 26));
        using BoardBrowser browser = host.Browser();
        await browser.Open();
        Assert.Contains("gengivelse af optaget data, time 5", browser.Text, StringComparison.Ordinal);
        Assert.Contains("foreløbig: sættet er ikke færdigt", browser.Text, StringComparison.Ordinal);
        Assert.Contains("mangler puls, bevidsthed, temperatur, systolisk blodtryk · mål", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_measured_value_has_no_replay_badge()
    {
        host.Measure(BoardHost.Aabenraa, Red);
        using BoardBrowser browser = host.Browser();
        await browser.Open();
        Assert.DoesNotContain("gengivelse", browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("foreløbig", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_cannot_be_relied_on_is_called_doubtful()
    {
        host.Measure(BoardHost.Aabenraa, (Vital.Systolic, 85), (Vital.Diastolic, 90), (Vital.Respiration, 26));
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?case=1");
        Assert.Contains("tvivlsom: systolisk blodtryk, diastolisk blodtryk", browser.Text, StringComparison.Ordinal);
        Assert.Contains("tvivlsom: diastolisk ikke under systolisk", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_that_nobody_could_read_has_a_sentence_of_its_own_and_no_score()
    {
        host.SendUnreadableAlert(BoardHost.Aabenraa);
        using BoardBrowser browser = host.Browser();
        await browser.Choose("mlk", "/?case=1");
        await browser.Open((await browser.Send("/cases/1/note", ("text", "Ringer nu"))).Headers.Location!.OriginalString);
        Assert.Contains("Alarm fra hjemmet kunne ikke læses. Ring til borgeren.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Fra gw-test-0001.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Ingen score", browser.Text, StringComparison.Ordinal);
        Assert.Contains("ingen værdier", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_opened_case_shows_values_with_age_and_grade_what_is_missing_and_the_history()
    {
        host.Measure(BoardHost.Aabenraa, Red);
        host.Clock.Now = host.Clock.Now.AddMinutes(7);
        host.Settle();
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?case=1");
        foreach (string said in new[]
        {
            "Respiration 26 /min 7 min · god", "Temperatur 39,2 °C 7 min · god", "Bevidsthed ikke spurgt", "Diastolisk ikke målt", "10:00 sag åbnet",
            "10:07 ingen tog den, næste trin", "Kaldt: Akutteam Aabenraa, trin 1 (ny sag), endnu ikke nået frem", "Luk kan først bruges, når sagen er taget.",
        })
        {
            Assert.Contains(said, browser.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_newer_reading_without_an_alert_is_what_the_opened_case_shows()
    {
        host.Measure(BoardHost.Aabenraa, Red);
        host.Clock.Now = host.Clock.Now.AddMinutes(40);
        host.Measure(BoardHost.Aabenraa, (Vital.Pulse, 77));
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?case=1");
        Assert.Contains("Puls 77 /min under 1 min · god", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Respiration 26 /min 40 min · god", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_that_came_after_taking_is_marked_as_new()
    {
        host.Measure(BoardHost.Aabenraa, Yellow);
        using BoardBrowser browser = host.Browser();
        await browser.Choose("mlk");
        await browser.Send("/cases/1/take");
        host.Clock.Now = host.Clock.Now.AddMinutes(5);
        host.Measure(BoardHost.Aabenraa, (Vital.Respiration, 22), (Vital.Temperature, 37.1), (Vital.Pulse, 84), (Vital.Systolic, 128), (Vital.Spo2, 90));
        await browser.Open();
        Assert.Contains("ny: SpO₂ ", browser.Text, StringComparison.Ordinal);
        Assert.Contains("MLK, åben igen", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_of_the_hubs_own_says_so_and_shows_the_values_of_its_scores()
    {
        host.MeasureWithoutAlert(BoardHost.Aabenraa, Red);
        using BoardBrowser browser = host.Browser();
        await browser.Open();
        Assert.Equal(AlertOrigin.Hub, Assert.Single(host.OpenCases()).LastAlertOrigin);
        Assert.Contains("Respiration 26 (3 point i TOBS), temp. 39,2", browser.Text, StringComparison.Ordinal);
        Assert.Contains("bedømt af centralen", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_text_stands_in_both_languages_and_every_change_page_reason_and_act_has_one()
    {
        string[] danish = BoardTexts.Keys("BoardText.resx"), english = BoardTexts.Keys("BoardText.en.resx");
        Assert.Equal(danish.Order(StringComparer.Ordinal), english.Order(StringComparer.Ordinal));
        Assert.Equal(danish.Length, danish.Distinct(StringComparer.Ordinal).Count());
        IEnumerable<string> needed =
        [
            .. Enum.GetValues<CaseChange>().Where(change => change < CaseChange.NothingDue).Select(change => "change-" + CaseWord.Of(change)),
            .. CaseWord.All<Care.Paging.PageReason>().Select(word => "page-reason-" + word),
            .. CaseWord.All<Act>().Select(word => "done-" + word),
            .. CaseWord.All<BoardFilter>().Select(word => "show-" + word),
            .. CaseWord.All<Care.Routing.PersonRole>().Select(word => "role-" + word),
            .. CaseWord.All<Care.Routing.Receiver>().Select(word => "receiver-" + word),
            .. VitalCode.All.SelectMany(code => new[] { "vital-", "part-", "say-" }.Select(prefix => prefix + code.Name)),
            .. BoardTexts.KeysNamedInSources(),
        ];
        Assert.Empty(needed.Except(danish, StringComparer.Ordinal));
    }
}
