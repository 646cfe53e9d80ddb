using System.Text.Json;
using TeleMonitor.Care.Devices;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>Who is Unknown for want of data is on the worklist before it is a case, and nobody is paged for it.</summary>
public sealed class UnknownPageTests : IAsyncLifetime
{
    private BoardHost host = null!;

    /// <summary>Due at 08:00, Unknown from 10:00, a case at 12:00; the host's clock begins at 10:00.</summary>
    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        host.Clock.Now = host.Clock.Now.AddMinutes(-1);
        host.FollowPlan(BoardHost.Aabenraa, "copd-intensive", "2026-11-1");
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("", "Ukendte uden sag: 1", "borgeren har ikke målt", "10:00 · under 1 min", "kl. 12:00")]
    [InlineData("lang=en", "Unknown without a case: 1", "the citizen has not measured", "10:00 · under 1 min", "at 12:00")]
    public async Task From_the_stated_minute_the_citizen_is_listed_with_reason_and_the_time_of_the_case(string query, params string[] said)
    {
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?" + query);
        Assert.DoesNotContain("id=\"unknown\"", browser.Html, StringComparison.Ordinal);
        Pass(1);
        await browser.Open("/?" + query);
        Assert.All(said, sentence => Assert.Contains(sentence, browser.Text, StringComparison.Ordinal));
        Assert.Contains("c-100068", browser.Text, StringComparison.Ordinal);
        Assert.Empty(host.OpenCases());
        Assert.Empty(host.Store.Read(read => read.UnsentReceivers()));
    }

    [Theory]
    [InlineData("/?team=akut-aabenraa", true)]
    [InlineData("/?team=akut-soenderborg", false)]
    [InlineData("/?team=all&show=unknown", true)]
    [InlineData("/?team=all&show=red", false)]
    public async Task It_is_on_the_list_of_the_team_that_would_get_the_case_and_under_Unknown(string address, bool listed)
    {
        Pass(1);
        using BoardBrowser browser = host.Browser();
        await browser.Open(address);
        Assert.Equal(listed, browser.Html.Contains("id=\"unknown-1\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Once_it_is_a_case_it_is_listed_as_one_only_and_again_when_somebody_has_closed_the_case()
    {
        Pass(1);
        Pass(120);
        using BoardBrowser browser = host.Browser();
        await browser.Open("/?team=all");
        Assert.Equal(Triage.Unknown, Assert.Single(host.OpenCases()).Triage);
        Assert.DoesNotContain("id=\"unknown-1\"", browser.Html, StringComparison.Ordinal);
        host.Worker.Act(1, new Care.Cases.Take("mlk"), host.Data.People.Find("mlk")!, 1, "", host.Clock.Now);
        host.Worker.Act(1, new Care.Cases.Close("mlk", "Rejst"), host.Data.People.Find("mlk")!, 2, "", host.Clock.Now);
        await browser.Open("/?team=all");
        Assert.Contains("sagen er lukket, og der er stadig ikke målt", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_lists_them_too()
    {
        Pass(1);
        using BoardBrowser browser = host.Browser();
        await browser.Open("/api/v1/unknown?team=akut-aabenraa");
        JsonElement one = Assert.Single(JsonElement.Parse(browser.Html).GetProperty("unknown").EnumerateArray());
        Assert.Equal(("c-100068", "missing/not-measured", host.Clock.Now, host.Clock.Now.AddHours(2)),
            (one.GetProperty("citizen").GetString(), one.GetProperty("because").GetString(), one.GetProperty("since").GetDateTimeOffset(), one.GetProperty("case_at").GetDateTimeOffset()));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await browser.Open("/api/v1/unknown?team=nobody")).StatusCode);
    }

    private void Pass(int minutes)
    {
        for (; minutes > 0; minutes--)
        {
            host.Clock.Now = host.Clock.Now.AddMinutes(1);
            host.Store.Write(write => write.Heard("gw-test-0001", HeardBy.Status, host.Clock.Now));
            host.Settle();
        }
    }
}
