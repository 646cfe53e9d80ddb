using System.Globalization;
using System.Text.Json;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Devices;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>Takes the items of one batch, one by one, inside its transaction; <c>quarantine retry</c> takes what was put aside through here too.</summary>
internal sealed partial class ItemTaking
{
    private readonly StoreTransaction store;
    private readonly string gateway;
    private readonly string outbox;
    private readonly BatchContext context;
    private readonly string versions;
    private readonly DateTimeOffset sent;
    private readonly SettingsShelf shelf;
    private readonly DateTimeOffset now;
    private readonly bool again;
    private readonly Dictionary<int, Assignment> assignments;
    private readonly Dictionary<(long Tick, string Code), ReadingItem> readings = [];
    private readonly Dictionary<string, long> counts = [];
    private readonly OwedAlert owed;
    private readonly PlanTaking plans;
    private IReadOnlyList<CorrectionRow> corrections;

    /// <summary>Begins with a batch.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="gateway">Gateway.</param>
    /// <param name="outbox">Outbox it came from.</param>
    /// <param name="context">Boot, clock and versions of its items.</param>
    /// <param name="sent">When it was sent, by the gateway's clock.</param>
    /// <param name="shelf">Charts and issued settings.</param>
    /// <param name="now">Hub time.</param>
    /// <param name="again">What was put aside before: out of its order, so that it must not stand for what is known last.</param>
    public ItemTaking(StoreTransaction store, string gateway, string outbox, BatchContext context, DateTimeOffset sent, SettingsShelf shelf,
        DateTimeOffset now, bool again = false)
    {
        (this.store, this.gateway, this.outbox, this.context, this.sent, this.shelf, this.now, this.again) = (store, gateway, outbox, context, sent, shelf, now, again);
        versions = JsonSerializer.Serialize(new SortedDictionary<string, string>(context.Versions.ToDictionary(), StringComparer.Ordinal));
        assignments = store.AssignmentsOf(gateway).ToDictionary(assignment => assignment.Number);
        corrections = store.Corrections(gateway, context.Boot);
        owed = new OwedAlert(store, gateway, context.Boot, now, again);
        plans = new PlanTaking(store, gateway, sent, LateRule.IsSet(context), now);
    }

    /// <summary>Items that were stored before, under the same identity.</summary>
    public int Known { get; private set; }

    /// <summary>True when the case worker has something to do.</summary>
    public bool Work { get; set; }

    /// <summary>Of the item refused last: its own assignment where this gateway had it and it has ended, else null.</summary>
    public int? EndedAssignment { get; private set; }

    /// <summary>What is counted once it is committed: metric and by how much.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>Takes one item.</summary>
    /// <param name="bytes">The item.</param>
    /// <param name="check">What else must hold of it; null when it does.</param>
    /// <returns>Why it is refused; null when it is taken.</returns>
    public Refusal? Take(ReadOnlyMemory<byte> bytes, Func<Item, Refusal?> check)
    {
        EndedAssignment = null;
        if (!WireItems.TryRead(bytes.Span, out Item? item, out string problem))
        {
            return new Refusal(problem.EndsWith("is not known to this version", StringComparison.Ordinal) ? RefusalReason.UnknownKind : RefusalReason.ItemUnreadable, problem);
        }
        if (Unassigned(item!) is { } foreign)
        {
            return foreign;
        }
        if (check(item!) is { } wrong)
        {
            return wrong;
        }
        (DateTimeOffset? corrected, bool late) = When(item!);
        if (store.AddItem(gateway, context, versions, new NewItem(item!, bytes, corrected, late), now) is not { } id)
        {
            if (!bytes.Span.SequenceEqual(store.ItemBytes(new ItemKey(gateway, context.Boot, item!.Tick), item.Code)))
            {
                // a copied or restored gateway: neither replaces the other
                return new Refusal(RefusalReason.IdentityTaken, "another item with the same boot, tick and code is stored");
            }
            Known++;
            return null;
        }
        Note(id, item!, bytes, corrected, late);
        return null;
    }

    private void Note(long id, Item item, ReadOnlyMemory<byte> bytes, DateTimeOffset? corrected, bool late)
    {
        if (late)
        {
            Count("telemonitor_hub_late_items_total");
        }
        switch (item)
        {
            case ReadingItem reading:
                readings[(reading.Tick, reading.Code)] = reading;
                plans.Note(reading, corrected);
                break;
            case ScoreItem score:
                CheckScore(id, score, late);
                break;
            case AssessmentItem plan:
                CheckAssessment(id, plan, late);
                break;
            case AlertItem alert:
                TakeAlert(alert, bytes, corrected, late);
                break;
            case HelpItem help:
                TakeHelp(help, bytes, corrected, late);
                break;
            case StatusItem status when !again:
                store.NoticesThrough(gateway, context.Boot, string.Equals(status.NoticeHub, store.HubId(), StringComparison.Ordinal) ? status.NoticeThrough : 0, now);
                store.NoteProfile(gateway, status.Profile is { } profile ? new ProfileMark(profile.Version, profile.Hash) : null, now);
                break;
            case FindingItem finding:
                TakeFinding(finding);
                break;
            case ThinnedItem thinned:
                store.AddThinned(gateway, thinned, thinned.Outbox ?? outbox, id, now);
                Count("telemonitor_hub_thinned_numbers_total", thinned.To - thinned.From + 1);
                break;
            case GoneItem gone:
                TakeGone(id, gone);
                break;
            case TimeCorrectedItem time:
                Correct(time);
                break;
            case EndedItem ended:
                store.EndLoan(ended.Assignment, now);
                Count("telemonitor_hub_loans_ended_total");
                break;
        }
    }

    /// <summary>Writes what the items of this batch have left standing.</summary>
    public void Save()
    {
        owed.Save();
        Work |= plans.Save();
        foreach (int number in again ? [] : owed.NormalSets)
        {
            if (assignments.TryGetValue(number, out Assignment? assignment) && store.OpenCaseOf(assignment.Citizen, CaseKind.Clinical) is { Triage: Triage.Yellow })
            {
                store.AddToDo(ToDo.NormalSet, now, number);
                Work = true;
            }
        }
    }

    /// <summary>Owes a call to the citizen of an alert that nobody can read, or that is gone.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="gateway">Gateway it came from.</param>
    /// <param name="assignment">Whom it was about; null when unknown: then everybody whom the gateway serves now.</param>
    /// <param name="now">Hub time.</param>
    public static void OweUnreadableAlert(StoreTransaction store, string gateway, int? assignment, DateTimeOffset now)
    {
        int[] open = assignment is { } named ? [named] : [.. store.AssignmentsOf(gateway).Where(one => one.IsOpen(now)).Select(one => one.Number)];
        foreach (int number in open.Length > 0 ? open : [0])
        {
            store.AddToDo(ToDo.UnreadableAlert, now, number, gateway);
        }
    }

    /// <summary>A value belongs to whom it was assigned when it was taken, and to nobody else (design.md rule 11).</summary>
    private Refusal? Unassigned(Item item)
    {
        // these are about the gateway's own lanes, clock and health, and about nobody's
        if (item is StatusItem or GoneItem or TimeCorrectedItem || (item is FindingItem && item.Assignment == 0))
        {
            return null;
        }
        if (!assignments.TryGetValue(item.Assignment, out Assignment? assignment))
        {
            return new Refusal(RefusalReason.ForeignAssignment, $"assignment {item.Assignment} is not one of this gateway's");
        }
        if (assignment.IsOpen(now) || item is EndedItem)
        {
            return null;
        }
        if (now < assignment.From)
        {
            return new Refusal(RefusalReason.AssignmentNotBegun, $"assignment {item.Assignment} has not begun");
        }
        EndedAssignment = assignment.Number;
        return new Refusal(RefusalReason.AssignmentClosed, $"assignment {item.Assignment} is closed");
    }

    /// <summary>When it was, as far as is known now, and whether that is history.</summary>
    private (DateTimeOffset? Corrected, bool Late) When(Item item)
    {
        DateTimeOffset? corrected = corrections.FirstOrDefault(one => one.FromTick <= item.Tick && item.Tick <= one.ToTick) is { } found ? Shift(item.At, found.OffsetMs) : null;
        bool history = item is ScoreItem { History: true } || (item is AlertItem alert && LateRule.HistoryOf(alert) is not null);
        bool measured = item is ReadingItem or ScoreItem or AssessmentItem or AlertItem or HelpItem;
        return (corrected, history || (measured && LateRule.IsLate(corrected ?? item.At, sent, LateRule.IsSet(context) || corrected is not null)));
    }

    /// <summary>Null where the sum is no time: the correction then says nothing about this item.</summary>
    private static DateTimeOffset? Shift(DateTimeOffset at, long milliseconds)
    {
        long sum = at.ToUnixTimeMilliseconds() + milliseconds;
        return sum >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && sum <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(sum) : null;
    }

    private void TakeAlert(AlertItem alert, ReadOnlyMemory<byte> bytes, DateTimeOffset? corrected, bool late)
    {
        AlertFact fact = ByIssued(alert, AlertReading.Judge(alert, Charts([.. alert.Scores.Select(score => (score.Chart, score.ChartVersion))])));
        if (fact.Confirming is Confirming.Confirmed or Confirming.NotConfirmed)
        {
            store.AnswerConfirmations(alert.Assignment, fact.Confirming);
        }
        bool known = LateRule.IsSet(context) || corrected is not null;
        DateTimeOffset? was = late && known ? Shift(corrected ?? alert.At, -(long)(LateRule.HistoryOf(alert) ?? TimeSpan.Zero).TotalMilliseconds) : null;
        long id = store.AddAlert(new AlertRow(gateway, context.Boot, alert.Tick, alert.Assignment, AlertOriginWord.Gateway, alert.Kind, fact.Triage, fact.Reasons, alert.Interim, fact.Total, alert.At)
        {
            Set = alert.Set, Covers = fact.Covers, Confirming = fact.Confirming, Late = late, Was = was,
        }, bytes, now);
        store.AddToDo(ToDo.Alert, now, id);
        if (fact.Confirming == Confirming.Awaited)
        {
            store.AddToDo(ToDo.Confirm, now + ConfirmRule.Wait, id);
        }
        SelfTestHops.Note(store, gateway, id, alert, fact.Triage, assignments.GetValueOrDefault(alert.Assignment), sent, context.Clock, now);
        Work = true;
    }

    /// <summary>A citizen who asks for help is Red, and what was measured last cannot make it less; it goes along for the nurse to see.</summary>
    private void TakeHelp(HelpItem help, ReadOnlyMemory<byte> bytes, DateTimeOffset? corrected, bool late)
    {
        bool known = LateRule.IsSet(context) || corrected is not null;
        long id = store.AddAlert(new AlertRow(gateway, context.Boot, help.Tick, help.Assignment, AlertOriginWord.Gateway, help.Kind, Triage.Red, help.Reasons, false, null, help.At)
        {
            Late = late, Was = late && known ? corrected ?? help.At : null,
        }, bytes, now);
        store.AddToDo(ToDo.Alert, now, id);
        SelfTestHops.NoteMark(store, gateway, help.Test, assignments.GetValueOrDefault(help.Assignment), now);
        Work = true;
    }

    private void TakeFinding(FindingItem finding)
    {
        string detail = string.Join(", ", finding.Detail.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));
        bool over = finding.Over == true;
        if (!over)
        {
            store.Finding(gateway, finding.Code, detail, now);
            if (string.Equals(finding.Code, ProfileRules.Refused, StringComparison.Ordinal))
            {
                store.PublishAgain(gateway); // what it refused may be another's, left where this hub's should stand
            }
        }
        else if (!store.EndFinding(gateway, finding.Code, detail, now))
        {
            store.EndFinding(gateway, finding.Code, null, now); // it ended with other words than it began with
        }
        Count($"telemonitor_hub_gateway_findings_total{{over=\"{(over ? "true" : "false")}\"}}");
    }

    private void TakeGone(long id, GoneItem gone)
    {
        store.AddGone(gateway, gone, gone.Outbox ?? outbox, id, now);
        store.Finding(gateway, "finding/items-gone", $"{gone.Lane} {gone.Why}", now);
        Count($"telemonitor_hub_gone_numbers_total{{lane=\"{gone.Lane}\"}}", gone.To - gone.From + 1);
        if (string.Equals(gone.Lane, WireWord.AlertLane, StringComparison.Ordinal))
        {
            OweUnreadableAlert(store, gateway, assignments.ContainsKey(gone.Assignment) ? gone.Assignment : null, now);
            Work = true;
        }
    }

    private void Correct(TimeCorrectedItem time)
    {
        string boot = time.Boot ?? context.Boot;
        var correction = new CorrectionRow(time.FromTick, time.ToTick, (long)Math.Round(time.OffsetSeconds * 1000));
        long id = store.AddCorrection(gateway, boot, correction, time.Source ?? "", now);
        (int items, long? next) = store.CorrectSome(id, time.FromTick);
        if (next is { } tick)
        {
            store.AddToDo(ToDo.CorrectTimes, now, id, tick.ToString(CultureInfo.InvariantCulture));
            Work = true;
        }
        Count("telemonitor_hub_time_corrections_total");
        Count("telemonitor_hub_time_corrected_items_total", items);
        corrections = string.Equals(boot, context.Boot, StringComparison.Ordinal) ? [correction, .. corrections] : corrections;
    }

    /// <summary>A stored reading: usually of this very batch, else from the store.</summary>
    private ReadingItem? Input(InputRef input)
    {
        if (input.Boot is null && readings.TryGetValue((input.Tick, input.Code), out ReadingItem? here))
        {
            return here;
        }
        byte[]? bytes = store.ItemBytes(new ItemKey(gateway, input.Boot ?? context.Boot, input.Tick), input.Code);
        return bytes is not null && WireItems.TryRead(bytes, out Item? stored, out _) ? stored as ReadingItem : null;
    }

    private void Count(string name, long by = 1) => counts[name] = counts.GetValueOrDefault(name) + by;
}
