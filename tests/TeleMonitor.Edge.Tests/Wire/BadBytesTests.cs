using System.Text;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Quality;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Wire;

/// <summary>Whatever comes from outside, every reader answers with false and a sentence, never with an exception.</summary>
public sealed class BadBytesTests
{
    private const int RandomRuns = 3000;

    [Fact]
    public void Random_bytes_throw_out_of_no_reader()
    {
        var random = new Random(20261122);
        for (int run = 0; run < RandomRuns; run++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (run % 2 == 0)
            {
                // letters of JSON reach deeper than noise
                for (int index = 0; index < bytes.Length; index++)
                {
                    bytes[index] = "{}[]\":,0123456789.eE+-truefalsnk\\ \x80\xff"u8[bytes[index] % 33];
                }
            }
            Assert.False(ReadEverything(bytes));
        }
    }

    [Fact]
    public void Truncations_of_every_golden_message_chart_sensor_file_and_state_is_refused()
    {
        foreach (byte[] whole in Samples())
        {
            for (int length = 0; length < whole.Length; length += whole.Length > 700 ? 7 : 1)
            {
                Assert.False(ReadEverything(whole[..length]), Encoding.UTF8.GetString(whole, 0, length));
            }
        }
    }

    [Fact]
    public void Random_changes_of_good_bytes_throw_out_of_no_reader_and_what_is_accepted_can_be_written_again()
    {
        var random = new Random(7);
        byte[][] samples = [.. Samples()];
        for (int run = 0; run < RandomRuns; run++)
        {
            byte[] bytes = [.. samples[run % samples.Length]];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            ReadEverything(bytes);
            if (WireItems.TryRead(bytes, out Item? item, out _))
            {
                Assert.NotEmpty(WireItems.Write(item!));
                ScoreAsTheHubDoes(item!);
            }
        }
    }

    /// <summary>The fault of each row once came through: a null in a list, an infinite number, a contradiction, which the hub would then have tripped over.</summary>
    [Theory]
    [InlineData("reading-good", "\"value\":112", "\"value\":1e400", "value is too large")]
    [InlineData("reading-good", "\"value\":112", "\"value\":112,\"answer\":\"yes\"", "either value or special")]
    [InlineData("reading-good", "\"value\":112", "\"value\":112,\"special\":\"nan\"", "either value or special")]
    [InlineData("reading-good", "\"value\":112", "\"value\":112,\"value\":70", "value")]
    [InlineData("reading-good", "\"value\":112,", "", "either value or special")]
    [InlineData("reading-good", "\"reasons\":[]", "\"reasons\":[null]", "reasons must be texts")]
    [InlineData("reading-good", "\"reasons\":[],", "", "reasons must be texts")]
    [InlineData("finding", ",\"detail\":{\"seconds\":\"-42\"}", "", "detail must be texts")]
    [InlineData("alert-red", ",\"reasons\":[],\"age", ",\"age", "reasons must be texts")]
    [InlineData("reading-good", "\"good\"", "\"fine\"", "grade 'fine'")]
    [InlineData("reading-good", "\"tick\":1000001", "\"tick\":-1", "tick")]
    [InlineData("reading-good", "\"tick\":1000001", "\"tick\":1e30", "tick")]
    [InlineData("reading-good", "\"asg\":1", "\"asg\":99999999999", "asg")]
    [InlineData("reading-good", "\"at\":\"2026-11-22T08:30:00.125+00:00\"", "\"at\":\"yesterday\"", "at")]
    [InlineData("reading-good", "\"kind\":\"reading\"", "\"kind\":7", "JSON")]
    [InlineData("reading-good", "\"kind\":\"reading\"", "\"kind\":null", "kind")]
    [InlineData("reading-good", "\"kind\":\"reading\"", "\"kind\":\"READING\"", "kind 'READING' is not known")]
    [InlineData("answer", "\"answer\":\"voice\"", "\"value\":70", "an answer must have answer")]
    [InlineData("score-complete", "\"missing\":[]", "\"missing\":[null]", "missing")]
    [InlineData("score-complete", "\"total\":9", "\"total\":null", "total")]
    [InlineData("score-complete", "\"total\":9", "\"total\":8", "total")]
    [InlineData("score-complete", "\"scale\":1", "\"scale\":3", "scale")]
    [InlineData("score-complete", "\"pulse\":2", "\"pulse\":4", "parts")]
    [InlineData("score-complete", "\"chart\":\"tobs\"", "\"chart\":\"news2\"", "code must be score/")]
    [InlineData("score-complete", "\"inputs\":[", "\"inputs\":[null,", "inputs")]
    [InlineData("score-incomplete", "\"lowest\":8", "\"lowest\":12", "lowest")]
    [InlineData("score-incomplete", "\"triage\":\"red\"", "\"triage\":\"pink\"", "triage 'pink'")]
    [InlineData("alert-red", "\"inputs\":[", "\"inputs\":[null,", "inputs")]
    [InlineData("alert-red", "\"scores\":[", "\"scores\":[null,", "scores")]
    [InlineData("alert-red", "\"value\":112", "\"value\":-1e999", "inputs")]
    [InlineData("alert-red", "\"interim\":false", "\"interim\":0", "interim")]
    [InlineData("status", "\"lanes\":[", "\"lanes\":[null,", "lanes")]
    [InlineData("finding", "\"-42\"", "null", "detail")]
    public void A_poison_item_is_refused_with_the_field_in_the_sentence(string name, string good, string bad, string expected)
    {
        Assert.False(WireItems.TryRead(Replace(name, good, bad), out Item? item, out string problem));
        Assert.Null(item);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2", "v must be 1, it is 2")]
    [InlineData("\"v\":1", "\"v\":1,\"v\":1", "v stands twice")]
    [InlineData("\"items\":[", "\"items\":[],\"items\":[", "items stands twice")]
    [InlineData("\"lane\":\"reading\"", "\"lane\":\"notice\"", "lane must be")]
    [InlineData("\"first\":41", "\"first\":0", "first must be")]
    [InlineData("\"first\":41", "\"first\":9223372036854775807", "first must be")]
    [InlineData("\"first\":41", "\"first\":1e30", "JSON")]
    [InlineData("\"clock\":\"synchronised\"", "\"clock\":\"fine\"", "clock must be")]
    [InlineData("\"engine\":\"1\"", "\"engine\":null", "versions.engine")]
    [InlineData("\"engine\":\"1\"", "\"engine\":\"1\",\"engine\":\"2\"", "versions.engine stands twice")]
    [InlineData("\"outbox\":\"obx-5d2f\"", "\"outbox\":\"\"", "outbox")]
    public void A_wrong_head_refuses_the_batch_and_says_which_field(string good, string bad, string expected)
    {
        Assert.False(Batch.TryRead(Replace("batch", good, bad), out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem));
        Assert.Equal((null, 0), (head, items.Count));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_field_of_a_head_is_named_at_once()
    {
        Assert.False(Batch.TryRead("{}"u8.ToArray(), out _, out _, out string problem));
        foreach (string field in new[] { "v ", "outbox", "lane", "first", "before", "sent", "boot", "clock", "versions", "items" })
        {
            Assert.Contains(field, problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("receipt", "\"through\":43,", "")]
    [InlineData("receipt", "\"through\":43", "\"through\":-1")]
    [InlineData("receipt", "\"chain\":\"", "\"chain\":\"00")]
    [InlineData("receipt", "\"lane\":\"reading\"", "\"lane\":\"notice\"")]
    [InlineData("receipt", "\"v\":1", "\"v\":2")]
    [InlineData("receipt", "\"hub\":\"hub-store-7c1d\"", "\"hub\":\"\"")]
    [InlineData("receipt", "\"hub\":\"hub-store-7c1d\"", "\"hub\":null")]
    [InlineData("receipt-unknown", "\"answer\":\"unknown\"", "\"answer\":\"perhaps\"")]
    [InlineData("receipt-unknown", "\"answer\":\"unknown\"", "\"answer\":\"unknown\",\"through\":3")]
    [InlineData("notice", "\"items\":[", "\"items\":[null,")]
    [InlineData("notice", "\"first\":2", "\"first\":0")]
    [InlineData("notice", "\"code\":\"taken\"", "\"code\":\"\"")]
    [InlineData("presence-online", "\"online\"", "\"here\"")]
    [InlineData("presence-online", "\"connection\":4", "\"connection\":-4")]
    public void A_wrong_message_is_null_with_a_sentence(string name, string good, string bad)
    {
        byte[] bytes = Replace(name, good, bad);
        object? read = name.Split('-')[0] switch
        {
            "receipt" => WireItems.ReadReceipt(bytes, out string problem) is { } receipt ? receipt : problem,
            "notice" => WireItems.ReadNotices(bytes, out string problem) is { } notices ? notices : problem,
            _ => WireItems.ReadPresence(bytes, out string problem) is { } presence ? presence : problem,
        };
        Assert.NotEmpty(Assert.IsType<string>(read));
    }

    [Fact]
    public void Deep_nesting_invalid_UTF_8_and_a_byte_order_mark_are_refused()
    {
        byte[] deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
        Assert.False(ReadEverything(deep));
        Assert.False(ReadEverything(Replace("reading-good", "\"unit\"", "\"x\":" + new string('[', 70) + new string(']', 70) + ",\"unit\"")));
        byte[] torn = GoldenWireTests.Golden("reading-good.json");
        torn[Encoding.UTF8.GetString(torn).IndexOf("simulated", StringComparison.Ordinal)] = 0xC3;
        Assert.False(WireItems.TryRead(torn, out _, out _));
        Assert.False(ReadEverything([0xEF, 0xBB, 0xBF, .. GoldenWireTests.Golden("receipt.json")]));
    }

    [Fact]
    public void The_limits_of_a_batch_are_its_count_and_its_bytes()
    {
        ReadOnlyMemory<byte> item = GoldenWire.Three[0];
        Assert.True(Batch.TryRead(Batch.Write(GoldenWire.Head, Repeat("{}"u8.ToArray(), 500)), out _, out IReadOnlyList<ReadOnlyMemory<byte>> items, out _));
        Assert.Equal(500, items.Count);
        Assert.Throws<ArgumentException>(() => Batch.Write(GoldenWire.Head, Repeat(item, 501)));
        Assert.Throws<ArgumentException>(() => Batch.Write(GoldenWire.Head, []));
        string many = Encoding.UTF8.GetString(Batch.Write(GoldenWire.Head, Repeat("{}"u8.ToArray(), 500))).Replace("[{}", "[{},{}", StringComparison.Ordinal);
        Assert.False(Batch.TryRead(Encoding.UTF8.GetBytes(many), out _, out _, out string problem));
        Assert.Contains("1 to 500", problem, StringComparison.Ordinal);
        Assert.False(Batch.TryRead(new byte[Batch.MaxBytes + 1], out _, out _, out problem));
        Assert.Contains("at most 122880", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_item_fits_a_batch_of_its_own_and_one_byte_more_is_refused()
    {
        ReadingItem reading = GoldenWire.Pulse with { Sensor = "" };
        reading = reading with { Sensor = new string('s', WireItems.MaxItemBytes - WireItems.Write(reading).Length) };
        byte[] largest = WireItems.Write(reading);
        Assert.Equal(WireItems.MaxItemBytes, largest.Length);
        Assert.True(WireItems.TryRead(largest, out _, out string problem), problem);
        byte[] batch = Batch.Write(GoldenWire.Head, [largest]);
        Assert.True(batch.Length <= Batch.MaxBytes, $"{batch.Length}");
        Assert.True(Batch.TryRead(batch, out _, out _, out problem), problem);
        Assert.False(WireItems.TryRead(WireItems.Write(reading with { Sensor = reading.Sensor + "s" }), out _, out problem));
        Assert.Contains("at most", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_keep_their_exact_bytes_with_white_space_around_them()
    {
        string spaced = Encoding.UTF8.GetString(GoldenWireTests.Golden("batch.json")).Replace(",{\"kind\"", " ,\n\t{ \"kind\"", StringComparison.Ordinal);
        Assert.True(Batch.TryRead(Encoding.UTF8.GetBytes(spaced), out _, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem), problem);
        Assert.Equal(3, items.Count);
        Assert.All(items, item => Assert.Equal(((byte)'{', (byte)'}'), (item.Span[0], item.Span[^1])));
    }

    private static ReadOnlyMemory<byte>[] Repeat(ReadOnlyMemory<byte> item, int count) => [.. Enumerable.Repeat(item, count)];

    private static byte[] Replace(string name, string good, string bad)
    {
        string text = Encoding.UTF8.GetString(GoldenWireTests.Golden(name + ".json"));
        int at = text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{name} has no {good}");
        return Encoding.UTF8.GetBytes(text[..at] + bad + text[(at + good.Length)..]);
    }

    private static IEnumerable<byte[]> Samples() =>
        [.. GoldenWire.All.Select(situation => GoldenWireTests.Golden(situation.Name + ".json")),
         File.ReadAllBytes(Tree.At("firmware-config", "charts", "tobs.json")).AsSpan().TrimEnd((byte)'\n').ToArray(),
         File.ReadAllBytes(Tree.At("firmware-config", "sensors", "simulated-home.json")).AsSpan().TrimEnd((byte)'\n').ToArray(),
         JudgeStates.Busy().Write()];

    private static void ScoreAsTheHubDoes(Item item)
    {
        VitalSet set = item switch { AlertItem alert => SetReader.Read(alert.Inputs), ReadingItem reading => SetReader.Read([reading]), _ => default };
        foreach (Chart chart in Shipped.Config.Charts.Values)
        {
            Assert.InRange(Scorer.Of(chart, in set, 1, VitalMask.All).Lowest, 0, 20);
        }
    }

    /// <summary>True when any reader accepts the bytes.</summary>
    private static bool ReadEverything(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        bool item = WireItems.TryRead(bytes, out _, out string problem);
        bool batch = Batch.TryRead(bytes, out _, out _, out string head);
        Assert.True(item == (problem.Length == 0) && batch == (head.Length == 0));
        bool properties = BatchProperties.TryRead([.. new[] { "outbox", "lane", "first", "count", "before", "after" }.Select(name => KeyValuePair.Create(name, text))], out _);
        bool chart = ChartFile.TryRead(bytes, "x.json", out _, out IReadOnlyList<string> chartProblems);
        bool sensor = SensorFile.TryRead(bytes, "x.json", out _, out IReadOnlyList<string> sensorProblems);
        Assert.True(chart != chartProblems.Count > 0 && sensor != sensorProblems.Count > 0);
        bool state = JudgeState.TryRead(bytes, out JudgeState read);
        Assert.True(state || ReferenceEquals(read, JudgeState.Empty));
        return item | batch | properties | chart | sensor | state | WireItems.ReadReceipt(bytes, out _) is not null
            | WireItems.ReadNotices(bytes, out _) is not null | WireItems.ReadPresence(bytes, out _) is not null;
    }
}
