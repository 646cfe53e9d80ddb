using TeleMonitor.Gateway.Uplink;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Uplink;

/// <summary>
/// The hub's side of design.md section 6, as small as it can be: a cursor and a chain per outbox and lane, a receipt after each
/// batch, <c>resend</c> on a gap. Excluded: quarantine and groups of gateways, which a gateway cannot tell apart.
/// </summary>
internal sealed class SimHub
{
    private readonly Dictionary<string, List<byte[]>> stored = WireWord.Lanes.ToDictionary(lane => lane, _ => new List<byte[]>());
    private readonly Dictionary<string, List<Chain>> chains = WireWord.Lanes.ToDictionary(lane => lane, _ => new List<Chain> { Chain.Zero });
    private int life = 1;

    public string Id => $"hub-{life}";
    public bool KnowsTheGateway { get; set; } = true;
    public IReadOnlyList<byte[]> Stored(string lane) => stored[lane];

    /// <summary>Restored from a backup that lacks the newest items: another id, lower cursors.</summary>
    public void Restore(Random dice)
    {
        life++;
        foreach (string lane in WireWord.Lanes)
        {
            int kept = dice.Next(stored[lane].Count + 1);
            stored[lane].RemoveRange(kept, stored[lane].Count - kept);
            chains[lane].RemoveRange(kept + 1, chains[lane].Count - kept - 1);
        }
    }

    public Receipt Take(LinkBatch batch, DateTimeOffset at)
    {
        if (!KnowsTheGateway)
        {
            return new Receipt { Hub = Id, Answer = "unknown", At = at };
        }
        Assert.True(Batch.TryRead(batch.Body, out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out string problem), problem);
        Assert.True(BatchProperties.TryRead(batch.Properties.ToUserProperties(), out BatchProperties? facts));
        Assert.Equal(facts, new BatchProperties(head!.Outbox, head.Lane, head.First, items.Count, head.Before, items.Aggregate(head.Before, (chain, item) => chain.Next(item.Span))));
        List<byte[]> lane = stored[head.Lane];
        bool? resend = null;
        if (head.First == lane.Count + 1)
        {
            Assert.Equal(chains[head.Lane][^1], head.Before);
            foreach (ReadOnlyMemory<byte> item in items)
            {
                lane.Add(item.ToArray());
                chains[head.Lane].Add(chains[head.Lane][^1].Next(item.Span));
            }
        }
        else if (head.First > lane.Count + 1)
        {
            resend = true;
        }
        return new Receipt
        {
            Hub = Id, Outbox = head.Outbox, Lane = head.Lane, Through = lane.Count, Chain = chains[head.Lane][^1].ToString(), Refused = 0, Resend = resend, At = at,
        };
    }
}
