using System.Text.Json;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Sees to it that a score which calls for an alert has one, whatever the gateway did (design.md rule 8): none named → the hub's own
/// alert now; one named that is less severe → likewise; one named that has not come → looked at again in 60 seconds. One for a batch.
/// </summary>
internal sealed class OwedAlert(StoreTransaction store, string gateway, string boot, DateTimeOffset now)
{
    /// <summary>How long a named alert may be missing; lanes travel apart (design.md rule 8).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, JudgedPair> kept = [];

    /// <summary>What the store keeps of an assignment between batches.</summary>
    private sealed record JudgedPair(string Set, JudgedSet Judged, JudgedSet Before, bool Alerted);

    /// <summary>Compares the hub's judgement of the set with what stood before it.</summary>
    /// <returns>True when the case worker has something to do.</returns>
    public bool Check(long scoreId, ScoreItem score, ScoreCheck check)
    {
        JudgedPair? last = Last(score.Assignment);
        bool sameSet = last is not null && string.Equals(last.Set, score.Set, StringComparison.Ordinal);
        JudgedSet before = sameSet ? last!.Before : last?.Judged ?? JudgedSet.Nothing;
        JudgedSet judged = (sameSet ? last!.Judged : JudgedSet.Nothing).And(check.Judged!);
        // one alert covers the set, unless a second chart makes it more severe than what was already seen to
        bool covered = sameSet && last!.Alerted && judged.Triage <= last.Judged.Triage;
        bool owed = AlertRule.Decide(before.ToJudgement(), judged.ToJudgement()) != AlertBecause.Nothing;
        bool work = owed && !covered && (score.Alert is { } tick ? Compare(scoreId, tick, score, judged) : RaiseNow(score, judged));
        kept[score.Assignment] = new JudgedPair(score.Set, judged, before, owed);
        return work;
    }

    /// <summary>Writes what the next batch compares with. Must run in the same transaction, after the batch's last score.</summary>
    public void Keep()
    {
        foreach ((int assignment, JudgedPair last) in kept)
        {
            store.SetJudged(assignment, new JudgedRow(last.Set, last.Judged.Write(), last.Before.Write(), last.Alerted ? 1 : 0));
        }
    }

    private JudgedPair? Last(int assignment) => kept.TryGetValue(assignment, out JudgedPair? last) ? last
        : store.Judged(assignment) is { } row ? new JudgedPair(row.ItemSet, JudgedSet.Read(row.Judgement), JudgedSet.Read(row.Before), row.Alerted != 0) : null;

    private bool Compare(long scoreId, long tick, ScoreItem score, JudgedSet judged)
    {
        if (store.FindAlert(new ItemKey(gateway, score.AlertBoot ?? boot, tick)) is { } alert)
        {
            return alert.Triage < judged.Triage && RaiseNow(score, judged);
        }
        store.AddToDo(ToDo.AlertExpected, now + Patience, scoreId, new ExpectedAlert(gateway, score.AlertBoot ?? boot, tick, score.Assignment, score.Set, score.At, judged).Write());
        return false;
    }

    private bool RaiseNow(ScoreItem score, JudgedSet judged)
    {
        Raise(store, new ExpectedAlert(gateway, boot, score.Tick, score.Assignment, score.Set, score.At, judged), now);
        return true;
    }

    /// <summary>The time is over: raises what is still owed.</summary>
    public static void Settle(StoreTransaction store, ExpectedAlert owed, DateTimeOffset now)
    {
        // the set's second chart may have made it more severe since: one alert says it all
        JudgedRow? latest = store.Judged(owed.Assignment);
        bool sameSet = latest is not null && string.Equals(latest.ItemSet, owed.Set, StringComparison.Ordinal);
        ExpectedAlert whole = sameSet ? owed with { Judged = JudgedSet.Read(latest!.Judgement) } : owed;
        if (store.FindAlert(new ItemKey(owed.Gateway, owed.Boot, owed.Tick)) is not { } came || came.Triage < whole.Judged.Triage)
        {
            Raise(store, whole, now);
        }
    }

    /// <summary>The hub's own alert, in the transaction that found it owing.</summary>
    public static void Raise(StoreTransaction store, ExpectedAlert owed, DateTimeOffset now)
    {
        long id = store.AddAlert(new AlertRow(owed.Gateway, owed.Boot, owed.Tick, owed.Assignment, AlertOriginWord.Hub, WireWord.Alert, owed.Judged.Triage, owed.Judged.Reasons,
            false, owed.Judged.Total, owed.At), ReadOnlyMemory<byte>.Empty, now);
        store.AddToDo(ToDo.Alert, now, id);
        store.Finding(owed.Gateway, "finding/alert-raised-by-hub", "", now);
    }
}

/// <summary>A judgement in the shape that is kept between batches.</summary>
public sealed record JudgedSet(Triage Triage, IReadOnlyList<string> Reasons, int? Total)
{
    /// <summary>Nothing judged yet.</summary>
    public static JudgedSet Nothing { get; } = new(Triage.Unknown, [], null);

    /// <summary>With one more chart of the same set: the more severe counts.</summary>
    public JudgedSet And(Judgement chart)
    {
        int most = chart.Total.Values.DefaultIfEmpty(0).Max();
        return new JudgedSet(
            Total is null || chart.Triage > Triage ? chart.Triage : Triage,
            [.. Reasons.Union(chart.Reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Math.Max(most, Total ?? 0));
    }

    /// <summary>As the rule for alerts takes it.</summary>
    public Judgement ToJudgement() => new(Triage, Reasons, new Dictionary<string, int>());

    /// <summary>For the store.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>From the store.</summary>
    public static JudgedSet Read(string json) => JsonSerializer.Deserialize<JudgedSet>(json) ?? Nothing;
}

/// <summary>An alert that a score names and that has not been seen.</summary>
public sealed record ExpectedAlert(string Gateway, string Boot, long Tick, int Assignment, string Set, DateTimeOffset At, JudgedSet Judged)
{
    /// <summary>For the store.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>From the store.</summary>
    public static ExpectedAlert Read(string json) => JsonSerializer.Deserialize<ExpectedAlert>(json)!;
}
