using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>
/// Knows which Red or help press waits for the hub's receipt. It begins with what the outbox holds, so that a restart forgets nothing, and
/// is told what is made from then on. Safe from the judging and the sending thread.
/// </summary>
/// <param name="outbox">The outbox.</param>
internal sealed class UrgentWatch(IOutboxStore outbox)
{
    private const int LookBack = 50, Portion = 8;

    private readonly Lock gate = new();
    private string id = "";
    private long settled; // through here nothing urgent waits; never goes back under one id: what a hub asks for again had been sent
    private (long Number, UrgentItem Item)? oldest;
    private UrgentItem? newest, uncommitted;

    /// <summary>One was committed.</summary>
    public void Committed(UrgentItem made)
    {
        lock (gate)
        {
            (newest, uncommitted) = (made, null);
            if (oldest is null && string.Equals(id, outbox.Id, StringComparison.Ordinal))
            {
                oldest = (outbox.Standing(WireWord.AlertLane).Last, made);
            }
        }
    }

    /// <summary>One was made and could not be committed.</summary>
    public void NotCommitted(UrgentItem made)
    {
        lock (gate)
        {
            uncommitted ??= made;
        }
    }

    /// <summary>How it stands now.</summary>
    /// <inheritdoc cref="UrgentRules.Judge"/>
    /// <exception cref="OutboxException">The outbox cannot be read; ask again.</exception>
    public UrgentStanding Look(string boot, long microseconds, DateTimeOffset wall)
    {
        lock (gate)
        {
            LaneStanding lane = outbox.Standing(WireWord.AlertLane);
            if (!string.Equals(id, outbox.Id, StringComparison.Ordinal))
            {
                (settled, oldest) = (lane.Through, null);
                newest ??= Last(Math.Max(Math.Max(lane.Forgotten, 0), lane.Last - LookBack), lane.Last);
                id = outbox.Id;
            }
            settled = Math.Max(settled, lane.Through);
            oldest = oldest?.Number > settled ? oldest : null;
            if (oldest is null && settled < lane.Last)
            {
                oldest = Urgent(settled, lane.Last).Select(found => ((long, UrgentItem)?)found).FirstOrDefault();
                settled = oldest is null ? lane.Last : settled;
            }
            return UrgentRules.Judge(oldest?.Item ?? uncommitted, newest, boot, microseconds, wall);
        }
    }

    private UrgentItem? Last(long after, long last) => Urgent(after, last).Select(found => found.Item).LastOrDefault();

    private IEnumerable<(long Number, UrgentItem Item)> Urgent(long after, long last)
    {
        while (after < last)
        {
            OutboxBatch? batch;
            DamagedItemException? damaged = null;
            try
            {
                batch = outbox.ReadBatch(WireWord.AlertLane, after, Portion);
            }
            catch (DamagedItemException found)
            {
                (batch, damaged) = (null, found);
            }
            if (damaged is not null)
            {
                yield return (after + 1, UrgentItem.Of(null, "")!);
                after++;
                continue;
            }
            if (batch is null)
            {
                yield break; // no longer kept
            }
            for (int i = 0; i < batch.Items.Count; i++)
            {
                long number = batch.Through ?? batch.First + i;
                WireItems.TryRead(batch.Items[i].Span, out Item? item, out _);
                if (UrgentItem.Of(item, batch.Context.Boot) is { } urgent)
                {
                    yield return (number, urgent);
                }
            }
            after = batch.Last;
        }
    }
}
