using System.Text;
using TeleMonitor.Benchmarks;
using TeleMonitor.Gateway;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Store;
using TeleMonitor.Rig;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;
using Place = TeleMonitor.Benchmarks.Place;

namespace TeleMonitor.Load;

/// <summary>A million stored readings replayed under the settings that hold and under a changed limit, from opening the store on.</summary>
internal static class ReplayLoad
{
    private const int Citizens = 100, Rounds = 5, RowsACommit = 40;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 7, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Copenhagen = TimeZoneInfo.FindSystemTimeZoneById("Europe/Copenhagen");

    public static IReadOnlyList<Figure> Run(int readings)
    {
        string folder = Place.Folder("load-replay");
        try
        {
            string file = Path.Combine(folder, "hub.db");
            DateTimeOffset now = Fill(file, readings);
            return Measure(file, readings, now);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IReadOnlyList<Figure> Measure(string file, int readings, DateTimeOffset now)
    {
        Chart[] charts = [.. Place.Firmware().Charts.Values.OrderBy(chart => chart.Id, StringComparer.Ordinal)];
        var holding = new ReplaySettings(AssessmentRules.Of(charts, null, null) with
        {
            // what these homes measure; nobody asks them how awake they are
            Required = VitalMask.Of([Vital.Pulse, Vital.Respiration, Vital.Spo2, Vital.Temperature, Vital.Systolic]),
            Limits = [new Limit("spo2", "%", LowRed: 88, LowYellow: 91), new Limit("pulse", "/min", HighYellow: 110)],
        });
        ReplaySettings changed = holding with { Rules = holding.Rules with { Limits = [new Limit("spo2", "%", LowRed: 88, LowYellow: 92), new Limit("pulse", "/min", HighYellow: 105)] } };
        var times = new List<double>();
        var processor = new List<double>();
        (double reading, string said) = (0, "");
        for (int round = 0; round < Rounds; round++)
        {
            (long began, TimeSpan used) = (Site.Time.GetTimestamp(), Environment.CpuUsage.TotalTime);
            using HubStore store = HubStore.Open(file, now);
            var replay = new HistoryReplay(store, null);
            reading = Site.Time.GetElapsedTime(began).TotalSeconds;
            ReplaySum before = new(replay.Run(holding, now, Copenhagen, [], TimeSpan.FromDays(3))), after = new(replay.Run(changed, now, Copenhagen, [], TimeSpan.FromDays(3)));
            times.Add(Site.Time.GetElapsedTime(began).TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
            if (replay.Readings < readings || before.Alerts == 0 || before.Alerts == after.Alerts)
            {
                throw new RigException($"{replay.Readings} of {readings} readings, {before.Alerts} and {after.Alerts} alerts: this measures nothing");
            }
            said = $"{replay.Readings:#,0} readings in {before.Sets:#,0} sets of {before.Citizens} citizens; {before.Alerts:#,0} alerts before, {after.Alerts:#,0} after";
        }
        string all = string.Join(", ", times.Select(time => Figure.Number(time))), cpu = string.Join(", ", processor.Select(time => Figure.Number(time)));
        return
        [
            new Figure("replay of 1 million stored readings, before and after a changed limit, SQLite included", Figure.Percentile(times, 0.5), "s", new Budget(2),
                "a reading: row from SQLite 0.9 us + its JSON 0.6 us + into its set 0.2 us, over two readers; a set judged twice by charts and limits 2 × 0.6 us ≈ 1 s",
                $"median of {Rounds}: {all} s, the first with compilation; processor time, which a busy machine stretches less: {cpu} s; of the last {Figure.Number(reading)} s is opening and reading, a reader for each processor; {said}; file {new FileInfo(file).Length >> 20} MiB"),
        ];
    }

    /// <summary>What homes would have sent: the production rules make the items; two sets a day each citizen, side by side as they come in.</summary>
    private static DateTimeOffset Fill(string file, int readings)
    {
        FirmwareConfig firmware = Place.Firmware();
        using HubStore store = HubStore.Open(file, Start);
        PreparedHome[] homes = [.. Enumerable.Range(1, Citizens).Select(number => new PreparedHome(firmware, number, number))];
        store.Write(write =>
        {
            for (int number = 1; number <= Citizens; number++)
            {
                write.RegisterGateway(Gateway(number), $"kit-{number:0000}", Start);
                write.RegisterAssignment(new Assignment(number, Gateway(number), $"c-{number:0000}", "aabenraa", Start, null, false));
            }
        });
        string versions = Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(homes[0].Context.Versions));
        DateTimeOffset now = Start;
        for (int stored = 0; stored < readings;)
        {
            stored += store.Write(write => Enumerable.Range(0, RowsACommit).Sum(row => homes.Index().Sum(home => Row(write, home.Item, home.Index + 1, versions, now.AddHours(12 * row)))));
            now = now.AddHours(12 * RowsACommit);
        }
        return now.AddDays(1);
    }

    private static int Row(StoreTransaction write, PreparedHome home, int number, string versions, DateTimeOffset at)
    {
        int readings = 0;
        foreach ((string _, Item made) in home.Judge().Where(item => item.Lane is WireWord.ReadingLane))
        {
            Item item = made with { At = at };
            write.AddItem(Gateway(number), home.Context, versions, new NewItem(item, WireItems.Write(item), null, false), at);
            readings += item is ReadingItem { Grade: not "unusable" } ? 1 : 0;
        }
        return readings;
    }

    private static string Gateway(int number) => $"gw-load-{number:0000}";
}
