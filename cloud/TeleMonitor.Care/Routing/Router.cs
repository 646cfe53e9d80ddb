using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Routing;

/// <summary>Finds who is responsible. Total: every area, triage and time has an answer, and the answer says why.</summary>
public static class Router
{
    /// <summary>The route for one citizen's place at one time.</summary>
    /// <param name="topology">The topology in force.</param>
    /// <param name="areaOrPostcode">Municipality slug or four-digit postcode, exactly as in the topology.</param>
    /// <param name="triage">How urgent.</param>
    /// <param name="at">Time; the authority is the one in force then.</param>
    public static Route Route(Topology topology, string? areaOrPostcode, Triage triage, DateTimeOffset at)
    {
        (Municipality? municipality, RouteReason reason) = Find(topology, areaOrPostcode);
        if (municipality is null)
        {
            return LastResort(topology, null, topology.FallbackAuthority, RouteReason.UnknownArea);
        }
        DateOnly day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, topology.Zone).DateTime);
        string? authority = municipality.Authority.FirstOrDefault(period => period.From <= day && (period.To is null || day < period.To))?.Holder;
        if (authority is null)
        {
            return LastResort(topology, municipality, topology.FallbackAuthority, RouteReason.NoAuthorityThen);
        }
        return topology.Teams.Any(team => team.Id == municipality.Team && team.Takes.Contains(triage))
            ? new Route(authority, municipality.Team, municipality.Slug, municipality.Cluster, municipality.Coordinator, topology.Fallback.Id, reason)
            : LastResort(topology, municipality, authority, RouteReason.TeamDoesNotTake);
    }

    private static (Municipality?, RouteReason) Find(Topology topology, string? area)
    {
        string? ofPostcode = topology.Postcodes.FirstOrDefault(postcode => postcode.Code == area)?.Municipality;
        Municipality? municipality = topology.Municipalities.FirstOrDefault(candidate => candidate.Slug == (ofPostcode ?? area));
        return (municipality, ofPostcode is null ? RouteReason.Municipality : RouteReason.Postcode);
    }

    private static Route LastResort(Topology topology, Municipality? municipality, string authority, RouteReason reason) =>
        new(authority, topology.Fallback.Id, municipality?.Slug, municipality?.Cluster, municipality?.Coordinator, topology.Fallback.Id, reason);
}
