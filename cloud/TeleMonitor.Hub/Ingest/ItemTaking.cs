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

    /// <summary>Takes one item.</summary>
    /// <returns>Why it is refused; empty when it is taken.</returns>
    public string Take(ReadOnlyMemory<byte> bytes)
    {
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

    /// <summary>Writes down what was only remembered while the items were taken. Last call of a batch, in its transaction.</summary>
    public void End() => owed.Keep();

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
        return assignment.IsOpen(now) ? "" : $"assignment {item.Assignment} is closed";
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
