using System.Globalization;
using Microsoft.Playwright;
using TeleMonitor.Cloud.Tests.Boards;
using TeleMonitor.Cloud.Tests.People;
using TeleMonitor.Hub.People;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.EndToEnd;

/// <summary>The local account in a real browser: invitation, authenticator, lock-out, time-out, and two people at one machine.</summary>
public sealed class LocalJourneyTests
{
    private const string Password = "et langt nyt kodeord";
    private static readonly (Vital, double)[] Yellow = [(Vital.Respiration, 22), (Vital.Temperature, 37.1), (Vital.Pulse, 84), (Vital.Systolic, 128), (Vital.Spo2, 97)];

    [BrowserFact]
    public async Task An_invitation_leads_to_password_and_authenticator_and_only_both_lead_inside()
    {
        await using Journey journey = await Journey.StartAsync(await BoardHost.StartAsync(needsCode: true));
        string invitation = journey.Host.Store.Write(write => SignIn.Invite(write, "mlk", journey.Host.Clock.Now)).Code;
        IPage page = await journey.NewPageAsync(390);
        await journey.GoAsync(page, "/sign-in");
        await page.ClickAsync("text=Vælg adgangskode");
        await Journey.IsAccessibleAsync(page);
        Assert.Equal(0, await page.Locator("[name=later]").CountAsync()); // beyond loopback nobody goes without
        string key = (await page.Locator("#key").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal);
        await JoinAsync(page, invitation, "000000");
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("Engangskoden passer ikke");
        await Journey.IsAccessibleAsync(page);
        Assert.Equal(key, (await page.Locator("#key").TextContentAsync())!.Replace(" ", "", StringComparison.Ordinal)); // it is in the app by now
        await JoinAsync(page, invitation, Totp.Of(key, DateTimeOffset.UtcNow));
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Adgangskoden er valgt. Log ind.");
        await Journey.EnterAsync(page, "mlk", Password);
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("passer ikke");
        await Journey.EnterAsync(page, "lne", BoardHost.Password); // right, and without an authenticator
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("passer ikke");
        await Journey.EnterAsync(page, "mlk", Password, Totp.Of(key, DateTimeOffset.UtcNow));
        await page.WaitForURLAsync(journey.At("/"));
        await Assertions.Expect(page.Locator(".who")).ToContainTextAsync("MLK");
        await Journey.IsAccessibleAsync(page);
    }

    [BrowserFact]
    public async Task Five_wrong_passwords_lock_the_account_and_the_page_says_until_when_and_whom_to_call()
    {
        await using Journey journey = await Journey.StartAsync(await BoardHost.StartAsync());
        IPage page = await journey.NewPageAsync();
        await journey.GoAsync(page, "/sign-in");
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            await Assertions.Expect(page.Locator("text=Kontoen er låst")).ToHaveCountAsync(0);
            await Journey.EnterAsync(page, "mlk", "wrong password");
            await Assertions.Expect(page.Locator("#problem")).ToBeVisibleAsync();
        }
        DateTimeOffset until = journey.Host.Store.Read(read => read.AccountOf("mlk"))!.LockedUntil!.Value;
        string said = TimeZoneInfo.ConvertTime(until, journey.Host.Data.Topology.Zone).ToString("HH:mm", CultureInfo.InvariantCulture);
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync($"Kontoen er låst til {said}");
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync($"vagttelefonen {journey.Host.Data.Topology.Fallback.Phone}");
        await Journey.IsAccessibleAsync(page);
        await Journey.EnterAsync(page, "mlk", BoardHost.Password); // the right one does not help now
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("Kontoen er låst");
    }

    [BrowserFact]
    public async Task Before_a_session_ends_the_page_warns_and_what_was_typed_is_there_whether_one_goes_on_or_comes_back()
    {
        await using Journey journey = await Journey.StartAsync(await BoardHost.StartAsync());
        journey.Host.Measure(BoardHost.Aabenraa, Yellow);
        IPage page = await journey.NewPageAsync();
        await page.Clock.InstallAsync();
        await journey.GoAsync(page, "/?team=all&case=1");
        await Journey.EnterAsync(page, "mlk", BoardHost.Password);
        await page.WaitForURLAsync(journey.At("/?team=all&case=1"));
        await page.FillAsync("#note-1", "Har ringet, ingen svar");
        await Assertions.Expect(page.Locator("#idle")).ToBeHiddenAsync();
        await page.Clock.FastForwardAsync("13:30");
        await Assertions.Expect(page.Locator("#idle")).ToBeVisibleAsync();
        await Journey.IsAccessibleAsync(page);
        await page.PressAsync("#note-1", "End"); // a touch is enough
        await Assertions.Expect(page.Locator("#idle")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#note-1")).ToHaveValueAsync("Har ringet, ingen svar");
        await page.Clock.FastForwardAsync("15:30");
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Du er logget ud efter 15 minutter uden brug.");
        await Journey.EnterAsync(page, "mlk", BoardHost.Password);
        await Assertions.Expect(page.Locator("#note-1")).ToHaveValueAsync("Har ringet, ingen svar");
    }

    [BrowserFact]
    public async Task Two_people_at_one_machine_change_places_where_they_are_and_nothing_of_the_first_is_left()
    {
        await using Journey journey = await Journey.StartAsync(await BoardHost.StartAsync());
        journey.Host.Measure(BoardHost.Aabenraa, Yellow);
        IPage page = await journey.NewPageAsync();
        await journey.GoAsync(page, "/?team=all&case=1");
        await Journey.EnterAsync(page, "mlk", BoardHost.Password);
        await page.WaitForURLAsync(journey.At("/?team=all&case=1"));
        await page.FillAsync("#note-1", "Ikke til andre");
        await page.ClickAsync("#sign-out");
        await Assertions.Expect(page.Locator("#said")).ToHaveTextAsync("Du er logget ud.");
        await Journey.IsAccessibleAsync(page);
        await Journey.EnterAsync(page, "lne", BoardHost.Password);
        await page.WaitForURLAsync(journey.At("/?team=all&case=1"));
        await Assertions.Expect(page.Locator(".who")).ToContainTextAsync("LNE");
        await Assertions.Expect(page.Locator("#note-1")).ToHaveValueAsync("");
        await page.GoBackAsync();
        Assert.DoesNotContain("Ikke til andre", await page.ContentAsync(), StringComparison.Ordinal);
    }

    private static async Task JoinAsync(IPage page, string invitation, string digits)
    {
        await page.FillAsync("[name=invitation]", invitation);
        await page.FillAsync("[name=password]", Password);
        await page.FillAsync("[name=digits]", digits);
        await page.ClickAsync("button[type=submit]");
    }
}
