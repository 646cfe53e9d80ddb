using System.Text.Json;
using Microsoft.Playwright;
using TeleMonitor.Cloud.Tests.Boards;

namespace TeleMonitor.EndToEnd;

/// <summary>A person's way through the real pages in a real browser.</summary>
internal sealed class Journey : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Journey(BoardHost host, IPlaywright playwright, IBrowser browser) => (Host, this.playwright, this.browser) = (host, playwright, browser);

    public BoardHost Host { get; }

    public static async Task<Journey> StartAsync(BoardHost host)
    {
        Assertions.SetDefaultExpectTimeout(30_000); // two cores, and others on them
        IPlaywright driver = await Playwright.CreateAsync();
        return new Journey(host, driver, await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = BrowserFactAttribute.Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        }));
    }

    /// <summary>A browser that nobody has used.</summary>
    public async Task<IPage> NewPageAsync(int width = 1440)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions { Locale = "da-DK", ViewportSize = new ViewportSize { Width = width, Height = 900 } });
        context.SetDefaultTimeout(60_000);
        return await context.NewPageAsync();
    }

    public string At(string address) => new Uri(Host.Address, address).AbsoluteUri;

    public Task GoAsync(IPage page, string address) => page.GotoAsync(At(address));

    /// <summary>Fills in the local form.</summary>
    public static async Task EnterAsync(IPage page, string person, string password, string code = "")
    {
        await page.FillAsync("[name=user]", person);
        await page.FillAsync("[name=password]", password);
        await page.FillAsync("[name=code]", code);
        await page.ClickAsync("form[action='/sign-in'] button[type=submit]");
    }

    /// <summary>No rule of accessibility is broken, and nothing lies outside the width.</summary>
    public static async Task IsAccessibleAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(BrowserFactAttribute.AxeFile));
        JsonElement result = await page.EvaluateAsync<JsonElement>("async () => await axe.run()");
        Assert.Empty(result.GetProperty("violations").EnumerateArray().Select(violation =>
            $"{violation.GetProperty("id").GetString()}: {string.Join(" | ", violation.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html").GetString() + " " + node.GetProperty("failureSummary").GetString()))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "sideways scroll");
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await Host.DisposeAsync();
    }
}
