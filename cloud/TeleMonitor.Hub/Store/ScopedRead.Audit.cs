using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

/// <summary>What an auditor looks for; null where it does not matter.</summary>
/// <param name="Person">Who.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment after it.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Before">Lines with a lower number only: the page before.</param>
public sealed record AuditSearch(string? Person, string? Citizen, DateTimeOffset? From, DateTimeOffset? To, AuditOutcome? Outcome, long? Before);

// who saw or did what
public sealed partial class ScopedRead
{
    /// <summary>
    /// Lines that an auditor may see, newest first: those about citizens whom their unit answers for now, or answered for when it happened,
    /// and those of people who acted for it; for the whole hub, all. That they looked is a line itself.
    /// </summary>
    public IReadOnlyList<AuditLine> Audit(AuditSearch search, int most)
    {
        IReadOnlyList<AuditLine> lines = read.AuditLines(
            $"""
            where (@who is null or audit.person = @who) and (@citizen is null or audit.citizen = @citizen) and (@outcome is null or audit.outcome = @outcome)
              and audit.at_ms >= @from and audit.at_ms < @to and audit.number < @before
              and exists (select 1 from role_grant g where {InForce} and g.role in {Roles(Sight.Audit)} and (g.kind = 'hub' or (audit.unit = g.unit and g.unit <> '')
                or exists (select 1 from responsibility r where r.citizen = audit.citizen and r.kind = g.kind and r.unit = g.unit and r.from_ms <= @now
                  and (r.to_ms is null or r.to_ms > @now or (audit.at_ms >= r.from_ms and audit.at_ms < r.to_ms)))))
            order by audit.number desc limit @most + 0
            """,
            new
            {
                person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(), who = search.Person, citizen = search.Citizen, outcome = search.Outcome is { } outcome ? CaseWord.Of(outcome) : null,
                from = search.From?.ToUnixTimeMilliseconds() ?? long.MinValue, to = search.To?.ToUnixTimeMilliseconds() ?? long.MaxValue, before = search.Before ?? long.MaxValue, most,
            });
        string?[] asked = [search.Person is { } who ? $"person {who}" : null, search.From is { } from ? $"from {from:u}" : null, search.To is { } to ? $"to {to:u}" : null, search.Outcome is { } ended ? CaseWord.Of(ended) : null];
        looked.Add(new AuditEntry(viewer.Now, viewer.Person, CaseWord.Of(Care.Routing.PersonRole.Auditor), "", viewer.Session, "search", "audit", search.Citizen ?? "", string.Join(' ', asked.OfType<string>()), AuditOutcome.Done));
        return lines;
    }

    /// <summary>
    /// The citizen's own "who has looked", oldest first, for whoever answers for the citizen, their coordinator, and an auditor; null for everybody
    /// else and for a citizen there is not, which cannot be told apart and is written down alike.
    /// </summary>
    public IReadOnlyList<AuditLine>? WhoLooked(string citizen, long before, int most)
    {
        bool theirs = AnswersFor(citizen, Sight.Health) || AnswersFor(citizen, Sight.Audit);
        Look("audit", citizen, "who has looked", theirs && Answering(citizen) is > 0 and var grant ? grant : null, theirs ? AuditOutcome.Done : AuditOutcome.Denied);
        return theirs ? read.AuditLines("where audit.citizen = @citizen and audit.number < @before order by audit.number desc limit @most + 0", new { citizen, before, most }) : null;
    }

    /// <summary>Since when a citizen's data is only kept, for whoever keeps their rights; null for everybody else and for a citizen there is not, which is written down alike.</summary>
    public (DateTimeOffset? RestrictedAt, bool IsTheirs)? RightsOf(string citizen)
    {
        bool theirs = AnswersFor(citizen, Sight.Rights);
        Look("rights", theirs || read.IsCitizen(citizen) ? citizen : "", "rights", theirs ? Answering(citizen, Sight.Rights) : null, theirs ? AuditOutcome.Done : AuditOutcome.Denied);
        return theirs ? (read.CitizenRowOf(citizen)?.RestrictedAt, true) : null;
    }

    /// <summary>The end of the audit, and where its oldest lines were removed.</summary>
    public (AuditTail End, AuditCut? Cut) AuditState() => (read.AuditEnd(), read.AuditCut());

    /// <summary>True when the database does not hold what was written down outside.</summary>
    public IReadOnlyList<FindingRow> AuditFindings() => [.. read.OpenFindings("", int.MaxValue).Where(row => row.Code.StartsWith("finding/audit-", StringComparison.Ordinal))];
}
