using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;

namespace TeleMonitor.Care.Paging;

/// <summary>Why somebody is paged now.</summary>
public enum PageReason : byte
{
    /// <summary>Nobody is paged: the step calls nobody.</summary>
    None,
    /// <summary>A new case.</summary>
    FirstPage,
    /// <summary>Nobody took it in time; the next rung.</summary>
    NobodyTook,
    /// <summary>Nobody took it in time; the last rung again.</summary>
    RepeatLastRung,
    /// <summary>The triage rose.</summary>
    HigherTriage,
    /// <summary>A reason came that was not there when it was taken.</summary>
    NewReason,
    /// <summary>The citizen asks for help again.</summary>
    AskedAgain,
    /// <summary>The owner has not assessed in time.</summary>
    RespondByPassed,
    /// <summary>The owner still has not: everybody is asked.</summary>
    LadderForAll,
    /// <summary>Support: two self-tests in a row have not come through.</summary>
    SelfTestMissed,
    /// <summary>The daily TEST that a duty acknowledges.</summary>
    Test,
    /// <summary>Support: a gateway or a sensor keeps a citizen from being measured.</summary>
    DeviceNeeded,
}

/// <summary>The channels that pages go out on.</summary>
public static class PageChannel
{
    /// <summary>An open board of the receiver's team.</summary>
    public const string Board = "board";

    /// <summary>All of them: a self-test sends a page on each.</summary>
    public static IReadOnlyList<string> All { get; } = [Board];

    /// <summary>The receiver at which a self-test on this channel ends; nobody's name can be this, since teams and people are slugs of a file.</summary>
    public static string Sink(string channel) => "sink/" + channel;
}

/// <summary>One receiver of a page.</summary>
/// <param name="Kind">What the receiver is.</param>
/// <param name="Receiver">Id of the team, coordinator, fallback or person.</param>
/// <param name="Rung">The rung that names this receiver, from 1; for the owner the rung of the case.</param>
public sealed record PageTo(Receiver Kind, string Receiver, int Rung);

/// <summary>Whom to page now and when to look again. A page is a row; sending it is Notify's work.</summary>
/// <param name="Pages">Distinct receivers; empty exactly when <paramref name="Reason"/> is None.</param>
/// <param name="Reason">Why.</param>
/// <param name="NextDue">When the case must be stepped again: never null for a case that is not closed.</param>
public sealed record PageDecision(IReadOnlyList<PageTo> Pages, PageReason Reason, DateTimeOffset? NextDue);

/// <summary>Decides whom one step of a case calls. Pure; sends nothing.</summary>
public static class PagingRules
{
    /// <summary>Turns what a step did into pages.</summary>
    /// <param name="step">The step just made; what it did decides, so that nothing is paged twice for one step.</param>
    /// <param name="ladders">The ladders that the step was made with.</param>
    /// <param name="route">The route for the area of the case now; asked anew at every step.</param>
    public static PageDecision Decide(CaseStep step, Ladders ladders, Route route)
    {
        PageReason reason = ReasonOf(step.Change);
        return step.Case is not { } @case || reason == PageReason.None
            ? new PageDecision([], PageReason.None, step.Case?.DueAt)
            : new PageDecision(Resolve(Called(@case, reason, CaseRules.LadderOf(@case, ladders)), @case, route), reason, @case.DueAt);
    }

    private static PageReason ReasonOf(CaseChange change) => change switch
    {
        CaseChange.Opened => PageReason.FirstPage,
        CaseChange.RungClimbed => PageReason.NobodyTook,
        CaseChange.LastRungRepeated => PageReason.RepeatLastRung,
        // from "was" to "is" the triage rises for whoever took it, whatever its colour
        CaseChange.MovedToHigherLadder or CaseChange.ReopenedHigherTriage or CaseChange.ReopenedIsNow => PageReason.HigherTriage,
        CaseChange.ReopenedNewReason => PageReason.NewReason,
        CaseChange.ReopenedThirdRepeat or CaseChange.ReopenedAfterAssessed => PageReason.AskedAgain,
        CaseChange.RespondByPassed => PageReason.RespondByPassed,
        CaseChange.LadderOpenedForAll => PageReason.LadderForAll,
        _ => PageReason.None,
    };

    private static IEnumerable<(Receiver To, int Rung)> Called(CareCase @case, PageReason reason, Ladder ladder)
    {
        (Receiver, int)[] owner = @case.Owner is null ? [] : [(Receiver.Owner, @case.Rung)];
        return reason switch
        {
            PageReason.NobodyTook or PageReason.RepeatLastRung => ladder.Rungs[@case.Rung - 1].To.Select(to => (to, @case.Rung)),
            PageReason.RespondByPassed => owner,
            // news: everybody hears it whom the ladder has called so far, and the owner first
            _ => owner.Concat(ladder.UpTo(@case.Rung)),
        };
    }

    private static PageTo[] Resolve(IEnumerable<(Receiver To, int Rung)> called, CareCase @case, Route route) =>
        [.. called.SelectMany(call => call.To == Receiver.Sink ? Sinks(call.Rung) : [ToPage(call.To, call.Rung, @case, route)]).DistinctBy(page => page.Receiver)];

    private static IEnumerable<PageTo> Sinks(int rung) => PageChannel.All.Select(channel => new PageTo(Receiver.Sink, PageChannel.Sink(channel), rung));

    private static PageTo ToPage(Receiver to, int rung, CareCase @case, Route route) => to switch
    {
        Receiver.Owner => new PageTo(to, @case.Owner!, rung),
        Receiver.Team when route.Team != route.Fallback => new PageTo(to, route.Team, rung),
        Receiver.Coordinator when route.Coordinator is { } coordinator => new PageTo(to, coordinator, rung),
        // a receiver that the area does not have is replaced, never skipped
        _ => new PageTo(Receiver.Fallback, route.Fallback, rung),
    };
}
