using TeleMonitor.Care.Devices;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>
/// Notices silence: of gateways by their due times on the clock of silence, of the hub's own parts by what is seen of them. One bounded
/// round a second; it writes only when something has changed. All it must remember stands in the store, so that a restart neither forgets
/// a silence nor finds it again.
/// </summary>
public sealed class SilenceWatch
{
    /// <summary>Most findings that open in one round.</summary>
    public const int Most = 1000;
    private static readonly TimeSpan KeptEvery = TimeSpan.FromSeconds(10), PartsEvery = TimeSpan.FromSeconds(5);

    private readonly HubStore store;
    private readonly HubData data;
    private readonly DateTimeOffset upSince;
    private readonly TimeSpan? longest;
    private TimeSpan kept;
    private DateTimeOffset? partsAt;

    /// <summary>Goes on from what the store has kept.</summary>
    /// <param name="store">Store.</param>
    /// <param name="data">Teams and people.</param>
    /// <param name="now">When this hub started.</param>
    /// <param name="keepAlive">How long an idle broker is left unasked, and then again how long its answer may take; null: 30 s.</param>
    public SilenceWatch(HubStore store, HubData data, DateTimeOffset now, TimeSpan? keepAlive = null)
    {
        (this.store, this.data, upSince, longest) = (store, data, now, keepAlive * 2);
        Clock = new SilenceClock(kept = store.Read(read => read.ProvedTime()));
    }

    /// <summary>The clock of silence now.</summary>
    public SilenceClock Clock { get; private set; }

    /// <summary>One round.</summary>
    /// <param name="answeredAt">When a broker last sent anything; null while none is connected or nothing can be stored.</param>
    /// <param name="workerAt">When the case worker last went through; null before the first round.</param>
    /// <param name="now">Time.</param>
    /// <returns>How many findings opened or were closed.</returns>
    public int Round(DateTimeOffset? answeredAt, DateTimeOffset? workerAt, DateTimeOffset now)
    {
        Clock = Clock.Advance(answeredAt, longest);
        int changed = 0;
        if (Clock.Proved - kept >= KeptEvery || store.Read(read => read.SilenceIsDue(Clock.Proved)))
        {
            (int opened, int closed) = store.Write(write =>
            {
                write.SetProvedTime(Clock.Proved);
                return write.StepSilence(Clock.Proved, now, Most);
            });
            (kept, changed) = (Clock.Proved, opened + closed);
        }
        return changed + Parts(workerAt, now);
    }

    private int Parts(DateTimeOffset? workerAt, DateTimeOffset now)
    {
        if (partsAt is { } last && now - last < PartsEvery)
        {
            return 0;
        }
        partsAt = now;
        (IReadOnlyList<Undelivered> waiting, Care.Routing.People people, HashSet<(string Code, string Detail)> stands) = store.Read(read => (read.UndeliveredPages(), read.Staff(now),
            read.OpenFindings("", int.MaxValue).Where(row => Own.Contains(row.Code)).Select(row => (row.Code, row.Detail)).ToHashSet()));
        IReadOnlyList<SilentPart> silent = PartRules.Silent(new PartsSeen(upSince, workerAt, waiting, stands), data.Topology, people, now);
        SilentPart[] fresh = [.. silent.Where(part => !stands.Contains((part.Code, part.Detail)))];
        (string Code, string Detail)[] over = [.. stands.Except(silent.Select(part => (part.Code, part.Detail)))];
        if (fresh.Length + over.Length > 0)
        {
            store.Write(write =>
            {
                Array.ForEach(fresh, part => write.Finding("", part.Code, part.Detail, now));
                Array.ForEach(over, part => write.EndFinding("", part.Code, part.Detail, now));
            });
        }
        return fresh.Length + over.Length;
    }

    private static readonly string[] Own = [PartRules.WorkerSilent, PartRules.NotifierSilent, PartRules.DutyListEmpty];
}
