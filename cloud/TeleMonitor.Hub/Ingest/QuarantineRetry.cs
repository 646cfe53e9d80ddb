using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>What became of one entry of the quarantine.</summary>
public enum RetryOutcome : byte
{
    /// <summary>It was taken now; single items of a batch that still cannot be taken lie in the quarantine by themselves.</summary>
    Taken,
    /// <summary>It had been taken before; nothing was done.</summary>
    AlreadyTaken,
    /// <summary>It still cannot be taken; it stays.</summary>
    Refused,
    /// <summary>It was put aside by a version that did not keep what is needed to take it later; it stays.</summary>
    NotEnoughKept,
    /// <summary>There is no such entry.</summary>
    Absent,
    /// <summary>Taking it failed in a way nobody foresaw; it stays.</summary>
    Failed,
}

/// <summary>One line about one entry.</summary>
/// <param name="Id">Entry.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Items">Items that are stored now and were not before.</param>
/// <param name="PutAside">Items of a batch that were put aside by themselves.</param>
/// <param name="Detail">Why it stays; empty for what was taken.</param>
public sealed record RetryLine(long Id, RetryOutcome Outcome, int Items, int PutAside, string Detail);

/// <summary>
/// Takes what was put aside and can be taken now: kinds that this version knows, items of an assignment that was registered since. Same
/// rules, same transaction, and identity makes it safe to repeat. What was taken is marked and kept.
/// </summary>
public sealed class QuarantineRetry(HubStore store, IReadOnlyDictionary<(string Id, string Version), Chart> charts)
{
    private readonly SettingsShelf shelf = new(charts);

    /// <summary>Tries one entry, in a transaction of its own.</summary>
    public RetryLine Retry(long id, DateTimeOffset now)
    {
        try
        {
            return store.Write(write => Retry(write, id, now));
        }
        catch (Exception unexpected) when (unexpected is not System.Data.Common.DbException broken || HubStore.IsRefusal(broken))
        {
            return new RetryLine(id, RetryOutcome.Failed, 0, 0, unexpected.GetType().Name); // one entry must not hold up the others
        }
    }

    private RetryLine Retry(StoreTransaction write, long id, DateTimeOffset now)
    {
        if (write.QuarantineOf(id) is not { } kept)
        {
            return new RetryLine(id, RetryOutcome.Absent, 0, 0, "there is no such entry");
        }
        if (kept.Row.TakenMs is not null)
        {
            return new RetryLine(id, RetryOutcome.AlreadyTaken, 0, 0, "");
        }
        RetryLine line = kept.Entry.Context is { } context ? RetryItem(write, id, kept.Entry, context, kept.Bytes, now) : RetryBatch(write, id, kept.Entry, kept.Bytes, now);
        if (line.Outcome == RetryOutcome.Taken)
        {
            write.MarkTaken(id, now);
        }
        return line;
    }

    private RetryLine RetryItem(StoreTransaction write, long id, QuarantineEntry entry, BatchContext context, byte[] bytes, DateTimeOffset now)
    {
        BatchProperties named = BatchProperties.TryRead(entry.Properties, out BatchProperties? range) ? range! : new BatchProperties(entry.Outbox, entry.Lane, entry.First, 1, default, default);
        ItemTaking taking = Taking(write, entry, context, entry.Sent ?? now, now);
        if (taking.Take(bytes, item => RangeRule.Check(item, named, named.First, named.Last)) is { } refusal)
        {
            return new RetryLine(id, RetryOutcome.Refused, 0, 0, refusal.Detail);
        }
        return new RetryLine(id, RetryOutcome.Taken, 1 - taking.Known, 0, "");
    }

    private RetryLine RetryBatch(StoreTransaction write, long id, QuarantineEntry entry, byte[] body, DateTimeOffset now)
    {
        if (!BatchProperties.TryRead(entry.Properties, out BatchProperties? named))
        {
            return new RetryLine(id, RetryOutcome.NotEnoughKept, 0, 0, "put aside by a version that did not keep the properties");
        }
        if (!Batch.TryRead(body, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem))
        {
            return new RetryLine(id, RetryOutcome.Refused, 0, 0, problem);
        }
        // the lane has moved on: only the batch's own chain is proved, not where it stands in what is stored
        if (BatchCheck.Mismatch(named!, head!, items, new LaneCursor(0, Chain.Zero, 0, 0)) is { } wrong)
        {
            return new RetryLine(id, RetryOutcome.Refused, 0, 0, wrong.Detail);
        }
        ItemTaking taking = Taking(write, entry, head!.Context, head.Sent, now);
        int putAside = 0;
        for (int index = 0; index < items.Count; index++)
        {
            long number = named!.First + index;
            if (taking.Take(items[index], item => RangeRule.Check(item, named, number, named.Through ?? number)) is { } refusal)
            {
                write.Quarantine(entry with { First = number, Count = 1, Code = refusal.Word, Reason = refusal.Detail, Context = head.Context, Sent = head.Sent,
                    Properties = named.Through is null ? [] : entry.Properties }, items[index], now);
                putAside++;
            }
        }
        return new RetryLine(id, RetryOutcome.Taken, items.Count - putAside - taking.Known, putAside, "");
    }

    private ItemTaking Taking(StoreTransaction write, QuarantineEntry entry, BatchContext context, DateTimeOffset sent, DateTimeOffset now) =>
        new(write, entry.Gateway, entry.Outbox, context, sent, shelf, now, again: true);
}
