using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Paging;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>
/// The self-test's own care: closes its cases once their pages have reached the sinks, notices the test that does not come, pages
/// support, and sends each duty its daily TEST. What is expected is rows with due times, so that a restart forgets nothing.
/// </summary>
public sealed class SelfTests(HubStore store, HubData data, CaseWorker worker, HubMetrics metrics)
{
    /// <summary>Findings about a gateway's test: late once, and missed twice in a row.</summary>
    public const string Late = "finding/self-test-late", Missed = "finding/self-test-missed";
    /// <summary>Finding: nobody of a team has acknowledged its daily TEST in time.</summary>
    public const string NotAcknowledged = "finding/test-not-acknowledged";

    private static readonly TimeSpan LookedAtEvery = TimeSpan.FromSeconds(60), KeptFor = TimeSpan.FromDays(3), MediansOf = TimeSpan.FromDays(1);
    private readonly Dictionary<string, (DateOnly Day, TimeSpan Allowed)> allowed = new(StringComparer.Ordinal);
    private DateTimeOffset? lookedAt;

    private SelfTestTimes Times => data.Ladders.SelfTest;

    /// <summary>One round.</summary>
    /// <returns>True when something changed that a board shows.</returns>
    public bool Round(DateTimeOffset now)
    {
        foreach (long id in store.Read(read => read.SelfTestCasesReached()))
        {
            Close(id, now);
        }
        if (lookedAt is null || now - lookedAt >= LookedAtEvery)
        {
            lookedAt = now;
            Look(now);
        }
        bool shown = false;
        foreach (SelfTestDue due in store.Read(read => read.SelfTestDues()))
        {
            (SelfTestState state, SelfTestChange change) = SelfTestRules.Pass(due.State, AllowedOf(due.Gateway, now), Times, now);
            if (change != SelfTestChange.Nothing)
            {
                store.Write(write => Keep(write, due.Gateway, state, change, now));
                shown = true;
            }
        }
        return SendDailyTests(now) | shown;
    }

    private void Close(long id, DateTimeOffset now)
    {
        IReadOnlyList<SelfTestRow> came = store.Write(write =>
        {
            CaseStep step = CaseRules.Step(write.CaseOf(id), new PageReached(), now, data.Ladders);
            if (!step.IsChanged)
            {
                return [];
            }
            worker.Save(write, step, write.AssignmentOfCase(id), null, "", now);
            return write.FinishSelfTests(id);
        });
        foreach (SelfTestRow test in came)
        {
            DateTimeOffset delivered = DateTimeOffset.FromUnixTimeMilliseconds(test.DeliveredMs!.Value);
            TimeSpan may = AllowedOf(test.Gateway, now);
            store.Write(write =>
            {
                SelfTestState before = write.SelfTestDueOf(test.Gateway) ?? SelfTestRules.Begin(Times, now);
                (SelfTestState state, SelfTestChange change) = SelfTestRules.CameThrough(before, test.Took, may, Times, delivered);
                Keep(write, test.Gateway, state, change, now);
            });
        }
    }

    private void Keep(StoreTransaction write, string gateway, SelfTestState state, SelfTestChange change, DateTimeOffset now)
    {
        write.SetSelfTestDue(gateway, state);
        switch (change)
        {
            case SelfTestChange.Recovered:
                write.EndFinding(gateway, Late, null, now);
                write.EndFinding(gateway, Missed, null, now);
                if (write.SelfTestDues().All(test => test.State.Misses < SelfTestRules.PagesSupportAt))
                {
                    write.WithdrawSelfTestPages(Support(write, gateway, now)); // nobody need look any more
                }
                break;
            case SelfTestChange.Missed when state.Misses < SelfTestRules.PagesSupportAt:
                write.Finding(gateway, Late, "", now);
                break;
            case SelfTestChange.MissedAgain:
                write.Finding(gateway, Missed, "", now);
                write.AddPage(0, new PageTo(Receiver.Support, Support(write, gateway, now), 1), PageReason.SelfTestMissed, now);
                break;
        }
        metrics.Count($"telemonitor_hub_self_tests_total{{outcome=\"{CaseWord.Of(change)}\"}}");
    }

    /// <summary>The support of the gateway's cluster; the fallback of last resort where the place is in none: somebody must hear it.</summary>
    private string Support(StoreTransaction write, string gateway, DateTimeOffset now)
    {
        string? area = write.SelfTestGateways(now).FirstOrDefault(test => test.Gateway == gateway)?.Area;
        Care.Routing.Route route = Router.Route(data.Topology, area, Vitals.Readings.Triage.Red, now);
        return data.Topology.Clusters.FirstOrDefault(cluster => cluster.Slug == route.Cluster)?.Support ?? data.Topology.Fallback.Id;
    }

    /// <summary>Each minute: who is expected to test, what the tests took, what is old enough to forget.</summary>
    private void Look(DateTimeOffset now)
    {
        (IReadOnlyList<SelfTestGateway> runs, IReadOnlyList<SelfTestDue> dues, IReadOnlyList<SelfTestRow> came) =
            store.Read(read => (read.SelfTestGateways(now), read.SelfTestDues(), read.SelfTestsSince(now - MediansOf)));
        SelfTestGateway[] begun = [.. runs.Where(test => dues.All(due => due.Gateway != test.Gateway))];
        SelfTestDue[] over = [.. dues.Where(due => runs.All(test => test.Gateway != due.Gateway))];
        if (runs.Count + over.Length > 0)
        {
            store.Write(write =>
            {
                Array.ForEach(begun, test => write.SetSelfTestDue(test.Gateway, SelfTestRules.Begin(Times, now)));
                Array.ForEach(over, due => End(write, due.Gateway, now));
                write.ForgetSelfTests(now - KeptFor);
            });
        }
        Publish(runs, dues, came, now);
    }

    private static void End(StoreTransaction write, string gateway, DateTimeOffset now)
    {
        write.RemoveSelfTestDue(gateway);
        write.EndFinding(gateway, Late, null, now);
        write.EndFinding(gateway, Missed, null, now);
    }

    /// <summary>For a collector: how old the last good test of each kit is, and the median of each hop over a day.</summary>
    private void Publish(IReadOnlyList<SelfTestGateway> runs, IReadOnlyList<SelfTestDue> dues, IReadOnlyList<SelfTestRow> came, DateTimeOffset now)
    {
        foreach (SelfTestGateway test in runs)
        {
            if (dues.FirstOrDefault(due => due.Gateway == test.Gateway)?.State.LastGoodAt is { } good)
            {
                metrics.Set($"telemonitor_hub_self_test_age_seconds{{kit=\"{test.Kit}\"}}", (long)(now - good).TotalSeconds);
            }
        }
        foreach ((string hop, Func<SelfTestRow, long?> took) in Hops)
        {
            TimeSpan[] all = [.. came.Select(took).OfType<long>().Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];
            if (SelfTestRules.Median(all) is { } median)
            {
                metrics.Set($"telemonitor_hub_self_test_hop_milliseconds{{hop=\"{hop}\",quantile=\"0.5\"}}", (long)median.TotalMilliseconds);
            }
        }
    }

    private static readonly IReadOnlyList<(string Hop, Func<SelfTestRow, long?> Took)> Hops =
    [
        ("judged", test => test.JudgedMs - test.MeasuredMs),
        ("sent", test => test.SentMs - test.JudgedMs),
        ("received", test => test.Trusted != 0 ? test.ReceivedMs - test.SentMs : null),
        ("stored", test => test.StoredMs - test.ReceivedMs),
        ("page", test => test.PageMs - test.StoredMs),
        ("delivered", test => test.DeliveredMs - test.PageMs),
        ("all", test => (long)test.Took.TotalMilliseconds),
    ];

    /// <summary>How long a test of this gateway may take today; yesterday is looked at once a day.</summary>
    private TimeSpan AllowedOf(string gateway, DateTimeOffset now)
    {
        TimeZoneInfo zone = data.Topology.Zone;
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        if (!allowed.TryGetValue(gateway, out (DateOnly Day, TimeSpan Allowed) known) || known.Day != today)
        {
            DateTimeOffset end = Midnight(zone, today), start = Midnight(zone, today.AddDays(-1));
            known = (today, SelfTestRules.Allowed(store.Read(read => read.SelfTestTook(gateway, start, end)), Times));
            allowed[gateway] = known;
        }
        return known.Allowed;
    }

    private static DateTimeOffset Midnight(TimeZoneInfo zone, DateOnly day)
    {
        DateTime local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary>Sends the daily TESTs whose time has come, and finds those that nobody has acknowledged.</summary>
    private bool SendDailyTests(DateTimeOffset now)
    {
        IReadOnlyList<(string Team, TimeOnly At)> teams = DailyTestRules.Teams(data.Topology, now);
        (IReadOnlyDictionary<string, (TimeOnly At, DateTimeOffset Due)> dues, IReadOnlyList<DailyTestRow> late) = store.Read(read => (read.DailyTestDues(), read.DailyTestsUnanswered(now)));
        (string Team, TimeOnly At)[] again = [.. teams.Where(team => !dues.TryGetValue(team.Team, out var due) || due.At != team.At || due.Due <= now)];
        if (again.Length + late.Count == 0)
        {
            return false;
        }
        return store.Write(write =>
        {
            foreach ((string team, TimeOnly at) in again)
            {
                if (dues.TryGetValue(team, out (TimeOnly At, DateTimeOffset Due) due) && due.At == at)
                {
                    write.AddDailyTest(team, new PageTo(Receiver.Team, team, 1), now, now + Times.AcknowledgeWithin);
                }
                write.SetDailyTestDue(team, at, DailyTestRules.Next(data.Topology.Zone, at, now));
            }
            foreach (DailyTestRow test in late)
            {
                write.Finding("", NotAcknowledged, test.Team, now);
                write.MarkDailyTestAsked(test.Id);
            }
            return true;
        });
    }

    /// <summary>A person acknowledges a daily TEST.</summary>
    /// <returns>The test as it now stands, or null when there is none of this number for the person's team.</returns>
    public static DailyTestRow? Acknowledge(HubStore store, long id, Person person, DateTimeOffset now) => store.Write(write =>
    {
        if (write.DailyTestOf(id) is not { } test || test.Team != person.Team)
        {
            return null;
        }
        if (write.AcknowledgeDailyTest(id, person.Id, now))
        {
            write.EndFinding("", NotAcknowledged, test.Team, now);
        }
        return write.DailyTestOf(id);
    });
}
