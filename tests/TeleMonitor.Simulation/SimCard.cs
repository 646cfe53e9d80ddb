using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>An item as a card holds it. Numbers count through all ids that the outbox has had; the lane's base is taken off on the wire.</summary>
internal sealed record CardItem(long Number, long End, bool IsRange, BatchContext Context, long Tick, string Code, byte[] Bytes, Chain Chain)
{
    /// <summary>Row of the reading or answer; 0 for any other item.</summary>
    public int Row { get; } = Ledger.RowOf(Bytes);
}

/// <summary>One lane on a card.</summary>
internal sealed class CardLane(string lane)
{
    public string Lane => lane;
    /// <summary>Oldest first, without a hole.</summary>
    public List<CardItem> Items { get; private init; } = [];
    /// <summary>The last receipt of each day by the hub's clock.</summary>
    public SortedDictionary<long, long> Days { get; private init; } = [];
    public long Base { get; set; }
    public long Last { get; set; }
    public long Through { get; set; }
    public long KeptAfter { get; set; }
    public Chain Chain { get; set; }
    public Chain ThroughChain { get; set; }
    public Chain KeptChain { get; set; }
    public string? Hub { get; set; }
    public long Refused { get; set; }
    public DateTimeOffset? ReceiptAt { get; set; }

    public LaneStanding Standing => new(lane, Last - Base, Chain, Through - Base, Hub, Refused, ReceiptAt) { Forgotten = Math.Max(0, KeptAfter - Base) };

    public CardLane Copy() => new(lane)
    {
        Items = [.. Items], Days = new SortedDictionary<long, long>(Days), Base = Base, Last = Last, Through = Through, KeptAfter = KeptAfter,
        Chain = Chain, ThroughChain = ThroughChain, KeptChain = KeptChain, Hub = Hub, Refused = Refused, ReceiptAt = ReceiptAt,
    };

    /// <summary>Place of the last item that begins at or before this number; -1 when there is none.</summary>
    public int PlaceOf(long number)
    {
        (int low, int high) = (0, Items.Count - 1);
        while (low <= high)
        {
            int middle = (low + high) / 2;
            (low, high) = Items[middle].Number <= number ? (middle + 1, high) : (low, middle - 1);
        }
        return high;
    }

    public Chain? ChainAt(long number) =>
        number == Base ? Chain.Zero
        : number < Base ? null
        : number == Last ? Chain
        : number == Through ? ThroughChain
        : KeptChainAt(number);

    public Chain? KeptChainAt(long number) =>
        PlaceOf(number) is >= 0 and var place && Items[place].End == number ? Items[place].Chain
        : number == KeptAfter ? KeptChain
        : null;
}

/// <summary>All that an outbox file says.</summary>
internal sealed class CardState(string id)
{
    public string Id { get; set; } = id;
    public Dictionary<string, CardLane> Lanes { get; private init; } = WireWord.Lanes.ToDictionary(lane => lane, lane => new CardLane(lane), StringComparer.Ordinal);
    public Dictionary<string, (string Boot, long Number)> Counters { get; private init; } = new(StringComparer.Ordinal);
    public Dictionary<int, RuleState> States { get; private init; } = [];
    public List<KeptNotice> Notices { get; private init; } = [];
    public NoticeStanding NoticeStanding { get; set; }
    public List<OpenFinding> Findings { get; private init; } = [];
    public KeptProfile? Profile { get; set; }
    public SortedDictionary<string, PinnedKey> Pinned { get; private init; } = new(StringComparer.Ordinal);
    public DateTimeOffset? Trusted { get; set; }
    public long Thinned { get; set; }

    public CardState Copy() => new(Id)
    {
        Lanes = Lanes.ToDictionary(pair => pair.Key, pair => pair.Value.Copy(), StringComparer.Ordinal), Counters = new(Counters, StringComparer.Ordinal), States = new(States),
        Notices = [.. Notices], NoticeStanding = NoticeStanding, Findings = [.. Findings], Profile = Profile, Pinned = new(Pinned, StringComparer.Ordinal), Trusted = Trusted, Thinned = Thinned,
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

    /// <summary>Bytes of items at which room is made.</summary>
    public long Limit { get; init; } = long.MaxValue;

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
