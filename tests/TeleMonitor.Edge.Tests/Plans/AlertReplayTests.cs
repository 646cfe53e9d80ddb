using TeleMonitor.Edge.Tests.Scoring;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;

namespace TeleMonitor.Edge.Tests.Plans;

public sealed class AlertReplayTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private static readonly DateTimeOffset Start = new(2026, 10, 1, 7, 0, 0, TimeSpan.Zero);
    private static readonly ReplaySettings Bare = new([Shipped.Tobs, Shipped.News2], []);
    private static readonly ReplaySettings OnlyPulse = new([Shipped.Tobs], []) { Required = new VitalMask(0).With(Vital.Pulse) };

    /// <summary>The rule said a second way: by judgements and reasons as strings, with the gateway's own alert rule, set by set.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 10)]
    [InlineData(3, 60)]
    public void Any_history_alerts_where_the_gateways_own_rules_would_open_a_case_or_call_again(int seed, int missing)
    {
        var dice = new SetDice(seed);
        TimedSet[] sets = [.. Enumerable.Range(0, 3000).Select(hour => new TimedSet(Start.AddHours(hour), hour % 3 == 0 ? Calm() : dice.Next(missing)))];
        ReplayResult result = Run(Bare, sets);

        var expected = new List<(int, ReplayBecause, Triage, string)>();
        Judgement standing = Judgement.None;
        (Triage Worst, HashSet<string> Reasons)? open = null;
        var scores = new Score[2];
        for (int place = 0; place < sets.Length; place++)
        {
            VitalSet set = sets[place].Set;
            Judgement now = Judgement.Of([Shipped.Tobs, Shipped.News2], in set, 1, scores);
            AlertBecause because = AlertRule.Decide(standing, now);
            standing = now;
            if (because != AlertBecause.Nothing && (open is null || now.Triage > open.Value.Worst || Reason.HasNew(now.Reasons, open.Value.Reasons)))
            {
                expected.Add((place, open is null ? ReplayBecause.Opened : ReplayBecause.CalledAgain, now.Triage, string.Join(' ', now.Reasons)));
                open = (open is { } was && was.Worst > now.Triage ? was.Worst : now.Triage, [.. open?.Reasons ?? [], .. now.Reasons]);
            }
            else if (now.Triage == Triage.Green)
            {
                open = null;
            }
        }
        Assert.InRange(expected.Count, 50, 2500);
        Assert.Equal(expected, result.Alerts.Select(alert => (alert.Place, alert.Because, alert.Triage, string.Join(' ', alert.Reasons))));
    }

    [Fact]
    public void A_limit_that_is_reached_exactly_counts_as_the_worse_side()
    {
        ReplaySettings settings = OnlyPulse with { Limits = [new ReplayLimit(Vital.Pulse, LowRed: 45_00, LowYellow: 55_00, HighYellow: 80_00, HighRed: 88_00)] };
        ReplayResult Alert(int pulse) => Run(settings, [new TimedSet(Start, Pulse(pulse))]);
        Assert.Empty(Alert(55_01).Alerts);
        Assert.Empty(Alert(79_99).Alerts);
        Assert.Equal(["limit/pulse/low-yellow"], Alert(55_00).Alerts.Single().Reasons);
        Assert.Equal(["limit/pulse/high-yellow"], Alert(80_00).Alerts.Single().Reasons);
        Assert.Equal((Triage.Red, "limit/pulse/high-red"), (Alert(88_00).Alerts.Single().Triage, Alert(88_00).Alerts.Single().Reasons.Single()));
        Assert.Equal(["limit/pulse/low-red", "tobs/pulse/1"], Run(settings with { Charts = [OneYellow()] }, [new TimedSet(Start, Pulse(45_00))]).Alerts.Single().Reasons.Select(reason => reason.Replace("one/", "tobs/", StringComparison.Ordinal)).Where(reason => !reason.Contains("total", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_milder_form_of_a_limit_that_stands_is_no_news_and_a_graver_one_calls_again()
    {
        ReplaySettings settings = OnlyPulse with { Limits = [new ReplayLimit(Vital.Pulse, HighYellow: 70_00, HighRed: 80_00)] };
        ReplayResult result = Run(settings, [.. new[] { 75, 85, 72, 75, 60, 75 }.Select((pulse, hour) => new TimedSet(Start.AddHours(hour), Pulse(pulse * 100)))]);
        Assert.Equal([(0, ReplayBecause.Opened, Triage.Yellow), (1, ReplayBecause.CalledAgain, Triage.Red), (5, ReplayBecause.Opened, Triage.Yellow)],
            result.Alerts.Select(alert => (alert.Place, alert.Because, alert.Triage)));
    }

    [Fact]
    public void Days_are_those_of_the_citizens_zone_over_the_autumn_night_and_those_without_data_are_named()
    {
        // 23:30 in Denmark on the 24th, 00:30 on the 25th, the night of 25 hours, then nothing until the 28th
        DateTimeOffset night = new(2026, 10, 24, 21, 30, 0, TimeSpan.Zero);
        TimedSet[] sets = [new(night, Calm()), new(night.AddHours(1), Calm()), new(night.AddHours(24.9), Calm()), new(night.AddDays(3.5), Calm())];
        ReplayResult result = new AlertReplay(Bare).Run(new CitizenHistory("c-1", sets), new DateOnly(2026, 10, 29), Copenhagen, [], TimeSpan.FromDays(3));
        Assert.Equal((6, 3), (result.Days, result.DaysWithData));
        Assert.Equal([new DateOnly(2026, 10, 26), new DateOnly(2026, 10, 27), new DateOnly(2026, 10, 29)], result.DaysWithout);
    }

    [Fact]
    public void Nothing_after_the_last_day_that_counts_is_judged()
    {
        TimedSet[] sets = [new(Start, Calm()), new(Start.AddDays(1), Pulse(135_00))];
        ReplayResult result = new AlertReplay(Bare).Run(new CitizenHistory("c-1", sets), new DateOnly(2026, 10, 1), Copenhagen, [new ReplayEvent(Start.AddDays(1), "admitted")], TimeSpan.FromDays(3));
        Assert.Equal((1, 1, 0, 0), (result.Sets, result.Days, result.Alerts.Count, result.Leads.Count));
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(14, false)]
    public void Under_fourteen_days_with_data_there_is_too_little_for_a_rate(int days, bool tooLittle)
    {
        ReplayResult result = Run(Bare, [.. Enumerable.Range(0, days).Select(day => new TimedSet(Start.AddDays(day * 2), day == 3 ? Pulse(135_00) : Calm()))]);
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
            new(Start, Calm()), new(Start.AddHours(10), Yellow()), new(Start.AddHours(20), Pulse(135_00)), new(Start.AddHours(100), Pulse(135_00)), new(Start.AddHours(200), Calm()), new(Start.AddHours(300), Calm()),
        ];
        ReplayEvent[] events = [new(Start.AddHours(280), "none"), new(Start.AddHours(30), "soon"), new(Start.AddHours(150), "open")];
        ReplayResult result = new AlertReplay(Bare).Run(new CitizenHistory("c-1", sets), new DateOnly(2026, 10, 31), Copenhagen, events, TimeSpan.FromHours(48));
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
        TimedSet[] sets = [.. new[] { 60, 95, 60, 82, 60, 40 }.Select((pulse, day) => new TimedSet(Start.AddDays(day), Pulse(pulse * 100)))];
        ReplaySettings wide = OnlyPulse with { Limits = [new ReplayLimit(Vital.Pulse, LowYellow: 45_00, HighYellow: 90_00)] }, narrow = OnlyPulse with { Limits = [new ReplayLimit(Vital.Pulse, HighYellow: 80_00)] };
        var change = new ReplayChange(Run(wide, sets), Run(narrow, sets));
        Assert.Equal([5], change.Gone.Select(alert => alert.Place));
        Assert.Equal([3], change.New.Select(alert => alert.Place));
    }

    [Fact]
    public void Sets_that_come_in_any_order_are_replayed_in_order_of_time()
    {
        TimedSet[] sets = [new(Start.AddHours(2), Calm()), new(Start, Pulse(135_00)), new(Start.AddHours(1), Pulse(136_00))];
        Assert.Equal([Start], Run(Bare, sets).Alerts.Select(alert => alert.At));
    }

    [Fact]
    public void No_chart_too_many_charts_and_a_limit_of_an_answer_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new AlertReplay(Bare with { Charts = [] }));
        Assert.Throws<ArgumentException>(() => new AlertReplay(Bare with { Charts = [Shipped.Tobs, Shipped.Tobs, Shipped.Tobs, Shipped.Tobs] }));
        Assert.Throws<ArgumentException>(() => new AlertReplay(Bare with { Limits = [new ReplayLimit(Vital.Oxygen, 1)] }));
    }

    private static ReplayResult Run(ReplaySettings settings, TimedSet[] sets)
    {
        DateOnly last = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(sets.Max(set => set.At), Copenhagen).DateTime);
        return new AlertReplay(settings).Run(new CitizenHistory("c-1", sets), last, Copenhagen, [], TimeSpan.FromDays(3));
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

    /// <summary>TOBS, but one point is Yellow: so that a chart and a limit can speak of the same set.</summary>
    private static Chart OneYellow()
    {
        string json = File.ReadAllText(Tree.At("firmware-config/charts/tobs.json")).Replace("\"id\": \"tobs\"", "\"id\": \"one\"", StringComparison.Ordinal)
            .Replace("\"yellow\": { \"total\": 2 }", "\"yellow\": { \"total\": 1 }", StringComparison.Ordinal);
        Assert.True(ChartFile.TryRead(System.Text.Encoding.UTF8.GetBytes(json), "one.json", out Chart? chart, out _));
        return chart!;
    }
}
