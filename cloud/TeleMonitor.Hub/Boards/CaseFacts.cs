using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

/// <summary>Everything one row of the worklist says.</summary>
/// <param name="Case">The case.</param>
/// <param name="Alert">What its newest alert rests on; null when no alert could be read.</param>
/// <param name="LastEvent">What happened last.</param>
/// <param name="UnreadableFrom">Gateway whose alert could not be read; empty for any other case.</param>
public sealed record CaseFacts(CareCase Case, AlertFacts? Alert, CaseEventRow? LastEvent, string UnreadableFrom)
{
    /// <summary>Reads one case.</summary>
    public static CaseFacts Read(ScopedRead read, CareCase @case, DateTimeOffset now)
    {
        long id = AlertFacts.IdOf(@case);
        string from = @case.Kind == CaseKind.UnreadableAlert && read.EventsOf(id) is [{ Detail: var gateway }, ..] ? gateway : "";
        return new CaseFacts(@case, AlertFacts.Read(read, @case, now), read.NewestEventOf(id), from);
    }
}

/// <summary>Everything an opened case says beside its row.</summary>
/// <param name="Values">Newest usable value per vital.</param>
/// <param name="Events">History, oldest first.</param>
/// <param name="Pages">Pages, oldest first.</param>
/// <param name="Change">What its newest alert has changed; null when no alert could be read.</param>
public sealed record OpenedFacts(IReadOnlyList<ShownValue> Values, IReadOnlyList<CaseEventRow> Events, IReadOnlyList<PageRow> Pages, AlertChange? Change);

/// <summary>What a board shows, as one consistent state of the store.</summary>
/// <param name="All">Open cases of the team, in the order of the worklist.</param>
/// <param name="Rows">The facts of those that are shown.</param>
/// <param name="Opened">Details of the opened case; null when none is opened.</param>
/// <param name="OpenedCase">The opened case, which may be of another team or closed.</param>
/// <param name="Citizens">Citizens with equipment at home.</param>
/// <param name="Test">The team's daily TEST that nobody has acknowledged; null when there is none.</param>
/// <param name="Unknown">Citizens who are Unknown for want of data and have no case of it, the longest first.</param>
public sealed record WorklistFacts(
    IReadOnlyList<CareCase> All, IReadOnlyList<CaseFacts> Rows, OpenedFacts? Opened, CaseFacts? OpenedCase, long Citizens, DailyTestRow? Test, IReadOnlyList<UnknownLine> Unknown)
{
    /// <summary>Most rows of a page.</summary>
    public const int Most = 200;

    /// <summary>Stays of the viewer's citizens whose end is near or past, until somebody has seen to it.</summary>
    public IReadOnlyList<Place> Stays { get; init; } = [];

    /// <summary>Reads what a board shows.</summary>
    public static WorklistFacts Read(ScopedRead read, BoardAddress address, string? person, HubData data, DateTimeOffset now)
    {
        CareCase[] all = [.. read.OpenCases(address.Team).Order(WorklistOrder.Instance)];
        CaseFacts[] rows = [.. all.Where(@case => address.Shows(@case, person)).Take(Most).Select(@case => CaseFacts.Read(read, @case, now))];
        foreach (CaseFacts row in rows)
        {
            read.Listed(row.Case);
        }
        CareCase? opened = address.Case is { } id ? read.CaseOf(id) : null;
        CaseFacts? openedCase = opened is null ? null : rows.FirstOrDefault(row => row.Case.Id == opened.Id) ?? CaseFacts.Read(read, opened, now);
        OpenedFacts? details = openedCase is null ? null
            : new OpenedFacts(AlertFacts.Newest(read, openedCase.Case, openedCase.Alert, now), read.EventsOf(address.Case!.Value), read.PagesOf(address.Case.Value),
                AlertChange.Read(read, address.Case.Value));
        return new WorklistFacts(all, rows, details, openedCase, read.CitizensInCare(), address.Team is { } team ? read.OpenDailyTest(team) : null,
            UnknownLine.Of(read.UnknownWithoutCase(Most), address.Team, data, now)) { Stays = read.StaysThatEnd(Most) };
    }
}
