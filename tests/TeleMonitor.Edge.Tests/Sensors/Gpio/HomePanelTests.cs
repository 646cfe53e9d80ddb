using System.Collections.Concurrent;
using System.Threading.Channels;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

public sealed class HomePanelTests : IDisposable
{
    private readonly SimClock clock = new();
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private readonly CancellationTokenSource stop = new(TimeSpan.FromSeconds(60)); // a test that hangs ends
    private readonly Channel<SensorMessage> inbox = Channel.CreateUnbounded<SensorMessage>();
    private readonly DirectoryInfo devices = Directory.CreateTempSubdirectory("dev-test-");
    private readonly ConcurrentQueue<bool> led = [], buzzer = [];
    private LineFault? dark;

    public void Dispose()
    {
        stop.Dispose();
        devices.Delete(recursive: true);
    }

    [Fact]
    public async Task The_panel_plays_a_signal_from_its_beginning_and_is_dark_at_the_end()
    {
        using SignalPanel panel = Panel();
        Task playing = panel.DeliverAsync(inbox.Writer, stop.Token);
        await UntilAsync(() => !led.IsEmpty);
        Assert.Equal((false, false), (led.Last(), buzzer.Last()));
        clock.Advance(TimeSpan.FromSeconds(7));
        panel.Show(Signal.NotSent);
        await UntilAsync(buzzer.Last);
        Assert.True(led.Last());
        TimeSpan began = clock.GetElapsedTime(0);
        await UntilAsync(() => clock.GetElapsedTime(0) - began >= TimeSpan.FromMilliseconds(300), Step);
        panel.Show(Signal.NotSent); // said again: goes on, does not begin again
        await UntilAsync(() => !buzzer.Last(), Step);
        Assert.InRange(clock.GetElapsedTime(0) - began, TimeSpan.FromMilliseconds(490), TimeSpan.FromMilliseconds(700));
        await UntilAsync(buzzer.Last, Step);
        await EndAsync(playing);
        Assert.Equal((false, false), (led.Last(), buzzer.Last()));
    }

    [Fact]
    public async Task A_reminder_comes_before_a_low_battery_and_after_what_waits_to_be_sent()
    {
        using SignalPanel panel = Panel();
        Task playing = panel.DeliverAsync(inbox.Writer, stop.Token);
        await UntilAsync(() => !led.IsEmpty);
        panel.ShowBatteryLow(true);
        panel.ShowReminder(true);
        Assert.InRange(await LightsInTenSecondsAsync(), 3, 5);
        panel.Show(Signal.Waiting);
        Assert.InRange(await LightsInTenSecondsAsync(), 7, 11);
        panel.Show(Signal.Quiet);
        panel.ShowReminder(false);
        Assert.InRange(await LightsInTenSecondsAsync(), 1, 2);
        await EndAsync(playing);
        Assert.DoesNotContain(true, buzzer);

        async Task<int> LightsInTenSecondsAsync()
        {
            await UntilAsync(led.Last, Step);
            led.Clear();
            led.Enqueue(true);
            TimeSpan began = clock.GetElapsedTime(0);
            await UntilAsync(() => clock.GetElapsedTime(0) - began >= TimeSpan.FromSeconds(9.9), Step);
            bool[] lit = [.. led];
            return 1 + lit.Zip(lit.Skip(1)).Count(pair => !pair.First && pair.Second);
        }
    }

    [Fact]
    public async Task A_low_battery_blinks_only_while_there_is_nothing_else_to_tell()
    {
        using SignalPanel panel = Panel();
        Task playing = panel.DeliverAsync(inbox.Writer, stop.Token);
        await UntilAsync(() => !led.IsEmpty);
        panel.ShowBatteryLow(true);
        await UntilAsync(led.Last, Step);
        await UntilAsync(() => !led.Last(), Step);
        panel.Show(Signal.NotSent);
        await UntilAsync(buzzer.Last, Step);
        panel.Show(Signal.Sent); // ends after three seconds, and the battery is still low
        TimeSpan began = clock.GetElapsedTime(0);
        await UntilAsync(() => clock.GetElapsedTime(0) - began > TimeSpan.FromSeconds(5), Step);
        buzzer.Clear();
        buzzer.Enqueue(false);
        await UntilAsync(led.Last, Step);
        Assert.DoesNotContain(true, buzzer);
        panel.ShowBatteryLow(false);
        began = clock.GetElapsedTime(0);
        await UntilAsync(() => clock.GetElapsedTime(0) - began > TimeSpan.FromSeconds(1), Step);
        led.Clear();
        led.Enqueue(false);
        await UntilAsync(() => clock.GetElapsedTime(0) - began > TimeSpan.FromSeconds(25), Step * 10);
        Assert.DoesNotContain(true, led);
        await EndAsync(playing);
    }

    [Fact]
    public async Task A_dead_lamp_is_told_and_does_not_silence_the_buzzer()
    {
        dark = new LineFault("not-found", "no line LED");
        using SignalPanel panel = Panel();
        Task playing = panel.DeliverAsync(inbox.Writer, stop.Token);
        panel.Show(Signal.NotSent);
        await UntilAsync(() => buzzer.Contains(true));
        Assert.Equal(new SensorState("help-button.signal", SensorHealth.Away, "not-found", "no line LED"), (await inbox.Reader.ReadAsync(stop.Token)).State);
        panel.Show(Signal.Quiet);
        dark = null;
        await UntilAsync(() => inbox.Reader.TryPeek(out _), SignalPanel.SetAgain);
        Assert.Equal(SensorHealth.Well, (await inbox.Reader.ReadAsync(stop.Token)).State!.Health);
        await EndAsync(playing);
    }

    [Fact]
    public async Task A_full_inbox_does_not_hold_up_a_tone()
    {
        var full = Channel.CreateBounded<SensorMessage>(1);
        Assert.True(full.Writer.TryWrite(default));
        using SignalPanel panel = Panel();
        Task playing = panel.DeliverAsync(full.Writer, stop.Token);
        panel.Show(Signal.NotSent);
        await UntilAsync(() => buzzer.Contains(true));
        await full.Reader.ReadAsync(stop.Token);
        await UntilAsync(() => full.Reader.TryPeek(out _), Step);
        Assert.Equal(SensorHealth.Well, (await full.Reader.ReadAsync(stop.Token)).State!.Health);
        await EndAsync(playing);
    }

    [Fact]
    public async Task A_help_button_without_its_chip_says_that_it_is_away_and_ends_when_stopped()
    {
        var button = new HelpButton("help-button", new LinePlace("GPIO17", ActiveLow: true), devices.FullName, TimeProvider.System);
        Task watching = button.DeliverAsync(inbox.Writer, stop.Token);
        SensorState state = (await inbox.Reader.ReadAsync(stop.Token)).State!;
        Assert.Equal((SensorHealth.Away, "not-found", "sensor/help-button"), (state.Health, state.Word, state.Code));
        await EndAsync(watching);
    }

    [Fact]
    public void An_output_without_its_chip_says_why_each_time_it_is_to_be_set()
    {
        using var output = new OutputLine(new LinePlace(Chip: "cp2112_gpio", Offset: 5), devices.FullName);
        Assert.Equal("not-found", output.Set(true)!.Word);
        Assert.Equal("not-found", output.Set(false)!.Word);
    }

    private SignalPanel Panel() => new("help-button.signal",
        on => { led.Enqueue(on); return dark; },
        on => { buzzer.Enqueue(on); return null; }, clock);

    private async Task EndAsync(Task running)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None));
    }

    /// <summary>Waits for the other thread; with a step simulated time goes on meanwhile.</summary>
    private async Task UntilAsync(Func<bool> holds, TimeSpan step = default)
    {
        for (int i = 0; !holds() && i < 2000; i++)
        {
            clock.Advance(step);
            await Task.Delay(2, stop.Token);
        }
        Assert.True(holds());
    }
}
