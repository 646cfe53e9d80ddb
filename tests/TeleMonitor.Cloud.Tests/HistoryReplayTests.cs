using System.CommandLine;
using System.Text.Json;
using TeleMonitor.Cloud.Tests.Ingest;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Cloud.Tests;

/// <summary>"Would this have alerted?" over a real store on a file, and the command as it is typed.</summary>
public sealed class HistoryReplayTests : IDisposable
{
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");
    private readonly TestHub hub = new();
    private readonly DateTimeOffset first;

    /// <summary>Twenty days up to yesterday: calm, a fast pulse on the 6th, nothing on the 11th; and today, which does not count, a Red.</summary>
    public HistoryReplayTests()
    {
        first = hub.Now.AddDays(-20);
        DateTimeOffset now = hub.Now;
        var home = new TestHome(hub);
        for (int day = 0; day <= 20; day++)
        {
            hub.Now = first.AddDays(day);
            if (day != 11)
            {
                Store(home.Measure((Vital.Pulse, day is 6 ? 95 : day is 20 ? 140 : 72), (Vital.Respiration, 16), (Vital.Spo2, 97), (Vital.Temperature, 37), (Vital.Systolic, 125)));
            }
        }
        hub.Now = now;
    }

    public void Dispose() => hub.Dispose();

    [Fact]
    public void A_citizens_history_is_replayed_from_the_store_up_to_yesterday_before_and_after_a_change()
    {
        var replay = new HistoryReplay(hub.Store, TestHub.Citizen);
        Assert.Equal((100L, 0L, 0L), (replay.Readings, replay.Undated, replay.Unreadable));
        ReplayResult before = Run(replay, Settings()), after = Run(replay, Settings(new Limit("pulse", "/min", HighYellow: 95)));
        Assert.Equal((19, 20, 19), (before.Sets, before.Days, before.DaysWithData));
        Assert.Equal([DateOnly.FromDateTime(first.AddDays(11).DateTime)], before.DaysWithout);
        Assert.Empty(before.Alerts);
        ReplayAlert alert = Assert.Single(after.Alerts);
        Assert.Equal((first.AddDays(6), Triage.Yellow, "limit/pulse/high-yellow"), (alert.At, alert.Triage, Assert.Single(alert.Reasons)));
    }

    [Fact]
    public void The_whole_store_gives_each_citizen_what_his_own_history_gives_and_leaves_out_who_is_nobody()
    {
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(9, TestHub.Gateway, "c-nobody", "aabenraa", first, null, Synthetic: true)));
        Store(new TestHome(hub, 9).Measure((Vital.Pulse, 140)), boot: "boot-9");
        Store(new TestHome(hub, 2).Measure((Vital.Pulse, 70)), TestHub.OtherGateway);
        var all = new HistoryReplay(hub.Store, null);
        Assert.Equal([TestHub.Citizen, "c-test-2", "c-test-3"], all.Histories.Select(one => one.History.Citizen));
        Assert.Equal((21 - 1, 1, 0), (all.Histories[0].History.Count, all.Histories[1].History.Count, all.Histories[2].History.Count));
        Assert.Equal(101, all.Readings);
    }

    [Fact]
    public void A_reading_of_no_known_day_is_counted_and_left_out_and_a_corrected_one_stands_on_its_day()
    {
        Item[] items = [.. new TestHome(hub).Measure((Vital.Pulse, 95)).Select(one => one.Item).OfType<ReadingItem>().Select(item => item with { Tick = 77, At = DateTimeOffset.UnixEpoch })];
        BatchContext unset = TestLane.Context with { Boot = "boot-2", Clock = "unset" };
        hub.Store.Write(write => write.AddItem(TestHub.Gateway, unset, "{}", new NewItem(items[0], WireItems.Write(items[0]), null, false), hub.Now));
        Assert.Equal(1, new HistoryReplay(hub.Store, TestHub.Citizen).Undated);

        BatchContext corrected = unset with { Boot = "boot-3" };
        hub.Store.Write(write => write.AddItem(TestHub.Gateway, corrected, "{}", new NewItem(items[0], WireItems.Write(items[0]), first.AddDays(11), false), hub.Now));
        var replay = new HistoryReplay(hub.Store, TestHub.Citizen);
        Assert.Equal(1, replay.Undated);
        Assert.Empty(Run(replay, Settings()).DaysWithout); // the 11th has data now
    }

    [Fact]
    public void An_assignment_that_is_over_is_counted_through_its_last_day()
    {
        hub.Store.Write(write => write.RegisterAssignment(new Assignment(1, TestHub.Gateway, TestHub.Citizen, "aabenraa", first, first.AddDays(15), false)));
        Assert.Equal((16, 15), (Run(new HistoryReplay(hub.Store, TestHub.Citizen), Settings()).Days, Run(new HistoryReplay(hub.Store, TestHub.Citizen), Settings()).Sets));
    }

    /// <summary>The words of README, with this test's files and citizen in place of its own.</summary>
    [Fact]
    public void The_command_of_README_says_what_a_change_would_bring_as_text_and_as_JSON()
    {
        string config = Config(), changed = Write("try.json", """{ "limits": [ { "vital": "pulse", "unit": "/min", "high_yellow": 95 } ] }""");
        string events = Write("events.json", $$"""[ { "citizen": "{{TestHub.Citizen}}", "at": "{{first.AddDays(7):O}}", "label": "admitted" } ]""");

        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(HubData.Find(null)!)!, "cloud", "TeleMonitor.Hub", "README.md"));
        string typed = Assert.Single(readme.Split('\n'), line => line.StartsWith("    telemonitor-hub replay ", StringComparison.Ordinal));
        var own = new Dictionary<string, string> { ["hub.json"] = config, ["try.json"] = changed, ["events.json"] = events, ["c-100068"] = TestHub.Citizen };
        (int code, string text, string complaints) = Type([.. typed.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2..].Select(word => own.GetValueOrDefault(word, word))]);
        Assert.Equal((0, ""), (code, complaints));
        Assert.Contains("100 readings in 20 sets of 1 citizens", text, StringComparison.Ordinal);
        Assert.Contains("before: 0 alerts, 0.00 per citizen and week over 2.9 weeks; 1 events, 1 missed", text, StringComparison.Ordinal);
        Assert.Contains("after: 1 alerts, 0.35 per citizen and week over 2.9 weeks; 1 events, 0 missed, median lead 24.0 h", text, StringComparison.Ordinal);
        Assert.Contains($"19 of 20 days have data; none on {first.AddDays(11):yyyy-MM-dd}", text, StringComparison.Ordinal);
        Assert.Contains($"+ {first.AddDays(6):u} yellow opens: limit/pulse/high-yellow", text, StringComparison.Ordinal);
        Assert.Contains("admitted: 24.0 h before", text, StringComparison.Ordinal);

        (_, string line, _) = Type("--config", config, "--citizen", TestHub.Citizen, "--changed", changed, "--json");
        using var json = JsonDocument.Parse(line);
        Assert.Equal((0, 1), (json.RootElement.GetProperty("before").GetProperty("alerts").GetInt32(), json.RootElement.GetProperty("after").GetProperty("alerts").GetInt32()));
        JsonElement brought = json.RootElement.GetProperty("citizens")[0].GetProperty("new")[0];
        Assert.Equal(("yellow", "opened"), (brought.GetProperty("triage").GetString(), brought.GetProperty("because").GetString()));
    }

    [Fact]
    public void The_command_says_too_little_data_instead_of_a_rate()
    {
        (int code, string text, _) = Type("--config", Config(), "--citizen", "c-test-2");
        Assert.Equal(0, code);
        Assert.Contains("alerts: 0 alerts, too little data; 1 of 1 citizens have too little data (under 14 days)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_with_its_place_all_at_once()
    {
        string settings = Write("wrong.json", """{ "scale": 4 }""");
        (int code, _, string complaints) = Type("--config", Config(), "--settings", settings, "--changed", "no-such.json", "--events", Write("wrong-events.json", "[ null ]"), "--zone", "Mars/Olympus", "--within", "-1");
        Assert.Equal(1, code);
        foreach (string expected in new[] { "wrong.json: scale must be 1 or 2", "no-such.json: cannot be read", "wrong-events.json: [0] must have", "--zone Mars/Olympus", "--within must be above 0" })
        {
            Assert.Contains(expected, complaints, StringComparison.Ordinal);
        }
        Assert.Contains("--citizen c-none: no assignment", Type("--config", Config(), "--citizen", "c-none").Complaints, StringComparison.Ordinal);
    }

    private (int Code, string Text, string Complaints) Type(params string[] words)
    {
        using StringWriter output = new(), complaints = new();
        var root = new RootCommand { ReplayCommand.Create(new HubNow(hub)) };
        int code = root.Parse(["replay", .. words]).Invoke(new InvocationConfiguration { Output = output, Error = complaints });
        return (code, output.ToString(), complaints.ToString());
    }

    private sealed class HubNow(TestHub hub) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => hub.Now;
    }

    private string Config() => Write("hub.json", JsonSerializer.Serialize(new
    {
        store = hub.StoreFile, brokers = new[] { "mqtts://localhost:8884" }, ca = "ca.crt", certificate = "hub.crt", key = "hub.key", listen = "http://127.0.0.1:8080", firmware_config = HubData.Find(null),
    }));

    private string Write(string name, string text)
    {
        string file = Path.Combine(Path.GetDirectoryName(hub.StoreFile)!, name);
        File.WriteAllText(file, text);
        return file;
    }

    private ReplaySettings Settings(params Limit[] limits) =>
        new(new AssessmentRules { Charts = [.. hub.Data.Charts.Values.Where(chart => chart.Id is "tobs")], Required = VitalMask.Of([Vital.Pulse]), Limits = limits });

    private ReplayResult Run(HistoryReplay replay, ReplaySettings settings) => Assert.Single(replay.Run(settings, hub.Now, Copenhagen, [], TimeSpan.FromDays(3)));

    private void Store(IReadOnlyList<LaneItem> items, string gateway = TestHub.Gateway, string boot = "boot-1") => hub.Store.Write(write =>
    {
        foreach (Item item in items.Where(one => one.Lane is WireWord.ReadingLane).Select(one => one.Item))
        {
            Assert.NotNull(write.AddItem(gateway, TestLane.Context with { Boot = boot }, "{}", new NewItem(item, WireItems.Write(item), null, false), hub.Now));
        }
    });
}
