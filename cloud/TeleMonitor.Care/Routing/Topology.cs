using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Routing;

/// <summary>A region.</summary>
/// <param name="Slug">Slug.</param>
/// <param name="Name">Danish name.</param>
public sealed record Region(string Slug, string Name);

/// <summary>Municipalities that share support of home equipment.</summary>
/// <param name="Slug">Slug.</param>
/// <param name="Name">Danish name.</param>
/// <param name="Region">Slug of its region.</param>
/// <param name="Support">Id of its support, which is paged about equipment and never about a citizen.</param>
public sealed record Cluster(string Slug, string Name, string Region, string Support);

/// <summary>Who has the authority, from one date to another.</summary>
/// <param name="From">First day, from 00:00 in the topology's time zone.</param>
/// <param name="To">First day on which it no longer holds; null = until further notice.</param>
/// <param name="Holder">Slug of the municipality or region.</param>
/// <param name="TestAt">Time of day, in the topology's zone, at which the authority has chosen that the duty receives its daily TEST.</param>
public sealed record AuthorityPeriod(DateOnly From, DateOnly? To, string Holder, TimeOnly TestAt);

/// <summary>A municipality and who acts there.</summary>
/// <param name="Slug">Slug, e.g. <c>aabenraa</c>.</param>
/// <param name="Name">Danish name.</param>
/// <param name="Cluster">Slug of its cluster.</param>
/// <param name="Team">Id of its acute team; shared by several municipalities where so.</param>
/// <param name="Coordinator">Id of its coordinator; null where there is none.</param>
/// <param name="Authority">Periods in order, without gap or overlap, the last without end.</param>
public sealed record Municipality(string Slug, string Name, string Cluster, string Team, string? Coordinator, IReadOnlyList<AuthorityPeriod> Authority);

/// <summary>An acute team.</summary>
/// <param name="Id">Id, <c>akut-</c> and a slug.</param>
/// <param name="Name">Danish name.</param>
/// <param name="Phone">Four pairs of digits.</param>
/// <param name="Sample">True when it is invented.</param>
/// <param name="Takes">Triages that the team takes.</param>
public sealed record Team(string Id, string Name, string Phone, bool Sample, IReadOnlyList<Triage> Takes);

/// <summary>Somebody who is called beside the team: a coordinator, or the fallback of last resort.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Danish name.</param>
/// <param name="Phone">Four pairs of digits.</param>
/// <param name="Sample">True when it is invented.</param>
public sealed record Desk(string Id, string Name, string Phone, bool Sample);

/// <summary>A postcode whose municipality is sure.</summary>
/// <param name="Code">Four digits.</param>
/// <param name="Municipality">Slug of the municipality.</param>
public sealed record Postcode(string Code, string Municipality);

/// <summary>Who is responsible where and when. Read by <see cref="TopologyFile"/>, which checks it: every reference here is known.</summary>
public sealed record Topology
{
    /// <summary>Id of the topology.</summary>
    public required string Id { get; init; }
    /// <summary>Its version.</summary>
    public required string Version { get; init; }
    /// <summary>Where the facts come from.</summary>
    public required string Source { get; init; }
    /// <summary>Who signed it; null is shown as "not approved".</summary>
    public required Approval? Approved { get; init; }
    /// <summary>The zone in which its dates begin at 00:00.</summary>
    public required TimeZoneInfo Zone { get; init; }
    /// <summary>Regions.</summary>
    public required IReadOnlyList<Region> Regions { get; init; }
    /// <summary>Clusters.</summary>
    public required IReadOnlyList<Cluster> Clusters { get; init; }
    /// <summary>Municipalities.</summary>
    public required IReadOnlyList<Municipality> Municipalities { get; init; }
    /// <summary>Acute teams.</summary>
    public required IReadOnlyList<Team> Teams { get; init; }
    /// <summary>Coordinators.</summary>
    public required IReadOnlyList<Desk> Coordinators { get; init; }
    /// <summary>Called when nobody else can be found.</summary>
    public required Desk Fallback { get; init; }
    /// <summary>Slug of the authority that answers for the fallback.</summary>
    public required string FallbackAuthority { get; init; }
    /// <summary>Postcodes.</summary>
    public required IReadOnlyList<Postcode> Postcodes { get; init; }
}
