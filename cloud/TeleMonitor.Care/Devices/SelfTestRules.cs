using TeleMonitor.Care.Routing;

namespace TeleMonitor.Care.Devices;

/// <summary>How the self-test of one gateway stands.</summary>
/// <param name="ExpectedBy">When the next test must have come through.</param>
/// <param name="Misses">Tests in a row that did not come through in time.</param>
/// <param name="LastGoodAt">When one last did; null before the first.</param>
public sealed record SelfTestState(DateTimeOffset ExpectedBy, int Misses = 0, DateTimeOffset? LastGoodAt = null);

/// <summary>What a step of the self-test's state came to.</summary>
public enum SelfTestChange : byte
{
    /// <summary>Nothing is due.</summary>
    Nothing,
    /// <summary>A test came through in time.</summary>
    Good,
    /// <summary>A test came through in time after at least one that had not: the findings are over.</summary>
    Recovered,
    /// <summary>A test came, but late: its miss was counted when it was due.</summary>
    Late,
    /// <summary>A test did not come through in time: a finding.</summary>
    Missed,
    /// <summary>The second in a row: support is paged. Once; further misses are only counted.</summary>
    MissedAgain,
}

/// <summary>When a self-test is late and what follows. Pure.</summary>
public static class SelfTestRules
{
    /// <summary>Misses in a row at which support is paged.</summary>
    public const int PagesSupportAt = 2;

    /// <summary>How long a test may take: twice yesterday's median, at least the data's <c>late_after_minutes</c>.</summary>
    /// <param name="yesterday">How long yesterday's took; may be empty.</param>
    /// <param name="times">Times of the self-test.</param>
    public static TimeSpan Allowed(IReadOnlyCollection<TimeSpan> yesterday, SelfTestTimes times) =>
        Median(yesterday) is { } median && 2 * median > times.LateAfter ? 2 * median : times.LateAfter;

    /// <summary>The middle one, the upper of two; null of none.</summary>
    public static TimeSpan? Median(IReadOnlyCollection<TimeSpan> spans) => spans.Count == 0 ? null : spans.Order().ElementAt(spans.Count / 2);

    /// <summary>The state of a gateway whose tests are expected from now on.</summary>
    public static SelfTestState Begin(SelfTestTimes times, DateTimeOffset now) => new(now + times.Every + times.LateAfter);

    /// <summary>A test has come through.</summary>
    /// <param name="state">State before.</param>
    /// <param name="took">From measured to delivered.</param>
    /// <param name="allowed">How long it may take.</param>
    /// <param name="times">Times of the self-test.</param>
    /// <param name="delivered">When it reached its sink.</param>
    public static (SelfTestState State, SelfTestChange Change) CameThrough(SelfTestState state, TimeSpan took, TimeSpan allowed, SelfTestTimes times, DateTimeOffset delivered)
    {
        if (took > allowed)
        {
            return (state, SelfTestChange.Late);
        }
        // expected from the time at which this one began, so that a slow one does not give the next more time
        DateTimeOffset began = took > TimeSpan.Zero ? delivered - took : delivered;
        return (new SelfTestState(began + times.Every + allowed, 0, delivered), state.Misses > 0 ? SelfTestChange.Recovered : SelfTestChange.Good);
    }

    /// <summary>Time has passed. After an outage of the hub one test counts as missed, however many would have been due.</summary>
    public static (SelfTestState State, SelfTestChange Change) Pass(SelfTestState state, TimeSpan allowed, SelfTestTimes times, DateTimeOffset now)
    {
        if (now < state.ExpectedBy)
        {
            return (state, SelfTestChange.Nothing);
        }
        DateTimeOffset next = state.ExpectedBy + times.Every;
        int misses = state.Misses == int.MaxValue ? state.Misses : state.Misses + 1;
        return (state with { ExpectedBy = next > now ? next : now + times.Every + allowed, Misses = misses },
            misses == PagesSupportAt ? SelfTestChange.MissedAgain : SelfTestChange.Missed);
    }
}

/// <summary>When a duty receives its daily TEST. Pure.</summary>
public static class DailyTestRules
{
    /// <summary>The teams that can be called now, each with the time of day that the authority in force has chosen. A team of several municipalities is tested once.</summary>
    public static IReadOnlyList<(string Team, TimeOnly At)> Teams(Topology topology, DateTimeOffset now)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, topology.Zone).DateTime);
        return [.. (from municipality in topology.Municipalities
                    let period = municipality.Authority.FirstOrDefault(period => period.From <= today && (period.To is null || today < period.To))
                    where period is not null
                    select (municipality.Team, period.TestAt)).DistinctBy(test => test.Team)];
    }

    /// <summary>The next moment after now at which a clock on the wall shows that time. In the night when it is skipped: an hour later.</summary>
    public static DateTimeOffset Next(TimeZoneInfo zone, TimeOnly at, DateTimeOffset now)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        DateTimeOffset next = On(zone, today, at);
        return next > now ? next : On(zone, today.AddDays(1), at);
    }

    private static DateTimeOffset On(TimeZoneInfo zone, DateOnly day, TimeOnly at)
    {
        DateTime local = day.ToDateTime(at);
        local = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
