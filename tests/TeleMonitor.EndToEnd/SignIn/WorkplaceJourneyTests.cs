using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Workplaces;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.EndToEnd;

/// <summary>Signing in by a workplace, in a real browser against a real provider.</summary>
public sealed partial class WorkplaceJourneyTests : IAsyncLifetime
{
    private static readonly (Vital, double)[] Red = [(Vital.Respiration, 26), (Vital.Temperature, 39.2), (Vital.Pulse, 112), (Vital.Systolic, 128), (Vital.Spo2, 91)];
    private readonly int port = LoopbackPorts.Free();
    private Journey journey = null!;
    private RealProvider provider = null!;

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.WhyNot is not null)
        {
            return;
        }
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(Repository.FirmwareConfig, "topology", "demo-workplace.json"));
        var config = new WorkplaceConfig("work", "Aabenraa Kommune", RealProvider.Address(port), RealProvider.ClientId, "map.json");
        BoardHost host = await BoardHost.StartAsync(at: DateTimeOffset.UtcNow, workplaces: board =>
        {
            Assert.True(WorkplaceMapFile.TryRead(file, "map", board.Data.Topology, out WorkplaceMap? map, out _));
            return [new Workplace(config, map!, new Provider(new Uri(config.Authority), config.ClientId, RealProvider.Secret, board.Clock))];
        });
        journey = await Journey.StartAsync(host);
        provider = await RealProvider.StartAsync(port, journey.At("/sign-in/workplace/work/back"));
    }

    public async Task DisposeAsync()
    {
        if (journey is not null)
        {
            await provider.DisposeAsync();
            await journey.DisposeAsync();
        }
    }

    [BrowserFact]
    public async Task The_workplaces_groups_decide_what_is_seen_the_next_person_is_asked_anew_and_a_new_key_is_taken()
    {
        journey.Host.Measure(BoardHost.Aabenraa, Red);
        journey.Host.Measure(BoardHost.Soenderborg, Red);
        IPage page = await journey.NewPageAsync();
        await journey.GoAsync(page, "/?team=all");
        await Assertions.Expect(page.Locator("#workplace-work")).ToHaveTextAsync("Log ind med Aabenraa Kommune");
        await Journey.IsAccessibleAsync(page);
        await ComeAsync(page, "nurse-1");
        await page.WaitForURLAsync(journey.At("/?team=all"));
        await Assertions.Expect(page.Locator("#main")).ToContainTextAsync("c-100068");
        await Assertions.Expect(page.Locator("#main")).Not.ToContainTextAsync("c-200002");
        await Assertions.Expect(page.Locator(".who")).ToContainTextAsync("ANX");

        // the same machine, another person: the provider still knows the nurse, and must ask all the same
        await page.ClickAsync("#sign-out");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Du er logget ud.");
        await ComeAsync(page, "support-1");
        await page.WaitForURLAsync(Support());
        Assert.DoesNotContain("c-100068", await page.ContentAsync(), StringComparison.Ordinal);

        await provider.StartAgainAsync(); // with another key
        IPage other = await journey.NewPageAsync(390);
        await journey.GoAsync(other, "/sign-in");
        await Journey.IsAccessibleAsync(other);
        await ComeAsync(other, "nurse-1", later: 20);
        await other.WaitForURLAsync(journey.At("/"));
        await Assertions.Expect(other.Locator("#main")).ToContainTextAsync("c-100068");
        Assert.Equal([("anx", "sign-in"), ("sux", "sign-in"), ("anx", "sign-in")], Lines().Where(one => one.Act is "sign-in").Select(one => (one.Person, one.Act)));
    }

    [BrowserFact]
    public async Task Somebody_without_a_role_here_reads_a_calm_page_and_no_account_is_made()
    {
        IPage page = await journey.NewPageAsync();
        await journey.GoAsync(page, "/sign-in");
        await ComeAsync(page, "cook-1");
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("Arbejdspladsens login kender dig, men TeleMonitor gør ikke.");
        await Journey.IsAccessibleAsync(page);
        Assert.Null(journey.Host.Store.Read(read => read.AccountOf("cox")));
        Assert.Equal(("workplace:work no-role", AuditOutcome.Denied), (Lines()[^1].Why, Lines()[^1].Outcome));
    }

    [BrowserFact]
    public async Task A_nonce_or_a_state_that_was_changed_on_the_way_lets_nobody_in()
    {
        foreach ((string name, string why) in new[] { ("nonce", "nonce"), ("state", "state") })
        {
            IPage page = await journey.NewPageAsync();
            journey.Host.Clock.Now = DateTimeOffset.UtcNow;
            IAPIResponse away = await page.Context.APIRequest.GetAsync(journey.At("/sign-in/workplace/work"), new APIRequestContextOptions { MaxRedirects = 0 });
            await page.GotoAsync(Regex.Replace(away.Headers["location"], $"(?<=[?&]{name}=)[^&]*", "changed", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await AtProviderAsync(page, "nurse-1");
            await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("kunne ikke godkendes");
            Assert.Equal($"workplace:work {why}", Lines()[^1].Why);
            await journey.GoAsync(page, "/");
            await page.WaitForURLAsync(journey.At("/sign-in"));
        }
        Assert.Null(journey.Host.Store.Read(read => read.AccountOf("anx")));
    }

    [BrowserFact]
    public async Task While_the_provider_is_away_the_page_says_so_and_the_local_account_works()
    {
        await provider.StopAsync();
        IPage page = await journey.NewPageAsync();
        await journey.GoAsync(page, "/?team=all");
        await page.ClickAsync("#workplace-work");
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("Arbejdspladsens login svarer ikke. Brug den lokale konto.");
        await Journey.IsAccessibleAsync(page);
        await Journey.EnterAsync(page, "mlk", BoardHost.Password);
        await page.WaitForURLAsync(journey.At("/?team=all"));
    }

    /// <summary>From the sign-in page by the workplace's link.</summary>
    private async Task ComeAsync(IPage page, string subject, int later = 0)
    {
        journey.Host.Clock.Now = DateTimeOffset.UtcNow.AddSeconds(later); // the provider's clock is the machine's
        await page.ClickAsync("#workplace-work");
        await AtProviderAsync(page, subject);
    }

    private static async Task AtProviderAsync(IPage page, string subject)
    {
        await page.FillAsync("[name=login]", subject);
        await page.ClickAsync("button");
    }

    private AuditEntry[] Lines() => [.. journey.Host.Store.Read(read => read.AuditFrom(1, 999)).Select(line => line.Entry)];

    [GeneratedRegex("/support", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Support();
}
