using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>The rules of design.md section 8 about sets, interim judgements, alerts and repeats.</summary>
public sealed class JudgeTests
{
    private static readonly Measured Fast = JudgedHome.Number(Vital.Pulse, 112); // TOBS 2, NEWS2 2
    private static readonly Measured Breathless = JudgedHome.Number(Vital.Respiration, 26); // TOBS 3, NEWS2 3

    [Fact]
    public void A_complete_normal_set_closes_at_once_with_one_score_per_chart_and_no_alert()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        IReadOnlyList<Item> items = home.Reads(0, [.. JudgedHome.Complete()]);
        Assert.Equal(["reading", "reading", "reading", "reading", "answer", "score"], items.Select(item => item.Kind));
        ScoreItem score = (ScoreItem)items[^1];
        Assert.Equal((0, "green", null), (score.Total, score.Triage, score.Alert));
        Assert.All(items.OfType<ReadingItem>(), reading => Assert.Equal(score.Set, reading.Set));
        Assert.Equal(items.OfType<ReadingItem>().Select(reading => (reading.Tick, reading.Code)).Order(), score.Inputs.Select(input => (input.Tick, input.Code)).Order());
        Assert.Null(home.NextDue);
    }

    [Fact]
    public void Unknown_raises_nothing_and_closes_after_the_window_and_not_before()
    {
        var home = new JudgedHome();
        home.Reads(0, JudgedHome.Number(Vital.Pulse, 72));
        Assert.Equal(TimeSpan.FromMinutes(15), home.NextDue);
        Assert.Empty(home.At(14.999));
        IReadOnlyList<Item> closed = home.At(15);
        Assert.Equal(["unknown", "unknown"], closed.Cast<ScoreItem>().Select(score => score.Triage));
        Assert.All(closed.Cast<ScoreItem>(), score => Assert.Equal((null, null), (score.Total, score.Alert)));
        Assert.Empty(home.Said.OfType<AlertItem>());
        Assert.Null(home.NextDue);
    }

    [Fact]
    public void Each_reading_judges_the_open_set_again_and_an_alert_goes_at_once_marked_interim()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        AlertItem first = Assert.IsType<AlertItem>(home.Reads(0, Fast)[^1]);
        Assert.Equal(("yellow", true, "became-yellow", 2, 14), (first.Triage, first.Interim, first.Because, first.Scores[0].Lowest, first.Scores[0].Highest));
        Assert.Equal(["tobs/pulse/2", "tobs/total/yellow"], first.Reasons);
        AlertItem second = Assert.IsType<AlertItem>(home.Reads(1, Breathless)[^1]);
        Assert.Equal(("red", true, "became-red"), (second.Triage, second.Interim, second.Because));
        Assert.Equal([60L, 0L], second.Inputs.Select(input => input.AgeSeconds));
        Assert.Single(home.Reads(2, JudgedHome.Number(Vital.Systolic, 130))); // nothing new: the reading alone
        ScoreItem score = Assert.IsType<ScoreItem>(Assert.Single(home.At(15)));
        Assert.Equal((second.Tick, "red", null), (score.Alert, score.Triage, score.Total)); // the set's latest alert; closing says nothing twice
    }

    [Fact]
    public void A_burst_is_judged_as_a_whole_and_raises_one_alert()
    {
        IReadOnlyList<Item> items = new JudgedHome().Reads(0, Fast, Breathless, JudgedHome.Number(Vital.Systolic, 85));
        Assert.Single(items.OfType<AlertItem>());
        Assert.Equal(3, items.OfType<AlertItem>().Single().Inputs.Count);
    }

    [Fact]
    public void The_latest_value_of_a_vital_counts_and_the_earlier_stays_stored_in_the_same_set()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Reads(0, JudgedHome.Number(Vital.Pulse, 72));
        home.Reads(1, JudgedHome.Number(Vital.Pulse, 75));
        ScoreItem score = Assert.IsType<ScoreItem>(Assert.Single(home.At(15)));
        Assert.Equal(home.Said.OfType<ReadingItem>().Last().Tick, Assert.Single(score.Inputs).Tick);
        Assert.Single(home.Said.OfType<ReadingItem>().Select(reading => reading.Set).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Doubtful_is_scored_and_Unusable_never()
    {
        IReadOnlyList<Item> items = new JudgedHome(JudgedHome.TobsOnly).Row(0, JudgedHome.Number(Vital.Pulse, 25) with { Sensor = "simulated-home" }, JudgedHome.Number(Vital.Respiration, 300));
        Assert.Equal(["doubtful", "unusable"], items.OfType<ReadingItem>().Select(reading => reading.Grade));
        ScoreItem score = items.OfType<ScoreItem>().Single();
        Assert.Equal((2, false), (score.Parts["pulse"], score.Parts.ContainsKey("respiration")));
        Assert.Equal("doubtful", Assert.Single(items.OfType<AlertItem>().Single().Inputs).Grade);
    }

    [Fact]
    public void A_row_of_nothing_usable_opens_no_set_and_is_stored()
    {
        var home = new JudgedHome();
        Assert.Equal(["reading"], home.Row(0, JudgedHome.Number(Vital.Pulse, double.NaN)).Select(item => item.Kind));
        Assert.Null(home.State.Open);
    }

    [Fact]
    public void Red_is_said_again_every_half_hour_with_the_age_of_its_values_until_a_set_says_otherwise()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(0, JudgedHome.Complete(respiration: 26));
        Assert.Equal(TimeSpan.FromMinutes(30), home.NextDue);
        Assert.Empty(home.At(29.99));
        AlertItem again = Assert.IsType<AlertItem>(Assert.Single(home.At(30)));
        Assert.Equal(("still-red", false, 1800L), (again.Because, again.Interim, again.Inputs[0].AgeSeconds));
        Assert.Empty(home.At(59));
        Assert.Single(home.At(60));
        Assert.Equal("cleared", home.Row(61, JudgedHome.Complete()).OfType<AlertItem>().Single().Kind);
        Assert.Null(home.NextDue);
        Assert.Empty(home.At(200));
    }

    [Fact]
    public void Yellow_is_not_repeated()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(0, JudgedHome.Complete(respiration: 22));
        Assert.Null(home.NextDue);
        Assert.Empty(home.At(120));
    }

    [Theory]
    // before, after (respiration, consciousness), what goes
    [InlineData(26, "habitual", 26, "habitual", null)]
    [InlineData(26, "habitual", 22, "habitual", null)] // Red to Yellow with fewer points of the same part: improvement is no news
    [InlineData(22, "habitual", 26, "habitual", "became-red")]
    [InlineData(22, "habitual", 22, "pain", "new-reason")]
    [InlineData(22, "pain", 22, "habitual", null)]
    [InlineData(26, "habitual", 31, "habitual", null)] // single-red stood already, by points
    [InlineData(26, "habitual", 26, "unresponsive", "new-reason")]
    [InlineData(26, "habitual", 16, "habitual", "cleared")]
    [InlineData(16, "habitual", 16, "habitual", null)]
    [InlineData(16, "habitual", 22, "habitual", "became-yellow")]
    public void An_alert_goes_when_triage_rises_or_a_reason_is_new_and_fewer_reasons_send_nothing(double before, string wasWord, double after, string word, string? because)
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(0, JudgedHome.Complete(before, wasWord));
        IReadOnlyList<Item> items = home.Row(1, JudgedHome.Complete(after, word));
        Assert.Equal(because, items.OfType<AlertItem>().SingleOrDefault()?.Because);
        long? raised = items.OfType<AlertItem>().SingleOrDefault(alert => alert.Kind is "alert")?.Tick;
        Assert.Equal(raised, items.OfType<ScoreItem>().Single().Alert);
    }

    [Fact]
    public void A_reason_that_went_away_and_comes_back_is_news()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(0, JudgedHome.Complete(22, pulse: 112));
        Assert.Empty(home.Row(1, JudgedHome.Complete(22)).OfType<AlertItem>());
        Assert.Equal("new-reason", home.Row(2, JudgedHome.Complete(22, pulse: 112)).OfType<AlertItem>().Single().Because);
    }

    [Fact]
    public void An_interim_Red_that_the_complete_set_takes_back_is_cleared()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Reads(0, Breathless);
        IReadOnlyList<Item> items = home.Reads(2, [.. JudgedHome.Complete(16)]);
        AlertItem cleared = Assert.Single(items.OfType<AlertItem>());
        Assert.Equal(("cleared", "green", "cleared"), (cleared.Kind, cleared.Triage, cleared.Because));
        Assert.Equal(home.Said.OfType<AlertItem>().First().Tick, items.OfType<ScoreItem>().Single().Alert); // the set did raise one
    }

    [Fact]
    public void A_closing_burst_closes_the_set_whatever_is_missing_and_the_next_opens_another()
    {
        var home = new JudgedHome();
        home.Row(0, JudgedHome.Number(Vital.Pulse, 72));
        home.Row(1, JudgedHome.Number(Vital.Pulse, 72));
        Assert.Equal(2, home.Said.OfType<ReadingItem>().Select(reading => reading.Set).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(4, home.Said.OfType<ScoreItem>().Count());
    }

    [Fact]
    public void A_reading_after_the_window_closes_the_old_set_first_and_opens_its_own()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Reads(0, JudgedHome.Number(Vital.Pulse, 72));
        Assert.Equal(["score", "reading"], home.Reads(15, JudgedHome.Number(Vital.Systolic, 130)).Select(item => item.Kind));
        Assert.Equal(["systolic"], Assert.IsType<ScoreItem>(Assert.Single(home.At(30))).Parts.Keys);
    }

    [Fact]
    public void A_reboot_closes_the_open_set_names_the_boot_of_what_was_before_and_says_a_standing_Red_again_at_once()
    {
        // score and repeat named ticks of the earlier boot as if they were the new one's: the hub would have found nothing there
        var home = new JudgedHome(JudgedHome.TobsOnly, serialises: true);
        home.Reads(10, Fast, Breathless);
        long alerted = home.Said.OfType<AlertItem>().Single().Tick;
        home.Reboots();
        IReadOnlyList<Item> items = home.At(0.5);
        AlertItem again = items.OfType<AlertItem>().Single();
        ScoreItem score = items.OfType<ScoreItem>().Single();
        Assert.Equal(("still-red", false), (again.Because, again.Interim));
        Assert.All(again.Inputs, input => Assert.Equal("boot-1", input.Boot));
        Assert.All(score.Inputs, input => Assert.Equal("boot-1", input.Boot));
        Assert.Equal((again.Tick, null), (score.Alert, score.AlertBoot));
        Assert.NotEqual(alerted, score.Tick);
        Assert.Equal(TimeSpan.FromMinutes(30.5), home.NextDue);
        Assert.All(home.At(31).OfType<AlertItem>(), repeat => Assert.All(repeat.Inputs, input => Assert.Equal("boot-1", input.Boot)));
    }

    [Fact]
    public void A_Yellow_set_that_a_reboot_closes_names_the_boot_of_the_alert_it_raised()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly, serialises: true);
        home.Reads(10, Fast);
        long alerted = home.Said.OfType<AlertItem>().Single().Tick;
        home.Reboots();
        home.Reboots(); // the name of the first boot stays through the second
        ScoreItem score = Assert.IsType<ScoreItem>(Assert.Single(home.At(0.5)));
        Assert.Equal((alerted, "boot-1"), (score.Alert, score.AlertBoot));
        Assert.All(home.Row(1, Fast).OfType<ScoreItem>().Single().Inputs, input => Assert.Null(input.Boot));
    }

    [Fact]
    public void Ages_over_a_reboot_come_from_the_wall_clock_and_are_never_negative()
    {
        var home = new JudgedHome(JudgedHome.TobsOnly);
        home.Row(60, JudgedHome.Complete(26));
        home.Reboots();
        Assert.Equal([0L], home.At(10).OfType<AlertItem>().Single().Inputs.Select(input => input.AgeSeconds).Distinct()); // the wall clock went back 50 minutes
        home.Reboots();
        Assert.Equal([1800L], home.At(90).OfType<AlertItem>().Single().Inputs.Select(input => input.AgeSeconds).Distinct());
    }

    [Fact]
    public void Every_item_that_is_ever_said_reads_back_and_every_tick_is_its_own()
    {
        var home = new JudgedHome();
        home.Reads(0, Fast, JudgedHome.Number(Vital.Spo2, double.NaN));
        home.Reads(3, [.. JudgedHome.Complete(26, "pain")]);
        home.At(20);
        home.Row(21, [.. JudgedHome.Complete(), JudgedHome.Number(Vital.Spo2, 97), JudgedHome.Word(Vital.Oxygen, "no")]);
        Assert.Contains(home.Said, item => item.Kind is "cleared");
        Assert.All(home.Said, item => Assert.True(WireItems.TryRead(WireItems.Write(item), out _, out string problem), problem));
        Assert.Equal(home.Said.Count, home.Said.Select(item => item.Tick).Distinct().Count());
    }
}
