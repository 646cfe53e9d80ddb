using System.Text;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

/// <summary>The batch against the scalar path: every number of every part, every edge with every other, any set; at every width of vectors.</summary>
public sealed class BatchScorerTests
{
    private static readonly int[] Widths = [512, 256, 128, 8];
    private static readonly ChartClasses Classes = new([Shipped.Tobs, Shipped.News2]);
    private static readonly VitalMask[] Requirements = [VitalMask.All, new(0), new VitalMask(0).With(Vital.Pulse).With(Vital.Spo2)];

    /// <summary>Enumerated, not sampled: 64,001 numbers, each of them alone, by each oxygen answer and, for a temperature, each site.</summary>
    [Theory]
    [InlineData(Vital.Pulse)]
    [InlineData(Vital.Respiration)]
    [InlineData(Vital.Spo2)]
    [InlineData(Vital.Temperature)]
    [InlineData(Vital.Systolic)]
    public void Every_number_of_a_part_gives_what_the_scalar_path_gives(Vital vital)
    {
        foreach (OxygenAnswer oxygen in Enum.GetValues<OxygenAnswer>())
        {
            foreach (Site site in vital == Vital.Temperature ? Enum.GetValues<Site>() : [Site.None])
            {
                var packed = new PackedSets(Classes);
                for (int both = 0; both <= 2 * PackedSets.MostHundredths; both++)
                {
                    var set = new VitalSet { Oxygen = oxygen, TemperatureSite = site };
                    set.Set(vital, new Hundredths(both / 2, (both + 1) / 2));
                    packed.Add(in set);
                }
                Assert.Empty(packed.Whole);
                AssertEqual(packed, vital == Vital.Spo2 ? [1, 2] : [1], [VitalMask.All], [BatchScorer.WidestBits]);
            }
        }
    }

    /// <summary>Band edges of all parts and the hundredth on either side, each with each answer; the other parts are drawn among edges too.</summary>
    [Fact]
    public void Every_edge_of_every_band_gives_what_the_scalar_path_gives_at_every_width()
    {
        var packed = new PackedSets(Classes);
        var dice = new Random(7);
        Dictionary<Vital, int[]> edges = SetDice.Numbers.ToDictionary(vital => vital, Edges);
        foreach ((Vital vital, int[] own) in edges)
        {
            foreach (int edge in own)
            {
                for (int answers = 0; answers < 8 * 3 * 6; answers++)
                {
                    var set = new VitalSet { Consciousness = (Consciousness)(answers % 8), Oxygen = (OxygenAnswer)(answers / 8 % 3), TemperatureSite = (Site)(answers / 24) };
                    foreach ((Vital other, int[] others) in edges)
                    {
                        int value = other == vital ? edge : others[dice.Next(others.Length)];
                        if (other == vital || dice.Next(10) > 0)
                        {
                            set.Set(other, new Hundredths(value, value + dice.Next(2)));
                        }
                    }
                    packed.Add(in set);
                }
            }
        }
        Assert.InRange(packed.Count, 10_000, 200_000);
        AssertEqual(packed, [1, 2], Requirements, Widths);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(90)]
    public void Any_set_gives_what_the_scalar_path_gives_at_every_width(int missing)
    {
        var dice = new SetDice(20261122 + missing);
        var packed = new PackedSets(Classes);
        for (int number = 0; number < 10_000; number++)
        {
            packed.Add(dice.Next(missing));
        }
        AssertEqual(packed, [1, 2, 3], Requirements, Widths);
    }

    [Fact]
    public void Any_number_of_sets_is_scored_to_the_last_and_nothing_is_written_behind_it()
    {
        var scorer = new BatchScorer(Classes, Shipped.News2, 1, VitalMask.All);
        for (int count = 0; count <= 200; count++)
        {
            var dice = new SetDice(count);
            var packed = new PackedSets(Classes);
            for (int number = 0; number < count; number++)
            {
                packed.Add(dice.Next(20));
            }
            foreach (int width in Widths)
            {
                var results = new BatchScore[count + 64];
                Array.Fill(results, new BatchScore(0xABCD));
                scorer.Score(packed, results, width);
                for (int place = 0; place < count; place++)
                {
                    AssertEqual(Shipped.News2, packed[place], 1, VitalMask.All, results[place]);
                }
                Assert.All(results[count..], untouched => Assert.Equal(0xABCD, untouched.Bits));
            }
        }
    }

    [Fact]
    public void Results_without_room_and_sets_of_other_classes_are_refused_before_anything_is_written()
    {
        var packed = new PackedSets(Classes);
        packed.Add(new VitalSet());
        packed.Add(new VitalSet());
        var results = new BatchScore[1];
        Assert.Throws<ArgumentException>(() => new BatchScorer(Classes, Shipped.Tobs, 1, VitalMask.All).Score(packed, results));
        Assert.Throws<ArgumentException>(() => new BatchScorer(new ChartClasses([Shipped.Tobs]), Shipped.Tobs, 1, VitalMask.All).Score(packed, new BatchScore[2]));
        Assert.Equal(0, results[0].Bits);
    }

    /// <summary>Every number that a column holds is of the class of a number of which both charts say the same, by every table.</summary>
    [Fact]
    public void A_class_fits_in_half_a_byte_and_none_is_the_missing_one()
    {
        foreach (Vital vital in SetDice.Numbers)
        {
            Assert.InRange(Classes.Members(vital).Count, 1, ChartClasses.Most - 1);
            for (int code = -PackedSets.MostHundredths; code <= PackedSets.MostHundredths; code++)
            {
                Assert.InRange(Classes.ClassOf(vital, Site.None, code), 1, Classes.Members(vital).Count);
            }
        }
        Assert.True(Classes.Fits(Shipped.Tobs) && Classes.Fits(Shipped.News2));
    }

    /// <summary>Charts are data: one that corrects further than a column reaches, decides by a value of its own, and has a word's points at every place.</summary>
    [Theory]
    [InlineData("0.5")]
    [InlineData("-3.8")]
    [InlineData("3.81")]
    [InlineData("-20")]
    public void A_chart_of_another_kind_gives_what_the_scalar_path_gives(string correction)
    {
        string json = $$"""
            { "id": "other", "version": "1", "name": "Other", "source": "made up", "approved": null, "parts": [
                { "vital": "temperature", "resolution": 0.5, "between": "floor-and-half-up", "site_correction": { "oral": {{correction}}, "ear": 0.01, "core": 1 },
                  "bands": [ { "to": 34.5, "points": 3 }, { "from": 35.0, "to": 37.0, "points": 1 }, { "from": 37.5, "points": 2 } ] },
                { "vital": "diastolic", "resolution": 5, "between": "both-neighbours",
                  "variants": [ { "scale": 1, "bands": [ { "to": 50, "points": 2 }, { "from": 55, "points": 0 } ] },
                                { "scale": 2, "oxygen": "no", "bands": [ { "to": 60, "points": 1 }, { "from": 65, "points": 3 } ] },
                                { "scale": 2, "oxygen": "yes", "bands": [ { "to": 70, "points": 3 }, { "from": 75, "points": 3 } ] } ] },
                { "vital": "consciousness", "words": { "habitual": 3, "alert": 0, "agitated": 1, "confusion": 2, "voice": 0, "pain": 3, "unresponsive": 1 } } ],
              "red": { "total": 8, "single_above": [ { "vital": "temperature", "value": 39.99 }, { "vital": "diastolic", "value": 110 } ] },
              "yellow": { "total": 4, "single_points": 3, "single_above": [ { "vital": "temperature", "value": 38.5 } ] } }
            """;
        Assert.True(ChartFile.TryRead(Encoding.UTF8.GetBytes(json), "other.json", out Chart? chart, out IReadOnlyList<string> problems), string.Join("; ", problems));
        ChartClasses alone = new([chart!]), beside = new([Shipped.Tobs, Shipped.News2, chart!]);
        Assert.Equal((true, false), (alone.Fits(chart!), beside.Fits(chart!))); // three charts tell more temperatures apart than a table of sixteen holds: set by set
        foreach (ChartClasses classes in new[] { alone, beside })
        {
            var dice = new SetDice(99);
            var packed = new PackedSets(classes);
            for (int number = 0; number < 10_000; number++)
            {
                packed.Add(dice.Next(25));
            }
            foreach (int scale in new[] { 1, 2 })
            {
                AssertEqual(packed, chart!, scale, VitalMask.All, Widths);
                AssertEqual(packed, chart!, scale, new VitalMask(0).With(Vital.Diastolic), Widths);
            }
        }
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        var packed = new PackedSets(Classes);
        var dice = new SetDice(5);
        for (int number = 0; number < 4096; number++)
        {
            packed.Add(dice.Next(10));
        }
        Assert.NotEmpty(packed.Whole); // those that no column holds allocate nothing either
        BatchScorer tobs = new(Classes, Shipped.Tobs, 1, VitalMask.All), news2 = new(Classes, Shipped.News2, 2, VitalMask.All);
        var results = new BatchScore[packed.Count];
        foreach (int width in Widths)
        {
            tobs.Score(packed, results, width);
            news2.Score(packed, results, width);
            long before = GC.GetAllocatedBytesForCurrentThread();
            tobs.Score(packed, results, width);
            news2.Score(packed, results, width);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <summary>Every printed edge in hundredths, one below, one above, half way to the next, read out of the chart files.</summary>
    private static int[] Edges(Vital vital)
    {
        string name = VitalCode.Of(vital).Name;
        var edges = new SortedSet<int> { 0, 1, 30_00, 30_01, PackedSets.MostHundredths - 1 };
        foreach (string chart in new[] { "tobs", "news2" })
        {
            using var file = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Tree.At($"firmware-config/charts/{chart}.json")));
            foreach (var part in file.RootElement.GetProperty("parts").EnumerateArray().Where(part => part.GetProperty("vital").GetString() == name))
            {
                var bands = part.TryGetProperty("bands", out var one) ? one.EnumerateArray() : Enumerable.Empty<System.Text.Json.JsonElement>();
                bands = part.TryGetProperty("variants", out var variants) ? variants.EnumerateArray().SelectMany(variant => variant.GetProperty("bands").EnumerateArray()) : bands;
                foreach (var edge in bands.SelectMany(band => new[] { "from", "to" }.Where(side => band.TryGetProperty(side, out _)).Select(side => band.GetProperty(side))))
                {
                    int value = (int)(edge.GetDecimal() * 100);
                    edges.UnionWith([value - 5, value - 1, value, value + 1, value + 5, value + 50]);
                }
            }
        }
        return [.. edges.Where(edge => edge >= 0)];
    }

    private static void AssertEqual(PackedSets packed, int[] scales, VitalMask[] requirements, int[] widths)
    {
        foreach (Chart chart in new[] { Shipped.Tobs, Shipped.News2 })
        {
            foreach (int scale in scales)
            {
                foreach (VitalMask required in requirements)
                {
                    AssertEqual(packed, chart, scale, required, widths);
                }
            }
        }
    }

    private static void AssertEqual(PackedSets packed, Chart chart, int scale, VitalMask required, int[] widths)
    {
        var scorer = new BatchScorer(packed.Classes, chart, scale, required);
        var results = new BatchScore[packed.Count];
        scorer.Score(packed, results, widths[0]);
        for (int place = 0; place < packed.Count; place++)
        {
            AssertEqual(chart, packed[place], scale, required, results[place]);
        }
        var others = new BatchScore[packed.Count];
        foreach (int width in widths[1..])
        {
            Array.Clear(others);
            scorer.Score(packed, others, width);
            Assert.True(results.AsSpan().SequenceEqual(others), $"{chart.Id} by {width} bits");
        }
    }

    private static void AssertEqual(Chart chart, in VitalSet set, int scale, VitalMask required, BatchScore result)
    {
        Score score = Scorer.Of(chart, in set, scale, required);
        bool red = false, yellow = false;
        foreach (ChartPart part in chart.Parts)
        {
            red |= Scorer.IsSingle(chart.Red, part.Vital, in set, in score);
            yellow |= Scorer.IsSingle(chart.Yellow, part.Vital, in set, in score);
        }
        (int, int, int?, Triage, bool, bool) expected = (score.Lowest, score.Highest, score.Total, score.Triage, red, yellow);
        (int, int, int?, Triage, bool, bool) actual = (result.Lowest, result.Highest, result.Total, result.Triage, result.IsSingleRed, result.IsSingleYellow);
        if (expected != actual)
        {
            string values = string.Join(", ", SetDice.Numbers.Where(set.Has).Select(vital => vital.ToString()));
            Assert.Fail($"{chart.Id} scale {scale}: {actual} instead of {expected}; has {values}, {set.Consciousness}, oxygen {set.Oxygen}, {set.TemperatureSite}");
        }
    }
}
