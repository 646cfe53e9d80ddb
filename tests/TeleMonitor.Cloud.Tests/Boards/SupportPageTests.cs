using System.Net;
using System.Text.Json;
using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Notify;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What cluster support sees: kits with state, evidence, age and findings; never a citizen or a value.</summary>
public sealed class SupportPageTests : IAsyncLifetime
{
    private readonly List<BoardBrowser> others = [];
    private BoardHost host = null!;
    private SilenceWatch watch = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        watch = new SilenceWatch(host.Store, host.Data, host.Clock.Now);
    }

    public Task DisposeAsync()
    {
        others.ForEach(browser => browser.Dispose());
        return host.DisposeAsync().AsTask();
    }

    [Fact]
    public async Task A_silent_kit_stands_first_with_evidence_and_age()
    {
        Pass(TimeSpan.FromMinutes(70));
        host.Store.Write(write =>
        {
            write.Presence("gw-test-0002", "offline", "boot-1", 1, host.Clock.Now);
            write.Heard("gw-test-0001", HeardBy.Status, host.Clock.Now);
        });
        Pass(TimeSpan.FromMinutes(1));
        using BoardBrowser browser = host.Browser();
        Assert.Equal(HttpStatusCode.OK, (await browser.Open("/support")).StatusCode);
        Assert.Contains("Tavs 2 gateways", browser.Text, StringComparison.Ordinal);
        Assert.Contains("kit-0002 Sønderborg Registreret 10:00, aldrig hørt Broker meldte “offline” 11:10 1 t 11", browser.Text, StringComparison.Ordinal);
        Assert.Contains("Hørt 1 af 3", browser.Text, StringComparison.Ordinal);
        await browser.Open("/support?lang=en");
        Assert.Contains("kit-0002 Sønderborg Registered 10:00, never heard The broker said “offline” 11:10", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_page_nor_API_says_who_lives_there_or_what_was_measured()
    {
        host.Measure(BoardHost.Aabenraa, (Vitals.Readings.Vital.Pulse, 137));
        Pass(TimeSpan.FromMinutes(70));
        using BoardBrowser browser = host.Browser();
        foreach (string address in new[] { "/support", "/api/v1/gateways" })
        {
            await browser.Open(address);
            Assert.Contains("kit-0001", browser.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("c-100068", browser.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("gw-test", browser.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("137", browser.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_API_gives_state_evidence_age_and_open_findings_of_a_cluster()
    {
        Pass(TimeSpan.FromMinutes(61));
        using BoardBrowser browser = host.Browser();
        await browser.Open("/api/v1/gateways?cluster=soenderjylland");
        JsonElement all = JsonElement.Parse(browser.Html);
        Assert.Equal(3, all.GetProperty("states").GetProperty("silent").GetInt32());
        JsonElement first = all.GetProperty("gateways")[0];
        Assert.Equal(("silent", "registered", 3660, "finding/gateway-silent"), (first.GetProperty("state").GetString(), first.GetProperty("heard_by").GetString(),
            first.GetProperty("age_seconds").GetInt32(), first.GetProperty("findings")[0].GetProperty("code").GetString()));
        await browser.Open("/api/v1/gateways?cluster=fyn");
        Assert.Equal(0, JsonElement.Parse(browser.Html).GetProperty("gateways").GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Open("/api/v1/gateways?cluster=atlantis")).StatusCode);
    }

    [Fact]
    public async Task A_sensors_trouble_is_said_in_words_with_the_days_its_battery_lasts()
    {
        host.Store.Write(write =>
        {
            write.Finding("gw-test-0001", "finding/sensor/ble-cuff.0001", "days 9, health needs-care, why battery", host.Clock.Now);
            write.Finding("gw-test-0001", "finding/sensor/ble-scale.0002", "health needs-care, why battery", host.Clock.Now);
            write.Finding("gw-test-0001", "finding/sensor/acme.0003", "health failing, why no-model", host.Clock.Now);
            write.Finding("gw-test-0001", "finding/sensor/tmp102", "health failing, why eio", host.Clock.Now); // a word nobody has put into words
            write.Finding("gw-test-0001", "finding/sensor/failed", "", host.Clock.Now);
        });
        using BoardBrowser browser = host.Browser();
        await browser.Open("/support");
        Assert.All(
            [
                "Sensor ble-cuff.0001: batteriet er næsten tomt, rækker cirka 9 dage ", "Sensor ble-scale.0002: batteriet er næsten tomt ", "Sensor acme.0003: modellens fil mangler ",
                "Sensor tmp102: eio ", "finding/sensor/failed ",
            ],
            said => Assert.Contains(said, browser.Text, StringComparison.Ordinal));
        await browser.Open("/support?lang=en");
        Assert.Contains("Sensor ble-cuff.0001: the battery is nearly empty, lasts about 9 days ", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_about_the_hubs_own_parts_is_shown_by_name()
    {
        host.Store.Write(write => write.Finding("", PartRules.NotifierSilent, "akut-toender", host.Clock.Now));
        using BoardBrowser browser = host.Browser();
        await browser.Open("/support");
        Assert.Contains("Kald kan ikke afleveres", browser.Text, StringComparison.Ordinal);
        Assert.Contains(host.Data.Topology.Teams.Single(team => team.Id == "akut-toender").Name, browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_support_page_of_the_cluster_is_where_calls_to_support_arrive()
    {
        host.Store.Write(write => write.AddPage(0, new PageTo(Receiver.Support, "support-soenderjylland", 1), PageReason.SelfTestMissed, host.Clock.Now));
        using BoardBrowser browser = host.Browser();
        await browser.Open("/support?cluster=soenderjylland");
        Assert.Contains("\"/events?team=support-soenderjylland\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains("Support Sønderjylland · to selvtest i træk kom ikke igennem", browser.Text, StringComparison.Ordinal);
        var notifier = new BoardNotifier(host.Store, host.Feed);
        Assert.Equal(0, notifier.Send(host.Clock.Now));
        using HttpResponseMessage events = await browser.Http.GetAsync(new Uri("/events?team=support-soenderjylland", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using Stream stream = await events.Content.ReadAsStreamAsync();
        await stream.ReadExactlyAsync(new byte[1]);
        Assert.Equal(1, notifier.Send(host.Clock.Now));
        await browser.Open("/support?cluster=fyn");
        Assert.DoesNotContain("Support Sønderjylland ·", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_daily_TEST_of_a_team_is_acknowledged_on_its_page_or_by_API_by_a_named_person_of_the_team()
    {
        host.Store.Write(write =>
        {
            write.AddDailyTest("akut-aabenraa", new PageTo(Receiver.Team, "akut-aabenraa", 1), host.Clock.Now, host.Clock.Now.AddMinutes(30));
            write.AddDailyTest("akut-soenderborg", new PageTo(Receiver.Team, "akut-soenderborg", 1), host.Clock.Now, host.Clock.Now.AddMinutes(30));
        });
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?team=akut-aabenraa");
        Assert.Contains("TEST 10:00: kvittér", browser.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Send("/tests/1/acknowledge")).StatusCode); // of no team
        await browser.Choose("lne", "/?team=akut-aabenraa");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Send("/tests/1/acknowledge")).StatusCode);
        await browser.Choose("mlk", "/?team=akut-aabenraa");
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Send("/tests/1/acknowledge")).StatusCode);
        await browser.Open("/?team=akut-aabenraa");
        Assert.DoesNotContain("TEST 10:00", browser.Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Acknowledge(2, null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Acknowledge(2, "mlk")).StatusCode);
        using HttpResponseMessage done = await Acknowledge(2, "lne");
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("lne", JsonElement.Parse(await done.Content.ReadAsStringAsync()).GetProperty("acknowledged_by").GetProperty("id").GetString());
    }

    private Task<HttpResponseMessage> Acknowledge(long id, string? person)
    {
        BoardBrowser one = person is null ? host.Stranger() : host.Browser(person);
        others.Add(one);
        return one.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/tests/{id}/acknowledge", UriKind.Relative)));
    }

    private void Pass(TimeSpan time)
    {
        for (DateTimeOffset end = host.Clock.Now + time; host.Clock.Now < end; host.Clock.Now = host.Clock.Now.AddSeconds(30))
        {
            watch.Round(host.Clock.Now, host.Clock.Now, host.Clock.Now);
        }
        watch.Round(host.Clock.Now, host.Clock.Now, host.Clock.Now);
    }
}
