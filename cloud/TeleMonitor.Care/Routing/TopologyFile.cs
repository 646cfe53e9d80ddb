using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Care.Routing;

/// <summary>Reads a topology (<c>firmware-config/topology/region-*.json</c>, schema <c>topology.schema.json</c>).</summary>
public static class TopologyFile
{
    /// <summary>Reads and checks a file: unknown or missing fields, slugs given twice, unknown references, gaps and overlaps of dates.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="fileName">Name for the problems.</param>
    /// <param name="topology">The topology; null when false is returned.</param>
    /// <param name="problems">Every problem at once, each with file and field path; empty when true is returned.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, string fileName, out Topology? topology, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        topology = DataFields.Root(json, fileName, found, Read);
        problems = found;
        return topology is not null;
    }

    /// <summary>Who signed, or null.</summary>
    internal static Approval? ReadApproval(DataFields file) =>
        file.ObjectOrNull("approved", approval => new Approval(approval.Text("by"), approval.Date("on")));

    private static Topology Read(DataFields file)
    {
        // what is referred to is read first, so that each reference can be checked where it stands
        References names = new();
        IReadOnlyList<Region> regions = file.List("regions", field => new Region(names.Define(field, "slug", names.Holders), field.Text("name")));
        IReadOnlyList<Cluster> clusters = file.List("clusters", field =>
            new Cluster(names.Define(field, "slug", names.Clusters), field.Text("name"), References.Known(field, "region", regions.Select(region => region.Slug), "region"), names.DefineReceiver(field, "support", [])));
        IReadOnlyList<Team> teams = file.List("teams", field => ReadTeam(field, names));
        IReadOnlyList<Desk> coordinators = file.List("coordinators", field => ReadDesk(field, names, names.Coordinators));
        // a municipality may hold the authority in another one, so all their slugs count before the first is read
        IReadOnlyList<Municipality> municipalities = file.List("municipalities", field => ReadMunicipality(field, names));
        CheckHolders(file, municipalities, names);
        string fallbackAuthority = "";
        Desk? fallback = file.Object("fallback", field =>
        {
            fallbackAuthority = References.Known(field, "authority", names.Holders, "region or municipality");
            return ReadDesk(field, names, []);
        });
        return new Topology
        {
            Id = file.Slug("id"),
            Version = file.Text("version"),
            Source = file.Text("source"),
            Approved = ReadApproval(file),
            Zone = ReadZone(file),
            Regions = regions,
            Clusters = clusters,
            Teams = teams,
            Coordinators = coordinators,
            Municipalities = municipalities,
            Fallback = fallback ?? new Desk("", "", "", true),
            FallbackAuthority = fallbackAuthority,
            Postcodes = file.List("postcodes", field => ReadPostcode(field, names)),
        };
    }

    private static TimeZoneInfo ReadZone(DataFields file)
    {
        string id = file.Text("time_zone");
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone))
        {
            return zone;
        }
        file.Problem("time_zone", $"must be a time zone that this machine knows, it is '{id}'");
        return TimeZoneInfo.Utc;
    }

    private static Team ReadTeam(DataFields field, References names)
    {
        Desk desk = ReadDesk(field, names, names.Teams);
        return new Team(desk.Id, desk.Name, desk.Phone, desk.Sample,
            field.Words("takes", word => TriageWord.TryRead(word, out Triage triage) ? triage : (Triage?)null, "green, unknown, yellow, red"));
    }

    private static Desk ReadDesk(DataFields field, References names, HashSet<string> kind)
    {
        Desk desk = new(names.DefineReceiver(field, "id", kind), field.Text("name"), field.Text("phone"), field.Flag("sample"));
        bool isPhone = desk.Phone.Length == 11 && desk.Phone.Select((letter, at) => at % 3 == 2 ? letter == ' ' : char.IsAsciiDigit(letter)).All(good => good);
        if (desk.Phone.Length > 0 && (!isPhone || (desk.Sample && desk.Phone != "00 00 00 00")))
        {
            field.Problem("phone", $"must be four pairs of digits, and 00 00 00 00 on a sample, it is '{desk.Phone}'");
        }
        return desk;
    }

    private static Municipality ReadMunicipality(DataFields field, References names)
    {
        string slug = names.Define(field, "slug", names.Holders);
        names.Municipalities.Add(slug);
        Municipality municipality = new(
            slug,
            field.Text("name"),
            References.Known(field, "cluster", names.Clusters, "cluster"),
            References.Known(field, "team", names.Teams, "team"),
            field.SlugOrNull("coordinator") is null ? null : References.Known(field, "coordinator", names.Coordinators, "coordinator"),
            field.List("authority", period => new AuthorityPeriod(period.Date("from"), period.DateOrNull("to"), period.Slug("holder"), period.TimeOfDay("test_at"))));
        CheckPeriods(field, municipality.Authority);
        return municipality;
    }

    private static void CheckPeriods(DataFields field, IReadOnlyList<AuthorityPeriod> periods)
    {
        for (int at = 0; at < periods.Count; at++)
        {
            DateOnly? next = at + 1 < periods.Count ? periods[at + 1].From : null;
            if (periods[at].To != next)
            {
                field.Problem($"authority[{at}].to", next is null
                    ? "must be null on the last period"
                    : $"must be {next:yyyy-MM-dd}, where authority[{at + 1}].from begins: no gap, no overlap");
            }
            if (periods[at].To <= periods[at].From)
            {
                field.Problem($"authority[{at}].from", "must be before its to");
            }
        }
    }

    private static void CheckHolders(DataFields file, IReadOnlyList<Municipality> municipalities, References names)
    {
        foreach ((Municipality municipality, int at) in municipalities.Select((municipality, at) => (municipality, at)))
        {
            foreach ((AuthorityPeriod period, int place) in municipality.Authority.Select((period, place) => (period, place)))
            {
                if (period.Holder.Length > 0 && !names.Holders.Contains(period.Holder))
                {
                    file.Problem($"municipalities[{at}].authority[{place}].holder", $"names no known region or municipality: '{period.Holder}'");
                }
            }
        }
    }

    private static Postcode ReadPostcode(DataFields field, References names)
    {
        string code = field.Text("postcode");
        if (code.Length > 0 && (code.Length != 4 || !code.All(char.IsAsciiDigit) || !names.Postcodes.Add(code)))
        {
            field.Problem("postcode", $"must be four digits, each postcode once, it is '{code}'");
        }
        return new Postcode(code, References.Known(field, "municipality", names.Municipalities, "municipality"));
    }

    /// <summary>The names defined so far. Teams and desks share one space, since a page names its receiver by id alone.</summary>
    private sealed class References
    {
        private readonly HashSet<string> receivers = new(StringComparer.Ordinal);

        public HashSet<string> Holders { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Clusters { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Municipalities { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Teams { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Coordinators { get; } = new(StringComparer.Ordinal);
        public HashSet<string> Postcodes { get; } = new(StringComparer.Ordinal);

        public string Define(DataFields field, string key, HashSet<string> kind)
        {
            string slug = field.Slug(key);
            if (slug.Length > 0 && !kind.Add(slug))
            {
                field.Problem(key, $"is used twice: '{slug}'");
            }
            return slug;
        }

        public string DefineReceiver(DataFields field, string key, HashSet<string> kind)
        {
            string id = Define(field, key, receivers);
            kind.Add(id);
            return id;
        }

        public static string Known(DataFields field, string key, IEnumerable<string> known, string what)
        {
            string slug = field.Slug(key);
            if (slug.Length > 0 && !known.Contains(slug))
            {
                field.Problem(key, $"names no known {what}: '{slug}'");
            }
            return slug;
        }
    }
}
