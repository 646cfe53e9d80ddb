using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

public sealed class SignalPatternTests
{
    private static readonly Signal[] All = Enum.GetValues<Signal>();

    private static Lamp At(Signal signal, int milliseconds) => SignalPattern.At(signal, TimeSpan.FromMilliseconds(milliseconds));

    private static IEnumerable<Lamp> Minute(Signal signal) => Enumerable.Range(0, 60_000).Select(at => At(signal, at));

    [Fact]
    public void Quiet_is_dark_and_silent() => Assert.All(Minute(Signal.Quiet), lamp => Assert.Equal(default, lamp));

    [Fact]
    public void Sent_is_short_and_then_dark_and_silent()
    {
        Assert.Equal(new Lamp(true, true), At(Signal.Sent, 0));
        Assert.Equal(new Lamp(true, false), At(Signal.Sent, 2999));
        Assert.Equal(default, At(Signal.Sent, 3000));
        Assert.Equal(2, Tones(Signal.Sent));
    }

    [Fact]
    public void What_is_no_answer_makes_no_tone() =>
        Assert.All(new[] { Signal.Waiting, Signal.BatteryLow, Signal.Reminder, Signal.Quiet }, signal => Assert.DoesNotContain(Minute(signal), lamp => lamp.Buzzer));

    [Fact]
    public void Not_sent_sounds_three_long_tones_every_six_seconds_without_end()
    {
        Assert.Equal(30, Tones(Signal.NotSent));
        int day = (int)TimeSpan.FromDays(1).TotalMilliseconds;
        foreach (int tone in new[] { 0, 700, 1400 })
        {
            Assert.Equal((true, true), (At(Signal.NotSent, day + tone).Buzzer, At(Signal.NotSent, day + tone + 499).Buzzer));
            Assert.False(At(Signal.NotSent, day + tone + 500).Buzzer);
        }
        Assert.DoesNotContain(Enumerable.Range(2100, 3900), at => At(Signal.NotSent, at).Buzzer);
    }

    [Fact]
    public void No_other_signal_sounds_later_than_half_a_second_so_that_a_tone_can_only_mean_one_thing() =>
        Assert.All(All.Except([Signal.NotSent]), signal => Assert.DoesNotContain(Minute(signal).Skip(500), lamp => lamp.Buzzer));

    [Fact]
    public void Any_two_signals_differ_in_the_lamp_alone_within_ten_seconds_wherever_one_begins_to_look()
    {
        // somebody who cannot hear must be able to tell them apart: how often the lamp lights in any ten seconds
        foreach (Signal one in All.Except([Signal.Sent, Signal.Quiet]))
        {
            int[] lit = [.. Enumerable.Range(0, 12).Select(from => Lights(one, from * 1000, 10_000))];
            foreach (Signal other in All.Except([Signal.Sent, one]))
            {
                Assert.DoesNotContain(Enumerable.Range(0, 12), from => lit.Contains(Lights(other, from * 1000, 10_000)));
            }
        }
    }

    [Fact]
    public void The_next_change_is_where_the_lamp_or_buzzer_changes_and_nothing_changes_before()
    {
        foreach (Signal signal in All)
        {
            TimeSpan at = TimeSpan.Zero;
            while (at < TimeSpan.FromSeconds(25) && SignalPattern.NextChange(signal, at) is { } wait)
            {
                Assert.True(wait > TimeSpan.Zero);
                Lamp lamp = SignalPattern.At(signal, at);
                Assert.Equal(lamp, SignalPattern.At(signal, at + wait - TimeSpan.FromTicks(1)));
                at += wait;
            }
            Assert.True(at >= TimeSpan.FromSeconds(25) || SignalPattern.At(signal, at) == default);
        }
    }

    private static int Tones(Signal signal) => Rises(Minute(signal).Select(lamp => lamp.Buzzer));

    private static int Lights(Signal signal, int from, int milliseconds) => Rises(Enumerable.Range(from, milliseconds).Select(at => At(signal, at).Led));

    private static int Rises(IEnumerable<bool> on)
    {
        bool before = false;
        int rises = 0;
        foreach (bool now in on)
        {
            rises += now && !before ? 1 : 0;
            before = now;
        }
        return rises;
    }
}
