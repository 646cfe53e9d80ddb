using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Boards;

/// <summary>A citizen who is Unknown for want of data before it is a case, in words. Shown, never paged.</summary>
/// <param name="Row">Who, since when and why.</param>
/// <param name="CaseAt">When it becomes a case unless something comes; null where that time has passed and somebody has closed the case, and where the plan is not known.</param>
public sealed record UnknownLine(UnknownRow Row, DateTimeOffset? CaseAt)
{
    /// <summary>Since when.</summary>
    public DateTimeOffset Since => DateTimeOffset.FromUnixTimeMilliseconds(Row.UnknownMs);

    /// <summary>Those of a team, or of all.</summary>
    /// <param name="rows">Everybody who is.</param>
    /// <param name="team">Team; null = all.</param>
    /// <param name="data">Who is responsible where, and the plans.</param>
    /// <param name="now">Time.</param>
    public static IReadOnlyList<UnknownLine> Of(IReadOnlyList<UnknownRow> rows, string? team, HubData data, DateTimeOffset now) =>
    [
        .. rows.Where(row => team is null || string.Equals(Router.Route(data.Topology, row.Area, Triage.Unknown, now).Team, team, StringComparison.Ordinal))
            .Select(row => new UnknownLine(row, CaseOf(row, row.Plan is { } id ? data.Content.Plans.GetValueOrDefault(id) : null, now))),
    ];

    /// <summary>The grace and the time to a case count from the same due time.</summary>
    private static DateTimeOffset? CaseOf(UnknownRow row, Plan? plan, DateTimeOffset now) =>
        plan is not null && Enum.GetValues<MissingReason>().Where(reason => string.Equals(MissingWord.Of(reason), row.Because, StringComparison.Ordinal)).ToArray() is [var because]
            && DateTimeOffset.FromUnixTimeMilliseconds(row.UnknownMs) - plan.Grace + plan.CaseAfterFor(because) is var at && at > now ? at : null;
}
