using TeleMonitor.Care.Routing;

namespace TeleMonitor.Hub.People;

/// <summary>What a role may see at all; of whom, the grant's unit says.</summary>
public enum Sight : byte
{
    /// <summary>Cases, values, plans and adherence of citizens.</summary>
    Health,
    /// <summary>Kits and the hub's own parts: neither citizen nor value.</summary>
    Kits,
    /// <summary>Who may do what: people and their grants.</summary>
    People,
    /// <summary>Who saw or did what.</summary>
    Audit,
    /// <summary>To change the register: who a citizen is, where, with which kit and plan, and what they agreed to. Whoever has <see cref="Health"/> reads it.</summary>
    Register,
    /// <summary>A citizen's rights: export, restriction, deletion.</summary>
    Rights,
    /// <summary>Opening a citizen out of scope in need, with a reason.</summary>
    BreakGlass,
}

/// <summary>That a person works as something for a unit, from a time until another.</summary>
/// <param name="Role">What they work as.</param>
/// <param name="Kind">What the unit is.</param>
/// <param name="Unit">Its slug or id.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment at which it no longer holds; null until further notice.</param>
public sealed record Grant(PersonRole Role, UnitKind Kind, string Unit, DateTimeOffset From, DateTimeOffset? To)
{
    /// <summary>True while it holds.</summary>
    public bool HoldsAt(DateTimeOffset now) => From <= now && (To is null || now < To);
}

/// <summary>Whoever looks. Every query of the boards takes one; the store asks its own table of grants, this only says who.</summary>
/// <param name="Person">Id of the person or of the machine's token.</param>
/// <param name="Session">One sign-in.</param>
/// <param name="Why">What they look for, as the audit keeps it: <c>case</c>, <c>worklist</c>, <c>support</c>, …</param>
/// <param name="Now">When: what they may see is what holds then.</param>
public sealed record Viewer(string Person, string Session, string Why, DateTimeOffset Now);

/// <summary>Which role sees what.</summary>
public static class RoleRules
{
    /// <summary>The roles that have a sight.</summary>
    public static IReadOnlyList<PersonRole> With(Sight sight) => sight switch
    {
        Sight.Health => [PersonRole.AcuteNurse, PersonRole.MonitoringNurse, PersonRole.Clinician, PersonRole.Coordinator],
        Sight.Kits => [PersonRole.SupportWorker, PersonRole.Coordinator, PersonRole.Administrator],
        Sight.People => [PersonRole.Administrator, PersonRole.Coordinator],
        Sight.Audit => [PersonRole.Auditor],
        Sight.Register => [PersonRole.MonitoringNurse, PersonRole.Coordinator],
        Sight.Rights => [PersonRole.Coordinator],
        Sight.BreakGlass => [PersonRole.AcuteNurse, PersonRole.MonitoringNurse, PersonRole.Clinician],
        _ => [],
    };
}
