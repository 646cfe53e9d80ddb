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

/// <summary>Where a citizen was, is or will be.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Citizen">Who.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Area">Municipality slug or postcode.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment at which it is no longer so; null until further notice.</param>
/// <param name="IsSaid">Its end is near or past, and nobody has seen to it.</param>
public sealed record Place(long Id, string Citizen, PlaceKind Kind, string Area, DateTimeOffset From, DateTimeOffset? To, bool IsSaid)
{
    /// <summary>True while the citizen is there.</summary>
    public bool HoldsAt(DateTimeOffset now) => From <= now && (To is null || now < To);
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

    /// <summary>A citizen is somewhere for a while; it ends by itself, and the boards say so before.</summary>
    /// <returns>Number of the place.</returns>
    public long StayAt(string citizen, PlaceKind kind, string area, DateTimeOffset from, DateTimeOffset to)
    {
        long id = Insert("insert into place (citizen, kind, area, from_ms, to_ms) values (@citizen, @kind, @area, @from, @to)",
            new { citizen, kind = CaseWord.Of(kind), area, from = Milliseconds(from), to = Milliseconds(to) });
        AddToDo(StayEnds, to - SayBefore < from ? from : to - SayBefore, id);
        AnswersMayChange(citizen);
        return id;
    }

    /// <summary>Kind of the work that a stay leaves behind: when it is due the boards say that it ends.</summary>
    public const string StayEnds = "stay-ends";

    /// <summary>So long before its end a stay is said on the boards.</summary>
    public static readonly TimeSpan SayBefore = TimeSpan.FromHours(24);

    /// <summary>A stay ends earlier than was thought; false when it is none, or is over.</summary>
    public bool EndStay(string citizen, long id, string by, DateTimeOffset now)
    {
        // one that has not begun never was; and nobody need be reminded of what they did themselves
        bool ended = Run(
            """
            update place set to_ms = case when from_ms > @now then from_ms else @now end, answered_ms = @now, answered_by = @by
            where id = @id and citizen = @citizen and kind <> 'home' and to_ms > @now
            """, new { id, citizen, by, now = Milliseconds(now) }) > 0;
        AnswersMayChange(citizen);
        return ended;
    }

    /// <summary>The boards say from now on that a stay ends.</summary>
    public void SayStayEnds(long id, DateTimeOffset now) => Run("update place set reminded_ms = @now where id = @id and reminded_ms is null", new { id, now = Milliseconds(now) });

    /// <summary>Somebody has seen to it that a stay ends; false when nothing was said of it.</summary>
    public bool AnswerStay(string citizen, long id, string by, DateTimeOffset now) => Run(
        "update place set answered_ms = @now, answered_by = @by where id = @id and citizen = @citizen and reminded_ms is not null and answered_ms is null",
        new { id, citizen, by, now = Milliseconds(now) }) > 0;

    /// <summary>Where a citizen was, is and will be, in the order in which it begins.</summary>
    public IReadOnlyList<Place> PlacesOf(string citizen) => [.. Query<PlaceRecord>(
        $"select {PlaceColumns} from place where citizen = @citizen order by from_ms, id", new { citizen }).Select(row => row.Read())];

    internal const string PlaceColumns = "id as Id, citizen as Citizen, kind as Kind, area as Area, from_ms as FromMs, to_ms as ToMs, reminded_ms as RemindedMs, answered_ms as AnsweredMs";

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
            Answer(topology, citizen);
        }
        return citizens.Length;
    }

    /// <summary>Computes who answers for one citizen.</summary>
    public void Answer(Topology topology, string citizen)
    {
        IEnumerable<Stay> stays = Query<PlaceRow>("select area as Area, from_ms as FromMs, to_ms as ToMs from place where citizen = @citizen and kind <> 'admitted'", new { citizen })
            .Select(row => new Stay(row.Area, Time(row.FromMs), row.ToMs is { } to ? Time(to) : null)).Where(stay => stay.To is null || stay.To > stay.From);
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

    internal sealed class PlaceRecord
    {
        public long Id { get; init; }
        public string Citizen { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Area { get; init; } = "";
        public long FromMs { get; init; }
        public long? ToMs { get; init; }
        public long? RemindedMs { get; init; }
        public long? AnsweredMs { get; init; }

        public Place Read()
        {
            CaseWord.TryRead(Kind, out PlaceKind kind);
            return new Place(Id, Citizen, kind, Area, Time(FromMs), ToMs is { } to ? Time(to) : null, RemindedMs is not null && AnsweredMs is null);
        }
    }

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
