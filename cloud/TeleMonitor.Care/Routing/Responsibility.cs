namespace TeleMonitor.Care.Routing;

/// <summary>What a responsibility or a grant is given to.</summary>
public enum UnitKind : byte
{
    /// <summary>Everything this hub holds.</summary>
    Hub,
    /// <summary>A municipality or region that has the authority.</summary>
    Authority,
    /// <summary>An acute team, or the fallback of last resort.</summary>
    Team,
    /// <summary>The municipalities that share support.</summary>
    Cluster,
    /// <summary>One citizen.</summary>
    Citizen,
}

/// <summary>Where a citizen is, from a time until another.</summary>
/// <param name="Area">Municipality slug or postcode.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment at which it is no longer so; null until further notice.</param>
public sealed record Stay(string Area, DateTimeOffset From, DateTimeOffset? To);

/// <summary>That a unit answers for a citizen, from a time until another.</summary>
/// <param name="Kind">What the unit is.</param>
/// <param name="Unit">Its slug or id.</param>
/// <param name="From">First moment.</param>
/// <param name="To">First moment at which it no longer does; null until further notice.</param>
public sealed record Responsibility(UnitKind Kind, string Unit, DateTimeOffset From, DateTimeOffset? To);

/// <summary>Who answers for a citizen and when: the periods that decide who may read what (a former unit keeps its own, the present one reads all).</summary>
public static class ResponsibilityRules
{
    /// <summary>The periods of every unit, the same unit's touching ones joined, in order of time.</summary>
    /// <param name="topology">Dated topology.</param>
    /// <param name="stays">Where the citizen is; those that overlap both count, so that nobody who is called is left without a view.</param>
    public static IReadOnlyList<Responsibility> Of(Topology topology, IEnumerable<Stay> stays) =>
    [
        .. stays.SelectMany(stay => Of(topology, stay)).GroupBy(one => (one.Kind, one.Unit)).SelectMany(Joined)
            .OrderBy(one => one.From).ThenBy(one => one.Kind).ThenBy(one => one.Unit, StringComparer.Ordinal),
    ];

    private static IEnumerable<Responsibility> Of(Topology topology, Stay stay)
    {
        string? ofPostcode = topology.Postcodes.FirstOrDefault(postcode => postcode.Code == stay.Area)?.Municipality;
        if (topology.Municipalities.FirstOrDefault(candidate => candidate.Slug == (ofPostcode ?? stay.Area)) is not { } municipality)
        {
            // as the router: whoever answers when nobody else is known
            return [new Responsibility(UnitKind.Team, topology.Fallback.Id, stay.From, stay.To), new Responsibility(UnitKind.Authority, topology.FallbackAuthority, stay.From, stay.To)];
        }
        return
        [
            new Responsibility(UnitKind.Team, municipality.Team, stay.From, stay.To), new Responsibility(UnitKind.Cluster, municipality.Cluster, stay.From, stay.To),
            .. municipality.Authority.Select(period => During(topology, period, stay)).OfType<Responsibility>(),
        ];
    }

    /// <summary>The part of an authority's period that falls within the stay; null when none does.</summary>
    private static Responsibility? During(Topology topology, AuthorityPeriod period, Stay stay)
    {
        DateTimeOffset from = Midnight(topology, period.From);
        DateTimeOffset? to = period.To is { } end ? Midnight(topology, end) : null;
        DateTimeOffset begins = from > stay.From ? from : stay.From;
        DateTimeOffset? ends = (to, stay.To) switch { ({ } one, { } other) => one < other ? one : other, var (one, other) => one ?? other };
        return ends is null || begins < ends ? new Responsibility(UnitKind.Authority, period.Holder, begins, ends) : null;
    }

    private static DateTimeOffset Midnight(Topology topology, DateOnly day)
    {
        DateTime local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, topology.Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static IEnumerable<Responsibility> Joined(IEnumerable<Responsibility> ofOneUnit)
    {
        Responsibility? last = null;
        foreach (Responsibility next in ofOneUnit.OrderBy(one => one.From))
        {
            if (last is not null && (last.To is null || next.From <= last.To))
            {
                last = last with { To = last.To is null || next.To is null ? null : next.To > last.To ? next.To : last.To };
                continue;
            }
            if (last is not null)
            {
                yield return last;
            }
            last = next;
        }
        if (last is not null)
        {
            yield return last;
        }
    }
}
