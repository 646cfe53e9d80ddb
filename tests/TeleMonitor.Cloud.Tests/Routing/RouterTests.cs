using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Care.Cases;
using TeleMonitor.Care.Routing;
using TeleMonitor.Vitals.Readings;

namespace TeleMonitor.Cloud.Tests.Routing;

public sealed class RouterTests
{
    private static readonly DateTimeOffset LastMunicipalMinute = new(2026, 12, 31, 23, 59, 0, TimeSpan.FromHours(1));
    private static readonly DateTimeOffset FirstRegionalMinute = new(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void Every_municipality_triage_and_year_has_its_own_team_authority_and_cluster()
    {
        Assert.Equal(22, ShippedFiles.Topology.Municipalities.Count);
        foreach (Municipality municipality in ShippedFiles.Topology.Municipalities)
        {
            foreach (Triage triage in Enum.GetValues<Triage>())
            {
                for (int year = 2007; year <= 2040; year++)
                {
                    Route route = Router.Route(ShippedFiles.Topology, municipality.Slug, triage, new DateTimeOffset(year, 6, 1, 12, 0, 0, TimeSpan.Zero));
                    Assert.Equal(RouteReason.Municipality, route.Reason);
                    Assert.Equal("akut-" + municipality.Slug, route.Team);
                    Assert.Equal("koordinator-" + municipality.Slug, route.Coordinator);
                    Assert.Equal(year < 2027 ? municipality.Slug : "region-syddanmark", route.Authority);
                    Assert.Equal(municipality.Cluster, route.Cluster);
                }
            }
        }
    }

    [Theory]
    [InlineData("aabenraa", "aabenraa")]
    [InlineData("6200", "aabenraa")]
    [InlineData("soenderborg", "soenderborg")]
    [InlineData("5970", "aeroe")]
    public void The_authority_changes_at_midnight_danish_time_and_the_team_does_not(string area, string municipality)
    {
        Route before = Router.Route(ShippedFiles.Topology, area, Triage.Red, LastMunicipalMinute);
        Route after = Router.Route(ShippedFiles.Topology, area, Triage.Red, FirstRegionalMinute);
        Assert.Equal(municipality, before.Authority);
        Assert.Equal("region-syddanmark", after.Authority);
        Assert.Equal(before with { Authority = after.Authority }, after);
        // the same two instants told in UTC, where the year has not changed yet
        Assert.Equal(before, Router.Route(ShippedFiles.Topology, area, Triage.Red, LastMunicipalMinute.ToUniversalTime()));
        Assert.Equal(after, Router.Route(ShippedFiles.Topology, area, Triage.Red, FirstRegionalMinute.ToUniversalTime()));
    }

    [Theory]
    [InlineData("6200", "akut-aabenraa")]
    [InlineData("6400", "akut-soenderborg")]
    [InlineData("6270", "akut-toender")]
    [InlineData("6100", "akut-haderslev")]
    [InlineData("5000", "akut-odense")]
    [InlineData("6700", "akut-esbjerg")]
    [InlineData("6000", "akut-kolding")]
    [InlineData("7100", "akut-vejle")]
    [InlineData("7000", "akut-fredericia")]
    [InlineData("5500", "akut-middelfart")]
    public void A_postcode_finds_its_municipalitys_team(string postcode, string team)
    {
        Route route = Router.Route(ShippedFiles.Topology, postcode, Triage.Yellow, LastMunicipalMinute);
        Assert.Equal(team, route.Team);
        Assert.Equal(RouteReason.Postcode, route.Reason);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("8000")]
    [InlineData("Aabenraa")]
    [InlineData(" aabenraa")]
    [InlineData("62000")]
    public void An_unknown_area_goes_to_the_fallback_and_says_so(string? area)
    {
        Route route = Router.Route(ShippedFiles.Topology, area, Triage.Red, LastMunicipalMinute);
        Assert.Equal(new Route("region-syddanmark", "sidste-udvej-syddanmark", null, null, null, "sidste-udvej-syddanmark", RouteReason.UnknownArea), route);
    }

    [Fact]
    public void Before_any_authority_the_fallback_is_called()
    {
        Route route = Router.Route(ShippedFiles.Topology, "aabenraa", Triage.Red, new DateTimeOffset(2006, 12, 31, 22, 59, 0, TimeSpan.Zero));
        Assert.Equal(RouteReason.NoAuthorityThen, route.Reason);
        Assert.Equal("sidste-udvej-syddanmark", route.Team);
        Assert.Equal(RouteReason.Municipality, Router.Route(ShippedFiles.Topology, "aabenraa", Triage.Red, new DateTimeOffset(2006, 12, 31, 23, 0, 0, TimeSpan.Zero)).Reason);
    }

    [Fact]
    public void A_triage_that_the_team_does_not_take_goes_to_the_fallback()
    {
        Topology topology = ShippedFiles.Topology with { Teams = [.. ShippedFiles.Topology.Teams.Select(team => team with { Takes = [Triage.Red] })] };
        Assert.Equal("akut-vejle", Router.Route(topology, "vejle", Triage.Red, LastMunicipalMinute).Team);
        Route yellow = Router.Route(topology, "vejle", Triage.Yellow, LastMunicipalMinute);
        Assert.Equal((RouteReason.TeamDoesNotTake, "sidste-udvej-syddanmark", "vejle"), (yellow.Reason, yellow.Team, yellow.Authority));
    }

    [Fact]
    public void Any_text_at_any_time_has_a_route_that_is_not_empty() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            ArbMap.Default.ArbFor<string?>(), Gen.Choose(0, 3).ToArbitrary(), Gen.Choose(0, 9998 * 365).ToArbitrary(),
            (area, triage, day) =>
            {
                Route route = Router.Route(ShippedFiles.Topology, area, (Triage)triage, new DateTimeOffset(1, 1, 2, 0, 0, 0, TimeSpan.Zero).AddDays(day));
                return route.Authority.Length > 0 && route.Team.Length > 0 && route.Fallback.Length > 0;
            }));

    [Fact]
    public void The_routes_are_those_of_the_golden_files()
    {
        foreach ((string name, DateTimeOffset at) in new[] { ("syddanmark-2026-12-31T2359", LastMunicipalMinute), ("syddanmark-2027-01-01T0000", FirstRegionalMinute) })
        {
            string path = Path.Combine(ShippedFiles.Root, "tests", "golden", "routes", name + ".txt");
            string now = Routes(at);
            // TELEMONITOR_GOLDEN=write rewrites; a person reads the difference
            if (Environment.GetEnvironmentVariable("TELEMONITOR_GOLDEN") == "write")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, now);
            }
            Assert.Equal(File.ReadAllText(path), now);
        }
    }

    private static string Routes(DateTimeOffset at)
    {
        IEnumerable<string> areas = ShippedFiles.Topology.Municipalities.Select(municipality => municipality.Slug)
            .Concat(ShippedFiles.Topology.Postcodes.Select(postcode => postcode.Code)).Append("8000").Append("nowhere");
        StringBuilder lines = new();
        lines.Append(CultureInfo.InvariantCulture, $"# area | authority | team | cluster | coordinator | fallback | reason, Red, {at:yyyy-MM-ddTHH:mmzzz}\n");
        foreach (string area in areas)
        {
            Route route = Router.Route(ShippedFiles.Topology, area, Triage.Red, at);
            lines.Append(CultureInfo.InvariantCulture,
                $"{area} | {route.Authority} | {route.Team} | {route.Cluster ?? "-"} | {route.Coordinator ?? "-"} | {route.Fallback} | {CaseWord.Of(route.Reason)}\n");
        }
        return lines.ToString();
    }
}
