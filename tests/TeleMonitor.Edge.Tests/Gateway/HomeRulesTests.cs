using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>Two citizens and one cuff: each value on its own citizen, or on nobody.</summary>
public sealed class HomeRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly Burst Red = new([Number(Vital.Pulse, 140), Number(Vital.Spo2, 80)]), Calm = new([Number(Vital.Pulse, 70)]);

    private readonly List<OutboxItem> items = [];
    private readonly HomeRules home;
    private long tick;

    public HomeRulesTests() => home = Home();

    [Fact]
    public void Each_citizens_values_are_judged_by_themselves()
    {
        Assert.True(home.Take(8, Red, TimeSpan.FromMinutes(1), Noon, items));
        Assert.False(home.Take(7, Calm, TimeSpan.FromMinutes(1), Noon, items));
        Assert.All(Of<AlertItem>(), alert => Assert.Equal(8, alert.Assignment));
        Assert.Equal([8, 8, 7], Of<ReadingItem>().Select(reading => reading.Assignment));
        Assert.Equal([7, 8], home.Changed.Select(changed => changed.Assignment).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_value_of_nobody_is_kept_and_judged_for_no_one_however_red_it_looks(int whose)
    {
        Assert.False(home.Knows(whose));
        Assert.False(home.Take(whose, Red, TimeSpan.FromMinutes(1), Noon, items));
        home.Pass(TimeSpan.FromMinutes(60), Noon.AddHours(1), items);
        Assert.Equal([0, 0], Of<ReadingItem>().Select(reading => reading.Assignment));
        Assert.Equal(2, items.Count);
    }

    [Fact]
    public void A_value_without_a_name_is_the_first_citizens()
    {
        Assert.True(home.Knows(null));
        home.Take(null, Calm, TimeSpan.FromMinutes(1), Noon, items);
        Assert.Equal(7, Of<ReadingItem>().Single().Assignment);
    }

    [Fact]
    public void Everyones_rules_go_on_where_they_were_and_what_is_due_is_done_for_each()
    {
        home.Take(8, Red, TimeSpan.FromMinutes(1), Noon, items);
        home.Take(7, Calm, TimeSpan.FromMinutes(2), Noon, items);
        Dictionary<int, RuleState> kept = home.Changed.ToDictionary(changed => changed.Assignment, changed => changed.State);
        home.Committed();
        Assert.False(home.HasChanged);

        HomeRules again = Home();
        Assert.True(again.Resume(assignment => kept.GetValueOrDefault(assignment), TimeSpan.FromDays(1000)));
        Assert.Equal(TimeSpan.FromMinutes(2), again.Time);
        items.Clear();
        again.Pass(TimeSpan.FromMinutes(20), Noon.AddMinutes(20), items);
        Assert.Equal([7, 8], Of<ScoreItem>().Select(score => score.Assignment).Distinct().Order());

        kept[8] = new RuleState([1, 2, 3], TimeSpan.Zero);
        Assert.False(Home().Resume(assignment => kept.GetValueOrDefault(assignment), TimeSpan.FromDays(1000)));
    }

    private HomeRules Home()
    {
        JudgeSettings first = JudgedHome.Settings with { Assignment = 7 };
        return new HomeRules(first, [first with { Assignment = 8 }], "boot-1", () => ++tick);
    }

    private IEnumerable<T> Of<T>() where T : Item =>
        items.Select(item => WireItems.TryRead(item.Bytes, out Item? read, out string problem) ? read : throw new InvalidOperationException(problem)).OfType<T>();

    private static Measured Number(Vital vital, double value) => JudgedHome.Number(vital, value);
}
