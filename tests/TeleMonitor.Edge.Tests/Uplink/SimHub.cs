using System.Text;
using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

/// <summary>
/// The hub's side of design.md section 6, as small as it can be: a cursor and a chain per outbox and lane, every item once by its bytes,
/// a receipt after each batch, <c>resend</c> on a gap. Excluded: quarantine and groups of gateways, which a gateway cannot tell apart.
/// </summary>
internal sealed class SimHub
{
    private sealed record Entry(string Outbox, string Lane, long Through, Chain Chain, byte[] Bytes);

    private readonly List<Entry> log = [];
    private int life = 1;

    public string Id => $"hub-{life}";
    public bool KnowsTheGateway { get; set; } = true;

    /// <summary>Batches of these bytes get no answer, as if their properties had been lost on the way.</summary>
    public byte[]? Deaf { get; set; }

    /// <summary>What was stored, each once, in order; what the gateway says about itself left out.</summary>
    public IReadOnlyList<byte[]> Stored(string lane) =>
        [.. log.Where(entry => entry.Lane == lane && !Says(entry.Bytes)).DistinctBy(entry => Encoding.UTF8.GetString(entry.Bytes)).Select(entry => entry.Bytes)];

    /// <summary>What the gateway said about itself in this lane: findings, ranges.</summary>
    public IReadOnlyList<Item> Said(string lane) =>
        [.. log.Where(entry => entry.Lane == lane && Says(entry.Bytes)).Select(entry => WireItems.TryRead(entry.Bytes, out Item? item, out string problem) ? item! : throw new InvalidOperationException(problem))];

    private static bool Says(byte[] item) => Array.Exists(["finding", "gone", "thinned"], kind => Encoding.UTF8.GetString(item).StartsWith($"{{\"kind\":\"{kind}\"", StringComparison.Ordinal));

    /// <summary>Restored from a backup that lacks the newest items: another id, lower cursors.</summary>
    public void Restore(Random dice)
    {
        life++;
        int kept = dice.Next(log.Count + 1);
        log.RemoveRange(kept, log.Count - kept);
    }

    /// <summary>How much is stored, and the store as it was when so much was; nobody says so.</summary>
    public int Size => log.Count;

    /// <inheritdoc cref="Size"/>
    public void PutBack(int size) => log.RemoveRange(size, log.Count - size);

    public Receipt? Take(LinkBatch batch, DateTimeOffset at)
    {
        if (!KnowsTheGateway)
        {
            return new Receipt { Hub = Id, Answer = "unknown", At = at };
        }
        Assert.True(Batch.TryRead(batch.Body, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem), problem);
        Assert.True(BatchProperties.TryRead(batch.Properties.ToUserProperties(), out BatchProperties? facts));
        Chain after = facts!.Through is null ? items.Aggregate(head!.Before, (chain, item) => chain.Next(item.Span)) : facts.After;
        Assert.Equal(facts, new BatchProperties(head!.Outbox, head.Lane, head.First, items.Count, head.Before, after, facts.Through));
        if (Deaf is { } deaf && items.Any(item => item.Span.SequenceEqual(deaf)))
        {
            return null;
        }
        (long through, Chain chain) = Cursor(head.Outbox, head.Lane);
        bool? resend = head.First > through + 1 ? true : null;
        bool differs = (head.First == through + 1 && head.Before != chain) || (facts.Through is null && Overlap(head, items, through) is { } here && here != chain);
        if (resend is null && !differs && facts.Last > through)
        {
            Store(head, facts, items, through);
            (through, chain) = Cursor(head.Outbox, head.Lane);
        }
        return new Receipt { Hub = Id, Outbox = head.Outbox, Lane = head.Lane, Through = through, Chain = chain.ToString(), Refused = 0, Resend = resend, At = at };
    }

    /// <summary>How far it has a lane of this outbox.</summary>
    public long Through(string outbox, string lane) => Cursor(outbox, lane).Through;

    // the batch's own chain at the cursor, where it overlaps what is stored and goes beyond
    private static Chain? Overlap(BatchHead head, IReadOnlyList<ReadOnlyMemory<byte>> items, long through)
    {
        if (head.First > through || head.First + items.Count - 1 <= through)
        {
            return null;
        }
        return items.Take((int)(through - head.First + 1)).Aggregate(head.Before, (chain, item) => chain.Next(item.Span));
    }

    private void Store(BatchHead head, BatchProperties facts, IReadOnlyList<ReadOnlyMemory<byte>> items, long through)
    {
        if (facts.Through is { } last)
        {
            log.Add(new Entry(head.Outbox, head.Lane, last, facts.After, items[0].ToArray()));
            return;
        }
        Chain chain = head.Before;
        for (int i = 0; i < items.Count; i++)
        {
            chain = chain.Next(items[i].Span);
            if (head.First + i > through)
            {
                log.Add(new Entry(head.Outbox, head.Lane, head.First + i, chain, items[i].ToArray()));
            }
        }
    }

    private (long Through, Chain Chain) Cursor(string outbox, string lane) =>
        log.FindLast(entry => entry.Outbox == outbox && entry.Lane == lane) is { } last ? (last.Through, last.Chain) : (0, Chain.Zero);
}
