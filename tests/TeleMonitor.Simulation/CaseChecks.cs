using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Paging;
using TeleMonitor.Hub;
using TeleMonitor.Hub.Ingest;

namespace TeleMonitor.Simulation;

/// <summary>The safety properties S4, S5 and S7, and that a case is about its own citizen (S8).</summary>
internal sealed class CaseChecks(World world, SimHub hub, SimStaff staff)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    // the hub's time gains at most one second in twenty while it approaches a clock that was stepped
    private static readonly TimeSpan ShortestWait = Shipped.Hub.Ladders.Red.Rungs.Min(rung => rung.Wait) * (1 - (1.0 / HubTime.StepPart)) - Grace;

    private static readonly string[] CallsTaken = [.. new[] { PageReason.HigherTriage, PageReason.NewReason, PageReason.AskedAgain, PageReason.RespondByPassed, PageReason.LadderForAll }.Select(CaseWord.Of)];
    private static readonly string[] ByTime = [.. new[] { PageReason.NobodyTook, PageReason.RepeatLastRung, PageReason.RespondByPassed, PageReason.LadderForAll }.Select(CaseWord.Of)];

    private readonly Dictionary<long, string> states = [];
    private readonly Dictionary<long, TimeSpan> overdueSince = [];
    private readonly Dictionary<(long Case, string Receiver, string Reason), TimeSpan> paged = [];
    private readonly Dictionary<long, (string Team, long Told)> unsent = [];
    private readonly Dictionary<string, long> toldBefore = new(StringComparer.Ordinal);
    private List<CaseLine> cases = [];
    private long lastPage;
    private int changes = -1;

    private sealed record CaseLine(long Id, string Citizen, int Assignment, string State, long? DueMs, string? Lent);
    private sealed record PageLine(long Id, long Case, string Receiver, string Reason, bool IsSent, string? Channel);

    /// <summary>The store was put back.</summary>
    public void PutBack()
    {
        states.Clear();
        overdueSince.Clear();
        changes = -1;
        paged.Clear();
        unsent.Clear();
        lastPage = hub.Database.One<long?>("select max(id) from page") ?? 0;
    }

    /// <summary>After the store may have changed.</summary>
    public void Store()
    {
        if (hub.Database.Changes == changes)
        {
            CheckDue();
            return;
        }
        changes = hub.Database.Changes;
        cases = hub.Database.All("select id, citizen, assignment, state, due_ms, (select citizen from assignment where number = care_case.assignment) from care_case",
            row => new CaseLine(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetInt64(4), row.IsDBNull(5) ? null : row.GetString(5)));
        CheckPages();
        CheckDue();
        CheckConfirmations();
        foreach (CaseLine one in cases)
        {
            states[one.Id] = one.State;
            if (one.Lent is { } citizen && !string.Equals(citizen, one.Citizen, StringComparison.Ordinal))
            {
                throw new BrokenException("S8", $"case {one.Id} is about {one.Citizen}, its assignment {one.Assignment} about {citizen}");
            }
        }
    }

    private void CheckPages()
    {
        foreach (PageLine page in hub.Database.All("select id, care_case, receiver, reason, sent_ms is not null, channel from page where id > $1 order by id", Read, lastPage))
        {
            lastPage = page.Id;
            CheckNew(page);
            string team = Shipped.Hub.People.Find(page.Receiver)?.Team ?? page.Receiver;
            unsent[page.Id] = (team, toldBefore.GetValueOrDefault(team));
        }
        if (unsent.Count > 0)
        {
            foreach (PageLine page in hub.Database.All("select id, care_case, receiver, reason, sent_ms is not null, channel from page where id >= $1 and channel is not null", Read, unsent.Keys.Min()))
            {
                if (unsent.Remove(page.Id, out (string Team, long Told) known) && page.IsSent && staff.Told(known.Team) <= known.Told)
                {
                    throw new BrokenException("S4", $"page {page.Id} to {page.Receiver} is marked sent, and nobody was told");
                }
            }
        }
        foreach (string team in staff.Teams)
        {
            toldBefore[team] = staff.Told(team);
        }
    }

    private void CheckNew(PageLine page)
    {
        if (page.Case == 0)
        {
            return; // to support, about a device: it has no case
        }
        if (!cases.Exists(one => one.Id == page.Case))
        {
            throw new BrokenException("S4", $"page {page.Id} is about case {page.Case}, which is not there");
        }
        string before = states.GetValueOrDefault(page.Case, "open");
        if (before is "closed" || (before is "taken" && !CallsTaken.Contains(page.Reason)))
        {
            throw new BrokenException("S5", $"page {page.Id} because of {page.Reason} is about case {page.Case}, which was {before}");
        }
        var key = (page.Case, page.Receiver, page.Reason);
        bool again = paged.TryGetValue(key, out TimeSpan last);
        if (again && (string.Equals(page.Reason, CaseWord.Of(PageReason.FirstPage), StringComparison.Ordinal)
            || (ByTime.Contains(page.Reason) && world.Now - last < ShortestWait)))
        {
            throw new BrokenException("S4", $"page {page.Id} to {page.Receiver} because of {page.Reason} comes {world.Now - last} after the one before");
        }
        paged[key] = world.Now;
    }

    private void CheckDue()
    {
        HubProcess? alive = hub.Processes.FirstOrDefault(one => one.IsAlive);
        foreach (CaseLine one in cases.Where(one => one.State is not "closed"))
        {
            if (one.DueMs is not { } due)
            {
                throw new BrokenException("S7", $"case {one.Id} is {one.State} and has no due time");
            }
            if (alive is null || hub.IsFull || due > alive.Clock.GetUtcNow().ToUnixTimeMilliseconds())
            {
                overdueSince.Remove(one.Id);
            }
            else if (!overdueSince.TryAdd(one.Id, world.Now) && world.Now - overdueSince[one.Id] > Grace && world.Now - hub.WorkingSince > Grace)
            {
                throw new BrokenException("S7", $"case {one.Id} is {one.State}, has been due since {DateTimeOffset.FromUnixTimeMilliseconds(due):HH:mm:ss} and is not stepped");
            }
        }
    }

    /// <summary>An alert whose Red waits for a second measurement is answered, or Red, when the hub's own time for it is over.</summary>
    private void CheckConfirmations()
    {
        if (hub.Database.One<long?>("select min(id) from alert where confirmation = 'awaited' and not exists (select 1 from to_do where kind = 'confirm' and subject = alert.id)") is { } undue)
        {
            throw new BrokenException("S7", $"alert {undue} waits for a second measurement, and nothing at the hub ends the waiting");
        }
        if (hub.Processes.FirstOrDefault(one => one.IsAlive) is { } alive && !hub.IsFull && world.Now - hub.WorkingSince > Grace
            && hub.Database.One<long?>("select min(id) from alert where confirmation = 'awaited' and stored_ms < $1",
                (alive.Clock.GetUtcNow() - ConfirmRule.Wait - TimeSpan.FromMinutes(2)).ToUnixTimeMilliseconds()) is { } waiting)
        {
            throw new BrokenException("S7", $"alert {waiting} still waits for a second measurement though its time is over");
        }
    }

    private static PageLine Read(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.IsDBNull(5) ? null : row.GetString(5));
}
