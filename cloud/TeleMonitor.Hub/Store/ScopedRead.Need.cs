using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

// opening out of scope in need, and who is told of it
public sealed partial class ScopedRead
{
    private readonly Dictionary<long, bool> inNeed = [];

    /// <summary>True when the viewer answers for a citizen now, in a role with this sight.</summary>
    public bool AnswersFor(string citizen, Sight sight) => Answering(citizen, sight) > 0;

    /// <summary>What was opened out of scope among the citizens that the viewer coordinates: unseen ones first, then those of the last days.</summary>
    /// <param name="since">Seen ones from then on.</param>
    public IReadOnlyList<BreakGlassRow> Broken(DateTimeOffset since) => [.. read.Query<BrokenRecord>(
        $"""
        select {StoreTransaction.BreakGlassColumns} from break_glass where (seen_ms is null or from_ms >= @since) and exists (
          select 1 from role_grant g join responsibility r on r.kind = g.kind and r.unit = g.unit
          where {InForce} and g.role in {Roles(Sight.Rights)} and r.citizen = break_glass.citizen and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
        order by seen_ms is not null, id desc limit 200
        """, new { person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(), since = since.ToUnixTimeMilliseconds() }).Select(row => row.Read())];

    /// <summary>The same, shown with citizen and reason, which is a look.</summary>
    public IReadOnlyList<BreakGlassRow> BrokenListed(DateTimeOffset since)
    {
        IReadOnlyList<BreakGlassRow> rows = Broken(since);
        foreach (BreakGlassRow row in rows)
        {
            Look("break-glass", row.Citizen, $"break-glass {row.Id}", Answering(row.Citizen), AuditOutcome.Done);
        }
        return rows;
    }

    /// <summary>True when a case that was read is the viewer's only because they opened its citizen in need.</summary>
    public bool IsInNeed(long careCase) => OutcomeBy(SeenOf(careCase).By) == AuditOutcome.Broken;

    /// <summary>A look by a grant that was taken in need is written down as such.</summary>
    private AuditOutcome OutcomeBy(long grant)
    {
        if (GrantOf(grant).Kind != Care.Routing.UnitKind.Citizen)
        {
            return AuditOutcome.Done;
        }
        if (!inNeed.TryGetValue(grant, out bool broken))
        {
            inNeed[grant] = broken = read.IsInNeed(grant);
        }
        return broken ? AuditOutcome.Broken : AuditOutcome.Done;
    }

    // by properties: a column without a value yet has no type of its own
    private sealed class BrokenRecord
    {
        public long Id { get; init; }
        public string Person { get; init; } = "";
        public string Citizen { get; init; } = "";
        public string Reason { get; init; } = "";
        public long FromMs { get; init; }
        public long? SeenMs { get; init; }
        public string? SeenBy { get; init; }

        public BreakGlassRow Read() => new(Id, Person, Citizen, Reason, FromMs, SeenMs, SeenBy);
    }
}
