using System.Text.Json;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Takes one batch into one transaction: sequence, chain, each item once, cursor. May refuse an item, never a lane (design.md rule 7).
/// </summary>
/// <param name="hubId">Id of the store, for receipts.</param>
/// <param name="charts">The charts the hub recomputes with, by id and version.</param>
public sealed class BatchIngest(string hubId, IReadOnlyDictionary<(string Id, string Version), Chart> charts)
{
    /// <summary>Takes a batch.</summary>
    public Ingested Take(StoreTransaction store, IncomingBatch batch, DateTimeOffset now)
    {
        if (!store.IsRegistered(batch.Gateway))
        {
            store.Finding(batch.Gateway, "finding/unregistered-gateway", "", now);
            return new Ingested(IngestOutcome.Unregistered, new Receipt { Hub = hubId, At = now, Answer = "unknown" }, 0, false);
        }
        if (!BatchProperties.TryRead(batch.Properties, out BatchProperties? named) || !string.Equals(named!.Lane, batch.Lane, StringComparison.Ordinal))
        {
            store.Finding(batch.Gateway, "finding/batch-without-properties", batch.Lane, now);
            return new Ingested(IngestOutcome.NoProperties, null, 0, false);
        }
        LaneCursor cursor = store.Cursor(batch.Gateway, named.Outbox, named.Lane);
        return TakeNamed(new Step(store, batch, named, cursor, now));
    }

    /// <summary>Puts a whole batch aside because handling it failed in a way nobody foresaw. The lane moves on all the same.</summary>
    public Ingested Refuse(StoreTransaction store, IncomingBatch batch, string reason, DateTimeOffset now)
    {
        if (!BatchProperties.TryRead(batch.Properties, out BatchProperties? named))
        {
            store.Finding(batch.Gateway, "finding/batch-without-properties", batch.Lane, now);
            return new Ingested(IngestOutcome.NoProperties, null, 0, false);
        }
        return RefuseWhole(new Step(store, batch, named!, store.Cursor(batch.Gateway, named!.Outbox, named.Lane), now), reason);
    }

    private sealed record Step(StoreTransaction Store, IncomingBatch Batch, BatchProperties Named, LaneCursor Cursor, DateTimeOffset Now)
    {
        public long Last => Named.Last;
    }

    private Ingested TakeNamed(Step step)
    {
        (_, IncomingBatch batch, BatchProperties named, LaneCursor cursor, _) = step;
        if (named.First > cursor.Through + 1)
        {
            return Answer(step, IngestOutcome.Gap, cursor, resend: true);
        }
        if (step.Last <= cursor.Through)
        {
            return Save(step, IngestOutcome.AlreadyStored, cursor with { Resent = cursor.Resent + named.Count }, 0, false);
        }
        bool follows = named.First == cursor.Through + 1;
        if (follows && named.Before != cursor.Chain)
        {
            step.Store.Finding(batch.Gateway, "finding/chain-differs", named.Lane, step.Now);
            return Answer(step, IngestOutcome.ChainDiffers, cursor, resend: false);
        }
        if (!Batch.TryRead(batch.Body, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem))
        {
            return RefuseWhole(step, problem);
        }
        if (Mismatch(named, head!, items, cursor, out bool chainBroken) is { Length: > 0 } wrong)
        {
            return chainBroken ? Answer(step, IngestOutcome.ChainDiffers, cursor, resend: false) : RefuseWhole(step, wrong);
        }
        return TakeItems(step, head!, items);
    }

    /// <summary>Compares the body with its properties and with what is stored. Empty when all agrees.</summary>
    private static string Mismatch(BatchProperties named, BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items, LaneCursor cursor, out bool chainBroken)
    {
        chainBroken = false;
        if (!string.Equals(head.Outbox, named.Outbox, StringComparison.Ordinal) || !string.Equals(head.Lane, named.Lane, StringComparison.Ordinal)
            || head.First != named.First || items.Count != named.Count || head.Before != named.Before)
        {
            return "the head does not say what the properties say";
        }
        Chain chain = named.Before;
        for (int index = 0; index < items.Count; index++)
        {
            chain = chain.Next(items[index].Span);
            if (named.First + index == cursor.Through && chain != cursor.Chain)
            {
                chainBroken = true; // the part that overlaps what is stored is not what is stored
                return "the overlap differs from what is stored";
            }
        }
        return chain == named.After ? "" : "the items do not give the chain that the properties name";
    }

    private Ingested RefuseWhole(Step step, string reason)
    {
        (StoreTransaction store, IncomingBatch batch, BatchProperties named, LaneCursor cursor, DateTimeOffset now) = step;
        store.Quarantine(new QuarantineEntry(batch.Gateway, named.Outbox, named.Lane, named.First, named.Last - named.First + 1, "", reason) { Properties = batch.Properties }, batch.Body, now);
        store.Finding(batch.Gateway, "finding/batch-refused", named.Lane, now);
        bool work = OweUnreadableAlert(step);
        int fresh = (int)(step.Last - cursor.Through);
        return Save(step, IngestOutcome.RefusedWhole, cursor with { Through = step.Last, Chain = named.After, Refused = cursor.Refused + fresh }, 0, work);
    }

    private Ingested TakeItems(Step step, BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        (StoreTransaction store, IncomingBatch batch, BatchProperties named, LaneCursor cursor, DateTimeOffset now) = step;
        Dictionary<int, Assignment> assignments = store.AssignmentsOf(batch.Gateway).ToDictionary(assignment => assignment.Number);
        var taking = new ItemTaking(store, batch.Gateway, head.Context, VersionsJson(head.Context), charts, assignments, now);
        int fresh = 0;
        for (int index = (int)(cursor.Through + 1 - named.First); index < items.Count; index++)
        {
            string refusal = taking.Take(items[index]);
            if (refusal.Length == 0)
            {
                fresh++;
                continue;
            }
            store.Quarantine(new QuarantineEntry(batch.Gateway, named.Outbox, named.Lane, named.First + index, 1, "", refusal) { Context = head.Context, Sent = head.Sent }, items[index], now);
            store.Finding(batch.Gateway, "finding/item-refused", named.Lane, now);
            cursor = cursor with { Refused = cursor.Refused + 1 };
            taking.Work |= OweUnreadableAlert(step, taking.EndedAssignment);
        }
        taking.Save();
        long again = cursor.Through + 1 - named.First + taking.Known;
        return Save(step, IngestOutcome.Stored, cursor with { Through = step.Last, Chain = named.After, Resent = cursor.Resent + again }, fresh - taking.Known, taking.Work);
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
        int[] open = ended is { } named ? [named] : [.. step.Store.AssignmentsOf(step.Batch.Gateway).Where(assignment => assignment.IsOpen(step.Now)).Select(assignment => assignment.Number)];
        foreach (int assignment in open.Length > 0 ? open : [0])
        {
            step.Store.AddToDo(ToDo.UnreadableAlert, step.Now, assignment, step.Batch.Gateway);
        }
        return true;
    }

    private Ingested Save(Step step, IngestOutcome outcome, LaneCursor cursor, int fresh, bool work)
    {
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

    private static string VersionsJson(BatchContext context) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(context.Versions.ToDictionary(), StringComparer.Ordinal));
}

/// <summary>Kinds of owed work.</summary>
public static class ToDo
{
    /// <summary>An alert row is to become a case or join one; subject: alert row.</summary>
    public const string Alert = "alert";
    /// <summary>An alert could not be read; subject: assignment (0: none known), detail: gateway.</summary>
    public const string UnreadableAlert = "unreadable-alert";
    /// <summary>A score names an alert that was not stored yet; subject: score item, detail: JSON of what the hub would say.</summary>
    public const string AlertExpected = "alert-expected";
}
