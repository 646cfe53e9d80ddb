using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TeleMonitor.Rig;

namespace TeleMonitor.EndToEnd;

/// <summary>The real program: its first administrator, and a token from the first word to the last.</summary>
public sealed class HubAccessTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("telemonitor-access-").FullName;
    private readonly Uri address = new($"http://127.0.0.1:{LoopbackPorts.Free()}");
    private readonly HttpClient http;

    public HubAccessTests() => http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };

    private string Config => Path.Combine(folder, "hub.json");

    private string Log => Path.Combine(folder, "hub.log");

    private string Kept => Path.Combine(folder, "first-administrator.txt");

    public Task InitializeAsync()
    {
        Pki pki = Pki.Open(Path.Combine(folder, "pki"), DateTimeOffset.UtcNow);
        Assert.Null(pki.IssueHub("hub-1"));
        File.WriteAllText(Config, new JsonObject
        {
            ["store"] = "hub.db", ["brokers"] = new JsonArray($"mqtts://localhost:{LoopbackPorts.Free()}"), ["ca"] = "pki/broker-ca.crt",
            ["certificate"] = "pki/hub-1.crt", ["key"] = "pki/hub-1.key", ["listen"] = address.GetLeftPart(UriPartial.Authority), ["firmware_config"] = Repository.FirmwareConfig,
            ["workplaces"] = new JsonArray(new JsonObject
            {
                ["id"] = "work", ["name"] = "Work", ["authority"] = "http://127.0.0.1:9", ["client_id"] = "t", ["map_file"] = Path.Combine(Repository.FirmwareConfig, "topology", "demo-workplace.json"),
            }),
        }.ToJsonString());
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_first_administrator_comes_by_a_code_that_no_log_holds_and_each_start_makes_anew()
    {
        string first = await CodeOfAStartAsync(_ => Task.CompletedTask);
        string second = await CodeOfAStartAsync(async code =>
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Kept));
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("/join", ("invitation", first), ("password", "a long password of mine"), ("later", "yes")));
            Assert.Equal(HttpStatusCode.SeeOther, await PostAsync("/join", ("invitation", code), ("password", "a long password of mine"), ("later", "yes")));
            Assert.Equal(HttpStatusCode.SeeOther, await PostAsync("/sign-in", ("user", "administrator"), ("password", "a long password of mine"), ("code", ""), ("to", "/")));
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/support", UriKind.Relative))).StatusCode);
        });
        Assert.NotEqual(first, second);
        string log = await File.ReadAllTextAsync(Log);
        Assert.DoesNotContain(first, log, StringComparison.Ordinal);
        Assert.DoesNotContain(second, log, StringComparison.Ordinal);
        await RunningAsync(() =>
        {
            Assert.False(File.Exists(Kept)); // there is an administrator now
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_token_is_said_once_reads_what_it_was_given_for_and_ends()
    {
        string said = Assert.Single(await CommandAsync("token", "add", "board-reader", "--role", "support-worker", "--unit", "cluster:soenderjylland", "--days", "30"));
        string token = said.Split(' ')[^1];
        Assert.NotEqual(0, await ExitAsync("token", "add", "board-reader", "--role", "chief", "--unit", "team:nowhere", "--days", "0"));
        string[] complaints = (await File.ReadAllTextAsync(Log)).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^4..];
        Assert.Equal(["id", "role", "--days", "unit"], complaints.Select(line => line.Split(' ')[0]));
        IReadOnlyCollection<string> list = await CommandAsync("token", "list");
        Assert.Contains(list, line => line.StartsWith("board-reader\tuntil", StringComparison.Ordinal));
        Assert.DoesNotContain(list, line => line.Contains(token, StringComparison.Ordinal));
        await RunningAsync(async () =>
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            Assert.Equal(HttpStatusCode.OK, await AskAsync("/api/v1/gateways"));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("/api/v1/cases"));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("/support"));
            await CommandAsync("token", "end", "board-reader");
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/api/v1/gateways"));
        });
        Assert.NotEqual(0, await ExitAsync("token", "end", "board-reader"));
    }

    [Fact]
    public async Task A_workplace_is_led_to_an_account_that_is_here_already()
    {
        await CommandAsync("people", "add", "anx", "ANX");
        Assert.Contains("whoever Work calls anx", Assert.Single(await CommandAsync("people", "link", "anx", "work")), StringComparison.Ordinal);
        Assert.NotEqual(0, await ExitAsync("people", "link", "nobody", "work"));
        Assert.NotEqual(0, await ExitAsync("people", "link", "anx", "nowhere"));
        Assert.NotEqual(0, await ExitAsync("token", "add", "anx", "--role", "auditor", "--unit", "hub", "--days", "1")); // a person's id is no program's
    }

    private async Task<string> CodeOfAStartAsync(Func<string, Task> work)
    {
        string code = "";
        await RunningAsync(async () =>
        {
            code = Regex.Match(await File.ReadAllTextAsync(Kept), "use the code (?<code>[a-z0-9]{20}) once", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["code"].Value;
            Assert.NotEmpty(code);
            await work(code);
        });
        return code;
    }

    private async Task RunningAsync(Func<Task> work)
    {
        await using Child hub = Child.Start("hub", Repository.Hub, ["run", "--config", Config], Log);
        Assert.True(await Waiting.UntilAsync(() => Task.FromResult(hub.HasExited || hub.Output.Any(line => line.Contains("listens on", StringComparison.Ordinal))), TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken.None));
        // the first administrator is said right after
        await Waiting.UntilAsync(async () => hub.HasExited || (await http.GetAsync(new Uri("/sign-in", UriKind.Relative))).IsSuccessStatusCode, TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None);
        Assert.False(hub.HasExited, Child.Tail(Log));
        await work();
    }

    private async Task<HttpStatusCode> AskAsync(string path) => (await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode;

    private async Task<HttpStatusCode> PostAsync(string path, params (string Name, string Value)[] typed)
    {
        string page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        Dictionary<string, string> fields = Regex.Matches(page, "<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value), StringComparer.Ordinal);
        foreach ((string name, string value) in typed)
        {
            fields[name] = value;
        }
        using var form = new FormUrlEncodedContent(fields);
        using HttpResponseMessage answer = await http.PostAsync(new Uri(path, UriKind.Relative), form);
        return answer.StatusCode;
    }

    private async Task<IReadOnlyCollection<string>> CommandAsync(params string[] arguments)
    {
        await using Child child = Child.Start("hub", Repository.Hub, [.. arguments, "--config", Config], Log);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        Assert.True(await child.WaitAsync(bound.Token) == 0, string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', arguments)}: {child.ExitCode}: {Child.Tail(Log)}"));
        return child.Output;
    }

    private async Task<int> ExitAsync(params string[] arguments)
    {
        await using Child child = Child.Start("hub", Repository.Hub, [.. arguments, "--config", Config], Log);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        return await child.WaitAsync(bound.Token);
    }
}
