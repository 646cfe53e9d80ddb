using System.Globalization;
using System.Text;
using TeleMonitor.Care.Cases;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>A citizen with a plan who sends nothing, over the real store: Unknown at the stated minute, a case at its time, and who is called.</summary>
public sealed class PlanWatchTests : IDisposable
{
    private const string Area = "aabenraa";
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private readonly TestHub hub = new();
    private SilenceWatch watch;
    private bool online = true;
    private int connection, outboxes;

    public PlanWatchTests() => watch = new SilenceWatch(hub.Store, hub.Data, hub.Now);

    public void Dispose() => hub.Dispose();

    /// <summary>Saturday, the Sunday of the change and Monday, in both weeks; each reason.</summary>
    public static TheoryData<string, string> DaysAndReasons
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string day in new[] { "2027-03-27", "2027-03-28", "2027-03-29", "2027-10-30", "2027-10-31", "2027-11-01" })
            {
                foreach (MissingReason reason in Enum.GetValues<MissingReason>())
                {
                    data.Add(day, MissingWord.Of(reason));
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DaysAndReasons))]
    public void Who_sends_nothing_is_Unknown_at_the_stated_minute_with_the_reason_and_the_right_receiver(string day, string reason)
    {
        online = reason is not "missing/not-heard";
        Follow("copd-intensive", At(day, "00:00"));
        if (reason is "missing/sensor")
        {
            hub.Store.Write(write => write.Finding(TestHub.Gateway, "finding/sensor/ble-oximeter.0001", "health failing, why link", hub.Now));
        }
        Pass(At(day, "10:00").AddMinutes(-1));
        Assert.Null(State.UnknownSince);
        Pass(At(day, "10:00"));
        Assert.Equal((At(day, "10:00"), reason), (State.UnknownSince, MissingWord.Of(State.Because!.Value)));
        bool support = reason is not "missing/not-measured";
        Assert.Equal(support ? [reason is "missing/sensor" ? PlanWatch.NeededSensor : PlanWatch.NeededNotHeard] : [], Needed());
        Assert.Equal(support ? ["device-needed"] : [], SupportPages());
        Assert.Null(Case);

        // nurses: at case_after, and of a broken sensor when support has had its time
        DateTimeOffset called = At(day, "08:00").AddHours(reason is "missing/sensor" ? 24 : 4);
        Pass(called.AddMinutes(-1));
        Assert.Null(Case);
        Pass(called);
        Assert.Equal((Triage.Unknown, CaseState.Open, AlertOrigin.Hub), (Case!.Triage, Case.State, Case.LastAlertOrigin));
        Assert.Equal([reason], Case.Reasons);
        Assert.Equal(["akut-" + Area], hub.Store.Read(read => read.PagesOf(long.Parse(Case.Id, CultureInfo.InvariantCulture))).Select(page => page.Receiver));
        Assert.Equal(support ? 1 : 0, SupportPages().Length);
    }

    [Fact]
    public void A_complete_set_with_its_answers_keeps_everybody_quiet_and_is_stored_like_readings()
    {
        Follow("copd-intensive", At("2027-03-27", "00:00"));
        Pass(At("2027-03-27", "08:10"));
        Measure();
        Answer("dyspnoea=no cough=no sputum=no");
        Pass(At("2027-03-27", "12:01"));
        Assert.Null(State.UnknownSince);
        Assert.Null(Case);
        Assert.Equal(["answer/copd-daily/cough", "answer/copd-daily/dyspnoea", "answer/copd-daily/sputum"],
            hub.Store.Read(read => read.Readings(1)).Select(Read).OfType<ReadingItem>().Where(item => item.Kind == WireWord.Answer).Select(item => item.Code).Order(StringComparer.Ordinal));
        Assert.Equal(0, hub.Counts.Quarantined);
    }

    [Fact]
    public void A_set_without_its_answers_is_no_complete_set()
    {
        Follow("copd-intensive", At("2027-03-27", "00:00"));
        Pass(At("2027-03-27", "08:10"));
        Measure();
        Answer("dyspnoea=yes cough=no sputum=no"); // the inhaler is not answered
        Pass(At("2027-03-27", "10:00"));
        Assert.NotNull(State.UnknownSince);
        Answer("inhaler=no", 9000);
        Pass(hub.Now); // looked at as soon as it comes, not at the next due time
        Assert.Null(State.UnknownSince);
    }

    [Fact]
    public void What_comes_late_ends_Unknown_at_once_and_the_case_says_that_it_is_over_and_stays_until_a_person_closes_it()
    {
        Follow("heart-failure", At("2027-03-27", "00:00"));
        Pass(At("2027-03-28", "13:00")); // 28 hours after 08:00, over the spring night
        CareCase opened = Case!;
        Assert.Equal(CaseState.Open, opened.State);
        Measure();
        Pass(hub.Now);
        Assert.Null(State.UnknownSince);
        Assert.Equal((CaseState.Open, hub.Now), (Case!.State, Case.ClearedAt));
        Assert.Empty(Needed());
    }

    [Fact]
    public void Each_further_occasion_joins_the_open_case_and_after_it_was_closed_opens_another()
    {
        Follow("copd-intensive", At("2027-03-27", "00:00"));
        Pass(At("2027-03-28", "00:00"));
        Assert.Equal(1, Case!.Joined);
        Care.Routing.Person nurse = hub.Data.People.All[0];
        long id = long.Parse(Case.Id, CultureInfo.InvariantCulture);
        hub.Worker.Act(id, new Take(nurse.Id), nurse, null, "", hub.Now);
        hub.Worker.Act(id, new Close(nurse.Id, "called"), nurse, null, "called", hub.Now);
        Assert.Null(Case);
        Pass(At("2027-03-28", "11:59"));
        Assert.Null(Case);
        Pass(At("2027-03-28", "12:00"));
        Assert.Equal(0, Case!.Joined);
    }

    [Fact]
    public void In_a_planned_absence_nobody_is_called_and_its_end_needs_nobody()
    {
        Follow("copd-intensive", At("2027-03-27", "00:00"), pauses: [new PlanPause(At("2027-03-27", "00:00"), At("2027-03-28", "12:00"), "holiday", "nurse-7")]);
        Pass(At("2027-03-28", "21:59"));
        Assert.Null(State.UnknownSince);
        Pass(At("2027-03-28", "22:00"));
        Assert.Equal(At("2027-03-28", "22:00"), State.UnknownSince);
    }

    [Fact]
    public void A_hub_that_was_away_calls_nobody_before_it_knows_again()
    {
        Follow("copd-intensive", At("2027-03-27", "00:00"));
        online = false;
        hub.Now = At("2027-03-27", "10:30");
        watch = new SilenceWatch(hub.Store, hub.Data, hub.Now);
        Settle();
        Assert.Equal(At("2027-03-27", "10:00"), State.UnknownSince); // true whatever the reason
        Assert.Empty(SupportPages());
        Pass(hub.Now.AddMinutes(2));
        Assert.Empty(SupportPages());
        Pass(hub.Now.AddMinutes(3));
        Assert.Single(SupportPages());
    }

    [Fact]
    public void When_the_device_is_well_again_the_finding_is_over_and_a_page_nobody_was_shown_is_taken_back()
    {
        online = false;
        Follow("heart-failure", At("2027-03-27", "00:00"));
        Pass(At("2027-03-27", "12:10"));
        Assert.Equal([PlanWatch.NeededNotHeard], Needed());
        online = true;
        Measure();
        Pass(hub.Now.AddMinutes(1));
        Assert.Empty(Needed());
        Assert.Equal(StoreTransaction.Withdrawn, hub.Store.Read(read => read.PagesTo(Support, hub.Now.AddDays(-1))).Single().Channel);
    }

    [Fact]
    public void A_gateway_that_is_heard_again_is_no_longer_why_and_the_citizen_is_the_nurses_matter()
    {
        online = false;
        Follow("copd-intensive", At("2027-03-27", "00:00"));
        Pass(At("2027-03-27", "10:05"));
        Assert.Equal([PlanWatch.NeededNotHeard], Needed());
        online = true;
        Pass(At("2027-03-27", "12:00"));
        Assert.Empty(Needed());
        Assert.Equal(["missing/not-measured"], Case!.Reasons);
    }

    [Fact]
    public void A_gateway_whose_clock_is_ahead_meets_no_occasion_before_it_has_opened()
    {
        Follow("heart-failure", At("2027-03-27", "00:00"));
        Pass(At("2027-03-27", "00:30"));
        Measure(clockAhead: TimeSpan.FromHours(9));
        Pass(At("2027-03-27", "12:00"));
        Assert.NotNull(State.UnknownSince);
    }

    [Fact]
    public void A_later_plan_takes_over_when_it_begins_and_an_ended_loan_asks_nothing()
    {
        Follow("copd-intensive", At("2027-03-27", "00:00"));
        Follow("heart-failure", At("2027-03-27", "09:00"));
        Pass(At("2027-03-28", "11:59"));
        Assert.Null(State.UnknownSince); // 08:00 was over before its grace was; the next of the new plan is a day later
        Pass(At("2027-03-28", "12:00"));
        Assert.NotNull(State.UnknownSince);
        hub.Store.Write(write => write.EndLoan(1, hub.Now));
        hub.Store.Write(write => write.LookAtPlan(1, hub.Now));
        Pass(hub.Now);
        Assert.Equal((null, null), (State.UnknownSince, hub.Store.Read(read => read.PlanWatchOf(1))!.Due));
    }

    [Fact]
    public void A_restart_between_any_two_minutes_changes_nothing()
    {
        Follow("copd-intensive", At("2027-10-31", "00:00"));
        Pass(At("2027-10-31", "11:00"));
        using HubStore again = HubStore.Open(hub.StoreFile, hub.Now);
        hub.Now = At("2027-10-31", "12:00");
        hub.Store.Write(write => write.Presence(TestHub.Gateway, "online", "boot-1", ++connection, hub.Now));
        new CaseWorker(again, hub.Data).Work(hub.Now);
        Assert.Equal(["missing/not-measured"], Case!.Reasons);
    }

    [Theory]
    [InlineData("copd-intensive", "2026-11-2", "Europe/Copenhagen", "")]
    [InlineData("copd-intensive", "2025-1", "Europe/Copenhagen", "assignment 1: plan copd-intensive 2025-1 is not one of")]
    [InlineData("copd", "2026-11-1", "Europe/Copenhagen", "assignment 1: plan copd 2026-11-1 is not one of")]
    [InlineData("copd-intensive", "2026-11-2", "Europe/Aabenraa", "zone 'Europe/Aabenraa' is not known")]
    public void A_plan_that_is_not_there_is_refused_when_it_is_registered(string plan, string version, string zone, string expected)
    {
        string problem = string.Join('\n', Register(plan, version, At("2027-03-27", "00:00"), zone, []));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, problem.Length == 0);
    }

    [Fact]
    public void What_a_citizen_follows_from_a_time_is_never_rewritten_and_the_same_file_again_changes_nothing()
    {
        DateTimeOffset from = At("2027-03-27", "00:00");
        Assert.Empty(Register("copd-intensive", "2026-11-2", from, "Europe/Copenhagen", []));
        Assert.Empty(Register("copd-intensive", "2026-11-2", from, "Europe/Copenhagen", []));
        Assert.Contains("another plan begins at another time", Assert.Single(Register("heart-failure", "2026-11-1", from, "Europe/Copenhagen", [])), StringComparison.Ordinal);
        Assert.Single(hub.Store.Read(read => read.PlansOf(1)));
    }

    [Fact]
    public void What_was_measured_before_the_plan_was_registered_counts()
    {
        hub.Now = At("2027-03-27", "08:30");
        Measure();
        hub.Now = At("2027-03-27", "09:00");
        Follow("heart-failure", At("2027-03-27", "00:00"));
        Pass(At("2027-03-27", "12:00"));
        Assert.Null(State.UnknownSince);
    }

    private AdherenceState State => hub.Store.Read(read => read.PlanWatchOf(1))!.State;

    private CareCase? Case => hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.MissingData));

    private string Support => hub.Data.Topology.Clusters.Single(cluster => cluster.Slug == hub.Data.Topology.Municipalities.Single(place => place.Slug == Area).Cluster).Support;

    private string[] Needed() => [.. hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 99)).Select(row => row.Code).Where(code => code is PlanWatch.NeededNotHeard or PlanWatch.NeededSensor)];

    private string[] SupportPages() => [.. hub.Store.Read(read => read.PagesTo(Support, hub.Now.AddDays(-2))).Select(page => page.Reason)];

    private void Follow(string plan, DateTimeOffset from, IReadOnlyList<PlanPause>? pauses = null)
    {
        hub.Now = hub.Now > from ? hub.Now : from;
        Assert.Empty(Register(plan, hub.Data.Content.Plans[plan].Version, from, "Europe/Copenhagen", pauses ?? []));
        watch.Round(hub.Now, hub.Now, hub.Now);
    }

    private IReadOnlyList<string> Register(string plan, string version, DateTimeOffset from, string zone, IReadOnlyList<PlanPause> pauses)
    {
        string away = string.Join(',', pauses.Select(pause => $$"""{"from":"{{pause.From:O}}","to":"{{pause.To:O}}","reason":"{{pause.Reason}}","owner":"{{pause.Owner}}"}"""));
        Assignment known = hub.Store.Read(read => read.AssignmentOf(1))!;
        string json = $$"""
            {"gateways":[{"gateway":"{{TestHub.Gateway}}","kit":"kit-0001","assignments":[{"assignment":1,"citizen":"{{TestHub.Citizen}}","area":"{{Area}}","from":"{{known.From:O}}","to":null,
              "plan":{"id":"{{plan}}","version":"{{version}}","from":"{{from:O}}","zone":"{{zone}}","pauses":[{{away}}]} }]}]}
            """;
        return RegisterFile.TryRead(Encoding.UTF8.GetBytes(json), "r.json", out IReadOnlyList<string> problems) is { } file ? file.Apply(hub.Store, hub.Now, hub.Data.Content) : problems;
    }

    /// <summary>Lets time pass to a minute: with a jump where nothing is near, so that the last ten minutes are proved and heard.</summary>
    private void Pass(DateTimeOffset until)
    {
        while (hub.Now < until)
        {
            TimeSpan left = until - hub.Now;
            hub.Now += left > TimeSpan.FromMinutes(11) ? left - TimeSpan.FromMinutes(10) : left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1);
            if (online)
            {
                hub.Store.Write(write => write.Presence(TestHub.Gateway, "online", "boot-1", ++connection, hub.Now));
            }
            watch.Round(hub.Now, hub.Now, hub.Now);
            if (left <= TimeSpan.FromMinutes(11))
            {
                Settle();
            }
        }
        Settle();
    }

    private void Settle()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing more is owed at this time
        }
    }

    private void Measure(TimeSpan clockAhead = default)
    {
        DateTimeOffset at = hub.Now + clockAhead;
        (Vital, double)[] values = [(Vital.Pulse, 72), (Vital.Spo2, 97), (Vital.Systolic, 130), (Vital.Weight, 80)];
        Send([.. values.Select((value, index) => new ReadingItem
        {
            Kind = WireWord.Reading, Tick = 1000 + index + (outboxes * 10), Code = VitalCode.Of(value.Item1).Code, Assignment = 1, At = at, Value = value.Item2,
            Unit = VitalCode.Of(value.Item1).Unit, Sensor = "manual", Grade = "good", Reasons = [], Set = $"s{outboxes}",
        })]);
    }

    private void Answer(string answers, long tick = 5000)
    {
        Questionnaire copd = hub.Data.Content.Questionnaires["copd-daily"];
        Send([.. answers.Split(' ').Select((pair, index) => copd.Item(copd.Find(pair.Split('=')[0])!, pair.Split('=')[1], 1, tick + index, hub.Now, "s1"))]);
    }

    private void Send(Item[] items) => hub.Take(new TestLane(WireWord.ReadingLane, outbox: $"{++outboxes:x16}").Add(items).PackAll());

    private static Item? Read(byte[] bytes) => WireItems.TryRead(bytes, out Item? item, out _) ? item : null;

    private static DateTimeOffset At(string day, string time) => Schedule.InstantOf(
        DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture).ToDateTime(TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture)), Copenhagen);
}
