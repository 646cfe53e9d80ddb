using TeleMonitor.Gateway.Outbox;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

/// <summary>The simulated side of <see cref="IOutboxStore"/>: held to the same contract tests as the SQLite file. Faults: those of its card.</summary>
internal class SimOutbox(SimCard card) : IOutboxStore
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
        OutboxItem[] items = [.. commit.Items]; // the caller uses its list again
        commit = new OutboxCommit { Context = commit.Context, Items = items, LastTick = commit.LastTick, Assignment = commit.Assignment, State = commit.State };
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
            Chain chain = lane.Standing.LastChain.Next(item.Bytes);
            lane.Items.Add(new CardItem(lane.Standing.Last + 1, commit.Context, item.Tick, item.Code, item.Bytes, chain));
            lane.Standing = lane.Standing with { Last = lane.Standing.Last + 1, LastChain = chain };
        }
        if (commit.LastTick > 0)
        {
            state.Counters["tick"] = (commit.Context.Boot, commit.LastTick);
        }
        if (commit.State is { } rules)
        {
            state.States[commit.Assignment] = rules;
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

    public LaneStanding Standing(string lane) => card.Live.Lanes.TryGetValue(lane, out CardLane? found) ? found.Standing : throw new ArgumentException($"there is no lane '{lane}'", nameof(lane));

    public OutboxBatch? ReadBatch(string lane, long after, int maxItems)
    {
        CardLane from = card.Live.Lanes[lane];
        if (ChainAt(lane, after) is not { } before || from.Find(after + 1) is not { } first)
        {
            return null;
        }
        var items = new List<ReadOnlyMemory<byte>>();
        (int bytes, Chain chain) = (Batch.HeadBytes, before);
        for (CardItem? item = first; item is not null && items.Count < maxItems; item = from.Find(item.Number + 1))
        {
            if (items.Count > 0 && (!item.Context.SameAs(first.Context) || bytes + item.Bytes.Length + 1 > Batch.MaxBytes))
            {
                break;
            }
            (bytes, chain) = (bytes + item.Bytes.Length + 1, item.Chain);
            items.Add(item.Bytes);
        }
        return new OutboxBatch(lane, after + 1, before, chain, first.Context, items);
    }

    public Chain? ChainAt(string lane, long number) => number == 0 ? Chain.Zero : card.Live.Lanes[lane].Find(number)?.Chain;

    public void Remember(string lane, string hub, long through, long refused, DateTimeOffset at)
    {
        unsaved = true;
        card.WriteLater(state =>
        {
            CardLane to = state.Lanes[lane];
            to.Standing = to.Standing with { Through = through, Hub = hub, Refused = refused, ReceiptAt = at };
            to.Days[Day(at)] = through;
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

    public long Forget(DateTimeOffset before)
    {
        long dropped = 0;
        Write(state => dropped = state.Lanes.Values.Sum(lane => Forget(lane, Day(before))));
        return dropped;
    }

    private static long Forget(CardLane lane, long day)
    {
        long[] past = [.. lane.Days.Keys.Where(known => known < day)];
        if (past.Length == 0)
        {
            return 0;
        }
        long below = Math.Min(lane.Days[past[^1]], lane.Standing.Through);
        foreach (long old in past.SkipLast(1))
        {
            lane.Days.Remove(old);
        }
        return lane.Items.RemoveAll(item => item.Number < below);
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

    public void SetFinding(string code, string? text, DateTimeOffset now) => Write(state =>
    {
        int place = state.Findings.FindIndex(finding => string.Equals(finding.Code, code, StringComparison.Ordinal));
        switch (place, text)
        {
            case (_, null): state.Findings.RemoveAll(finding => string.Equals(finding.Code, code, StringComparison.Ordinal)); break;
            case (< 0, _): state.Findings.Add(new OpenFinding(code, text, now)); break;
            default: state.Findings[place] = state.Findings[place] with { Text = text }; break;
        }
    });

    public IReadOnlyList<OpenFinding> ReadFindings() =>
        [.. card.Live.Findings.OrderBy(finding => finding.Since).ThenBy(finding => finding.Code, StringComparer.Ordinal)];

    public DateTimeOffset? TrustedTime => card.Live.Trusted;

    public void Dispose()
    {
        if (unsaved && !card.Full)
        {
            Save();
        }
        GC.SuppressFinalize(this);
    }
}
