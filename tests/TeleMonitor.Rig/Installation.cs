using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TeleMonitor.Rig;

/// <summary>In what an installation differs from the usual one.</summary>
public sealed record InstallationSettings
{
    /// <summary>Port that gateways are told, given the broker's; null: the broker's own.</summary>
    public Func<int, int>? GatewayDoor { get; init; }

    /// <summary>Keep-alive of gateways and hub; null: what the programs take by themselves.</summary>
    public int? KeepAliveSeconds { get; init; }

    /// <summary>Longest wait of a gateway between two attempts to connect; null: what it takes by itself.</summary>
    public int? GatewayBackoffCeilingSeconds { get; init; }

    /// <summary>The same of the hub.</summary>
    public int? HubBackoffCeilingSeconds { get; init; }

    /// <summary>Folder of the outboxes; null: <c>gateways</c> beside the configuration.</summary>
    public string? Data { get; init; }

    /// <summary>The hub's store; null: <c>hub.db</c> beside the configuration.</summary>
    public string? Store { get; init; }

    /// <summary>Whether what firmware-config holds is approved and issued to the homes before the hub starts.</summary>
    public bool Approves { get; init; }

    /// <summary>Whether the register says who the first citizens are: invented ones.</summary>
    public bool Registers { get; init; }

    /// <summary>What holds for each citizen from the start, as the register's <c>settings</c>; null: nothing.</summary>
    public JsonObject? CitizenSettings { get; init; }

    /// <summary>Environment of the running hub, e.g. another clock.</summary>
    public IReadOnlyDictionary<string, string>? HubEnvironment { get; init; }
}

/// <summary>Broker and hub running for some homes, in one folder: pki, configurations, store, outboxes, logs.</summary>
public sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string folder;
    private readonly Uri listen;
    private readonly TimeProvider time;
    private readonly Action<string>? echo;
    private readonly InstallationSettings settings;
    private Child? hub;

    private Installation(string folder, Broker broker, Uri listen, InstallationSettings settings, TimeProvider time, Action<string>? echo)
    {
        this.settings = settings;
        this.folder = folder;
        this.listen = listen;
        this.time = time;
        this.echo = echo;
        Broker = broker;
    }

    public Broker Broker { get; }

    public string GatewayConfig => Path.Combine(folder, "gateway.json");

    public string HubConfig => Path.Combine(folder, "hub.json");

    public string HubStore => settings.Store ?? Path.Combine(folder, "hub.db");

    /// <summary>The password of everybody in this installation, made at its start.</summary>
    public string PasswordFile => Path.Combine(folder, "password.txt");

    /// <summary>Signs a person in as a browser does: the client keeps the session.</summary>
    public async Task<HttpClient> SignInAsync(string person, CancellationToken ct)
    {
        HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = listen };
        string page = await client.GetStringAsync(new Uri("/sign-in", UriKind.Relative), ct);
        string token = Regex.Match(page, "name=\"tm-form\" value=\"(?<token>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["token"].Value;
        using FormUrlEncodedContent form = new(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tm-form"] = WebUtility.HtmlDecode(token), ["user"] = person, ["password"] = await File.ReadAllTextAsync(PasswordFile, ct), ["code"] = "", ["to"] = "/",
        });
        using HttpResponseMessage answer = await client.PostAsync(new Uri("/sign-in", UriKind.Relative), form, ct);
        return answer.StatusCode == HttpStatusCode.SeeOther ? client : throw new RigException($"{person} could not sign in: {answer.StatusCode}");
    }

    /// <summary>The folder that holds one folder per gateway with its outbox.</summary>
    public string Outboxes => settings.Data ?? Path.Combine(folder, "gateways");

    public Child Hub => hub!;

    /// <summary>Issues certificates, starts the broker, registers the homes, starts the hub and waits until it is ready.</summary>
    /// <exception cref="RigException">A certificate was refused, or a program did not do its part; with its log's end.</exception>
    public static async Task<Installation> StartAsync(
        string folder, IReadOnlyList<Home> homes, int hubPort, TimeProvider time, CancellationToken ct, Action<string>? echo = null,
        InstallationSettings? settings = null)
    {
        Pki pki = Pki.Open(Path.Combine(folder, "pki"), time.GetUtcNow());
        foreach (string refusal in homes.Select(home => pki.IssueGateway(home.Gateway)).Append(pki.IssueHub("hub-1")).OfType<string>())
        {
            throw new RigException(refusal);
        }

        Broker broker = await Broker.StartAsync(folder, pki, time, ct, echo);
        Installation installation = new(folder, broker, new Uri($"http://127.0.0.1:{hubPort}"), settings ?? new InstallationSettings(), time, echo);
        try
        {
            installation.WriteConfigurations(homes);
            await installation.HubCommandAsync(["migrate", "--config", installation.HubConfig], ct);
            await installation.HubCommandAsync(["register", Path.Combine(folder, "register.json"), "--config", installation.HubConfig], ct);
            await installation.AddPeopleAsync(ct);
            if (installation.settings.Registers)
            {
                await installation.AddCitizensAsync(homes, ct);
            }

            if (installation.settings.Approves)
            {
                await installation.ApproveAsync(ct);
            }

            await installation.StartHubAsync(ct);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts <c>telemonitor-gateway</c> with this installation's configuration added to the arguments.</summary>
    public Child StartGateway(IEnumerable<string> arguments) =>
        Child.Start("gateway", Repository.Gateway, [.. arguments, "--config", GatewayConfig], GatewayLog, echo);

    public string GatewayLog => Path.Combine(folder, "log", "gateway.log");

    public string HubLog => Path.Combine(folder, "log", "hub.log");

    /// <summary>Runs one command of <c>telemonitor-hub</c> to its end and gives what it printed.</summary>
    /// <exception cref="RigException">It ended with another exit code than 0.</exception>
    public async Task<IReadOnlyCollection<string>> HubCommandAsync(string[] arguments, CancellationToken ct)
    {
        string log = Path.Combine(folder, "log", $"hub-{arguments[0]}.log");
        await using Child child = Child.Start("hub " + arguments[0], Repository.Hub, arguments, log);
        int code = await child.WaitAsync(ct);
        return code == 0 ? child.Output
            : throw new RigException($"telemonitor-hub {string.Join(' ', arguments)} ended with exit code {code}:\n{Child.Tail(log)}");
    }

    /// <summary>Gives the people of the sample an account, all with one password that is made here and now.</summary>
    private async Task AddPeopleAsync(CancellationToken ct)
    {
        if (!File.Exists(PasswordFile))
        {
            await File.WriteAllTextAsync(PasswordFile, RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 16), ct);
        }
        await HubCommandAsync(["people", "import", Path.Combine(Repository.FirmwareConfig, "topology", "demo-people.json"), "--password-file", PasswordFile, "--config", HubConfig], ct);
    }

    /// <summary>Writes down who the first citizens are: test numbers, which are nobody's (clinical.md 5.2), and no names.</summary>
    private async Task AddCitizensAsync(IReadOnlyList<Home> homes, CancellationToken ct)
    {
        string[] numbers = ["2512489996", "0201919990", "3001749995", "1111111118", "0101650006", "0101650000"];
        string[] names = ["Borger Et", "Borger To", "Borger Tre", "Borger Fire", "Borger Fem", "Borger Seks"];
        string file = Path.Combine(folder, "citizens.csv");
        await File.WriteAllLinesAsync(file, homes.Where(home => !home.Synthetic).Take(numbers.Length)
            .Select((home, at) => $"{home.Citizen};{numbers[at]};{names[at]};Prøvevej {at + 1};00 00 00 00;ja").Prepend("citizen;number;name;address;telephone;monitoring"), ct);
        await HubCommandAsync(["citizens", "import", file, "--config", HubConfig], ct);
    }

    /// <summary>Signs what firmware-config holds with the approver's key and hands it to the hub: it goes to every home.</summary>
    public async Task ApproveAsync(CancellationToken ct)
    {
        string signed = Path.Combine(folder, "clinical.jws");
        await HubCommandAsync(["profile", "approve", "--key", Path.Combine(folder, "pki", "approver.key"), "--by", "the rig", "--out", signed, Repository.FirmwareConfig], ct);
        await HubCommandAsync(["profile", "take", signed, "--config", HubConfig], ct);
    }

    /// <summary>kill -9 of the hub, then the same hub again on the same store.</summary>
    public async Task CrashAndRestartHubAsync(CancellationToken ct)
    {
        await KillHubAsync();
        await StartHubAsync(ct);
    }

    /// <summary>kill -9 of the hub; <see cref="StartHubAsync"/> or <see cref="CrashAndRestartHubAsync"/> brings it back.</summary>
    public async Task KillHubAsync()
    {
        if (hub is not null)
        {
            await hub.KillAsync();
            await hub.DisposeAsync();
            hub = null;
        }
    }

    /// <summary>The hub first: its broker must still be there while it says goodbye.</summary>
    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
        {
            await hub.DisposeAsync();
        }

        await Broker.DisposeAsync();
    }

    /// <summary>Starts the hub and waits until it is ready.</summary>
    public async Task StartHubAsync(CancellationToken ct)
    {
        hub = Child.Start("hub", Repository.Hub, ["run", "--config", HubConfig], HubLog, echo, settings.HubEnvironment);
        using HttpClient client = new() { BaseAddress = listen, Timeout = TimeSpan.FromSeconds(2) };
        await Waiting.UntilAsync(() => IsReadyAsync(client, ct), hub, HubLog, ReadyWithin, $"answers {listen}readyz with 200", time, ct);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken ct)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri("/readyz", UriKind.Relative), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException || (notYet is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    // the agreed file formats; every path is relative to the file it stands in
    private void WriteConfigurations(IReadOnlyList<Home> homes)
    {
        string firmwareConfig = Path.GetRelativePath(folder, Repository.FirmwareConfig);
        int door = settings.GatewayDoor?.Invoke(Broker.GatewayPort) ?? Broker.GatewayPort;
        Write(GatewayConfig, Link(new JsonObject
        {
            ["brokers"] = new JsonArray($"mqtts://localhost:{door}"),
            ["ca"] = "pki/broker-ca.crt",
            ["certificate"] = "pki/gateways/{gateway}.crt",
            ["key"] = "pki/gateways/{gateway}.key",
            ["approver_key"] = "pki/approver.pub",
            ["hub_key"] = Path.Combine(Path.GetDirectoryName(settings.Store) ?? "", "profile-key.pub"), // migrate makes it beside the store
            ["data"] = settings.Data ?? "gateways",
            ["firmware_config"] = firmwareConfig,
            ["assignments"] = new JsonArray([.. homes.Select(home =>
                new JsonObject { ["gateway"] = home.Gateway, ["assignment"] = home.Assignment, ["scale"] = 1, ["self_test"] = home.Synthetic })]),
            ["homes"] = Path.Combine(firmwareConfig, "profiles", "sample-homes.json"),
        }, settings.GatewayBackoffCeilingSeconds));
        Write(HubConfig, Link(new JsonObject
        {
            ["store"] = settings.Store ?? "hub.db",
            ["brokers"] = new JsonArray($"mqtts://localhost:{Broker.HubPort}"),
            ["ca"] = "pki/broker-ca.crt",
            ["certificate"] = "pki/hub-1.crt",
            ["key"] = "pki/hub-1.key",
            ["approver_key"] = "pki/approver.pub",
            ["listen"] = listen.GetLeftPart(UriPartial.Authority),
            ["firmware_config"] = firmwareConfig,
        }, settings.HubBackoffCeilingSeconds));
        Write(Path.Combine(folder, "register.json"), new JsonObject
        {
            ["gateways"] = new JsonArray([.. homes.Select(home => new JsonObject
            {
                ["gateway"] = home.Gateway,
                ["kit"] = home.Kit,
                ["assignments"] = new JsonArray(new JsonObject
                {
                    ["assignment"] = home.Assignment,
                    ["citizen"] = home.Citizen,
                    ["area"] = home.Area,
                    ["from"] = "2026-01-01T00:00:00Z",
                    ["to"] = null,
                    ["synthetic"] = home.Synthetic,
                    ["settings"] = home.Synthetic ? null : settings.CitizenSettings?.DeepClone(),
                }),
            })]),
        });
    }

    // what is not said is not written: the programs then take their own
    private JsonObject Link(JsonObject config, int? ceiling)
    {
        if (settings.KeepAliveSeconds is { } keepAlive)
        {
            config["keep_alive_seconds"] = keepAlive;
        }

        if (ceiling is { } longest)
        {
            config["backoff_ceiling_seconds"] = longest;
        }

        return config;
    }

    private static void Write(string file, JsonObject content) => File.WriteAllText(file, content.ToJsonString(Indented) + "\n");
}
