using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

/// <summary>
/// What a person should know about this gateway: kept while it is open, and told to the hub when it begins and when it is over, both in
/// one commit. The sentence stays in the home; the wire carries the code and named facts, never a value. Safe from several threads.
/// </summary>
/// <param name="store">The outbox.</param>
/// <param name="nextTick">Gives a strictly rising tick.</param>
/// <param name="context">Context of items made now.</param>
public sealed class LocalFindings(IOutboxStore store, Func<long> nextTick, Func<BatchContext> context)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> open = store.ReadFindings().ToDictionary(finding => finding.Code, finding => finding.Text, StringComparer.Ordinal);

    /// <summary>True while something is open.</summary>
    public bool Any
    {
        get
        {
            lock (gate)
            {
                return open.Count > 0;
            }
        }
    }

    /// <summary>Codes that are open, in order.</summary>
    public IReadOnlyList<string> Codes
    {
        get
        {
            lock (gate)
            {
                return [.. open.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>True while this one is open.</summary>
    public bool IsOpen(string code)
    {
        lock (gate)
        {
            return open.ContainsKey(code);
        }
    }

    /// <summary>The sentence of one that is open; null when it is not.</summary>
    public string? TextOf(string code)
    {
        lock (gate)
        {
            return open.GetValueOrDefault(code);
        }
    }

    /// <summary>It is so: told once, however often it is said; another sentence is kept.</summary>
    /// <exception cref="OutboxException">It could not be stored; say it again.</exception>
    public void Open(string code, string text, DateTimeOffset wall, params IReadOnlyList<(string Name, string Value)> facts)
    {
        lock (gate)
        {
            if (open.TryGetValue(code, out string? known) && string.Equals(known, text, StringComparison.Ordinal))
            {
                return;
            }
            store.Commit(Begun(code, text, wall, known is not null, facts));
            open[code] = text;
        }
    }

    /// <summary>It is over; nothing when it was not open.</summary>
    /// <exception cref="OutboxException">It could not be stored; say it again.</exception>
    public void Close(string code, DateTimeOffset wall)
    {
        lock (gate)
        {
            if (open.ContainsKey(code))
            {
                OutboxItem item = Item(code, wall, over: true, []);
                store.Commit(new OutboxCommit { Context = context(), Items = [item], LastTick = item.Tick, Findings = [new FindingChange(code, null, wall)] });
                open.Remove(code);
            }
        }
    }

    /// <summary>Stores a finding together with something else: the commit to do it with is given to the function.</summary>
    public void OpenWith(string code, string text, DateTimeOffset wall, IReadOnlyList<(string Name, string Value)> facts, Action<OutboxCommit> store)
    {
        lock (gate)
        {
            store(Begun(code, text, wall, known: false, facts));
            open[code] = text;
        }
    }

    /// <summary>Ends loans: all that was found is over, and is told so; then these assignments say that they have ended.</summary>
    /// <param name="ended">Their numbers.</param>
    /// <param name="goOn">Those that go on.</param>
    /// <param name="wall">Wall time.</param>
    /// <returns>False while there is more to deliver or to wipe; call again.</returns>
    /// <exception cref="OutboxException">Nothing was wiped by this call.</exception>
    public bool Wipe(IReadOnlyList<int> ended, IReadOnlyCollection<int> goOn, DateTimeOffset wall)
    {
        lock (gate)
        {
            OutboxItem[] items = [.. open.Keys.Order(StringComparer.Ordinal).Select(code => Item(code, wall, over: true, [])), .. ended.Select(Ended)];
            bool wiped = store.Wipe(goOn, new OutboxCommit { Context = context(), Items = items, LastTick = items[^1].Tick });
            if (wiped)
            {
                open.Clear();
            }
            return wiped;
        }

        OutboxItem Ended(int assignment)
        {
            var item = new EndedItem { Kind = WireWord.Ended, Tick = nextTick(), Code = WireWord.AssignmentEnded, Assignment = assignment, At = wall };
            return new OutboxItem(WireWord.StatusLane, item.Tick, item.Code, WireItems.Write(item));
        }
    }

    /// <summary>Lets a <c>gone</c> item take the numbers of what can never come.</summary>
    /// <param name="lane">Lane.</param>
    /// <param name="first">First number.</param>
    /// <param name="through">Last number.</param>
    /// <param name="why">forgotten, unanswered or damaged.</param>
    /// <param name="hash">SHA-256 of the bytes, hex, where it is one item.</param>
    /// <param name="wall">Wall time.</param>
    public void CoverGone(string lane, long first, long through, string why, string? hash, DateTimeOffset wall) =>
        store.Cover(new OutboxRange(first, through, GoneItem(store.Id, lane, first, through, why, hash, wall), context()));

    /// <summary>What neither was receipted nor is kept, as items for an outbox that goes on under another id.</summary>
    /// <param name="outbox">The id so far.</param>
    /// <param name="lanes">How its lanes stand.</param>
    /// <param name="stored">Through which number of each the hub's receipts say that it is stored.</param>
    /// <param name="wall">Wall time.</param>
    public IEnumerable<OutboxItem> Gone(string outbox, IReadOnlyList<LaneStanding> lanes, IReadOnlyList<long> stored, DateTimeOffset wall)
    {
        for (int i = 0; i < lanes.Count; i++)
        {
            if (stored[i] < lanes[i].Forgotten)
            {
                yield return GoneItem(outbox, lanes[i].Lane, stored[i] + 1, lanes[i].Forgotten, "forgotten", null, wall);
            }
        }
    }

    private OutboxItem GoneItem(string outbox, string lane, long first, long through, string why, string? hash, DateTimeOffset wall)
    {
        var item = new GoneItem
        {
            Kind = WireWord.Gone, Tick = nextTick(), Code = WireWord.GonePrefix + lane, Assignment = 0, At = wall,
            Outbox = outbox, Lane = lane, From = first, To = through, Why = why, Hash = hash,
        };
        return new OutboxItem(lane, item.Tick, item.Code, WireItems.Write(item));
    }

    private OutboxCommit Begun(string code, string text, DateTimeOffset wall, bool known, IReadOnlyList<(string Name, string Value)> facts)
    {
        OutboxItem[] items = known ? [] : [Item(code, wall, over: false, facts)];
        return new OutboxCommit
        {
            Context = context(), Items = items, LastTick = items.Length > 0 ? items[0].Tick : 0, Findings = [new FindingChange(code, text, wall)],
        };
    }

    private OutboxItem Item(string code, DateTimeOffset wall, bool over, IReadOnlyList<(string Name, string Value)> facts)
    {
        var item = new FindingItem
        {
            Kind = WireWord.Finding, Tick = nextTick(), Code = WireWord.FindingPrefix + code, Assignment = 0, At = wall, Over = over ? true : null,
            Detail = facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal),
        };
        return new OutboxItem(WireWord.StatusLane, item.Tick, item.Code, WireItems.Write(item));
    }
}
