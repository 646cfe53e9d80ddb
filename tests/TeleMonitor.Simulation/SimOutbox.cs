using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>The simulated side of <see cref="IOutboxStore"/>: held to the same contract tests as the SQLite file. Faults: those of its card.</summary>
internal class SimOutbox(SimCard card, Func<string> newId) : IOutboxStore
{
    private bool unsaved;

    /// <summary>Called before a commit is written: it may or may not survive what follows.</summary>
    public Action<OutboxCommit> Attempting { get; set; } = _ => { };

    /// <summary>Called when a commit has returned.</summary>
    public Action<OutboxCommit> Stored { get; set; } = _ => { };

    public string Id => card.Live.Id;

    public virtual void Commit(OutboxCommit commit)
    {
        foreach (OutboxItem item in commit.Items)
        {
            if (item.Bytes.Length is 0 or > WireItems.MaxItemBytes)
            {
                throw new ArgumentException($"an item has 1 to {WireItems.MaxItemBytes} bytes, {item.Code} has {item.Bytes.Length}", nameof(commit));
            }
        }
        commit = commit with { Items = [.. commit.Items], Findings = [.. commit.Findings] }; // the caller uses its lists again
        Attempting(commit);
        Store(commit);
        Stored(commit);
    }

    /// <summary>One transaction.</summary>
    protected virtual void Store(OutboxCommit commit) => Write(state => Apply(state, commit));

    private static void Apply(CardState state, OutboxCommit commit)
    {
        foreach (OutboxItem item in commit.Items)
        {
            CardLane lane = state.Lanes[item.Lane];
            lane.Chain = lane.Chain.Next(item.Bytes);
            lane.Items.Add(new CardItem(++lane.Last, lane.Last, false, commit.Context, item.Tick, item.Code, item.Bytes, lane.Chain));
        }
        if (commit.LastTick > 0)
        {
            state.Counters["tick"] = (commit.Context.Boot, commit.LastTick);
        }
        foreach ((int assignment, RuleState rules) in commit.States)
        {
            state.States[assignment] = rules;
        }
        foreach (FindingChange change in commit.Findings)
        {
            Apply(state, change);
        }
    }

    private static void Apply(CardState state, FindingChange change)
    {
        int place = state.Findings.FindIndex(finding => string.Equals(finding.Code, change.Code, StringComparison.Ordinal));
        switch (place, change.Text)
        {
            case ( < 0, null): break;
            case (_, null): state.Findings.RemoveAt(place); break;
            case ( < 0, _): state.Findings.Add(new OpenFinding(change.Code, change.Text, change.At)); break;
            default: state.Findings[place] = state.Findings[place] with { Text = change.Text }; break;
        }
    }

    private void Write(Action<CardState> change)
    {
        card.Write(change);
        unsaved = false;
    }

    public RuleState? ReadState(int assignment) => card.Live.States.GetValueOrDefault(assignment);

    public long LastTick(string boot) => Counter("tick", boot);

    public long NextConnection(string boot)
    {
        long next = Counter("connection", boot) + 1;
        Write(state => state.Counters["connection"] = (boot, next));
        return next;
    }

    private long Counter(string name, string boot) =>
        card.Live.Counters.TryGetValue(name, out (string Boot, long Number) kept) && string.Equals(kept.Boot, boot, StringComparison.Ordinal) ? kept.Number : 0;

    public LaneStanding Standing(string lane) => LaneOf(lane).Standing;

    private CardLane LaneOf(string lane) => card.Live.Lanes.TryGetValue(lane, out CardLane? found) ? found : throw new ArgumentException($"there is no lane '{lane}'", nameof(lane));

    public OutboxBatch? ReadBatch(string lane, long after, int maxItems)
    {
        CardLane from = LaneOf(lane);
        long wanted = after + from.Base + 1;
        int place = from.PlaceOf(wanted);
        if (place < 0 || from.Items[place].End < wanted || from.ChainAt(from.Items[place].Number - 1) is not { } before)
        {
            return null;
        }
        CardItem first = from.Items[place];
        if (first.IsRange)
        {
            return new OutboxBatch(lane, first.Number - from.Base, before, first.Chain, first.Context, [first.Bytes]) { Through = first.End - from.Base };
        }
        var items = new List<ReadOnlyMemory<byte>>();
        (int bytes, Chain chain) = (Batch.HeadBytes, before);
        for (; place < from.Items.Count && items.Count < maxItems; place++)
        {
            CardItem item = from.Items[place];
            if (items.Count > 0 && (item.IsRange || !item.Context.SameAs(first.Context) || bytes + item.Bytes.Length + 1 > Batch.MaxBytes))
            {
                break;
            }
            (bytes, chain) = (bytes + item.Bytes.Length + 1, item.Chain);
            items.Add(item.Bytes);
        }
        return new OutboxBatch(lane, first.Number - from.Base, before, chain, first.Context, items);
    }

    public Chain? ChainAt(string lane, long number) => number < 0 ? null : LaneOf(lane).ChainAt(number + LaneOf(lane).Base);

    public void Remember(string lane, string hub, long through, Chain chain, long refused, DateTimeOffset at)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(through, Standing(lane).Last);
        unsaved = true;
        card.WriteLater(state =>
        {
            CardLane to = state.Lanes[lane];
            (to.Through, to.ThroughChain, to.Hub, to.Refused, to.ReceiptAt) = (through + to.Base, chain, hub, refused, at);
            to.Days[Day(at)] = to.Through;
            state.Trusted = state.Trusted is { } known && known >= at ? known : at.ToUniversalTime();
        });
    }

    public bool Save()
    {
        bool any = unsaved;
        if (any)
        {
            Write(_ => { });
        }
        return any;
    }

    public long Forget(DateTimeOffset before, long most = long.MaxValue)
    {
        long dropped = 0;
        Write(state => dropped = state.Lanes.Values.Sum(lane => Forget(lane, Day(before), most)));
        return dropped;
    }

    private static long Forget(CardLane lane, long day, long most)
    {
        long[] past = [.. lane.Days.Keys.Where(known => known < day)];
        if (past.Length == 0)
        {
            return 0;
        }
        long below = Math.Min(Math.Min(lane.Days[past[^1]], lane.Through), most < long.MaxValue - lane.KeptAfter ? lane.KeptAfter + most + 1 : long.MaxValue);
        foreach (long old in past.SkipLast(1))
        {
            lane.Days.Remove(old);
        }
        int count = lane.Items.FindIndex(item => item.End >= below) is >= 0 and var first ? first : lane.Items.Count;
        if (count > 0)
        {
            (lane.KeptAfter, lane.KeptChain) = (lane.Items[count - 1].End, lane.Items[count - 1].Chain);
            lane.Items.RemoveRange(0, count);
        }
        return count;
    }

    public void Cover(OutboxRange range)
    {
        CardLane lane = LaneOf(range.Item.Lane);
        if (range.First < 1 || range.Through < range.First || range.Through + lane.Base > lane.Last || lane.KeptChainAt(range.Through + lane.Base) is null)
        {
            throw new ArgumentException($"lane {lane.Lane} has no whole range {range.First} to {range.Through}", nameof(range));
        }
        Covering(range);
        Write(state => Apply(state, range));
    }

    /// <summary>Called before numbers are covered.</summary>
    public Action<OutboxRange> Covering { get; set; } = _ => { };

    private static void Apply(CardState state, OutboxRange range)
    {
        CardLane lane = state.Lanes[range.Item.Lane];
        (long first, long through) = (range.First + lane.Base, range.Through + lane.Base);
        Chain chain = lane.KeptChainAt(through)!.Value;
        lane.Items.RemoveAll(item => item.Number <= through && item.End >= first);
        lane.Items.Insert(lane.PlaceOf(first) + 1, new CardItem(first, through, true, range.Context, range.Item.Tick, range.Item.Code, range.Item.Bytes, chain));
        state.Counters["tick"] = (range.Context.Boot, range.Item.Tick);
        state.Thinned += string.Equals(range.Item.Code, WireWord.ThinnedReadings, StringComparison.Ordinal) ? range.Through - range.First + 1 : 0;
    }

    public void Renew(OutboxCommit with)
    {
        with = with with { Items = [.. with.Items], Findings = [.. with.Findings] };
        string id = newId();
        Attempting(with);
        Write(state =>
        {
            state.Id = id;
            foreach (CardLane lane in state.Lanes.Values)
            {
                Rebase(lane);
            }
            Apply(state, with);
        });
        Stored(with);
    }

    public IReadOnlyList<int> Assignments => [.. card.Live.States.Keys.Where(assignment => assignment > 0).Order()];

    public bool Wipe(IReadOnlyCollection<int> goOn, OutboxCommit with)
    {
        with = with with { Items = [.. with.Items], Findings = [.. with.Findings] };
        if (card.Live.Lanes.Values.Any(lane => lane.Standing.Waiting > 0))
        {
            return false;
        }
        string id = newId();
        Attempting(with);
        Write(state =>
        {
            state.Id = id;
            foreach (CardLane lane in state.Lanes.Values)
            {
                (lane.KeptAfter, lane.KeptChain) = (lane.Last, lane.Chain);
                lane.Items.Clear();
                lane.Days.Clear();
                Rebase(lane);
            }
            state.Notices.Clear();
            state.Findings.Clear();
            state.Profile = goOn.Count == 0 && state.Profile is { } kept ? kept with { Bundle = null } : state.Profile;
            foreach (int assignment in state.States.Keys.Where(number => goOn.Count == 0 || (number > 0 && !goOn.Contains(number))).ToArray())
            {
                state.States.Remove(assignment);
            }
            Apply(state, with);
        });
        Stored(with);
        return true;
    }

    private static void Rebase(CardLane lane)
    {
        long number = lane.KeptAfter;
        Chain chain = Chain.Zero;
        for (int i = lane.PlaceOf(number) + 1; i < lane.Items.Count; i++)
        {
            chain = chain.Next(lane.Items[i].Bytes);
            lane.Items[i] = lane.Items[i] with { Chain = chain };
        }
        (lane.Base, lane.Through, lane.ThroughChain, lane.Chain) = (number, number, Chain.Zero, chain);
        (lane.Hub, lane.Refused, lane.ReceiptAt) = (null, 0, null);
    }

    private static long Day(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerDay;

    public NoticeStanding Notices => card.Live.NoticeStanding;

    public void Keep(string hub, long first, IReadOnlyList<Notice> notices)
    {
        Notice[] kept = [.. notices];
        Write(state =>
        {
            state.Notices.AddRange(kept.Select((notice, place) => new KeptNotice(hub, first + place, notice))
                .Where(one => !state.Notices.Exists(old => old.Number == one.Number && string.Equals(old.Hub, hub, StringComparison.Ordinal))));
            state.NoticeStanding = new NoticeStanding(hub, first + kept.Length - 1);
        });
    }

    public IReadOnlyList<KeptNotice> ReadNotices(int count) => [.. card.Live.Notices.AsEnumerable().Reverse().Take(count)];

    public KeptProfile? Profile => card.Live.Profile;

    public IReadOnlyList<PinnedKey> PinnedKeys => [.. card.Live.Pinned.Values];

    public void Keep(KeptProfile profile, PinnedKey? key) => Write(state =>
    {
        state.Profile = profile;
        if (key is not null)
        {
            state.Pinned[key.Role] = key;
        }
    });

    public IReadOnlyList<OpenFinding> ReadFindings() =>
        [.. card.Live.Findings.OrderBy(finding => finding.Since).ThenBy(finding => finding.Code, StringComparer.Ordinal)];

    public DateTimeOffset? TrustedTime => card.Live.Trusted;

    public DiskUse Disk => new(card.Live.Lanes.Values.Sum(lane => lane.Items.Sum(item => (long)item.Bytes.Length)), card.Limit, card.Live.Thinned);

    public IReadOnlyList<ThinRow> ReadRows(string lane, long after, int count)
    {
        CardLane from = LaneOf(lane);
        long wanted = Math.Max(after, 0) + from.Base + 1;
        int place = from.PlaceOf(wanted);
        place += place < 0 || from.Items[place].End < wanted ? 1 : 0;
        return [.. from.Items.Skip(place).Take(count).Select(item => new ThinRow(item.Number - from.Base, item.Context,
            !item.IsRange && WireItems.TryRead(item.Bytes, out Item? read, out _) ? read : null))];
    }

    public void Dispose()
    {
        if (unsaved && !card.Full)
        {
            Save();
        }
        GC.SuppressFinalize(this);
    }
}
