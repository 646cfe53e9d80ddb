using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Routing;

/// <summary>Whom a rung calls. Which persons they are is the route's business.</summary>
public enum Receiver : byte
{
    /// <summary>The acute team of the area.</summary>
    Team,
    /// <summary>The coordinator of the municipality; the fallback where there is none.</summary>
    Coordinator,
    /// <summary>The fallback of last resort.</summary>
    Fallback,
    /// <summary>The person who has the case; never written in a ladder.</summary>
    Owner,
    /// <summary>Where a self-test ends, one on each channel; written in its ladder only.</summary>
    Sink,
    /// <summary>The support of the cluster; never written in a ladder.</summary>
    Support,
}

/// <summary>One rung: who is called, and how long they have before the next rung is called.</summary>
/// <param name="To">Receivers; not empty, no Owner.</param>
/// <param name="Wait">Time until the next rung, or until this one is called again when it is the last.</param>
public sealed record Rung(IReadOnlyList<Receiver> To, TimeSpan Wait);

/// <summary>The ladder of one triage.</summary>
/// <param name="Rungs">In the order in which they are called; the last repeats for ever.</param>
/// <param name="RespondBy">Time from taking until the owner must have assessed.</param>
/// <param name="ReviewBy">Time from assessing until the owner must have assessed again or closed, so that no taken case is forgotten.</param>
public sealed record Ladder(IReadOnlyList<Rung> Rungs, TimeSpan RespondBy, TimeSpan ReviewBy)
{
    /// <summary>Everybody whom the rungs 1 to <paramref name="rung"/> call, each with the first rung that names them.</summary>
    public IReadOnlyList<(Receiver To, int Rung)> UpTo(int rung) =>
        [.. Rungs.Take(rung).SelectMany((step, at) => step.To.Select(to => (to, at + 1))).DistinctBy(pair => pair.to)];
}

/// <summary>How the path is tested.</summary>
/// <param name="Ladder">Its ladder, which ends in the sinks.</param>
/// <param name="Every">How often a Red is expected from each self-test gateway.</param>
/// <param name="LateAfter">A test is late from here on, whatever yesterday was like.</param>
/// <param name="AcknowledgeWithin">How long a duty has to acknowledge the daily TEST.</param>
public sealed record SelfTestTimes(Ladder Ladder, TimeSpan Every, TimeSpan LateAfter, TimeSpan AcknowledgeWithin);

/// <summary>Who signed a piece of clinical content, and when.</summary>
/// <param name="By">Name of the office or person.</param>
/// <param name="On">Date.</param>
public sealed record Approval(string By, DateOnly On);

/// <summary>Everything about time and order in the care of a case: <c>firmware-config/topology/ladders.json</c>. Code has no threshold.</summary>
/// <param name="Id">Id of the set of ladders.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Where the figures come from.</param>
/// <param name="Approved">Who signed it; null is shown as "not approved".</param>
/// <param name="Red">Ladder of Red.</param>
/// <param name="Unknown">Ladder of Unknown: missing data.</param>
/// <param name="Yellow">Ladder of Yellow.</param>
/// <param name="UnreadableAlert">The triage that an alert which could not be read is given.</param>
/// <param name="OpenForAllAfter">Time from paging an owner who is late until the ladder opens for all.</param>
/// <param name="SelfTest">Ladder and times of the self-test.</param>
public sealed record Ladders(string Id, string Version, string Source, Approval? Approved, Ladder Red, Ladder Unknown, Ladder Yellow,
    Triage UnreadableAlert, TimeSpan OpenForAllAfter, SelfTestTimes SelfTest)
{
    /// <summary>The ladder of a triage. Green, which opens no case, reads as Yellow, so that the answer is never nothing.</summary>
    public Ladder For(Triage triage) => triage switch { Triage.Red => Red, Triage.Unknown => Unknown, _ => Yellow };
}
