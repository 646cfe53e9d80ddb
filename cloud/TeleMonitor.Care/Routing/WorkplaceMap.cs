namespace TeleMonitor.Care.Routing;

/// <summary>Whoever a workplace says this of works as that, for this unit.</summary>
/// <param name="Claim">Name of the claim; a claim within another is written with a point between: <c>realm_access.roles</c>.</param>
/// <param name="Value">The claim's value, or one of its values.</param>
/// <param name="Role">What they work as.</param>
/// <param name="Kind">What the unit is.</param>
/// <param name="Unit">Its slug or id.</param>
public sealed record StatedRole(string Claim, string Value, PersonRole Role, UnitKind Kind, string Unit);

/// <summary>What the claims of a workplace's own sign-in mean here (schema <c>workplace-map.schema.json</c>).</summary>
/// <param name="Id">Id of the file.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Who has said so.</param>
/// <param name="Person">Claim with what becomes the id of a new account.</param>
/// <param name="Initials">Claim with what screens show.</param>
/// <param name="Grants">Claims and the roles they stand for.</param>
public sealed record WorkplaceMap(string Id, string Version, string Source, string Person, string Initials, IReadOnlyList<StatedRole> Grants)
{
    /// <summary>The roles that these claims state; none of what they say otherwise.</summary>
    /// <param name="claims">Values by claim.</param>
    public IReadOnlyList<StatedRole> StatedBy(ILookup<string, string> claims) =>
        [.. Grants.Where(grant => claims[grant.Claim].Contains(grant.Value, StringComparer.Ordinal)).DistinctBy(grant => (grant.Role, grant.Kind, grant.Unit))];
}

/// <summary>Reads a workplace's map.</summary>
public static class WorkplaceMapFile
{
    private const string Roles = "acute-nurse, coordinator, monitoring-nurse, support-worker, clinician, administrator, auditor";

    /// <summary>Reads and checks a file against its topology.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fileName">Name for the problems.</param>
    /// <param name="topology">Where the units are known from.</param>
    /// <param name="map">The map; null when false is returned.</param>
    /// <param name="problems">Every problem at once, each with file and field path; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, Topology topology, out WorkplaceMap? map, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        map = DataFields.Root(json, fileName, found, file => Read(file, topology));
        problems = found;
        return map is not null;
    }

    private static WorkplaceMap Read(DataFields file, Topology topology)
    {
        HashSet<(string, string, PersonRole, string)> seen = [];
        return new WorkplaceMap(file.Slug("id"), file.Text("version"), file.Text("source"), file.Text("person"), file.Text("initials"), file.List("grants", field =>
        {
            (string claim, string value, string unit) = (field.Text("claim"), field.Text("value"), field.Text("unit"));
            PersonRole role = field.Word("role", ReadRole, Roles);
            bool known = UnitName.TryRead(unit, topology, out UnitKind kind, out string name);
            // who looks after one citizen is no matter of a directory of employees
            if (unit.Length > 0 && (!known || kind == UnitKind.Citizen))
            {
                field.Problem("unit", $"must be hub, or authority:, team: or cluster: with one that the topology knows, it is '{unit}'");
            }
            if (claim.Length > 0 && value.Length > 0 && !seen.Add((claim, value, role, unit)))
            {
                field.Problem("value", $"is mapped to the same twice: '{value}'");
            }
            return new StatedRole(claim, value, role, kind, name);
        }));
    }

    private static PersonRole? ReadRole(string word) => word switch
    {
        "acute-nurse" => PersonRole.AcuteNurse,
        "coordinator" => PersonRole.Coordinator,
        "monitoring-nurse" => PersonRole.MonitoringNurse,
        "support-worker" => PersonRole.SupportWorker,
        "clinician" => PersonRole.Clinician,
        "administrator" => PersonRole.Administrator,
        "auditor" => PersonRole.Auditor,
        _ => null,
    };
}
