using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Playwright;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.CitizenPage;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Profile;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.EndToEnd;

/// <summary>A citizen with a signed plan at the home's own page in a real browser: gateway loop, outbox file, signatures and HTTP are real.</summary>
public sealed class CitizenDayTests : IAsyncLifetime
{
    private const string Gateway = "gw-home-0001";
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(BrowserFactAttribute.Root, "var", "screenshots")).FullName;

    private readonly CancellationTokenSource stop = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("citizen-day-test-");
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
        var identity = new GatewayIdentity(TimeProvider.System, firmware.Charts.Values, "boot-of-this-test", static () => true);
        outbox = SqliteOutbox.Open(Path.Combine(folder.FullName, "outbox.db"), () => "00000000000000a1");
        ProfileTrust trust = Sign(TimeProvider.System.GetUtcNow());
        var link = new MqttLinkOptions { Gateway = Gateway, Boot = identity.Boot, Brokers = [("127.0.0.1", 1)], Tls = null, NextConnection = () => 1 };
        loop = new GatewayLoop(new GatewaySetup
        {
            Gateway = Gateway, Judging = new JudgeSettings { Assignment = 7, Charts = [.. firmware.Charts.Values], Sensors = firmware.Sensors }, Trust = trust, Identity = identity, Outbox = outbox,
            Clock = TimeProvider.System, Dice = new Random(1), Say = _ => { }, Patience = null,
        }, raised => new MqttLink(link, TimeProvider.System, new Random(2), raised));
        address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var home = new AskedHome(Gateway, new Dictionary<int, string> { [7] = "Blå" }, () => loop.Asked, loop.Answer) { Days = () => loop.Days, Enter = loop.Enter, Now = () => loop.Now };
        var page = new HomePage(address, new PageRules(address.Authority, [home], new byte[32], TimeZoneInfo.Utc), TimeProvider.System, _ => { });
        running.AddRange([loop.RunAsync(new Nothing(), stop.Token), page.RunAsync(stop.Token)]);
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
    public async Task The_questions_are_answered_and_stored_once_and_every_page_is_accessible_and_fits()
    {
        IPage page = await Open("da-DK", script: true);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("I dag", new LocatorAssertionsToHaveTextOptions { Timeout = 30000 });
        await Assertions.Expect(page.Locator(".todo")).ToContainTextAsync("Mål puls og ilt i blodet");
        await LookAsync(page, "day-da");
        await page.ClickAsync("a[href='/questions/7']");
        await LookAsync(page, "question-da");
        await AnswerAsync(page);
        await LookAsync(page, "review-da");
        await page.ClickAsync("button[value=send]");
        await Assertions.Expect(page.Locator(".said")).ToHaveTextAsync("Tak. Svaret er gemt her.");
        await Assertions.Expect(page.Locator(".done")).ToContainTextAsync("Besvaret");
        await LookAsync(page, "answered-da");
        Assert.Equal([("answer/copd-daily/dyspnoea", "yes"), ("answer/copd-daily/inhaler", "no"), ("answer/copd-daily/cough", "no"), ("answer/copd-daily/sputum", "no")],
            Readings().Select(answer => (answer.Code, answer.Answer!)));
    }

    [BrowserFact]
    public async Task Without_script_the_questions_go_as_well_and_breaths_are_counted_by_a_clock()
    {
        IPage page = await Open("da-DK", script: false);
        await page.GotoAsync(new Uri(address, "/questions/7").AbsoluteUri);
        await AnswerAsync(page);
        await page.ClickAsync("button[value=send]");
        await Assertions.Expect(page.Locator(".said")).ToHaveTextAsync("Tak. Svaret er gemt her.");
        Assert.Equal(4, Readings().Length);
        await page.GotoAsync(new Uri(address, "/breathing/7").AbsoluteUri);
        await page.ClickAsync("button[value=start]");
        await Assertions.Expect(page.Locator("#by-clock")).ToContainTextAsync("til uret er");
        await Assertions.Expect(page.Locator("#by-tap")).ToBeHiddenAsync();
        await page.FillAsync("#number", "16");
        await page.ClickAsync("button[value=send]");
        await Assertions.Expect(page.Locator(".said")).ToHaveTextAsync("Der var ikke gået 60 sekunder. Der er ikke gemt noget. Begynd forfra.");
        Assert.Equal(4, Readings().Length);
    }

    private static async Task AnswerAsync(IPage page)
    {
        foreach ((string question, string word) in new[] { ("åndenød", "yes"), ("inhalator", "no"), ("Hoster du mere", "no"), ("slim op", "no") })
        {
            await Assertions.Expect(page.Locator("#ask")).ToContainTextAsync(question);
            await page.ClickAsync($"button[value={word}]");
        }
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Er dine svar rigtige?");
    }

    [BrowserFact]
    public async Task Breaths_are_counted_for_a_whole_minute_with_a_tap_for_each()
    {
        IPage page = await Open("en-GB", script: true);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Today", new LocatorAssertionsToHaveTextOptions { Timeout = 30000 });
        await LookAsync(page, "day-en");
        await page.ClickAsync("text=Count breathing");
        await LookAsync(page, "breathing-en");
        await page.ClickAsync("button[value=start]");
        for (int tap = 0; tap < 14; tap++)
        {
            await page.ClickAsync("#tap");
        }
        await Assertions.Expect(page.Locator("#taps")).ToHaveTextAsync("14");
        await Assertions.Expect(page.Locator("#number-form")).ToBeHiddenAsync();
        await LookAsync(page, "counting-en");
        await Assertions.Expect(page.Locator("#number-form")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 90000 });
        await Assertions.Expect(page.Locator("#number")).ToHaveValueAsync("14");
        await LookAsync(page, "number-en");
        await page.ClickAsync("button[value=send]");
        await Assertions.Expect(page.Locator(".said")).ToHaveTextAsync("Thank you. The number is kept here.");
        ReadingItem counted = Assert.Single(Readings());
        Assert.Equal(("9279-1", 14d, "breath-count", "good", 7), (counted.Code, counted.Value, counted.Sensor, counted.Grade, counted.Assignment));
    }

    /// <summary>A picture to look at; it is accessible, fits the width, and every control is big enough for a finger.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        string axe = await File.ReadAllTextAsync(BrowserFactAttribute.AxeFile);
        for (int again = 0; ; again++)
        {
            try
            {
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"citizen-{name}.png"), FullPage = true });
                Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name}: sideways scroll");
                Assert.Equal("", await page.EvaluateAsync<string>("[...document.querySelectorAll('button, a.big, input.number')].filter(one => one.offsetParent && one.getBoundingClientRect().height < 64).map(one => one.textContent).join()"));
                await page.EvaluateAsync(axe);
                JsonElement result = await page.EvaluateAsync<JsonElement>("async () => await axe.run({ rules: { 'meta-refresh': { enabled: false } } })");
                Assert.Empty(result.GetProperty("violations").EnumerateArray().Select(violation => $"{name}: {violation}"));
                return;
            }
            catch (PlaywrightException left) when (again < 3 && left.Message.Contains("destroyed", StringComparison.Ordinal))
            {
                // the day comes anew by itself
            }
        }
    }

    private async Task<IPage> Open(string locale, bool script)
    {
        IBrowserContext context = await browser!.NewContextAsync(new BrowserNewContextOptions { Locale = locale, JavaScriptEnabled = script, ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    private ReadingItem[] Readings() => [.. (outbox.ReadBatch(WireWord.ReadingLane, 0, Batch.MaxItems)?.Items ?? [])
        .Select(bytes => WireItems.TryRead(bytes.Span, out Item? item, out _) ? item : null).OfType<ReadingItem>()];

    /// <summary>Signs the plan for COPD with a set due now, as approver and hub would, and puts it where a bundle that was taken is kept.</summary>
    private ProfileTrust Sign(DateTimeOffset now)
    {
        using ECDsa approver = ECDsa.Create(ECCurve.NamedCurves.nistP256), hub = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        JsonObject plan = Read("plans", "copd-intensive");
        plan["phases"] = JsonNode.Parse($$"""[{"from_day":0,"until_day":null,"at":["{{now.AddMinutes(-1):HH:mm}}"],"days":"every"}]""");
        var clinical = new ClinicalPart("clinical", "1", new ContentApproval("Dr. A", now.AddDays(-2)), [Element(plan)], [], [Element(Read("plans", "questions", "copd-daily"))]);
        var citizen = new CitizenSettings(7, now.AddDays(-1), "Etc/UTC", "copd-intensive", (string)plan["version"]!);
        byte[] bundle = new ProfileBundle(WireWord.Version, Gateway, 1, now.AddDays(-1), Jws.Write(clinical.Write(), approver), Jws.Write(new CitizensPart(Gateway, 1, [citizen]).Write(), hub)).Write();
        outbox.Keep(new KeptProfile(1, ProfileBundle.HashOf(bundle), bundle, now), null);
        return new ProfileTrust(approver.ExportSubjectPublicKeyInfo(), hub.ExportSubjectPublicKeyInfo());
    }

    private static JsonObject Read(params string[] place) => JsonNode.Parse(File.ReadAllText(Path.Combine([BrowserFactAttribute.Root, "firmware-config", .. place]) + ".json"))!.AsObject();

    private static JsonElement Element(JsonObject file) => JsonSerializer.Deserialize<JsonElement>(file.ToJsonString());

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A home whose devices give nothing.</summary>
    private sealed class Nothing : ISensor
    {
        public Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);
    }
}
