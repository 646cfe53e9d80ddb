using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Uplink;

/// <summary>What a receipt means for a lane (design.md section 6).</summary>
public enum ReceiptVerdict
{
    /// <summary>The hub has more than before, and the same: release up to <c>through</c>.</summary>
    Release,
    /// <summary>Nothing new from the same hub: an old or copied receipt.</summary>
    Late,
    /// <summary>Another hub, or a hub that asks for it: send again from <c>through</c> + 1.</summary>
    SendAgain,
    /// <summary>The gateway is not registered at the hub.</summary>
    Unknown,
    /// <summary>About another outbox or lane, or incomplete: not ours to act on.</summary>
    NotOurs,
    /// <summary>Same number, other items: this file or the hub's was restored or cloned.</summary>
    ChainDiffers,
    /// <summary>The hub has more of this outbox than this outbox: the file was restored from an older copy.</summary>
    BeyondEnd,
}

/// <summary>Decides what a receipt means. Pure.</summary>
public static class ReceiptRules
{
    /// <summary>The verdict.</summary>
    /// <param name="receipt">The receipt.</param>
    /// <param name="outbox">Own outbox id.</param>
    /// <param name="standing">How the lane stands; null when the receipt names no lane of ours.</param>
    /// <param name="flightFirst">Number of the first item in flight; 0 when nothing is.</param>
    /// <param name="chainAtThrough">
    /// Own chain at the receipt's <c>through</c>; null when it is no longer known: forgotten, or inside a range. Then the hub's is believed,
    /// for what lies there can only go as a range or as gone, and that tells the hub more than a doubt.
    /// </param>
    public static ReceiptVerdict Judge(Receipt receipt, string outbox, LaneStanding? standing, long flightFirst, Chain? chainAtThrough)
    {
        if (string.Equals(receipt.Answer, "unknown", StringComparison.Ordinal))
        {
            return ReceiptVerdict.Unknown;
        }
        if (standing is null || receipt.Through is not { } through || through < 0 || !Chain.TryParse(receipt.Chain, out Chain chain)
            || !string.Equals(receipt.Outbox, outbox, StringComparison.Ordinal))
        {
            return ReceiptVerdict.NotOurs;
        }
        bool sameHub = string.Equals(receipt.Hub, standing.Hub, StringComparison.Ordinal);
        if (through == standing.Through && chainAtThrough is { } here && here != chain)
        {
            return ReceiptVerdict.ChainDiffers; // a late copy of a receipt has the same chain
        }
        if (sameHub && receipt.Resend != true && through <= standing.Through)
        {
            return ReceiptVerdict.Late;
        }
        if (through > standing.Last)
        {
            return ReceiptVerdict.BeyondEnd;
        }
        if (chainAtThrough is { } own && own != chain)
        {
            return ReceiptVerdict.ChainDiffers;
        }
        if (through > standing.Through || (standing.Hub is null && through == standing.Through))
        {
            return ReceiptVerdict.Release;
        }
        // a copy of a request that is already being met must not start it again
        return sameHub && through == standing.Through && flightFirst == through + 1 ? ReceiptVerdict.Late : ReceiptVerdict.SendAgain;
    }
}

/// <summary>Decides what an outbox that goes on under another id must say is gone. Pure.</summary>
public static class HealingRules
{
    /// <summary>
    /// Number through which a lane was stored by this hub as far as its receipts say: what is no longer kept up to there is not called gone.
    /// Of another hub nothing is known, nor of a lane that the hub contradicts below what it had receipted.
    /// </summary>
    /// <param name="lane">How the lane stands.</param>
    /// <param name="receipt">The receipt that differs.</param>
    public static long StoredThrough(LaneStanding lane, Receipt receipt)
    {
        bool contradicted = string.Equals(lane.Lane, receipt.Lane, StringComparison.Ordinal) && receipt.Through <= lane.Through;
        return string.Equals(lane.Hub, receipt.Hub, StringComparison.Ordinal) && !contradicted ? lane.Through : 0;
    }
}

/// <summary>Decides what to keep of a batch of notices. Pure.</summary>
public static class NoticeRules
{
    /// <summary>How many leading notices are already kept, or null when none of the batch may be kept now because an earlier one is missing.</summary>
    /// <remarks>Another hub starts at 1; a gap is filled by the hub, which sends again from <c>notice_through</c> + 1.</remarks>
    public static int? Skip(NoticeStanding standing, NoticeBatch batch)
    {
        long through = string.Equals(standing.Hub, batch.Hub, StringComparison.Ordinal) ? standing.Through : 0;
        return batch.First < 1 || batch.First > through + 1 ? null : (int)Math.Min(through + 1 - batch.First, batch.Items.Count);
    }
}
