using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using TeleMonitor.Hub.Ingest;

namespace TeleMonitor.Hub;

/// <summary>What the hub counts about itself, as text for a collector. Names and numbers only: no value, no citizen.</summary>
public sealed class HubMetrics
{
    private readonly ConcurrentDictionary<string, long> counters = new(StringComparer.Ordinal);
    private volatile bool storeWorks = true;
    private volatile bool careWorks = true;
    private volatile bool linked;

    /// <summary>Every reason for a refusal is there from the start, so that a collector sees it rise from 0.</summary>
    public HubMetrics()
    {
        foreach (string word in Care.Cases.CaseWord.All<RefusalReason>())
        {
            counters[Refused(word)] = 0;
        }
    }

    /// <summary>True while the last commit worked.</summary>
    public bool IsStoreWorking => storeWorks;

    /// <summary>True while the last round of the case worker went through.</summary>
    public bool IsCareWorking => careWorks;

    /// <summary>True while a broker delivers to this hub.</summary>
    public bool IsLinked => linked;

    /// <summary>Notes whether the store could commit.</summary>
    public void StoreWorks(bool works) => storeWorks = works;

    /// <summary>Notes whether a round of the case worker went through.</summary>
    public void CareWorks(bool works) => careWorks = works;

    /// <summary>Notes whether a broker is connected.</summary>
    public void Linked(bool up) => linked = up;

    /// <summary>Counts an event.</summary>
    public void Count(string name, long by = 1) => counters.AddOrUpdate(name, by, (_, sum) => sum + by);

    /// <summary>Says how something stands now.</summary>
    public void Set(string name, long value) => counters[name] = value;

    /// <summary>Counts what became of a message.</summary>
    public void Count(Ingested? ingested)
    {
        string outcome = ingested is null ? "other" : Words(ingested.Outcome);
        Count($"telemonitor_hub_batches_total{{outcome=\"{outcome}\"}}");
        if (ingested is { Items: > 0 })
        {
            Count("telemonitor_hub_items_total", ingested.Items);
        }
        foreach (Refusal refusal in ingested?.Refused ?? [])
        {
            Count(Refused(refusal.Word));
        }
        foreach ((string name, long by) in ingested?.Counts ?? new Dictionary<string, long>())
        {
            Count(name, by);
        }
    }

    /// <summary>The counter of one reason for not taking something.</summary>
    public static string Refused(string word) => $"telemonitor_hub_refused_total{{reason=\"{word}\"}}";

    /// <summary>All counters in the text format that collectors read.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach ((string name, long value) in counters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
        text.Append("telemonitor_hub_store_works ").Append(storeWorks ? '1' : '0').Append('\n');
        text.Append("telemonitor_hub_care_works ").Append(careWorks ? '1' : '0').Append('\n');
        text.Append("telemonitor_hub_linked ").Append(linked ? '1' : '0').Append('\n');
        return text.ToString();
    }

    private static string Words(IngestOutcome outcome) => outcome switch
    {
        IngestOutcome.Stored => "stored",
        IngestOutcome.AlreadyStored => "already-stored",
        IngestOutcome.Gap => "gap",
        IngestOutcome.ChainDiffers => "chain-differs",
        IngestOutcome.RefusedWhole => "refused-whole",
        IngestOutcome.Unregistered => "unregistered",
        IngestOutcome.Unexpected => "unexpected",
        _ => "no-properties",
    };
}
