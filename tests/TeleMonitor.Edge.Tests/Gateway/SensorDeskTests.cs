using System.Text.RegularExpressions;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Edge.Tests.Sensors.Wired;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary><c>sensors …</c> on a machine without any bus: it works, and says what is missing.</summary>
public sealed partial class SensorDeskTests
{
    private const string Bluetooth = """{"gateway":"gw-home-0001","assignment":7,"bluetooth":true}""", Wired = """{"gateway":"gw-home-0001","assignment":7,"sensors":[{"model":"mlx90614"}]}""";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_list_on_a_machine_without_a_bus_says_in_Danish_and_English_what_is_missing_and_what_to_do()
    {
        using var desk = new Desk(Bluetooth);
        desk.Bonds.Put(new BondedDevice("AA:BB:CC:00:00:01", "ble-cuff", Now) { Assignment = 7 });
        Assert.Equal(ExitCode.BadInput, await desk.It.ListAsync(CancellationToken.None));
        Assert.StartsWith("gw-home-0001: gatewayen kører ikke", desk.Danish[0], StringComparison.Ordinal);
        Assert.Equal("Bluetooth kan ikke bruges: der er ingen D-Bus på maskinen. Installér og start pakken dbus.", desk.Danish[1]);
        Assert.Equal("Bluetooth cannot be used: there is no D-Bus on this machine. Install and start the package dbus.", desk.English[1]);
        Assert.Equal("Blodtryksmåler ble-cuff.0001: Er parret, men har ikke sendt nogen måling endnu. Læg den tæt på gatewayen, og mål én gang. Endnu ikke hørt. Batteri ukendt.", desk.Danish[2]);
        Assert.Equal("Blood pressure monitor ble-cuff.0001: Is paired, but has sent no measurement yet. Put it close to the gateway, and measure once. Not heard yet. Battery unknown.", desk.English[2]);
        Assert.Equal(3, desk.Danish.Count);
    }

    [Fact]
    public async Task What_was_heard_and_the_battery_are_shown_also_without_a_bus()
    {
        using var desk = new Desk(Bluetooth);
        desk.Bonds.Put(new BondedDevice("AA:BB:CC:00:00:01", "ble-oximeter", Now) { Assignment = 7 });
        desk.Bonds.Put(new BondedDevice("AA:BB:CC:00:00:02", "gone-model", Now) { Assignment = 7 });
        new HeardDevices(desk.Config.HeardPath(Desk.Name), TimeProvider.System).Note(new HeardDevice("AA:BB:CC:00:00:01", TimeProvider.System.GetUtcNow().AddMinutes(-30), 15, "battery"));
        Assert.Equal(ExitCode.BadInput, await desk.It.ListAsync(CancellationToken.None));
        Assert.Equal("Oximeter ble-oximeter.0001: Batteriet er næsten tomt. Sæt nye batterier i. Sidst hørt for 30 minutter siden. Batteri 15 %. Hvor længe det rækker, vides efter en uges målinger.", desk.Danish[2]);
        var heard = new HeardDevices(desk.Config.HeardPath(Desk.Name), TimeProvider.System);
        Assert.All(Enumerable.Range(0, 11), day => heard.NoteBattery("AA:BB:CC:00:00:01", 25 - day, TimeProvider.System.GetUtcNow().AddDays(day - 10.5)));
        Assert.Equal(ExitCode.BadInput, await desk.It.ListAsync(CancellationToken.None));
        Assert.Equal("Oximeter ble-oximeter.0001: Batteriet er næsten tomt. Sæt nye batterier i. Sidst hørt for 30 minutter siden. Batteri 15 %. Rækker cirka 14 dage endnu.", desk.Danish[6]);
        Assert.StartsWith("Sensor gone-model.0002: Modellen findes ikke i firmware-config/sensors", desk.Danish[7], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sensor_on_a_wire_is_asked_whether_it_answers_and_no_value_is_said()
    {
        using var sys = new SysFolder();
        using var desk = new Desk(Wired);
        sys.PlugThermometer(2);
        Assert.Equal(0, await desk.It.ListAsync(CancellationToken.None, sys.Root));
        Assert.Equal("Termometer mlx90614: Svarer.", desk.Danish[^1]);
        sys.Unplug("iio", 2);
        Assert.Equal(0, await desk.It.ListAsync(CancellationToken.None, sys.Root));
        Assert.Equal("Termometer mlx90614: Findes ikke. Se efter stikket, og at dens overlay står i config.txt.", desk.Danish[^1]);
    }

    [Fact]
    public async Task The_help_button_is_seen_by_the_running_gateway_alone_and_its_fault_is_said()
    {
        using var desk = new Desk("""{"gateway":"gw-home-0001","assignment":7,"sensors":[{"model":"help-button","lines":{"button":{"name":"GPIO17"}}}]}""");
        Assert.Equal(0, await desk.It.ListAsync(CancellationToken.None));
        Assert.Equal("Hjælpeknap help-button: Kun gatewayen kan se den, og den kører ikke.", desk.Danish[^1]);
        Directory.CreateDirectory(Path.GetDirectoryName(desk.Config.OutboxPath(Desk.Name))!);
        using SqliteOutbox outbox = SqliteOutbox.Open(desk.Config.OutboxPath(Desk.Name), () => OutboxFolder.FirstId);
        Assert.Equal(0, await desk.It.ListAsync(CancellationToken.None));
        Assert.Equal("Hjælpeknap help-button: Gatewayen har intet at udsætte på den.", desk.Danish[^1]);
        OutboxFolder.Set(outbox, "sensor/help-button", "no line GPIO17", Now);
        Assert.Equal(0, await desk.It.ListAsync(CancellationToken.None));
        Assert.Equal("Hjælpeknap help-button: Har en fejl siden 2026-11-22 12:00:00Z: no line GPIO17", desk.Danish[^1]);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_what_to_do_instead()
    {
        using var none = new Desk("""{"gateway":"gw-home-0001","assignment":7}""");
        Assert.All(
            new[] { await none.It.ListAsync(default), await none.It.WatchAsync(null, default), await none.It.PairAsync(new(), TimeSpan.FromSeconds(1), default), await none.It.ForgetAsync("x", default) },
            code => Assert.Equal(ExitCode.Refused, code));
        Assert.All(none.Danish, line => Assert.Contains("\"bluetooth\": true", line, StringComparison.Ordinal));

        using var desk = new Desk(Bluetooth);
        async Task Refused(Task<int> asked, string why)
        {
            Assert.Equal(ExitCode.Refused, await asked);
            Assert.StartsWith(why, desk.Danish[^1], StringComparison.Ordinal);
        }
        await Refused(desk.It.PairAsync(new PairingWish(), TimeSpan.FromSeconds(1), default), "Bluetooth kan ikke bruges: der er ingen D-Bus");
        await Refused(desk.It.PairAsync(new PairingWish(Model: "cuff"), TimeSpan.FromSeconds(1), default), "Modellen cuff findes ikke. Kendte modeller: ble-cuff, ");
        await Refused(desk.It.WatchAsync(null, default), "gw-home-0001: gatewayen har ikke kørt her endnu");
        await Refused(desk.It.TestAsync("ble-cuff", TimeSpan.FromSeconds(1), default), "gw-home-0001: modellen ble-cuff er hverken parret");
        await Refused(desk.It.TestAsync("help-button", TimeSpan.FromSeconds(1), default), "Et tryk på hjælpeknappen er et rigtigt kald");
        await Refused(desk.It.TestAsync("tmp102", TimeSpan.FromSeconds(1), default), "Modellen tmp102 måler intet");
        await Refused(desk.It.ForgetAsync("ble-cuff.0001", default), "ble-cuff.0001 er ikke parret her. Parret er: intet");
        Directory.CreateDirectory(Path.GetDirectoryName(desk.Config.BondsPath(Desk.Name))!);
        await File.WriteAllTextAsync(desk.Config.BondsPath(Desk.Name), "[{");
        await Refused(desk.It.ForgetAsync("ble-cuff.0001", default), "Listen over parrede apparater kan ikke læses");
    }

    [Fact]
    public async Task A_device_is_forgotten_without_a_bus_too_and_what_is_left_to_do_is_said()
    {
        using var desk = new Desk(Bluetooth);
        desk.Bonds.Put(new BondedDevice("AA:BB:CC:00:00:01", "ble-cuff", Now) { Assignment = 7 });
        desk.Bonds.Put(new BondedDevice("AA:BB:CC:11:00:01", "ble-cuff", Now) { Assignment = 7 });
        Assert.Equal(ExitCode.Refused, await desk.It.ForgetAsync("ble-cuff.0001", default));
        Assert.Contains("AA:BB:CC:00:00:01, AA:BB:CC:11:00:01", desk.Danish[^1], StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, await desk.It.ForgetAsync("AA:BB:CC:00:00:01", default));
        Assert.Equal("AA:BB:CC:11:00:01", Assert.Single(desk.Bonds.All).Address);
        Assert.Contains("ingen D-Bus", desk.Danish[^1], StringComparison.Ordinal);
        Assert.EndsWith("så kør: sensors forget AA:BB:CC:00:00:01.", desk.Danish[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", null, null, "7")]
    [InlineData("7,8", null, null, null)] // never guessed
    [InlineData("7,8", 8, null, "8")]
    [InlineData("7,8", null, "1=7,2=8", "1=7 2=8")]
    [InlineData("7,8", 7, "2=8", "7 2=8")]
    [InlineData("7", null, "1=7", "1=7")]
    [InlineData("7,8", 9, null, null)]
    [InlineData("7,8", null, "1=9", null)]
    [InlineData("7", null, "1:7", null)]
    [InlineData("7", null, "255=7", null)]
    [InlineData("7", null, "1=7,1=7", null)]
    [InlineData("7", null, "", null)]
    public void Whose_a_device_is_must_be_said_where_several_live(string home, int? assignment, string? users, string? whose)
    {
        Func<BondedDevice, BondedDevice>? found = SensorDesk.Whose(home.Split(',').Select(int.Parse), new PairingWish(Assignment: assignment, Users: users), out TextLine wrong);
        BondedDevice? bond = found?.Invoke(new BondedDevice("AA:BB:CC:00:00:01", "ble-cuff", Now));
        Assert.Equal(whose, bond is null ? null : string.Join(' ', new[] { bond.Assignment?.ToString() }.Concat(bond.Users?.Select(user => $"{user.Key}={user.Value}") ?? []).OfType<string>()));
        Assert.NotEmpty(wrong.Danish);
    }

    [Fact]
    public async Task A_gateway_that_paired_in_the_past_would_take_anothers_values_so_a_clock_that_is_wrong_is_refused()
    {
        using var desk = new Desk(Bluetooth, clock: new SimClock(DateTimeOffset.UnixEpoch));
        Assert.Equal(ExitCode.Refused, await desk.It.PairAsync(new PairingWish(), TimeSpan.FromSeconds(1), default));
        Assert.StartsWith("Uret viser 1970-01-01", desk.Danish[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_is_told_without_its_value_while_the_gateway_runs_and_a_test_ends_with_it()
    {
        using var desk = new Desk("""{"gateway":"gw-home-0001","assignment":7,"sensors":[{"model":"mlx90614"}]},{"gateway":"gw-home-0001","assignment":8}""");
        Directory.CreateDirectory(Path.GetDirectoryName(desk.Config.OutboxPath(Desk.Name))!);
        using (SqliteOutbox outbox = SqliteOutbox.Open(desk.Config.OutboxPath(Desk.Name), () => OutboxFolder.FirstId))
        {
            outbox.Commit(OutboxFolder.Of(Temperature(1, 35.87, 7))); // came before anybody watched
            Task<int> watching = desk.It.WatchAsync(TimeSpan.FromSeconds(4), default), testing = desk.It.TestAsync("mlx90614", TimeSpan.FromSeconds(60), default);
            await desk.HeardAsync("venter på målinger");
            await desk.HeardAsync("Mål nu med termometeret");
            outbox.Commit(OutboxFolder.Of(Temperature(2, 36.66, 8)));
            Assert.Equal(0, await testing.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal(0, await watching.WaitAsync(TimeSpan.FromSeconds(60)));
        }
        Assert.Equal(2, desk.Danish.Count(line => line == "Måling modtaget fra termometeret."));
        Assert.Contains("Prøven lykkedes: målingen er modtaget og gemt.", desk.Danish);
        Assert.DoesNotContain(desk.Danish.Concat(desk.English), line => line.Contains("36", StringComparison.Ordinal) || line.Contains("35", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Refused, await desk.It.TestAsync("mlx90614", TimeSpan.FromSeconds(1), default)); // the gateway has ended
        Assert.StartsWith("gw-home-0001: gatewayen kører ikke", desk.Danish[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ble-cuff", "2 beskeder læst: 3 værdier gode, 3 tvivlsomme, 0 ubrugelige; 0 beskeder kunne ikke læses.")]
    [InlineData("ble-scale", "4 beskeder læst: ")]
    public void A_recorded_session_goes_through_the_driver_and_only_counts_are_said(string model, string expected)
    {
        using var desk = new Desk(Bluetooth);
        Assert.Equal(0, desk.It.TestSession(model, Tree.At($"tests/golden/sensors/{model}.session.jsonl")));
        Assert.StartsWith(expected, Assert.Single(desk.Danish), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_with_what_cannot_be_read_is_said_and_a_bad_file_refused()
    {
        using var desk = new Desk(Bluetooth);
        string file = Path.Combine(Path.GetDirectoryName(desk.ConfigFile)!, "s.jsonl");
        await File.WriteAllTextAsync(file, """{"characteristic":"2A1C","hex":"00"}""");
        Assert.Equal(ExitCode.BadInput, desk.It.TestSession("ble-thermometer", file));
        Assert.StartsWith("0 beskeder læst: 0 værdier gode, 0 tvivlsomme, 0 ubrugelige; 1 ", desk.Danish[^1], StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "{");
        Assert.Equal(ExitCode.Refused, desk.It.TestSession("ble-thermometer", file));
        Assert.Equal(ExitCode.Refused, desk.It.TestSession("ble-thermometer", file + ".absent"));
    }

    /// <summary>Each line of the gateway's README under "Commands" is understood as it stands there, with a value for each word in capitals.</summary>
    [Fact]
    public void Every_command_of_the_README_exists_with_its_options()
    {
        string[] lines = [.. File.ReadAllLines(Tree.At("edge/TeleMonitor.Gateway/README.md")).Where(line => line.StartsWith("telemonitor-gateway ", StringComparison.Ordinal))];
        Assert.Contains(lines, line => line.Contains("sensors pair", StringComparison.Ordinal));
        Assert.All(lines, line =>
        {
            string typed = Explanation().Split(line["telemonitor-gateway ".Length..])[0].Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
            string[] filled = [.. typed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch
            {
                "N" or "S" or "LINE" => "1", "N|max" => "max", "tobs|news2" => "tobs", "N=A,…" => "1=7", "PLAN" => "copd-intensive", "DATE" => "2026-11-23", "Z" => "Europe/Copenhagen", _ => word,
            })];
            Assert.Empty(GatewayCommands.Root().Parse(filled).Errors.Select(error => $"{line}: {error.Message}"));
        });
    }

    /// <summary>As typed, in a home without Bluetooth on a machine that has never run a gateway.</summary>
    [Theory]
    [InlineData(0, "list")]
    [InlineData(1, "watch --seconds 1")]
    [InlineData(1, "pair --model ble-cuff --address AA:BB:CC:00:00:01 --assignment 7 --seconds 1")]
    [InlineData(1, "pair --users 1=7,2=8")]
    [InlineData(1, "forget ble-cuff.0001")]
    [InlineData(1, "test mlx90614 --seconds 1")]
    [InlineData(1, "test ble-cuff --session absent.jsonl")]
    [InlineData(1, "watch --seconds 0")]
    public async Task Every_command_runs_as_typed_and_ends_with_its_code(int code, string typed)
    {
        using var desk = new Desk(Wired);
        Assert.Equal(code, await GatewayCommands.Root().Parse(["sensors", .. typed.Split(' '), "--config", desk.ConfigFile]).InvokeAsync());
    }

    [GeneratedRegex(" {3,}(?=[A-Za-z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Explanation();

    private static OutboxItem Temperature(long tick, double value, int whose)
    {
        var item = new ReadingItem
        {
            Kind = WireWord.Reading, Tick = tick, Code = VitalCode.Of(Vital.Temperature).Code, Assignment = whose, At = Now.AddSeconds(tick), Value = value,
            Unit = "Cel", Sensor = "mlx90614", Grade = "good", Set = "s1",
        };
        return new OutboxItem(WireWord.ReadingLane, tick, item.Code, WireItems.Write(item));
    }
}
