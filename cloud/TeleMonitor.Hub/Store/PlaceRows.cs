using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

/// <summary>What a place is.</summary>
public enum PlaceKind : byte
{
    /// <summary>Where the citizen lives.</summary>
    Home,
    /// <summary>Where the citizen is for a while; whoever answers there answers too.</summary>
    Temporary,
    /// <summary>In hospital: those at home still answer.</summary>
    Admitted,
}

public sealed partial class StoreTransaction
{
    /// <summary>A citizen lives at another place from now on, or at a first one; the same again changes nothing. What was before stays as it was.</summary>
    public void MoveHome(string citizen, string area, DateTimeOffset from)
    {
        PlaceRow? last = One<PlaceRow>("select area as Area, from_ms as FromMs, to_ms as ToMs from place where citizen = @citizen and kind = 'home' order by from_ms desc limit 1", new { citizen });
        if (last is { ToMs: null } && string.Equals(last.Area, area, StringComparison.Ordinal))
        {
            return;
        }
        // a place that would begin before the one that is known begins with it: nobody's period is taken away after the fact
        long begins = Math.Max(Milliseconds(from), last?.FromMs ?? long.MinValue);
        Run("update place set to_ms = @begins where citizen = @citizen and kind = 'home' and to_ms is null", new { citizen, begins });
        Run("insert into place (citizen, kind, area, from_ms) values (@citizen, 'home', @area, @begins)", new { citizen, area, begins });
        AnswersMayChange(citizen);
    }

    /// <summary>True when it is known where a citizen lives.</summary>
    private bool HasPlace(string citizen) => One<bool>("select exists (select 1 from place where citizen = @citizen)", new { citizen });

    /// <summary>A citizen is somewhere for a while; it ends by itself.</summary>
    public void StayAt(string citizen, PlaceKind kind, string area, DateTimeOffset from, DateTimeOffset to)
    {
        Run("insert into place (citizen, kind, area, from_ms, to_ms) values (@citizen, @kind, @area, @from, @to)",
            new { citizen, kind = CaseWord.Of(kind), area, from = Milliseconds(from), to = Milliseconds(to) });
        AnswersMayChange(citizen);
    }

    /// <summary>Everybody's responsibilities are to be computed again when the topology is another than the one they were computed by.</summary>
    public void TopologyIs(Topology topology)
    {
        string mark = $"{topology.Id} {topology.Version}";
        if (!string.Equals(One<string>("select topology from responsibility_of"), mark, StringComparison.Ordinal))
        {
            Run("delete from responsibility_of");
            Run("insert into responsibility_of (topology) values (@mark)", new { mark });
            Run("insert into responsibility_due (citizen) select distinct citizen from place where true on conflict (citizen) do nothing");
        }
    }

    /// <summary>True when somebody's responsibilities are to be computed again.</summary>
    public bool AnswersAreDue() => One<bool>("select exists (select 1 from responsibility_due)");

    /// <summary>Computes who answers for those whose place or topology has changed.</summary>
    /// <returns>How many citizens were looked at.</returns>
    public int Answer(Topology topology, int most)
    {
        string[] citizens = [.. Query<string>("select citizen from responsibility_due limit @most + 0", new { most })];
        foreach (string citizen in citizens)
        {
            IEnumerable<Stay> stays = Query<PlaceRow>("select area as Area, from_ms as FromMs, to_ms as ToMs from place where citizen = @citizen and kind <> 'admitted'", new { citizen })
                .Select(row => new Stay(row.Area, Time(row.FromMs), row.ToMs is { } to ? Time(to) : null));
            Run("delete from responsibility where citizen = @citizen", new { citizen });
            // so that a grant to one citizen, or to the whole hub, is asked as any other
            IEnumerable<Responsibility> always = [new(UnitKind.Citizen, citizen, DateTimeOffset.UnixEpoch, null), new(UnitKind.Hub, "", DateTimeOffset.UnixEpoch, null)];
            foreach (Responsibility one in ResponsibilityRules.Of(topology, stays).Concat(always))
            {
                Run("insert into responsibility (citizen, kind, unit, from_ms, to_ms) values (@citizen, @kind, @Unit, @from, @to)",
                    new { citizen, kind = CaseWord.Of(one.Kind), one.Unit, from = Milliseconds(one.From), to = one.To is { } to ? Milliseconds(to) : (long?)null });
            }
            Run("delete from responsibility_due where citizen = @citizen", new { citizen });
        }
        return citizens.Length;
    }

    private void AnswersMayChange(string citizen) => Run("insert into responsibility_due (citizen) values (@citizen) on conflict (citizen) do nothing", new { citizen });

    /// <summary>Gives somebody a role for a unit.</summary>
    /// <returns>Number of the grant.</returns>
    public long Give(string person, Grant grant, string by, DateTimeOffset now) => Insert(
        "insert into role_grant (person, role, kind, unit, from_ms, to_ms, given_by, given_ms) values (@person, @role, @kind, @Unit, @from, @to, @by, @now)",
        new
        {
            person, role = CaseWord.Of(grant.Role), kind = CaseWord.Of(grant.Kind), grant.Unit, from = Milliseconds(grant.From),
            to = grant.To is { } to ? Milliseconds(to) : (long?)null, by, now = Milliseconds(now),
        });

    /// <summary>Ends a grant; false when it had ended.</summary>
    public bool EndGrant(long id, DateTimeOffset at) => Run("update role_grant set to_ms = @at where id = @id and (to_ms is null or to_ms > @at)", new { id, at = Milliseconds(at) }) > 0;

    /// <summary>A person's grants, past and future ones too.</summary>
    public IReadOnlyList<(long Id, Grant Grant)> GrantsOf(string person) => [.. Query<GrantRow>(
        "select id as Id, role as Role, kind as Kind, unit as Unit, from_ms as FromMs, to_ms as ToMs from role_grant where person = @person order by id", new { person }).Select(row => (row.Id, row.Read()))];

    private sealed record PlaceRow(string Area, long FromMs, long? ToMs);

    private sealed record GrantRow(long Id, string Role, string Kind, string Unit, long FromMs, long? ToMs)
    {
        public Grant Read()
        {
            CaseWord.TryRead(Role, out PersonRole role);
            CaseWord.TryRead(Kind, out UnitKind kind);
            return new Grant(role, kind, Unit, Time(FromMs), ToMs is { } to ? Time(to) : null);
        }
    }
}
