using System.Text;
using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Sensors.Wired;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Gpio;
using TeleMonitor.Gateway.Sensors.Simulated;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Edge.Tests.Sensors;

public sealed class HomeSensorsTests : IDisposable
{
    private const string Devices = """
        [{"model":"mlx90614"},{"model":"tmp102"},
         {"model":"help-button","lines":{"button":{"name":"GPIO17","active_low":true,"bias":"pull-up"},"led":{"chip":"cp2112_gpio","offset":5},"buzzer":{"name":"GPIO22"}}}]
        """;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("root-test-");
    private readonly CancellationTokenSource stop = new(TimeSpan.FromSeconds(60)); // a test that hangs ends
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();

    public void Dispose()
    {
        stop.Dispose();
        root.Delete(recursive: true);
    }

    [Fact]
    public void Devices_of_a_home_stand_in_the_configuration()
    {
        IReadOnlyList<SensorLine> lines = Read(Devices, out IReadOnlyList<string> problems)!.Assignments[0].Sensors!;
        Assert.Empty(problems);
        Assert.Equal(["mlx90614", "tmp102", "help-button"], lines.Select(line => line.Model));
        Assert.Equal(GpioAbi.ActiveLow | GpioAbi.PullUp, lines[2].Lines![SensorLine.Button].Flags);
        Assert.Equal(new LinePlace(Chip: "cp2112_gpio", Offset: 5), lines[2].Lines![SensorLine.Led]);
        Assert.Empty(HomeSensors.Problems(lines, Shipped.Config.Sensors));
    }

    [Theory]
    [InlineData("\"model\":\"tmp102\"", "\"model\":\"mlx90614\"", "sensors[1]: model 'mlx90614' stands twice")]
    [InlineData("\"model\":\"tmp102\"", "\"model\":\"\"", "sensors[1]: model must not be empty")]
    [InlineData("{\"model\":\"tmp102\"}", "null", "sensors[1]: model must not be empty")]
    [InlineData("\"led\":", "\"lamp\":", "sensors[2].lines.lamp: must be one of button, led, buzzer")]
    [InlineData("{\"name\":\"GPIO22\"}", "{}", "sensors[2].lines.buzzer: give either name, or chip and offset")]
    [InlineData("{\"name\":\"GPIO22\"}", "{\"name\":\"GPIO22\",\"offset\":3}", "give either name, or chip and offset")]
    [InlineData("{\"name\":\"GPIO22\"}", "{\"chip\":\"x\"}", "give either name, or chip and offset")]
    [InlineData("{\"name\":\"GPIO22\"}", "{\"name\":\"\"}", "name and chip must not be empty")]
    [InlineData("{\"name\":\"GPIO22\"}", "null", "must be an object")]
    [InlineData("\"offset\":5", "\"offset\":-1", "offset must be 0 or more")]
    [InlineData("pull-up", "up", "bias 'up' must be pull-up, pull-down or none")]
    [InlineData("\"active_low\"", "\"inverted\"", "inverted")]
    public void A_wrong_device_of_a_configuration_is_named(string right, string wrong, string expected)
    {
        Assert.Contains(right, Devices, StringComparison.Ordinal);
        Assert.Null(Read(Devices.Replace(right, wrong, StringComparison.Ordinal), out IReadOnlyList<string> problems));
        Assert.Contains(problems, problem => problem.StartsWith("/etc/tm/gw.json", StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_self_test_has_no_devices()
    {
        string test = Config(Devices).Replace("\"assignment\":1", "\"assignment\":1,\"self_test\":true", StringComparison.Ordinal);
        Assert.Null(GatewayConfig.TryRead(Encoding.UTF8.GetBytes(test), "/etc/tm/gw.json", out IReadOnlyList<string> problems));
        Assert.Contains("a test never stands for a citizen", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_be_opened_here_is_named_with_what_to_do()
    {
        SensorLine[] lines = [new("thermometre"), new("manual"), new("ble-oximeter"), new("tmp102", new Dictionary<string, LinePlace>()), new("help-button")];
        Assert.Equal(
            [
                "sensors[0]: model 'thermometre': no such file in firmware-config/sensors",
                "sensors[1]: model 'manual': its file names no device: nothing can be opened",
                "sensors[2]: model 'ble-oximeter': a bluetooth model is paired, not listed here",
                "sensors[3]: model 'tmp102': only a gpio model has lines",
                "sensors[4]: model 'help-button': a gpio model needs lines: button, led, buzzer",
            ], HomeSensors.Problems(lines, Shipped.Config.Sensors));
    }

    [Fact]
    public void A_home_with_devices_is_neither_scripted_nor_a_test_and_every_wrong_one_is_named_at_once()
    {
        AssignmentLine kit = new("gw-home-1001", 1) { Sensors = [new SensorLine("thermometre")] };
        ScriptedHome[] scripted = [new("gw-home-1001", 10, new Dictionary<string, ScriptedVital>(), new Dictionary<string, string>())];
        Assert.Equal(
            [
                "gw.json: gw-home-1001 is a self_test and a home of the scenario file: a test never stands for a citizen",
                "gw.json: gw-home-1001 has sensors and is a home of the scenario file: invented values never stand beside a citizen's",
                "gw.json: gw-home-1001: sensors[0]: model 'thermometre': no such file in firmware-config/sensors",
            ], RunCommand.Problems("gw.json", [kit], ["gw-home-1001"], scripted, Shipped.Config));
        Assert.Empty(RunCommand.Problems("gw.json", [kit with { Sensors = [new SensorLine("tmp102")] }], ["gw-test-0001"], [], Shipped.Config));
    }

    [Fact]
    public void Lamp_and_buzzer_say_how_a_press_stands()
    {
        Assert.Equal([Signal.Quiet, Signal.Waiting, Signal.Sent, Signal.NotSent],
            new[] { UrgentState.Nothing, UrgentState.Waiting, UrgentState.Sent, UrgentState.NotSent }.Select(RunCommand.SignalOf));
    }

    [Fact]
    public void What_the_guide_for_an_image_shows_is_a_right_configuration_and_its_unit_kills_what_hangs()
    {
        string guide = File.ReadAllText(Tree.At("firmware-config", "gateway-os", "README.md"));
        string shown = guide.Split("```json")[1].Split("```")[0].Trim()["\"sensors\":".Length..];
        IReadOnlyList<SensorLine> lines = Read(shown, out IReadOnlyList<string> problems)!.Assignments[0].Sensors!;
        Assert.Empty(problems);
        Assert.Empty(HomeSensors.Problems(lines, Shipped.Config.Sensors));
        string[] unit = File.ReadAllLines(Tree.At("firmware-config", "gateway-os", "telemonitor-gateway.service"));
        Assert.Superset(new HashSet<string> { "Type=notify", "Restart=always", "WatchdogSignal=SIGKILL", "StartLimitIntervalSec=0" }, unit.ToHashSet());
        Assert.All(Directory.GetFileSystemEntries(Tree.At("firmware-config", "gateway-os")).Select(file => Path.GetFileName(file)!).Where(name => name is not "README.md"),
            name => Assert.Contains(name, guide, StringComparison.Ordinal));
    }

    [Fact]
    public void A_home_knows_what_its_devices_are_called_as_they_are_now()
    {
        BondedDevices bonds = BondedDevices.Open(Path.Combine(root.FullName, "sensors.json"), out _);
        bonds.Put(new BondedDevice("AA:BB:CC:00:00:01", "ble-cuff", DateTimeOffset.UnixEpoch));
        var setup = new BluetoothSetup
        {
            Start = () => throw new InvalidOperationException("nothing runs here"), Bonds = bonds, Heard = new HeardDevices(Path.Combine(root.FullName, "heard.json"), TimeProvider.System),
            Models = Shipped.Config.Sensors, Clock = TimeProvider.System,
        };
        IReadOnlyList<SensorLine> lines = Read(Devices, out _)!.Assignments[0].Sensors!;
        string[] all = ["mlx90614", "tmp102", "help-button", "help-button.signal", "bluetooth", "bluetooth.bonds", "ble-cuff.0001", "ble-cuff.0002", "ble-cuff", ""];
        using var wired = new HomeSensors(lines, Shipped.Config.Sensors, TimeProvider.System, root: root.FullName);
        Assert.Equal(all[..4], all.Where(wired.Has));
        using var both = new HomeSensors(lines, Shipped.Config.Sensors, TimeProvider.System, setup, root.FullName);
        Assert.Equal(all[..7], all.Where(both.Has));
        bonds.Remove("AA:BB:CC:00:00:01");
        Assert.Equal(all[..6], all.Where(both.Has));
        File.WriteAllText(Path.Combine(root.FullName, "sensors.json"), "[{");
        bonds.Reread();
        Assert.All(all, sensor => Assert.True(both.Has(sensor))); // nobody knows which they are
    }

    [Fact]
    public async Task A_home_with_one_device_plugged_in_delivers_it_and_says_of_the_others_that_they_are_away()
    {
        using var sys = new SysFolder();
        Directory.CreateSymbolicLink(Path.Combine(root.FullName, "sys"), sys.Root);
        sys.PlugThermometer(2);
        using var home = new HomeSensors(Read(Devices, out _)!.Assignments[0].Sensors!, Shipped.Config.Sensors, TimeProvider.System, root: root.FullName);
        Assert.NotNull(home.Panel);
        Task running = home.All.DeliverAsync(inbox.Writer, stop.Token);
        var told = new Dictionary<string, SensorState>();
        double? value = null;
        while (value is null || told.Count < 3)
        {
            SensorMessage message = await inbox.Reader.ReadAsync(stop.Token);
            value ??= message.Burst?.Values[0].Value;
            if (message.State is { } state)
            {
                told[state.Sensor] = state; // the chip thermometer needs three failures, five seconds apart, and is not waited for
            }
        }
        Assert.Equal(35.87, value);
        Assert.Equal([("help-button", SensorHealth.Away), ("help-button.signal", SensorHealth.Away), ("mlx90614", SensorHealth.Well)],
            told.Values.Select(state => (state.Sensor, state.Health)).OrderBy(state => state.Sensor, StringComparer.Ordinal));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
    }

    [Fact]
    public async Task A_driver_that_ends_by_a_fault_is_told_and_the_others_go_on()
    {
        var others = Channel.CreateUnbounded<SensorMessage>();
        var group = new SensorGroup([("broken", new Faulty()), ("well", new Relay(others.Reader))]);
        Task running = group.DeliverAsync(inbox.Writer, stop.Token);
        SensorState state = (await inbox.Reader.ReadAsync(stop.Token)).State!;
        Assert.Equal(("broken", SensorHealth.Failing, "driver"), (state.Sensor, state.Health, state.Word));
        others.Writer.TryWrite(new SensorMessage(new Burst([])));
        Assert.NotNull((await inbox.Reader.ReadAsync(stop.Token)).Burst);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static GatewayConfig? Read(string devices, out IReadOnlyList<string> problems) =>
        GatewayConfig.TryRead(Encoding.UTF8.GetBytes(Config(devices)), "/etc/tm/gw.json", out problems);

    private static string Config(string devices) => $$"""
        {"brokers":["mqtts://localhost:8883"],"ca":"a","certificate":"b","key":"c","data":"d",
         "assignments":[{"gateway":"gw-p100068","assignment":1,"sensors":{{devices}}}]}
        """;

    private sealed class Faulty : ISensor
    {
        public Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop) => throw new InvalidOperationException("a bug");
    }

    private sealed class Relay(ChannelReader<SensorMessage> from) : ISensor
    {
        public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
        {
            await foreach (SensorMessage message in from.ReadAllAsync(stop))
            {
                await into.WriteAsync(message, stop);
            }
        }
    }
}
