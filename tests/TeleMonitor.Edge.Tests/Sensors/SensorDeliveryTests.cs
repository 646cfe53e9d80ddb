using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Replay;
using TeleMonitor.Gateway.Sensors.SelfTest;
using TeleMonitor.Gateway.Sensors.Simulated;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Sensors;

public sealed class SensorDeliveryTests
{
    private readonly SimClock clock = new();
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();

    private static ReplayRow Row(double hour, params ReplayValue[] values) => new("p100002", hour, (int)hour + 1, values, 0);

    [Fact]
    public async Task At_full_speed_all_rows_come_at_once_on_recorded_hours_and_empty_rows_do_not_come()
    {
        var sensor = new ReplaySensor(double.PositiveInfinity, clock);
        foreach (ReplayRow row in (ReplayRow[])[Row(7, new ReplayValue(Vital.Pulse, 60)), Row(8), Row(9.5, new ReplayValue(Vital.Pulse, 61))])
        {
            Assert.True(sensor.Rows.TryWrite(row));
        }
        sensor.Rows.Complete();
        await sensor.DeliverAsync(inbox.Writer, CancellationToken.None);
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromHours(2.5)], Delivered().Select(message => message.Recorded!.Value));
    }

    [Fact]
    public async Task At_a_speed_a_row_comes_at_its_hour_divided_by_it_and_not_before()
    {
        var sensor = new ReplaySensor(60, clock);
        Assert.True(sensor.Rows.TryWrite(Row(1, new ReplayValue(Vital.Pulse, 60))));
        Assert.True(sensor.Rows.TryWrite(Row(2, new ReplayValue(Vital.Pulse, 61))));
        sensor.Rows.Complete();
        Task delivering = sensor.DeliverAsync(inbox.Writer, CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, Assert.Single(Delivered()).Recorded);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(Delivered());
        clock.Advance(TimeSpan.FromSeconds(1));
        await delivering;
        Assert.Equal(TimeSpan.FromMinutes(1), Assert.Single(Delivered()).Recorded);
    }

    [Fact]
    public async Task A_simulated_home_measures_at_once_and_then_every_period_until_stopped()
    {
        using var stop = new CancellationTokenSource();
        Task delivering = new SimulatedHome(Home(), clock).DeliverAsync(inbox.Writer, stop.Token);
        Assert.Single(Delivered());
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Empty(Delivered());
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(Assert.Single(Delivered()).Recorded);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering);
    }

    [Fact]
    public async Task A_simulated_citizen_presses_for_help_at_the_seconds_of_the_script_between_the_measurings()
    {
        using var stop = new CancellationTokenSource();
        Task delivering = new SimulatedHome(Home() with { HelpSeconds = [0, 4, 4, 13] }, clock).DeliverAsync(inbox.Writer, stop.Token);
        Assert.Equal([false, true], Delivered().Select(message => message.Burst!.Help));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([true, true], Delivered().Select(message => message.Burst!.Help));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.False(Assert.Single(Delivered()).Burst!.Help);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(Assert.Single(Delivered()).Burst!.Help);
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.False(Assert.Single(Delivered()).Burst!.Help);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering);
    }

    [Fact]
    public async Task A_self_test_begins_with_green_and_brings_red_every_five_minutes_with_green_after_it()
    {
        using var stop = new CancellationTokenSource();
        Task delivering = new SelfTestSensor(clock).DeliverAsync(inbox.Writer, stop.Token);
        Assert.Equal([SelfTestSensor.Green, SelfTestSensor.Red], Delivered().Select(message => message.Burst!));
        for (int round = 0; round < 3; round++)
        {
            clock.Advance(SelfTestSensor.GreenAfter);
            Assert.Equal([SelfTestSensor.Green], Delivered().Select(message => message.Burst!));
            clock.Advance(SelfTestSensor.Every - SelfTestSensor.GreenAfter - TimeSpan.FromSeconds(1));
            Assert.Empty(Delivered());
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal([SelfTestSensor.Red], Delivered().Select(message => message.Burst!));
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering);
    }

    [Fact]
    public void The_shipped_rules_call_each_red_of_a_self_test_news_and_say_that_it_is_a_test()
    {
        long tick = 0;
        JudgeState state = JudgeState.Empty;
        var said = new List<string>();
        var settings = new JudgeSettings
        {
            Assignment = 1, Charts = [.. Shipped.Config.Charts.Values], Sensors = Shipped.Config.Sensors, SelfTest = true, ConfirmWithin = TimeSpan.FromMinutes(5),
        };
        foreach ((Burst burst, int second) in new[] { (SelfTestSensor.Green, 0), (SelfTestSensor.Red, 0), (SelfTestSensor.Green, 20), (SelfTestSensor.Red, 300), (SelfTestSensor.Green, 320), (SelfTestSensor.Red, 600) })
        {
            JudgeResult step = Judge.Step(state, burst, new Moment("boot", TimeSpan.FromSeconds(second), clock.GetUtcNow()), settings, () => ++tick);
            state = step.State;
            said.AddRange(step.Items.Select(item => item.Item).OfType<AlertItem>().Select(alert => $"{alert.Kind} {alert.Triage} {alert.ConfirmingUntil is null} {alert.Test}"));
            Assert.All(step.Items.Select(item => item.Item).OfType<ReadingItem>(), reading => Assert.NotEqual("unusable", reading.Grade));
        }
        Assert.Equal(["alert red True True", "cleared green True True", "alert red True True", "cleared green True True", "alert red True True"], said);
    }

    [Theory]
    [InlineData(0, 70)]
    [InlineData(10, 70)]
    [InlineData(20, 80)]
    [InlineData(30, 90)]
    [InlineData(4000, 90)]
    public void A_scripted_value_drifts_between_its_two_seconds(double second, double expected) =>
        Assert.Equal(expected, new ScriptedVital(70, To: 90, FromSecond: 10, UntilSecond: 30).At(second));

    [Fact]
    public void The_same_seed_measures_the_same_and_another_does_not()
    {
        IEnumerable<double?> Series(int seed)
        {
            var home = new SimulatedHome(Home() with { Seed = seed }, clock);
            return Enumerable.Range(0, 20).SelectMany(round => home.Measure(round * 10).Values.Select(value => value.Value)).ToList();
        }
        Assert.Equal(Series(1), Series(1));
        Assert.NotEqual(Series(1), Series(2));
    }

    private static ScriptedHome Home() => new("gw-home-1001", 10,
        new Dictionary<string, ScriptedVital> { ["pulse"] = new(70, Noise: 5) }, new Dictionary<string, string> { ["consciousness"] = "alert" });

    private List<SensorMessage> Delivered()
    {
        var messages = new List<SensorMessage>();
        while (inbox.Reader.TryRead(out SensorMessage message))
        {
            messages.Add(message);
        }
        return messages;
    }
}
