using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

// what those see who keep the equipment alive: kit numbers, states, findings; no citizen, no value, no plan
public sealed partial class ScopedRead
{
    /// <summary>Findings that say of somebody's care what no kit needs: that there was an alert, and when.</summary>
    private static readonly string[] OfCare = ["finding/alert-raised-by-hub", "finding/alert-without-assignment"];
    /// <summary>Findings whose facts are about a lane or the program; any other's may name a plan, a limit or what a gateway put there, and are left out.</summary>
    private static readonly string[] Told =
    [
        "finding/item-refused", "finding/batch-refused", "finding/lane-went-back", "finding/chain-differs", "finding/items-gone", "finding/batch-without-properties", "finding/unexpected-message",
        "finding/chart-not-here",
    ];
    private const string OfSensor = "finding/sensor/";

    private Dictionary<string, string>? kits;

    /// <summary>Kits at places that the viewer's units answer for; one that stands nowhere known is everybody's, so that somebody looks.</summary>
    public IReadOnlyList<WatchedGateway> WatchedGateways()
    {
        Dictionary<string, string> theirs = Kits();
        return [.. read.WatchedGateways(viewer.Now).Where(one => theirs.ContainsKey(one.Gateway))];
    }

    /// <summary>What stands about the viewer's kits and the hub's own parts, the longest standing first.</summary>
    public IReadOnlyList<FindingRow> OpenFindings()
    {
        Dictionary<string, string> theirs = Kits();
        return [.. read.OpenFindings(null, int.MaxValue).Where(row => IsTheirs(row, theirs)).Select(WithoutCare)];
    }

    /// <summary>What was found about the viewer's kits and the hub's own parts, latest first.</summary>
    public IReadOnlyList<(FindingRow Row, string? Kit)> Findings()
    {
        Dictionary<string, string> theirs = Kits();
        return [.. read.Findings().Where(row => IsTheirs(row, theirs)).Select(row => (WithoutCare(row), theirs.GetValueOrDefault(row.Gateway)))];
    }

    /// <summary>Pages to the support of one of the viewer's clusters.</summary>
    public IReadOnlyList<PageRow> PagesToSupport(Cluster cluster, DateTimeOffset since) => WorksFor(cluster.Slug, Sight.Kits) ? read.PagesTo(cluster.Support, since) : [];

    /// <summary>The clock of silence.</summary>
    public TimeSpan ProvedTime() => read.ProvedTime();

    private static bool IsTheirs(FindingRow row, Dictionary<string, string> kits) => (row.Gateway.Length == 0 || kits.ContainsKey(row.Gateway)) && !OfCare.Contains(row.Code);

    private static FindingRow WithoutCare(FindingRow row) =>
        row.Gateway.Length == 0 || Told.Contains(row.Code) ? row
        : row with { Detail = row.Code.StartsWith(OfSensor, StringComparison.Ordinal) ? string.Join(", ", row.Detail.Split(", ").Where(fact => fact.Split(' ') is ["why" or "days", _])) : "" };

    /// <summary>Kit numbers by gateway: the gateway's id may hold the citizen's pseudonym and is shown to nobody.</summary>
    private Dictionary<string, string> Kits() => kits ??= May(Sight.Kits) ? read.Query<KitRow>(
        $"""
        select gateway.gateway as Gateway, gateway.kit as Kit from gateway left join assignment care_case on care_case.number =
          (select max(number) from assignment where assignment.gateway = gateway.gateway and from_ms <= @now and (to_ms is null or to_ms > @now))
        where care_case.number is null or care_case.synthetic <> 0
          or not exists (select 1 from responsibility r where r.citizen = care_case.citizen and r.kind = 'cluster' and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
          or exists (select 1 from role_grant g join responsibility r on {Answers} where {InForce} and g.role in {Roles(Sight.Kits)} and r.from_ms <= @now and (r.to_ms is null or r.to_ms > @now))
        """, Who()).ToDictionary(row => row.Gateway, row => row.Kit, StringComparer.Ordinal) : [];

    private sealed record KitRow(string Gateway, string Kit);
}
