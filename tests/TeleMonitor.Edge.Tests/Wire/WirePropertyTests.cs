using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Wire;

public sealed class WirePropertyTests
{
    [Fact]
    public void Any_item_reads_back_as_what_was_written_bit_for_bit() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Items(), item =>
        {
            byte[] written = WireItems.Write(item);
            return WireItems.TryRead(written, out Item? read, out _) && written.AsSpan().SequenceEqual(WireItems.Write(read!))
                && (item is not ReadingItem { Value: { } value } || BitConverter.DoubleToInt64Bits(((ReadingItem)read!).Value!.Value) == BitConverter.DoubleToInt64Bits(value));
        }));

    /// <summary>
    /// The chain proves the items, the user properties prove outbox, lane, first and before. Boot, clock, versions and sent are proved
    /// by TLS alone: a flip there can change words, never an item or its place.
    /// </summary>
    [Fact]
    public void Any_single_flipped_bit_of_a_batch_is_refused_or_breaks_its_chain_or_touches_only_the_words_of_the_head()
    {
        byte[] good = Batch.Write(GoldenWire.Head, GoldenWire.Three);
        BatchProperties named = BatchProperties.Of(GoldenWire.Head, GoldenWire.Three);
        int firstItem = Encoding.UTF8.GetString(good).IndexOf("\"items\":[", StringComparison.Ordinal);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] flipped = [.. good];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            bool same = Batch.TryRead(flipped, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem)
                && BatchProperties.Of(head!, items) == named;
            Assert.True(problem.Length > 0 == head is null);
            if (bit / 8 >= firstItem)
            {
                Assert.False(same, $"bit {bit} of the items was flipped unseen");
            }
            else if (same)
            {
                Assert.True(items.Zip(GoldenWire.Three).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span)));
            }
        }
    }

    [Fact]
    public void Any_item_more_less_or_moved_changes_the_chain()
    {
        IReadOnlyList<ReadOnlyMemory<byte>> three = GoldenWire.Three;
        Chain after = BatchProperties.Of(GoldenWire.Head, three).After;
        Assert.NotEqual(after, BatchProperties.Of(GoldenWire.Head, [three[1], three[0], three[2]]).After);
        Assert.NotEqual(after, BatchProperties.Of(GoldenWire.Head, [three[0], three[1]]).After);
        Assert.NotEqual(after, BatchProperties.Of(GoldenWire.Head, [.. three, three[2]]).After);
        Assert.NotEqual(after, BatchProperties.Of(GoldenWire.Head with { Before = Chain.Zero }, three).After);
    }

    [Fact]
    public void The_chain_of_an_item_longer_than_its_stack_buffer_is_that_of_the_same_bytes()
    {
        foreach (int length in new[] { 0, 1015, 1016, 1017, 5000 })
        {
            byte[] item = new byte[length];
            Array.Fill(item, (byte)'x');
            byte[] hashed = System.Security.Cryptography.SHA256.HashData([.. new byte[7], 5, .. item]);
            Assert.Equal(Convert.ToHexStringLower(hashed[..8]), new Chain(5).Next(item).ToString());
        }
    }

    [Fact]
    public void Properties_read_back_and_any_that_is_missing_twice_or_out_of_range_is_refused()
    {
        BatchProperties good = BatchProperties.Of(GoldenWire.Head, GoldenWire.Three);
        Assert.True(BatchProperties.TryRead(good.ToUserProperties(), out BatchProperties? read));
        Assert.Equal(good, read);
        foreach (KeyValuePair<string, string> pair in good.ToUserProperties())
        {
            Assert.False(BatchProperties.TryRead([.. good.ToUserProperties().Where(other => other.Key != pair.Key)], out _));
            Assert.False(BatchProperties.TryRead([.. good.ToUserProperties(), pair], out _));
        }
        string[] odd = ["", " 41", "+41", "-1", "0", "4e1", "9223372036854775807", "99999999999999999999", "٤١", new string('9', 500)];
        foreach (string name in new[] { "first", "count", "before", "after", "lane", "outbox" })
        {
            foreach (string text in odd.Where(text => name is not "outbox" || text.Length is 0 or > 64))
            {
                Assert.False(BatchProperties.TryRead([.. good.ToUserProperties().Where(other => other.Key != name), KeyValuePair.Create(name, text)], out _), $"{name}={text}");
            }
        }
    }

    [Fact]
    public void A_chain_has_one_text_only()
    {
        Assert.True(Chain.TryParse("00000000000000ab", out Chain chain));
        Assert.Equal(0xABUL, chain.Value);
        foreach (string? text in new[] { null, "", "00000000000000AB", "0x000000000000ab", " 0000000000000ab", "00000000000000ab ", "000000000000ab", "000000000000000ab", "-000000000000001" })
        {
            Assert.False(Chain.TryParse(text, out chain), text);
            Assert.Equal(Chain.Zero, chain);
        }
    }

    private static Arbitrary<Item> Items() =>
        (from kind in Gen.Choose(0, 5)
         from tick in Gen.Choose(0, int.MaxValue)
         from vital in Gen.Choose(0, 7)
         from value in ArbMap.Default.GeneratorFor<NormalFloat>()
         from text in ArbMap.Default.GeneratorFor<UnicodeString>()
         from number in Gen.Choose(0, 100_000)
         select Make(kind, tick, VitalCode.All[vital], (double)value, Whole(text.Get), number)).ToArbitrary();

    /// <summary>Half a surrogate pair is no text: it cannot be UTF-8 and so cannot stand in an item.</summary>
    private static string Whole(string? text) => new([.. (text ?? "").Where(letter => !char.IsSurrogate(letter))]);

    private static Item Make(int kind, long tick, VitalCode code, double value, string text, int number)
    {
        DateTimeOffset at = GoldenWire.At.AddTicks(number);
        return kind switch
        {
            0 when code.IsAnswer => GoldenWire.Answered with { Tick = tick, Code = code.Code, Answer = text, At = at },
            0 => GoldenWire.Pulse with { Tick = tick, Code = code.Code, Value = value, Unit = text, Sensor = text, Label = new ReplayLabel(text, number), At = at },
            1 => GoldenWire.Pulse with { Tick = tick, Value = null, Special = text, Reasons = [text, "nan"], Grade = "unusable", Assignment = number },
            2 => Golden<ScoreItem>("score-incomplete") with { Tick = tick, Set = text, Lowest = number, Highest = number + 3, Alert = number % 2 == 0 ? null : tick },
            3 => Golden<AlertItem>("alert-red") with { Tick = tick, Set = text, Reasons = [text], ConfirmingUntil = number % 2 == 0 ? null : at },
            4 => Golden<HelpItem>("help") with { Tick = tick, Reasons = [text, "help"], Presses = number % 2 == 0 ? null : 1 + number, At = at },
            _ => Golden<FindingItem>("finding") with { Tick = tick, Detail = new Dictionary<string, string> { [text + "a"] = text, ["b"] = text } },
        };
    }

    private static T Golden<T>(string name) where T : Item =>
        WireItems.TryRead(GoldenWireTests.Golden(name + ".json"), out Item? item, out string problem) ? (T)item! : throw new InvalidOperationException(problem);
}
