using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub;

/// <summary>What has had its time.</summary>
/// <param name="Citizens">Citizens of whom everything goes.</param>
/// <param name="AuditLines">Lines of the audit that go.</param>
/// <param name="RecordsBefore">Records whose last entry is older.</param>
/// <param name="AuditBefore">Lines that are older.</param>
public sealed record RetentionDue(IReadOnlyList<string> Citizens, long AuditLines, DateTimeOffset RecordsBefore, DateTimeOffset AuditBefore);

/// <summary>Looks once a day at what has had its time and removes it, and does what deletions were asked for; a bounded piece each round.</summary>
/// <param name="store">Store.</param>
/// <param name="retention">How long everything is kept.</param>
/// <param name="anchors">Where a cut of the audit is written down before it is made.</param>
public sealed class RetentionWatch(HubStore store, Retention retention, AnchorFile anchors)
{
    /// <summary>Finding: what has had its time could not be removed.</summary>
    public const string NotDone = "finding/retention-not-done";
    /// <summary>Lines of the audit that go at a time, and citizens that are looked at in a day.</summary>
    public const int MostLines = 5_000, MostCitizens = 200;
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    private readonly Erasing erasing = new(store);
    private readonly Rights rights = new(store, retention);
    private DateTimeOffset? at;
    private bool isCutting;

    /// <summary>What would go now.</summary>
    public RetentionDue Due(DateTimeOffset now) => store.Read(read =>
    {
        DateTimeOffset records = retention.Before(RetentionKind.HealthRecord, now), audit = retention.Before(RetentionKind.Audit, now);
        string[] citizens = [.. read.EndedBefore(records, MostCitizens).Where(one => RightsRules.Erase(read.ErasureFactsOf(one, now), records, null) == RightsAnswer.Done)];
        return new RetentionDue(citizens, read.AuditOlderThan(audit), records, audit);
    });

    /// <summary>One piece.</summary>
    /// <returns>True while there is more to do at once.</returns>
    public bool Round(DateTimeOffset now)
    {
        if (erasing.Step(now, out _) is not null)
        {
            return true;
        }
        if (isCutting)
        {
            return isCutting = Cut(now);
        }
        if (at is { } last && now - last < Every)
        {
            return false;
        }
        at = now;
        RetentionDue due = Due(now);
        foreach (string citizen in due.Citizens)
        {
            rights.EraseAs("hub", citizen, null, now);
        }
        store.Write(write => write.AddAudit([new AuditEntry(now, "hub", "", "", "", "retention", "everything", "", $"{due.Citizens.Count} citizens, {due.AuditLines} lines", AuditOutcome.Done)]));
        isCutting = due.AuditLines > 0;
        return isCutting || due.Citizens.Count > 0;
    }

    /// <summary>The oldest lines go: the cut stands outside first, for whoever can remove lines can write one too.</summary>
    private bool Cut(DateTimeOffset now)
    {
        try
        {
            if (store.Read(read => read.AuditCutNext(retention.Before(RetentionKind.Audit, now), MostLines)) is not { } last)
            {
                store.Write(write => write.EndFinding("", NotDone, null, now));
                return false;
            }
            anchors.Append(new AuditAnchor(last.Number, last.Hash, now, Cut: true));
            store.Write(write => write.CutAudit(last, now));
            return true;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            store.Write(write => write.Finding("", NotDone, failed.GetType().Name, now));
            return false; // tomorrow again: the lines are there
        }
    }
}
