using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>Everything that a support worker of the whole hub can reach over a database with everything in it: no value, no pseudonym, no plan, no number of a person.</summary>
public sealed class SupportScanTests : IAsyncLifetime
{
    // test numbers (clinical.md 5.2); invented, no names
    private static readonly (string Citizen, string Name, string Number, string Address, string Relative)[] People =
        [("c-100068", "Borger Enogfyrre", "0201919990", "Prøvevej 41", "Pårørende Enogfyrre"), ("c-200002", "Borger Toogfyrre", "2512489996", "Prøvevej 42", "Pårørende Toogfyrre")];
    private static readonly string[] Files = [".css", ".js", ".svg"];
    private readonly CapturedLog log = new();
    private BoardHost host = null!;
    private Forbidden forbidden = null!;

    public async Task InitializeAsync()
    {
        host = await BoardHost.StartAsync(web: WebSetup.Loopback with { SignInsAMinute = 1000 }, build: builder =>
        {
            builder.Logging.AddProvider(log);
            HubHost.Logs(builder.Logging);
        });
        host.Metrics.Linked(true);
        Fill();
        host.AddPerson("support", new Grant(PersonRole.SupportWorker, UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null));
        forbidden = Forbidden.Of(Path.Combine(host.Folder, "hub-test.db"));
        foreach ((string what, string text) in People.SelectMany(one => new[] { ("name", one.Name), ("number", one.Number), ("number", one.Number.Insert(6, "-")), ("address", one.Address), ("relative", one.Relative) }))
        {
            forbidden.Add(what, text); // the database has them encrypted
        }
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task Support_reaches_no_value_no_pseudonym_no_plan_and_no_person()
    {
        Dictionary<string, string> answers = await Crawl("support");
        Assert.True(answers.Count > 60, $"only {answers.Count} answers");
        Assert.Contains(answers, one => one.Key.StartsWith("GET /api/v1/gateways", StringComparison.Ordinal) && one.Value.Contains("kit-0001", StringComparison.Ordinal)); // there was something to see
        Assert.Contains(answers, one => one.Key.StartsWith("GET /api/v1/findings", StringComparison.Ordinal) && one.Value.Contains("finding/item-refused", StringComparison.Ordinal));
        Assert.Empty(answers.SelectMany(one => forbidden.In(one.Value).Select(found => $"{one.Key}: {found}")));
        Assert.NotEmpty(log.Lines);
        Assert.Empty(log.Lines.SelectMany(line => forbidden.In(line).Select(found => $"log: {line}: {found}")));
    }

    /// <summary>The same scan finds them where they are: it is not blind.</summary>
    [Fact]
    public async Task The_scan_knows_what_it_looks_for_when_a_nurse_looks()
    {
        Dictionary<string, string> answers = await Crawl(BoardHost.Everybody);
        string[] found = [.. answers.SelectMany(one => forbidden.In(one.Value)).Distinct(StringComparer.Ordinal)];
        foreach (string kind in new[] { "a value: ", "pseudonym", "a number beside a unit", "a number in a field of health" })
        {
            Assert.Contains(found, one => one.StartsWith(kind, StringComparison.Ordinal));
        }
        using BoardBrowser nurse = host.Browser(BoardHost.Everybody);
        await nurse.Open("/citizens/c-100068");
        await nurse.Send("/citizens/c-100068/reveal");
        string[] revealed = [.. forbidden.In(nurse.Html)];
        Assert.All(new[] { "name: ", "number: ", "address: ", "relative: " }, kind => Assert.Contains(revealed, one => one.StartsWith(kind, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("pulsen er 139 nu", true)]
    [InlineData("87,13", true)]
    [InlineData("c-100068", true)]
    [InlineData("251248-1234", true)]
    [InlineData("2512481234", true)]
    [InlineData("251248-\u2022\u2022\u2022\u2022", false)]
    [InlineData("kit-0001 2026-11-22T09:00:00Z 1390 batches", false)]
    public void The_scan_tells_a_forbidden_thing_from_an_ordinary_one(string text, bool isForbidden) => Assert.Equal(isForbidden, forbidden.In(text).Any());

    /// <summary>Citizens with odd values, alerts, a help call, a plan that is not kept, an alert that nobody can read, findings, pages to support, a test.</summary>
    private void Fill()
    {
        host.Measure(BoardHost.Aabenraa, (Vital.Respiration, 31), (Vital.Temperature, 39.47), (Vital.Pulse, 139), (Vital.Systolic, 187), (Vital.Spo2, 83), (Vital.Weight, 87.13));
        host.MeasureWithoutAlert(BoardHost.Soenderborg, (Vital.Respiration, 33), (Vital.Temperature, 38.93), (Vital.Pulse, 143), (Vital.Systolic, 173), (Vital.Spo2, 81), (Vital.Weight, 113.57));
        host.Press(BoardHost.Aabenraa);
        host.SendUnreadableAlert(BoardHost.Soenderborg);
        host.FollowPlan(BoardHost.AabenraaToo, "copd-intensive", "2026-11-1");
        host.FollowPlan(BoardHost.Aabenraa, "heart-failure", "no-such-version");
        host.Clock.Now = host.Clock.Now.AddHours(3);
        host.Settle();
        host.Store.Write(write =>
        {
            foreach ((string citizen, string name, string number, string address, string relative) in People)
            {
                write.SaveIdentity(citizen, host.Keys.Close(new Identity(PersonalId.Read(number).Id!, name, address, "00 00 00 00", [new Relative(relative, "00 00 00 00", "datter")])), "load", host.Clock.Now);
                write.GiveConsent(citizen, TeleMonitor.Hub.Store.ConsentKind.Monitoring, "alle", host.Clock.Now);
            }
            write.SetProvedTime(TimeSpan.FromMinutes(190));
            write.StepSilence(TimeSpan.FromMinutes(190), host.Clock.Now, 100);
            write.Gone("gw-test-0002", host.Clock.Now);
            write.Finding("gw-test-0001", "finding/sensor/oximeter", "days 12, serial c-100068, value 87.13, why battery-low", host.Clock.Now);
            write.Finding("gw-test-0002", "finding/settings-skew", "temperature 38.93 against 39.47", host.Clock.Now);
            write.Finding("", PartRules.NotifierSilent, "akut-toender", host.Clock.Now);
            write.AddPage(0, new PageTo(Receiver.Support, "support-soenderjylland", 1), PageReason.SelfTestMissed, host.Clock.Now);
            write.AddDailyTest("akut-aabenraa", new PageTo(Receiver.Team, "akut-aabenraa", 1), host.Clock.Now, host.Clock.Now.AddMinutes(30));
        });
        host.Measure(BoardHost.Soenderborg, (Vital.Respiration, 34), (Vital.Temperature, 40.21), (Vital.Pulse, 151), (Vital.Systolic, 171), (Vital.Spo2, 79));
    }

    /// <summary>Every operation of the document with what its parameters may be, then every address that a page names, and some seconds of the stream.</summary>
    private async Task<Dictionary<string, string>> Crawl(string person)
    {
        using BoardBrowser browser = host.Browser(person);
        await browser.Open("/api/v1/openapi.json");
        var todo = new Queue<(string Method, string Address)>(JsonNode.Parse(browser.Html)!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().SelectMany(one => Addresses(path.Key, one.Value!).Select(address => (one.Key.ToUpperInvariant(), address)))));
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        while (todo.TryDequeue(out (string Method, string Address) next) && answers.Count < 2000)
        {
            string key = $"{next.Method} {next.Address}";
            if (answers.ContainsKey(key) || next.Address.StartsWith("/sign-out", StringComparison.Ordinal) || Files.Any(next.Address.Split('?')[0].EndsWith))
            {
                continue;
            }
            answers[key] = next.Address.StartsWith("/events", StringComparison.Ordinal) && next.Method == "GET" ? await Listen(browser, next.Address) : await Ask(browser, next.Method, next.Address);
            foreach (Match named in Regex.Matches(answers[key], "(?:href|action|hx-get|data-events|src)=\"(?<to>/[^\"]*)\"|Location: (?<to>/\\S*)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
            {
                todo.Enqueue(("GET", WebUtility.HtmlDecode(named.Groups["to"].Value)));
            }
        }
        return answers;
    }

    private IEnumerable<string> Addresses(string path, JsonNode operation)
    {
        string[] paths = path.Contains("{id}", StringComparison.Ordinal) ? [.. Enumerable.Range(0, 7).Select(id => path.Replace("{id}", $"{id}", StringComparison.Ordinal))] : [path];
        paths = [.. paths.SelectMany(one => one.Contains("{act}", StringComparison.Ordinal) ? new[] { "take", "note" }.Select(act => one.Replace("{act}", act, StringComparison.Ordinal)) : [one])];
        paths = [.. paths.SelectMany(one => one.Contains('{', StringComparison.Ordinal) ? new[] { "c-100068", "1" }.Select(word => Regex.Replace(one, @"\{\w+\}", word, RegexOptions.None, TimeSpan.FromSeconds(1))) : [one])];
        foreach (string one in paths)
        {
            yield return one;
            foreach (JsonNode? parameter in operation["parameters"]!.AsArray().Where(parameter => (string)parameter!["in"]! == "query"))
            {
                foreach (string value in Values(parameter!))
                {
                    yield return $"{one}?{parameter!["name"]}={value}";
                }
            }
        }
    }

    private IEnumerable<string> Values(JsonNode parameter) => (string)parameter["name"]! switch
    {
        "team" => [.. host.Data.Topology.Teams.Take(3).Select(team => team.Id), "akut-aabenraa", "support-soenderjylland", "all", "no-such"],
        "cluster" => [.. host.Data.Topology.Clusters.Take(3).Select(cluster => cluster.Slug), "no-such"],
        "case" => ["1", "2", "3", "4", "99"],
        _ => parameter["schema"]!["enum"] is JsonArray words ? words.Select(word => (string)word!) : ["c-100068", "x"],
    };

    private static async Task<string> Ask(BoardBrowser browser, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.Relative));
        if (method == "POST")
        {
            request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
            request.Content = address.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : new FormUrlEncodedContent([]);
        }
        using HttpResponseMessage answer = await browser.Http.SendAsync(request);
        return $"{string.Join('\n', answer.Headers.SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}")))}\n\n{await answer.Content.ReadAsStringAsync()}";
    }

    /// <summary>Listens while a citizen measures and a case changes.</summary>
    private async Task<string> Listen(BoardBrowser browser, string address)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromMilliseconds(800));
        using HttpResponseMessage answer = await browser.Http.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, end.Token);
        var said = new System.Text.StringBuilder();
        try
        {
            using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(end.Token));
            host.Store.Write(write => write.Finding("", PartRules.WorkerSilent, $"{host.Feed.Version}", host.Clock.Now));
            host.Settle();
            while (await stream.ReadLineAsync(end.Token) is { } line)
            {
                said.Append(line).Append('\n');
            }
        }
        catch (OperationCanceledException)
        {
            // long enough
        }
        return said.ToString();
    }
}
