using System.Globalization;
using System.Security.Cryptography;
using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Uplink;

/// <summary>
/// Delivers the outbox: alert lane first, stop-and-wait per lane, forgets only on the hub's receipt. <see cref="Step"/> never waits;
/// whoever calls it does, until the time it returns or the next report of the link. Not for two threads at once.
/// </summary>
/// <param name="store">The outbox.</param>
/// <param name="link">The way to the broker.</param>
/// <param name="dice">Seeded, for jitter.</param>
/// <param name="findings">Where it says what a person should know.</param>
/// <param name="wanted">Called when a status item should go out at once: connected, or a new notice is kept.</param>
/// <param name="profile">Given each bundle of settings, which is not the uplink's to read; it takes it over before it returns.</param>
public sealed partial class LaneSender(IOutboxStore store, ILink link, Random dice, LocalFindings findings, Action wanted, Action<ReadOnlyMemory<byte>>? profile = null)
{
    /// <summary>Receipted items are kept at least so long as local history (design.md section 6).</summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(15);

    private static readonly TimeSpan SaveAfter = TimeSpan.FromSeconds(1);

    // an alert is some kilobytes with all it names: few go together, so that each is through soon on a thin line
    private static readonly int[] MostItems = [16, Batch.MaxItems, 100];

    private readonly LaneCourse[] courses = [.. MostItems.Select(LaneCourse.Start)];
    private readonly long[] highestSent = new long[WireWord.Lanes.Count];
    private readonly bool[] doubted = Doubted(store); // lanes that must ask, though nothing new waits, whether the hub still has what it receipted
    private string outbox = store.Id;
    private TimeSpan? unsavedSince;
    private long lastId, forgottenOnDay, alertsSeen;

    /// <summary>True while a connection stands. May be read from other threads.</summary>
    public bool Connected => connected;
    private volatile bool connected;

    /// <summary>Why no connection stands, in one sentence; null while one does, empty before the first attempt.</summary>
    public string? NotConnected { get; private set; } = "";

    /// <summary>Items sent more than once by this process.</summary>
    public long Resent { get; private set; }

    /// <summary>Highest number of the reading lane that may be under way. May be read from other threads.</summary>
    public long ReadingsUnderWay => Volatile.Read(ref highestSent[1]);

    /// <summary>True when every item of every lane is receipted.</summary>
    public bool Drained
    {
        get
        {
            foreach (string lane in WireWord.Lanes)
            {
                if (store.Standing(lane).Waiting > 0)
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>True when every item is receipted and no lane still has to ask, after a start or another hub, whether that holds.</summary>
    public bool HubHasAll => Drained && !doubted.Contains(true);

    /// <summary>Takes what the link reports, then sends what may go.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="wall">Wall time: a label, nothing is decided by it.</param>
    /// <exception cref="OutboxException">The outbox could not be read or written; call again after a pause.</exception>
    /// <returns>When to call again at the latest; null when only a report or a new item gives something to do.</returns>
    public TimeSpan? Step(TimeSpan now, DateTimeOffset wall)
    {
        if (!string.Equals(outbox, store.Id, StringComparison.Ordinal))
        {
            BeginAnew(); // a damaged file was put aside under our hands
        }
        while (link.TryReceive(out LinkEvent report))
        {
            Take(report, now, wall);
        }
        OutboxException? failed = null;
        TimeSpan? next = null;
        try
        {
            next = SaveReceipts(now);
        }
        catch (OutboxException full)
        {
            failed = full; // a card without room keeps nothing from going: what a receipt said and is not kept only goes again
        }
        if (connected)
        {
            HurryForNewAlerts(now);
        }
        for (int i = 0; connected && i < courses.Length; i++)
        {
            if (courses[i].InFlight && now >= courses[i].Due)
            {
                courses[i] = courses[i].NoReceipt(now);
            }
            long waiting = store.Standing(WireWord.Lanes[i]).Waiting;
            bool waits = doubted[i] || waiting > 0;
            TimeSpan paced = i == 0 ? TimeSpan.Zero : courses[i].PacedUntil(waiting); // the first is the alert lane
            if (waits && now >= paced && courses[i].MaySend(now))
            {
                try
                {
                    Send(i, now, wall);
                }
                catch (OutboxException bad)
                {
                    failed ??= bad; // the other lanes go all the same
                }
            }
            TimeSpan due = courses[i].InFlight || courses[i].Due > paced ? courses[i].Due : paced;
            if ((waits || courses[i].InFlight) && (next is null || due < next))
            {
                next = due;
            }
        }
        return failed is null ? next : throw failed;
    }

    private void HurryForNewAlerts(TimeSpan now)
    {
        long last = store.Standing(WireWord.AlertLane).Last;
        if (last > alertsSeen)
        {
            courses[0] = courses[0].Hurried(now);
        }
        alertsSeen = last;
    }

    // at most one write a second for receipts alone; most ride with the next commit
    private TimeSpan? SaveReceipts(TimeSpan now)
    {
        if (unsavedSince is { } since && now - since >= SaveAfter)
        {
            store.Save();
            unsavedSince = null;
        }
        return unsavedSince + SaveAfter;
    }

    private void Send(int index, TimeSpan now, DateTimeOffset wall)
    {
        string lane = WireWord.Lanes[index];
        if (courses[index].GivesUp)
        {
            GiveUp(lane, index, now, wall);
        }
        if (Next(lane, index, wall) is not { } batch)
        {
            return;
        }
        Resent += Math.Max(0, Math.Min(highestSent[index], batch.Last) - batch.First + 1);
        highestSent[index] = Math.Max(highestSent[index], batch.Last);
        var head = new BatchHead(store.Id, lane, batch.First, batch.Before, wall, batch.Context);
        var properties = new BatchProperties(store.Id, lane, batch.First, batch.Items.Count, batch.Before, batch.After, batch.Through);
        courses[index] = courses[index].Sent(++lastId, batch.First, batch.Items.Count, now, dice.NextDouble());
        link.Send(new LinkBatch(lastId, lane, Batch.Write(head, batch.Items), properties));
    }

    // the hub lives and answers others, the broker takes it, and still nothing: the lane must go on, and the hub is told what it misses
    private void GiveUp(string lane, int index, TimeSpan now, DateTimeOffset wall)
    {
        if (store.ReadBatch(lane, store.Standing(lane).Through, 1) is { Through: null } one)
        {
            findings.CoverGone(lane, one.First, one.First, "unanswered", Convert.ToHexStringLower(SHA256.HashData(one.Items[0].Span)), wall);
            findings.Open($"lane/{lane}/unanswered", $"item {one.First} alone was never answered by a hub that answers others; it is kept aside and the hub is told", wall,
                ("lane", lane), ("number", Number(one.First)));
        }
        courses[index] = courses[index].GaveUp(now);
    }

    // a hub whose store went back hears of a lane in which nothing new comes only by this: the last item again, and its receipt tells
    private OutboxBatch? LastOf(string lane, int index, LaneStanding standing)
    {
        try
        {
            if (standing.Last > 0 && store.ReadBatch(lane, standing.Last - 1, 1) is { } last)
            {
                return last;
            }
        }
        catch (DamagedItemException)
        {
            // it was receipted once, and can prove nothing now
        }
        doubted[index] = false;
        return null;
    }

    // after a start each lane asks once: what the hub said last, that it went back for one, may have been heard and not kept
    private static bool[] Doubted(IOutboxStore store) => [.. WireWord.Lanes.Select(lane => store.Standing(lane) is { Hub: not null, Last: > 0 })];

    // what cannot come any more is said before what follows it: first durable here, then sent
    private OutboxBatch? Next(string lane, int index, DateTimeOffset wall)
    {
        while (true)
        {
            LaneStanding standing = store.Standing(lane);
            if (standing.Waiting == 0)
            {
                return LastOf(lane, index, standing);
            }
            try
            {
                if (store.ReadBatch(lane, standing.Through, courses[index].MaxItems) is { } batch)
                {
                    return batch;
                }
            }
            catch (DamagedItemException damaged)
            {
                findings.CoverGone(lane, damaged.Number, damaged.Number, "damaged", damaged.Hash, wall);
                findings.Open($"lane/{lane}/damaged", $"item {damaged.Number} can no longer be read as it was written; the hub is told", wall, ("lane", lane), ("number", Number(damaged.Number)));
                continue;
            }
            if (standing.Through >= standing.Forgotten)
            {
                return null;
            }
            findings.CoverGone(lane, standing.Through + 1, standing.Forgotten, "forgotten", null, wall);
            findings.Open($"lane/{lane}/gone", $"the hub asks for items {standing.Through + 1} to {standing.Forgotten}, which are no longer kept here; it is told so", wall,
                ("lane", lane), ("from", Number(standing.Through + 1)), ("to", Number(standing.Forgotten)));
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Take(in LinkEvent report, TimeSpan now, DateTimeOffset wall)
    {
        switch (report.Kind)
        {
            case LinkEventKind.Connected:
                connected = true;
                NotConnected = null;
                wanted();
                findings.Close("uplink/lost", wall);
                break;
            case LinkEventKind.Lost:
                connected = false;
                NotConnected = report.Why ?? "no connection";
                for (int i = 0; i < courses.Length; i++)
                {
                    courses[i] = courses[i].InFlight ? courses[i].CutOff(now) : courses[i];
                }
                findings.Open("uplink/lost", NotConnected, wall);
                break;
            case LinkEventKind.Answered:
                TakeAnswer(report, now, wall);
                break;
            case LinkEventKind.Receipt:
                link.Acknowledge(report.Id); // room for the next; what a receipt says is said again when it is lost here
                TakeReceipt(report.Payload.Span, now, wall);
                break;
            case LinkEventKind.Notices:
                link.Acknowledge(report.Id); // the hub sends again until the status names it
                TakeNotices(report.Payload.Span, wall);
                break;
            case LinkEventKind.Profile:
                profile?.Invoke(report.Payload);
                link.Acknowledge(report.Id); // lost here it is sent again: the status names the one in force
                break;
        }
    }

    private void TakeAnswer(in LinkEvent report, TimeSpan now, DateTimeOffset wall)
    {
        for (int i = 0; i < courses.Length; i++)
        {
            if (courses[i].FlightId != report.Id || !courses[i].InFlight)
            {
                continue;
            }
            string lane = WireWord.Lanes[i];
            switch (report.Answer)
            {
                case LinkAnswer.Taken:
                    courses[i] = courses[i].Taken();
                    break;
                case LinkAnswer.NobodyListens:
                    courses[i] = courses[i].NobodyListens(now, dice.NextDouble());
                    findings.Open("uplink/no-hub", "the broker is reached, but no hub listens", wall);
                    break;
                case LinkAnswer.TooLarge:
                    (long first, bool alone) = (courses[i].FlightFirst, courses[i].FlightCount == 1);
                    courses[i] = courses[i].TooLarge(now, AskAgain(i));
                    if (alone)
                    {
                        findings.Open($"lane/{lane}/too-large", $"item {first} alone is larger than the broker takes; it is kept", wall);
                    }
                    break;
                case LinkAnswer.Refused:
                    courses[i] = courses[i].Refused(now, dice.NextDouble());
                    findings.Open("uplink/refused", report.Why ?? "the broker refuses batches", wall);
                    break;
            }
            return;
        }
    }

    private static TimeSpan AskAgain(int index) => index == 0 ? LaneCourse.AskAgainSoon : LaneCourse.AskAgain;

    private static int LaneIndex(string? lane)
    {
        for (int i = 0; i < WireWord.Lanes.Count; i++)
        {
            if (string.Equals(WireWord.Lanes[i], lane, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }
}
