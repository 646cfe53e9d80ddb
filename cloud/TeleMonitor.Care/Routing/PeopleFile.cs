namespace TeleMonitor.Care.Routing;

/// <summary>What a person works as.</summary>
public enum PersonRole : byte
{
    /// <summary>Nurse of an acute team.</summary>
    AcuteNurse,
    /// <summary>Coordinates a team, or sits at the fallback of last resort.</summary>
    Coordinator,
    /// <summary>Follows citizens whose values are not urgent.</summary>
    MonitoringNurse,
    /// <summary>Keeps the equipment alive; sees no health data.</summary>
    SupportWorker,
    /// <summary>Doctor or other clinician who sets limits and approves.</summary>
    Clinician,
    /// <summary>Gives and takes grants; sees no health data.</summary>
    Administrator,
    /// <summary>Reads who saw what; sees no health data.</summary>
    Auditor,
    /// <summary>A program with a token.</summary>
    Machine,
}

/// <summary>A person who may act: initials, no name.</summary>
/// <param name="Id">Id, and the name they sign in with.</param>
/// <param name="Initials">Shown on screens.</param>
/// <param name="Role">What they work as.</param>
/// <param name="Team">Id of their team, of the fallback, or of the support of their cluster.</param>
public sealed record Person(string Id, string Initials, PersonRole Role, string Team);

/// <summary>The people of <c>firmware-config/topology/demo-people.json</c> (schema <c>demo-people.schema.json</c>).</summary>
/// <param name="Id">Id of the list.</param>
/// <param name="Version">Its version.</param>
/// <param name="Source">Where they come from.</param>
/// <param name="All">Everybody; ids and initials are unique.</param>
public sealed record People(string Id, string Version, string Source, IReadOnlyList<Person> All)
{
    /// <summary>The person with this id, or null.</summary>
    public Person? Find(string? id) => All.FirstOrDefault(person => person.Id == id);
}

/// <summary>Reads the people.</summary>
public static class PeopleFile
{
    /// <summary>Reads and checks a file against its topology.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fileName">Name for the problems.</param>
    /// <param name="topology">Where the teams are known from.</param>
    /// <param name="people">The people; null when false is returned.</param>
    /// <param name="problems">Every problem at once, each with file and field path; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, Topology topology, out People? people, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        people = DataFields.Root(json, fileName, found, file => Read(file, topology));
        problems = found;
        return people is not null;
    }

    private static People Read(DataFields file, Topology topology)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        HashSet<string> initials = new(StringComparer.Ordinal);
        HashSet<string> teams = [.. topology.Teams.Select(team => team.Id), topology.Fallback.Id, .. topology.Clusters.Select(cluster => cluster.Support)];
        return new People(file.Slug("id"), file.Text("version"), file.Text("source"), file.List("people", field =>
        {
            Person person = new(field.Slug("id"), field.Text("initials"), field.Word("role", ReadRole, "acute-nurse, coordinator, support-worker"), field.Slug("team"));
            Once(field, "id", person.Id, ids);
            Once(field, "initials", person.Initials, initials);
            if (person.Team.Length > 0 && !teams.Contains(person.Team))
            {
                field.Problem("team", $"names no known team: '{person.Team}'");
            }
            return person;
        }));
    }

    private static void Once(DataFields field, string key, string value, HashSet<string> seen)
    {
        if (value.Length > 0 && !seen.Add(value))
        {
            field.Problem(key, $"is used twice: '{value}'");
        }
    }

    private static PersonRole? ReadRole(string word) => word switch
    {
        "acute-nurse" => PersonRole.AcuteNurse,
        "coordinator" => PersonRole.Coordinator,
        "support-worker" => PersonRole.SupportWorker,
        _ => null,
    };
}
