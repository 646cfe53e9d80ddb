using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

// fair weather: everything must settle, each within its bound
internal sealed partial class Run
{
    private static readonly HashSet<string> LaddersBegin =
    [
        .. new[]
        {
            CaseChange.Opened, CaseChange.MovedToHigherLadder, CaseChange.ReopenedHigherTriage, CaseChange.ReopenedNewReason, CaseChange.LadderOpenedForAll,
            CaseChange.ReopenedIsNow, CaseChange.ReopenedThirdRepeat, CaseChange.ReopenedAfterAssessed,
        }.Select(CaseWord.Of),
    ];
    private static readonly TimeSpan DrainWithin = TimeSpan.FromMinutes(40);

    private void Settle()
    {
        log("fair weather");
        isFair = true;
        weather.Clear();
        hub.SetFull(false);
        foreach (HubProcess process in hub.Processes)
        {
            process.CrashAtCommit(-1, false);
            process.Start();
        }
        foreach (SimHome home in homes)
        {
            (home.Path.Cut, home.Path.DropsUp, home.Path.DropsDown) = (false, false, false);
            (home.Card.Full, home.Card.CutAfter) = (false, -1);
        }
        foreach (SimCitizen citizen in citizens)
        {
            citizen.Rest();
        }
        staff.AllBack();
        // two machines of one name throw each other off for ever: a person takes one of them away, and lets the other run once more
        SimHome[] copies = [.. homes.Skip(Areas.Length)];
        Array.ForEach(copies, copy => copy.Kill());
        Drain([.. homes.Take(Areas.Length)]);
        Drain(copies);
        Drained();
        staff.Leave();
        world.RunUntil(world.Now + TimeSpan.FromMinutes(3));
        Cared();
        if (dice.Chance(0.3)) // the longest part, and the one in which least can differ
        {
            world.RunUntil(world.Now + TimeSpan.FromMinutes(200));
            Climbed();
            Missed();
        }
    }

    private void Drain(SimHome[] running)
    {
        if (running.Length == 0)
        {
            return;
        }
        Array.ForEach(running, home => home.Start());
        world.RunUntil(world.Now + TimeSpan.FromMinutes(21)); // what was measured last is judged, late receipts arrive
        world.RunUntil(world.Now + DrainWithin, () => Array.TrueForAll(running, IsDrained));
        Array.ForEach(running, home => home.Kill());
    }

    private static bool IsDrained(SimHome home) => home.Card.Live.Lanes.Values.All(lane => lane.Standing.Waiting == 0);

    /// <summary>L1: all is delivered. S1 to the end: every reading that was accepted is at the hub.</summary>
    private void Drained()
    {
        checks.Cards();
        foreach (SimHome home in homes)
        {
            foreach (CardLane lane in home.Card.Live.Lanes.Values.Where(lane => lane.Standing.Waiting > 0))
            {
                throw new BrokenException("L1", $"{home.Name} lane {lane.Standing.Lane} still has {lane.Standing.Waiting} items after {DrainWithin} of fair weather; "
                    + string.Join("; ", home.Card.Live.Findings.Select(finding => $"{finding.Code}: {finding.Text}")));
            }
        }
        if (ledger.Owed.Count > 0)
        {
            throw new BrokenException("S1", $"{ledger.Owed.Count} accepted readings never came, the first is {ledger.Measured[ledger.Owed.Min - 1]}");
        }
        Alerts();
        help.Settled();
    }

    /// <summary>Every alert that a score names was stored, unless the alert lane has something that nobody can read.</summary>
    private void Alerts()
    {
        foreach ((string gateway, string boot, byte[] bytes) in hub.Database.All("select gateway, boot, bytes from item where kind = 'score'", row => (row.GetString(0), row.GetString(1), row.GetFieldValue<byte[]>(2))))
        {
            if (WireItems.TryRead(bytes, out Item? item, out _) && item is ScoreItem { Alert: { } tick } score
                && hub.Database.One<long>("select count(*) from quarantine where lane = 'alert' and gateway = $1", gateway) == 0
                && hub.Database.One<long>(checks.IsCardReplaced // then the alert may be lost with the card, and the hub has raised it in its place
                    ? "select count(*) from alert where gateway = $1 and boot = $2 and tick = $3"
                    : "select count(*) from item where gateway = $1 and boot = $2 and tick = $3 and kind = 'alert'", gateway, score.AlertBoot ?? boot, tick) == 0)
            {
                throw new BrokenException("L2", $"{gateway}: score at {score.Tick} names alert {tick}, which never came");
            }
        }
    }

    /// <summary>L2: every alert has a case, and nothing that is owed was left.</summary>
    private void Cared()
    {
        long without = hub.Database.One<long>("select count(*) from alert where kind in ('alert', 'help') and triage in ('red', 'yellow') and care_case is null");
        long owed = hub.Database.One<long>("select count(*) from to_do where due_ms <= $1", hub.Processes[0].Clock.GetUtcNow().ToUnixTimeMilliseconds() - 2000);
        if (without > 0 || owed > 0)
        {
            throw new BrokenException("L2", $"{without} alerts have no case, {owed} pieces of work were left");
        }
        plans.Cared();
    }

    /// <summary>L4: every gateway that is lent to somebody and has been silent for hours is a finding.</summary>
    private void Missed()
    {
        foreach (SimHome home in homes.Where(home => register.Values.Any(one => one.To is null && string.Equals(one.Gateway, home.Gateway, StringComparison.Ordinal))))
        {
            if (hub.Database.One<long>("select count(*) from finding where gateway = $1 and code = $2 and ended_ms is null", home.Gateway, StoreTransaction.GatewaySilent) == 0)
            {
                throw new BrokenException("L4", $"{home.Gateway} has been silent for more than three hours, and nobody is told");
            }
        }
    }

    /// <summary>
    /// L3: a case that nobody takes has climbed to the last rung, and the fallback was told. One that was taken, and whose ladder has opened
    /// again since, is given its time from then.
    /// </summary>
    private void Climbed()
    {
        DateTimeOffset now = hub.Processes[0].Clock.GetUtcNow();
        foreach (CareCase open in hub.Processes[0].Store.Read(read => read.OpenCases(null)).Where(one => one.State == CaseState.Open))
        {
            IReadOnlyList<Rung> ladder = Shipped.Hub.Ladders.For(open.Triage).Rungs;
            TimeSpan climb = ladder.Aggregate(TimeSpan.FromMinutes(1), (sum, rung) => sum + rung.Wait);
            long opened = hub.Processes[0].Store.Read(read => read.EventsOf(long.Parse(open.Id))).LastOrDefault(happened => LaddersBegin.Contains(happened.Change))?.AtMs ?? 0;
            if (now - DateTimeOffset.FromUnixTimeMilliseconds(opened) < climb)
            {
                continue;
            }
            int rungs = ladder.Count;
            long sent = hub.Database.One<long>("select count(*) from page where care_case = $1 and receiver_kind = 'fallback' and sent_ms is not null", long.Parse(open.Id));
            if (open.Rung < rungs || sent == 0)
            {
                throw new BrokenException("L3", $"case {open.Id} ({TriageWord.Of(open.Triage)}) stands at rung {open.Rung} of {rungs}, {sent} pages to the fallback were sent");
            }
        }
    }
}
