using System.Globalization;
using TeleMonitor.Gateway;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>How a citizen's day stands, from the plan, what came, and now.</summary>
public sealed class PlanDayTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");

    private CitizenDay day = new(7);
    private PlanInForce inForce = Follow("copd-intensive", "2026-06-08");

    /// <summary>A shipped plan, followed from a midnight on.</summary>
    internal static PlanInForce Follow(string plan, string from, params PlanPause[] pauses) =>
        Shipped.Config.Content.InForce(plan, new PlanCourse(Local(from, "00:00"), null, Copenhagen, pauses))!;

    internal static DateTimeOffset Local(string day, string time) =>
        Schedule.InstantOf(DateTime.ParseExact($"{day} {time}", "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), Copenhagen);

    internal static ReadingItem Reading(Vital vital, DateTimeOffset at, string grade = "good") => new()
    {
        Kind = WireWord.Reading, Tick = 1, Code = VitalCode.Of(vital).Code, Assignment = 7, At = at, Value = 70, Unit = VitalCode.Of(vital).Unit, Sensor = "ble-oximeter", Grade = grade,
    };

    internal static ReadingItem Answer(string question, string word, DateTimeOffset at) => new()
    {
        Kind = WireWord.Answer, Tick = 1, Code = AnswerCode.Of("copd-daily", question), Assignment = 7, At = at, Answer = word, Sensor = "questions", Grade = "good",
    };

    private static ScoreItem Score(int total, DateTimeOffset at, bool? history = null) => new()
    {
        Kind = WireWord.Score, Tick = 2, Code = "score/tobs", Assignment = 7, At = at, Set = "s1", Chart = "tobs", ChartVersion = "1", Scale = 1, Inputs = [], Parts = new Dictionary<string, int>(),
        Missing = [], Total = total, Lowest = total, Highest = total, Triage = "green", Alert = null, History = history,
    };

    private DayView At(string date, string time, MeasureNow? confirm = null, HomeEvidence? evidence = null) =>
        DayView.Of(day, inForce, evidence ?? HomeEvidence.Well, confirm, Local(date, time));

    private void Measure(string date, string time, params Vital[] vitals)
    {
        foreach (Vital vital in vitals)
        {
            day = day.With(Reading(vital, Local(date, time)), inForce);
        }
    }

    private void Tell(string date, string time)
    {
        foreach (string question in new[] { "dyspnoea", "cough", "sputum" })
        {
            day = day.With(Answer(question, "no", Local(date, time)), inForce);
        }
    }

    [Fact]
    public void A_day_goes_from_asked_by_way_of_a_reminder_to_complete_and_names_the_next_time()
    {
        Assert.Equal((DayState.Waits, Local("2026-06-08", "08:00")), (At("2026-06-08", "05:59").State, At("2026-06-08", "05:59").Next!.Due));
        DayView opened = At("2026-06-08", "06:00");
        Assert.Equal((DayState.Asked, false, true, Local("2026-06-08", "10:00")), (opened.State, opened.Reminds, opened.Asks, opened.Now!.UnknownAt));
        Assert.Equal([Vital.Pulse, Vital.Spo2], opened.Lacking);
        Assert.True(At("2026-06-08", "08:00").Reminds);

        Measure("2026-06-08", "08:04", Vital.Pulse);
        DayView half = At("2026-06-08", "08:10");
        Assert.Equal([Vital.Spo2], half.Lacking);
        Assert.Equal([new TakenAt(Vital.Pulse, Local("2026-06-08", "08:04"))], half.Done);
        Measure("2026-06-08", "08:05", Vital.Spo2);
        Assert.Equal((DayState.Asked, true, true), (At("2026-06-08", "08:10").State, At("2026-06-08", "08:10").Asks, At("2026-06-08", "08:10").Reminds)); // the questions are part of it
        Tell("2026-06-08", "08:12");
        DayView met = At("2026-06-08", "08:15");
        Assert.Equal((DayState.Complete, false, false, Local("2026-06-08", "08:12"), Local("2026-06-08", "20:00")), (met.State, met.Asks, met.Reminds, met.Answered, met.Next!.Due));
        Assert.Equal(DayState.Complete, At("2026-06-08", "17:59").State);
        Assert.Equal(DayState.Asked, At("2026-06-08", "18:00").State);
    }

    [Theory]
    [InlineData("2026-03-26")]
    [InlineData("2026-06-10")]
    [InlineData("2026-10-22")]
    public void Who_sends_nothing_is_Unknown_to_the_minute_on_every_day_of_a_summer_time_week_and_the_reason_is_the_sensor_where_it_is_broken(string from)
    {
        var broken = new HomeEvidence(GatewayHeard.Yes, [Vital.Spo2]);
        for (int ahead = 0; ahead < 7; ahead++)
        {
            string date = DateOnly.ParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(ahead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            (day, inForce) = (new CitizenDay(7), Follow("copd-intensive", date));
            Assert.Equal((DayState.Asked, true), (At(date, "09:59").State, At(date, "09:59").Reminds));
            DayView over = At(date, "10:00");
            Assert.Equal((DayState.Unknown, false, Local(date, "10:00"), MissingReason.NotMeasured), (over.State, over.Reminds, over.UnknownSince, over.Because));
            Assert.Equal(MissingReason.Sensor, At(date, "10:00", evidence: broken).Because);
            Measure(date, "11:30", Vital.Pulse, Vital.Spo2);
            Tell(date, "11:31");
            Assert.Equal((DayState.Complete, null), (At(date, "11:32").State, At(date, "11:32").UnknownSince)); // late is better than never
        }
    }

    [Fact]
    public void In_a_planned_absence_nothing_is_asked_and_nobody_is_reminded()
    {
        inForce = Follow("copd-intensive", "2026-06-08", new PlanPause(Local("2026-06-09", "00:00"), Local("2026-06-12", "12:00"), "holiday", "nurse-1"));
        DayView away = At("2026-06-09", "08:30");
        Assert.Equal((DayState.Paused, false, Local("2026-06-12", "12:00"), Local("2026-06-12", "20:00")), (away.State, away.Reminds, away.Pause!.To, away.Next!.Due));
        Assert.Empty(away.Lacking);
    }

    [Fact]
    public void Where_staff_measures_nobody_at_home_is_reminded()
    {
        inForce = Follow("infection-watch", "2026-06-08");
        Assert.Equal((true, DayState.Asked, false, true), At("2026-06-08", "08:30") is var view ? (view.ByStaff, view.State, view.Reminds, view.CountsBreaths) : default);
    }

    [Fact]
    public void A_score_asks_for_extra_times_and_the_newest_whole_set_replaces_them()
    {
        inForce = Follow("infection-watch", "2026-06-08");
        Vital[] set = [Vital.Pulse, Vital.Respiration, Vital.Temperature, Vital.Systolic, Vital.Consciousness];
        Measure("2026-06-08", "08:00", set);
        day = day.With(Score(1, Local("2026-06-08", "08:05")), inForce);
        Assert.Equal([Local("2026-06-08", "16:05"), Local("2026-06-09", "00:05"), Local("2026-06-09", "08:05")], day.Again!.Due); // three times in 24 hours
        Assert.Equal((Local("2026-06-08", "16:05"), false), (At("2026-06-08", "15:04").Again!.Due, At("2026-06-08", "15:04").AgainIsOpen));
        Assert.True(At("2026-06-08", "15:05").AgainIsOpen); // opens as the plan's own times do
        Assert.Equal(Local("2026-06-09", "00:05"), At("2026-06-08", "18:05").Again!.Due); // that one is over

        day = day.With(Score(3, Local("2026-06-08", "12:00"), history: true), inForce);
        Assert.Equal(3, day.Again!.Due.Count); // what a sensor had stored says nothing about now
        Measure("2026-06-08", "13:00", Vital.Pulse);
        day = day.With(Score(0, Local("2026-06-08", "13:01")), inForce);
        Assert.Equal(3, day.Again!.Due.Count); // half a set takes nothing back
        day = day.With(Score(3, Local("2026-06-08", "13:02")), inForce);
        Assert.Equal([Local("2026-06-08", "14:02")], day.Again!.Due); // but may bring it nearer
        Measure("2026-06-08", "14:00", set);
        Assert.Null(At("2026-06-08", "14:00").Again); // measured
        day = day.With(Score(2, Local("2026-06-08", "14:05")), inForce);
        Assert.Equal([Local("2026-06-08", "16:05"), Local("2026-06-08", "18:05"), Local("2026-06-08", "20:05")], day.Again!.Due);
        Measure("2026-06-08", "16:00", set);
        day = day.With(Score(0, Local("2026-06-08", "16:01")), inForce);
        Assert.Null(day.Again);
    }

    [Fact]
    public void A_citizen_who_measures_is_reminded_of_an_extra_time_from_when_it_is_due()
    {
        day = day with { Again = new MeasureAgain("tobs", Local("2026-06-08", "09:00"), [Local("2026-06-08", "13:00"), Local("2026-06-08", "17:00")]) };
        Measure("2026-06-08", "08:00", Vital.Pulse, Vital.Spo2);
        Tell("2026-06-08", "08:01");
        Assert.Equal((true, false), At("2026-06-08", "12:59") is var before ? (before.AgainIsOpen, before.Reminds) : default);
        Assert.True(At("2026-06-08", "13:00").Reminds);
        Measure("2026-06-08", "13:05", Vital.Pulse, Vital.Spo2);
        Assert.Equal((false, Local("2026-06-08", "17:00")), At("2026-06-08", "13:06") is var after ? (after.Reminds, after.Again!.Due) : default);
    }

    [Fact]
    public void What_waits_for_a_second_measurement_stands_until_its_time()
    {
        var confirm = new MeasureNow(Local("2026-06-08", "12:05"), [Vital.Spo2]);
        Assert.Equal((confirm, true), (At("2026-06-08", "12:04", confirm).Confirm, At("2026-06-08", "12:04", confirm).Reminds));
        Assert.Equal((null, false), (At("2026-06-08", "12:05", confirm).Confirm, At("2026-06-08", "12:05", confirm).Reminds));
    }

    [Fact]
    public void An_unusable_value_is_not_taken_and_a_worn_sensor_is_noted_once_a_minute()
    {
        day = day.With(Reading(Vital.Pulse, Local("2026-06-08", "08:00"), "unusable"), inForce);
        Assert.Empty(day.Taken.ByCode);
        Measure("2026-06-08", "08:00", Vital.Pulse);
        day = day.Look(inForce, HomeEvidence.Well, null, Local("2026-06-08", "08:00"));
        Assert.Same(day, day.With(Reading(Vital.Pulse, Local("2026-06-08", "08:00").AddSeconds(59)), inForce));
        Assert.NotSame(day, day.With(Reading(Vital.Pulse, Local("2026-06-08", "08:01")), inForce));
    }

    [Fact]
    public void It_says_when_it_will_stand_otherwise_and_nothing_changes_before()
    {
        day = day with { Again = new MeasureAgain("tobs", Local("2026-06-08", "11:00"), [Local("2026-06-08", "12:30"), Local("2026-06-08", "14:00")]) };
        DateTimeOffset now = Local("2026-06-08", "00:00"), end = Local("2026-06-10", "00:00");
        while (now < end)
        {
            day = day.Look(inForce, HomeEvidence.Well, null, now);
            DateTimeOffset next = day.NextLook ?? end;
            Assert.True(next > now);
            Assert.Equal(Told(day.Stood!), Told(DayView.Of(day, inForce, HomeEvidence.Well, null, next.AddSeconds(-1))));
            now = next;
        }
        static string Told(DayView view) => $"{view.State} {view.Reminds} {view.Now?.Due} {view.Again?.Due} {view.AgainIsOpen} {view.UnknownSince} {view.Pause} {view.Next?.Due}";
    }

    [Fact]
    public void It_reads_back_as_it_was_written_and_what_is_none_is_refused()
    {
        Measure("2026-06-08", "08:04", Vital.Pulse, Vital.Spo2);
        Tell("2026-06-08", "08:05");
        day = (day with { Forms = 3, Counts = 2, Again = new MeasureAgain("tobs", Local("2026-06-08", "09:00"), [Local("2026-06-08", "13:00")]) })
            .Look(inForce, HomeEvidence.Well, new MeasureNow(Local("2026-06-08", "08:10"), [Vital.Spo2]), Local("2026-06-08", "08:06"));
        byte[] written = new PlanDays([day]).Write();
        PlanDays read = PlanDays.TryRead(written)!;
        Assert.Equal(written, read.Write());
        Assert.Equal((3, 2, DayState.Complete), (read.Days[0].Forms, read.Days[0].Counts, read.Days[0].Stood!.State));
        for (int length = 0; length < written.Length; length += 7)
        {
            Assert.Null(PlanDays.TryRead(written.AsSpan(0, length)));
        }
        foreach (string bad in new[] { "{}", "null", """{"Days":null}""", """{"Days":[null]}""", """{"Days":[{"Assignment":0}]}""", """{"Days":[{"Assignment":7,"Forms":-1}]}""" })
        {
            Assert.Null(PlanDays.TryRead(System.Text.Encoding.UTF8.GetBytes(bad)));
        }
    }
}
