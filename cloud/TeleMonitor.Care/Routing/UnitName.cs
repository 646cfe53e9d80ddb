namespace TeleMonitor.Care.Routing;

/// <summary>A unit as it is written down: <c>hub</c>, or <c>authority:SLUG</c>, <c>team:ID</c>, <c>cluster:SLUG</c>, <c>citizen:PSEUDONYM</c>.</summary>
public static class UnitName
{
    /// <summary>What a wrong one is told.</summary>
    public const string Expectation = "must be hub, or authority:, team:, cluster: or citizen: with one that the topology knows";

    /// <summary>Reads one; false when the topology knows no such unit. Any citizen is one.</summary>
    public static bool TryRead(string text, Topology topology, out UnitKind kind, out string unit)
    {
        (kind, unit) = (UnitKind.Hub, "");
        if (text is "hub")
        {
            return true;
        }
        string[] parts = text.Split(':', 2);
        if (parts.Length != 2)
        {
            return false;
        }
        (UnitKind Kind, bool Known) read = (parts[0], parts[1]) switch
        {
            ("authority", var slug) => (UnitKind.Authority, topology.Municipalities.SelectMany(one => one.Authority).Any(period => period.Holder == slug)),
            ("team", var id) => (UnitKind.Team, topology.Teams.Any(team => team.Id == id) || topology.Fallback.Id == id || topology.Coordinators.Any(desk => desk.Id == id)),
            ("cluster", var slug) => (UnitKind.Cluster, topology.Clusters.Any(cluster => cluster.Slug == slug)),
            ("citizen", { Length: > 0 }) => (UnitKind.Citizen, true),
            _ => default,
        };
        (kind, unit) = read.Known ? (read.Kind, parts[1]) : (UnitKind.Hub, "");
        return read.Known;
    }
}
