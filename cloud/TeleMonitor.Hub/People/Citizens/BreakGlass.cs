using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>Opens a citizen to a nurse in need, writes it down, and sees to it that a coordinator learns of it.</summary>
public static class BreakGlass
{
    /// <summary>Finding: a citizen was opened out of scope, and nobody who coordinates there is to be told.</summary>
    public const string Unseen = "finding/break-glass-unseen";

    /// <summary>Does it, or says why not; either is a line of the audit. The typed reason stands in the row alone: it may say something of the citizen.</summary>
    /// <param name="store">Store.</param>
    /// <param name="viewer">Who.</param>
    /// <param name="typed">Pseudonym or case number as typed.</param>
    /// <param name="reason">Why, as typed.</param>
    public static BreakGlassAnswer Open(HubStore store, Viewer viewer, string typed, string reason) => store.Write(write =>
    {
        DateTimeOffset now = viewer.Now;
        Grant? role = write.GrantsOf(viewer.Person).Where(one => one.Grant.HoldsAt(now) && RoleRules.With(Sight.BreakGlass).Contains(one.Grant.Role) && !write.IsInNeed(one.Id))
            .Select(one => one.Grant).FirstOrDefault();
        BreakGlassTarget? target = BreakGlassRules.Read(typed);
        string? citizen = target switch { { Case: { } number } => write.CitizenOfCase(number), { Citizen: { } one } when write.IsCitizen(one) => one, _ => null };
        bool theirs = citizen is not null && new ScopedRead(write, viewer).AnswersFor(citizen, Sight.Health);
        BreakGlassAnswer answer = BreakGlassRules.Decide(role, target, reason, citizen is not null, theirs, write.OpenInNeed(viewer.Person, now - BreakGlassRules.Holds));
        string why = CaseWord.Of(answer);
        if (answer == BreakGlassAnswer.Opened)
        {
            long number = write.BreakGlass(viewer.Person, role!.Role, citizen!, reason.Trim(), now, BreakGlassRules.Holds);
            why = $"break-glass {number}";
            if (!write.HasCoordinator(citizen!, now))
            {
                write.Finding("", Unseen, why, now);
            }
        }
        else if (answer == BreakGlassAnswer.Unknown)
        {
            why = target!.Case is { } number ? $"case {number}" : target.Citizen!;
        }
        AuditOutcome outcome = answer switch { BreakGlassAnswer.Opened => AuditOutcome.Broken, BreakGlassAnswer.NotNeeded => AuditOutcome.Done, _ => AuditOutcome.Denied };
        write.AddAudit([new AuditEntry(now, viewer.Person, role is null ? "" : CaseWord.Of(role.Role), role?.Unit ?? "", viewer.Session, "break-glass", "break-glass",
            outcome == AuditOutcome.Denied ? "" : citizen!, why, outcome)]);
        return answer;
    });

    /// <summary>A coordinator has seen that a citizen was opened.</summary>
    /// <returns>False when it is not theirs, or somebody had seen it before.</returns>
    public static bool See(HubStore store, Viewer viewer, long number) => store.Write(write =>
    {
        BreakGlassRow? row = new ScopedRead(write, viewer).Broken(DateTimeOffset.MaxValue).FirstOrDefault(one => one.Id == number);
        bool seen = row is not null && write.SeeBroken(number, viewer.Person, viewer.Now);
        if (seen)
        {
            write.EndFinding("", Unseen, $"break-glass {number}", viewer.Now);
        }
        write.AddAudit([new AuditEntry(viewer.Now, viewer.Person, CaseWord.Of(Care.Routing.PersonRole.Coordinator), "", viewer.Session, "saw", "break-glass", row?.Citizen ?? "",
            $"break-glass {number}", seen ? AuditOutcome.Done : AuditOutcome.Denied)]);
        return seen;
    });
}
