namespace TeleMonitor.Care.Routing;

/// <summary>Why the route is what it is.</summary>
public enum RouteReason : byte
{
    /// <summary>The area is the slug of a municipality.</summary>
    Municipality,
    /// <summary>The area is a postcode whose municipality is known.</summary>
    Postcode,
    /// <summary>No such municipality or postcode: the fallback of last resort is called.</summary>
    UnknownArea,
    /// <summary>The topology names no authority for that time: the fallback of last resort is called.</summary>
    NoAuthorityThen,
    /// <summary>The team of the area does not take this triage: the fallback of last resort is called.</summary>
    TeamDoesNotTake,
}

/// <summary>Who is responsible. Never empty: there is always an authority, a team to call and a fallback.</summary>
/// <param name="Authority">Slug of the authority in force.</param>
/// <param name="Team">Id of the team to call; the fallback's id where no team could be found.</param>
/// <param name="Municipality">Slug of the municipality; null when the area is unknown.</param>
/// <param name="Cluster">Slug of the cluster that shares support; null when the area is unknown.</param>
/// <param name="Coordinator">Id of the coordinator; null where there is none.</param>
/// <param name="Fallback">Id of the fallback of last resort.</param>
/// <param name="Reason">Why.</param>
public sealed record Route(string Authority, string Team, string? Municipality, string? Cluster, string? Coordinator, string Fallback, RouteReason Reason);
