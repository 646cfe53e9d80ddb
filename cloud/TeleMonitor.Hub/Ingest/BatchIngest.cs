using TeleMonitor.Care.Devices;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Takes one batch into one transaction: sequence, chain, each item once, cursor. May refuse an item, never a lane (design.md rule 7).
/// The transaction has the store's write lock from its begin, so that the cursor is locked before its sequence is looked at.
/// </summary>
/// <param name="hubId">Id of the store, for receipts.</param>
/// <param name="charts">The charts the hub recomputes with, by id and version.</param>
public sealed class BatchIngest(string hubId, IReadOnlyDictionary<(string Id, string Version), Chart> charts)
{
    private const string WentBack = "finding/lane-went-back";
    private readonly SettingsShelf shelf = new(charts);

    /// <summary>Takes a batch.</summary>
    public Ingested Take(StoreTransaction store, IncomingBatch batch, DateTimeOffset now)
    {
        if (!store.IsRegistered(batch.Gateway))
        {
            store.Finding(batch.Gateway, "finding/unregistered-gateway", "", now);
            return new Ingested(IngestOutcome.Unregistered, new Receipt { Hub = hubId, At = now, Answer = "unknown" }, 0, false) { Refused = [new Refusal(RefusalReason.UnregisteredGateway, "")] };
        }
        store.Heard(batch.Gateway, string.Equals(batch.Lane, WireWord.StatusLane, StringComparison.Ordinal) ? HeardBy.Status : HeardBy.Batch, now);
        if (!BatchProperties.TryRead(batch.Properties, out BatchProperties? named) || !string.Equals(named!.Lane, batch.Lane, StringComparison.Ordinal))
        {
            return WithoutProperties(store, batch, now);
        }
        LaneCursor cursor = store.Cursor(batch.Gateway, named.Outbox, named.Lane);
        return TakeNamed(new Step(store, batch, named, cursor, now));
    }

    /// <summary>Puts a whole batch aside because handling it failed in a way nobody foresaw. The lane moves on all the same.</summary>
    public Ingested Refuse(StoreTransaction store, IncomingBatch batch, Refusal refusal, DateTimeOffset now) =>
        BatchProperties.TryRead(batch.Properties, out BatchProperties? named)
            ? RefuseWhole(new Step(store, batch, named!, store.Cursor(batch.Gateway, named!.Outbox, named.Lane), now), refusal)
            : WithoutProperties(store, batch, now);

    private static Ingested WithoutProperties(StoreTransaction store, IncomingBatch batch, DateTimeOffset now)
    {
        store.Finding(batch.Gateway, "finding/batch-without-properties", batch.Lane, now);
        return new Ingested(IngestOutcome.NoProperties, null, 0, false) { Refused = [new Refusal(RefusalReason.NoProperties, batch.Lane)] };
    }

    private sealed record Step(StoreTransaction Store, IncomingBatch Batch, BatchProperties Named, LaneCursor Cursor, DateTimeOffset Now)
    {
        public long Last => Named.Last;

        /// <summary>What support sees of this lane.</summary>
        public string LaneText => $"{Named.Lane} of outbox {Named.Outbox}";
    }

    private Ingested TakeNamed(Step step)
    {
        (_, IncomingBatch batch, BatchProperties named, LaneCursor cursor, _) = step;
        if (named.First > cursor.Through + 1)
        {
            return AskAgain(step);
        }
        if (step.Last <= cursor.Through)
        {
            return Save(step, IngestOutcome.AlreadyStored, cursor with { Resent = cursor.Resent + named.Count }, 0, false);
        }
        if (named.First == cursor.Through + 1 && named.Before != cursor.Chain)
        {
            return Differs(step, "before is not the chain at the number stored last");
        }
        if (!Batch.TryRead(batch.Body, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem))
        {
            return RefuseWhole(step, new Refusal(RefusalReason.BatchUnreadable, problem));
        }
        if (BatchCheck.Mismatch(named, head!, items, cursor) is { } wrong)
        {
            return wrong.Reason == RefusalReason.ChainDiffers ? Differs(step, wrong.Detail) : RefuseWhole(step, wrong);
        }
        return TakeItems(step, head!, items);
    }

    /// <summary>
    /// The gateway was told that more is stored than is: this store was put back from a backup, whether somebody said so or not. It sends
    /// again from here, and what it no longer has comes as gone.
    /// </summary>
    private Ingested AskAgain(Step step)
    {
        step.Store.Finding(step.Batch.Gateway, WentBack, step.LaneText, step.Now);
        LaneCursor cursor = step.Cursor with { Claimed = Math.Max(step.Cursor.Claimed, step.Named.First - 1) };
        step.Store.SetCursor(step.Batch.Gateway, step.Named.Outbox, step.Named.Lane, cursor);
        return Answer(step, IngestOutcome.Gap, cursor, resend: true) with { Refused = [new Refusal(RefusalReason.Gap, step.LaneText)] };
    }

    private Ingested Differs(Step step, string detail)
    {
        step.Store.Finding(step.Batch.Gateway, "finding/chain-differs", step.Named.Lane, step.Now);
        return Answer(step, IngestOutcome.ChainDiffers, step.Cursor, resend: false) with { Refused = [new Refusal(RefusalReason.ChainDiffers, detail)] };
    }

    private Ingested RefuseWhole(Step step, Refusal refusal)
    {
        (StoreTransaction store, IncomingBatch batch, BatchProperties named, LaneCursor cursor, DateTimeOffset now) = step;
        store.Quarantine(new QuarantineEntry(batch.Gateway, named.Outbox, named.Lane, named.First, named.Count, refusal.Word, refusal.Detail) { Properties = batch.Properties }, batch.Body, now);
        store.Finding(batch.Gateway, "finding/batch-refused", named.Lane, now);
        bool work = OweUnreadableAlert(step);
        long fresh = named.Through is null ? step.Last - cursor.Through : named.Count;
        return Save(step, IngestOutcome.RefusedWhole, cursor with { Through = step.Last, Chain = named.After, Refused = cursor.Refused + fresh }, 0, work) with { Refused = [refusal] };
    }

    private Ingested TakeItems(Step step, BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        (StoreTransaction store, IncomingBatch batch, BatchProperties named, LaneCursor cursor, DateTimeOffset now) = step;
        var taking = new ItemTaking(store, batch.Gateway, named.Outbox, head.Context, head.Sent, shelf, now);
        var refused = new List<Refusal>();
        int fresh = 0;
        for (int index = named.Through is null ? (int)(cursor.Through + 1 - named.First) : 0; index < items.Count; index++)
        {
            long number = named.First + index;
            if (taking.Take(items[index], item => RangeRule.Check(item, named, number, named.Through ?? number)) is not { } refusal)
            {
                fresh++;
                continue;
            }
            store.Quarantine(new QuarantineEntry(batch.Gateway, named.Outbox, named.Lane, number, 1, refusal.Word, refusal.Detail)
            {
                Context = head.Context, Sent = head.Sent, Properties = named.Through is null ? [] : batch.Properties,
            }, items[index], now);
            store.Finding(batch.Gateway, "finding/item-refused", named.Lane, now);
            refused.Add(refusal);
            taking.Work |= OweUnreadableAlert(step, taking.EndedAssignment);
        }
        taking.Save();
        long again = taking.Known + (named.Through is null ? cursor.Through + 1 - named.First : 0);
        cursor = cursor with { Through = step.Last, Chain = named.After, Resent = cursor.Resent + again, Refused = cursor.Refused + refused.Count };
        return Save(step, IngestOutcome.Stored, cursor, fresh - taking.Known, taking.Work) with { Refused = refused, Counts = taking.Counts };
    }

    /// <summary>
    /// An alert that nobody can read is an alert all the same: somebody must call the citizen. Where it names an assignment that has ended
    /// it is about that one's citizen, never about whom the gateway serves now (design.md rule 11).
    /// </summary>
    private static bool OweUnreadableAlert(Step step, int? ended = null)
    {
        if (!string.Equals(step.Named.Lane, WireWord.AlertLane, StringComparison.Ordinal))
        {
            return false;
        }
        ItemTaking.OweUnreadableAlert(step.Store, step.Batch.Gateway, ended, step.Now);
        return true;
    }

    private Ingested Save(Step step, IngestOutcome outcome, LaneCursor cursor, int fresh, bool work)
    {
        if (cursor.Claimed > 0 && cursor.Through >= cursor.Claimed)
        {
            step.Store.EndFinding(step.Batch.Gateway, WentBack, step.LaneText, step.Now); // the lane has what it had
            cursor = cursor with { Claimed = 0 };
        }
        step.Store.SetCursor(step.Batch.Gateway, step.Named.Outbox, step.Named.Lane, cursor);
        return Answer(step, outcome, cursor, resend: false) with { Items = fresh, Work = work };
    }

    private Ingested Answer(Step step, IngestOutcome outcome, LaneCursor cursor, bool resend) => new(outcome, new Receipt
    {
        Hub = hubId,
        Outbox = step.Named.Outbox,
        Lane = step.Named.Lane,
        Through = cursor.Through,
        Chain = cursor.Chain.ToString(),
        Refused = cursor.Refused,
        Resend = resend ? true : null,
        At = step.Now,
    }, 0, false);
}

/// <summary>Compares a batch's body with its properties and with what is stored. Pure.</summary>
internal static class BatchCheck
{
    /// <summary>What does not agree; null when all does.</summary>
    public static Refusal? Mismatch(BatchProperties named, BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items, LaneCursor cursor)
    {
        if (!string.Equals(head.Outbox, named.Outbox, StringComparison.Ordinal) || !string.Equals(head.Lane, named.Lane, StringComparison.Ordinal)
            || head.First != named.First || items.Count != named.Count || head.Before != named.Before)
        {
            return new Refusal(RefusalReason.HeadDiffers, "the head does not say what the properties say");
        }
        if (named.Through is not null)
        {
            return null; // the chain at its end is the outbox's own and does not follow from the item
        }
        Chain chain = named.Before;
        for (int index = 0; index < items.Count; index++)
        {
            chain = chain.Next(items[index].Span);
            if (named.First + index == cursor.Through && chain != cursor.Chain)
            {
                return new Refusal(RefusalReason.ChainDiffers, "the overlap differs from what is stored");
            }
        }
        return chain == named.After ? null : new Refusal(RefusalReason.BatchCorrupt, "the items do not give the chain that the properties name");
    }
}

/// <summary>Kinds of owed work.</summary>
public static class ToDo
{
    /// <summary>An alert row is to become a case or join one; subject: alert row.</summary>
    public const string Alert = "alert";
    /// <summary>An alert could not be read or is gone; subject: assignment (0: none known), detail: gateway.</summary>
    public const string UnreadableAlert = "unreadable-alert";
    /// <summary>A score names an alert that was not stored yet; subject: score item, detail: JSON of what the hub would say.</summary>
    public const string AlertExpected = "alert-expected";
    /// <summary>A Yellow that waits to be measured again: its time is over; the subject is the assignment, which waits for one at a time.</summary>
    public const string WaitEnds = "wait-ends";
    /// <summary>The time for a confirming measurement is over; subject: alert row.</summary>
    public const string Confirm = "confirm";
    /// <summary>A finished set of now is Green, and the citizen has a Yellow case; subject: assignment.</summary>
    public const string NormalSet = "normal-set";
    /// <summary>More items have their time corrected; subject: correction, detail: tick to go on from.</summary>
    public const string CorrectTimes = "correct-times";
    /// <summary>A loan ends at a time that was set: its gateway is to be told; subject: assignment.</summary>
    public const string LoanOver = "loan-over";
}
