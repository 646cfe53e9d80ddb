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
/// <param name="wanted">Called when a status item should go out at once: connected, or a new notice is kept.</param>
public sealed class LaneSender(IOutboxStore store, ILink link, Random dice, Action wanted)
{
    /// <summary>Receipted items are kept at least so long as local history (design.md section 6).</summary>
    public static readonly TimeSpan History = TimeSpan.FromDays(15);

    private static readonly TimeSpan SaveAfter = TimeSpan.FromSeconds(1);

    private readonly LaneCourse[] courses = [LaneCourse.Start, LaneCourse.Start, LaneCourse.Start];
    private readonly long[] highestSent = new long[WireWord.Lanes.Count];
    private readonly Dictionary<string, string> open = store.ReadFindings().ToDictionary(finding => finding.Code, finding => finding.Text, StringComparer.Ordinal);
    private TimeSpan? unsavedSince;
    private long lastId, forgottenOnDay;

    /// <summary>True while a connection stands. May be read from other threads.</summary>
    public bool Connected => connected;
    private volatile bool connected;

    /// <summary>Why no connection stands, in one sentence; null while one does, empty before the first attempt.</summary>
    public string? NotConnected { get; private set; } = "";

    /// <summary>Items sent more than once by this process.</summary>
    public long Resent { get; private set; }

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

    /// <summary>Takes what the link reports, then sends what may go.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="wall">Wall time: a label, nothing is decided by it.</param>
    /// <exception cref="OutboxException">The outbox could not be read or written; call again after a pause.</exception>
    /// <returns>When to call again at the latest; null when only a report or a new item gives something to do.</returns>
    public TimeSpan? Step(TimeSpan now, DateTimeOffset wall)
    {
        while (link.TryReceive(out LinkEvent report))
        {
            Take(report, now, wall);
        }
        TimeSpan? next = SaveReceipts(now);
        if (!connected)
        {
            return next;
        }
        OutboxException? unread = null;
        for (int i = 0; i < courses.Length; i++)
        {
            if (courses[i].InFlight && now >= courses[i].Due)
            {
                courses[i] = courses[i].NoReceipt(now);
            }
            bool waits = store.Standing(WireWord.Lanes[i]).Waiting > 0;
            if (waits && courses[i].MaySend(now))
            {
                try
                {
                    Send(i, now, wall);
                }
                catch (OutboxException bad)
                {
                    unread ??= bad; // the other lanes go all the same
                }
            }
            if ((waits || courses[i].InFlight) && (next is null || courses[i].Due < next))
            {
                next = courses[i].Due;
            }
        }
        return unread is null ? next : throw unread;
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
        LaneStanding standing = store.Standing(lane);
        if (store.ReadBatch(lane, standing.Through, courses[index].MaxItems) is not { } batch)
        {
            courses[index] = courses[index].Parked(now);
            Finding($"lane/{lane}/gone", $"the hub asks for items after {standing.Through} that are no longer kept here", wall);
            return;
        }
        Resent += Math.Max(0, Math.Min(highestSent[index], batch.Last) - batch.First + 1);
        highestSent[index] = Math.Max(highestSent[index], batch.Last);
        var head = new BatchHead(store.Id, lane, batch.First, batch.Before, wall, batch.Context);
        var properties = new BatchProperties(store.Id, lane, batch.First, batch.Items.Count, batch.Before, batch.After);
        courses[index] = courses[index].Sent(++lastId, batch.First, batch.Items.Count, now, dice.NextDouble());
        link.Send(new LinkBatch(lastId, lane, Batch.Write(head, batch.Items), properties));
    }

    private void Take(in LinkEvent report, TimeSpan now, DateTimeOffset wall)
    {
        switch (report.Kind)
        {
            case LinkEventKind.Connected:
                connected = true;
                NotConnected = null;
                Closed("uplink/lost", wall);
                wanted();
                break;
            case LinkEventKind.Lost:
                connected = false;
                NotConnected = report.Why ?? "no connection";
                for (int i = 0; i < courses.Length; i++)
                {
                    courses[i] = courses[i].InFlight ? courses[i].NoReceipt(now) : courses[i];
                }
                Finding("uplink/lost", NotConnected, wall);
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
                case LinkAnswer.NobodyListens:
                    courses[i] = courses[i].NobodyListens(now, dice.NextDouble());
                    Finding("uplink/no-hub", "the broker is reached, but no hub listens", wall);
                    break;
                case LinkAnswer.TooLarge:
                    (long first, bool alone) = (courses[i].FlightFirst, courses[i].FlightCount == 1);
                    courses[i] = courses[i].TooLarge(now);
                    if (alone)
                    {
                        Finding($"lane/{lane}/too-large", $"item {first} alone is larger than the broker takes; it is kept", wall);
                    }
                    break;
                case LinkAnswer.Refused:
                    courses[i] = courses[i].Refused(now, dice.NextDouble());
                    Finding("uplink/refused", report.Why ?? "the broker refuses batches", wall);
                    break;
            }
            return;
        }
    }

    private void TakeReceipt(ReadOnlySpan<byte> payload, TimeSpan now, DateTimeOffset wall)
    {
        if (WireItems.ReadReceipt(payload, out string problem) is not { } receipt)
        {
            Finding("uplink/bad-receipt", problem, wall);
            return;
        }
        int index = LaneIndex(receipt.Lane);
        LaneStanding? standing = index < 0 ? null : store.Standing(receipt.Lane!);
        Chain? own = standing is null || receipt.Through is not { } at ? null : store.ChainAt(receipt.Lane!, at);
        ReceiptVerdict verdict = ReceiptRules.Judge(receipt, store.Id, standing, index < 0 ? 0 : courses[index].FlightFirst, own);
        switch (verdict)
        {
            case ReceiptVerdict.Release or ReceiptVerdict.SendAgain:
                store.Remember(receipt.Lane!, receipt.Hub, receipt.Through!.Value, receipt.Refused ?? 0, receipt.At);
                unsavedSince ??= now;
                courses[index] = courses[index].Answered(now);
                Heard(receipt.Lane!, now, wall);
                ForgetOnceADay(receipt.At);
                break;
            case ReceiptVerdict.Unknown:
                ParkAll(now);
                Finding("uplink/unknown", "the hub does not know this gateway; everything is kept and it is asked again every 10 minutes", wall);
                break;
            case ReceiptVerdict.Gone or ReceiptVerdict.ChainDiffers or ReceiptVerdict.BeyondEnd:
                courses[index] = courses[index].Parked(now);
                Finding($"lane/{receipt.Lane}/differs", Differs(verdict, receipt, standing!), wall);
                break;
        }
    }

    private static string Differs(ReceiptVerdict verdict, Receipt receipt, LaneStanding standing) => verdict switch
    {
        ReceiptVerdict.Gone => $"the hub stands at item {receipt.Through}, which is no longer kept here",
        ReceiptVerdict.BeyondEnd => $"the hub stands at item {receipt.Through}, this outbox ends at {standing.Last}: the file is an older copy; everything is kept",
        _ => $"the hub has other items up to {receipt.Through} than this outbox: one of them was restored or cloned; everything is kept",
    };

    private void Heard(string lane, TimeSpan now, DateTimeOffset wall)
    {
        if (open.Count == 0)
        {
            return;
        }
        if (open.ContainsKey("uplink/unknown"))
        {
            for (int i = 0; i < courses.Length; i++)
            {
                courses[i] = courses[i].InFlight ? courses[i] : LaneCourse.Start with { Due = now };
            }
        }
        foreach (string code in (ReadOnlySpan<string>)["uplink/unknown", "uplink/no-hub", "uplink/refused", "uplink/bad-receipt",
            $"lane/{lane}/differs", $"lane/{lane}/gone", $"lane/{lane}/too-large"])
        {
            Closed(code, wall);
        }
    }

    private void ParkAll(TimeSpan now)
    {
        for (int i = 0; i < courses.Length; i++)
        {
            courses[i] = courses[i].Parked(now);
        }
    }

    private void TakeNotices(ReadOnlySpan<byte> payload, DateTimeOffset wall)
    {
        if (WireItems.ReadNotices(payload, out string problem) is not { } batch)
        {
            Finding("uplink/bad-notice", problem, wall);
            return;
        }
        if (NoticeRules.Skip(store.Notices, batch) is not { } skip)
        {
            wanted(); // the status says what is kept, and the hub sends again from there
            return;
        }
        if (skip < batch.Items.Count)
        {
            store.Keep(batch.Hub, batch.First + skip, [.. batch.Items.Skip(skip)]);
        }
        Closed("uplink/bad-notice", wall);
        wanted();
    }

    // by the hub's clock, since a home's clock may be years off
    private void ForgetOnceADay(DateTimeOffset hubTime)
    {
        long day = hubTime.UtcTicks / TimeSpan.TicksPerDay;
        if (day > forgottenOnDay)
        {
            forgottenOnDay = day;
            store.Forget(hubTime - History);
        }
    }

    private void Finding(string code, string text, DateTimeOffset wall)
    {
        if (!open.TryGetValue(code, out string? known) || !string.Equals(known, text, StringComparison.Ordinal))
        {
            store.SetFinding(code, text, wall);
            open[code] = text;
        }
    }

    private void Closed(string code, DateTimeOffset wall)
    {
        if (open.ContainsKey(code))
        {
            store.SetFinding(code, null, wall);
            open.Remove(code);
        }
    }

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
