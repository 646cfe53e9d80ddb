using TeleMonitor.Care.Devices;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub.Store;

namespace TeleMonitor.Hub.Boards;

/// <summary>One gateway as support sees it. By kit number: neither the citizen's pseudonym nor the gateway's id, which may hold it.</summary>
/// <param name="Kit">Number on the kit.</param>
/// <param name="Municipality">Where it stands; null when no assignment runs or its area is unknown.</param>
/// <param name="SelfTest">True when it serves the self-test.</param>
/// <param name="Health">State with evidence and age.</param>
/// <param name="Findings">What stands about it.</param>
public sealed record SupportLine(string Kit, Municipality? Municipality, bool SelfTest, DeviceHealth Health, IReadOnlyList<FindingRow> Findings);

/// <summary>Everything the support page and its API show, as one consistent state of the store. No health data is read for it.</summary>
/// <param name="Lines">Gateways of the cluster: silent first, the longest silent at the top.</param>
/// <param name="Own">What stands about the hub's own parts.</param>
/// <param name="Calls">Pages to support of the last day, newest first.</param>
public sealed record SupportFacts(IReadOnlyList<SupportLine> Lines, IReadOnlyList<FindingRow> Own, IReadOnlyList<PageRow> Calls)
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);
    private static readonly string[] States = [PartRules.WorkerSilent, PartRules.NotifierSilent, PartRules.DutyListEmpty, SelfTests.NotAcknowledged, People.Citizens.BreakGlass.Unseen];
    private static readonly DeviceState[] Order = [DeviceState.Silent, DeviceState.NotHeard, DeviceState.Unproved, DeviceState.Well, DeviceState.NotInUse];

    /// <summary>Reads it.</summary>
    /// <param name="read">Store.</param>
    /// <param name="topology">Which municipality belongs to which cluster.</param>
    /// <param name="cluster">Slug of a cluster; null shows all. A gateway whose place is unknown is shown to everybody: somebody must look.</param>
    /// <param name="now">Time.</param>
    public static SupportFacts Read(ScopedRead read, Topology topology, string? cluster, DateTimeOffset now)
    {
        var clock = new SilenceClock(read.ProvedTime());
        ILookup<string, FindingRow> standing = read.OpenFindings().ToLookup(row => row.Gateway, StringComparer.Ordinal);
        Dictionary<string, Municipality> bySlug = topology.Municipalities.ToDictionary(municipality => municipality.Slug, StringComparer.Ordinal);
        Dictionary<string, string> byPostcode = topology.Postcodes.ToDictionary(postcode => postcode.Code, postcode => postcode.Municipality, StringComparer.Ordinal);
        Municipality? PlaceOf(string? area) => area is null ? null : bySlug.GetValueOrDefault(byPostcode.GetValueOrDefault(area, area));
        IEnumerable<SupportLine> lines =
            from gateway in read.WatchedGateways()
            let place = PlaceOf(gateway.Area)
            where cluster is null || place is null || place.Cluster == cluster
            let health = DeviceRules.Judge(gateway.Heard, gateway.Area is not null, clock, now)
            orderby Array.IndexOf(Order, health.State), health.Age descending, gateway.Kit
            select new SupportLine(gateway.Kit, place, gateway.Synthetic, health, [.. standing[gateway.Gateway]]);
        // what is no state has no end: it is shown for a day
        DateTimeOffset since = now - Recent;
        Cluster[] clusters = [.. topology.Clusters.Where(one => cluster is null || one.Slug == cluster)];
        return new SupportFacts([.. lines], [.. standing[""].Where(row => States.Contains(row.Code) || row.LastMs >= since.ToUnixTimeMilliseconds())],
            [.. clusters.SelectMany(one => read.PagesToSupport(one, since)).OrderByDescending(page => page.Id)]);
    }

    /// <summary>How many gateways are in a state.</summary>
    public int Count(DeviceState state) => Lines.Count(line => line.Health.State == state);
}

/// <summary>The support page.</summary>
/// <param name="Frame">What stands round it.</param>
/// <param name="Facts">What it shows.</param>
/// <param name="Cluster">Slug of the cluster; null shows all.</param>
/// <param name="Language">Language given in the address; null follows the browser.</param>
/// <param name="Mark">Mark of what the viewer may see, by which the stream says that it is another.</param>
public sealed record SupportView(FrameView Frame, SupportFacts Facts, string? Cluster, string? Language, string Mark)
{
    private const string SensorCode = "finding/sensor/";

    /// <summary>Words of its language.</summary>
    public BoardWords Words => Frame.Words;

    /// <summary>Title with the number of what stands.</summary>
    public string Title => Words["support-title", Facts.Count(DeviceState.Silent) + Facts.Own.Count];

    /// <summary>The page's address.</summary>
    public string Page => Language is null ? Frame.Path : Frame.In(Language);

    /// <summary>Where changes are told. With a cluster this page is the board of its support: while it is open, pages to support are delivered.</summary>
    public string Events => Words.Data.Topology.Clusters.FirstOrDefault(cluster => cluster.Slug == Cluster) is { } chosen ? $"/events?team={chosen.Support}" : "/events";

    /// <summary>Most gateways of one state on the page; the API gives all.</summary>
    public const int Most = 200;

    /// <summary>The states that need somebody, worst first, with their gateways.</summary>
    public IEnumerable<IGrouping<DeviceState, SupportLine>> Groups =>
        Facts.Lines.Where(line => line.Health.State is DeviceState.Silent or DeviceState.NotHeard or DeviceState.Unproved || line.Findings.Count > 0).GroupBy(line => line.Health.State);

    /// <summary>What the state rests on, in words.</summary>
    public string Evidence(DeviceHealth health) => Words["heard-by-" + Care.Cases.CaseWord.Of(health.Evidence.By), Words.Clock(health.Evidence.At)];

    /// <summary>What the broker said; empty when it said nothing.</summary>
    public string Offline(DeviceHealth health) => health.Evidence.OfflineAt is { } at ? Words["broker-offline", Words.Clock(at)] : "";

    /// <summary>A finding in words; of a sensor why it is not well, and how many days its battery lasts where the gateway knew it.</summary>
    public string Finding(FindingRow row)
    {
        if (!row.Code.StartsWith(SensorCode, StringComparison.Ordinal) || FactOf(row, "why") is not { } why)
        {
            return Words.WordOr(row.Code.Replace('/', '-'), row.Code);
        }
        string said = Words["finding-sensor", row.Code[SensorCode.Length..], Words.WordOr("sensor-why-" + why, why)];
        return FactOf(row, "days") is { } days ? said + Words["sensor-days", days] : said;
    }

    /// <summary>One of the facts that a gateway named with its finding: the store keeps them as "name value, name value".</summary>
    private static string? FactOf(FindingRow row, string name) =>
        row.Detail.Split(", ").Select(fact => fact.Split(' ', 2)).FirstOrDefault(fact => fact.Length == 2 && fact[0] == name)?[1];

    /// <summary>Which part a finding is about: a team by its name.</summary>
    public string Part(FindingRow row) => row.Detail.Length == 0 ? "" : Words.Desk(row.Detail);
}
