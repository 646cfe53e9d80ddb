using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Audit;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Hub.Store;

/// <summary>Why a viewer sees a citizen.</summary>
public enum CitizenStanding : byte
{
    /// <summary>They answer for the citizen now: they read everything.</summary>
    Present,
    /// <summary>They are called to an open case of the citizen, or have taken it.</summary>
    Case,
    /// <summary>They answered once: they keep what ended in their time, and nothing newer.</summary>
    Former,
}

/// <summary>A citizen as a viewer sees them.</summary>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Row">What the register holds; null for one whose identity nobody has written down.</param>
/// <param name="Standing">Why they see it.</param>
/// <param name="From">What they see begins here; null where it has no beginning.</param>
/// <param name="Until">And ends here; null where it has no end.</param>
public sealed record SeenCitizen(string Citizen, CitizenRow? Row, CitizenStanding Standing, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>One page of a list.</summary>
/// <param name="Citizens">By pseudonym.</param>
/// <param name="Next">Where the next page begins; null after the last. How many there are is not told.</param>
public sealed record CitizenList(IReadOnlyList<SeenCitizen> Citizens, string? Next);

// the register: list, search and one citizen; scope stands in the statements, as for cases
public sealed partial class ScopedRead
{
    private const string Begun = "r.from_ms <= @now", Holds = "r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now)";
    private readonly Dictionary<string, (SeenCitizen Citizen, long By)> seenCitizens = new(StringComparer.Ordinal);

    /// <summary>The citizens whom the viewer's units answer for now, by pseudonym; those found by what was typed, where something was.</summary>
    /// <param name="query">What was typed; null lists everybody whose monitoring goes on.</param>
    /// <param name="after">The page begins after this pseudonym; empty for the first.</param>
    /// <param name="most">At most so many.</param>
    public CitizenList Citizens(CitizenQuery? query, string after, int most)
    {
        string[] found = query switch
        {
            null => List(after, most + 1),
            { Citizen: { } exact } => string.CompareOrdinal(exact, after) > 0 && StandingOf(exact) is { } ? [exact] : [],
            _ => Search(query, after, most + 1),
        };
        SeenCitizen[] page = [.. found.Take(most).Select(StandingOf).OfType<SeenCitizen>()];
        foreach (SeenCitizen one in page)
        {
            Look("register", one.Citizen, "list", seenCitizens[one.Citizen].By, AuditOutcome.Done);
        }
        if (page.Length == 0 && after.Length == 0 && query is { IsOfOne: true })
        {
            // of somebody else's citizen as of nobody: the same answer, and the same line but for whose it is
            string whose = query.Citizen is { } typed ? read.IsCitizen(typed) ? typed : "" : read.CitizensWith(query.Keys[0]) is [var other, ..] ? other : "";
            Look("register", whose, "search", null, AuditOutcome.Denied);
        }
        return new CitizenList(page, found.Length > most ? found[most - 1] : null);
    }

    /// <summary>One citizen; null when there is none or it is not the viewer's, which cannot be told apart and is written down alike.</summary>
    public SeenCitizen? CitizenOf(string citizen)
    {
        if (StandingOf(citizen) is { } seenNow)
        {
            Look("register", citizen, "citizen", seenCitizens[citizen].By, AuditOutcome.Done);
            return seenNow;
        }
        Look("register", read.IsCitizen(citizen) ? citizen : "", "citizen", null, AuditOutcome.Denied);
        return null;
    }

    /// <summary>Writes down that the viewer was shown who a citizen is: name, number, address, telephones.</summary>
    /// <returns>What is encrypted; null where it is not theirs to see, which is written down too, or nobody has written it.</returns>
    public string? IdentityOf(string citizen)
    {
        SeenCitizen? one = StandingOf(citizen);
        bool may = one is { Standing: not CitizenStanding.Former, Row: not null };
        Look("identity", one is null && !read.IsCitizen(citizen) ? "" : citizen, "citizen", one is null ? null : seenCitizens[citizen].By, may ? AuditOutcome.Done : AuditOutcome.Denied);
        return may ? one!.Row!.Closed : null;
    }

    /// <summary>Where a citizen who was read was, is and will be, as far as the viewer sees it.</summary>
    public IReadOnlyList<Place> PlacesOf(SeenCitizen citizen) => [.. read.PlacesOf(Seen(citizen)).Where(one => Overlaps(citizen, one.From, one.To))
        .Select(one => one with { To = Cut(citizen, one.To), IsSaid = one.IsSaid && citizen.Standing != CitizenStanding.Former })];

    /// <summary>What a citizen who was read has agreed to, as far as the viewer sees it.</summary>
    public IReadOnlyList<Consent> ConsentsOf(SeenCitizen citizen) =>
        [.. read.ConsentsOf(Seen(citizen)).Where(one => Overlaps(citizen, one.GivenAt, one.WithdrawnAt)).Select(one => one with { WithdrawnAt = Cut(citizen, one.WithdrawnAt) })];

    /// <summary>The kits of a citizen who was read, as far as the viewer sees it.</summary>
    public IReadOnlyList<Assignment> AssignmentsOf(SeenCitizen citizen) =>
        [.. read.AssignmentsOfCitizen(Seen(citizen)).Where(one => Overlaps(citizen, one.From, one.To)).Select(one => one with { To = Cut(citizen, one.To) })];

    /// <summary>The same with each kit's number, and whether it was asked to wipe itself and has not said that it did.</summary>
    public IReadOnlyList<(string Kit, Assignment Loan, bool IsWipeAwaited)> LoansOf(SeenCitizen citizen) =>
        [.. AssignmentsOf(citizen).Select(loan => (read.KitOf(loan.Gateway), loan, citizen.Standing != CitizenStanding.Former && read.IsWipeAwaited(loan.Number)))];

    /// <summary>Kits that nobody has, for those who lend them.</summary>
    public IReadOnlyList<Kit> FreeKits() => May(Sight.Register) ? read.FreeKits(viewer.Now) : [];

    /// <summary>The plans of a citizen who was read, as far as the viewer sees it.</summary>
    public IReadOnlyList<CitizenPlan> PlansOf(SeenCitizen citizen) =>
        [.. AssignmentsOf(citizen).SelectMany(one => read.PlansOf(one.Number)).Where(one => Overlaps(citizen, one.From, one.To)).Select(one => one with { To = Cut(citizen, one.To) })];

    /// <summary>The planned absences of a citizen who was read, as far as the viewer sees it, each with its assignment.</summary>
    public IReadOnlyList<(int Assignment, Vitals.Plans.PlanPause Pause)> PausesOf(SeenCitizen citizen) =>
        [.. AssignmentsOf(citizen).SelectMany(one => read.PausesOf(one.Number).Select(pause => (one.Number, pause))).Where(one => Overlaps(citizen, one.pause.From, one.pause.To))];

    /// <summary>True when a role of the viewer's changes the register of a citizen: they answer for them now. Of one whose data is only kept, those who keep it.</summary>
    public bool MayChange(string citizen) => Answering(citizen, read.CitizenRowOf(citizen)?.RestrictedAt is null ? Sight.Register : Sight.Rights) > 0;

    /// <summary>True when one of these units, as they hold now, is one that the viewer changes the register for.</summary>
    public bool MayRegisterFor(IEnumerable<Responsibility> units)
    {
        Grant[] theirs = [.. GrantsWith(Sight.Register)];
        return theirs.Any(grant => grant.Kind == UnitKind.Hub || units.Any(unit => unit.Kind == grant.Kind && unit.Unit == grant.Unit && unit.From <= viewer.Now && (unit.To is null || unit.To > viewer.Now)));
    }

    /// <summary>Stays of the viewer's citizens whose end is near or past and that nobody has seen to, the earliest said first.</summary>
    public IReadOnlyList<Place> StaysThatEnd(int most)
    {
        Place[] theirs = [.. read.Query<StoreTransaction.PlaceRecord>(
            $"""
            select {StoreTransaction.PlaceColumns} from place where reminded_ms is not null and answered_ms is null and exists (
              select 1 from role_grant g join responsibility r on r.citizen = place.citizen and r.kind = g.kind and r.unit = g.unit
              left join citizen c on c.citizen = r.citizen
              where {InForce} and g.role in {Roles(Sight.Health)} and {Holds} and (c.restricted_ms is null or g.role in {Roles(Sight.Rights)}))
            order by reminded_ms, Id limit @most + 0
            """, Who(most: most)).Select(row => row.Read())];
        foreach (Place one in theirs)
        {
            Look("register", one.Citizen, "worklist", Answering(one.Citizen), AuditOutcome.Done);
        }
        return theirs;
    }

    /// <summary>Writes down that the viewer did something to a citizen, or was refused.</summary>
    /// <param name="citizen">Whom.</param>
    /// <param name="act">What.</param>
    /// <param name="outcome">How it ended.</param>
    public void Did(string citizen, string act, AuditOutcome outcome)
    {
        Grant? by = Answering(citizen, Sight.Register) is var id and > 0 ? GrantOf(id) : GrantsWith(Sight.Register).FirstOrDefault();
        looked.Add(new AuditEntry(viewer.Now, viewer.Person, by is null ? "" : CaseWord.Of(by.Role), by?.Unit ?? "", viewer.Session, act, "register", citizen, "citizen", outcome));
    }

    private string[] List(string after, int most)
    {
        // each unit is read in the order of its index, as far as the page needs; a person has few units
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((UnitKind kind, string unit, bool restricted) in GrantsWith(Sight.Health).Select(grant => (grant.Kind, grant.Unit, RoleRules.With(Sight.Rights).Contains(grant.Role))).Distinct())
        {
            found.UnionWith(read.Query<string>(
                $"""
                select r.citizen from responsibility r where r.kind = @kind and r.unit = @unit and r.citizen > @after and {Holds}
                  and not exists (select 1 from citizen c where c.citizen = r.citizen and (c.ended_ms is not null or c.restricted_ms is not null and @restricted = 0))
                order by r.citizen limit @most + 0
                """, new { kind = CaseWord.Of(kind), unit, after, now = viewer.Now.ToUnixTimeMilliseconds(), restricted = restricted ? 1 : 0, most }));
        }
        return [.. found.Take(most)];
    }

    /// <summary>By keyed hashes, every one of which must be the citizen's. By a whole personal number former citizens are found too; a name or a date of today is none of theirs. The citizens' own rows are looked at last: they are large, and most who share a word are somebody else's.</summary>
    private string[] Search(CitizenQuery query, string after, int most) => query.Keys.Count == 0 ? [] : [.. read.Query<string>(
        $"""
        select s.citizen from citizen_search s
        where s.key = @k0 and s.citizen > @after
          and (@k1 is null or exists (select 1 from citizen_search t where t.key = @k1 and t.citizen = s.citizen))
          and (@k2 is null or exists (select 1 from citizen_search t where t.key = @k2 and t.citizen = s.citizen))
          and (@k3 is null or exists (select 1 from citizen_search t where t.key = @k3 and t.citizen = s.citizen))
          and exists (
            select 1 from role_grant g cross join responsibility r on r.citizen = s.citizen and r.kind = g.kind and r.unit = g.unit
            where {InForce} and g.role in {Roles(Sight.Health)} and {(query.IsOfOne ? Begun : Holds)}
              and (g.role in {Roles(Sight.Rights)} or not exists (select 1 from citizen c where c.citizen = s.citizen and c.restricted_ms is not null)))
        order by s.citizen limit @most + 0
        """,
        new
        {
            k0 = query.Keys[0], k1 = query.Keys.ElementAtOrDefault(1), k2 = query.Keys.ElementAtOrDefault(2), k3 = query.Keys.ElementAtOrDefault(3), after, most,
            person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(),
        })];

    /// <summary>Why the viewer sees a citizen; null where they do not. One whose data is only kept is seen by those who keep it, and in an open case: that may be of vital interest.</summary>
    private SeenCitizen? StandingOf(string citizen)
    {
        if (seenCitizens.TryGetValue(citizen, out (SeenCitizen Citizen, long By) known))
        {
            return known.Citizen;
        }
        CitizenRow? row = read.CitizenRowOf(citizen);
        Sight sight = row?.RestrictedAt is null ? Sight.Health : Sight.Rights;
        SeenCitizen? one = null;
        long by = Answering(citizen, sight);
        if (by > 0)
        {
            one = new SeenCitizen(citizen, row, CitizenStanding.Present, null, null);
        }
        else if (Cases("citizen = @citizen and state <> 'closed' and kind <> 'self-test'", "order by Id", new { person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(), citizen }) is [{ } open, ..])
        {
            by = SeenOf(long.Parse(open.Id, System.Globalization.CultureInfo.InvariantCulture)).By;
            one = new SeenCitizen(citizen, row, CitizenStanding.Case, null, null);
        }
        else if (PastOf(citizen, sight) is { } past)
        {
            by = past.Grant;
            one = new SeenCitizen(citizen, row, CitizenStanding.Former, DateTimeOffset.FromUnixTimeMilliseconds(past.FromMs), DateTimeOffset.FromUnixTimeMilliseconds(past.UntilMs));
        }
        if (one is not null)
        {
            seenCitizens[citizen] = (one, by);
        }
        return one;
    }

    /// <summary>The period in which the viewer's unit answered; the last, where there are several.</summary>
    private PastRow? PastOf(string citizen, Sight sight) => read.Query<PastRow>(
        $"""
        select g.id as "Grant", r.from_ms as FromMs, r.to_ms as UntilMs from role_grant g cross join responsibility r on r.citizen = @citizen and r.kind = g.kind and r.unit = g.unit
        where {InForce} and g.role in {Roles(sight)} and r.to_ms <= @now order by r.to_ms desc, g.id limit 1
        """, new { person = viewer.Person, now = viewer.Now.ToUnixTimeMilliseconds(), citizen }).FirstOrDefault();

    private IEnumerable<Grant> GrantsWith(Sight sight) => read.GrantsOf(viewer.Person).Select(one => one.Grant).Where(grant => grant.HoldsAt(viewer.Now) && RoleRules.With(sight).Contains(grant.Role));

    /// <summary>The pseudonym of a citizen who was read.</summary>
    /// <exception cref="InvalidOperationException">The citizen was not read in scope first: a fault of the program.</exception>
    private string Seen(SeenCitizen citizen) => seenCitizens.ContainsKey(citizen.Citizen) ? citizen.Citizen : throw new InvalidOperationException("a citizen was not read in the viewer's scope");

    private static bool Overlaps(SeenCitizen citizen, DateTimeOffset from, DateTimeOffset? to) => !(from >= citizen.Until) && !(to <= citizen.From);

    /// <summary>What came after the viewer's time is not told: not even that something ended.</summary>
    private static DateTimeOffset? Cut(SeenCitizen citizen, DateTimeOffset? to) => to > citizen.Until ? null : to;

    private sealed class PastRow
    {
        public long Grant { get; init; }
        public long FromMs { get; init; }
        public long UntilMs { get; init; }
    }
}
