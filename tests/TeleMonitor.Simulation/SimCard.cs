using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>An item as a card holds it.</summary>
internal sealed record CardItem(long Number, BatchContext Context, long Tick, string Code, byte[] Bytes, Chain Chain)
{
    /// <summary>Row of the reading or answer; 0 for any other item.</summary>
    public int Row { get; } = Ledger.RowOf(Bytes);
}

/// <summary>One lane on a card.</summary>
internal sealed class CardLane(string lane)
{
    public LaneStanding Standing { get; set; } = new(lane, 0, Chain.Zero, 0, null, 0, null);
    /// <summary>Consecutive, oldest first; the last one is the lane's newest.</summary>
    public List<CardItem> Items { get; private init; } = [];
    /// <summary>The last receipt of each day by the hub's clock.</summary>
    public SortedDictionary<long, long> Days { get; private init; } = [];

    public CardLane Copy() => new(Standing.Lane) { Standing = Standing, Items = [.. Items], Days = new SortedDictionary<long, long>(Days) };

    public CardItem? Find(long number)
    {
        int place = Items.Count == 0 ? -1 : (int)(number - Items[0].Number);
        return place >= 0 && place < Items.Count ? Items[place] : null;
    }
}

/// <summary>All that an outbox file says.</summary>
internal sealed class CardState(string id)
{
    public string Id { get; } = id;
    public Dictionary<string, CardLane> Lanes { get; private init; } = WireWord.Lanes.ToDictionary(lane => lane, lane => new CardLane(lane), StringComparer.Ordinal);
    public Dictionary<string, (string Boot, long Number)> Counters { get; private init; } = new(StringComparer.Ordinal);
    public Dictionary<int, RuleState> States { get; private init; } = [];
    public List<KeptNotice> Notices { get; private init; } = [];
    public NoticeStanding NoticeStanding { get; set; }
    public List<OpenFinding> Findings { get; private init; } = [];
    public DateTimeOffset? Trusted { get; set; }

    public CardState Copy() => new(Id)
    {
        Lanes = Lanes.ToDictionary(pair => pair.Key, pair => pair.Value.Copy(), StringComparer.Ordinal), Counters = new(Counters, StringComparer.Ordinal), States = new(States),
        Notices = [.. Notices], NoticeStanding = NoticeStanding, Findings = [.. Findings], Trusted = Trusted,
    };
}

/// <summary>The power went while something was written; nothing after it happens.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>
/// A memory card: what is written, and what survives when the plug is pulled. Faults: a cut loses any suffix of the writes that were
/// not synced; a cut within a write leaves it whole or not at all, since the file system below is SQLite's; the disk is full; the card is
/// replaced by an older image of itself, or copied into a second gateway. Excluded: bits that change (the real file's own tests do
/// that) and a disk that says "synced" and lies (the power-cut rig does that).
/// </summary>
internal sealed class SimCard(string id)
{
    private readonly List<Action<CardState>> cached = [];
    private CardState durable = new(id);

    /// <summary>What a program sees that reads the card now.</summary>
    public CardState Live { get; private set; } = new(id);

    /// <summary>Counts down with each synced write; at zero the power goes within it. Negative: never.</summary>
    public int CutAfter { get; set; } = -1;

    public bool Full { get; set; }

    public void Write(Action<CardState> change)
    {
        if (Full)
        {
            throw new OutboxException("simulated card: the disk is full");
        }
        WriteLater(change);
        if (CutAfter >= 0 && --CutAfter < 0)
        {
            throw new PowerCutException();
        }
        Sync();
    }

    public void WriteLater(Action<CardState> change)
    {
        change(Live);
        cached.Add(change);
    }

    public void Sync()
    {
        foreach (Action<CardState> change in cached)
        {
            change(durable);
        }
        cached.Clear();
    }

    /// <summary>Any suffix of what was not synced is gone.</summary>
    public void PowerCut(Dice dice)
    {
        int kept = dice.Next(cached.Count + 1);
        foreach (Action<CardState> change in cached.Take(kept))
        {
            change(durable);
        }
        cached.Clear();
        Live = durable.Copy();
        CutAfter = -1;
    }

    public CardState Image() => durable.Copy();

    public void Restore(CardState image)
    {
        cached.Clear();
        (durable, Live) = (image.Copy(), image.Copy());
    }
}
