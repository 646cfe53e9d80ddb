using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Playwright;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.CitizenPage;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.EndToEnd;

/// <summary>Two citizens, one cuff that tells nobody apart, and the home's own page in a real browser: gateway loop, outbox file and HTTP are real.</summary>
public sealed class CitizenPageTests : IAsyncLifetime
{
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(BrowserFactAttribute.Root, "var", "screenshots")).FullName;

    private readonly CancellationTokenSource stop = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("citizen-page-test-");
    private readonly Cuff cuff = new();
    private readonly List<string> complaints = [];
    private readonly List<Task> running = [];
    private Uri address = null!;
    private SqliteOutbox outbox = null!;
    private GatewayLoop loop = null!;
    private IPlaywright playwright = null!;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        FirmwareConfig firmware = FirmwareConfig.Load(Path.Combine(BrowserFactAttribute.Root, "firmware-config"), out IReadOnlyList<string> problems)
            ?? throw new InvalidOperationException(string.Join("; ", problems));
        var identity = new GatewayIdentity(TimeProvider.System, firmware.Charts.Values);
        outbox = SqliteOutbox.Open(Path.Combine(folder.FullName, "outbox.db"), () => "00000000000000a1");
        var seven = new JudgeSettings { Assignment = 7, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors };
        var link = new MqttLinkOptions { Gateway = "gw-home-0001", Boot = identity.Boot, Brokers = [("127.0.0.1", 1)], Tls = null, NextConnection = () => 1 };
        loop = new GatewayLoop(new GatewaySetup
        {
            Gateway = "gw-home-0001", Judging = seven, AlsoJudging = [seven with { Assignment = 8 }], Asks = true, Identity = identity, Outbox = outbox,
            Clock = TimeProvider.System, Dice = new Random(1), Say = _ => { }, Patience = null,
        }, raised => new MqttLink(link, TimeProvider.System, new Random(2), raised));
        address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var home = new AskedHome("gw-home-0001", new Dictionary<int, string> { [7] = "Blå", [8] = "Hvid" }, () => loop.Asked, loop.Answer);
        var page = new HomePage(address, new PageRules(address.Authority, [home], new byte[32], TimeZoneInfo.Utc), TimeProvider.System, _ => { });
        running.AddRange([loop.RunAsync(cuff, stop.Token), page.RunAsync(stop.Token)]);
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
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        loop.Dispose();
        outbox.Dispose();
        stop.Dispose();
        folder.Delete(recursive: true);
    }

    [BrowserFact]
    public async Task A_question_appears_by_itself_and_a_click_puts_the_measurement_on_whom_it_names()
    {
        IPage page = await Open(1024, 600, ColorScheme.Light, "da-DK");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Ingen spørgsmål lige nu");
        Assert.Empty(await Violations(page));
        cuff.Measure(123, 77, 71);
        await Assertions.Expect(page.Locator("#ask")).ToHaveTextAsync("Hvem har målt?", new LocatorAssertionsToHaveTextOptions { Timeout = 30000 });
        await Assertions.Expect(page.Locator("#what")).ToContainTextAsync("Blodtryk");
        foreach (string value in new[] { "123", "77", "71" })
        {
            Assert.DoesNotContain(value, await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        }
        Assert.Empty(Readings());
        await page.ClickAsync("button:has-text('Hvid')");
        await Assertions.Expect(page.Locator(".said")).ToHaveTextAsync("Tak. Svaret er gemt her.");
        Assert.Equal([(8, 123d), (8, 77d), (8, 71d)], Readings().Select(reading => (reading.Assignment, reading.Value!.Value)));
        Assert.All(Readings(), reading => Assert.Contains(GradeReason.Claimed, reading.Reasons));

        cuff.Measure(124, 78, 72);
        await Assertions.Expect(page.Locator("#ask")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 30000 });
        await page.ClickAsync("text=Ingen af os");
        await Assertions.Expect(page.Locator(".said")).ToHaveTextAsync("Tak. Svaret er gemt her.");
        Assert.Equal([8, 8, 8, 0, 0, 0], Readings().Select(reading => reading.Assignment));
        Assert.Empty(complaints);
    }

    [BrowserFact]
    public async Task The_question_is_accessible_and_fits_every_screen_in_both_languages_light_and_dark()
    {
        cuff.Measure(123, 77, 71);
        foreach ((int width, int height, ColorScheme scheme, string locale, string asks) in new[]
        {
            (1024, 600, ColorScheme.Light, "da-DK", "Hvem har målt?"), (1280, 800, ColorScheme.Dark, "en-GB", "Who has measured?"), (320, 640, ColorScheme.Dark, "da-DK", "Hvem har målt?"),
        })
        {
            IPage page = await Open(width, height, scheme, locale);
            await Assertions.Expect(page.Locator("#ask")).ToHaveTextAsync(asks, new LocatorAssertionsToHaveTextOptions { Timeout = 30000 });
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"citizen-page-{width}-{scheme}-{locale}.png".ToLowerInvariant()), FullPage = true });
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"sideways scroll at {width}");
            Assert.True(width < 1000 || await page.EvaluateAsync<bool>("document.documentElement.scrollHeight <= document.documentElement.clientHeight"), $"more than the screen of {width} shows");
            Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('button')].every(button => button.getBoundingClientRect().height >= 64)"), $"a button too small at {width}");
            Assert.Empty(await Violations(page));
            await page.Context.CloseAsync();
        }
        Assert.Empty(complaints);
    }

    private async Task<IPage> Open(int width, int height, ColorScheme scheme, string locale)
    {
        IBrowserContext context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = locale, ColorScheme = scheme, JavaScriptEnabled = true, ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Add(message.Text);
            }
        };
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>Without "meta-refresh": without script there is no other way for a question to appear, and nothing typed can be lost.</summary>
    private static async Task<IReadOnlyList<string>> Violations(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(BrowserFactAttribute.AxeFile));
        JsonElement result = await page.EvaluateAsync<JsonElement>("async () => await axe.run({ rules: { 'meta-refresh': { enabled: false } } })");
        return [.. result.GetProperty("violations").EnumerateArray().Select(violation => violation.ToString())];
    }

    private ReadingItem[] Readings() => [.. (outbox.ReadBatch(WireWord.ReadingLane, 0, Batch.MaxItems)?.Items ?? [])
        .Select(bytes => WireItems.TryRead(bytes.Span, out Item? item, out _) ? item : null).OfType<ReadingItem>()];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A cuff that several use and that says nobody's name.</summary>
    private sealed class Cuff : ISensor
    {
        private readonly Channel<SensorMessage> measured = Channel.CreateUnbounded<SensorMessage>();

        public void Measure(double systolic, double diastolic, double pulse) => measured.Writer.TryWrite(new SensorMessage(
            new Burst([One(Vital.Systolic, systolic), One(Vital.Diastolic, diastolic), One(Vital.Pulse, pulse)]), Assignment: 0));

        public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
        {
            await foreach (SensorMessage message in measured.Reader.ReadAllAsync(stop))
            {
                await into.WriteAsync(message, stop);
            }
        }

        private static Measured One(Vital vital, double value) => new(vital, value, VitalCode.Of(vital).Unit, "ble-cuff");
    }
}
