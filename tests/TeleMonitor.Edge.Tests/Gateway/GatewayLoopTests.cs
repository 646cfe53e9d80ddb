using System.Collections.Concurrent;
using System.Threading.Channels;
using TeleMonitor.Edge.Tests.Outbox;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;

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
            outbox.Commit(new OutboxCommit { Context = identity.ContextOf(identity.Now()), Items = [], Assignment = 1, State = new RuleState(bytes, at) });
            using GatewayLoop loop = Loop(outbox, patience: TimeSpan.FromMilliseconds(100));
            await loop.RunAsync(new BrokenSensor(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
            Assert.Contains(outbox.ReadFindings(), finding => finding.Code == "rules/state");
        }
    }

    private static GatewayLoop Loop(SqliteOutbox outbox, TimeSpan? patience)
    {
        var said = new ConcurrentQueue<string>();
        var options = new MqttLinkOptions { Gateway = "gw-test-0001", Boot = "boot-1", Brokers = [("127.0.0.1", 1)], Tls = null, NextConnection = () => 1 };
        return new GatewayLoop(new GatewaySetup
        {
            Gateway = "gw-test-0001", Identity = new GatewayIdentity(TimeProvider.System, []), Outbox = outbox, Clock = TimeProvider.System, Dice = new Random(1), Say = said.Enqueue,
            Judging = new JudgeSettings { Assignment = 1, Charts = [], Sensors = new Dictionary<string, SensorFile>() }, Patience = patience,
        }, raised => new MqttLink(options, TimeProvider.System, new Random(2), raised));
    }

    private sealed class BrokenSensor : ISensor
    {
        public Task DeliverAsync(ChannelWriter<SensorMessage> into, CancellationToken stop) => throw new IOException("the cable is out");
    }
}
