using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Uplink;

// what comes down: receipts, and notices
public sealed partial class LaneSender
{
    private const string Renewed = "outbox/renewed";

    private void TakeReceipt(ReadOnlySpan<byte> payload, TimeSpan now, DateTimeOffset wall)
    {
        if (WireItems.ReadReceipt(payload, out string problem) is not { } receipt)
        {
            findings.Open("uplink/bad-receipt", problem, wall);
            return;
        }
        int index = LaneIndex(receipt.Lane);
        LaneStanding? standing = index < 0 ? null : store.Standing(receipt.Lane!);
        Chain? own = standing is null || receipt.Through is not { } at ? null : store.ChainAt(receipt.Lane!, at);
        ReceiptVerdict verdict = ReceiptRules.Judge(receipt, store.Id, standing, index < 0 ? 0 : courses[index].FlightFirst, own);
        switch (verdict)
        {
            case ReceiptVerdict.Late:
                if (doubted[index] && receipt.Through == standing!.Through)
                {
                    doubted[index] = false; // the last item was asked about, and is there
                    courses[index] = courses[index].InFlight && courses[index].FlightFirst <= receipt.Through ? courses[index].Answered(now) : courses[index];
                }
                break;
            case ReceiptVerdict.Release or ReceiptVerdict.SendAgain:
                DoubtTheOthers(index, verdict, receipt.Hub);
                _ = Chain.TryParse(receipt.Chain, out Chain chain); // read once already, by the judgement
                store.Remember(receipt.Lane!, receipt.Hub, receipt.Through!.Value, chain, receipt.Refused ?? 0, receipt.At);
                unsavedSince ??= now;
                courses[index] = courses[index].Answered(now);
                for (int i = 0; i < courses.Length; i++)
                {
                    courses[i] = i == index ? courses[i] : courses[i].HubLives(courses[index].Answers);
                }
                Heard(receipt.Lane!, now, wall);
                ForgetOnceADay(receipt.At);
                break;
            case ReceiptVerdict.Unknown:
                ParkAll(now);
                findings.Open("uplink/unknown", "the hub does not know this gateway; everything is kept and it is asked again every 10 minutes", wall);
                break;
            case ReceiptVerdict.ChainDiffers or ReceiptVerdict.BeyondEnd:
                Heal(receipt, verdict, wall);
                break;
        }
    }

    /// <summary>Another hub, or one that asks for what it had: what holds for this lane may hold for those in which nothing new comes.</summary>
    private void DoubtTheOthers(int index, ReceiptVerdict verdict, string hub)
    {
        for (int i = 0; i < doubted.Length; i++)
        {
            bool receipted = store.Standing(WireWord.Lanes[i]) is { Hub: { } before, Last: > 0 } && (verdict == ReceiptVerdict.SendAgain || !string.Equals(before, hub, StringComparison.Ordinal));
            doubted[i] = i != index && (doubted[i] || receipted);
        }
    }

    /// <summary>This file, or another that had its id, was restored or cloned: it goes on under an id of its own, and all that is kept goes again.</summary>
    private void Heal(Receipt receipt, ReceiptVerdict verdict, DateTimeOffset wall)
    {
        LaneStanding[] lanes = [.. WireWord.Lanes.Select(store.Standing)];
        long[] stored = [.. lanes.Select(lane => HealingRules.StoredThrough(lane, receipt))];
        long again = lanes.Sum(lane => lane.Last - lane.Forgotten);
        string why = verdict is ReceiptVerdict.BeyondEnd
            ? $"the hub stands at item {receipt.Through} of lane {receipt.Lane}, this outbox ended at {lanes[LaneIndex(receipt.Lane)].Last}: the file was restored or cloned"
            : $"the hub has other items up to {receipt.Through} of lane {receipt.Lane}: the file was restored or cloned";
        findings.OpenWith(Renewed, $"{why}; it goes on under a new id, and {again} items go again", wall,
            [("outbox", store.Id), ("lane", receipt.Lane!), ("through", Number(receipt.Through!.Value)), ("again", Number(again))],
            commit => store.Renew(commit with { Items = [.. commit.Items, .. findings.Gone(store.Id, lanes, stored, wall)] }));
        BeginAnew();
    }

    // the numbers are others now: what is under way belongs to nobody
    private void BeginAnew()
    {
        outbox = store.Id;
        for (int i = 0; i < courses.Length; i++)
        {
            courses[i] = LaneCourse.Start(MostItems[i]);
        }
        Array.Clear(highestSent);
        Array.Clear(doubted);
    }

    private void Heard(string lane, TimeSpan now, DateTimeOffset wall)
    {
        if (!findings.Any)
        {
            return;
        }
        if (findings.IsOpen("uplink/unknown"))
        {
            for (int i = 0; i < courses.Length; i++)
            {
                courses[i] = courses[i].InFlight ? courses[i] : LaneCourse.Start(MostItems[i]) with { Due = now };
            }
        }
        foreach (string code in (ReadOnlySpan<string>)["uplink/unknown", "uplink/no-hub", "uplink/refused", "uplink/bad-receipt",
            $"lane/{lane}/gone", $"lane/{lane}/damaged", $"lane/{lane}/unanswered", $"lane/{lane}/too-large"])
        {
            findings.Close(code, wall);
        }
        if (Drained)
        {
            findings.Close(Renewed, wall); // what had to go again has gone
        }
    }

    private void ParkAll(TimeSpan now)
    {
        for (int i = 0; i < courses.Length; i++)
        {
            courses[i] = courses[i].Parked(now, AskAgain(i));
        }
    }

    private void TakeNotices(ReadOnlySpan<byte> payload, DateTimeOffset wall)
    {
        if (WireItems.ReadNotices(payload, out string problem) is not { } batch)
        {
            findings.Open("uplink/bad-notice", problem, wall);
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
        findings.Close("uplink/bad-notice", wall);
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
}
