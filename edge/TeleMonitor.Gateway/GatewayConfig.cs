using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;

namespace TeleMonitor.Gateway;

/// <summary>One line of the assignment table.</summary>
/// <param name="Gateway">Gateway id: 8 to 40 of a-z, 0-9 and -, beginning with <c>gw-</c>.</param>
/// <param name="Assignment">Number of the assignment, from 1; unique over the whole hub.</param>
/// <param name="Scale">SpO2 scale of NEWS2, 1 or 2; absent: 1.</param>
/// <param name="ConfirmMinutes">How long a Red by its total alone waits for a second measurement, 1 to 15; absent: it counts at once.</param>
/// <param name="SelfTest">True for a gateway that only tests the path: <c>run</c> gives it the self-test's sensor instead of a home.</param>
/// <param name="HelpButton">False where the plan leaves the help button out: a press then calls nobody, and says so.</param>
/// <param name="CallNumbers">Whom the citizen calls when an alert cannot be sent, in this order; at most 5. Works offline.</param>
internal sealed record AssignmentLine(string Gateway, int Assignment, int? Scale = null, int? ConfirmMinutes = null, bool SelfTest = false, bool HelpButton = true,
    IReadOnlyList<CallNumber>? CallNumbers = null)
{
    /// <summary>Wired devices of this home: <c>run</c> reads them instead of a simulated home. Absent: none.</summary>
    public IReadOnlyList<SensorLine>? Sensors { get; init; }
    /// <summary>What this citizen is called on the home's own page: a word the home knows, such as a colour, never a name. 1 to 20 characters; absent: 1, 2, ….</summary>
    public string? Label { get; init; }
    /// <summary>True where the home has Bluetooth devices: which ones, and whose, is in its bonds, not here (<c>sensors pair</c>).</summary>
    public bool Bluetooth { get; init; }

    /// <summary>
    /// True when the loan is over: no value is taken for this assignment any more, what waits is delivered, then all of it is wiped from the
    /// gateway, and the hub is told. The line stays until <c>status</c> says that the kit may be lent again. The hub says it by signed settings;
    /// written here it is for a kit that takes none.
    /// </summary>
    public bool Ended { get; init; }

    /// <summary>True for a home with devices of its own, on wires or by radio.</summary>
    [JsonIgnore] public bool HasDevices => Bluetooth || Sensors is { Count: > 0 };
}

/// <summary>A telephone number that a citizen calls.</summary>
/// <param name="Label">Who answers, in the citizen's language; 1 to 60 characters.</param>
/// <param name="Number">3 to 20 digits and spaces, with or without a + before them.</param>
internal sealed record CallNumber(string Label, string Number)
{
    /// <summary>Most numbers of one assignment.</summary>
    public const int Most = 5;

    /// <summary>True when it can be read out and dialled.</summary>
    public bool IsUsable => Label is { Length: >= 1 and <= 60 } && Number is { Length: >= 3 and <= 20 } && Number.Count(char.IsAsciiDigit) >= 3
        && Number.Select((letter, at) => char.IsAsciiDigit(letter) || letter == ' ' || (letter == '+' && at == 0)).All(fits => fits);
}

/// <summary>What <c>--config FILE</c> holds. Relative paths are relative to that file's folder.</summary>
internal sealed record GatewayConfig
{
    /// <summary><c>mqtts://host:port</c>, tried in order.</summary>
    public required IReadOnlyList<string> Brokers { get; init; }
    /// <summary>PEM file with the roots that may sign the broker's certificate.</summary>
    public required string Ca { get; init; }
    /// <summary>PEM file of the gateway's certificate; <c>{gateway}</c> stands for the id.</summary>
    public required string Certificate { get; init; }
    /// <summary>PEM file of its private key.</summary>
    public required string Key { get; init; }
    /// <summary>Folder that holds one folder per gateway with its outbox.</summary>
    public required string Data { get; init; }
    /// <summary>Folder with charts and sensors; absent: beside or above the program.</summary>
    public string? FirmwareConfig { get; init; }
    /// <summary><c>http://127.0.0.1:PORT/</c>: where this machine's own screen finds the home's page; loopback only. Absent: no page, and nothing is asked.</summary>
    public string? CitizenPage { get; init; }
    /// <summary>PEM file of the public key of whoever approves plans and charts, pinned at set-up; absent: no signed settings are taken.</summary>
    public string? ApproverKey { get; init; }
    /// <summary>PEM file of the public key by which the hub signs settings; the same.</summary>
    public string? HubKey { get; init; }
    /// <summary>Which assignment each gateway serves.</summary>
    public required IReadOnlyList<AssignmentLine> Assignments { get; init; }
    /// <summary>Scenario file of simulated homes, for <c>run</c>.</summary>
    public string? Homes { get; init; }
    /// <summary>Silence after which the broker is asked whether it is there, and then again how long its answer may take: 1 to 3,600 s; absent: 30.</summary>
    public int? KeepAliveSeconds { get; init; }
    /// <summary>Longest wait between two attempts to reach a broker: 1 to 60 s, since an alert may be waiting (design.md section 9); absent: 30.</summary>
    public int? BackoffCeilingSeconds { get; init; }
    /// <summary>Most that one gateway's outbox may take of the disk, MiB: 64 to 1,048,576; absent: 4,096 (Outbox/OUTBOX.md).</summary>
    public long? OutboxLimitMb { get; init; }

    /// <summary><see cref="OutboxLimitMb"/> or its default, in bytes.</summary>
    [JsonIgnore] public long OutboxLimit => OutboxLimitMb << 20 ?? OutboxOptions.DefaultLimit;

    /// <summary><see cref="KeepAliveSeconds"/> or its default.</summary>
    [JsonIgnore] public TimeSpan KeepAlive => TimeSpan.FromSeconds(KeepAliveSeconds ?? 30);

    /// <summary><see cref="BackoffCeilingSeconds"/> or its default.</summary>
    [JsonIgnore] public TimeSpan BackOffCeiling => TimeSpan.FromSeconds(BackoffCeilingSeconds ?? 30);

    /// <summary>Brokers as host and port.</summary>
    [JsonIgnore] public IReadOnlyList<(string Host, int Port)> Addresses => [.. Brokers.Select(text => Address(text)!.Value)];

    /// <summary>The lines of one gateway, in their order.</summary>
    public IReadOnlyList<AssignmentLine> LinesOf(string gateway) => [.. Assignments.Where(line => string.Equals(line.Gateway, gateway, StringComparison.Ordinal))];

    /// <summary>The outbox of a gateway.</summary>
    public string OutboxPath(string gateway) => Path.Combine(Data, gateway, "outbox.db");

    /// <summary>Which Bluetooth devices a gateway has, and whose.</summary>
    public string BondsPath(string gateway) => Path.Combine(Data, gateway, "sensors.json");

    /// <summary>When those were last heard, for support; nothing depends on it.</summary>
    public string HeardPath(string gateway) => Path.Combine(Data, gateway, "sensors-heard.json");

    /// <summary>Which of its loans signed settings have ended (<see cref="EndedLoans"/>).</summary>
    public string EndedPath(string gateway) => Path.Combine(Data, gateway, "loans-ended.json");

    /// <summary>Reads a file; all problems at once, each beginning with the file's name. A loan that signed settings have ended is ended, whatever its line says.</summary>
    public static GatewayConfig? Load(string file, out IReadOnlyList<string> problems)
    {
        try
        {
            return TryRead(File.ReadAllBytes(file), file, out problems)?.WithEnded(out problems);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            problems = [$"{file}: cannot be read: {bad.Message}"];
            return null;
        }
    }

    private GatewayConfig? WithEnded(out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var ended = new HashSet<int>();
        foreach (string gateway in Assignments.Select(line => line.Gateway).Distinct(StringComparer.Ordinal))
        {
            ended.UnionWith(EndedLoans.Read(EndedPath(gateway), out string problem));
            if (problem.Length > 0)
            {
                found.Add($"{problem}; without it somebody whose loan is over could be measured. Write it anew: [] where no loan of the lines was ended by the hub");
            }
        }
        problems = found;
        return found.Count > 0 ? null : this with { Assignments = [.. Assignments.Select(line => ended.Contains(line.Assignment) ? line with { Ended = true } : line)] };
    }

    /// <summary>Reads from bytes; paths are made absolute.</summary>
    public static GatewayConfig? TryRead(ReadOnlySpan<byte> json, string file, out IReadOnlyList<string> problems)
    {
        GatewayConfig? config;
        try
        {
            config = JsonSerializer.Deserialize(json, ConfigJson.Default.GatewayConfig);
        }
        catch (JsonException bad)
        {
            problems = [$"{file}: {bad.Message}"];
            return null;
        }
        if (config is null)
        {
            problems = [$"{file}: is null, a configuration object is expected"];
            return null;
        }
        var found = new List<string>();
        config.Check(file, found);
        problems = found;
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return found.Count > 0 ? null : config with
        {
            Ca = Path.Combine(folder, config.Ca), Certificate = Path.Combine(folder, config.Certificate), Key = Path.Combine(folder, config.Key),
            Data = Path.Combine(folder, config.Data),
            FirmwareConfig = config.FirmwareConfig is null ? null : Path.Combine(folder, config.FirmwareConfig),
            ApproverKey = config.ApproverKey is null ? null : Path.Combine(folder, config.ApproverKey),
            HubKey = config.HubKey is null ? null : Path.Combine(folder, config.HubKey),
            Homes = config.Homes is null ? null : Path.Combine(folder, config.Homes),
        };
    }

    /// <summary>True for a name that may be client id, user name, certificate name and part of a topic.</summary>
    public static bool IsGatewayId(string id) => id.Length is >= 8 and <= 40 && id.StartsWith("gw-", StringComparison.Ordinal)
        && id.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private void Check(string file, List<string> found)
    {
        if (Brokers.Count == 0)
        {
            found.Add($"{file}: brokers is empty");
        }
        found.AddRange(Brokers.Where(broker => Address(broker) is null).Select(broker => $"{file}: brokers: '{broker}' is not mqtts://host:port"));
        AddUnless(KeepAliveSeconds is null or (>= 1 and <= 3600), $"{file}: keep_alive_seconds {KeepAliveSeconds} must be 1 to 3600");
        AddUnless(OutboxLimitMb is null or (>= OutboxOptions.LeastLimit >> 20 and <= 1 << 20), $"{file}: outbox_limit_mb {OutboxLimitMb} must be 64 to 1048576");
        AddUnless(CitizenPage is null || IsLoopbackPage(CitizenPage), $"{file}: citizen_page '{CitizenPage}' must be http://127.0.0.1:PORT/: only this machine's own screen may ask");
        AddUnless(BackoffCeilingSeconds is null or (>= 1 and <= 60), $"{file}: backoff_ceiling_seconds {BackoffCeilingSeconds} must be 1 to 60");
        var gateways = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<int>();
        for (int i = 0; i < Assignments.Count; i++)
        {
            (string gateway, int number, int? scale, int? confirm, _, _, IReadOnlyList<CallNumber>? calls) = Assignments[i];
            string place = $"{file}: assignments[{i}]";
            AddUnless(IsGatewayId(gateway), $"{place}: gateway '{gateway}' must be 8 to 40 of a-z, 0-9 and -, beginning with gw-");
            bool isFirst = gateways.Add(gateway);
            AddUnless(isFirst || (Assignments[i] is { SelfTest: false, Sensors: null, Bluetooth: false } && !Assignments.Take(i).Any(line => line.SelfTest && line.Gateway == gateway)),
                $"{place}: gateway '{gateway}' stands twice: a second citizen of the home has neither sensors nor bluetooth of its own nor a self_test");
            AddUnless(number >= 1 && numbers.Add(number), $"{place}: assignment {number} must be 1 or more and stand once");
            AddUnless(scale is null or 1 or 2, $"{place}: scale {scale} must be 1 or 2");
            AddUnless(confirm is null or (>= 1 and <= 15), $"{place}: confirm_minutes {confirm} must be 1 to 15, or absent: then a Red counts at once");
            CheckSensors(place, Assignments[i], AddUnless);
            AddUnless(IsLabel(Assignments[i].Label), $"{place}: label '{Assignments[i].Label}' must be 1 to 20 characters that can be read, with no space at either end");
            AddUnless(!Assignments.Take(i).Any(line => line.Gateway == gateway && LabelOf(line) == LabelOf(Assignments[i])),
                $"{place}: label '{LabelOf(Assignments[i])}' stands twice in one home: nobody could tell them apart");
            AddUnless(!Assignments[i].Bluetooth || Assignments.Take(i).All(line => !line.Bluetooth || line.Gateway == gateway),
                $"{place}: bluetooth: another gateway of this file has it; a machine's radio serves one home");
            AddUnless(calls is null || (calls.Count <= CallNumber.Most && calls.All(call => call is { IsUsable: true })),
                $"{place}: call_numbers must be at most {CallNumber.Most} of a label (1 to 60 characters) and a number (3 to 20 digits and spaces, + before them)");
        }
        void AddUnless(bool held, string problem)
        {
            if (!held)
            {
                found.Add(problem);
            }
        }
    }

    /// <summary>What an assignment is called at home: its label, or its place among the home's lines, from 1.</summary>
    public string LabelOf(AssignmentLine line) => line.Label ?? (LinesOf(line.Gateway)
        .TakeWhile(one => one.Assignment != line.Assignment).Count() + 1).ToString(CultureInfo.InvariantCulture);

    private static bool IsLabel(string? label) => label is null || (label is { Length: >= 1 and <= 20 } && label.Trim().Length == label.Length && !label.Any(char.IsControl));

    private static bool IsLoopbackPage(string page) => Uri.TryCreate(page, UriKind.Absolute, out Uri? uri) && string.Equals(uri.Scheme, "http", StringComparison.Ordinal)
        && uri.Port > 0 && uri.PathAndQuery is "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && uri.Host is "127.0.0.1";

    private static void CheckSensors(string place, AssignmentLine line, Action<bool, string> addUnless)
    {
        addUnless(line.Sensors is null || !line.SelfTest, $"{place}: sensors and self_test: a test never stands for a citizen");
        addUnless(!line.Bluetooth || !line.SelfTest, $"{place}: bluetooth and self_test: a test never stands for a citizen");
        var models = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < (line.Sensors?.Count ?? 0); i++)
        {
            SensorLine? sensor = line.Sensors![i];
            addUnless(sensor is { Model.Length: > 0 }, $"{place}.sensors[{i}]: model must not be empty");
            addUnless(sensor is null || models.Add(sensor.Model), $"{place}.sensors[{i}]: model '{sensor?.Model}' stands twice: it is found by its name, and two would be one");
            foreach (string problem in sensor?.Problems() ?? [])
            {
                addUnless(false, $"{place}.sensors[{i}].{problem}");
            }
        }
    }

    private static (string Host, int Port)? Address(string broker) =>
        Uri.TryCreate(broker, UriKind.Absolute, out Uri? uri) && string.Equals(uri.Scheme, "mqtts", StringComparison.Ordinal) && uri.Host.Length > 0
        && uri.PathAndQuery is "/" or "" && uri.UserInfo.Length == 0
            ? (uri.Host, uri.Port > 0 ? uri.Port : 8883)
            : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(GatewayConfig))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class ConfigJson : JsonSerializerContext;
