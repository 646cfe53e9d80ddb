using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Edge.Tests.Sensors.Bluetooth;
using TeleMonitor.Edge.Tests.Uplink;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>From the line of a configuration to a judged reading in the outbox: what <c>run</c> puts together for a home with Bluetooth.</summary>
public sealed class BluetoothHomeTests : IAsyncLifetime, IDisposable
{
    private const string Oximeter = "AA:BB:CC:00:00:02", TwoCitizens = """
        {"gateway":"gw-home-0001","assignment":7,"bluetooth":true,"sensors":[{"model":"tmp102"}]},{"gateway":"gw-home-0001","assignment":8}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OutboxFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private MockBluez mock = null!;

    public async Task InitializeAsync() => mock = await MockBluez.StartAsync();

    public async Task DisposeAsync() => await mock.DisposeAsync();

    public void Dispose()
    {
        stop.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_value_of_a_paired_device_is_judged_and_kept_for_the_citizen_whose_device_it_is()
    {
        using var desk = new Desk(TwoCitizens, mock.Address);
        desk.Bonds.Put(new BondedDevice(Oximeter, "ble-oximeter", DateTimeOffset.UtcNow) { Assignment = 8 });
        await mock.AddAdapterAsync();
        await mock.AddDeviceAsync(Oximeter, "oximeter");
        string live = await mock.AddCharacteristicAsync(Oximeter, 0x1822, GattReadings.ContinuousOximeter, ["notify"], []);

        var identity = new GatewayIdentity(TimeProvider.System, Shipped.Config.Charts.Values);
        using HomeSensors home = RunCommand.Home(desk.Config.Assignments[0], desk.Config, Shipped.Config, identity, new BlueZOptions(mock.Address), TimeProvider.System, _ => { });
        Task sensing = home.All.DeliverAsync(inbox.Writer, stop.Token);
        using SqliteOutbox outbox = folder.Open();
        GatewayCore core = Core(desk.Config, identity, outbox);
        await WaitAsync(async () => (await mock.CallsAsync(live, "StartNotify")).Count > 0);
        await mock.NotifyAsync(live, 0, 91, 0, 110, 0);
        await WaitAsync(() =>
        {
            core.Judge();
            return Task.FromResult(outbox.Standing(WireWord.ReadingLane).Last >= 2);
        });
        ReadingItem[] kept = [.. outbox.ReadBatch(WireWord.ReadingLane, 0, 10)!.Items.Select(bytes => WireItems.TryRead(bytes.Span, out Item? item, out _) ? item : null).OfType<ReadingItem>()];
        Assert.Equal(
            [(8, VitalCode.Of(Vital.Spo2).Code, 91.0, "good", "ble-oximeter"), (8, VitalCode.Of(Vital.Pulse).Code, 110.0, "good", "ble-oximeter")],
            kept.Select(reading => (reading.Assignment, reading.Code, reading.Value!.Value, reading.Grade, reading.Sensor)));
        Assert.InRange(HeardDevices.Read(desk.Config.HeardPath(Desk.Name))[Oximeter].At!.Value, DateTimeOffset.UtcNow.AddMinutes(-2), DateTimeOffset.UtcNow);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sensing.WaitAsync(Patience, CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"gateway":"gw-home-0001","assignment":7,"bluetooth":true,"self_test":true}""", "assignments[0]: bluetooth and self_test: a test never stands for a citizen")]
    [InlineData("""{"gateway":"gw-home-0001","assignment":7},{"gateway":"gw-home-0001","assignment":8,"bluetooth":true}""", "assignments[1]: gateway 'gw-home-0001' stands twice: a second citizen of the home has neither sensors nor bluetooth of its own nor a self_test")]
    [InlineData("""{"gateway":"gw-home-0001","assignment":7,"bluetooth":true},{"gateway":"gw-home-0002","assignment":8,"bluetooth":true}""", "assignments[1]: bluetooth: another gateway of this file has it; a machine's radio serves one home")]
    [InlineData("""{"gateway":"gw-home-0001","assignment":7,"bluetooth":"yes"}""", "bluetooth")]
    public void A_wrong_bluetooth_of_a_configuration_is_named(string assignments, string expected)
    {
        string json = $$"""{"brokers":["mqtts://localhost:8883"],"ca":"a","certificate":"b","key":"c","data":"d","assignments":[{{assignments}}]}""";
        Assert.Null(GatewayConfig.TryRead(System.Text.Encoding.UTF8.GetBytes(json), "gw.json", out IReadOnlyList<string> problems));
        Assert.Contains(expected, Assert.Single(problems), StringComparison.Ordinal);
    }

    private GatewayCore Core(GatewayConfig config, GatewayIdentity identity, SqliteOutbox outbox)
    {
        JudgeSettings[] everyone = [.. new GatewayFleet(config, Shipped.Config, identity, TimeProvider.System, _ => { }, _ => { }).Everyone(Desk.Name)];
        return new GatewayCore(new GatewaySetup
        {
            Gateway = Desk.Name, Identity = identity, Outbox = outbox, Clock = TimeProvider.System, Dice = new Random(1), Say = _ => { }, Judging = everyone[0],
            AlsoJudging = everyone[1..], Patience = null,
        }, inbox.Reader, new SimLink(new SimHub(), new Random(2)), () => { }, () => { });
    }

    private static async Task WaitAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
