using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Gateway.Sensors.Gpio;

namespace TeleMonitor.Edge.Tests.Sensors.Gpio;

public sealed class PressRulesTests
{
    private static readonly PressTimes Times = new();

    [Fact]
    public void A_press_is_one_event_however_long_it_is_held() =>
        Assert.Equal("Pressed@120 Released@2120", Play([(100, true), (2100, false)]));

    [Fact]
    public void Contact_bounce_at_both_ends_is_still_one_press() =>
        Assert.Equal(["Bounce", "Bounce", "Pressed", "Released"], Reasons(Play([(100, true), (102, false), (103, true), (108, false), (109, true), (600, false), (603, true), (605, false)])));

    [Theory]
    [InlineData(19, "Bounce")]
    [InlineData(20, "Pressed Released")]
    [InlineData(45, "Pressed Released")]
    public void A_touch_counts_from_the_time_that_a_contact_must_rest(int milliseconds, string expected) =>
        Assert.Equal(expected, string.Join(' ', Reasons(Play([(100, true), (100 + milliseconds, false)]))));

    [Fact]
    public void A_second_press_is_a_second_event() =>
        Assert.Equal(["Pressed", "Released", "Pressed", "Released"], Reasons(Play([(100, true), (200, false), (260, true), (400, false)])));

    [Fact]
    public void A_stuck_button_is_told_once_and_a_press_after_it_is_free_is_heard() =>
        Assert.Equal("Pressed@120 Stuck@30100 Released@90020 Pressed@95020 Released@95120", Play([(100, true), (90_000, false), (95_000, true), (95_100, false)]));

    [Fact]
    public void A_button_that_is_down_when_the_watch_begins_is_no_press_and_may_be_stuck()
    {
        Assert.Equal("Stuck@30000 Released@40020", Play([(40_000, false)], begin: true));
        Assert.Equal("Released@520 Pressed@1020 Released@1120", Play([(500, false), (1000, true), (1100, false)], begin: true));
    }

    [Fact]
    public void A_first_edge_that_the_line_contradicts_is_spurious_and_the_press_after_it_is_heard()
    {
        // the CP2112 of the bench gives one rising edge when a line is first watched
        Assert.Equal("Spurious@1000", Play([(0, true)], level: _ => false));
        Assert.Equal("Pressed@320 Released@420", Play([(0, true), (300, true), (400, false)], level: at => at is >= 300 and < 400));
        Assert.Equal("Spurious@1000 Pressed@5020 Released@5120", Play([(0, true), (5000, true), (5100, false)], level: at => at is >= 5000 and < 5100));
    }

    [Fact]
    public void A_first_edge_to_where_the_line_is_already_is_nothing()
    {
        Assert.Equal("Bounce@0", Play([(0, false)]));
        Assert.Equal("Stuck@30000", Play([(0, true)], begin: true, end: 40_000));
    }

    [Fact]
    public void Where_the_line_cannot_be_read_the_edges_alone_decide() =>
        Assert.Equal("Pressed@120 Released@520", Play([(100, true), (500, false)], level: _ => null));

    [Fact]
    public void A_press_that_is_read_only_when_it_is_long_over_is_heard() =>
        Assert.Equal(["Pressed", "Pressed"], Reasons(Play([(100, true), (160, false), (400, true), (450, false)], every: 1000, end: 3000)).Where(reason => reason is "Pressed"));

    [Fact]
    public void A_release_whose_press_is_among_lost_events_is_a_press()
    {
        PressState up = PressRules.Begin(false, TimeSpan.Zero);
        Assert.Equal(PressReason.Pressed, PressRules.Edge(up, false, lost: true, Ms(500), Times).Reason);
        Assert.Equal(PressReason.Bounce, PressRules.Edge(up, false, lost: false, Ms(500), Times).Reason);
    }

    [Fact]
    public void A_sample_heals_an_edge_that_never_came()
    {
        PressState state = PressRules.Sample(PressRules.Begin(false, TimeSpan.Zero), true, Ms(100));
        (state, PressReason pressed) = PressRules.Pass(state, Ms(120), Times);
        state = PressRules.Sample(state, false, Ms(900));
        (_, PressReason released) = PressRules.Pass(state, Ms(920), Times);
        Assert.Equal((PressReason.Pressed, PressReason.Released), (pressed, released));
    }

    [Fact]
    public void A_contact_that_does_not_rest_for_two_seconds_is_a_press_and_a_fault_once()
    {
        (double, bool)[] restless = [.. Enumerable.Range(0, 500).Select(index => (100.0 + (index * 10), index % 2 == 0))];
        string[] reasons = Reasons(Play(restless));
        Assert.Single(reasons, "Chatter");
        Assert.DoesNotContain("Pressed", reasons);
        Assert.Equal("Released", reasons[^1]);
    }

    /// <summary>
    /// Model: a hand presses some times, down and up at least 40 ms; after each change the contact bounces for up to 8 ms. Whatever the bounces
    /// and however seldom the gateway looks, it hears as many presses as the hand made. Excluded: edges lost by the kernel.
    /// </summary>
    [Fact]
    public void As_many_presses_are_heard_as_a_hand_makes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var dice = new Random(seed);
            var edges = new List<(double, bool)>();
            double at = 50;
            int presses = dice.Next(1, 6);
            for (int change = 0; change < presses * 2; change++)
            {
                bool down = change % 2 == 0;
                edges.Add((at, down));
                double bounce = at;
                for (int i = dice.Next(0, 4); i > 0 && bounce < at + 6; i--)
                {
                    edges.Add((bounce += 0.2 + dice.NextDouble(), !down));
                    edges.Add((bounce += 0.2 + dice.NextDouble(), down));
                }
                at += 40 + dice.Next(0, 400);
            }
            int every = new[] { 1, 5, 50, 500 }[dice.Next(4)];
            return Reasons(Play([.. edges], every: every)).Count(reason => reason is "Pressed") == presses;
        }));

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static string[] Reasons(string played) => [.. played.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Split('@')[0])];

    /// <summary>Plays edges as a watch does: looks every so many milliseconds, takes the edges that came, samples the line, lets time pass.</summary>
    private static string Play((double At, bool Active)[] edges, bool begin = false, Func<double, bool?>? level = null, int every = 5, double? end = null)
    {
        bool? Truth(double at) => edges.LastOrDefault(edge => edge.At <= at, (At: 0, Active: begin)).Active;
        level ??= Truth;
        var said = new List<string>();
        PressState state = PressRules.Begin(begin, TimeSpan.Zero);
        int next = 0;
        for (int at = 0; at <= (end ?? edges[^1].At + 1200); at += every)
        {
            for (; next < edges.Length && edges[next].At <= at; next++)
            {
                Say(PressRules.Edge(state, edges[next].Active, lost: false, Ms(edges[next].At), Times), edges[next].At);
            }
            state = level(at) is { } contact ? PressRules.Sample(state, contact, Ms(at)) : state;
            Say(PressRules.Pass(state, Ms(at), Times), at);
        }
        return string.Join(' ', said);
        void Say((PressState State, PressReason Reason) step, double at)
        {
            state = step.State;
            if (step.Reason is not PressReason.Nothing)
            {
                said.Add(FormattableString.Invariant($"{step.Reason}@{at}"));
            }
        }
    }
}
