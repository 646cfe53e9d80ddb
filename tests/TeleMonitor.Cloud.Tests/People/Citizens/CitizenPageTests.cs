using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>The register in a browser without script: initials in lists, names only for whoever asks, every act by a form.</summary>
public sealed class CitizenPageTests : IAsyncLifetime
{
    private const string Citizen = "c-100068", Number = "2512489996", Name = "Borger Et";
    private BoardHost host = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.AddPerson("nurse", new Grant(PersonRole.MonitoringNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        host.AddPerson("acute", new Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", DateTimeOffset.UnixEpoch, null));
        host.AddPerson("support", new Grant(PersonRole.SupportWorker, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null));
        host.Store.Write(write =>
        {
            write.SaveIdentity(Citizen, host.Keys.Close(new Identity(PersonalId.Read(Number).Id!, Name, "Prøvevej 17", "00 00 00 17", [new Relative("Pårørende Et", "00 00 00 18", "ven")])), "test", host.Clock.Now);
            write.GiveConsent(Citizen, ConsentKind.Monitoring, "test", host.Clock.Now);
        });
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task The_list_shows_initials_and_birth_dates_and_never_a_name_or_a_number()
    {
        using BoardBrowser browser = host.Browser("nurse");
        foreach (string address in new[] { "/citizens", $"q={Number}", "q=borger et", "q=251248", $"/citizens/{Citizen}", "/api/v1/citizens", $"/api/v1/citizens/{Citizen}" })
        {
            bool isSearch = address.StartsWith("q=", StringComparison.Ordinal);
            using HttpResponseMessage opened = await browser.Open(isSearch ? "/citizens" : address);
            using HttpResponseMessage answer = isSearch ? await browser.Send("/citizens/search", ("q", address[2..])) : opened;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            string shown = isSearch ? Regex.Replace(browser.Html, "<input class=\"input\" id=\"q\"[^>]*>", "", RegexOptions.None, TimeSpan.FromSeconds(5)) : browser.Html;
            Assert.Contains("251248-", shown, StringComparison.Ordinal);
            Assert.Contains(Citizen, shown, StringComparison.Ordinal);
            Assert.All(new[] { Name, Number, "9996", "Prøvevej", "00 00 00 17", "Pårørende Et" }, secret => Assert.DoesNotContain(secret, WebUtility.HtmlDecode(shown), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Who_it_is_is_shown_to_whoever_asks_by_a_form_and_is_written_down()
    {
        using BoardBrowser browser = host.Browser("acute");
        await browser.Open($"/citizens/{Citizen}");
        using HttpResponseMessage answer = await browser.Send($"/citizens/{Citizen}/reveal");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All(new[] { Name, "251248-9996", "Prøvevej 17", "00 00 00 17", "Pårørende Et" }, shown => Assert.Contains(shown, browser.Text, StringComparison.Ordinal));
        Assert.Contains(host.Store.Read(read => read.AuditOf(Citizen)), line => line.Entry is { Kind: "identity", Person: "acute" });
        await browser.Open($"/citizens/{Citizen}");
        Assert.DoesNotContain(Name, browser.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/lend\"", browser.Html, StringComparison.Ordinal); // an acute nurse changes nothing
    }

    [Fact]
    public async Task A_citizen_is_registered_given_consent_lent_a_kit_paused_and_ended_by_forms()
    {
        host.Store.Write(write => write.RegisterGateway("gw-free-0001", "kit-free", host.Clock.Now));
        using BoardBrowser browser = host.Browser("nurse");
        await browser.Open("/citizens/new");
        using HttpResponseMessage refused = await browser.Send("/citizens", ("number", "0230919990"), ("name", "Borger To"), ("area", "aabenraa"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("De første seks cifre er ikke en dato.", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Borger To", browser.Html, StringComparison.Ordinal); // nothing that was typed is lost
        using HttpResponseMessage made = await browser.Send("/citizens", ("number", "020191-9990"), ("name", "Borger To"), ("area", "aabenraa"));
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        string page = made.Headers.Location!.OriginalString.Split('?')[0];
        await browser.Open(made.Headers.Location!.OriginalString);
        Assert.Contains("Borgeren er registreret.", browser.Text, StringComparison.Ordinal);
        await Done(browser, page, "lend", "Uden samtykke", HttpStatusCode.BadRequest, ("kit", "kit-free"));
        await Done(browser, page, "consent", "skrevet ned", HttpStatusCode.SeeOther, ("kind", "monitoring"));
        await Done(browser, page, "lend", "lånt ud", HttpStatusCode.SeeOther, ("kit", "kit-free"));
        string plan = host.Data.Content.Plans.Values.Select(one => $"{one.Id} {one.Version}").Order(StringComparer.Ordinal).First();
        await Done(browser, page, "plan", "følger planen", HttpStatusCode.SeeOther, ("plan", plan), ("from", ""));
        await Done(browser, page, "pause", "på pause", HttpStatusCode.SeeOther, ("kind", "travelling"), ("from", "2026-11-22T09:00"), ("to", "2026-11-25T09:00"));
        await Done(browser, page, "stay", "slutter af sig selv", HttpStatusCode.SeeOther, ("kind", "temporary"), ("area", "toender"), ("from", "2026-11-23T09:00"), ("to", "2026-11-25T09:00"));
        await Done(browser, page, "stay", "allerede et andet sted", HttpStatusCode.BadRequest, ("kind", "temporary"), ("area", "toender"), ("from", "2026-11-24T09:00"), ("to", "2026-11-28T09:00"));
        await Done(browser, page, "end", "Monitoreringen er afsluttet.", HttpStatusCode.SeeOther, ("kind", "completed"));
        await browser.Open("/citizens");
        Assert.DoesNotContain(page, browser.Html, StringComparison.Ordinal); // the list is of those whose monitoring goes on
    }

    [Fact]
    public async Task An_older_page_changes_nothing_and_a_form_of_another_site_neither()
    {
        using BoardBrowser one = host.Browser("nurse"), two = host.Browser("nurse");
        await one.Open($"/citizens/{Citizen}");
        await two.Open($"/citizens/{Citizen}");
        using HttpResponseMessage first = await one.Send($"/citizens/{Citizen}/consent", ("kind", "sharing"));
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        using HttpResponseMessage second = await two.Send($"/citizens/{Citizen}/consent", ("kind", "relatives"));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("ændret, siden du så siden", two.Text, StringComparison.Ordinal);
        using HttpResponseMessage forged = await two.Post($"/citizens/{Citizen}/consent", new() { ["kind"] = "relatives", ["version"] = "2" });
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.DoesNotContain(host.Store.Read(read => read.ConsentsOf(Citizen)), consent => consent.Kind == ConsentKind.Relatives);
        Assert.Equal(HttpStatusCode.NotFound, (await two.Post($"/citizens/{Citizen}/poem", [])).StatusCode);
    }

    [Fact]
    public async Task A_stay_about_to_end_stands_on_the_worklist_and_an_open_case_leads_to_its_citizen()
    {
        host.Store.Write(write =>
        {
            write.StayAt(Citizen, PlaceKind.Temporary, "toender", host.Clock.Now.AddDays(-1), host.Clock.Now.AddHours(2));
            write.Answer(host.Data.Topology, Citizen);
        });
        host.Settle();
        host.Measure(BoardHost.Aabenraa, WorklistPageTests.Red);
        using BoardBrowser browser = host.Browser("nurse");
        await browser.Open("/?team=all&case=1");
        Assert.Contains("id=\"stays\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/citizens/{Citizen}\"", browser.Html, StringComparison.Ordinal);
        await browser.Open($"/citizens/{Citizen}");
        using HttpResponseMessage seen = await browser.Send($"/citizens/{Citizen}/answer");
        Assert.Equal(HttpStatusCode.SeeOther, seen.StatusCode);
        await browser.Open("/?team=all");
        Assert.DoesNotContain("id=\"stays\"", browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/citizens?after=%00%27%22%3Cscript%3E")]
    [InlineData("/citizens?after=%F0%9F%98%80")]
    [InlineData("/api/v1/citizens?q=%00%27%22%3Cscript%3E")]
    [InlineData("/api/v1/citizens?q=%27%3B+drop+table+citizen%3B--")]
    [InlineData("/citizens/%27%3B--")]
    [InlineData("/api/v1/citizens/%00")]
    public async Task Odd_input_is_answered_and_shows_nobody(string address)
    {
        using BoardBrowser browser = host.Browser("nurse");
        using HttpResponseMessage answer = await browser.Open(address);
        Assert.InRange((int)answer.StatusCode, 200, 499);
        Assert.DoesNotContain("<script>", browser.Html.Replace("<script src", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(" at TeleMonitor", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_gives_what_the_page_gives_with_the_version_as_its_tag()
    {
        using BoardBrowser browser = host.Browser("nurse");
        using HttpResponseMessage answer = await browser.Open($"/api/v1/citizens/{Citizen}");
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        JsonElement one = JsonElement.Parse(browser.Html);
        Assert.Equal(("BE", "present"), (one.GetProperty("citizen").GetProperty("initials").GetString(), one.GetProperty("citizen").GetProperty("standing").GetString()));
        Assert.Equal("aabenraa", one.GetProperty("places")[0].GetProperty("what").GetString());
        using BoardBrowser support = host.Browser("support");
        Assert.Equal(HttpStatusCode.Forbidden, (await support.Open("/api/v1/citizens")).StatusCode);
    }

    [Fact]
    public void Both_languages_have_every_text_that_is_named()
    {
        string folder = Path.Combine(ShippedFiles.Root, "cloud", "TeleMonitor.Hub", "People", "Citizens");
        string[] Keys(string file) => [.. XDocument.Load(Path.Combine(folder, file)).Root!.Elements("data").Select(data => data.Attribute("name")!.Value)];
        string[] danish = Keys("CitizenText.resx");
        Assert.Equal(danish, Keys("CitizenText.en.resx"));
        // other pages of the folder have words of their own
        IEnumerable<string> named = Directory.EnumerateFiles(folder).Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(File.ReadAllText).Where(source => source.Contains("CitizenWords", StringComparison.Ordinal))
            .SelectMany(source => Regex.Matches(source, """(?<!Frame\.)\b(?:Words|W|words|text)\["(?<key>[a-z0-9-]*[a-z0-9])"[,\]]""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
            .Select(match => match.Groups["key"].Value);
        IEnumerable<string> words =
        [
            .. Enum.GetValues<RegisterProblem>().Where(one => one != RegisterProblem.None).Select(one => $"problem-{CaseWord.Of(one)}"), .. CaseWord.All<CitizenAct>().SelectMany(act => new[] { $"act-{act}", $"done-{act}" }),
            .. CaseWord.All<ConsentKind>().Select(kind => $"consent-{kind}"), .. CaseWord.All<PlaceKind>().Select(kind => $"place-{kind}"), .. CaseWord.All<EndReason>().Select(reason => $"end-{reason}"),
            .. CitizenPages.PauseReasons.Select(reason => $"pause-{reason}"),
        ];
        Assert.Empty(named.Concat(words).Except(danish, StringComparer.Ordinal));
    }

    private static async Task Done(BoardBrowser browser, string page, string act, string said, HttpStatusCode status, params (string, string)[] typed)
    {
        await browser.Open(page);
        using HttpResponseMessage answer = await browser.Send($"{page}/{act}", typed);
        Assert.Equal(status, answer.StatusCode);
        if (status == HttpStatusCode.SeeOther)
        {
            await browser.Open(answer.Headers.Location!.OriginalString);
        }
        Assert.Contains(said, browser.Text, StringComparison.Ordinal);
    }
}
