using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests;

/// <summary>A home on a clock of its own: steps the judge, keeps its state, numbers its ticks.</summary>
internal sealed class JudgedHome(JudgeSettings? settings = null, bool serialises = false)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly JudgeSettings settings = settings ?? Settings;
    private long tick;

    public static JudgeSettings Settings { get; } = new()
    {
        Assignment = 1, Charts = [Shipped.News2, Shipped.Tobs], Sensors = Shipped.Config.Sensors,
    };

    public static JudgeSettings TobsOnly { get; } = Settings with { Charts = [Shipped.Tobs] };

    public JudgeState State { get; private set; } = JudgeState.Empty;

    public string Boot { get; private set; } = "boot-1";

    public TimeSpan? NextDue { get; private set; }

    /// <summary>Everything that was ever said, in order.</summary>
    public List<Item> Said { get; } = [];

    public IReadOnlyList<Item> At(double minutes, Burst? burst = null)
    {
        TimeSpan rule = TimeSpan.FromMinutes(minutes);
        JudgeResult result = Judge.Step(State, burst, new Moment(Boot, rule, Noon + rule), settings, () => ++tick);
        State = result.State;
        NextDue = result.NextDue;
        if (serialises)
        {
            Assert.True(JudgeState.TryRead(State.Write(), out JudgeState read));
            State = read;
        }
        Item[] items = [.. result.Items.Select(item => item.Item)];
        Assert.All(result.Items, item => Assert.Equal(item.Item is AlertItem or HelpItem ? WireWord.AlertLane : WireWord.ReadingLane, item.Lane));
        Said.AddRange(items);
        return items;
    }

    public IReadOnlyList<Item> Row(double minutes, params Measured[] values) => At(minutes, new Burst(values, ClosesSet: true));

    public IReadOnlyList<Item> Reads(double minutes, params Measured[] values) => At(minutes, new Burst(values));

    public void Reboots(long firstTick = 0)
    {
        Boot = "boot-" + (int.Parse(Boot[5..], System.Globalization.CultureInfo.InvariantCulture) + 1);
        tick = firstTick;
    }

    public static Measured Number(Vital vital, double value) => new(vital, value, VitalCode.Of(vital).Unit, "replay");

    public static Measured Word(Vital vital, string word) => new(vital, null, "", "simulated-home") { Answer = word };

    /// <summary>A complete and normal TOBS set, with one respiration rate.</summary>
    public static Measured[] Complete(double respiration = 16, string consciousness = "habitual", double pulse = 72) =>
    [
        Number(Vital.Pulse, pulse), Number(Vital.Respiration, respiration), Number(Vital.Temperature, 37), Number(Vital.Systolic, 130), Word(Vital.Consciousness, consciousness),
    ];
}

/// <summary>States that hold something in every place.</summary>
internal static class JudgeStates
{
    public static JudgeState Busy()
    {
        var home = new JudgedHome();
        home.Row(0, [.. JudgedHome.Complete(respiration: 26)]);
        home.Reads(1, JudgedHome.Number(Vital.Pulse, 140) with { SensorAt = "2026-11-22T12:01:00" }, JudgedHome.Number(Vital.Spo2, double.NaN) with { SensorAt = "2026-11-22T12:01:00" });
        home.At(1, Burst.HelpPressed);
        Assert.True(home.State is { Help: not null, Open: { Raised: not null, AlertTick: not null }, Last: not null, Alerting: true, Seen.Count: 2 });
        return home.State;
    }
}
