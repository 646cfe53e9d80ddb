using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>Keeps a citizen's data aside, lets it be used again, and has it removed: decided, done and written down in one transaction.</summary>
/// <param name="store">Store.</param>
/// <param name="retention">How long a record is kept.</param>
public sealed class Rights(HubStore store, Retention retention)
{
    private const string Everything = "everything";

    /// <summary>May the viewer have everything about a citizen? That they asked is written down either way.</summary>
    public bool MayExport(Viewer viewer, string citizen) => Do(viewer, citizen, "export", _ => RightsAnswer.Done) == RightsAnswer.Done;

    /// <summary>Data is only kept from now on: out of lists, search, review and trends. What measures and warns goes on, and an open case is seen.</summary>
    public RightsAnswer Restrict(Viewer viewer, string citizen, string why) => Do(viewer, citizen, "restrict", write =>
        !RightsRules.IsReason(why) ? RightsAnswer.NoReason
        : write.CitizenRowOf(citizen) is null ? RightsAnswer.NotRegistered
        : write.Restrict(citizen, why.Trim(), viewer.Now) ? RightsAnswer.Done : RightsAnswer.Already);

    /// <summary>Data is used again.</summary>
    public RightsAnswer Lift(Viewer viewer, string citizen, string why) => Do(viewer, citizen, "lift", write =>
        !RightsRules.IsReason(why) ? RightsAnswer.NoReason : write.LiftRestriction(citizen) ? RightsAnswer.Done : RightsAnswer.Already);

    /// <summary>Everything about a citizen is to go; <see cref="Erasing"/> does it, piece by piece.</summary>
    /// <param name="viewer">Who asks.</param>
    /// <param name="citizen">Pseudonym.</param>
    /// <param name="because">The lawful reason for not keeping it its time; null for none.</param>
    public RightsAnswer Erase(Viewer viewer, string citizen, string? because) => Do(viewer, citizen, "erase", write => Ask(write, citizen, viewer.Person, because, viewer.Now));

    /// <summary>The same for whoever holds the machine, and for the hub itself when the time is over.</summary>
    public RightsAnswer EraseAs(string who, string citizen, string? because, DateTimeOffset now) => store.Write(write =>
    {
        RightsAnswer answer = Ask(write, citizen, who, because, now);
        write.AddAudit([new AuditEntry(now, who, "", "", "", "erase", Everything, write.IsCitizen(citizen) || answer == RightsAnswer.Done ? citizen : "", CaseWord.Of(answer), answer == RightsAnswer.Done ? AuditOutcome.Done : AuditOutcome.Denied)]);
        return answer;
    });

    private RightsAnswer Ask(StoreTransaction write, string citizen, string who, string? because, DateTimeOffset now)
    {
        RightsAnswer answer = RightsRules.Erase(write.ErasureFactsOf(citizen, now), retention.Before(RetentionKind.HealthRecord, now), because);
        if (answer == RightsAnswer.Done)
        {
            write.AskErasure(citizen, who, because?.Trim() ?? "retention", now);
        }
        return answer;
    }

    private RightsAnswer Do(Viewer viewer, string citizen, string act, Func<StoreTransaction, RightsAnswer> work) => store.Write(write =>
    {
        bool theirs = new ScopedRead(write, viewer).AnswersFor(citizen, Sight.Rights);
        RightsAnswer answer = theirs ? work(write) : RightsAnswer.NotYours;
        Grant? by = write.GrantsOf(viewer.Person).Select(one => one.Grant).FirstOrDefault(one => one.HoldsAt(viewer.Now) && RoleRules.With(Sight.Rights).Contains(one.Role));
        // the reason stands in the row it is about: it may say something of the citizen
        write.AddAudit([new AuditEntry(viewer.Now, viewer.Person, by is null ? "" : CaseWord.Of(by.Role), by?.Unit ?? "", viewer.Session, act, Everything,
            theirs || write.IsCitizen(citizen) ? citizen : "", CaseWord.Of(answer), answer == RightsAnswer.Done ? AuditOutcome.Done : AuditOutcome.Denied)]);
        return answer;
    });
}

/// <summary>Removes what was asked to go, in bounded steps: killed at any moment it goes on where it was.</summary>
/// <param name="store">Store.</param>
public sealed class Erasing(HubStore store)
{
    /// <summary>Rows of one step.</summary>
    public const int Most = 500;

    /// <summary>One step.</summary>
    /// <returns>The citizen whose deletion ended with it, or goes on; null when nothing is to go.</returns>
    public ErasureRow? Step(DateTimeOffset now, out bool isDone)
    {
        isDone = false;
        if (store.Read(read => read.OpenErasure()) is not { } open)
        {
            return null;
        }
        if (store.Write(write => write.EraseSome(open.Citizen, Most)) > 0)
        {
            return open;
        }
        // what went lies in the log of the database until that is emptied
        if (store.Empty())
        {
            isDone = true;
            store.Write(write =>
            {
                write.EndErasure(open.Citizen, now);
                write.AddAudit([new AuditEntry(now, open.By, "", "", "", "erased", Everything, open.Citizen, $"{open.Removed} rows", AuditOutcome.Done)]);
            });
        }
        return open;
    }

    private const string Everything = "everything";
}
