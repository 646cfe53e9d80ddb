using TeleMonitor.Care.Routing;

namespace TeleMonitor.Care.Devices;

/// <summary>Something of the system's own that says nothing although it should.</summary>
/// <param name="Code">Code of the finding.</param>
/// <param name="Detail">Which one: a receiver, a team. Never a citizen.</param>
/// <param name="Since">Since when.</param>
public sealed record SilentPart(string Code, string Detail, DateTimeOffset Since);

/// <summary>Pages of one receiver that no channel could deliver.</summary>
/// <param name="Receiver">Team, coordinator, fallback or person.</param>
/// <param name="OldestAt">When the oldest of them was decided.</param>
public sealed record Undelivered(string Receiver, DateTimeOffset OldestAt);

/// <summary>What is seen of the system's own parts at one moment.</summary>
/// <param name="UpSince">When this hub started: nothing of its own can have been silent for longer.</param>
/// <param name="WorkerAt">When the case worker last went through a round; null before the first.</param>
/// <param name="Undelivered">Pages that wait, per receiver.</param>
/// <param name="Standing">Findings, as code and detail, that stand already: one is over when the part is heard, not because a hub started anew.</param>
public sealed record PartsSeen(DateTimeOffset UpSince, DateTimeOffset? WorkerAt, IReadOnlyList<Undelivered> Undelivered, IReadOnlySet<(string Code, string Detail)> Standing);

/// <summary>The silence of case worker, notifiers and duty lists (design.md rule 9). Pure; the hub keeps the findings open that stand here.</summary>
public static class PartRules
{
    /// <summary>The case worker has nothing done for <see cref="WorkerAllowed"/>, although it looks every second.</summary>
    public const string WorkerSilent = "finding/case-worker-silent";
    /// <summary>A page has waited for <see cref="DeliveryAllowed"/>: no channel reaches its receiver.</summary>
    public const string NotifierSilent = "finding/page-not-delivered";
    /// <summary>Nobody at all stands on the list of a team that can be called.</summary>
    public const string DutyListEmpty = "finding/duty-list-empty";

    /// <summary>Sixty of the worker's rounds.</summary>
    public static readonly TimeSpan WorkerAllowed = TimeSpan.FromSeconds(60);
    /// <summary>As long as the shortest rung: by then the ladder has gone on, and the channel is what is wrong.</summary>
    public static readonly TimeSpan DeliveryAllowed = TimeSpan.FromMinutes(5);

    /// <summary>Every part that is silent now. What is not named is not.</summary>
    public static IReadOnlyList<SilentPart> Silent(PartsSeen seen, Topology topology, People people, DateTimeOffset now)
    {
        List<SilentPart> silent = [];
        DateTimeOffset worked = Later(seen.WorkerAt ?? seen.UpSince, seen.UpSince);
        if (now - worked >= WorkerAllowed || (seen.WorkerAt is null && seen.Standing.Contains((WorkerSilent, ""))))
        {
            silent.Add(new SilentPart(WorkerSilent, "", worked));
        }
        // a page that lay through an outage gets its time anew: boards and phones come back after the hub
        silent.AddRange(from pages in seen.Undelivered
                        let since = Later(pages.OldestAt, seen.UpSince)
                        where now - since >= DeliveryAllowed || seen.Standing.Contains((NotifierSilent, pages.Receiver))
                        select new SilentPart(NotifierSilent, pages.Receiver, since));
        silent.AddRange(topology.Teams.Select(team => team.Id).Append(topology.Fallback.Id)
            .Where(list => people.All.All(person => person.Team != list)).Select(list => new SilentPart(DutyListEmpty, list, seen.UpSince)));
        return silent;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
