namespace TeleMonitor.Gateway.Sensors.Gpio;

/// <summary>What lamp and buzzer tell the citizen.</summary>
internal enum Signal : byte
{
    /// <summary>Nothing to tell.</summary>
    Quiet,
    /// <summary>The hub has it: two short tones and a steady lamp for three seconds, then nothing.</summary>
    Sent,
    /// <summary>Pressed, not yet received: the lamp blinks slowly, without a tone.</summary>
    Waiting,
    /// <summary>Not sent, call the number: three long tones and a quickly flashing lamp, again and again.</summary>
    NotSent,
    /// <summary>A battery is low: one short blink every ten seconds, without a tone.</summary>
    BatteryLow,
    /// <summary>It is time to measure: two short blinks every five seconds, without a tone.</summary>
    Reminder,
}

/// <summary>Lamp and buzzer at one moment.</summary>
internal readonly record struct Lamp(bool Led, bool Buzzer);

/// <summary>When lamp and buzzer are on: a pure function of the signal and of how long it has been shown.</summary>
internal static class SignalPattern
{
    private readonly record struct Segment(int Milliseconds, bool Led, bool Buzzer);

    private sealed record Pattern(bool Repeats, params Segment[] Segments)
    {
        public TimeSpan Whole { get; } = TimeSpan.FromMilliseconds(Segments.Sum(segment => segment.Milliseconds));
    }

    // on for so long, off for so long; the buzzer only where the hub's answer came or did not come
    private static readonly Pattern
        Nothing = new(false),
        Sent = new(false, new(150, true, true), new(100, false, false), new(150, true, true), new(2600, true, false)),
        Waiting = new(true, new(500, true, false), new(500, false, false)),
        NotSent = new(true,
        [
            .. Enumerable.Repeat(new Segment[] { new(500, true, true), new(200, false, false) }, 3).SelectMany(tone => tone),
            .. Enumerable.Repeat(new Segment[] { new(150, true, false), new(150, false, false) }, 13).SelectMany(flash => flash),
        ]),
        BatteryLow = new(true, new(50, true, false), new(9950, false, false)),
        Reminder = new(true, new(150, true, false), new(250, false, false), new(150, true, false), new(4450, false, false));

    /// <summary>Lamp and buzzer.</summary>
    /// <param name="signal">What is told.</param>
    /// <param name="shown">For how long; from zero.</param>
    public static Lamp At(Signal signal, TimeSpan shown) => Find(signal, shown, out _);

    /// <summary>How long until something changes; null: never.</summary>
    public static TimeSpan? NextChange(Signal signal, TimeSpan shown)
    {
        Find(signal, shown, out TimeSpan? left);
        return left;
    }

    private static Lamp Find(Signal signal, TimeSpan shown, out TimeSpan? left)
    {
        Pattern pattern = signal switch
        {
            Signal.Sent => Sent,
            Signal.Waiting => Waiting,
            Signal.NotSent => NotSent,
            Signal.BatteryLow => BatteryLow,
            Signal.Reminder => Reminder,
            _ => Nothing,
        };
        left = null;
        TimeSpan at = pattern.Repeats ? TimeSpan.FromTicks(shown.Ticks % pattern.Whole.Ticks) : shown;
        foreach (Segment segment in pattern.Segments)
        {
            TimeSpan lasts = TimeSpan.FromMilliseconds(segment.Milliseconds);
            if (at < lasts)
            {
                left = lasts - at;
                return new Lamp(segment.Led, segment.Buzzer);
            }
            at -= lasts;
        }
        return default;
    }
}
