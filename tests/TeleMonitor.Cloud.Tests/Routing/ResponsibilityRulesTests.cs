using TeleMonitor.Care.Routing;

namespace TeleMonitor.Cloud.Tests.Routing;

public sealed class ResponsibilityRulesTests
{
    private static readonly DateTimeOffset Change = Utc("2026-12-31T23:00:00"); // 2027-01-01 00:00 in Copenhagen
    private static Topology Topology => ShippedFiles.Topology;

    [Fact]
    public void The_authority_changes_at_midnight_of_the_topologys_zone_and_the_team_stays()
    {
        DateTimeOffset from = Utc("2026-11-01T10:00:00");
        Assert.Equal(
            [
                new(UnitKind.Authority, "aabenraa", from, Change), new(UnitKind.Team, "akut-aabenraa", from, null), new(UnitKind.Cluster, "soenderjylland", from, null),
                new(UnitKind.Authority, "region-syddanmark", Change, null),
            ], ResponsibilityRules.Of(Topology, [new Stay("aabenraa", from, null)]));
    }

    [Fact]
    public void A_move_gives_each_unit_its_own_period_and_what_stays_the_same_is_one_period()
    {
        DateTimeOffset from = Utc("2026-11-01T10:00:00"), moved = Utc("2026-11-20T08:00:00");
        IReadOnlyList<Responsibility> periods = ResponsibilityRules.Of(Topology, [new Stay("aabenraa", from, moved), new Stay("toender", moved, null)]);
        Assert.Equal([new(UnitKind.Team, "akut-aabenraa", from, moved), new(UnitKind.Team, "akut-toender", moved, null)], periods.Where(one => one.Kind == UnitKind.Team));
        Assert.Equal([new(UnitKind.Cluster, "soenderjylland", from, null)], periods.Where(one => one.Kind == UnitKind.Cluster));
        Assert.Equal([("aabenraa", from, moved), ("toender", moved, Change), ("region-syddanmark", Change, default(DateTimeOffset?))],
            periods.Where(one => one.Kind == UnitKind.Authority).Select(one => (one.Unit, one.From, one.To)));
    }

    [Fact]
    public void Somebody_answers_for_a_place_that_nobody_knows()
    {
        IReadOnlyList<Responsibility> periods = ResponsibilityRules.Of(Topology, [new Stay("9999", Change, null)]);
        Assert.Equal([new(UnitKind.Authority, Topology.FallbackAuthority, Change, null), new(UnitKind.Team, Topology.Fallback.Id, Change, null)], periods);
    }

    [Fact]
    public void While_a_citizen_is_elsewhere_for_a_while_both_teams_answer()
    {
        DateTimeOffset from = Utc("2026-11-01T10:00:00"), away = Utc("2026-11-10T08:00:00"), back = Utc("2026-11-12T08:00:00");
        IReadOnlyList<Responsibility> periods = ResponsibilityRules.Of(Topology, [new Stay("aabenraa", from, null), new Stay("toender", away, back)]);
        Assert.Equal([new(UnitKind.Team, "akut-aabenraa", from, null), new(UnitKind.Team, "akut-toender", away, back)], periods.Where(one => one.Kind == UnitKind.Team));
    }

    [Fact]
    public void At_every_moment_of_a_stay_exactly_one_authority_answers()
    {
        DateTimeOffset from = Utc("2026-12-30T10:00:00");
        IReadOnlyList<Responsibility> periods = ResponsibilityRules.Of(Topology, [new Stay("6200", from, null)]);
        for (DateTimeOffset at = from; at < from.AddDays(4); at = at.AddMinutes(20))
        {
            Assert.Single(periods, one => one.Kind == UnitKind.Authority && one.From <= at && (one.To is null || at < one.To));
        }
    }

    private static DateTimeOffset Utc(string at) => DateTimeOffset.Parse(at + "Z", System.Globalization.CultureInfo.InvariantCulture);
}
