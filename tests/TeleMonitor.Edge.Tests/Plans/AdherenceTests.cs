using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Edge.Tests.Plans;

/// <summary>A citizen with a plan who sends nothing: to the minute, with the reason, to whom it concerns.</summary>
public sealed class AdherenceTests
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private static readonly Plan Daily = ScheduleTests.Plan(new PlanPhase(0, null, [new TimeOnly(8, 0), new TimeOnly(20, 0)], null));

    public static TheoryData<string, MissingReason> WeeksAndReasons
    {
        get
        {
            var data = new TheoryData<string, MissingReason>();
            foreach (string week in new[] { "2026-03-26", "2026-06-10", "2026-10-22", "2027-03-25", "2027-10-28" }) // each summer-time week begins three days before its night
            {
                foreach (MissingReason reason in Enum.GetValues<MissingReason>())
                {
                    data.Add(week, reason);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WeeksAndReasons))]
    public void Who_sends_nothing_is_Unknown_when_the_grace_ends_and_a_case_at_its_time_on_every_day_of_the_week(string week, MissingReason reason)
    {
        HomeEvidence evidence = reason switch
        {
            MissingReason.NotHeard => new HomeEvidence(GatewayHeard.No, []),
            MissingReason.Sensor => new HomeEvidence(GatewayHeard.Yes, [Vital.Spo2]),
            _ => HomeEvidence.Well,
        };
        for (int day = 0; day < 7; day++)
        {
            DateOnly date = Date(week).AddDays(day);
            var home = new Home(Daily, Instant(date, "00:00"), evidence);
            home.RunTo(Instant(date.AddDays(2), "07:59"));
            DateTimeOffset due = Instant(date, "08:00");
            Assert.Equal((due + TimeSpan.FromHours(2), reason, MissingWord.First(reason)), home.Said(AdherenceEffectKind.BecameUnknown).Select(said => (said.At, said.Effect.Reason!.Value, said.Effect.To)).Single());
            Assert.Equal(due + TimeSpan.FromHours(reason == MissingReason.Sensor ? 24 : 4), home.Said(AdherenceEffectKind.OpenCase)[0].At); // a broken sensor is support's for 20 h more
            Assert.All(home.Said(AdherenceEffectKind.OpenCase), said => Assert.Equal((MissingReceiver.Nurses, reason), (said.Effect.To, said.Effect.Reason)));
            Assert.Equal(reason == MissingReason.NotMeasured ? [] : [(due + TimeSpan.FromHours(2), MissingReceiver.Support)], home.Said(AdherenceEffectKind.TellSupport).Select(said => (said.At, said.Effect.To)));
        }
    }

    [Fact]
    public void The_three_reasons_have_three_words_and_two_first_receivers()
    {
        Assert.Equal(["missing/not-measured", "missing/not-heard", "missing/sensor"], Enum.GetValues<MissingReason>().Select(MissingWord.Of));
        Assert.Equal([MissingReceiver.Nurses, MissingReceiver.Support, MissingReceiver.Support], Enum.GetValues<MissingReason>().Select(MissingWord.First));
    }

    [Fact]
    public void A_complete_set_in_the_window_says_nothing_and_half_a_set_is_none()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"));
        home.Measure("2026-06-10", "06:00", Vital.Pulse, Vital.Spo2); // the minute it opens
        home.RunTo(Instant("2026-06-10", "19:59"));
        Assert.Empty(home.All);
        home.Measure("2026-06-10", "20:30", Vital.Pulse);
        home.RunTo(Instant("2026-06-10", "22:00"));
        Assert.Equal(Instant("2026-06-10", "22:00"), home.Said(AdherenceEffectKind.BecameUnknown).Single().At);
        Assert.Equal([Vital.Spo2], Adherence.View(home.InForce, home.Taken, home.Now).Lacking);
    }

    [Fact]
    public void A_set_from_before_the_window_opened_is_not_the_one_that_is_asked_for()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"));
        home.Measure("2026-06-10", "05:59", Vital.Pulse, Vital.Spo2);
        home.RunTo(Instant("2026-06-10", "10:00"));
        Assert.Single(home.Said(AdherenceEffectKind.BecameUnknown));
    }

    [Fact]
    public void A_late_set_ends_it_and_the_next_occasion_counts_anew()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"));
        home.RunTo(Instant("2026-06-10", "15:00"));
        Assert.Equal(Instant("2026-06-10", "10:00"), home.State.UnknownSince);
        home.Measure("2026-06-10", "15:00", Vital.Pulse, Vital.Spo2);
        home.RunTo(Instant("2026-06-10", "15:00"));
        Assert.Equal((AdherenceEffectKind.Over, (DateTimeOffset?)null), (home.All[^1].Effect.Kind, home.State.UnknownSince));
        home.RunTo(Instant("2026-06-11", "00:00"));
        Assert.Equal([Instant("2026-06-10", "10:00"), Instant("2026-06-10", "22:00")], home.Said(AdherenceEffectKind.BecameUnknown).Select(said => said.At));
        Assert.Equal([Instant("2026-06-10", "12:00"), Instant("2026-06-11", "00:00")], home.Said(AdherenceEffectKind.OpenCase).Select(said => said.At));
    }

    [Fact]
    public void Each_further_occasion_without_a_set_asks_for_a_person_again_and_Unknown_began_with_the_first()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"));
        home.RunTo(Instant("2026-06-13", "00:00"));
        Assert.Equal(Instant("2026-06-10", "10:00"), home.State.UnknownSince);
        Assert.Equal(6, home.Said(AdherenceEffectKind.OpenCase).Count);
        Assert.Single(home.Said(AdherenceEffectKind.BecameUnknown));
    }

    [Fact]
    public void The_citizen_is_reminded_at_the_due_time_and_an_hour_later_and_not_after_a_set()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"));
        home.RunTo(Instant("2026-06-10", "19:59"));
        Assert.Equal([Instant("2026-06-10", "08:00"), Instant("2026-06-10", "09:00")], home.Said(AdherenceEffectKind.Remind).Select(said => said.At));
        home.Measure("2026-06-10", "20:10", Vital.Pulse, Vital.Spo2);
        home.RunTo(Instant("2026-06-11", "07:00"));
        Assert.Equal(Instant("2026-06-10", "20:00"), home.Said(AdherenceEffectKind.Remind)[^1].At);
        Assert.Equal(3, home.Said(AdherenceEffectKind.Remind).Count);
    }

    [Fact]
    public void A_gateway_that_comes_back_without_a_set_is_a_citizen_who_has_not_measured()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"), new HomeEvidence(GatewayHeard.No, []));
        home.RunTo(Instant("2026-06-10", "11:00"));
        home.Evidence = HomeEvidence.Well;
        home.RunTo(Instant("2026-06-10", "12:00"));
        Assert.Equal((MissingReason.NotMeasured, Instant("2026-06-10", "12:00")), (home.State.Because, home.Said(AdherenceEffectKind.OpenCase).Single().At));
        Assert.Equal(MissingReason.NotMeasured, home.Said(AdherenceEffectKind.OpenCase).Single().Effect.Reason);
    }

    [Fact]
    public void A_broken_sensor_whose_vital_has_come_is_no_reason()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"), new HomeEvidence(GatewayHeard.Yes, [Vital.Spo2, Vital.Weight]));
        home.Measure("2026-06-10", "08:10", Vital.Spo2);
        home.RunTo(Instant("2026-06-10", "12:00"));
        Assert.Equal(MissingReason.NotMeasured, home.State.Because);
        Assert.Empty(home.Said(AdherenceEffectKind.TellSupport));
    }

    [Fact]
    public void While_nobody_vouches_for_the_way_the_citizen_is_Unknown_but_nobody_is_called_and_an_hour_of_it_is_enough()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00"), new HomeEvidence(GatewayHeard.Unproved, []));
        home.RunTo(Instant("2026-06-10", "10:59"));
        Assert.Equal((Instant("2026-06-10", "10:00"), MissingReason.NotHeard), (home.State.UnknownSince, home.State.Because));
        Assert.Empty(home.Said(AdherenceEffectKind.TellSupport));
        home.RunTo(Instant("2026-06-10", "11:00"));
        Assert.Single(home.Said(AdherenceEffectKind.TellSupport));
        home.Now = Instant("2026-06-11", "07:00"); // the hub was away: what came due meanwhile is one case, not two
        home.Look();
        Assert.Single(home.Said(AdherenceEffectKind.OpenCase));
    }

    [Fact]
    public void In_a_planned_absence_nothing_is_asked_and_its_end_needs_nobody()
    {
        DateTimeOffset begin = Instant("2026-06-10", "00:00");
        var home = new Home(Daily, begin) { Pauses = [new PlanPause(Instant("2026-06-10", "07:00"), Instant("2026-06-12", "00:00"), "holiday", "nurse-7")] };
        home.RunTo(Instant("2026-06-12", "07:59"));
        Assert.Empty(home.All);
        home.RunTo(Instant("2026-06-12", "10:00"));
        Assert.Equal(Instant("2026-06-12", "10:00"), home.Said(AdherenceEffectKind.BecameUnknown).Single().At);
    }

    [Fact]
    public void A_plan_that_a_person_ends_is_over_at_once()
    {
        var home = new Home(Daily, Instant("2026-06-10", "00:00")) { To = Instant("2026-06-10", "11:00") };
        home.RunTo(Instant("2026-06-10", "10:59"));
        Assert.NotNull(home.State.UnknownSince);
        home.RunTo(Instant("2026-06-20", "00:00"));
        Assert.Equal((AdherenceEffectKind.Over, Instant("2026-06-10", "11:00")), (home.All[^1].Effect.Kind, home.All[^1].At));
        Assert.Empty(home.Said(AdherenceEffectKind.OpenCase));
        Assert.Null(home.Next);
    }

    [Fact]
    public void Questions_belong_to_a_complete_set_with_the_branches_that_the_answers_open()
    {
        Questionnaire copd = Shipped.Config.Content.Questionnaires["copd-daily"];
        var inForce = new PlanInForce(Daily, new PlanCourse(Instant("2026-06-10", "00:00"), null, Copenhagen, []), copd);
        DateTimeOffset at = Instant("2026-06-10", "08:00");
        Taken taken = Taken.Nothing.With("8867-4", at).With("59408-5", at);
        Assert.Null(taken.CompleteSince(inForce));
        foreach (string question in new[] { "cough", "sputum" })
        {
            taken = taken.With(AnswerCode.Of("copd-daily", question), at.AddMinutes(2), "no");
        }
        Assert.Equal(at, taken.With("answer/copd-daily/dyspnoea", at.AddMinutes(1), "no").CompleteSince(inForce));
        taken = taken.With("answer/copd-daily/dyspnoea", at.AddMinutes(1), "yes");
        Assert.Null(taken.CompleteSince(inForce)); // the inhaler has not been asked about
        Assert.Equal(at, taken.With("answer/copd-daily/inhaler", at.AddMinutes(1), "no").CompleteSince(inForce));
        Assert.Same(taken, taken.With("8867-4", at.AddDays(-1))); // what comes late out of a backlog is not newer
    }

    /// <summary>Whatever was measured and whenever it is looked: never Green by silence, never Unknown too early, and the looks that are asked for are enough.</summary>
    [Fact]
    public void At_every_minute_Unknown_is_exactly_that_an_occasion_is_overdue_without_a_set()
    {
        Gen<(int Day, int[] Sets)> cases = from day in Gen.Choose(0, 730)
                                          from sets in Gen.ArrayOf(Gen.Choose(0, 4 * 1440), 5)
                                          select (day, sets);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(cases.ToArbitrary(), one =>
        {
            DateTimeOffset begin = Instant(Date("2026-01-01").AddDays(one.Day), "00:00");
            var home = new Home(Daily, begin);
            DateTimeOffset[] sets = [.. one.Sets.Order().Select(minute => begin.AddMinutes(minute))];
            for (int minute = 0; minute < 4 * 1440; minute += 7)
            {
                DateTimeOffset now = begin.AddMinutes(minute);
                foreach (DateTimeOffset set in sets.Where(set => set <= now && set > now.AddMinutes(-7)))
                {
                    home.Measure(set, Vital.Pulse, Vital.Spo2);
                }
                home.RunTo(now);
                Occasion[] opened = [.. Schedule.Between(Daily, home.InForce.Course, begin, now.AddHours(2)).Where(occasion => occasion.Opens <= now)];
                bool missing = opened.Any(occasion => occasion.UnknownAt <= now && !sets.Any(set => set <= now && set >= occasion.Opens));
                if (missing != home.State.UnknownSince is not null)
                {
                    return false;
                }
            }
            return true;
        }));
    }

    private static DateOnly Date(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(DateOnly day, string time) => Schedule.InstantOf(day.ToDateTime(TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture)), Copenhagen);

    private static DateTimeOffset Instant(string day, string time) => Instant(Date(day), time);

    /// <summary>Looks exactly when it was asked to, and whenever something was measured.</summary>
    private sealed class Home
    {
        private readonly Plan plan;
        private readonly DateTimeOffset begin;

        public Home(Plan plan, DateTimeOffset begin, HomeEvidence? evidence = null) =>
            (this.plan, this.begin, Now, Next, Evidence) = (plan, begin, begin, begin, evidence ?? HomeEvidence.Well);

        public IReadOnlyList<PlanPause> Pauses { get; init; } = [];
        public DateTimeOffset? To { get; init; }
        public HomeEvidence Evidence { get; set; }
        public DateTimeOffset Now { get; set; }
        public DateTimeOffset? Next { get; private set; }
        public AdherenceState State { get; private set; } = AdherenceState.Nothing;
        public Taken Taken { get; private set; } = Taken.Nothing;
        public List<(DateTimeOffset At, AdherenceEffect Effect)> All { get; } = [];
        public PlanInForce InForce => new(plan, new PlanCourse(begin, To, Copenhagen, Pauses), null);

        public List<(DateTimeOffset At, AdherenceEffect Effect)> Said(AdherenceEffectKind kind) => [.. All.Where(said => said.Effect.Kind == kind)];

        public void Measure(string day, string time, params Vital[] vitals) => Measure(Instant(day, time), vitals);

        public void Measure(DateTimeOffset at, params Vital[] vitals)
        {
            RunTo(at);
            Taken = vitals.Aggregate(Taken, (taken, vital) => taken.With(VitalCode.Of(vital).Code, at));
            Now = at;
            Look();
        }

        public void RunTo(DateTimeOffset end)
        {
            while (Next is { } next && next <= end)
            {
                Now = next;
                Look();
            }
            Now = end;
        }

        public void Look()
        {
            AdherenceStep step = Adherence.Look(State, InForce, Taken, Evidence, Now);
            Assert.True(step.NextLook is null || step.NextLook > Now);
            All.AddRange(step.Effects.Select(effect => (Now, effect)));
            (State, Next) = (step.State, step.NextLook);
        }
    }
}
