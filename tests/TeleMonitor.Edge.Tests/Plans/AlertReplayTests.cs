using TeleMonitor.Edge.Tests.Scoring;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class AlertReplayTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private static readonly DateTimeOffset Start = new(2026, 10, 1, 7, 0, 0, TimeSpan.Zero);
    private static readonly ReplaySettings Bare = new(AssessmentRules.Of([Shipped.Tobs, Shipped.News2], null, null));

    private static ReplaySettings OnlyPulse(params Limit[] limits) =>
        new(new AssessmentRules { Charts = [Shipped.Tobs], Required = VitalMask.Of([Vital.Pulse]), Limits = limits });

    /// <summary>
    /// The rule said a second way: by judgements and reasons as strings, with the gateway's own alert rule, set by set; by charts alone, of which a batch
    /// finds the sets to look at, and beside a limit that nothing reaches, which has each set looked at.
    /// </summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 10)]
    [InlineData(3, 60)]
    public void Any_history_alerts_where_the_gateways_own_rules_would_open_a_case_or_call_again(int seed, int missing)
    {
        var dice = new SetDice(seed);
        VitalSet[] drawn = [.. Enumerable.Range(0, 3000).Select(hour => hour % 30 < 20 ? Calm() : dice.Next(missing))];
        TimedSet[] sets = [.. drawn.Select((set, hour) => Timed(Start.AddHours(hour), set))];
        ReplayResult result = Run(Bare, sets), each = Run(Bare with { Rules = Bare.Rules with { Limits = [new Limit("weight", "kg", HighRed: 500)] } }, sets);

        var expected = new List<(int, ReplayBecause, Triage, string)>();
        Judgement standing = Judgement.None;
        var normal = new List<int>();
        (Triage Worst, HashSet<string> Reasons)? open = null;
        var scores = new Score[2];
        for (int place = 0; place < sets.Length; place++)
        {
            VitalSet set = drawn[place];
            Judgement now = Judgement.Of([Shipped.Tobs, Shipped.News2], in set, 1, scores);
            AlertBecause because = AlertRule.Decide(standing, now);
            standing = now;
            if (because != AlertBecause.Nothing && (open is null || now.Triage > open.Value.Worst || Reason.HasNew(now.Reasons, open.Value.Reasons)))
            {
                expected.Add((place, open is null ? ReplayBecause.Opened : ReplayBecause.CalledAgain, now.Triage, string.Join(' ', now.Reasons)));
            }
            if (because != AlertBecause.Nothing)
            {
                open = (open is { } was && was.Worst > now.Triage ? was.Worst : now.Triage, [.. open?.Reasons ?? [], .. now.Reasons]);
                normal.Clear();
            }
            else if (now.Triage == Triage.Green)
            {
                normal.Add(place); // an hour each
                open = normal.Count >= 3 && place - normal[0] >= 12 ? null : open;
            }
        }
        Assert.InRange(expected.Count, 50, 2500);
        Assert.Contains(expected, alert => alert.Item2 == ReplayBecause.CalledAgain);
        Assert.All(new[] { result, each }, found => Assert.Equal(expected, found.Alerts.Select(alert => (alert.Place, alert.Because, alert.Triage, string.Join(' ', alert.Reasons)))));
    }

    [Fact]
    public void A_limit_that_is_reached_exactly_counts_as_the_worse_side()
    {
        ReplaySettings settings = OnlyPulse(new Limit("pulse", "/min", LowRed: 45, LowYellow: 55, HighYellow: 80, HighRed: 88));
        ReplayResult Alert(int pulse) => Run(settings, [Timed(Start, Pulse(pulse))]);
        Assert.Empty(Alert(55_01).Alerts);
        Assert.Empty(Alert(79_99).Alerts);
        Assert.Equal(["limit/pulse/low-yellow"], Alert(55_00).Alerts.Single().Reasons);
        Assert.Equal(["limit/pulse/high-yellow"], Alert(80_00).Alerts.Single().Reasons);
        Assert.Equal((Triage.Red, "limit/pulse/high-red"), (Alert(88_00).Alerts.Single().Triage, Alert(88_00).Alerts.Single().Reasons.Single()));
    }

    [Fact]
    public void A_milder_form_is_no_news_a_graver_one_calls_again_and_a_case_ends_after_three_normal_sets_in_twelve_hours()
    {
        ReplaySettings settings = OnlyPulse(new Limit("pulse", "/min", HighYellow: 70, HighRed: 80));
        ReplayResult Hours(params (int Hour, int Pulse)[] sets) => Run(settings, [.. sets.Select(set => Timed(Start.AddHours(set.Hour), Pulse(set.Pulse * 100)))]);
        Assert.Equal([(0, ReplayBecause.Opened, Triage.Yellow), (1, ReplayBecause.CalledAgain, Triage.Red)],
            Hours((0, 75), (1, 85), (2, 72), (3, 75), (4, 60), (5, 75)).Alerts.Select(alert => (alert.Place, alert.Because, alert.Triage)));
        Assert.Equal([0], Hours((0, 75), (4, 60), (10, 60), (15, 60), (20, 75)).Alerts.Select(alert => alert.Place)); // eleven hours
        Assert.Equal([0, 4], Hours((0, 75), (4, 60), (10, 60), (16, 60), (20, 75)).Alerts.Select(alert => alert.Place));
        Assert.Equal([0], Hours((0, 75), (4, 60), (16, 60), (20, 75)).Alerts.Select(alert => alert.Place)); // two sets
        Assert.Equal([0], Hours((0, 75), (4, 60), (10, 60), (12, 75), (16, 60), (18, 75)).Alerts.Select(alert => alert.Place)); // the alert between counts anew
    }

    [Fact]
    public void A_limit_stands_until_the_value_is_back_by_its_margin_and_a_chart_that_is_not_asked_for_decides_nothing_but_Red()
    {
        ReplayResult margin = Run(OnlyPulse(new Limit("pulse", "/min", HighYellow: 80, Margin: 5)), [.. new[] { 81, 76, 81, 74, 74, 74, 81 }.Select((pulse, day) => Timed(Start.AddDays(day), Pulse(pulse * 100)))]);
        Assert.Equal([0, 6], margin.Alerts.Select(alert => alert.Place));
        var rules = new AssessmentRules { Charts = [Shipped.Tobs], Asked = [], Required = VitalMask.Of([Vital.Pulse]) };
        ReplayResult Of(AssessmentRules by, VitalSet set) => Run(new ReplaySettings(by), [Timed(Start, set)]);
        Assert.Empty(Of(rules, Yellow()).Alerts);
        Assert.Single(Of(rules with { Asked = ["tobs"] }, Yellow()).Alerts);
        Assert.Equal(Triage.Red, Of(rules, Pulse(135_00)).Alerts.Single().Triage);
    }

    [Fact]
    public void Days_are_those_of_the_citizens_zone_over_the_autumn_night_and_those_without_data_are_named()
    {
        // 23:30 in Denmark on the 24th, 00:30 on the 25th, the night of 25 hours, then nothing until the 28th
        DateTimeOffset night = new(2026, 10, 24, 21, 30, 0, TimeSpan.Zero);
        TimedSet[] sets = [Timed(night, Calm()), Timed(night.AddHours(1), Calm()), Timed(night.AddHours(24.9), Calm()), Timed(night.AddDays(3.5), Calm())];
        ReplayResult result = new AlertReplay(Bare).Run(CitizenHistory.Of("c-1", sets), new DateOnly(2026, 10, 29), Copenhagen, [], TimeSpan.FromDays(3));
        Assert.Equal((6, 3), (result.Days, result.DaysWithData));
        Assert.Equal([new DateOnly(2026, 10, 26), new DateOnly(2026, 10, 27), new DateOnly(2026, 10, 29)], result.DaysWithout);
    }

    [Fact]
    public void Nothing_after_the_last_day_that_counts_is_judged()
    {
        TimedSet[] sets = [Timed(Start, Calm()), Timed(Start.AddDays(1), Pulse(135_00))];
        ReplayResult result = new AlertReplay(Bare).Run(CitizenHistory.Of("c-1", sets), new DateOnly(2026, 10, 1), Copenhagen, [new ReplayEvent(Start.AddDays(1), "admitted")], TimeSpan.FromDays(3));
        Assert.Equal((1, 1, 0, 0), (result.Sets, result.Days, result.Alerts.Count, result.Leads.Count));
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(14, false)]
    public void Under_fourteen_days_with_data_there_is_too_little_for_a_rate(int days, bool tooLittle)
    {
        ReplayResult result = Run(Bare, [.. Enumerable.Range(0, days).Select(day => Timed(Start.AddDays(day * 2), day == 3 ? Pulse(135_00) : Calm()))]);
        Assert.Equal((days, tooLittle, tooLittle), (result.DaysWithData, result.HasTooLittleData, result.PerWeek is null));
        Assert.Equal(tooLittle ? null : 1 * 7.0 / ((2 * days) - 1), result.PerWeek);
        var sum = new ReplaySum([result]);
        Assert.Equal((tooLittle ? 1 : 0, 1, result.PerWeek), (sum.TooLittleData, sum.Alerts, sum.PerCitizenWeek));
    }

    [Fact]
    public void An_event_has_the_time_since_its_first_alert_and_its_first_Red_or_was_missed_or_had_an_open_case()
    {
        TimedSet[] sets =
        [
            Timed(Start, Calm()), Timed(Start.AddHours(10), Yellow()), Timed(Start.AddHours(20), Pulse(135_00)), Timed(Start.AddHours(100), Pulse(135_00)), Timed(Start.AddHours(200), Calm()),
            Timed(Start.AddHours(210), Calm()), Timed(Start.AddHours(220), Calm()), Timed(Start.AddHours(300), Calm()),
        ];
        ReplayEvent[] events = [new(Start.AddHours(280), "none"), new(Start.AddHours(30), "soon"), new(Start.AddHours(150), "open")];
        ReplayResult result = new AlertReplay(Bare).Run(CitizenHistory.Of("c-1", sets), new DateOnly(2026, 10, 31), Copenhagen, events, TimeSpan.FromHours(48));
        Assert.Equal(["soon", "open", "none"], result.Leads.Select(lead => lead.Event.Label));
        Assert.Equal((TimeSpan.FromHours(20), TimeSpan.FromHours(10)), (result.Leads[0].Lead, result.Leads[0].LeadOfRed));
        Assert.Equal((null, true, false), (result.Leads[1].Lead, result.Leads[1].CaseOpen, result.Leads[1].IsMissed));
        Assert.True(result.Leads[2].IsMissed);
        var sum = new ReplaySum([result]);
        Assert.Equal((3, 1, TimeSpan.FromHours(20)), (sum.Events, sum.Missed, sum.MedianLead));
    }

    [Fact]
    public void A_change_names_the_alerts_it_takes_away_and_those_it_brings()
    {
        TimedSet[] sets = [.. new[] { 60, 95, 60, 60, 60, 82, 60, 60, 60, 40 }.Select((pulse, day) => Timed(Start.AddDays(day), Pulse(pulse * 100)))];
        ReplaySettings wide = OnlyPulse(new Limit("pulse", "/min", LowYellow: 45, HighYellow: 90)), narrow = OnlyPulse(new Limit("pulse", "/min", HighYellow: 80));
        var change = new ReplayChange(Run(wide, sets), Run(narrow, sets));
        Assert.Equal([9], change.Gone.Select(alert => alert.Place));
        Assert.Equal([5], change.New.Select(alert => alert.Place));
    }

    [Fact]
    public void Sets_that_come_in_any_order_are_replayed_in_order_of_time()
    {
        TimedSet[] sets = [Timed(Start.AddHours(2), Calm()), Timed(Start, Pulse(135_00)), Timed(Start.AddHours(1), Pulse(136_00))];
        Assert.Equal([Start], Run(Bare, sets).Alerts.Select(alert => alert.At));
    }

    private static ReplayResult Run(ReplaySettings settings, TimedSet[] sets)
    {
        DateOnly last = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(sets.Max(set => set.At), Copenhagen).DateTime);
        return new AlertReplay(settings).Run(CitizenHistory.Of("c-1", sets), last, Copenhagen, [], TimeSpan.FromDays(3));
    }

    private static VitalSet Pulse(int hundredths)
    {
        var set = new VitalSet();
        set.Set(Vital.Pulse, new Hundredths(hundredths, hundredths));
        return set;
    }

    private static VitalSet Calm()
    {
        var set = new VitalSet { Consciousness = Consciousness.Alert, Oxygen = OxygenAnswer.No };
        foreach ((Vital vital, int value) in new[] { (Vital.Pulse, 70), (Vital.Respiration, 16), (Vital.Spo2, 97), (Vital.Temperature, 37), (Vital.Systolic, 125) })
        {
            set.Set(vital, new Hundredths(value * 100, value * 100));
        }
        return set;
    }

    private static VitalSet Yellow()
    {
        VitalSet set = Calm();
        set.Set(Vital.Pulse, new Hundredths(115_00, 115_00));
        return set;
    }

    private static TimedSet Timed(DateTimeOffset at, VitalSet set)
    {
        HistoryValue Word(Vital vital, int word) => new(at.UtcTicks, 0, default, vital, (byte)word);
        return new TimedSet(at,
        [
            .. SetDice.Numbers.Where(vital => set.Has(vital)).Select(vital => new HistoryValue(at.UtcTicks, set[vital].Low / 100.0, set[vital], vital, Site: vital == Vital.Temperature ? set.TemperatureSite : Site.None)),
            .. set.Has(Vital.Consciousness) ? [Word(Vital.Consciousness, (int)set.Consciousness)] : Array.Empty<HistoryValue>(),
            .. set.Has(Vital.Oxygen) ? [Word(Vital.Oxygen, (int)set.Oxygen)] : Array.Empty<HistoryValue>(),
        ]);
    }
}
