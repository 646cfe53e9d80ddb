using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Scoring;

public sealed class PackedSetsTests
{
    private static readonly ChartClasses Classes = new([Shipped.Tobs, Shipped.News2]);

    [Fact]
    public void Every_number_that_a_column_can_hold_comes_back_as_it_was_in_every_column()
    {
        var packed = new PackedSets(Classes);
        for (int both = 0; both <= 2 * PackedSets.MostHundredths; both++)
        {
            var set = new VitalSet();
            foreach (Vital vital in SetDice.Numbers)
            {
                set.Set(vital, new Hundredths(both / 2, (both + 1) / 2));
            }
            packed.Add(in set);
        }
        Assert.Empty(packed.Whole); // none of them had to be kept beside the columns
        for (int both = 0; both < packed.Count; both++)
        {
            VitalSet back = packed[both];
            Assert.All(SetDice.Numbers, vital => Assert.Equal(new Hundredths(both / 2, (both + 1) / 2), back[vital]));
        }
    }

    [Fact]
    public void Every_answer_and_site_comes_back()
    {
        var packed = new PackedSets(Classes, 0);
        (Consciousness, OxygenAnswer, Site)[] all =
        [
            .. from consciousness in Enum.GetValues<Consciousness>() from oxygen in Enum.GetValues<OxygenAnswer>() from site in Enum.GetValues<Site>()
               select (consciousness, oxygen, site),
        ];
        foreach ((Consciousness consciousness, OxygenAnswer oxygen, Site site) in all)
        {
            packed.Add(new VitalSet { Consciousness = consciousness, Oxygen = oxygen, TemperatureSite = site });
        }
        Assert.Equal(all, Enumerable.Range(0, packed.Count).Select(place => (packed[place].Consciousness, packed[place].Oxygen, packed[place].TemperatureSite)));
    }

    [Fact]
    public void Any_set_comes_back_also_one_that_no_column_holds()
    {
        var dice = new SetDice(1);
        VitalSet[] sets = [.. Enumerable.Range(0, 20_000).Select(number => dice.Next(number % 40))];
        var packed = new PackedSets(Classes);
        foreach (VitalSet set in sets)
        {
            packed.Add(in set);
        }
        Assert.InRange(packed.Whole.Count, 1000, 19_000); // both kinds are there
        for (int place = 0; place < sets.Length; place++)
        {
            AssertSame(in sets[place], packed[place]);
        }
    }

    [Fact]
    public void An_answer_that_nobody_knows_is_kept_and_not_cut_to_its_lowest_bits()
    {
        var packed = new PackedSets(Classes);
        packed.Add(new VitalSet { Consciousness = (Consciousness)9 });
        Assert.Equal((Consciousness)9, packed[0].Consciousness);
    }

    [Fact]
    public void A_cleared_one_is_empty_and_takes_new_sets()
    {
        var packed = new PackedSets(Classes);
        var set = new VitalSet();
        set.Set(Vital.Pulse, new Hundredths(-5, -5));
        packed.Add(in set);
        packed.Clear();
        Assert.Equal(0, packed.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => packed[0]);
        packed.Add(new VitalSet { Oxygen = OxygenAnswer.Yes });
        Assert.Equal((VitalMask)new VitalMask(0).With(Vital.Oxygen), packed[0].Known);
    }

    private static void AssertSame(in VitalSet expected, VitalSet actual)
    {
        Assert.Equal((expected.Known, expected.Consciousness, expected.Oxygen, expected.TemperatureSite), (actual.Known, actual.Consciousness, actual.Oxygen, actual.TemperatureSite));
        foreach (Vital vital in SetDice.Numbers)
        {
            Assert.Equal(expected[vital], actual[vital]);
        }
    }
}
