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
    private static readonly Burst Red = new([Number(Vital.Pulse, 140), Number(Vital.Spo2, 80)]), Calm = new([Number(Vital.Pulse, 70)]), Yellow = new([Number(Vital.Pulse, 115), Number(Vital.Spo2, 94)]);
    private static readonly WallTime Start = new(TimeSpan.FromMinutes(2), Noon, WallTime.Synchronised, WallTime.ByNtp, null);

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
    public void A_value_of_nobody_is_kept_on_no_citizen_and_raises_nothing_as_long_as_it_is_not_red(int whose)
    {
        Assert.False(home.Take(whose, Yellow, TimeSpan.FromMinutes(1), Noon, items));
        home.Pass(TimeSpan.FromMinutes(60), Noon.AddHours(1), items);
        Assert.Equal([0, 0], Of<ReadingItem>().Select(reading => reading.Assignment));
        Assert.Equal(2, items.Count);
        Assert.Null(home.Urgent);
        Assert.True(home.Waiting.Unclaimed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_red_of_nobody_goes_out_once_and_nothing_of_two_people_is_put_together(int whose)
    {
        Assert.True(home.Take(whose, Red, TimeSpan.FromMinutes(1), Noon, items));
        Assert.NotNull(home.Urgent);
        AlertItem alert = Assert.Single(Of<AlertItem>());
        Assert.Equal((0, "red", "became-red", false, 2), (alert.Assignment, alert.Triage, alert.Because, alert.Interim is true, alert.Inputs.Count));
        home.Committed();
        Assert.Null(home.Urgent);
        Assert.False(home.Take(whose, Calm, TimeSpan.FromMinutes(2), Noon.AddMinutes(2), items)); // another person's: no "cleared"
        home.Pass(TimeSpan.FromMinutes(90), Noon.AddMinutes(90), items);
        Assert.Single(Of<AlertItem>());
        Assert.True(home.Take(whose, Red, TimeSpan.FromMinutes(91), Noon.AddMinutes(91), items)); // and the next Red is one of its own
        Assert.Equal((2, 5, 2L), (Of<AlertItem>().Count(), Of<ReadingItem>().Count(), home.Counts.Alerts));
    }

    [Fact]
    public void A_value_without_a_name_is_the_first_citizens()
    {
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
        Assert.True(again.Resume(assignment => kept.GetValueOrDefault(assignment), TimeSpan.FromDays(1000), Start));
        Assert.Equal(TimeSpan.FromMinutes(2), again.Time);
        items.Clear();
        again.Pass(TimeSpan.FromMinutes(20), Noon.AddMinutes(20), items);
        Assert.Equal([7, 8], Of<ScoreItem>().Select(score => score.Assignment).Distinct().Order());

        kept[8] = new RuleState([1, 2, 3], TimeSpan.Zero);
        Assert.False(Home().Resume(assignment => kept.GetValueOrDefault(assignment), TimeSpan.FromDays(1000), Start));
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
