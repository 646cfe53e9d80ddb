using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

/// <summary>A citizen opened out of scope.</summary>
/// <param name="Id">Number.</param>
/// <param name="Person">By whom.</param>
/// <param name="Citizen">Pseudonym.</param>
/// <param name="Reason">As they typed it.</param>
/// <param name="FromMs">When, hub time in milliseconds.</param>
/// <param name="SeenMs">When a coordinator saw that it was; null while nobody has.</param>
/// <param name="SeenBy">Which coordinator.</param>
public sealed record BreakGlassRow(long Id, string Person, string Citizen, string Reason, long FromMs, long? SeenMs, string? SeenBy);

public sealed partial class StoreTransaction
{
    internal const string BreakGlassColumns = "id as Id, person as Person, citizen as Citizen, reason as Reason, from_ms as FromMs, seen_ms as SeenMs, seen_by as SeenBy";
    private const string GivenInNeed = "break-glass";

    /// <summary>Opens a citizen to somebody in need, in their own role, for a while.</summary>
    /// <returns>Its number.</returns>
    public long BreakGlass(string person, PersonRole role, string citizen, string reason, DateTimeOffset now, TimeSpan holds)
    {
        long grant = Give(person, new Grant(role, UnitKind.Citizen, citizen, now, now + holds), GivenInNeed, now);
        if (!One<bool>("select exists (select 1 from responsibility where citizen = @citizen and kind = 'citizen')", new { citizen }))
        {
            AnswersMayChange(citizen); // somebody without a place yet: nobody answers for them so far
        }
        return Insert("insert into break_glass (role_grant, person, citizen, reason, from_ms) values (@grant, @person, @citizen, @reason, @now)",
            new { grant, person, citizen, reason, now = Milliseconds(now) });
    }

    /// <summary>How many citizens a person has open in this way now.</summary>
    public int OpenInNeed(string person, DateTimeOffset since) =>
        One<int>("select count(*) from break_glass where person = @person and from_ms > @since", new { person, since = Milliseconds(since) });

    /// <summary>True for a grant that was taken in need.</summary>
    internal bool IsInNeed(long grant) => One<bool>("select exists (select 1 from break_glass where role_grant = @grant)", new { grant });

    /// <summary>The citizen of a case that people see; null when there is none.</summary>
    public string? CitizenOfCase(long id) => One<string>("select citizen from care_case where id = @id and kind <> 'self-test'", new { id });

    /// <summary>True when some coordinator with an account answers for a citizen now.</summary>
    public bool HasCoordinator(string citizen, DateTimeOffset now) => One<bool>(
        """
        select exists (select 1 from role_grant g join responsibility r on r.kind = g.kind and r.unit = g.unit join account on account.person = g.person
          where r.citizen = @citizen and g.role = 'coordinator' and account.ended_ms is null and g.from_ms <= @now and (g.to_ms is null or g.to_ms > @now)
            and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
        """, new { citizen, now = Milliseconds(now) });

    /// <summary>A coordinator has seen it; false when somebody had before.</summary>
    public bool SeeBroken(long id, string person, DateTimeOffset now) =>
        Run("update break_glass set seen_ms = @now, seen_by = @person where id = @id and seen_ms is null", new { id, person, now = Milliseconds(now) }) > 0;
}
