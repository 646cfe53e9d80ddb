using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Quality;

/// <summary>What a sensor gives soon after it began, in a model whose file says how long that is: a minute, after a gap of over two.</summary>
public sealed class WarmUpTests
{
    private const string Early = "doubtful warm-up", Good = "good ", Off = "unusable probe-off";
    private static readonly SensorVital Settling = new("%", new ValueRange(0, 100), WarmUp: new WarmUpLimit(60, 120));

    private static readonly SensorFile Stream = new("stream", "1", "invented", null, new Dictionary<string, SensorVital>
    {
        ["spo2"] = Settling, ["respiration"] = Settling with { Unit = "/min" }, ["pulse"] = new("/min", new ValueRange(0, 350)),
    });

    private readonly JudgedHome home = new(JudgedHome.TobsOnly with { Sensors = new Dictionary<string, SensorFile> { ["stream"] = Stream } }, serialises: true);

    private static Measured Of(double value, Vital vital = Vital.Spo2) => new(vital, value, VitalCode.Of(vital).Unit, "stream");

    private string Reads(double minutes, double value, params string[] doubts) => Said(home.Reads(minutes, Of(value) with { Doubts = doubts }).OfType<ReadingItem>().Single());

    private static string Said(ReadingItem reading) => reading.Grade + " " + string.Join(',', reading.Reasons);

    [Fact]
    public void A_value_is_early_until_the_sensor_has_measured_for_so_long_and_again_after_a_longer_gap() => Assert.Equal(
        [Early, Early, Good, Good, Early, Early, Good],
        new[] { 0, 0.99, 1, 3, 5.01, 6, 6.02 }.Select(minutes => Reads(minutes, 97)));

    [Fact]
    public void An_early_Red_is_said_at_once_with_its_doubt()
    {
        AlertItem alert = Assert.Single(home.Reads(0, Of(32, Vital.Respiration)).OfType<AlertItem>());
        Assert.Equal(("red", "doubtful", GradeReason.WarmUp), (alert.Triage, alert.Inputs[0].Grade, Assert.Single(alert.Inputs[0].Reasons)));
    }

    [Fact]
    public void A_finger_that_was_out_begins_anew() =>
        Assert.Equal([Early, Good, Off, Early, Early, Good], new[] { Reads(0, 97), Reads(1, 97), Reads(1.1, 97, GradeReason.ProbeOff), Reads(1.2, 97), Reads(2.1, 97), Reads(2.3, 97) });

    [Fact]
    public void What_is_no_value_fills_no_gap()
    {
        Reads(0, 97);
        Assert.Equal(Good, Reads(1, 97));
        Assert.All(new[] { 2, 3, 3.1 }, minutes => Assert.StartsWith("unusable", Reads(minutes, double.NaN), StringComparison.Ordinal));
        Assert.Equal(Early, Reads(3.2, 97));
    }

    [Fact]
    public void What_it_had_stored_is_early_by_its_own_time()
    {
        Measured Stored(double seconds) => Of(97) with { SensorAt = new DateTime(2001, 1, 2, 3, 0, 0, DateTimeKind.Unspecified).AddSeconds(seconds).ToString("s"), SensorNow = "2001-01-02T08:00:00" };
        ReadingItem[] night = [.. home.Reads(500, Stored(0), Stored(59), Stored(60), Stored(180), Stored(301), Stored(361)).OfType<ReadingItem>()];
        Assert.Equal([Early, Early, Good, Good, Early, Good], night.Select(Said));
        Assert.Equal(Early, Reads(500.1, 97)); // live now: hours after the last it had stored
    }

    [Fact]
    public void Over_a_reboot_it_begins_anew_for_nobody_knows_how_long_it_was_off()
    {
        Reads(0, 97);
        Assert.Equal(Good, Reads(1, 97));
        home.Reboots();
        Assert.Equal(Early, Reads(1.1, 97));
    }

    [Fact]
    public void Each_vital_and_only_one_whose_file_says_so_is_early()
    {
        Assert.Equal([Good, Good], new[] { 0, 0.1 }.Select(minutes => Said(home.Reads(minutes, Of(72, Vital.Pulse)).OfType<ReadingItem>().Single())));
        var shipped = new JudgedHome();
        Assert.All(Enumerable.Range(0, 5), day => Assert.Equal(Good,
            Said(shipped.Reads(day * 1440, new Measured(Vital.Spo2, 97, "%", "ble-oximeter")).OfType<ReadingItem>().Single()))); // a spot check a day is never early
    }

    [Fact]
    public void A_state_from_before_there_was_a_warm_up_is_read_and_begins_anew()
    {
        Reads(0, 97);
        Assert.Equal(Good, Reads(1, 97));
        JsonNode written = JsonNode.Parse(home.State.Write())!;
        Assert.True(written["Seen"]!["stream/spo2"]!.AsObject().Remove("Began"));
        Assert.True(JudgeState.TryRead(JsonSerializer.SerializeToUtf8Bytes(written), out JudgeState old));
        JudgeResult next = Judge.Step(old, new Burst([Of(97)]), new Moment("boot-1", TimeSpan.FromMinutes(1.1), DateTimeOffset.UnixEpoch),
            JudgedHome.TobsOnly with { Sensors = new Dictionary<string, SensorFile> { ["stream"] = Stream } }, () => 1);
        Assert.Equal(Early, Said(next.Items.Select(item => item.Item).OfType<ReadingItem>().Single()));
    }

    /// <summary>Told a second way, backwards: from a value over those before it as far as no gap, no missing finger and no end comes between.</summary>
    [Fact]
    public void Whatever_comes_a_value_is_early_exactly_when_its_stretch_began_under_a_minute_ago() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Gen.ListOf(Gen.Zip(Gen.Choose(1, 30), Gen.Frequency((6, Gen.Constant('v')), (1, Gen.Constant('n')), (1, Gen.Constant('o'))))).ToArbitrary(), said =>
        {
            var own = new JudgedHome(JudgedHome.TobsOnly with { Sensors = new Dictionary<string, SensorFile> { ["stream"] = Stream } });
            var past = new List<(TimeSpan At, char What)>();
            TimeSpan now = TimeSpan.Zero;
            foreach ((int sevens, char what) in said)
            {
                now += TimeSpan.FromSeconds(7 * sevens); // no sum of sevens is a minute or two: the edges have tests of their own
                past.Add((now, what));
                Measured value = Of(what == 'n' ? double.NaN : 97) with { Doubts = what == 'o' ? [GradeReason.ProbeOff] : [] };
                bool early = own.Reads(now.TotalMinutes, value).OfType<ReadingItem>().Single().Reasons.Contains(GradeReason.WarmUp);
                if (early != (what == 'v' && now - BeganAt(past) < TimeSpan.FromSeconds(60)))
                {
                    return false;
                }
            }
            return true;
        }));

    private static TimeSpan BeganAt(List<(TimeSpan At, char What)> past)
    {
        TimeSpan began = past[^1].At;
        for (int i = past.Count - 2; i >= 0 && past[i].What != 'o' && began - past[i].At <= TimeSpan.FromSeconds(120); i--)
        {
            began = past[i].What == 'v' ? past[i].At : began;
        }
        return began;
    }

    [Theory]
    [InlineData("""{"seconds":0,"after_gap_seconds":30}""")]
    [InlineData("""{"seconds":3601,"after_gap_seconds":30}""")]
    [InlineData("""{"seconds":10,"after_gap_seconds":0}""")]
    [InlineData("""{"seconds":10}""")]
    [InlineData("""{"seconds":10,"after_gap_seconds":30,"colour":"red"}""")]
    public void A_wrong_warm_up_is_named_and_the_schema_refuses_it_too(string wrong)
    {
        string File(string warmUp) =>
            """{"id":"x","version":"1","source":"x","approved":null,"vitals":{"spo2":{"unit":"%","possible":{"low":0,"high":100},"warm_up":HERE}}}""".Replace("HERE", warmUp, StringComparison.Ordinal);
        JsonElement schema = JsonElement.Parse(System.IO.File.ReadAllText(Tree.At("firmware-config/schema/sensor.schema.json")));
        IReadOnlyList<string> Faults(string file) => [.. Edge.Tests.Wire.JsonSchemaCheck.Faults(schema, JsonElement.Parse(file))];
        Assert.False(SensorFile.TryRead(System.Text.Encoding.UTF8.GetBytes(File(wrong)), "x.json", out _, out IReadOnlyList<string> problems));
        Assert.Contains("warm_up", Assert.Single(problems), StringComparison.Ordinal);
        Assert.NotEmpty(Faults(File(wrong)));
        const string Right = """{"seconds":10,"after_gap_seconds":30}""";
        Assert.True(SensorFile.TryRead(System.Text.Encoding.UTF8.GetBytes(File(Right)), "x.json", out SensorFile? sensor, out _));
        Assert.Equal(new WarmUpLimit(10, 30), sensor!.Vitals["spo2"].WarmUp);
        Assert.Empty(Faults(File(Right)));
    }
}
