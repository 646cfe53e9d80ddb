using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

// what those see who keep the equipment alive: kit numbers, states, findings; no citizen, no value, no plan
public sealed partial class ScopedRead
{
    /// <summary>Kits at places that the viewer's units answer for; one that stands nowhere known is everybody's, so that somebody looks.</summary>
    public IReadOnlyList<WatchedGateway> WatchedGateways()
    {
        HashSet<string> kits = Kits();
        return [.. read.WatchedGateways(viewer.Now).Where(one => kits.Contains(one.Gateway))];
    }

    /// <summary>What stands about the viewer's kits and the hub's own parts, the longest standing first.</summary>
    public IReadOnlyList<FindingRow> OpenFindings()
    {
        HashSet<string> kits = Kits();
        return [.. read.OpenFindings(null, int.MaxValue).Where(row => IsTheirs(row, kits))];
    }

    /// <summary>What was found about the viewer's kits and the hub's own parts, latest first.</summary>
    public IReadOnlyList<FindingRow> Findings()
    {
        HashSet<string> kits = Kits();
        return [.. read.Findings().Where(row => IsTheirs(row, kits))];
    }

    /// <summary>Pages to the support of one of the viewer's clusters.</summary>
    public IReadOnlyList<PageRow> PagesToSupport(Cluster cluster, DateTimeOffset since) => WorksFor(cluster.Slug, Sight.Kits) ? read.PagesTo(cluster.Support, since) : [];

    /// <summary>The clock of silence.</summary>
    public TimeSpan ProvedTime() => read.ProvedTime();

    private static bool IsTheirs(FindingRow row, HashSet<string> kits) => row.Gateway.Length == 0 || kits.Contains(row.Gateway);

    private HashSet<string> Kits() => May(Sight.Kits) ? [.. read.Query<string>(
        $"""
        select gateway.gateway from gateway left join assignment care_case on care_case.number =
          (select max(number) from assignment where assignment.gateway = gateway.gateway and from_ms <= @now and (to_ms is null or to_ms > @now))
        where care_case.number is null or care_case.synthetic <> 0
          or not exists (select 1 from responsibility r where r.citizen = care_case.citizen and r.kind = 'cluster' and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
          or exists (select 1 from role_grant g join responsibility r on {Answers} where {InForce} and g.role in {Roles(Sight.Kits)} and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
        """, Who())] : [];
}
