using TeleMonitor.Care.Routing;
using TeleMonitor.Cloud.Tests.Routing;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Cloud.Tests.People;

/// <summary>Who may change whose account and roles.</summary>
public sealed class PeopleRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly Topology Topology = ShippedFiles.Topology;
    private static readonly PersonStanding Administrator = Person("adm", Grant(PersonRole.Administrator, UnitKind.Hub, ""));
    private static readonly PersonStanding Coordinator = Person("ko", Grant(PersonRole.Coordinator, UnitKind.Authority, "aabenraa"));

    [Theory]
    [InlineData(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa", PeopleAnswer.Done)]
    [InlineData(PersonRole.Coordinator, UnitKind.Authority, "aabenraa", PeopleAnswer.Done)]
    [InlineData(PersonRole.AcuteNurse, UnitKind.Team, "akut-vejle", PeopleAnswer.ForeignUnit)]
    [InlineData(PersonRole.AcuteNurse, UnitKind.Hub, "", PeopleAnswer.ForeignUnit)]
    [InlineData(PersonRole.SupportWorker, UnitKind.Cluster, "soenderjylland", PeopleAnswer.ForeignUnit)]
    [InlineData(PersonRole.Administrator, UnitKind.Authority, "aabenraa", PeopleAnswer.ForeignRole)]
    [InlineData(PersonRole.Auditor, UnitKind.Authority, "aabenraa", PeopleAnswer.ForeignRole)]
    [InlineData(PersonRole.Machine, UnitKind.Authority, "aabenraa", PeopleAnswer.ForeignRole)]
    public void A_coordinator_gives_roles_within_their_own_units_and_never_those_that_watch_over_them(PersonRole role, UnitKind kind, string unit, PeopleAnswer answer) =>
        Assert.Equal(answer, PeopleRules.Give(Topology, Coordinator, Person("mlk"), Grant(role, kind, unit), Now));

    [Fact]
    public void An_administrator_gives_any_role_anywhere_except_to_themselves()
    {
        Assert.All(Enum.GetValues<PersonRole>().Where(role => role != PersonRole.Machine),
            role => Assert.Equal(PeopleAnswer.Done, PeopleRules.Give(Topology, Administrator, Person("mlk"), Grant(role, UnitKind.Hub, ""), Now)));
        Assert.Equal(PeopleAnswer.ForeignRole, PeopleRules.Give(Topology, Administrator, Person("mlk"), Grant(PersonRole.Machine, UnitKind.Hub, ""), Now));
        Assert.Equal(PeopleAnswer.Yourself, PeopleRules.Give(Topology, Administrator, Administrator, Grant(PersonRole.Auditor, UnitKind.Hub, ""), Now));
        Assert.Equal(PeopleAnswer.Yourself, PeopleRules.Account(Topology, Coordinator, Coordinator, null, Now));
    }

    [Fact]
    public void Whoever_has_neither_role_now_changes_nobody() => Assert.All(
        new[]
        {
            Person("x"), Person("x", Grant(PersonRole.AcuteNurse, UnitKind.Hub, "")), Person("x", Grant(PersonRole.Auditor, UnitKind.Hub, "")),
            Person("x", Grant(PersonRole.Administrator, UnitKind.Hub, "") with { To = Now }), Person("x", Grant(PersonRole.Administrator, UnitKind.Hub, "") with { From = Now.AddSeconds(1) }),
        },
        asker =>
        {
            Assert.Equal(PeopleAnswer.NoSight, PeopleRules.Give(Topology, asker, Person("mlk"), Grant(PersonRole.AcuteNurse, UnitKind.Hub, ""), Now));
            Assert.Equal(PeopleAnswer.NoSight, PeopleRules.Account(Topology, asker, Person("mlk"), null, Now));
            Assert.Equal(PeopleAnswer.NoSight, PeopleRules.EndGrant(Topology, asker, Person("mlk"), Grant(PersonRole.AcuteNurse, UnitKind.Hub, ""), new HashSet<string>(["adm"]), Now));
            Assert.False(PeopleRules.Shows(Topology, asker, Person("mlk"), Now));
            Assert.False(PeopleRules.MayAdd(asker, Now));
        });

    [Fact]
    public void A_coordinator_takes_no_account_in_hand_that_has_a_role_they_could_not_give()
    {
        // a code makes whoever has it that person
        Assert.Equal(PeopleAnswer.Done, PeopleRules.Account(Topology, Coordinator, Person("a", Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa")), null, Now));
        Assert.Equal(PeopleAnswer.ForeignRole, PeopleRules.Account(Topology, Coordinator, Person("a", Grant(PersonRole.Administrator, UnitKind.Hub, "")), null, Now));
        Assert.Equal(PeopleAnswer.ForeignUnit, PeopleRules.Account(Topology, Coordinator,
            Person("a", Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-aabenraa"), Grant(PersonRole.AcuteNurse, UnitKind.Team, "akut-vejle") with { From = Now.AddDays(9) }), null, Now));
        Assert.Equal(PeopleAnswer.HasEnded, PeopleRules.Account(Topology, Administrator, new PersonStanding("a", true, []), null, Now));
        Assert.Equal(PeopleAnswer.NoPerson, PeopleRules.Account(Topology, Administrator, null, null, Now));
    }

    [Fact]
    public void The_last_administrator_is_not_ended_by_anybody()
    {
        var one = new HashSet<string>(["adm"]);
        var two = new HashSet<string>(["adm", "anden"]);
        Assert.Equal(PeopleAnswer.LastAdministrator, PeopleRules.Account(Topology, Administrator, Administrator, one, Now));
        Assert.Equal(PeopleAnswer.LastAdministrator, PeopleRules.EndGrant(Topology, Administrator, Administrator, Administrator.Grants[0], one, Now));
        PersonStanding other = Person("anden", Grant(PersonRole.Administrator, UnitKind.Hub, ""));
        Assert.Equal(PeopleAnswer.Done, PeopleRules.Account(Topology, Administrator, other, two, Now));
        Assert.Equal(PeopleAnswer.Done, PeopleRules.EndGrant(Topology, Administrator, other, other.Grants[0], two, Now));
        Assert.Equal(PeopleAnswer.Yourself, PeopleRules.EndGrant(Topology, Administrator, Administrator, Administrator.Grants[0], two, Now));
    }

    [Fact]
    public void A_role_that_ends_before_it_begins_or_in_the_past_is_not_given()
    {
        Grant grant = Grant(PersonRole.AcuteNurse, UnitKind.Hub, "");
        Assert.Equal(PeopleAnswer.WrongTimes, PeopleRules.Give(Topology, Administrator, Person("a"), grant with { From = Now, To = Now }, Now));
        Assert.Equal(PeopleAnswer.WrongTimes, PeopleRules.Give(Topology, Administrator, Person("a"), grant with { To = Now }, Now));
        Assert.Equal(PeopleAnswer.Done, PeopleRules.Give(Topology, Administrator, Person("a"), grant with { From = Now.AddDays(1), To = Now.AddDays(2) }, Now));
    }

    [Theory]
    [InlineData("hub", true)]
    [InlineData("team:akut-aabenraa", true)]
    [InlineData("cluster:soenderjylland", true)]
    [InlineData("authority:region-syddanmark", true)]
    [InlineData("citizen:c-1", false)]
    [InlineData("team:atlantis", false)]
    [InlineData("", false)]
    [InlineData("hub:", false)]
    public void A_unit_is_one_of_the_topology(string text, bool known) => Assert.Equal(known, PeopleRules.UnitOf(Topology, text) is not null);

    private static PersonStanding Person(string id, params Grant[] grants) => new(id, false, grants);

    private static Grant Grant(PersonRole role, UnitKind kind, string unit) => new(role, kind, unit, DateTimeOffset.UnixEpoch, null);
}
