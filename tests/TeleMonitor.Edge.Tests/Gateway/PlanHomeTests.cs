using TeleMonitor.Edge.Tests.Profile;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Gateway.Sensors;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>A whole gateway with a signed plan: what it asks, reminds of and is told, over restarts, with and without a link.</summary>
public sealed class PlanHomeTests : IDisposable
{
    private readonly Signer signer = new();
    private readonly HelpHome home = new(JudgedHome.Settings);
    private readonly DateTimeOffset today;

    // due at 11:00 in Copenhagen, which is 10:00 by the home's clock; it is 09:00 now
    public PlanHomeTests()
    {
        today = new DateTimeOffset(home.Now.Date, TimeSpan.Zero);
        signer.FollowCopd(plan =>
        {
            plan["phases"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"from_day":0,"until_day":null,"at":["11:00","23:00"],"days":"every"}]""");
            plan["charts"] = System.Text.Json.Nodes.JsonNode.Parse("""["tobs"]""");
            plan["remeasure"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"chart":"tobs","from":1,"to":null,"times":2,"within":"04:00","source":"invented for this test"}]""");
        });
        signer.Citizens = [signer.Citizens[0] with { From = today }];
        home.Trust = signer.Trust;
        home.Start();
        home.Link.HubTime = home.Now - home.Identity.Monotonic;
        home.Link.Connect();
        home.Pass(1);
        home.Link.Deliver(LinkEventKind.Profile, signer.Bytes(17));
        home.Pass(2);
    }

    public void Dispose()
    {
        home.Dispose();
        signer.Dispose();
    }

    private DayView View => Assert.Single(home.Days).At(home.Now);

    private DateTimeOffset At(string time) => today + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private static ToldAnswers Nothing => new("copd-daily", [KeyValuePair.Create("dyspnoea", "no"), KeyValuePair.Create("cough", "no"), KeyValuePair.Create("sputum", "no")], []);

    private void Enter(int number, ToldAnswers? told, double? breaths = null)
    {
        home.Deliver(new SensorMessage(null) { Entry = new PageEntry(1, number, told, breaths) });
        home.Pass(1);
    }

    private void Measure(double pulse = 72, double spo2 = 95)
    {
        home.Deliver(new SensorMessage(new Burst([JudgedHome.Number(Vital.Pulse, pulse), JudgedHome.Number(Vital.Spo2, spo2)])));
        home.Pass(1);
    }

    private T[] Stored<T>(string lane) where T : Item => [.. home.Hub.Stored(lane).Select(bytes => WireItems.TryRead(bytes, out Item? item, out _) ? item : null).OfType<T>()];

    private string Status => StatusCommand.Text(StatusCommand.Read("gw-test-0001", home.Path, home.Identity) with { IsOfCare = true }, home.Now);

    [Fact]
    public void Support_reads_in_status_nothing_of_the_plan_or_how_it_is_kept()
    {
        home.PassTo(At("12:00"));
        StatusCommand.Standing standing = StatusCommand.Read("gw-test-0001", home.Path, home.Identity);
        string read = StatusCommand.Text(standing, home.Now) + StatusCommand.Json(standing);
        Assert.Contains("Unknown since", Status, StringComparison.Ordinal);
        Assert.All(["plan", "Unknown", "due", "missing/", "reminded", "pulse", "spo2", "answers"], word => Assert.DoesNotContain(word, read, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_sends_nothing_is_reminded_and_Unknown_at_the_minute_online_or_offline_and_a_restart_changes_nothing(bool online)
    {
        if (!online)
        {
            home.Link.Cut();
        }
        home.PassTo(At("10:30"));
        Assert.Equal([(At("10:00"), true)], home.Reminded.Select(told => (Minute(told.At), told.Reminds)));
        Assert.Contains("plan    of assignment 1: a set is due at 2026-11-22 10:00Z, Unknown from 2026-11-22 12:00Z, lacking pulse, spo2, answers; the citizen is being reminded", Status, StringComparison.Ordinal);
        home.Start();
        home.Pass(1);
        Assert.Equal((DayState.Asked, true), (View.State, View.Reminds));
        home.PassTo(At("11:59"));
        Assert.Equal(DayState.Asked, home.Days[0].Day.Stood!.State);
        home.PassTo(At("12:00"));
        Assert.Equal((DayState.Unknown, At("12:00"), MissingReason.NotMeasured), (home.Days[0].Day.Stood!.State, View.UnknownSince, View.Because));
        Assert.False(home.Reminded[^1].Reminds);
        Assert.Contains("Unknown since 2026-11-22 12:00Z, missing/not-measured", Status, StringComparison.Ordinal);
        home.Reboot();
        home.Pass(1);
        Assert.Equal((DayState.Unknown, At("12:00")), (View.State, View.UnknownSince));
        Measure();
        Enter(1, Nothing);
        Assert.Equal(DayState.Complete, View.State);
        Assert.Contains("the set due at 2026-11-22 10:00Z is complete", Status, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_sensor_is_the_reason_and_a_mended_one_is_it_no_longer()
    {
        home.Deliver(new SensorMessage(null, State: new SensorState("ble-oximeter.1234", SensorHealth.Away, "not-found", "it is away")));
        home.PassTo(At("12:00"));
        Assert.Equal((DayState.Unknown, MissingReason.Sensor), (View.State, View.Because));
        home.Deliver(new SensorMessage(null, State: new SensorState("ble-oximeter.1234", SensorHealth.Well)));
        home.Pass(1);
        Assert.Equal(MissingReason.NotMeasured, View.Because);
    }

    [Fact]
    public void Answers_are_judged_with_the_newest_values_and_each_form_counts_once()
    {
        Measure();
        (string, string)[] told = [("dyspnoea", "yes"), ("inhaler", "no"), ("cough", "no"), ("sputum", "yes"), ("sputum-amount", "yes"), ("sputum-colour", "yes"), ("sputum-colour-usual", "no"), ("antibiotics", "no")];
        Enter(1, Nothing with { Words = [.. told.Select(word => KeyValuePair.Create(word.Item1, word.Item2))] });
        AlertItem red = Assert.Single(Stored<AlertItem>(WireWord.AlertLane));
        Assert.Equal("red", red.Triage);
        Assert.Contains("symptom/dyspnoea/red", red.Reasons); // all three cardinal symptoms at once
        ReadingItem[] answers = [.. Stored<ReadingItem>(WireWord.ReadingLane).Where(item => item.Kind == WireWord.Answer)];
        Assert.Equal(8, answers.Length);
        Assert.All(answers, answer => Assert.Equal((1, "questions", "good"), (answer.Assignment, answer.Sensor, answer.Grade)));
        Assert.Equal((DayState.Complete, 1), (View.State, home.Days[0].Day.Forms));

        Enter(1, Nothing); // sent twice
        Enter(3, Nothing); // never made
        Assert.Equal(8, Stored<ReadingItem>(WireWord.ReadingLane).Count(item => item.Kind == WireWord.Answer));
        Enter(2, Nothing); // a correction: both stay
        Assert.Equal(11, Stored<ReadingItem>(WireWord.ReadingLane).Count(item => item.Kind == WireWord.Answer));
        home.Start();
        home.Pass(1);
        Enter(2, Nothing);
        Assert.Equal(11, Stored<ReadingItem>(WireWord.ReadingLane).Count(item => item.Kind == WireWord.Answer));
    }

    [Theory]
    [InlineData(18, "good", "")]
    [InlineData(0, "unusable", GradeReason.Impossible)]
    [InlineData(999, "unusable", GradeReason.Impossible)]
    public void Counted_breaths_are_a_reading_that_is_graded_and_never_changed(double breaths, string grade, string reason)
    {
        Measure();
        Enter(1, null, breaths);
        ReadingItem counted = Stored<ReadingItem>(WireWord.ReadingLane).Last(item => item.Code == "9279-1");
        Assert.Equal((breaths, "/min", "breath-count", grade, reason), (counted.Value, counted.Unit, counted.Sensor, counted.Grade, string.Concat(counted.Reasons)));
        Enter(1, null, 20);
        Assert.Single(Stored<ReadingItem>(WireWord.ReadingLane), item => item.Code == "9279-1");
        home.PassTo(At("09:30"));
        Assert.Equal(grade is "good", !Stored<ScoreItem>(WireWord.ReadingLane).Last(score => score.Chart == "tobs").Missing.Contains("respiration"));
    }

    [Fact]
    public void A_score_asks_to_measure_again_and_a_restart_remembers_it()
    {
        Measure(pulse: 95); // one point
        home.PassTo(At("09:30"));
        Assert.Equal(2, home.Days[0].Day.Again!.Due.Count);
        DateTimeOffset first = View.Again!.Due;
        home.Reboot();
        home.Pass(1);
        Assert.Equal(first, View.Again!.Due);
        Assert.Contains("to be measured again at 2026-11-22 11:", Status, StringComparison.Ordinal);
        home.PassTo(At("10:00"));
        Measure(pulse: 72);
        home.PassTo(At("10:30"));
        Assert.Null(View.Again);
    }

    [Fact]
    public void A_red_that_waits_for_a_second_measurement_is_shown_until_it_is_made_or_over()
    {
        Measure(spo2: 84); // under the citizen's own limit
        Assert.NotNull(Assert.Single(Stored<AlertItem>(WireWord.AlertLane)).ConfirmingUntil);
        Assert.Contains(Vital.Spo2, View.Confirm!.Vitals);
        Assert.True(home.Reminded[^1].Reminds);
        Assert.Contains("a second measurement is waited for until", Status, StringComparison.Ordinal);
        Measure(spo2: 95);
        Assert.Null(View.Confirm);
        Assert.False(home.Reminded[^1].Reminds);
    }

    [Fact]
    public void Without_a_plan_nothing_is_asked_or_kept_and_what_is_entered_changes_nothing()
    {
        signer.Citizens = [Signer.Settings];
        home.Link.Deliver(LinkEventKind.Profile, signer.Bytes(18));
        home.Pass(2);
        Assert.Empty(home.Days);
        Enter(1, Nothing);
        Enter(1, null, 18);
        Assert.Empty(Stored<ReadingItem>(WireWord.ReadingLane));
        Assert.Empty(PlanDays.TryRead(home.Outbox.ReadState(PlanDays.StateNumber)!.Bytes)!.Days);
        Assert.DoesNotContain("plan    of assignment", Status, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_cannot_be_read_is_said_and_the_day_begins_anew()
    {
        home.Outbox.Commit(new OutboxCommit { Context = home.Identity.ContextOf(home.Identity.Now()), Items = [], States = [(PlanDays.StateNumber, new RuleState([1, 2, 3], TimeSpan.Zero))] });
        home.Start();
        home.Pass(1);
        Assert.Contains(home.Outbox.ReadFindings(), finding => finding.Code == "rules/state");
        Assert.Equal(DayState.Asked, View.State);
    }

    private static DateTimeOffset Minute(DateTimeOffset at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
