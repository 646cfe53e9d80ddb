using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Scoring;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Hub.Ingest;

/// <summary>Takes the items of one batch, one by one, inside its transaction.</summary>
internal sealed class ItemTaking(
    StoreTransaction store, string gateway, BatchContext context, string versions,
    IReadOnlyDictionary<(string Id, string Version), Chart> charts, IReadOnlyDictionary<int, Assignment> assignments, DateTimeOffset now)
{
    private readonly Dictionary<(long Tick, string Code), ReadingItem> readings = [];
    private readonly OwedAlert owed = new(store, gateway, context.Boot, now);

    /// <summary>Items that were stored before, under the same identity.</summary>
    public int Known { get; private set; }

    /// <summary>True when the case worker has something to do.</summary>
    public bool Work { get; set; }

    /// <summary>Of the item refused last: its own assignment where this gateway had it and it has ended, else null.</summary>
    public int? EndedAssignment { get; private set; }

    /// <summary>Takes one item.</summary>
    /// <returns>Why it is refused; empty when it is taken.</returns>
    public string Take(ReadOnlyMemory<byte> bytes)
    {
        EndedAssignment = null;
        if (!WireItems.TryRead(bytes.Span, out Item? item, out string problem))
        {
            return problem;
        }
        if (Unassigned(item!) is { Length: > 0 } refusal)
        {
            return refusal;
        }
        if (store.AddItem(gateway, context, versions, item!, bytes, now) is not { } id)
        {
            if (!bytes.Span.SequenceEqual(store.ItemBytes(new ItemKey(gateway, context.Boot, item!.Tick), item.Code)))
            {
                return "another item with the same boot, tick and code is stored"; // a copied or restored gateway: neither replaces the other
            }
            Known++;
            return "";
        }
        switch (item)
        {
            case ReadingItem reading:
                readings[(reading.Tick, reading.Code)] = reading;
                break;
            case ScoreItem score:
                CheckScore(id, score);
                break;
            case AlertItem alert:
                TakeAlert(alert, bytes);
                break;
            case StatusItem status:
                store.NoticesThrough(gateway, context.Boot, string.Equals(status.NoticeHub, store.HubId(), StringComparison.Ordinal) ? status.NoticeThrough : 0, now);
                break;
            case FindingItem finding:
                store.Finding(gateway, finding.Code, string.Join(", ", finding.Detail.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")), now);
                break;
        }
        return "";
    }

    /// <summary>Writes what the items of this batch have left standing.</summary>
    public void Save() => owed.Save();

    /// <summary>A value belongs to whom it was assigned when it was taken, and to nobody else (design.md rule 11).</summary>
    private string Unassigned(Item item)
    {
        if (item is StatusItem || (item is FindingItem && item.Assignment == 0))
        {
            return "";
        }
        if (!assignments.TryGetValue(item.Assignment, out Assignment? assignment))
        {
            return $"assignment {item.Assignment} is not one of this gateway's";
        }
        if (assignment.IsOpen(now))
        {
            return "";
        }
        if (now < assignment.From)
        {
            return $"assignment {item.Assignment} has not begun";
        }
        EndedAssignment = assignment.Number;
        return $"assignment {item.Assignment} is closed";
    }

    private void TakeAlert(AlertItem alert, ReadOnlyMemory<byte> bytes)
    {
        AlertFact fact = AlertReading.Judge(alert, charts);
        long id = store.AddAlert(new AlertRow(gateway, context.Boot, alert.Tick, alert.Assignment, AlertOriginWord.Gateway, alert.Kind, fact.Triage, fact.Reasons,
            alert.Interim, fact.Total, alert.At), bytes, now);
        store.AddToDo(ToDo.Alert, now, id);
        Work = true;
    }

    private void CheckScore(long id, ScoreItem score)
    {
        ScoreCheck check = ScoreCheck.Of(score, context.Versions, charts, Input);
        store.AddScoreCheck(id, check.Outcome, check.Detail);
        if (check.Judged is null)
        {
            owed.ExpectNamed(id, score);
            return;
        }
        Work |= owed.Check(id, score, check);
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
}
