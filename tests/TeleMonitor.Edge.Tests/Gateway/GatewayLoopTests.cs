using System.Collections.Concurrent;
using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

public sealed class GatewayLoopTests : IDisposable
{
    private readonly OutboxFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_home_whose_sensor_fails_goes_on_until_it_is_stopped()
    {
        using SqliteOutbox outbox = folder.Open();
        using var stop = new CancellationTokenSource();
        using GatewayLoop loop = Loop(outbox, patience: null);
        Task running = loop.RunAsync(new BrokenSensor(), stop.Token);
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.False(running.IsCompleted);
        Assert.Contains(outbox.ReadFindings(), finding => finding.Code == "sensor/failed");
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);

        using GatewayLoop again = Loop(outbox, patience: null);
        Assert.DoesNotContain(outbox.ReadFindings(), finding => finding.Code == "sensor/failed"); // the fault ended with its run
        Assert.Equal([null, true], Items(outbox, WireWord.StatusLane).OfType<FindingItem>().Where(item => item.Code is "finding/sensor/failed").Select(item => item.Over));
    }

    [Fact]
    public async Task What_was_said_of_a_device_that_was_forgotten_while_the_gateway_was_down_is_over_at_its_start_and_nothing_else_is()
    {
        using SqliteOutbox outbox = folder.Open();
        string[] ids = ["ble-cuff.0001", "ble-scale.0002", "bluetooth", "mlx90614"];
        using (GatewayLoop loop = Loop(outbox, patience: TimeSpan.FromMilliseconds(100)))
        {
            SensorMessage[] bad = [.. ids.Select(id => new SensorMessage(null, null, new SensorState(id, SensorHealth.NeedsCare, "battery", "low", id is "ble-cuff.0001" ? 9 : null))),
                new(new Burst([new Measured(Vital.Pulse, 70, "/min", "manual")]), Assignment: 0)];
            await loop.RunAsync(new TellingSensor(bad), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
        }
        string[] Open() => [.. outbox.ReadFindings().Select(finding => finding.Code).Where(code => code.StartsWith("sensor/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        string[] all = [.. ids.Append("whose").Select(id => "sensor/" + id).Order(StringComparer.Ordinal)];
        Assert.Equal(all, Open());
        Assert.Equal(["9"], Items(outbox, WireWord.StatusLane).OfType<FindingItem>().Where(item => item.Detail.ContainsKey("days")).Select(item => item.Detail["days"]));
        using (Loop(outbox, patience: null))
        {
            Assert.Equal(all, Open()); // nothing is known of its devices
        }
        using (Loop(outbox, patience: null, hasSensor: id => id is not "ble-cuff.0001"))
        {
            Assert.Equal(all.Where(code => code is not "sensor/ble-cuff.0001"), Open());
        }
        Assert.True(Items(outbox, WireWord.StatusLane).OfType<FindingItem>().Single(item => item.Code is "finding/sensor/ble-cuff.0001" && item.Over is true).Over);
    }

    [Fact]
    public async Task A_sensor_that_is_away_is_a_finding_while_it_is_and_what_it_gives_after_that_is_stored()
    {
        using SqliteOutbox outbox = folder.Open();
        using GatewayLoop loop = Loop(outbox, patience: TimeSpan.FromMilliseconds(100));
        SensorMessage[] away = [new(null, null, new SensorState("tmp102", SensorHealth.Away, "not-found", "no device is called tmp102"))];
        await loop.RunAsync(new TellingSensor(away), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
        Assert.Equal(("sensor/tmp102", "no device is called tmp102"), outbox.ReadFindings().Select(open => (open.Code, open.Text)).Single(open => open.Code.StartsWith("sensor/", StringComparison.Ordinal)));
        FindingItem told = Items(outbox, WireWord.StatusLane).OfType<FindingItem>().Single(item => item.Code is "finding/sensor/tmp102");
        Assert.Equal(("away", "not-found", 2), (told.Detail["health"], told.Detail["why"], told.Detail.Count));

        using GatewayLoop again = Loop(outbox, patience: TimeSpan.FromMilliseconds(100));
        var well = new SensorState("tmp102", SensorHealth.Well);
        SensorMessage[] back = [new(null, null, well), new(new Burst([new Measured(Vital.Pulse, 70, "/min", "manual")])), new(null, null, well)];
        await again.RunAsync(new TellingSensor(back), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
        Assert.DoesNotContain(outbox.ReadFindings(), finding => finding.Code is "sensor/tmp102");
        Assert.Equal([null, true], Items(outbox, WireWord.StatusLane).OfType<FindingItem>().Where(item => item.Code is "finding/sensor/tmp102").Select(item => item.Over));
        Assert.Single(Items(outbox, WireWord.ReadingLane).OfType<ReadingItem>());
    }

    [Fact]
    public async Task A_replay_ends_when_its_patience_is_over_though_no_broker_is_there()
    {
        using SqliteOutbox outbox = folder.Open();
        using GatewayLoop loop = Loop(outbox, patience: TimeSpan.FromMilliseconds(200));
        await loop.RunAsync(new BrokenSensor(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
    }

    [Fact]
    public async Task What_the_rules_remembered_begins_anew_with_a_finding_when_it_cannot_be_read()
    {
        var identity = new GatewayIdentity(TimeProvider.System, []);
        foreach ((byte[] bytes, TimeSpan at) in ((byte[], TimeSpan)[])[([0xFF, 0x00, 0x7B], TimeSpan.Zero), (JudgeState.Empty.Write(), TimeSpan.MaxValue), (JudgeState.Empty.Write(), TimeSpan.MinValue)])
        {
            using SqliteOutbox outbox = folder.Open();
            OutboxFolder.Findings(outbox).Close("rules/state", TimeProvider.System.GetUtcNow());
            outbox.Commit(new OutboxCommit { Context = identity.ContextOf(identity.Now()), Items = [], States = [(1, new RuleState(bytes, at))] });
            using GatewayLoop loop = Loop(outbox, patience: TimeSpan.FromMilliseconds(100));
            await loop.RunAsync(new BrokenSensor(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
            Assert.Contains(outbox.ReadFindings(), finding => finding.Code == "rules/state");
        }
    }

    private static GatewayLoop Loop(SqliteOutbox outbox, TimeSpan? patience, Func<string, bool>? hasSensor = null)
    {
        var said = new ConcurrentQueue<string>();
        var options = new MqttLinkOptions { Gateway = "gw-test-0001", Boot = "boot-1", Brokers = [("127.0.0.1", 1)], Tls = null, NextConnection = () => 1 };
        return new GatewayLoop(new GatewaySetup
        {
            Gateway = "gw-test-0001", Identity = new GatewayIdentity(TimeProvider.System, []), Outbox = outbox, Clock = TimeProvider.System, Dice = new Random(1), Say = said.Enqueue,
            Judging = new JudgeSettings { Assignment = 1, Charts = [], Sensors = new Dictionary<string, SensorFile>() }, Patience = patience, HasSensor = hasSensor,
        }, raised => new MqttLink(options, TimeProvider.System, new Random(2), raised));
    }

    private static IEnumerable<Item> Items(SqliteOutbox outbox, string lane) => (outbox.ReadBatch(lane, 0, Batch.MaxItems)?.Items ?? [])
        .Select(bytes => WireItems.TryRead(bytes.Span, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem));

    private sealed class TellingSensor(IReadOnlyList<SensorMessage> messages) : ISensor
    {
        public async Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop)
        {
            foreach (SensorMessage message in messages)
            {
                await into.WriteAsync(message, stop);
            }
        }
    }

    private sealed class BrokenSensor : ISensor
    {
        public Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop) => throw new IOException("the cable is out");
    }
}
