using System.Text.Json;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>
/// Sees to it that a score which calls for an alert has one, whatever the gateway did (design.md rule 8): none named → the hub's own
/// alert now; one named that is less severe → likewise; one named that has not come → looked at again in 60 seconds.
/// </summary>
/// <param name="store">The transaction.</param>
/// <param name="gateway">Gateway.</param>
/// <param name="boot">Boot of the items.</param>
/// <param name="now">Hub time.</param>
/// <param name="again">Scores that were put aside before: compared with nothing, since others have been judged meanwhile, and standing for nothing.</param>
internal sealed class OwedAlert(StoreTransaction store, string gateway, string boot, DateTimeOffset now, bool again = false)
{
    /// <summary>How long a named alert may be missing; lanes travel apart (design.md rule 8).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // plan.schema.json lets a plan wait for an hour at most: nothing that a gateway says may put an alert off for longer
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Dictionary<int, Standing> standings = [];
    private readonly Dictionary<int, (string Set, bool Green)> sets = [];

    /// <summary>Assignments whose newest finished set of now is Green by each chart and by the plan.</summary>
    public IEnumerable<int> NormalSets => sets.Where(set => set.Value.Green).Select(set => set.Key);

    /// <summary>What a gateway said of a set: by a chart, or by a plan.</summary>
    private readonly record struct Statement(long Tick, int Assignment, string Set, DateTimeOffset At, string? AlertBoot)
    {
        public static implicit operator Statement(ScoreItem score) => new(score.Tick, score.Assignment, score.Set, score.At, score.AlertBoot);

        public static implicit operator Statement(AssessmentItem plan) => new(plan.Tick, plan.Assignment, plan.Set, plan.At, plan.AlertBoot);
    }

    /// <summary>The last judged set of an assignment, and what stood before it.</summary>
    private sealed record Standing(string Set, JudgedSet Judged, JudgedSet Before, bool Alerted);

    /// <summary>Compares the hub's judgement of the set with what stood before it.</summary>
    /// <returns>True when the case worker has something to do.</returns>
    public bool Check(long scoreId, ScoreItem score, ScoreCheck check, bool late)
    {
        if (again)
        {
            return CheckAgain(scoreId, score, JudgedSet.Nothing.And(check.Judged!), late);
        }
        Standing? last = Read(score.Assignment);
        Standing? same = last is not null && string.Equals(last.Set, score.Set, StringComparison.Ordinal) ? last : null;
        JudgedSet before = same?.Before ?? last?.Judged ?? JudgedSet.Nothing;
        JudgedSet judged = (same?.Judged ?? JudgedSet.Nothing).And(check.Judged!);
        // one alert covers the set, unless a second chart makes it more severe than what was already seen to
        bool covered = same is { Alerted: true } && judged.Triage <= same.Judged.Triage;
        bool owed = AlertRule.Decide(before.ToJudgement(), judged.ToJudgement()) != AlertBecause.Nothing;
        if (score.History != true)
        {
            Note(score, judged.Triage == Triage.Green && !late);
            standings[score.Assignment] = new Standing(score.Set, judged, before, owed); // what a sensor had stored does not say how things stand
        }
        if (!owed && !covered && score.Alert is { } named && judged.Triage is Triage.Yellow or Triage.Red)
        {
            Expect(scoreId, named, score, judged, late); // called for by values that were measured again since: said all the same, or it is lost
            return false;
        }
        return owed && !covered && (score.Alert is { } tick ? Compare(scoreId, tick, score, judged, late) : RaiseNow(score, judged, late));
    }

    /// <summary>What stood before is not known any more: a Red must have an alert, a Yellow the one that it names.</summary>
    private bool CheckAgain(long scoreId, ScoreItem score, JudgedSet judged, bool late) => (judged.Triage, score.Alert) switch
    {
        (Triage.Red or Triage.Yellow, { } tick) => Compare(scoreId, tick, score, judged, late),
        (Triage.Red, null) => RaiseNow(score, judged, late),
        _ => false,
    };

    /// <summary>Keeps what stands, once for the batch and in its transaction.</summary>
    public void Save()
    {
        foreach ((int assignment, Standing standing) in standings)
        {
            store.SetJudged(assignment, new JudgedRow(standing.Set, standing.Judged.Write(), standing.Before.Write(), standing.Alerted ? 1 : 0));
        }
    }

    private Standing? Read(int assignment)
    {
        if (standings.TryGetValue(assignment, out Standing? known))
        {
            return known;
        }
        return store.Judged(assignment) is { } row ? new Standing(row.ItemSet, JudgedSet.Read(row.Judgement), JudgedSet.Read(row.Before), row.Alerted != 0) : null;
    }

    private bool Compare(long scoreId, long tick, Statement score, JudgedSet judged, bool late)
    {
        return Expect(scoreId, tick, score, judged, late) is { } seenTo && seenTo < judged.Triage && RaiseNow(score, judged, late);
    }

    /// <summary>Looks for the alert that a score names, and again in a minute where it has not come.</summary>
    /// <returns>The triage that it sees to; null when it is not there yet.</returns>
    private Triage? Expect(long scoreId, long tick, Statement score, JudgedSet judged, bool late)
    {
        var named = new ExpectedAlert(gateway, score.AlertBoot ?? boot, tick, score.Assignment, score.Set, score.At, judged, late);
        Triage? seenTo = SeenTo(store, new ItemKey(gateway, named.Boot, tick), score.Set, judged);
        if (seenTo is null)
        {
            store.AddToDo(ToDo.AlertExpected, now + Patience, scoreId, named.Write());
        }
        return seenTo;
    }

    /// <summary>The triage that the alerts of this identity see to; null when there is none. A press of the help button sees to no set: it knows of none.</summary>
    private static Triage? SeenTo(StoreTransaction store, ItemKey key, string set, JudgedSet judged) =>
        store.AlertsAt(key).Where(alert => !string.Equals(alert.Kind, WireWord.Help, StringComparison.Ordinal)).Select(alert => (Triage?)ConfirmRule.SeenTo(alert, set, judged)).Max();

    /// <summary>
    /// A score that cannot be recomputed here still names its alert: where that has not come in time, what the gateway said of the set is
    /// the alert.
    /// </summary>
    public void ExpectNamed(long scoreId, ScoreItem score, bool late)
    {
        if (score.Alert is { } tick && TriageWord.TryRead(score.Triage, out Triage triage) && triage is Triage.Yellow or Triage.Red)
        {
            string[] parts = [.. score.Parts.Where(part => part.Value > 0).Select(part => Reason.Part(score.Chart, part.Key, part.Value)).Order(StringComparer.Ordinal)];
            Compare(scoreId, tick, score, new JudgedSet(triage, parts, score.Lowest), late);
        }
    }

    /// <summary>What a plan makes of a set rests on limits, symptoms and days too: the hub sees to it that the alert it names has come.</summary>
    public void ExpectNamed(long itemId, AssessmentItem plan, bool late)
    {
        Note(plan, string.Equals(plan.Triage, TriageWord.Of(Triage.Green), StringComparison.Ordinal) && !late);
        FollowWaiting(plan, late);
        if (plan.Alert is { } tick && TriageWord.TryRead(plan.Triage, out Triage triage) && triage is Triage.Yellow or Triage.Red)
        {
            Compare(itemId, tick, plan, new JudgedSet(triage, plan.Reasons, null), late);
        }
    }

    /// <summary>
    /// A Yellow that waits to be measured again owes its alert from the end of the waiting on, as the gateway counts it: a row, until a later set
    /// answers it or the alert is there. A gateway waits for one at a time.
    /// </summary>
    private void FollowWaiting(AssessmentItem plan, bool late)
    {
        if (plan.Repeats is not null)
        {
            store.DropToDos(ToDo.WaitEnds, plan.Assignment);
        }
        if (plan is { WaitsUntil: { } until, Alert: null } && TriageWord.TryRead(plan.Triage, out Triage triage) && triage is Triage.Yellow or Triage.Red)
        {
            TimeSpan waits = until > plan.At ? until - plan.At : TimeSpan.Zero; // its clock may be wrong, the time between is not
            store.AddToDo(ToDo.WaitEnds, now + (waits < LongestWait ? waits : LongestWait) + Patience, plan.Assignment,
                new ExpectedAlert(gateway, boot, plan.Tick, plan.Assignment, plan.Set, plan.At, new JudgedSet(triage, plan.Reasons, null), late).Write());
        }
    }

    /// <summary>Nothing answered it in time: raises the alert unless the gateway has.</summary>
    public static void SettleWaiting(StoreTransaction store, ExpectedAlert waiting, DateTimeOffset now)
    {
        if (!store.HasAlertOf(waiting.Gateway, waiting.Assignment, waiting.Set))
        {
            Raise(store, waiting, now);
        }
    }

    /// <summary>The limits that were issued make more of a set than the gateway, which named no alert for it: the hub's own, now.</summary>
    public bool RaiseUnsaid(AssessmentItem plan, JudgedSet judged, bool late) => RaiseNow(plan, judged, late);

    /// <summary>A set is normal where nothing that was said of it is else: one chart more, or the plan, may say otherwise.</summary>
    private void Note(Statement said, bool green)
    {
        bool before = !sets.TryGetValue(said.Assignment, out (string Set, bool Green) last) || !string.Equals(last.Set, said.Set, StringComparison.Ordinal) || last.Green;
        sets[said.Assignment] = (said.Set, green && before);
    }

    private bool RaiseNow(Statement score, JudgedSet judged, bool late)
    {
        Raise(store, new ExpectedAlert(gateway, boot, score.Tick, score.Assignment, score.Set, score.At, judged, late), now);
        return true;
    }

    /// <summary>The time is over: raises what is still owed.</summary>
    public static void Settle(StoreTransaction store, ExpectedAlert owed, DateTimeOffset now)
    {
        // the set's second chart may have made it more severe since: one alert says it all
        JudgedRow? latest = store.Judged(owed.Assignment);
        bool sameSet = latest is not null && string.Equals(latest.ItemSet, owed.Set, StringComparison.Ordinal);
        ExpectedAlert whole = sameSet ? owed with { Judged = owed.Judged.Or(JudgedSet.Read(latest!.Judgement)) } : owed;
        if (SeenTo(store, new ItemKey(owed.Gateway, owed.Boot, owed.Tick), owed.Set, whole.Judged) is not { } seenTo || seenTo < whole.Judged.Triage)
        {
            Raise(store, whole, now);
        }
    }

    /// <summary>The hub's own alert, in the transaction that found it owing.</summary>
    public static void Raise(StoreTransaction store, ExpectedAlert owed, DateTimeOffset now)
    {
        long id = store.AddAlert(new AlertRow(owed.Gateway, owed.Boot, owed.Tick, owed.Assignment, AlertOriginWord.Hub, WireWord.Alert, owed.Judged.Triage, owed.Judged.Reasons,
            false, owed.Judged.Total, owed.At)
        {
            Set = owed.Set, Late = owed.Late, Was = owed.Late ? owed.At : null,
        }, ReadOnlyMemory<byte>.Empty, now);
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

    /// <summary>What either says of the same set: the charts alone know nothing of limits and symptoms, and a plan may be milder than they are.</summary>
    public JudgedSet Or(JudgedSet other) =>
        new(TriageWord.Worse(Triage, other.Triage), [.. Reasons.Union(other.Reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)], other.Total ?? Total);

    /// <summary>As the rule for alerts takes it.</summary>
    public Judgement ToJudgement() => new(Triage, Reasons, new Dictionary<string, int>());

    /// <summary>For the store.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>From the store.</summary>
    public static JudgedSet Read(string json) => JsonSerializer.Deserialize<JudgedSet>(json) ?? Nothing;
}

/// <summary>An alert that a score names and that has not been seen.</summary>
public sealed record ExpectedAlert(string Gateway, string Boot, long Tick, int Assignment, string Set, DateTimeOffset At, JudgedSet Judged, bool Late = false)
{
    /// <summary>For the store.</summary>
    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>From the store.</summary>
    public static ExpectedAlert Read(string json) => JsonSerializer.Deserialize<ExpectedAlert>(json)!;
}
