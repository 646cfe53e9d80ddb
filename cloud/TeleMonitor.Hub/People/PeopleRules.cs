using TeleMonitor.Care.Routing;

namespace TeleMonitor.Hub.People;

/// <summary>What became of something that somebody wanted to do with people and their grants.</summary>
public enum PeopleAnswer : byte
{
    /// <summary>It was done.</summary>
    Done,
    /// <summary>Whoever asks may not change people at all.</summary>
    NoSight,
    /// <summary>Nobody does it to themselves.</summary>
    Yourself,
    /// <summary>The unit, or one of the other's, is not the asker's.</summary>
    ForeignUnit,
    /// <summary>A coordinator does not make, change or end administrators and auditors; nobody makes a program of a person.</summary>
    ForeignRole,
    /// <summary>There is no such unit.</summary>
    NoUnit,
    /// <summary>There is no such person.</summary>
    NoPerson,
    /// <summary>The account or the grant has ended.</summary>
    HasEnded,
    /// <summary>It ends before it begins, or in the past.</summary>
    WrongTimes,
    /// <summary>The id must be 2 to 40 of a–z, 0–9 and hyphens.</summary>
    WrongId,
    /// <summary>Initials must be 1 to 6 letters.</summary>
    WrongInitials,
    /// <summary>The id or the initials are somebody else's.</summary>
    Taken,
    /// <summary>Nobody could give roles any more.</summary>
    LastAdministrator,
}

/// <summary>Whom it is about: what decides, as the store knows it.</summary>
/// <param name="Person">Id.</param>
/// <param name="Ended">True when the account has ended.</param>
/// <param name="Grants">Their grants, past and future ones too.</param>
public sealed record PersonStanding(string Person, bool Ended, IReadOnlyList<Grant> Grants);

/// <summary>Who may change whose account and grants.</summary>
public static class PeopleRules
{
    private static readonly PersonRole[] OnlyByAdministrator = [PersonRole.Administrator, PersonRole.Auditor];

    /// <summary>A unit that a page gives roles for, as <see cref="UnitName"/> reads it: any but one citizen.</summary>
    /// <returns>Null for one that the topology does not know.</returns>
    public static (UnitKind Kind, string Unit)? UnitOf(Topology topology, string text) =>
        UnitName.TryRead(text, topology, out UnitKind kind, out string unit) && kind != UnitKind.Citizen ? (kind, unit) : null;

    /// <summary>True when somebody who works for one unit works for the other too.</summary>
    public static bool Covers(Topology topology, Grant own, UnitKind kind, string unit, DateTimeOffset now) => own.Kind switch
    {
        UnitKind.Hub => true,
        UnitKind.Citizen => false,
        UnitKind.Authority when kind == UnitKind.Team => topology.Municipalities.Any(one => (one.Team == unit || one.Coordinator == unit) && HolderOf(topology, one, now) == own.Unit),
        _ => own.Kind == kind && string.Equals(own.Unit, unit, StringComparison.Ordinal),
    };

    /// <summary>May the asker give this grant?</summary>
    /// <param name="topology">Units.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="other">Who gets it; null when there is no such person.</param>
    /// <param name="grant">What.</param>
    /// <param name="now">Time.</param>
    public static PeopleAnswer Give(Topology topology, PersonStanding asker, PersonStanding? other, Grant grant, DateTimeOffset now) =>
        May(asker, other, now) is var answer && answer != PeopleAnswer.Done ? answer
        : grant.To is { } to && (to <= grant.From || to <= now) ? PeopleAnswer.WrongTimes
        : MayRole(topology, asker, grant, now);

    /// <summary>May the asker end this grant of the other's?</summary>
    /// <param name="topology">Units.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="other">Whose it is.</param>
    /// <param name="grant">Which; null when there is no such grant.</param>
    /// <param name="administrators">Everybody with an account who gives roles for the whole hub now.</param>
    /// <param name="now">Time.</param>
    public static PeopleAnswer EndGrant(Topology topology, PersonStanding asker, PersonStanding? other, Grant? grant, IReadOnlySet<string> administrators, DateTimeOffset now)
    {
        if (other is null || grant is null || May(asker, other, now) is PeopleAnswer.NoSight)
        {
            return other is null || grant is null ? PeopleAnswer.NoPerson : PeopleAnswer.NoSight;
        }
        if (grant.To is { } to && to <= now)
        {
            return PeopleAnswer.HasEnded;
        }
        // first: the last administrator is told so and not that they are themselves
        bool only = IsWhole(grant, now) && other.Grants.Count(one => IsWhole(one, now)) == 1 && administrators.SetEquals([other.Person]);
        return only ? PeopleAnswer.LastAdministrator
            : string.Equals(asker.Person, other.Person, StringComparison.Ordinal) ? PeopleAnswer.Yourself
            : MayRole(topology, asker, grant, now);
    }

    /// <summary>May the asker take the whole account in hand: end it, or give a code that replaces its password?</summary>
    /// <param name="topology">Units.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="other">Whose it is.</param>
    /// <param name="administrators">As in <see cref="EndGrant"/>; null where the account goes on.</param>
    /// <param name="now">Time.</param>
    public static PeopleAnswer Account(Topology topology, PersonStanding asker, PersonStanding? other, IReadOnlySet<string>? administrators, DateTimeOffset now)
    {
        if (other is { Ended: false } && administrators is not null && administrators.SetEquals([other.Person]) && asker.Grants.Any(one => IsPeople(one, now)))
        {
            return PeopleAnswer.LastAdministrator;
        }
        // whoever gets a code becomes that person: every role they have or will have must be one that the asker could give
        return May(asker, other, now) is var answer && answer != PeopleAnswer.Done ? answer
            : other!.Grants.Where(one => one.To is null || one.To > now).Select(one => MayRole(topology, asker, one, now)).FirstOrDefault(one => one != PeopleAnswer.Done);
    }

    /// <summary>May the asker see somebody on the list? Those of their own units, and those who have no unit.</summary>
    public static bool Shows(Topology topology, PersonStanding asker, PersonStanding other, DateTimeOffset now) =>
        asker.Grants.Where(one => IsPeople(one, now)).ToArray() is { Length: > 0 } own
        && (other.Grants.Count == 0 || own.Any(one => one.Kind == UnitKind.Hub) || other.Grants.Any(grant => own.Any(one => Covers(topology, one, grant.Kind, grant.Unit, now))));

    /// <summary>True when the asker may add an account.</summary>
    public static bool MayAdd(PersonStanding asker, DateTimeOffset now) => asker.Grants.Any(one => IsPeople(one, now));

    private static PeopleAnswer May(PersonStanding asker, PersonStanding? other, DateTimeOffset now) =>
        !asker.Grants.Any(one => IsPeople(one, now)) ? PeopleAnswer.NoSight
        : other is null ? PeopleAnswer.NoPerson
        : string.Equals(asker.Person, other.Person, StringComparison.Ordinal) ? PeopleAnswer.Yourself
        : other.Ended ? PeopleAnswer.HasEnded
        : PeopleAnswer.Done;

    /// <summary>By any one of the asker's own grants: the role and the unit must both be within it.</summary>
    private static PeopleAnswer MayRole(Topology topology, PersonStanding asker, Grant grant, DateTimeOffset now)
    {
        Grant[] byRole = [.. asker.Grants.Where(one => IsPeople(one, now) && (one.Role == PersonRole.Administrator || !OnlyByAdministrator.Contains(grant.Role)))];
        return grant.Role == PersonRole.Machine || byRole.Length == 0 ? PeopleAnswer.ForeignRole
            : byRole.Any(one => Covers(topology, one, grant.Kind, grant.Unit, now)) ? PeopleAnswer.Done
            : PeopleAnswer.ForeignUnit;
    }

    private static bool IsPeople(Grant grant, DateTimeOffset now) => grant.HoldsAt(now) && RoleRules.With(Sight.People).Contains(grant.Role);

    /// <summary>True for an administrator of the whole hub.</summary>
    public static bool IsWhole(Grant grant, DateTimeOffset now) => grant is { Role: PersonRole.Administrator, Kind: UnitKind.Hub } && grant.HoldsAt(now);

    private static string? HolderOf(Topology topology, Municipality municipality, DateTimeOffset now)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, topology.Zone).DateTime);
        return municipality.Authority.FirstOrDefault(period => period.From <= today && (period.To is null || today < period.To))?.Holder;
    }
}
