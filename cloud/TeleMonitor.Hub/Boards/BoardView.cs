using Microsoft.AspNetCore.Antiforgery;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Hub.Boards;

/// <summary>What a person had written when an act was refused: shown again, so that nothing is lost.</summary>
/// <param name="Case">Case.</param>
/// <param name="Act">What they wanted to do.</param>
/// <param name="Text">What they wrote.</param>
public sealed record Typed(long Case, Act Act, string Text);

/// <summary>Everything a worklist page shows.</summary>
/// <param name="Words">Words of its language.</param>
/// <param name="Address">Its address.</param>
/// <param name="Me">Who looks; null when nobody is chosen.</param>
/// <param name="Facts">One consistent state of the store.</param>
/// <param name="Token">Goes into every form.</param>
/// <param name="Mark">Mark of what the viewer may see, by which the stream says that it is another.</param>
public sealed record BoardView(BoardWords Words, BoardAddress Address, Person? Me, WorklistFacts Facts, AntiforgeryTokenSet Token, string Mark)
{
    /// <summary>What stands round the page.</summary>
    public required FrameView Frame { get; init; }

    /// <summary>False where the team is one that the viewer does not work for: its pages are not delivered here.</summary>
    public bool IsTheirs { get; init; } = true;

    /// <summary>Where changes are told.</summary>
    public string Events => (IsTheirs ? Address : Address with { Team = null }).Events;

    /// <summary>Why an act was refused; empty when none was.</summary>
    public string Problem { get; init; } = "";

    /// <summary>What was written when it was refused.</summary>
    public Typed? Typed { get; init; }

    /// <summary>What was just done; empty when nothing was.</summary>
    public string Done { get; init; } = "";

    /// <summary>The rows.</summary>
    public IEnumerable<CaseLine> Lines => Facts.Rows.Select(row => new CaseLine(row, Words, Me?.Id));

    /// <summary>The opened case where it is not among the rows: closed, of another team or outside the filter.</summary>
    public CaseLine? OpenedElsewhere => Facts.OpenedCase is { } opened && !Facts.Rows.Contains(opened) ? new CaseLine(opened, Words, Me?.Id) : null;

    /// <summary>Red cases that somebody must take.</summary>
    public int RedFree => Facts.All.Count(@case => @case.Triage == Triage.Red && @case.State == CaseState.Open);

    /// <summary>Title of the page, with the number of red cases without owner.</summary>
    public string Title => RedFree == 0 ? Words["title"] : Words["title-counted", RedFree];

    /// <summary>True when the row's case is opened.</summary>
    public bool IsOpened(CaseLine line) => Facts.OpenedCase?.Case.Id == line.Case.Id;

    /// <summary>What was written into a field before the act was refused.</summary>
    public string Written(CaseLine line, Act act) => Typed is { } typed && typed.Act == act && line.Case.Id == typed.Case.ToString(System.Globalization.CultureInfo.InvariantCulture) ? typed.Text : "";

    /// <summary>How many cases a filter shows.</summary>
    public int Count(BoardFilter filter) => Facts.All.Count(@case => (Address with { Filter = filter }).Shows(@case, Me?.Id));

    /// <summary>True where somebody is Unknown without a case, and the filter leaves Unknown in.</summary>
    public bool ShowsUnknown => Facts.Unknown.Count > 0 && Address.Filter is (BoardFilter.All or BoardFilter.Unknown);

    /// <summary>True when nobody has signed the ladders.</summary>
    public bool LaddersUnapproved => Words.Data.Ladders.Approved is null;
}
