using System.Net;
using System.Text.Json;
using TeleMonitor.Care.Devices;
using TeleMonitor.Hub;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What cluster support sees: kits with state, evidence, age and findings; never a citizen or a value.</summary>
public sealed class SupportPageTests : IAsyncLifetime
{
    private BoardHost host = null!;
    private SilenceWatch watch = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        watch = new SilenceWatch(host.Store, host.Data, host.Clock.Now);
    }

    public Task DisposeAsync() => host.DisposeAsync().AsTask();

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
    public async Task What_stands_about_the_hubs_own_parts_is_shown_by_name()
    {
        host.Store.Write(write => write.Finding("", PartRules.NotifierSilent, "akut-toender", host.Clock.Now));
        using BoardBrowser browser = host.Browser();
        await browser.Open("/support");
        Assert.Contains("Kald kan ikke afleveres", browser.Text, StringComparison.Ordinal);
        Assert.Contains(host.Data.Topology.Teams.Single(team => team.Id == "akut-toender").Name, browser.Text, StringComparison.Ordinal);
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
