using Microsoft.Data.Sqlite;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Ingest;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests.Ingest;

/// <summary>What came long after it was measured: history that somebody must know of, said once.</summary>
public sealed class LateDataTests : IDisposable
{
    private readonly TestHub hub = new();

    public void Dispose() => hub.Dispose();

    private static readonly (Vital, double)[] Red = [(Vital.Pulse, 135), (Vital.Respiration, 16)];

    private static Item[] Of(IReadOnlyList<LaneItem> items, string lane) => [.. items.Where(item => item.Lane == lane).Select(item => item.Item)];

    /// <summary>A batch that was sent now by the gateway's clock.</summary>
    private Ingested Send(string lane, IReadOnlyList<Item> items, string outbox = "0123456789abcdef", DateTimeOffset? sent = null, BatchContext? context = null)
    {
        BatchContext made = context ?? TestLane.Context;
        ReadOnlyMemory<byte>[] bytes = [.. items.Select(item => (ReadOnlyMemory<byte>)WireItems.Write(item))];
        var head = new BatchHead(outbox, lane, 1, Chain.Zero, sent ?? hub.Now, made);
        return hub.Take(new IncomingBatch(TestHub.Gateway, lane, Batch.Write(head, bytes), BatchProperties.Of(head, bytes).ToUserProperties()));
    }

    private void Settle()
    {
        while (hub.Worker.Work(hub.Now) > 0)
        {
            // until nothing more is owed at this time
        }
    }

    private CareCase Case => hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.Clinical))!;

    private int Pages => hub.Store.Read(read => read.PagesOf(long.Parse(Case.Id))).Count;

    [Theory]
    [InlineData(15, "synchronised", false)]
    [InlineData(15.1, "synchronised", true)]
    [InlineData(600, "holdover", true)]
    [InlineData(600, "unset", false)] // a clock that was never set tells nothing
    public void A_value_is_late_by_the_two_times_of_the_gateways_one_clock(double minutes, string clock, bool late) =>
        Assert.Equal(late, LateRule.IsLate(hub.Now, hub.Now.AddMinutes(minutes), LateRule.IsSet(TestLane.Context with { Clock = clock })));

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_hub_whose_clock_is_an_hour_off_calls_nothing_late_that_is_not(int hours)
    {
        Item[] alerts = Of(new TestHome(hub).Measure(Red), WireWord.AlertLane);
        DateTimeOffset measured = hub.Now;
        hub.Now = hub.Now.AddHours(hours);
        Send(WireWord.AlertLane, alerts, sent: measured.AddSeconds(2));
        Settle();
        Assert.False(Case.Late);
    }

    [Fact]
    public void A_Red_of_the_night_that_comes_in_the_morning_opens_a_case_that_says_when_it_was()
    {
        DateTimeOffset night = hub.Now = new DateTimeOffset(2026, 11, 22, 2, 10, 0, TimeSpan.Zero); // 03:10 in Denmark
        Item[] alerts = Of(new TestHome(hub).Measure(Red), WireWord.AlertLane);
        hub.Now = night.AddHours(6);
        Ingested taken = Send(WireWord.AlertLane, alerts);
        Settle();
        Assert.Equal((Triage.Red, true, night), (Case.Triage, Case.Late, Case.LateAt));
        Assert.Equal(1, taken.Counts["telemonitor_hub_late_items_total"]);
        Assert.Equal(1, Pages);
    }

    [Fact]
    public void Ninety_days_of_Red_repeats_in_one_go_are_one_case_one_page_and_one_line_of_history()
    {
        DateTimeOffset back = hub.Now;
        hub.Now = back.AddDays(-90);
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(1, TestHub.Gateway, TestHub.Citizen, "aabenraa", hub.Now.AddDays(-1), null, false)));
        DateTimeOffset first = hub.Now;
        var alerts = new List<Item>();
        AlertItem red = (AlertItem)Of(new TestHome(hub).Measure(Red), WireWord.AlertLane).Single();
        for (int half = 0; half < 90 * 48; half++)
        {
            alerts.Add(red with { Tick = red.Tick + half, At = red.At.AddMinutes(30 * half), Because = half == 0 ? "became-red" : "still-red" });
        }
        hub.Now = back;
        int part = 0;
        foreach (Item[] batch in alerts.Chunk(100))
        {
            Send(WireWord.AlertLane, batch, outbox: $"{++part:x16}");
        }
        Settle();
        Assert.Equal((4320, 1, 1), ((int)hub.Counts.Alerts, (int)hub.Counts.Cases, Pages));
        Assert.Equal((true, first, 1L), (Case.Late, Case.LateAt, Case.Version));
        Assert.Single(hub.Store.Read(read => read.EventsOf(long.Parse(Case.Id))));
        Assert.Equal(4320, Linked());
    }

    [Fact]
    public void A_late_Red_with_later_Green_evidence_still_needs_a_human()
    {
        var home = new TestHome(hub);
        DateTimeOffset now = hub.Now;
        hub.Now = now.AddHours(-6);
        List<Item> alerts = [.. Of(home.Measure(Red), WireWord.AlertLane)];
        hub.Now = now.AddHours(-5);
        AlertItem red = (AlertItem)alerts.Single();
        alerts.Add(red with { Kind = WireWord.Cleared, Tick = red.Tick + 1, At = hub.Now, Triage = "green", Reasons = [], Because = "cleared", Inputs = [], Scores = [] });
        hub.Now = now;
        Send(WireWord.AlertLane, alerts);
        Settle();
        Assert.Equal((CaseState.Open, Triage.Red, true), (Case.State, Case.Triage, Case.ClearedAt is not null));
        Assert.True(Case.DueAt > hub.Now);
    }

    [Fact]
    public void A_case_that_was_taken_for_the_past_opens_again_when_it_is_so_now_and_says_past_no_longer()
    {
        var home = new TestHome(hub);
        DateTimeOffset now = hub.Now;
        hub.Now = now.AddHours(-6);
        AlertItem red = (AlertItem)Of(home.Measure(Red), WireWord.AlertLane).Single();
        hub.Now = now;
        Send(WireWord.AlertLane, [red]);
        Settle();
        Person nurse = hub.Data.People.All[0];
        hub.Worker.Act(long.Parse(Case.Id), new Take(nurse.Id), nurse, null, "", hub.Now);

        Send(WireWord.AlertLane, [red with { Tick = red.Tick + 1, At = now.AddHours(-5) }], outbox: "00000000000000aa");
        Settle();
        Assert.Equal(CaseState.Taken, Case.State); // the past again: nothing new
        Send(WireWord.AlertLane, [red with { Tick = red.Tick + 2, At = now, Because = "still-red" }], outbox: "00000000000000bb");
        Settle();
        Assert.Equal((CaseState.Open, false, 3), (Case.State, Case.Late, Pages)); // once more: the owner and the team
        Assert.Equal("reopened-is-now", hub.Store.Read(read => read.EventsOf(long.Parse(Case.Id)))[^1].Change);
        hub.Worker.Act(long.Parse(Case.Id), new Take(nurse.Id), nurse, null, "", hub.Now);
        Send(WireWord.AlertLane, [red with { Tick = red.Tick + 3, At = now.AddMinutes(30), Because = "still-red" }], outbox: "00000000000000cc");
        Settle();
        Assert.Equal(CaseState.Taken, Case.State);
    }

    [Fact]
    public void A_late_Red_in_a_case_that_is_Yellow_now_raises_it_and_a_late_Yellow_in_a_Red_one_changes_nothing()
    {
        var home = new TestHome(hub);
        DateTimeOffset now = hub.Now;
        Send(WireWord.AlertLane, Of(home.Measure((Vital.Pulse, 112), (Vital.Respiration, 16)), WireWord.AlertLane));
        Settle();
        Assert.Equal((Triage.Yellow, false), (Case.Triage, Case.Late));
        hub.Now = now.AddHours(-3);
        AlertItem red = (AlertItem)Of(home.Measure(Red), WireWord.AlertLane).Single();
        hub.Now = now;
        Send(WireWord.AlertLane, [red], outbox: "00000000000000aa");
        Settle();
        Assert.Equal((Triage.Red, true, now.AddHours(-3)), (Case.Triage, Case.Late, Case.LateAt));
    }

    [Theory]
    [InlineData("became-red", 6 * 3600, true)] // a sensor hands over what it had stored
    [InlineData("became-red", 900, false)] // the window of a set
    [InlineData("still-red", 6 * 3600, false)] // a Red that stands is about now, whatever it began with
    public void An_alert_about_what_a_sensor_had_stored_is_late_by_the_age_of_its_values(string because, long age, bool late)
    {
        AlertItem red = (AlertItem)Of(new TestHome(hub).Measure(Red), WireWord.AlertLane).Single();
        Send(WireWord.AlertLane, [red with { Because = because, Inputs = [.. red.Inputs.Select(input => input with { AgeSeconds = age })] }]);
        Settle();
        Assert.Equal((late, late ? hub.Now.AddSeconds(-age) : null), (Case.Late, Case.LateAt));
    }

    [Fact]
    public void A_late_alert_of_a_clock_that_was_never_set_names_no_time()
    {
        AlertItem red = (AlertItem)Of(new TestHome(hub).Measure(Red), WireWord.AlertLane).Single();
        Send(WireWord.AlertLane, [red with { At = DateTimeOffset.UnixEpoch, Inputs = [.. red.Inputs.Select(input => input with { AgeSeconds = 7200 })] }], context: TestLane.Context with { Clock = "unset" });
        Settle();
        Assert.Equal((true, null), (Case.Late, Case.LateAt));
    }

    [Fact]
    public void An_alert_whose_times_are_nonsense_still_brings_somebody_to_call()
    {
        AlertItem red = (AlertItem)Of(new TestHome(hub).Measure(Red), WireWord.AlertLane).Single();
        const long years = 150L * 365 * 86400;
        Send(WireWord.AlertLane, [red with { At = DateTimeOffset.MinValue, Inputs = [.. red.Inputs.Select(input => input with { AgeSeconds = years })] }]);
        Settle();
        Assert.Equal((Triage.Red, true, null), (Case.Triage, Case.Late, Case.LateAt));
        Send(WireWord.AlertLane, [red with { Tick = 5, Inputs = [.. red.Inputs.Select(input => input with { AgeSeconds = long.MinValue })] }], outbox: "00000000000000aa");
        Settle();
        Assert.NotNull(hub.Store.Read(read => read.OpenCaseOf(TestHub.Citizen, CaseKind.UnreadableAlert)));
    }

    [Fact]
    public void A_corrected_time_stands_beside_the_written_one_whichever_comes_first()
    {
        BatchContext unset = TestLane.Context with { Clock = "unset" };
        ReadingItem Pulse(long tick) => new()
        {
            Kind = WireWord.Reading, Tick = tick, Code = "8867-4", Assignment = 1, At = DateTimeOffset.UnixEpoch.AddSeconds(tick), Value = 72, Unit = "/min", Sensor = "manual", Grade = "good",
        };
        double offset = (hub.Now - DateTimeOffset.UnixEpoch).TotalSeconds;
        var corrected = new TimeCorrectedItem
        {
            Kind = WireWord.TimeCorrected, Tick = 50, Code = WireWord.CorrectedTime, Assignment = 1, At = hub.Now, FromTick = 1, ToTick = 40, OffsetSeconds = offset, Source = "ntp",
        };
        Send(WireWord.ReadingLane, [Pulse(1), Pulse(45)], context: unset);
        Ingested taken = Send(WireWord.ReadingLane, [corrected], outbox: "00000000000000aa", context: unset);
        Send(WireWord.ReadingLane, [Pulse(2)], outbox: "00000000000000bb", context: unset);
        Assert.Equal((1, 1), (taken.Counts["telemonitor_hub_time_corrections_total"], taken.Counts["telemonitor_hub_time_corrected_items_total"]));
        var rows = hub.Store.Read(read => read.NewestItemsOf(1, 10)).ToDictionary(row => row.AtMs, row => row.CorrectedMs);
        Assert.Equal(hub.Now.AddSeconds(1).ToUnixTimeMilliseconds(), rows[1000]);
        Assert.Equal(hub.Now.AddSeconds(2).ToUnixTimeMilliseconds(), rows[2000]);
        Assert.Null(rows[45000]); // after the corrected ticks
    }

    [Fact]
    public void A_correction_of_very_many_items_goes_on_in_pieces_and_a_later_one_of_the_same_ticks_stands()
    {
        const int many = 2 * StoreTransaction.CorrectedTogether + 100;
        hub.Store.Write(write =>
        {
            for (int tick = 1; tick <= many; tick++)
            {
                var item = new FindingItem { Kind = WireWord.Finding, Tick = tick, Code = "finding/x", Assignment = 1, At = DateTimeOffset.UnixEpoch };
                write.AddItem(TestHub.Gateway, TestLane.Context, "{}", new NewItem(item, new byte[] { 1 }, null, false), hub.Now);
            }
        });
        Ingested Correct(long tick, long to, double offset) => Send(WireWord.ReadingLane, [new TimeCorrectedItem
        {
            Kind = WireWord.TimeCorrected, Tick = tick, Code = WireWord.CorrectedTime, Assignment = 1, At = hub.Now, FromTick = 1, ToTick = to, OffsetSeconds = offset, Source = "receipt",
        }], outbox: $"{tick:x16}");
        Assert.Equal(StoreTransaction.CorrectedTogether, Correct(900_001, many, 100).Counts["telemonitor_hub_time_corrected_items_total"]);
        Correct(900_002, many - 50, 200); // known better, while the first is still at work
        Settle();
        Assert.Equal([(100_000L, 50L), (200_000L, (long)many - 50)], Corrected());
    }

    private List<(long Offset, long Items)> Corrected()
    {
        using var connection = new SqliteConnection($"Data Source={hub.StoreFile};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select at_corrected_ms, count(*) from item where kind = 'finding' group by 1 order by 1";
        using SqliteDataReader rows = command.ExecuteReader();
        var found = new List<(long, long)>();
        while (rows.Read())
        {
            found.Add((rows.GetInt64(0), rows.GetInt64(1)));
        }
        return found;
    }

    [Fact]
    public void A_correction_that_gives_no_time_corrects_nothing_and_stops_no_lane()
    {
        var far = new TimeCorrectedItem
        {
            Kind = WireWord.TimeCorrected, Tick = 50, Code = WireWord.CorrectedTime, Assignment = 1, At = hub.Now, FromTick = 0, ToTick = 900, OffsetSeconds = -6e9, Source = "ntp",
        };
        var first = new FindingItem { Kind = WireWord.Finding, Tick = 60, Code = "finding/x", Assignment = 0, At = DateTimeOffset.MinValue };
        Ingested taken = Send(WireWord.ReadingLane, [far, first]);
        Assert.Equal((IngestOutcome.Stored, 2), (taken.Outcome, taken.Items));
    }

    [Fact]
    public void A_finding_of_a_gateway_ends_when_it_says_so()
    {
        FindingItem Say(long tick, bool? over, string detail) => new()
        {
            Kind = WireWord.Finding, Tick = tick, Code = "finding/clock-unset", Assignment = 0, At = hub.Now, Over = over, Detail = new Dictionary<string, string> { ["source"] = detail },
        };
        Send(WireWord.StatusLane, [Say(1, null, "none")]);
        Assert.Single(hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 9)));
        Send(WireWord.StatusLane, [Say(2, true, "ntp")], outbox: "00000000000000aa"); // it ends with other words than it began with
        Assert.Empty(hub.Store.Read(read => read.OpenFindings(TestHub.Gateway, 9)));
        Assert.Single(hub.Store.Read(read => read.Findings()));
    }

    private long Linked()
    {
        using var connection = new SqliteConnection($"Data Source={hub.StoreFile};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select count(*) from alert where care_case = 1 and late = 1";
        return (long)command.ExecuteScalar()!;
    }
}
