using System.Text.Json;
using Microsoft.Playwright;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.EndToEnd;

/// <summary>The worklist in a real browser: quiet console, news without reloading, taking by clicking, accessible, and no sideways scroll on a phone.</summary>
public sealed class BoardTests : IAsyncLifetime
{
    private static readonly (Vital, double)[] Red = [(Vital.Respiration, 26), (Vital.Temperature, 39.2), (Vital.Pulse, 112), (Vital.Systolic, 128), (Vital.Spo2, 91)];
    private static readonly (Vital, double)[] Yellow = [(Vital.Respiration, 22), (Vital.Temperature, 37.1), (Vital.Pulse, 84), (Vital.Systolic, 128), (Vital.Spo2, 97)];
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(BrowserFactAttribute.Root, "var", "screenshots")).FullName;
    private readonly List<string> complaints = [];
    private BoardHost host = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync();
        playwright = await Playwright.CreateAsync();
        if (File.Exists(BrowserFactAttribute.Chromium))
        {
            browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = BrowserFactAttribute.Chromium,
                Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            });
        }
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
        playwright.Dispose();
        await host.DisposeAsync();
    }

    [BrowserFact]
    public async Task A_case_appears_without_reloading_and_is_taken_by_clicking()
    {
        IPage page = await Open(1440, 900, "/?team=all", person: "mlk");
        await Assertions.Expect(page.Locator("#live [role=status]")).ToHaveTextAsync("Forbundet");
        await Assertions.Expect(page.Locator("#empty")).ToContainTextAsync("Ingen åbne sager.");
        await page.EvaluateAsync("window.neverReloaded = true");
        host.Measure(BoardHost.Aabenraa, Red);
        await Assertions.Expect(page.Locator("#case-1")).ToContainTextAsync("Respiration 26 (3 point i TOBS)");
        await Assertions.Expect(page).ToHaveTitleAsync("(1) Arbejdsliste – TeleMonitor");
        host.Measure(BoardHost.Soenderborg, Red);
        host.Measure(BoardHost.AabenraaToo, Red);
        await Assertions.Expect(page.Locator("#red-free")).ToHaveTextAsync("3");
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded"));

        await page.ClickAsync("#case-1 >> text=Tag sag");
        await Assertions.Expect(page.Locator("#done")).ToContainTextAsync("Du har taget c-100068");
        await Assertions.Expect(page.Locator("#case-1")).ToContainTextAsync("MLK (dig)");
        Assert.Equal("mlk", host.Store.Read(read => read.CaseOf(1))!.Owner);
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task A_note_that_is_being_written_outlives_the_news()
    {
        host.Measure(BoardHost.Aabenraa, Yellow);
        IPage page = await Open(1440, 900, "/?case=1");
        await Assertions.Expect(page.Locator("#live [role=status]")).ToHaveTextAsync("Forbundet");
        await page.FillAsync("#note-1", "Har ringet, ingen svar");
        await page.EvaluateAsync("document.getElementById('note-1').setSelectionRange(3, 6)");
        host.Measure(BoardHost.Soenderborg, Red);
        await Assertions.Expect(page.Locator("#case-2")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#note-1")).ToHaveValueAsync("Har ringet, ingen svar");
        await Assertions.Expect(page.Locator("#note-1")).ToBeFocusedAsync();
        Assert.Equal(3, await page.EvaluateAsync<int>("document.activeElement.selectionStart"));
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task A_lost_connection_is_said_in_ink_and_goes_when_the_hub_is_back()
    {
        IPage page = await Open(1440, 900);
        await Assertions.Expect(page.Locator("#live [role=status]")).ToHaveTextAsync("Forbundet");
        await page.Context.SetOfflineAsync(true);
        host.Feed.Changed();
        await Assertions.Expect(page.Locator("#lost")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 45000 });
        await Assertions.Expect(page.Locator("#lost")).ToContainTextAsync("kan mangle nye røde");
        await Take(page, "board-lost-1440");
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Locator("#lost")).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = 30000 });
    }

    [BrowserFact]
    public async Task No_rule_of_accessibility_is_broken_at_a_desk_or_on_a_phone_in_light_or_dark()
    {
        Fill();
        foreach ((int width, int height, string name) in new[] { (1440, 900, "1440"), (1024, 768, "1024"), (390, 844, "390") })
        {
            foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                IPage page = await Open(width, height, "/?team=all&case=2", scheme);
                await Assertions.Expect(page.Locator("#live [role=status]")).ToHaveTextAsync("Forbundet");
                await Take(page, $"board-{name}-{scheme}".ToLowerInvariant());
                Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"sideways scroll at {width}");
                Assert.Empty(await Violations(page));
                await page.Context.CloseAsync();
            }
        }
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task An_opened_case_says_what_the_authority_asks_for_and_who_is_Unknown_stands_below_in_both_languages()
    {
        Fill();
        host.FollowPlan(BoardHost.Aabenraa, "copd-intensive", "2026-11-1");
        foreach ((string language, int width, string guidance, string unknown) in new[] { ("da", 1440, "Vejledning ved TOBS", "Ukendte uden sag: 1"), ("en", 390, "Guidance at TOBS", "Unknown without a case: 1") })
        {
            IPage page = await Open(width, 900, $"/?team=all&case=2&lang={language}");
            await Assertions.Expect(page.Locator(".peek-next")).ToContainTextAsync(guidance);
            await Assertions.Expect(page.Locator("#unknown")).ToContainTextAsync(unknown);
            await Take(page, $"board-guidance-{language}-{width}");
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"sideways scroll at {width}");
            Assert.Empty(await Violations(page));
            await page.Context.CloseAsync();
        }
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task Sign_in_and_invitation_are_accessible_and_a_note_outlives_a_session_that_ended()
    {
        host.Measure(BoardHost.Aabenraa, Yellow);
        foreach ((int width, ColorScheme scheme) in new[] { (1440, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { Locale = "da-DK", ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 900 } });
            IPage gate = await context.NewPageAsync();
            foreach (string address in new[] { "/sign-in", "/join" })
            {
                await gate.GotoAsync(new Uri(host.Address, address).AbsoluteUri);
                await Take(gate, $"{address[1..]}-{width}");
                Assert.True(await gate.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"sideways scroll at {width}");
                Assert.Empty(await Violations(gate));
            }
        }
        IPage page = await Open(1440, 900, "/?team=all&case=1", person: "mlk");
        await Assertions.Expect(page.Locator("#live [role=status]")).ToHaveTextAsync("Forbundet");
        await page.FillAsync("#note-1", "Har ringet, ingen svar");
        host.Clock.Now += Hub.People.SignIn.Idle + TimeSpan.FromMinutes(1);
        host.Measure(BoardHost.Aabenraa, Red); // the page asks again by itself, and is told that the session is over
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Du er logget ud");
        await page.FillAsync("[name=user]", "mlk");
        await page.FillAsync("[name=password]", BoardHost.Password);
        await page.ClickAsync("button[type=submit]");
        await Assertions.Expect(page.Locator("#note-1")).ToHaveValueAsync("Har ringet, ingen svar");
    }

    [BrowserFact]
    public async Task Everything_works_without_script_too()
    {
        Fill();
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false, Locale = "da-DK", ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        IPage page = await context.NewPageAsync();
        await SignIn(page, "lne", "/?team=all");
        await page.ClickAsync("#open-2");
        await page.ClickAsync("#case-2 >> text=Tag sag");
        await page.FillAsync("#close-2", "Indlagt");
        await page.ClickAsync("text=Luk sag");
        await Assertions.Expect(page.Locator("#done")).ToContainTextAsync("er lukket");
        Assert.DoesNotContain(host.OpenCases(), @case => @case.Citizen == "c-200002");
    }

    [BrowserFact]
    public async Task The_support_page_is_accessible_and_shows_what_begins_to_stand_without_reloading()
    {
        IPage page = await Open(1280, 800, "/support?cluster=soenderjylland");
        await Assertions.Expect(page.Locator("#live [role=status]")).ToHaveTextAsync("Forbundet");
        host.Store.Write(write =>
        {
            write.SetProvedTime(TimeSpan.FromMinutes(70));
            write.Heard("gw-test-0001", HeardBy.Status, host.Clock.Now);
            write.StepSilence(TimeSpan.FromMinutes(70), host.Clock.Now, 100);
            write.Gone("gw-test-0002", host.Clock.Now);
            write.Finding("", PartRules.NotifierSilent, "akut-toender", host.Clock.Now);
            write.AddPage(0, new PageTo(Receiver.Support, "support-soenderjylland", 1), PageReason.SelfTestMissed, host.Clock.Now);
        });
        host.Feed.Changed();
        await Assertions.Expect(page.Locator("#board")).ToContainTextAsync("kit-0002");
        await Assertions.Expect(page.Locator("#board")).ToContainTextAsync("Kald til support");
        await Take(page, "support-da-1280");
        Assert.Empty(await Violations(page));
        IPage phone = await Open(390, 844, "/support?lang=en", ColorScheme.Dark);
        await Take(phone, "support-en-390-dark");
        Assert.Empty(await Violations(phone));
        Assert.Empty(complaints);
    }

    /// <summary>A list as on an ordinary day: red free and opened, one taken, one yellow replayed and doubtful, one unreadable.</summary>
    private void Fill()
    {
        host.Measure(BoardHost.Aabenraa, Yellow);
        host.Worker.Act(1, new Take("mlk"), host.Data.People.Find("mlk")!, 1, "", host.Clock.Now);
        host.Clock.Now = host.Clock.Now.AddMinutes(4);
        host.Measure(BoardHost.Soenderborg, Red);
        host.Measure(BoardHost.AabenraaToo, closes: true, new ReplayLabel("h5", 6), (Vital.Systolic, 88), (Vital.Diastolic, 92), (Vital.Temperature, 38.6), (Vital.Pulse, 96));
        host.SendUnreadableAlert(BoardHost.Aabenraa);
        host.Clock.Now = host.Clock.Now.AddMinutes(3);
    }

    private async Task<IPage> Open(int width, int height, string address = "/", ColorScheme scheme = ColorScheme.Light, string person = BoardHost.Everybody)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = "da-DK",
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            HasTouch = width < 800,
        });
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);
        await SignIn(page, person, address);
        return page;
    }

    /// <summary>As a person does: opens the page, is led to the sign-in and back.</summary>
    private async Task SignIn(IPage page, string person, string address)
    {
        await page.GotoAsync(new Uri(host.Address, address).AbsoluteUri);
        await page.FillAsync("[name=user]", person);
        await page.FillAsync("[name=password]", BoardHost.Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(new Uri(host.Address, address).AbsoluteUri);
    }

    private static async Task Take(IPage page, string name) => await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, name + ".png"), FullPage = true });

    /// <summary>The checker is evaluated by the browser's tools, so that the page's own policy stays as strict as it is.</summary>
    private static async Task<IReadOnlyList<string>> Violations(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(BrowserFactAttribute.AxeFile));
        JsonElement result = await page.EvaluateAsync<JsonElement>("async () => await axe.run()");
        return [.. result.GetProperty("violations").EnumerateArray().Select(violation =>
            $"{violation.GetProperty("id").GetString()}: {string.Join(" | ", violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html").GetString() + " " + node.GetProperty("failureSummary").GetString()))}")];
    }
}
